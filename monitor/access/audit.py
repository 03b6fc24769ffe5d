"""The audit: appended to in the transaction of the act itself, read, and checked.

Who can change the database cannot make an entry that holds: the key lies elsewhere. Who cuts entries off at the end is
found by the head, a file in the home that remembers the last one. Nothing in this program removes an entry.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from monitor.access import chain
from monitor.access.actor import Actor
from monitor.access.chain import BEGINNING, Entry, Head, Verdict
from monitor.access.moment import written
from monitor.access.tables import audit
from monitor.base.vocabulary import AuditAction, AuditFault

Detail = Mapping[str, "str | int | bool | list[str] | dict[str, int] | None"]

#: Execution option of a connection ``Access.begin`` opened: the entries to remember in the head once they are committed.
PENDING = "monitor_audit_pending"

log = logging.getLogger("monitor.audit")


@dataclass(frozen=True)
class Asked:
    """What a list of entries is narrowed to; ``since`` inclusive, ``until`` exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: AuditAction | None = None


@dataclass(frozen=True)
class Fact:
    """What the store's manifest says was done: committed there, and written down here once, whenever that is."""

    name: str
    actor: str
    action: AuditAction
    object: str
    at: datetime
    where: str
    detail: Detail


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
        never a personal value.
        """
        session = actor.session[:16] if actor.session else None
        return self._append(
            connection, at=written(now), written_at=written(now), actor=actor.name, account=actor.account, session=session,
            place=where, action=action.value, object=object_,
            # Somebody typed it; PostgreSQL takes no NUL.
            purpose=purpose.encode("utf-8", "replace").decode().replace("\0", ""), detail=chain.canonical(dict(detail or {})),
            fact=None,
        )

    def append_facts(self, connection: Connection, facts: list[Fact], *, now: datetime) -> int:
        """Write down those of the store's facts that are not there yet; returns how many."""
        there = self.facts(connection)
        lacking = [fact for fact in facts if fact.name not in there]
        for fact in lacking:
            self._append(
                connection, at=written(fact.at), written_at=written(now), actor=fact.actor, account=None, session=None,
                place=fact.where, action=fact.action.value, object=fact.object, purpose="",
                detail=chain.canonical(dict(fact.detail)), fact=fact.name,
            )
        return len(lacking)

    def facts(self, connection: Connection) -> set[str]:
        """The names of the store's facts that are written down."""
        return set(connection.scalars(select(audit.c.fact).where(audit.c.fact.is_not(None))))

    def _append(self, connection: Connection, **content: Any) -> Entry:
        pending = connection.get_execution_options().get(PENDING)
        if pending is None:
            raise RuntimeError("an audit entry belongs in a transaction of Access.begin()")
        last = connection.execute(
            select(audit.c.sequence, audit.c.digest).order_by(audit.c.sequence.desc()).limit(1)
        ).one_or_none()
        sequence, previous = (last.sequence + 1, last.digest) if last else (1, BEGINNING)
        if last is None and not self._head.exists():
            # Before the first entry and not after it: entries without a head always mean that somebody took it away.
            self._write_head(Head(0, BEGINNING))
        entry = chain.signed(self._key, Entry(sequence=sequence, previous=previous, **content))
        connection.execute(insert(audit), asdict(entry))
        pending.append(entry)
        return entry

    def entries(
        self, connection: Connection, asked: Asked, *, newest_first: bool = False, limit: int | None = None, offset: int = 0
    ) -> Iterator[Entry]:
        """The entries asked for, in order of the chain."""
        order = audit.c.sequence.desc() if newest_first else audit.c.sequence
        found = select(audit).where(*_conditions(asked)).order_by(order).offset(offset)
        yield from _read(connection, found if limit is None else found.limit(limit))

    def count(self, connection: Connection, asked: Asked) -> int:
        return connection.scalar(select(func.count()).select_from(audit).where(*_conditions(asked))) or 0

    def digest_at(self, connection: Connection, sequence: int) -> str | None:
        """The digest of one entry, to compare with one written down elsewhere; None where there is no such entry."""
        return connection.scalar(select(audit.c.digest).where(audit.c.sequence == sequence))

    def verify(self, connection: Connection) -> Verdict:
        """Every entry as written and in its place, and the last one there; or the first that does not hold."""
        # The head first: an entry written meanwhile comes after it and is none the worse.
        try:
            head = self.head()
        except ValueError:
            fault = AuditFault.HEAD_CHANGED
            return Verdict(0, BEGINNING, chain.Broken(0, fault, f"审计{fault.label}：{fault.definition}"))
        length = connection.scalar(select(func.max(audit.c.sequence))) or 0
        return chain.verify(self._key, _read(connection, select(audit).order_by(audit.c.sequence)), head, length)

    def head(self) -> Head | None:
        """What the file remembers; None where there is none. Raises ValueError for one this home's key did not write."""
        try:
            raw = json.loads(self._head.read_bytes())
            head, mac = Head(int(raw["sequence"]), str(raw["digest"])), str(raw["mac"])
        except FileNotFoundError:
            return None
        except (KeyError, TypeError):
            raise ValueError("no head") from None
        if not hmac.compare_digest(mac.encode(errors="surrogatepass"), chain.head_mac(self._key, head).encode()):
            raise ValueError("no head of ours")
        return head

    def remember(self, connection: Connection, entries: list[Entry]) -> None:
        """After the commit: the last entry into the head's file, unless the file shows that the chain was cut before.

        Then it stays as it is, and ``verify`` goes on saying so: the next entry must not cover it up.
        """
        last = entries[-1]
        lock = os.open(self._head.parent, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._continues(connection) and self._older(last):
                self._write_head(Head(last.sequence, last.digest))
        finally:
            os.close(lock)

    def _write_head(self, head: Head) -> None:
        _replace(self._head, {"sequence": head.sequence, "digest": head.digest, "mac": chain.head_mac(self._key, head)})

    def _older(self, last: Entry) -> bool:
        head = self.head()
        return head is None or head.sequence < last.sequence

    def _continues(self, connection: Connection) -> bool:
        try:
            head = self.head()
        except ValueError:
            head = None
        holds = head is not None and head == Head(0, BEGINNING)
        if head is not None and head.sequence:
            holds = connection.scalar(select(audit.c.digest).where(audit.c.sequence == head.sequence)) == head.digest
        if not holds:
            log.error("audit head does not fit the chain; run: monitor audit verify")
        return holds


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.since is not None:
        conditions.append(audit.c.at >= written(asked.since))
    if asked.until is not None:
        conditions.append(audit.c.at < written(asked.until))
    if asked.actor is not None:
        conditions.append(audit.c.actor == asked.actor)
    if asked.action is not None:
        conditions.append(audit.c.action == asked.action.value)
    return conditions


def _read(connection: Connection, found: Select[Any]) -> Iterator[Entry]:
    with connection.execute(found, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            yield Entry(**row._mapping)


def _replace(path: Path, content: dict[str, Any]) -> None:
    """The same as ``store.files.replace_atomically``, which this room is not to know."""
    beside = path.with_name(path.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(content))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
