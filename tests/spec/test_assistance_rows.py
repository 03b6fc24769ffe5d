"""Medical-assistance schedules (医疗救助标准) by document, year and category: one table, held against the texts.

Every income is 40,000 yuan here, so 10 % of it is 4,000. Gansu's transition period lasts until 2025-12-31, Inner Mongolia's
prefecture has recorded the caps, the critical-illness deductible (14,000) and the tilt's cap.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tables import read_table

from monitor.base.settings import ROOT
from monitor.base.vocabulary import MONITORED, Category, Residents
from monitor.policy.assistance import ScheduleRow, other_rules, schedule_rows
from monitor.policy.incomes import Income, Incomes
from monitor.policy.library import load_library
from monitor.policy.parameters import with_recorded

LIBRARY = load_library(ROOT / "policies")
DISTRICTS = {"130602", "150102", "330783", "371002", "620102"}
INCOMES = Incomes(
    Income(region, residents, year, Decimal("40000.00"), "示例", date(2026, 1, 1), "示例")
    for region in ("130000", "130600", "150100")
    for residents in (Residents.ALL, Residents.RURAL)
    for year in (2021, 2022, 2024)
)
RECORDED = {
    "gansu-2022-23": {"aid.transition_end": "2025-12-31"},
    "inner-mongolia-2022-draft": {
        "aid.tekun.cap": "100000.00", "aid.dibao.cap": "90000.00", "aid.returned.cap": "80000.00",
        "aid.returned.deductible": "1000.00", "aid.marginal.cap": "70000.00", "aid.illness_poor.cap": "60000.00",
        "aid.tilt.cap": "none", "insurance.deductible": "14000.00",
    },
}

#: cap/serious: the annual cap, and that of serious illness. again: what is over it → how much of it, up to how much.
SCHEDULES = """
| document                  | year           | categories                                           | route          | deductible | ratio | cap/serious | again               |
|---------------------------|----------------|------------------------------------------------------|----------------|------------|-------|-------------|---------------------|
| gansu-2022-23             | 2022 2023 2025 | tekun orphan                                         | direct         | 0          | 1     | 50000/80000 | 6000 → 0.3, no cap  |
| gansu-2022-23             | 2022 2023 2025 | dibao returned_to_poverty                            | direct         | 0          | 0.7   | 50000/80000 | 6000 → 0.3, no cap  |
| gansu-2022-23             | 2022 2023 2025 | monitored                                            | direct         | 0          | 0.6   | 50000/80000 | 6000 → 0.3, no cap  |
| gansu-2022-23             | 2022 2023 2025 | lifted_out                                           | direct         | 0          | 0.6   | 50000/80000 | 6000 → 0.3, no cap  |
| gansu-2022-23             | 2022 2023 2025 | dibao_marginal                                       | on_application | 2000       | 0.6   | 50000/80000 | 6000 → 0.3, no cap  |
| gansu-2022-23             | 2022 2023 2025 | illness_poor                                         | on_application | 5000       | 0.6   | 50000/80000 | 6000 → 0.3, no cap  |
| weihai-2022-15            | 2022 2023 2025 | tekun orphan dibao returned_to_poverty               | direct         | 0          | 0.7   | 70000       | 5000 → 0.7, 20000   |
| weihai-2022-15            | 2022 2023 2025 | dibao_marginal monitored                             | direct         | 3000       | 0.5   | 10000       | 10000 → 0.7, 10000  |
| weihai-2022-15            | 2022 2023 2025 | illness_poor                                         | on_application | 10000      | 0.6   | 50000       | none                |
| dongyang-2020-24          | 2022 2023 2025 | tekun                                                | direct         | 0          | 1     | 80000       | none                |
| dongyang-2020-24          | 2022 2023 2025 | dibao child_in_need                                  | direct         | 0          | 0.8   | 80000       | none                |
| dongyang-2020-24          | 2022 2023 2025 | dibao_marginal                                       | direct         | 5000       | 0.6   | 80000       | none                |
| dongyang-2020-24          | 2022 2023 2025 | illness_poor veteran_hardship severe_disability      | direct         | 20000      | 0.5   | 80000       | none                |
| dongyang-2020-24          | 2022 2023 2025 | other_hardship                                       | direct         | 20000      | 0.5   | 80000       | none                |
| hebei-city-2022           | 2022           | tekun dibao                                          | direct         | 0          | 0.7   | 10000       | 18000 → 0.7, 20000  |
| hebei-city-2022           | 2022           | dibao_marginal monitored_marginal monitored_sudden   | on_application | 2500       | 0.67  | 10000       | 18000 → 0.7, 20000  |
| hebei-city-2022           | 2022           | illness_poor                                         | on_application | 6500       | 0.67  | 10000       | 18000 → 0.7, 20000  |
| hebei-city-2022           | 2023 2025      | tekun dibao                                          | direct         | 0          | 0.7   | 10000       | 40000 → 0.7, 20000  |
| hebei-city-2022           | 2023 2025      | dibao_marginal monitored_marginal monitored_sudden   | on_application | 4000       | 0.67  | 10000       | 40000 → 0.7, 20000  |
| hebei-city-2022           | 2023 2025      | illness_poor                                         | on_application | 10000      | 0.67  | 10000       | 40000 → 0.7, 20000  |
| inner-mongolia-2022-draft | 2022 2023 2025 | tekun                                                | direct         | 0          | 1     | 100000      | 7000 → 0.6, no cap  |
| inner-mongolia-2022-draft | 2022 2023 2025 | dibao                                                | direct         | 2000       | 0.7   | 90000       | 7000 → 0.6, no cap  |
| inner-mongolia-2022-draft | 2022 2023 2025 | returned_to_poverty                                  | direct         | 1000       | 0.7   | 80000       | 7000 → 0.6, no cap  |
| inner-mongolia-2022-draft | 2022 2023 2025 | dibao_marginal                                       | on_application | 4000       | 0.6   | 70000       | 7000 → 0.6, no cap  |
| inner-mongolia-2022-draft | 2022 2023 2025 | illness_poor                                         | on_application | 10000      | 0.6   | 60000       | 7000 → 0.6, no cap  |
"""

ROWS = [
    {**row, "year": year, "category": category}
    for row in read_table(SCHEDULES)
    for year in row["year"].split()
    for named in row["categories"].split()
    for category in (MONITORED if named == "monitored" else (Category(named),))
]


def rows_of(document_id: str, as_of: date) -> tuple[ScheduleRow, ...]:
    document = with_recorded(LIBRARY.get(document_id), RECORDED.get(document_id, {}))
    return schedule_rows(document, as_of, INCOMES, DISTRICTS)


def again(row: ScheduleRow) -> str:
    if not row.has_tilt:
        assert (row.tilt_threshold, row.tilt_ratio, row.tilt_cap) == (None, None, None)
        return "none"
    assert row.tilt_threshold is not None and row.tilt_ratio is not None
    cap = "no cap" if row.tilt_cap_unlimited else f"{row.tilt_cap:.0f}"
    return f"{row.tilt_threshold:.0f} → {row.tilt_ratio}, {cap}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['document']} {row['year']} {row['category']}")
def test_the_schedule(row: dict[str, str]) -> None:
    found = [
        one
        for one in rows_of(row["document"], date(int(row["year"]), 12, 31))
        if one.category == row["category"] and not one.apart
    ]
    (one,) = found
    assert one.missing == ""
    assert one.route == row["route"]
    assert one.deductible == Decimal(row["deductible"])
    assert one.ratio == Decimal(row["ratio"])
    cap, _, serious = row["cap/serious"].partition("/")
    assert (one.cap, one.cap_unlimited) == (Decimal(cap), False)
    assert one.cap_serious == (Decimal(serious) if serious else None)
    assert again(one) == row["again"]
    assert one.clause and one.quote


@pytest.mark.parametrize("document_id", LIBRARY.documents)
def test_every_named_category_is_in_the_table_or_sent_elsewhere(document_id: str) -> None:
    listed = {row["category"] for row in ROWS if row["document"] == document_id}
    document = LIBRARY.get(document_id)
    assert listed | set(other_rules(document)) == set(document.named)
    assert not listed & set(other_rules(document))


OTHER_RULES = """
| document                  | categories                                                    |
|---------------------------|---------------------------------------------------------------|
| weihai-2022-15            | other_hardship                                                |
| hebei-city-2022           | returned_to_poverty monitored_unstable lifted_out other_hardship |
| inner-mongolia-2022-draft | monitored_unstable monitored_marginal monitored_sudden other_hardship |
| gansu-2022-23             | other_hardship                                                |
| dongyang-2020-24          |                                                               |
"""


@pytest.mark.parametrize("row", read_table(OTHER_RULES), ids=lambda row: row["document"])
def test_set_by_other_rules(row: dict[str, str]) -> None:
    assert list(other_rules(LIBRARY.get(row["document"]))) == row["categories"].split()


def test_dongyangs_chronic_disease_outpatient_aid_stands_apart() -> None:
    apart = [row for row in rows_of("dongyang-2020-24", date(2025, 12, 31)) if row.apart]
    assert [row.category for row in apart] == ["tekun", "dibao", "child_in_need"]
    for row in apart:
        assert row.care == ("chronic_outpatient",)
        assert (row.deductible, row.ratio, row.cap) == (Decimal(3000), Decimal(1), Decimal(2000))
        assert not row.has_tilt
        assert "超过 3000 元的部分全额救助" in row.reading
    others = [row for document_id in LIBRARY.documents for row in rows_of(document_id, date(2025, 12, 31)) if row.apart]
    assert others == apart


#: within: where tilt care must be. referral: what needs a proper referral outside the prefecture. months: look-back.
CARE = """
| document                  | care                                                             | referral | within   | window                                           | months |
|---------------------------|------------------------------------------------------------------|----------|----------|--------------------------------------------------|--------|
| gansu-2022-23             | inpatient chronic_outpatient special_outpatient                  | all tilt | province | before_application_date (marginal, illness_poor) | 12     |
| weihai-2022-15            | inpatient chronic_outpatient special_outpatient special_drug     |          |          | before_application_month (illness_poor)          | 12     |
| hebei-city-2022           | inpatient outpatient chronic_outpatient special_outpatient       | all tilt | province |                                                  |        |
| inner-mongolia-2022-draft | inpatient outpatient chronic_outpatient special_outpatient       | all tilt | province | before_recognition (everybody)                   | 12     |
| dongyang-2020-24          | inpatient special_outpatient                                     |          |          |                                                  |        |
"""


@pytest.mark.parametrize("row", read_table(CARE), ids=lambda row: row["document"])
def test_care_referral_and_look_back(row: dict[str, str]) -> None:
    window, _, who = row["window"].removesuffix(")").partition(" (")
    for one in rows_of(row["document"], date(2025, 12, 31)):
        if not one.apart:
            assert list(one.care) == row["care"].split()
        assert one.needs_referral == ("all" in row["referral"])
        assert one.tilt_needs_referral == (one.has_tilt and "tilt" in row["referral"])
        assert one.tilt_within == (row["within"] if one.has_tilt else "")
        assert one.tilt_calendar_year == (one.has_tilt and row["document"] == "gansu-2022-23")
        reaches_back = bool(who) and (who == "everybody" or one.schedule in who.split(", "))
        assert one.window == (window if reaches_back else "calendar_year")
        assert one.look_back_months == (int(row["months"]) if reaches_back else 0)
        assert one.deducted == ()
        assert one.once_a_year == (one.window == "before_application_month")


def test_which_figures_are_bounds_is_said() -> None:
    """In words, on the row: what the text leaves open and what was used instead."""
    gansu = {row.category: row.bounds for row in rows_of("gansu-2022-23", date(2025, 12, 31))}
    assert gansu[Category.TEKUN] == ()
    assert gansu[Category.DIBAO] == ("救助比例：不低于 70%；本地尚未登记，按 70% 计",)
    assert gansu[Category.LIFTED_OUT] == ("救助比例：自 60% 渐退；本地尚未登记，按 60% 计",)
    hebei = {row.category: row.bounds for row in rows_of("hebei-city-2022", date(2025, 12, 31))}
    assert hebei[Category.DIBAO_MARGINAL][0] == (
        "救助起付标准：统筹地区全体居民人均可支配收入的 10% 左右；本地尚未登记，"
        "按 统筹地区全体居民人均可支配收入的 10% 计（2024 年 40,000.00 元 × 10%）"
    )
    assert {row.bounds for row in rows_of("hebei-city-2022", date(2022, 12, 31))} == {()}
    assert {row.bounds for row in rows_of("weihai-2022-15", date(2025, 12, 31))} == {()}
    assert {row.bounds for row in rows_of("dongyang-2020-24", date(2025, 12, 31))} == {()}


TRANSITION = """
| as of      | recorded end | answer                                           |
|------------|--------------|--------------------------------------------------|
| 2025-12-30 | 2025-12-31   | until 2025-12-31                                 |
| 2025-12-31 | 2025-12-31   | until 2025-12-31                                 |
| 2026-01-01 | 2025-12-31   | 过渡期已于 2025-12-31 结束，文件没有此后的标准。 |
| 2025-12-31 |              | aid.transition_end=日期                          |
"""


@pytest.mark.parametrize("row", read_table(TRANSITION), ids=lambda row: f"{row['as of']} {row['recorded end']}")
def test_the_transition_period_ends_when_the_bureau_says(row: dict[str, str]) -> None:
    document = with_recorded(LIBRARY.get("gansu-2022-23"), {"aid.transition_end": row["recorded end"]})
    for one in schedule_rows(document, date.fromisoformat(row["as of"]), Incomes(), DISTRICTS):
        if one.category not in (*MONITORED, Category.LIFTED_OUT):
            assert (one.until, one.missing) == (None, "")
        elif row["answer"].startswith("until"):
            assert (f"until {one.until}", one.missing) == (row["answer"], "")
        else:
            assert row["answer"] in one.missing


def test_rows_follow_the_pooling_area_where_a_figure_does() -> None:
    hebei = schedule_rows(LIBRARY.get("hebei-city-2022"), date(2022, 12, 31), INCOMES, {"130602", "130684", "130102", "371002"})
    assert [row.region_prefix for row in hebei if row.category == "dibao"] == ["1306"]
    mongolia = schedule_rows(LIBRARY.get("inner-mongolia-2022-draft"), date(2025, 12, 31), INCOMES, {"150102", "150203", "371002"})
    assert [row.region_prefix for row in mongolia if row.category == "dibao"] == ["1501", "1502"]
    assert schedule_rows(LIBRARY.get("inner-mongolia-2022-draft"), date(2025, 12, 31), INCOMES, set()) == ()
    gansu = schedule_rows(LIBRARY.get("gansu-2022-23"), date(2022, 12, 31), INCOMES, {"620102", "620602"})
    assert {row.region_prefix for row in gansu} == {"62"}
    weihai = schedule_rows(LIBRARY.get("weihai-2022-15"), date(2025, 12, 31), INCOMES, set())
    assert {row.region_prefix for row in weihai} == {"3710"}


def test_an_income_that_is_missing_makes_the_row_not_computable_and_nothing_else() -> None:
    document = LIBRARY.get("hebei-city-2022")
    rows = {row.category: row for row in schedule_rows(document, date(2024, 12, 31), INCOMES, {"130602"})}
    marginal = rows[Category.DIBAO_MARGINAL]
    assert "130600 全体居民（all）2023 年" in marginal.missing
    assert "130000 农村常住居民（rural）2023 年" in marginal.missing
    assert "monitor import incomes" in marginal.missing
    assert marginal.missing.endswith("。")
    assert (marginal.deductible, marginal.tilt_threshold, marginal.cap) == (None, None, Decimal(10000))
    assert "130600" not in rows[Category.DIBAO].missing
    provisional = schedule_rows(document, date(2024, 12, 31), INCOMES, {"130602"}, provisional=True)
    assert {(row.missing, row.provisional) for row in provisional} == {("", True)}
    settled = schedule_rows(document, date(2025, 12, 31), INCOMES, {"130602"}, provisional=True)
    assert {row.provisional for row in settled} == {False}


def test_a_year_the_text_says_nothing_about() -> None:
    rows = schedule_rows(LIBRARY.get("hebei-city-2022"), date(2021, 12, 31), INCOMES, {"130602"})
    assert all("文件没有 2021 年的重特大疾病救助起付标准" in row.missing for row in rows)


def test_the_points_for_childhood_diseases() -> None:
    document = LIBRARY.get("hebei-city-2022")
    for recorded, on in (("ratio", ("ratio",)), ("tilt_ratio", ("tilt_ratio",)), ("both", ("ratio", "tilt_ratio")), ("elsewhere", ())):
        chosen = with_recorded(document, {"aid.extra_points_on": recorded})
        for row in schedule_rows(chosen, date(2022, 12, 31), INCOMES, {"130602"}):
            assert (row.extra_points, row.extra_points_on, row.extra_points_missing) == (Decimal("0.05"), on, "")
            assert row.extra_points_under_age == 18
    for row in schedule_rows(document, date(2022, 12, 31), INCOMES, {"130602"}):
        assert row.missing == ""
        assert "提高的 5 个百分点" in row.extra_points_missing
        assert "aid.extra_points_on=" in row.extra_points_missing
    for row in rows_of("weihai-2022-15", date(2025, 12, 31)):
        assert (row.extra_points, row.extra_points_on, row.extra_points_missing) == (0, (), "")


@pytest.mark.parametrize(("document_id", "clause"), [("hebei-city-2022", "六（三）"), ("inner-mongolia-2022-draft", "二（十八）")])
def test_the_standards_of_the_insured_place_are_a_reading_that_is_shown(document_id: str, clause: str) -> None:
    """Both texts say 户籍地; the data have the insured place, and whoever reads an explanation reads that."""
    document = LIBRARY.get(document_id)
    referral = document.provisions.assistance.referral
    assert referral is not None and referral.clause == clause
    reading = next(one for one in referral.readings if one.id == "household_place")
    rows = schedule_rows(document, date(2025, 12, 31), INCOMES, DISTRICTS)
    assert rows and all(reading.text in row.reading for row in rows)
