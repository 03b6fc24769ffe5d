"""Which row is the current one of its key: what the store holds, what a file changes in it.

A row is known by two hashes, of its key and of its content (``<table>_keyed.sql``). DuckDB makes them quickly and may
make others after an upgrade: they are kept beside the rows (``hashes.parquet``) with the mark of who made them, taken
when the mark is ours and made again from the rows when it is not.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.manifest import HASHES, Load

_SQL = Path(__file__).parent


def maker(engine: DuckEngine, table: str) -> str:
    """The mark of these hashes: what goes into them, and what this engine makes of something known."""
    texts = "".join((_SQL / f"{table}_{step}.sql").read_text(encoding="utf-8") for step in ("narrow", "keyed", "versions"))
    (known,) = engine.one(
        "SELECT hash('张三', 1::BIGINT, 1.25::DECIMAL(16, 2), TIMESTAMP '2025-01-02 03:04:05', NULL::VARCHAR, true,"
        " 7::DECIMAL(38, 0), hash('x'))"
    )
    return hashlib.sha256(f"{texts}{known}".encode()).hexdigest()


class Versions:
    """Table ``known`` in the engine: ref (batch << 40 | line), h and digest of every row taken in and not superseded
    by an earlier load; ``superseding``: the pairs this load adds."""

    def __init__(self, store: Store, engine: DuckEngine, load: Load) -> None:
        self._store, self._engine, self._load = store, engine, load
        self.made_by = maker(engine, load.table)
        engine.execute("CREATE TABLE known (ref BIGINT, h UBIGINT, digest UBIGINT)")
        engine.execute("CREATE TABLE superseding (batch INTEGER, line INTEGER, by_batch INTEGER, by_line INTEGER)")
        loads = self._before()
        kept = store.files([one for one in loads if one.hashes_by == self.made_by], HASHES)
        if kept:
            engine.table("kept_hashes", kept)
            engine.execute("INSERT INTO known SELECT (batch::BIGINT << 40) + line, h, digest FROM kept_hashes")
        made_anew = store.files([one for one in loads if one.hashes_by != self.made_by], "part-")
        if made_anew:
            engine.table("stored", made_anew)
            engine.execute("INSERT INTO known " + (_SQL / f"{load.table}_versions.sql").read_text(encoding="utf-8"))
        outdated = store.files(loads, "outdated")
        if outdated:
            engine.table("outdated_before", outdated)
            engine.execute("DELETE FROM known WHERE ref IN (SELECT (batch::BIGINT << 40) + line FROM outdated_before)")

    def _before(self) -> list[Load]:
        return [load for load in self._store.manifest.of_table(self._load.table) if load.accepted]

    def chunk(self) -> tuple[int, int]:
        """Judge ``keyed`` into ``verdicts`` and remember what is new; rows accepted, rows that are duplicates."""
        engine = self._engine
        engine.make("verdicts", _SQL / "verdicts.sql")
        accepted, duplicates = engine.one(
            "SELECT count(*) FILTER (NOT duplicate), count(*) FILTER (duplicate) FROM verdicts"
        )
        if accepted:
            engine.execute("INSERT INTO known SELECT ref, h, digest FROM verdicts WHERE NOT duplicate")
            engine.execute(
                "INSERT INTO superseding SELECT before >> 40, before & ((1::BIGINT << 40) - 1), ref >> 40,"
                " ref & ((1::BIGINT << 40) - 1) FROM verdicts WHERE before IS NOT NULL"
            )
        return accepted, duplicates

    def write_hashes(self, directory: Path) -> None:
        """Keep this load's hashes for the next one."""
        self._engine.make("load_hashes", _SQL / "load_hashes.sql")
        self._engine.write("load_hashes", directory / HASHES)

    def confirm(self, directory: Path) -> bool:
        """Table ``confirmed``, from ``superseding``, and its file; whether it has a row.

        Settlements were matched by a 64-bit hash of their key: each pair is held against the keys themselves.
        """
        engine = self._engine
        if self._load.table == "settlements" and engine.count("superseding"):
            concerned = {batch for (batch,) in engine.execute("SELECT DISTINCT batch FROM superseding").fetchall()}
            parts = self._store.files([load for load in self._before() if load.number in concerned], "part-")
            engine.table("settlements", parts + sorted(directory.glob("part-*.parquet")))
            engine.make("confirmed", _SQL / "confirmed_outdated.sql")
        else:
            engine.execute("CREATE TABLE confirmed AS FROM superseding")
        if not engine.count("confirmed"):
            return False
        engine.execute("CREATE TABLE confirmed_sorted AS SELECT * FROM confirmed ORDER BY batch, line")
        engine.write("confirmed_sorted", directory / "outdated.parquet")
        return True
