"""What a workbook holds beside the table's rows: other sheets, titles, two heading rows, merged, hidden and struck-out cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from bureau import Bureau

from monitor.base.errors import IntakeError
from monitor.intake.columns import CHILDHOOD_DISEASES, HOUSEHOLDS, IDENTITIES, INCOMES, SETTLEMENTS, Table
from monitor.intake.reading import Chunk, open_export
from monitor.intake.unused import Unused
from monitor.store.home import writing
from monitor.store.loading import load_file
from monitor.store.review import review_rows

HEADER = ["setl_id", "certno", "psn_name", "setl_time", "maf_pay", "psn_part_amt"]
ROW = ["A1", "990101198505010018", "样甲", "2025-05-05", "0.00", "70000.00"]
LISTED = ["序号", "姓名", "身份证号", "身份类别", "认定日期", "终止日期"]
PERSON = ["1", "样癸", "990101197703010014", "低保对象", "2024-01-10", ""]
Sheets = dict[str, Sequence[Sequence[Any]]]
Write = Callable[..., Path]


def write_xlsx(path: Path, sheets: Sheets, *, hidden: Sequence[str] = (), merge: Sequence[tuple[int, int, int, int]] = (),
               rows_hidden: Sequence[int] = (), columns_hidden: Sequence[int] = (), struck: Sequence[int] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        line = book.add_format({"font_strikeout": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, *([line] if number in struck else []))
            for top, bottom, left, right in merge:
                sheet.merge_range(top, left, bottom, right, rows[top][left])
            for number in rows_hidden:
                sheet.set_row(number, None, None, {"hidden": True})
            for number in columns_hidden:
                sheet.set_column(number, number, None, None, {"hidden": True})
    return path


def write_xls(path: Path, sheets: Sheets, *, merge: Sequence[tuple[int, int, int, int]] = (), rows_hidden: Sequence[int] = (),
              columns_hidden: Sequence[int] = (), struck: Sequence[int] = (), hidden: Sequence[str] = ()) -> Path:
    book = xlwt.Workbook()
    line = xlwt.easyxf("font: struck_out true")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        covered = {(row, column) for top, bottom, left, right in merge for row in range(top, bottom + 1) for column in range(left, right + 1)}
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if (number, place) not in covered and value != "":
                    sheet.write(number, place, value, *([line] if number in struck else []))
        for top, bottom, left, right in merge:
            sheet.write_merge(top, bottom, left, right, rows[top][left])
        for number in rows_hidden:
            sheet.row(number).hidden = True
        for number in columns_hidden:
            sheet.col(number).hidden = True
    book.save(str(path))
    return path


BOTH = pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_xls, "a.xls")])


def read(path: Path, table: Table) -> tuple[list[Chunk], list[Unused]]:
    with open_export(path, table) as export:
        return list(export.chunks()), export.unused


def cells(chunks: Sequence[Chunk], name: str) -> list[Any]:
    return [value for chunk in chunks for value in chunk.rows.column(name).to_pylist()]


def entries(unused: Sequence[Unused], kind: str) -> list[tuple[str, str, int]]:
    return [(one.sheet, one.name, one.count) for one in unused if one.kind == kind]


RENAMED = [[*HEADER[:5], "个人自付合计"], ["A2", *ROW[1:]]]
DATA_LIKE: dict[str, Sequence[Sequence[Any]]] = {
    "renamed heading": RENAMED,
    "no heading": [["A2", *ROW[1:]], ["A3", *ROW[1:]]],
    "no heading, masked numbers": [["A2", "9901****0018", *ROW[2:]]],
    "notes above": [["说明"], ["二月份"], *RENAMED],
    "a required heading blank": [[*HEADER[:5], ""], ["A2", *ROW[1:]]],
}


@pytest.mark.parametrize("rows", DATA_LIKE.values(), ids=DATA_LIKE)
@BOTH
def test_a_second_sheet_that_looks_like_data_refuses_the_file(tmp_path: Path, write: Write, name: str, rows: Any) -> None:
    for hidden in ((), ("2月",)):
        path = write(tmp_path / name, {"1月": [HEADER, ROW], "2月": rows}, hidden=hidden)
        with pytest.raises(IntakeError, match=r"工作表“2月”.*像是结算的数据") as refused:
            open_export(path, SETTLEMENTS)
        assert "990101" not in refused.value.sentence and "样甲" not in refused.value.sentence


def test_incomes_without_a_heading_look_like_data(tmp_path: Path) -> None:
    rows = [["地区", "居民类型", "年度", "金额"], ["370000", "all", "2024", "40000"]]
    with pytest.raises(IntakeError, match=r"工作表“续”.*没有表头"):
        open_export(write_xlsx(tmp_path / "a.xlsx", {"表": rows, "续": [["371000", "all", "2024", "42000"]]}), INCOMES)


def test_other_sheets_are_said_with_the_reason(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        {
            "结算": [HEADER, ROW], "填表说明": [["一、金额单位为元"], ["二、身份证号填十八位"]], "Sheet3": [], "汇总": [["月份", "笔数"], ["1月", 3]],
            "人员": [["人员编号", "姓名", "证件号码", "地址", "电话", "险种"], ["P1", "样甲", "990101198505010018", "某村", "1", "390"]],
        },
    )
    _, unused = read(path, SETTLEMENTS)
    assert entries(unused, "note") == [("填表说明", "填表说明", 2)]
    assert entries(unused, "sheet") == [("Sheet3", "Sheet3", 0), ("汇总", "汇总", 2), ("人员", "人员", 2)]
    reasons = {one.sheet: one.reason for one in unused}
    assert "没有内容" in reasons["Sheet3"]
    assert "缺少" in reasons["汇总"]
    assert "像是人员登记表" in reasons["人员"]


def test_an_explanation_may_show_how_a_number_is_written(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"结算": [HEADER, ROW], "填表说明": [["身份证号", "如 990101198505010018"]]})
    assert entries(read(path, SETTLEMENTS)[1], "note") == [("填表说明", "填表说明", 1)]
    path = write_xlsx(tmp_path / "b.xlsx", {"结算": [HEADER, ROW], "说明": [["A2", *ROW[1:]]]})
    with pytest.raises(IntakeError, match="像是结算的数据"):
        open_export(path, SETTLEMENTS)


@pytest.mark.parametrize("notes", [1, 5, 6, 30, 59])
def test_notes_above_the_headings_are_searched_through_and_said(tmp_path: Path, notes: int) -> None:
    chunks, unused = read(write_xlsx(tmp_path / "a.xlsx", {"表": [*[[f"第{n}条"] for n in range(notes)], HEADER, ROW]}), SETTLEMENTS)
    assert cells(chunks, "setl_id") == ["A1"]
    assert entries(unused, "note") == [("表", "表头以上的标题和说明", notes)]


def test_rows_of_people_above_the_headings_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="第 1 行在表头（第 2 行）之上，却像是数据"):
        open_export(write_xlsx(tmp_path / "a.xlsx", {"表": [ROW, HEADER, ROW]}), SETTLEMENTS)


def test_two_tables_one_below_the_other(tmp_path: Path) -> None:
    same, _ = read(write_xlsx(tmp_path / "a.xlsx", {"表": [HEADER, ROW, [], ["二月"], HEADER, ["A2", *ROW[1:]]]}), SETTLEMENTS)
    assert cells(same, "setl_id") == ["A1", "A2"]
    assert [(bad.line, bad.reason) for chunk in same for bad in chunk.malformed] == [(4, "note_row"), (5, "heading_row")]
    other = [HEADER[::-1], ROW[::-1]]
    with pytest.raises(IntakeError, match="第 4 行是另一个表头"):
        read(write_xlsx(tmp_path / "b.xlsx", {"表": [HEADER, ROW, [], *other]}), SETTLEMENTS)


TWO_ROWS = {
    "an end under another word": ([*LISTED[:5], "退出情况", ""], ["", "", "", "", "", "终止日期", "退出原因"], ["", "", "", "", "", "2024-06-30", "收入"]),
    "a group of required ones": (["序号", "人员", "", "身份类别", "时间", ""], ["", "姓名", "身份证号", "", "认定日期", "终止日期"], None),
    "a word that says nothing": ([*LISTED[:5], "终止情况", ""], ["", "", "", "", "", "日期", "原因"], ["", "", "", "", "", "2024-06-30", "x"]),
    "the head of a household": (
        [*LISTED[:5], "终止日期", "户主信息", ""], ["", "", "", "", "", "", "姓名", "身份证号"],
        ["", "", "", "", "", "2024-06-30", "样乙", "990101198505010018"],
    ),
    "joined words": (["序号", "姓名", "身份证号", "身份类别", "认定", "终止"], ["", "", "", "", "日期", "日期"], None),
}


@pytest.mark.parametrize(("top", "below", "person"), TWO_ROWS.values(), ids=TWO_ROWS)
def test_two_heading_rows_are_read_as_one(tmp_path: Path, top: list[str], below: list[str], person: list[str] | None) -> None:
    row = [*PERSON[:5], "2024-06-30"] if person is None else [*PERSON[:5], *person[5:]]
    for path in (write_xlsx(tmp_path / "a.xlsx", {"表": [top, below, row]}), tmp_path / "a.csv"):
        if path.suffix == ".csv":
            path.write_text("\n".join(",".join(one) for one in (top, below, row)), encoding="utf-8")
        chunks, unused = read(path, IDENTITIES)
        assert (cells(chunks, "certno"), cells(chunks, "ended_on")) == (["990101197703010014"], ["2024-06-30"])
        assert [one.reason for one in unused if one.kind == "heading"] == ["第 1–2 行是两行表头，已合在一起读"]


def test_two_heading_rows_that_cannot_be_put_together_are_refused(tmp_path: Path) -> None:
    top, below = ["序号", "姓名", "身份证号", "身份类别", "认定日期", ""], ["", "", "", "", "年", "终止日期"]
    with pytest.raises(IntakeError, match="第 1–2 行像是两行表头"):
        open_export(write_xlsx(tmp_path / "a.xlsx", {"表": [top, below, PERSON]}), IDENTITIES)


UNCLEAR_ROWS = {
    "under an amount": ([*HEADER, ""], [*[""] * (len(HEADER) - 1), "医保内", "医保外"], SETTLEMENTS),
    "a last day under a name nobody knows": ([*LISTED[:5], "不再享受", ""], ["", "", "", "", "", "年月", "原因"], IDENTITIES),
    "required ones under names nobody knows": (["姓名", "身份证号", "认定", "", "退出", ""], ["", "", "类别", "年月", "年月", "原因"], IDENTITIES),
}


@pytest.mark.parametrize(("top", "below", "table"), UNCLEAR_ROWS.values(), ids=UNCLEAR_ROWS)
def test_a_second_row_nobody_understands_refuses_the_file(tmp_path: Path, top: list[str], below: list[str], table: Table) -> None:
    """Read by the first row alone, a column of it would be another, and what stands under the others would be lost."""
    with pytest.raises(IntakeError, match="第 2–3 行像是两行表头"):
        open_export(write_xlsx(tmp_path / "a.xlsx", {"表": [["某市"], top, below, *[PERSON] * 9]}), table)


@pytest.mark.parametrize("numbers", [["甲", "乙", "丙", "1", "2", "3"], ["1", "2", "3", "4", "5", "6"], ["栏次", "(1)", "(2)", "(3)", "(4)", "(5)=(4)"]])
def test_a_row_that_numbers_the_columns_is_no_data(tmp_path: Path, numbers: list[str]) -> None:
    chunks, unused = read(write_xlsx(tmp_path / "a.xlsx", {"表": [LISTED, numbers, PERSON]}), IDENTITIES)
    assert cells(chunks, "certno") == ["990101197703010014"]
    assert [(one.name, one.count) for one in unused if one.kind == "heading"] == [("栏次", 1)]


def test_numbers_that_are_not_in_order_are_data(tmp_path: Path) -> None:
    rows = [["地区", "居民类型", "年度", "金额"], ["1", "3", "5", "7"]]
    assert cells(read(write_xlsx(tmp_path / "a.xlsx", {"表": rows}), INCOMES)[0], "region") == ["1"]


def test_an_explanation_that_states_another_unit_refuses_the_file(tmp_path: Path) -> None:
    notes = {"填表说明": [["一、金额单位：万元"]]}
    with pytest.raises(IntakeError, match="工作表“填表说明”第 1 行写着金额单位万元"):
        open_export(write_xlsx(tmp_path / "a.xlsx", {"结算": [HEADER, ROW], **notes}), SETTLEMENTS)
    chunks, _ = read(write_xlsx(tmp_path / "b.xlsx", {"结算": [["单位：万元"], HEADER, ROW], **notes}), SETTLEMENTS)
    assert cells(chunks, "setl_id") == ["A1"]


@BOTH
def test_cells_merged_downwards_are_filled_and_said(tmp_path: Path, write: Write, name: str) -> None:
    people = [[str(n), f"样{n}", f"9901011977030{n}0014", "低保对象" if n == 1 else "", "2024-01-10", ""] for n in range(1, 5)]
    path = write(tmp_path / name, {"表": [LISTED, *people]}, merge=[(1, 3, 3, 3)])
    chunks, unused = read(path, IDENTITIES)
    assert cells(chunks, "category") == ["低保对象", "低保对象", "低保对象", ""], "the fourth is below the merged range"
    assert entries(unused, "filled_down") == [("表", "身份类别", 2)]


def test_a_merged_amount_or_key_is_nobodys_in_particular(tmp_path: Path) -> None:
    rows = [HEADER, *([f"A{n}", *ROW[1:5], "70000" if n == 1 else ""] for n in range(1, 8))]
    chunks, _ = read(write_xlsx(tmp_path / "a.xlsx", {"表": rows}, merge=[(1, 2, 5, 5)]), SETTLEMENTS)
    assert [(bad.line, bad.column, bad.reason) for chunk in chunks for bad in chunk.malformed] == [
        (2, "psn_part_amt", "merged_amount"), (3, "psn_part_amt", "merged_amount"),
    ]
    keyed, _ = read(write_xlsx(tmp_path / "b.xlsx", {"表": [HEADER, ROW, ["", *ROW[1:]]]}, merge=[(1, 2, 0, 0)]), SETTLEMENTS)
    assert {bad.reason for chunk in keyed for bad in chunk.malformed} == {"merged_key"}


def test_a_households_figures_are_those_of_each_of_its_rows(tmp_path: Path) -> None:
    head = ["户编号", "身份证号", "家庭人口数", "家庭年收入", "收入年度"]
    rows = [head, ["H1", "990101197703010014", 2, 30000, 2024], ["", "99010119770302001X", "", "", ""]]
    chunks, unused = read(write_xlsx(tmp_path / "a.xlsx", {"表": rows}, merge=[(1, 2, at, at) for at in (0, 2, 3, 4)]), HOUSEHOLDS)
    assert cells(chunks, "family_income") == ["30000", "30000"]
    assert len(entries(unused, "filled_down")) == 4


@BOTH
def test_hidden_and_struck_out_rows_are_read_and_said(tmp_path: Path, write: Write, name: str) -> None:
    people = [[str(n), "样癸", f"9901011977060{n}0014", "低保对象", "2024-01-10", ""] for n in range(1, 6)]
    path = write(tmp_path / name, {"表": [LISTED, *people]}, rows_hidden=[0, 3, 4, 9], columns_hidden=[2], struck=[5])
    chunks, unused = read(path, IDENTITIES)
    assert len(cells(chunks, "certno")) == 5
    assert entries(unused, "hidden") == [("表", "", 2), ("表", "证件号码", 1)], "neither the headings nor rows with nothing in them"
    assert entries(unused, "struck") == [("表", "", 1)]


def test_a_few_struck_out_characters_count(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet, line = book.add_worksheet("表"), book.add_format({"font_strikeout": True})
        sheet.write_row(0, 0, LISTED)
        sheet.write_row(1, 0, PERSON)
        sheet.write_row(2, 0, ["2", "样丙", "99010119770302001X", "低保对象", "2024-01-10"])
        sheet.write_rich_string(2, 3, line, "低保", "对象")
    chunks, unused = read(tmp_path / "a.xlsx", IDENTITIES)
    assert cells(chunks, "category") == ["低保对象", "低保对象"]
    assert entries(unused, "struck") == [("表", "", 1)]


@pytest.mark.parametrize(("rows", "said"), [(65_535, 0), (65_536, 1)])
def test_an_old_sheet_that_is_full_may_have_been_cut(tmp_path: Path, rows: int, said: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for place, heading in enumerate(HEADER):
        sheet.write(0, place, heading)
    for line in (1, rows - 1):
        for place, value in enumerate([f"A{line}", *ROW[1:]]):
            sheet.write(line, place, value)
    book.save(str(tmp_path / "a.xls"))
    _, unused = read(tmp_path / "a.xls", SETTLEMENTS)
    assert len([one for one in unused if one.name == "可能被截断"]) == said


@pytest.mark.parametrize(
    ("last", "formatted", "said"), [(1_048_575, False, 0), (1_048_576, False, 1), (65_536, False, 0), (3, True, 0)],
    ids=["one row less", "full", "as an old sheet", "full of colour alone"],
)
def test_a_sheet_that_is_full_may_have_been_cut(tmp_path: Path, last: int, formatted: bool, said: int) -> None:
    """Two rows, the last of them in that row of the sheet: what is told goes by where the data end."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("表")
        for line, row in ((1, ["病种编码", "病种名称"]), (2, ["C91.0", "样例病种"]), (last, ["C92.0", "样例病种二"])):
            sheet.write_row(line - 1, 0, row)
        if formatted:
            sheet.write_blank(1_048_575, 0, None, book.add_format({"bg_color": "yellow"}))
    chunks, unused = read(tmp_path / "a.xlsx", CHILDHOOD_DISEASES)
    assert cells(chunks, "line") == [2, last]
    assert [(one.kind, one.count) for one in unused if one.name == "可能被截断"] == [("note", last)] * said


