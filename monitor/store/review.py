"""The rows worth a second look: flagged ones, which are kept and count, and rejected ones, which were not taken in."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq

from monitor.errors import StoreError
from monitor.intake.checks import FLAGS, REASONS
from monitor.store.home import Store

COLUMNS = ("batch", "file", "line", "column", "finding", "label", "kept")


#: What only the store can find suspicious, as it sees every file.
STORE_FLAGS = {
    "orphan_original": "退费标志为 1，但没有找到冲销它的退费结算",
    "orphan_reversal": "退费结算指向的原结算没有找到",
    "two_names_one_number": "同一证件号码出现两个姓名",
    "one_psn_no_two_numbers": "同一人员编号对应两个证件号码",
    "same_key_different_content": "同一文件中同一结算出现两次且内容不同，以后一行为准",
    "supersedes": "更正了此前导入的同一结算",
}


def flag_label(flag: str) -> str:
    """The flag's Chinese sentence."""
    return STORE_FLAGS.get(flag) or FLAGS.get(flag, flag)


def review_rows(store: Store, batch: str | None) -> list[dict[str, str]]:
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
                                     REASONS[found["原因代码"]], kept=False))
        if "flags.parquet" in load.files:
            for flagged in pq.read_table(directory / "flags.parquet").to_pylist():
                # A load can flag a row of an earlier one (the original of a refund).
                owner = store.manifest.loads[flagged["batch"] - 1]
                rows.append(_row(owner.batch, owner.file, owner.place_text(flagged["line"]), "", flagged["flag"],
                                 flag_label(flagged["flag"]), kept=True))
    return rows


def _row(batch: str, file: str, line: str, column: str, finding: str, label: str, *, kept: bool) -> dict[str, str]:
    return {
        "batch": batch, "file": file, "line": line, "column": column, "finding": finding, "label": label,
        "kept": "true" if kept else "false",
    }
