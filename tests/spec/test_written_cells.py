"""What people and programs write into a cell, and what is read: certificate numbers, identifiers, days, amounts, codes.

``blank`` is a cell with nothing in it, ``masked`` and ``unclear`` what is no number. Invisible characters are written as in Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest
from cells import GOOD, IDENTITY, SETTLEMENT, cleaned, settlements
from tables import read_table

from monitor.intake.coded import CodedValues
from monitor.intake.columns import IDENTITIES, SETTLEMENTS
from monitor.intake.identifiers import MASKED, UNCLEAR, certificate_number, identifier, name

NUMBERS = r"""
| cell                          | read                |
|-------------------------------|---------------------|
| ="990101197007070013"         | 990101197007070013  |
| '990101197007070013           | 990101197007070013  |
| =990101197007070013           | 990101197007070013  |
| “990101197007070013”          | 990101197007070013  |
| [990101197007070013]          | 990101197007070013  |
| 990101-19700707-0013          | 990101197007070013  |
| 990101 19700707 0013          | 990101197007070013  |
| 990101197007070013；          | 990101197007070013  |
| 身份证:990101197007070013     | 990101197007070013  |
| （身份证）990101197007070013  | 990101197007070013  |
| 990101197007070013号          | 990101197007070013  |
| 990101197007070013(本人)      | 990101197007070013  |
| ９９０１０１197007070013      | 990101197007070013  |
| \u2060990101197007070013      | 990101197007070013  |
| 990101\u200b197007070013      | 990101197007070013  |
| \u202d990101197007070013\u202c | 990101197007070013 |
| 990101197007070013\u3164      | 990101197007070013  |
| 990101197007070013\ufe0f      | 990101197007070013  |
| G990101197007070013           | 990101197007070013  |
| 990101197007070013*           | 990101197007070013  |
| #990101197007070013           | 990101197007070013  |
| 990101197007070013√           | 990101197007070013  |
| 990101197007070013（已核实）  | 990101197007070013  |
| 社会保障号码：990101197007070013 | 990101197007070013 |
| 990101_19700707_0013          | 990101197007070013  |
| 990101·19700707·0013          | 990101197007070013  |
| SFZ990101197007070013         | 990101197007070013  |
| №990101197007070013           | 990101197007070013  |
| \\t990101197007070013         | 990101197007070013  |
| &nbsp;990101197007070013      | 990101197007070013  |
| <td>990101197007070013</td>   | 990101197007070013  |
| 00990101197007070013          | 990101197007070013  |
| 990101197007070013 990101197007070013 | 990101197007070013 |
| 990101197007070013990101197007070013 | 990101197007070013 |
| 990101197007070013 990101198001010014 | unclear     |
| 990101197007070013990101198001010014 | unclear      |
| E12345678 E87654321           | unclear             |
| ABC990101197007070013         | unclear             |
| 99010119820102009K            | unclear             |
| 99010119820102009❌           | 99010119820102009X  |
| 99010119820102009×43          | 99010119820102009X43 |
| 新生儿2                       | 新生儿              |
| (blank)                       | blank               |
| 99O1O1197OO7O7OO13            | 990101197007070013  |
| 99010119820102009×            | 99010119820102009X  |
| 99010119820102009Х            | 99010119820102009X  |
| 99010119820102009χ            | 99010119820102009X  |
| 99010119820102009*            | 99010119820102009X  |
| 99010119700707001*            | masked              |
| 99010119700707001×            | masked              |
| 990101********0017            | masked              |
| 990101××××××××0017            | masked              |
| 990101XXXXXXXX0017            | masked              |
| 990101●●●●●●●●0017            | masked              |
| 990101????????0017            | masked              |
| 990101⊗⊗⊗⊗⊗⊗⊗⊗0017            | masked              |
| 990101@@@@@@@@0017            | masked              |
| 990101▲▲▲▲0017                | masked              |
| 990101某某0017                | masked              |
| 990101NNNNNNNN0017            | masked              |
| 990101OOOOOOOO0017            | masked              |
| 990101000000000017            | masked              |
| 尾号0017                      | masked              |
| 后四位0017                    | masked              |
| 990101＊＊＊＊＊＊＊＊0017    | masked              |
| 990101…0017                   | masked              |
| **************0017            | masked              |
| 身份证号:990101********0017   | masked              |
| 0017                          | masked              |
| NULL                          | blank               |
| \\N                           | blank               |
| 无                            | blank               |
| -                             | blank               |
| 0                             | blank               |
| /                             | blank               |
| None                          | blank               |
| N/A                           | blank               |
| 待补录                        | blank               |
| 暂无                          | blank               |
| 不详                          | blank               |
| （空）                        | blank               |
| 999999999999999999            | blank               |
| 111111111111111111            | blank               |
| 111111111111111               | blank               |
| 234567890123456               | blank               |
| 123456789012345678            | blank               |
| 990101197007070013(母亲)      | unclear             |
| 户主990101197007070013        | unclear             |
| 990101197007070013,990101198001010014 | unclear     |
| 990101197007070013/990101197007070013 | 990101197007070013 |
| A990101197007070013           | unclear             |
| 护照E12345678                 | E12345678           |
| A123456(7)                    | A1234567            |
| H12345678(00)                 | H12345678(00)       |
| 军字第1234567号               | 军字第1234567号     |
| 3.71E+17                      | 3.71E+17            |
| #N/A                          | #N/A                |
| 合计                          | 合计                |
"""

IDENTIFIERS = r"""
| cell           | read     |
|----------------|----------|
| ="E0"          | E0       |
| 'S1            | S1       |
| Ｓ１           | S1       |
| \u2060S1       | S1       |
| S 1            | S1       |
| 00123          | 00123    |
| 99             | 99       |
| 9999           | blank    |
| 000            | blank    |
| NULL           | blank    |
| -              | blank    |
| 待补录         | blank    |
| 补录中         | blank    |
| 见备注         | blank    |
| -1             | blank    |
| missing        | blank    |
| 123456.0       | 123456   |
| S1；           | S1       |
| （S1）         | S1       |
| S1,            | S1       |
| 合计           | 合计     |
| P****01        | masked   |
| 3710××××01     | masked   |
| 37*******1     | masked   |
"""

NAMES = r"""
| cell             | read             |
|------------------|------------------|
| 张　三           | 张三             |
| ="张三"          | 张三             |
| 张三\u2060       | 张三             |
| 阿卜杜拉•买买提  | 阿卜杜拉·买买提  |
| 阿卜杜拉.买买提  | 阿卜杜拉·买买提  |
| John Smith       | John Smith       |
| NULL             | blank            |
| 不详             | blank            |
"""


def literal(text: str) -> str:
    return str(json.loads('"' + text.replace('"', '\\"') + '"')) if "\\" in text else text


def shown(read: str) -> str:
    return {"": "blank", MASKED: "masked", UNCLEAR: "unclear"}.get(read, read)


@pytest.mark.parametrize(("table", "read"), [(NUMBERS, certificate_number), (IDENTIFIERS, identifier), (NAMES, name)])
def test_a_text_by_itself(table: str, read: object) -> None:
    assert callable(read)
    cases = read_table(table)
    assert [(case["cell"], shown(read(literal(case["cell"])))) for case in cases] == [tuple(case.values()) for case in cases]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_numbers_in_a_settlement_with_and_without_psn_no(connection: duckdb.DuckDBPyConnection) -> None:
    cases = [case for case in read_table(NUMBERS) if case["read"] in ("blank", "masked", "unclear") or case["read"].startswith("99")]
    cells = [literal(case["cell"]) for case in cases]
    for psn_no in ("P1", ""):
        rows = settlements(connection, *({"certno": cell, "psn_no": psn_no} for cell in cells))
        for case, row in zip(cases, rows, strict=True):
            wanted: tuple[str | None, list[str]] = {
                "blank": (None, [] if psn_no else ["certno:missing_person"]),
                "masked": (None, [] if psn_no else ["certno:masked_number"]),
                "unclear": (None, ["certno:unclear_number"]),
            }.get(case["read"], (case["read"][:18], []))  # what a disability adds is not part of the number
            assert (row["certno"], row["reasons"]) == wanted, case["cell"]
            assert ("masked_certno" in row["flags"]) == (case["read"] == "masked"), case["cell"]


def test_numbers_in_a_list_that_knows_nobody_else(connection: duckdb.DuckDBPyConnection) -> None:
    cells = {"990101********0017": "masked_number", "NULL": "missing_person", f"{GOOD}(母亲)": "unclear_number", "新生儿": "unclear_number"}
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | {"certno": cell} for cell in cells))
    assert [row["reasons"] for row in rows] == [[f"certno:{reason}"] for reason in cells.values()]


def test_keys_that_are_masked_or_none(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(
        connection, {"setl_id": "NULL"}, {"setl_id": "37****01"}, {"init_setl_id": "37****01"}, {"init_setl_id": "无"},
        {"certno": "", "psn_no": "P****1"}, {"psn_no": "P****1"}, {"certno": "新生儿", "psn_no": "P1"}, {"certno": "新生儿", "psn_no": ""},
        {"certno": "x", "psn_no": "P1"}, {"certno": "NEWBORN", "psn_no": "P1"}, {"certno": "", "psn_no": "补录中"},
    )
    assert [(row["reasons"], row["flags"]) for row in rows] == [
        (["setl_id:missing_key"], []), (["setl_id:masked_number"], []), (["init_setl_id:masked_number"], []), ([], []),
        (["psn_no:masked_number"], ["masked_psn_no"]), ([], ["masked_psn_no"]), ([], ["certno_words"]),
        (["certno:unclear_number"], ["certno_words"]), ([], ["certno_words"]), ([], ["certno_words"]), (["certno:missing_person"], []),
    ]
    assert rows[3]["init_setl_id"] is None
    codes = settlements(connection, *({"dise_codg": code} for code in ("M01*", "G63.2*", "Ｃ91.0", "无")))
    assert [row["dise_codg"] for row in codes] == ["M01*", "G63.2*", "C91.0", None], "a star of a disease's code is part of it"


DAYS = """
| column                                  | read                                     |
|-----------------------------------------|------------------------------------------|
| 2024-12-31 24:00:00                     | 2024-12-31 23:59:59                      |
| 2025-12-31 24:00                        | 2025-12-31 23:59:59                      |
| 20251231240000                          | 2025-12-31 23:59:59                      |
| 2025年12月31日24时                      | 2025-12-31 23:59:59                      |
| 2025-12-31 24:00:01                     | impossible_date                          |
| 2025-12-31 23:59:59                     | 2025-12-31 23:59:59                      |
| 20250505.0                              | 2025-05-05 00:00:00                      |
| 20250505.00                             | 2025-05-05 00:00:00                      |
| 20250505.5                              | not_a_date                               |
| 45782                                   | 2025-05-05 00:00:00 serial               |
| 45782.5, 45783, NULL                    | 2025-05-05 12:00:00 serial, 2025-05-06 00:00:00 serial, missing_time |
| 45782, 2025-05-05                       | 2025-05-05 00:00:00 serial, 2025-05-05 00:00:00 |
| 45782, 2025-05-05, 2025-05-06           | stray_serial, 2025-05-05 00:00:00, 2025-05-06 00:00:00 |
| 73416                                   | not_a_date                               |
| 0000-00-00 00:00:00                     | missing_time                             |
| 2025.1                                  | ambiguous_month                          |
"""


def test_times_of_a_column(connection: duckdb.DuckDBPyConnection) -> None:
    for case in read_table(DAYS):
        rows = settlements(connection, *({"setl_time": cell} for cell in case["column"].split(", ")))
        found = [
            row["reasons"][0].partition(":")[2] if row["reasons"] else str(row["setl_time"]) + " serial" * ("serial_date" in row["flags"])
            for row in rows
        ]
        assert ", ".join(found) == case["read"], case["column"]


MONTHS = """
| column            | read                              |
|-------------------|-----------------------------------|
| 2025.10           | 2025-10-01                        |
| 2025.1            | ambiguous_month                   |
| 2025.1, 2025.10   | 2025-01-01, 2025-10-01            |
| ~2025.1, 2025.10  | ambiguous_month, 2025-10-01       |
| ~2025.11, ~2025.2 | 2025-11-01, 2025-02-01            |
| 2025.01           | 2025-01-01                        |
| 2025-1            | 2025-01-01                        |
| 2025.13           | impossible_date                   |
"""


def test_months_of_a_column(connection: duckdb.DuckDBPyConnection) -> None:
    """``~``: the reader of a workbook met a number (sheets.py)."""
    for case in read_table(MONTHS):
        rows = cleaned(connection, IDENTITIES, *(IDENTITY | {"begin": cell} for cell in case["column"].split(", ")))
        found = [row["reasons"][0].partition(":")[2] if row["reasons"] else str(row["begin"]) for row in rows]
        assert ", ".join(found) == case["read"], case["column"]


AMOUNTS = """
| column              | read                         |
|---------------------|------------------------------|
| (50000.00)          | -50000.00                    |
| （50000.00）        | -50000.00                    |
| 50000.00-           | -50000.00                    |
| −50000              | -50000.00                    |
| (1,234.50)          | -1234.50                     |
| ￥30000.00元        | 30000.00                     |
| 30000.00元整        | 30000.00                     |
| 人民币5000          | 5000.00                      |
| CNY 5000            | 5000.00                      |
| NULL                | 0.00                         |
| N/A                 | 0.00                         |
| 无                  | 0.00                         |
| /                   | 0.00                         |
| 0E-8                | 0.00                         |
| ---                 | 0.00                         |
| 23456.780000000002  | 23456.78                     |
| -0.30000000000000004 | -0.30                       |
| 49999.999999999993  | 50000.00                     |
| 23456.7812345678901 | more_than_two_decimals       |
| 23456.781           | more_than_two_decimals       |
| 23456.7800001       | more_than_two_decimals       |
| 1,234               | 1234.00                      |
| 12,345.67           | 12345.67                     |
| 0,125               | unclear_comma                |
| 1.234,56            | unclear_comma                |
| 12,50               | unclear_comma                |
| 1,23,456.00         | unclear_comma                |
| 1,234; 12,50        | unclear_comma; unclear_comma |
| 1.230; 12,50        | unclear_comma; unclear_comma |
| 1,234.50; 12,50     | 1234.50; unclear_comma       |
| -(5000)             | not_a_number                 |
| 3万                 | not_a_number                 |
| $5000               | not_a_number                 |
"""


def test_amounts_of_a_column(connection: duckdb.DuckDBPyConnection) -> None:
    for case in read_table(AMOUNTS):
        rows = settlements(connection, *({"maf_pay": cell} for cell in case["column"].split("; ")))
        found = [row["reasons"][0].partition(":")[2] if row["reasons"] else str(row["maf_pay"]) for row in rows]
        assert "; ".join(found) == case["read"], case["column"]


CODES = """
| column          | cell                       | read   | unknown    |
|-----------------|----------------------------|--------|------------|
| insutype        | 390.0                      | 390    | -          |
| insutype        | 0390                       | 390    | -          |
| insutype        | 居民医保                   | 390    | -          |
| insutype        | 城乡居民基本医疗保险       | 390    | -          |
| insutype        | 390 城乡居民               | 390    | -          |
| insutype        | 职工医保                   | 310    | -          |
| insutype        | 390-职工                   | blank  | 390-职工   |
| insutype        | 样甲                       | blank  | 样***      |
| insutype        | 张建民                     | blank  | 张***      |
| insutype        | 990101197007070013         | blank  | 9***       |
| insu_admdvs     | 371002000000               | 371002 | -          |
| insu_admdvs     | 371002001                  | 371002 | -          |
| insu_admdvs     | 3710                       | 371000 | -          |
| insu_admdvs     | 环翠区                     | 371002 | -          |
| insu_admdvs     | 威海市环翠区               | 371002 | -          |
| insu_admdvs     | 山东省威海市环翠区         | 371002 | -          |
| insu_admdvs     | 371002环翠区               | 371002 | -          |
| insu_admdvs     | 139900                     | 139900 | -          |
| insu_admdvs     | 荣成                       | 371082 | -          |
| insu_admdvs     | 威海环翠                   | 371002 | -          |
| insu_admdvs     | 城关                       | blank  | 城***      |
| insu_admdvs     | 威海市本级                 | 371000 | -          |
| insu_admdvs     | 城关区                     | blank  | 城关区     |
| insu_admdvs     | 兰州市城关区               | 620102 | -          |
| insu_admdvs     | 371002文登区               | blank  | 3***       |
| fix_blng_admdvs | 北京市                     | 110000 | -          |
| med_type        | 普通住院                   | 21     | -          |
| med_type        | 21 住院                    | 21     | -          |
| med_type        | 12                         | 12     | 12         |
| hosp_lv         | 三级甲等                   | 02     | -          |
| hosp_lv         | 三甲                       | 02     | -          |
| hosp_lv         | 2                          | 2      | 2          |
| hosp_lv         | 5                          | 05     | -          |
| pay_loc         | 省内异地                   | 3      | -          |
| psn_cert_type   | 居民身份证（户口簿）       | 01     | -          |
| vali_flag       | 有效                       | 1      | -          |
| vali_flag       | 有 效。                    | 1      | -          |
| refd_setl_flag  | 已退款                     | 1      | -          |
| refd_setl_flag  | 红冲                       | 1      | -          |
| refd_setl_flag  | √                          | 1      | -          |
| refd_setl_flag  | 正交易                     | 0      | -          |
| refd_setl_flag  | 部分退费                   | unknown | 部***     |
| referred        | 不详                       | unknown | 不***     |
"""


def test_codes(connection: duckdb.DuckDBPyConnection) -> None:
    for case in read_table(CODES):
        rows = settlements(connection, {case["column"]: case["cell"]})
        assert (rows[0][case["column"]] or "blank") == case["read"], case["cell"]
        coded = CodedValues(SETTLEMENTS)
        coded.read(case["column"], {case["cell"]: 3})
        assert [value.value for value in coded.unknown_values()] == ([] if case["unknown"] == "-" else [case["unknown"]]), case["cell"]


def test_one_digit_levels_are_codes_where_another_shows_that_a_nought_was_lost(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, {"hosp_lv": "2"}, {"hosp_lv": "5"})
    assert [row["hosp_lv"] for row in rows] == ["02", "05"]


CATEGORIES = {
    "7201-低保边缘": "dibao_marginal", "低保边缘(7201)": "dibao_marginal", "2303 低保": "dibao", "07201": "dibao_marginal", "A类低保": "dibao",
    "分散供养特困人员": "tekun", "2303 特困": None, "7201或2303": None, "非低保": None, "原低保": None,
}


def test_a_category_with_its_code(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | {"category": text} for text in CATEGORIES))
    assert [row["category"] for row in rows] == list(CATEGORIES.values())


DECORATIONS = [
    '="{}"', "'{}", "{}\t", " {} ", "\u2060{}", "{}\u200b", "\ufeff{}", "\u202d{}\u202c", "“{}”", "{}\u3164", "\u00a0{}\u3000",
]


def test_decorating_every_cell_changes_no_row(connection: duckdb.DuckDBPyConnection) -> None:
    """All columns of a settlement in every decoration a program or a hand puts around a cell."""
    plain = {**SETTLEMENT, "certno": GOOD, "psn_name": "样甲", "setl_time": "2025-03-01 10:00:00", "insutype": "390", "vali_flag": "1"}
    wanted = settlements(connection, plain)[0]
    given = [{column: form.format(cell) if cell else cell for column, cell in plain.items()} for form in DECORATIONS]
    for form, row in zip(DECORATIONS, settlements(connection, *given), strict=True):
        assert {**row, "line": 2} == wanted, form
