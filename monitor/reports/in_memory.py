"""A directory in memory: what is kept aside while a workbook is made holds the list in the open, and touches no disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.store.lock import is_running

#: Linux's file system in memory; its files are gone with the machine's power.
MEMORY = Path("/dev/shm")
#: A list of a hundred thousand takes some 60 MB; a container can have as little as 64 in all.
LEAST_FREE_BYTES = 512 << 20
_PREFIX = "monitor-"


@contextmanager
def directory() -> Iterator[Path | None]:
    """A directory of this process's own, gone afterwards; None where the machine has none in memory with room enough."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < LEAST_FREE_BYTES:
        yield None
        return
    for path in left_behind():
        shutil.rmtree(path, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY) as made:
        yield Path(made)


def left_behind() -> list[Path]:
    """Directories of processes that were killed."""
    found = []
    for path in sorted(MEMORY.glob(f"{_PREFIX}*-*")):
        pid = path.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdigit() and not is_running(int(pid)):
            found.append(path)
    return found
