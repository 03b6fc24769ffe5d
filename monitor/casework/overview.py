"""The runs, and a run's figures: what the overview shows and what a list can be filtered by.

A run's rows never change once committed, so every answer may be cached under its run id and scope. Amounts are
integer fen. Figures come from ``summary``, which is additive and small, wherever it can answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, cast, func, select

from monitor.casework.narrowing import EVERYTHING, Scope, within
from monitor.casework.tables import alerts, distribution, set_aside, summary
from monitor.casework.tables import runs as runs_table
from monitor.errors import MonitorError
from monitor.vocabulary import AlertState

#: The states of people who are over a line now; the others say what became of somebody who was.
ACTIVE_STATES = (AlertState.NEW.value, AlertState.RAISED.value, AlertState.CONTINUING.value)


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


def runs(connection: Connection) -> list[Run]:
    """Every run, the newest commitment first."""
    return [_run(row) for row in connection.execute(select(runs_table).order_by(runs_table.c.position.desc()))]


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
            set_aside.c.run_id == run_id, *within(set_aside.c, scope)
        )
        aside = {reason: int(people) for reason, people in connection.execute(counted.group_by(set_aside.c.reason))}

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
        .where(c.run_id.in_(run_ids), *within(c, scope))
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
