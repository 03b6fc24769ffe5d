"""Who stands on a list of people to hospitals, in its order, within the viewer's scope; whole names and numbers for the files that go
out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, select

from monitor.access.sealing import Sealer
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.query import FIRST_PAGE, PageQuery
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL, pack_people

_CHUNK = 2_000


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
    conditions = (pack_people.c.pack_id == pack_id, *within(pack_people.c, query.scope))
    total = connection.scalar(select(func.count()).select_from(pack_people).where(*conditions)) or 0
    asked = select(*_LINE).where(*conditions).order_by(pack_people.c.position).limit(query.size).offset(query.start)
    return tuple(PersonLine(*row) for row in connection.execute(asked)), total


def people_in_full(connection: Connection, sealer: Sealer, pack_id: int) -> Iterator[PersonInFull]:
    """Every person of a list in its order, opened, some thousand in memory at once. Raises StoreError."""
    p = pack_people.c
    asked = select(p.certno_sealed, p.name_sealed, *_LINE).where(p.pack_id == pack_id).order_by(p.position)
    for certno, name, *row in connection.execution_options(yield_per=_CHUNK).execute(asked):
        yield PersonInFull(PersonLine(*row), sealer.open_text(certno, CERTNO_SEAL), sealer.open_text(name, NAME_SEAL))
