"""The seven inputs nobody exports yet: what may stand in a cell, what becomes of it, what is rejected, what is listed.

Each row changes a good row in the cells named (``name=value``, ``name=`` for a blank one) and says what those cells become,
why the row is rejected, and for what it is listed for review. ``-`` is nothing: no value, no reason, no flag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pytest
from cells import INPUTS, cleaned
from tables import read_table

from monitor.base.vocabulary import ApplicationOutcome, Category, DecisionKind
from monitor.intake.checks import FLAGS, REASONS
from monitor.intake.columns import OPTIONAL, TABLES
from monitor.policy.codes import category_codes

APPLICATIONS = """
| cells                                   | become                   | reason                            | flag                     |
|-----------------------------------------|--------------------------|-----------------------------------|--------------------------|
| applied_on=2025年3月5日                 | applied_on=2025-03-05    | -                                 | -                        |
| applied_on=20250305                     | applied_on=2025-03-05    | -                                 | -                        |
| applied_on=2025/3/5 10:20:00            | applied_on=2025-03-05    | -                                 | -                        |
| applied_on=202503                       | applied_on=-             | applied_on:not_a_date             | -                        |
| applied_on=2025-02-30                   | applied_on=-             | applied_on:impossible_date        | -                        |
| applied_on=                             | applied_on=-             | applied_on:missing_date           | -                        |
| applied_on=-                            | applied_on=-             | applied_on:missing_date           | -                        |
| decided_on=2025-03-05                   | decided_on=2025-03-05    | -                                 | -                        |
| decided_on=2025-03-04                   | decided_on=2025-03-04    | decided_on:decided_before_applied | -                        |
| decided_on=                             | decided_on=-             | -                                 | undated_decision         |
| decided_on=很快                         | decided_on=-             | decided_on:not_a_date             | undated_decision         |
| outcome=待定; decided_on=               | outcome=pending          | -                                 | -                        |
| outcome=pending                         | outcome=pending          | -                                 | decision_day_but_pending |
| outcome=Granted                         | outcome=granted          | -                                 | -                        |
| outcome=审批通过                        | outcome=granted          | -                                 | -                        |
| outcome=驳回                            | outcome=refused          | -                                 | -                        |
| outcome=未通过; decided_on=-            | outcome=refused          | -                                 | undated_decision         |
| outcome=                                | outcome=-                | outcome:unknown_outcome           | -                        |
| outcome=再说                            | outcome=-                | outcome:unknown_outcome           | -                        |
| category=2303                           | category=dibao           | -                                 | -                        |
| category=7110.0                         | category=illness_poor    | -                                 | -                        |
| category=因病致贫重病患者               | category=illness_poor    | -                                 | -                        |
| category=ordinary                       | category=-               | category:unknown_category         | -                        |
| category=2399                           | category=-               | category:unknown_category         | -                        |
| category=                               | category=-               | category:missing_category         | -                        |
| certno=                                 | certno=-                 | certno:missing_person             | -                        |
| certno=9.9E+17                          | psn_name=样例一          | certno:destroyed_number           | -                        |
| certno=990101198001011230               | category=dibao_marginal  | -                                 | wrong_checksum           |
| certno=990101800101123                  | certno=990101198001011236 | -                                | converted_from_15        |
| certno=合计; category=; outcome=        | category=-               | certno:totals_row                 | -                        |
"""

PREMIUM_SUPPORT = """
| cells                         | become            | reason                           | flag                  |
|-------------------------------|-------------------|----------------------------------|-----------------------|
| year=2025年度                 | year=2025         | -                                | -                     |
| year=2025.0                   | year=2025         | -                                | -                     |
| year=25                       | year=-            | year:invalid_year                | -                     |
| year=                         | year=-            | year:invalid_year                | -                     |
| supported=                    | supported=0.00    | -                                | -                     |
| supported=-                   | supported=0.00    | -                                | -                     |
| supported=４００              | supported=400.00  | -                                | -                     |
| supported=400.01              | supported=400.01  | -                                | support_above_premium |
| supported=-1                  | supported=-1.00   | supported:negative_amount        | -                     |
| supported=已资助              | supported=-       | supported:not_a_number           | -                     |
| premium=1,400.00              | premium=1400.00   | -                                | -                     |
| premium=                      | premium=-         | -                                | premium_missing       |
| premium=0                     | premium=0.00      | premium:not_positive             | support_above_premium |
| premium=四百                  | premium=-         | premium:not_a_number             | premium_missing       |
| insured=1                     | insured=true      | -                                | -                     |
| insured=正常参保              | insured=true      | -                                | -                     |
| insured=                      | insured=-         | -                                | -                     |
| insured=否                    | insured=false     | -                                | supported_not_insured |
| insured=未参保; supported=0   | insured=false     | -                                | -                     |
| insured=看情况                | insured=-         | insured:unknown_flag             | -                     |
| category=贵宾                 | category=-        | category:unknown_category        | -                     |
| category=特困人员             | category=tekun    | -                                | -                     |
| psn_name=合计; certno=; year= | year=-            | psn_name:totals_row              | -                     |
"""

FUND = """
| cells                                | become                    | reason                                | flag                                      |
|--------------------------------------|---------------------------|---------------------------------------|-------------------------------------------|
| region=371000.0                      | region=371000             | -                                     | -                                         |
| region=威海                          | region=371000             | -                                     | -                                         |
| region=威                            | region=威                 | region:invalid_region                 | -                                         |
| region=                              | region=-                  | region:missing_region                 | -                                         |
| month=06月                           | month=6                   | -                                     | -                                         |
| month=6月份                          | month=6                   | -                                     | -                                         |
| month=12.0                           | month=12                  | -                                     | -                                         |
| month=13                             | month=-                   | month:invalid_month                   | -                                         |
| month=                               | month=-                   | month:invalid_month                   | -                                         |
| income=1,234.5                       | income=1234.50            | -                                     | -                                         |
| income=0                             | income=0.00               | -                                     | income_unusable                           |
| income=-5                            | income=-5.00              | -                                     | income_unusable                           |
| income=                              | income=-                  | -                                     | income_unusable                           |
| income=一百万                        | income=-                  | income:not_a_number                   | income_unusable                           |
| spent=850,000.00                     | spent=850000.00           | -                                     | -                                         |
| spent=                               | spent=-                   | -                                     | -                                         |
| spent=-0.01                          | spent=-0.01               | -                                     | negative_spent                            |
| spent=八十万                         | spent=-                   | spent:not_a_number                    | -                                         |
| balance=-0.01                        | balance=-0.01             | -                                     | negative_balance                          |
| balance=                             | balance=-                 | -                                     | -                                         |
| participants=1,000人                 | participants=1000         | -                                     | -                                         |
| participants=1001                    | participants=1001         | -                                     | more_than_expected                        |
| participants=0                       | participants=0            | -                                     | participants_unusable                     |
| participants=9.5                     | participants=-            | participants:not_whole                | participants_unusable                     |
| participants=1,0                     | participants=-            | participants:not_whole                | participants_unusable                     |
| expected_participants=               | expected_participants=-   | -                                     | expected_unusable                         |
| expected_participants=0              | expected_participants=0   | -                                     | expected_unusable                         |
| expected_participants=-3             | expected_participants=-3  | -                                     | expected_unusable                         |
| expected_participants=99999999999999999999 | expected_participants=- | expected_participants:count_too_large | expected_unusable                   |
| region=合计; month=                  | month=-                   | region:totals_row                     | -                                         |
"""

HOUSEHOLDS = """
| cells                      | become                | reason                          | flag                |
|----------------------------|-----------------------|---------------------------------|---------------------|
| members=3人                | members=3             | -                               | -                   |
| members=3.0                | members=3             | -                               | -                   |
| members=0                  | members=0             | -                               | members_unusable    |
| members=-1                 | members=-1            | -                               | members_unusable    |
| members=                   | members=-             | -                               | members_unusable    |
| members=-                  | members=-             | -                               | members_unusable    |
| members=2.5                | members=-             | members:not_whole               | members_unusable    |
| members=三                 | members=-             | members:not_whole               | members_unusable    |
| members=99999999999        | members=-             | members:count_too_large         | members_unusable    |
| family_income=36,000.00    | family_income=36000.00 | -                              | -                   |
| family_income=0            | family_income=0.00    | -                               | -                   |
| family_income=0.00         | family_income=0.00    | -                               | -                   |
| family_income=-0.01        | family_income=-0.01   | -                               | income_unusable     |
| family_income=-            | family_income=-       | -                               | income_unusable     |
| family_income=-100         | family_income=-100.00 | -                               | income_unusable     |
| family_income=             | family_income=-       | -                               | income_unusable     |
| family_income=很少         | family_income=-       | family_income:not_a_number      | income_unusable     |
| family_income=1.005        | family_income=-       | family_income:more_than_two_decimals | income_unusable |
| dibao_line=0               | dibao_line=0.00       | -                               | dibao_line_unusable |
| dibao_line=                | dibao_line=-          | -                               | dibao_line_unusable |
| income_year=2025年         | income_year=2025      | -                               | -                   |
| income_year=               | income_year=-         | income_year:invalid_year        | -                   |
| income_year=2101           | income_year=2101      | income_year:invalid_year        | -                   |
| household=                 | household=-           | household:missing_household     | -                   |
| household=3.7E+17          | household=3.7E+17     | household:destroyed_number      | -                   |
| household=#N/A             | household=#N/A        | household:destroyed_number      | -                   |
| household=#REF!            | household=#REF!       | household:destroyed_number      | -                   |
| local_hukou=本地           | local_hukou=true      | -                               | -                   |
| local_hukou=否             | local_hukou=false     | -                               | -                   |
| local_hukou=               | local_hukou=-         | -                               | -                   |
| local_hukou=也许           | local_hukou=-         | local_hukou:unknown_flag        | -                   |
| property_ok=符合           | property_ok=true      | -                               | -                   |
| property_ok=不符合         | property_ok=false     | -                               | -                   |
| property_ok=未知           | property_ok=-         | property_ok:unknown_flag        | -                   |
| household=合计; certno=    | certno=-              | household:totals_row            | -                   |
"""

SERIOUS_ILLNESS = """
| cells                                     | become               | reason                     | flag            |
|-------------------------------------------|----------------------|----------------------------|-----------------|
| marked_on=202501                          | marked_on=2025-01-01 | -                          | -               |
| marked_on=                                | marked_on=-          | marked_on:missing_date     | -               |
| marked_on=早就                            | marked_on=-          | marked_on:not_a_date       | -               |
| ended_on=2025年2月                        | ended_on=2025-02-28  | -                          | -               |
| ended_on=2025-01-15                       | ended_on=2025-01-15  | -                          | -               |
| ended_on=2025-01-14                       | ended_on=2025-01-14  | ended_on:end_before_begin  | -               |
| ended_on=长期                             | ended_on=-           | -                          | -               |
| ended_on=9999-12-31                       | ended_on=-           | -                          | -               |
| ended_on=2025-02-30                       | ended_on=-           | ended_on:impossible_date   | -               |
| disease=                                  | disease=-            | -                          | unnamed_disease |
| disease=#N/A                              | disease=#N/A         | disease:error_cell         | -               |
| certno=; disease=合计                     | certno=-             | disease:totals_row         | -               |
"""

CHILDHOOD_DISEASES = """
| cells                    | become                        | reason                         | flag           |
|--------------------------|-------------------------------|--------------------------------|----------------|
| listed=是                | listed=true                   | -                              | -              |
| listed=                  | listed=true                   | -                              | -              |
| listed=否                | listed=false                  | -                              | -              |
| listed=不清楚            | dise_codg=C91.0               | listed:unknown_flag            | -              |
| dise_codg=               | dise_name=样例病种            | -                              | listed_by_name |
| dise_name=               | dise_codg=C91.0               | -                              | -              |
| dise_codg=; dise_name=   | dise_codg=-                   | dise_codg:missing_disease      | listed_by_name |
| dise_codg=1.2E+15        | dise_codg=1.2E+15             | dise_codg:destroyed_number     | -              |
| dise_codg=#N/A           | dise_codg=#N/A                | dise_codg:destroyed_number     | -              |
| dise_name=#NAME?         | dise_name=#NAME?              | dise_name:error_cell           | -              |
| dise_codg=合计           | dise_codg=合计                | dise_codg:totals_row           | -              |
| dise_codg=; dise_name=共计 | dise_codg=-                 | dise_name:totals_row           | listed_by_name |
"""

CASE_DECISIONS = """
| cells                             | become                | reason                      | flag                   |
|-----------------------------------|-----------------------|-----------------------------|------------------------|
| kind=case_discussion              | kind=case_discussion  | -                           | -                      |
| kind=一事一议                     | kind=case_discussion  | -                           | -                      |
| kind=临时救助                     | kind=-                | kind:unknown_kind           | -                      |
| kind=                             | kind=-                | kind:unknown_kind           | -                      |
| amount=5,000.50                   | amount=5000.50        | -                           | -                      |
| amount=0                          | amount=0.00           | -                           | zero_decision          |
| amount=                           | amount=0.00           | amount:missing_amount       | zero_decision          |
| amount=-1                         | amount=-1.00          | amount:negative_amount      | -                      |
| amount=五千                       | amount=-              | amount:not_a_number         | -                      |
| decided_on=202504                 | decided_on=-          | decided_on:not_a_date       | -                      |
| decided_on=                       | decided_on=-          | decided_on:missing_date     | -                      |
| decided_on=2025-04-31             | decided_on=-          | decided_on:impossible_date  | -                      |
| paper=                            | paper=-               | -                           | decision_without_paper |
| certno=; paper=合计               | certno=-              | paper:totals_row            | -                      |
"""

OTHER_PAYMENTS = """
| cells                     | become              | reason                   | flag                       |
|---------------------------|---------------------|--------------------------|----------------------------|
| amount=3,000.00           | amount=3000.00      | -                        | -                          |
| amount=-500               | amount=-500.00      | -                        | payment_taken_back         |
| amount=0                  | amount=0.00         | -                        | -                          |
| amount=                   | amount=0.00         | amount:missing_amount    | -                          |
| amount=很多               | amount=-            | amount:not_a_number      | -                          |
| payer=                    | payer=-             | payer:missing_payer      | -                          |
| setl_id=                  | setl_id=-           | -                        | payment_without_settlement |
| setl_id=3.7E+17           | setl_id=3.7E+17     | setl_id:destroyed_number | -                          |
| paid_on=                  | paid_on=-           | paid_on:missing_date     | -                          |
| paid_on=2025-02-30        | paid_on=-           | paid_on:impossible_date  | -                          |
"""

INSTITUTION_MONTHS = """
| cells                                      | become                             | reason                                | flag                      |
|--------------------------------------------|------------------------------------|---------------------------------------|---------------------------|
| cost=500,000.00                            | cost=500000.00                     | -                                     | -                         |
| drugs=0                                    | drugs=0.00                         | -                                     | -                         |
| drugs=                                     | drugs=-                            | -                                     | -                         |
| drugs=-                                    | drugs=-                            | -                                     | -                         |
| drugs=-1                                   | drugs=-1.00                        | drugs:negative_amount                 | -                         |
| consumables=很多                           | consumables=-                      | consumables:not_a_number              | -                         |
| tests=1.234                                | tests=-                            | tests:more_than_two_decimals          | -                         |
| settled=-0.01                              | settled=-0.01                      | settled:negative_amount               | -                         |
| cost=-1                                    | cost=-1.00                         | cost:negative_amount                  | -                         |
| cost=0                                     | cost=0.00                          | -                                     | institution_cost_unusable |
| cost=                                      | cost=-                             | -                                     | institution_cost_unusable |
| cost=; drugs=; consumables=; tests=        | cost=-                             | -                                     | -                         |
| cost=300000.00                             | cost=300000.00                     | -                                     | -                         |
| cost=299999.99                             | cost=299999.99                     | -                                     | parts_above_cost          |
| fixmedins_code=                            | fixmedins_code=-                   | -                                     | institution_by_name       |
| fixmedins_code=; fixmedins_name=           | fixmedins_code=-; fixmedins_name=- | fixmedins_code:missing_institution    | institution_by_name       |
| fixmedins_code=3.7E+11                     | fixmedins_code=3.7E+11             | fixmedins_code:destroyed_number       | -                         |
| fixmedins_name=#N/A                        | fixmedins_name=#N/A                | fixmedins_name:error_cell             | -                         |
| month=6月                                  | month=6                            | -                                     | -                         |
| month=13                                   | month=-                            | month:invalid_month                   | -                         |
| month=                                     | month=-                            | month:invalid_month                   | -                         |
| year=2025年度                              | year=2025                          | -                                     | -                         |
| year=25                                    | year=-                             | year:invalid_year                     | -                         |
| fixmedins_name=合计; month=                | month=-                            | fixmedins_name:totals_row             | -                         |
"""

CELLS = {
    "applications": APPLICATIONS, "premium_support": PREMIUM_SUPPORT, "fund": FUND, "households": HOUSEHOLDS,
    "serious_illness": SERIOUS_ILLNESS, "childhood_diseases": CHILDHOOD_DISEASES, "case_decisions": CASE_DECISIONS,
    "other_payments": OTHER_PAYMENTS, "institution_months": INSTITUTION_MONTHS,
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def clean_rows(
    connection: duckdb.DuckDBPyConnection, table: str, *rows: Mapping[str, str | bool], codes: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    shipped = {text: category.value for text, category in category_codes(None).items()}
    return cleaned(connection, TABLES[table], *rows, codes=shipped if codes is None else codes)


def pairs(text: str) -> dict[str, str]:
    """``a=1; b=`` → {"a": "1", "b": ""}."""
    return {name: value for name, _, value in (part.strip().partition("=") for part in text.split(";"))}


def written(value: object) -> str:
    if value is None:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("table", CELLS)
def test_cells(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    cases = read_table(CELLS[table])
    rows = clean_rows(connection, table, *({**INPUTS[table], **pairs(case["cells"])} for case in cases))
    found = [
        {
            "cells": case["cells"],
            "become": "; ".join(f"{name}={written(row[name])}" for name in pairs(case["become"])),
            "reason": row["reasons"][0] if row["reasons"] else "-",
            "flag": ", ".join(row["flags"]) or "-",
        }
        for case, row in zip(cases, rows, strict=True)
    ]
    assert found == cases


@pytest.mark.parametrize("table", CELLS)
def test_a_good_row_is_good(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    (row,) = clean_rows(connection, table, INPUTS[table])
    assert (row["reasons"], row["flags"]) == ([], [])
    assert set(row) == {"line", *TABLES[table].names, "reasons", "flags"}


def test_the_tables_above_are_all_there_are() -> None:
    assert set(CELLS) == set(INPUTS) == {table.name for table in OPTIONAL}


@pytest.mark.parametrize("table", CELLS)
def test_every_reason_and_flag_has_its_sentence(table: str) -> None:
    for case in read_table(CELLS[table]):
        assert case["reason"] == "-" or case["reason"].partition(":")[2] in REASONS
        assert case["flag"] == "-" or case["flag"] in FLAGS


def test_only_the_required_columns_are_enough(connection: duckdb.DuckDBPyConnection) -> None:
    """A column that is absent is not a blank one: nothing is listed but what a household cannot be judged without."""
    flags = {"applications": ["undated_decision"], "case_decisions": ["decision_without_paper"],
             "households": ["members_unusable", "income_unusable", "dibao_line_unusable"],
             "other_payments": ["payment_without_settlement"]}
    for table, good in INPUTS.items():
        needed = {column.name for column in TABLES[table].columns if column.required}
        needed |= {group[0] for group in TABLES[table].one_of}
        (row,) = clean_rows(connection, table, {name: value for name, value in good.items() if name in needed})
        assert (table, row["reasons"], row["flags"]) == (table, [], flags.get(table, []))


def test_words_are_accepted_by_id_and_by_name(connection: duckdb.DuckDBPyConnection) -> None:
    outcomes = [text for word in ApplicationOutcome for text in (word.value, word.label)]
    rows = clean_rows(connection, "applications", *({**INPUTS["applications"], "outcome": text} for text in outcomes))
    assert [row["outcome"] for row in rows] == [word.value for word in ApplicationOutcome for _ in range(2)]
    kinds = [text for word in DecisionKind for text in (word.value, word.label)]
    rows = clean_rows(connection, "case_decisions", *({**INPUTS["case_decisions"], "kind": text} for text in kinds))
    assert [row["kind"] for row in rows] == [word.value for word in DecisionKind for _ in range(2)]


def test_a_bureaus_own_codes_replace_the_shipped_ones(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("applications", "premium_support"):
        rows = clean_rows(
            connection, table, *({**INPUTS[table], "category": text} for text in ("K7", "2303", "dibao", "低保对象")),
            codes={"K7": "tekun"},
        )
        assert [row["category"] for row in rows] == ["tekun", None, "dibao", "dibao"]


def test_a_number_cell_for_an_identity_number_is_destroyed(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("applications", "premium_support", "households", "serious_illness", "case_decisions", "other_payments"):
        (row,) = clean_rows(connection, table, {**INPUTS[table], "number_cell": True})
        assert row["reasons"] == ["certno:destroyed_number"]


def test_dates_come_out_as_days(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = clean_rows(connection, "applications", INPUTS["applications"])
    assert (row["applied_on"], row["decided_on"]) == (dt.date(2025, 3, 5), dt.date(2025, 3, 20))
    assert row["category"] == Category.DIBAO_MARGINAL
