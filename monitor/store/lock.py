"""One writer at a time: an operating-system lock on the home, which dies with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError

_STEP = 0.2  # seconds between two tries


@contextmanager
def writer_lock(path: Path, command: str, wait_seconds: float) -> Iterator[None]:
    """Hold the lock while writing; wait for its holder at most ``wait_seconds``, then say who holds it.

    What the lock file says is only for that sentence: the lock itself is the kernel's and is never stale.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        tries = int(wait_seconds / _STEP)
        for attempt in range(tries + 1):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == tries:
                    raise StoreError(_holder_sentence(descriptor, path)) from None
                time.sleep(_STEP)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": command}).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder_sentence(descriptor: int, path: Path) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        who = f"进程 {holder['pid']}（monitor {holder['command']}）"
    except (ValueError, KeyError):
        who = "另一个进程"
    return f"数据目录 {path.parent} 正由{who}写入；请等它结束后再试，或先停止该进程"
