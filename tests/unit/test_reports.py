"""Outgoing lists: exactly the rows, and nothing in them that Excel or WPS would run, follow or round."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from casebook import WEIHAI, database
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection

from monitor.base.errors import MonitorError
from monitor.casework.reading import listing, overview
from monitor.casework.reading.listing import AlertRow
from monitor.casework.reading.narrowing import AsideFilters, Filters
from monitor.casework.reading.query import ListQuery
from monitor.reports import workbook
from monitor.reports.workbook import ALERT_COLUMNS, ASIDE_COLUMNS, Cover, cover_lines, csv_lines, write_xlsx

ROW = AlertRow(
    id=1, run_id="r", person="p", name_masked="张*", certno_masked="9910**********1234",
    category="monitored_sudden", insutype="390", insu_admdvs="991002", town="东山镇",
    measure="burden_before_aid", burden_fen=2_519_301, benchmark_fen=4_122_000, benchmark_year=2025,
    multiple="0.5", threshold_fen=2_061_000, excess_fen=458_301, reason="", provisional=False,
    rule="返贫预警线", kind="return_to_poverty", crossed_on=date(2026, 5, 8), crossing_setl_id="99S0007",
    state="new",
)  # fmt: skip
COVER = Cover(
    heading="预警名单", document="样例文件（样例〔2026〕1号）", clauses=("因病返贫：第一条",),
    run_id="0123456789abcdef", as_of=date(2026, 6, 30), known_at="2026-06-30T23:59:59+08:00",
    trial=False, provisional=False,
    filters=("预警类别：因病返贫",), count=1, excess_fen=458_301,
    made_at=datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=8))),
)  # fmt: skip

#: Texts a hospital, a township or a settlement number could carry into a cell.
DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.invalid","x")', "\t=1+1", "\r=1+1", " =1+1",
    "\u3000=1+1", "＝1+1", "＋1", "－1", "＠x", "\u00a0=cmd|'/c calc'!A0",
]  # fmt: skip


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = database(tmp_path_factory.mktemp("casework") / "casework.sqlite", months=6, count=300)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def as_csv(*rows: AlertRow) -> list[list[str]]:
    lines = list(csv_lines(rows))
    assert len(lines) == 1 + len(rows)
    return list(csv.reader(io.StringIO(b"".join(lines).decode("utf-8-sig"), newline="")))


def as_book(cover: Cover, *rows: AlertRow) -> bytes:
    out = io.BytesIO()
    assert write_xlsx(rows, out, cover) == len(rows)
    return out.getvalue()


def sheet_of(book: bytes, name: str = "名单") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(name).to_python()


def sheet_xml(book: bytes, number: int = 1) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


# --- what is in the file --------------------------------------------------------------------------


def test_a_csv_is_what_spreadsheets_expect() -> None:
    raw = b"".join(csv_lines([ROW]))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 2
    header, row = as_csv(ROW)
    found = dict(zip(header, row, strict=True))
    assert found["预警类别"] == "因病返贫"
    assert found["状态"] == "新增"
    assert found["证件号码"] == "9910**********1234"
    assert found["身份"] == "突发严重困难户"
    assert found["累计负担（元）"] == "25193.01"
    assert found["预警线（元）"] == "20610.00"
    assert found["首次越线日"] == "2026-05-08"


def test_negative_amounts_stay_numbers() -> None:
    header, row = as_csv(replace(ROW, excess_fen=-10_000, state="cleared", reason="correction", crossed_on=None))
    found = dict(zip(header, row, strict=True))
    assert found["超出（元）"] == "-100.00"
    assert found["解除原因"] == "结算更正"
    assert found["首次越线日"] == ""


def test_a_workbook_holds_the_list_and_says_where_it_is_from() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_book(COVER, ROW)))
    assert book.sheet_names == ["名单", "说明"]
    header, row = book.get_sheet_by_name("名单").to_python()
    found = dict(zip(header, row, strict=True))
    assert found["证件号码"] == "9910**********1234"
    assert found["参保地"] == "991002", "text, not a number"
    assert Decimal(str(found["累计负担（元）"])) == Decimal("25193.01")
    assert found["首次越线日"] == date(2026, 5, 8)
    text = "\n".join("　".join(map(str, line)) for line in book.get_sheet_by_name("说明").to_python())
    for said in (
        "样例〔2026〕1号", "第一条", "2026-06-30", "2026-06-30T23:59:59+08:00", "预警类别：因病返贫",
        "4,583.01", "0123456789abcdef", "2026-07-01 09:00:00 +0800", "已脱敏",
    ):  # fmt: skip
        assert said in text


def test_trial_and_provisional_are_said_on_the_cover() -> None:
    labelled = dict(cover_lines(replace(COVER, trial=True)))
    assert "试运行" in labelled["特别提示"]
    assert "特别提示" not in dict(cover_lines(COVER))
    assert "暂用上年基准" in dict(cover_lines(replace(COVER, provisional=True)))["特别提示"]


# --- safe -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    for cell in as_csv(replace(ROW, town=text, crossing_setl_id=text))[1]:
        first = cell.lstrip("\u00a0\u3000 \t\r\n")[:1]
        assert first not in set("=+@＝＋－＠")
        assert first != "-" or Decimal(cell) < 0


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_workbook_cell_is_a_formula_or_a_link(text: str) -> None:
    book = as_book(COVER, replace(ROW, town=text, name_masked=text, crossing_setl_id=text))
    namespace = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    sheet = sheet_xml(book)
    assert not list(sheet.iter(f"{namespace}f"))
    assert not list(sheet.iter(f"{namespace}hyperlink"))
    rows = sheet_of(book)
    assert dict(zip(rows[0], rows[1], strict=True))["乡镇"] == workbook.clean(text), "kept as the text it is"


def test_control_characters_are_left_out() -> None:
    bad = "东\x00山\x0b镇\ud800\ufffe\r\n村"
    assert dict(zip(*as_csv(replace(ROW, town=bad)), strict=True))["乡镇"] == "东山镇村"
    rows = sheet_of(as_book(COVER, replace(ROW, town=bad)))
    assert dict(zip(rows[0], rows[1], strict=True))["乡镇"] == "东山镇村"


def test_quotes_and_commas_survive() -> None:
    text = '东山镇,"一村"'
    assert dict(zip(*as_csv(replace(ROW, town=text)), strict=True))["乡镇"] == text


def test_a_list_longer_than_a_sheet_is_refused_before_anything_is_written() -> None:
    out = io.BytesIO()

    def rows() -> Iterator[AlertRow]:
        raise AssertionError("not asked for")
        yield ROW

    with pytest.raises(MonitorError, match="超过一张工作表的 1048575 行，请先缩小筛选范围，或改为导出 CSV"):
        write_xlsx(rows(), out, replace(COVER, count=1_048_576))
    assert out.getvalue() == b""


@pytest.mark.parametrize("rows", [[], [ROW, ROW], [ROW] * 5])
def test_a_cover_that_would_be_untrue_is_refused(rows: list[AlertRow]) -> None:
    out = io.BytesIO()
    with pytest.raises(MonitorError, match="名单行数与说明页不一致"):
        write_xlsx(rows, out, COVER)
    assert out.getvalue() == b""


# --- the same rows as on screen -------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(kinds=("return_to_poverty",), states=("new", "raised")),
        Filters(insutypes=("resident",), excess_from=100_000),
        Filters(districts=("000000",)),
    ],
)
def test_the_file_has_the_rows_the_screen_counts(connection: Connection, filters: Filters) -> None:
    run = overview.latest_run(connection, WEIHAI)
    assert run is not None
    page = listing.alert_page(connection, run.run_id, ListQuery(filters))
    rows = as_csv(*listing.alert_rows(connection, run.run_id, ListQuery(filters)))
    assert len(rows) - 1 == page.total
    place = rows[0].index("超出（元）")
    assert sum((Decimal(row[place]) for row in rows[1:]), Decimal(0)) * 100 == page.excess_sum
    cover = replace(COVER, count=page.total, excess_fen=page.excess_sum)
    book = as_book(cover, *listing.alert_rows(connection, run.run_id, ListQuery(filters)))
    sheet = sheet_of(book)
    assert len(sheet) - 1 == page.total
    assert [row[3] for row in sheet[1:]] == [row[3] for row in rows[1:]], "in the same order"


def test_people_set_aside_go_out_with_their_reason(connection: Connection, tmp_path: Path) -> None:
    run = overview.latest_run(connection, WEIHAI)
    assert run is not None
    page = listing.set_aside_page(connection, run.run_id)
    file = tmp_path / "aside.xlsx"
    with file.open("wb") as out:
        rows = listing.set_aside_rows(connection, run.run_id, ListQuery(AsideFilters()))
        write_xlsx(rows, out, replace(COVER, count=page.total), ASIDE_COLUMNS)
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_name("名单").to_python()
    assert len(sheet) - 1 == page.total > 0
    assert sheet[0][0] == "列出原因"
    assert {row[0] for row in sheet[1:]} <= {"无适用规则", "参保地不在文件地区", "已死亡"}


def test_the_same_list_is_the_same_bytes() -> None:
    assert as_book(COVER, ROW) == as_book(COVER, ROW)


def test_no_heading_twice() -> None:
    for columns in (ALERT_COLUMNS, ASIDE_COLUMNS):
        headings = [column.heading for column in columns]
        assert len(set(headings)) == len(headings)
