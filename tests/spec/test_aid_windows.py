"""Whose care counts, and since when: months and leap years before applications and recognitions, referral, other insurance,
assistance recorded alone, children's diseases, decisions of single cases. The SQL of a run over a few rows in memory."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from entitling import Case, schedule
from tables import read_table

from monitor.base.vocabulary import Route
from monitor.entitle.calculation import birthday, born_on
from monitor.entitle.sql import sql

LOOK_BACK = read_table(
    """
    | window                    | as_of      | applied_on | outcome | settled             | counted |
    |---------------------------|------------|------------|---------|---------------------|---------|
    | calendar_year             | 2025-06-30 |            |         | 2025-01-01          | yes     |
    | calendar_year             | 2025-06-30 |            |         | 2024-12-31 23:59:59 | no      |
    | calendar_year             | 2025-06-30 |            |         | 2025-06-30 23:59:59 | yes     |
    | calendar_year             | 2025-06-30 |            |         | 2025-07-01          | no      |
    | before_application_date   | 2025-12-31 |            |         | 2024-12-31          | no      |
    | before_application_date   | 2025-12-31 | 2025-06-15 | granted | 2024-06-15          | yes     |
    | before_application_date   | 2025-12-31 | 2025-06-15 | granted | 2024-06-14 23:59:59 | no      |
    | before_application_date   | 2025-12-31 | 2025-06-15 | granted | 2025-11-01          | yes     |
    | before_application_date   | 2025-12-31 | 2025-06-15 | pending | 2024-06-15          | yes     |
    | before_application_date   | 2025-12-31 | 2025-06-15 | refused | 2024-12-31          | no      |
    | before_application_date   | 2025-12-31 | 2025-06-15 | refused | 2025-01-01          | yes     |
    | before_application_date   | 2025-12-31 | 2024-12-31 | granted | 2024-12-31          | no      |
    | before_application_date   | 2025-05-31 | 2025-06-15 | granted | 2024-12-31          | no      |
    | before_application_date   | 2024-12-31 | 2024-02-29 | granted | 2023-02-28          | yes     |
    | before_application_date   | 2024-12-31 | 2024-02-29 | granted | 2023-02-27 23:59:59 | no      |
    | before_application_date   | 2025-12-31 | 2025-02-28 | granted | 2024-02-29          | yes     |
    | before_application_date   | 2025-12-31 | 2025-02-28 | granted | 2024-02-28          | yes     |
    | before_application_date   | 2025-12-31 | 2025-02-28 | granted | 2024-02-27          | no      |
    | before_application_date   | 2025-12-31 | 2025-01-01 | granted | 2024-01-01          | yes     |
    | before_application_month  | 2025-12-31 | 2025-06-15 | granted | 2024-06-01          | yes     |
    | before_application_month  | 2025-12-31 | 2025-06-15 | granted | 2024-05-31 23:59:59 | no      |
    | before_application_month  | 2025-12-31 | 2025-06-30 | granted | 2024-06-01          | yes     |
    | before_application_month  | 2025-12-31 | 2025-06-01 | granted | 2024-05-31          | no      |
    | before_application_month  | 2024-12-31 | 2024-02-29 | granted | 2023-02-01          | yes     |
    | before_application_month  | 2024-12-31 | 2024-02-29 | granted | 2023-01-31          | no      |
    | before_application_month  | 2025-12-31 | 2025-06-15 | pending | 2024-06-01          | yes     |
    """
)


GROUPS = sorted({(row["window"], row["as_of"]) for row in LOOK_BACK})


@pytest.mark.parametrize(("window", "as_of"), GROUPS)
def test_an_application_moves_the_window(window: str, as_of: str) -> None:
    months = 0 if window == "calendar_year" else 12
    case = Case([schedule("illness_poor", window=window, route=Route.ON_APPLICATION, look_back_months=months)], date.fromisoformat(as_of))
    rows = [row for row in LOOK_BACK if (row["window"], row["as_of"]) == (window, as_of)]
    for person, row in enumerate(rows):
        case.holds(person, "illness_poor").pays(person, "100", row["settled"])
        if row["applied_on"]:
            applied = date.fromisoformat(row["applied_on"])
            decided = None if row["outcome"] == "pending" else applied
            case.add("applications", person=person, category="illness_poor", applied_on=applied, outcome=row["outcome"], decided_on=decided)
    found = case.entitlements()
    for person, row in enumerate(rows):
        assert found[person]["eligible"] == (100 if row["counted"] == "yes" else 0), row


RECOGNITION = read_table(
    """
    | begin      | recognised | granted    | settled             | counted |
    |------------|------------|------------|---------------------|---------|
    | 2025-06-15 |            |            | 2024-06-15          | yes     |
    | 2025-06-15 |            |            | 2024-06-14 23:59:59 | no      |
    | 2025-06-15 |            |            | 2025-12-31          | yes     |
    | 2020-01-01 |            |            | 2024-12-31          | no      |
    | 2024-12-31 |            |            | 2024-12-31          | no      |
    | 2025-01-01 |            |            | 2024-01-01          | yes     |
    | 2020-01-01 |            | 2025-03-31 | 2024-03-31          | yes     |
    | 2020-01-01 |            | 2025-03-31 | 2024-03-30          | no      |
    |            |            | 2025-03-31 | 2024-03-31          | yes     |
    | 2025-07-01 | 2025-06-15 |            | 2024-06-15          | yes     |
    | 2025-07-01 | 2025-06-15 |            | 2024-06-14 23:59:59 | no      |
    | 2025-01-01 | 2024-12-15 |            | 2023-12-15          | yes     |
    | 2025-01-01 | 2024-12-15 |            | 2023-12-14 23:59:59 | no      |
    | 2025-01-01 | 2024-12-31 |            | 2023-12-31          | yes     |
    | 2024-12-01 | 2024-11-30 |            | 2024-12-31          | no      |
    | 2024-01-01 | 2025-02-10 |            | 2024-02-10          | yes     |
    | 2024-01-01 | 2025-02-10 |            | 2024-02-09          | no      |
    | 2025-07-01 | 2025-06-15 | 2025-03-31 | 2024-03-31          | yes     |
    """
)


def test_a_recognition_of_the_year_reaches_back() -> None:
    """Inner Mongolia: twelve months before recognition (认定), which a granted application is too. The day of recognition is
    the list's; where it gives only the first day in force, that day. It takes effect on the first of the next month, so
    that of a December is the next year's own."""
    case = Case([schedule("illness_poor", window="before_recognition", look_back_months=12, route=Route.ON_APPLICATION)])
    for person, row in enumerate(RECOGNITION):
        case.pays(person, "100", row["settled"])
        if row["begin"]:
            recognised = date.fromisoformat(row["recognised"]) if row["recognised"] else None
            case.holds(person, "illness_poor", date.fromisoformat(row["begin"]), recognised=recognised)
        if row["granted"]:
            case.add("applications", person=person, category="illness_poor", applied_on=date(2025, 3, 1), outcome="granted",
                     decided_on=date.fromisoformat(row["granted"]))
    found = case.entitlements()
    for person, row in enumerate(RECOGNITION):
        assert found[person]["eligible"] == (100 if row["counted"] == "yes" else 0), row


