"""What was not used: entries, lines of text, the refusal of --strict."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from monitor.base.errors import IntakeError
from monitor.intake.unused import (
    KINDS,
    LEFT_OUT,
    UnknownValue,
    Unused,
    as_json,
    as_lines,
    left_out,
    refuse_unused,
    summed,
    unknown_of,
    unused_of,
)

SHEET = Unused("a.xlsx", "二月", "sheet", "二月", 3, "表头缺少 个人负担总金额")
EXPLAINS = Unused("a.xlsx", "填写说明", "note", "填写说明", 0, "说明页")
COLUMN = Unused("a.xlsx", "一月", "column", "备注", 1, "表头不是本表的列")
VALUE = UnknownValue("insutype", "居民", 2)


def test_everything_used_is_said_in_one_line() -> None:
    assert as_lines((), ()) == ["未使用的内容：无"]


def test_each_entry_is_a_line_with_its_place_and_reason() -> None:
    first, *lines = as_lines([SHEET, COLUMN], [VALUE])
    assert first == "未使用的内容（3 项）："
    assert lines == [
        "  未读取的工作表或文件：“二月” 3 行（表头缺少 个人负担总金额）", "  未使用的列：工作表“一月”“备注”（表头不是本表的列）",
        "  不认识的取值：列“险种类型”（insutype）的“居民” 2 行",
    ]


def test_what_is_written_down_comes_back() -> None:
    assert unused_of([asdict(SHEET)]) == (SHEET,)
    assert unknown_of([asdict(VALUE)]) == (VALUE,)
    assert list(as_json([SHEET], [VALUE])["unused"][0]) == ["file", "sheet", "kind", "name", "count", "reason"]


def test_strict_names_what_and_lets_a_sheet_of_explanation_pass() -> None:
    refuse_unused("a.xlsx", [EXPLAINS], ())
    with pytest.raises(IntakeError, match=r"a\.xlsx.*--strict.*二月"):
        refuse_unused("a.xlsx", [EXPLAINS, SHEET], ())
    with pytest.raises(IntakeError, match="insutype"):
        refuse_unused("a.xlsx", (), [VALUE])


@pytest.mark.parametrize("kind", KINDS)
def test_strict_refuses_every_kind(kind: str) -> None:
    with pytest.raises(IntakeError, match="--strict"):
        refuse_unused("a.xlsx", [Unused("a.xlsx", "一月", kind, "", 1, "原因")], ())


def test_left_out_rows_are_counted_by_sheet_and_kind() -> None:
    found = left_out("a.xlsx", ("一月", "二月"), {(1, "totals_row"): 2, (0, "heading_row"): 1, (0, "not_a_number"): 5})
    assert [(one.sheet, one.kind, one.count) for one in found] == [("一月", "heading", 1), ("二月", "total", 2)]
    assert set(LEFT_OUT.values()) <= set(KINDS)


def test_unknown_values_of_several_files_are_summed() -> None:
    assert summed([VALUE, VALUE, UnknownValue("insutype", "农合", 1)]) == (
        UnknownValue("insutype", "居民", 4), UnknownValue("insutype", "农合", 1),
    )
