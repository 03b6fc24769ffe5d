"""Which keys of rows were met before, perhaps: asked in milliseconds, however many they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

#: Bits for each hash that is expected, up to 2^31 (256 MB) in all.
_BITS_EACH = 32
_MOST = 31


class Known:
    """Two bits for each hash met (a Bloom filter).

    What was met is always found. What was not is taken for met about once in 300 where as many as expected were, once in
    1,300 among thirty million: such a row only goes the way of those set apart, where whole rows are compared.
    """

    def __init__(self, expected: int) -> None:
        self._log = min(max((expected * _BITS_EACH).bit_length(), 10), _MOST)
        self._bytes = np.zeros(1 << (self._log - 3), np.uint8)

    def add(self, hashes: Hashes) -> None:
        for byte, bit in self._places(hashes):
            # Of several bits for one byte only the last is kept: the others once more, until none is lost.
            while len(byte):
                self._bytes[byte] |= bit
                lost = (self._bytes[byte] & bit) == 0
                byte, bit = byte[lost], bit[lost]

    def perhaps(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """For each hash, whether it may have been met."""
        found = np.ones(len(hashes), np.bool_)
        for byte, bit in self._places(hashes):
            found &= (self._bytes[byte] & bit) != 0
        return found

    def _places(self, hashes: Hashes) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]]:
        """Byte and bit of the low and of the high half of each hash."""
        for shift in (0, 32):
            half = (hashes >> np.uint64(shift)).astype(np.uint32) & np.uint32((1 << self._log) - 1)
            yield half >> np.uint32(3), np.left_shift(np.uint8(1), (half & np.uint32(7)).astype(np.uint8))
