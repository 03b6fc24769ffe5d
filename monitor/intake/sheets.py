"""A workbook's sheets, read in a process of their own: what runs there, and what it says.

A workbook is a program's worth of structures that must be unpacked as a whole before its first cell is known: two cells
at opposite corners make a sheet of seventeen thousand million, and a library that finds no memory for it ends the
process it runs in. So calamine and our own readers of errors run here, in a process that ``confined`` starts for one file
and that may use so much memory and time and no more; whatever becomes of it, the program that asked goes on with a
sentence. Cells arrive there as text (``shown``). No pyarrow here: the process has to start quickly.

Requests and answers are frames, a length of four bytes and JSON; the file follows the first request as it is.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, TypeGuard

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from monitor.base.errors import IntakeError
from monitor.intake import archive
from monitor.intake.columns import LONGEST_CELL
from monitor.intake.error_cells import ErrorCells, UnreadableWorkbook, counts_from_1904, find_errors
from monitor.intake.header import ROWS_SEARCHED
from monitor.intake.marks import Marks, find_marks
from monitor.intake.merging import Merged
from monitor.intake.units import refuse_late_unit
from monitor.intake.written_dates import STRAY_SERIAL, WAS_NUMBER

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Frame = dict[str, Any]

#: Characters of a cell that are shown where a heading is looked for; no heading is as long.
LONGEST_HEADING = 100

#: Characters of cells handed on at a time, whatever the number of rows.
_TEXT_AT_ONCE = 32 << 20

#: More sheets than anybody makes; each has to be looked at.
_MOST_SHEETS = 1000

#: A spreadsheet number keeps fifteen digits: a longer one has lost its end.
_EXACT = 10**15

#: How calamine says that a cell holds an error it has no name for.
_UNKNOWN_ERROR = "Unsupported cell error value"

#: Numbers that may be the serial number of a day.
_SERIALS = (10_000, 100_000)

_LENGTH = struct.Struct(">I")


def send(stream: BinaryIO, frame: Frame) -> None:
    """One frame, on its way."""
    payload = json.dumps(frame, ensure_ascii=False).encode()
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def receive(stream: BinaryIO) -> Frame | None:
    """The next frame, or None where the other side has ended."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    payload = stream.read(length)
    if len(payload) < length:
        return None
    found: Frame = json.loads(payload)
    return found


class Sheets:
    """One workbook: its sheets one after another, those kept until it ends."""

    def __init__(self, content: bytes, file: str) -> None:
        content = _with_plain_names(content, file)
        self._content, self._file = content, file
        self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(self._book.sheets_metadata) > _MOST_SHEETS:
            raise UnreadableWorkbook("more sheets than anybody makes")
        self._from_1904: bool | None = None
        self._last: CalamineSheet | None = None
        self._kept: dict[int, tuple[CalamineSheet, ErrorCells, Marks]] = {}

    def listed(self) -> Frame:
        """Name, whether it is a sheet of cells, and whether it is shown, of every sheet."""
        return {
            "sheets": [
                [sheet.name, sheet.typ is SheetTypeEnum.WorkSheet, sheet.visible is SheetVisibleEnum.Visible]
                for sheet in self._book.sheets_metadata
            ]
        }

    def head(self, place: int) -> Frame:
        """Row number and texts of the first rows that are not blank, and the number of rows in all."""
        sheet = self._book.get_sheet_by_index(place)
        rows: list[tuple[int, list[str]]] = []
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            fields = [shown(cell)[:LONGEST_HEADING] for cell in cells]
            if any(field.strip() for field in fields):
                rows.append((line, fields))
                if len(rows) == ROWS_SEARCHED:
                    break
        self._last = sheet
        return {"head": rows, "height": sheet.end[0] + 1 if sheet.end else 0}

    def keep(self, place: int) -> Frame:
        """The sheet whose head was given last is the one at ``place``, and will be read; any other is forgotten."""
        assert self._last is not None
        self._kept[place] = (
            self._last, find_errors(self._content, place, self._file), find_marks(self._content, place, self._file)
        )
        return {}

    def rows(
        self, place: int, after: int, positions: Sequence[int], refused: Sequence[int], number: int | None, dated: Sequence[int],
        single: Sequence[int], piece: int,
    ) -> Iterator[Frame]:
        """The rows below line ``after`` in pieces of ``piece`` rows or fewer: ``lines``, the texts of the columns at
        ``positions`` (at ``dated`` ones a number with decimals is marked as one), ``numbers`` (whether the cell at ``number``
        is one), ``bad`` (line, position, reason id) for rows with an error at one of the ``refused`` positions, a cell without
        end or one merged over several rows at a ``single`` position, ``upto`` the last line of the piece. The last piece has no
        ``upto`` but ``changed``: rows ``filled`` down by position, numbers of rows ``hidden`` and ``struck``, positions of hidden
        ``columns``."""
        sheet, found, marks = self._kept[place]
        first = sheet.start[1] if sheet.start else 0
        merged = Merged(sheet.merged_cell_ranges or (), first, after, positions, single)
        hidden = struck = 0
        lines: list[int] = []
        columns: list[list[str]] = [[] for _ in positions]
        numbers: list[bool] = []
        bad: list[tuple[int, int, str]] = []
        text = 0

        def given(upto: int | None) -> Frame:
            return {"lines": lines, "columns": columns, "numbers": numbers, "bad": bad, "upto": upto}

        for line, cells, errors in _filled(sheet, after, found):
            twice = merged.fill(line, cells)
            hidden += line in marks.hidden
            struck += line in marks.struck
            wrong = next((at for at in errors if at in refused), None)
            fields = [self._day(cells[at]) if at in dated else shown(cells[at]) for at in positions]
            long = next((at for at, field in zip(positions, fields, strict=True) if len(field) > LONGEST_CELL), None)
            if not any(field and not field.isspace() for field in fields):
                refuse_late_unit(self._file, line, [shown(cell) for cell in cells])
            if wrong is not None:
                bad.append((line, wrong, "error"))
            elif twice is not None:
                bad.append((line, twice, "merged"))
            elif long is not None:
                bad.append((line, long, "cell_too_long"))
            else:
                lines.append(line)
                numbers.append(number is not None and _is_number(cells[number]))
                for column, field in zip(columns, fields, strict=True):
                    column.append(field)
                    text += len(field)
            if len(lines) + len(bad) == piece or text > _TEXT_AT_ONCE:
                yield given(line)
                lines, columns, numbers, bad, text = [], [[] for _ in positions], [], [], 0
        columns_hidden = [column - first for column in sorted(marks.columns) if column >= first]
        yield given(None) | {
            "changed": {"filled": list(merged.filled.items()), "hidden": hidden, "struck": struck, "columns": columns_hidden}
        }

    def _day(self, cell: Cell) -> str:
        """A cell of a column of days. A number with decimals is marked as one, and so is a serial number of a workbook that
        counts from 1904, which nothing else tells from one four years earlier."""
        if not _is_number(cell):
            return shown(cell)
        if self._from_1904 is None:
            self._from_1904 = counts_from_1904(self._content, self._file)
        if self._from_1904 and _SERIALS[0] <= cell < _SERIALS[1]:
            return STRAY_SERIAL + shown(cell)
        return WAS_NUMBER + shown(cell) if _has_decimals(cell) else shown(cell)


