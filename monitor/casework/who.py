"""What every list of people in the case database is written with: who somebody is (sealed and masked,
never open), amounts in fen, rows in pieces. By column, as a hundred thousand people are written at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table, insert

from monitor.access.hashing import blind_indexes, person_hex
from monitor.access.masking import mask_name, mask_number
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL, search_marks
from monitor.store.home import Store

Columns = dict[str, Sequence[Any]]
_CHUNK = 50_000
_WHERE = ("category", "insutype", "insu_admdvs", "town")
_YUAN = pa.decimal128(30, 2)


def fens(yuan: pa.ChunkedArray) -> list[int | None]:
    """Yuan to fen, half a fen away from zero (display; comparisons were made unrounded)."""
    written = pc.round(yuan, 2, "half_towards_infinity").cast(_YUAN).cast(pa.string())
    # By way of text: to multiply by a number of Python's, pyarrow loads the whole of pandas.
    counted: list[int | None] = pc.replace_substring(written, ".", "").cast(pa.int64()).to_pylist()
    return counted


def days(on: pa.ChunkedArray) -> list[str | None]:
    """Days as ``write`` takes them."""
    written: list[str | None] = on.cast(pa.string()).to_pylist()
    return written


def plainly(rows: pa.Table, names: Sequence[str]) -> Columns:
    """Columns as they are."""
    return {name: rows.column(name).to_pylist() for name in names}


def who(store: Store, run: str, rows: pa.Table, names: Mapping[Decimal, tuple[str, str]]) -> Columns:
    """The columns every list of people has, of each of the rows: person and where they belong, and of ``names`` who they are."""
    sealer = store.sealer
    people = rows.column("person").to_pylist()
    told = [names.get(person, ("", "")) for person in people]
    certnos, called = [certno for certno, _ in told], [name for _, name in told]
    return {
        "run_id": [run] * len(people), "person": [person_hex(int(person)) for person in people],
        "certno_sealed": sealer.seal_texts(certnos, CERTNO_SEAL), "name_sealed": sealer.seal_texts(called, NAME_SEAL),
        "certno_masked": list(map(mask_number, certnos)), "name_masked": list(map(mask_name, called)),
        **plainly(rows, _WHERE),
    }


def write_marks(store: Store, connection: Connection, names: Mapping[Decimal, tuple[str, str]]) -> None:
    """Make these people found by name and last four, in the marks' own order: so they are filled three times as fast."""
    key = store.keys.hash
    people = [person_hex(int(person)) for person in names]
    last4 = blind_indexes(key, "last4", [certno[-4:] for certno, _ in names.values()])
    called = blind_indexes(key, "name", [name for _, name in names.values()])
    marks = sorted((mark, person) for mark, person in (*zip(last4, people, strict=True), *zip(called, people, strict=True)) if mark)
    if marks:
        write(connection, search_marks, dict(zip(("mark", "person"), zip(*marks, strict=True), strict=True)), lacking=True)


def write(connection: Connection, table: Table, columns: Columns, lacking: bool = False) -> None:
    """Insert them as they are, days as text YYYY-MM-DD: SQLAlchemy's look at each value costs more than the values' writing.
    ``lacking``: only those the table does not have."""
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    written = f"{statement.string} ON CONFLICT DO NOTHING" if lacking else statement.string
    if statement.positiontup is None:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        connection.exec_driver_sql(written, rows)
    else:
        ordered = (columns[name] for name in statement.positiontup)
        connection.exec_driver_sql(written, list(zip(*ordered, strict=True)))


def chunks(rows: pa.Table) -> Iterator[pa.Table]:
    """The rows in pieces short enough for one statement; none of an empty table."""
    for start in range(0, rows.num_rows, _CHUNK):
        yield rows.slice(start, _CHUNK)
