"""The case database opened for reading, and what opens its sealed values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from dashboard.door.access import home
from dashboard.queries import cached
from monitor.access.sealing import Sealer


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection to the home's case database, for reading."""
    with cached.engine(home().database_url).connect() as opened:
        yield opened


def sealer() -> Sealer:
    """With the keys as they are now: a list of whole names may be asked for after the keys were changed."""
    from monitor.store.home import open_store

    return open_store(home()).sealer
