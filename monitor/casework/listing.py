"""Pages and whole lists of people from the case database: alerts, and people over a line who are listed apart.

Only masked names and numbers leave this module; sealed columns are never selected. A run's rows never change
once committed, so a list exported later holds exactly the rows that were counted on screen. Amounts are
integer fen. Counts and sums come from ``summary`` whenever the filters allow it; only a filter on a person's own
columns makes the database count the alerts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from monitor.casework.narrowing import (
    EVERY_ALERT,
    EVERYBODY_ASIDE,
    EVERYTHING,
    AsideFilters,
    Filters,
    Scope,
    alert_conditions,
    aside_conditions,
    summary_conditions,
    within,
)
from monitor.casework.tables import alerts, set_aside, summary
from monitor.errors import MonitorError


@dataclass(frozen=True)
class PersonRow:
    """What an alert and a person set aside have in common: masked, never sealed."""

    id: int
    run_id: str
    person: str = field(repr=False)
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str
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


@dataclass(frozen=True)
class Page:
    """One page of a list. ``total`` and ``excess_sum`` (fen) are of all the filters leave, not the page."""

    rows: tuple[AlertRow, ...] | tuple[AsideRow, ...]
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
MAX_PAGE_SIZE = 1000

_ALERT_COLUMNS = tuple(alerts.c[f.name] for f in fields(AlertRow))
_ASIDE_COLUMNS = tuple(set_aside.c[f.name] for f in fields(AsideRow))


def alert_page(
    connection: Connection,
    run_id: str,
    filters: Filters = EVERY_ALERT,
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page:
    """One page (from 1) of a run's alerts, and the count and excess of all the filters leave.

    Raises MonitorError for an order that is not in ``SORTS`` or a size above ``MAX_PAGE_SIZE``.
    """
    conditions = alert_conditions(run_id, filters, scope)
    total, excess = _alert_totals(connection, run_id, filters, scope, conditions)
    rows = _page_rows(connection, alerts, _ALERT_COLUMNS, conditions, sort, descending, page, size, total)
    return Page(tuple(AlertRow(*tuple(row)) for row in rows), total, excess)


def alert_rows(
    connection: Connection,
    run_id: str,
    filters: Filters = EVERY_ALERT,
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AlertRow]:
    """All the rows ``alert_page`` would page through, in the same order, a few thousand in memory at once."""
    conditions = alert_conditions(run_id, filters, scope)
    query = select(*_ALERT_COLUMNS).where(*conditions).order_by(*_order(alerts, sort, descending))
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield AlertRow(*tuple(row))


def alert(connection: Connection, alert_id: int, scope: Scope = EVERYTHING) -> AlertRow | None:
    """The alert of that number, or None where there is none within the scope."""
    query = select(*_ALERT_COLUMNS).where(alerts.c.id == alert_id, *within(alerts.c, scope))
    row = connection.execute(query).one_or_none()
    return AlertRow(*tuple(row)) if row is not None else None


def set_aside_page(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = EVERYBODY_ASIDE,
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page:
    """The same as ``alert_page`` for people over a line who are listed apart."""
    conditions = aside_conditions(run_id, filters, scope)
    counted = select(func.count(), func.coalesce(func.sum(set_aside.c.excess_fen), 0)).where(*conditions)
    total, excess = connection.execute(counted).one()
    rows = _page_rows(connection, set_aside, _ASIDE_COLUMNS, conditions, sort, descending, page, size, int(total))
    return Page(tuple(AsideRow(*tuple(row)) for row in rows), int(total), int(excess))


def set_aside_rows(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = EVERYBODY_ASIDE,
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AsideRow]:
    """All the rows ``set_aside_page`` would page through, in the same order."""
    conditions = aside_conditions(run_id, filters, scope)
    query = select(*_ASIDE_COLUMNS).where(*conditions).order_by(*_order(set_aside, sort, descending))
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield AsideRow(*tuple(row))


def set_aside_person(connection: Connection, row_id: int, scope: Scope = EVERYTHING) -> AsideRow | None:
    """The person set aside under that number, or None where there is none within the scope."""
    query = select(*_ASIDE_COLUMNS).where(set_aside.c.id == row_id, *within(set_aside.c, scope))
    row = connection.execute(query).one_or_none()
    return AsideRow(*tuple(row)) if row is not None else None


def _page_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    conditions: list[ColumnElement[bool]],
    sort: str,
    descending: bool,
    page: int,
    size: int,
    total: int,
) -> Sequence[Row[Any]]:
    if not 1 <= size <= MAX_PAGE_SIZE or page < 1:
        raise MonitorError(f"每页行数应在 1 到 {MAX_PAGE_SIZE} 之间，页码从 1 开始，请改正后重试")
    order = _order(table, sort, descending)
    start, length = (page - 1) * size, min(size, total - (page - 1) * size)
    if length <= 0:
        return ()
    # The page's ids first, then their rows: skipping goes over index entries instead of whole rows, from the
    # nearer end of the list.
    ids = select(table.c.id).where(*conditions)
    if start <= total // 2:
        ids = ids.order_by(*order).limit(length).offset(start)
    else:
        ids = ids.order_by(*_order(table, sort, descending, backwards=True)).limit(length)
        ids = ids.offset(total - start - length)
    query = select(*columns).where(table.c.id.in_(ids)).order_by(*order)
    return connection.execute(query).all()


def _order(table: Table, sort: str, descending: bool, *, backwards: bool = False) -> list[ColumnElement[Any]]:
    """The order by name, with the id last so that equal rows keep their places from page to page, and people
    without a date after those with one. ``backwards`` is its exact mirror."""
    allowed = SORTS if table is alerts else ASIDE_SORTS
    if sort not in allowed:
        raise MonitorError(f"不能按“{sort}”排序，可用的排序有：{'、'.join(allowed)}")
    columns = [*(table.c[name] for name in SORTS[sort]), table.c.id]
    directed = [column.desc() if descending != backwards else column.asc() for column in columns]
    return [column.nulls_first() if backwards else column.nulls_last() for column in directed]


def _alert_totals(
    connection: Connection, run_id: str, filters: Filters, scope: Scope, conditions: list[ColumnElement[bool]]
) -> tuple[int, int]:
    if filters.additive and not scope.towns:
        s = summary.c
        query = select(func.coalesce(func.sum(s.people), 0), func.coalesce(func.sum(s.excess_fen), 0))
        query = query.where(*summary_conditions(run_id, filters, scope))
    else:
        query = select(func.count(), func.coalesce(func.sum(alerts.c.excess_fen), 0)).where(*conditions)
    people, excess = connection.execute(query).one()
    return int(people), int(excess)
