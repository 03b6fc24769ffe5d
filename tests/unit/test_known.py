"""What was met is always found; what was not, hardly ever."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.store.known import Known


@pytest.mark.parametrize("expected", [0, 1, 1000, 50_000])
def test_whatever_was_met_is_found(expected: int) -> None:
    """Among hashes that fall into the same bytes, too, where a plain assignment would keep one bit of several."""
    chance = np.random.default_rng(1)
    hashes = np.concatenate([np.arange(64, dtype=np.uint64), chance.integers(0, 2**64, 50_000, dtype=np.uint64)])
    known = Known(expected)
    assert not known.perhaps(hashes).any()
    for piece in np.array_split(hashes, 3):
        known.add(piece)
    assert known.perhaps(hashes).all()
    assert known.perhaps(hashes[:0]).tolist() == []


def test_few_others_are_taken_for_met() -> None:
    chance = np.random.default_rng(2)
    known = Known(50_000)
    known.add(chance.integers(0, 2**64, 50_000, dtype=np.uint64))
    assert known.perhaps(chance.integers(0, 2**64, 100_000, dtype=np.uint64)).mean() < 0.01
