"""The door: ``open_export`` takes one file a platform or a person exported and gives its rows, chunk by chunk.

Two passes over a text file: one decides the encoding on every byte and takes the file's hash, the other parses. Who asks for
it (``at_once``) has the second begin beside the first, on the strength of a beginning that is UTF-8, and takes nothing for
true before ``Export.proved``. Memory stays bounded by a few chunks whatever the size of the file; nothing is written to disk.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from threading import Event
from types import TracebackType
from typing import BinaryIO, cast

from monitor.base.errors import IntakeError
from monitor.intake import archive, delimited, workbook
from monitor.intake.chunk import Chunk, Malformed, without_long_cells
from monitor.intake.columns import Table
from monitor.intake.decoration import without_decoration
from monitor.intake.encoding import STEP, Decided, decide, likely_utf8
from monitor.intake.source import Source, source, unreadable
from monitor.intake.unused import Unused

__all__ = ["Chunk", "Export", "Malformed", "open_export"]


#: Bytes by which a file's kind is told: some begin with a comment.
_HEAD = 4096


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
    _looked_at: Future[tuple[Decided, str]] = field(kw_only=True, repr=False)
    _close: Callable[[], object] = field(kw_only=True, repr=False, default=lambda: None)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, in the order of the file. Raises IntakeError when the file changes while it is read."""
        with closing(self._produce()) as produced:
            while True:
                with _reading(self._source):
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
        return self._looked_at.result()[0].name

    def digest(self) -> str:
        """sha256 of the file's bytes as they lie on disk, once all of them have been looked at."""
        return self._looked_at.result()[1]

    def digest_by_now(self) -> str | None:
        """The same, if it is known already: a file that came before is recognised by it while it is read."""
        looked_at = self._looked_at
        return looked_at.result()[1] if looked_at.done() and looked_at.exception() is None else None

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
    file = found.name
    with found.open() as stream, _reading(found):
        head = stream.read(_HEAD)
        if archive.is_zip(head):
            with archive.opened(stream, file) as packed:
                kind = archive.kind_of(head, packed.namelist(), file)
                if kind == "workbook":
                    archive.refuse_bomb(packed.infolist(), found.size, archive.LARGEST_UNPACKED, file)
                    return _workbook(table, found, None)
                info, beside = archive.only_table(packed, found.size, file)
        elif archive.kind_of(head, None, file) == "workbook":
            return _workbook(table, found, None)
        else:
            return _text(table, found, None, encoding, chunk_bytes, at_once)
    with _reading(found):
        with archive.Member(found.open, info, file) as member:
            head = member.read(_HEAD)
        if archive.is_zip(head) or archive.kind_of(head, None, file) == "workbook":
            export = _workbook(table, found, info)
        else:
            export = _text(table, found, info, encoding, chunk_bytes)
    export.unused += [Unused(file, "", "sheet", name, 0, "压缩包里的其他文件，没有读取") for name in beside]
    return export


@contextmanager
def _reading(found: Source) -> Iterator[None]:
    """What goes wrong only because the file is changing, or the disk fails, is said to be that."""
    try:
        yield
    except OSError as error:
        raise unreadable(found.name, error) from error
    except IntakeError:
        raise
    except Exception:
        found.unchanged()
        raise


def _text(
    table: Table, found: Source, info: zipfile.ZipInfo | None, encoding: str | None, chunk_bytes: int, at_once: bool = False
) -> Export:
    """An export of text: the file itself, or a member of the zip it is."""
    file = found.name
    opener = found.open if info is None else cast(Callable[[], BinaryIO], partial(archive.Member, found.open, info, file))
    worker, given_up = ThreadPoolExecutor(1, "look"), Event()
    looked_at = worker.submit(_look, found, info, opener, encoding, given_up)

    def close() -> None:
        given_up.set()
        worker.shutdown(wait=True)

    with ExitStack() as failing:
        failing.callback(close)
        try:
            decided = _begun(opener) if at_once and encoding is None and found.size > STEP else None
            decided = decided or looked_at.result()[0]
            named = _names(file, info)
            try:
                with opener() as stream:
                    layout = delimited.find_layout(table, delimited.utf8_reader(stream, decided), file, named)
            except UnicodeDecodeError:
                # It began like UTF-8, but not for as long as headings are searched.
                decided = looked_at.result()[0]
                with opener() as stream:
                    layout = delimited.find_layout(table, delimited.utf8_reader(stream, decided), file, named)
        except Exception:
            # What is wrong with the whole comes before what is odd about its beginning.
            looked_at.result()
            raise
        failing.pop_all()
    unused = layout.around.unused(table, layout.header, file)
    return Export(
        file,
        layout.header.columns(table),
        decided.name,
        layout.line,
        found.size if info is None else info.file_size,
        unused=unused,
        _table=table,
        _produce=lambda: delimited.chunks(table, opener, decided, layout, chunk_bytes, file, unused),
        _source=found,
        _looked_at=looked_at,
        _close=close,
    )


