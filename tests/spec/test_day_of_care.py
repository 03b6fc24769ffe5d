"""Whose aid, and once (docs/ARCHITECTURE.md, "Assistance"): the identity of the day of care, changes within the year, look-backs into
the year before, what is not known. Through the loader, a run and the command, for every document.

``held``: categories with their first and last day; ``applied``: category, day, outcome (and the day of the decision); ``bills``:
amounts of in-policy self-payment, inpatient and local, with their day (and what was paid). ``due`` is the arithmetic.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table
from test_worked_aid import RECORDED, amount, entitled

from monitor.assess.explain import person_of_number
from monitor.assess.frames import frame_and_allowance
from monitor.entitle.telling import tell
from monitor.intake.identity_number import check_character
from monitor.reports.entitled import detail_rows
from monitor.reports.entitlement_json import entitlement_json
from monitor.store.manifest import RunRecord

DOCUMENTS = {
    "weihai": ("weihai-2022-15", "371002"), "gansu": ("gansu-2022-23", "620102"), "dongyang": ("dongyang-2020-24", "330783"),
    "hebei": ("hebei-city-2022", "130602"), "mongolia": ("inner-mongolia-2022-draft", "150102"),
}
#: As in the worked numbers; Inner Mongolia's caps 60,000.
LOCAL = {
    "gansu": RECORDED["gansu"],
    "mongolia": {**RECORDED["neimeng"], **{f"aid.{name}.cap": "60000" for name in ("tekun", "dibao", "returned", "marginal", "illness_poor")},
                 "aid.dibao.deductible": "0", "aid.dibao.ratio": "0.7"},
}

CASES = read_table(
    """
    | document | held                                                | applied                            | bills                              | due                                         | eligible | category       |
    |----------|-----------------------------------------------------|------------------------------------|------------------------------------|---------------------------------------------|----------|----------------|
    | hebei    | dibao 2023-01-01 2024-06-30                         |                                    | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | dibao          |
    | weihai   | dibao 2023-01-01 2024-06-30                         |                                    | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | dibao          |
    | gansu    | dibao 2023-01-01 2024-06-30                         |                                    | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | dibao          |
    | dongyang | dibao 2023-01-01 2024-06-30                         |                                    | 10000 2024-03-05                   | 0.8 * 10000                                 | 10000    | dibao          |
    | mongolia | dibao 2023-01-01 2024-06-30                         |                                    | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | dibao          |
    | hebei    | tekun 2023-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | tekun          |
    | weihai   | tekun 2023-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | tekun          |
    | gansu    | tekun 2023-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05                   | 10000                                       | 10000    | tekun          |
    | dongyang | tekun 2023-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05                   | 10000                                       | 10000    | tekun          |
    | mongolia | tekun 2023-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05                   | 10000                                       | 10000    | tekun          |
    | hebei    | dibao 2024-07-01                                    |                                    | 10000 2024-03-05                   | 0                                           | 0        | dibao          |
    | weihai   | dibao 2024-07-01                                    |                                    | 10000 2024-03-05                   | 0                                           | 0        | dibao          |
    | gansu    | dibao 2024-07-01                                    |                                    | 10000 2024-03-05                   | 0                                           | 0        | dibao          |
    | dongyang | dibao 2024-07-01                                    |                                    | 10000 2024-03-05                   | 0                                           | 0        | dibao          |
    | mongolia | dibao 2024-07-01                                    |                                    | 10000 2024-03-05                   | 0.7 * 10000                                 | 10000    | dibao          |
    | mongolia | dibao 2024-07-01                                    |                                    | 10000 2023-07-01                   | 0.7 * 10000                                 | 10000    | dibao          |
    | mongolia | dibao 2024-07-01                                    |                                    | 10000 2023-06-30                   | 0                                           | 0        | dibao          |
    | weihai   | dibao 2024-03-05 2024-06-30                         |                                    | 100 2024-03-04, 1000 2024-03-05, 10000 2024-06-30, 100000 2024-07-01 | 0.7 * 11000 | 11000    | dibao          |
    | gansu    | dibao 2024-03-05 2024-06-30                         |                                    | 100 2024-03-04, 1000 2024-03-05, 10000 2024-06-30, 100000 2024-07-01 | 0.7 * 11000 | 11000    | dibao          |
    | hebei    | dibao 2024-03-05 2024-06-30                         |                                    | 100 2024-03-04, 1000 2024-03-05, 10000 2024-06-30, 100000 2024-07-01 | 0.7 * 11000 | 11000    | dibao          |
    | dongyang | dibao 2024-03-05 2024-06-30                         |                                    | 100 2024-03-04, 1000 2024-03-05, 10000 2024-06-30, 100000 2024-07-01 | 0.8 * 11000 | 11000    | dibao          |
    | weihai   | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 100000 2024-08-05                  | 10000 + 10000                               | 100000   | dibao_marginal |
    | weihai   | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05, 100000 2024-08-05 | 7000 + 10000 + 10000                       | 110000   | dibao_marginal |
    | weihai   | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05, 5000 2024-08-05  | 7000 + 0.5 * 2000                           | 15000    | dibao          |
    | weihai   | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 95000 2024-03-05, 100000 2024-08-05 | 70000 + 0.7 * (28500 - 5000) + (20000 - 16450) | 195000 | dibao          |
    | weihai   | tekun 2024-01-01 2024-06-30, dibao 2024-07-01       |                                    | 60000 2024-03-05, 60000 2024-08-05 | 70000 + 20000                               | 120000   | tekun          |
    | weihai   | monitored_sudden 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                      | 4000 2024-03-05, 4000 2024-08-05   | 0.5 * (8000 - 3000)                         | 8000     | monitored_sudden |
    | gansu    | dibao 2024-01-01 2024-06-30, tekun 2024-07-01       |                                    | 10000 2024-03-05, 10000 2024-08-05 | 7000 + 10000                                | 20000    | tekun          |
    | gansu    | dibao 2024-01-01 2024-06-30, tekun 2024-07-01       |                                    | 40000 2024-03-05, 40000 2024-08-05 | 40000 + 10000 + 0.3 * (30000 - 6000)        | 80000    | tekun          |
    | dongyang | tekun 2024-01-01 2024-06-30, dibao 2024-07-01       |                                    | 60000 2024-03-05, 60000 2024-08-05 | 60000 + 20000                               | 120000   | tekun          |
    | hebei    | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 5000 2024-03-05, 9000 2024-08-05   | 3500 + 0.67 * (9000 - 4000)                 | 14000    | dibao          |
    | hebei    | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 10000 2024-03-05, 20000 2024-08-05 | 7000 + 3000                                 | 30000    | dibao          |
    | dongyang | dibao 2024-01-01, veteran_hardship 2024-01-01       |                                    | 30000 2024-03-05                   | 0.8 * 30000                                 | 30000    | dibao          |
    | gansu    | monitored_sudden 2024-01-01                         |                                    | 10000 2024-06-30, 5000 2024-07-01  | 0.6 * 10000                                 | 10000    | monitored_sudden |
    | gansu    | monitored_sudden 2024-07-01                         |                                    | 5000 2024-07-01                    | —                                           |          | monitored_sudden |
    | gansu    |                                                     | dibao_marginal 2024-06-15 granted 2024-07-20 | 10000 2023-06-15, 100 2023-06-14, 5000 2024-07-01, 4000 2024-12-31 | 0.6 * (19000 - 2000) | 19000 | dibao_marginal |
    | gansu    | dibao_marginal 2024-07-01 2024-09-30                | dibao_marginal 2024-06-15 granted 2024-07-20 | 5000 2024-06-20, 4000 2024-10-31 | 0.6 * (9000 - 2000)                | 9000     | dibao_marginal |
    | gansu    | dibao_marginal 2024-07-01                           |                                    | 5000 2024-06-20, 4000 2024-10-31   | 0.6 * (4000 - 2000)                         | 4000     | dibao_marginal |
    | gansu    | dibao_marginal 2023-01-01                           | dibao_marginal 2023-06-01 granted, dibao_marginal 2024-06-01 granted | 20000 2023-08-01 paid 10800, 10000 2024-08-01 paid 4800 | 0.6 * (10000 - 2000) | 10000 | dibao_marginal |
    | gansu    | dibao_marginal 2023-01-01                           | dibao_marginal 2023-06-01 granted, dibao_marginal 2024-06-01 granted | 100000 2023-08-01 paid 50000, 60000 2024-08-01 | 34800 + 5760 | 60000 | dibao_marginal |
    | gansu    | illness_poor 2023-01-01                             | illness_poor 2023-06-01 granted, illness_poor 2024-06-01 granted | 100000 2023-08-01 paid 50000, 60000 2024-08-01 | 33000 + 6300 | 60000 | illness_poor |
    | gansu    | dibao 2023-01-01 2023-12-31                         | dibao_marginal 2024-06-01 granted  | 10000 2023-08-01 paid 7000, 5000 2024-02-01 | 0.6 * (5000 - 2000)                | 5000     | dibao_marginal |
    | gansu    | dibao 2023-01-01 2023-12-31                         | dibao_marginal 2024-06-01 granted  | 10000 2023-08-01, 5000 2024-02-01  | 0.6 * (5000 - 2000)                         | 5000     | dibao_marginal |
    | gansu    |                                                     | dibao_marginal 2024-06-01 granted  | 10000 2023-08-01 paid 4800, 5000 2024-02-01 | 0.6 * (5000 - 2000)                | 5000     | dibao_marginal |
    | weihai   | illness_poor 2023-01-01                             | illness_poor 2023-06-01 granted, illness_poor 2024-06-01 granted | 100000 2023-08-01 paid 50000, 60000 2024-08-01 | 30000 | 60000 | illness_poor |
    | weihai   |                                                     | illness_poor 2023-06-01 granted, illness_poor 2024-06-01 granted | 60000 2023-08-01 paid 30000 | 0   | 0        | illness_poor   |
    | weihai   |                                                     | illness_poor 2023-06-01 granted, illness_poor 2024-06-01 granted | 60000 2023-08-01 | 0              | 0        | illness_poor   |
    | weihai   |                                                     | illness_poor 2023-06-01 refused, illness_poor 2024-06-01 granted | 60000 2023-08-01 | 30000          | 60000    | illness_poor   |
    | weihai   | illness_poor 2024-02-01 2024-06-30                  |                                    | 100000 2024-01-31, 20000 2024-03-05, 10000 2024-10-05 | 0.6 * (30000 - 10000) | 30000 | illness_poor |
    | weihai   | illness_poor 2023-02-01 2023-06-30                  |                                    | 20000 2024-03-05                   | absent                                      |          |                |
    | weihai   |                                                     | illness_poor 2024-03-01 granted, illness_poor 2024-09-01 granted | 60000 2024-08-01 | 30000          | 60000    | illness_poor   |
    | mongolia | dibao 2023-01-01 2024-02-29, tekun 2024-03-01       |                                    | 10000 2023-08-05 paid 7000, 1000 2024-04-05 | 10000 + 1000                       | 11000    | tekun          |
    | mongolia | dibao 2023-01-01 2024-06-30, tekun 2024-07-01       |                                    | 10000 2024-03-05 paid 7000         | 10000                                       | 10000    | tekun          |
    | mongolia | tekun 2023-01-01 2023-12-31, dibao 2024-01-01       |                                    | 10000 2023-08-05 paid 10000, 1000 2024-04-05 | 0.7 * 1000                        | 1000     | dibao          |
    | mongolia | dibao 2023-01-01 2023-12-31, dibao 2024-03-01       |                                    | 10000 2023-08-05 paid 7000, 1000 2024-04-05 | 0.7 * 1000                         | 1000     | dibao          |
    | weihai   | illness_poor 2024-02-01 2024-04-30                  | illness_poor 2024-02-10 granted 2024-02-20 | 1000 2023-01-31, 9000 2023-02-01, 6000 2024-05-05 | 0.6 * (15000 - 10000) | 15000 | illness_poor |
    | hebei    |                                                     | dibao_marginal 2024-05-10 granted 2024-06-01 | 5000 2024-05-09, 6000 2024-05-10, 3000 2024-12-31 | 0.67 * (9000 - 4000) | 9000 | dibao_marginal |
    | hebei    | dibao_marginal 2024-03-01 2024-03-31                | dibao_marginal 2024-05-10 granted 2024-06-01 | 5000 2024-03-05, 100 2024-04-05, 3000 2024-12-31 | 0.67 * (8000 - 4000) | 8000 | dibao_marginal |
    | weihai   | dibao 2024-01-01 2024-03-31, dibao 2024-07-01       |                                    | 1000 2024-03-31, 50 2024-04-01, 50 2024-06-30, 1000 2024-07-01 | 0.7 * 2000      | 2000     | dibao          |
    | weihai   | dibao_marginal 2024-01-01, dibao 2024-07-01 2024-07-31 |                                 | 3000 2024-03-05, 10000 2024-07-15, 3000 2024-10-05 | 7000 + 0.5 * (6000 - 3000)  | 16000    | dibao          |
    | weihai   | dibao_marginal 2024-01-01, illness_poor 2024-01-01  |                                    | 100000 2024-03-05                  | 50000                                       | 100000   | illness_poor   |
    | gansu    | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-01-01 |                                 | 10000 2024-03-05, 12000 2024-08-05 | 0.6 * (22000 - 2000) + 0.3 * (10000 - 6000) | 22000    | dibao_marginal |
    | gansu    | tekun 2024-01-01 2024-06-30, dibao_marginal 2024-01-01 |                                 | 4000 2024-03-05, 50000 2024-08-05  | 4000 + 0.6 * 48000 + 0.3 * (21200 - 6000)   | 54000    | dibao_marginal |
    | dongyang | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 1000 2024-06-30, 5000 2024-07-01   | 0.8 * 1000                                  | 6000     | dibao          |
    | dongyang | dibao 2024-01-01 2024-06-30, dibao_marginal 2024-07-01 |                                 | 1000 2024-06-30, 5000.01 2024-07-01 | 800 + 0.01                                 | 6000.01  | dibao          |
    """
)
DAY = "2024-12-31"


def tell_of(bureau: Bureau, record: RunRecord, number: str) -> dict[str, Any]:
    """The entitlement part of somebody's explanation."""
    store = bureau.store()
    frame, provisional = frame_and_allowance(store, LIBRARY, record)
    return entitlement_json(tell(store, frame, provisional, person_of_number(store, frame, number)))