def test_of_several_applications_a_granted_one_counts_then_the_first() -> None:
    rows = [("refused", 1, 10), ("pending", 2, 10), ("granted", 5, 10), ("granted", 8, 10)]
    case = Case([schedule("illness_poor", window="before_application_date", look_back_months=12, route=Route.ON_APPLICATION)])
    for person in range(1, len(rows) + 1):
        case.pays(person, "100")
        for outcome, month, day in rows[:person]:
            applied = date(2025, month, day)
            case.add("applications", person=person, category="illness_poor", applied_on=applied, outcome=outcome,
                     decided_on=None if outcome == "pending" else applied)
    found = {person: (row["outcome"], row["applied_on"].month) for person, row in case.entitlements().items()}
    # A refused application recognises nobody.
    assert found == {2: ("pending", 2), 3: ("granted", 5), 4: ("granted", 5)}


def test_what_is_decided_after_the_day_is_open_on_it() -> None:
    case = Case([schedule("illness_poor", route=Route.ON_APPLICATION)], date(2025, 6, 30)).pays(1, "100")
    case.add("applications", person=1, category="illness_poor", applied_on=date(2025, 6, 1), outcome="refused", decided_on=date(2025, 7, 1))
    assert case.one()["outcome"] == "pending"


def test_an_application_for_a_direct_category_recognises_nobody() -> None:
    case = Case([schedule("dibao")]).pays(1, "100")
    case.add("applications", person=1, category="dibao", applied_on=date(2025, 6, 1), outcome="granted", decided_on=date(2025, 6, 2))
    assert case.entitlements() == {}


def test_a_transition_period_ends_what_counts() -> None:
    ends = {"tekun": date(2025, 6, 30), "dibao": date(2026, 6, 30), "lifted_out": date(2024, 12, 31)}
    case = Case([schedule(category, until=until) for category, until in ends.items()])
    for person, category in enumerate(ends):
        case.holds(person, category).pays(person, "100", "2025-06-30 23:59:59").pays(person, "10", "2025-07-01")
    assert [row["eligible"] for _, row in sorted(case.entitlements().items())] == [100, 110, None]


