"""Work on what comes next while the caller is busy with what there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


def ahead(make: Callable[[_Thing], _Made], things: Iterable[_Thing], most: int = 2) -> Iterator[_Made]:
    """What ``make`` makes of each thing, in their order; up to ``most`` are made beforehand, in a thread of their own."""
    with ThreadPoolExecutor(1, "ahead") as worker:
        waiting: deque[Future[_Made]] = deque()
        for thing in things:
            waiting.append(worker.submit(make, thing))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
