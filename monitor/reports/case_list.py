"""The columns of a list of cases as it is taken along: where each case stands beside the facts it is about."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.base.vocabulary import INSUTYPE_LABELS, AlertKind, AlertState, CaseState, Category, ReliefKind
from monitor.reports.workbook import CERTNO_COLUMN, NAME_COLUMN, PLACE_COLUMN, ListColumn, label, yuan


def case_columns(officers: Mapping[int, str]) -> tuple[ListColumn, ...]:
    """``officers``: display name by account number."""
    return (
        ListColumn("案件号", "integer", 8, lambda row: row.id),
        ListColumn("案件状态", "text", 12, lambda row: label(CaseState, row.state)),
        ListColumn("预警变化", "text", 10, lambda row: label(AlertState, row.news)),
        NAME_COLUMN,
        CERTNO_COLUMN,
        ListColumn("身份", "text", 16, lambda row: label(Category, row.category)),
        ListColumn("险种", "text", 12, lambda row: INSUTYPE_LABELS.get(row.insutype, row.insutype)),
        PLACE_COLUMN,
        ListColumn("乡镇", "text", 14, lambda row: row.town),
        ListColumn("预警类别", "text", 14, lambda row: label(AlertKind, row.kind)),
        ListColumn("累计负担（元）", "money", 16, lambda row: yuan(row.burden_fen)),
        ListColumn("预警线（元）", "money", 14, lambda row: yuan(row.threshold_fen)),
        ListColumn("超出（元）", "money", 14, lambda row: yuan(row.excess_fen)),
        ListColumn("首次越线日", "date", 12, lambda row: row.crossed_on),
        ListColumn("数据截至", "date", 12, lambda row: row.as_of),
        ListColumn("经办人", "text", 14, lambda row: officers.get(row.assignee, "") if row.assignee is not None else ""),
        ListColumn("办理期限", "date", 12, lambda row: row.due_on),
        ListColumn("首次推送", "text", 12, lambda row: (row.sent_at or "")[:10]),
        ListColumn("部门答复", "text", 14, lambda row: label(CaseState, row.answer)),
        ListColumn("认定身份", "text", 16, lambda row: label(Category, row.recognised_as)),
        ListColumn("认定生效日", "date", 12, lambda row: row.recognised_on),
        ListColumn("救助种类", "text", 14, lambda row: label(ReliefKind, row.relief_kind)),
        ListColumn("救助金额（元）", "money", 14, lambda row: yuan(row.relief_fen)),
        ListColumn("救助日期", "date", 12, lambda row: row.relief_on),
    )
