"""An empty workbook of an input table to hand out: Chinese headings, one example row, a note on every column.

The example is somebody who cannot exist: identity number and regions begin with 99. In the tables people fill in by hand it
may not come back (``example_line``): one row would make what nobody told us look told, or put nobody on a list.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from monitor.intake.columns import OPTIONAL, Column, Table
from monitor.intake.reading import open_export
from monitor.intake.scrubbing import scrub
from monitor.reports.workbook import AS_WRITTEN, cell_formats, heading_format

_FORMS = {
    "certno": "按文本填写，18 位，末位可为 X",
    "date": "日期，如 2025-03-05",
    "time": "日期或日期时间，如 2025-03-05 10:20:00",
    "money": "金额，单位元，最多两位小数",
    "integer": "整数",
    "code": "代码或名称",
    "text": "文字",
}
_WIDTHS = {"certno": 22, "date": 14, "time": 20, "money": 18, "integer": 14, "code": 16, "text": 20}

_A4 = 9
_NOTE_WIDTHS = (36, 26, 34, 60)
#: How far down the lists reach.
_ROWS = 5000


#: Kinds of columns that come back as they were written, whatever program saved the file.
_AS_WRITTEN_BACK = ("certno", "text", "code")


def example_line(path: Path, table: Table, encoding: str | None = None) -> int | None:
    """The line of a file on which the template's example still stands, columns left out aside; None where it does not.

    Raises IntakeError when the file cannot be taken in.
    """
    said = {
        column.name: column.example for column in table.columns if column.kind in _AS_WRITTEN_BACK and column.example
    }
    with open_export(path, table, encoding) as export:
        for chunk in export.chunks():
            rows = scrub(table, chunk.rows)
            for name in said.keys() & set(export.columns):
                rows = rows.filter(pc.equal(rows.column(name), said[name]))
            if rows.num_rows:
                return int(rows.column("line")[0].as_py())
    return None


def template(table: Table, made_at: datetime) -> bytes:
    """The workbook. ``made_at``: the caller's clock, with offset, for the file's own properties."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {**AS_WRITTEN, "in_memory": True})
    book.set_properties({"title": f"{table.label}模板", "created": made_at.astimezone(UTC)})
    _write_table(book, table)
    _write_notes(book, table)
    book.close()
    return out.getvalue()


def _write_table(book: xlsxwriter.Workbook, table: Table) -> None:
    heading, formats = heading_format(book), cell_formats(book)
    sheet = book.add_worksheet(table.label)
    sheet.freeze_panes(1, 0)
    _printed(sheet)
    for position, column in enumerate(table.columns):
        # Dates are text as well: what is typed stays as typed, and a month is not turned into a day by Excel.
        kind = column.kind if column.kind in ("money", "integer") else "text"
        sheet.set_column(position, position, max(_WIDTHS[column.kind], _columns(_heading(column)) + 3), formats[kind])
        sheet.write_string(0, position, _heading(column), heading)
        sheet.write_comment(0, position, f"{_need(table, column)}。{_form(column)}。{column.sentence}。", {"x_scale": 2})
        value = column.example
        if value and kind == "money":
            sheet.write_number(1, position, Decimal(value), formats[kind])
        elif value and kind == "integer":
            sheet.write_number(1, position, int(value), formats[kind])
        elif value:
            sheet.write_string(1, position, value, formats[kind])
        if column.choices:
            # A warning, not a refusal: the import knows more ways to write it.
            sheet.data_validation(
                1, position, _ROWS, position,
                {"validate": "list", "source": list(column.choices), "error_type": "warning", "ignore_blank": True},
            )
    # A number kept as text is meant: no green triangles.
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(table.columns) - 1)}{_ROWS + 1}"})


def _write_notes(book: xlsxwriter.Workbook, table: Table) -> None:
    """The second sheet. No cell of it is a heading's name, so that an import does not take it for a table."""
    heading = heading_format(book)
    title = book.add_format({"bold": True, "font_size": 14})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("填写说明")
    _printed(sheet)
    for position, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, f"{table.label}：填写说明", title)
    sheet.write_string(1, 0, "第一张表从第 2 行起一行一条；第 2 行是示例，填写时删去。表头不要改动，不用的可空列可以删去。")
    sheet.write_string(2, 0, f"填好后用 monitor import {table.name} 导入，可重复导入：更正的行再导入一次即可。")
    if table in OPTIONAL:
        sheet.write_string(3, 0, f"确实没有的不必交空表，由数据管理员用 monitor none {table.name} 登记。")
    for position, name in enumerate(("表头（字段）", "是否必填", "填法", "说明")):
        sheet.write_string(4, position, name, heading)
    for line, column in enumerate(table.columns, start=5):
        cells = (f"{column.heading}（{column.name}）", _need(table, column), _form(column), f"{column.sentence}。")
        # Said here, since not every program sets the height of wrapped lines by itself.
        sheet.set_row(line, 16 * max(-(-_columns(cell) // (width - 3)) for cell, width in zip(cells, _NOTE_WIDTHS, strict=True)))
        for position, cell in enumerate(cells):
            sheet.write_string(line, position, cell, text)


def _columns(text: str) -> int:
    """How wide a text is, in a column's unit: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _printed(sheet: Worksheet) -> None:
    """On paper all columns stand on one page across: offices print what they fill in."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _heading(column: Column) -> str:
    """The heading as it is recognised again: what is in brackets is dropped when it is read."""
    return column.heading + ("（元）" if column.kind == "money" else "") + ("（必填）" if column.required else "")


def _need(table: Table, column: Column) -> str:
    if column.required:
        return "必填"
    for group in table.one_of:
        if column.name in group:
            return "、".join(table.column(name).heading for name in group) + "至少填一项"
    return "可空"


def _form(column: Column) -> str:
    if column.choices:
        return f"{_FORMS[column.kind]}：{'、'.join(column.choices)}"
    return _FORMS[column.kind]
