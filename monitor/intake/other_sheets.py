"""The sheets of a workbook that do not hold the table: each is said with the reason, and one that looks like data is refused.

A second sheet whose heading was renamed is a month of settlements that nobody would miss. A sheet of explanation, a summary, a
list of another kind is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.base.errors import IntakeError
from monitor.intake.columns import TABLES, Kind, Table
from monitor.intake.decoration import NUMBER
from monitor.intake.header import Header, Row, fold, lacking, lookup, missing, recognised
from monitor.intake.unused import Unused

#: What a sheet of explanation is called.
_EXPLAINS = re.compile(
    r"说明|须知|备注|注意事项|封面|目录|填报要求|填表要求|字典|代码表|readme|instructions?|notes?|cover", re.IGNORECASE
)

#: What a cell of a kind looks like where no heading says which column it is.
_LOOKS: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(r"[-+¥(]{0,2}[0-9][0-9,]*(\.[0-9]+)?\)?(元|万元)?"),
    "integer": re.compile(r"[0-9]+"),
    "date": re.compile(r"[0-9]{4}[-/.年]?[0-9]{1,2}.*|[0-9]{5}"),
    "time": re.compile(r"[0-9]{4}[-/.年]?[0-9]{1,2}.*|[0-9]{5}"),
    "certno": re.compile(r".*[0-9*×]{4,}.*"),
    "code": re.compile(r".+"),
    "text": re.compile(r".+"),
}


@dataclass(frozen=True)
class Sheet:
    """A sheet without the table's headings: ``rows``: its first rows that are not blank; ``height``: its last row."""

    name: str
    visible: bool
    rows: Sequence[Row]
    height: int


def explains(name: str) -> bool:
    """Whether a sheet of that name is one of explanation."""
    return bool(_EXPLAINS.search(name))


def tell(table: Table, sheet: Sheet, main: Header | None, file: str) -> Unused:
    """The entry of a sheet that was not read. ``main``: the headings of a sheet that was.

    Raises IntakeError where its rows look like rows of the table.
    """
    hidden = "" if sheet.visible else "隐藏的工作表，"
    if not sheet.rows:
        return Unused(file, sheet.name, "sheet", sheet.name, 0, f"{hidden}没有内容")
    count = len(sheet.rows) + max(0, sheet.height - sheet.rows[-1][0])
    other = _other(table, sheet)
    if other is not None:
        return Unused(file, sheet.name, "sheet", sheet.name, count, f"{hidden}像是{other.label}表，不是{table.label}表")
    fields = [fields for _, fields in sheet.rows]
    why = f"没有一行表头包含全部必需列，缺少 {lacking(table, fields)}"
    line = _data_line(table, sheet, main)
    if line:
        named = max(recognised(table, row) for row in fields)
        why = why if named >= 2 else "没有表头"
        raise IntakeError(
            f"工作簿 {file} 的工作表“{sheet.name}”{'（隐藏）' if hidden else ''}第 {line} 行起像是{table.label}的数据，"
            f"却读不进来：{why}；"
            "请改正该表的表头，或把不导入的工作表删去后再导入"
        )
    if explains(sheet.name):
        return Unused(file, sheet.name, "note", sheet.name, count, f"{hidden}说明页")
    return Unused(file, sheet.name, "sheet", sheet.name, count, f"{hidden}{why}")


def _other(table: Table, sheet: Sheet) -> Table | None:
    """The table of another kind the sheet holds: one all of whose headings it has, and more of them than of ours."""
    best, most = None, max(recognised(table, fields) for _, fields in sheet.rows)
    for other in TABLES.values():
        named = max((recognised(other, fields) for _, fields in sheet.rows if not missing(other, fields)), default=0)
        if other.name != table.name and named > most:
            best, most = other, named
    return best


def _data_line(table: Table, sheet: Sheet, main: Header | None) -> int:
    """The first row that looks like data of the table; 0 where none does."""
    heading = max(range(len(sheet.rows)), key=lambda at: recognised(table, sheet.rows[at][1]))
    named = recognised(table, sheet.rows[heading][1])
    below = [line for line, fields in sheet.rows[heading + 1 :] if sum(1 for text in fields if text.strip()) >= 2]
    if named >= 2 and below and named * 2 >= _expected(table, main):
        return below[0]
    # An explanation may show how a number is written.
    least = 3 if explains(sheet.name) else 1
    for line, fields in sheet.rows:
        if sum(1 for text in fields if text.strip()) < least:
            continue
        if any(NUMBER.search(text) for text in fields) or (main is not None and _like(table, fields, main)):
            return line
    return 0


def _expected(table: Table, main: Header | None) -> int:
    """How many columns a sheet of this table has: as many as the one that was read, or as it must have."""
    if main is not None:
        return len(main.positions)
    return sum(1 for column in table.columns if column.required) + len(table.one_of)


def _like(table: Table, fields: Sequence[str], main: Header) -> bool:
    """Whether a row has, where the sheet that was read has its required columns, cells of their kinds; headings have not."""
    known = lookup(table)
    if any(fold(text) in known for text in fields):
        return False
    needed = [column for column in table.columns if column.required and column.name in main.positions]
    cells = [(column, fields[at].strip() if (at := main.positions[column.name]) < len(fields) else "") for column in needed]
    telling = [column for column in needed if column.kind not in ("text", "code")]
    return bool(telling) and all(text and _LOOKS[column.kind].fullmatch(text) for column, text in cells)
