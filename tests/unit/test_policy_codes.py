"""The editable tables: the shipped ones are whole, the bureau's own win, wrong rows are refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Category
from monitor.policy.codes import CareGroup, care_of, category_codes, med_type_words, med_types, with_code


def test_every_category_by_its_id_and_its_label() -> None:
    codes = category_codes(None)
    for category in Category:
        if category is Category.ORDINARY:
            assert category.value not in codes
        else:
            assert codes[category.value] is category
            assert codes[category.label] is category


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("2303", "dibao"), ("7019", "dibao"), ("2304", "tekun"), ("7131", "tekun"), ("7041", "orphan"),
        ("7141", "orphan"), ("2306", "illness_poor"), ("7110", "illness_poor"), ("7201", "dibao_marginal"),
        ("7202", "returned_to_poverty"), ("7203", "monitored_unstable"), ("7204", "monitored_marginal"),
        ("7205", "monitored_sudden"), ("低保", "dibao"), ("三老人员", "veteran_hardship"),
        ("\"三老\"人员", "veteran_hardship"), ("事实无人抚养儿童", "orphan"),
    ],
)
def test_codes_and_short_names(code: str, category: str) -> None:
    assert category_codes(None)[code] == category


@pytest.mark.parametrize(
    ("med_type", "group"),
    [
        ("11", "outpatient"), ("14", "chronic_outpatient"), ("140104", "chronic_outpatient"), ("15", "special_drug"),
        ("21", "inpatient"), ("28", "inpatient"), ("2101", "inpatient"), ("41", "pharmacy"),
        ("9118", "assistance_record"), ("9119", "assistance_record"), ("9218", "assistance_record"),
        ("9219", "assistance_record"), ("91", "other"), ("9101", "other"), ("51", "maternity"), ("71", "home_bed"),
        ("990101", "other"),
    ],
)
def test_groups_of_care(med_type: str, group: str) -> None:
    found = care_of(med_type, med_types(None))
    assert found is not None
    assert found.group == group


def test_an_unknown_med_type_is_no_care_of_any_group() -> None:
    assert care_of("61", med_types(None)) is None
    assert care_of("", med_types(None)) is None
    assert {one.group for one in med_types(None).values()} == set(CareGroup)


@pytest.mark.parametrize(
    ("med_type", "words"),
    [("21", "住院（21）"), ("2101", "住院（2101）"), ("22", "住院（22）"), ("1402", "门诊特殊病（1402）"), ("140201", "门诊特殊病（140201）"),
     ("9901", "地方扩展（9901）"), ("77", "77")],
)
def test_a_med_type_in_words_with_its_code_behind_once(med_type: str, words: str) -> None:
    assert med_type_words(med_type, med_types(None)) == words


def test_a_bracket_that_is_not_the_code_stays() -> None:
    assert with_code("乡村振兴（农业农村）", "371") == "乡村振兴（农业农村）（371）"
    assert with_code("居民（391）", "391") == "居民（391）"


def test_the_homes_file_wins(tmp_path: Path) -> None:
    assert category_codes(tmp_path) == category_codes(None)
    (tmp_path / "category_codes.csv").write_bytes("code_or_name,category\r\n本地低保,dibao\r\n,\r\n".encode("gb18030"))
    assert category_codes(tmp_path) == {"本地低保": Category.DIBAO}
    (tmp_path / "med_types.csv").write_text("med_type,group,label\n21,other,住院\n", "utf-8-sig")
    assert care_of("2101", med_types(tmp_path)) == med_types(tmp_path)["21"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("category_codes.csv", "", "第 1 行"),
        ("category_codes.csv", "code,category\n", "第 1 行：表头须为 code_or_name,category"),
        ("category_codes.csv", "code_or_name,category\n1,dibao\n1,tekun\n", "第 3 行：code_or_name 列的 1 重复"),
        ("category_codes.csv", "code_or_name,category\n1,poor\n", "第 2 行：category 列的 poor 不在"),
        ("category_codes.csv", "code_or_name,category\n1,ordinary\n", "第 2 行：category 列的 ordinary 不在"),
        ("category_codes.csv", "code_or_name,category\n1\n", "第 2 行：须有 2 列"),
        ("category_codes.csv", "code_or_name,category\n1,\n", "第 2 行：须有 2 列"),
        ("med_types.csv", "med_type,group\n", "第 1 行"),
        ("med_types.csv", "med_type,group,label\n2x,other,其他\n", "第 2 行：med_type 列的 2x"),
        ("med_types.csv", "med_type,group,label\n21,bed,住院\n", "第 2 行：group 列的 bed"),
        ("med_types.csv", "med_type,group,label\n21,other,甲\n21,other,乙\n", "第 3 行：med_type 列的 21 重复"),
    ],
)
def test_wrong_rows_are_refused_by_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(PolicyError) as refusal:
        category_codes(tmp_path)
        med_types(tmp_path)
    assert f"对照表 {name}" in refusal.value.sentence
    assert said in refusal.value.sentence


def test_undecodable(tmp_path: Path) -> None:
    (tmp_path / "med_types.csv").write_bytes(b"\xff\xff\xff")
    with pytest.raises(PolicyError, match="UTF-8"):
        med_types(tmp_path)
