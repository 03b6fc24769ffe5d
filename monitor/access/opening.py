"""All that an act of access needs, put together once: database, audit, sealer, rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from monitor.access.audit import PENDING, AuditLog
from monitor.access.chain import Entry
from monitor.access.keys import Keys
from monitor.access.rules import AccessRules, load_rules
from monitor.access.sealing import Sealer
from monitor.base.settings import Home

#: The advisory lock of PostgreSQL whoever appends to the audit holds until the commit: any number no one else uses.
_LOCK = 4_112_026


@dataclass(frozen=True, repr=False)
class Access:
    """Kept for the life of the process; holds no connection of its own. Safe to share between threads."""

    engine: Engine
    audit: AuditLog
    sealer: Sealer
    rules: AccessRules
    #: For keyed hashes of what is typed as a name: a password typed there by mistake is not kept.
    hash_key: bytes
    #: Whether this is, right now, a home with sample data only: accounts made by the demo work nowhere else.
    demo_home: Callable[[], bool]

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction in which ``audit.append`` may be called; after its commit the chain's head is put down.

        One at a time, in all processes: each entry is signed together with the one before it. Waits for the others;
        keep what is slow (password hashing, reading files) outside.
        """
        pending: list[Entry] = []
        with self.engine.connect() as connection:
            connection.execution_options(**{PENDING: pending})
            sqlite = self.engine.dialect.name == "sqlite"
            if sqlite:
                # With NORMAL, a power cut may take back a commit whose head is already on the disk.
                connection.exec_driver_sql("PRAGMA synchronous = FULL")
                connection.rollback()
            with connection.begin():
                if sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
            if pending:
                self.audit.remember(connection, pending)


def open_access(engine: Engine, home: Home, keys: Keys, demo_home: Callable[[], bool] = lambda: False) -> Access:
    """For an engine whose schema is up to date (``casework.database.migrate``). Raises AccessError for a bad access.toml."""
    return Access(
        engine, AuditLog(keys.audit, home.audit_head), Sealer(keys), load_rules(home.access_rules), keys.hash, demo_home
    )
