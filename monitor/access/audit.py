"""The audit: appended to in the transaction of the act itself, read, and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from monitor.access.actor import Actor
from monitor.vocabulary import AuditAction, AuditFault

Detail = Mapping[str, "str | int | bool | list[str] | None"]


@dataclass(frozen=True)
class Entry:
    """One act, as it is written and signed. Times as ``moment.written`` writes them; ``detail`` is canonical JSON."""

    sequence: int
    at: str
    written_at: str
    actor: str
    account: int | None
    session: str | None
    place: str
    action: str
    object: str
    purpose: str
    detail: str
    fact: str | None
    previous: str
    digest: str


@dataclass(frozen=True)
class Asked:
    """What a list of entries is narrowed to; ``since`` and ``until`` inclusive instants."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: AuditAction | None = None


@dataclass(frozen=True)
class Broken:
    """The first entry that does not hold: its place in the chain, what is wrong, and the sentence that says so."""

    sequence: int
    fault: AuditFault
    sentence: str


class AuditLog:
    """The audit of one home: its key, and the file outside the database that remembers the last entry."""

    def __init__(self, key: bytes, head: Path) -> None:
        self._key = key
        self._head = head

    def append(
        self, connection: Connection, actor: Actor, action: AuditAction, object_: str, *, now: datetime, where: str,
        purpose: str = "", detail: Detail | None = None,
    ) -> Entry:
        """Write one entry in the caller's transaction, which ``Access.begin`` has opened (RuntimeError otherwise).

        ``where``: ``screen:alerts`` or ``command:import``. ``object_`` and ``detail`` carry ids, person keys and counts,
        never a personal value. Waits for whoever else is appending, until they have committed.
        """
        raise NotImplementedError

    def entries(self, connection: Connection, asked: Asked, *, newest_first: bool = False, limit: int | None = None,
                offset: int = 0) -> Iterator[Entry]:
        """The entries asked for, in order."""
        raise NotImplementedError

    def count(self, connection: Connection, asked: Asked) -> int:
        raise NotImplementedError

    def verify(self, connection: Connection) -> Broken | None:
        """The first entry that does not hold, or None: every entry is as written, in its place, and the last is there."""
        raise NotImplementedError
