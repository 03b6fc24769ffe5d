"""Case decisions (一事一议).

A later load corrects the amount.
"""

from __future__ import annotations

from monitor.base.vocabulary import DecisionKind
from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CERTNO, NAME

CASE_DECISIONS = Table(
    "case_decisions",
    "一事一议决定",
    (
        CERTNO,
        NAME,
        Column(
            "decided_on", "决定日期", "date", "集体研究决定的日期，须写到日",
            ("会议日期", "研究日期", "批准日期"), required=True, key=True, example="2025-04-02",
        ),
        Column(
            "kind", "决定类别", "code", "一事一议（case_discussion）",
            ("决定种类", "决定类型", "类别"), required=True, key=True, choices=tuple(kind.label for kind in DecisionKind),
            example=DecisionKind.CASE_DISCUSSION.label,
        ),
        Column(
            "amount", "救助金额", "money", "决定给予的救助金额，元",
            ("金额", "决定金额", "批准金额"), required=True, example="5000.00",
        ),
        Column(
            "paper", "依据文件", "text", "会议纪要或文件的名称、文号",
            ("依据", "文号", "会议纪要"), example="示例纪要〔2025〕3号",
        ),
    ),
)
