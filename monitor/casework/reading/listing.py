"""Pages and whole lists of people from the case database: alerts, and people over a line who are listed apart.

Only masked names and numbers leave this module; sealed columns are never selected. A run's rows never change
once committed, so a list exported later holds exactly the rows that were counted on screen. Amounts are
integer fen. Counts and sums come from counts already made whenever the filters allow it; only a filter on a person's own
columns makes the database count the alerts themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.casework.reading.narrowing import (
    EVERY_ALERT,
    EVERYBODY_ASIDE,
    AsideFilters,
    Filters,
    alert_conditions,
    aside_conditions,
    counts,
    summary_conditions,
    within,
)
from monitor.casework.reading.query import ListQuery, Narrowed
from monitor.casework.tables import alerts, set_aside


@dataclass(frozen=True)
class Somebody:
    """Who a row of any list is about, and where they belong: masked, never sealed."""

    id: int
    person: str = field(repr=False)
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str


@dataclass(frozen=True)
class OfRun(Somebody):
    """Somebody a run lists, or was asked about."""

    run_id: str


@dataclass(frozen=True)
class PersonRow(OfRun):
    """What an alert and a person set aside have in common."""

    measure: str
    burden_fen: int
    benchmark_fen: int | None
    benchmark_year: int | None
    multiple: str | None
    threshold_fen: int
    excess_fen: int
    reason: str
    provisional: bool


@dataclass(frozen=True)
class AlertRow(PersonRow):
    rule: str
    kind: str
    crossed_on: date | None
    crossing_setl_id: str | None
    state: str


@dataclass(frozen=True)
class AsideRow(PersonRow):
    """A person over a line who is listed apart; ``reason`` says why."""


Listed = TypeVar("Listed", bound=Somebody)
Conditions: TypeAlias = list[ColumnElement[bool]]


@dataclass(frozen=True)
class Page(Generic[Listed]):
    """One page of a list. ``total`` and ``excess_sum`` (fen) are of all the filters leave, not the page.

    ``excess_sum`` adds up the amount the list is about: what is over a line, or what is due and was not paid.
    """

    rows: tuple[Listed, ...]
    total: int
    excess_sum: int


#: The orders a list may be put in. Anything else is refused, so no request can name a column of its own.
SORTS: dict[str, tuple[str, ...]] = {
    "excess": ("excess_fen",),
    "burden": ("burden_fen",),
    "crossed_on": ("crossed_on",),
    "district": ("insu_admdvs", "town"),
}
ASIDE_SORTS = tuple(name for name in SORTS if name != "crossed_on")
SHORTFALL_SORTS: dict[str, tuple[str, ...]] = {
    "shortfall": ("shortfall_fen",),
    "expected": ("expected_fen",),
    "since": ("since",),
    "district": SORTS["district"],
}


class People(Generic[Narrowed, Listed]):
    """A table of people as rows of one kind: a page of them, all of them, or one. Each is narrowed to the viewer's scope here.

    ``narrow``: what the list's filters mean in SQL; ``sorts``: the orders the list may be put in, the first where none is asked for;
    ``amount``: the column a page's sum is of.
    """

    def __init__(
        self, table: Table, row: type[Listed], sorts: Mapping[str, tuple[str, ...]], narrow: Callable[[Narrowed], Conditions],
        amount: str = "excess_fen",
    ) -> None:
        self._table = table
        self._row = row
        self._sorts = sorts
        self._narrow = narrow
        self._amount = table.c[amount]
        self._columns = tuple(table.c[f.name] for f in fields(row))

    def page(
        self, connection: Connection, query: ListQuery[Narrowed], *of: ColumnElement[bool], counted: tuple[int, int] | None = None
    ) -> Page[Listed]:
        """A page of the rows ``of`` which the conditions hold. ``counted``: how many rows the filters leave, and their amount
        together, where somebody knows already; else they are counted one by one. Raises MonitorError for an order there is not."""
        order, backwards = self._order(query), self._order(query, backwards=True)
        conditions = self._conditions(query, of)
        total, amount = counted or self._totals(connection, conditions)
        length = min(query.size, total - query.start)
        if length <= 0:
            return Page((), total, amount)
        # The page's ids first, then their rows: skipping goes over index entries instead of whole rows, from the
        # nearer end of the list.
        ids = select(self._table.c.id).where(*conditions)
        if query.start <= total // 2:
            ids = ids.order_by(*order).limit(length).offset(query.start)
        else:
            ids = ids.order_by(*backwards).limit(length).offset(total - query.start - length)
        asked = select(*self._columns).where(self._table.c.id.in_(ids)).order_by(*order)
        return Page(tuple(self._row(*row) for row in connection.execute(asked)), total, amount)

    def all(self, connection: Connection, query: ListQuery[Narrowed], *of: ColumnElement[bool]) -> Iterator[Listed]:
        """Every row of every page, a few thousand in memory at once."""
        asked = select(*self._columns).where(*self._conditions(query, of)).order_by(*self._order(query))
        for row in connection.execution_options(yield_per=2000).execute(asked):
            yield self._row(*row)

    def one(self, connection: Connection, row_id: int, scope: Scope) -> Listed | None:
        query = select(*self._columns).where(self._table.c.id == row_id, *within(self._table.c, scope))
        row = connection.execute(query).one_or_none()
        return self._row(*row) if row is not None else None

    def _conditions(self, query: ListQuery[Narrowed], of: tuple[ColumnElement[bool], ...]) -> Conditions:
        return [*of, *within(self._table.c, query.scope), *self._narrow(query.filters)]

    def _totals(self, connection: Connection, conditions: Conditions) -> tuple[int, int]:
        """How many rows, and their amount together (fen), counted one by one."""
        counted = select(func.count(), func.coalesce(func.sum(self._amount), 0)).where(*conditions)
        people, amount = connection.execute(counted).one()
        return int(people), int(amount)

    def _order(self, query: ListQuery[Narrowed], *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """The order by name, with the id last so that equal rows keep their places from page to page, and people
        without a date after those with one. ``backwards`` is its exact mirror."""
        sort = query.sort or next(iter(self._sorts))
        if sort not in self._sorts:
            raise MonitorError(f"不能按“{sort}”排序，可用的排序有：{'、'.join(self._sorts)}")
        columns = [*(self._table.c[name] for name in self._sorts[sort]), self._table.c.id]
        directed = [column.desc() if query.descending != backwards else column.asc() for column in columns]
        return [column.nulls_first() if backwards else column.nulls_last() for column in directed]


_ALERTS = People(alerts, AlertRow, SORTS, alert_conditions)
_ASIDE = People(set_aside, AsideRow, {name: SORTS[name] for name in ASIDE_SORTS}, aside_conditions)
ALL_ALERTS = ListQuery(EVERY_ALERT)
ALL_ASIDE = ListQuery(EVERYBODY_ASIDE)


def alert_page(connection: Connection, run_id: str, query: ListQuery[Filters] = ALL_ALERTS) -> Page[AlertRow]:
    """One page of a run's alerts, and the count and excess of all the filters leave. Raises MonitorError for an order that is not in
    ``SORTS``."""
    counted = _summed(connection, run_id, query) if query.filters.additive else None
    return _ALERTS.page(connection, query, alerts.c.run_id == run_id, counted=counted)


def alert_rows(connection: Connection, run_id: str, query: ListQuery[Filters] = ALL_ALERTS) -> Iterator[AlertRow]:
    """All the rows ``alert_page`` would page through, in the same order, a few thousand in memory at once."""
    return _ALERTS.all(connection, query, alerts.c.run_id == run_id)


def alert(connection: Connection, alert_id: int, scope: Scope = EVERYTHING) -> AlertRow | None:
    """The alert of that number, or None where there is none within the scope."""
    return _ALERTS.one(connection, alert_id, scope)


def set_aside_page(connection: Connection, run_id: str, query: ListQuery[AsideFilters] = ALL_ASIDE) -> Page[AsideRow]:
    """The same as ``alert_page`` for people over a line who are listed apart."""
    return _ASIDE.page(connection, query, set_aside.c.run_id == run_id)


def set_aside_rows(connection: Connection, run_id: str, query: ListQuery[AsideFilters] = ALL_ASIDE) -> Iterator[AsideRow]:
    """All the rows ``set_aside_page`` would page through, in the same order."""
    return _ASIDE.all(connection, query, set_aside.c.run_id == run_id)


def set_aside_person(connection: Connection, row_id: int, scope: Scope = EVERYTHING) -> AsideRow | None:
    """The person set aside under that number, or None where there is none within the scope."""
    return _ASIDE.one(connection, row_id, scope)


def _summed(connection: Connection, run_id: str, query: ListQuery[Filters]) -> tuple[int, int]:
    """How many alerts, and their excess together (fen), from the counts already made."""
    c = counts(query.scope).c
    asked = select(func.coalesce(func.sum(c.people), 0), func.coalesce(func.sum(c.excess_fen), 0))
    people, excess = connection.execute(asked.where(*summary_conditions(run_id, query.filters, query.scope))).one()
    return int(people), int(excess)
