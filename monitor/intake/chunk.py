"""What the readers hand on: a piece of an export as text columns, and what could not be split into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from monitor.intake.columns import Table


@dataclass(frozen=True)
class Malformed:
    """A physical line that is no row: its number, the column concerned (empty: the whole line), a reason id."""

    line: int
    column: str
    reason: str


@dataclass
class Chunk:
    """A bounded piece of an export.

    ``rows``: ``line`` int64 (physical line in the file, row in the sheet), ``number_cell`` bool (the certno cell was a
    number in the sheet), then every canonical column of the table as string: null throughout where the file has no
    such column, an empty string where the cell is blank. ``bytes_read``: the share of ``Export.size`` this chunk
    accounts for. ``sheet``: the sheet its lines are counted in; empty for text.
    """

    rows: pa.Table
    malformed: list[Malformed]
    bytes_read: int
    sheet: str = ""


def assemble(
    table: Table,
    lines: np.ndarray[tuple[int], np.dtype[np.int64]],
    present: Mapping[str, pa.ChunkedArray | pa.Array],
    number_cell: Sequence[bool] | None = None,
) -> pa.Table:
    """Put present columns into the full shape of ``table``, absent ones as nulls."""
    count = len(lines)
    flags = np.zeros(count, dtype=bool) if number_cell is None else np.asarray(number_cell, dtype=bool)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {"line": pa.array(lines, pa.int64()), "number_cell": pa.array(flags)}
    for name in table.names:
        columns[name] = present[name] if name in present else pa.nulls(count, pa.string())
    return pa.table(columns)


def cell_bytes(cells: pa.StringArray) -> bytes:
    """The texts of all cells one after another, in UTF-8."""
    _, offsets, data = cells.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32, len(cells) + 1, cells.offset * 4)
    return bytes(memoryview(data)[ends[0] : ends[-1]])
