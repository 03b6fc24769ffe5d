"""Odd characters, looked for on the raw bytes of each column, so that an ordinary column costs next to nothing.

What exports and hands do to a cell: full-width digits and letters, blanks of every width around it, the apostrophe or
tab that keeps Excel from eating a number. Names and addresses keep their own characters; only their ends are cleaned.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.intake.chunk import cell_bytes
from monitor.intake.columns import Column, Table

#: Blanks at the ends of a cell, beyond what Unicode calls white space.
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u2002\u2003\u2009\u200b\u200e\ufeff\x1c\x1d\x1e\x1f"
_APOSTROPHES = "'`‘’"
_ZERO_WIDTH = "\u200b\u200e\ufeff"
#: What ordinary cells of a kind are made of: the least and the greatest byte, and those between that are none of it.
_ORDINARY = {"money": (0x2B, 0x39, (b",", b"/")), "certno": (0x30, 0x5A, tuple(bytes((byte,)) for byte in b":;<=>?@"))}


def scrub(table: Table, rows: pa.Table) -> pa.Table:
    """``rows`` with every cell cleaned at its ends and, except in free text, folded to half width.

    Absent columns stay null, blank cells become empty strings.
    """
    for column in table.columns:
        index = rows.column_names.index(column.name)
        cells = rows.column(index)
        if cells.null_count == len(cells):
            continue
        if cells.null_count:
            cells = pc.fill_null(cells, "")
            rows = rows.set_column(index, column.name, cells)
        if _is_odd(column, cells):
            rows = rows.set_column(index, column.name, _cleaned(column, cells))
    return rows


def _cleaned(column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.kind == "text":
        return pc.utf8_trim(pc.utf8_ltrim(pc.utf8_trim(cells, _BLANKS), _APOSTROPHES), _BLANKS)
    folded = pc.utf8_normalize(cells, form="NFKC")
    for character in _ZERO_WIDTH:
        folded = pc.replace_substring(folded, character, "")
    folded = pc.utf8_trim(folded, _BLANKS + _APOSTROPHES)
    if column.kind == "certno":
        return pc.utf8_upper(pc.replace_substring_regex(folded, r"\s+", ""))
    if column.kind == "money":
        return _amounts(folded)
    return folded


def _amounts(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Amounts without currency sign, unit and thousands in proper threes; what is no amount is left or spoilt."""
    # Three dashes typists and typesetters use for a minus or for nothing.
    cells = pc.replace_substring_regex(cells, "[\u2212\u2013\u2014]", "-")
    cells = pc.replace_substring_regex(cells, r"^([-+]?)\s*¥\s*", r"\1")
    cells = pc.replace_substring_regex(cells, r"\s*元$", "")
    grouped = pc.match_substring_regex(cells, r"^[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$")
    cells = pc.if_else(grouped, pc.replace_substring(cells, ",", ""), cells)
    # What a cast would take for an exponent or a separator is spoilt, so that the SQL may trust a cell that casts.
    return pc.replace_substring_regex(cells, "[A-Za-z_\\s]", "?")


def _is_odd(column: Column, cells: pa.ChunkedArray) -> bool:
    return any(_odd_bytes(column, data) for part in cells.chunks if (data := cell_bytes(part)))


def _odd_bytes(column: Column, data: bytes) -> bool:
    """Whether a column's bytes hold anything that cleaning could change; it may err only towards yes.

    Searches for single bytes, one memory pass each: some hundred times the speed of looking at cells.
    """
    if column.kind == "text":
        # 0xC2, 0xE2, 0xE3, 0xEF lead the blanks, apostrophes and marks above; Chinese letters begin with E4 to E9.
        return _least(data) <= 0x20 or any(byte in data for byte in (b"'", b"`", b"\xc2", b"\xe2", b"\xe3", b"\xef"))
    if column.kind in _ORDINARY:
        least, most, among = _ORDINARY[column.kind]
        return not least <= _least(data) <= _most(data) <= most or any(byte in data for byte in among)
    # The blank between date and time is no oddity; one at the ends is left to the SQL.
    return not data.isascii() or b"'" in data or b"`" in data or _least(data) < (0x20 if column.kind == "time" else 0x21)


def _least(data: bytes) -> int:
    return int(np.frombuffer(data, np.uint8).min())


def _most(data: bytes) -> int:
    return int(np.frombuffer(data, np.uint8).max())
