"""Showing the runs' results in the case database: by run id, in one transaction, any number of times.

Facts stay in the store; what stands here is their image for the screens. A crash between the store's commit and this
one is repaired by the next command, because whatever the manifest names and the database lacks is written then.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, Table, insert, select, text

from monitor.access.hashing import blind_index, person_hex
from monitor.access.masking import mask_name, mask_number
from monitor.assess.explain import plain
from monitor.casework import tables
from monitor.casework.database import migrate, open_database
from monitor.store.home import Store
from monitor.store.manifest import RunRecord

_CHUNK = 5_000
_CENT = Decimal("0.01")
Row = dict[str, Any]


def fen(amount: Decimal) -> int:
    """Yuan to fen, half a fen away from zero (display; comparisons were made unrounded)."""
    return int(amount.quantize(_CENT, ROUND_HALF_UP) * 100)


def synchronise(store: Store) -> None:
    """Write every run the manifest names and the database lacks."""
    url = store.home.database_url
    engine = open_database(url)
    try:
        migrate(engine, url)
        with engine.begin() as connection:
            there = set(connection.scalars(select(tables.runs.c.run_id)))
            for position, record in enumerate(store.manifest.runs, start=1):
                if record.run not in there:
                    _write_run(store, connection, record, position)
        if len(there) < len(store.manifest.runs):
            analyse(engine)
    finally:
        engine.dispose()


def analyse(engine: Engine) -> None:
    """Tell the query planner what came in: without it a search by number walks through a whole run."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA analysis_limit = 1000"))
        connection.execute(text("ANALYZE"))


def _write_run(store: Store, connection: Connection, record: RunRecord, position: int) -> None:
    directory = store.home.runs / record.run
    kept = json.loads((directory / "manifest.json").read_text())
    names = names_of_run(store, record.run)
    alerts = pq.read_table(directory / "alerts.parquet").to_pylist()
    set_aside = pq.read_table(directory / "set_aside.parquet").to_pylist()
    distribution = pq.read_table(directory / "distribution.parquet").to_pylist()
    open_states = sum(row["state"] in ("new", "continuing", "raised") for row in alerts)
    connection.execute(
        insert(tables.runs),
        {
            "run_id": record.run, "position": position, "document": record.document, "title": kept["title"],
            "as_of": date.fromisoformat(record.as_of), "known_at": record.known_at, "committed_at": record.committed_at,
            "trial": record.trial, "replay": record.replay, "provisional": record.provisional,
            "predecessor": record.predecessor, "settlements": kept["feed"]["settlements"],
            "counted": kept["feed"]["counted"], "persons": kept["feed"]["persons"],
            "latest_settlement": date.fromisoformat(kept["feed"]["latest"]) if kept["feed"]["latest"] else None,
            "latest_load": _latest_load(store, kept["inputs"]), "flagged": open_states,
            "uncovered": kept["counts"]["uncovered"], "outside_region": kept["counts"]["outside_region"],
            "deceased": kept["counts"]["deceased"], "health": json.dumps(_health(store, kept), ensure_ascii=False),
        },
    )
    for table, rows in ((tables.alerts, alerts), (tables.set_aside, set_aside)):
        for chunk in _chunks(_person_row(store, record, row, names) for row in rows):
            connection.execute(insert(table), chunk)
    counted = _counted(alerts)
    for table in (tables.summary, tables.town_summary):
        _insert(connection, table, _added_up(table, record.run, counted))
    _insert(connection, tables.distribution, [{"run_id": record.run, **row} for row in distribution])


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _person_row(store: Store, record: RunRecord, row: Row, names: dict[Decimal, tuple[str, str]]) -> Row:
    certno, name = names.get(row["person"], ("", ""))
    key = store.keys.hash
    written = {
        "run_id": record.run,
        "person": person_hex(int(row["person"])),
        "certno_sealed": store.sealer.seal_text(certno or None, "casework/certno"),
        "name_sealed": store.sealer.seal_text(name or None, "casework/name"),
        "certno_masked": mask_number(certno),
        "name_masked": mask_name(name),
        "certno_index": blind_index(key, "certno", certno) if certno else None,
        "last4_index": blind_index(key, "last4", certno[-4:]) if certno else None,
        "name_index": blind_index(key, "name", name) if name else None,
        "burden_fen": fen(row["burden"]),
        "benchmark_fen": None if row["benchmark"] is None else fen(row["benchmark"]),
        "multiple": None if row["multiple"] is None else plain(row["multiple"]),
        "threshold_fen": fen(row["threshold"]),
        "excess_fen": fen(row["excess"]),
        "reason": row["reason"] or "",
        "provisional": row["provisional"],
    }
    for column in ("category", "insutype", "insu_admdvs", "town", "measure", "benchmark_year"):
        written[column] = row[column]
    if "state" in row:
        for column in ("rule", "kind", "crossed_on", "crossing_setl_id", "state"):
            written[column] = row[column]
    return written


