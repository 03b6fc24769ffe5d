"""Whether the run and the job in pandas came to the same: every row of what both kept, files and case database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Table, create_engine, select

from bench.homes import run_directory
from monitor.base.settings import Home
from monitor.casework import tables
from monitor.store.home import Store, open_store

Rows = Counter[tuple[Any, ...]]

_FILES = ("alerts", "set_aside", "distribution")
_TABLES = (tables.runs, tables.alerts, tables.set_aside, tables.summary, tables.town_summary, tables.distribution)
#: Of a run's own row, what is counted; the rest names the run.
_COUNTED = {"settlements", "counted", "persons", "latest_settlement", "flagged", "uncovered", "outside_region", "deceased"}


def compare(home: Home, theirs: Path) -> dict[str, int]:
    """``different``: rows only one side has, over all files and tables; ``alerts``: how many alerts there are."""
    store, ours = open_store(home), run_directory(home)
    different = 0
    for name in _FILES:
        left, right = (_of_file(directory / f"{name}.parquet") for directory in (ours, theirs))
        different += _apart(left, right)
    for table in _TABLES:
        left, right = (_of_table(store, directory / "casework.sqlite", table) for directory in (home.path, theirs))
        different += _apart(left, right)
    return {"different": different, "alerts": pq.ParquetFile(ours / "alerts.parquet").metadata.num_rows}


def _apart(left: Rows, right: Rows) -> int:
    return sum(((left - right) + (right - left)).values())


def _of_file(path: Path) -> Rows:
    """Rows by their columns' names: equal decimals are equal whatever their places."""
    table = pq.read_table(path)
    names = sorted(table.column_names)
    return Counter(zip(*(table.column(name).to_pylist() for name in names), strict=True))


def _of_table(store: Store, database: Path, table: Table) -> Rows:
    """Rows without their ids, sealed values opened: no two seals of one text are alike."""
    columns = [
        column for column in table.columns
        if (column.name in _COUNTED if table is tables.runs else column.name not in ("id", "run_id"))
    ]
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        rows = connection.execute(select(*columns)).all()
    engine.dispose()
    purposes = [f"casework/{column.name.removesuffix('_sealed')}" for column in columns]
    return Counter(
        tuple(
            store.sealer.open_text(value, purpose) if isinstance(value, bytes) else value
            for purpose, value in zip(purposes, row, strict=True)
        )
        for row in rows
    )
