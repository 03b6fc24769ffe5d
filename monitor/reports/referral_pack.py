"""The files of a list to a department: a workbook with its cover sheet, a CSV with its cover beside it.

The columns are the department's own (``casework.layouts``). Numbers are text in both: a workbook's cell says so, and in a CSV
a tab before them keeps Excel and WPS from rounding them; our own import, and most others', leaves blanks at the ends out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sqlalchemy import select

from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import INSUTYPE_LABELS, AlertKind, AlertState, Category, ClearedReason, Measure, PackState, ReferralNews
from monitor.casework.layouts import Layout, LayoutColumn, PeopleLayout
from monitor.casework.reading.pack_listing import Benchmark, InFullLine, PackAct, PackRow, benchmarks, pack_acts
from monitor.casework.referrals import PackFile
from monitor.casework.selection import LeftOut, PackError
from monitor.casework.tables import runs
from monitor.casework.working_days import days_after
from monitor.policy.document import Document
from monitor.policy.library import load_library
from monitor.reports import in_memory
from monitor.reports.workbook import (
    AS_WRITTEN,
    SHEET_ROWS,
    Kind,
    Value,
    cell_formats,
    clean,
    csv_cell,
    csv_text,
    heading_format,
    label,
    write_row,
    yuan,
)
from monitor.store.uncollected import uncollected

if TYPE_CHECKING:
    import xlsxwriter

Progress = Callable[[int, int], None]
_STEP = 500


@dataclass(frozen=True)
class Occasion:
    """What the cover says besides the pack: ``made_at`` with offset; ``approved_by``; ``due``: the day or its sentence."""

    document: Document
    as_of: date
    title: str
    layout: Layout
    proposed_by: str
    approved_by: str
    due: str
    made_at: datetime
    benchmarks: tuple[Benchmark, ...]


def occasion_of(access: Access, pack: PackRow, layout: Layout, now: datetime) -> Occasion:
    """What the cover of a pack says. Raises PackError for a pack nobody approved."""
    with access.engine.connect() as connection:
        run = connection.execute(select(runs.c.title, runs.c.as_of).where(runs.c.run_id == pack.run_id)).one()
        acts = pack_acts(connection, access.sealer, pack.id)
        held_against = benchmarks(connection, pack.id)
    approved = approver_of(pack, acts)
    due = days_after(now.astimezone(CHINA).date(), layout.answer_days)
    return Occasion(
        load_library().get(pack.document), run.as_of, run.title, layout, pack.proposed_by, approved,
        due.on.isoformat() if due.on else f"{due.nominal}（{due.note}）", now, held_against,
    )


def approver_of(pack: PackRow, acts: Sequence[PackAct]) -> str:
    """Who approved a pack. Raises PackError for one nobody did."""
    approved = next((act.actor for act in acts if act.to_state == PackState.APPROVED), None)
    if approved is None:
        raise PackError(f"名单 {pack.id} 还没有批准，不能写出")
    return approved


def _note(one: InFullLine) -> str:
    line = one.line
    said = ["已在保障范围，供掌握"] if line.covered else []
    if line.news == ReferralNews.BACK_UNDER:
        said.append(f"现已不在线上：{label(ClearedReason, line.alert_reason) or AlertState(line.alert_state).label}")
    if line.provisional:
        said.append("暂用上年基准")
    return "；".join(said)


#: Field of a layout → kind of cell and its value. ``number``, ``document`` and ``as_of`` are the pack's own.
_VALUES: dict[str, tuple[Kind, Callable[[InFullLine], Value]]] = {
    "position": ("integer", lambda one: one.line.position),
    "news": ("text", lambda one: label(ReferralNews, one.line.news)),
    "covered": ("text", lambda one: "是" if one.line.covered else ""),
    "name": ("text", lambda one: one.name),
    "certno": ("text", lambda one: one.certno),
    "category": ("text", lambda one: label(Category, one.line.category)),
    "insutype": ("text", lambda one: INSUTYPE_LABELS.get(one.line.insutype, one.line.insutype)),
    "insu_admdvs": ("text", lambda one: one.line.insu_admdvs),
    "town": ("text", lambda one: one.line.town),
    "kind": ("text", lambda one: label(AlertKind, one.line.kind)),
    "rule": ("text", lambda one: one.line.rule),
    "measure": ("text", lambda one: label(Measure, one.line.measure)),
    "burden": ("money", lambda one: yuan(one.line.burden_fen)),
    "benchmark": ("money", lambda one: yuan(one.line.benchmark_fen)),
    "benchmark_year": ("integer", lambda one: one.line.benchmark_year),
    "multiple": ("text", lambda one: one.line.multiple or ""),
    "threshold": ("money", lambda one: yuan(one.line.threshold_fen)),
    "excess": ("money", lambda one: yuan(max(0, one.line.excess_fen))),
    "band": ("text", lambda one: f"{one.line.band}%" if one.line.band else ""),
    "crossed_on": ("date", lambda one: one.line.crossed_on),
    "provisional": ("text", lambda one: "是" if one.line.provisional else ""),
    "note": ("text", _note),
    "blank": ("text", lambda one: ""),
}
_MASKED: dict[str, Callable[[InFullLine], Value]] = {
    "name": lambda one: one.line.name_masked, "certno": lambda one: one.line.certno_masked,
}


@dataclass(frozen=True)
class Cell:
    """A column of the list: its heading and how a line's cell is made."""

    column: LayoutColumn
    kind: Kind
    value: Callable[[Any], Value]


