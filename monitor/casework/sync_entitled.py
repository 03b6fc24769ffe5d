"""Showing a run's entitlements in the case database: its figures, and the people due more than was paid, by run id."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.casework import tables
from monitor.casework.who import chunks, day, fen, who, write
from monitor.entitle.keeping import details_of, is_kept, rows_of
from monitor.store.home import Store

Row = dict[str, Any]
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
        amounts = {f"{name}_fen": fen(Decimal(counts[name])) for name in ("expected", "actual", "shortfall")}
        people = {name: counts[name] for name in ("recognised", "computed", "due_more", "no_route")}
        connection.execute(insert(tables.entitled_runs), {"run_id": run, **people, **amounts})
        for chunk in chunks(rows_of(store, run, "shortfalls", _READ)):
            write(connection, tables.shortfalls, [_row(of, row) for of, row in zip(who(store, run, chunk), chunk, strict=True)])
    return bool(lacking)


def _row(of: Row, row: Row) -> Row:
    return {
        **of, "route": row["route"], "schedule": row["schedule"], "reason": row["reason"],
        "marks": row["marks"], "since": day(row["unpaid_since"]), "note": row["note"],
        **{f"{name}_fen": fen(row[name]) if row[name] is not None else None for name in _AMOUNTS},
    }
