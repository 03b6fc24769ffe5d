"""Pages and whole lists of people from the case database: alerts, and people over a line who are listed apart.

Only masked names and numbers leave this module; sealed columns are never selected. A run's rows never change
once committed, so a list exported later holds exactly the rows that were counted on screen. Amounts are
integer fen. Counts and sums come from counts already made whenever the filters allow it; only a filter on a person's own
columns makes the database count the alerts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
MAX_PAGE_SIZE = 1000


class People(Generic[Listed]):
    """A table of people as rows of one kind: a page of them, all of them, or one.

    ``sorts``: the orders the list may be put in; ``amount``: the column a page's sum is of.
    """

    def __init__(
        self, table: Table, row: type[Listed], sorts: Mapping[str, tuple[str, ...]], amount: str = "excess_fen"
    ) -> None:
        self._table = table
        self._row = row
        self._sorts = sorts
        self._amount = table.c[amount]
        self._columns = tuple(table.c[f.name] for f in fields(row))

    def totals(self, connection: Connection, conditions: Conditions) -> tuple[int, int]:
        """How many rows, and their amount together (fen), counted one by one."""
        counted = select(func.count(), func.coalesce(func.sum(self._amount), 0)).where(*conditions)
        people, excess = connection.execute(counted).one()
        return int(people), int(excess)

    def page(
        self, connection: Connection, conditions: Conditions, sort: str, descending: bool, page: int, size: int, total: int
    ) -> tuple[Listed, ...]:
        """A page's rows, given how many rows there are in all."""
        if not 1 <= size <= MAX_PAGE_SIZE or page < 1:
            raise MonitorError(f"每页行数应在 1 到 {MAX_PAGE_SIZE} 之间，页码从 1 开始，请改正后重试")
        order = self._order(sort, descending)
        start, length = (page - 1) * size, min(size, total - (page - 1) * size)
        if length <= 0:
            return ()
        # The page's ids first, then their rows: skipping goes over index entries instead of whole rows, from the
        # nearer end of the list.
        ids = select(self._table.c.id).where(*conditions)
        if start <= total // 2:
            ids = ids.order_by(*order).limit(length).offset(start)
        else:
            ids = ids.order_by(*self._order(sort, descending, backwards=True)).limit(length)
            ids = ids.offset(total - start - length)
        query = select(*self._columns).where(self._table.c.id.in_(ids)).order_by(*order)
        return tuple(self._row(*row) for row in connection.execute(query))

    def all(self, connection: Connection, conditions: Conditions, sort: str, descending: bool) -> Iterator[Listed]:
        """Every row, a few thousand in memory at once."""
        query = select(*self._columns).where(*conditions).order_by(*self._order(sort, descending))
        for row in connection.execution_options(yield_per=2000).execute(query):
            yield self._row(*row)

    def one(self, connection: Connection, row_id: int, scope: Scope) -> Listed | None:
        query = select(*self._columns).where(self._table.c.id == row_id, *within(self._table.c, scope))
        row = connection.execute(query).one_or_none()
        return self._row(*row) if row is not None else None

    def _order(self, sort: str, descending: bool, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """The order by name, with the id last so that equal rows keep their places from page to page, and people
        without a date after those with one. ``backwards`` is its exact mirror."""
        if sort not in self._sorts:
            raise MonitorError(f"不能按“{sort}”排序，可用的排序有：{'、'.join(self._sorts)}")
        columns = [*(self._table.c[name] for name in self._sorts[sort]), self._table.c.id]
        directed = [column.desc() if descending != backwards else column.asc() for column in columns]
        return [column.nulls_first() if backwards else column.nulls_last() for column in directed]


_ALERTS = People(alerts, AlertRow, SORTS)
_ASIDE = People(set_aside, AsideRow, {name: SORTS[name] for name in ASIDE_SORTS})


def alert_page(
    connection: Connection,
    run_id: str,
    filters: Filters = EVERY_ALERT,
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page[AlertRow]:
    """One page (from 1) of a run's alerts, and the count and excess of all the filters leave.

    Raises MonitorError for an order that is not in ``SORTS`` or a size above ``MAX_PAGE_SIZE``.
    """
    conditions = alert_conditions(run_id, filters, scope)
    if filters.additive:
        total, excess = _summed(connection, run_id, filters, scope)
    else:
        total, excess = _ALERTS.totals(connection, conditions)
    return Page(_ALERTS.page(connection, conditions, sort, descending, page, size, total), total, excess)


def alert_rows(
    connection: Connection,
    run_id: str,
    filters: Filters = EVERY_ALERT,
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AlertRow]:
    """All the rows ``alert_page`` would page through, in the same order, a few thousand in memory at once."""
    return _ALERTS.all(connection, alert_conditions(run_id, filters, scope), sort, descending)


def alert(connection: Connection, alert_id: int, scope: Scope = EVERYTHING) -> AlertRow | None:
    """The alert of that number, or None where there is none within the scope."""
    return _ALERTS.one(connection, alert_id, scope)


def set_aside_page(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = EVERYBODY_ASIDE,
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page[AsideRow]:
    """The same as ``alert_page`` for people over a line who are listed apart."""
    conditions = aside_conditions(run_id, filters, scope)
    total, excess = _ASIDE.totals(connection, conditions)
    return Page(_ASIDE.page(connection, conditions, sort, descending, page, size, total), total, excess)


def set_aside_rows(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = EVERYBODY_ASIDE,
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AsideRow]:
    """All the rows ``set_aside_page`` would page through, in the same order."""
    return _ASIDE.all(connection, aside_conditions(run_id, filters, scope), sort, descending)


def set_aside_person(connection: Connection, row_id: int, scope: Scope = EVERYTHING) -> AsideRow | None:
    """The person set aside under that number, or None where there is none within the scope."""
    return _ASIDE.one(connection, row_id, scope)


def _summed(connection: Connection, run_id: str, filters: Filters, scope: Scope) -> tuple[int, int]:
    """How many alerts, and their excess together (fen), from the counts already made."""
    c = counts(scope).c
    query = select(func.coalesce(func.sum(c.people), 0), func.coalesce(func.sum(c.excess_fen), 0))
    people, excess = connection.execute(query.where(*summary_conditions(run_id, filters, scope))).one()
    return int(people), int(excess)
