"""Text tables in bounded pieces: every physical line becomes part of a row, a blank, or a malformed line.

Arrow's threaded parser reads a piece at a few hundred MB/s but does not say which line a row came from. So a piece is
taken its way only when it can be proved that every line of it is one whole record: as many rows as lines that are not
blank, no lone carriage return, no quote left open in the last line. What cannot be proved is cut into smaller pieces,
and only the smallest ones that still resist are read line by line by the plain reader, which is the definition:

* a quote opens a field only at its start; a doubled quote inside is one quote;
* a record may span lines inside quotes, ``LONGEST_RECORD`` lines at most, and must then be well formed;
* a quote that is not closed within that, or is closed in the middle of a field on a later line, spoils the line it
  opens in and nothing else: reading goes on with the next line;
* a record with the wrong number of fields spoils every line it spans; blank fields past the last heading are no fields;
* a line of nothing but blanks, delimiters and quotes is no row.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from monitor.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, assemble, cell_bytes
from monitor.intake.columns import Table
from monitor.intake.encoding import Decided
from monitor.intake.header import ROWS_SEARCHED, Header, missing, read_header, recognised, refuse_header

DELIMITERS = (",", "\t", ";", "|")

#: Lines one quoted record may span before its quote counts as never closed. No cell of a settlement has a hundred lines.
LONGEST_RECORD = 100

#: A line longer than this is no line of a table.
LONGEST_LINE = 16 << 20

#: Pieces a resisting piece is cut into before it is read line by line.
_STEPS = (1 << 20, 1 << 16)

#: Arrow's own unit of work; small enough for both threads to be busy.
_BLOCK = 2 << 20

_HEAD = 256 << 10
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True)
class Layout:
    """How a text table is laid out. ``declared``: fields of the heading row, blank headings too; ``width``: fields most
    records have; ``line``: the headings' physical line; ``body``: offset in the UTF-8 text, and ``body_line`` the
    physical line, of the first record after them."""

    delimiter: str
    header: Header
    declared: int
    width: int
    line: int
    body: int
    body_line: int


def utf8_reader(stream: BinaryIO, decided: Decided) -> Callable[[int], bytes]:
    """A ``read`` that gives the stream as UTF-8 without a byte-order mark; validated before, so it cannot fail."""
    if decided.is_utf8:
        stream.read(decided.skip)
        return stream.read
    decoder = codecs.getincrementaldecoder(decided.name)()

    def read(size: int) -> bytes:
        while block := stream.read(size):
            if text := decoder.decode(block).encode():
                return text
        return decoder.decode(b"", final=True).encode()

    return read


def find_layout(table: Table, read: Callable[[int], bytes], file: str) -> Layout:
    """Delimiter, headings and width from the head of the text. Raises IntakeError when no row has the headings."""
    head = b""
    while len(head) < _HEAD and (more := read(_HEAD)):
        head += more
    if not head.strip(b"\x00\t\r\n ,;|\"\xef\xbb\xbf"):
        raise IntakeError(f"文件 {file} 是空的，没有可导入的{table.label}；请重新导出后再导入")
    lines = [match.group() for match in _LINE.finditer(head)]
    seen: list[list[str]] = []
    found: Layout | None = None
    for delimiter in DELIMITERS:
        for first, last, fields in _first_records(lines, delimiter):
            seen.append(fields)
            if missing(table, fields):
                continue
            if found is None or recognised(table, fields) > len(found.header.positions):
                header = read_header(table, fields, file)
                width = _usual_width(lines[last:], delimiter, len(fields), header.named)
                body = sum(map(len, lines[:last]))
                found = Layout(delimiter, header, len(fields), width, first, body, last + 1)
            break
    if found is None:
        raise refuse_header(table, seen, file)
    return found


def _first_records(lines: Sequence[bytes], delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """First and last physical line and the fields of the first records that are not blank."""
    plain = _Plain(delimiter)
    at, given = 0, 0
    while at < len(lines) and given < ROWS_SEARCHED:
        fields, spanned, _ = plain.record(lines, at, final=True)
        if fields and not _all_blank(fields):
            given += 1
            yield at + 1, at + spanned, fields
        at += spanned


def _usual_width(lines: Sequence[bytes], delimiter: str, headings: int, named: int) -> int:
    """Some exports end every record with one delimiter more, or fewer, than the headings: what do most have?"""
    plain = _Plain(delimiter)
    counts: Counter[int] = Counter()
    at = 0
    # The last line of the head may be cut off: it has no vote.
    while at < min(len(lines) - 1, 50):
        fields, spanned, _ = plain.record(lines, at, final=True)
        if fields and not _all_blank(fields):
            counts[len(fields)] += 1
        at += spanned
    usual = counts.most_common(1)[0][0] if counts else headings
    return usual if usual >= named else headings


def chunks(
    table: Table,
    open_stream: Callable[[], BinaryIO],
    decided: Decided,
    layout: Layout,
    chunk_bytes: int,
    file: str,
) -> Iterator[Chunk]:
    """The rows below the headings, piece by piece; the next piece is parsed while the caller works on this one."""
    pieces = _Pieces(table, decided, layout, chunk_bytes, file)
    with open_stream() as stream, ThreadPoolExecutor(1, "intake") as worker:
        produce = pieces.produce(stream)
        ahead = worker.submit(next, produce, None)
        while (chunk := ahead.result()) is not None:
            ahead = worker.submit(next, produce, None)
            yield chunk


@dataclass
class _Parsed:
    """Rows of one piece, as they come: line numbers and present columns; lines that are none."""

    lines: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = field(default_factory=list)
    columns: list[list[pa.ChunkedArray | pa.Array]] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)


class _Pieces:
    """The state of one reading: where in the text, on which physical line."""

    def __init__(self, table: Table, decided: Decided, layout: Layout, chunk_bytes: int, file: str) -> None:
        self._table = table
        self._decided = decided
        self._layout = layout
        self._chunk_bytes = max(chunk_bytes, 1)
        self._file = file
        self._line = layout.body_line
        self._names = layout.header.columns(table)
        self._plain = _Plain(layout.delimiter, layout.width, layout.header.named, layout.declared)

    def produce(self, stream: BinaryIO) -> Iterator[Chunk]:
        """Chunk after chunk; at least one, so that a table without rows is still a table."""
        read = utf8_reader(stream, self._decided)
        skip = self._layout.body
        rest = b""
        told = 0
        given = False
        final = False
        want = self._chunk_bytes
        while not final:
            block = read(want)
            final = not block
            if skip and block:
                passed = min(skip, len(block))
                skip -= passed
                block = block[passed:]
            data = rest + block if rest else block
            parsed, used = self._parse(data, final)
            rest = data[used:]
            # Nothing could be finished: the record is longer than a piece, so the next piece is twice as long.
            want = self._chunk_bytes if used or not rest else want * 2
            if not used and len(rest) > max(LONGEST_LINE, self._chunk_bytes * 2):
                raise IntakeError(
                    f"文件 {self._file} 第 {self._line} 行起没有换行，超过 {LONGEST_LINE >> 20} MB，不是表格；请检查该文件"
                )
            at = stream.tell()
            if parsed.lines or parsed.malformed or (final and (not given or at > told)):
                given = True
                yield Chunk(self._assemble(parsed), parsed.malformed, at - told)
                told = at

    def _assemble(self, parsed: _Parsed) -> pa.Table:
        if not parsed.lines:
            return assemble(self._table, np.empty(0, np.int64), {n: pa.array([], pa.string()) for n in self._names})
        lines = parsed.lines[0] if len(parsed.lines) == 1 else np.concatenate(parsed.lines)
        present = {}
        for index, name in enumerate(self._names):
            parts = [part for columns in parsed.columns for part in _arrays(columns[index])]
            present[name] = pa.chunked_array(parts, pa.string())
        return assemble(self._table, lines, present)

    def _parse(self, data: bytes, final: bool) -> tuple[_Parsed, int]:
        """Parse whole records of ``data``; the number of bytes used. All of it when ``final``."""
        parsed = _Parsed()
        end = len(data) if final else _last_line_end(data)
        at = self._piece(data, 0, end, final, parsed, 0)
        return parsed, at

    def _piece(self, data: bytes, start: int, end: int, final: bool, parsed: _Parsed, depth: int) -> int:
        """Parse ``data[start:end]``, which begins with a record; where the next record begins (may be past end)."""
        if start >= end:
            return start
        if self._fast(data, start, end, parsed):
            return end
        if depth == len(_STEPS):
            return self._slow(data, start, end, final, parsed)
        at = start
        while at < end:
            stop = min(at + _STEPS[depth], end)
            if stop < end:
                newline = data.find(b"\n", stop - 1, end)
                stop = end if newline < 0 else newline + 1
            before = at
            at = self._piece(data, at, stop, final, parsed, depth + 1)
            if at < stop:
                # A record opened here is not closed in what has been read: it waits for the next block.
                break
            if at == before:
                break
        return at

    def _fast(self, data: bytes, start: int, end: int, parsed: _Parsed) -> bool:
        """Arrow's way, taken only when every line is provably one whole record of the usual width."""
        returns = data.count(b"\r", start, end) if data.find(b"\r", start, end) >= 0 else 0
        if returns and returns != data.count(b"\r\n", start, end):
            return False
        ends = np.flatnonzero(np.frombuffer(data, np.uint8, end - start, start) == 0x0A)
        lines = len(ends) + (data[end - 1] != 0x0A)
        numbers = np.arange(self._line, self._line + lines, dtype=np.int64)
        if _has_blank_line(data, start, ends, bool(returns)):
            numbers = numbers[_not_blank(data, start, end, ends, lines)]
        if not len(numbers):
            self._line += lines
            return True
        layout = self._layout
        extra = [str(index) for index in range(layout.declared, layout.width)]
        wanted = [str(layout.header.positions[name]) for name in self._names]
        try:
            read = pacsv.read_csv(
                pa.BufferReader(pa.py_buffer(memoryview(data)[start:end])),
                read_options=pacsv.ReadOptions(
                    block_size=_BLOCK, column_names=[str(index) for index in range(layout.width)]
                ),
                parse_options=pacsv.ParseOptions(delimiter=layout.delimiter),
                convert_options=pacsv.ConvertOptions(
                    check_utf8=False,
                    column_types={name: pa.string() for name in (*wanted, *extra)},
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                    include_columns=[*wanted, *extra],
                ),
            )
        except pa.ArrowInvalid:
            return False
        if read.num_rows != len(numbers) or self._plain.leaves_open(_last_line(data, start, end)):
            return False
        columns = [read.column(name) for name in wanted]
        if _any_blank_row(columns) or any(pc.max(pc.binary_length(read.column(name))).as_py() for name in extra):
            return False
        self._line += lines
        parsed.lines.append(numbers)
        parsed.columns.append(columns)
        return True

    def _slow(self, data: bytes, start: int, end: int, final: bool, parsed: _Parsed) -> int:
        """Line by line from ``start`` until ``end`` is reached at the end of a record."""
        # A record may run past this piece: lines are taken from everything read so far.
        lines = _LineList(data, start, final)
        positions = [self._layout.header.positions[name] for name in self._names]
        numbers: list[int] = []
        cells: list[list[str]] = [[] for _ in positions]
        at, offset = 0, start
        while offset < end:
            fields, spanned, reason = self._plain.record(lines, at, final)
            if not spanned:
                break
            if reason:
                parsed.malformed.extend(Malformed(self._line + index, "", reason) for index in range(spanned))
            elif fields and not _all_blank(fields):
                numbers.append(self._line)
                for column, position in zip(cells, positions, strict=True):
                    column.append(fields[position])
            offset += sum(len(lines[at + index]) for index in range(spanned))
            at += spanned
            self._line += spanned
        if numbers:
            parsed.lines.append(np.array(numbers, dtype=np.int64))
            parsed.columns.append([pa.array(column, pa.string()) for column in cells])
        return offset


