"""Cells that hold an error (#N/A, #REF! …): calamine reads them as blank, and a blank amount would count as zero.

So they are looked for in the workbook itself, in the format's own words: ``t="e"`` in the XML of an xlsx sheet, BOOLERR
and FORMULA records in an xls. Whether an xlsx sheet has any is first asked of its bytes, which costs a tenth of reading it;
only a sheet that may have some is parsed, as a stream. What is remembered is eight bytes a cell.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from monitor.intake import archive, biff

#: The errors a cell can hold, by the number xls files write for them.
TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_CODES = {text: code for code, text in TEXTS.items()}

#: An error under a name nobody has told us. A cell's own text is never handed on: it might say anything.
_OTHER = 0xFF
_OTHER_TEXT = "#ERROR!"

#: Longer than any error's name.
_TEXT_KEPT = 32
_STEP = 1 << 20
_LAST_COLUMN = 1 << 14
_LAST_ROW = 1 << 20


class UnreadableWorkbook(Exception):
    """What stands in the file is no workbook as Excel or WPS writes it."""


@dataclass(frozen=True)
class ErrorCells:
    """The error cells of one sheet, in its order: row, column and error packed into one number each."""

    packed: array[int]

    def __iter__(self) -> Iterator[tuple[int, int, str]]:
        """Row as people count them (from 1), column from 0, the error's name."""
        for cell in self.packed:
            yield (cell >> 32) + 1, (cell >> 8) & 0xFFFFFF, TEXTS.get(cell & 0xFF, _OTHER_TEXT)


def find_errors(content: bytes, sheet: int, file: str) -> ErrorCells:
    """The error cells of the sheet at that place (from 0) in a workbook's list of sheets.

    Raises UnreadableWorkbook when the sheet cannot be looked through, IntakeError when its archive is damaged.
    """
    if archive.is_zip(content):
        with archive.zip_errors(file), zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = _in_xlsx(packed, sheet)
    else:
        try:
            found = array("Q", (_pack(row, column, code) for row, column, code in biff.error_cells(content, sheet)))
        except biff.NoBiff as error:
            raise UnreadableWorkbook(str(error)) from error
    return ErrorCells(array("Q", sorted(found)))


def counts_from_1904(content: bytes, file: str) -> bool:
    """Whether the workbook counts its days from 1904: a serial number without its format is four years later there.

    Raises as ``find_errors`` does.
    """
    if not archive.is_zip(content):
        try:
            return biff.counts_from_1904(content)
        except biff.NoBiff as error:
            raise UnreadableWorkbook(str(error)) from error
    with archive.zip_errors(file), zipfile.ZipFile(io.BytesIO(content)) as packed:
        said = attributes_of(packed, members_of(packed), "xl/workbook.xml", "workbookPr")
        return any(attributes.get("date1904", "").lower() in ("1", "true") for attributes in said)


def _pack(row: int, column: int, code: int) -> int:
    if not (0 <= row < _LAST_ROW and 0 <= column < _LAST_COLUMN):
        raise UnreadableWorkbook("a cell beyond the last row or column")
    return row << 32 | column << 8 | code


def _in_xlsx(packed: zipfile.ZipFile, sheet: int) -> array[int]:
    part = part_of(packed, sheet)
    with packed.open(part) as stream:
        if not _may_hold_errors(stream):
            return array("Q")
    with packed.open(part) as stream:
        return _SheetScan().read(stream)


def _may_hold_errors(stream: IO[bytes]) -> bool:
    """Whether the value "e" stands anywhere in quotes: no sheet with an error lacks it, hardly another has it."""
    tail = b""
    while block := stream.read(_STEP):
        seen = tail + block
        if b'"e"' in seen or b"'e'" in seen:
            return True
        tail = seen[-2:]
    return False


def members_of(packed: zipfile.ZipFile) -> dict[str, str]:
    """The archive's own names of its parts by the names they should have."""
    return {archive.part_name(name): name for name in packed.namelist()}


def part_of(packed: zipfile.ZipFile, sheet: int) -> str:
    """The archive member with the cells of the sheet at that place in the workbook's list."""
    members = members_of(packed)
    sheets = attributes_of(packed, members, "xl/workbook.xml", "sheet")
    if sheet >= len(sheets):
        raise UnreadableWorkbook("fewer sheets than calamine has found")
    relation = next((value for name, value in sheets[sheet].items() if local_name(name) == "id"), "")
    for relationship in attributes_of(packed, members, "xl/_rels/workbook.xml.rels", "Relationship"):
        if relationship.get("Id") == relation:
            target = posixpath.normpath(posixpath.join("/xl", relationship.get("Target", "").replace("\\", "/"))).lstrip("/")
            break
    else:
        raise UnreadableWorkbook("a sheet without its relationship")
    try:
        return members[target.casefold()]
    except KeyError as error:
        raise UnreadableWorkbook("a sheet without its part") from error


def attributes_of(packed: zipfile.ZipFile, members: dict[str, str], part: str, element: str) -> list[dict[str, str]]:
    """The attributes of every element of that name in a part."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == element:
            found.append(attributes)

    if part not in members:
        raise UnreadableWorkbook(f"no {part}")
    parser = parser_of(start)
    with packed.open(members[part]) as stream:
        parse(parser, stream)
    return found


def parser_of(start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """A parser that reads what spreadsheets write and no more: a document type, entities with it, ends it at once."""

    def refuse(*_: object) -> None:
        raise UnreadableWorkbook("a document type in a workbook")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    try:
        while block := stream.read(_STEP):
            parser.Parse(block)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableWorkbook("XML that is none") from error


def local_name(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


class _SheetScan:
    """The error cells of one sheet's XML. A row or cell that does not say where it stands follows the one before.

    Called for every cell of a large sheet: where a cell stands is worked out only for those that hold an error.
    """

    def __init__(self) -> None:
        self._found = array("Q")
        self._row = -1
        self._last_named = ""
        self._unnamed_since = 0
        self._text = ""
        self._parser = parser_of(self._start)

    def read(self, stream: IO[bytes]) -> array[int]:
        parse(self._parser, stream)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "c":
            if "r" in attributes:
                self._last_named = attributes["r"]
                self._unnamed_since = 0
            else:
                self._unnamed_since += 1
            if attributes.get("t") == "e":
                self._text = ""
                self._parser.EndElementHandler = self._end
        elif name == "v":
            if self._parser.EndElementHandler is not None:
                self._parser.CharacterDataHandler = self._characters
        elif name == "row":
            self._row = _whole(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._last_named = ""
            self._unnamed_since = 0

    def _characters(self, text: str) -> None:
        self._text = (self._text + text)[:_TEXT_KEPT]

    def _end(self, name: str) -> None:
        """Only called within a cell that holds an error."""
        name = local_name(name)
        if name == "v":
            self._parser.CharacterDataHandler = None
        elif name == "c":
            row, column = _place(self._last_named) if self._last_named else (self._row, -1)
            self._found.append(_pack(row, column + self._unnamed_since, _CODES.get(self._text.strip(), _OTHER)))
            self._parser.EndElementHandler = None


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell's name: B12 → 11, 1."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper()[:4]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return _whole(reference[len(letters) :]) - 1, column - 1


def _whole(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 8):
        raise UnreadableWorkbook("a row or cell without its number")
    return int(digits)
