"""Many rows into a table of the case database at once, by column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Boolean, Column, Connection, LargeBinary, Table, insert

Columns = dict[str, Sequence[Any]]
#: Values a statement takes; SQLite's own limit is 32,766.
_VALUES = 30_000


def write(connection: Connection, table: Table, columns: Columns, lacking: bool = False) -> None:
    """Insert them as they are, days as text YYYY-MM-DD: SQLAlchemy's look at each value costs more than the values' writing.
    ``lacking``: only those the table does not have."""
    if not len(next(iter(columns.values()))):
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    unless = " ON CONFLICT DO NOTHING" if lacking else ""
    if statement.positiontup is None:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        connection.exec_driver_sql(statement.string + unless, rows)
        return
    ordered = [_for_driver(table.c[name], columns[name]) for name in statement.positiontup]
    # Many rows a statement: of SQLite's time for a short row, beginning and ending a statement is more than half, and between
    # two statements whoever makes the next rows has to be waited for.
    together = _VALUES // len(ordered)
    rest = len(ordered[0]) % together
    whole = len(ordered[0]) - rest
    into, _, row = statement.string.rpartition(" VALUES ")
    for start, stop, step in ((0, whole, together), (whole, whole + rest, rest)):
        if start < stop:
            pieces = (zip(*(column[at : at + step] for column in ordered), strict=True) for at in range(start, stop, step))
            flat = [tuple(chain.from_iterable(piece)) for piece in pieces]
            connection.exec_driver_sql(f"{into} VALUES {', '.join([row] * step)}{unless}", flat)


def _for_driver(column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """Python's driver of SQLite looks for an adapter of each value that is no text, number or bytearray: of bytes and truth values
    that takes longer than their writing."""
    as_one = bytearray if isinstance(column.type, LargeBinary) else int if isinstance(column.type, Boolean) else None
    return [None if value is None else as_one(value) for value in values] if as_one else values
