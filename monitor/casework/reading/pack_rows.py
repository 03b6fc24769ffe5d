"""The rows of one list in its order, of lines about cases and of people to hospitals alike: a page of them, or all of them opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from monitor.access.sealing import Sealer
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.query import PageQuery
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL

_CHUNK = 2_000


def page_of_rows(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], pack_id: int, query: PageQuery
) -> tuple[Sequence[Sequence[Any]], int]:
    """These columns of a page of the list's rows within the viewer's scope, and how many rows there are in all."""
    conditions = (table.c.pack_id == pack_id, *within(table.c, query.scope))
    total = connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
    asked = select(*columns).where(*conditions).order_by(table.c.position).limit(query.size).offset(query.start)
    return connection.execute(asked).all(), total


def opened_rows(
    connection: Connection, sealer: Sealer, table: Table, columns: Sequence[Column[Any]], pack_id: int
) -> Iterator[tuple[Sequence[Any], str, str]]:
    """These columns of every row, with whole number and name, some thousand in memory at once. Raises StoreError."""
    asked = select(table.c.certno_sealed, table.c.name_sealed, *columns).where(table.c.pack_id == pack_id).order_by(table.c.position)
    for certno, name, *row in connection.execution_options(yield_per=_CHUNK).execute(asked):
        yield row, sealer.open_text(certno, CERTNO_SEAL), sealer.open_text(name, NAME_SEAL)
