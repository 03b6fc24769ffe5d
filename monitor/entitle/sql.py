"""Where this room's SQL lies."""

from __future__ import annotations

from pathlib import Path

from monitor.store.room import Room

_ROOM = Room(Path(__file__).parent)
sql = _ROOM.sql
code_hash = _ROOM.code_hash
