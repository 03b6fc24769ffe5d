"""Cells merged over several rows: the file keeps the value in the first, and everybody reads it in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

Range = tuple[tuple[int, int], tuple[int, int]]


class Merged:
    """The merged ranges of one sheet below its headings, followed row by row.

    ``ranges``: first and last row and column, from 0; ``first``: the sheet's first column with anything in it, from which positions
    count; ``single``: positions that are not filled, because two rows must not share a key or an amount.
    """

    def __init__(self, ranges: Sequence[Range], first: int, after: int, positions: Sequence[int], single: Sequence[int]) -> None:
        self._single = set(single)
        # Of a block over several columns, the value is the first column's.
        self._coming = sorted(
            (
                (top + 1, left - first, bottom + 1) for (top, left), (bottom, _) in ranges
                if bottom > top and top >= after and left - first in positions
            ),
            reverse=True,
        )
        self._open: dict[int, tuple[int, Any]] = {}
        #: Rows filled down, by position.
        self.filled: Counter[int] = Counter()

    def fill(self, line: int, cells: list[Any]) -> int | None:
        """Fill the cells of a row that is not blank; a position whose merged value cannot be its, if there is one."""
        if not self._coming and not self._open:
            return None
        twice = None
        for position in [at for at, (last, _) in self._open.items() if last < line]:
            del self._open[position]
        while self._coming and self._coming[-1][0] <= line:
            begin, position, last = self._coming.pop()
            # A range whose first row is blank has no value.
            if begin == line:
                self._open[position] = last, cells[position]
        for position, (_, value) in self._open.items():
            if value == "":
                continue
            if position in self._single:
                twice = position if twice is None else twice
            elif cells[position] == "":
                cells[position] = value
                self.filled[position] += 1
        return twice
