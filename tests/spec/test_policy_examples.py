"""Each document's boundary examples against its lines, by arithmetic anyone can follow.

The same examples are run through the real SQL elsewhere; here they are checked for being right themselves.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitor.base.settings import ROOT
from monitor.base.vocabulary import Category, Measure
from monitor.policy.document import Document, Example, Outcome
from monitor.policy.incomes import Incomes
from monitor.policy.library import load_library
from monitor.policy.lines import Line, resolve
from monitor.policy.parameters import settle

LIBRARY = load_library(ROOT / "policies")
ROWS = [(document, example) for document in LIBRARY.documents.values() for example in document.examples]


def burden(example: Example, measure: Measure) -> Decimal:
    def amount(column: str) -> Decimal:
        return example.facts.get(column, Decimal(0))

    total = amount("psn_part_amt")
    if measure in (Measure.BURDEN_BEFORE_AID, Measure.IN_POLICY_BEFORE_AID):
        total += amount("maf_pay")
    if measure in (Measure.IN_POLICY_BEFORE_AID, Measure.IN_POLICY_AFTER_AID):
        total -= amount("fulamt_ownpay_amt") + amount("overlmt_selfpay") + amount("preselfpay_amt")
    return total


@pytest.mark.parametrize(("document", "example"), ROWS, ids=[f"{one.id} {row.id}" for one, row in ROWS])
def test_the_example_follows_from_the_lines(document: Document, example: Example) -> None:
    setting = document.setting
    settled = settle(document, setting.parameters)
    districts = {setting.insu_admdvs, *(row.insu_admdvs for row in document.examples)}
    lines = resolve(settled, setting.as_of, Incomes(setting.incomes), districts, provisional=False)

    def here(line: Line) -> bool:
        return example.insu_admdvs.startswith(line.region_prefix)

    held = [category for category in document.named if category in example.categories] or [Category.ORDINARY]
    covered = {
        row.rule: row.category
        for row in reversed(lines.population)  # so that the first category in order stays
        if row.category in held and example.insutype.startswith(row.insutype_prefix)
    }
    if example.expected is Outcome.NO_RULE:
        assert not covered
        group = "ordinary" if held == [Category.ORDINARY] else "named"
        (line,) = [row.line for row in lines.uncovered_lines if row.group == group and here(row.line)]
    else:
        assert set(covered) == {example.rule}
        (line,) = [one for one in lines.lines if one.rule == example.rule and here(one)]
    excess = burden(example, line.measure) - line.threshold
    assert max(excess, Decimal(0)) == example.excess
    if example.expected is Outcome.OVER:
        assert excess > 0
        assert covered[example.rule] is example.category
    if example.expected is Outcome.NOT_OVER:
        assert excess <= 0