class Made(Protocol):
    """What making files asks of an occasion: how the list looks, and when it is made."""

    @property
    def layout(self) -> Layout | PeopleLayout: ...
    @property
    def made_at(self) -> datetime: ...


#: The values of each line's cells.
_Lines: TypeAlias = Sequence[Sequence[Value]]


@uncollected()
def make_files(
    pack: PackRow, occasion: Occasion, lines: Iterable[InFullLine], progress: Progress = lambda done, total: None
) -> list[PackFile]:
    """The pack's files as its layout asks for, whole, in memory; ``lines`` are opened once for all of them.

    Raises MonitorError when the list does not fit a sheet, before anything is made, and when there are not as many lines as
    the pack says.
    """
    return made_files(pack, occasion, _cells(pack, occasion), cover_lines(pack, occasion), lines, progress)


def made_files(
    pack: PackRow, occasion: Made, cells: Sequence[Cell], cover: Sequence[tuple[str, str]], lines: Iterable[Any],
    progress: Progress = lambda done, total: None,
) -> list[PackFile]:
    """The files of any list as its layout asks for, given its columns and its cover. Raises as ``make_files``."""
    layout = occasion.layout
    if pack.people > SHEET_ROWS - 1:
        raise MonitorError(
            f"名单有 {pack.people} 人，超过一张工作表的 {SHEET_ROWS - 1} 行；没有写出，也不会截断，请按区县分几份提出"
        )
    # Each cell once, whatever the formats.
    rows = [[cell.value(one) for cell in cells] for one in lines]
    total = pack.people * len(layout.formats)
    made = []
    for number, form in enumerate(layout.formats):
        def told(done: int, before: int = number * pack.people) -> None:
            progress(before + done, total)

        if form == "xlsx":
            made.append(_book(pack, occasion, cells, cover, rows, told))
        else:
            made.append(_list_csv(pack, layout, cells, rows, told))
            made.append(PackFile(f"{pack.number}-封面.csv", pack.people, _csv(cover, layout)))
    if {file.rows for file in made} != {pack.people}:
        raise MonitorError(f"名单 {pack.number} 有 {pack.people} 人，写出的行数与之不符；没有发出，请报告维护人员")
    return made


def cover_lines(pack: PackRow, occasion: Occasion) -> list[tuple[str, str]]:
    """The 封面 line by line."""
    document, layout = occasion.document, occasion.layout
    news = pack.counts["news"]
    left_out = pack.counts["left_out"]
    recipients = [one for one in document.recipients if one.department == layout.department]
    rules = sorted({(rule.kind, rule.clause) for rule in document.rules})
    return [
        ("名单编号", pack.number),
        ("推送部门", layout.label),
        ("推送月份", pack.month),
        ("依据文件", f"《{occasion.title}》{document.number}"),
        *(("推送依据条款", one.clause) for one in recipients),
        *(("预警条款", f"{label(AlertKind, kind)}：{clause}") for kind, clause in rules),
        *(("基准与预警线", _benchmark_text(one)) for one in occasion.benchmarks),
        ("数据截至", occasion.as_of.isoformat()),
        ("区划", "、".join(pack.districts) or "全部"),
        ("乡镇", "、".join(pack.towns) or "全部"),
        ("人数", str(pack.people)),
        *((f"其中{word.label}", str(news[word.value])) for word in ReferralNews if word.value in news),
        ("其中已在保障范围", str(pack.counts["covered"])),
        ("超出合计（元）", f"{Decimal(pack.excess_fen) / 100:,.2f}"),
        *((f"未列入：{word.label}", str(left_out[word.value])) for word in LeftOut if word.value in left_out),
        ("内容校验值（SHA-256）", pack.content_sha256),
        ("运行编号", pack.run_id),
        ("提出人", occasion.proposed_by),
        ("审核人", occasion.approved_by),
        ("发出时间", occasion.made_at.strftime("%Y-%m-%d %H:%M:%S %z")),
        ("请于此日前反馈", occasion.due),
        ("说明", "名单供核查使用，是否认定以主管部门核实为准；请填写右侧空列后退回原表，不改动名单编号和证件号码；"
                 "含个人信息，请按规定保管，不得转发"),
    ]


