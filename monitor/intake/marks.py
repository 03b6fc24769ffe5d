"""Rows and columns a workbook hides, and rows with text struck out: what an officer sees is not what the cells hold.

Calamine gives values only. So the marks are looked for in the workbook itself: attributes and styles in the XML of an xlsx
sheet, records of an xls. A sheet's bytes are first searched for any such mark, which costs a tenth of reading it; only one that
has some is parsed, as a stream. What is remembered is one bit a row.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from monitor.intake import archive, biff
from monitor.intake.error_cells import UnreadableWorkbook, local_name, members_of, parse, parser_of, part_of

_STEP = 1 << 20
_OVERLAP = 64
_HIDING = re.compile(rb"""\b(?:hidden\s*=\s*["'](?:1|true)["']|(?:ht|width)=["']0(?:\.0+)?["']|zeroHeight\s*=)""")
_SIGNS = (b"hidden", b"zeroHeight", b'ht="0', b"ht='0", b'width="0', b"width='0", b"strike")
_TRUE = ("1", "true")
_LAST_ROW = 1 << 20
_LAST_COLUMN = 1 << 14


@dataclass
class Marks:
    """Of one sheet: ``hidden`` and ``struck`` rows (from 1), ``columns`` hidden (from 0)."""

    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def find_marks(content: bytes, sheet: int, file: str) -> Marks:
    """The marks of the sheet at that place (from 0). Raises UnreadableWorkbook when the sheet cannot be looked through,
    IntakeError when its archive is damaged."""
    if archive.is_zip(content):
        with archive.zip_errors(file), zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _in_xlsx(packed, sheet)
    marks = Marks()
    try:
        for kind, number in biff.marks(content, sheet):
            {"hidden": marks.hidden, "struck": marks.struck, "column": marks.columns}[kind].add(number)
    except biff.NoBiff as error:
        raise UnreadableWorkbook(str(error)) from error
    return marks


def _in_xlsx(packed: zipfile.ZipFile, sheet: int) -> Marks:
    part = part_of(packed, sheet)
    styles = _struck_styles(packed)
    texts = _struck_texts(packed)
    wanted = [_HIDING.pattern, rb"<(?:[\w.-]+:)?strike\b"]
    signs = [*_SIGNS, *(b's="%d"' % number for number in styles), *(b"s='%d'" % number for number in styles)]
    if texts:
        signs += [b't="s"', b"t='s'"]
    if styles:
        wanted.append(rb"""\bs=["'](?:%s)["']""" % b"|".join(b"%d" % number for number in sorted(styles)))
    if texts:
        wanted.append(rb"""\bt=["']s["']""")
    pattern = re.compile(b"|".join(b"(?:%s)" % one for one in wanted))
    with packed.open(part) as stream:
        if not _holds(stream, pattern, signs):
            return Marks()
    with packed.open(part) as stream:
        return _Scan(styles, texts).read(stream)


def _holds(stream: IO[bytes], pattern: re.Pattern[bytes], signs: Sequence[bytes]) -> bool:
    """Whether the pattern is found; looked for only in blocks that hold one of the signs, of which every match has one: a plain
    search is many times as fast."""
    tail = b""
    while block := stream.read(_STEP):
        seen = tail + block
        if any(sign in seen for sign in signs) and pattern.search(seen):
            return True
        tail = block[-_OVERLAP:]
    return False


def _struck_styles(packed: zipfile.ZipFile) -> set[int]:
    """Numbers of the cell styles whose font is struck out."""
    members = members_of(packed)
    if "xl/styles.xml" not in members:
        return set()
    fonts: list[bool] = []
    styles: set[int] = set()
    within: list[str] = []
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        name = local_name(name)
        parent = within[-1] if within else ""
        if name == "font" and parent == "fonts":
            fonts.append(False)
        elif name == "strike" and fonts and "fonts" in within and attributes.get("val", "1") in _TRUE:
            fonts[-1] = True
        elif name == "xf" and parent == "cellXfs":
            font = attributes.get("fontId", "0")
            if font.isdigit() and int(font) < len(fonts) and fonts[int(font)]:
                styles.add(count)
            count += 1
        within.append(name)

    parser = parser_of(start)
    parser.EndElementHandler = lambda _: within.pop()
    with packed.open(members["xl/styles.xml"]) as stream:
        parse(parser, stream)
    return styles


def _struck_texts(packed: zipfile.ZipFile) -> set[int]:
    """Numbers of the shared texts some of whose characters are struck out."""
    members = members_of(packed)
    if "xl/sharedstrings.xml" not in members:
        return set()
    with packed.open(members["xl/sharedstrings.xml"]) as stream:
        if not _holds(stream, re.compile(rb"<(?:[\w.-]+:)?strike\b"), (b"strike",)):
            return set()
    texts: set[int] = set()
    count = -1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        name = local_name(name)
        if name == "si":
            count += 1
        elif name == "strike" and attributes.get("val", "1") in _TRUE:
            texts.add(count)

    with packed.open(members["xl/sharedstrings.xml"]) as stream:
        parse(parser_of(start), stream)
    return texts


class _Scan:
    """The marks of one sheet's XML."""

    def __init__(self, styles: set[int], texts: set[int]) -> None:
        self._marks = Marks()
        self._styles, self._texts = {str(number) for number in styles}, {str(number) for number in texts}
        self._row = 0
        self._all_hidden = False
        self._styled = self._shared = self._in_value = False
        self._value = ""
        self._parser = parser_of(self._start)
        self._parser.EndElementHandler = self._end
        if self._texts:
            self._parser.CharacterDataHandler = self._characters

    def read(self, stream: IO[bytes]) -> Marks:
        parse(self._parser, stream)
        return self._marks

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "c":
            self._styled = attributes.get("s") in self._styles
            self._shared = attributes.get("t") == "s"
        elif name in ("v", "t"):
            # A cell without a value has nothing to strike out.
            if self._styled:
                self._marks.struck.add(self._row)
            self._in_value, self._value = name == "v" and self._shared, ""
        elif name == "row":
            self._begin(attributes)
        elif name == "strike":
            if attributes.get("val", "1") in _TRUE:
                self._marks.struck.add(self._row)
        elif name == "col":
            self._hide_columns(attributes)
        elif name == "sheetFormatPr":
            self._all_hidden = attributes.get("zeroHeight") in _TRUE

    def _begin(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isascii() and number.isdigit() and len(number) <= 8 else self._row + 1
        if self._row > _LAST_ROW:
            raise UnreadableWorkbook("a row beyond the last one")
        if attributes.get("hidden") in _TRUE or _is_zero(attributes.get("ht")) or (self._all_hidden and "ht" not in attributes):
            self._marks.hidden.add(self._row)

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") not in _TRUE and not _is_zero(attributes.get("width")):
            return
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdigit() and last.isdigit() and 0 < int(first) <= int(last) <= _LAST_COLUMN:
            self._marks.columns.update(range(int(first) - 1, int(last)))

    def _characters(self, text: str) -> None:
        if self._in_value:
            self._value = (self._value + text)[:16]

    def _end(self, name: str) -> None:
        if self._in_value and name.endswith("v"):
            if self._value.strip() in self._texts:
                self._marks.struck.add(self._row)
            self._in_value = False


def _is_zero(text: str | None) -> bool:
    return text is not None and text.replace(".", "", 1).strip("0") == "" and text != ""
