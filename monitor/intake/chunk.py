"""What the readers hand on: a piece of an export as text columns, and what could not be split into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.intake.columns import LONGEST_CELL, Table


@dataclass(frozen=True, slots=True)
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
    accounts for. ``sheet``: the sheet its lines are counted in; empty for text. ``others``: headings of the columns
    ``other_1`` … of a table that keeps what is none of its own.
    """

    rows: pa.Table
    malformed: list[Malformed]
    bytes_read: int
    sheet: str = ""
    others: tuple[str, ...] = ()


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


def without_long_cells(chunk: Chunk) -> Chunk:
    """The chunk with rows set apart that have a cell longer than a spreadsheet's can be: no such text is a value."""
    too_long: dict[int, str] = {}
    for name in chunk.rows.column_names[2:]:
        cells = chunk.rows.column(name)
        if (pc.max(pc.binary_length(cells)).as_py() or 0) > LONGEST_CELL:
            for line in chunk.rows.column("line").filter(pc.greater(pc.utf8_length(cells), LONGEST_CELL)).to_pylist():
                too_long.setdefault(line, name)
    if not too_long:
        return chunk
    kept = pc.invert(pc.is_in(chunk.rows.column("line"), pa.array(too_long, pa.int64())))
    malformed = [Malformed(line, name, "cell_too_long") for line, name in sorted(too_long.items())]
    return Chunk(chunk.rows.filter(kept), [*chunk.malformed, *malformed], chunk.bytes_read, chunk.sheet, chunk.others)
