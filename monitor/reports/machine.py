"""Machine output: plain CSV and JSON, unmasked, for the data manager's own programs (docs/ARCHITECTURE.md, "Machine output").

UTF-8 without BOM, money with two decimals (a line finer than a cent is rounded half up here; explain shows it whole),
dates ISO. Sorted by kind, excess descending, certno.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow.parquet as pq

from monitor.assess.amounts import plain
from monitor.casework.sync import names_of_run
from monitor.store.home import Store
from monitor.store.manifest import RunRecord
from monitor.store.names import by_key

ALERTS = (
    "as_of", "document", "rule", "kind", "certno", "psn_name", "category", "insutype", "insu_admdvs", "measure", "burden",
    "benchmark", "benchmark_year", "multiple", "threshold", "excess", "crossed_on", "crossing_setl_id", "state", "reason",
    "trial", "provisional",
)
SET_ASIDE = (
    "as_of", "document", "reason", "kind", "certno", "psn_name", "category", "insutype", "insu_admdvs", "measure",
    "burden", "benchmark", "benchmark_year", "multiple", "threshold", "excess", "trial", "provisional",
)
_CENT = Decimal("0.01")
Row = dict[str, Any]


def alert_rows(store: Store, record: RunRecord) -> list[Row]:
    """The run's alerts, one dict of text a row, in ALERTS' columns, by kind, excess (falling) and number."""
    return _rows(store, record, "alerts.parquet", ALERTS)


def set_aside_rows(store: Store, record: RunRecord, reasons: Sequence[str]) -> list[Row]:
    """People over a line who are no alerts, for these reasons, in SET_ASIDE's columns."""
    return [row for row in _rows(store, record, "set_aside.parquet", SET_ASIDE) if row["reason"] in reasons]


def _rows(store: Store, record: RunRecord, file: str, columns: Sequence[str]) -> list[Row]:
    names = by_key(names_of_run(store, record.run))
    kept = pq.read_table(store.home.runs / record.run / file).to_pylist()
    for row in kept:
        row["certno"], row["psn_name"] = names.get(row["person"], ("", ""))
    # By the excess as written: whoever checks the order has only the file.
    kept.sort(key=lambda row: (row["kind"], -row["excess"].quantize(_CENT, ROUND_HALF_UP), row["certno"], row["rule"]))
    common = {"as_of": record.as_of, "document": record.document, "trial": record.trial}
    return [{column: _text(column, {**row, **common}[column]) for column in columns} for row in kept]


def _text(column: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value) if column == "multiple" else str(value.quantize(_CENT, ROUND_HALF_UP))
    return str(value)


def write(rows: Sequence[Row], columns: Sequence[str], form: str) -> str:
    """The rows as one text: ``csv`` with exactly these headers, or ``json`` with true booleans and numbers as text."""
    if form == "json":
        objects = [{**row, **{name: row[name] == "true" for name in ("trial", "provisional")}} for row in rows]
        return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"
    return write_plain(rows, columns, form)


def write_plain(rows: Sequence[Row], columns: Sequence[str], form: str) -> str:
    """Rows of text as CSV or JSON."""
    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
