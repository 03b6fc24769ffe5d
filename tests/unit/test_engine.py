"""The SQL engine behind its small interface."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from monitor.base.errors import StoreError
from monitor.store.engine import DuckEngine, _failures, table_of


def test_what_does_not_fit_in_memory_spills_encrypted(tmp_path: Path) -> None:
    """Offline DuckDB refuses to encrypt unless told to use what it has: a load of thirty million rows found out."""
    engine = DuckEngine(tmp_path / "spill", memory_limit="60MB")
    engine.execute("CREATE TABLE wide AS SELECT i, 'secret-name-' || md5(i::VARCHAR) AS text FROM range(2000000) AS r(i)")
    assert engine.one("SELECT count(*), count(text) FROM wide") == (2_000_000, 2_000_000)
    spilled = [path for path in (tmp_path / "spill").rglob("*") if path.is_file()]
    assert spilled
    assert not any(b"secret-name-" in path.read_bytes() for path in spilled)
    engine.close()


def test_a_name_is_given_again_whatever_had_it(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path / "spill")
    select = tmp_path / "one.sql"
    select.write_text("SELECT * FROM things WHERE number > 1")
    engine.table("things", table_of({"number": pa.int32()}, [{"number": 1}, {"number": 2}]))
    assert engine.make("things_left", select) == 1
    engine.rename("things_left", "things")
    assert engine.rows(select).to_pylist() == [{"number": 2}]
    engine.write("things", tmp_path / "things.parquet")
    engine.table("things", [tmp_path / "things.parquet"])
    assert engine.rows(select).to_pylist() == [{"number": 2}]
    engine.close()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("0.123456789", pa.decimal128(28, 8)), ("-0.000000001", pa.decimal128(28, 8)), ("0.5", pa.decimal128(38, 0)),
     ("12345678901234567890123456789012345678.1", pa.decimal128(38, 0)), ("1E-9", pa.decimal128(28, 8))],
)
def test_a_decimal_finer_than_its_column_is_refused(text: str, kind: pa.DataType) -> None:
    """DuckDB would round it, and a line would be another line."""
    with pytest.raises(ValueError, match="decimal places"):
        table_of({"amount": kind}, [{"amount": Decimal(text)}])


def test_parameters_arrive_as_they_are() -> None:
    columns = {
        "key": pa.decimal128(38, 0), "line": pa.decimal128(28, 8), "text": pa.string(), "day": pa.date32(),
        "moment": pa.timestamp("us"), "yes": pa.bool_(), "small": pa.int32(), "large": pa.int64(),
    }
    rows = [
        {"key": Decimal(10**36 + 7), "line": Decimal("-0.12345678"), "text": "一'二\"; --", "day": date(2025, 12, 31),
         "moment": datetime(2025, 1, 1, 23, 59, 59, 999999), "yes": True, "small": -1, "large": 2**62},
        {"key": Decimal("1E+3"), "line": Decimal("1.500000000000"), "text": "", "day": None, "moment": None, "yes": None,
         "small": None, "large": None},
    ]
    made = table_of(columns, rows)
    assert made.schema == pa.schema(list(columns.items()))
    assert made.to_pylist() == rows
    assert table_of(columns, []).num_rows == 0
    assert table_of(columns, []).schema == made.schema


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (duckdb.OutOfMemoryException("failed to offload data block: max_temp_directory_size"), "磁盘空间不足"),
        (duckdb.OutOfMemoryException("could not allocate block"), "内存不足"),
        (duckdb.IOException("No space left on device"), "磁盘空间不足"),
        (duckdb.IOException("Permission denied"), "读写数据文件失败"),
    ],
)
def test_failures_are_sentences_without_values(error: Exception, word: str) -> None:
    with pytest.raises(StoreError, match=word), _failures():
        raise error


def test_joins_as_written_are_for_the_one_statement(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path / "spill")
    (good := tmp_path / "good.sql").write_text("SELECT 1 AS one", encoding="utf-8")
    (bad := tmp_path / "bad.sql").write_text("SELECT * FROM nothing_of_that_name", encoding="utf-8")
    assert engine.make_as_written("made", good) == 1
    assert engine.one("SELECT current_setting('disabled_optimizers')") == ("",)
    with pytest.raises(duckdb.CatalogException):
        engine.make_as_written("made", bad)
    assert engine.one("SELECT current_setting('disabled_optimizers')") == ("",)
    engine.close()
