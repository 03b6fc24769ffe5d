"""The SQL engine behind its small interface."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from monitor.errors import StoreError
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
