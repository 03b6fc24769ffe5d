"""Documents turned into lines: thresholds in exact numbers, who is covered, what happens when an income is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tables import read_table

from monitor.base.errors import PolicyError
from monitor.base.settings import ROOT
from monitor.base.vocabulary import Category, Residents
from monitor.policy.document import Window
from monitor.policy.incomes import Income, Incomes
from monitor.policy.library import load_library
from monitor.policy.lines import Covered, Lines, resolve
from monitor.policy.parameters import settle
from monitor.policy.regions import inside, prefecture_of, prefix_of, province_of

LIBRARY = load_library(ROOT / "policies")
GANSU_STANDARD = {
    "return_to_poverty.multiple": "0.5",
    "return_to_poverty.region_level": "prefecture",
    "return_to_poverty.residents": "rural",
    "return_to_poverty.measure": "burden_before_aid",
    "return_to_poverty.population": "dibao_marginal",
    "poverty_due_to_illness.amount": "9000",
    "poverty_due_to_illness.measure": "burden_after_aid",
    "poverty_due_to_illness.population": "ordinary",
    "poverty_due_to_illness.schemes": "39",
}


def income(region: str, residents: str, year: int, amount: str) -> Income:
    return Income(region, Residents(residents), year, Decimal(amount), "统计公报", date(year + 1, 2, 1), "甲")


def resolved(
    document_id: str, incomes: list[Income], districts: Collection[str], provisional: bool = False,
    as_of: date = date(2024, 6, 30),
) -> Lines:
    document = settle(LIBRARY.get(document_id), GANSU_STANDARD if document_id == "gansu-2022-23" else {})
    return resolve(document, as_of, Incomes(incomes), districts, provisional)


LINES = """
| document                  | incomes                                               | districts            | rule                   | prefix | threshold   |
|---------------------------|-------------------------------------------------------|----------------------|------------------------|--------|-------------|
| weihai-2022-15            | 370000 all 2023 40000.00                              | 371002               | return_to_poverty      | 3710   | 20000       |
| weihai-2022-15            | 370000 all 2023 40000.00                              | 371002               | poverty_due_to_illness | 3710   | 60000       |
| weihai-2022-15            | 370000 all 2023 39999.99                              | 371002               | return_to_poverty      | 3710   | 19999.995   |
| weihai-2022-15            | 370000 all 2023 39999.99                              | 371002               | poverty_due_to_illness | 3710   | 59999.985   |
| hebei-city-2022           | 130000 rural 2023 20688.01                            | 130602, 130699       | return_to_poverty      | 1306   | 10344.005   |
| hebei-city-2022           | 130000 rural 2023 20688.01                            | 130602               | poverty_due_to_illness | 1306   | 20688.01    |
| inner-mongolia-2022-draft | 150100 rural 2023 25000.01; 152200 rural 2023 18000   | 150102,152201,110101 | return_to_poverty      | 1501   | 12500.005   |
| inner-mongolia-2022-draft | 150100 rural 2023 25000.01; 152200 rural 2023 18000   | 150102,152201,152222 | poverty_due_to_illness | 1522   | 18000       |
| inner-mongolia-2022-draft | 150000 rural 2023 22000                               | 150000               | poverty_due_to_illness | 1500   | 22000       |
| dongyang-2020-24          |                                                       | 330783               | high_expense           | 330783 | 20000       |
| gansu-2022-23             | 620100 rural 2023 15000                               | 620102               | return_to_poverty      | 6201   | 7500        |
| gansu-2022-23             | 620100 rural 2023 15000                               | 620102               | poverty_due_to_illness | 62     | 9000        |
"""


def incomes_of(text: str) -> list[Income]:
    figures = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        region, residents, year, amount = part.split()
        figures.append(income(region, residents, int(year), amount))
    return figures


@pytest.mark.parametrize("row", read_table(LINES), ids=lambda row: f"{row['document']} {row['threshold']}")
def test_thresholds_are_exact(row: dict[str, str]) -> None:
    districts = [one.strip() for one in row["districts"].split(",")]
    lines = resolved(row["document"], incomes_of(row["incomes"]), districts).lines
    (line,) = [one for one in lines if (one.rule, one.region_prefix) == (row["rule"], row["prefix"])]
    assert line.threshold == Decimal(row["threshold"])
    assert not line.provisional
    if line.benchmark is not None and line.multiple is not None:
        assert line.threshold == line.benchmark * line.multiple
        assert line.benchmark_year == 2023
        assert line.income is not None
        assert line.income.source == "统计公报"


def test_an_absolute_line_has_no_benchmark() -> None:
    (line,) = resolved("dongyang-2020-24", [], []).lines
    assert (line.benchmark, line.multiple, line.benchmark_year, line.benchmark_region, line.residents, line.income) == (
        None, None, None, None, None, None,
    )


def test_one_line_for_each_prefecture_of_the_region() -> None:
    incomes = [income("150100", "rural", 2023, "1"), income("152200", "rural", 2023, "1")]
    lines = resolved("inner-mongolia-2022-draft", incomes, ["152222", "150102", "152201", "110101", ""]).lines
    assert [(one.rule, one.region_prefix) for one in lines] == [
        ("return_to_poverty", "1501"), ("return_to_poverty", "1522"),
        ("poverty_due_to_illness", "1501"), ("poverty_due_to_illness", "1522"),
    ]


def test_nobody_insured_in_the_region_gives_no_prefecture_lines() -> None:
    lines = resolved("inner-mongolia-2022-draft", [], ["110101"])
    assert lines.lines == ()
    assert lines.uncovered_lines == ()
    assert lines.population


MISSING = """
| document                  | incomes                                     | provisional | said                                                                 |
|---------------------------|---------------------------------------------|-------------|----------------------------------------------------------------------|
| weihai-2022-15            |                                             | no          | 370000 全体居民（all）2023 年                                        |
| weihai-2022-15            | 370000 rural 2023 1; 360000 all 2023 1      | no          | 370000 全体居民（all）2023 年                                        |
| weihai-2022-15            | 370000 all 2022 1                           | no          | 370000 全体居民（all）2023 年（已有 2022 年的） ; --provisional      |
| weihai-2022-15            | 370000 all 2021 1; 370000 all 2024 1        | yes         | 370000 全体居民（all）2023 年                                        |
| hebei-city-2022           |                                             | yes         | 130000 农村常住居民（rural）2023 年                                  |
| inner-mongolia-2022-draft |                                             | no          | 150100 农村常住居民（rural）2023 年 ; 152200 农村常住居民（rural）2023 年 |
| inner-mongolia-2022-draft | 152200 rural 2022 1                         | no          | 150100 农村常住居民（rural）2023 年、 ; （已有 2022 年的） ; ，其余的导入后，已有上一年数字的可加 --provisional |
| inner-mongolia-2022-draft | 150100 rural 2023 1; 152200 rural 2022 1    | no          | 152200 农村常住居民（rural）2023 年（已有 2022 年的） ; --provisional |
"""
DISTRICTS = {"weihai-2022-15": ["371002"], "hebei-city-2022": ["130602"],
             "inner-mongolia-2022-draft": ["150102", "152201", "110101"]}


@pytest.mark.parametrize("row", read_table(MISSING), ids=lambda row: f"{row['document']} {row['incomes']}")
def test_a_missing_income_stops_by_region_group_and_year(row: dict[str, str]) -> None:
    with pytest.raises(PolicyError) as refusal:
        resolved(
            row["document"], incomes_of(row["incomes"]), DISTRICTS[row["document"]], row["provisional"] == "yes"
        )
    sentence = refusal.value.sentence
    for part in row["said"].split(" ; "):
        assert sentence.count(part.strip()) == 1
    assert "monitor import incomes" in sentence
    assert ("--provisional" in sentence) == ("--provisional" in row["said"])
    assert sentence.count("。") == 1


def test_provisional_takes_the_year_before_only_where_needed() -> None:
    incomes = [income("150100", "rural", 2022, "10000"), income("150100", "rural", 2023, "20000"),
               income("152200", "rural", 2022, "30000")]
    lines = resolved("inner-mongolia-2022-draft", incomes, ["150102", "152201"], provisional=True)
    found = {(one.region_prefix, one.provisional, one.benchmark_year, one.benchmark) for one in lines.lines}
    assert found == {("1501", False, 2023, Decimal(20000)), ("1522", True, 2022, Decimal(30000))}
    assert lines.provisional
    right = resolved("inner-mongolia-2022-draft", incomes, ["150102"], provisional=True)
    assert not right.provisional


def test_a_later_figure_for_the_same_key_wins() -> None:
    incomes = [income("370000", "all", 2023, "40000.00"), income("370000", "all", 2023, "40001.00")]
    assert {one.benchmark for one in resolved("weihai-2022-15", incomes, []).lines} == {Decimal("40001.00")}
    assert len(Incomes(incomes)) == 1


def test_population_by_category_and_scheme() -> None:
    hebei = resolved("hebei-city-2022", [income("130000", "rural", 2023, "1")], [])
    assert Covered("poverty_due_to_illness", Category.ORDINARY, "39") in hebei.population
    assert Covered("return_to_poverty", Category.DIBAO_MARGINAL, "") in hebei.population
    assert len(hebei.population) == 4 + 1
    dongyang = resolved("dongyang-2020-24", [], [])
    assert {one.category for one in dongyang.population} == {*LIBRARY.get("dongyang-2020-24").named, Category.ORDINARY}


UNCOVERED = """
| document                  | group    | prefix | rule                   | threshold |
|---------------------------|----------|--------|------------------------|-----------|
| weihai-2022-15            | named    | 3710   | return_to_poverty      | 20000     |
| hebei-city-2022           | named    | 1306   | return_to_poverty      | 10000     |
| hebei-city-2022           | ordinary | 1306   | poverty_due_to_illness | 20000     |
| inner-mongolia-2022-draft | named    | 1501   | return_to_poverty      | 10000     |
| inner-mongolia-2022-draft | named    | 1522   | return_to_poverty      | 6000      |
| gansu-2022-23             | named    | 6201   | return_to_poverty      | 7500      |
| gansu-2022-23             | named    | 6202   | poverty_due_to_illness | 9000      |
| gansu-2022-23             | ordinary | 62     | poverty_due_to_illness | 9000      |
"""


@pytest.mark.parametrize("document_id", LIBRARY.documents)
def test_the_line_people_without_a_rule_are_compared_with(document_id: str) -> None:
    incomes = incomes_of(
        "370000 all 2023 40000; 130000 rural 2023 20000; 150100 rural 2023 20000; 152200 rural 2023 12000;"
        "620100 rural 2023 15000; 620200 rural 2023 30000"
    )
    districts = ["371002", "130602", "150102", "152201", "620102", "620202", "330783"]
    found = [
        (one.group, one.line.region_prefix, one.line.rule, one.line.threshold)
        for one in resolved(document_id, incomes, districts).uncovered_lines
    ]
    expected = [
        (row["group"], row["prefix"], row["rule"], Decimal(row["threshold"]))
        for row in read_table(UNCOVERED)
        if row["document"] == document_id
    ]
    assert found == expected


WINDOWS = """
| window            | as of      | from       | sum                                     |
|-------------------|------------|------------|-----------------------------------------|
| calendar_year     | 2024-01-01 | 2024-01-01 | the first day alone                     |
| calendar_year     | 2024-06-30 | 2024-01-01 |                                         |
| calendar_year     | 2024-12-31 | 2024-01-01 |                                         |
| rolling_12_months | 2024-06-30 | 2023-07-01 | the day after the same day last year    |
| rolling_12_months | 2024-12-31 | 2024-01-01 | the same as the calendar year           |
| rolling_12_months | 2024-02-29 | 2023-03-01 | last year's February has 28 days        |
| rolling_12_months | 2025-02-28 | 2024-02-29 | the day after 28 February 2024          |
| rolling_12_months | 2024-03-01 | 2023-03-02 |                                         |
"""


@pytest.mark.parametrize("row", read_table(WINDOWS), ids=lambda row: f"{row['window']} {row['as of']}")
def test_windows(row: dict[str, str]) -> None:
    document = LIBRARY.get("dongyang-2020-24")
    document = replace(document, rules=tuple(replace(rule, window=Window(row["window"])) for rule in document.rules))
    lines = resolve(document, date.fromisoformat(row["as of"]), Incomes(), [], provisional=False)
    assert lines.window_from == date.fromisoformat(row["from"])
    assert lines.window_to == date.fromisoformat(row["as of"])


def test_an_unsettled_document_has_no_lines() -> None:
    with pytest.raises(PolicyError, match="monitor parameter gansu-2022-23"):
        resolve(LIBRARY.get("gansu-2022-23"), date(2024, 6, 30), Incomes(), [], provisional=False)


def test_a_countys_document_with_a_prefecture_benchmark_stays_with_the_county() -> None:
    document = replace(LIBRARY.get("inner-mongolia-2022-draft"), region="150102")
    lines = resolve(document, date(2024, 6, 30), Incomes([income("150100", "rural", 2023, "1")]),
                    ["150102", "150103"], provisional=False)
    assert {one.region_prefix for one in lines.lines} == {"150102"}
    assert {one.benchmark_region for one in lines.lines} == {"150100"}


REGIONS = """
| region | prefix | district | inside |
|--------|--------|----------|--------|
| 370000 | 37     | 371002   | yes    |
| 370000 | 37     | 380100   | no     |
| 371000 | 3710   | 371002   | yes    |
| 371000 | 3710   | 371102   | no     |
| 371000 | 3710   | 371000   | yes    |
| 330783 | 330783 | 330783   | yes    |
| 330783 | 330783 | 330784   | no     |
| 330783 | 330783 |          | no     |
| 130000 | 13     | 139900   | yes    |
| 130600 | 1306   | 130699   | yes    |
| 130600 | 1306   | 130102   | no     |
| 130600 | 1306   | 139900   | no     |
"""


@pytest.mark.parametrize("row", read_table(REGIONS), ids=lambda row: f"{row['region']} {row['district']}")
def test_regions(row: dict[str, str]) -> None:
    assert prefix_of(row["region"]) == row["prefix"]
    assert inside(row["region"], row["district"]) == (row["inside"] == "yes")


def test_province_and_prefecture() -> None:
    assert province_of("371002") == "370000"
    assert prefecture_of("371002") == "371000"
