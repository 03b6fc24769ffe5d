"""xlsx and xls through calamine, cell types kept in mind: a number cell that holds an identity number has lost its end.

Every visible sheet that has the headings is read; one without them (notes, pivot tables) is named, not read (``other_sheets``); a
hidden sheet that has headings and rows is refused, because nobody looking at the workbook would see what was loaded from it.
Cells merged over several rows are filled down as they are seen, except keys and amounts; hidden and struck-out rows are read.
Values only: a formula counts as the result saved with it, macros and links to elsewhere are not looked at.

A cell that holds an error arrives as the error's name, #N/A, so that no amount is made of it. Where the checks would take
that for a value, the row is rejected here.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from monitor.base.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, assemble
from monitor.intake.columns import LAST_ROW, Table
from monitor.intake.confined import Reader, memory_for
from monitor.intake.header import Header, find_heading, printable, read_header, refuse_header
from monitor.intake.other_sheets import Sheet, explains, tell
from monitor.intake.sheets import Frame
from monitor.intake.surround import Surround, convert, look_around, refuse_unit_elsewhere
from monitor.intake.unused import Unused, perhaps_cut

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
    """A sheet with the headings: its place among the sheets, name, the headings, the last of their rows and what is around them,
    how many rows in all."""

    place: int
    name: str
    header: Header
    line: int
    around: Surround
    height: int


@dataclass(frozen=True)
class Workbook:
    """The sheets of one workbook that hold the table, and the process that reads them; ``format`` is xlsx or xls; ``unused``: what
    is not read, or not as it stands, added to as sheets are read."""

    file: str
    reader: Reader
    format: str
    sheets: tuple[SheetTable, ...]
    unused: list[Unused]
    columns: tuple[str, ...]

    @property
    def header_line(self) -> int:
        """The headings' first row in the first sheet read."""
        return self.sheets[0].around.rows[0]


def read_workbook(table: Table, content: bytes, file: str, named: Sequence[tuple[str, str]] = ()) -> Workbook:
    """Find the sheets that hold the table. ``named``: names that may state the amounts' unit, with where they stand.

    Raises IntakeError when none does, what they hold is ambiguous, or another looks like a part of it.
    """
    reader = Reader(memory_for(content))
    found, others = _search(table, reader, reader.open(content, file), file, named)
    if not found:
        seen = [fields for sheet in others for _, fields in sheet.rows]
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
    unused = [tell(table, other, found[0].header, file) for other in others]
    for other in others:
        if explains(other.name):
            refuse_unit_elsewhere(file, other.name, other.rows, [sheet.around.units for sheet in found])
    for sheet in found:
        unused += sheet.around.unused(table, sheet.header, file, sheet.name)
        if sheet.height == LAST_ROW[format_name]:
            unused.append(perhaps_cut(file, sheet.name, sheet.height))
    return Workbook(file, reader, format_name, tuple(found), unused, columns)


def _search(
    table: Table, reader: Reader, listed: Frame, file: str, named: Sequence[tuple[str, str]]
) -> tuple[list[SheetTable], list[Sheet]]:
    """Sheets with the headings, and the other sheets."""
    found: list[SheetTable] = []
    others: list[Sheet] = []
    for place, (title, has_cells, visible) in enumerate(listed["sheets"]):
        name = printable(title)
        if not has_cells:
            others.append(Sheet(name, visible, (), 0))
            continue
        head = reader.ask(head=place)
        heading = find_heading(table, head["head"], file)
        if heading is None or (not visible and head["height"] <= head["head"][heading.last][0]):
            # A hidden sheet of headings alone holds nothing.
            others.append(Sheet(name, visible, head["head"] if heading is None else (), head["height"]))
            continue
        if not visible:
            raise IntakeError(
                f"工作簿 {file} 的工作表“{name}”是隐藏的，却有可导入的{table.label}；"
                "请取消隐藏或删除该工作表后再导入"
            )
        header = read_header(table, heading.fields, file)
        stated = [*named, (title, f"工作表名“{name}”")]
        around = look_around(table, head["head"], heading, header, file, name if len(listed["sheets"]) > 1 else "", stated)
        reader.ask(keep=place)
        found.append(SheetTable(place, name, header, head["head"][heading.last][0], around, head["height"]))
    return found, others