#: What the overview counts alerts by, in this order.
_COUNTED_BY = ("kind", "category", "insu_admdvs", "town", "month", "state")


def _counted(alerts: list[Row]) -> dict[tuple[str, ...], tuple[int, int]]:
    """People and excess in fen by all of ``_COUNTED_BY``."""
    counted: dict[tuple[str, ...], tuple[int, int]] = {}
    for row in alerts:
        month = f"{row['crossed_on']:%Y-%m}" if row["crossed_on"] else ""
        key = (row["kind"], row["category"], row["insu_admdvs"], row["town"], month, row["state"])
        people, excess = counted.get(key, (0, 0))
        counted[key] = people + 1, excess + fen(row["excess"])
    return counted


def _added_up(table: Table, run_id: str, counted: dict[tuple[str, ...], tuple[int, int]]) -> list[Row]:
    """The counts by what the table has in its key."""
    names = [column.name for column in table.primary_key if column.name != "run_id"]
    places = [_COUNTED_BY.index(name) for name in names]
    people: Counter[tuple[str, ...]] = Counter()
    excess: Counter[tuple[str, ...]] = Counter()
    for key, (count, fens) in counted.items():
        shorter = tuple(key[place] for place in places)
        people[shorter] += count
        excess[shorter] += fens
    return [
        {"run_id": run_id, **dict(zip(names, key, strict=True)), "people": count, "excess_fen": excess[key]}
        for key, count in sorted(people.items())
    ]


def names_of_run(store: Store, run_id: str) -> dict[Decimal, tuple[str, str]]:
    """``{person key: (certno, psn_name)}`` of everybody a run lists, as known then."""
    sealed = (store.home.runs / run_id / "names.sealed").read_bytes()
    table = pq.read_table(io.BytesIO(store.sealer.open(sealed, f"runs/{run_id}/names")))
    return {
        person: (certno, name)
        for person, certno, name in zip(*(table.column(c).to_pylist() for c in ("person", "certno", "psn_name")), strict=True)
    }


def _latest_load(store: Store, inputs: dict[str, Any]) -> str | None:
    used = {batch for batch, _ in inputs["loads"]}
    times = [load.committed_at for load in store.manifest.of_table("settlements") if load.batch in used]
    return max(times, default=None)


def _health(store: Store, kept: dict[str, Any]) -> Row:
    """What the loads a run used said of themselves: read = accepted + duplicates + rejected, and flags."""
    used = {batch for batch, _ in kept["inputs"]["loads"]}
    loads = [load for load in store.manifest.loads if load.batch in used]
    flags: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for load in loads:
        flags.update(load.flags)
        reasons.update(load.reasons)
    settlements = [load for load in loads if load.table == "settlements"]
    return {
        **{name: sum(getattr(load, name) for load in settlements) for name in ("read", "accepted", "duplicates", "rejected")},
        "flags": dict(flags), "reasons": dict(reasons), "fewer_than_before": kept["feed"]["fewer_than_before"],
        "trial_because": kept["trial_because"],
    }


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
