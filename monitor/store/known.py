"""Which keys of rows were met before, perhaps: asked in milliseconds, however many they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

#: Bits for each hash that is expected, up to 2^31 (256 MB) in all.
_BITS_EACH = 32
_MOST = 31
#: So many are added at a time: their words stay in the processor's cache until all is done with them.
_AT_ONCE = 8192


class Known:
    """Two bits for each hash met, in a word of 64 that the hash chooses (a Bloom filter in blocks).

    What was met is always found. What was not is taken for met about once in 200 where as many as expected were, once in
    600 among thirty million: such a row only goes the way of those set apart, where whole rows are compared.
    """

    def __init__(self, expected: int) -> None:
        words = min(max((expected * _BITS_EACH).bit_length(), 10), _MOST) - 6
        self._words = np.zeros(1 << words, np.uint64)

    def add(self, hashes: Hashes) -> None:
        for start in range(0, len(hashes), _AT_ONCE):
            word, bits = self._places(hashes[start : start + _AT_ONCE])
            # Of several hashes for one word only the last is kept: the others once more, until none is lost.
            while len(word):
                self._words[word] |= bits
                lost = (self._words[word] & bits) != bits
                word, bits = word[lost], bits[lost]

    def perhaps(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """For each hash, whether it may have been met."""
        word, bits = self._places(hashes)
        found: npt.NDArray[np.bool_] = (self._words[word] & bits) == bits
        return found

    def _places(self, hashes: Hashes) -> tuple[npt.NDArray[np.int64], Hashes]:
        """The word of each hash, by its low bits, and the two bits there, by its twelve highest."""
        one, six = np.uint64(1), np.uint64(63)
        word = (hashes & np.uint64(len(self._words) - 1)).astype(np.int64)
        return word, (one << (hashes >> np.uint64(58))) | (one << ((hashes >> np.uint64(52)) & six))
