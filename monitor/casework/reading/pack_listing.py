"""Packs as lists: which there are, their lines and history, within the viewer's scope; whole names and numbers for the
files that go out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.access.tables import accounts
from monitor.base.errors import MonitorError
from monitor.casework.layouts import HOSPITALS, short_name
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.pack_rows import opened_rows, page_of_rows
from monitor.casework.reading.query import FIRST_PAGE, PageQuery
from monitor.casework.tables import REMARK_SEAL, pack_people, referral_acts, referral_lines, referral_packs


@dataclass(frozen=True)
class PackFilters:
    """What a list of packs is narrowed to. Empty means no restriction; a month is ``YYYY-MM``; ``states``: ``PackState``
    values."""

    department: str = ""
    month: str = ""
    document: str = ""
    states: tuple[str, ...] = ()


EVERY_PACK = PackFilters()


@dataclass(frozen=True)
class PackRow:
    """A pack. ``proposed_by`` is the account's name, ``proposed_display`` how people know it; ``whole``: whether everybody in it is
    within the viewer's scope; ``in_scope``: how many of its people are."""

    id: int
    number: str
    department: str
    month: str
    document: str
    run_id: str
    districts: tuple[str, ...]
    towns: tuple[str, ...]
    state: str
    content_sha256: str
    counts: dict[str, Any]
    people: int
    in_scope: int
    excess_fen: int
    due_on: date | None
    proposed_at: str
    proposed_by: str
    proposed_display: str
    proposed_account: int | None
    sent_at: str | None
    received_at: str | None
    recalled_at: str | None
    answered: int
    whole: bool

    @property
    def typed(self) -> str:
        """The number as it can be typed at a command line without Chinese."""
        return f"{self.department}-{self.number.partition('-')[2]}" if self.number else ""


@dataclass(frozen=True)
class PackLine:
    """A person of a pack as sent, masked."""

    position: int
    case_id: int
    news: str
    covered: bool
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str
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
    answer: str
    answer_reason: str
    answered_at: str | None
    person: str = field(repr=False, default="")


@dataclass(frozen=True)
class InFullLine:
    """The same with whole name and number; empty text where nobody told us."""

    line: PackLine
    certno: str = field(repr=False)
    name: str = field(repr=False)


class Benchmark(NamedTuple):
    """What the lines of a pack were held against."""

    kind: str
    benchmark_year: int | None
    benchmark_fen: int | None
    multiple: str | None
    threshold_fen: int
    provisional: bool


@dataclass(frozen=True)
class PackAct:
    """What was done with a pack. ``actor`` is the account's name, ``display`` how people know it."""

    at: str
    actor: str
    display: str
    to_state: str
    content_sha256: str
    remark: str = field(repr=False)


_LINE = tuple(referral_lines.c[name] for name in PackLine.__dataclass_fields__)
_PACK = select(referral_packs, accounts.c.display).outerjoin(accounts, accounts.c.id == referral_packs.c.proposed_account)


def number_of(department: str, year: int | None, serial: int | None) -> str:
    """民政-2026-003, as it stands in the list and on the screens; empty before approval."""
    return f"{short_name(department)}-{year}-{serial:03d}" if serial is not None else ""


def scope_of(pack: Row[Any]) -> Scope:
    """Whose people a pack is of."""
    return Scope(tuple(json.loads(pack.districts)), tuple(json.loads(pack.filters)["towns"]))


def covers(scope: Scope, of: Scope) -> bool:
    """Whether everybody of one scope is within another."""
    districts = not scope.districts or (bool(of.districts) and all(one.startswith(scope.districts) for one in of.districts))
    return districts and (not scope.towns or (bool(of.towns) and set(of.towns) <= set(scope.towns)))


def packs(connection: Connection, scope: Scope = EVERYTHING, filters: PackFilters = EVERY_PACK) -> list[PackRow]:
    """The packs the filters leave that have anybody within the scope, the newest first: all of them, as they are few."""
    p = referral_packs.c
    asked = _PACK.order_by(p.id.desc())
    for column, value in ((p.department, filters.department), (p.month, filters.month), (p.document, filters.document)):
        if value:
            asked = asked.where(column == value)
    if filters.states:
        asked = asked.where(p.state.in_(filters.states))
    rows = [_pack_row(connection, row, scope) for row in connection.execute(asked).all()]
    return [row for row in rows if row.in_scope]