def _names(file: str, info: zipfile.ZipInfo | None) -> list[tuple[str, str]]:
    """Names that may state the amounts' unit, with what they are names of."""
    return [(Path(file).stem, "文件名"), *([] if info is None else [(PurePosixPath(info.filename).stem, "压缩包里的文件名")])]


def _look(
    found: Source, info: zipfile.ZipInfo | None, opener: Callable[[], BinaryIO], encoding: str | None, given_up: Event
) -> tuple[Decided, str]:
    """Encoding and sha256, of every byte. A file that is no archive is hashed while its encoding is decided."""

    def watch(block: bytes) -> None:
        if given_up.is_set():
            raise CancelledError
        if info is None:
            hashing.feed(block)

    with _reading(found), _Hashing() as hashing:
        decided = decide(opener, found.name, encoding, watch)
        return decided, hashing.hexdigest() if info is None else _hash_file(found)


def _begun(opener: Callable[[], BinaryIO]) -> Decided | None:
    with opener() as stream:
        return likely_utf8(stream.read(STEP))


def _workbook(table: Table, found: Source, info: zipfile.ZipInfo | None) -> Export:
    """An export that is a workbook: the file itself, or a member of the zip it is."""
    file = found.name
    if (found.size if info is None else info.file_size) > archive.LARGEST_WORKBOOK:
        raise IntakeError(f"文件 {file} 不能导入：工作簿过大（超过 {archive.LARGEST_WORKBOOK >> 20} MB）；请另存为 CSV 后再导入")
    if info is None:
        with found.open() as stream:
            content = stream.read()
    else:
        with archive.Member(found.open, info, file) as member:
            content = member.read()
        if archive.is_zip(content):
            with archive.opened(io.BytesIO(content), file) as inner:
                if archive.kind_of(content[:_HEAD], inner.namelist(), file) != "workbook":
                    raise IntakeError(f"压缩文件 {file} 里还是压缩文件；请解开后再导入")
                archive.refuse_bomb(inner.infolist(), len(content), archive.LARGEST_UNPACKED, file)
    archive.refuse_other_ole(content, file)
    size = len(content)
    book = workbook.read_workbook(table, content, file, _names(file, info))
    looked_at: Future[tuple[Decided, str]] = Future()
    looked_at.set_result((Decided(book.format), _hash_file(found)))
    return Export(
        file,
        book.columns,
        book.format,
        book.header_line,
        size,
        tuple(sheet.name for sheet in book.sheets),
        book.unused,
        _table=table,
        _produce=lambda: workbook.chunks(table, book, size),
        _source=found,
        _looked_at=looked_at,
        _close=book.reader.close,
    )


class _Hashing:
    """sha256 beside the validation: one block is hashed by a second thread while the next is looked at."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._worker = ThreadPoolExecutor(1, "hash")
        self._busy: Future[None] | None = None

    def feed(self, block: bytes) -> None:
        if self._busy is not None:
            self._busy.result()
        self._busy = self._worker.submit(self._hash.update, block)

    def hexdigest(self) -> str:
        if self._busy is not None:
            self._busy.result()
        return self._hash.hexdigest()

    def __enter__(self) -> _Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown(wait=True)


def _hash_file(found: Source) -> str:
    digest = hashlib.sha256()
    with found.open() as stream:
        while block := stream.read(STEP):
            digest.update(block)
    return digest.hexdigest()
