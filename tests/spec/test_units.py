"""In which unit amounts are: the words an export has, and what they come to in yuan. Amounts are written as the arithmetic."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tables import read_table

from monitor.base.errors import IntakeError
from monitor.intake.columns import SETTLEMENTS
from monitor.intake.header import fold
from monitor.intake.reading import open_export
from monitor.intake.units import in_text, in_yuan, split_unit

UNITS = read_table("""
| unit   | cell       | yuan                    |
|--------|------------|-------------------------|
| 万元   | 7.2        | 72000                   |
| 万元   | 7.20       | 72000                   |
| 万元   | 1,234.5    | 12345000                |
| 万元   | 0.000001   | 0.01                    |
| 万元   | 7.123456   | 71234.56                |
| 万元   | 7.1234567  | 71234.567               |
| 千元   | 72         | 72000                   |
| 百元   | 720.01     | 72001                   |
| 角     | 5          | 0.5                     |
| 分     | 7200000    | 72000                   |
| 分     | 1          | 0.01                    |
| 亿元   | 0.00072    | 72000                   |
| 万元   | -7.2       | -72000                  |
| 万元   | (7.2)      | (72000)                 |
| 万元   | 7.2-       | 72000-                  |
| 万元   | ¥7.2       | ¥72000                  |
| 万元   | ７.２      | 72000                   |
| 万元   | 0          | 0                       |
| 万元   | -          | -                       |
| 万元   | 0,125      | 0,125?                  |
| 万元   | 7.2E1      | 7.2E1?                  |
| 万元   | 1 2        | 1 2?                    |
| 万元   | 500元      | 500元                   |
| 万元   | 7.2万元    | 7.2万元                 |
""")


@pytest.mark.parametrize("row", UNITS, ids=lambda row: f"{row['unit']} {row['cell']}")
def test_an_amount_in_yuan_is_exact_and_what_is_no_amount_stays_none(row: dict[str, str]) -> None:
    factors = {"亿元": "100000000", "万元": "10000", "千元": "1000", "百元": "100", "角": "0.1", "分": "0.01"}
    assert in_yuan(row["cell"], Decimal(factors[row["unit"]])) == row["yuan"]


STATED = read_table("""
| text                        | unit      | people |
|-----------------------------|-----------|--------|
| 单位：万元                  | 万元      | -      |
| 金额单位:万元               | 万元      | -      |
| （单位：人民币万元）        | 万元      | -      |
| 单位：人、万元              | 万元      | -      |
| 单位：万元、万人            | 万元      | 万人   |
| 单位 ： 元                  | 元        | -      |
| 2025年医保结算明细表（万元）| 万元      | -      |
| 金额以万元为单位            | 万元      | -      |
| 注：金额单位为千元          | 千元      | -      |
| 万元                        | 万元      | -      |
| 单位：万                    | 万元      | -      |
| （单位：亿）                | 亿元      | -      |
| 单位：万、人                | 万元      | -      |
| 单位：万 元                 | 万元      | -      |
| 金额：万元                  | 万元      | -      |
| （金额：人民币万元）        | 万元      | -      |
| 单位 万元                   | 万元      | -      |
| 單位：萬元                  | 万元      | -      |
| 单位：仟元                  | 千元      | -      |
| 单位：百万                  | 百万元    | -      |
| 单位：w                     | 万元      | -      |
| Unit：万元                  | 万元      | -      |
| 金额以“万元”为单位          | 万元      | -      |
| 制表单位：某市医保局  单位：万元 | 万元 | -      |
| 结算_万元                   | 万元      | -      |
| 某市结算明细表 人民币万元   | 万元      | -      |
| 费用超过10万元              | -         | -      |
| 费用上万元                  | -         | -      |
| 十万元以上人员              | -         | -      |
| 10万元                      | -         | -      |
| 单位：万家乐医院            | -         | -      |
| 万                          | -         | -      |
| 填报单位：万元村卫生室      | -         | -      |
| 填报单位：元氏县民政局      | -         | -      |
| 单位：元氏县医院            | -         | -      |
| 个人负担超过10万元人员名单  | -         | -      |
| 单位：万元/千元             | 万元/千元 | -      |
""")


@pytest.mark.parametrize("row", STATED, ids=lambda row: row["text"])
def test_what_a_title_says(row: dict[str, str]) -> None:
    assert in_text(row["text"]) == (row["unit"].strip("-"), row["people"].strip("-"))


HEADINGS = read_table("""
| heading                          | base           | unit |
|----------------------------------|----------------|------|
| 个人负担总金额（万元）           | 个人负担总金额 | 万元 |
| 个人负担总金额(单位：万元)       | 个人负担总金额 | 万元 |
| 个人负担总金额/万元              | 个人负担总金额 | 万元 |
| 个人负担总金额_千元              | 个人负担总金额 | 千元 |
| 个人负担总金额[分]               | 个人负担总金额 | 分   |
| 个人负担总金额万元               | 个人负担总金额 | 万元 |
| 个人负担总金额（万元）（必填）   | 个人负担总金额 | 万元 |
| 个人负担总金额〔萬元〕           | 个人负担总金额 | 万元 |
| 个人负担总金额『万元』           | 个人负担总金额 | 万元 |
| 个人负担总金额（以万元计）       | 个人负担总金额 | 万元 |
| 个人负担总金额（人民币：万元）   | 个人负担总金额 | 万元 |
| 个人负担总金额（单位：万元，保留两位小数） | 个人负担总金额 | 万元 |
| 个人负担总金额（百万）           | 个人负担总金额 | 百万元 |
| *个人负担总金额（元）*           | 个人负担总金额 | 元   |
| 个人负担总金额（万）             | 个人负担总金额 | 万元 |
| 个人负担总金额/千                | 个人负担总金额 | 千元 |
| 个人负担总金额                   | 个人负担总金额 | -    |
| psn_part_amt(万元)               | psn_part_amt   | 万元 |
""")


@pytest.mark.parametrize("row", HEADINGS, ids=lambda row: row["heading"])
def test_what_a_heading_says(row: dict[str, str]) -> None:
    assert fold(row["heading"]) == row["base"]
    assert split_unit(row["heading"])[1] == row["unit"].strip("-")


HEAD = "setl_id,certno,setl_time,psn_part_amt,maf_pay"
ROW = "A1,990101197201010014,2025-05-05,7.2,1"
FILES = read_table("""
| name       | lines                                                                  | paid  | aid   |
|------------|------------------------------------------------------------------------|-------|-------|
| s          | HEAD;ROW                                                               | 7.2   | 1     |
| s          | 单位：万元;HEAD;ROW                                                    | 72000 | 10000 |
| s          | HEAD;,,,万元,万元;ROW                                                  | 72000 | 10000 |
| s          | 单位：万;HEAD;ROW                                                      | 72000 | 10000 |
| s          | 单位：万元;HEAD;,,,万,万;ROW                                           | 72000 | 10000 |
| s          | HEAD;,,,万元,元;ROW                                                    | 72000 | 1     |
| s          | HEAD;单位,—,—,万元,万元;ROW                                            | 72000 | 10000 |
| s          | HEAD;文字,18位,日期,[万元],[万元];ROW                                  | 72000 | 10000 |
| s          | HEAD;,,,万元,万元;甲,乙,丙,1,2;ROW                                     | 72000 | 10000 |
| s          | HEAD,单位：万元;ROW,                                                   | 72000 | 10000 |
| s_万元     | HEAD;ROW                                                               | 72000 | 10000 |
| s          | HEAD;,,,元,元;ROW                                                      | 7.2   | 1     |
| s          | 结算ID,证件号码,结算时间,个人负担总金额（万元）,医疗救助基金支出（分）;ROW | 72000 | 0.01  |
| s          | 单位：万元;HEAD;,,,万元,万元;ROW                                       | 72000 | 10000 |
| s（万元）  | HEAD;ROW                                                               | 72000 | 10000 |
| 单位千元   | HEAD;ROW                                                               | 7200  | 1000  |
""")


def text(lines: str) -> str:
    return "\n".join(lines.replace("HEAD", HEAD).replace("ROW", ROW).split(";")) + "\n"


@pytest.mark.parametrize("row", FILES, ids=lambda row: f"{row['name']} {row['lines']}")
def test_a_file_in_another_unit(tmp_path: Path, row: dict[str, str]) -> None:
    path = tmp_path / f"{row['name']}.csv"
    path.write_text(text(row["lines"]), encoding="utf-8")
    with open_export(path, SETTLEMENTS) as export:
        found = [chunk.rows for chunk in export.chunks()]
        told = [entry for entry in export.unused if entry.name == "金额单位"]
    assert [found[0].column(name).to_pylist() for name in ("psn_part_amt", "maf_pay")] == [[row["paid"]], [row["aid"]]]
    assert bool(told) == (row["paid"] != "7.2"), "what is converted is said"


REFUSED = read_table("""
| name      | lines                                                        | says                     |
|-----------|--------------------------------------------------------------|--------------------------|
| s         | 单位：万元;HEAD;,,,元,元;ROW                                 | 第 1 行第 1 列写着万元   |
| s         | 单位：万元;单位：千元;HEAD;ROW                               | 前后矛盾                 |
| s         | 结算ID,证件号码,结算时间,个人负担总金额（元）,x;,,,万元,;ROW | 第 2 行第 4 列写着万元   |
| s（千元） | 单位：万元;HEAD;ROW                                          | 文件名                   |
| s         | 单位：万元/千元;HEAD;ROW                                     | 不止一种                 |
| s         | HEAD;ROW;单位：万元,,,,                                      | 第 3 行写着金额单位万元  |
| s         | HEAD;ROW;单位,—,—,万元,万元                                  | 第 3 行写着金额单位万元  |
| s         | HEAD;,,,万元/人,;ROW                                         | 第 2 行第 4 列像是金额的单位 |
| s         | HEAD;,,,w,w;ROW                                              | 第 2 行第 4 列像是金额的单位 |
| s         | HEAD;ROW;备注：以上金额单位为万元,,,,                        | 第 3 行写着金额单位万元  |
""")


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["lines"])
def test_statements_that_contradict_or_come_late_refuse_the_file(tmp_path: Path, row: dict[str, str]) -> None:
    path = tmp_path / f"{row['name']}.csv"
    path.write_text(text(row["lines"]), encoding="utf-8")
    with pytest.raises(IntakeError, match=row["says"]), open_export(path, SETTLEMENTS) as export:
        list(export.chunks())
