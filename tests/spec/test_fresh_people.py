"""Sixty people worked by hand from the five texts: identities that change and overlap, applications, look-backs, edges of caps and deductibles,
referrals, tilts, hand claims, other payments, deaths, case decisions; in the entitlements, their detail, the explanation and the shortfall.

``held``: categories with first and last day (whole year where no day is given; "rec" a list with days of recognition and end); ``applied``:
category, day, outcome, day of the decision; ``bills``: in-policy self-payment, day, then what is said of it: a med_type (inpatient otherwise),
``paid`` maf_pay, where (local otherwise: ``away`` another province, ``province`` another city), ``referred`` or ``unreferred``, ``for`` the day
of a hand claim's invoice; ``also``: other facts. ``due`` is the arithmetic of the text; ``eligible`` what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, settlement
from tables import read_table
from test_day_of_care import DOCUMENTS, LOCAL, tell_of
from test_worked_aid import amount, entitled

from monitor.intake.identity_number import check_character
from monitor.reports.entitled import detail_rows, shortfall_rows

#: Every income 40,000. Hebei: deductibles 4,000 and 10,000, serious 40,000. Gansu's transition ends in 2025; Inner Mongolia's caps 60,000.
PEOPLE = read_table(
    """
    | document | held | applied | bills | also | due | eligible | category |
    |----------|------|---------|-------|------|-----|----------|----------|
    | weihai | returned_to_poverty | | 12345.67 2024-02-10, 800 2024-03-03 11, 2000.33 2024-04-04 15 | | 0.7 * 14346 | 14346 | returned_to_poverty |
    | weihai | orphan 2020-01-01 2024-05-31 | | 20000 2024-05-31, 5000 2024-06-01 | | 0.7 * 20000 + 0.7 * (6000 - 5000) | 20000 | orphan |
    | weihai | monitored_marginal 2024-04-01, dibao 2024-09-01 | | 3500 2024-03-31, 6000 2024-04-01, 9000 2024-10-10 | | 0.5 * (6000 - 3000) + 0.7 * 9000 | 15000 | dibao |
    | weihai | dibao_marginal | | 23000 2024-02-02, 10000 2024-12-31 | | 10000 + 0.7 * (23000 - 10000) | 33000 | dibao_marginal |
    | weihai | monitored_sudden | | 50000 2024-02-02 | | 10000 + 10000 | 50000 | monitored_sudden |
    | weihai | | illness_poor 2024-08-20 granted 2024-09-10 | 4000 2023-07-31, 6000 2023-08-01, 9000 2024-02-02, 7000 2024-12-30, 2500 2023-12-12 paid 500 | | 0.6 * (22000 - 10000) | 22000 | illness_poor |
    | weihai | dibao 2022-01-01 2024-03-31 | illness_poor 2024-10-05 granted 2024-10-20 | 8000 2023-11-11, 10000 2024-02-02, 40000 2024-07-07 | | 0.7 * 10000 + 0.6 * (40000 - 10000) | 50000 | illness_poor |
    | weihai | tekun | | 30000 2024-05-05 | died | 0.7 * 30000 + 0.7 * (9000 - 5000) | 30000 | tekun |
    | weihai | dibao | | 9000 2024-05-05 away unreferred | | 0.7 * 9000 | 9000 | dibao |
    | weihai | dibao | | 20000 2024-05-05 paid 10000, 10000 2024-06-05 paid 5000 | | 0.7 * 30000 + 0.7 * (9000 - 5000) | 30000 | dibao |
    | weihai | | illness_poor 2024-03-10 granted, illness_poor 2024-11-01 granted | 5000 2023-03-05, 20000 2024-06-06 | | 0.6 * (25000 - 10000) | 25000 | illness_poor |
    | weihai | | illness_poor 2024-12-20 pending | 30000 2024-01-15 | | 0.6 * (30000 - 10000) | 30000 | illness_poor |
    | weihai | dibao 2024-01-01 2024-06-30 | illness_poor 2024-07-01 granted | 30000 2024-03-05 14, 100000 2024-08-05 | | 20000 + 50000 + 0.7 * (10000 - 5000) | 130000 | illness_poor |
    | weihai | dibao_marginal rec 2024-05-20 2024-10-05 | | 9000 2024-05-31, 5000 2024-06-01, 4000 2024-10-31, 700 2024-11-01 | | 0.5 * (9000 - 3000) | 9000 | dibao_marginal |
    | gansu | tekun | | 52000 2024-05-05 | | 50000 | 52000 | tekun |
    | gansu | tekun | | 90000 2024-05-05 | serious | 80000 + 0.3 * (10000 - 6000) | 90000 | tekun |
    | gansu | dibao | | 20000 2024-05-05, 30000 2024-06-05 away referred | | 0.7 * 50000 | 50000 | dibao |
    | gansu | dibao | | 40000 2024-05-05, 10000 2024-06-05 away unreferred | | 0.7 * 40000 + 0.3 * (12000 - 6000) | 40000 | dibao |
    | gansu | dibao | | 40000 2024-05-05 province referred | | 0.7 * 40000 + 0.3 * (12000 - 6000) | 40000 | dibao |
    | gansu | lifted_out | | 10000 2024-05-05 | | 0.6 * 10000 | 10000 | lifted_out |
    | gansu | | dibao_marginal 2024-05-15 granted | 3000 2023-05-15, 1000 2023-05-14, 20000 2024-01-10 | | 0.6 * (23000 - 2000) + 0.3 * (20000 - 0.6 * 18000 - 6000) | 23000 | dibao_marginal |
    | gansu | dibao_marginal 2023-01-01 | | 10000 2024-05-05 | | 0.6 * (10000 - 2000) | 10000 | dibao_marginal |
    | gansu | monitored_sudden, dibao 2024-07-01 | | 10000 2024-03-05, 10000 2024-08-05 | | 0.6 * 10000 + 0.7 * 10000 | 20000 | dibao |
    | gansu | monitored_sudden, dibao 2024-07-01 | | 20000 2024-03-05, 20000 2024-08-05 | | 0.6 * 40000 + 0.3 * (16000 - 6000) | 40000 | monitored_sudden |
    | gansu | | illness_poor 2024-02-29 granted | 6000 2023-02-28, 1000 2023-02-27, 4000 2024-06-01 | | 0.6 * (10000 - 5000) | 10000 | illness_poor |
    | gansu | dibao | | 3000 2024-05-05 11, 2000 2024-06-05 14 | | 0.7 * 2000 | 2000 | dibao |
    | gansu | orphan | | 7777.77 2024-05-05 | | 7777.77 | 7777.77 | orphan |
    | gansu | returned_to_poverty | | 60000 2024-05-05 paid 30000 | | 0.7 * 60000 + 0.3 * (18000 - 6000) | 60000 | returned_to_poverty |
    | gansu | tekun 2020-01-01 2024-03-31 | dibao_marginal 2024-09-01 granted | 5000 2023-10-10, 8000 2024-02-02, 30000 2024-10-10 | | 8000 + 0.6 * (30000 - 2000) + 0.3 * (13200 - 6000) | 38000 | dibao_marginal |
    | gansu | dibao_marginal | dibao_marginal 2024-06-01 refused | 10000 2024-05-05 | | 0.6 * (10000 - 2000) | 10000 | dibao_marginal |
    | hebei | tekun | | 3000 2024-05-05 11, 8000 2024-06-05 | | 0.7 * 11000 | 11000 | tekun |
    | hebei | dibao | | 16000 2024-05-05 | | 10000 | 16000 | dibao |
    | hebei | dibao | | 60000 2024-05-05 | insured 15000 | 10000 | 45000 | dibao |
    | hebei | dibao | | 6000 2024-05-05, 5000 2024-06-05 | insured 7000 0 | 0.7 * 5000 | 5000 | dibao |
    | hebei | | dibao_marginal 2024-03-10 granted | 5000 2024-03-09, 9000 2024-03-10, 4000 2024-11-11 | | 0.67 * (13000 - 4000) | 13000 | dibao_marginal |
    | hebei | | illness_poor 2024-06-01 granted | 30000 2024-06-15 | | 10000 | 30000 | illness_poor |
    | hebei | monitored_marginal, dibao 2024-10-01 | monitored_marginal 2024-02-01 granted | 12000 2024-05-05, 8000 2024-11-05 | | 10000 | 20000 | dibao |
    | hebei | dibao | | 9000 2024-05-05, 20000 2024-06-05 away unreferred | | 0.7 * 9000 | 9000 | dibao |
    | hebei | dibao | | 8000 2024-05-05 | child | 0.75 * 8000 | 8000 | dibao |
    | hebei | dibao | | 100000 2024-05-05 province referred | | 10000 + 20000 | 100000 | dibao |
    | hebei | dibao | | 100000 2024-05-05 away referred | | 10000 | 100000 | dibao |
    | hebei | dibao | | 55000 2024-05-05, 1000 2024-06-05 41 | | 10000 + 0.7 * (45000 - 40000) | 55000 | dibao |
    | hebei | lifted_out | | 10000 2024-05-05 | | — | | lifted_out |
    | hebei | returned_to_poverty, dibao_marginal | dibao_marginal 2024-02-01 granted | 10000 2024-05-05 | | 0.67 * (10000 - 4000) | 10000 | dibao_marginal |
    | hebei | tekun | | 1000 2024-05-05 | decided 2000 | 0.7 * 1000 + 2000 | 1000 | tekun |
    | hebei | dibao rec 2024-05-20 | | 4000 2024-05-25, 2000 2024-06-01 | | 0.7 * 2000 | 2000 | dibao |
    | dongyang | tekun | | 90000 2024-05-05, 4500 2024-06-05 1401 | | 80000 + (4500 - 3000) | 94500 | tekun |
    | dongyang | dibao 2020-01-01 2024-06-30, dibao_marginal 2024-07-01 | | 2500 2024-03-05 1401, 3000 2024-08-05 1401, 4000 2024-03-06, 9000 2024-08-06 | | 0.8 * 4000 + 0.6 * (9000 - 5000) | 15500 | dibao |
    | dongyang | child_in_need | | 5000 2024-03-05 1402, 10000 2024-04-05 | | 0.8 * 15000 | 15000 | child_in_need |
    | dongyang | veteran_hardship | | 50000 2024-03-05 | | 0.5 * (50000 - 20000) | 50000 | veteran_hardship |
    | dongyang | dibao | | 7000 2024-02-01 for 2023-12-20, 1000 2024-03-05, 600 2025-03-01 for 2024-12-20 | | 0.8 * 1600 | 1600 | dibao |
    | dongyang | other_hardship | | 25000 2024-03-05 | | 0.5 * (25000 - 20000) | 25000 | other_hardship |
    | dongyang | dibao, severe_disability | | 30000 2024-03-05 away unreferred | | 0.8 * 30000 | 30000 | dibao |
    | dongyang | dibao_marginal | | 20000 2024-03-05 | insured 5000 | 0.6 * (15000 - 5000) | 15000 | dibao_marginal |
    | dongyang | illness_poor 2020-01-01 2024-03-31, dibao 2024-04-01 | | 30000 2024-02-05, 10000 2024-05-05 | | 0.5 * (30000 - 20000) + 0.8 * 10000 | 40000 | dibao |
    | dongyang | dibao | | 120000 2024-03-05 | | 80000 | 120000 | dibao |
    | dongyang | dibao 2024-01-01 2024-03-31, dibao 2024-10-01 | | 2000 2024-02-02 1401, 800 2024-06-06 1401, 2500 2024-11-11 1401 | | 4500 - 3000 | 4500 | dibao |
    | mongolia | dibao 2024-05-01 | | 8000 2023-06-06, 2000 2024-02-02, 1000 2024-06-06 11, 500 2023-04-30 | | 0.7 * 11000 | 11000 | dibao |
    | mongolia | returned_to_poverty 2022-01-01 | | 12000 2024-05-05 | | 0.7 * (12000 - 500) | 12000 | returned_to_poverty |
    | mongolia | dibao_marginal 2022-01-01 | dibao_marginal 2024-04-10 granted 2024-04-20 | 5000 2023-04-19, 6000 2023-04-20, 10000 2024-05-05 | | 0.6 * (16000 - 4000) | 16000 | dibao_marginal |
    | mongolia | dibao 2022-01-01, tekun 2024-08-01 | | 10000 2023-09-09 paid 7000, 20000 2024-03-03 paid 14000, 5000 2024-09-09 | | 35000 | 35000 | tekun |
    | mongolia | dibao 2022-01-01, tekun 2024-08-01 | | 10000 2023-09-09 paid 6750, 60000 2024-09-09 | | 60000 | 70000 | tekun |
    | mongolia | tekun 2022-01-01 2023-12-31, dibao 2024-01-01 | | 10000 2023-08-08, 3000 2024-03-03 | | 0.7 * 3000 | 3000 | dibao |
    | mongolia | | illness_poor 2024-05-30 granted 2024-06-30 | 80000 2024-01-15 | | 0.6 * (80000 - 10000) + 0.6 * (38000 - 10000) | 80000 | illness_poor |
    | mongolia | dibao 2022-01-01 | | 5000 2024-05-05, 9000 2024-06-05 away unreferred | | 0.7 * 5000 | 5000 | dibao |
    | mongolia | monitored_sudden 2022-01-01 | | 5000 2024-05-05 | | — | | monitored_sudden |
    | mongolia | dibao 2022-01-01 | | 2000 2024-05-05 | decided 1000 | 0.7 * 2000 + 1000 | 2000 | dibao |
    """
)
DAY = "2024-12-31"
CHILD = "99010120150607001" + check_character("99010120150607001")


def _facts(cell: str) -> list[list[str]]:
    return [one.split() for one in cell.split(", ")] if cell else []


def number_of(n: int, row: dict[str, str]) -> str:
    return CHILD if row["also"] == "child" else certno(n)


def _bills(n: int, row: dict[str, str], district: str) -> Iterator[dict[str, str]]:
    for k, (yuan, day, *words) in enumerate(_facts(row["bills"])):
        said = {word: words[words.index(word) + 1] for word in ("paid", "for") if word in words}
        place = "110101" if "away" in words else district[:2] + "9901" if "province" in words else district
        found = settlement(
            setl_id=f"S{n}-{k}", certno=number_of(n, row), insu_admdvs=district, fix_blng_admdvs=place, setl_time=f"{day} 10:00:00",
            referred="1" if "referred" in words else "0" if "unreferred" in words else "",
            psn_part_amt=Decimal(yuan) - Decimal(said.get("paid", "0")), maf_pay=said.get("paid", "0"),
            med_type=next((word for word in words if word.isdigit() and word != said.get("paid")), "21"),
        )
        yield {**found, "dise_codg": "C91" if row["also"] == "child" else "", "manl_reim_rea": "1" if "for" in said else "",
               "invoice_on": said.get("for", "")}


def _tell(bureau: Bureau, rows: list[tuple[int, dict[str, str]]]) -> None:
    """The tables beside the settlements and the identities; the bureau's word where there is nothing."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for n, row in rows:
        who = {"certno": number_of(n, row), "psn_name": ""}
        for category, day, outcome, *decided in _facts(row["applied"]):
            tables.setdefault("applications", []).append(
                {**who, "category": category, "applied_on": day, "outcome": outcome,
                 "decided_on": "" if outcome == "pending" else (decided or [day])[0], "paper": ""}
            )
        word, *values = [*row["also"].split(), "", ""][:3]
        if word == "serious":
            tables.setdefault("serious_illness", []).append({**who, "disease": "样例病", "marked_on": "2024-05-01", "ended_on": ""})
        elif word == "insured":
            tables.setdefault("other_payments", []).append(
                {**who, "paid_on": "2024-09-09", "payer": "样例公司", "amount": values[0], "setl_id": f"S{n}-{values[1]}" if values[1] else ""}
            )
        elif word == "decided":
            tables.setdefault("case_decisions", []).append({**who, "decided_on": "2024-07-01", "kind": "一事一议", "amount": values[0], "paper": ""})
        elif word == "child":
            tables.setdefault("childhood_diseases", []).append({"dise_codg": "C91", "dise_name": "", "listed": "是"})
    for table, given in tables.items():
        bureau.load(table, given)
    others = {"applications", "serious_illness", "childhood_diseases", "case_decisions", "other_payments"}
    bureau.none(*sorted(others - set(tables)), until="2026-12-31")


