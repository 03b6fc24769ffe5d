"""The encrypted stream of a backup: any length comes back, and no chunk can be moved, repeated, left out or cut off."""

from __future__ import annotations

import io
import os

import pytest

from monitor.base.errors import StoreError
from monitor.upkeep import envelope
from monitor.upkeep.envelope import Opening, Sealing, new_identity


def chunks_of(data: bytes) -> list[bytes]:
    return [data[start : start + envelope.CHUNK + 16] for start in range(32, len(data), envelope.CHUNK + 16)]


def test_chunks_left_out_moved_or_repeated_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "CHUNK", 64)
    key, plain, file = b"k" * 32, bytes(range(256)), io.BytesIO()
    sealing = Sealing(file, key, new_identity())
    sealing.write(plain)
    sealing.close()
    data = file.getvalue()
    assert Opening(io.BytesIO(data), key).read() == plain
    header, (first, second, *rest) = data[:32], chunks_of(data)
    assert len(rest) == 2
    for wrong in (
        [second, first, *rest], [first, *rest], [first, first, second, *rest], [first, second, rest[0]], [rest[-1]], [],
        [first, second, rest[0], rest[1], rest[1]],
    ):
        with pytest.raises(StoreError, match="不能解开"):
            Opening(io.BytesIO(header + b"".join(wrong)), key).read()


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000])
def test_any_length_comes_back(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(envelope, "CHUNK", 64)
    plain, file = os.urandom(size), io.BytesIO()
    sealing = Sealing(file, b"k" * 32, new_identity())
    for start in range(0, size, 7):
        sealing.write(plain[start : start + 7])
    sealing.close()
    opening = Opening(io.BytesIO(file.getvalue()), b"k" * 32)
    assert b"".join(iter(lambda: opening.read(10), b"")) == plain
