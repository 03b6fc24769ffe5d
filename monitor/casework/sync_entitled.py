"""Showing a run's entitlements in the case database: its figures, and the people due more than was paid, by run id."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
from sqlalchemy import Connection, insert, select

from monitor.casework import tables
from monitor.casework.who import chunks, days, fens, marks, named, plainly, who
from monitor.casework.writing import Columns, write
from monitor.entitle.keeping import details_of, is_kept, names_of, table_of
from monitor.store.home import Store

_READ = (
    "person", "category", "insutype", "insu_admdvs", "town", "route", "schedule", "reason", "marks", "unpaid_since", "note",
    "eligible", "aid", "tilt", "decided", "expected", "actual", "shortfall", "remaining",
)
_AMOUNTS = ("eligible", "aid", "tilt", "decided", "expected", "actual", "shortfall", "remaining")


def write_entitled(store: Store, connection: Connection) -> bool:
    """Write the entitlements of every run that has them and lacks them here; whether there were any."""
    e = tables.entitled_runs.c
    there = set(connection.scalars(select(e.run_id)))
    known = set(connection.scalars(select(tables.runs.c.run_id)))
    lacking = [run for run in store.manifest.entitled if run in known and run not in there and is_kept(store, run)]
    for run in lacking:
        counts = details_of(store, run)["counts"]
        amounts = {f"{name}_fen": int(Decimal(counts[name]) * 100) for name in ("expected", "actual", "shortfall")}
        people = {name: counts[name] for name in ("recognised", "computed", "due_more", "no_route")}
        connection.execute(insert(tables.entitled_runs), {"run_id": run, **people, **amounts})
        shortfalls = named(table_of(store, run, "shortfalls", _READ), names_of(store, run))
        write(connection, tables.search_marks, marks(store, shortfalls), lacking=True)
        for chunk in chunks(shortfalls):
            write(connection, tables.shortfalls, who(store, run, chunk) | _due(chunk))
    return bool(lacking)


def _due(rows: pa.Table) -> Columns:
    """What people are due, besides who they are."""
    return {
        **plainly(rows, ("route", "schedule", "reason", "marks", "note")), "since": days(rows.column("unpaid_since")),
        **{f"{name}_fen": fens(rows.column(name)) for name in _AMOUNTS},
    }