def _held(n: int, row: dict[str, str]) -> Iterator[tuple[bool, dict[str, str]]]:
    for category, *days in _facts(row["held"]):
        recognised = days[:1] == ["rec"]
        first, last = [*(days[1:] if recognised else days), "", ""][:2]
        names = ("recognised_on", "ended_on") if recognised else ("begin", "end")
        yield recognised, {"certno": number_of(n, row), "psn_name": "", "category": category, names[0]: first or "2020-01-01", names[1]: last,
                           "department": "", "risk_eliminated": "否"}


def furnish(bureau: Bureau, name: str) -> list[tuple[int, dict[str, str]]]:
    """A home with the document's people; which row each is."""
    document, district = DOCUMENTS[name]
    rows = [(n, row) for n, row in enumerate(PEOPLE) if row["document"] == name]
    bureau.incomes(*({"region": region, "residents": residents, "year": "2023"}
                     for region in sorted({district[:2] + "0000", district[:4] + "00"}) for residents in ("all", "rural")))
    bureau.people(*({"psn_no": f"P{n}", "certno": number_of(n, row), "insu_admdvs": district, "surv_stas": "0" if row["also"] == "died" else "1"}
                    for n, row in rows))
    bureau.settlements(*(bill for n, row in rows for bill in _bills(n, row, district)))
    for recognised in (False, True):
        if held := [one for n, row in rows for kind, one in _held(n, row) if kind is recognised]:
            bureau.load("identities", held)
    _tell(bureau, rows)
    parameters = {"gansu": {"aid.transition_end": "2025-12-31"}, "hebei": {"aid.extra_points_on": "ratio"}}.get(name, {})
    bureau.parameters(document, **{**LOCAL.get(name, {}), **parameters})
    return rows


