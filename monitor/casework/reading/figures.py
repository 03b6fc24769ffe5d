"""Figures of casework: from crossing to relief, how long each step takes, who is recognised, what is overdue.

Days are whole days between dates in China; a figure of days says how many cases it is of. The databases count by pairs of
dates, which are few; what is between them is worked out here, so that both databases say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, distinct, func, literal_column, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import CaseAct, CaseState, PackState
from monitor.casework.reading.case_listing import CaseFilters, Workload, case_conditions, workloads
from monitor.casework.tables import case_events, cases, referral_lines, referral_packs


@dataclass(frozen=True)
class Step:
    """How many cases came as far as this, and their excess together (fen)."""

    key: str
    people: int
    excess_fen: int


@dataclass(frozen=True)
class Days:
    """Days something took, of ``count`` cases; ``mean`` with one decimal; all None where there are none."""

    count: int
    mean: Decimal | None
    median: int | None
    ninth_tenth: int | None
    longest: int | None


@dataclass(frozen=True)
class Stay:
    """How long cases were in a state: those that have left it, and those in it today."""

    state: str
    left: Days
    there: Days


@dataclass(frozen=True)
class Recognition:
    """Of the people sent to a department under a rule (recalled packs apart): how many it answered, and how."""

    department: str
    rule: str
    sent: int
    answered: int
    recognised: int

    @property
    def percent(self) -> Decimal | None:
        """Recognised of those sent, in per cent with one decimal; None where nobody was sent."""
        return _tenth(Decimal(100 * self.recognised) / self.sent) if self.sent else None


@dataclass(frozen=True)
class CaseFigures:
    """All of them. ``funnel`` keys: over, reviewed, ready, sent, answered, recognised, relieved, closed; and apart from
    the way: excluded, back_under. ``spans`` keys: known (to the load of the newest settlements the first run knew),
    warned (to that run), sent, relieved; each from the first crossing as the run that opened the case knew it."""

    funnel: tuple[Step, ...]
    spans: dict[str, Days]
    stays: tuple[Stay, ...]
    recognition: tuple[Recognition, ...]
    overdue: tuple[Workload, ...]


def figures(connection: Connection, filters: CaseFilters, today: date, scope: Scope = EVERYTHING) -> CaseFigures:
    """The figures of the cases the filters and the scope leave; ``overdue`` is of all cases of the scope."""
    conditions = case_conditions(filters, scope)
    return CaseFigures(
        _funnel(connection, conditions), _spans(connection, conditions), _stays(connection, conditions, today),
        _recognition(connection, conditions), workloads(connection, today, scope),
    )


def _funnel(connection: Connection, conditions: list[ColumnElement[bool]]) -> tuple[Step, ...]:
    c = cases.c
    reviewed = (case_events.c.case_id == c.id) & (case_events.c.act == CaseAct.REVIEW.value)
    steps: dict[str, ColumnElement[bool]] = {
        "over": c.id.is_not(None),
        "reviewed": select(case_events.c.id).where(reviewed).correlate(cases).exists(),
        "ready": (c.state == CaseState.READY.value) | c.sent_at.is_not(None),
        "sent": c.sent_at.is_not(None),
        "answered": c.answered_at.is_not(None),
        "recognised": c.recognised_as != "",
        "relieved": c.relief_on.is_not(None),
        "closed": c.state == CaseState.CLOSED.value,
        "excluded": c.state == CaseState.EXCLUDED.value,
        "back_under": c.state == CaseState.BACK_UNDER.value,
    }
    asked: list[ColumnElement[Any]] = []
    for step in steps.values():
        # Who is back under the line is below it by something; that is nothing anybody is over by.
        asked += [func.sum(case((step, 1), else_=0)), func.sum(case((step & (c.excess_fen > 0), c.excess_fen), else_=0))]
    found = [int(value or 0) for value in connection.execute(select(*asked).where(*conditions)).one()]
    return tuple(Step(key, *found[2 * place : 2 * place + 2]) for place, key in enumerate(steps))


def _spans(connection: Connection, conditions: list[ColumnElement[bool]]) -> dict[str, Days]:
    c = cases.c
    ends: dict[str, ColumnElement[Any]] = {
        "known": _day(c.known_at), "warned": _day(c.opened_at), "sent": _day(c.sent_at), "relieved": c.relief_on,
    }
    spans = {}
    for key, end in ends.items():
        asked = select(c.opened_crossing, end, func.count()).where(*conditions, c.opened_crossing.is_not(None), end.is_not(None))
        spans[key] = _days(connection.execute(asked.group_by(c.opened_crossing, end)))
    return spans


def _stays(connection: Connection, conditions: list[ColumnElement[bool]], today: date) -> tuple[Stay, ...]:
    e = case_events.c
    # An act that leaves a case where it stands does not end its stay.
    moved = select(
        e.from_state, func.lag(e.at).over(partition_by=e.case_id, order_by=e.id).label("came"), e.at.label("went")
    ).where(e.from_state != e.to_state, e.case_id.in_(select(cases.c.id).where(*conditions))).subquery()
    came, went = _day(moved.c.came), _day(moved.c.went)
    asked = select(moved.c.from_state, came, went, func.count()).where(moved.c.from_state != "")
    left: dict[str, list[tuple[Any, Any, int]]] = {}
    for state, first, last, number in connection.execute(asked.group_by(moved.c.from_state, came, went)):
        left.setdefault(state, []).append((first, last, number))
    since = _day(cases.c.since)
    there: dict[str, list[tuple[Any, Any, int]]] = {}
    now = select(cases.c.state, since, func.count()).where(*conditions).group_by(cases.c.state, since)
    for state, first, number in connection.execute(now):
        there.setdefault(state, []).append((first, today, number))
    seen = [state.value for state in CaseState if state.value in left or state.value in there]
    return tuple(Stay(state, _days(left.get(state, ())), _days(there.get(state, ()))) for state in seen)


def _recognition(connection: Connection, conditions: list[ColumnElement[bool]]) -> tuple[Recognition, ...]:
    line, p = referral_lines.c, referral_packs.c
    joined = referral_lines.join(referral_packs, p.id == line.pack_id).join(cases, cases.c.id == line.case_id)
    out = p.state.in_((PackState.SENT.value, PackState.RECEIVED.value))

    def people(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(case((condition, line.case_id))))

    asked = select(
        p.department, line.rule, func.count(distinct(line.case_id)), people(line.answer != ""),
        people(line.answer == CaseState.ACCEPTED.value),
    ).select_from(joined).where(out, *conditions)
    found = connection.execute(asked.group_by(p.department, line.rule).order_by(p.department, line.rule))
    return tuple(Recognition(department, rule, *map(int, counted)) for department, rule, *counted in found)


def _day(moment: ColumnElement[Any]) -> ColumnElement[str]:
    """The date of an instant as ``moment.written`` writes it: China's."""
    # Written out: PostgreSQL takes two parameters of the same value for different things and could not group by this.
    return func.substr(moment, literal_column("1"), literal_column("10"))


def _days(pairs: Iterable[Any]) -> Days:
    """``pairs``: first day, last day (dates or their text), how many cases."""
    counted: Counter[int] = Counter()
    for first, last, number in pairs:
        counted[(_date(last) - _date(first)).days] += number
    total = sum(counted.values())
    if not total:
        return Days(0, None, None, None, None)
    mean = _tenth(Decimal(sum(days * number for days, number in counted.items())) / total)
    return Days(total, mean, _part(counted, total, 50), _part(counted, total, 90), max(counted))


def _part(counted: Counter[int], total: int, percent: int) -> int:
    """The smallest number of days that so many per cent of the cases took no longer than."""
    so_far = 0
    for days in sorted(counted):
        so_far += counted[days]
        if 100 * so_far >= percent * total:
            break
    return days


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)
