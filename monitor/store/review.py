"""The rows worth a second look: flagged ones, which are kept and count, and rejected ones, which were not taken in."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pyarrow.parquet as pq

from monitor.errors import StoreError
from monitor.store.home import Store

COLUMNS = ("batch", "file", "line", "column", "finding", "label", "kept")


def review_rows(
    store: Store, batch: str | None, flag_label: Callable[[str], str], reason_label: Callable[[str], str]
) -> list[dict[str, str]]:
    """One row a finding: where it is and what it is, never a value. Raises StoreError for an unknown batch."""
    loads = [load for load in store.manifest.loads if batch in (None, load.batch)]
    if batch is not None and not loads:
        raise StoreError(f"没有名为 {batch} 的批次；monitor loads 可列出全部批次")
    rows = []
    for load in loads:
        directory = store.loads / load.batch
        if "rejections.csv" in load.files:
            with (directory / "rejections.csv").open(encoding="utf-8-sig", newline="") as file:
                for found in csv.DictReader(file):
                    rows.append(_row(load.batch, load.file, found["行号"], found["列"], found["原因代码"],
                                     reason_label(found["原因代码"]), kept=False))
        if "flags.parquet" in load.files:
            for flagged in pq.read_table(directory / "flags.parquet").to_pylist():
                # A load can flag a row of an earlier one (the original of a refund).
                owner = store.manifest.loads[flagged["batch"] - 1]
                rows.append(_row(owner.batch, owner.file, str(flagged["line"]), "", flagged["flag"],
                                 flag_label(flagged["flag"]), kept=True))
    return rows


def _row(batch: str, file: str, line: str, column: str, finding: str, label: str, *, kept: bool) -> dict[str, str]:
    return {
        "batch": batch, "file": file, "line": line, "column": column, "finding": finding, "label": label,
        "kept": "true" if kept else "false",
    }
