"""The runs, and a run's figures: what the overview shows and what a list can be filtered by.

A run's rows never change once committed, so every answer may be cached under its run id and scope. Amounts are
integer fen. Figures come from ``summary`` (by township, ``town_summary``), which is additive and small.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AlertState
from monitor.casework.reading.narrowing import counts, within
from monitor.casework.tables import distribution, set_aside
from monitor.casework.tables import runs as runs_table

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

    cells = _cells(connection, run_id, scope)
    over = [cell for cell in cells if cell.state in ACTIVE_STATES]
    return Overview(
        run=chosen,
        trend=_trend(connection, chosen, scope),
        by_kind=_by("kind", over),
        by_category=_by("category", over),
        by_district=_by("insu_admdvs", over),
        by_month=_by("month", over),
        by_state=_by("state", cells),
        uncovered=aside.get("no_rule", 0),
        outside_region=aside.get("outside_region", 0),
        deceased=aside.get("deceased", 0),
        distribution=_distribution(connection, run_id) if scope == EVERYTHING else (),
    )


def choices(connection: Connection, run_id: str, scope: Scope = EVERYTHING) -> Choices:
    """The values a list of this run can be filtered by, in order of their text."""
    cells = _cells(connection, run_id, scope)

    def of(dimension: str) -> tuple[str, ...]:
        return tuple(sorted({getattr(cell, dimension) for cell in cells}))

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
    c = counts(scope).c
    query = select(c.run_id, c.state, func.sum(c.people), func.sum(c.excess_fen))
    query = query.where(c.run_id.in_(people), *within(c, scope)).group_by(c.run_id, c.state)
    for run_id, state, counted, fen in connection.execute(query):
        # PostgreSQL sums integers to Decimal.
        people[run_id][state] = int(counted)
        excess[run_id] += int(fen) if state in ACTIVE_STATES else 0
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


class _Cell(NamedTuple):
    """Alerts alike in all a figure is broken down by, and their excess together (fen)."""

    kind: str
    category: str
    insu_admdvs: str
    month: str
    state: str
    people: int
    excess_fen: int


def _cells(connection: Connection, run_id: str, scope: Scope) -> list[_Cell]:
    """A run's alerts within the scope. One reading serves every breakdown: there are some hundreds of cells."""
    c = counts(scope).c
    keys = (c.kind, c.category, c.insu_admdvs, c.month, c.state)
    query = select(*keys, func.sum(c.people), func.sum(c.excess_fen)).where(c.run_id == run_id, *within(c, scope))
    # PostgreSQL sums integers to Decimal.
    return [
        _Cell(kind, category, district, month, state, int(people), int(excess))
        for kind, category, district, month, state, people, excess in connection.execute(query.group_by(*keys))
    ]


def _by(dimension: str, cells: list[_Cell]) -> tuple[Count, ...]:
    """The cells broken down by one of their words and by kind, in order of the texts."""
    people: Counter[tuple[str, str]] = Counter()
    excess: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        key = (getattr(cell, dimension), cell.kind)
        people[key] += cell.people
        excess[key] += cell.excess_fen
    return tuple(Count(*key, people[key], excess[key]) for key in sorted(people))


def _distribution(connection: Connection, run_id: str) -> tuple[Bin, ...]:
    d = distribution.c
    query = select(d.kind, d.percent, d.people).where(d.run_id == run_id).order_by(d.kind, d.percent)
    return tuple(Bin(kind, percent, people) for kind, percent, people in connection.execute(query))
