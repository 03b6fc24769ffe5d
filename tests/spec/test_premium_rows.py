"""Premium support (资助参保) by document, category and year: the ladder, the floors, the sums others set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tables import read_table

from monitor.base.settings import ROOT
from monitor.base.vocabulary import MONITORED, Category
from monitor.policy.assistance import PremiumRow, premium_rows
from monitor.policy.library import load_library
from monitor.policy.parameters import with_recorded

LIBRARY = load_library(ROOT / "policies")

SUPPORT = """
| document                  | year                | categories                                           | kind          | share | shares of optional premium |
|---------------------------|---------------------|------------------------------------------------------|---------------|-------|----------------------------|
| hebei-city-2022           | 2022 2023 2025 2026 | tekun                                                | full          | 1     | 0                          |
| hebei-city-2022           | 2022 2023 2025 2026 | dibao                                                | share         | 0.9   | 0                          |
| hebei-city-2022           | 2022                | monitored_marginal monitored_sudden                  | share         | 0.9   | 0                          |
| hebei-city-2022           | 2023                | monitored_marginal monitored_sudden                  | share         | 0.8   | 0                          |
| hebei-city-2022           | 2024                | monitored_marginal monitored_sudden                  | share         | 0.7   | 0                          |
| hebei-city-2022           | 2025                | monitored_marginal monitored_sudden                  | share         | 0.6   | 0                          |
| hebei-city-2022           | 2026 2027           | monitored_marginal monitored_sudden                  | none          | 0     | 0                          |
| inner-mongolia-2022-draft | 2023 2025           | tekun                                                | full          | 1     | 0                          |
| inner-mongolia-2022-draft | 2023 2025           | dibao returned_to_poverty                            | share         | 0.6   | 0                          |
| weihai-2022-15            | 2023 2025           | tekun orphan                                         | full          | 1     | 0                          |
| weihai-2022-15            | 2023 2025           | dibao returned_to_poverty dibao_marginal monitored   | fixed         |       | 0                          |
| gansu-2022-23             | 2022 2025           | tekun orphan                                         | full          | 1     | 0                          |
| gansu-2022-23             | 2022 2025           | dibao returned_to_poverty monitored lifted_out       | fixed         |       | 0                          |
| dongyang-2020-24          | 2022 2025           | tekun dibao                                          | set_elsewhere |       | 3                          |
| dongyang-2020-24          | 2022 2025           | dibao_marginal                                       | set_elsewhere |       | 1                          |
| dongyang-2020-24          | 2022 2025           | child_in_need illness_poor veteran_hardship          | set_elsewhere |       | 0                          |
| dongyang-2020-24          | 2022 2025           | severe_disability other_hardship                     | set_elsewhere |       | 0                          |
"""
ROWS = [
    {**row, "year": year, "category": category}
    for row in read_table(SUPPORT)
    for year in row["year"].split()
    for named in row["categories"].split()
    for category in (MONITORED if named == "monitored" else (Category(named),))
]


def rows_of(document_id: str, year: int, **recorded: str) -> dict[Category, PremiumRow]:
    document = with_recorded(LIBRARY.get(document_id), recorded)
    found = premium_rows(document, date(year, 12, 31), set())
    assert len({row.category for row in found}) == len(found)
    return {row.category: row for row in found}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['document']} {row['year']} {row['category']}")
def test_who_is_supported_how(row: dict[str, str]) -> None:
    found = rows_of(row["document"], int(row["year"]))[Category(row["category"])]
    assert found.kind == row["kind"]
    assert found.share == (Decimal(row["share"]) if row["share"] else None)
    assert found.optional_shares == int(row["shares of optional premium"])
    assert found.leavers_keep_year == found.joiners_next_year == (row["document"] == "dongyang-2020-24")
    assert found.clause and found.quote
    assert bool(found.missing) == (row["kind"] == "fixed")


@pytest.mark.parametrize("document_id", LIBRARY.documents)
def test_nobody_else_is(document_id: str) -> None:
    listed = {row["category"] for row in ROWS if row["document"] == document_id and row["year"] == "2025"}
    assert set(rows_of(document_id, 2025)) == listed


def test_a_fixed_sum_is_recorded_for_each_year() -> None:
    recorded = {"premium.fixed.amount.2024": "290.00"}
    assert rows_of("weihai-2022-15", 2024, **recorded)[Category.DIBAO].amount == Decimal("290.00")
    assert rows_of("weihai-2022-15", 2024, **recorded)[Category.DIBAO].missing == ""
    later = rows_of("weihai-2022-15", 2025, **recorded)[Category.DIBAO]
    assert later.amount is None
    assert "premium.fixed.amount.2025=金额" in later.missing
    assert (later.tier, rows_of("weihai-2022-15", 2025)[Category.TEKUN].tier) == ("一档", "二档")


def test_a_share_within_its_floor() -> None:
    row = rows_of("inner-mongolia-2022-draft", 2024, **{"premium.share.share": "0.8"})[Category.DIBAO]
    assert (row.share, row.bounds) == (Decimal("0.8"), ("资助比例：已登记 80%（文件：不低于 60%）",))


def test_the_transition_period_bounds_gansus_support() -> None:
    recorded = {
        "aid.transition_end": "2025-12-31", "premium.fixed.amount.2025": "200.00",
        "premium.fixed_transition.amount.2025": "180.00",
    }
    rows = rows_of("gansu-2022-23", 2025, **recorded)
    assert {category: (row.amount, row.until, row.missing) for category, row in rows.items() if row.kind == "fixed"} == {
        Category.DIBAO: (200, None, ""), Category.RETURNED_TO_POVERTY: (200, None, ""),
        **{category: (180, date(2025, 12, 31), "") for category in (*MONITORED, Category.LIFTED_OUT)},
    }
    after = rows_of("gansu-2022-23", 2026, **recorded)[Category.LIFTED_OUT]
    assert "过渡期已于 2025-12-31 结束" in after.missing
