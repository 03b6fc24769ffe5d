"""The SQL engine behind one small interface: named tables in, static SQL files over them, a named table out.

Every SQL file holds one SELECT over the names it is given; what varies arrives as a table, never as text in the SQL.
Keep the SQL to what DuckDB and Spark share, so that a second engine can stand behind the same four methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import StoreError
from monitor.intake.columns import TABLES

#: What DuckDB may keep in memory before it spills into the home; leaves room for Python below 3 GB in all.
MEMORY_LIMIT = "2GB"

#: Table → columns that files of its rows written by an earlier program lack, and their types.
LATER: dict[str, dict[str, str]] = {name: table.later for name, table in TABLES.items() if table.later}


class Engine(Protocol):
    """What ``assess`` needs of an engine."""

    def table(self, name: str, source: Sequence[Path] | pa.Table) -> None:
        """Give a name to Parquet files or to rows in memory."""

    def make(self, name: str, sql: Path) -> int:
        """Materialise the SELECT in ``sql`` as table ``name``; returns its number of rows."""

    def rows(self, sql: Path) -> pa.Table:
        """The SELECT's rows."""

    def write(self, name: str, path: Path) -> None:
        """Write the named table to one Parquet file, in its order."""

    def close(self) -> None:
        """Let go of memory and spill files."""


class DuckEngine:
    """DuckDB in memory over Parquet files; nothing persists but what ``write`` writes."""

    def __init__(self, spill: Path | None = None, memory_limit: str = MEMORY_LIMIT) -> None:
        self.connection = duckdb.connect(config={"memory_limit": memory_limit})
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.connection.execute("SET temp_directory = ?", [str(spill)])
            # The spill files may hold keyed hashes and, while importing, names: they are encrypted. What DuckDB brings
            # for that offline (mbedtls) counts as unsafe there for want of a good random source; plain text is worse,
            # and the files are gone with the command. Without this switch any spill ends in an error.
            self.connection.execute("SET force_mbedtls_unsafe = true")
            self.connection.execute("SET temp_file_encryption = true")
        # Row order is stated where it matters (ORDER BY); not keeping it elsewhere lets both cores work.
        self.connection.execute("SET preserve_insertion_order = false")
        # A checkpoint of a database in memory only compresses its tables, which live for a few seconds.
        self.connection.execute("SET checkpoint_threshold = '1TB'")

    def table(self, name: str, source: Sequence[Path] | pa.Table) -> None:
        if isinstance(source, pa.Table):
            # Rows in memory come before a view or a table of their name.
            self.connection.register(name, source)
            return
        self.drop(name)
        self.connection.read_parquet([str(path) for path in source]).create_view(name, replace=True)

    def rows_of_any_age(self, name: str, source: Sequence[Path], later: Mapping[str, str] = LATER["settlements"]) -> None:
        """Give a name to files of rows, of settlements unless told, with the columns an earlier program did not keep (name → type),
        empty where it wrote them."""
        without = [not set(later).issubset(pq.read_schema(path).names) for path in source] if later else []
        if not any(without):
            self.table(name, source)
            return
        self.drop(name)
        rows = self.connection.read_parquet([str(path) for path in source], union_by_name=True)
        if all(without):
            rows = rows.project("*, " + ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in later.items()))
        rows.create_view(name, replace=True)

    def make_as_written(self, name: str, sql: Path) -> int:
        """``make`` with the joins in the order they stand in the SQL, the larger side first.

        DuckDB expects nothing of a left join with a small table, and orders the joins after it by that: among a million rows
        the same statement took one second or three, by chance.
        """
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            return self.make(name, sql)
        finally:
            self.connection.execute("SET disabled_optimizers = ''")

    def make(self, name: str, sql: Path) -> int:
        statement = "CREATE OR REPLACE TABLE " + _identifier(name) + " AS " + _text(sql)
        self.connection.unregister(name)
        with _failures():
            try:
                (made,) = self.connection.execute(statement).fetchall()
            except duckdb.CatalogException:
                # The name was a view's, which a table does not replace. Asking first costs more than most statements.
                self.drop(name)
                (made,) = self.connection.execute(statement).fetchall()
        return int(made[0])

    def insert(self, name: str, sql: Path) -> None:
        """Add the SELECT's rows to table ``name``, which has its columns."""
        with _failures():
            self.connection.execute("INSERT INTO " + _identifier(name) + " " + _text(sql)).fetchall()

    def view(self, name: str, sql: Path) -> None:
        """Give the SELECT in ``sql`` a name without materialising it."""
        with _failures():
            self.connection.execute("CREATE OR REPLACE TEMP VIEW " + _identifier(name) + " AS " + _text(sql))

    def rows(self, sql: Path) -> pa.Table:
        return self.select(_text(sql))

    def select(self, query: str) -> pa.Table:
        """The rows of a SELECT of this program's own text."""
        with _failures():
            return self.connection.sql(query).to_arrow_table()

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """The rows of such a SELECT, a million at a time."""
        with _failures():
            yield from self.connection.sql(query).to_arrow_reader(1_000_000)

    def write(self, name: str, path: Path) -> None:
        with _failures():
            self.connection.table(name).write_parquet(str(path))

    def write_rows(self, sql: Path, path: Path) -> int:
        """Write the SELECT's rows to one Parquet file without keeping them in memory, in any order; how many they are."""
        with _failures():
            (written,) = self.connection.execute(
                "COPY (" + _text(sql) + ") TO ? (FORMAT parquet, ROW_GROUP_SIZE 61440, DICTIONARY_SIZE_LIMIT 2000,"
                " WRITE_BLOOM_FILTER false, PARQUET_VERSION v2)",
                [str(path)],
            ).fetchall()
        return int(written[0])

    def beside(self) -> DuckEngine:
        """The same tables by a second connection, for the work of another thread; its temporary names are its own."""
        other = object.__new__(DuckEngine)
        other.connection = self.connection.cursor()
        return other

    def count(self, name: str) -> int:
        return int(self.connection.table(name).aggregate("count(*)").fetchall()[0][0])

    def drop(self, name: str) -> None:
        """Forget the name, whichever it is: rows in memory, a view of files, a table."""
        self.connection.unregister(name)
        kinds = self.connection.execute(
            "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
        ).fetchall()
        for (kind,) in kinds:
            self.connection.execute(("DROP VIEW " if kind == "VIEW" else "DROP TABLE ") + _identifier(name))

    def rename(self, old: str, new: str) -> None:
        """A materialised table takes the name of another, which is forgotten."""
        self.connection.unregister(new)
        try:
            self.connection.execute("DROP TABLE IF EXISTS " + _identifier(new))
        except duckdb.CatalogException:
            # A view's name. Asking first costs more than all else here.
            self.drop(new)
        self.connection.execute("ALTER TABLE " + _identifier(old) + " RENAME TO " + _identifier(new))

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        """A statement of this program's own text, with parameters; for loading, not for assessing."""
        with _failures():
            return self.connection.execute(sql, list(parameters))

    def one(self, sql: str) -> tuple[Any, ...]:
        """The only row of a SELECT, read to its end: DuckDB refuses other work while a result is half read."""
        (row,) = self.execute(sql).fetchall()
        return tuple(row)

    def close(self) -> None:
        self.connection.close()


