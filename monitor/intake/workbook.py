"""xlsx and xls through calamine, cell types kept in mind: a number cell that holds an identity number has lost its end.

Every visible sheet that has the headings is read; one without them (notes, pivot tables) is named, not read; a hidden
sheet that has headings and rows is refused, because nobody looking at the workbook would see what was loaded from it.
Values only: a formula counts as the result saved with it, macros and links to elsewhere are not looked at.

A cell that holds an error arrives as the error's name, #N/A, so that no amount is made of it. Where the checks would take
that for a value, the row is rejected here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from monitor.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, assemble
from monitor.intake.columns import Table
from monitor.intake.confined import Reader, memory_for
from monitor.intake.header import Header, missing, printable, read_header, recognised, refuse_header
from monitor.intake.sheets import Frame
from monitor.intake.unused import Unused, unused_column

#: Rows of a sheet handed on at a time.
ROWS_PER_CHUNK = 20_000

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
    """A sheet with the headings: its place among the sheets, name, the headings and their row, how many rows in all."""

    place: int
    name: str
    header: Header
    line: int
    height: int


@dataclass(frozen=True)
class Workbook:
    """The sheets of one workbook that hold the table, and the process that reads them; ``format`` is xlsx or xls."""

    reader: Reader
    format: str
    sheets: tuple[SheetTable, ...]
    unused: list[Unused]
    columns: tuple[str, ...]

    @property
    def header_line(self) -> int:
        """The headings' row in the first sheet read."""
        return self.sheets[0].line


def read_workbook(table: Table, content: bytes, file: str) -> Workbook:
    """Find the sheets that hold the table. Raises IntakeError when none does, or what they hold is ambiguous."""
    reader = Reader(memory_for(content))
    found, ignored, seen = _search(table, reader, reader.open(content, file), file)
    if not found:
        if not seen:
            raise IntakeError(f"工作簿 {file} 是空的，没有可导入的{table.label}；请重新导出后再导入")
        raise refuse_header(table, seen, file)
    columns = found[0].header.columns(table)
    for sheet in found[1:]:
        if sheet.header.columns(table) != columns and not table.others:
            raise IntakeError(
                f"工作簿 {file} 的工作表“{found[0].name}”和“{sheet.name}”列不相同，不能一起导入；请分成两个文件"
            )
    format_name = "xlsx" if content[:2] == b"PK" else "xls"
    unused = [Unused(file, name, "sheet", name, 0, "没有找到包含全部必需列的表头") for name in ignored]
    unused += [unused_column(file, sheet.name, name) for sheet in found for name in sheet.header.ignored]
    return Workbook(reader, format_name, tuple(found), unused, columns)


def _search(
    table: Table, reader: Reader, listed: Frame, file: str
) -> tuple[list[SheetTable], list[str], list[Sequence[str]]]:
    """Sheets with the headings, names of other sheets with content, the row seen that names most columns."""
    found: list[SheetTable] = []
    ignored: list[str] = []
    best: list[Sequence[str]] = []
    for place, (title, has_cells, visible) in enumerate(listed["sheets"]):
        if not has_cells:
            continue
        name = printable(title)
        head = reader.ask(head=place)
        at = next(((line, fields) for line, fields in head["head"] if not missing(table, fields)), None)
        if at is None:
            if head["head"]:
                ignored.append(name)
                rows = [*best, *(fields for _, fields in head["head"])]
                best = [max(rows, key=lambda fields: recognised(table, fields))]
            continue
        line, fields = at
        if not visible:
            if head["height"] > line:
                raise IntakeError(
                    f"工作簿 {file} 的工作表“{name}”是隐藏的，却有可导入的{table.label}；"
                    "请取消隐藏或删除该工作表后再导入"
                )
            continue
        header = read_header(table, fields, file)
        reader.ask(keep=place)
        found.append(SheetTable(place, name, header, line, head["height"]))
    return found, ignored, best


def chunks(table: Table, book: Workbook, size: int) -> Generator[Chunk]:
    """The rows below the headings, sheet by sheet. ``bytes_read`` shares ``size`` out by rows."""
    total = sum(sheet.height for sheet in book.sheets) or 1
    done = told = 0
    for sheet in book.sheets:
        positions, columns = sheet.header.positions, sheet.header.columns(table)
        wanted = [positions[name] for name in columns]
        refused = {positions[name]: name for name in _NO_ERRORS_IN if name in positions}
        for piece in book.reader.rows(
            place=sheet.place, after=sheet.line, positions=wanted, refused=list(refused), number=positions.get("certno"),
            dated=[positions[name] for name in columns if table.column(name).kind in ("date", "time")],
            piece=ROWS_PER_CHUNK,
        ):
            upto = sheet.height if piece["upto"] is None else piece["upto"]
            share = (done + upto) * size // total
            yield Chunk(
                _rows(table, columns, piece),
                [_malformed(columns, wanted, *bad) for bad in piece["bad"]],
                share - told,
                sheet.name if len(book.sheets) > 1 else "",
                sheet.header.others,
            )
            told = share
        done += sheet.height


def _rows(table: Table, columns: Sequence[str], piece: Frame) -> pa.Table:
    present = {name: pa.array(cells, pa.string()) for name, cells in zip(columns, piece["columns"], strict=True)}
    return assemble(table, np.array(piece["lines"], dtype=np.int64), present, piece["numbers"])


def _malformed(columns: Sequence[str], positions: Sequence[int], line: int, position: int, reason: str) -> Malformed:
    column = columns[positions.index(position)]
    return Malformed(line, column, _NO_ERRORS_IN[column] if reason == "error" else reason)
