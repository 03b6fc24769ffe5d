"""Cases and their figures for machines (CSV, JSON) and for the terminal: unmasked, as all machine output is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from monitor.assess.amounts import spoken
from monitor.base.vocabulary import (
    AlertKind,
    AlertState,
    CaseAct,
    CaseState,
    Category,
    ClearedReason,
    CloseReason,
    ExclusionReason,
    RefusalReason,
)
from monitor.casework.cases import Preview
from monitor.casework.following import FOLLOWED
from monitor.casework.reading.case_listing import CaseRow, Happened
from monitor.casework.reading.figures import CaseFigures, Days
from monitor.casework.reading.in_full import InFull
from monitor.reports.machine import write_plain
from monitor.reports.workbook import csv_text, label

CASES = (
    "case", "document", "year", "state", "since", "version", "reason", "news", "assignee", "due_on", "certno", "psn_name",
    "category", "insutype", "insu_admdvs", "town", "kind", "rule", "measure", "burden", "benchmark", "threshold", "excess", "band",
    "crossed_on", "alert_state", "alert_reason", "run", "as_of", "opened_at", "sent_at", "answer", "answered_at", "recognised_as",
    "recognised_on", "relief_kind", "relief", "relief_on", "closed_at",
)
FIGURES = ("figure", "key", "part", "value")
Row = dict[str, str]


def row_of(one: InFull[CaseRow], accounts: dict[int, str]) -> Row:
    """The case as text in the columns of CASES; ``accounts``: names by number."""
    case = one.row
    yuan = {"burden": case.burden_fen, "benchmark": case.benchmark_fen, "threshold": case.threshold_fen, "excess": case.excess_fen,
            "relief": case.relief_fen}
    values: dict[str, object] = {
        **vars(case), **{name: _yuan(fen) for name, fen in yuan.items()}, "case": case.id, "certno": one.certno, "psn_name": one.name,
        "run": case.alert_run, "assignee": accounts.get(case.assignee or 0, ""),
    }
    return {name: "" if values[name] is None else str(values[name]) for name in CASES}


def list_text(rows: Sequence[Row], form: str) -> str:
    return write_plain(rows, CASES, form)


def case_json(row: Row, history: Iterable[Happened]) -> str:
    return json.dumps({**row, "history": [asdict(event) for event in history]}, ensure_ascii=False, indent=1) + "\n"


def case_text(row: Row, history: Iterable[Happened]) -> str:
    """One case with its history, to read at the terminal."""
    state, news = CaseState(row["state"]), row["news"]
    lines = [
        f"案件 {row['case']}　{row['document']}　{row['year']} 年　{state.label}（版本 {row['version']}）",
        f"{row['psn_name']}　{row['certno']}　{label(Category, row['category'])}　{row['insu_admdvs']} {row['town']}".rstrip(),
        f"{label(AlertKind, row['kind'])}：负担 {spoken(row['burden'])} 元，预警线 {spoken(row['threshold'])} 元，"
        f"超出 {spoken(row['excess'])} 元；"
        f"首次越线 {row['crossed_on'] or '不详'}；最近一次运行（截至 {row['as_of']}）：{label(AlertState, row['alert_state'])}"
        + (f"（{label(ClearedReason, row['alert_reason'])}）" if row["alert_reason"] else ""),
        f"尚未处理的变化：{label(AlertState, news)}" if news else "",
        f"经办人：{row['assignee'] or '未分派'}；办理期限：{row['due_on'] or '未定'}",
        *(_event(event) for event in history),
    ]
    # What was typed is one line, whatever is in it.
    return "".join(" ".join(line.split()) + "\n" for line in lines if line)


def _event(event: Happened) -> str:
    moved = ""
    if event.from_state not in ("", event.to_state):
        moved = f"{CaseState(event.from_state).label} → {CaseState(event.to_state).label}"
    said = [
        event.at[:16].replace("T", " "), "运行" if event.actor == "run" else event.display, CaseAct(event.act).label, moved,
        _reason(event), "；".join(f"{name}={value}" for name, value in event.detail.items() if name != "from"), event.remark,
    ]
    return "　" + "　".join(part for part in said if part)


def _reason(event: Happened) -> str:
    words = {CaseAct.EXCLUDE: ExclusionReason, CaseAct.REFUSE: RefusalReason, CaseAct.CLOSE: CloseReason}.get(CaseAct(event.act))
    if words is not None:
        return label(words, event.reason)
    if event.reason in FOLLOWED:
        return FOLLOWED[event.reason]
    return label(ClearedReason, event.reason) if event.reason in set(ClearedReason) else label(AlertState, event.reason)


def preview_json(seen: Preview) -> str:
    return json.dumps(asdict(seen), ensure_ascii=False, indent=1) + "\n"


def preview_text(seen: Preview, act: CaseAct) -> str:
    """How many and which, and what has to be repeated to do it."""
    def states(counted: dict[str, int]) -> str:
        return "、".join(f"{CaseState(state).label} {number} 件" for state, number in sorted(counted.items()))

    which = f"：{states(seen.states)}，超出合计 {_yuan(seen.excess_fen)} 元" if seen.count else ""
    lines = [f"“{act.label}”将办理 {seen.count} 件{which}"]
    if seen.refused:
        lines.append(f"另有 {sum(seen.refused.values())} 件所处状态不能这样办理，不动：{states(seen.refused)}")
    if seen.count:
        lines.append(f"确认办理：去掉 --preview，加上 --selection {seen.selection_sha256}")
    return "\n".join(lines) + "\n"


def figures_json(found: CaseFigures) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        return str(value) if isinstance(value, Decimal | date) else value

    recognition = [{**asdict(one), "percent": one.percent} for one in found.recognition]
    return json.dumps(plain({**asdict(found), "recognition": recognition}), ensure_ascii=False, indent=1) + "\n"


def figures_csv(found: CaseFigures) -> str:
    """One value a row: which figure, of what, which part of it."""
    rows: list[tuple[str, str, str, object]] = []
    for step in found.funnel:
        rows += [("funnel", step.key, "people", step.people), ("funnel", step.key, "excess", _yuan(step.excess_fen))]
    for key, span in found.spans.items():
        rows += _day_rows("days", key, "", span)
    for stay in found.stays:
        rows += [*_day_rows("state", stay.state, "left_", stay.left), *_day_rows("state", stay.state, "there_", stay.there)]
    for one in found.recognition:
        key = f"{one.department}/{one.rule}"
        rows += [("recognition", key, name, getattr(one, name)) for name in ("sent", "answered", "recognised", "percent")]
    for officer in found.overdue:
        key = officer.display if officer.assignee else "nobody"
        rows += [("officer", key, name, getattr(officer, name)) for name in ("open", "soon", "overdue")]
    # The names among them are what somebody typed: safe to open in a spreadsheet.
    texts = [["" if part is None else csv_text(part) if isinstance(part, str) else str(part) for part in row] for row in rows]
    return write_plain([dict(zip(FIGURES, row, strict=True)) for row in texts], FIGURES, "csv")


def _day_rows(figure: str, key: str, prefix: str, days: Days) -> list[tuple[str, str, str, object]]:
    return [(figure, key, prefix + name, value) for name, value in asdict(days).items()]


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else str(Decimal(fen).scaleb(-2))
