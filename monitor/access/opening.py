"""All that an act of access needs, put together once: database, audit, sealer, rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from monitor.access.audit import AuditLog
from monitor.access.keys import Keys
from monitor.access.rules import AccessRules
from monitor.access.sealing import Sealer
from monitor.settings import Home


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
        """A transaction in which ``audit.append`` may be called; after its commit the chain's head is put down."""
        raise NotImplementedError
        yield


def open_access(engine: Engine, home: Home, keys: Keys, demo_home: Callable[[], bool] = lambda: False) -> Access:
    """For an engine whose schema is up to date (``casework.database.migrate``). Raises AccessError for a bad access.toml."""
    raise NotImplementedError
