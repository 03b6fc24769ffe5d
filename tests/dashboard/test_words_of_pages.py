"""How pages say what they have: districts by name, sentences in cells that hold them, arithmetic that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.parts import ROW, row_height
from dashboard.text import places, show
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.reports.workbook import ALERT_COLUMNS, PLACE_COLUMN, with_places


@pytest.mark.parametrize(
    ("code", "town", "words"),
    [("371002", "样例镇", "环翠区 样例镇（371002）"), ("371002", "", "环翠区（371002）"), ("991002", "东山镇", "991002 东山镇"), ("", "", ""), ("", "甲镇", "甲镇")],
)
def test_a_place_is_named_with_its_code_behind(home: Path, code: str, town: str, words: str) -> None:
    assert places.place(code, town) == words


def test_a_whole_prefecture_a_text_and_a_scope(home: Path) -> None:
    assert places.district("3710") == "威海市（3710）"
    assert places.in_words("371000 2025-12") == "威海市（371000） 2025-12"
    assert places.of_key("地区不详") == "地区不详" and places.of_key("130602 甲镇") == "竞秀区 甲镇（130602）"
    assert show.scope(Scope(("371002", "371083"), ("样例镇",))) == "环翠区（371002）、乳山市（371083）；样例镇"
    assert show.scope(EVERYTHING) == "全部地区"


def test_the_bureaus_own_table_of_districts_wins_and_a_broken_one_stops_no_page(home: Path) -> None:
    (home / "tables").mkdir(parents=True)
    table = home / "tables" / "regions.csv"
    table.write_text("code,name\n371002,本局所在区\n", encoding="utf-8")
    assert places.district("371002") == "本局所在区（371002）" and places.district("371083") == "371083"
    table.write_text("code\n371002\n", encoding="utf-8")
    places._names.cache_clear()
    assert places.district("371002") == "371002"


def test_lists_that_are_taken_along_name_districts(home: Path) -> None:
    row = type("Row", (), {"insu_admdvs": "371002"})()
    (named,) = [column for column in with_places(ALERT_COLUMNS, places.district) if column.heading == PLACE_COLUMN.heading]
    assert named.value(row) == "环翠区（371002）" and PLACE_COLUMN.value(row) == "371002"


def test_a_row_is_as_high_as_its_longest_sentence_needs() -> None:
    short, long = "已认定", "核查结果的写法不认得，请数据管理员在该部门的推送版式中补上这种写法"
    assert row_height(([short], 200)) == row_height() == ROW
    # Streamlit breaks no line in a row of less than four times the theme's font size.
    assert row_height(([short, long], 200)) > 60 and row_height(([long * 4], 200)) > row_height(([long], 200))
    assert row_height(([long], 800)) == ROW


def test_arithmetic_is_read_with_separators() -> None:
    assert show.arithmetic("min(70000.00, 0.7 × 53651.42) ＝ 37555.994") == "min(70,000.00, 0.7 × 53,651.42) ＝ 37,555.994"
    assert show.arithmetic("2025-01-31 999.99 12 371002 1.5") == "2025-01-31 999.99 12 371002 1.5"


def test_a_document_in_a_refusal_is_called_by_its_number_and_a_command_stays() -> None:
    refusal = MonitorError("文件 weihai-2022-15 的名单不能列出；请用 monitor parameter weihai-2022-15 登记")
    assert show.told(refusal) == "文件 威政办发〔2022〕15号 的名单不能列出；请用 monitor parameter weihai-2022-15 登记"
    assert show.worded("文件 nobody-1999-1 没有") == "文件 nobody-1999-1 没有"
    assert show.document("inner-mongolia-2022-draft").endswith("（征求意见稿）")
