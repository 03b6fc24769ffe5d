"""A sent pack as known then against a run as known now: who would be added, withdrawn, changed, and why.

The run is of the same document, usually for the same day, on everything told since (a replay, which never touches cases).
People are compared by key; nothing here changes what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from monitor.access.scope import Scope
from monitor.base.vocabulary import AlertState, ReferralNews, SetAside
from monitor.casework.layouts import Layout
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.pack_listing import scope_of
from monitor.casework.selection import PackError
from monitor.casework.tables import alerts, referral_lines, referral_packs, runs, set_aside

#: Why somebody is on one side and not on the other, or looks different.
REASONS: dict[str, str] = {
    "told_later": "推送之后才导入的数据使其越线",
    "not_covered_then": "当时越线而没有适用的规则，现在有",
    "set_aside_then": "当时越线而列在一边，现在预警",
    "under_the_line": "按现在的数据已不在线上（结算更正，或线有变化）",
    "other_rule": "现按另一身份或另一规则，不再推送该部门",
    **{reason.value: f"现在{reason.label}" for reason in SetAside},
    "amount": "个人负担有变化",
    "line": "预警线或基准有变化",
    "identity": "身份或预警类别有变化",
    "crossing": "首次越线日有变化",
    "place": "参保地有变化",
}
_OVER = (AlertState.NEW.value, AlertState.CONTINUING.value, AlertState.RAISED.value)


@dataclass(frozen=True)
class Difference:
    """One person that is not what was sent. Amounts in fen, None where there is none on that side."""

    kind: str
    reasons: tuple[str, ...]
    person: str
    name_masked: str
    certno_masked: str
    insu_admdvs: str
    town: str
    excess_then: int | None
    excess_now: int | None


@dataclass(frozen=True)
class Replay:
    """``then`` and ``now``: run, day and what was known; ``unchanged``: how many are as sent."""

    number: str
    run_then: str
    run_now: str
    as_of_then: date
    as_of_now: date
    known_then: str
    known_now: str
    differences: tuple[Difference, ...]
    unchanged: int

    def of(self, kind: str) -> list[Difference]:
        return [one for one in self.differences if one.kind == kind]


def replay(connection: Connection, layout: Layout, pack_id: int, run_id: str, number: str, viewer: Scope) -> Replay:
    """Compare a pack with a run. ``viewer``: whose rows may be shown. Raises PackError where they do not belong together."""
    pack = connection.execute(select(referral_packs).where(referral_packs.c.id == pack_id)).one()
    shown = select(runs).where(runs.c.run_id.in_((pack.run_id, run_id)))
    found = {row.run_id: row for row in connection.execute(shown)}
    if run_id not in found or found[run_id].document != pack.document:
        raise PackError(f"运行 {run_id} 不存在，或不是名单所依据的文件 {pack.document} 的；monitor runs 可列出全部运行")
    then, now = found[pack.run_id], found[run_id]
    scope = scope_of(pack)
    sent = _by_person(connection, referral_lines, viewer, referral_lines.c.pack_id == pack_id)
    over = {
        person: row for person, row in
        _by_person(connection, alerts, viewer, alerts.c.run_id == run_id, alerts.c.state.in_(_OVER)).items()
        if scope.covers(row.insu_admdvs, row.town)
    }
    before = _by_person(connection, alerts, viewer, alerts.c.run_id == pack.run_id, alerts.c.state.in_(_OVER))
    aside_then = _by_person(connection, set_aside, viewer, set_aside.c.run_id == pack.run_id)
    aside_now = _by_person(connection, set_aside, viewer, set_aside.c.run_id == run_id)
    differences, unchanged = [], 0
    for person, line in sent.items():
        if line.news == ReferralNews.BACK_UNDER:
            # Sent as back under the line: over it again is the only thing that would be otherwise.
            if person in over:
                differences.append(_one("changed", ("amount",), line, None, over[person].excess_fen))
            else:
                unchanged += 1
        elif person not in over:
            reason = aside_now[person].reason if person in aside_now else "under_the_line"
            differences.append(_one("withdrawn", (reason,), line, line.excess_fen, None))
        elif not layout.takes(pack.document, over[person].kind, over[person].category):
            differences.append(_one("withdrawn", ("other_rule",), line, line.excess_fen, over[person].excess_fen))
        elif reasons := _changes(line, over[person]):
            differences.append(_one("changed", reasons, line, line.excess_fen, over[person].excess_fen))
        else:
            unchanged += 1
    for person, row in over.items():
        if person not in sent and person not in before and layout.takes(pack.document, row.kind, row.category):
            aside = aside_then.get(person)
            why = "told_later" if aside is None else (
                "not_covered_then" if aside.reason == SetAside.NO_RULE else "set_aside_then"
            )
            differences.append(_one("added", (why,), row, None, row.excess_fen))
    differences.sort(key=lambda one: (one.kind, -(one.excess_now or one.excess_then or 0), one.person))
    return Replay(
        number, then.run_id, now.run_id, then.as_of, now.as_of, then.known_at, now.known_at, tuple(differences), unchanged
    )


def _by_person(connection: Connection, table: Any, viewer: Scope, *conditions: Any) -> dict[str, Row[Any]]:
    asked = select(table).where(*conditions, *within(table.c, viewer)).order_by(table.c.id.desc())
    return {row.person: row for row in connection.execute(asked)}


def _changes(line: Row[Any], now: Row[Any]) -> tuple[str, ...]:
    compared = {
        "amount": ("burden_fen",), "line": ("threshold_fen", "benchmark_fen", "multiple"), "identity": ("category", "kind", "rule"),
        "crossing": ("crossed_on",), "place": ("insu_admdvs",),
    }
    return tuple(
        reason for reason, names in compared.items() if any(getattr(line, name) != getattr(now, name) for name in names)
    )


def _one(kind: str, reasons: tuple[str, ...], who: Row[Any], then: int | None, now: int | None) -> Difference:
    return Difference(
        kind, reasons, who.person, who.name_masked, who.certno_masked, who.insu_admdvs, who.town, then, now
    )
