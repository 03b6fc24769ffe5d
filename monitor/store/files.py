"""Writing so that a power cut leaves either all of it or nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from monitor.store.threads import at_once

_BLOCK = 1 << 20


def sync_directory(directory: Path) -> None:
    """Make the directory's entries durable (a rename is not, before this)."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_atomically(path: Path, content: bytes) -> None:
    """Write beside, fsync, rename over, fsync the directory: a reader sees the old file or the new one."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_directory(path.parent)


def settle(directory: Path, final: Path) -> dict[str, str]:
    """Fsync everything in a finished staging directory and move it to its final name; returns sha256 by file name."""
    paths = sorted(directory.iterdir())
    # Hashing takes a core, and reaching the disk takes time: several files at once.
    hashes = dict(zip((path.name for path in paths), at_once(_hashed_and_durable, paths), strict=True))
    sync_directory(directory)
    final.parent.mkdir(parents=True, exist_ok=True)
    directory.rename(final)
    sync_directory(final.parent)
    return hashes


def _hashed_and_durable(path: Path) -> str:
    sha256 = sha256_of(path)
    sync_file(path)
    return sha256


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
