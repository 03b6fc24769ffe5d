"""Lists for people, as CSV and as a workbook: Chinese headers, masked names and numbers, safe for Excel and WPS.

Safe means: no cell can become a formula, a link or a number it was not. Text cells are written as text; in a CSV,
where every program guesses, a text that begins like a formula gets a leading single quote.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

from monitor.base.errors import MonitorError
from monitor.base.vocabulary import (
    INSUTYPE_LABELS,
    AidMark,
    AlertKind,
    AlertState,
    Category,
    ClearedReason,
    Measure,
    Route,
    SetAside,
    ShortfallReason,
    Word,
)
from monitor.casework.reading.in_full import InFull
from monitor.casework.reading.listing import AlertRow, PersonRow, Somebody
from monitor.reports import in_memory

if TYPE_CHECKING:  # At run time it is loaded by what writes a workbook: every command imports this module.
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

#: A sheet of the format holds this many rows; the first is the header.
SHEET_ROWS = 1_048_576
#: People with whole name and number in one list: as many as somebody can work through, and as memory holds at once.
ROWS_IN_FULL = 10_000
#: What the cover of such a list says.
IN_FULL_NOTE = "含完整姓名和证件号码，请妥善保管，用后销毁；名单仅供核查使用，是否认定以主管部门核实为准"
BOM = "\ufeff"

#: No text becomes a formula, a link or a number.
AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Value: TypeAlias = str | int | Decimal | date | None
#: What a cell holds, and with that how it looks.
Kind: TypeAlias = Literal["text", "money", "date", "integer", "percent"]

#: What a spreadsheet takes for the beginning of a formula, also behind blanks and marks without width, and in full width.
_FORMULA = re.compile(r"^[\s\u00a0\u3000\ufeff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064]*[=+\-@\t\r＝＋－＠﹦﹢﹣﹫]")
#: Control characters no sheet may hold (XML 1.0), and the line ends and tabs that would break a row.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class ListColumn:
    """One column of an outgoing list: heading, kind of cell, width in characters, and its value from a row."""

    heading: str
    kind: Kind
    width: int
    value: Callable[[Any], Value]


@dataclass(frozen=True)
class Cover:
    """The 说明 sheet: what the list is, from what, for which filters. ``made_at``: the caller's clock, with offset."""

    heading: str
    document: str
    clauses: tuple[str, ...]
    run_id: str
    as_of: date
    known_at: str
    trial: bool
    provisional: bool
    filters: tuple[str, ...]
    count: int
    excess_fen: int
    made_at: datetime
    made_for: str = ""
    #: What is counted, what is summed (nothing where empty), and what whoever reads the list has to know.
    count_label: str = "人次"
    amount_label: str = "超出合计（元）"
    note: str = "姓名和证件号码已脱敏；名单仅供核查使用，是否认定以主管部门核实为准"


@cache
def label(word: type[Word], value: str) -> str:
    """The word for a value of ``word``; the value itself where a newer program wrote it."""
    return word(value).label if value in set(word) else value


def yuan(fen: int | None) -> Decimal | None:
    """Exact, for a cell of money."""
    return None if fen is None else Decimal(fen) / 100


def _alert(row: PersonRow) -> AlertRow:
    assert isinstance(row, AlertRow)
    return row


NAME_COLUMN = ListColumn("姓名", "text", 10, lambda row: row.name_masked)
CERTNO_COLUMN = ListColumn("证件号码", "text", 21, lambda row: row.certno_masked)
PLACE_COLUMN = ListColumn("参保地", "text", 18, lambda row: row.insu_admdvs)
_PERSON_COLUMNS = (
    NAME_COLUMN,
    CERTNO_COLUMN,
    ListColumn("身份", "text", 16, lambda row: label(Category, row.category)),
    ListColumn("险种", "text", 12, lambda row: INSUTYPE_LABELS.get(row.insutype, row.insutype)),
    PLACE_COLUMN,
    ListColumn("乡镇", "text", 14, lambda row: row.town),
)
_AMOUNT_COLUMNS = (
    ListColumn("口径", "text", 20, lambda row: label(Measure, row.measure)),
    ListColumn("累计负担（元）", "money", 16, lambda row: yuan(row.burden_fen)),
    ListColumn("基准（元）", "money", 14, lambda row: yuan(row.benchmark_fen)),
    ListColumn("基准年度", "integer", 10, lambda row: row.benchmark_year),
    ListColumn("倍数", "text", 8, lambda row: row.multiple or ""),
    ListColumn("预警线（元）", "money", 14, lambda row: yuan(row.threshold_fen)),
    ListColumn("超出（元）", "money", 14, lambda row: yuan(row.excess_fen)),
)
_PROVISIONAL = ListColumn("暂用上年基准", "text", 14, lambda row: "是" if row.provisional else "")