def _with_plain_names(content: bytes, file: str) -> bytes:
    """The workbook with its parts called by their ways from the root, as calamine looks for them; some write /xl/workbook.xml."""
    if not archive.is_zip(content):
        return content
    with archive.zip_errors(file), zipfile.ZipFile(io.BytesIO(content)) as packed:
        if not any(name.startswith(("/", "./")) for name in packed.namelist()):
            return content
        renamed = io.BytesIO()
        with zipfile.ZipFile(renamed, "w") as plain:
            for info in packed.infolist():
                plain.writestr(info.filename.lstrip("/").removeprefix("./"), packed.read(info))
    return renamed.getvalue()


def _filled(sheet: CalamineSheet, after: int, errors: ErrorCells) -> Iterator[tuple[int, list[Cell], dict[int, str]]]:
    """Row number, cells and errors by position, of each row below line ``after`` that is not blank.

    Positions count from the sheet's first column with anything in it, as the headings' do.
    """
    first = sheet.start[1] if sheet.start else 0
    coming = iter(errors)
    error = next(coming, None)
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        found: dict[int, str] = {}
        while error is not None and error[0] <= line:
            position = error[1] - first
            if error[0] == line and 0 <= position < len(cells):
                cells[position] = found[position] = error[2]
            error = next(coming, None)
        if line > after and any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in cells):
            yield line, cells, found


def _is_number(cell: Cell) -> TypeGuard[int | float]:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _has_decimals(cell: Cell) -> bool:
    return isinstance(cell, float) and not cell.is_integer()


def shown(cell: Cell) -> str:
    """The cell as text: dates in ISO form, numbers with the fifteen digits Excel shows, whole ones without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds" if not cell.microsecond else "auto")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _number(value: float) -> str:
    if not math.isfinite(value):
        # No spreadsheet keeps such a number; a hand-made file can say one.
        return "#NUM!"
    if abs(value) >= _EXACT:
        # Written with its exponent, so that whatever column it stands in, it is seen to be destroyed.
        return f"{Decimal(value):.14E}"
    if value == int(value):
        return str(int(value))
    # What a formula leaves of nothing (5.6E-17) is shown as nothing.
    return "0" if abs(value) < 1e-9 else format(Decimal(f"{value:.15g}"), "f")


def answer(requests: BinaryIO, answers: BinaryIO) -> None:
    """Every request answered until there are no more. What is refused ends one workbook, not the process."""
    sheets: Sheets | None = None
    while (request := receive(requests)) is not None:
        try:
            match request:
                case {"open": int(size), "file": str(file)}:
                    sheets = None
                    sheets = Sheets(requests.read(size), file)
                    send(answers, sheets.listed())
                case {"head": int(place)} if sheets:
                    send(answers, sheets.head(place))
                case {"keep": int(place)} if sheets:
                    send(answers, sheets.keep(place))
                case {"rows": dict(wanted)} if sheets:
                    for piece in sheets.rows(**wanted):
                        send(answers, piece)
                case _:
                    raise ValueError("a request nobody makes")
        except IntakeError as error:
            send(answers, {"sentence": error.sentence})
        except PasswordError:
            send(answers, {"refused": "password"})
        except (CalamineError, UnreadableWorkbook) as error:
            send(answers, {"refused": "error" if str(error).startswith(_UNKNOWN_ERROR) else "unreadable"})


def confine(memory: int, seconds: int) -> None:
    """From here on: so much memory, so much time of a processor, no file written and no picture of the memory left."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def main() -> None:
    """``memory seconds answers``: the process that ``confined`` starts; ``answers`` is the descriptor they are written to."""
    confine(int(sys.argv[1]), int(sys.argv[2]))
    with os.fdopen(int(sys.argv[3]), "wb") as answers:
        answer(sys.stdin.buffer, answers)
