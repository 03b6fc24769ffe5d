"""Somebody doing something: what every act needs to know of it, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.access.actor import Actor
from monitor.access.audit import Detail
from monitor.access.opening import Access
from monitor.base.vocabulary import AuditAction


@dataclass(frozen=True)
class Deed:
    """``actor`` acts at the moment ``now``; ``where``: ``screen:case`` or ``command:cases act``, as the audit says it."""

    access: Access
    actor: Actor
    now: datetime
    where: str

    def note(self, connection: Connection, action: AuditAction, object_: str, detail: Detail) -> None:
        """Writes the act into the audit, in the transaction it is done in."""
        self.access.audit.append(connection, self.actor, action, object_, now=self.now, where=self.where, detail=detail)


@dataclass(frozen=True)
class Attempt:
    """Somebody showing a password or a code at the moment ``now``: from which network address (``client``, for the rate limit), and
    ``where`` in the program."""

    access: Access
    now: datetime
    client: str
    where: str