def _words(cell: str) -> list[list[str]]:
    return [one.split() for one in cell.split(", ")] if cell else []


def scene(bureau: Bureau, name: str, rows: list[dict[str, str]], **recorded: str) -> dict[str, Any]:
    """The rows of one document as people of a home."""
    document, district = DOCUMENTS[name]
    regions = {district[:2] + "0000", district[:4] + "00"}
    bureau.incomes(*({"region": region, "residents": residents, "year": "2023"}
                     for region in sorted(regions) for residents in ("all", "rural")))
    bureau.settlements(*(
        settlement(setl_id=f"S{n}-{k}", certno=certno(n), insu_admdvs=district, fix_blng_admdvs=district, setl_time=f"{day} 12:00:00",
                   psn_part_amt=Decimal(yuan) - Decimal((paid or ["", "0"])[1]), maf_pay=(paid or ["", "0"])[1])
        for n, row in enumerate(rows) for k, (yuan, day, *paid) in enumerate(_words(row["bills"]))
    ))
    held = [
        {"certno": certno(n), "category": category, "begin": begin, "end": (end or [""])[0]}
        for n, row in enumerate(rows) for category, begin, *end in _words(row["held"])
    ]
    if held:
        bureau.identities(*held)
    asked = [
        {"certno": certno(n), "psn_name": "", "category": category, "applied_on": on, "outcome": outcome,
         "decided_on": (decided or [on])[0], "paper": ""}
        for n, row in enumerate(rows) for category, on, outcome, *decided in _words(row["applied"])
    ]
    if asked:
        bureau.load("applications", asked)
    parameters = {**LOCAL.get(name, {}), **recorded}
    bureau.parameters(document, **parameters)
    bureau.none(*(() if asked else ("applications",)), "serious_illness", "childhood_diseases", "case_decisions", until="2026-12-31")
    return {"document": document, "trial": name == "mongolia"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whose_aid_a_bill_gets(name: str, tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    # Whoever is not on any list keeps the day of the transition period's end apart from the rest.
    rows = [row for row in CASES if row["document"] == name]
    recorded = {"aid.transition_end": "2024-06-30"} if name == "gansu" else {}
    asked = scene(bureau, name, rows, **recorded)
    found = entitled(bureau, asked["document"], DAY, trial=asked["trial"])
    for n, row in enumerate(rows):
        if row["due"] == "absent":
            assert certno(n) not in found, row
            continue
        one = found[certno(n)]
        assert one["category"] == row["category"], row
        if row["due"] == "—":
            assert (one["expected"], one["bound"]) == ("", "") and "过渡期已于 2024-06-30 结束" in one["note"], row
            continue
        assert (Decimal(one["expected"]), Decimal(one["eligible"])) == (amount(row["due"]), Decimal(row["eligible"])), (row, one)
        paid = sum((Decimal(paid[1]) for _, day, *paid in _words(row["bills"]) if paid and (day >= "2024" or (name == "mongolia" and row["category"] == "tekun"))), Decimal(0))
        assert Decimal(one["actual"]) == paid, row
        assert Decimal(one["shortfall"]) == max(amount(row["due"]) - paid, Decimal(0)), row
        assert (one["bound"], one["decided"]) == ("exact", "0.00"), row


HAND = read_table(
    """
    | run        | settled    | reason | invoice    | end        | begin      | due          | eligible | perhaps |
    |------------|------------|--------|------------|------------|------------|--------------|----------|---------|
    | 2023-12-31 | 2024-05-10 | 1      | 2023-11-20 |            |            | 0.8 * 10000  | 10000    | no      |
    | 2024-12-31 | 2024-05-10 | 1      | 2023-11-20 |            |            | 0            | 0        | no      |
    | 2023-12-31 | 2024-05-10 | 1      |            | 2023-12-31 |            | 0.8 * 10000  | 10000    | no      |
    | 2024-12-31 | 2024-05-10 | 1      |            | 2024-01-01 | 2023-12-20 | 0.8 * 10000  | 10000    | no      |
    | 2023-12-31 | 2024-05-10 | 1      |            | 2024-01-01 | 2023-12-20 | 0            | 0        | no      |
    | 2023-12-31 | 2024-05-10 | 1      | 2024-01-02 | 2023-12-20 | 2023-12-01 | 0            | 0        | no      |
    | 2023-12-31 | 2024-09-10 | 1      | 2023-11-20 |            |            | 0.8 * 10000  | 10000    | no      |
    | 2024-12-31 | 2024-06-30 | 1      |            |            | 2023-12-20 | 0.8 * 10000  | 10000    | yes     |
    | 2024-12-31 | 2024-07-01 | 1      |            |            | 2023-12-20 | 0.8 * 10000  | 10000    | no      |
    | 2024-12-31 | 2024-05-10 |        | 2023-11-20 | 2023-11-20 |            | 0.8 * 10000  | 10000    | no      |
    | 2023-12-31 | 2024-05-10 |        | 2023-11-20 | 2023-11-20 |            | 0            | 0        | no      |
    """
)


@pytest.mark.parametrize(("name", "district"), [("dongyang-2020-24", "330783"), ("weihai-2022-15", "371002")])
@pytest.mark.parametrize("day", ["2023-12-31", "2024-12-31"])
def test_a_bill_claimed_by_hand_counts_for_its_invoices_year(name: str, district: str, day: str, tmp_path: Path, home: Path) -> None:
    """Dongyang 三（二）3 alone: the invoice day where there is one, else enddate, never begndate; elsewhere the settlement's day."""
    bureau = Bureau(tmp_path)
    rows = [row for row in HAND if row["run"] == day]
    bureau.incomes({"year": "2022"}, {"year": "2023"})
    bureau.settlements(
        *({**settlement(setl_id=f"S{n}", certno=certno(n), insu_admdvs=district, setl_time=row["settled"], psn_part_amt=10000),
           "manl_reim_rea": row["reason"], "invoice_on": row["invoice"], "enddate": row["end"], "begndate": row["begin"]}
          for n, row in enumerate(rows)),
        {**settlement(setl_id="X", certno=certno(99), insu_admdvs=district, setl_time="2023-06-01", psn_part_amt=1),
         "manl_reim_rea": "", "invoice_on": "", "enddate": "", "begndate": ""},
    )
    bureau.identities(*({"certno": certno(n), "category": "dibao", "begin": "2020-01-01"} for n in range(len(rows))))
    bureau.none("applications", "serious_illness", "childhood_diseases", "case_decisions", until="2026-12-31")
    found = entitled(bureau, name, day)
    for n, row in enumerate(rows):
        one = found[certno(n)]
        if name == "dongyang-2020-24":
            assert (Decimal(one["expected"]), one["eligible"]) == (amount(row["due"]), f"{row['eligible']}.00"), row
            assert ("可能应归上一年" in one["note"]) == (row["perhaps"] == "yes"), row
        else:
            assert one["eligible"] == ("10000.00" if row["settled"][:4] == day[:4] else "0.00"), row


FLOORS = read_table(
    """
    | document | person                   | bill     | without                            | due                     | bound    | category       | says                |
    |----------|--------------------------|----------|------------------------------------|-------------------------|----------|----------------|---------------------|
    | hebei    | child tekun dibao_marginal | 1494.97 | childhood_diseases                | 1046.48                 | at_least | tekun          | childhood_diseases  |
    | hebei    | child dibao_marginal     | 14000    | childhood_diseases                 | 6700                    | at_least | dibao_marginal | childhood_diseases  |
    | hebei    | child dibao_marginal     | 4000     | childhood_diseases                 | 0                       | exact    | dibao_marginal |                     |
    | hebei    | tekun                    | 1494.97  | childhood_diseases                 | 1046.48                 | exact    | tekun          |                     |
    | hebei    | tekun                    | 1494.97  | case_decisions                     | 1046.48                 | at_least | tekun          | case_decisions      |
    | gansu    | tekun dibao_marginal     | 51000    | serious_illness                    | 50000                   | at_least | tekun          | serious_illness     |
    | gansu    | tekun dibao_marginal     | 50000    | serious_illness                    | 50000                   | exact    | tekun          |                     |
    | gansu    | tekun dibao_marginal     | 50000.01 | serious_illness                    | 50000                   | at_least | tekun          | serious_illness     |
    | gansu    | tekun                    | 60000    | serious_illness                    | 51200                   | at_least | tekun          | serious_illness     |
    | gansu    | tekun                    | 60000    |                                    | 51200                   | exact    | tekun          |                     |
    | mongolia | returned_to_poverty dibao | 10000   | aid.returned.cap                   | 7000                    | at_least | dibao          | aid.returned.cap    |
    | mongolia | returned_to_poverty      | 10000    | aid.returned.cap                   | —                       |          | returned_to_poverty | aid.returned.cap |
    """
)


@pytest.mark.parametrize("row", FLOORS, ids=lambda row: f"{row['document']} {row['person']} {row['bill']} {row['without']}")
def test_what_is_not_known_never_lowers_what_is_certain(row: dict[str, str], tmp_path: Path, home: Path) -> None:
    """``without``: the table nobody loaded, or the parameter nobody recorded."""
    bureau, words = Bureau(tmp_path), row["person"].split()
    document, district = DOCUMENTS[row["document"]]
    first = "990101201203150" + "01"
    number = first + check_character(first) if "child" in words else certno(1)
    bureau.incomes(*({"region": region, "residents": residents, "year": "2023"}
                     for region in (district[:2] + "0000", district[:4] + "00") for residents in ("all", "rural")))
    bureau.settlements(settlement(setl_id="S", certno=number, insu_admdvs=district, fix_blng_admdvs=district,
                                  setl_time="2024-05-05", psn_part_amt=row["bill"]))
    bureau.identities(*({"certno": number, "category": word} for word in words if word != "child"))
    bureau.parameters(document, **{name: value for name, value in LOCAL.get(row["document"], {}).items() if name != row["without"]})
    tables = {"applications", "serious_illness", "childhood_diseases", "case_decisions"} - {row["without"]}
    bureau.none(*sorted(tables), until="2026-12-31")
    (one,) = entitled(bureau, document, DAY, trial=row["document"] == "mongolia").values()
    assert (one["category"], one["bound"]) == (row["category"], row["bound"])
    assert one["expected"] == ("" if row["due"] == "—" else f"{Decimal(row['due']):.2f}")
    assert one["decided"] == ("" if row["without"] == "case_decisions" or row["due"] == "—" else "0.00")
    assert row["says"] in one["note"]
    if not row["says"]:
        assert one["note"] == ""


def test_the_detail_sums_to_the_one_row(tmp_path: Path, home: Path) -> None:
    """A row a person and schedule, cents cut from running totals; assistance recorded alone and decisions stand with the one that leads."""
    bureau = Bureau(tmp_path)
    rows = [row for row in CASES if row["document"] == "hebei"]
    asked = scene(bureau, "hebei", rows)
    bureau.load("case_decisions", [{"certno": certno(0), "psn_name": "", "decided_on": "2024-06-01", "kind": "一事一议", "amount": "500.05",
                                    "paper": "纪要"}])
    bureau.settlements(settlement(setl_id="REC", certno=certno(0), insu_admdvs="130602", med_type="9118", setl_time="2024-09-01", maf_pay=300))
    whole = entitled(bureau, asked["document"], DAY)
    parts = detail_rows(bureau.store(), bureau.store().manifest.run(None))
    assert {row["certno"] for row in parts} == {number for number, row in whole.items() if row["expected"]}
    assert len(parts) > len({row["certno"] for row in parts})
    for number, one in whole.items():
        own = [row for row in parts if row["certno"] == number]
        for column in ("eligible", "aid", "tilt", "expected", "actual", "remaining"):
            assert sum((Decimal(row[column]) for row in own), Decimal(0)) == Decimal(one[column]), (column, own, one)
        assert sum((Decimal(row["decided"] or 0) for row in own), Decimal(0)) == Decimal(one["decided"])
        assert own[0]["category"] == one["category"]
    assert (whole[certno(0)]["decided"], whole[certno(0)]["expected"], whole[certno(0)]["actual"]) == ("500.05", "7500.05", "300.00")


def test_each_bill_shows_the_identity_and_schedule_that_aids_it(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    row = {"held": "dibao 2024-02-01 2024-06-30, dibao_marginal 2024-07-01", "applied": "",
           "bills": "10 2024-01-31, 10000 2024-03-05, 5000 2024-08-05"}
    scene(bureau, "weihai", [row])
    record = bureau.run("weihai-2022-15", DAY)
    told = tell_of(bureau, record, certno(0))
    assert [(one["setl_time"][:10], one["identity"], one["schedule"], one["counted"], one["reason"]) for one in told["care"]] == [
        ("2024-01-31", "", "", False, "no_identity"), ("2024-03-05", "dibao", "basic", True, ""),
        ("2024-08-05", "dibao_marginal", "marginal", True, ""),
    ]
    assert [(one["from"], one["to"], one["taken"]) for one in told["stretches"]] == [
        ("2024-02-01", "2024-06-30", "dibao"), ("2024-07-01", "2024-12-31", "dibao_marginal"),
    ]
    assert [(one["category"], one["chosen"], one["gives"]) for one in told["categories"]] == [
        ("dibao", True, "7000.00"), ("dibao_marginal", True, "1000.00"),
    ]
    assert told["expected"] == "8000.00" and told["sum"].startswith("应享 7000.00 ＋ 1000.00 ＝ 8000.00")
    assert {mark["mark"] for mark in told["marks"]} == {"several_schedules"}


def test_a_second_granted_application_is_listed_for_checking_and_counts_once(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    row = {"held": "", "applied": "illness_poor 2024-03-01 granted, illness_poor 2024-09-01 granted", "bills": "60000 2024-08-01"}
    other = {"held": "", "applied": "illness_poor 2024-03-01 granted, illness_poor 2024-09-01 refused", "bills": "60000 2024-08-01"}
    scene(bureau, "weihai", [row, other])
    found = entitled(bureau, "weihai-2022-15", DAY)
    assert [found[certno(n)]["expected"] for n in (0, 1)] == ["30000.00", "30000.00"]
    assert "不得重复申请" in found[certno(0)]["note"] and found[certno(1)]["note"] == ""


def test_the_bureau_may_record_that_no_difference_is_given(tmp_path: Path, home: Path) -> None:
    """Inner Mongolia 二（十）, 二（十三）: what another identity aided stays as it was, in the year before and within the year."""
    bureau = Bureau(tmp_path)
    rows = [
        {"held": "dibao 2023-01-01 2024-02-29, tekun 2024-03-01", "applied": "", "bills": "10000 2023-08-05 paid 7000, 1000 2024-04-05"},
        {"held": "dibao 2023-01-01 2024-06-30, tekun 2024-07-01", "applied": "", "bills": "10000 2024-03-05 paid 7000"},
        {"held": "tekun 2024-07-01", "applied": "", "bills": "10000 2024-03-05"},
    ]
    scene(bureau, "mongolia", rows, **{"aid.difference": "no"})
    found = entitled(bureau, "inner-mongolia-2022-draft", DAY, trial=True)
    assert [(found[certno(n)]["expected"], found[certno(n)]["actual"]) for n in range(3)] == [
        ("1000.00", "0.00"), ("7000.00", "7000.00"), ("10000.00", "0.00"),
    ]


def test_days_after_a_transition_period_were_counted_by_no_year(tmp_path: Path, home: Path) -> None:
    """Gansu: monitored all along, the transition ended 2023-06-30. A look-back of 2024 reaches last year's bills after that day, which
    no schedule aided; those of its last day were 2023's."""
    bureau = Bureau(tmp_path)
    asked = "dibao_marginal 2024-06-01 granted"
    bills = {
        "30000 2023-06-30": Decimal(0), "30000 2023-07-01": Decimal("0.6") * (30000 - 2000),
        "10000 2023-06-30, 20000 2023-09-05, 3000 2024-02-05": Decimal("0.6") * (23000 - 2000),
    }
    rows = [{"held": "monitored_sudden 2020-01-01", "applied": asked, "bills": one} for one in bills]
    scene(bureau, "gansu", rows, **{"aid.transition_end": "2023-06-30"})
    found = entitled(bureau, "gansu-2022-23", DAY)
    assert [Decimal(found[certno(n)]["expected"]) for n, _ in enumerate(rows)] == list(bills.values())
