"""What a bureau may record of the figures a document leaves open or bounds: inside the bound kept, outside it refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tables import read_table

from monitor.base.errors import PolicyError
from monitor.base.settings import ROOT
from monitor.base.vocabulary import Residents
from monitor.policy.assistance import schedule_rows
from monitor.policy.incomes import Income, Incomes
from monitor.policy.library import load_library
from monitor.policy.local_figures import local_parameters
from monitor.policy.parameters import check_assignment, names_in_use, settle, suggestion, with_recorded

LIBRARY = load_library(ROOT / "policies")
GANSU, HEBEI, INNER = "gansu-2022-23", "hebei-city-2022", "inner-mongolia-2022-draft"

#: answer: the form the value is kept in, or what the refusal says.
VALUES = """
| document                  | name                              | value      | kept       | refused                      |
|---------------------------|-----------------------------------|------------|------------|------------------------------|
| gansu-2022-23             | aid.dibao.ratio                   | 69.99%     |            | 不低于 70%                   |
| gansu-2022-23             | aid.dibao.ratio                   | 70%        | 0.7        |                              |
| gansu-2022-23             | aid.dibao.ratio                   | 0.75       | 0.75       |                              |
| gansu-2022-23             | aid.dibao.ratio                   | 100%       | 1          |                              |
| gansu-2022-23             | aid.dibao.ratio                   | 100.01%    |            | 不超过 1                     |
| gansu-2022-23             | aid.dibao.ratio                   | 70         |            | 不超过 1                     |
| gansu-2022-23             | aid.dibao.ratio.2024              | 0.72       | 0.72       |                              |
| gansu-2022-23             | aid.dibao.ratio@620600            | 0.80       | 0.8        |                              |
| gansu-2022-23             | aid.dibao.ratio.2024@620600       | 0.80       | 0.8        |                              |
| gansu-2022-23             | aid.dibao.ratio@620602            | 0.80       |            | 统筹地区                     |
| gansu-2022-23             | aid.dibao.ratio@630100            | 0.80       |            | 统筹地区                     |
| gansu-2022-23             | aid.monitored.ratio               | 0.5999     |            | 不低于 60%                   |
| gansu-2022-23             | aid.monitored.ratio               | 0.6        | 0.6        |                              |
| gansu-2022-23             | aid.lifted_out.ratio.2024         | 0.45       | 0.45       |                              |
| gansu-2022-23             | aid.lifted_out.ratio              | 0          |            | 大于 0                       |
| gansu-2022-23             | aid.transition_end                | 2025-12-31 | 2025-12-31 |                              |
| gansu-2022-23             | aid.transition_end                | 2025-02-29 |            | 2025-12-31                   |
| gansu-2022-23             | aid.transition_end                | 20251231   |            | 年-月-日                     |
| gansu-2022-23             | aid.transition_end.2025           | 2025-12-31 |            | 不分年度                     |
| gansu-2022-23             | premium.fixed.amount.2025         | 210        | 210.00     |                              |
| gansu-2022-23             | premium.fixed.amount              | 210        |            | 每年公布一次                 |
| gansu-2022-23             | premium.fixed.amount.2025         | 0          |            | 大于 0                       |
| gansu-2022-23             | aid.tekun.cap                     | 60000      |            | 没有名为 aid.tekun.cap       |
| hebei-city-2022           | aid.marginal.deductible.2023      | 7.99%      |            | 取 8% 至 12%                 |
| hebei-city-2022           | aid.marginal.deductible.2023      | 8%         | 8%         |                              |
| hebei-city-2022           | aid.marginal.deductible.2023      | 12.00%     | 12%        |                              |
| hebei-city-2022           | aid.marginal.deductible.2023      | 12.01%     |            | 取 8% 至 12%                 |
| hebei-city-2022           | aid.marginal.deductible.2023      | 3900       | 3900.00    |                              |
| hebei-city-2022           | aid.marginal.deductible.2022      | 2400       |            | 在 2022 年已由文件写定为 2,500.00 元 |
| hebei-city-2022           | aid.marginal.deductible.2021      | 2400       |            | 不在文件规定的年度之内       |
| hebei-city-2022           | aid.marginal.deductible           | 3900       |            | 每年公布一次                 |
| hebei-city-2022           | aid.illness_poor.deductible.2024  | 19%        |            | 取 20% 至 30%                |
| hebei-city-2022           | aid.illness_poor.deductible.2024  | 30%        | 30%        |                              |
| hebei-city-2022           | aid.serious.threshold.2024        | 20364.00   | 20364.00   |                              |
| hebei-city-2022           | aid.serious.threshold.2022        | 20000      |            | 18,000.00 元                 |
| hebei-city-2022           | aid.extra_points_on               | both       | both       |                              |
| hebei-city-2022           | aid.extra_points_on               | all        |            | ratio、tilt_ratio、both、elsewhere |
| inner-mongolia-2022-draft | aid.dibao.deductible              | 0          | 0.00       |                              |
| inner-mongolia-2022-draft | aid.dibao.deductible              | 0%         | 0%         |                              |
| inner-mongolia-2022-draft | aid.dibao.deductible              | 5%         | 5%         |                              |
| inner-mongolia-2022-draft | aid.dibao.deductible              | 5.01%      |            | 不高于                       |
| inner-mongolia-2022-draft | aid.returned.deductible           | 1000       | 1000.00    |                              |
| inner-mongolia-2022-draft | aid.returned.deductible           | 2%         |            | 不带千分位                   |
| inner-mongolia-2022-draft | aid.tekun.cap                     | none       | none       |                              |
| inner-mongolia-2022-draft | aid.tekun.cap                     | 80,000     |            | 不带千分位                   |
| inner-mongolia-2022-draft | aid.tekun.cap                     | 0          |            | 大于 0                       |
| inner-mongolia-2022-draft | aid.tekun.cap                     | 80000.001  |            | 两位小数                     |
| inner-mongolia-2022-draft | aid.tilt.ratio                    | 0.59       |            | 不低于 60%                   |
| inner-mongolia-2022-draft | aid.tilt.ratio                    | 0.65       | 0.65       |                              |
| inner-mongolia-2022-draft | insurance.deductible              | 14000      | 14000.00   |                              |
| inner-mongolia-2022-draft | premium.share.share               | 0.55       |            | 不低于 60%                   |
| inner-mongolia-2022-draft | premium.share.share               | 60%        | 0.6        |                              |
| weihai-2022-15            | premium.fixed.amount.2024         | 290.00     | 290.00     |                              |
| weihai-2022-15            | premium.fixed.amount.2024@371000  | 290.00     |            | 统筹地区                     |
| weihai-2022-15            | aid.basic.ratio                   | 0.8        |            | 没有名为 aid.basic.ratio     |
| dongyang-2020-24          | aid.dibao.ratio                   | 0.9        |            | 没有名为 aid.dibao.ratio     |
| dongyang-2020-24          | premium.share_price.2025          | 100.1      | 100.10     |                              |
| dongyang-2020-24          | premium.share_price               | 100        |            | 每年公布一次                 |
| hebei-city-2022           | premium.standard.2025             | 0          |            | 大于 0                       |
| hebei-city-2022           | premium.standard.2025             | 400.005    |            | 两位小数                     |
| hebei-city-2022           | premium.tier_2.2025               | 400        |            | 没有名为 premium.tier_2      |
| hebei-city-2022           | insurance.segments.resident.2025  | 100000:60%,200000:0.65,above:70% | 100000.00:0.6,200000.00:0.65,above:0.7 | |
| hebei-city-2022           | insurance.segments.resident.2025  | above:60%  | above:0.6  |                              |
| hebei-city-2022           | insurance.segments.resident.2025  | 100000：60%，以上：70% | 100000.00:0.6,above:0.7 |                      |
| hebei-city-2022           | insurance.segments.resident.2025  | 100000:60% |            | 最后一段的上限写 above       |
| hebei-city-2022           | insurance.segments.resident.2025  | 200000:60%,100000:65%,above:70% |  | 最后一段的上限写 above    |
| hebei-city-2022           | insurance.segments.resident.2025  | 200000:60%,200000:65%,above:70% |  | 最后一段的上限写 above    |
| hebei-city-2022           | insurance.segments.resident.2025  | above:60%,above:70% |   | 最后一段的上限写 above       |
| hebei-city-2022           | insurance.segments.resident.2025  | above:101% |            | 最后一段的上限写 above       |
| hebei-city-2022           | insurance.segments.resident.2025  | 0:60%,above:70% |       | 最后一段的上限写 above       |
| hebei-city-2022           | insurance.segments.resident       | above:60%  |            | 每年公布一次                 |
| hebei-city-2022           | insurance.cap.resident.2025       | none       | none       |                              |
| hebei-city-2022           | insurance.segments.employee.2025  | above:60%  |            | 没有名为 insurance.segments.employee |
| gansu-2022-23             | insurance.deductible.resident.2025 | 5000      | 5000.00    |                              |
| weihai-2022-15            | insurance.high_value_drugs        | both       |            | special、segments、remainder |
| weihai-2022-15            | premium.tier_2.2025               | 460        | 460.00     |                              |
| gansu-2022-23             | premium.standard.2025@620600      | 380        | 380.00     |                              |
"""


@pytest.mark.parametrize("row", read_table(VALUES), ids=lambda row: f"{row['document']} {row['name']}={row['value']}")
def test_inside_the_bound_or_refused(row: dict[str, str]) -> None:
    document = LIBRARY.get(row["document"])
    if row["kept"]:
        assert check_assignment(document, row["name"], row["value"]) == row["kept"]
        assert check_assignment(document, row["name"], row["kept"]) == row["kept"]
        assert check_assignment(document, row["name"], " ") == ""
        return
    with pytest.raises(PolicyError) as refusal:
        check_assignment(document, row["name"], row["value"])
    assert row["refused"] in refusal.value.sentence
    assert document.id in refusal.value.sentence
    assert refusal.value.sentence.count("。") <= 1


LEFT = """
| document                  | parameters                                                                                  |
|---------------------------|---------------------------------------------------------------------------------------------|
| gansu-2022-23             | aid.dibao.ratio aid.monitored.ratio aid.lifted_out.ratio aid.transition_end insurance.deductible.resident insurance.segments.resident insurance.cap.resident insurance.segments_from premium.fixed.amount premium.fixed_transition.amount premium.standard premium.fiscal |
| hebei-city-2022           | aid.marginal.deductible aid.illness_poor.deductible aid.serious.threshold aid.extra_points_on insurance.deductible.resident insurance.segments.resident insurance.cap.resident insurance.segments_from premium.standard premium.fiscal |
| inner-mongolia-2022-draft | aid.tekun.cap aid.dibao.deductible aid.dibao.ratio aid.dibao.cap aid.returned.deductible aid.returned.ratio aid.returned.cap aid.marginal.deductible aid.marginal.ratio aid.marginal.cap aid.illness_poor.deductible aid.illness_poor.ratio aid.illness_poor.cap aid.tilt.threshold aid.tilt.ratio aid.tilt.cap aid.difference insurance.deductible insurance.deductible.employee insurance.segments.employee insurance.cap.employee insurance.deductible.resident insurance.segments.resident insurance.cap.resident insurance.segments_from premium.share.share premium.standard premium.fiscal |
| weihai-2022-15            | insurance.specific_outpatient insurance.high_value_drugs premium.fixed.amount premium.tier_1 premium.tier_2 premium.fiscal |
| dongyang-2020-24          | premium.three_shares.amount premium.one_share.amount premium.others.amount premium.illness_poor.amount premium.standard premium.share_price premium.fiscal |
"""


@pytest.mark.parametrize("row", read_table(LEFT), ids=lambda row: row["document"])
def test_what_each_document_leaves_to_the_bureau(row: dict[str, str]) -> None:
    document = LIBRARY.get(row["document"])
    parameters = local_parameters(document)
    assert [one.name for one in parameters] == row["parameters"].split()
    for one in parameters:
        assert one.description and one.clause and one.quote
        assert suggestion(document, one) == ""


def incomes(amount: str) -> Incomes:
    return Incomes(
        Income(region, residents, year, Decimal(amount), "示例", date(2025, 1, 1), "示例")
        for region in ("130000", "130600", "150100", "150200")
        for residents in Residents
        for year in (2021, 2022, 2023)
    )


#: The city's published deductible against 10 % (8 to 12) of 40,000 yuan.
PUBLISHED = """
| recorded | deductible | missing                |
|----------|------------|------------------------|
|          | 4000       |                        |
| 9%       | 3600       |                        |
| 3200.00  | 3200       |                        |
| 4800.00  | 4800       |                        |
| 3199.99  |            | 3,200.00 至 4,800.00 元|
| 4800.01  |            | 3,200.00 至 4,800.00 元|
"""


@pytest.mark.parametrize("row", read_table(PUBLISHED), ids=lambda row: row["recorded"] or "nothing")
def test_an_amount_is_held_against_the_income(row: dict[str, str]) -> None:
    document = with_recorded(LIBRARY.get(HEBEI), {"aid.marginal.deductible.2024": row["recorded"]})
    found = schedule_rows(document, date(2024, 12, 31), incomes("40000.00"), {"130602"})
    (one,) = [row for row in found if row.category == "dibao_marginal"]
    assert one.deductible == (Decimal(row["deductible"]) if row["deductible"] else None)
    assert row["missing"] in one.missing
    assert bool(one.missing) == bool(row["missing"])
    if row["recorded"] and not row["missing"]:
        assert "已登记" in one.bounds[0]


def test_a_published_amount_needs_no_income() -> None:
    values = {"aid.marginal.deductible.2024": "3900.00", "aid.serious.threshold.2024": "20364.00"}
    document = with_recorded(LIBRARY.get(HEBEI), values)
    (one,) = [
        row for row in schedule_rows(document, date(2024, 12, 31), Incomes(), {"130602"}) if row.category == "dibao_marginal"
    ]
    assert (one.deductible, one.tilt_threshold, one.missing) == (Decimal("3900.00"), Decimal("20364.00"), "")
    (other,) = [
        row for row in schedule_rows(document, date(2023, 12, 31), Incomes(), {"130602"}) if row.category == "dibao_marginal"
    ]
    assert "缺少人均可支配收入" in other.missing


def test_the_most_particular_record_holds() -> None:
    values = {
        "aid.dibao.ratio": "0.71", "aid.dibao.ratio.2024": "0.72", "aid.dibao.ratio@150200": "0.73",
        "aid.dibao.ratio.2024@150200": "0.74", "aid.dibao.cap": "50000.00", "aid.tilt.cap": "none",
        "aid.tilt.threshold": "6000.00", "insurance.deductible": "14000.00",
    }
    document = with_recorded(LIBRARY.get(INNER), values)
    found = {
        (row.region_prefix, row.year): (row.ratio, row.tilt_threshold, row.tilt_cap_unlimited, row.missing)
        for year in (2023, 2024)
        for row in schedule_rows(document, date(year, 6, 30), incomes("40000.00"), {"150102", "150203"})
        if row.category == "dibao"
    }
    assert found == {
        ("1501", 2023): (Decimal("0.71"), 6000, True, ""), ("1501", 2024): (Decimal("0.72"), 6000, True, ""),
        ("1502", 2023): (Decimal("0.73"), 6000, True, ""), ("1502", 2024): (Decimal("0.74"), 6000, True, ""),
    }


def test_what_is_left_open_says_what_to_set_and_how() -> None:
    rows = schedule_rows(LIBRARY.get(INNER), date(2023, 12, 31), incomes("40000.00"), {"150102"})
    (returned,) = [row for row in rows if row.category == "returned_to_poverty"]
    for part in (
        "monitor parameter inner-mongolia-2022-draft", "aid.returned.deductible=金额", "aid.returned.cap=金额或none",
        "aid.tilt.cap=金额或none", "insurance.deductible=金额", "--paper", "--by",
    ):
        assert part in returned.missing
    assert returned.missing.count("。") == 1


def test_a_record_of_what_is_given_stops_no_warning_and_changes_none() -> None:
    document = LIBRARY.get(HEBEI)
    settled = settle(document, {"aid.extra_points_on": "both", "aid.marginal.deductible.2024": ""})
    assert settled.recorded == {"aid.extra_points_on": "both"}
    assert settled.rules == document.rules


def test_names_are_listed_as_they_were_recorded() -> None:
    document = LIBRARY.get(HEBEI)
    recorded = {"aid.marginal.deductible.2023", "aid.marginal.deductible.2024", "aid.extra_points_on"}
    assert [name for _, name in names_in_use(document, recorded)] == [
        "aid.marginal.deductible.2023", "aid.marginal.deductible.2024", "aid.illness_poor.deductible",
        "aid.serious.threshold", "aid.extra_points_on", "insurance.deductible.resident", "insurance.segments.resident",
        "insurance.cap.resident", "insurance.segments_from", "premium.standard", "premium.fiscal",
    ]
