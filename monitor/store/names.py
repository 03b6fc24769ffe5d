"""Who a person key is: names and numbers unsealed for the few people a list shows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Load, Manifest
from monitor.store.threads import ahead, at_once

_SQL = Path(__file__).parent
_KEY = pa.decimal128(38, 0)
#: Under what a sealed part says who made its hashes.
HASHED_BY = "hashed_by"
_HASHED = ["once", "again", "person", "psn", "name"]
_SHOWN = ["certno", "psn_no", "psn_name", "person", "psn", "name"]
_NO_REGISTER = {"register_key": _KEY, "person": _KEY, "psn": _KEY, "name": _KEY}


def write_names(store: Store, path: Path, context: str, names: dict[Decimal, tuple[str, str]], people: Sequence[Decimal]) -> None:
    """Seal who these people are into a file of its own: a row each, empty text where nobody told us."""
    told = [(person, *names.get(person, ("", ""))) for person in people]
    columns = {"person": _KEY, "certno": pa.string(), "psn_name": pa.string()}
    buffer = io.BytesIO()
    pq.write_table(table_of(columns, (dict(zip(columns, one, strict=True)) for one in told)), buffer)
    path.write_bytes(store.sealer.seal(buffer.getvalue(), context))


def read_names(store: Store, path: Path, context: str) -> pa.Table:
    """``person`` (key), ``certno``, ``psn_name`` of a file ``write_names`` made under the same context."""
    # ParquetFile and not read_table, here and below: that loads pandas.
    return pq.ParquetFile(io.BytesIO(store.open_sealed(path, context))).read()


def by_key(names: pa.Table) -> dict[Decimal, tuple[str, str]]:
    """``{person key: (certno, psn_name)}``."""
    keys, certnos, called = (names.column(name).to_pylist() for name in ("person", "certno", "psn_name"))
    return dict(zip(keys, zip(certnos, called, strict=True), strict=True))


def look_up(store: Store, known: Manifest, engine: DuckEngine, people: Sequence[Decimal]) -> dict[Decimal, tuple[str, str]]:
    """``{person key: (certno, psn_name)}`` as known then; empty text where nobody told us.

    Needs table ``register`` (current register rows) in the engine. The name is the register's current one, else the
    latest shown. Only the sealed parts that hold one of these people are opened, in memory.
    """
    sightings = store.files(list(known.loads), "sightings")
    if not people or not sightings:
        return {}
    engine.table("people_wanted", table_of({"person": _KEY}, [{"person": person} for person in people]))
    engine.table("all_sightings", sightings)
    engine.make("chosen_sightings", _SQL / "chosen_sightings.sql")
    batches = {load.number: load for load in known.loads}
    parts = [
        (batches[number].batch, path, lines)
        for number, lines in _lines_by_batch(engine)
        for path in store.files([batches[number]], "names-")
    ]
    opened = at_once(lambda part: _unseal(store, *part), parts)
    engine.table("unsealed", pa.concat_tables(opened))
    # A line shows one combination of numbers and name.
    named = engine.execute(
        "SELECT c.person, u.certno, u.psn_name FROM unsealed AS u"
        " JOIN chosen_sightings AS c ON c.batch = u.batch AND c.line = u.line"
    ).fetchall()
    return {person: (certno or "", name or "") for person, certno, name in named}


def texts_at(store: Store, known: Manifest, places: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """``(certno, psn_no, psn_name)`` of the rows at these places (batch × 2³² + line), as they were first shown; empty text where
    a row had none. Only the sealed parts of their batches are opened, in memory."""
    lines: dict[int, list[int]] = {}
    for place in places:
        lines.setdefault(place >> 32, []).append(place & 0xFFFFFFFF)
    batches = {load.number: load for load in known.loads}
    found: dict[int, tuple[str, str, str]] = {}
    for number, wanted in lines.items():
        for path in store.files([batches[number]], "names-"):
            opened = _open(store, batches[number].batch, path, ["certno", "psn_no", "psn_name", "line"])
            kept = opened.filter(pc.is_in(opened.column("line"), pa.array(wanted, opened.schema.field("line").type)))
            certnos, psn_nos, called, there = (kept.column(name).to_pylist() for name in ("certno", "psn_no", "psn_name", "line"))
            for line, certno, psn_no, name in zip(there, certnos, psn_nos, called, strict=True):
                found[(number << 32) + line] = (certno or "", psn_no or "", name or "")
    return found


def shown(store: Store, loads: Sequence[Load], hashed_by: str = "") -> Iterator[pa.Table]:
    """Every combination of number, psn_no and name these loads have shown, file by file: ``person``, ``psn`` and ``name`` (keys),
    with ``once`` and ``again`` where a mark is given and the file's hashes bear it, else with the texts ``certno``, ``psn_no`` and
    ``psn_name``."""
    files = ((load.batch, path) for load in loads for path in store.files([load], "names-"))

    def read(file: tuple[str, Path]) -> pa.Table:
        opened = _parquet(store, *file)
        marked = (opened.schema_arrow.metadata or {}).get(HASHED_BY.encode()) == hashed_by.encode()
        return opened.read(_HASHED if marked else _SHOWN, use_threads=False)

    yield from ahead(read, files)


def _lines_by_batch(engine: DuckEngine) -> Iterator[tuple[int, pa.ChunkedArray]]:
    for (number,) in engine.execute("SELECT DISTINCT batch FROM chosen_sightings").fetchall():
        lines = engine.connection.sql("SELECT line FROM chosen_sightings WHERE batch = ?", params=[number])
        yield number, lines.to_arrow_table().column("line")


def _unseal(store: Store, batch: str, path: Path, lines: pa.ChunkedArray) -> pa.Table:
    """Of a sealed part, the rows of these lines: most of what is opened is let go at once."""
    opened = _open(store, batch, path, ["certno", "psn_name", "batch", "line"])
    return opened.filter(pc.is_in(opened.column("line"), lines))


def _open(store: Store, batch: str, path: Path, columns: list[str]) -> pa.Table:
    return _parquet(store, batch, path).read(columns, use_threads=False)


def _parquet(store: Store, batch: str, path: Path) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(store.open_sealed(path, f"{batch}/{path.name}")))
