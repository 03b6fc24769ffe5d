"""The good rows of a load into its files, chunk by chunk.

Rows whose key was met before, perhaps, wait: they go into files of their own at the end, where they are looked at whole.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.intake.checks import Cleaning
from monitor.intake.columns import Table
from monitor.store.engine import DuckEngine
from monitor.store.keying import Keying
from monitor.store.rejections import Rejections
from monitor.store.room import Room
from monitor.store.sealed_texts import SealedTexts

_SQL = Room(Path(__file__).parent).sql
#: Rows that may be known already are kept in memory up to this many before they are written to a file of their own.
APART = 100_000


class RowFiles:
    """The files of one load. ``apart``: those of rows that were set apart, whole after ``finish``.

    Every row of a chunk is written, set apart, or told to ``rejections``; new people are told to ``sealed``.
    """

    def __init__(
        self, engine: DuckEngine, directory: Path, table: Table, keying: Keying, sealed: SealedTexts, rejections: Rejections
    ) -> None:
        self._engine, self._directory, self._table = engine, directory, table
        self._keying, self._sealed, self._rejections = keying, sealed, rejections
        self.apart: list[Path] = []
        self._waiting: list[pa.Table] = []
        self._written = 0
        engine.execute("CREATE TABLE rejected (line BIGINT, reasons VARCHAR[])")

    def take(self, rows: pa.Table, cleaning: Cleaning) -> None:
        """The rows of a chunk, scrubbed; their tables of ``Keying.take`` are there."""
        repeated = self._keying.repeated
        if len(repeated):
            self._waiting.append(rows.filter(pc.is_in(rows.column("line"), repeated)))
        self._write(rows, repeated, cleaning)
        if sum(some.num_rows for some in self._waiting) > APART:
            self.finish(cleaning)

    def finish(self, cleaning: Cleaning) -> None:
        """Write the rows that wait."""
        if self._waiting:
            rows, self._waiting = pa.concat_tables(self._waiting), []
            self._keying.take_apart()
            path = self._write(rows, pa.chunked_array([], pa.int64()), cleaning)
            if path is not None:
                self.apart.append(path)

    def _write(self, rows: pa.Table, left: pa.ChunkedArray, cleaning: Cleaning) -> Path | None:
        """The good ones of the rows, except the lines ``left`` for later, into a file of their own; None without any."""
        self._written += 1
        part = f"{self._written:05d}"
        path = self._directory / f"part-{part}.parquet"
        cleaning.take(rows)
        written = self._engine.write_rows(_SQL(f"{self._table.name}_rows"), path)
        good = left
        if not written:
            path.unlink()
        elif self._table.name == "people":
            self._sealed.write_contacts(self._engine, part)
        rejected = rows.num_rows - len(left) - written
        if rejected:
            # A second look at few rows, for what the first did not have to spell out.
            if written:
                good = pa.chunked_array([*left.chunks, *_lines(path).chunks], pa.int64())
            cleaning.take(rows.filter(pc.invert(pc.is_in(rows.column("line"), good))))
            self._reject(rejected)
        else:
            self._engine.execute("DELETE FROM rejected")
        if len(left):
            self._keying.set_apart()
        if self._keying.sight():
            self._sealed.write_sightings(self._engine, part, self._keying.hashed_by)
        cleaning.release()
        return path if written else None

    def _reject(self, rejected: int) -> None:
        """Table ``rejected``: the rows of ``cleaned`` that are not taken in, each with its reasons."""
        found = self._engine.make("rejected", _SQL("rejected"))
        assert found == rejected, "every row is written, set apart or rejected"
        for line, reasons in self._engine.execute("SELECT line, reasons FROM rejected ORDER BY line").fetchall():
            column, _, reason = reasons[0].partition(":")
            self._rejections.add(line, column, reason)


def _lines(part: Path) -> pa.ChunkedArray:
    return pq.read_table(part, columns=["line"]).column("line").cast(pa.int64())
