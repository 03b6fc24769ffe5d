"""The texts of a load that say who somebody is: they leave the engine only sealed."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.access.sealing import Sealer
from monitor.store.engine import DuckEngine
from monitor.store.names import HASHED_BY
from monitor.store.room import Room

_SQL = Room(Path(__file__).parent).sql


class SealedTexts:
    """Files of names and numbers, and of the register's personal columns, in the directory of one batch."""

    def __init__(self, sealer: Sealer, directory: Path, batch: str) -> None:
        self._sealer, self._directory, self._batch = sealer, directory, batch

    def write_sightings(self, engine: DuckEngine, part: str, hashed_by: str) -> None:
        """Who is shown for the first time: the texts sealed with their hashes, their keys open.

        ``hashed_by``: the mark of who made ``once`` and ``again``. in: what ``new_sightings.sql`` reads
        """
        if engine.make("new_sightings", _SQL("new_sightings")):
            # A line shows one combination: that is an order.
            rows = engine.select("SELECT * FROM new_sightings ORDER BY line")
            self._write(rows.replace_schema_metadata({HASHED_BY: hashed_by}), f"names-{part}.sealed")
            pq.write_table(
                rows.select(["person", "psn", "name", "batch", "line"]), self._directory / f"sightings-{part}.parquet"
            )

    def write_contacts(self, engine: DuckEngine, part: str) -> None:
        """The personal columns of the good rows of a register's chunk. in: what ``people_contacts.sql`` reads"""
        self._write(engine.rows(_SQL("people_contacts")), f"contacts-{part}.sealed")

    def drop_contacts(self, repeated: pa.ChunkedArray) -> None:
        """Rows of these lines repeat what is known: their personal columns go."""
        for path in sorted(self._directory.glob("contacts-*.sealed")):
            rows = pq.read_table(io.BytesIO(self._sealer.open(path.read_bytes(), f"{self._batch}/{path.name}")))
            left = rows.filter(pc.invert(pc.is_in(rows.column("line"), repeated)))
            if left.num_rows:
                self._write(left, path.name)
            else:
                path.unlink()

    def _write(self, rows: pa.Table, name: str) -> None:
        buffer = io.BytesIO()
        pq.write_table(rows, buffer, compression="zstd")
        sealed = self._sealer.seal(buffer.getvalue(), f"{self._batch}/{name}")
        (self._directory / name).write_bytes(sealed)
