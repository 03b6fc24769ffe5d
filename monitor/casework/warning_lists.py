"""The province's own warning list held against ours: both, only theirs, only ours, with why.

Weihai's document works from the list the province hands down. It is taken in like a reply, line by line, and compared with
the newest official run's alerts; it opens no case and changes none.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from monitor.access.deeds import Deed
from monitor.access.hashing import number_hex, person_hex
from monitor.access.moment import CHINA, written
from monitor.access.roles import require
from monitor.access.scope import Scope
from monitor.assess.same_person import keys_of
from monitor.base.vocabulary import AlertState, AuditAction, CaseState, Permission, ReplyMatch, SetAside
from monitor.casework.layouts import WarningWords
from monitor.casework.reading.narrowing import within
from monitor.casework.replies import Incoming, Matched, ReplyOutcome, known_before, line_row, notes_of
from monitor.casework.reply_reading import DESTROYED, Warned, read_warning_list
from monitor.casework.selection import PackError
from monitor.casework.tables import (
    alerts,
    case_runs,
    cases,
    replies,
    reply_lines,
    runs,
    set_aside,
)
from monitor.demo.people import guard_numbers
from monitor.store.home import Store

M = ReplyMatch
PROVINCE = "province"
_OVER = (AlertState.NEW.value, AlertState.CONTINUING.value, AlertState.RAISED.value)

#: Why only they have somebody, or what differs where both have.
THEIRS: dict[str, str] = {
    "not_over": "按本地的结算没有越线",
    "cleared": "曾越线，按最新的结算已解除",
    "unconfirmed": "曾越线，数据少于上次，待核实",
    SetAside.NO_RULE.value: "越线，但文件没有适用的规则",
    SetAside.OUTSIDE_REGION.value: "越线，但参保地不在文件地区",
    SetAside.DECEASED.value: "已登记死亡",
    "excluded": "已由经办人排除",
    "not_known": "登记和结算中都没有此人",
    "other_line": "两边都有，预警类别不同",
    "other_amount": "两边都有，个人负担不同",
    "outside_scope": "不在您的范围内",
}
#: Why only we have somebody.
OURS: dict[str, str] = {
    "newer": "首次越线日晚于省级名单所在月份",
    "excluded": "已由经办人排除",
    "provisional": "按暂用的上年基准预警",
    "not_listed": "省级名单没有列出",
}


@dataclass(frozen=True)
class OnlyOurs:
    """Somebody our run warns of and the province's list lacks."""

    name_masked: str
    certno_masked: str
    insu_admdvs: str
    town: str
    kind: str
    excess_fen: int
    why: str


def import_warning_list(
    store: Store, by: Deed, file: Incoming, words: WarningWords, document: str, month: str
) -> ReplyOutcome:
    """Take the province's list in and compare it with the newest official run of the document.

    Raises IntakeError when the file cannot be read as a whole, PackError where there is no run to compare with.
    """
    access, actor = by.access, by.actor
    require(actor, Permission.IMPORT_DATA)
    read = read_warning_list(store, file.path, words, file.encoding, file.strict)
    name, sha256, lines = read.name, read.sha256, read.lines
    ended = guard_numbers(
        store, name, sha256, (line.certno for line in lines if DESTROYED not in line.reasons), may_end=file.end_demo, now=by.now
    )
    keys = keys_of(store, (line.certno for line in lines if line.certno and not line.reasons))
    known = _known_people(store, [line.certno for line in lines if line.certno and not line.reasons])
    with access.begin() as connection:
        before = known_before(connection, name, sha256)
        if before is not None:
            return replace(before, unused=read.unused, unknown_values=read.unknown_values)
        run = _newest(connection, document)
        ours = _Ours(connection, run, actor.scope)
        key = connection.execute(insert(replies), {
            "department": PROVINCE, "layout": "warning_list", "sha256": sha256, "month": month, "run_id": run.run_id,
            "at": written(by.now), "actor": actor.name, "account": actor.account, "read": len(lines), "counts": "{}",
        }).inserted_primary_key
        assert key is not None
        reply_id = int(key[0])
        counts: Counter[str] = Counter()
        whys: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        listed: list[tuple[int, str, str]] = []
        seen: set[str] = set()
        for line in lines:
            person = next((key for key in keys.get(line.certno, ()) if ours.has(key)), "") or (
                number_hex(access.hash_key, line.certno) if line.certno else ""
            )
            match, why, row = _compare(line, person, ours, known, seen)
            seen.add(person)
            counts[match.value] += 1
            whys.update([why] if why else [])
            if why and match is not M.REPEATED:
                listed.append((line.line, match.value, why))
            of_case = {"case_id": ours.cases.get(row.person) if row else None}
            rows.append(line_row(access, reply_id, line, person, Matched(match, why, row)) | of_case)
        connection.execute(insert(reply_lines), rows)
        assert len(rows) == sum(counts.values()), "every line read is kept with what became of it"
        only_ours = len(ours.alerts.keys() - seen)
        said = {"counts": json.dumps({**counts, "only_ours": only_ours}), "notes": notes_of(read, {})}
        connection.execute(update(replies).where(replies.c.id == reply_id).values(**said))
        by.note(connection, AuditAction.REPLIED, f"reply:{reply_id}", {
            "list": PROVINCE, "month": month, "run": run.run_id, "sha256": sha256, "read": len(lines),
            "counts": dict(counts), "only_ours": only_ours,
        })
    return ReplyOutcome(
        reply_id, name, PROVINCE, len(lines), dict(counts), dict(whys), listed=tuple(listed), unused=read.unused,
        unknown_values=read.unknown_values, ended_demo=ended,
    )