class _LineList(Sequence[bytes]):
    """The physical lines of a block from an offset on, found as they are asked for."""

    def __init__(self, data: bytes, start: int, final: bool) -> None:
        self._matches = _LINE.finditer(data, start)
        self._lines: list[bytes] = []
        self._size = len(data)
        self._final = final
        self._done = False

    def _reach(self, index: int) -> bool:
        while len(self._lines) <= index and not self._done:
            match = next(self._matches, None)
            # A carriage return at the very end may be half of a pair; an unfinished line is not a line yet.
            if match is None or (
                not self._final and match.end() == self._size and not match.group().endswith(b"\n")
            ):
                self._done = True
            else:
                self._lines.append(match.group())
        return index < len(self._lines)

    def has(self, index: int) -> bool:
        """Whether that line has been read."""
        return self._reach(index)

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]  # only single lines are asked for
        if not self._reach(index):
            raise IndexError(index)
        return self._lines[index]

    def __len__(self) -> int:
        self._reach(self._size)
        return len(self._lines)


class _Plain:
    """The plain reader: one record from a list of physical lines. ``width`` 0: any number of fields will do."""

    def __init__(self, delimiter: str, width: int = 0, named: int = 0, declared: int = 0) -> None:
        self._delimiter = delimiter
        self._width = width
        self._named = named
        self._declared = max(declared, named)

    def record(self, lines: Sequence[bytes], at: int, final: bool) -> tuple[list[str], int, str]:
        """Fields, number of lines spanned, reason when malformed. Nothing spanned: more text is needed."""
        if not _present(lines, at):
            return [], 0, ""
        line = lines[at].decode()
        if '"' not in line:
            return self._counted(line.rstrip("\r\n").split(self._delimiter), 1)
        if not self.leaves_open(lines[at]):
            return self._counted(next(csv.reader([line.rstrip("\r\n")], delimiter=self._delimiter)), 1)
        # The record goes on: from here on it must be well formed, or the quote was a stray one.
        text = [line]
        for span in range(2, LONGEST_RECORD + 1):
            if not _present(lines, at + span - 1):
                return ([], 1, "unbalanced_quote") if final else ([], 0, "")
            text.append(lines[at + span - 1].decode())
            try:
                fields = next(csv.reader(text, delimiter=self._delimiter, strict=True))
            except csv.Error as error:
                if "unexpected end" in str(error):
                    continue
                return [], 1, "unbalanced_quote"
            return self._counted(fields, span)
        return [], 1, "unbalanced_quote"

    def _counted(self, fields: list[str], span: int) -> tuple[list[str], int, str]:
        """The fields when there are as many as wanted; blank ones past the headings are no fields."""
        if not self._width:
            return fields, span, ""
        if len(fields) > self._declared and not _all_blank(fields[self._declared :]):
            return [], span, "too_many_fields"
        if len(fields) < self._named and not _all_blank(fields):
            return [], span, "too_few_fields"
        return fields, span, ""

    def leaves_open(self, line: bytes) -> bool:
        """Whether a quote opened in this line, which begins a record, is not closed in it."""
        if b'"' not in line:
            return False
        try:
            for _ in csv.reader([line.decode().rstrip("\r\n")], delimiter=self._delimiter, strict=True):
                pass
        except csv.Error as error:
            return "unexpected end" in str(error) or self._open_after_stray(line.decode().rstrip("\r\n"))
        return False

    def _open_after_stray(self, line: str) -> bool:
        """The same for a line with text behind a closing quote, which the strict reader stops at."""
        # Without strictness an open last field takes in whatever line follows.
        return len(list(csv.reader([line + "\n", "x"], delimiter=self._delimiter))) == 1