REFERRAL = read_table(
    """
    | place  | pay_loc | referred | needed | eligible | tilt looks at | assumed |
    |--------|---------|----------|--------|----------|---------------|---------|
    | 371083 | 2       | 0        | yes    | 100      | 100           | 0       |
    | 370102 | 3       | 1        | yes    | 100      | 100           | 0       |
    | 370102 | 3       | 0        | yes    | 0        | 0             | 0       |
    | 370102 | 3       |          | yes    | 100      | 100           | 100     |
    | 110101 | 4       | 1        | yes    | 100      | 0             | 0       |
    | 110101 | 4       | 0        | no     | 100      | 0             | 0       |
    | 370102 | 3       | 0        | no     | 100      | 0             | 0       |
    |        | 2       | 0        | yes    | 100      | 100           | 0       |
    |        | 4       | 0        | yes    | 0        | 0             | 0       |
    |        | 4       |          | yes    | 100      | 0             | 100     |
    |        | 3       |          | yes    | 100      | 100           | 100     |
    """
)


def test_referral() -> None:
    """Insured in 371002: none needed in 3710; elsewhere ``referred`` decides, blank is taken as referred and says so."""
    tilt: dict[str, Any] = {"tilt_threshold": "0", "tilt_ratio": "1", "tilt_needs_referral": True, "tilt_within": "province"}
    needing = {"yes": "dibao", "no": "tekun"}
    case = Case([schedule(category, needs_referral=needed == "yes", ratio="0.5", **tilt) for needed, category in needing.items()])
    for person, row in enumerate(REFERRAL):
        case.holds(person, needing[row["needed"]])
        case.pays(person, "100", fix_blng_admdvs=row["place"], pay_loc=row["pay_loc"], referred=row["referred"])
    found = case.entitlements()
    for person, row in enumerate(REFERRAL):
        one = found[person]
        assert [one[name] for name in ("eligible", "assumed")] == [Decimal(row[name]) for name in ("eligible", "assumed")], row
        assert one["tilt"] == Decimal(row["tilt looks at"]) / 2, row
        assert one["unreferred"] == (0 if row["eligible"] == "100" else 100), row


def test_a_tilt_leaves_aid_to_the_care_it_was_for() -> None:
    """Aid of 10,000 on 30,000 local care and 20,000 elsewhere; the tilt looks at local care and the aid that alone gives."""
    case = Case([schedule("dibao", ratio="0.5", cap="20000", tilt_threshold="6000", tilt_ratio="0.3", tilt_needs_referral=True,
                          tilt_within="province")])
    case.holds(1, "dibao").pays(1, "30000").pays(1, "20000", fix_blng_admdvs="110101", referred="1")
    found = case.one()
    assert found["aid"] == 20000
    assert found["tilt"] == Decimal("0.3") * (30000 - 15000 - 6000)


@pytest.mark.parametrize(("calendar_year", "tilt"), [(True, 30000 - 16800 - 6000), (False, 50000 - 28800 - 6000)])
def test_a_tilt_of_the_calendar_year_does_not_look_back(calendar_year: bool, tilt: int) -> None:
    """Gansu 三（六）: "在一个自然年度内累计超过 6000 元": last year's care within twelve months of applying is aided, not tilted."""
    case = Case([schedule("dibao_marginal", route=Route.ON_APPLICATION, deductible="2000", ratio="0.6", cap="50000", tilt_threshold="6000",
                          tilt_ratio="0.3", tilt_calendar_year=calendar_year, window="before_application_date", look_back_months=12)])
    case.holds(1, "dibao_marginal").pays(1, "20000", "2024-12-01").pays(1, "30000", "2025-01-01")
    found = case.add("applications", person=1, category="dibao_marginal", applied_on=date(2025, 3, 1), outcome="granted").one()
    assert (found["aid"], found["tilt"]) == (28800, Decimal("0.3") * tilt)


def test_other_insurance_is_taken_off_once() -> None:
    """Identity D: what stands in the funds' sum is off psn_part_amt already."""
    case = Case([schedule("dibao", deducted=("oth_pay", "hifes_pay"))])
    case.holds(1, "dibao").pays(1, "1000", oth_pay="300")
    case.holds(2, "dibao").pays(2, "1000", oth_pay="300", hifp_pay="500", fund_pay_sumamt="500")
    case.holds(3, "dibao").pays(3, "1000", oth_pay="300", hifes_pay="20", hifp_pay="500", fund_pay_sumamt="600")
    case.holds(4, "dibao").pays(4, "1000", oth_pay="0.05", fund_pay_sumamt="0")
    assert {person: row["eligible"] for person, row in case.entitlements().items()} == {1: 1000, 2: 700, 3: 780, 4: 1000}


