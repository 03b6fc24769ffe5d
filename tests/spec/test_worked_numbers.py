"""Numbers worked by hand and every document's boundary examples, through the real loader and the real SQL."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table

from monitor.policy.document import Outcome
from monitor.policy.parameters import settle

# Benchmark 40,000 for both years and groups. ``facts``: psn_part, + maf, − what lies outside the policy.
WORKED = read_table(
    """
    | document        | person                     | insutype | facts         | result                                       |
    |-----------------|----------------------------|----------|---------------|----------------------------------------------|
    | weihai-2022-15  | dibao_marginal             | 390      | 20000.00      | not over                                     |
    | weihai-2022-15  | dibao_marginal             | 390      | 20000.01      | return_to_poverty dibao_marginal 0.01        |
    | weihai-2022-15  | dibao_marginal             | 390      | 15000 + 6000  | return_to_poverty dibao_marginal 1000.00     |
    | weihai-2022-15  | dibao and monitored_sudden | 390      | 20000.01      | return_to_poverty monitored_sudden 0.01      |
    | weihai-2022-15  | ordinary                   | 310      | 60000.00      | not over                                     |
    | weihai-2022-15  | ordinary                   | 310      | 60000.01      | poverty_due_to_illness ordinary 0.01         |
    | weihai-2022-15  | dibao                      | 390      | 100000        | no rule                                      |
    | weihai-2022-15  | lifted_out                 | 390      | 60000.01      | poverty_due_to_illness ordinary 0.01         |
    | hebei-city-2022 | ordinary                   | 310      | 50000         | no rule                                      |
    | hebei-city-2022 | ordinary                   | 390      | 40000.00      | not over                                     |
    | hebei-city-2022 | ordinary                   | 390      | 40000.01      | poverty_due_to_illness ordinary 0.01         |
    | hebei-city-2022 | ordinary                   | 39901    | 40000.01      | poverty_due_to_illness ordinary 0.01         |
    | hebei-city-2022 | dibao_marginal             | 310      | 20000.01      | return_to_poverty dibao_marginal 0.01        |
    | hebei-city-2022 | orphan                     | 390      | 40000.01      | poverty_due_to_illness ordinary 0.01         |
    | dongyang-2020-24| ordinary                   | 310      | 20000.01      | high_expense ordinary 0.01                   |
    | dongyang-2020-24| dibao                      | 390      | 20000.01      | high_expense dibao 0.01                      |
    | dongyang-2020-24| dibao                      | 390      | 20000.00      | not over                                     |
    | dongyang-2020-24| dibao                      | 390      | 25000 - 5000  | not over                                     |
    | dongyang-2020-24| monitored_sudden           | 390      | 20000.01      | high_expense ordinary 0.01                   |
    """
)
PLACE = {"weihai-2022-15": ("371002", "2025"), "hebei-city-2022": ("130602", "2025"), "dongyang-2020-24": ("330783", "2025")}


@pytest.mark.parametrize("document", sorted(PLACE))
def test_the_worked_numbers(document: str, tmp_path: Path, home: Path) -> None:
    bureau, (district, year) = Bureau(tmp_path), PLACE[document]
    rows = [row for row in WORKED if row["document"] == document]
    for region in ("370000", "130000"):
        bureau.incomes(*({"region": region, "residents": residents} for residents in ("all", "rural")))
    identities, settlements = [], []
    for n, row in enumerate(rows):
        part, sign, rest = row["facts"].partition(" + ") if "+" in row["facts"] else row["facts"].partition(" - ")
        facts = {"psn_part_amt": part, ("maf_pay" if "+" in sign else "fulamt_ownpay_amt"): rest or "0"}
        settlements.append(
            settlement(setl_id=f"S{n}", certno=certno(n), psn_no=f"P{n}", insutype=row["insutype"],
                       insu_admdvs=district, setl_time=f"{year}-05-01", **facts)
        )
        identities += [{"certno": certno(n), "category": c} for c in row["person"].split(" and ") if c != "ordinary"]
    bureau.settlements(*settlements)
    bureau.identities(*identities)
    record = bureau.run(document, f"{year}-12-31")
    found = {one["certno"]: f"{one['kind']} {one['category']} {one['excess']}" for one in bureau.alerts(record)}
    found |= {one["certno"]: "no rule" for one in bureau.set_aside(record) if one["reason"] == "no_rule"}
    assert {certno(n): found.get(certno(n), "not over") for n in range(len(rows))} == {
        certno(n): row["result"] for n, row in enumerate(rows)
    }


@pytest.mark.parametrize("document_id", list(LIBRARY.documents))
def test_the_documents_own_examples_come_out_of_the_sql(document_id: str, tmp_path: Path, home: Path) -> None:
    """Each document's boundary rows, written from its quotes, as one person each."""
    document, bureau = LIBRARY.get(document_id), Bureau(tmp_path)
    setting = document.setting
    settle(document, setting.parameters)
    bureau.incomes(
        *({"region": i.region, "residents": i.residents.value, "year": str(i.year), "amount": str(i.amount)}
          for i in setting.incomes or ())
    ) if setting.incomes else None
    bureau.settlements(
        *(
            settlement(setl_id=f"S{n}", certno=certno(n), insutype=one.insutype, insu_admdvs=one.insu_admdvs,
                       setl_time=f"{setting.as_of.year}-01-01", **{name: str(v) for name, v in one.facts.items()})
            for n, one in enumerate(document.examples)
        )
    )
    held = [{"certno": certno(n), "category": c.value, "begin": "2020-01-01"}
            for n, one in enumerate(document.examples) for c in one.categories]
    if held:
        bureau.identities(*held)
    if setting.parameters:
        bureau.parameters(document_id, **setting.parameters)
    record = bureau.run(document_id, setting.as_of.isoformat(), trial=document.status.value == "draft")
    alerts = {one["certno"]: one for one in bureau.alerts(record)}
    aside = {one["certno"]: one for one in bureau.set_aside(record)}
    for n, one in enumerate(document.examples):
        where = f"{document_id} {one.id}"
        if one.expected is Outcome.OVER:
            found = alerts[certno(n)]
            assert (found["rule"], found["category"], Decimal(found["excess"])) == (
                one.rule, one.category and one.category.value, one.excess.quantize(Decimal("0.01"))), where
        else:
            assert certno(n) not in alerts, where
            listed = one.expected is Outcome.NO_RULE and one.excess > 0
            assert (certno(n) in aside) == listed, where
