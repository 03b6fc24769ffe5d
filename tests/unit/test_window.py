"""The memory a text is read into again and again: nothing is lost, nothing is read twice, whoever still looks is left alone."""

from __future__ import annotations

import io
from typing import BinaryIO

import pytest

from monitor.intake.window import Window

TEXT = b"".join(b"%d,%d\n" % (number, number * 7919) for number in range(5_000))


class OnlyRead:
    """A member of an archive: no ``readinto``, and fewer bytes than were asked for."""

    def __init__(self, text: bytes) -> None:
        self._stream = io.BytesIO(text)

    def read(self, size: int) -> bytes:
        return self._stream.read(min(size, 37))


def windows() -> list[Window]:
    stream: BinaryIO = io.BytesIO(TEXT)
    return [Window(stream.read, stream), Window(OnlyRead(TEXT).read)]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("want", [1, 10, 64, 4_096, 1 << 20])
def test_line_by_line_everything_comes_once(which: int, want: int) -> None:
    window, taken, used = windows()[which], bytearray(), 0
    while window.refill(used, want):
        used = window.data.rfind(b"\n") + 1
        taken += window.data[:used]
    assert bytes(taken + window.data) == TEXT


def test_a_piece_somebody_looks_at_stays_as_it_is() -> None:
    window = windows()[0]
    assert window.refill(0, 100)
    with memoryview(window.data) as looked_at:
        assert window.refill(60, 100)
        assert bytes(looked_at) == TEXT[:100]
    assert bytes(window.data) == TEXT[60:200]


def test_at_the_end_what_is_left_is_still_there() -> None:
    window = windows()[0]
    assert window.refill(0, len(TEXT))
    assert not window.refill(len(TEXT) - 5, 10)
    assert bytes(window.data) == TEXT[-5:]