def _benchmark_text(one: Benchmark) -> str:
    threshold = f"{Decimal(one.threshold_fen) / 100:,.2f} 元"
    if one.benchmark_fen is not None:
        threshold = f"{one.benchmark_year} 年 {Decimal(one.benchmark_fen) / 100:,.2f} 元 × {one.multiple} ＝ {threshold}"
    return f"{label(AlertKind, one.kind)}：{threshold}{'（暂用上年基准）' if one.provisional else ''}"


def _cells(pack: PackRow, occasion: Occasion) -> list[Cell]:
    own: dict[str, tuple[Kind, Value]] = {
        "number": ("text", pack.number), "document": ("text", occasion.document.number), "as_of": ("date", occasion.as_of),
    }

    def constant(value: Value) -> Callable[[InFullLine], Value]:
        return lambda one: value

    made = []
    for column in occasion.layout.columns:
        if column.field in own:
            kind, value = own[column.field]
            made.append(Cell(column, kind, constant(value)))
        else:
            kind, of_line = _VALUES[column.field]
            made.append(Cell(column, kind, _MASKED[column.field] if column.masked else of_line))
    return made


def _book(
    pack: PackRow, occasion: Made, cells: Sequence[Cell], cover: Sequence[tuple[str, str]], lines: _Lines,
    progress: Callable[[int], None],
) -> PackFile:
    # Here, and not above: most commands write no workbook.
    import xlsxwriter

    finished = BytesIO()
    # Rows go to a file in memory as they come, where there is room for it: whole numbers touch no disk.
    with in_memory.directory() as directory:
        aside: dict[str, Any] = {"constant_memory": True, "tmpdir": directory} if directory else {"in_memory": True}
        book = xlsxwriter.Workbook(finished, {**AS_WRITTEN, **aside})
        book.set_properties({"title": clean(occasion.layout.title), "created": occasion.made_at.astimezone(UTC)})
        try:
            _write_cover(book, occasion.layout.title, cover)
            rows = _write_list(book, cells, lines, pack.people, progress)
        finally:
            book.close()
    return PackFile(f"{pack.number}.xlsx", rows, finished.getvalue())


def _write_cover(book: xlsxwriter.Workbook, title: str, cover: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet("封面")
    label = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, clean(title), book.add_format({"bold": True, "font_size": 14}))
    for position, (name, value) in enumerate(cover, start=2):
        sheet.write_string(position, 0, name, label)
        sheet.write_string(position, 1, clean(value), text)


def _write_list(
    book: xlsxwriter.Workbook, cells: Sequence[Cell], lines: _Lines, most: int, progress: Callable[[int], None]
) -> int:
    from xlsxwriter.utility import xl_col_to_name

    heading, formats = heading_format(book), cell_formats(book)
    sheet = book.add_worksheet("名单")
    sheet.freeze_panes(1, 0)
    # All of it before the first row: what is written in constant memory cannot be gone back to.
    last = f"{xl_col_to_name(len(cells) - 1)}{most + 1}"
    sheet.autofilter(0, 0, most, len(cells) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{last}"})
    for position, cell in enumerate(cells):
        sheet.set_column(position, position, cell.column.width, formats[cell.kind])
        sheet.write_string(0, position, clean(cell.column.heading), heading)
    kinds, count = [cell.kind for cell in cells], 0
    for count, values in enumerate(lines, start=1):
        if count > most:
            break
        write_row(sheet, count, zip(kinds, values, strict=True), formats)
        if count % _STEP == 0 or count == most:
            progress(count)
    return count


def _list_csv(
    pack: PackRow, layout: Layout | PeopleLayout, cells: Sequence[Cell], lines: _Lines, progress: Callable[[int], None]
) -> PackFile:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_text(cell.column.heading) for cell in cells])
    written, count = [_in_csv(cell) for cell in cells], 0
    for count, values in enumerate(lines, start=1):
        writer.writerow([in_csv(value) for in_csv, value in zip(written, values, strict=True)])
        if count % _STEP == 0 or count == pack.people:
            progress(count)
    return PackFile(f"{pack.number}.csv", count, text.getvalue().encode(layout.encoding))


def _in_csv(cell: Cell) -> Callable[[Value], str]:
    if cell.column.field == "certno":
        # A spreadsheet reads eighteen digits as a number and keeps fifteen of them; behind a tab it is text.
        return lambda value: "\t" + clean(str(value)) if value else ""
    return partial(csv_cell, cell.kind)


def _csv(rows: Sequence[tuple[str, str]], layout: Layout | PeopleLayout) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([csv_text(name), csv_text(value)] for name, value in rows)
    return text.getvalue().encode(layout.encoding)
