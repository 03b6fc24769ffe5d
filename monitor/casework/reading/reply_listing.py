"""Replies as lists: which files came in, and what became of each of their lines, within the viewer's scope; masked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.access.tables import accounts
from monitor.base.vocabulary import ReplyMatch
from monitor.casework.reading.narrowing import members, within
from monitor.casework.reading.query import ListQuery
from monitor.casework.tables import REMARK_SEAL, referral_packs, replies, reply_lines
from monitor.intake.unused import UnknownValue, Unused, unknown_of, unused_of

#: What somebody has to decide about.
TO_SETTLE = (ReplyMatch.CONFLICT.value, ReplyMatch.LATE.value, ReplyMatch.UNKNOWN.value)


@dataclass(frozen=True)
class ReplyRow:
    """A file that came in. ``counts``: lines by ``ReplyMatch``, their sum is ``read``; ``waiting``: lines nobody decided about;
    ``year`` and ``serial`` of the pack it says it answers, if it says one; ``kept``: lines by heading of what was not understood
    and stands in remarks; ``unused``: what of the file was not used."""

    id: int
    department: str
    month: str
    at: str
    display: str
    read: int
    counts: dict[str, int]
    waiting: int
    pack_id: int | None
    year: int | None
    serial: int | None
    run_id: str | None
    batch: str | None
    kept: dict[str, int]
    unused: tuple[Unused, ...]
    unknown_values: tuple[UnknownValue, ...]

    @property
    def rejected(self) -> int:
        return self.counts.get(ReplyMatch.UNREADABLE.value, 0)

    @property
    def duplicates(self) -> int:
        return self.counts.get(ReplyMatch.REPEATED.value, 0)

    @property
    def accepted(self) -> int:
        return self.read - self.rejected - self.duplicates


@dataclass(frozen=True)
class ReplyLineRow:
    """One line of a reply and what became of it."""

    id: int
    line: int
    name_masked: str
    certno_masked: str
    insu_admdvs: str
    town: str
    match: str
    why: str
    case_id: int | None
    answer: str
    answer_reason: str
    category: str
    effective_on: date | None
    relief_kind: str
    relief_fen: int | None
    relief_on: date | None
    settled_at: str | None
    settled_by: str | None
    settled_as: str
    version: int
    remarked: bool
    remark: str = field(repr=False, default="")


_LINE = tuple(reply_lines.c[name] for name in ReplyLineRow.__dataclass_fields__ if not name.startswith("remark"))
EVERY_LINE: ListQuery[tuple[str, ...]] = ListQuery(())
_WAITING = and_(reply_lines.c.match.in_(TO_SETTLE), reply_lines.c.settled_at.is_(None))


def reply_rows(connection: Connection, scope: Scope = EVERYTHING, reply_id: int | None = None) -> list[ReplyRow]:
    """The files that have anybody within the scope, the newest first; or the one of that number."""
    r, p, line = replies.c, referral_packs.c, reply_lines.c
    waiting = select(func.coalesce(func.sum(case((_WAITING, 1), else_=0)), 0)).where(line.reply_id == r.id, *within(line, scope))
    asked = select(
        r.id, r.department, r.month, r.at, func.coalesce(accounts.c.display, r.actor), r.read, r.counts, waiting.scalar_subquery(),
        r.pack_id, p.year, p.serial, r.run_id, r.batch, r.notes,
    ).select_from(replies.outerjoin(accounts, accounts.c.id == r.account).outerjoin(referral_packs, p.id == r.pack_id))
    if scope != EVERYTHING:
        asked = asked.where(r.id.in_(select(line.reply_id).where(*within(line, scope))))
    if reply_id is not None:
        asked = asked.where(r.id == reply_id)
    found = connection.execute(asked.order_by(r.id.desc()))
    return [
        ReplyRow(number, department, month, at, display, read, json.loads(counts), int(waits), *rest, **_noted(notes))
        for number, department, month, at, display, read, counts, waits, *rest, notes in found
    ]


def _noted(notes: str | None) -> dict[str, Any]:
    found = json.loads(notes) if notes else {}
    return {
        "kept": found.get("kept", {}), "unused": unused_of(found.get("unused", ())),
        "unknown_values": unknown_of(found.get("unknown_values", ())),
    }


def lines_of_reply(
    connection: Connection, reply_id: int, query: ListQuery[tuple[str, ...]] = EVERY_LINE, sealer: Sealer | None = None
) -> tuple[tuple[ReplyLineRow, ...], int]:
    """A page of a file's lines, in the file's order, and how many there are. The query's filters are ``ReplyMatch`` values. A line
    that was matched with nobody has no district: only who sees everything sees it. What the department wrote in words is opened
    given a sealer."""
    line = reply_lines.c
    conditions: list[ColumnElement[bool]] = [
        line.reply_id == reply_id, *within(line, query.scope), *members(line.match, query.filters),
    ]
    total = connection.scalar(select(func.count()).select_from(reply_lines).where(*conditions)) or 0
    asked = select(*_LINE, line.remark_sealed).where(*conditions).order_by(line.line, line.id).limit(query.size).offset(query.start)
    return tuple(_line_row(row, sealer) for row in connection.execute(asked)), total


def _line_row(row: Any, sealer: Sealer | None) -> ReplyLineRow:
    remark = sealer.open_text(row.remark_sealed, REMARK_SEAL) if sealer else ""
    values: list[Any] = [*row[: len(_LINE)], row.remark_sealed is not None, remark]
    return ReplyLineRow(*values)


def open_lines(connection: Connection, scope: Scope = EVERYTHING) -> int:
    """Lines within the scope that nobody has decided about; those matched with nobody count for who sees everything."""
    line = reply_lines.c
    return connection.scalar(select(func.count()).select_from(reply_lines).where(_WAITING, *within(line, scope))) or 0
