"""xlsx and xls through calamine, cell types kept in mind: a number cell that holds an identity number has lost its end.

Every visible sheet that has the headings is read; one without them (notes, pivot tables) is named, not read; a hidden
sheet that has headings and rows is refused, because nobody looking at the workbook would see what was loaded from it.

A cell that holds an error arrives as the error's name, #N/A, so that no amount is made of it. Where the checks would take
that for a value, the row is rejected here.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from monitor.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, assemble
from monitor.intake.columns import Table
from monitor.intake.error_cells import ErrorCells, UnreadableWorkbook, find_errors
from monitor.intake.header import ROWS_SEARCHED, Header, missing, read_header, refuse_header

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

#: Rows of a sheet handed on at a time.
ROWS_PER_CHUNK = 20_000

#: A spreadsheet number keeps fifteen digits: a longer one has lost its end.
_EXACT = 10**15

#: How calamine says that a cell holds an error it has no name for.
_UNKNOWN_ERROR = "Unsupported cell error value"

#: Columns in which any text is a value, and which decide whose row it is and which line applies: the reason a row is
#: rejected for when the cell holds an error. Two people whose number is #N/A would otherwise be one.
_NO_ERRORS_IN = {
    "setl_id": "destroyed_number",
    "init_setl_id": "destroyed_number",
    "certno": "destroyed_number",
    "psn_no": "destroyed_number",
    "psn_cert_type": "not_a_number",
    "insutype": "not_a_number",
    "insu_admdvs": "not_a_number",
}


@dataclass(frozen=True)
class SheetTable:
    """A sheet with the headings: its name, the headings and their row, how many rows it has in all, its errors."""

    name: str
    header: Header
    line: int
    height: int
    sheet: CalamineSheet
    errors: ErrorCells

    def rows(self) -> Iterator[tuple[int, list[Cell], dict[int, str]]]:
        """Row number, cells and errors by position, of each row below the headings that is not blank.

        Positions count from the sheet's first column with anything in it, as the headings' do.
        """
        first = self.sheet.start[1] if self.sheet.start else 0
        errors = iter(self.errors)
        error = next(errors, None)
        for line, cells in enumerate(self.sheet.iter_rows(), start=1):
            found: dict[int, str] = {}
            while error is not None and error[0] == line:
                position = error[1] - first
                if 0 <= position < len(cells):
                    cells[position] = found[position] = error[2]
                error = next(errors, None)
            if line > self.line and any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in cells):
                yield line, cells, found


@dataclass(frozen=True)
class Workbook:
    """The sheets of one workbook that hold the table; ``format`` is xlsx or xls."""

    format: str
    sheets: tuple[SheetTable, ...]
    ignored_sheets: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def header_line(self) -> int:
        """The headings' row in the first sheet read."""
        return self.sheets[0].line

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """Headings of any sheet that name no column of the table."""
        return tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet.header.ignored))


