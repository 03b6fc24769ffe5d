"""What other insurance paid outside the platform, off the costs assistance looks at: worked by hand, Hebei and others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bureau import LIBRARY, Bureau, certno, settlement

from monitor.actions.entitlements import entitled_store
from monitor.assess.explain import person_of_number
from monitor.assess.frames import frame_and_allowance
from monitor.entitle.telling import tell
from monitor.reports.entitled import entitlement_rows
from tests.spec.tables import read_table

#: Bills (amount by id, January onwards, one a month), payments (amount, "@" its bill, "#" its day), eligible of a dibao member.
#: Hebei gives 70 % of it, at most 10,000.
CASES = """
| bills           | payments                             | eligible                |
|-----------------|--------------------------------------|-------------------------|
| A 5000, B 3000  |                                      | 5000 + 3000             |
| A 5000, B 3000  | 1000 @A                              | 4000 + 3000             |
| A 5000, B 3000  | 4999.99 @A                           | 0.01 + 3000             |
| A 5000, B 3000  | 5000 @A                              | 0 + 3000                |
| A 5000, B 3000  | 5000.01 @A                           | 0 + 3000                |
| A 5000, B 3000  | 9000 @A                              | 0 + 3000                |
| A 5000, B 3000  | 1000 @A, 1500 @A                     | 2500 + 3000             |
| A 5000, B 3000  | 1000 @A, -1000 @A                    | 5000 + 3000             |
| A 5000, B 3000  | 1000 @A, -1500 @A                    | 5000 + 3000             |
| A 5000, B 3000  | 1000 @X                              | 5000 + 3000             |
| A 5000, B 3000  | 1000                                 | 7000                    |
| A 5000, B 3000  | 8000                                 | 0                       |
| A 5000, B 3000  | 8000.01                              | 0                       |
| A 5000, B 3000  | 4000 @A, 3500                        | 500                     |
| A 5000, B 3000  | 1000 #2024-12-31                     | 8000                    |
| A 5000, B 3000  | 1000 #2025-12-31                     | 7000                    |
| A 5000, B 3000  | 1000 #2026-01-01                     | 8000                    |
| A 5000, B 3000  | 1000 @A #2026-01-01                  | 8000                    |
| A 5000, B -1000 | 4500                                 | 0                       |
"""


def numbers(text: str) -> Decimal:
    return sum((Decimal(part) for part in text.split("+")), Decimal(0))


@pytest.mark.parametrize(
    ("document", "region", "takes_off"),
    [("hebei-city-2022", "130602", True), ("dongyang-2020-24", "330783", True), ("weihai-2022-15", "371002", False)],
)
def test_it_comes_off_where_the_text_puts_insurance_first(tmp_path: Path, home: Path, document: str, region: str, takes_off: bool) -> None:
    bureau, cases = Bureau(tmp_path), list(enumerate(read_table(CASES), start=1))
    bureau.incomes(*({"region": place, "residents": residents} for place in ("370000", "371000", "130000", "130600")
                     for residents in ("all", "rural")))
    bureau.identities(*({"certno": certno(n), "category": "dibao"} for n, _ in cases))
    bureau.settlements(*(
        settlement(setl_id=f"{n}{bill.split()[0]}", certno=certno(n), psn_part_amt=bill.split()[1], insu_admdvs=region,
                   setl_time=f"2025-{month:02d}-10 08:00:00")
        for n, case in cases for month, bill in enumerate(case["bills"].split(","), start=1)
    ))
    payments = [
        {"certno": certno(n), "psn_name": "", "paid_on": day or "2025-06-01", "payer": f"样例公司{k}", "amount": amount.strip(),
         "setl_id": f"{n}{bill.strip()}" if bill else ""}
        for n, case in cases for k, text in enumerate(filter(str.strip, case["payments"].split(",")))
        for text, _, day in [text.partition("#")] for amount, _, bill in [text.partition("@")]
    ]
    before = {row["certno"]: row["eligible"] for row in entitled(bureau, document)}
    warned = [(row["certno"], row["burden"]) for row in bureau.alerts(bureau.run(document))]
    bureau.load("other_payments", payments)
    found = {row["certno"]: row["eligible"] for row in entitled(bureau, document)}
    assert [(row["certno"], row["burden"]) for row in bureau.alerts(bureau.run(document))] == warned, "no warning reads it"
    for n, case in cases:
        expected = numbers(case["eligible"]) if takes_off else Decimal(before[certno(n)])
        assert Decimal(found[certno(n)]) == expected, case
    # The same file again changes nothing; a corrected amount takes the place of the first.
    bureau.load("other_payments", payments)
    assert {row["certno"]: row["eligible"] for row in entitled(bureau, document)} == found
    bureau.load("other_payments", [{**row, "amount": "0"} for row in payments])
    assert {row["certno"]: row["eligible"] for row in entitled(bureau, document)} == before


#: What a payment that names no bill comes off: the eligible sum alone, never a bill that nobody aids. Dibao from ``held``; bills as above,
#: "pharmacy" (care not counted), "unreferred" (outside the prefecture, no referral); one payment in June.
NOT_ELIGIBLE = """
| held                     | bills                                           | paid  | eligible             |
|--------------------------|-------------------------------------------------|-------|----------------------|
| 2025-01-01               | 10000, 10000                                    | 5000  | 20000 - 5000         |
| 2025-02-01               | 10000, 10000                                    | 5000  | 10000 - 5000         |
| 2025-02-01               | 10000, 10000                                    | 12000 | 0                    |
| 2025-01-01 to 2025-01-31 | 1000, 10000                                     | 400   | 1000 - 400           |
| 2025-01-01 to 2025-01-31, 2025-03-01 | 1000, 10000, 10000                  | 5000  | 1000 + 10000 - 5000  |
| 2025-01-01               | 10000 unreferred, 10000                         | 5000  | 10000 - 5000         |
| 2025-01-01               | 10000 referred, 10000                           | 5000  | 20000 - 5000         |
| 2025-01-01               | 10000 pharmacy, 10000                           | 5000  | 10000 - 5000         |
"""
MED_TYPES, PLACES = {"pharmacy": "41"}, {"unreferred": ("130102", "0"), "referred": ("130102", "1")}


def test_a_payment_without_a_bill_comes_off_the_eligible_sum(tmp_path: Path, home: Path) -> None:
    bureau, cases = Bureau(tmp_path), list(enumerate(read_table(NOT_ELIGIBLE), start=1))
    bureau.incomes(*({"region": place, "residents": residents} for place in ("130000", "130600") for residents in ("all", "rural")))
    bureau.identities(*(
        {"certno": certno(n), "category": "dibao", "begin": begin, "end": end}
        for n, case in cases for begin, _, end in (one.strip().partition(" to ") for one in case["held"].split(","))
    ))
    bureau.settlements(*(
        settlement(setl_id=f"{n}-{month}", certno=certno(n), psn_part_amt=amount, insu_admdvs="130602",
                   med_type=MED_TYPES.get(word, "21"), setl_time=f"2025-{month:02d}-10 08:00:00")
        | dict(zip(("fix_blng_admdvs", "referred"), PLACES.get(word, ("130602", "")), strict=True))
        for n, case in cases for month, bill in enumerate(case["bills"].split(","), start=1)
        for amount, _, word in [bill.strip().partition(" ")]
    ))
    bureau.load("other_payments", [{"certno": certno(n), "psn_name": "", "paid_on": "2025-06-01", "payer": "样例公司", "amount": case["paid"],
                                    "setl_id": ""} for n, case in cases])
    found = {row["certno"]: row["eligible"] for row in entitled(bureau, "hebei-city-2022")}
    for n, case in cases:
        plus, _, minus = case["eligible"].partition(" - ")
        assert Decimal(found[certno(n)]) == numbers(plus) - Decimal(minus or 0), case


def entitled(bureau: Bureau, document: str) -> list[dict[str, Any]]:
    store, record = entitled_store(bureau.home, bureau.run(document).run, LIBRARY)
    return entitlement_rows(store, record)


#: Payments as above against bills A 5000 and B 3000 of a dibao member; what of them came off nothing ("" where nothing is left).
BEYOND = """
| payments                | beyond                    |
|-------------------------|---------------------------|
| 4999.99 @A              |                           |
| 5000 @A                 |                           |
| 5000.01 @A              | 5000.01 - 5000            |
| 5000.01 @A, 1000        | 5000.01 - 5000            |
| 3000 @A, 3000 @A        | 6000 - 5000               |
| 6000 @A, -1000 @A       |                           |
| 1000 @X                 | 1000                      |
| 1000 @X, -1000 @X       |                           |
| 8000                    |                           |
| 8000.01                 | 8000.01 - 8000            |
| 1000 #2024-12-31        |                           |
| 9000 @A #2024-12-31     | 9000 - 5000               |
"""


def test_what_came_off_nothing_is_listed_and_explained(tmp_path: Path, home: Path) -> None:
    """In the note of whoever it is about, and in the sentence of their explanation."""
    bureau, cases = Bureau(tmp_path), list(enumerate(read_table(BEYOND), start=1))
    bureau.incomes(*({"region": place, "residents": residents} for place in ("130000", "130600") for residents in ("all", "rural")))
    bureau.identities(*({"certno": certno(n), "category": "dibao"} for n, _ in cases))
    bureau.settlements(*(
        settlement(setl_id=f"{n}{bill}", certno=certno(n), psn_part_amt=amount, insu_admdvs="130602", setl_time="2025-01-10 08:00:00")
        for n, _ in cases for bill, amount in (("A", "5000"), ("B", "3000"))
    ))
    bureau.load("other_payments", [
        {"certno": certno(n), "psn_name": "", "paid_on": day or "2025-06-01", "payer": f"样例公司{k}", "amount": amount.strip(),
         "setl_id": f"{n}{bill.strip()}" if bill else ""}
        for n, case in cases for k, text in enumerate(case["payments"].split(","))
        for text, _, day in [text.partition("#")] for amount, _, bill in [text.partition("@")]
    ])
    notes = {row["certno"]: row["note"] for row in entitled(bureau, "hebei-city-2022")}
    for n, case in cases:
        first, _, off = case["beyond"].partition(" - ")
        said = f"平台之外的支付有 {Decimal(first) - Decimal(off or 0):,.2f} 元大于所对应的可救助费用" if first else ""
        assert (said in notes[certno(n)]) if said else ("平台之外" not in notes[certno(n)]), case
    store, record = entitled_store(bureau.home, bureau.run("hebei-city-2022").run, LIBRARY)
    frame, provisional = frame_and_allowance(store, LIBRARY, record)
    told = tell(store, frame, provisional, person_of_number(store, frame, certno(3)))
    said = "商业保险等在平台之外支付 5,000.01 元，先从可救助费用中扣除 5,000.00 元；其余 0.01 元大于所对应的可救助费用"
    assert told.due is not None and any(sentence.startswith(said) for sentence in told.due.assumed), told.due.assumed
