"""The door: ``open_export`` takes one file a platform or a person exported and gives its rows, chunk by chunk.

Two passes over a text file: the first decides the encoding on every byte and takes the file's hash, the second parses.
Memory stays bounded by a few chunks whatever the size of the file; nothing is written to disk.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from monitor.errors import IntakeError
from monitor.intake import archive, delimited, workbook
from monitor.intake.chunk import Chunk, Malformed
from monitor.intake.columns import Table
from monitor.intake.encoding import STEP, decide

__all__ = ["Chunk", "Export", "Malformed", "open_export"]


@dataclass
class Export:
    """One export, opened: its shape is known, its rows are still to come.

    ``columns``: canonical columns present, in the table's order; ``ignored_columns``: headings that name no column of
    the table; ``ignored_sheets``: sheets with content but without the headings; ``encoding``: Python's name, or
    ``xlsx``/``xls``; ``header_line``: physical line of the headings; ``size``: what the chunks' ``bytes_read`` sum to;
    ``sha256``: of the file's bytes as they lie on disk.
    """

    name: str
    columns: tuple[str, ...]
    encoding: str
    header_line: int
    size: int
    sha256: str
    ignored_columns: tuple[str, ...] = ()
    ignored_sheets: tuple[str, ...] = ()
    _produce: Callable[[], Iterator[Chunk]] = field(kw_only=True, repr=False)
    _unchanged: Callable[[], None] = field(kw_only=True, repr=False)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, in the order of the file. Raises IntakeError when the file changes while it is read."""
        yield from self._produce()
        self._unchanged()

    def digest(self) -> str:
        """The file's sha256, known before any row is parsed: a file already loaded is recognised by it."""
        return self.sha256

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Streams are opened and closed by each pass; nothing is held between them."""


#: An identity number: district, day of birth, sequence, check character.
_CERTNO = re.compile(r"([0-9]{4})[0-9]{2}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])([0-9]{3}[0-9Xx])")


def _shown(name: str) -> str:
    """The file's name as it is kept with the batch and shown: somebody's number in it is masked."""
    return _CERTNO.sub(r"\1**********\2", name)


def open_export(path: Path, table: Table, encoding: str | None = None, chunk_bytes: int = 64 << 20) -> Export:
    """Open one export of ``table``: CSV or its kin, xlsx, xls, or a zip with one of these.

    ``encoding`` overrides the decision for text. Raises IntakeError when the file cannot be taken in as a whole.
    """
    file = _shown(path.name)
    try:
        before = path.stat()
        with path.open("rb") as stream:
            head = stream.read(512)
    except OSError as error:
        raise IntakeError(f"文件 {file} 无法读取（{error.strerror}）；请核对路径和权限后再导入") from error

    def unchanged() -> None:
        after = path.stat()
        if (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
            raise IntakeError(f"文件 {file} 在读取过程中被改动；请等文件写完后再导入")

    names = archive.member_names(path, file) if archive.is_zip(head) else None
    kind = archive.kind_of(head, names, file)
    if kind == "text":
        return _text(table, file, lambda: path.open("rb"), before.st_size, encoding, chunk_bytes, unchanged, None)
    if kind == "workbook":
        if names is not None:
            with archive.zip_errors(file), zipfile.ZipFile(path) as packed:
                archive.refuse_bomb(packed.infolist(), file)
        return _workbook(table, file, path.read_bytes(), unchanged, _hash_file(path))
    with archive.zip_errors(file), zipfile.ZipFile(path) as packed:
        info = archive.only_table(packed, file)
        with packed.open(info) as member:
            head = member.read(512)
    whole = _hash_file(path)
    if archive.is_zip(head) or archive.kind_of(head, None, file) == "workbook":
        if info.file_size > archive.LARGEST_WORKBOOK:
            raise IntakeError(f"压缩文件 {file} 里的工作簿过大；请另存为 CSV 后再导入")
        with archive.zip_errors(file), zipfile.ZipFile(path) as packed:
            content = packed.read(info)
        if archive.is_zip(content):
            with archive.zip_errors(file), zipfile.ZipFile(io.BytesIO(content)) as inner:
                if archive.kind_of(content[:512], inner.namelist(), file) != "workbook":
                    raise IntakeError(f"压缩文件 {file} 里还是压缩文件；请解开后再导入")
                archive.refuse_bomb(inner.infolist(), file)
        return _workbook(table, file, content, unchanged, whole)

    @contextmanager
    def open_member() -> Iterator[BinaryIO]:
        with archive.zip_errors(file), zipfile.ZipFile(path) as packed, packed.open(info) as member:
            yield cast(BinaryIO, member)

    opener = cast(Callable[[], BinaryIO], open_member)
    return _text(table, file, opener, info.file_size, encoding, chunk_bytes, unchanged, whole)


def _text(
    table: Table,
    file: str,
    open_stream: Callable[[], BinaryIO],
    size: int,
    encoding: str | None,
    chunk_bytes: int,
    unchanged: Callable[[], None],
    sha256: str | None,
) -> Export:
    """An export of text. ``sha256`` None: the stream is the file itself, hashed while its encoding is decided."""
    hashing = _Hashing()
    with hashing:
        decided = decide(open_stream, file, encoding, hashing.feed if sha256 is None else None)
    with open_stream() as stream:
        layout = delimited.find_layout(table, delimited.utf8_reader(stream, decided), file)
    return Export(
        file,
        layout.header.columns(table),
        decided.name,
        layout.line,
        size,
        sha256 or hashing.hexdigest(),
        layout.header.ignored,
        _produce=lambda: delimited.chunks(table, open_stream, decided, layout, chunk_bytes, file),
        _unchanged=unchanged,
    )


def _workbook(
    table: Table, file: str, content: bytes, unchanged: Callable[[], None], sha256: str
) -> Export:
    book = workbook.read_workbook(table, content, file)
    return Export(
        file,
        book.columns,
        book.format,
        book.header_line,
        len(content),
        sha256,
        book.ignored_columns,
        book.ignored_sheets,
        _produce=lambda: workbook.chunks(table, book, len(content)),
        _unchanged=unchanged,
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
        return self._hash.hexdigest()

    def __enter__(self) -> _Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown(wait=True)


def _hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(STEP):
            digest.update(block)
    return digest.hexdigest()