ALERT_COLUMNS = (
    ListColumn("预警类别", "text", 14, lambda row: label(AlertKind, _alert(row).kind)),
    ListColumn("状态", "text", 8, lambda row: label(AlertState, _alert(row).state)),
    *_PERSON_COLUMNS,
    *_AMOUNT_COLUMNS,
    ListColumn("首次越线日", "date", 12, lambda row: _alert(row).crossed_on),
    ListColumn("越线结算ID", "text", 20, lambda row: _alert(row).crossing_setl_id or ""),
    ListColumn("解除原因", "text", 14, lambda row: label(ClearedReason, row.reason)),
    _PROVISIONAL,
)
ASIDE_COLUMNS = (
    ListColumn("列出原因", "text", 18, lambda row: label(SetAside, row.reason)),
    *_PERSON_COLUMNS,
    *_AMOUNT_COLUMNS,
    _PROVISIONAL,
)

SHORTFALL_COLUMNS = (
    *_PERSON_COLUMNS,
    ListColumn("救助方式", "text", 12, lambda row: label(Route, row.route)),
    ListColumn("差额原因", "text", 14, lambda row: label(ShortfallReason, row.reason)),
    ListColumn("政策范围内自付（元）", "money", 18, lambda row: yuan(row.eligible_fen)),
    ListColumn("救助（元）", "money", 14, lambda row: yuan(row.aid_fen)),
    ListColumn("倾斜救助（元）", "money", 14, lambda row: yuan(row.tilt_fen)),
    ListColumn("一事一议（元）", "money", 14, lambda row: yuan(row.decided_fen)),
    ListColumn("应享（元）", "money", 14, lambda row: yuan(row.expected_fen)),
    ListColumn("已享（元）", "money", 14, lambda row: yuan(row.actual_fen)),
    ListColumn("差额（元）", "money", 14, lambda row: yuan(row.shortfall_fen)),
    ListColumn("救助后仍负担（元）", "money", 16, lambda row: yuan(row.remaining_fen)),
    ListColumn("最早未救助结算日", "date", 16, lambda row: row.since),
    ListColumn("注意", "text", 24, lambda row: "、".join(label(AidMark, mark) for mark in row.marks.split())),
    ListColumn("说明", "text", 40, lambda row: row.note),
)


def with_places(columns: Sequence[ListColumn], district: Callable[[str], str]) -> tuple[ListColumn, ...]:
    """The same columns with districts in words: ``district`` says a code's."""
    named = replace(PLACE_COLUMN, value=lambda row: district(row.insu_admdvs))
    return tuple(named if column is PLACE_COLUMN else column for column in columns)


def columns_in_full(columns: Sequence[ListColumn]) -> tuple[ListColumn, ...]:
    """The same columns for rows that were opened (``casework.in_full``): whole names and numbers, all else as it was."""
    whole: dict[ListColumn, Callable[[InFull[Any]], Value]] = {
        NAME_COLUMN: lambda one: one.name, CERTNO_COLUMN: lambda one: one.certno,
    }

    def of_row(column: ListColumn) -> Callable[[InFull[Any]], Value]:
        return lambda one: column.value(one.row)

    return tuple(replace(column, value=whole.get(column, of_row(column))) for column in columns)


def csv_lines(rows: Iterable[Somebody], columns: Sequence[ListColumn] = ALERT_COLUMNS) -> Iterator[bytes]:
    """The list as CSV, line by line, the header first: UTF-8 with BOM, CRLF; for an answer that is sent while it is made."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> bytes:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue().encode()

    yield BOM.encode() + line(column.heading for column in columns)
    for row in rows:
        yield line(csv_cell(column.kind, column.value(row)) for column in columns)


def csv_cell(kind: Kind, value: Value) -> str:
    """A cell of a CSV: money with two places, text as no formula."""
    if value is None:
        return ""
    if kind == "money":
        return f"{value:.2f}"
    if kind == "percent":
        return f"{Decimal(str(value)) * 100:.2f}%"
    return csv_text(str(value)) if kind == "text" else str(value)


def csv_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula when it opens the CSV."""
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def clean(text: str) -> str:
    """Text without characters a sheet cannot hold or that would break a row."""
    # Nearly every text is printable, which is told at once; no character of those is.
    return text if text.isprintable() else _CONTROL.sub("", text)


def write_xlsx(
    rows: Iterable[Somebody],
    out: BinaryIO,
    cover: Cover,
    columns: Sequence[ListColumn] = ALERT_COLUMNS,
) -> int:
    """Writes the list and its 说明 sheet as a workbook. Returns the number of rows under the header.

    Raises MonitorError when the list does not fit a sheet, before anything is written; and when the rows are not
    as many as the cover says, as then one of the two would be untrue.
    """
    if cover.count > SHEET_ROWS - 1:
        raise MonitorError(
            f"名单有 {cover.count} 行，超过一张工作表的 {SHEET_ROWS - 1} 行，请先缩小筛选范围，或改为导出 CSV"
        )
    # Rows go to a file in memory as they come: as cells they would take six times as much. The finished book goes to
    # ``out`` only when it is known to be true.
    with in_memory.directory() as directory:
        aside = {"constant_memory": True, "tmpdir": directory} if directory else {"in_memory": True}
        finished = BytesIO()
        count = _write_book(finished, aside, rows, cover, columns)
        out.write(finished.getvalue())
    return count


