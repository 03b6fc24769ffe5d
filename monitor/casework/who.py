"""What every list of people in the case database is written with: who somebody is (sealed and masked,
never open), amounts in fen, rows in pieces. By column, as a hundred thousand people are written at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from monitor.access.hashing import HEX_DIGITS, MARK_DIGITS, blind_indexes
from monitor.access.masking import mask_name, mask_number
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL, alerts
from monitor.casework.writing import Columns
from monitor.store.home import Store

_CHUNK = 5_000
_WHERE = ("category", "insutype", "insu_admdvs", "town")
#: What fits into eight bytes: 10 thousand million million yuan.
_YUAN = pa.decimal128(18, 2)


def fens(yuan: pa.ChunkedArray) -> list[int | None]:
    """Yuan to fen, half a fen away from zero (display; comparisons were made unrounded)."""
    counted: list[int | None] = []
    for chunk in pc.round(yuan, 2, "half_towards_infinity").cast(_YUAN).chunks:
        # By their bytes: to multiply by a number of Python's, pyarrow loads the whole of pandas.
        numbers = _bytes(chunk).cast("q")[::2].tolist()
        there = chunk.is_valid().to_pylist() if chunk.null_count else repeat(True)
        counted += [number if known else None for number, known in zip(numbers, there, strict=False)]
    return counted


def _bytes(decimals: pa.Array) -> memoryview:
    """16 each, the least first."""
    return memoryview(decimals.buffers()[1])[decimals.offset * 16 : (decimals.offset + len(decimals)) * 16]


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
        # Turned round they are the hexadecimal digits, with the last person in front.
        digits = bytes(_bytes(chunk))[::-1].hex()
        people += [digits[end - HEX_DIGITS : end] for end in range(len(digits), 0, -32)]
    return people


def named(rows: pa.Table, names: pa.Table) -> pa.Table:
    """The rows with ``certno`` and ``psn_name`` of their people, by what is kept of them (``store.names.read_names``); empty
    where nothing is."""
    places = pc.index_in(rows.column("person"), value_set=names.column("person"))
    for name in ("certno", "psn_name"):
        rows = rows.append_column(name, names.column(name).take(places))
    return rows


def named_otherwise(names: pa.Table, before: pa.Table) -> pa.Table:
    """Of people and what they are called, those who were not there before, or under another number or name."""
    places = pc.index_in(names.column("person"), value_set=before.column("person"))
    certno, called = (pc.equal(names.column(name), before.column(name).take(places)) for name in ("certno", "psn_name"))
    same = pc.and_(certno, called)
    return names.filter(pc.or_kleene(pc.invert(same), pc.is_null(same)))


def who(store: Store, run: str, rows: pa.Table) -> Columns:
    """The columns every list of people has, of each of the rows (``named``): person, who they are and where they belong."""
    sealer, people = store.sealer, person_hexes(rows.column("person"))
    certnos, called = _texts(rows, "certno"), _texts(rows, "psn_name")
    return {
        "run_id": [run] * len(people), "person": people,
        "certno_sealed": sealer.seal_texts(certnos, CERTNO_SEAL), "name_sealed": sealer.seal_texts(called, NAME_SEAL),
        "certno_masked": list(map(mask_number, certnos)), "name_masked": list(map(mask_name, called)),
        **fitting(plainly(rows, _WHERE)),
    }


def fitting(columns: Columns) -> Columns:
    """Without what is longer than the table has room for: such a text is no code of a district or scheme and no name of a township,
    the store keeps it whole, and the import flags it or lists it among unknown values. Who is of an unknown place is seen by who
    sees everything."""
    for name, values in columns.items():
        longest = getattr(alerts.c[name].type, "length", None)
        if longest is not None and any(value is not None and len(value) > longest for value in set(values)):
            columns[name] = ["" if value is not None and len(value) > longest else value for value in values]
    return columns


def marks(store: Store, rows: pa.Table) -> Columns:
    """What the people of the rows (``named``) are found by: name and last four. The columns of ``search_marks``."""
    people, key = person_hexes(rows.column("person")), store.keys.hash
    last4 = blind_indexes(key, "last4", [certno[-4:] for certno in _texts(rows, "certno")])
    called = blind_indexes(key, "name", _texts(rows, "psn_name"))
    # In the order of the table, so that it grows at its end; as one text each, which is sorted in half the time.
    found = sorted(mark + person for of_all in (last4, called) for mark, person in zip(of_all, people, strict=True) if mark)
    return {"mark": [one[:MARK_DIGITS] for one in found], "person": [one[MARK_DIGITS:] for one in found]}


def _texts(rows: pa.Table, name: str) -> list[str]:
    return [text or "" for text in rows.column(name).to_pylist()]


def chunks(rows: pa.Table) -> Iterator[pa.Table]:
    """The rows in pieces short enough for one statement; none of an empty table."""
    for start in range(0, rows.num_rows, _CHUNK):
        yield rows.slice(start, _CHUNK)
