"""Every byte of a file is looked at once: its encoding, decided on the whole of it, and its sha256.

A thread of its own does this, so that the rows of a large text can be read beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from monitor.intake.encoding import STEP, Decided, decide, likely_utf8
from monitor.intake.recognising import Content
from monitor.intake.source import Source, reading


@dataclass(frozen=True)
class Looking:
    """The look at one file, which may still go on. ``close`` gives it up, and waits until it has stopped."""

    _result: Future[tuple[Decided, str]]
    close: Callable[[], None]

    def decided(self) -> Decided:
        """The encoding of the whole file, once all of it has been looked at. Raises IntakeError where it is in none."""
        return self._result.result()[0]

    def digest(self) -> str:
        """sha256 of the file's bytes as they lie on disk, once all of them have been looked at."""
        return self._result.result()[1]

    def digest_by_now(self) -> str | None:
        """The same, if it is known already."""
        return self.digest() if self._result.done() and self._result.exception() is None else None


def look(content: Content, encoding: str | None = None) -> Looking:
    """Begin to look at a text. ``encoding`` overrides the decision."""
    worker, given_up = ThreadPoolExecutor(1, "look"), Event()

    def close() -> None:
        given_up.set()
        worker.shutdown(wait=True)

    return Looking(worker.submit(_look, content, encoding, given_up), close)


def looked_at(found: Source, format_name: str) -> Looking:
    """The look at a workbook, done: its format stands for its encoding."""
    result: Future[tuple[Decided, str]] = Future()
    result.set_result((Decided(format_name), _digest(found)))
    return Looking(result, lambda: None)


def likely(content: Content) -> Decided | None:
    """The encoding of a large text by its beginning, if it is UTF-8. It is proved by nothing."""
    if content.size <= STEP:
        return None
    with content.open() as stream:
        return likely_utf8(stream.read(STEP))


def _look(content: Content, encoding: str | None, given_up: Event) -> tuple[Decided, str]:
    """Encoding and sha256. A file that is no archive is hashed while its encoding is decided."""

    def watch(block: bytes) -> None:
        if given_up.is_set():
            raise CancelledError
        if content.member is None:
            hashing.feed(block)

    with reading(content.source), _Hashing() as hashing:
        decided = decide(content.open, content.file, encoding, watch)
        return decided, hashing.hexdigest() if content.member is None else _digest(content.source)


def _digest(found: Source) -> str:
    digest = hashlib.sha256()
    with found.open() as stream:
        while block := stream.read(STEP):
            digest.update(block)
    return digest.hexdigest()


class _Hashing:
    """sha256 beside the validation: one block is hashed by a second thread while the next is looked at."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._worker = ThreadPoolExecutor(1, "hash")
        self._busy: Future[None] | None = None

    def feed(self, block: bytes) -> None:
        if self._busy is not None:
            self._busy.result()
        self._busy = self._worker.submit(self._hash.update, block)

    def hexdigest(self) -> str:
        if self._busy is not None:
            self._busy.result()
        return self._hash.hexdigest()

    def __enter__(self) -> _Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown(wait=True)
