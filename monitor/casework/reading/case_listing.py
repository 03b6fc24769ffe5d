"""Cases as lists: pages, whole lists, one case with its history, and what each officer has due.

Only masked names and numbers leave this module; remarks, in which anybody may be named, are opened for who is allowed to
see people. Amounts are integer fen. Everything is within the viewer's scope.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.access.tables import accounts
from monitor.casework.reading.listing import Page, People, Somebody
from monitor.casework.reading.narrowing import Search, members, searched, within
from monitor.casework.reading.query import ListQuery
from monitor.casework.tables import REMARK_SEAL, case_events, cases
from monitor.casework.transitions import ENDED

#: Days before its due date from which a case counts as due.
SOON = timedelta(days=7)
#: A case assigned to nobody, where accounts are asked for by number.
NOBODY = 0
Due = Literal["overdue", "soon", "none"]


@dataclass(frozen=True)
class CaseFilters:
    """What a list of cases is narrowed to. Empty means no restriction; ``assignees``: account numbers, ``NOBODY`` for who
    is assigned to nobody; ``news``: whether a run said something nobody has acted on; ``due`` is as of ``today``: past its
    date, within a week of it, or without one, of cases not ended; amounts are fen, both ends included."""

    documents: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    assignees: tuple[int, ...] = ()
    news: bool | None = None
    due: Due | None = None
    today: date | None = None
    excess_from: int | None = None
    excess_to: int | None = None
    search: Search | None = None


@dataclass(frozen=True)
class CaseRow(Somebody):
    """A case as lists and screens show it: the facts of the newest run, and what was decided."""

    document: str
    year: int
    kind: str
    rule: str
    measure: str
    burden_fen: int
    benchmark_fen: int | None
    benchmark_year: int | None
    multiple: str | None
    threshold_fen: int
    excess_fen: int
    band: int
    crossed_on: date | None
    provisional: bool
    alert_state: str
    alert_reason: str
    opened_run: str
    opened_at: str
    opened_crossing: date | None
    alert_run: str
    as_of: date
    news: str
    state: str
    since: str
    version: int
    reason: str
    assignee: int | None
    due_on: date | None
    sent_at: str | None
    answer: str
    answered_at: str | None
    recognised_as: str
    recognised_on: date | None
    relief_kind: str
    relief_fen: int | None
    relief_on: date | None
    closed_at: str | None


@dataclass(frozen=True)
class Happened:
    """One line of a case's history. ``remark`` is empty where it was not asked for, ``remarked`` says whether there is one."""

    at: str
    actor: str
    display: str
    act: str
    from_state: str
    to_state: str
    reason: str
    detail: dict[str, Any]
    remark: str
    remarked: bool
    run_id: str | None
    pack_id: int | None
    reply_id: int | None
    version: int


@dataclass(frozen=True)
class Workload:
    """What an officer has in hand: cases not ended, of these due within a week, and past their date."""

    assignee: int | None
    display: str
    open: int
    soon: int
    overdue: int


CASE_SORTS: dict[str, tuple[str, ...]] = {
    "excess": ("excess_fen",),
    "burden": ("burden_fen",),
    "crossed_on": ("crossed_on",),
    "district": ("insu_admdvs", "town"),
    "since": ("since",),
    "due_on": ("due_on",),
}
EVERY_CASE = CaseFilters()
ALL_CASES = ListQuery(EVERY_CASE)
_GOING_ON = cases.c.state.not_in([state.value for state in ENDED])


def case_conditions(filters: CaseFilters, scope: Scope) -> list[ColumnElement[bool]]:
    """Which rows of ``cases`` the filters and the scope leave."""
    return [*within(cases.c, scope), *_narrowed(filters)]


def _narrowed(filters: CaseFilters) -> list[ColumnElement[bool]]:
    c = cases.c
    conditions = [
        *members(c.document, filters.documents), *members(c.state, filters.states),
        *members(c.kind, filters.kinds), *members(c.category, filters.categories), *members(c.insu_admdvs, filters.districts),
        *members(c.reason, filters.reasons), *searched(c, filters.search),
    ]
    if filters.years:
        conditions.append(c.year.in_(filters.years))
    if filters.assignees:
        given = c.assignee.in_([number for number in filters.assignees if number != NOBODY])
        conditions.append(or_(given, c.assignee.is_(None)) if NOBODY in filters.assignees else given)
    if filters.news is not None:
        conditions.append(c.news != "" if filters.news else c.news == "")
    if filters.excess_from is not None:
        conditions.append(c.excess_fen >= filters.excess_from)
    if filters.excess_to is not None:
        conditions.append(c.excess_fen <= filters.excess_to)
    if filters.due is not None:
        if filters.today is None:
            raise ValueError("what is due is due as of a day")
        conditions += [_GOING_ON, _due(filters.due, filters.today)]
    return conditions


def _due(due: Due, today: date) -> ColumnElement[bool]:
    on = cases.c.due_on
    return {"overdue": on < today, "soon": on.between(today, today + SOON), "none": on.is_(None)}[due]


_CASES = People(cases, CaseRow, CASE_SORTS, _narrowed)


def case_page(connection: Connection, query: ListQuery[CaseFilters] = ALL_CASES) -> Page[CaseRow]:
    """One page of cases, and the count and excess of all the filters leave. Raises MonitorError for an order that is not in
    ``CASE_SORTS``."""
    return _CASES.page(connection, query)


def case_rows(connection: Connection, query: ListQuery[CaseFilters] = ALL_CASES) -> Iterator[CaseRow]:
    """All the rows ``case_page`` would page through, in the same order, a few thousand in memory at once."""
    return _CASES.all(connection, query)


def case_one(connection: Connection, case_id: int, scope: Scope = EVERYTHING) -> CaseRow | None:
    """The case of that number, or None where there is none within the scope."""
    return _CASES.one(connection, case_id, scope)


def case_history(
    connection: Connection, case_id: int, scope: Scope = EVERYTHING, sealer: Sealer | None = None
) -> tuple[Happened, ...]:
    """Everything that was done with a case, the first first; empty outside the scope. Remarks are opened given a sealer."""
    e = case_events.c
    inside = select(cases.c.id).where(cases.c.id == case_id, *within(cases.c, scope))
    asked = select(case_events, accounts.c.display).outerjoin(accounts, accounts.c.id == e.account)
    found = connection.execute(asked.where(e.case_id.in_(inside)).order_by(e.id))
    return tuple(
        Happened(
            row.at, row.actor, row.display or row.actor, row.act, row.from_state, row.to_state, row.reason, json.loads(row.detail),
            sealer.open_text(row.remark_sealed, REMARK_SEAL) if sealer else "", row.remark_sealed is not None, row.run_id,
            row.pack_id, row.reply_id, row.version,
        )
        for row in found
    )


def workloads(connection: Connection, today: date, scope: Scope = EVERYTHING) -> tuple[Workload, ...]:
    """What each officer has in hand, those with most overdue first; last what is assigned to nobody."""
    c = cases.c

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    asked = select(c.assignee, accounts.c.display, func.count(), counted(_due("soon", today)), counted(_due("overdue", today)))
    asked = asked.select_from(cases.outerjoin(accounts, accounts.c.id == c.assignee)).where(_GOING_ON, *within(c, scope))
    found = [
        Workload(assignee, display or "", int(going_on), int(soon), int(overdue))
        for assignee, display, going_on, soon, overdue in connection.execute(asked.group_by(c.assignee, accounts.c.display))
    ]
    return tuple(sorted(found, key=lambda one: (one.assignee is None, -one.overdue, one.display)))
