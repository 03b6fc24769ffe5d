"""The rows of one export as the loader takes them: numbered on from sheet to sheet, scrubbed, cleaned and keyed.

A chunk is made ready by a connection and a thread of its own, while the caller writes the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pyarrow.compute as pc

from monitor.intake.checks import Cleaning
from monitor.intake.coded import CodedValues
from monitor.intake.columns import Table
from monitor.intake.reading import Chunk
from monitor.intake.scrubbing import scrub
from monitor.store.keying import Keying
from monitor.store.manifest import SHEET_LINES
from monitor.store.threads import Worker


class Reading:
    """Chunks made ready by the connection ``keying.beside``, which is closed with this.

    ``codes``: category codes; ``coded``: counts the values of coded columns; ``loaded_on``: the day of the load.
    """

    def __init__(
        self, keying: Keying, table: Table, codes: Mapping[str, str] | None, coded: CodedValues, loaded_on: date
    ) -> None:
        self._keying, self._table, self._coded = keying, table, coded
        self._cleaning = Cleaning(keying.beside.connection, table, codes, loaded_on)
        self._worker = Worker()
        self._recalled = self._worker.begin(keying.recall)

    def chunks(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The export's chunks, scrubbed; while one is worked on, the engine has the tables of ``Keying.take`` of its rows."""
        self._recalled.result()
        # One is ready and one is being made, so that neither side waits for the other.
        for chunk in self._worker.pull(self._keyed(chunks)):
            if chunk.rows.num_rows:
                self._keying.take()
            yield chunk

    def _keyed(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in numbered(chunks):
            if chunk.rows.num_rows:
                chunk.rows = scrub(self._table, chunk.rows, self._coded)
                self._cleaning.take(chunk.rows)
                self._keying.key_ahead()
            yield chunk

    def close(self) -> None:
        """Whatever happens, the worker is done before its connection is closed."""
        self._keying.give_up()
        self._worker.close()
        self._keying.beside.close()


def numbered(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Rows of a workbook's later sheets are numbered on, so that a row's number is one number whatever the file."""
    names: list[str] = []
    for chunk in chunks:
        if chunk.sheet not in names:
            names.append(chunk.sheet)
        before = names.index(chunk.sheet) * SHEET_LINES
        if before:
            chunk.malformed = [replace(bad, line=before + bad.line) for bad in chunk.malformed]
            chunk.rows = chunk.rows.set_column(0, "line", pc.add(chunk.rows.column("line"), before))
        yield chunk
