"""The error cells, hidden rows and struck-out cells of an old .xls: the compound file around it, and the records within, as
far as that needs.

Everything is read from the bytes at hand, and every chain and offset is held against their length: a damaged or hostile
file ends in NoBiff. Structures: [MS-CFB] for the file, [MS-XLS] for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import chain

_FREE_OR_END = 0xFFFFFFFA
_ENTRY = 128
_STREAM, _ROOT = 2, 5

_FORMULA, _EOF, _BOUNDSHEET, _BOOLERR = 0x0006, 0x000A, 0x0085, 0x0205
_FONT, _XF, _ROW, _COLINFO = 0x0031, 0x00E0, 0x0208, 0x007D
#: Records of one cell with something in it: row, column and style stand first. NUMBER, LABEL, LABELSST, RK, RSTRING.
_CELLS = frozenset((_FORMULA, _BOOLERR, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6))
_MULRK = 0x00BD
_DATEMODE = 0x0022


class NoBiff(Exception):
    """The bytes are no compound file with a workbook in it."""


def error_cells(content: bytes, sheet: int) -> Iterator[tuple[int, int, int]]:
    """Row and column, both from 0, and error number, of each error cell of the sheet at that place (from 0)."""
    try:
        stream = workbook_stream(content)
        sheets = [at for kind, at, _ in _records(stream, 0) if kind == _BOUNDSHEET]
        if sheet >= len(sheets):
            raise NoBiff("fewer sheets than calamine has found")
        (begin,) = struct.unpack_from("<I", stream, sheets[sheet])
        yield from _errors(stream, begin)
    except (struct.error, IndexError) as error:
        raise NoBiff("a file that ends too early") from error


def marks(content: bytes, sheet: int) -> Iterator[tuple[str, int]]:
    """What the sheet at that place hides or strikes out: ``hidden`` and ``struck`` with a row from 1, ``column`` with one from 0."""
    try:
        stream = workbook_stream(content)
        fonts: list[bool] = []
        styles: list[int] = []
        sheets: list[int] = []
        for kind, at, length in _records(stream, 0):
            if kind == _FONT and length >= 4:
                fonts.append(bool(stream[at + 2] & 0x08))
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", stream, at)[0])
            elif kind == _BOUNDSHEET:
                sheets.append(at)
        if sheet >= len(sheets):
            raise NoBiff("fewer sheets than calamine has found")
        # There is no font number 4: those behind it are numbered one higher.
        struck = {
            number for number, font in enumerate(styles) if 0 <= (at := font - (font > 4)) < len(fonts) and fonts[at] and font != 4
        }
        (begin,) = struct.unpack_from("<I", stream, sheets[sheet])
        yield from _marks(stream, begin, struck)
    except (struct.error, IndexError) as error:
        raise NoBiff("a file that ends too early") from error


def counts_from_1904(content: bytes) -> bool:
    """Whether the workbook's days are counted from 1904, as those made on an old Mac are."""
    try:
        stream = workbook_stream(content)
        return any(stream[at] for kind, at, length in _records(stream, 0) if kind == _DATEMODE and length)
    except (struct.error, IndexError) as error:
        raise NoBiff("a file that ends too early") from error


def _marks(stream: bytes, begin: int, struck: set[int]) -> Iterator[tuple[str, int]]:
    for kind, at, length in _records(stream, begin):
        if kind == _ROW:
            row, _, _, height, _, _, flags = struct.unpack_from("<HHHHHHH", stream, at)
            if flags & 0x20 or not height & 0x7FFF:
                yield "hidden", row + 1
        elif kind == _COLINFO:
            first, last, width, _, flags = struct.unpack_from("<HHHHH", stream, at)
            if flags & 1 or not width:
                yield from (("column", column) for column in range(first, min(last, 255) + 1))
        elif struck and kind in _CELLS:
            row, _, style = struct.unpack_from("<HHH", stream, at)
            if style in struck:
                yield "struck", row + 1
        elif struck and kind == _MULRK:
            row, first = struct.unpack_from("<HH", stream, at)
            if any(struct.unpack_from("<H", stream, at + 4 + 6 * cell)[0] in struck for cell in range((length - 6) // 6)):
                yield "struck", row + 1


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record up to the first end-of-part. Charts within a sheet follow its cells."""
    kind = 0
    while kind != _EOF:
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        at += 4 + length


def _errors(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    for kind, at, _ in _records(stream, begin):
        if kind == _BOOLERR:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", stream, at)
            if is_error:
                yield row, column, code
        elif kind == _FORMULA:
            # A result that is no number ends in FFFF and says first which kind it is: 2 is an error.
            row, column, _, what, code, no_number = struct.unpack_from("<HHHBxBxxxH", stream, at)
            if no_number == 0xFFFF and what == 2:
                yield row, column, code


def workbook_stream(content: bytes) -> bytes:
    """The stream called Workbook (Excel 97 and later) or Book (Excel 5 and 95) of a compound file."""
    sector_shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if sector_shift not in (9, 12) or mini_shift != 6:
        raise NoBiff("sectors of an unknown size")
    size = 1 << sector_shift
    directory_at, cutoff, mini_table_at, _, more_at = struct.unpack_from("<I4xIIII", content, 48)

    def sector(number: int) -> bytes:
        begin = (number + 1) << sector_shift
        # The last sector of some writers' files is short.
        if begin >= len(content):
            raise NoBiff("a sector beyond the end")
        return content[begin : begin + size]

    def numbers(data: bytes) -> list[int]:
        return [number for (number,) in struct.iter_unpack("<I", data[: len(data) & ~3])]

    # Where the allocation table lies: 109 sectors named in the head, further ones in a chain of lists.
    sectors = -(-len(content) // size)
    listed = [number for number in struct.unpack_from("<109I", content, 76) if number < _FREE_OR_END]
    for _ in range(sectors):
        if more_at >= _FREE_OR_END:
            break
        *more, more_at = numbers(sector(more_at))
        listed += [number for number in more if number < _FREE_OR_END]
    if len(listed) > sectors:
        raise NoBiff("more tables than sectors")
    table = list(chain.from_iterable(numbers(sector(number)) for number in listed))

    def follow(number: int) -> bytes:
        return b"".join(sector(link) for link in _chain(number, table, sectors))

    directory = follow(directory_at)
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    streams = {_name(entry): struct.unpack_from("<II", entry, 116) for entry in entries if entry[66] in (_STREAM, _ROOT)}
    begin, length = streams.get("Workbook") or streams.get("Book") or (0, -1)
    if length < 0:
        raise NoBiff("no workbook in it")
    if length >= cutoff:
        return follow(begin)[:length]
    # Small streams share the sectors of the root's own, in pieces of 64 bytes.
    minis = follow(streams[_name(entries[0])][0])
    links = _chain(begin, numbers(follow(mini_table_at)), len(minis) >> mini_shift)
    return b"".join(minis[link << mini_shift : (link + 1) << mini_shift] for link in links)[:length]


def _chain(number: int, table: list[int], most: int) -> Iterator[int]:
    """The links from ``number`` on. No chain has more of them than there are pieces to link."""
    for _ in range(most + 1):
        if number >= _FREE_OR_END:
            return
        yield number
        number = table[number]
    raise NoBiff("a chain without an end")


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
