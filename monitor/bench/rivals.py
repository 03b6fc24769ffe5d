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

_DIFFERENT = """
WITH pandas_found AS (SELECT rule, category, measure, burden, crossed_on, crossing_setl_id FROM theirs),
    run_found AS (
        SELECT rule, category, measure, CAST(burden * 100 AS BIGINT) AS burden, crossed_on, crossing_setl_id FROM ours
        WHERE state IN ('new', 'continuing', 'raised')
    )
SELECT (SELECT count(*) FROM (FROM run_found EXCEPT ALL FROM pandas_found)),
    (SELECT count(*) FROM (FROM pandas_found EXCEPT ALL FROM run_found)),
    (SELECT count(*) FROM run_found)
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
        _view(connection, "settlements", files)
        connection.execute(_GROUPED)
        return len(connection.table("grouped"))


def differences(ours: Path, theirs: Path) -> tuple[int, int]:
    """How many alerts only one of the two has, and how many there are; a settlement's id stands for the person."""
    with duckdb.connect() as connection:
        _view(connection, "ours", [ours])
        _view(connection, "theirs", [theirs])
        found = connection.execute(_DIFFERENT).fetchone()
    assert found is not None
    return found[0] + found[1], found[2]


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> None:
    relation = connection.read_parquet([str(file) for file in files])
    relation.create_view(name)
