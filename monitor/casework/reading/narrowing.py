"""What a list or a figure is narrowed to: the viewer's scope, the filters, and the SQL conditions they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Table, and_, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from monitor.access.scope import Scope
from monitor.base.vocabulary import RESIDENT_SCHEME_PREFIX
from monitor.casework.tables import alerts, search_marks, set_aside, shortfalls, summary, town_summary

InsutypeGroup: TypeAlias = Literal["employee", "resident", "other"]
EMPLOYEE_SCHEME = "310"
Columns: TypeAlias = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class Search:
    """One person looked for by keyed hash (hexadecimal): the person key of a whole number, the blind index of last four or
    of a whole name. ``others``: the keys of the same person's other numbers."""

    kind: Literal["certno", "last4", "name"]
    index: str = field(repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)


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
class ShortfallFilters:
    """The same for people due more than was paid; ``reasons`` are ``vocabulary.ShortfallReason`` values, months those of
    the first settlement that went without assistance."""

    reasons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    search: Search | None = None


EVERY_ALERT = Filters()
EVERYBODY_ASIDE = AsideFilters()
EVERYBODY_DUE = ShortfallFilters()


def counts(scope: Scope) -> Table:
    """The counts a viewer's figures come from: those by township for a viewer bound to some."""
    return town_summary if scope.towns else summary


def alert_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Which rows of ``alerts`` the filters leave."""
    a = alerts.c
    return [
        *_common(a, filters),
        *_personal(a, filters),
        *members(a.kind, filters.kinds),
        *members(a.state, filters.states),
        *_months(a.crossed_on, filters.months),
    ]


def summary_conditions(run_id: str, filters: Filters, scope: Scope) -> list[ColumnElement[bool]]:
    """Which cells of ``counts(scope)`` the filters and the scope leave of a run. Only additive filters can be answered by them."""
    s = counts(scope).c
    return [
        s.run_id == run_id,
        *within(s, scope),
        *_common(s, filters),
        *members(s.kind, filters.kinds),
        *members(s.state, filters.states),
        *members(s.month, filters.months),
    ]


def aside_conditions(filters: AsideFilters) -> list[ColumnElement[bool]]:
    """Which rows of ``set_aside`` the filters leave."""
    s = set_aside.c
    return [
        *_common(s, filters),
        *_personal(s, filters),
        *members(s.reason, filters.reasons),
    ]


def shortfall_conditions(filters: ShortfallFilters) -> list[ColumnElement[bool]]:
    """Which rows of ``shortfalls`` the filters leave."""
    s = shortfalls.c
    return [
        *_common(s, filters),
        *searched(s, filters.search),
        *members(s.reason, filters.reasons),
        *_months(s.since, filters.months),
    ]


def within(c: Columns, scope: Scope) -> list[ColumnElement[bool]]:
    """The viewer's scope, on any table with insured districts (and townships, where the scope names some)."""
    conditions: list[ColumnElement[bool]] = []
    if scope.districts:
        conditions.append(or_(*(c.insu_admdvs.startswith(prefix, autoescape=True) for prefix in scope.districts)))
    if scope.towns:
        conditions.append(c.town.in_(scope.towns))
    return conditions


def members(column: ColumnElement[str], values: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Any of the values; no restriction where none are given."""
    return [column.in_(values)] if values else []


def _common(c: Columns, filters: Filters | AsideFilters | ShortfallFilters) -> list[ColumnElement[bool]]:
    """The filters ``summary`` can answer as well as the lists themselves."""
    return [*members(c.category, filters.categories), *members(c.insu_admdvs, filters.districts)]


def _personal(c: Columns, filters: Filters | AsideFilters) -> list[ColumnElement[bool]]:
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
    return [*conditions, *searched(c, filters.search)]


def searched(c: Columns, search: Search | None) -> list[ColumnElement[bool]]:
    """The person looked for, on any table of people."""
    if search is None:
        return []
    if search.kind == "certno":
        return [c.person.in_((search.index, *search.others)) if search.others else c.person == search.index]
    return [c.person.in_(select(search_marks.c.person).where(search_marks.c.mark == search.index))]


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
