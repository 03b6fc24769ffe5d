"""Text tables in bounded pieces: every physical line becomes part of a row, a blank, or a malformed line.

Arrow's threaded parser reads a piece at a few hundred MB/s but does not say which line a row came from. So a piece is
taken its way only when it can be proved that every line of it is one whole record: as many rows as lines that are not
blank, no lone carriage return, no quote left open in the last line. What cannot be proved is cut into smaller pieces,
and only the smallest ones that still resist are read line by line by the plain reader (``records``), which is the definition.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from monitor.base.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, assemble, cell_bytes
from monitor.intake.columns import LAST_ROW, MOST_COLUMNS, Table
from monitor.intake.encoding import Decided, complete
from monitor.intake.header import ROWS_SEARCHED, Header, Row, find_heading, read_header, recognised, refuse_header
from monitor.intake.records import LINE, LONGEST_LINE, Lines, Plain, all_blank
from monitor.intake.surround import Surround, convert, look_around
from monitor.intake.units import refuse_late_unit
from monitor.intake.unused import Unused, perhaps_cut
from monitor.intake.window import Window

#: The usual ones first; then what stands for none of them on a keyboard (Hive's), and those of a Chinese keyboard.
DELIMITERS = (",", "\t", ";", "|", "\x01", "\x1f", "^", "~", "¦", "，", "；", "｜", "、")

#: Lines, and bytes, read in vain, in all, behind quotes that are never closed. Such a line is looked at up to
#: LONGEST_RECORD times over: a file of nothing else would take hours.
LINES_IN_VAIN = 1_000_000
BYTES_IN_VAIN = 256 << 20

#: Rows, and lines that are none, handed on at a time: a piece of text can hold millions of tiny ones, and each takes as
#: much memory as a whole one.
ROWS_AT_ONCE = 1 << 19
MALFORMED_AT_ONCE = 1 << 17

#: Pieces a resisting piece is cut into before it is read line by line.
_STEPS = (1 << 20, 1 << 16)

#: Arrow's own unit of work; small enough for both threads to be busy.
_BLOCK = 2 << 20

_HEAD = 256 << 10


@dataclass(frozen=True)
class Layout:
    """How a text table is laid out. ``declared``: fields of the heading row, blank headings too; ``width``: fields most
    records have; ``line``: the headings' physical line; ``body``: offset in the UTF-8 text, and ``body_line`` the
    physical line, of the first record after them; ``around``: what stands around the headings."""

    delimiter: str
    header: Header
    declared: int
    width: int
    line: int
    body: int
    body_line: int
    around: Surround


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


def find_layout(table: Table, read: Callable[[int], bytes], file: str, named: Sequence[tuple[str, str]] = ()) -> Layout:
    """Delimiter, headings and width from the head of the text. ``named``: names that may state the amounts' unit, with where they
    stand. Raises IntakeError when no row has the headings."""
    head = b""
    while len(head) < _HEAD and (more := read(_HEAD)):
        head += more
    if not head.strip(b"\x00\t\r\n ,;|\"\xef\xbb\xbf"):
        raise IntakeError(f"文件 {file} 是空的，没有可导入的{table.label}；请重新导出后再导入")
    # Where the head was cut off, it may be within a character.
    lines = [match.group() for match in LINE.finditer(head[: complete(head)])]
    seen: list[Sequence[str]] = []
    found: Layout | None = None
    for delimiter in DELIMITERS:
        if delimiter.encode() not in head:
            continue
        records, ends = _first_records(lines, delimiter)
        seen += [fields for _, fields in records]
        heading = find_heading(table, records, file)
        if heading is None or (found is not None and recognised(table, heading.fields) <= len(found.header.positions)):
            continue
        last = ends[heading.last]
        if len(heading.fields) > MOST_COLUMNS or (last == len(lines) and len(head) >= _HEAD):
            raise IntakeError(
                f"文件 {file} 的表头过长（超过 {MOST_COLUMNS} 列或 {_HEAD >> 10} KB），不是可导入的表格；"
                "请只保留需要的列后再导入"
            )
        header = read_header(table, heading.fields, file)
        width = _usual_width(lines[last:], delimiter, len(heading.fields), header.named)
        found = Layout(
            delimiter, header, len(heading.fields), width, records[heading.first][0], sum(map(len, lines[:last])), last + 1,
            look_around(table, records, heading, header, file, named=named),
        )
    if found is None:
        raise refuse_header(table, seen or [[line.decode()] for line in lines[:ROWS_SEARCHED]], file)
    return found


def _first_records(lines: Sequence[bytes], delimiter: str) -> tuple[list[Row], list[int]]:
    """The first records that are not blank, by their first physical line; and the last line of each."""
    plain = Plain(delimiter)
    records: list[Row] = []
    ends: list[int] = []
    at, given = 0, 0
    while at < len(lines) and given < ROWS_SEARCHED:
        fields, spanned, reason = plain.record(lines, at, final=True)
        if reason or (fields and not all_blank(fields)):
            given += 1
        if fields and not all_blank(fields):
            records.append((at + 1, fields))
            ends.append(at + spanned)
        at += spanned
    return records, ends


def _usual_width(lines: Sequence[bytes], delimiter: str, headings: int, named: int) -> int:
    """Some exports end every record with one delimiter more, or fewer, than the headings: what do most have?"""
    plain = Plain(delimiter)
    counts: Counter[int] = Counter()
    at = 0
    # The last line of the head may be cut off: it has no vote.
    while at < min(len(lines) - 1, 50):
        fields, spanned, _ = plain.record(lines, at, final=True)
        if fields and not all_blank(fields):
            counts[len(fields)] += 1
        at += spanned
    usual = counts.most_common(1)[0][0] if counts else headings
    return usual if named <= usual <= MOST_COLUMNS else headings


def chunks(
    table: Table,
    open_stream: Callable[[], BinaryIO],
    decided: Decided,
    layout: Layout,
    chunk_bytes: int,
    file: str,
    unused: list[Unused],
) -> Generator[Chunk]:
    """The rows below the headings, piece by piece; the next piece is parsed while the caller works on this one. ``unused`` is added
    to at the end."""
    pieces = _Pieces(table, decided, layout, chunk_bytes, file)
    with open_stream() as stream, ThreadPoolExecutor(1, "intake") as worker:
        produce = pieces.produce(stream)
        ahead = worker.submit(next, produce, None)
        while (chunk := ahead.result()) is not None:
            ahead = worker.submit(next, produce, None)
            yield chunk
    if pieces.lines in LAST_ROW.values():
        unused.append(perhaps_cut(file, "", pieces.lines))


@dataclass
class _Parsed:
    """Rows of one piece, as they come: line numbers and present columns; lines that are none."""

    lines: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = field(default_factory=list)
    columns: list[list[pa.ChunkedArray | pa.Array]] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    rows: int = 0

    @property
    def full(self) -> bool:
        """Whether it is to be handed on before more is added."""
        return self.rows >= ROWS_AT_ONCE or len(self.malformed) >= MALFORMED_AT_ONCE

    def add(self, lines: np.ndarray[tuple[int], np.dtype[np.int64]], columns: list[pa.ChunkedArray | pa.Array]) -> None:
        self.lines.append(lines)
        self.columns.append(columns)
        self.rows += len(lines)


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
        self._plain = Plain(layout.delimiter, layout.width, layout.header.named, layout.declared)

    @property
    def lines(self) -> int:
        """Physical lines read so far."""
        return self._line - 1

    def produce(self, stream: BinaryIO) -> Iterator[Chunk]:
        """Chunk after chunk; at least one, so that a table without rows is still a table."""
        window = Window(utf8_reader(stream, self._decided), stream if self._decided.is_utf8 else None)
        skip = self._layout.body
        used = told = 0
        given = False
        final = False
        want = self._chunk_bytes
        while not final:
            final = not window.refill(used, want)
            data = window.data
            # Programs of old end a text with a control character of its own.
            while final and data.endswith(b"\x1a"):
                del data[-1]
            used = first = min(skip, len(data))
            skip -= first
            end = max(first, len(data) if final else _last_line_end(data))
            while True:
                parsed = _Parsed()
                before, used = used, self._piece(data, used, end, final, parsed, 0)
                at = stream.tell()
                if parsed.lines or parsed.malformed or (final and used >= end and (not given or at > told)):
                    given = True
                    rows = convert(self._assemble(parsed), self._layout.around.units)
                    yield Chunk(rows, parsed.malformed, at - told, others=self._layout.header.others)
                    told = at
                if used >= end or used == before:
                    break
            # Nothing could be finished: the record is longer than a piece, so the next piece is twice as long.
            want = self._chunk_bytes if used > first or used == len(data) else want * 2
            if used == first and len(data) - used > max(LONGEST_LINE, self._chunk_bytes * 2):
                raise IntakeError(
                    f"文件 {self._file} 第 {self._line} 行起没有换行，超过 {LONGEST_LINE >> 20} MB，不是表格；请检查该文件"
                )

    def _assemble(self, parsed: _Parsed) -> pa.Table:
        if not parsed.lines:
            return assemble(self._table, np.empty(0, np.int64), {n: pa.array([], pa.string()) for n in self._names})
        lines = parsed.lines[0] if len(parsed.lines) == 1 else np.concatenate(parsed.lines)
        present = {}
        for index, name in enumerate(self._names):
            parts = [part for columns in parsed.columns for part in _arrays(columns[index])]
            present[name] = pa.chunked_array(parts, pa.string())
        return assemble(self._table, lines, present)

    def _piece(self, data: bytearray, start: int, end: int, final: bool, parsed: _Parsed, depth: int) -> int:
        """Parse ``data[start:end]``, which begins with a record; where the next record begins (may be past end)."""
        if start >= end:
            return start
        if self._fast(data, start, end, parsed, most=ROWS_AT_ONCE if depth == 0 else end - start):
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
            if at == before or parsed.full:
                break
        return at

    def _fast(self, data: bytearray, start: int, end: int, parsed: _Parsed, most: int) -> bool:
        """Arrow's way, taken only when every line is provably one whole record of the usual width, and they are not
        more than ``most``."""
        if not self._layout.delimiter.isascii():
            # Arrow's delimiter is one byte.
            return False
        if data.startswith(codecs.BOM_UTF8, start):
            # Arrow takes it off the front of whatever it is given; below the headings it is part of a cell.
            return False
        returns = data.count(b"\r", start, end) if data.find(b"\r", start, end) >= 0 else 0
        if returns and returns != data.count(b"\r\n", start, end):
            return False
        ends = np.flatnonzero(np.frombuffer(data, np.uint8, end - start, start) == 0x0A)
        lines = len(ends) + (data[end - 1] != 0x0A)
        if lines > most:
            return False
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
        parsed.add(numbers, columns)
        return True

    def _slow(self, data: bytearray, start: int, end: int, final: bool, parsed: _Parsed) -> int:
        """Line by line from ``start`` until ``end`` is reached at the end of a record."""
        # A record may run past this piece: lines are taken from everything read so far.
        lines = Lines(data, start, final)
        positions = [self._layout.header.positions[name] for name in self._names]
        numbers: list[int] = []
        cells: list[list[str]] = [[] for _ in positions]
        at, offset = 0, start
        while offset < end:
            fields, spanned, reason = self._plain.record(lines, at, final)
            if not spanned:
                break
            if self._plain.lines_in_vain > LINES_IN_VAIN or self._plain.bytes_in_vain > BYTES_IN_VAIN:
                raise IntakeError(
                    f"文件 {self._file} 到第 {self._line} 行为止，没有闭合的引号过多，无法分出字段；请从平台重新导出，"
                    "或用 Excel、WPS 另存为 xlsx 后再导入"
                )
            if reason:
                parsed.malformed.extend(Malformed(self._line + index, "", reason) for index in range(spanned))
            elif fields and not all_blank(fields):
                taken = [fields[position] for position in positions]
                if all_blank(taken):
                    refuse_late_unit(self._file, self._line, fields)
                numbers.append(self._line)
                for column, cell in zip(cells, taken, strict=True):
                    column.append(cell)
            offset += sum(len(lines[at + index]) for index in range(spanned))
            at += spanned
            self._line += spanned
        if numbers:
            parsed.add(np.array(numbers, dtype=np.int64), [pa.array(column, pa.string()) for column in cells])
        return offset


def _arrays(column: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


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


def _last_line_end(data: bytearray) -> int:
    """Where the last finished line ends. A carriage return at the very end may be half of a pair."""
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, max(len(data) - 1, 0)) + 1


def _last_line(data: bytearray, start: int, end: int) -> bytes:
    """The last line that is not blank: a quote left open in it would have taken in the blank ones behind."""
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    return bytes(data[max(data.rfind(b"\n", start, end) + 1, start) : end])


def _has_blank_line(data: bytearray, start: int, ends: np.ndarray[tuple[int], np.dtype[np.int64]], returns: bool) -> bool:
    """Whether two line ends (at ``ends``, counted from ``start``) stand next to each other; it may err towards yes."""
    if data[start] in b"\r\n":
        return True
    return len(ends) > 1 and int(np.diff(ends).min()) <= 1 + returns


def _not_blank(
    data: bytearray, start: int, end: int, ends: np.ndarray[tuple[int], np.dtype[np.int64]], lines: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each physical line, whether it holds anything but its end."""
    text = np.frombuffer(data, dtype=np.uint8, count=end - start, offset=start)
    starts = np.concatenate(([0], ends + 1))[:lines]
    stops = np.concatenate((ends, [len(text)]))[:lines]
    lengths = stops - starts
    has_return = (lengths > 0) & (text[np.maximum(stops - 1, 0)] == 0x0D)
    return np.asarray(lengths - has_return > 0)
