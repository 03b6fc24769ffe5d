"""Work in other threads: in order, no further ahead than asked, and ended when the caller ends."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread, get_ident

import pytest

from monitor.store.threads import Place, Worker, ahead, at_once


def counted(upto: int, pulled: list[int]) -> Iterator[int]:
    for number in range(upto):
        pulled.append(get_ident())
        yield number


@pytest.mark.parametrize("upto", [0, 1, 2, 3, 10])
def test_things_are_pulled_in_order_by_the_worker(upto: int) -> None:
    worker, pulled = Worker(), list[int]()
    assert list(worker.pull(counted(upto, pulled))) == list(range(upto))
    assert get_ident() not in pulled and len(set(pulled)) <= 1
    worker.close()


def test_none_and_other_empty_things_are_things() -> None:
    worker = Worker()
    assert list(worker.pull(iter([None, 0, "", []]))) == [None, 0, "", []]
    worker.close()


def test_no_more_is_pulled_beforehand_than_asked() -> None:
    worker, pulled = Worker(), list[int]()
    things = worker.pull(counted(10, pulled), most=2)
    assert next(things) == 0
    worker.begin(lambda: None).result()  # after all that was begun
    assert len(pulled) == 3, "the one taken, and two"
    worker.close()


def test_what_goes_wrong_in_the_worker_is_raised_where_the_thing_is_awaited() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    worker = Worker()
    things = worker.pull(failing())
    assert next(things) == 1
    with pytest.raises(ValueError, match="two"):
        next(things)
    worker.close()


def test_what_was_begun_comes_before_what_is_pulled_and_what_was_not_is_dropped() -> None:
    worker, order, started, held = Worker(), list[str](), Event(), Event()

    def wait() -> bool:
        started.set()
        return held.wait()

    worker.begin(lambda: order.append("begun"))
    assert list(worker.pull(iter("ab"))) == ["a", "b"]
    assert order == ["begun"]
    blocked = worker.begin(wait)
    started.wait()
    never = worker.begin(lambda: order.append("never"))
    closer = Thread(target=worker.close)
    closer.start()
    while not never.cancelled():
        pass
    held.set()
    closer.join()
    assert blocked.result() and order == ["begun"]


def test_a_place_has_room_for_one() -> None:
    place, put = Place(), Event()
    place.wait()

    def second() -> None:
        place.wait()
        put.set()

    other = Thread(target=second)
    other.start()
    assert not put.wait(0.05)
    place.clear()
    other.join()
    assert put.is_set()


def test_made_ahead_and_at_once_keep_the_order() -> None:
    def square(number: int) -> int:
        return number * number

    assert list(ahead(square, range(10))) == at_once(square, range(10)) == [n * n for n in range(10)]
    assert list(ahead(square, [])) == at_once(square, []) == []
