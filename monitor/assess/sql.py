"""Where this room's SQL lies."""

from __future__ import annotations

from pathlib import Path

from monitor import store
from monitor.store.room import Room

_ROOM = Room(Path(__file__).parent)
sql = _ROOM.sql

#: What settlements come to by person is one SELECT, a load's and a run's.
ADDED_UP = Room(Path(store.__file__).parent).sql("settlements_sums")


def code_hash() -> str:
    """SHA-256 over what a run's result depends on of the program."""
    return _ROOM.code_hash(ADDED_UP)