def _present(lines: Sequence[bytes], index: int) -> bool:
    return lines.has(index) if isinstance(lines, _LineList) else index < len(lines)


def _arrays(column: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def _all_blank(fields: Sequence[str]) -> bool:
    return all(_BLANK.fullmatch(value) for value in fields)


def _any_blank_row(columns: Sequence[pa.ChunkedArray]) -> bool:
    """Whether some row is blank in every column we take; looked at column by column, mostly ending with the first."""
    blank = None
    for column in columns:
        if blank is None and _surely_filled(column):
            return False
        empty = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0)
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return False
    return True


def _surely_filled(column: pa.ChunkedArray) -> bool:
    """Whether every cell holds something, told from bytes alone; it may err towards no."""
    texts = [cell_bytes(part) for part in column.chunks]
    return bool(pc.min(pc.binary_length(column)).as_py()) and all(
        text.isascii() and int(np.frombuffer(text, np.uint8).min()) > 0x20 for text in texts if text
    )


def _last_line_end(data: bytes) -> int:
    """Where the last finished line ends. A carriage return at the very end may be half of a pair."""
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, max(len(data) - 1, 0)) + 1


def _last_line(data: bytes, start: int, end: int) -> bytes:
    """The last line that is not blank: a quote left open in it would have taken in the blank ones behind."""
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    return data[max(data.rfind(b"\n", start, end) + 1, start) : end]


def _has_blank_line(data: bytes, start: int, ends: np.ndarray[tuple[int], np.dtype[np.int64]], returns: bool) -> bool:
    """Whether two line ends (at ``ends``, counted from ``start``) stand next to each other; it may err towards yes."""
    if data[start] in b"\r\n":
        return True
    return len(ends) > 1 and int(np.diff(ends).min()) <= 1 + returns


def _not_blank(
    data: bytes, start: int, end: int, ends: np.ndarray[tuple[int], np.dtype[np.int64]], lines: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each physical line, whether it holds anything but its end."""
    text = np.frombuffer(data, dtype=np.uint8, count=end - start, offset=start)
    starts = np.concatenate(([0], ends + 1))[:lines]
    stops = np.concatenate((ends, [len(text)]))[:lines]
    lengths = stops - starts
    has_return = (lengths > 0) & (text[np.maximum(stops - 1, 0)] == 0x0D)
    return np.asarray(lengths - has_return > 0)
