"""A run's entitlements, worked out once and kept beside the run: everybody's, those due more than was paid, and people the
run flags whom no schedule helps.

They follow from the run's own manifest (the same loads, parameters and document), so they can be made at any time after
it; the store's manifest names the runs that have them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.assess import optional
from monitor.assess.frames import Frame
from monitor.assess.inputs import register_tables
from monitor.assess.sql import code_hash as assess_code
from monitor.base.errors import StoreError
from monitor.entitle.calculation import calculate
from monitor.entitle.inputs import Rules, hangs_on, rules_of
from monitor.entitle.sql import code_hash, sql
from monitor.store.engine import DuckEngine
from monitor.store.files import settle
from monitor.store.home import Store, staging
from monitor.store.names import by_key, look_up, read_names, write_names

Row = dict[str, Any]
#: The parts of a result: one Parquet file each.
PARTS = ("entitlements", "schedules", "shortfalls", "no_route")


def is_kept(store: Store, run: str) -> bool:
    return run in store.manifest.entitled and (store.home.entitled / run / "details.json").exists()


def keep(store: Store, frame: Frame, provisional: bool) -> None:
    """Work out a run's entitlements and keep them; nothing happens where they are there.

    ``frame`` is the run put together again (``frames.frame_of``), ``provisional`` whether it was allowed the income of the
    year before. The caller holds the home for writing.
    """
    if is_kept(store, frame.run):
        return
    rules = rules_of(store, frame.known, frame.asked, provisional)
    with staging(store, f"entitled-{frame.run}") as directory, store.engine_scope() as engine:
        calculate(store, frame.known, engine, rules)
        _write(store, frame, rules, engine, directory)
        files = settle(directory, store.home.entitled / frame.run)
    others = (run for run in store.manifest.entitled if run != frame.run)
    store.commit(replace(store.manifest.with_result(f"entitled/{frame.run}", files), entitled=(*others, frame.run)))


def _write(store: Store, frame: Frame, rules: Rules, engine: DuckEngine, directory: Path) -> None:
    engine.table("flagged", [store.home.runs / frame.run / "alerts.parquet"])
    engine.make("no_route", sql("no_route"))
    queries = ("entitlements_out", "schedules_out", "shortfalls", "no_route_out")
    for part, query in zip(PARTS, queries, strict=True):
        pq.write_table(engine.rows(sql(query)), directory / f"{part}.parquet")
    people = engine.select("SELECT person FROM entitlements UNION SELECT person FROM no_route ORDER BY person")
    listed: list[Decimal] = people.column("person").to_pylist()
    write_names(store, directory / "names.sealed", _context(frame.run), look_up(store, frame.known, engine, listed), listed)
    counts = engine.one(
        "SELECT count(*), count(expected), count(*) FILTER (shortfall > 0), coalesce(sum(expected), 0),"
        " coalesce(sum(actual), 0), coalesce(sum(shortfall), 0), (SELECT count(*) FROM no_route) FROM entitlements"
    )
    names = ("recognised", "computed", "due_more", "expected", "actual", "shortfall", "no_route")
    details = {
        "run": frame.run, "document": frame.asked.document.id, "as_of": frame.asked.as_of.isoformat(),
        "code_sha256": [assess_code(), code_hash()],
        "absent": sorted(set(optional.COLUMNS) - optional.present(frame.known, frame.asked.as_of)),
        "hangs_on": sorted(hangs_on(frame.asked.document, rules.schedules)),
        "said_none": {
            table: asdict(record) for table, record in sorted(optional.said_none(frame.known, frame.asked.as_of).items())
        },
        "counts": {name: str(count) if isinstance(count, Decimal) else count for name, count in zip(names, counts, strict=True)},
    }
    (directory / "details.json").write_text(json.dumps(details, ensure_ascii=False, indent=1, sort_keys=True))


def _context(run: str) -> str:
    return f"entitled/{run}/names"


def table_of(store: Store, run: str, part: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One of ``PARTS``, in its order; ``columns``: only these, as there can be a hundred thousand rows of fifty."""
    path = store.home.entitled / run / f"{part}.parquet"
    if not path.exists():
        raise StoreError(f"运行 {run} 的待遇由旧版本程序算出，没有按救助标准的明细；请重新运行（monitor run）后再取")
    # Not by ``pq.read_table``, which loads pandas for it.
    kept = pq.ParquetFile(path)
    there = set(kept.schema_arrow.names)
    found = kept.read([column for column in columns if column in there] if columns else None)
    # A column a later program added is empty in what an earlier one kept.
    for column in set(columns or ()) - there:
        found = found.append_column(column, pa.nulls(len(found)))
    return found


def rows_of(store: Store, run: str, part: str, columns: Sequence[str] | None = None) -> list[Row]:
    """The rows of ``table_of`` with ``certno`` and ``psn_name`` as known then; ``person`` is among the columns."""
    names = by_key(names_of(store, run))
    rows: list[Row] = table_of(store, run, part, columns).to_pylist()
    for row in rows:
        row["certno"], row["psn_name"] = names.get(row["person"], ("", ""))
    return rows


def names_of(store: Store, run: str) -> pa.Table:
    """``person`` (key), ``certno``, ``psn_name`` of everybody in any of the parts."""
    return read_names(store, store.home.entitled / run / "names.sealed", _context(run))


def details_of(store: Store, run: str) -> Row:
    """What the result rests on, and its counts."""
    kept: Row = json.loads((store.home.entitled / run / "details.json").read_text())
    return kept


def reach_of(store: Store, run: str) -> dict[str, int]:
    """How many people are due assistance, how many of them got any, how many all of it, and who could not be computed."""
    path = store.home.entitled / run / "entitlements.parquet"
    kept = pq.read_table(path, columns=["expected", "actual", "shortfall"])
    rows = list(zip(*(kept.column(name).to_pylist() for name in ("expected", "actual", "shortfall")), strict=True))
    due = [(actual, shortfall) for expected, actual, shortfall in rows if expected]
    return {
        "due": len(due), "reached": sum(actual > 0 for actual, _ in due), "whole": sum(shortfall == 0 for _, shortfall in due),
        "not_computed": sum(expected is None for expected, _, _ in rows),
    }


def names_known(store: Store, frame: Frame, people: Sequence[Decimal]) -> dict[Decimal, tuple[str, str]]:
    """Who these people are, as known to the run: for lists that are made anew each time."""
    with store.engine_scope() as engine:
        register_tables(store, frame.known, engine, frame.asked)
        return look_up(store, frame.known, engine, people)
