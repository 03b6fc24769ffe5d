"""The combinations of number, psn_no and name a load has met, with their keys: found in the same time however many they are.

A hash table over numpy arrays, as nothing there grows and is asked for a whole chunk at once: joining each chunk with a table
of three million costs more, chunk by chunk, than anything else about its people.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]

#: The columns of keys, each DECIMAL(38, 0) or null.
KEYS = ("certno_key", "psn", "name")

_NOT_MET = -1

_Any = TypeVar("_Any", bound=np.generic)


def _at(rows: npt.NDArray[_Any], places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[_Any]:
    """``rows[places]``, in half the time: -1 is the last row, and nothing asks whether there are so many."""
    return np.take(rows, places, axis=0, mode="wrap")


class Combinations:
    """Each known by two hashes of 64 bits, ``once`` and ``again``; its place is its number, in the order they were met."""

    def __init__(self, room: int = 1 << 15) -> None:
        self._met = 0
        self._once, self._again = np.empty(room, np.uint64), np.empty(room, np.uint64)
        #: 128 bits a key, and whether there is one.
        self._keys, self._there = np.empty((room, len(KEYS), 2), np.uint64), np.empty((room, len(KEYS)), np.bool_)
        self._slots = np.full(2 * room, _NOT_MET, np.int32)

    def find(self, once: Hashes, again: Hashes) -> Places:
        """The place of each combination, -1 where it was not met."""
        places = np.full(len(once), _NOT_MET, np.int32)
        slot, left = self._first_slot(once), np.arange(len(once))
        while len(left):
            here = _at(self._slots, slot)
            taken = here != _NOT_MET
            same = taken & (_at(self._once, here) == once[left]) & (_at(self._again, here) == again[left])
            places[left[same]] = here[same]
            on = taken & ~same
            left, slot = left[on], self._next_slot(slot[on])
        return places

    def add(self, once: Hashes, again: Hashes, keys: pa.Table) -> None:
        """Combinations not met before, each once. ``keys``: the columns ``KEYS``."""
        first, self._met = self._met, self._met + len(once)
        if self._met > len(self._once):
            self._grow(first)
        self._once[first : self._met], self._again[first : self._met] = once, again
        for number, name in enumerate(KEYS):
            column = keys.column(name).combine_chunks()
            bits = np.frombuffer(column.buffers()[1], np.uint64).reshape(-1, 2)[column.offset :][: len(column)]
            self._keys[first : self._met, number] = bits
            self._there[first : self._met, number] = column.is_valid().to_numpy(zero_copy_only=False)
        self._enter(np.arange(first, self._met, dtype=np.int32))

    def keys(self, places: Places) -> dict[str, pa.Array]:
        """The columns ``KEYS`` of the combinations there; null where the place is -1."""
        bits, there = _at(self._keys, places), _at(self._there, places) & (places != _NOT_MET)[:, np.newaxis]
        return {
            name: pa.Array.from_buffers(
                pa.decimal128(38, 0), len(places),
                [pa.array(there[:, number]).buffers()[1], pa.py_buffer(np.ascontiguousarray(bits[:, number]))],
            )
            for number, name in enumerate(KEYS)
        }

    def _first_slot(self, once: Hashes) -> npt.NDArray[np.int64]:
        return (once & np.uint64(len(self._slots) - 1)).astype(np.int64)

    def _next_slot(self, slot: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return (slot + 1) & (len(self._slots) - 1)

    def _enter(self, places: Places) -> None:
        """Each into the first free slot from its own on; of several that want the same one, the others go on."""
        slot = self._first_slot(self._once[places])
        while len(places):
            free = self._slots[slot] == _NOT_MET
            self._slots[slot[free]] = places[free]
            on = self._slots[slot] != places
            places, slot = places[on], self._next_slot(slot[on])

    def _grow(self, entered: int) -> None:
        """Room for twice as many as were met, of which so many have slots; half of the slots stay free."""
        room = 1 << (self._met * 2 - 1).bit_length()
        for name in ("_once", "_again", "_keys", "_there"):
            before = getattr(self, name)
            larger = np.empty((room, *before.shape[1:]), before.dtype)
            larger[: len(before)] = before
            setattr(self, name, larger)
        self._slots = np.full(2 * room, _NOT_MET, np.int32)
        self._enter(np.arange(entered, dtype=np.int32))
