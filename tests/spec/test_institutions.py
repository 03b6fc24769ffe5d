"""The list of institutions: sums, shares, medians of the level; refunds, blanks, equal shares; against a slow reference."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table

from monitor.access.scope import Scope
from monitor.base.errors import StoreError
from monitor.entitle.institutions import LEVELS, figure_text, institutions
from monitor.policy.watching import InstitutionMeasure
from monitor.reports.institutions import INSTITUTIONS, as_csv, as_json, institution_rows

WEIHAI = LIBRARY.get("weihai-2022-15")
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
# What a column not given is: an inpatient settlement in Weihai of the made-up person 1.
PLAIN = {"insu_admdvs": "371002", "fix_blng_admdvs": "371002", "med_type": "21", "hosp_lv": "05"}


def care(n: int, **given: object) -> dict[str, str]:
    facts = {"setl_id": f"S{n}", "mdtrt_id": f"M{n}", "certno": certno(1), "fixmedins_code": "", "fixmedins_name": "", **PLAIN, **given}
    return settlement(**facts)


# 二级 is a level of three: shares outside 5 %, 10 %, 20 %, median 10 %; stays 10,000, 10,000, 5,000, median 10,000, which two equal
# and nobody exceeds. 一级 has two stays: 200 is above their median of 150. Money: fund, own (of it outside the catalogue).
ROWS = read_table(
    """
    | code | lv | place  | insured | person | med_type | mdtrt | fund  | maf   | own    | outside | refd | on         |
    |------|----|--------|---------|--------|----------|-------|-------|-------|--------|---------|------|------------|
    | A    | 05 | 371002 | 371002  | 1      | 21       | M1    | 9000  | 500   | 500    | 500     | 0    | 2025-01-01 |
    | B    | 06 | 371002 | 371002  | 1      | 21       | M2    | 8000  | 0     | 2000   | 1000    | 0    | 2025-02-01 |
    | B    | 06 | 371002 | 371002  | 2      | 11       | M3    | 0     | 100   | -100   | 0       | 0    | 2025-02-02 |
    | C    | 07 | 371083 | 371002  | 2      | 21       | M4    | 3000  | 0     | 1000   | 400     | 0    | 2025-03-01 |
    | C    | 07 | 371083 | 371002  | 2      | 21       | M4    | 500   | 0     | 500    | 600     | 0    | 2025-03-05 |
    | D    | 03 | 110101 | 371002  | 3      | 21       | M5    | 60000 | 0     | 40000  | 30000   | 0    | 2025-12-31 |
    | E    |    | 371002 | 371002  | 3      | 41       | M6    | 0     | 0     | 80     | 0       | 0    | 2025-04-01 |
    |      | 08 | 371002 | 371002  | 3      | 21       | M7    | 100   | 0     | 100    | 0       | 0    | 2025-04-02 |
    | F    | 09 | 371002 | 371002  | 4      | 21       | M8    | 50    | 50    | 0      | 0       | 0    | 2025-04-03 |
    | F    | 09 | 371002 | 371002  | 4      | 91       | M9    | 0     | -50   | 50     | 0       | 0    | 2025-04-04 |
    | G    | 10 |        | 371002  | 4      | 21       | M10   | 0     | 0     | 0      | 0       | 0    | 2025-04-05 |
    | A    | 05 | 371002 | 371002  | 5      | 21       | M11   | 99999 | 0     | 1      | 1       | 1    | 2025-05-01 |
    | A    | 05 | 371002 | 130602  | 6      | 21       | M12   | 77777 | 0     | 7      | 7       | 0    | 2025-05-02 |
    | A    | 05 | 371002 | 371002  | 7      | 21       | M13   | 66666 | 0     | 6      | 6       | 0    | 2026-01-01 |
    """
)
EXPECTED = read_table(
    """
    | code | name   | level  | in_region | settlements | people | aid | cost            | outside_share      | median | own_share           | stays | per stay  | above                           |
    |------|--------|--------|-----------|-------------|--------|-----|-----------------|--------------------|--------|---------------------|-------|-----------|---------------------------------|
    | A    | 机构A  | 二级   | yes       | 1           | 1      | 500 | 9000+500+500    | 500/10000          | 0.1    | 500/10000           | 1     | 10000     |                                 |
    | B    | 机构B  | 二级   | yes       | 2           | 1      | 100 | 8000+2000+0     | 1000/10000         | 0.1    | 1900/10000          | 1     | 10000     |                                 |
    | C    | 机构C  | 二级   | yes       | 2           | 0      | 0   | 4000+1000       | 1000/5000          | 0.1    | 1500/5000           | 1     | 5000      | outside_share own_share         |
    | D    | 机构D  | 三级   | no        | 1           | 0      | 0   | 60000+40000     | 30000/100000       | 0.3    | 40000/100000        | 1     | 100000    |                                 |
    | E    | 机构E  |        | yes       | 1           | 0      | 0   | 80              | 0/80               |        | 80/80               | 0     |           |                                 |
    |      | 机构   | 一级   | yes       | 1           | 0      | 0   | 200             | 0/200              | 0      | 100/200             | 1     | 200       | stay_cost                       |
    | F    | 机构F  | 一级   | yes       | 2           | 0      | 0   | 50+50-50+50     | 0/100              | 0      | 50/100              | 1     | 100       |                                 |
    | G    | 机构G  | 一级   |           | 1           | 0      | 0   | 0               |                    | 0      |                     | 0     |           |                                 |
    """
)


def number(text: str) -> Fraction | None:
    """The arithmetic of a cell, exactly."""
    exact = re.sub(r"[0-9.]+", lambda found: f"Fraction('{found.group()}')", text)
    return Fraction(eval(exact, {"Fraction": Fraction})) if text else None


@pytest.fixture
def loaded(tmp_path: Path, home: Path) -> Bureau:
    bureau = Bureau(tmp_path)
    bureau.settlements(*(
        care(n, fixmedins_code=row["code"], fixmedins_name=f"机构{row['code']}", hosp_lv=row["lv"], fix_blng_admdvs=row["place"],
             insu_admdvs=row["insured"], certno=certno(int(row["person"])), med_type=row["med_type"], mdtrt_id=row["mdtrt"],
             hifp_pay=row["fund"], maf_pay=row["maf"], psn_part_amt=row["own"], fulamt_ownpay_amt=row["outside"],
             refd_setl_flag=row["refd"], setl_time=f"{row['on']} 10:00:00")
        for n, row in enumerate(ROWS)
    ))
    return bureau


def test_the_worked_list(loaded: Bureau) -> None:
    store = loaded.store()
    found = institutions(store, store.manifest, WEIHAI, *YEAR)
    rows = {row["code"]: row for row in institution_rows(found)}
    assert set(rows) == {row["code"] for row in EXPECTED}
    for expected in EXPECTED:
        row = rows[expected["code"]]
        assert (row["name"], row["level"], row["in_region"], row["settlements"], row["assisted_people"], row["stays"]) == (
            expected["name"], expected["level"], expected["in_region"], expected["settlements"], expected["people"], expected["stays"]
        ), expected
        assert (Decimal(row["aid"]), Fraction(row["cost"])) == (Decimal(expected["aid"]), number(expected["cost"])), expected
        assert row["outside_share"] == figure_text(number(expected["outside_share"]), InstitutionMeasure.OUTSIDE_SHARE)
        assert row["own_share"] == figure_text(number(expected["own_share"]), InstitutionMeasure.OWN_SHARE)
        assert row["outside_share_median"] == figure_text(number(expected["median"]), InstitutionMeasure.OUTSIDE_SHARE)
        assert row["cost_per_stay"] == figure_text(number(expected["per stay"]), InstitutionMeasure.STAY_COST)
        assert row["above_median"] == expected["above"], expected
    # The costliest first; people insured elsewhere are counted and in no row.
    costs = [Decimal(row["cost"]) for row in institution_rows(found)]
    assert costs == sorted(costs, reverse=True) and found.outside == 1
    assert rows[""]["note"].startswith("没有机构编号，按名称合计") and "没有医院等级" in rows["E"]["note"]
    assert "机构在文件地区以外" in rows["D"]["note"] and "结算没有写机构所在地" in rows["G"]["note"]
    assert "医疗费总额为零或负数" in rows["G"]["note"] and "没有住院" in rows["G"]["note"]
    assert rows["A"]["over_limit"] == rows["A"]["outside_limit"] == ""
    assert as_csv(found).splitlines()[0] == ",".join(INSTITUTIONS)
    assert {row["trial"] for row in institution_rows(found)} == {"false"}


LIMITS = read_table(
    """
    | lv | own  | outside | over |
    |----|------|---------|------|
    | 05 | 1000 | 500     | no   |
    | 06 | 1000 | 500.01  | yes  |
    | 07 | 1000 | 499.99  | no   |
    | 01 | 2000 | 1000    | no   |
    | 04 | 2000 | 1000.01 | yes  |
    | 08 | 2000 | 1000.01 |      |
    |    | 2000 | 1000.01 |      |
    | 99 | 2000 | 1000.01 |      |
    """
)


def test_inner_mongolias_five_and_ten_percent(tmp_path: Path, home: Path) -> None:
    """Cost 10,000 each: 不超过 5 % is 500 and not over, one cent more is; levels without a figure are not judged."""
    bureau = Bureau(tmp_path)
    bureau.settlements(*(
        care(n, fixmedins_code=f"H{n}", hosp_lv=row["lv"], insu_admdvs="150102", fix_blng_admdvs="150102",
             hifp_pay=10000 - int(row["own"]), psn_part_amt=row["own"], fulamt_ownpay_amt=row["outside"])
        for n, row in enumerate(LIMITS)
    ))
    store = bureau.store()
    found = institutions(store, store.manifest, LIBRARY.get("inner-mongolia-2022-draft"), *YEAR)
    assert {row["code"]: row["over_limit"] for row in institution_rows(found)} == {
        f"H{n}": row["over"] for n, row in enumerate(LIMITS)
    }


@pytest.mark.parametrize(
    ("document", "clauses", "missing"),
    [
        ("hebei-city-2022", ["六（一）", "六（三）"], "药品费用占比、耗材费用占比、检查化验费用占比（六（三））"),
        ("inner-mongolia-2022-draft", ["二（十六）", "二（十八）"], ""),
        ("weihai-2022-15", ["四（二）"], ""), ("gansu-2022-23", ["六（十三）"], ""),
        ("dongyang-2020-24", ["四（四）"], "已结清救助费用（四（四））"),
    ],
)
def test_each_text_says_what_it_wants_watched_and_what_is_not_there(
    tmp_path: Path, home: Path, document: str, clauses: list[str], missing: str
) -> None:
    chosen = LIBRARY.get(document)
    district = {"130600": "130602", "150000": "150102", "371000": "371002", "620000": "620102", "330783": "330783"}[chosen.region]
    bureau = Bureau(tmp_path)
    bureau.settlements(care(1, fixmedins_code="A", insu_admdvs=district, hifp_pay=1, psn_part_amt=1))

    def told() -> dict[str, list[dict[str, str]]]:
        store = bureau.store()
        found: dict[str, list[dict[str, str]]] = json.loads(as_json(institutions(store, store.manifest, chosen, *YEAR)))
        return found

    assert [one["clause"] for one in told()["asked"]] == clauses and all(one["readings"] for one in told()["asked"])
    assert len(told()["institutions"]) == 1
    sentence = f"{missing}不在结算数据里，不能计算：缺少医药机构月度费用（institution_months）"
    assert [one.startswith(sentence) for one in told()["missing"]] == ([True] if missing else [])
    bureau.none("institution_months")
    assert ["已登记截至 2025-12-31 没有" in one for one in told()["missing"]] == ([True] if missing else [])
    bureau.load("institution_months", [{**MONTH, "fixmedins_code": "A", "year": "2024", "month": "12"}])
    assert ["没有 2025-01 至 2025-12 的数字" in one for one in told()["missing"]] == ([True] if missing else [])
    bureau.load("institution_months", [{**MONTH, "fixmedins_code": "A", "year": "2025", "month": "12"}])
    assert told()["missing"] == []


MONTH = {"fixmedins_code": "", "fixmedins_name": "", "year": "2025", "month": "1", "cost": "", "drugs": "", "consumables": "", "tests": "",
         "settled": ""}

# The months of the institutions of ROWS, of which A, B and C are 二级. A's drugs are 300 of 1,000 and 500 of 1,000: a month without
# a number is no zero, so its consumables are of January alone. 2024 and what no settlement knows is in no row.
MONTHS = read_table(
    """
    | code | name     | year | month | cost | drugs | consumables | tests | settled |
    |------|----------|------|-------|------|-------|-------------|-------|---------|
    | A    | 机构A    | 2025 | 1     | 1000 | 300   | 100         | 0     | 200     |
    | A    | 机构A    | 2025 | 2     | 1000 | 500   |             | 50    | 200.01  |
    | A    | 机构A    | 2024 | 12    | 1000 | 999   | 999         | 999   | 999     |
    | B    | 机构B    | 2025 | 3     | 1000 | 399.9 | 99.9        | 50    | 100.01  |
    |      | 机构C    | 2025 | 4     | 1000 | 400.1 | 100.1       | 50    |         |
    |      | 机构     | 2025 | 5     | 0    | 5     | 5           | 5     | 0       |
    | D    |          | 2025 | 6     |      | 5     |             |       | 7       |
    | Z    | 机构Z    | 2025 | 7     | 1    | 1     | 0           | 0     | 1       |
    |      | 机构不明 | 2025 | 8     | 1    | 1     | 0           | 0     | 1       |
    """
)
OF_MONTHS = read_table(
    """
    | code | months | drug_share | consumable_share | test_share | settled | unsettled   | above                                  | note                     |
    |------|--------|------------|------------------|------------|---------|-------------|----------------------------------------|--------------------------|
    | A    | 2      | 800/2000   | 100/1000         | 50/2000    | 400.01  | 500-400.01  |                                        | 月度费用只有 2 个月（共 12 个月） |
    | B    | 1      | 399.9/1000 | 99.9/1000        | 50/1000    | 100.01  | 100-100.01  |                                        | 多于结算中的救助金额     |
    | C    | 1      | 400.1/1000 | 100.1/1000       | 50/1000    |         |             | outside_share own_share drug_share consumable_share | 月度费用只有 1 个月 |
    | D    | 1      |            |                  |            | 7       | 0-7         |                                        | 多于结算中的救助金额     |
    |      | 1      |            |                  |            | 0       | 0           | stay_cost                              | 月度费用只有 1 个月      |
    | E    |        |            |                  |            |         |             |                                        | 没有医院等级             |
    """
)


def test_what_no_settlement_has_comes_from_the_months(loaded: Bureau) -> None:
    """Hebei 六（三）: shares of drugs, consumables and tests against the level's median (40 %, 10 %, 5 %; equal is not above); Dongyang
    四（四）: what was settled with each institution, and what was not."""
    loaded.load("institution_months", [
        {**MONTH, "fixmedins_code": row["code"], "fixmedins_name": row["name"], **{name: row[name] for name in list(row)[2:]}}
        for row in MONTHS
    ])
    store = loaded.store()
    found = institutions(store, store.manifest, WEIHAI, *YEAR)
    rows = {row["code"]: row for row in institution_rows(found)}
    for expected in OF_MONTHS:
        row = rows[expected["code"]]
        assert row["months_told"] == expected["months"], expected
        for name, measure in (("drug_share", "DRUG_SHARE"), ("consumable_share", "CONSUMABLE_SHARE"), ("test_share", "TEST_SHARE")):
            assert row[name] == figure_text(number(expected[name]), InstitutionMeasure[measure]), expected
        for name in ("settled", "unsettled"):
            assert (number(row[name]) if row[name] else None) == number(expected[name]), expected
        assert row["above_median"] == expected["above"] and expected["note"] in row["note"], expected
    assert {rows["A"][name] for name in ("drug_share_median", "consumable_share_median", "test_share_median")} == {"0.4000", "0.1000", "0.0500"}
    assert found.missing == ("医药机构月度费用中有 2 家机构在这一期间的结算里没有，或同名的不止一家，没有列出",)
    # Whoever sees a part of the people cannot hold their assistance against what was settled for all.
    (part,) = {row["settled"] for row in institution_rows(institutions(store, store.manifest, WEIHAI, *YEAR, Scope(("3710",))))}
    assert part == ""
    # A month alone.
    february = institutions(store, store.manifest, WEIHAI, date(2025, 2, 1), date(2025, 2, 28))
    assert [(row["code"], row["months_told"]) for row in institution_rows(february)] == [("B", "")]


def test_months_told_by_code_and_by_name_and_of_several_levels(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.settlements(
        care(1, fixmedins_code="A", fixmedins_name="甲院", maf_pay=100), care(2, fixmedins_code="B", fixmedins_name="同名", maf_pay=100),
        care(3, fixmedins_code="C", fixmedins_name="同名", maf_pay=100),
        care(4, fixmedins_code="D", fixmedins_name="丁院", hosp_lv="05", maf_pay=100),
        care(5, fixmedins_code="D", fixmedins_name="丁院", hosp_lv="02", maf_pay=100),
    )
    bureau.load("institution_months", [{**MONTH, **row} for row in (
        # January is told under both, once with the code: that one counts.
        {"fixmedins_name": "甲院", "cost": "100", "drugs": "90", "settled": "90"}, {"fixmedins_code": "A", "cost": "100", "drugs": "10", "settled": "10"},
        {"fixmedins_name": "甲院", "month": "2", "cost": "100", "drugs": "30", "settled": "30"},
        {"fixmedins_name": "同名", "cost": "100", "drugs": "50", "settled": "50"},
        {"fixmedins_code": "D", "cost": "100", "drugs": "50", "settled": "50"},
    )])
    store = bureau.store()
    found = institutions(store, store.manifest, WEIHAI, *YEAR)
    assert sorted((row["code"], row["drug_share"], row["settled"], row["unsettled"]) for row in institution_rows(found)) == [
        ("A", "0.2000", "40.00", "60.00"), ("B", "", "", ""), ("C", "", "", ""), ("D", "0.5000", "", ""), ("D", "0.5000", "", ""),
    ]
    assert found.missing == ("医药机构月度费用中有 1 家机构在这一期间的结算里没有，或同名的不止一家，没有列出",)


def test_a_column_that_is_not_there_is_missing_and_not_zero(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    row = care(1, fixmedins_code="A", hifp_pay=100, psn_part_amt=100)
    bureau.settlements({name: value for name, value in row.items() if name not in ("fulamt_ownpay_amt", "hosp_lv", "maf_pay")})
    store = bureau.store()
    found = institutions(store, store.manifest, WEIHAI, *YEAR)
    (row,) = institution_rows(found)
    assert (row["outside"], row["outside_share"], row["aid"], row["own_share"]) == ("", "", "", "0.5000")
    assert "全自费金额（fulamt_ownpay_amt）、医院等级（hosp_lv）、医疗救助基金支出（maf_pay）列（缺列不等于零）" in row["missing"]


def test_one_code_with_several_names_or_places_says_so(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.settlements(
        care(1, fixmedins_code="A", fixmedins_name="甲院", hifp_pay=1), care(2, fixmedins_code="A", fixmedins_name="甲医院", hifp_pay=1),
        care(3, fixmedins_code="B", fixmedins_name="乙院", hifp_pay=1), care(4, fixmedins_code="B", fixmedins_name="", hifp_pay=1),
        care(5, fixmedins_code="C", fixmedins_name="丙院", hifp_pay=1),
        care(6, fixmedins_code="C", fixmedins_name="丙院", hifp_pay=1, fix_blng_admdvs="371083"),
        care(7, fixmedins_code="D", fixmedins_name="丁院", hosp_lv="05", hifp_pay=1),
        care(8, fixmedins_code="D", fixmedins_name="丁院", hosp_lv="02", hifp_pay=1),
    )
    store = bureau.store()
    notes: dict[str, list[str]] = defaultdict(list)
    for row in institution_rows(institutions(store, store.manifest, WEIHAI, *YEAR)):
        notes[row["code"]].append(row["note"])
    assert notes == {"A": ["同一编号有几个名称"], "B": [""], "C": ["结算中的机构所在地不止一个"], "D": ["同一编号有几个医院等级，分别列出"] * 2}


def test_a_window_without_data_and_data_without_institutions_are_refused(loaded: Bureau, tmp_path: Path) -> None:
    store = loaded.store()
    with pytest.raises(StoreError, match="没有任何结算数据"):
        institutions(store, store.manifest, WEIHAI, date(2023, 1, 1), date(2023, 12, 31))
    row = care(99, hifp_pay=1, setl_time="2024-03-01")
    loaded.settlements({name: value for name, value in row.items() if not name.startswith("fixmedins")})
    store = loaded.store()
    with pytest.raises(StoreError, match="没有定点医药机构代码"):
        institutions(store, store.manifest, WEIHAI, date(2024, 1, 1), date(2024, 12, 31))


def test_a_month_and_a_scope_narrow_it(loaded: Bureau) -> None:
    store = loaded.store()
    february = institutions(store, store.manifest, WEIHAI, date(2025, 2, 1), date(2025, 2, 28))
    assert [one.sums["code"] for one in february.rows] == ["B"]
    assert institutions(store, store.manifest, WEIHAI, *YEAR, Scope(("371083",))).rows == ()
    assert len(institutions(store, store.manifest, WEIHAI, *YEAR, Scope(("3710",))).rows) == len(EXPECTED)
    loaded.people({"certno": certno(2), "psn_no": "P2", "psn_name": "样例", "town": "甲镇"},
                  {"certno": certno(1), "psn_no": "P1", "psn_name": "样例", "town": "乙镇"})
    store = loaded.store()
    narrow = institutions(store, store.manifest, WEIHAI, *YEAR, Scope(("371002",), ("甲镇",)))
    assert {one.sums["code"] for one in narrow.rows} == {"B", "C"}
    assert {one.sums["settlements"] for one in narrow.rows} == {1, 2}


def slow(rows: list[dict[str, str]]) -> dict[tuple[str, str, str], dict[str, object]]:
    """The same by hand: refunds and void rows out, one dict a settlement, exact fractions."""
    refunded = {row["init_setl_id"] for row in rows if row["init_setl_id"] and row["vali_flag"] != "0" and row["refd_setl_flag"] == "1"}
    groups: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        void = row["vali_flag"] == "0" or row["refd_setl_flag"] == "1" or row["setl_id"] in refunded
        if not void and row["setl_time"].startswith("2025") and row["insu_admdvs"] in ("", "371002", "371083"):
            known_as = "" if row["fixmedins_code"] else row["fixmedins_name"]
            groups[row["fixmedins_code"], known_as, row["hosp_lv"]].append(row)
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for key, own in groups.items():
        def total(name: str, of: list[dict[str, str]] = own) -> Fraction:
            return sum((Fraction(row[name]) for row in of), Fraction(0))

        people: dict[str, Fraction] = defaultdict(Fraction)
        visits: dict[str, Fraction] = defaultdict(Fraction)
        for row in own:
            people[row["certno"]] += Fraction(row["maf_pay"])
            if row["med_type"] == "21":
                visits[row["mdtrt_id"] or row["setl_id"]] += Fraction(row["medfee_sumamt"])
        stays = [cost for cost in visits.values() if cost > 0]
        cost = total("medfee_sumamt")
        helped = {person for person, aid in people.items() if aid > 0}
        theirs = [row for row in own if row["certno"] in helped]
        found[key] = {
            "cost": cost, "aid": total("maf_pay"), "people": len(helped), "assisted_cost": total("medfee_sumamt", theirs),
            "outside": total("fulamt_ownpay_amt") / cost if cost > 0 else None, "own": total("psn_part_amt") / cost if cost > 0 else None,
            "stay": sum(stays, Fraction(0)) / len(stays) if stays else None, "settlements": len(own),
        }
    for name in ("outside", "own", "stay"):
        for level in set(LEVELS.values()):
            known = sorted(one[name] for key, one in found.items() if LEVELS.get(key[2]) == level and one[name] is not None)
            middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2 if known else None
            for key, one in found.items():
                if LEVELS.get(key[2]) == level:
                    one[f"{name}_above"] = one[name] is not None and one[name] > middle
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_sql_against_a_slow_reference(tmp_path: Path, home: Path, seed: int) -> None:
    chance = random.Random(seed)
    amounts = ["0", "0.01", "99.99", "-50", "1000", "333.33"]
    rows: list[dict[str, str]] = []
    for n in range(150):
        if rows and chance.random() < 0.08:
            # The other half of a refund: what it names does not count, and neither does it.
            first = chance.choice(rows)
            amounts_back = {name: str(-Decimal(first[name] or 0)) for name in first if name.endswith(("_pay", "_amt", "_sumamt"))}
            rows.append({**first, **amounts_back, "setl_id": f"S{n}", "init_setl_id": first["setl_id"], "refd_setl_flag": "1",
                         "vali_flag": chance.choice(["1", "0"])})
            continue
        code = chance.choice(["A", "B", "C", "D", "E", ""])
        rows.append(care(
            n, certno=certno(chance.randrange(9)), fixmedins_code=code, fixmedins_name=chance.choice(["甲院", "乙院"]) if not code else "",
            hosp_lv=chance.choice(["02", "05", "06", "", "11"]), insu_admdvs=chance.choice(["371002", "371002", "371083", "130602", ""]),
            med_type=chance.choice(["21", "21", "11", "41"]), mdtrt_id=chance.choice(["", f"M{chance.randrange(20)}"]),
            setl_time=chance.choice(["2025-01-01 00:00:00", "2025-12-31 23:59:59", "2024-12-31 23:59:59", "2026-01-01 00:00:00"]),
            hifp_pay=chance.choice(["5000", "123.45", "0"]), maf_pay=chance.choice(amounts), psn_part_amt=chance.choice(amounts),
            fulamt_ownpay_amt=chance.choice(["0", "0.01", "77.7"]), vali_flag=chance.choice(["1"] * 9 + ["0"]),
        ))
    bureau = Bureau(tmp_path)
    assert bureau.settlements(*rows).accepted == len(rows)
    store = bureau.store()
    found = institutions(store, store.manifest, WEIHAI, *YEAR)
    expected = slow(rows)
    by_key = {(one.sums["code"], "" if one.sums["code"] else one.sums["name"], one.sums["hosp_lv"]): one for one in found.rows}
    assert set(by_key) == set(expected)
    for key, one in by_key.items():
        wanted = expected[key]
        assert (Fraction(one.sums["cost"]), Fraction(one.sums["aid"]), one.sums["assisted_people"], one.sums["settlements"]) == (
            wanted["cost"], wanted["aid"], wanted["people"], wanted["settlements"]), key
        assert Fraction(one.sums["assisted_cost"] or 0) == wanted["assisted_cost"]
        for measure, name in (
            (InstitutionMeasure.OUTSIDE_SHARE, "outside"), (InstitutionMeasure.OWN_SHARE, "own"), (InstitutionMeasure.STAY_COST, "stay")
        ):
            assert one.figures[measure].value == wanted[name], (key, name)
            assert one.figures[measure].above_median == wanted.get(f"{name}_above", False), (key, name)


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (Fraction(1, 3), InstitutionMeasure.OWN_SHARE, "0.3333"), (Fraction(1, 20000), InstitutionMeasure.OWN_SHARE, "0.0001"),
        (Fraction(1, 20001), InstitutionMeasure.OWN_SHARE, "0.0000"), (Fraction(1), InstitutionMeasure.OWN_SHARE, "1.0000"),
        (Fraction(200001, 200), InstitutionMeasure.STAY_COST, "1000.01"), (None, InstitutionMeasure.STAY_COST, ""),
        (Fraction(-1, 3), InstitutionMeasure.OWN_SHARE, "-0.3333"),
    ],
)
def test_figures_are_rounded_half_up(value: Fraction | None, measure: InstitutionMeasure, text: str) -> None:
    assert figure_text(value, measure) == text
    if value is not None:
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        assert Decimal(text) == exact.quantize(Decimal(text), ROUND_HALF_UP)
