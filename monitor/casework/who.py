"""What every list of people in the case database is written with: who somebody is (sealed and masked,
never open), amounts in fen, rows in pieces. By column, as a hundred thousand people are written at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table, insert

from monitor.access.hashing import HEX_DIGITS, MARK_DIGITS, blind_indexes
from monitor.access.masking import mask_name, mask_number
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL
from monitor.store.home import Store

Columns = dict[str, Sequence[Any]]
_CHUNK = 5_000
#: Values a statement takes; SQLite's own limit is 32,766.
_VALUES = 30_000
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
    return _few(on.cast(pa.string()))


def plainly(rows: pa.Table, names: Sequence[str]) -> Columns:
    """Columns as they are, of values that are often the same."""
    return {name: _few(rows.column(name)) for name in names}


def _few(column: pa.ChunkedArray) -> list[Any]:
    """The values, equal ones as one object: SQLite is given each text's bytes, which Python makes once an object."""
    values: list[Any] = []
    for chunk in column.dictionary_encode().chunks:
        different = chunk.dictionary.to_pylist()
        values += [None if place is None else different[place] for place in chunk.indices.to_pylist()]
    return values


def person_hexes(keys: pa.ChunkedArray) -> list[str]:
    """``person_hex`` of a column DECIMAL(38,0), from its bytes: as numbers of Python's they take five times as long."""
    people: list[str] = []
    for chunk in keys.chunks:
        # 16 bytes each, the least first: turned round they are the hexadecimal digits, with the last person in front.
        digits = chunk.buffers()[1][chunk.offset * 16 : (chunk.offset + len(chunk)) * 16].to_pybytes()[::-1].hex()
        people += [digits[end - HEX_DIGITS : end] for end in range(len(digits), 0, -32)]
    return people


class Names(NamedTuple):
    """Numbers and names by person as the case database writes it, empty text where nobody told us."""

    certnos: dict[str, str]
    called: dict[str, str]


def told(names: pa.Table) -> Names:
    """The numbers and names a run keeps (``store.names.read_names``)."""
    people = person_hexes(names.column("person"))
    certnos, called = (dict(zip(people, names.column(name).to_pylist(), strict=True)) for name in ("certno", "psn_name"))
    return Names(certnos, called)


def who(store: Store, run: str, rows: pa.Table, names: Names) -> Columns:
    """The columns every list of people has, of each of the rows: person and where they belong, and of ``names`` who they are."""
    sealer = store.sealer
    people = person_hexes(rows.column("person"))
    certnos, called = ([known.get(person, "") for person in people] for known in names)
    return {
        "run_id": [run] * len(people), "person": people,
        "certno_sealed": sealer.seal_texts(certnos, CERTNO_SEAL), "name_sealed": sealer.seal_texts(called, NAME_SEAL),
        "certno_masked": list(map(mask_number, certnos)), "name_masked": list(map(mask_name, called)),
        **plainly(rows, _WHERE),
    }


def marks(store: Store, rows: pa.Table, names: Names) -> Columns:
    """What the people of the rows are found by: name and last four. The columns of ``search_marks``."""
    people, key = person_hexes(rows.column("person")), store.keys.hash
    last4 = blind_indexes(key, "last4", [names.certnos.get(person, "")[-4:] for person in people])
    called = blind_indexes(key, "name", [names.called.get(person, "") for person in people])
    # In the order of the table, so that it grows at its end; as one text each, which is sorted in half the time.
    found = sorted(mark + person for of_all in (last4, called) for mark, person in zip(of_all, people, strict=True) if mark)
    return {"mark": [one[:MARK_DIGITS] for one in found], "person": [one[MARK_DIGITS:] for one in found]}


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
    ordered = [columns[name] for name in statement.positiontup]
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


def chunks(rows: pa.Table) -> Iterator[pa.Table]:
    """The rows in pieces short enough for one statement; none of an empty table."""
    for start in range(0, rows.num_rows, _CHUNK):
        yield rows.slice(start, _CHUNK)