def chunks(table: Table, book: Workbook, size: int) -> Generator[Chunk]:
    """The rows below the headings, sheet by sheet. ``bytes_read`` shares ``size`` out by rows."""
    total = sum(sheet.height for sheet in book.sheets) or 1
    done = told = 0
    for sheet in book.sheets:
        positions, columns = sheet.header.positions, sheet.header.columns(table)
        wanted = [positions[name] for name in columns]
        refused = {positions[name]: name for name in _NO_ERRORS_IN if name in positions}
        single = {positions[name]: reason for name, reason in _not_filled(table).items() if name in positions}
        for piece in book.reader.rows(
            place=sheet.place, after=sheet.line, positions=wanted, refused=list(refused), number=positions.get("certno"),
            dated=[positions[name] for name in columns if table.column(name).kind in ("date", "time")], single=sorted(single),
            piece=ROWS_PER_CHUNK,
        ):
            upto = sheet.height if piece["upto"] is None else piece["upto"]
            share = (done + upto) * size // total
            rows = convert(_rows(table, columns, piece), sheet.around.units)
            bad = [_malformed(columns, wanted, single, *bad) for bad in piece["bad"]]
            if piece["upto"] is None:
                book.unused.extend(_changed(table, book, sheet, piece["changed"]))
            yield Chunk(rows, bad, share - told, sheet.name if len(book.sheets) > 1 else "", sheet.header.others)
            told = share
        done += sheet.height


def _not_filled(table: Table) -> dict[str, str]:
    """Columns whose merged cells are not filled down: a key would be two rows' and an amount would count more than once. The
    figures of a household are those of each of its rows."""
    amounts = () if table.name == "households" else table.money
    return {"setl_id": "merged_key", "init_setl_id": "merged_key", **dict.fromkeys(amounts, "merged_amount")}


def _changed(table: Table, book: Workbook, sheet: SheetTable, changed: Frame) -> list[Unused]:
    """Entries for what was read otherwise than it is seen: filled down, hidden, struck out."""
    positions = sheet.header.positions
    by_position = {position: name for name, position in positions.items()}
    found = [
        Unused(
            book.file, sheet.name, "filled_down", table.column(by_position[position]).heading, rows,
            "合并单元格只有第一行有值，已填到所合并的各行",
        )
        for position, rows in changed["filled"]
    ]
    if changed["hidden"]:
        found.append(Unused(
            book.file, sheet.name, "hidden", "", changed["hidden"], "筛选或手工隐藏；不应导入的请先删去",
        ))
    found += [
        Unused(book.file, sheet.name, "hidden", table.column(by_position[position]).heading, 1, "隐藏的列")
        for position in changed["columns"]
        if position in by_position
    ]
    if changed["struck"]:
        found.append(Unused(
            book.file, sheet.name, "struck", "", changed["struck"], "全部或部分文字划去；不应导入的请先删去",
        ))
    return found


def _rows(table: Table, columns: Sequence[str], piece: Frame) -> pa.Table:
    present = {name: pa.array(cells, pa.string()) for name, cells in zip(columns, piece["columns"], strict=True)}
    return assemble(table, np.array(piece["lines"], dtype=np.int64), present, piece["numbers"])


def _malformed(
    columns: Sequence[str], positions: Sequence[int], single: Mapping[int, str], line: int, position: int, reason: str
) -> Malformed:
    column = columns[positions.index(position)]
    return Malformed(line, column, {"error": _NO_ERRORS_IN.get(column, ""), "merged": single.get(position, "")}.get(reason, reason))