def only_ours(connection: Connection, reply_id: int, scope: Scope) -> list[OnlyOurs]:
    """People of the compared run the province's list lacks, the highest excess first, within the scope."""
    reply = connection.execute(select(replies).where(replies.c.id == reply_id)).one()
    theirs = set(connection.scalars(select(reply_lines.c.person).where(reply_lines.c.reply_id == reply_id)))
    run = connection.execute(select(runs).where(runs.c.run_id == reply.run_id)).one()
    ours = _Ours(connection, run, scope)
    found = [
        OnlyOurs(row.name_masked, row.certno_masked, row.insu_admdvs, row.town, row.kind, row.excess_fen,
                 _why_ours(row, ours, reply.month))
        for person, row in ours.alerts.items() if person not in theirs
    ]
    return sorted(found, key=lambda one: -one.excess_fen)


def _why_ours(row: Row[Any], ours: _Ours, month: str) -> str:
    if ours.states.get(row.person) == CaseState.EXCLUDED:
        return "excluded"
    if row.crossed_on is not None and f"{row.crossed_on:%Y-%m}" > month:
        return "newer"
    return "provisional" if row.provisional else "not_listed"


class _Ours:
    """What our run says of people whose number is known, by person, within a scope."""

    def __init__(self, connection: Connection, run: Row[Any], scope: Scope) -> None:
        a, s, c = alerts.c, set_aside.c, cases.c
        said = connection.execute(select(alerts).where(a.run_id == run.run_id, *within(a, scope)).order_by(a.excess_fen)).all()
        self.alerts = {row.person: row for row in said if row.state in _OVER and row.certno_masked}
        self.gone = {row.person: row for row in said if row.state not in _OVER and row.certno_masked}
        aside = connection.execute(select(set_aside).where(s.run_id == run.run_id, *within(s, scope)))
        self.aside = {row.person: row for row in aside if row.certno_masked}
        owned = select(c.person, c.state, c.id).where(c.document == run.document, c.year == run.as_of.year)
        self.states: dict[str, CaseState] = {}
        self.cases: dict[str, int] = {}
        for person, state, number in connection.execute(owned):
            self.states[person], self.cases[person] = CaseState(state), number

    def has(self, person: str) -> bool:
        """Whether our run says anything of them."""
        return person in self.alerts or person in self.gone or person in self.aside


def _compare(
    line: Warned, person: str, ours: _Ours, known: set[str], seen: set[str]
) -> tuple[ReplyMatch, str, Row[Any] | None]:
    if line.reasons:
        return M.UNREADABLE, line.reasons[0], None
    if person in seen:
        return M.REPEATED, "", None
    if (row := ours.alerts.get(person)) is not None:
        if ours.states.get(row.person) is CaseState.EXCLUDED:
            return M.ONLY_THEIRS, "excluded", row
        if line.kind and line.kind != row.kind:
            return M.BOTH, "other_line", row
        differs = line.burden is not None and int(line.burden * 100) != row.burden_fen
        return M.BOTH, "other_amount" if differs else "", row
    if (row := ours.aside.get(person)) is not None:
        return M.ONLY_THEIRS, row.reason, row
    if (row := ours.gone.get(person)) is not None:
        return M.ONLY_THEIRS, row.state, row
    return M.ONLY_THEIRS, "not_over" if line.certno in known else "not_known", None


def _newest(connection: Connection, document: str) -> Row[Any]:
    worked_in = select(case_runs.c.run_id).where(case_runs.c.skipped.is_(False))
    official = select(runs).where(runs.c.document == document, runs.c.run_id.in_(worked_in))
    found = connection.execute(official.order_by(runs.c.as_of.desc(), runs.c.position.desc()).limit(1)).one_or_none()
    if found is None:
        raise PackError(f"文件 {document} 还没有正式运行过，没有可比较的预警；请先执行 monitor run")
    return found


def _known_people(store: Store, numbers: list[str]) -> set[str]:
    """Which of the numbers any file we loaded has shown."""
    wanted = {number_hex(store.keys.hash, number): number for number in numbers}
    sightings = store.files(list(store.manifest.loads), "sightings")
    if not wanted or not sightings:
        return set()
    with store.engine_scope() as engine:
        engine.table("all_sightings", sightings)
        seen = engine.execute("SELECT DISTINCT person FROM all_sightings WHERE person IS NOT NULL").fetchall()
    return {wanted[key] for (person,) in seen if (key := person_hex(int(Decimal(person)))) in wanted}


def month_of(now: datetime) -> str:
    """The month a list is about where nobody says."""
    return now.astimezone(CHINA).strftime("%Y-%m")