def read_workbook(table: Table, content: bytes, file: str) -> Workbook:
    """Find the sheets that hold the table. Raises IntakeError when none does, or what they hold is ambiguous."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found, ignored, seen = _search(table, book, content, file)
    except PasswordError as error:
        raise IntakeError(f"工作簿 {file} 加了密码，无法打开；请取消密码后另存再导入") from error
    except (CalamineError, UnreadableWorkbook) as error:
        if str(error).startswith(_UNKNOWN_ERROR):
            raise IntakeError(
                f"工作簿 {file} 里有单元格是不认识的公式错误值（如 #SPILL!），无法读取；请改正或清除这些单元格后再导入"
            ) from error
        raise IntakeError(
            f"文件 {file} 不是可读的 xlsx 或 xls 工作簿（可能已损坏、加密或是其他文档）；请用 Excel 或 WPS 打开后另存为 xlsx 再导入"
        ) from error
    if not found:
        if not seen:
            raise IntakeError(f"工作簿 {file} 是空的，没有可导入的{table.label}；请重新导出后再导入")
        raise refuse_header(table, seen, file)
    columns = found[0].header.columns(table)
    for sheet in found[1:]:
        if sheet.header.columns(table) != columns:
            raise IntakeError(
                f"工作簿 {file} 的工作表“{found[0].name}”和“{sheet.name}”列不相同，不能一起导入；请分成两个文件"
            )
    format_name = "xlsx" if content[:2] == b"PK" else "xls"
    return Workbook(format_name, tuple(found), tuple(ignored), columns)


def _search(
    table: Table, book: CalamineWorkbook, content: bytes, file: str
) -> tuple[list[SheetTable], list[str], list[Sequence[str]]]:
    """Sheets with the headings, names of other sheets with content, first rows seen."""
    found: list[SheetTable] = []
    ignored: list[str] = []
    seen: list[Sequence[str]] = []
    for place_in_book, metadata in enumerate(book.sheets_metadata):
        if metadata.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(metadata.name)
        head = _first_rows(sheet)
        place = next(((line, fields) for line, fields in head if not missing(table, fields)), None)
        if place is None:
            if head:
                ignored.append(metadata.name)
                seen.extend(fields for _, fields in head)
            continue
        line, fields = place
        height = sheet.end[0] + 1 if sheet.end else 0
        if metadata.visible is not SheetVisibleEnum.Visible:
            if height > line:
                raise IntakeError(
                    f"工作簿 {file} 的工作表“{metadata.name}”是隐藏的，却有可导入的{table.label}；"
                    "请取消隐藏或删除该工作表后再导入"
                )
            continue
        header = read_header(table, fields, file)
        errors = find_errors(content, place_in_book, file)
        found.append(SheetTable(metadata.name, header, line, height, sheet, errors))
    return found, ignored, seen


def _first_rows(sheet: CalamineSheet) -> list[tuple[int, list[str]]]:
    """Row number and texts of the first rows that are not blank."""
    rows: list[tuple[int, list[str]]] = []
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        fields = [shown(cell) for cell in cells]
        if any(field.strip() for field in fields):
            rows.append((line, fields))
            if len(rows) == ROWS_SEARCHED:
                break
    return rows


def chunks(table: Table, book: Workbook, size: int) -> Iterator[Chunk]:
    """The rows below the headings, sheet by sheet. ``bytes_read`` shares ``size`` out by rows."""
    total = sum(sheet.height for sheet in book.sheets) or 1
    done = told = 0
    name_sheets = len(book.sheets) > 1
    for sheet in book.sheets:
        lines: list[int] = []
        cells: list[Sequence[Cell]] = []
        malformed: list[Malformed] = []
        refused = {sheet.header.positions[name]: name for name in _NO_ERRORS_IN if name in sheet.header.positions}
        for line, row, errors in sheet.rows():
            if column := next((refused[place] for place in errors if place in refused), ""):
                malformed.append(Malformed(line, column, _NO_ERRORS_IN[column]))
            else:
                lines.append(line)
                cells.append(row)
            if len(lines) + len(malformed) == ROWS_PER_CHUNK:
                share = (done + line) * size // total
                yield _chunk(table, book, sheet, lines, cells, malformed, share - told, name_sheets)
                told = share
                lines, cells, malformed = [], [], []
        done += sheet.height
        share = done * size // total
        yield _chunk(table, book, sheet, lines, cells, malformed, share - told, name_sheets)
        told = share


def _chunk(
    table: Table,
    book: Workbook,
    sheet: SheetTable,
    lines: Sequence[int],
    cells: Sequence[Sequence[Cell]],
    malformed: list[Malformed],
    share: int,
    name_sheet: bool,
) -> Chunk:
    present = {
        name: pa.array([shown(row[position]) for row in cells], pa.string())
        for name, position in ((name, sheet.header.positions[name]) for name in book.columns)
    }
    place = sheet.header.positions.get("certno")
    numeric = None if place is None else [_is_number(row[place]) for row in cells]
    rows = assemble(table, np.array(lines, dtype=np.int64), present, numeric)
    return Chunk(rows, malformed, share, sheet.name if name_sheet else "")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


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
    if abs(value) >= _EXACT:
        # Written with its exponent, so that whatever column it stands in, it is seen to be destroyed.
        return f"{Decimal(value):.14E}"
    if value == int(value):
        return str(int(value))
    # What a formula leaves of nothing (5.6E-17) is shown as nothing.
    return "0" if abs(value) < 1e-9 else format(Decimal(f"{value:.15g}"), "f")
