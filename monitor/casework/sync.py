"""Showing the runs' results in the case database and working them into the cases: by run id, in one transaction, any
number of times.

Facts stay in the store; what stands here is their image for the screens, and the cases, which are people's. A crash
between the store's commit and this one is repaired by the next command, because whatever the manifest names and the
database lacks is written then.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, Table, insert, select, text

from monitor.access.opening import open_access
from monitor.assess.amounts import plain
from monitor.base.errors import StoreError
from monitor.casework import tables
from monitor.casework.database import migrate, open_database
from monitor.casework.from_runs import work_in_runs
from monitor.casework.sync_entitled import write_entitled
from monitor.casework.who import chunks, days, fens, marks, named, named_otherwise, person_hexes, plainly, who
from monitor.casework.writing import Columns, write
from monitor.store.home import Store
from monitor.store.manifest import RunRecord
from monitor.store.names import read_names
from monitor.store.threads import ahead
from monitor.store.uncollected import uncollected

Row = dict[str, Any]


@uncollected()
def synchronise(store: Store) -> None:
    """Write every run the manifest names and the database lacks, and the entitlements of runs that have them; bring the
    cases up to date with the runs."""
    url = store.home.database_url
    engine = open_database(url)
    try:
        migrate(engine, url)
        # One at a time with officers' decisions: what they have just decided is what a run meets.
        with ThreadPoolExecutor(1, "marks") as beside, open_access(engine, store.home, store.keys).begin() as connection:
            there = set(connection.scalars(select(tables.runs.c.run_id)))
            marked: list[Future[Columns]] = []
            for position, record in enumerate(store.manifest.runs, start=1):
                if record.run not in there:
                    marked.append(_write_run(store, connection, record, position, beside))
            entitled = write_entitled(store, connection)
            # Hashing keeps one processor busy while the database keeps the other.
            worked_in = work_in_runs(connection, lambda run_id: _moved(store, run_id))
            for columns in marked:
                write(connection, tables.search_marks, columns.result(), lacking=True)
        if entitled or worked_in or len(there) < len(store.manifest.runs):
            analyse(engine)
    finally:
        engine.dispose()


def analyse(engine: Engine) -> None:
    """Tell the query planner what came in: without it a search by number walks through a whole run."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA analysis_limit = 1000"))
        connection.execute(text("ANALYZE"))


def _write_run(
    store: Store, connection: Connection, record: RunRecord, position: int, beside: Executor
) -> Future[Columns]:
    """Show a run; what its people are found by is made beside, and still to be written."""
    directory = store.home.runs / record.run
    kept = json.loads((directory / "manifest.json").read_text())
    names = names_of_run(store, record.run)
    alerts, set_aside = (named(_read(directory / f"{listed}.parquet"), names) for listed in ("alerts", "set_aside"))
    alerts = alerts.sort_by([("excess", "ascending")])
    distribution = _read(directory / "distribution.parquet").to_pylist()
    open_states = sum(state in ("new", "continuing", "raised") for state in alerts.column("state").to_pylist())
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
    counted: _Counted = {}
    for table, rows in ((tables.alerts, alerts), (tables.set_aside, set_aside)):
        for columns in ahead(lambda chunk: who(store, record.run, chunk) | _said(chunk), chunks(rows)):
            write(connection, table, columns)
            if table is tables.alerts:
                _count(columns, counted)
    for added_up in (tables.summary, tables.town_summary):
        _insert(connection, added_up, _added_up(added_up, record.run, counted))
    _insert(connection, tables.distribution, [{"run_id": record.run, **row} for row in distribution])
    return beside.submit(lambda: marks(store, _unmarked(store, record, names)))


def _unmarked(store: Store, record: RunRecord, names: pa.Table) -> pa.Table:
    """Without whom the run before listed by the same number and name: most of a month's people, and their marks are there."""
    if record.predecessor not in {earlier.run for earlier in store.manifest.runs}:
        return names
    try:
        return named_otherwise(names, names_of_run(store, record.predecessor))
    except StoreError:
        # Whatever happened to the names of a run long shown is no hindrance to showing this one.
        return names


def _moved(store: Store, run_id: str) -> dict[str, str]:
    """Who of those alerted before stands under another key since the run; nobody in a run made before that was written down."""
    path = store.home.runs / run_id / "moved.parquet"
    if not path.exists():
        return {}
    rows = _read(path)
    return dict(zip(person_hexes(rows.column("stored")), person_hexes(rows.column("person")), strict=True))


def _read(path: Path) -> pa.Table:
    """Not by ``pq.read_table``, which loads pandas for it."""
    return pq.ParquetFile(path).read()


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _said(rows: pa.Table) -> Columns:
    """What a run says of people, besides who they are."""
    multiples, reasons = rows.column("multiple").cast(pa.string()).to_pylist(), rows.column("reason").to_pylist()
    in_words = {multiple: plain(Decimal(multiple)) for multiple in set(multiples) if multiple is not None}
    said = {
        **plainly(rows, ("measure", "benchmark_year", "provisional")),
        **{f"{name}_fen": fens(rows.column(name)) for name in ("burden", "benchmark", "threshold", "excess")},
        "multiple": [in_words.get(multiple) for multiple in multiples], "reason": [reason or "" for reason in reasons],
    }
    if "state" in rows.column_names:
        said |= plainly(rows, ("rule", "kind", "state"))
        said |= {"crossing_setl_id": rows.column("crossing_setl_id").to_pylist(), "crossed_on": days(rows.column("crossed_on"))}
    return said


#: What the overview counts alerts by, in this order.
_COUNTED_BY = ("kind", "category", "insu_admdvs", "town", "month", "state")


#: People and excess in fen by all of those.
_Counted = dict[tuple[str, ...], list[int]]


def _count(columns: Columns, counted: _Counted) -> None:
    """Add alerts as they were written to what is counted."""
    by = columns | {"month": [day[:7] if day else "" for day in columns["crossed_on"]]}
    keys = zip(*(by[name] for name in _COUNTED_BY), strict=True)
    for key, fen in zip(keys, columns["excess_fen"], strict=True):
        if (cell := counted.get(key)) is None:
            cell = counted[key] = [0, 0]
        cell[0] += 1
        cell[1] += fen


def _added_up(table: Table, run_id: str, counted: _Counted) -> list[Row]:
    """The counts by what the table has in its key."""
    names = [column.name for column in table.primary_key if column.name != "run_id"]
    places = [_COUNTED_BY.index(name) for name in names]
    people: Counter[tuple[str, ...]] = Counter()
    excess: Counter[tuple[str, ...]] = Counter()
    for key, (count, fens_over) in counted.items():
        shorter = tuple(key[place] for place in places)
        people[shorter] += count
        excess[shorter] += fens_over
    return [
        {"run_id": run_id, **dict(zip(names, key, strict=True)), "people": count, "excess_fen": excess[key]}
        for key, count in sorted(people.items())
    ]


def names_of_run(store: Store, run_id: str) -> pa.Table:
    """``person`` (key), ``certno``, ``psn_name`` of everybody a run lists, as known then."""
    return read_names(store, store.home.runs / run_id / "names.sealed", f"runs/{run_id}/names")


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
        # Of these the counts are told, to who sees the whole region.
        "notices": [one["sentence"] for one in kept.get("notices", []) if one["code"] != "suspected_duplicates"],
        "joins": kept["counts"].get("joins", {}), "suspected": kept["counts"].get("duplicates", {}),
    }
