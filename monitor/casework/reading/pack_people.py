"""Who stands on a list of people to hospitals, in its order, within the viewer's scope; whole names and numbers for the files that go
out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from monitor.access.sealing import Sealer
from monitor.casework.reading.pack_rows import opened_rows, page_of_rows
from monitor.casework.reading.query import FIRST_PAGE, PageQuery
from monitor.casework.tables import pack_people


@dataclass(frozen=True)
class PersonLine:
    """A person of a list as proposed, masked."""

    position: int
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str
    since: date
    until: date | None
    in_register: bool


@dataclass(frozen=True)
class PersonInFull:
    """The same with whole name and number."""

    line: PersonLine
    certno: str = field(repr=False)
    name: str = field(repr=False)


_LINE = tuple(pack_people.c[name] for name in PersonLine.__dataclass_fields__)


def people_of_pack(connection: Connection, pack_id: int, query: PageQuery = FIRST_PAGE) -> tuple[tuple[PersonLine, ...], int]:
    """A page of a list's people, in its order, and how many there are."""
    rows, total = page_of_rows(connection, pack_people, _LINE, pack_id, query)
    return tuple(PersonLine(*row) for row in rows), total


def people_in_full(connection: Connection, sealer: Sealer, pack_id: int) -> Iterator[PersonInFull]:
    """Every person of a list in its order, opened, some thousand in memory at once. Raises StoreError."""
    for row, certno, name in opened_rows(connection, sealer, pack_people, _LINE, pack_id):
        yield PersonInFull(PersonLine(*row), certno, name)
