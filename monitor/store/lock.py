"""One writer at a time: an operating-system lock on the home, which dies with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.base.errors import StoreError

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


@contextmanager
def files_held(home: Path) -> Iterator[None]:
    """While a backup reads: files the manifest named a moment ago are not removed. Any number of readers at once."""
    with _flock(home / _FILES, fcntl.LOCK_SH, 0.0):
        yield


@contextmanager
def files_removed(home: Path, wait_seconds: float) -> Iterator[None]:
    """While files that nothing names any more are removed: no backup reads. Raises StoreError when one goes on reading."""
    with _flock(home / _FILES, fcntl.LOCK_EX, wait_seconds):
        yield


_FILES = "files.lock"


@contextmanager
def _flock(path: Path, kind: int, wait_seconds: float) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for attempt in range(tries := int(wait_seconds / _STEP) + 1):
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == tries - 1:
                    raise StoreError(
                        f"数据目录 {path.parent} 正在备份或清理文件，暂时不能继续；请等它结束后重试本命令"
                    ) from None
                time.sleep(_STEP)
        yield
    finally:
        os.close(descriptor)


def is_running(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
