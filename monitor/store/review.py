"""The rows worth a second look: flagged ones, which are kept and count, and rejected ones, which were not taken in."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import StoreError
from monitor.intake.checks import FLAGS, REASONS
from monitor.store.engine import table_of
from monitor.store.home import Store

COLUMNS = ("batch", "file", "line", "column", "finding", "label", "kept")


#: What only the store can find suspicious, as it sees every file.
STORE_FLAGS = {
    "orphan_original": "退费标志为 1，但没有找到冲销它的退费结算",
    "orphan_reversal": "退费结算指向的原结算没有找到",
    "partial_refund": "退费只退了一部分：原结算减去所退部分后计入",
    "refund_exceeds_original": "退费金额大于原结算：原结算按零计，不再多扣",
    "refund_with_the_sign_of_its_original": "退费行的金额与原结算同号，按相反的符号处理",
    "reversal_without_original_id": "退费行没有原结算ID：同人同额只有一笔时视为其退费，否则按负数计入",
    "two_names_one_number": "同一证件号码出现两个姓名",
    "one_psn_no_two_numbers": "同一人员编号对应两个证件号码",
    "same_key_different_content": "同一文件中同一结算（或同一记录）出现两次且内容不同，以后一行为准",
    "supersedes": "更正了此前导入的同一结算（或同一记录）",
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


IDENTITY_COLUMNS = ("batch", "file", "line", "town", "category")


def unmatched_identities(store: Store) -> list[dict[str, str]]:
    """Identity rows whose person neither the register nor any settlement knows, by township where the list says it."""
    return _identities(store, "unmatched", None)


def not_on_roster(store: Store, batch: str) -> list[dict[str, str]]:
    """Identities still open that a full roster (a loaded identity list) does not have; nobody's identity is ended by it.

    Raises StoreError when ``batch`` is no identity list.
    """
    numbers = [load.number for load in store.manifest.of_table("identities") if load.batch == batch]
    if not numbers:
        raise StoreError(f"没有名为 {batch} 的身份名单批次；monitor loads 可列出全部批次")
    return _identities(store, "not_on_roster", numbers[0])


def _identities(store: Store, query: str, roster: int | None) -> list[dict[str, str]]:
    every = store.manifest.of_table("identities")
    loads = [load for load in every if load.accepted]
    if not loads:
        return []
    with store.engine_scope() as engine:
        engine.table("facts", store.files(loads, "part-"))
        outdated = store.files(loads, "outdated")
        engine.table("outdated_facts", outdated or table_of({"batch": pa.int32(), "line": pa.int32()}, []))
        known = [load for load in store.manifest.loads if load.table in ("people", "settlements")]
        sightings = store.files(known, "sightings")
        engine.table("shown", sightings or table_of({"person": pa.decimal128(38, 0)}, []))
        repeated = store.files([load for load in every if load.number == roster], "repeated")
        engine.table("repeated", repeated or table_of({"batch": pa.int32(), "line": pa.int32()}, []))
        engine.table("roster", table_of({"batch": pa.int32()}, [{"batch": roster}]))
        found = engine.rows(Path(__file__).parent / f"{query}.sql").to_pylist()
    rows = []
    for row in found:
        load = store.manifest.loads[row["batch"] - 1]
        line = load.place_text(row["line"])
        rows.append({"batch": load.batch, "file": load.file, "line": line, "town": row["town"], "category": row["category"]})
    return rows


def _row(batch: str, file: str, line: str, column: str, finding: str, label: str, *, kept: bool) -> dict[str, str]:
    return {
        "batch": batch, "file": file, "line": line, "column": column, "finding": finding, "label": label,
        "kept": "true" if kept else "false",
    }