def table_of(columns: Mapping[str, pa.DataType], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """A small parameter table with exactly these columns and types. Raises ValueError for a decimal finer than its column.

    DuckDB makes it and not pyarrow, which loads the whole of pandas (a third of a second) to look at a Python list.
    """
    kept = list(rows)
    columns_of = [f"unnest(?::{_type_name(kind)}[]) AS {_identifier(name)}" for name, kind in columns.items()]
    # A list a column, decimals as text: a tenth of what a list of rows takes.
    given = [[_plain(row.get(name), kind) for row in kept] for name, kind in columns.items()]
    with _maker().cursor() as connection:
        return connection.sql("SELECT " + ", ".join(columns_of), params=given).to_arrow_table()


def _plain(value: Any, kind: pa.DataType) -> Any:
    """A decimal as text, which DuckDB takes exactly or, with more places than the column has, would round in silence."""
    if not isinstance(value, Decimal):
        return value
    _, digits, exponent = value.as_tuple()
    beyond = -kind.scale - int(exponent)
    if beyond > 0 and any(digits[-beyond:]):
        raise ValueError(f"more than {kind.scale} decimal places")
    return f"{value:f}"


@cache
def _maker() -> duckdb.DuckDBPyConnection:
    """A connection without a table of its own; each thread takes a cursor."""
    return duckdb.connect()


_TYPE_NAMES = {
    pa.string(): "VARCHAR", pa.int32(): "INTEGER", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN", pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
}


def _type_name(kind: pa.DataType) -> str:
    return f"DECIMAL({kind.precision}, {kind.scale})" if pa.types.is_decimal(kind) else _TYPE_NAMES[kind]


@cache
def _text(sql: Path) -> str:
    """A file's SELECT, read once: a long load does not change under an upgrade of the files."""
    return sql.read_text(encoding="utf-8")


def _identifier(name: str) -> str:
    assert name.isidentifier(), name
    return name


class _failures:
    """DuckDB's own errors carry values and SQL: only what a person can act on passes."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (duckdb.OutOfMemoryException, duckdb.IOException)):
            text = str(error)
            if "space" in text or "temp" in text.lower() or "disk" in text.lower():
                raise StoreError("磁盘空间不足，未写入任何内容；请清理数据目录所在磁盘后重试") from None
            if isinstance(error, duckdb.OutOfMemoryException):
                raise StoreError("内存不足，未写入任何内容；请关闭其他程序后重试") from None
            raise StoreError("读写数据文件失败，未写入任何内容；请检查数据目录所在磁盘与权限") from None