def test_the_last_row_of_a_full_sheet_is_listed_for_review(tmp_path: Path) -> None:
    """In the second sheet of an old workbook: flagged, refused by --strict, listed at its line."""
    book = xlwt.Workbook()
    for name, last in (("一月", 3), ("二月", 65_536)):
        sheet = book.add_sheet(name)
        for line, row in ((1, HEADER), (2, [f"{name}A", *ROW[1:]]), (last, [f"{name}B", *ROW[1:]])):
            for place, value in enumerate(row):
                sheet.write(line - 1, place, value)
    book.save(str(tmp_path / "a.xls"))
    bureau = Bureau(tmp_path)
    outcome = bureau.load("settlements", tmp_path / "a.xls")
    assert (outcome.accepted, outcome.flags["perhaps_cut"]) == (4, 1)
    (row,) = [row for row in review_rows(bureau.store(), None) if row["finding"] == "perhaps_cut"]
    assert (row["line"], row["kept"]) == ("2!65536", "true") and "可能被截断" in row["label"]
    with writing(bureau.home, "test") as store, pytest.raises(IntakeError, match=r"按 --strict 未导入：.*“二月”“可能被截断” 65536 行"):
        load_file(store, tmp_path / "a.xls", SETTLEMENTS, bureau.now(), strict=True)


def test_a_column_without_a_heading_is_said(tmp_path: Path) -> None:
    _, unused = read(write_xlsx(tmp_path / "a.xlsx", {"表": [HEADER, [*ROW, "已核"]]}), SETTLEMENTS)
    assert entries(unused, "column") == [("表", "第 7 列", 1)]


def test_a_unit_at_the_foot_of_a_sheet_refuses_it(tmp_path: Path) -> None:
    rows = [["序号", *HEADER], ["1", *ROW], ["单位：万元"]]
    with pytest.raises(IntakeError, match="第 3 行写着金额单位万元，却在数据之后"):
        read(write_xlsx(tmp_path / "a.xlsx", {"表": rows}), SETTLEMENTS)
