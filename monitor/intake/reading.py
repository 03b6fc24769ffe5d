"""The door: ``open_export`` takes one file a platform or a person exported and gives its rows, chunk by chunk.

The way from top to bottom: the file (``source``), what it is (``recognising``), its bytes and their encoding (``looking``, or the
process that reads a workbook), the headings (``delimited.find_layout``, ``workbook.read_workbook``), the rows (``chunks`` of either).

Two passes over a text file: one decides the encoding on every byte and takes the file's hash, the other parses. Who asks for
it (``at_once``) has the second begin beside the first, on the strength of a beginning that is UTF-8, and takes nothing for
true before ``Export.proved``. Memory stays bounded by a few chunks whatever the size of the file; nothing is written to disk.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from monitor.base.errors import IntakeError
from monitor.intake import archive, delimited, workbook
from monitor.intake.chunk import Chunk, Malformed, without_long_cells
from monitor.intake.columns import Table
from monitor.intake.decoration import without_decoration
from monitor.intake.encoding import Decided
from monitor.intake.looking import Looking, likely, look, looked_at
from monitor.intake.recognising import HEAD, Content, recognise
from monitor.intake.source import Source, reading, source
from monitor.intake.unused import Unused

__all__ = ["Chunk", "Export", "Malformed", "open_export"]


@dataclass
class Export:
    """One export, opened: its shape is known, its rows are still to come.

    ``columns``: canonical columns present, in the table's order; ``encoding``: Python's name, or ``xlsx``/``xls``;
    ``header_line``: physical line of the headings; ``size``: what the chunks' ``bytes_read`` sum to; ``sheets``: names of the
    sheets read, none for text; ``unused``: what is not among the rows or not as it stands, whole once all chunks were given.
    """

    name: str
    columns: tuple[str, ...]
    encoding: str
    header_line: int
    size: int
    sheets: tuple[str, ...] = ()
    unused: list[Unused] = field(default_factory=list)
    _table: Table = field(kw_only=True, repr=False)
    _produce: Callable[[], Generator[Chunk]] = field(kw_only=True, repr=False)
    _source: Source = field(kw_only=True, repr=False)
    _looking: Looking = field(kw_only=True, repr=False)
    _close: Callable[[], object] = field(kw_only=True, repr=False, default=lambda: None)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, in the order of the file. Raises IntakeError when the file changes while it is read."""
        with closing(self._produce()) as produced:
            while True:
                with reading(self._source):
                    chunk = next(produced, None)
                # Before a chunk is given: the bytes that were parsed need not be the bytes that were looked at.
                self._source.unchanged()
                if chunk is None:
                    return
                yield without_decoration(self._table, without_long_cells(chunk), self.name)

    def proved(self) -> bool:
        """Whether the whole file, looked at to its end, is in ``encoding``. Raises IntakeError where it is in none."""
        return self.decided == self.encoding

    @property
    def decided(self) -> str:
        """The encoding of the whole file: ``encoding``, unless it began like another."""
        return self._looking.decided().name

    def digest(self) -> str:
        """sha256 of the file's bytes as they lie on disk, once all of them have been looked at."""
        return self._looking.digest()

    def digest_by_now(self) -> str | None:
        """The same, if it is known already: a file that came before is recognised by it while it is read."""
        return self._looking.digest_by_now()

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the process that reads a workbook. Streams of text are opened and closed by each pass."""
        self._close()


def open_export(
    path: Path, table: Table, encoding: str | None = None, chunk_bytes: int = 96 << 20, at_once: bool = False
) -> Export:
    """Open one export of ``table``: CSV or its kin, xlsx, xls, or a zip with one of these.

    ``encoding`` overrides the decision for text. Raises IntakeError when the file cannot be taken in as a whole. ``at_once``:
    a large text file may be given before all of it has been looked at; its rows are worth nothing until it is ``proved``.
    """
    found = source(path)
    with reading(found):
        content = recognise(found)
        if content.kind == "workbook":
            return _of_workbook(table, content)
        return _of_text(table, content, encoding, chunk_bytes, at_once and content.member is None)


def _of_text(table: Table, content: Content, encoding: str | None, chunk_bytes: int, at_once: bool) -> Export:
    looking = look(content, encoding)
    with ExitStack() as failing:
        failing.callback(looking.close)
        try:
            decided = likely(content) if at_once and encoding is None else None
            decided = decided or looking.decided()
            try:
                layout = _layout(table, content, decided)
            except UnicodeDecodeError:
                # It began like UTF-8, but not for as long as headings are searched.
                decided = looking.decided()
                layout = _layout(table, content, decided)
        except Exception:
            # What is wrong with the whole comes before what is odd about its beginning.
            looking.decided()
            raise
        failing.pop_all()
    unused = [*layout.around.unused(table, layout.header, content.file), *content.unused()]
    return Export(
        content.file,
        layout.header.columns(table),
        decided.name,
        layout.line,
        content.size,
        unused=unused,
        _table=table,
        _produce=lambda: delimited.chunks(table, content.open, decided, layout, chunk_bytes, content.file, unused),
        _source=content.source,
        _looking=looking,
        _close=looking.close,
    )


def _layout(table: Table, content: Content, decided: Decided) -> delimited.Layout:
    """The headings of a text."""
    with content.open() as stream:
        return delimited.find_layout(table, delimited.utf8_reader(stream, decided), content.file, content.names())


def _of_workbook(table: Table, content: Content) -> Export:
    whole = _whole(content)
    book, size = workbook.read_workbook(table, whole, content.file, content.names()), len(whole)
    del whole
    book.unused.extend(content.unused())
    return Export(
        content.file,
        book.columns,
        book.format,
        book.header_line,
        size,
        tuple(sheet.name for sheet in book.sheets),
        book.unused,
        _table=table,
        _produce=lambda: workbook.chunks(table, book, size),
        _source=content.source,
        _looking=looked_at(content.source, book.format),
        _close=book.reader.close,
    )


def _whole(content: Content) -> bytes:
    """All bytes of a workbook. Raises IntakeError for one that is too large, locked, or no workbook after all."""
    file = content.file
    if content.size > archive.LARGEST_WORKBOOK:
        raise IntakeError(f"文件 {file} 不能导入：工作簿过大（超过 {archive.LARGEST_WORKBOOK >> 20} MB）；请另存为 CSV 后再导入")
    with content.open() as stream:
        whole = stream.read()
    if content.member is not None and archive.is_zip(whole):
        with archive.opened(io.BytesIO(whole), file) as inner:
            if archive.kind_of(whole[:HEAD], inner.namelist(), file) != "workbook":
                raise IntakeError(f"压缩文件 {file} 里还是压缩文件；请解开后再导入")
            archive.refuse_bomb(inner.infolist(), len(whole), archive.LARGEST_UNPACKED, file)
    archive.refuse_other_ole(whole, file)
    return whole
