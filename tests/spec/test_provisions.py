"""What the texts say beside assistance and premiums: insurance, indicators, offers, days, recognition."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tables import read_table

from monitor.base.settings import ROOT
from monitor.base.vocabulary import Category
from monitor.policy.library import load_library
from monitor.policy.provisions import CriticalIllness, OfferKind, RecognitionTest

LIBRARY = load_library(ROOT / "policies")
IDS = list(LIBRARY.documents)


def insurance(document_id: str) -> CriticalIllness:
    found = LIBRARY.get(document_id).provisions.critical_illness
    assert found is not None
    return found


#: Weihai 二（二）: 9000 元起付, for 特困（孤儿）、低保、返贫致贫 alone.
SEGMENTS = """
| scheme | above  | up to  | ratio |
|--------|--------|--------|-------|
| 31     | 9000   | 100000 | 0.75  |
| 31     | 100000 | 300000 | 0.85  |
| 31     | 300000 |        | 0.95  |
| 39     | 9000   | 100000 | 0.65  |
| 39     | 100000 | 200000 | 0.70  |
| 39     | 200000 | 300000 | 0.75  |
| 39     | 300000 |        | 0.80  |
"""


def test_weihais_segments_are_the_tilted_schedule_of_three_classes() -> None:
    weihai = insurance("weihai-2022-15")
    assert weihai.categories == (Category.TEKUN, Category.ORPHAN, Category.DIBAO, Category.RETURNED_TO_POVERTY)
    assert [(one.scheme, one.above, one.up_to, one.ratio) for one in weihai.segments] == [
        (row["scheme"], Decimal(row["above"]), Decimal(row["up to"]) if row["up to"] else None, Decimal(row["ratio"]))
        for row in read_table(SEGMENTS)
    ]
    assert weihai.computable
    assert weihai.special_drugs is not None
    assert (weihai.special_drugs.deductible, weihai.special_drugs.ratio, weihai.special_drugs.cap) == (
        0, Decimal("0.8"), Decimal(400000),
    )
    counted = {group for one in weihai.care for group in one.groups}
    assert not counted & set(weihai.special_drugs.groups), "no cost is paid for twice"


#: Elsewhere the tilt stands in the text, the schedule it tilts does not.
INSURANCE = """
| document                  | tilted                                 | deductible | points | cap lifted | computable |
|---------------------------|----------------------------------------|------------|--------|------------|------------|
| weihai-2022-15            |                                        |            |        |            | yes        |
| hebei-city-2022           | tekun dibao returned_to_poverty        | 0.5        | 0.05   | yes        | no         |
| inner-mongolia-2022-draft | tekun dibao returned_to_poverty        | 0.5        | 0.05   | yes        | no         |
| gansu-2022-23             | tekun orphan dibao returned_to_poverty | 0.5        | 0.05   | no         | no         |
| dongyang-2020-24          |                                        |            |        |            | no         |
"""


@pytest.mark.parametrize("row", read_table(INSURANCE), ids=lambda row: row["document"])
def test_the_tilt_elsewhere_and_what_is_not_computable(row: dict[str, str]) -> None:
    found = insurance(row["document"])
    assert found.computable == (row["computable"] == "yes")
    assert "不能由本文件算出" in found.not_computable
    if not row["tilted"]:
        assert found.tilt is None
        return
    assert found.tilt is not None
    assert list(found.tilt.categories) == row["tilted"].split()
    assert found.tilt.deductible_factor == Decimal(row["deductible"])
    assert found.tilt.points == Decimal(row["points"])
    assert found.tilt.cap_lifted == (row["cap lifted"] == "yes")


#: stated: whether the text has the number; else the reading that makes one of its words.
INDICATORS = """
| document                  | indicator                | compare  | limit | stated | levels      |
|---------------------------|--------------------------|----------|-------|--------|-------------|
| dongyang-2020-24          | premium_reach            | at_least | 1     | yes    |             |
| dongyang-2020-24          | aid_reach                | at_least | 1     | yes    |             |
| dongyang-2020-24          | fund_balance             | at_most  | 0.15  | yes    |             |
| gansu-2022-23             | premium_reach            | at_least | 1     | no     |             |
| gansu-2022-23             | aid_reach                | at_least | 1     | no     |             |
| hebei-city-2022           | premium_reach            | at_least | 1     | no     |             |
| hebei-city-2022           | aid_reach                | at_least | 1     | no     |             |
| hebei-city-2022           | county_inpatient         | about    | 0.7   | yes    |             |
| hebei-city-2022           | critical_illness_payment | at_least | 0.6   | yes    |             |
| inner-mongolia-2022-draft | participation            | at_least | 0.95  | yes    |             |
| inner-mongolia-2022-draft | premium_reach            | at_least | 1     | no     |             |
| inner-mongolia-2022-draft | aid_reach                | at_least | 1     | no     |             |
| inner-mongolia-2022-draft | out_of_catalogue_level_2 | at_most  | 0.05  | yes    | 05 06 07    |
| inner-mongolia-2022-draft | out_of_catalogue_level_3 | at_most  | 0.1   | yes    | 01 02 03 04 |
| inner-mongolia-2022-draft | critical_illness_payment | at_least | 0.6   | yes    |             |
| weihai-2022-15            | premium_reach            | at_least | 1     | no     |             |
| weihai-2022-15            | aid_reach                | at_least | 1     | no     |             |
"""


def test_the_indicators() -> None:
    found = [
        {
            "document": document.id, "indicator": one.id, "compare": one.comparison.value, "limit": str(one.limit),
            "stated": "yes" if one.stated else "no", "levels": " ".join(one.levels),
        }
        for document in LIBRARY.documents.values()
        for one in document.provisions.indicators
    ]
    assert found == read_table(INDICATORS)
    for document in LIBRARY.documents.values():
        for one in document.provisions.indicators:
            assert one.stated or one.readings, "a limit the text does not state is a reading"


#: What ordinary people are offered, and everybody; in the order shown.
OFFERS = """
| document                  | ordinary                                                                         |
|---------------------------|----------------------------------------------------------------------------------|
| dongyang-2020-24          | application temporary_relief charity other_department other_department           |
| gansu-2022-23             | application temporary_relief charity mutual_aid                                  |
| hebei-city-2022           | application case_discussion temporary_relief charity mutual_aid                  |
| inner-mongolia-2022-draft | application case_discussion temporary_relief charity mutual_aid                  |
| weihai-2022-15            | application charity mutual_aid                                                   |
"""


@pytest.mark.parametrize("row", read_table(OFFERS), ids=lambda row: row["document"])
def test_what_people_without_a_route_are_offered(row: dict[str, str]) -> None:
    document = LIBRARY.get(row["document"])
    given = document.provisions
    assert [one.kind.value for one in given.offered_to({Category.ORDINARY})] == row["ordinary"].split()
    assert given.assistance is not None
    for entry in given.assistance.other_rules:
        for category in entry.categories:
            assert given.offered_to({category}), f"{category} would be left with nothing"
    discussed = any(one.kind is OfferKind.CASE_DISCUSSION for one in given.offers)
    assert discussed == (document.id in ("hebei-city-2022", "inner-mongolia-2022-draft"))


DEADLINES = """
| document                  | deadline     | kind          | sent by                                         | year | month | day | years after | notice | postponed |
|---------------------------|--------------|---------------|-------------------------------------------------|------|-------|-----|-------------|--------|-----------|
| dongyang-2020-24          | paper_claims | claims        |                                                 |      | 6     | 30  | 1           | 2      | no        |
| dongyang-2020-24          | identities   | identity_list | civil_affairs disabled_federation               |      |       |     | 0           | 0      | no        |
| dongyang-2020-24          | providers    | settlement    |                                                 |      | 12    | 31  | 0           | 2      | no        |
| gansu-2022-23             | identities   | identity_list | civil_affairs rural_affairs                     |      |       |     | 0           | 0      | no        |
| hebei-city-2022           | identities   | identity_list | civil_affairs rural_affairs                     |      |       | 5   | 0           | 0      | yes       |
| inner-mongolia-2022-draft | identities   | identity_list | civil_affairs rural_affairs                     |      |       |     | 0           | 0      | no        |
| inner-mongolia-2022-draft | evaluation   | evaluation    |                                                 | 2024 | 12    | 31  | 0           | 5      | no        |
| weihai-2022-15            | identities   | identity_list | civil_affairs rural_affairs                     |      |       |     | 0           | 0      | no        |
"""


def test_the_days() -> None:
    found = [
        {
            "document": document.id, "deadline": one.id, "kind": one.kind.value, "sent by": " ".join(one.departments),
            "year": str(one.year or ""), "month": str(one.month or ""), "day": str(one.day or ""),
            "years after": str(one.years_after), "notice": str(one.notice_months),
            "postponed": "yes" if one.postponed_over_holidays else "no",
        }
        for document in LIBRARY.documents.values()
        for one in document.provisions.deadlines
    ]
    assert found == read_table(DEADLINES)


@pytest.mark.parametrize("document_id", IDS)
def test_who_tests_impoverishment_by_illness(document_id: str) -> None:
    found = LIBRARY.get(document_id).provisions.recognition
    assert found is not None
    if document_id == "inner-mongolia-2022-draft":
        assert found.test is RecognitionTest.INCOME_AFTER_BURDEN
        assert (found.excluded, found.months) == ((Category.TEKUN, Category.DIBAO, Category.DIBAO_MARGINAL), 12)
    else:
        assert (found.test, found.excluded, found.months) == (RecognitionTest.SET_ELSEWHERE, (), 0)


@pytest.mark.parametrize("document_id", IDS)
def test_nothing_is_deducted_twice(document_id: str) -> None:
    """A settlement's psn_part_amt is what is left after every fund: taking one off again would halve somebody's aid."""
    aid = LIBRARY.get(document_id).provisions.assistance
    assert aid is not None
    assert aid.paid_first.deducted == ()
    assert set(aid.paid_first.already_off) == {
        "hifp_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay",
    }
