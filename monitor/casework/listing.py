"""What the screens and the outgoing lists read from the case database: runs, figures, pages of people.

Only masked names and numbers leave this module; sealed columns are never selected. A run's rows never change
once committed, so every answer here may be cached under its run id, filters and scope, and a list exported
later holds exactly the rows that were counted on screen.

Amounts are integer fen. Counts and sums come from ``summary`` whenever the filters allow it, because it is
additive and small; only a filter on a person's own columns makes the database look at the alerts themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Table,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from monitor.casework.tables import alerts, distribution, set_aside, summary
from monitor.casework.tables import runs as runs_table
from monitor.errors import MonitorError
from monitor.vocabulary import RESIDENT_SCHEME_PREFIX, AlertState

#: The states of people who are over a line now; the others say what became of somebody who was.
ACTIVE_STATES = (AlertState.NEW.value, AlertState.RAISED.value, AlertState.CONTINUING.value)

InsutypeGroup: TypeAlias = Literal["employee", "resident", "other"]
EMPLOYEE_SCHEME = "310"


@dataclass(frozen=True)
class Scope:
    """Whose rows a viewer may see: district prefixes (3710: all of 371000's) and townships; empty is all."""

    districts: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()


EVERYTHING = Scope()


@dataclass(frozen=True)
class Search:
    """One person looked for by keyed blind index (hexadecimal): whole number, last four or whole name."""

    kind: Literal["certno", "last4", "name"]
    index: str = field(repr=False)


@dataclass(frozen=True)
class Filters:
    """What a list of alerts is narrowed to. An empty tuple means no restriction; a month is ``YYYY-MM``,
    ``""`` for people without a crossing (cleared, unconfirmed); amounts are fen, both ends included."""

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    insutypes: tuple[InsutypeGroup, ...] = ()
    excess_from: int | None = None
    excess_to: int | None = None
    search: Search | None = None

    @property
    def additive(self) -> bool:
        """Whether ``summary`` alone can count the rows."""
        return not self.insutypes and not self.search and self.excess_from is self.excess_to is None


@dataclass(frozen=True)
class AsideFilters:
    """The same for people over a line listed apart; ``reasons`` are ``vocabulary.SetAside`` values."""

    reasons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    insutypes: tuple[InsutypeGroup, ...] = ()
    excess_from: int | None = None
    excess_to: int | None = None
    search: Search | None = None


@dataclass(frozen=True)
class Run:
    """One row of ``runs``, with ``health`` parsed."""

    run_id: str
    position: int
    document: str
    title: str
    as_of: date
    known_at: str
    committed_at: str
    trial: bool
    replay: bool
    provisional: bool
    predecessor: str | None
    settlements: int
    counted: int
    persons: int
    latest_settlement: date | None
    latest_load: str | None
    flagged: int
    uncovered: int
    outside_region: int
    deceased: int
    health: dict[str, Any]

    @property
    def official(self) -> bool:
        return not self.trial and not self.replay


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


@dataclass(frozen=True)
class Count:
    """Alerts over a line, and by how much together (fen), under one value of a dimension, for one kind."""

    key: str
    kind: str
    people: int
    excess_fen: int


@dataclass(frozen=True)
class TrendPoint:
    """One run of the year's series: alerts by state, and their excess (fen) for those over a line."""

    run_id: str
    as_of: date
    flagged: int
    excess_fen: int
    states: dict[str, int]


@dataclass(frozen=True)
class Bin:
    """People of a kind's population whose burden ÷ benchmark is in (percent, percent + 5]; 300: all above."""

    kind: str
    percent: int
    people: int


@dataclass(frozen=True)
class Overview:
    """A run's figures. The five breakdowns count people over a line now; ``by_state`` counts every state.

    ``distribution`` is of the whole document's region: it is empty for a viewer who sees part of it.
    """

    run: Run
    trend: tuple[TrendPoint, ...]
    by_kind: tuple[Count, ...]
    by_category: tuple[Count, ...]
    by_district: tuple[Count, ...]
    by_month: tuple[Count, ...]
    by_state: tuple[Count, ...]
    uncovered: int
    outside_region: int
    deceased: int
    distribution: tuple[Bin, ...]


@dataclass(frozen=True)
class Choices:
    """The values that occur in a run: what a filter can usefully offer."""

    kinds: tuple[str, ...]
    states: tuple[str, ...]
    categories: tuple[str, ...]
    districts: tuple[str, ...]
    months: tuple[str, ...]


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


# -- runs --------------------------------------------------------------------------------


def runs(connection: Connection) -> list[Run]:
    """Every run, the newest commitment first."""
    return [
        _run(row) for row in connection.execute(select(runs_table).order_by(runs_table.c.position.desc()))
    ]


def run(connection: Connection, run_id: str) -> Run | None:
    """The run of that id, or None."""
    row = connection.execute(select(runs_table).where(runs_table.c.run_id == run_id)).one_or_none()
    return _run(row) if row is not None else None


def latest_run(connection: Connection, document: str | None = None) -> Run | None:
    """The official run (no trial, no replay) committed last, of one document or any; None if none."""
    query = select(runs_table).where(runs_table.c.trial.is_(False), runs_table.c.replay.is_(False))
    if document is not None:
        query = query.where(runs_table.c.document == document)
    row = connection.execute(query.order_by(runs_table.c.position.desc()).limit(1)).one_or_none()
    return _run(row) if row is not None else None


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    values["health"] = json.loads(values["health"] or "{}")
    return Run(**values)


# -- the overview ------------------------------------------------------------------------


def overview(connection: Connection, run_id: str, scope: Scope = EVERYTHING) -> Overview:
    """A run's figures and the year's series it stands in. Raises MonitorError for an unknown run."""
    chosen = run(connection, run_id)
    if chosen is None:
        raise MonitorError(f"没有编号为 {run_id} 的运行，请在运行列表中另选一次")
    if scope == EVERYTHING:
        aside = {
            "no_rule": chosen.uncovered,
            "outside_region": chosen.outside_region,
            "deceased": chosen.deceased,
        }
    else:
        counted = select(set_aside.c.reason, func.count()).where(
            set_aside.c.run_id == run_id, *_within(set_aside.c, scope)
        )
        aside = {
            reason: int(people) for reason, people in connection.execute(counted.group_by(set_aside.c.reason))
        }

    def by(dimension: str, states: tuple[str, ...] = ACTIVE_STATES) -> tuple[Count, ...]:
        return tuple(
            Count(key, kind, people, excess)
            for key, kind, people, excess in _tally(connection, (run_id,), scope, (dimension, "kind"), states)
        )

    return Overview(
        run=chosen,
        trend=_trend(connection, chosen, scope),
        by_kind=by("kind"),
        by_category=by("category"),
        by_district=by("insu_admdvs"),
        by_month=by("month"),
        by_state=by("state", states=()),
        uncovered=aside.get("no_rule", 0),
        outside_region=aside.get("outside_region", 0),
        deceased=aside.get("deceased", 0),
        distribution=_distribution(connection, run_id) if scope == EVERYTHING else (),
    )


def choices(connection: Connection, run_id: str, scope: Scope = EVERYTHING) -> Choices:
    """The values a list of this run can be filtered by, in order of their text."""

    def of(dimension: str) -> tuple[str, ...]:
        return tuple(str(row[0]) for row in _tally(connection, (run_id,), scope, (dimension,), ()))

    return Choices(of("kind"), of("state"), of("category"), of("insu_admdvs"), of("month"))


def _trend(connection: Connection, chosen: Run, scope: Scope) -> tuple[TrendPoint, ...]:
    """The document's official runs of the year up to this one, the last for each ``as_of``, and itself."""
    r = runs_table.c
    series = connection.execute(
        select(r.run_id, r.as_of)
        .where(
            r.document == chosen.document,
            r.as_of.between(date(chosen.as_of.year, 1, 1), chosen.as_of),
            r.position <= chosen.position,
            r.trial.is_(False),
            r.replay.is_(False),
        )
        .order_by(r.position)
    )
    by_date = {as_of: run_id for run_id, as_of in series}
    by_date[chosen.as_of] = chosen.run_id
    people: dict[str, dict[str, int]] = {run_id: {} for run_id in by_date.values()}
    excess: dict[str, int] = dict.fromkeys(people, 0)
    for run_id, state, counted, fen in _tally(connection, tuple(people), scope, ("run_id", "state"), ()):
        people[run_id][state] = counted
        excess[run_id] += fen if state in ACTIVE_STATES else 0
    return tuple(
        TrendPoint(
            run_id=run_id,
            as_of=as_of,
            flagged=sum(people[run_id].get(state, 0) for state in ACTIVE_STATES),
            excess_fen=excess[run_id],
            states=people[run_id],
        )
        for as_of, run_id in sorted(by_date.items())
    )


def _tally(
    connection: Connection,
    run_ids: tuple[str, ...],
    scope: Scope,
    dimensions: tuple[str, ...],
    states: tuple[str, ...],
) -> list[tuple[Any, ...]]:
    """Rows of (each dimension's value, people, excess in fen), in order; dimensions are ``summary`` columns.

    A scope by township has to count the alerts themselves: ``summary`` does not know townships."""
    table = alerts if scope.towns else summary
    c = table.c
    keys: list[ColumnElement[Any]] = [
        _month(c.crossed_on) if scope.towns and name == "month" else c[name] for name in dimensions
    ]
    people = func.count() if scope.towns else func.sum(c.people)
    query = (
        select(*keys, people, func.sum(c.excess_fen))
        .where(c.run_id.in_(run_ids), *_within(c, scope))
        .group_by(*keys)
        .order_by(*keys)
    )
    if states:
        query = query.where(c.state.in_(states))
    # PostgreSQL sums integers to Decimal.
    return [(*row[:-2], int(row[-2]), int(row[-1])) for row in connection.execute(query)]


def _month(column: ColumnElement[Any]) -> ColumnElement[str]:
    """``YYYY-MM`` of a date and ``""`` for none, in words both databases know."""
    return func.coalesce(func.substr(cast(column, String), 1, 7), "")


def _distribution(connection: Connection, run_id: str) -> tuple[Bin, ...]:
    d = distribution.c
    query = select(d.kind, d.percent, d.people).where(d.run_id == run_id).order_by(d.kind, d.percent)
    return tuple(Bin(kind, percent, people) for kind, percent, people in connection.execute(query))


# -- lists -------------------------------------------------------------------------------


def alert_page(
    connection: Connection,
    run_id: str,
    filters: Filters = Filters(),
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page:
    """One page (from 1) of a run's alerts, and the count and excess of all the filters leave.

    Raises MonitorError for an order that is not in ``SORTS`` or a size above ``MAX_PAGE_SIZE``.
    """
    conditions = _alert_conditions(run_id, filters, scope)
    total, excess = _alert_totals(connection, run_id, filters, scope, conditions)
    rows = _page_rows(connection, alerts, _ALERT_COLUMNS, conditions, sort, descending, page, size, total)
    return Page(tuple(AlertRow(*tuple(row)) for row in rows), total, excess)


def alert_rows(
    connection: Connection,
    run_id: str,
    filters: Filters = Filters(),
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AlertRow]:
    """All the rows ``alert_page`` would page through, in the same order, a few thousand in memory at once."""
    conditions = _alert_conditions(run_id, filters, scope)
    query = select(*_ALERT_COLUMNS).where(*conditions).order_by(*_order(alerts, sort, descending))
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield AlertRow(*tuple(row))


def alert(connection: Connection, alert_id: int, scope: Scope = EVERYTHING) -> AlertRow | None:
    """The alert of that number, or None where there is none within the scope."""
    query = select(*_ALERT_COLUMNS).where(alerts.c.id == alert_id, *_within(alerts.c, scope))
    row = connection.execute(query).one_or_none()
    return AlertRow(*tuple(row)) if row is not None else None


def set_aside_page(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = AsideFilters(),
    sort: str = "excess",
    descending: bool = True,
    page: int = 1,
    size: int = 50,
    scope: Scope = EVERYTHING,
) -> Page:
    """The same as ``alert_page`` for people over a line who are listed apart."""
    conditions = _aside_conditions(run_id, filters, scope)
    counted = select(func.count(), func.coalesce(func.sum(set_aside.c.excess_fen), 0)).where(*conditions)
    total, excess = connection.execute(counted).one()
    rows = _page_rows(
        connection, set_aside, _ASIDE_COLUMNS, conditions, sort, descending, page, size, int(total)
    )
    return Page(tuple(AsideRow(*tuple(row)) for row in rows), int(total), int(excess))


def set_aside_rows(
    connection: Connection,
    run_id: str,
    filters: AsideFilters = AsideFilters(),
    sort: str = "excess",
    descending: bool = True,
    scope: Scope = EVERYTHING,
) -> Iterator[AsideRow]:
    """All the rows ``set_aside_page`` would page through, in the same order."""
    conditions = _aside_conditions(run_id, filters, scope)
    query = select(*_ASIDE_COLUMNS).where(*conditions).order_by(*_order(set_aside, sort, descending))
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield AsideRow(*tuple(row))


def set_aside_person(connection: Connection, row_id: int, scope: Scope = EVERYTHING) -> AsideRow | None:
    """The person set aside under that number, or None where there is none within the scope."""
    query = select(*_ASIDE_COLUMNS).where(set_aside.c.id == row_id, *_within(set_aside.c, scope))
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
        query = select(func.coalesce(func.sum(s.people), 0), func.coalesce(func.sum(s.excess_fen), 0)).where(
            s.run_id == run_id,
            *_within(s, scope),
            *_common(s, filters),
            *_members(s.kind, filters.kinds),
            *_members(s.state, filters.states),
            *_members(s.month, filters.months),
        )
    else:
        query = select(func.count(), func.coalesce(func.sum(alerts.c.excess_fen), 0)).where(*conditions)
    people, excess = connection.execute(query).one()
    return int(people), int(excess)


def _alert_conditions(run_id: str, filters: Filters, scope: Scope) -> list[ColumnElement[bool]]:
    a = alerts.c
    return [
        a.run_id == run_id,
        *_within(a, scope),
        *_common(a, filters),
        *_personal(a, filters),
        *_members(a.kind, filters.kinds),
        *_members(a.state, filters.states),
        *_months(a.crossed_on, filters.months),
    ]


def _aside_conditions(run_id: str, filters: AsideFilters, scope: Scope) -> list[ColumnElement[bool]]:
    s = set_aside.c
    return [
        s.run_id == run_id,
        *_within(s, scope),
        *_common(s, filters),
        *_personal(s, filters),
        *_members(s.reason, filters.reasons),
    ]


_Columns: TypeAlias = ReadOnlyColumnCollection[str, Any]


def _within(c: _Columns, scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.districts:
        conditions.append(
            or_(*(c.insu_admdvs.startswith(prefix, autoescape=True) for prefix in scope.districts))
        )
    if scope.towns:
        conditions.append(c.town.in_(scope.towns))
    return conditions


def _members(column: ColumnElement[str], values: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [column.in_(values)] if values else []


def _common(c: _Columns, filters: Filters | AsideFilters) -> list[ColumnElement[bool]]:
    """The filters ``summary`` can answer as well as the lists themselves."""
    return [*_members(c.category, filters.categories), *_members(c.insu_admdvs, filters.districts)]


def _personal(c: _Columns, filters: Filters | AsideFilters) -> list[ColumnElement[bool]]:
    """The filters only a person's own row can answer."""
    conditions: list[ColumnElement[bool]] = []
    if filters.insutypes:
        resident = c.insutype.startswith(RESIDENT_SCHEME_PREFIX)
        employee = c.insutype == EMPLOYEE_SCHEME
        groups = {"resident": resident, "employee": employee, "other": and_(~resident, ~employee)}
        conditions.append(or_(*(groups[group] for group in filters.insutypes)))
    if filters.excess_from is not None:
        conditions.append(c.excess_fen >= filters.excess_from)
    if filters.excess_to is not None:
        conditions.append(c.excess_fen <= filters.excess_to)
    if filters.search is not None:
        columns = {"certno": c.certno_index, "last4": c.last4_index, "name": c.name_index}
        conditions.append(columns[filters.search.kind] == filters.search.index)
    return conditions


def _months(column: ColumnElement[Any], months: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Dates in any of the months. Ranges, not text cut from the date: an index on the date can serve them."""
    if not months:
        return []
    parts: list[ColumnElement[bool]] = []
    for month in months:
        if not month:
            parts.append(column.is_(None))
            continue
        first = date.fromisoformat(f"{month}-01")
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        parts.append(and_(column >= first, column < after))
    return [or_(*parts)]
