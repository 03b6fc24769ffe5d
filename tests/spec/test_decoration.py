"""Rows that are no data: repeated headings, subtotals, who made the table; and rows that look like it and are somebody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables import read_table

from monitor.base.errors import IntakeError
from monitor.intake.columns import TABLES
from monitor.intake.reading import open_export

PEOPLE = read_table("""
| psn_no     | psn_name       | certno             | psn_insu_stas | insu_admdvs | what        |
|------------|----------------|--------------------|---------------|-------------|-------------|
| P1         | 样甲           | 990101197008010012 | 1             | 371002      | data        |
| P1         | 小计           | 990101197008010012 | 1             | 371002      | data        |
| P1         | 小计兰         | -                  | 1             | 371002      | data        |
| P1         | 备注           | 990101197008010012 | 1             | 371002      | data        |
| P1         | 样甲           | -                  | -             | -           | data        |
| 备注：甲   | 样甲           | 990101197008010012 | 1             | 371002      | data        |
| 人员编号   | 姓名           | 证件号码           | 参保状态      | 参保地      | heading_row |
| psn_no     | psn_name       | certno             | psn_insu_stas | insu_admdvs | heading_row |
| 人员编号   | 人员姓名       | 身份证号           | -             | -           | heading_row |
| -          | 姓名           | -                  | -             | -           | heading_row |
| -          | -              | -                  | -             | -           | note_row    |
| 制表人：甲 | 审核人：乙     | -                  | -             | -           | note_row    |
| 制表人     | 样甲           | 审核人             | 样乙          | -           | note_row    |
| 填表日期：2025年1月1日 | -  | -                  | -             | -           | note_row    |
| 备注：本表含退休人员 | -    | -                  | -             | -           | note_row    |
| 第1页      | 共3页          | -                  | -             | -           | note_row    |
| 说明       | -              | -                  | -             | -           | note_row    |
| 打印时间：2025-01-01 | -    | -                  | -             | -           | note_row    |
| 单位负责人：甲 | -          | -                  | -             | -           | note_row    |
| -          | 制表人：样甲   | -                  | -             | -           | note_row    |
| -          | 制表人：样甲   | 审核人：样乙       | -             | -           | note_row    |
| 某市民政局 | -              | -                  | -             | -           | note_row    |
| 2025年1月5日 | -            | -                  | -             | -           | note_row    |
| 一、城镇居民 | -            | -                  | -             | -           | note_row    |
| 以上共12人 | -              | -                  | -             | -           | note_row    |
| -          | 记录数：12     | -                  | -             | -           | note_row    |
| 示例       | 样甲           | -                  | -             | -           | note_row    |
| -          | 样甲           | -                  | -             | -           | data        |
| P5         | -              | -                  | -             | -           | data        |
| 合计       | -              | -                  | -             | -           | totals_row  |
| 本页小计   | 20人           | -                  | -             | -           | totals_row  |
| 威海 汇总  | -              | -                  | -             | -           | totals_row  |
| Grand Total | -             | -                  | -             | -           | totals_row  |
""")


def judged(tmp_path: Path, table: str, rows: list[dict[str, str]]) -> list[str]:
    """What each row is, by the door alone: ``data`` or the reason it is set apart."""
    path = tmp_path / "a.csv"
    names = [name for name in rows[0] if name != "what"]
    lines = [",".join(names), *(",".join(row[name].removeprefix("-") if row[name] == "-" else row[name] for name in names) for row in rows)]
    # A blank line is no row: what has nothing in our columns stands in one nobody reads.
    path.write_text("\n".join(f"{line},{'x' if at else '其他'}" for at, line in enumerate(lines)) + "\n", encoding="utf-8")
    with open_export(path, TABLES[table]) as export:
        chunks = list(export.chunks())
    apart = {bad.line: bad.reason for chunk in chunks for bad in chunk.malformed}
    assert len(apart) + sum(chunk.rows.num_rows for chunk in chunks) == len(rows), "every row is read"
    return [apart.get(line, "data") for line in range(2, len(rows) + 2)]


@pytest.mark.parametrize("row", PEOPLE, ids=lambda row: "|".join(row.values()))
def test_a_row_of_the_register(tmp_path: Path, row: dict[str, str]) -> None:
    assert judged(tmp_path, "people", [row]) == [row["what"]]


SETTLEMENTS = read_table("""
| setl_id     | psn_name | certno             | setl_time  | psn_part_amt   | maf_pay      | what        |
|-------------|----------|--------------------|------------|----------------|--------------|-------------|
| S1          | 样甲     | 990101198505010018 | 2025-05-05 | 30000.00       | 0            | data        |
| S1          | 合计     | 990101198505010018 | 2025-05-05 | 30000.00       | 0            | data        |
| 小计        | 样甲     | 990101198505010018 | 2025-05-05 | 50000.00       | 0            | totals_row  |
| 样甲小计    | 样甲     | 990101198505010018 | 2025-05-05 | 50000.00       | 0            | totals_row  |
| 样甲 汇总   | 样甲     | 990101198505010018 | 2025-05-05 | 50000.00       | 0            | totals_row  |
| 本 页 小 计 | -        | -                  | -          | 50000.00       | 0            | totals_row  |
| -           | -        | -                  | -          | 50000.00       | 0            | totals_row  |
| -           | -        | -                  | -          | #REF!          | -            | data        |
| 结算ID      | 姓名     | 身份证号           | 结算时间   | 个人负担总金额 | 医疗救助     | heading_row |
| SETL_ID     | PSN_NAME | CERTNO             | SETL_TIME  | PSN_PART_AMT   | MAF_PAY      | heading_row |
| 制表：      | 样甲     | -                  | -          | -              | -            | note_row    |
""")


@pytest.mark.parametrize("row", SETTLEMENTS, ids=lambda row: "|".join(row.values()))
def test_a_row_of_settlements(tmp_path: Path, row: dict[str, str]) -> None:
    assert judged(tmp_path, "settlements", [row]) == [row["what"]]


HOUSEHOLDS = read_table("""
| household    | certno             | psn_name | members | family_income | income_year | what       |
|--------------|--------------------|----------|---------|---------------|-------------|------------|
| H1           | 990101197008010012 | 样甲     | 3       | 36000         | 2025        | data       |
| 备注：低保户 | 990101197008010012 | 样甲     | 3       | 36000         | 2025        | data       |
| 备注：低保户 | E12345678          | 样甲     | 3       | 36000         | 2025        | data       |
| 备注：低保户 | -                  | 样甲     | 3       | 36000         | 2025        | note_row   |
| 制表人：样甲 | 审核人：样乙       | -        | -       | -             | -           | note_row   |
| 制表人       | 样甲               | 审核人   | -       | -             | -           | note_row   |
| 填表人：样甲 | 2025年12月1日      | -        | -       | -             | -           | note_row   |
| 填表人：样甲 | 20251201           | -        | -       | -             | -           | data       |
| 第1页        | 共2页              | -        | -       | -             | -           | note_row   |
| 小计         | -                  | -        | 3       | 36000         | 2025        | totals_row |
| 小计         | E12345678          | -        | 3       | 36000         | 2025        | data       |
| 一组 小计    | -                  | -        | 3       | 36000         | 2025        | data       |
""")


@pytest.mark.parametrize("row", HOUSEHOLDS, ids=lambda row: "|".join(row.values()))
def test_a_row_of_a_table_whose_first_column_is_no_persons_number(tmp_path: Path, row: dict[str, str]) -> None:
    assert judged(tmp_path, "households", [row]) == [row["what"]]


@pytest.mark.parametrize("name", TABLES)
def test_headings_and_notes_are_set_apart_in_every_table(tmp_path: Path, name: str) -> None:
    table = TABLES[name]
    canonical = {column.name: column.name for column in table.columns}
    chinese = {column.name: column.heading for column in table.columns}
    note = {column.name: "制表人：样甲" if at == 0 else "-" for at, column in enumerate(table.columns)}
    assert judged(tmp_path, name, [canonical, chinese, note]) == ["heading_row", "heading_row", "note_row"]


@pytest.mark.parametrize(
    "second", ["certno,psn_no,psn_name,x", "身份证号,人员编号,姓名,x", "姓名,身份证号,地址,x"], ids=["canonical", "chinese", "fewer"]
)
def test_other_headings_below_refuse_the_file(tmp_path: Path, second: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"psn_no,psn_name,certno,town\nP1,样甲,990101197008010012,某镇\n{second}\n1,2,3,4\n", encoding="utf-8")
    with pytest.raises(IntakeError, match="第 3 行是另一个表头"), open_export(path, TABLES["people"]) as export:
        list(export.chunks())


def test_numbers_with_words_in_them_are_no_decoration(tmp_path: Path) -> None:
    """A register whose numbers carry a district's name: many rows to look at, none set apart but the total."""
    rows = [{"psn_no": f"威{n}号", "psn_name": "样甲", "certno": "-"} for n in range(1500)]
    assert judged(tmp_path, "people", [*rows, {"psn_no": "合计", "psn_name": "-", "certno": "-"}]) == [*["data"] * 1500, "totals_row"]
