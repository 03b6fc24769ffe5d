"""The text that has been read and not used yet, in memory that is read into again and again.

A system gives fresh memory page by page: to take it anew for each piece of a large file, and once more to put what was left in
front of the next piece, costs about as much as reading the file does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO


class Window:
    """``data``: the text; what is taken from it has to be a copy, as the next ``refill`` writes over it.

    ``read`` gives the text by pieces; ``stream`` is read into directly where its bytes are the text already.
    """

    def __init__(self, read: Callable[[int], bytes], stream: BinaryIO | None = None) -> None:
        self._read = read
        self._into = getattr(stream, "readinto", None)
        self.data = bytearray()

    def refill(self, used: int, want: int) -> bool:
        """Forget the first ``used`` bytes and read ``want`` more behind the others; False when there are no more."""
        left = len(self.data) - used
        if self._into is None:
            block = self._read(want)
            self._resize(used, left + len(block))
            self.data[left:] = block
            return bool(block)
        self._resize(used, left + want)
        given = 0
        with memoryview(self.data) as whole:
            while given < want and (some := self._into(whole[left + given :])):
                given += some
        del self.data[left + given :]
        return given > 0

    def _resize(self, used: int, size: int) -> None:
        """What is not used yet to the front, in memory of this size."""
        left = self.data[used:]
        try:
            self.data.append(0)
        except BufferError:
            # Somebody still looks at the piece before, such as a reader that has just given up on it: that memory stays as it is.
            self.data = bytearray()
        if len(self.data) < size:
            self.data.extend(bytes(size - len(self.data)))
        else:
            del self.data[size:]
        self.data[: len(left)] = left
