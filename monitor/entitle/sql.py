"""Where the SQL lies: one SELECT a file, beside this module."""

from __future__ import annotations

import hashlib
from pathlib import Path

_HERE = Path(__file__).parent


def sql(name: str) -> Path:
    return _HERE / f"{name}.sql"


def code_hash() -> str:
    """SHA-256 over this room's files: the part of the program an entitlement depends on, beside assess."""
    digest = hashlib.sha256()
    for path in sorted((*_HERE.glob("*.sql"), *_HERE.glob("*.py"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
