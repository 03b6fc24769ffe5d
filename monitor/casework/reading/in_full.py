"""Whole names and numbers of listed people, opened for an outgoing list whose recipient needs them; nothing here is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic

from sqlalchemy import Connection, Table, select

from monitor.access.sealing import Sealer
from monitor.casework.reading.case_listing import CaseRow
from monitor.casework.reading.listing import AlertRow, AsideRow, Listed, Somebody
from monitor.casework.reading.shortfalls import ShortfallRow
from monitor.casework.tables import alerts, cases, set_aside, shortfalls

_TABLES: dict[type[Somebody], Table] = {AlertRow: alerts, AsideRow: set_aside, ShortfallRow: shortfalls, CaseRow: cases}
#: Rows opened at once: short enough for one statement in any database.
_CHUNK = 500


@dataclass(frozen=True)
class InFull(Generic[Listed]):
    """A row of a list with who it is about, unmasked."""

    row: Listed
    certno: str = field(repr=False)
    name: str = field(repr=False)


def in_full(connection: Connection, rows: Iterable[Listed], sealer: Sealer) -> Iterator[InFull[Listed]]:
    """The rows in their order, each with its name and number opened; empty text where nobody told us.

    Raises StoreError where a value cannot be opened.
    """
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        columns = _TABLES[type(chunk[0])].c
        sealed = select(columns.id, columns.certno_sealed, columns.name_sealed).where(columns.id.in_([row.id for row in chunk]))
        opened = {
            number: (sealer.open_text(certno, "casework/certno"), sealer.open_text(name, "casework/name"))
            for number, certno, name in connection.execute(sealed)
        }
        for row in chunk:
            yield InFull(row, *opened[row.id])