def test_what_was_paid_counts_with_the_care_and_as_records_alone() -> None:
    case = Case([schedule("dibao", ratio="1"), schedule("dibao", schedule="chronic", care=("special_outpatient",), apart=True)])
    case.holds(1, "dibao").pays(1, "1000", maf_pay="300").pays(1, "50", med_type="41", maf_pay="50")
    case.pays(1, "0", med_type="9118", maf_pay="200")
    found = case.one()
    assert (found["eligible"], found["actual"], found["recorded"], found["shortfall"]) == (1000, 500, 200, 500)


def test_reimbursement_after_the_event_leaves_nothing_below_zero() -> None:
    found = Case([schedule("dibao")]).holds(1, "dibao").pays(1, "1000").pays(1, "-1200").one()
    assert (found["eligible"], found["aid"], found["expected"], found["remaining"]) == (0, 0, 0, 0)


CHILDREN = read_table(
    """
    | settled    | disease | grown_on   | points | aid     |
    |------------|---------|------------|--------|---------|
    | 2025-05-31 | C91     | 2025-06-01 | ratio  | 0.75    |
    | 2025-06-01 | C91     | 2025-06-01 | ratio  | 0.7     |
    | 2025-05-31 | C50     | 2040-01-01 | ratio  | 0.7     |
    | 2025-05-31 | C91     |            | ratio  | 0.7     |
    | 2025-05-31 | C91     | 2040-01-01 |        | 0.7     |
    """
)


def test_five_points_for_children_with_a_listed_disease() -> None:
    """Hebei: younger than eighteen on the day; nobody whose number is not known."""
    chosen = {"ratio": "dibao", "": "tekun"}
    case = Case([schedule(category, extra_points="0.05", extra_points_on=(points,), extra_points_under_age=18)
                 for points, category in chosen.items()])
    case.add("childhood_diseases", dise_codg="C91", dise_name="样例白血病")
    for person, row in enumerate(CHILDREN):
        case.holds(person, chosen[row["points"]]).pays(person, "1000", row["settled"], dise_codg=row["disease"])
        if row["grown_on"]:
            case.grown_up.append({"person": person, "under_age": 18, "grown_on": date.fromisoformat(row["grown_on"])})
    found = case.entitlements()
    for person, row in enumerate(CHILDREN):
        assert found[person]["aid"] == 1000 * Decimal(row["aid"]), row


def test_until_the_bureau_chose_the_ratio_a_listed_child_is_given_at_least_the_plain_one() -> None:
    case = Case([schedule("dibao", extra_points="0.05", extra_points_missing="尚未选定", extra_points_under_age=18)])
    case.holds(1, "dibao").pays(1, "1000", dise_codg="C91").holds(2, "dibao").pays(2, "1000")
    case.add("childhood_diseases", dise_codg="C91", dise_name="样例白血病")
    case.grown_up.append({"person": 1, "under_age": 18, "grown_on": date(2040, 1, 1)})
    found = case.entitlements()
    assert (found[1]["expected"], found[1]["bound"], found[1]["sentence"]) == (700, "at_least", "尚未选定")
    assert (found[2]["expected"], found[2]["bound"]) == (700, "exact")


def test_birthdays() -> None:
    assert born_on("990101201002293003") is None
    assert born_on("99010120080229300X") == date(2008, 2, 29)
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 3, 31), 18) == date(2026, 3, 31)
    assert born_on("990101080229300") is None


@pytest.mark.parametrize(("discusses", "expected"), [(True, 1700), (False, 700)])
def test_a_case_decision_is_due_beside_the_schedule(discusses: bool, expected: int) -> None:
    case = Case([schedule("dibao")], discusses=discusses).holds(1, "dibao").pays(1, "1000")
    case.add("case_decisions", person=1, decided_on=date(2025, 12, 31), kind="case_discussion", amount=Decimal(1000))
    case.add("case_decisions", person=1, decided_on=date(2026, 1, 1), kind="case_discussion", amount=Decimal(5000))
    case.add("case_decisions", person=1, decided_on=date(2024, 12, 31), kind="case_discussion", amount=Decimal(5000))
    found = case.one()
    assert (found["expected"], found["remaining"]) == (expected, 300)


