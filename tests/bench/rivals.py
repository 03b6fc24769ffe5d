"""The least that has to be done, done by DuckDB alone with its defaults: what the ratios are held against."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

#: What the burden adds up (assess/sums.sql), without leaving out a row: no window, no refunds, no corrections.
_GROUPED = """
CREATE TEMP TABLE grouped AS
SELECT person, sum(psn_part_amt) AS psn_part, sum(maf_pay) AS maf, sum(fulamt_ownpay_amt) AS fulamt_ownpay,
    sum(overlmt_selfpay) AS overlmt_selfpay, sum(preselfpay_amt) AS preselfpay, count(*) AS settlements
FROM settlements
GROUP BY person
"""


def copy(source: Path, target: Path) -> int:
    """CSV to Parquet as it stands; rows copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        return _one(connection, "COPY (FROM read_csv($source)) TO $target (FORMAT parquet)", source, target)


def _one(connection: duckdb.DuckDBPyConnection, statement: str, source: Path, target: Path) -> int:
    found = connection.execute(statement, {"source": str(source), "target": str(target)}).fetchone()
    assert found is not None
    return int(found[0])


def group(files: Sequence[Path]) -> int:
    """Sums by person over the stored settlements; persons."""
    with duckdb.connect() as connection:
        connection.read_parquet([str(file) for file in files]).create_view("settlements")
        connection.execute(_GROUPED)
        return len(connection.table("grouped"))
