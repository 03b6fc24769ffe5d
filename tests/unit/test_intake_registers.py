"""From text to typed rows: people, identities and incomes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
from cells import GOOD, IDENTITY, INCOME, cleaned

from monitor.base.vocabulary import Category
from monitor.intake.columns import IDENTITIES, INCOMES, PEOPLE

# People


PERSONS = [
        ({"brdy": "1980-01-01"}, {"brdy": dt.date(1980, 1, 1), "flags": []}),
        ({"brdy": "19800101"}, {"brdy": dt.date(1980, 1, 1), "flags": []}),
        ({"brdy": "1931年5月6日"}, {"brdy": dt.date(1931, 5, 6), "flags": []}),
        ({"brdy": "1980-02-30"}, {"brdy": None, "flags": ["unreadable_birth_date"]}),
        ({"brdy": ""}, {"brdy": None, "flags": []}),
        ({"surv_stas": "2"}, {"deceased": True, "flags": []}),
        ({"surv_stas": "死亡"}, {"deceased": True}),
        ({"surv_stas": "自然减少"}, {"deceased": True}),
        ({"surv_stas": "2.0"}, {"deceased": True}),
        ({"surv_stas": "2-死亡"}, {"deceased": True}),
        ({"surv_stas": "病故"}, {"deceased": True, "flags": []}),
        ({"surv_stas": "非正常死亡"}, {"deceased": True, "flags": []}),
        ({"surv_stas": "未死亡"}, {"deceased": False, "flags": []}),
        ({"surv_stas": "1-未死亡"}, {"deceased": False, "flags": []}),
        ({"surv_stas": "疑似死亡"}, {"deceased": False, "flags": ["unknown_status"]}),
        ({"surv_stas": "1"}, {"deceased": False, "flags": []}),
        ({"surv_stas": ""}, {"deceased": False, "flags": []}),
        ({"surv_stas": "9"}, {"deceased": False, "flags": ["unknown_status"]}),
        ({"psn_insu_stas": "1"}, {"insured": True}),
        ({"psn_insu_stas": "正常参保"}, {"insured": True}),
        ({"psn_insu_stas": "2"}, {"insured": False}),
        ({"psn_insu_stas": "终止参保"}, {"insured": False}),
        ({"psn_insu_stas": "已参保"}, {"insured": True, "flags": []}),
        ({"psn_insu_stas": "未终止"}, {"insured": None, "flags": ["unknown_status"]}),
        ({"psn_insu_stas": ""}, {"insured": None, "flags": []}),
        ({"psn_insu_stas": "?"}, {"insured": None, "flags": ["unknown_status"]}),
        ({"psn_no": "3.7E+12"}, {"psn_no": None, "flags": ["destroyed_psn_no"]}),
        ({"certno": "990101800101123"}, {"certno": GOOD, "flags": ["converted_from_15"]}),
    ]


#: Rows a psn_no and a name are all of: what comes of them.
BARE = [
    ({"psn_no": "P1"}, ["psn_no:bare_number"]), ({"psn_no": "2025-01-05"}, ["psn_no:bare_number"]), ({"psn_no": "END"}, ["psn_no:bare_number"]),
    ({"psn_no": "12", "psn_name": "小计"}, ["psn_name:totals_row"]), ({"psn_no": "12", "psn_name": "平均"}, ["psn_name:totals_row"]),
    ({"psn_no": "P1", "psn_name": "样甲"}, []), ({"psn_no": "P1", "psn_name": "小计", "psn_insu_stas": "1"}, []),
    ({"psn_no": "P1", "town": "某镇"}, []),
]


def test_a_register_says_more_of_somebody_than_a_number(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, PEOPLE, *({"certno": "", **cells} for cells, _ in BARE))
    assert [row["reasons"] for row in rows] == [reasons for _, reasons in BARE]


def test_people(connection: duckdb.DuckDBPyConnection) -> None:
    base = {"psn_no": "P1", "certno": GOOD, "town": "某镇"}
    rows = cleaned(connection, PEOPLE, *(base | cells for cells, _ in PERSONS))
    assert [row["reasons"] for row in rows] == [[]] * len(PERSONS)
    found = [{name: row[name] for name in expected} for (_, expected), row in zip(PERSONS, rows, strict=True)]
    assert found == [expected for _, expected in PERSONS]


NO_PERSONS = [
        ({"psn_no": "", "certno": ""}, "certno:missing_person"),
        ({"psn_no": "3.7E+12", "certno": ""}, "psn_no:destroyed_number"),
        ({"psn_no": "合计", "certno": ""}, "psn_no:totals_row"),
        ({"psn_no": "", "certno": "", "psn_name": "总计"}, "psn_name:totals_row"),
    ]


def test_rejected_people(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, PEOPLE, *(cells for cells, _ in NO_PERSONS))
    assert [row["reasons"] for row in rows] == [[reason] for _, reason in NO_PERSONS]


# Identities


INTERVALS = [
        ({"begin": "2025-01-15"}, dt.date(2025, 1, 15), None),
        ({"begin": "2025-01-15", "end": "2025-06-30"}, dt.date(2025, 1, 15), dt.date(2025, 6, 30)),
        # Who has been an orphan or 五保 since the 1980s still is.
        ({"begin": "1985-03-01"}, dt.date(1985, 3, 1), None),
        ({"begin": "194910"}, dt.date(1949, 10, 1), None),
        ({"begin": "20250115.0"}, dt.date(2025, 1, 15), None),
        ({"begin": "202501", "end": "202502"}, dt.date(2025, 1, 1), dt.date(2025, 2, 28)),
        ({"begin": "2025年1月", "end": "2025/2"}, dt.date(2025, 1, 1), dt.date(2025, 2, 28)),
        ({"begin": "2025-01-15", "end": "9999-12-31"}, dt.date(2025, 1, 15), None),
        ({"begin": "2025-01-15", "end": "2999-12-31"}, dt.date(2025, 1, 15), None),
        ({"begin": "2025-01-15", "end": "长期"}, dt.date(2025, 1, 15), None),
        ({"begin": "", "recognised_on": "2024-03-05"}, dt.date(2024, 4, 1), None),
        ({"begin": "", "recognised_on": "2024-03-31", "ended_on": "2024-06-02"}, dt.date(2024, 4, 1), dt.date(2024, 6, 30)),
        ({"begin": "", "recognised_on": "202312", "ended_on": "-"}, dt.date(2024, 1, 1), None),
        ({"begin": "", "recognised_on": "2024-03-05", "ended_on": "2024-03-20"}, dt.date(2024, 4, 1), dt.date(2024, 3, 31)),
        ({"begin": "2025-01-15", "recognised_on": "2024-03-05"}, dt.date(2025, 1, 15), None),
    ]


def test_identity_dates(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | cells for cells, _, _ in INTERVALS))
    assert [(row["begin"], row["ended"]) for row in rows] == [(begin, ended) for _, begin, ended in INTERVALS]
    assert [row["reasons"] for row in rows] == [[]] * len(INTERVALS)


NO_IDENTITIES = [
        ({"certno": ""}, ["certno:missing_person"]),
        ({"category": ""}, ["category:missing_category"]),
        ({"category": "贵宾"}, ["category:unknown_category"]),
        ({"category": "ordinary"}, ["category:unknown_category"]),
        ({"begin": ""}, ["begin:missing_date"]),
        ({"begin": "2025-02-30"}, ["begin:impossible_date"]),
        ({"begin": "202513"}, ["begin:impossible_date"]),
        ({"begin": "194909"}, ["begin:day_out_of_range"]),
        ({"begin": "soon"}, ["begin:not_a_date"]),
        ({"begin": "2025-02-02", "end": "2025-02-01"}, ["end:end_before_begin"]),
        ({"begin": "", "recognised_on": "202403", "ended_on": "202402"}, ["ended_on:end_before_begin"]),
        ({"end": "2025-06-31"}, ["end:impossible_date"]),
        ({"recognised_on": "2025-06-31"}, ["recognised_on:impossible_date"]),
        ({"risk_eliminated": "看情况"}, ["risk_eliminated:unknown_flag"]),
        ({"certno": "合计", "category": "", "begin": ""}, ["certno:totals_row"]),
        ({"certno": "", "category": "", "begin": "", "household": "合计"}, ["household:totals_row"]),
    ]


def test_rejected_identities(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | cells for cells, _ in NO_IDENTITIES))
    assert [row["reasons"] for row in rows] == [reasons for _, reasons in NO_IDENTITIES]


def test_categories(connection: duckdb.DuckDBPyConnection) -> None:
    written = {"2303": "dibao", "7131": "tekun", "7201.0": "dibao_marginal", "脱贫不稳定户": "monitored_unstable",
               "低保对象": "dibao", "DIBAO": "dibao", "DIBAO2": None, **{member.value: member.value for member in Category}}
    written["ordinary"] = None
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | {"category": name} for name in written))
    assert [row["category"] for row in rows] == list(written.values())


def test_a_bureaus_own_codes_replace_the_shipped_ones(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(
        connection, IDENTITIES, *(IDENTITY | {"category": name} for name in ("K7", "2303", "dibao", "低保对象")),
        codes={"K7": "tekun"},
    )
    assert [row["category"] for row in rows] == ["tekun", None, "dibao", "dibao"]


def test_the_rest_of_an_identity(connection: duckdb.DuckDBPyConnection) -> None:
    row = cleaned(connection, IDENTITIES, IDENTITY | {
        "psn_name": "某某", "department": "民政", "risk_eliminated": "是", "household": "0012", "town": "某镇",
        "change_reason": "自然减少（死亡）",
    })[0]
    assert (row["psn_name"], row["department"], row["risk_eliminated"], row["household"], row["town"], row["died"]) == (
        "某某", "民政", True, "0012", "某镇", True,
    )
    row = cleaned(connection, IDENTITIES, IDENTITY | {"risk_eliminated": "否", "change_reason": "婚出"})[0]
    assert (row["risk_eliminated"], row["died"]) == (False, False)
    reasons = {"病故": True, "非正常死亡": True, "非自然减少": False, "未死亡": False, "疑似死亡": False}
    rows = cleaned(connection, IDENTITIES, *(IDENTITY | {"change_reason": reason} for reason in reasons))
    assert [row["died"] for row in rows] == list(reasons.values())


# Incomes


def test_incomes(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(
        connection, INCOMES,
        INCOME | {"source": "统计公报", "published_on": "2025年1月20日", "approved_by": "某某"},
        INCOME | {"residents": "农村常住居民", "year": "2024年度", "amount": "20000.5"},
        INCOME | {"residents": "Urban", "year": "2024.0", "region": "370000.0"},
    )
    assert [row["reasons"] for row in rows] == [[], [], []]
    assert [row["residents"] for row in rows] == ["all", "rural", "urban"]
    assert [row["year"] for row in rows] == [2024] * 3
    assert [row["amount"] for row in rows] == [Decimal("40000.00"), Decimal("20000.50"), Decimal("40000.00")]
    assert (rows[0]["published_on"], rows[0]["source"], rows[2]["region"]) == (dt.date(2025, 1, 20), "统计公报", "370000")


NO_INCOMES = [
        ({"region": ""}, ["region:missing_region"]),
        ({"region": "371"}, ["region:invalid_region"]),
        ({"region": "某某省"}, ["region:invalid_region"]),
        ({"residents": "大家"}, ["residents:unknown_residents"]),
        ({"residents": ""}, ["residents:unknown_residents"]),
        ({"year": "24"}, ["year:invalid_year"]),
        ({"year": "1899"}, ["year:invalid_year"]),
        ({"amount": ""}, ["amount:missing_amount"]),
        ({"amount": "-"}, ["amount:missing_amount"]),
        ({"amount": "0"}, ["amount:not_positive"]),
        ({"amount": "-5"}, ["amount:not_positive"]),
        ({"amount": "4万"}, ["amount:not_a_number"]),
        ({"published_on": "2025-02-30"}, ["published_on:impossible_date"]),
        ({"region": "合计", "year": ""}, ["region:totals_row"]),
        ({"residents": "合计", "year": ""}, ["residents:totals_row"]),
    ]


def test_rejected_incomes(connection: duckdb.DuckDBPyConnection) -> None:
    rows = cleaned(connection, INCOMES, *(INCOME | cells for cells, _ in NO_INCOMES))
    assert [row["reasons"] for row in rows] == [reasons for _, reasons in NO_INCOMES]