def test_the_day_after_the_last_cent() -> None:
    """Exact until the end, cents half up: 0.67 × 0.75 = 0.5025 and 0.30 × (0.75 − 0.5025) = 0.07425 make 0.57675."""
    case = Case([schedule("dibao", ratio="0.67", tilt_threshold="0", tilt_ratio="0.3")]).holds(1, "dibao").pays(1, "0.75")
    found = case.one()
    assert (found["aid"], found["tilt"], found["expected"], found["remaining"]) == (
        Decimal("0.50"), Decimal("0.07"), Decimal("0.58"), Decimal("0.17"))


def test_a_category_that_cannot_be_computed_gives_way_and_says_so() -> None:
    case = Case([schedule("dibao", ratio="0.9", missing="尚未设定限额"), schedule("dibao_marginal", ratio="0.5")])
    found = case.holds(1, "dibao").holds(1, "dibao_marginal").pays(1, "1000").one()
    assert (found["category"], found["expected"], found["sentence"]) == ("dibao_marginal", 500, "尚未设定限额")


def test_schedules_of_one_category_fill_its_cap_in_order() -> None:
    rows = [schedule("dibao", care=("inpatient",), cap="1000"),
            schedule("dibao", schedule="outpatient", care=("outpatient",), cap="1000")]
    found = Case(rows).holds(1, "dibao").pays(1, "1000").pays(1, "1000", med_type="11").one()
    assert (found["aid"], found["cap_reached"]) == (1000, True)


REASONS = read_table(
    """
    | category       | begin      | settlements                            | application | reason         | since      |
    |----------------|------------|----------------------------------------|-------------|----------------|------------|
    | illness_poor   | 2020-01-01 | 1000 on 2025-02-01                     |             | no_application | 2025-02-01 |
    | illness_poor   | 2020-01-01 | 1000 on 2025-02-01                     | pending     | pending        | 2025-02-01 |
    | illness_poor   | 2020-01-01 | 1000 on 2025-02-01                     | refused     | refused        | 2025-02-01 |
    | illness_poor   | 2020-01-01 | 1000 on 2025-02-01                     | granted     | not_settled    | 2025-02-01 |
    | tekun          | 2025-06-01 | 1000 on 2025-05-31                     |             | not_identified | 2025-05-31 |
    | dibao          | 2025-06-01 | 1000 on 2025-06-01                     |             | not_settled    | 2025-06-01 |
    | tekun          | 2025-06-01 | 600 on 2025-05-31, 400 on 2025-06-02   |             | not_identified | 2025-05-31 |
    | tekun          | 2025-06-01 | 400 on 2025-05-31, 600 on 2025-06-02   |             | not_settled    | 2025-05-31 |
    | dibao          | 2020-01-01 | 1000 paid 100 on 2025-02-01            |             | underpaid      | 2025-02-01 |
    | dibao          | 2020-01-01 | 500 paid 500 on 2025-02-01, 900 on 2025-04-01 |      | not_settled    | 2025-04-01 |
    """
)


def test_why_more_is_due_than_was_paid() -> None:
    """tekun looks back before recognition: what was not identified in time."""
    case = Case([schedule("tekun", window="before_recognition", look_back_months=12), schedule("dibao"), schedule("illness_poor", route=Route.ON_APPLICATION)])
    for person, row in enumerate(REASONS):
        case.holds(person, row["category"], date.fromisoformat(row["begin"]))
        for one in row["settlements"].split(", "):
            amount, day = one.split(" on ")
            yuan, _, paid = amount.partition(" paid ")
            case.pays(person, yuan, day, maf_pay=paid or "0")
        if row["application"]:
            decided = None if row["application"] == "pending" else date(2025, 1, 9)
            case.add("applications", person=person, category="illness_poor", applied_on=date(2025, 1, 9), outcome=row["application"],
                     decided_on=decided)
    case.entitlements()
    found = {row["person"]: row for row in case.engine.rows(sql("shortfalls")).to_pylist()}
    for person, row in enumerate(REASONS):
        assert (found[person]["reason"], str(found[person]["unpaid_since"])) == (row["reason"], row["since"]), row


def test_marks_say_what_else_there_is_to_ask() -> None:
    case = Case([schedule("dibao", cap="500", needs_referral=True, care=("inpatient",))])
    case.holds(1, "dibao").pays(1, "1000").pays(1, "10", med_type="41")
    case.pays(1, "10", fix_blng_admdvs="110101", referred="0").pays(1, "10", fix_blng_admdvs="110101")
    case.holds(2, "dibao").pays(2, "100")
    found = case.entitlements()
    assert found[1]["marks"].split() == ["cap_reached", "care_not_counted", "not_referred", "referral_assumed"]
    assert found[2]["marks"] == ""
