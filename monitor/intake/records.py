"""One record from the physical lines of a text table: the plain reader, which is the definition.

* a quote opens a field only at its start; a doubled quote inside is one quote;
* a record may span lines inside quotes, ``LONGEST_RECORD`` lines at most, and must then be well formed;
* a quote that is not closed within that, or is closed in the middle of a field on a later line, spoils the line it
  opens in and nothing else: reading goes on with the next line;
* a record with the wrong number of fields spoils every line it spans; blank fields past the last heading are no fields;
* a line of nothing but blanks, delimiters and quotes is no row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

#: Lines one quoted record may span before its quote counts as never closed. No cell of a settlement has a hundred lines.
LONGEST_RECORD = 100

#: A line longer than this is no line of a table.
LONGEST_LINE = 16 << 20

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
#: Blanks, and the end-of-file character of old programs.
_BLANK = re.compile(r"[\s\x1a]*")

# Python's own bound on a field (131,072 characters) would be an error in the middle of a line; ours is on the line, and
# cells too long for a value are set apart later.
csv.field_size_limit(LONGEST_LINE * 2)


class Lines(Sequence[bytes]):
    """The physical lines of a block from an offset on, found as they are asked for."""

    def __init__(self, data: bytes | bytearray, start: int, final: bool) -> None:
        self._matches = LINE.finditer(data, start)
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


class _Following:
    """The lines of a record that goes on, taken one after another until it ends or LONGEST_RECORD of them are through."""

    def __init__(self, lines: Sequence[bytes], at: int) -> None:
        self._lines, self._at = lines, at
        self.given = self.bytes = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        for index in range(self._at, self._at + LONGEST_RECORD):
            if not _present(self._lines, index):
                # No more has been read; there may be more.
                self.ended = True
                return
            self.given += 1
            self.bytes += len(self._lines[index])
            yield self._lines[index].decode()


class Plain:
    """The plain reader: one record from a list of physical lines. ``width`` 0: any number of fields will do."""

    def __init__(self, delimiter: str, width: int = 0, named: int = 0, declared: int = 0) -> None:
        self._delimiter = delimiter
        self._width = width
        self._named = named
        self._declared = max(declared, named)
        #: What was read so far behind quotes that were not closed.
        self.lines_in_vain = self.bytes_in_vain = 0

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
        following = _Following(lines, at)
        try:
            fields = next(csv.reader(following, delimiter=self._delimiter, strict=True))
        except csv.Error:
            if following.ended and not final:
                return [], 0, ""
            self.lines_in_vain += following.given
            self.bytes_in_vain += following.bytes
            return [], 1, "unbalanced_quote"
        return self._counted(fields, following.given)

    def _counted(self, fields: list[str], span: int) -> tuple[list[str], int, str]:
        """The fields when there are as many as wanted; blank ones past the headings are no fields."""
        if not self._width:
            return fields, span, ""
        if len(fields) > self._declared and not all_blank(fields[self._declared :]):
            return [], span, "too_many_fields"
        if len(fields) < self._named and not all_blank(fields):
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
    return lines.has(index) if isinstance(lines, Lines) else index < len(lines)


def all_blank(fields: Sequence[str]) -> bool:
    return all(_BLANK.fullmatch(value) for value in fields)
