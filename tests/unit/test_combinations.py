"""Combinations and their keys, against a dictionary."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pyarrow as pa

from monitor.store.combinations import KEYS, Combinations, Hashes

KEY = pa.decimal128(38, 0)


def hashes(pairs: list[tuple[int, int]]) -> tuple[Hashes, Hashes]:
    return np.array([once for once, _ in pairs], np.uint64), np.array([again for _, again in pairs], np.uint64)


def keys_of(rows: list[tuple[Decimal | None, ...]]) -> pa.Table:
    return pa.table({name: pa.array([row[number] for row in rows], KEY) for number, name in enumerate(KEYS)})


def test_every_combination_has_the_keys_it_was_met_with() -> None:
    """Among few values of ``once``, so that many share a slot and their first hash, over several growths, with nulls."""
    chance = random.Random(1)
    combinations = Combinations(room=4)
    known: dict[tuple[int, int], tuple[Decimal | None, ...]] = {}
    for size in (3, 0, 1, 200, 1, 40, 600):
        asked = [(chance.randrange(15) << chance.choice((0, 60)), chance.randrange(2**64)) for _ in range(size)]
        asked += [pair for pair in known if chance.random() < 0.5]
        once, again = hashes(asked)
        places = combinations.find(once, again)
        assert [place >= 0 for place in places.tolist()] == [pair in known for pair in asked]
        fresh = list(dict.fromkeys(pair for pair in asked if pair not in known))
        rows = [tuple(chance.choice((None, Decimal(chance.randrange(2**120)))) for _ in KEYS) for _ in fresh]
        # As DuckDB hands them over: in several pieces, the last of them a slice of something larger.
        whole = keys_of(rows + rows)
        pieces = pa.concat_tables([whole.slice(0, len(rows) // 2), whole.slice(len(rows) + len(rows) // 2, len(rows) - len(rows) // 2)])
        combinations.add(*hashes(fresh), pieces)
        known.update(zip(fresh, rows, strict=True))
        found = combinations.keys(combinations.find(once, again))
        assert list(zip(*(found[name].to_pylist() for name in KEYS), strict=True)) == [known[pair] for pair in asked]


def test_what_is_nobodys_has_no_keys() -> None:
    found = Combinations().keys(np.array([-1, -1], np.int32))
    assert {name: column.to_pylist() for name, column in found.items()} == {name: [None, None] for name in KEYS}
