"""Rows worth a second look, which are kept and count: found one step after the other, written once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from monitor.store.engine import DuckEngine
from monitor.store.room import Room

_SQL = Room(Path(__file__).parent).sql


class Flags:
    """Table ``flagged`` (batch, line, flag) of one load."""

    def __init__(self, engine: DuckEngine, directory: Path) -> None:
        self._engine, self._directory = engine, directory
        engine.execute("CREATE TABLE flagged (batch INTEGER, line INTEGER, flag VARCHAR)")

    def add_own(self) -> None:
        """What the rows are flagged for by themselves. in: parts"""
        self._engine.make("flags_found", _SQL("flags_found"))
        self._engine.execute("INSERT INTO flagged FROM flags_found")

    def add_versions(self) -> None:
        """Rows that supersede another. in: confirmed"""
        self._engine.execute(
            "INSERT INTO flagged SELECT by_batch, by_line, CASE WHEN batch = by_batch THEN"
            " 'same_key_different_content' ELSE 'supersedes' END FROM confirmed"
        )

    def add_conflicts(self) -> None:
        """Two names on one number, one psn_no on two numbers: first shown by this load. in: sightings"""
        shown_now = sorted(self._directory.glob("sightings-*.parquet"))
        if not shown_now:
            return
        self._engine.table("shown_now", shown_now)
        self._engine.make("conflicts", _SQL("conflicts"))
        self._engine.execute("INSERT INTO flagged SELECT batch, line, flag FROM conflicts")

    def add(self, batch: int, line: int, flag: str) -> None:
        self._engine.execute("INSERT INTO flagged VALUES (?, ?, ?)", [batch, line, flag])

    def write(self) -> Counter[str]:
        """All of them into the load's file; how many rows were flagged for what. No file without any."""
        engine = self._engine
        counts = Counter(dict(engine.execute("SELECT flag, count(*) FROM flagged GROUP BY flag ORDER BY flag").fetchall()))
        if counts:
            engine.make("flags_out", _SQL("flags_out"))
            engine.write("flags_out", self._directory / "flags.parquet")
        return counts
