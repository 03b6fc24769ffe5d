"""Values of coded columns that no table knows: counted and masked, mapped by the bureau's own table, and read again then."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from monitor.base.errors import IntakeError, PolicyError
from monitor.intake.coded import SHOWN, CodedValues, masked, place_names
from monitor.intake.columns import SETTLEMENTS, TABLES
from monitor.intake.known_codes import KNOWN
from monitor.policy.codes import code_values, regions
from monitor.store.home import writing
from monitor.store.loading import load_file
from tests.bureau import Bureau, certno, settlement, write_csv
from tests.cells import GOOD, IDENTITY, INCOME, INPUTS, SETTLEMENT, cleaned

OVER = "70000.00"


def bureau_of(tmp_path: Path, district: str, insutype: str) -> tuple[Bureau, Path]:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    path = write_csv(tmp_path / "s.csv", [
        settlement(setl_id="S1", certno=certno(1), psn_part_amt=OVER, insu_admdvs=district, insutype=insutype),
        settlement(setl_id="S2", certno=certno(2), psn_part_amt=OVER),
    ])
    return bureau, path


def own_table(bureau: Bureau, *rows: str) -> None:
    bureau.home.tables.mkdir(parents=True, exist_ok=True)
    (bureau.home.tables / "code_values.csv").write_text("\n".join(["column,text,code", *rows]) + "\n", encoding="utf-8")


def test_what_no_table_knows_is_told_and_counts_as_not_known(tmp_path: Path) -> None:
    bureau, path = bureau_of(tmp_path, "南海新区", "农保")
    outcome = bureau.load("settlements", path)
    assert (outcome.accepted, outcome.rejected) == (2, 0)
    assert {(value.column, value.value, value.count) for value in outcome.unknown_values} == {
        ("insutype", "农***", 1), ("insu_admdvs", "南海新区", 1),
    }
    assert bureau.store().manifest.loads[-1].unknown_values == outcome.unknown_values
    assert [alert["certno"] for alert in bureau.alerts(bureau.run())] == [certno(2)]


def test_the_same_file_is_read_again_by_a_changed_table_and_no_bill_counts_twice(tmp_path: Path) -> None:
    bureau, path = bureau_of(tmp_path, "南海新区", "农保")
    bureau.load("settlements", path)
    assert bureau.load("settlements", path).known_before
    own_table(bureau, "region,南海新区,371071", "insutype,农保,390")
    again = bureau.load("settlements", path)
    assert (again.known_before, again.accepted, again.duplicates, again.unknown_values) == (False, 1, 1, ())
    assert bureau.load("settlements", path).known_before, "nothing is left unknown"
    record = bureau.run()
    burdens = [(alert["certno"], str(alert["burden"]), alert["insu_admdvs"]) for alert in bureau.alerts(record)]
    # Once each: a bill of 70,000, not of 140,000.
    assert sorted(burdens) == sorted([(certno(1), OVER, "371071"), (certno(2), OVER, "371002")])
    assert bureau.details(record)["feed"]["settlements"] == 2


def test_strict_refuses_what_no_table_knows(tmp_path: Path) -> None:
    bureau, path = bureau_of(tmp_path, "南海新区", "390")
    with writing(bureau.home, "test", create=True) as store, pytest.raises(IntakeError, match="南海新区"):
        load_file(store, path, SETTLEMENTS, bureau.now(), strict=True)
    assert [load.table for load in bureau.store().manifest.loads] == ["incomes"]


def test_at_most_twenty_values_a_column_and_no_name_among_them() -> None:
    coded = CodedValues(SETTLEMENTS)
    names = [f"{chr(0x4E00 + place * 7)}样{chr(0x4E00 + place)}" for place in range(300)]
    coded.read("insutype", {**dict.fromkeys(names, 1), "居民": 5})
    values = coded.unknown_values()
    assert len(values) <= SHOWN
    assert sum(value.count for value in values) == len(names)
    assert all(len(value.value.rstrip("*")) <= 2 for value in values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("样甲", "样***"), ("张建民", "张***"), ("欧阳样样", "欧***"), ("990101197007070013", "9***"), ("13800000000", "1***"),
        ("南海新区", "南海新区"), ("新型农村合作医疗二档", "新型农村合作医疗二档"), ("512", "512"), ("abcdefg", "ab***"), ("\x1b[2J", "\ufffd***"),
    ],
)
def test_what_is_shown_of_a_value(text: str, shown: str) -> None:
    assert masked(text, many=False) == shown


def test_a_name_two_districts_have_is_known_with_its_city_only() -> None:
    names = place_names(regions(None))
    assert "城关区" not in names
    assert (names["兰州市城关区"], names["甘肃省兰州市城关区"], names["拉萨市城关区"]) == ("620102", "620102", "540102")
    assert (names["北京市"], names["北京"], names["东阳市"], names["保定市"]) == ("110000", "110000", "330783", "130600")


def test_every_shipped_value_is_a_code_its_column_knows() -> None:
    columns = {name if isinstance(name, str) else name[1] for name in KNOWN} | {"region"}
    for column, values in code_values(None, columns).items():
        for text, code in values.items():
            assert KNOWN[column].fullmatch(code), (column, text)


@pytest.mark.parametrize(
    ("row", "why"),
    [("insutyp,居民,390", "insutyp"), ("region,高区,3710", "六位"), ("insutype,居民,三九零", "代码"), ("insutype,居民", "3 列")],
)
def test_a_wrong_row_is_refused_by_line(tmp_path: Path, row: str, why: str) -> None:
    (tmp_path / "code_values.csv").write_text(f"column,text,code\n{row}\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=f"第 2 行.*{why}"):
        code_values(tmp_path, {"insutype", "region"})


WORDS = [
    "0", "1", "1.0", "01", "00", "0.0", "是", "否", "有", "有效", "无效", "已退费", "未退费", "退费", "正常", "已消除", "未消除", "Y", "no", "TRUE",
    "false", "2", "maybe", "不清楚", "?", "未知", "本地", "外地", "符合", "不符合", "参保", "停保", "正常参保", "死亡", "身故", "在世", "病故", "未死亡", "疑似死亡", "非正常死亡", "未终止", "√", "×", "T", "3", "all", "城镇", "农牧民",
    "大家", "批准", "待定", "驳回", "再说", "一事一议", "集体研究", "别的",
]
READ_BY_SQL = {
    "settlements": ("refd_setl_flag", "vali_flag", "referred"), "childhood_diseases": ("listed",), "identities": ("risk_eliminated",),
    "households": ("local_hukou", "property_ok"), "premium_support": ("insured",), "people": ("psn_insu_stas", "surv_stas"),
    "incomes": ("residents",), "applications": ("outcome",), "case_decisions": ("kind",),
}


@pytest.mark.parametrize("table", READ_BY_SQL)
def test_the_words_known_are_those_the_sql_reads(table: str) -> None:
    rows = {"settlements": SETTLEMENT, "identities": IDENTITY, "people": {"certno": GOOD}, "incomes": INCOME, **INPUTS}
    with duckdb.connect() as connection:
        for column in READ_BY_SQL[table]:
            found = cleaned(connection, TABLES[table], *({**rows[table], column: word} for word in WORDS))
            pattern = KNOWN.get(column) or KNOWN[table, column]
            for word, row in zip(WORDS, found, strict=True):
                unread = any(reason.startswith(f"{column}:unknown") for reason in row["reasons"]) or "unknown_status" in row["flags"]
                coded = CodedValues(TABLES[table])
                coded.read(column, {word: 1})
                assert bool(coded.unknown_values()) == unread, (column, word, pattern.pattern)