def write_xlsx_in_full(rows: Iterable[InFull[Any]], out: BinaryIO, cover: Cover, columns: Sequence[ListColumn]) -> int:
    """The same for whole names and numbers, made in memory: they never lie on a disk unsealed. ``columns``: as
    ``columns_in_full`` makes them. Raises MonitorError for more than ``ROWS_IN_FULL``."""
    if cover.count > ROWS_IN_FULL:
        raise MonitorError(f"含完整证件号码的名单一次最多 {ROWS_IN_FULL} 行，现有 {cover.count} 行；请缩小筛选范围后分次导出")
    book = BytesIO()
    count = _write_book(book, {"in_memory": True}, rows, replace(cover, note=IN_FULL_NOTE), columns)
    out.write(book.getvalue())
    return count


def _write_book(
    to: BytesIO, options: dict[str, Any], rows: Iterable[Somebody | InFull[Any]], cover: Cover, columns: Sequence[ListColumn]
) -> int:
    """The workbook at ``to``. Raises MonitorError when there are not as many rows as the cover says."""
    import xlsxwriter

    book = xlsxwriter.Workbook(to, {**AS_WRITTEN, **options})
    book.set_properties({"title": clean(cover.heading), "created": cover.made_at.astimezone(UTC)})
    try:
        count = _write_list(book, rows, cover.count, columns)
        _write_cover(book, cover)
    finally:
        book.close()
    if count != cover.count:
        raise MonitorError("名单行数与说明页不一致，请刷新页面后重新导出")
    return count


def _write_list(
    book: xlsxwriter.Workbook, rows: Iterable[Somebody | InFull[Any]], most: int, columns: Sequence[ListColumn]
) -> int:
    """The 名单 sheet. Returns how many rows there were, having stopped at the first beyond ``most``."""
    from xlsxwriter.utility import xl_col_to_name

    heading, formats = heading_format(book), cell_formats(book)
    sheet = book.add_worksheet("名单")
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width, formats[column.kind])
        sheet.write_string(0, position, column.heading, heading)
    count = 0
    for row in rows:
        count += 1
        if count > most:
            return count
        write_row(sheet, count, ((column.kind, column.value(row)) for column in columns), formats)
    if count:
        sheet.autofilter(0, 0, count, len(columns) - 1)
        # A masked number is text by intention: no green triangles.
        sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(columns) - 1)}{count + 1}"})
    return count


def write_row(
    sheet: Worksheet, place: int, cells: Iterable[tuple[Kind, Any]], formats: Mapping[str, xlsxwriter.format.Format]
) -> None:
    """A row of a list at ``place``, from the first column on; nothing where there is nothing to say."""
    for position, (kind, value) in enumerate(cells):
        if value is None or value == "":
            continue
        if kind == "text":
            sheet.write_string(place, position, clean(str(value)), formats["text"])
        elif kind == "date":
            sheet.write_datetime(place, position, value, formats["date"])
        else:
            sheet.write_number(place, position, value, formats[kind])


def heading_format(book: xlsxwriter.Workbook) -> xlsxwriter.format.Format:
    """How headings look."""
    return book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1, "border_color": "#C9D2DC"})


def cell_formats(book: xlsxwriter.Workbook) -> dict[str, xlsxwriter.format.Format]:
    """Kind of cell → its format."""
    return {
        "text": book.add_format({"num_format": "@"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "integer": book.add_format({"num_format": "0"}),
        "percent": book.add_format({"num_format": "0.00%"}),
    }


def _write_cover(book: xlsxwriter.Workbook, cover: Cover) -> None:
    sheet = book.add_worksheet("说明")
    title = book.add_format({"bold": True, "font_size": 14})
    label = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, clean(cover.heading), title)
    for position, (name, value) in enumerate(cover_lines(cover), start=2):
        sheet.write_string(position, 0, name, label)
        sheet.write_string(position, 1, clean(value), text)


def cover_lines(cover: Cover) -> list[tuple[str, str]]:
    """The 说明 sheet line by line."""
    notes = []
    if cover.trial:
        notes.append("试运行结果，不得推送或作为认定依据")
    if cover.provisional:
        notes.append("含暂用上年基准的结果，待新基准公布后重新运行")
    return [
        ("依据文件", cover.document),
        *(("条款", clause) for clause in cover.clauses),
        *(("特别提示", note) for note in notes),
        ("数据截至", cover.as_of.isoformat()),
        ("已知时点", cover.known_at),
        *((("筛选条件" if index == 0 else ""), line) for index, line in enumerate(cover.filters or ("全部",))),
        (cover.count_label, f"{cover.count:,}"),
        *([(cover.amount_label, f"{Decimal(cover.excess_fen) / 100:,.2f}")] if cover.amount_label else []),
        *([("运行编号", cover.run_id)] if cover.run_id else []),
        ("导出时间", cover.made_at.strftime("%Y-%m-%d %H:%M:%S %z")),
        *([("导出人", cover.made_for)] if cover.made_for else []),
        ("说明", cover.note),
    ]
