"""A room's SQL: one SELECT a file, beside the room's modules."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Room:
    """A directory of SQL files and of the thin Python that runs them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def sql(self, name: str) -> Path:
        return self._directory / f"{name}.sql"

    def code_hash(self, *more: Path) -> str:
        """SHA-256 over the room's files, and ``more`` it uses: the part of the program a result of it depends on."""
        digest = hashlib.sha256()
        for path in (*sorted((*self._directory.glob("*.sql"), *self._directory.glob("*.py"))), *more):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()