def pack_one(connection: Connection, pack_id: int, scope: Scope = EVERYTHING) -> PackRow | None:
    """The pack, or None where it has nobody within the scope."""
    row = connection.execute(_PACK.where(referral_packs.c.id == pack_id)).one_or_none()
    found = _pack_row(connection, row, scope) if row is not None else None
    return found if found is not None and found.in_scope else None


def pack_numbered(connection: Connection, named: str, scope: Scope = EVERYTHING) -> PackRow:
    """The pack by its number (民政-2026-003, or with the department's id: ``civil_affairs-2026-003``) or, before it has one, by its
    id. Raises MonitorError."""
    if named.isdigit():
        found = pack_one(connection, int(named), scope)
    else:
        found = next((pack for pack in packs(connection, scope) if pack.number and named in (pack.number, pack.typed)), None)
    if found is None:
        raise MonitorError(f"没有推送名单 {named}，或不在您的范围内；monitor refer list 可列出全部")
    return found


def pack_lines(connection: Connection, pack_id: int, query: PageQuery = FIRST_PAGE) -> tuple[tuple[PackLine, ...], int]:
    """A page of the lines, in the list's order, and how many there are in all."""
    rows, total = page_of_rows(connection, referral_lines, _LINE, pack_id, query)
    return tuple(PackLine(*row) for row in rows), total


def lines_in_full(connection: Connection, sealer: Sealer, pack_id: int) -> Iterator[InFullLine]:
    """Every line in the list's order, opened, some thousand in memory at once. Raises StoreError."""
    for row, certno, name in opened_rows(connection, sealer, referral_lines, _LINE, pack_id):
        yield InFullLine(PackLine(*row), certno, name)


def benchmarks(connection: Connection, pack_id: int) -> tuple[Benchmark, ...]:
    """The benchmarks and lines of a pack, each once."""
    columns = [referral_lines.c[name] for name in Benchmark._fields]
    asked = select(*columns).where(referral_lines.c.pack_id == pack_id).distinct().order_by(columns[0], columns[4])
    return tuple(Benchmark(*row) for row in connection.execute(asked))


def pack_acts(connection: Connection, sealer: Sealer, pack_id: int) -> list[PackAct]:
    """What was done with the pack, by whom and when, in order."""
    a = referral_acts.c
    display = func.coalesce(accounts.c.display, a.actor)
    asked = select(a.at, a.actor, display, a.to_state, a.content_sha256, a.remark_sealed).outerjoin_from(
        referral_acts, accounts, accounts.c.id == a.account
    ).where(a.pack_id == pack_id).order_by(a.id)
    return [PackAct(*row[:5], sealer.open_text(row[5], REMARK_SEAL)) for row in connection.execute(asked)]


def _pack_row(connection: Connection, row: Row[Any], scope: Scope) -> PackRow:
    line, own = referral_lines.c, scope_of(row)
    whole = covers(scope, own)
    in_scope = row.people
    if not whole:
        table = pack_people if row.department == HOSPITALS else referral_lines
        counted = select(func.count()).select_from(table).where(table.c.pack_id == row.id, *within(table.c, scope))
        in_scope = connection.scalar(counted) or 0
    answered = select(func.count()).select_from(referral_lines).where(
        line.pack_id == row.id, line.answer != "", *within(line, scope)
    )
    return PackRow(
        row.id, number_of(row.department, row.year, row.serial), row.department, row.month, row.document, row.run_id,
        own.districts, own.towns, row.state, row.content_sha256, json.loads(row.counts), row.people, in_scope, row.excess_fen,
        row.due_on, row.proposed_at, row.proposed_by, row.display or row.proposed_by, row.proposed_account, row.sent_at,
        row.received_at, row.recalled_at,
        connection.scalar(answered) or 0, whole,
    )
