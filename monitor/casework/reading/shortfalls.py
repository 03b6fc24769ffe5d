"""People due more than was paid (应享未享), from the case database: pages, whole lists, one person, a run's figures.

Only masked names and numbers leave this module. A run's rows never change once committed. Amounts are integer fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, extract, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.casework.reading.listing import SHORTFALL_SORTS, OfRun, Page, People
from monitor.casework.reading.narrowing import EVERYBODY_DUE, ShortfallFilters, shortfall_conditions, within
from monitor.casework.reading.query import ListQuery
from monitor.casework.tables import entitled_runs, shortfalls


@dataclass(frozen=True)
class ShortfallRow(OfRun):
    """Somebody due more than was paid; ``marks`` are ``vocabulary.AidMark`` values separated by blanks."""

    route: str
    schedule: str
    reason: str
    marks: str
    since: date | None
    eligible_fen: int
    aid_fen: int
    tilt_fen: int
    decided_fen: int | None
    expected_fen: int
    actual_fen: int
    shortfall_fen: int
    remaining_fen: int
    note: str


@dataclass(frozen=True)
class EntitledRun:
    """A run's figures of entitlements; people and fen."""

    recognised: int
    computed: int
    due_more: int
    no_route: int
    expected_fen: int
    actual_fen: int
    shortfall_fen: int


@dataclass(frozen=True)
class DueCount:
    """People and shortfall (fen) under one value of a dimension."""

    key: str
    people: int
    shortfall_fen: int


_DUE = People(shortfalls, ShortfallRow, SHORTFALL_SORTS, shortfall_conditions, "shortfall_fen")
ALL_DUE = ListQuery(EVERYBODY_DUE)


def entitled_run(connection: Connection, run_id: str) -> EntitledRun | None:
    """The figures of a run, or None where its entitlements have not been worked out."""
    row = connection.execute(select(entitled_runs).where(entitled_runs.c.run_id == run_id)).one_or_none()
    return EntitledRun(*row[1:]) if row is not None else None


def shortfall_page(connection: Connection, run_id: str, query: ListQuery[ShortfallFilters] = ALL_DUE) -> Page[ShortfallRow]:
    """One page, and how many people and how much (fen) the filters leave. Raises MonitorError for an order that is not in
    ``SHORTFALL_SORTS``."""
    return _DUE.page(connection, query, shortfalls.c.run_id == run_id)


def shortfall_rows(connection: Connection, run_id: str, query: ListQuery[ShortfallFilters] = ALL_DUE) -> Iterator[ShortfallRow]:
    """All the rows ``shortfall_page`` would page through, in the same order."""
    return _DUE.all(connection, query, shortfalls.c.run_id == run_id)


def shortfall_person(connection: Connection, row_id: int, scope: Scope = EVERYTHING) -> ShortfallRow | None:
    """The row of that number, or None where there is none within the scope."""
    return _DUE.one(connection, row_id, scope)


def counts(connection: Connection, run_id: str, dimension: str, scope: Scope = EVERYTHING) -> tuple[DueCount, ...]:
    """People and shortfall by ``reason``, ``category``, ``district`` or ``month``, in order of their text."""
    s = shortfalls.c
    year, month = extract("year", s.since), extract("month", s.since)
    keys: dict[str, tuple[ColumnElement[Any], ...]] = {
        "reason": (s.reason,), "category": (s.category,), "district": (s.insu_admdvs,), "month": (year, month),
    }
    chosen = keys[dimension]
    query = select(*chosen, func.count(), func.sum(s.shortfall_fen)).where(s.run_id == run_id, *within(s, scope))
    found = []
    for *key, people, amount in connection.execute(query.group_by(*chosen)):
        text = (f"{int(key[0])}-{int(key[1]):02d}" if key[0] is not None else "") if dimension == "month" else str(key[0])
        found.append(DueCount(text, int(people), int(amount)))
    return tuple(sorted(found, key=lambda one: one.key))
