"""Inner Mongolia 二（十三）, 二（十）: a bill of the year before that a later, better recognition reaches gets the difference, and never lowers what
is due. What was paid for it then used that year's cap: it counts bill by bill, no further than the new standard gives on the bill, and this
year's cap is for what is newly paid. Caps 60,000; dibao 70 % without deductible, marginal 60 % over 4,000; tilt 60 % over 10,000.

``held``: categories with first and last day, "granted" for an application; ``bills`` with their day and what was paid. ``due`` is what is still to
be paid (the shortfall, since nothing was paid this year), ``expected`` and ``counted`` how it is shown.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from entitling import Case, of_document
from tables import read_table
from test_bounds import LOCAL
from test_worked_aid import amount

from monitor.policy.assistance import Reaching

DIBAO_TEKUN = "dibao 2023-01-01 2024-02-29, tekun 2024-03-01"
MARGINAL_DIBAO = "granted dibao_marginal 2023-05-01, dibao 2024-03-01"
ROWS = read_table(
    """
    | held           | bills                                                        | expected                     | counted | due                        |
    |----------------|--------------------------------------------------------------|------------------------------|---------|----------------------------|
    | dibao, tekun   | 60000 2024-04-05                                             | 60000                        | 0       | 60000                      |
    | dibao, tekun   | 60000 2024-04-05, 10000 2023-08-05 paid 6750                 | 60000                        | 0       | 60000                      |
    | dibao, tekun   | 59999.99 2024-04-05, 10000 2023-08-05 paid 6750              | 60000                        | 0       | 60000                      |
    | dibao, tekun   | 56750 2024-04-05, 10000 2023-08-05 paid 6750                 | 60000                        | 0       | 56750 + 3250               |
    | dibao, tekun   | 55000 2024-04-05, 10000 2023-08-05 paid 6750                 | 60000                        | 1750    | 55000 + 3250               |
    | dibao, tekun   | 50000 2024-04-05, 10000 2023-08-05 paid 6750                 | 60000                        | 6750    | 50000 + 3250               |
    | dibao, tekun   | 1000 2024-04-05, 10000 2023-08-05 paid 7000                  | 11000                        | 7000    | 1000 + 3000                |
    | dibao, tekun   | 1000 2024-04-05, 10000 2023-08-05                            | 11000                        | 0       | 11000                      |
    | dibao, tekun   | 1000 2024-04-05, 10000 2023-08-05 paid 10000                 | 11000                        | 10000   | 1000                       |
    | dibao, tekun   | 60000 2024-04-05, 40000 2023-08-05 paid 28000                | 60000 + 0.6 * (100000 - 88000 - 10000) | 0 | 60000 + 0.6 * 2000     |
    | dibao, tekun   | 60000 2024-04-05, 500 2023-09-05 recorded                    | 60000                        | 0       | 60000                      |
    | dibao, tekun   | 1000 2024-04-05, 10000 2023-08-05, 3000 2023-09-05 recorded  | 11000                        | 3000    | 8000                       |
    | dibao, tekun   | 1000 2024-04-05, 10000 2023-08-05 paid 4000, 9000 2023-09-05 recorded | 11000               | 10000   | 1000                       |
    | marginal, dibao | 5000 2024-04-05                                             | 0.7 * 5000                   | 0       | 3500                       |
    | marginal, dibao | 5000 2024-04-05, 10000 2023-08-05 paid 3600                 | 0.7 * 15000                  | 3600    | 3500 + 7000 - 3600         |
    | marginal, dibao | 5000 2024-04-05, 10000 2023-08-05 paid 9000                 | 0.7 * 15000                  | 7000    | 3500                       |
    | marginal, dibao | 5000 2024-04-05, 10000 2023-08-05 paid 9000, 10000 2023-09-05 | 0.7 * 25000                | 7000    | 3500 + 7000                |
    | marginal, dibao | 100000 2024-04-05, 10000 2023-08-05 paid 3600               | 60000 + 0.6 * (110000 - 63600 - 10000) | 0 | 60000 + 0.6 * 36400    |
    """
)


def case_of(rows: list[dict[str, str]], **recorded: str) -> Case:
    case = of_document("mongolia", date(2024, 12, 31), {**LOCAL["mongolia"], **recorded})
    for person, row in enumerate(rows):
        for one in {"dibao, tekun": DIBAO_TEKUN, "marginal, dibao": MARGINAL_DIBAO}[row["held"]].split(", "):
            *granted, category, begin, ended = [*one.split(), ""] if one.count(" ") < 2 or "granted" in one else one.split()
            if granted:
                case.add("applications", person=person + 1, category=category, applied_on=date.fromisoformat(begin), outcome="granted",
                         decided_on=date.fromisoformat(begin))
            else:
                case.holds(person + 1, category, date.fromisoformat(begin), ended=date.fromisoformat(ended) if ended else None)
        for one in row["bills"].split(", "):
            yuan, day, *words = one.split()
            if words == ["recorded"]:
                case.pays(person + 1, 0, day, maf_pay=yuan, med_type="9118")
            else:
                case.pays(person + 1, yuan, day, maf_pay=words[1] if words else "0")
    return case


def test_reaching_a_bill_gives_the_difference_and_never_lowers_what_is_due() -> None:
    case = case_of(ROWS)
    assert case.reaching is Reaching.DIFFERENCE
    found = case.entitlements()
    for person, row in enumerate(ROWS, start=1):
        one = found[person]
        assert (one["expected"], one["actual"], one["shortfall"]) == tuple(map(amount, (row["expected"], row["counted"], row["due"]))), row
        assert one["aid"] <= 60000
        # What was paid then and comes off nothing now is said.
        paid = sum((Decimal(bill.split()[-1]) for bill in row["bills"].split(", ") if " paid " in bill), Decimal(0))
        paid += sum((Decimal(bill.split()[0]) for bill in row["bills"].split(", ") if "recorded" in bill), Decimal(0))
        assert ("归上一年的限额" in one["note"]) == (paid > one["actual"]), (row, one["note"])


@pytest.mark.parametrize("bill", ["10000 2023-08-05", "10000 2023-08-05 paid 6750", "200 2023-08-05 paid 200"])
def test_no_bill_of_the_year_before_lowers_anybodys_due(bill: str) -> None:
    before = case_of(ROWS).entitlements()
    after = case_of([{**row, "bills": f"{row['bills']}, {bill}"} for row in ROWS]).entitlements()
    for person, one in after.items():
        assert one["shortfall"] >= before[person]["shortfall"], ROWS[person - 1]


def test_where_the_bureau_recorded_no_difference_the_year_before_stays_as_it_was() -> None:
    rows = [row for row in ROWS if " paid " in row["bills"] and "recorded" not in row["bills"]]
    for person, one in case_of(rows, **{"aid.difference": "no"}).entitlements().items():
        this_year = sum((Decimal(bill.split()[0]) for bill in rows[person - 1]["bills"].split(", ") if " 2024" in bill), Decimal(0))
        assert one["eligible"] in (this_year, this_year + 10000) and one["actual"] == 0