@pytest.mark.parametrize("name", DOCUMENTS)
def test_everybody_gets_what_the_text_gives(name: str, tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    rows = furnish(bureau, name)
    found = entitled(bureau, DOCUMENTS[name][0], DAY, trial=name == "mongolia")
    record = bureau.store().manifest.run(None)
    parts, short = detail_rows(bureau.store(), record), {row["certno"]: row for row in shortfall_rows(bureau.store(), record)}
    for n, row in rows:
        number, one = number_of(n, row), found[number_of(n, row)]
        assert one["category"] == row["category"], row
        own = [part for part in parts if part["certno"] == number]
        if row["due"] == "—":
            assert (one["expected"], one["bound"], own) == ("", "", []) and "其他规定" in one["note"], row
            continue
        due = round(amount(row["due"]), 2)
        assert (Decimal(one["expected"]), Decimal(one["eligible"]), one["bound"]) == (due, amount(row["eligible"]), "exact"), (row, one)
        left = Decimal(one["shortfall"])
        assert left == max(due - Decimal(one["actual"]), Decimal(0))
        assert Decimal(short[number]["shortfall"] if number in short else 0) == left
        for column in ("eligible", "aid", "tilt", "expected", "actual"):
            assert sum((Decimal(part[column]) for part in own), Decimal(0)) == Decimal(one[column]), (column, row, own)
        told = tell_of(bureau, record, number)
        assert {key: told[key] for key in ("expected", "actual", "shortfall", "bound")} == {
            key: one[key] for key in ("expected", "actual", "shortfall", "bound")}, row
        counted = sum((Decimal(bill["in_policy"]) - Decimal(bill["taken_off"]) for bill in told["care"] if bill["counted"]), Decimal(0))
        assert counted == Decimal(one["eligible"]), row
