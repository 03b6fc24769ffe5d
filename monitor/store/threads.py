"""Work in other threads. Nothing here knows what the work is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from threading import Semaphore
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


def ahead(make: Callable[[_Thing], _Made], things: Iterable[_Thing], most: int = 2) -> Iterator[_Made]:
    """What ``make`` makes of each thing, in their order; up to ``most`` are made beforehand, in a thread of their own."""
    with closing(Worker()) as worker:
        waiting: deque[Future[_Made]] = deque()
        for thing in things:
            waiting.append(worker.begin(partial(make, thing)))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def at_once(make: Callable[[_Thing], _Made], things: Iterable[_Thing]) -> list[_Made]:
    """What ``make`` makes of each thing, in their order; several are made at a time, each in a thread of its own."""
    with ThreadPoolExecutor() as workers:
        return list(workers.map(make, things))


class Worker:
    """One thread. It does what it is given in that order, while the caller does something else."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "ahead")

    def begin(self, work: Callable[[], _Made]) -> Future[_Made]:
        """Do this after what was given before."""
        return self._pool.submit(work)

    def pull(self, things: Iterator[_Thing], most: int = 2) -> Iterator[_Thing]:
        """The things of an iterator whose next thing is work. The worker asks for up to ``most`` of them beforehand."""

        def following() -> list[_Thing]:
            """The next thing alone; none at the end."""
            return list(islice(things, 1))

        waiting = deque(self.begin(following) for _ in range(most))
        while pulled := waiting.popleft().result():
            waiting.append(self.begin(following))
            yield from pulled

    def close(self) -> None:
        """Wait for what is being done; what was not begun is not done."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Place:
    """Room for one thing between two threads: one puts it there, the other takes it, and only then is there room again."""

    def __init__(self) -> None:
        self._room = Semaphore()

    def wait(self) -> None:
        """Wait until there is room, and occupy it."""
        self._room.acquire()

    def clear(self) -> None:
        """Make room. Who waits waits no longer."""
        self._room.release()
