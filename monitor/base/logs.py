"""What the program writes down of itself: JSON lines in the home, a file a month, without a personal value.

A line says when, how serious, which logger, which command or request (``id``), what happened (``event``, of our own
wording) and facts: counts, names of commands, kinds of errors, places in the code. Never a message: a library's, and an
exception's, can carry a name, a number, a row. So nothing of either is written but its kind and where it arose, and a
text among our own facts that is not plain machine wording is withheld.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

CHINA = timezone(timedelta(hours=8))
#: Whole months kept before the present one. The Cybersecurity Law asks for six at least (网络安全法, article 21).
KEPT_MONTHS = 12
WITHHELD = "withheld"
_PLAIN = re.compile(r"[A-Za-z0-9_.:<>/ -]{0,300}")
#: No count of ours has as many digits; identity, telephone and insurance numbers do.
_NUMBER = re.compile(r"[0-9]{9,}")
Fact = str | int | bool | None

_current: ContextVar[str] = ContextVar("id", default="")


def new_id() -> str:
    """The id of a command, a request or an error: eight hexadecimal digits that somebody can read out."""
    return secrets.token_hex(4)


@contextmanager
def identified(identity: str) -> Iterator[None]:
    """Lines written in here carry this id."""
    token = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(token)


def write(logger: logging.Logger, event: str, level: int = logging.INFO, **facts: Fact) -> None:
    """One line. ``event``: ``command.ended``; facts: machine words and counts."""
    told = {name: plain(fact) for name, fact in facts.items()}
    logger.log(level, "%s %s", event, told, extra={"monitor_event": event, "monitor_facts": told})


def failure(logger: logging.Logger, event: str, error: BaseException, level: int = logging.ERROR, **facts: Fact) -> None:
    """One line about an exception: its kind and where it arose, not what it says."""
    write(logger, event, level, error=f"{type(error).__name__} at {places(error.__traceback__)}", **facts)


def places(trace: TracebackType | None) -> str:
    """``loading.py:81 < commands.py:72``: where something arose, innermost first."""
    frames = traceback.extract_tb(trace)
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-12:]))


@contextmanager
def kept(home: Path, identity: str) -> Iterator[None]:
    """While a command runs, all logging goes to the home's log and nowhere else: other handlers of the root, warnings and
    what threads and finalizers die of print their values on stderr otherwise."""
    root, file = logging.getLogger(), MonthlyFile(home, identity)
    before, level = root.handlers[:], root.level
    root.handlers, hooks = [file], (sys.unraisablehook, threading.excepthook)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    log = logging.getLogger(__name__)

    def unraisable(what: Any) -> None:
        failure(log, "finalizer.failed", what.exc_value or Exception())

    def died(what: Any) -> None:
        failure(log, "thread.failed", what.exc_value or Exception())

    sys.unraisablehook, threading.excepthook = unraisable, died
    try:
        yield
    finally:
        sys.unraisablehook, threading.excepthook = hooks
        logging.captureWarnings(False)
        root.handlers = before
        root.setLevel(level)


class MonthlyFile(logging.Handler):
    """``logs/2026-01.jsonl`` below the home, mode 0600; each line is appended in one piece, whoever else writes.

    Nothing is written where there is no home: a mistyped ``--home`` makes none, and a backup is restored to an empty
    directory. A disk that is full stops no command.
    """

    def __init__(self, home: Path, identity: str) -> None:
        super().__init__(logging.INFO)
        self._home, self._identity = home, identity

    def emit(self, record: logging.LogRecord) -> None:
        if not (self._home / "manifest.json").exists():
            return
        at = datetime.fromtimestamp(record.created, CHINA)
        line = json.dumps(_told(record, at, _current.get() or self._identity), ensure_ascii=True) + "\n"
        directory = self._home / "logs"
        path = directory / f"{at:%Y-%m}.jsonl"
        with suppress(OSError):
            directory.mkdir(exist_ok=True, mode=0o700)
            if not path.exists():
                remove_old(directory, at)
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)


def remove_old(directory: Path, now: datetime) -> None:
    """Months that need not be kept any longer."""
    oldest = now.year * 12 + now.month - KEPT_MONTHS
    for path in directory.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"):
        if int(path.name[:4]) * 12 + int(path.name[5:7]) < oldest:
            path.unlink(missing_ok=True)


def _told(record: logging.LogRecord, at: datetime, identity: str) -> dict[str, Fact]:
    line: dict[str, Fact] = {
        "time": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower(), "logger": plain(record.name),
        "id": identity,
    }
    event = getattr(record, "monitor_event", None)
    if event is not None:
        return {**line, "event": event, **getattr(record, "monitor_facts", {})}
    # Somebody else's: that and where it was said, not what.
    line |= {"event": "library", "place": plain(f"{record.filename}:{record.lineno}")}
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = plain(f"{type(record.exc_info[1]).__name__} at {places(record.exc_info[2])}")
    return line


def plain(fact: Fact) -> Fact:
    """The fact, where it is a machine's word or a count; nothing else is written down."""
    if fact is None or isinstance(fact, bool | int):
        return fact
    return fact if _PLAIN.fullmatch(fact) and not _NUMBER.search(fact) else WITHHELD
