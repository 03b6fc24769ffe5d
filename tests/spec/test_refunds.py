"""What counts of settlements that were given back, whole or in part, by rows that say what they give back or do not.

Each line: the files loaded one after the other (``;``), what each row is, and the year's burden as arithmetic.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bureau import Bureau, certno, settlement

from monitor.base.vocabulary import Measure
from tests.spec.tables import read_table

#: A row: NAME amount [-> ORIGINAL] [flagged] [@ day]; an original's flag is told by "flagged", a reversal (->) is flagged always,
#: "loose" is a flagged reversal that names nobody. The same name again: the same id, a correction.
CASES = """
| rows                                                                      | burden                  | flags                                |
|---------------------------------------------------------------------------|-------------------------|--------------------------------------|
| S 90000; R -90000 -> S                                                    | 90000 - 90000           |                                      |
| S 90000, R -15000 -> S                                                    | 90000 - 15000           | partial_refund                       |
| S 90000; R -15000 -> S                                                    | 90000 - 15000           | partial_refund                       |
| R -15000 -> S; S 90000                                                    | 90000 - 15000           | orphan_reversal partial_refund       |
| S 90000 flagged, R -15000 -> S                                            | 90000 - 15000           | partial_refund                       |
| S 90000, R -89999.99 -> S                                                 | 90000 - 89999.99        | partial_refund                       |
| S 90000, R -90000.01 -> S                                                 | 0                       | refund_exceeds_original              |
| S 90000, T 500, R -95000 -> S                                             | 500                     | refund_exceeds_original              |
| S 90000, R -15000 -> S, Q -20000 -> S                                     | 90000 - 15000 - 20000   | partial_refund                       |
| S 90000; R -15000 -> S; Q -20000 -> S                                     | 90000 - 15000 - 20000   | partial_refund                       |
| S 90000, R -40000 -> S, Q -50000 -> S                                     | 0                       | partial_refund                       |
| S 90000, T 500, R -50000 -> S, Q -50000 -> S @ 2025-05-06                 | 500                     | partial_refund                       |
| S 90000, R -15000 -> S, Q -15000 -> S                                     | 90000 - 15000 - 15000   | partial_refund                       |
| S 90000, R -15000 -> S @ 2025-05-06 08:00:01, Q -15000 -> S @ 2025-05-06 08:00:01 | 90000 - 15000   | partial_refund                       |
| S 90000, R -15000 -> S @ 2025-05-06 08:00:01, Q -15000 -> S @ 2025-05-06 08:00:02 | 90000 - 15000 - 15000 | partial_refund                 |
| S 90000, R -15000 -> S; R -15000 -> S                                     | 90000 - 15000           | partial_refund                       |
| S 90000, R -15000 -> S; R -25000 -> S                                     | 90000 - 25000           | partial_refund supersedes            |
| S 90000; R -90000 -> S; S 80000                                           | 0                       | refund_exceeds_original supersedes   |
| S 90000, R 90000 -> S                                                     | 0                       | refund_with_the_sign_of_its_original |
| S 90000, R 15000 -> S                                                     | 90000 - 15000           | partial_refund refund_with_the_sign_of_its_original |
| S 90000, R -90000 -> S, Q 90000 -> R                                      | 90000                   |                                      |
| S 90000 flagged, R -90000 -> S, Q 90000 -> R                              | 90000                   |                                      |
| S 90000; R -90000 -> S; Q 90000 -> R                                      | 90000                   |                                      |
| S 90000; R -90000 -> S; Q 40000 -> R                                      | 40000                   | partial_refund                       |
| S 90000, R -90000 -> S, Q 90000 -> R, P -90000 -> Q                       | 0                       |                                      |
| S 90000, R -90000 -> S, Q -90000 -> R                                     | 90000                   | refund_with_the_sign_of_its_original |
| S 90000, R -15000 -> S, Q 15000 -> R                                      | 90000                   | partial_refund                       |
| S 90000, R 0 -> S                                                         | 0                       |                                      |
| S 90000, S -90000 -> S                                                    | 0                       | same_key_different_content orphan_reversal |
| S 90000 void, R -15000 -> S                                               | 0                       | partial_refund                       |
| S 90000, R -15000 -> S void                                               | 90000                   |                                      |
| S 90000, R -15000 -> X                                                    | 90000                   | orphan_reversal                      |
| S 90000 @ 2024-12-30, T 500, R -15000 -> S @ 2025-01-02                   | 500                     | partial_refund                       |
| S 70000, R -70000 loose                                                   | 0                       | reversal_without_original_id         |
| S 70000; R -70000 loose                                                   | 0                       | reversal_without_original_id         |
| R -70000 loose; S 70000                                                   | 0                       | reversal_without_original_id         |
| R -70000 loose                                                            | -70000                  | reversal_without_original_id         |
| S 70000, R -30000 loose                                                   | 70000 - 30000           | reversal_without_original_id         |
| S 70000, T 70000, R -70000 loose                                          | 70000 + 70000 - 70000   | reversal_without_original_id         |
| S 70000, T 70000, R -70000 loose, Q -70000 loose                          | 0                       | reversal_without_original_id         |
| S 70000 flagged, R -70000 loose                                           | 0                       | reversal_without_original_id         |
| S 70000 flagged, T 70000, R -70000 loose                                  | 70000                   | reversal_without_original_id         |
| S 70000 flagged, T 70000 flagged, R -70000 loose                          | 0                       | reversal_without_original_id         |
| S 70000 @ 2025-05-06, R -70000 loose @ 2025-05-05                         | 70000 - 70000           | reversal_without_original_id         |
| S 70000 @ 2024-12-30, T 500, R -70000 loose @ 2025-01-02                  | 500                     | reversal_without_original_id         |
| S 70000, R -70000 -> S, Q -70000 loose                                    | -70000                  | reversal_without_original_id         |
| S 70000, R -70000 loose; R -70000 loose                                   | 0                       | reversal_without_original_id         |
| S 70000, R -70000 loose void                                              | 70000                   |                                      |
| S 70000; R -70000 loose; S 60000                                          | 60000 - 70000           | reversal_without_original_id supersedes |
| S 70000, T -500                                                           | 70000 - 500             |                                      |
| S 70000 flagged                                                           | 0                       | orphan_original                      |
"""


def row_of(text: str, n: int) -> dict[str, str]:
    """One row of the n-th case, which is about the n-th person."""
    text, _, day = text.strip().partition(" @ ")
    words = text.split()
    named, amount = words[0], words[1]
    original = words[words.index("->") + 1] if "->" in words else ""
    flagged = bool(original) or "flagged" in words or "loose" in words
    return settlement(
        setl_id=f"99{n}{named}", psn_no=f"P{n}", psn_name="甲", certno=certno(n), psn_part_amt=amount, setl_time=day or "2025-05-05",
        init_setl_id=f"99{n}{original}" if original else "", refd_setl_flag="1" if flagged else "0",
        vali_flag="0" if "void" in words else "1",
    )


def arithmetic(text: str) -> Decimal:
    """``90000 - 15000``."""
    return sum((Decimal(part) for part in text.replace("- ", "-").replace("+ ", "").split()), Decimal(0))


def test_what_counts_after_refunds(tmp_path: Path) -> None:
    """All cases side by side in one home, each about a person of their own: the first files of all, then the second …"""
    bureau, cases = Bureau(tmp_path), list(enumerate(read_table(CASES), start=1))
    bureau.incomes()
    flags: dict[int, set[str]] = {n: set() for n, _ in cases}
    owners: dict[tuple[int, int], int] = {}
    for step in range(max(case["rows"].count(";") for _, case in cases) + 1):
        pieces = [(n, case["rows"].split(";")[step]) for n, case in cases if case["rows"].count(";") >= step]
        rows = [(n, row_of(text, n)) for n, piece in pieces for text in piece.split(",")]
        bureau.settlements(*(row for _, row in rows))
        store = bureau.store()
        load = store.manifest.loads[-1]
        owners |= {(load.number, line): n for line, (n, _) in enumerate(rows, start=2)}
        for file in store.files([load], "flags."):
            for flagged in pq.read_table(file).to_pylist():
                flags[owners[flagged["batch"], flagged["line"]]].add(flagged["flag"])
    record = bureau.run()
    alerted = {one["certno"]: Decimal(one["burden"]) for one in bureau.alerts(record)}
    wrong = []
    for n, case in cases:
        expected = arithmetic(case["burden"])
        found = alerted.get(certno(n)) if expected > 60000 else Decimal(bureau.explain(record, certno(n))["sums"]["burden_before_aid"])
        if (found, flags[n], certno(n) in alerted) != (expected, set(case["flags"].split()), expected > 60000):
            wrong.append((case["rows"], found, flags[n]))
    assert wrong == []


@pytest.mark.parametrize("pieces", [1, 2])
def test_column_by_column(tmp_path: Path, pieces: int) -> None:
    """A part of what the person bore, of what aid paid and of what is outside the policy."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    rows = [
        settlement(setl_id="S", certno=certno(1), psn_part_amt="80000", maf_pay="5000", fulamt_ownpay_amt="9000", hifp_pay="1000"),
        settlement(setl_id="R", certno=certno(1), psn_part_amt="-10000", maf_pay="-1000", fulamt_ownpay_amt="-4000", hifp_pay="-500",
                   refd_setl_flag="1", init_setl_id="S"),
    ]
    for start in range(0, 2, 3 - pieces if pieces == 2 else 2):
        bureau.settlements(*rows[start : start + (1 if pieces == 2 else 2)])
    record = bureau.run()
    explained = bureau.explain(record, certno(1))
    sums = {measure: Decimal(explained["sums"][measure.value]) for measure in Measure}
    assert sums[Measure.BURDEN_BEFORE_AID] == 80000 + 5000 - 10000 - 1000
    assert sums[Measure.BURDEN_AFTER_AID] == 80000 - 10000
    assert sums[Measure.IN_POLICY_BEFORE_AID] == 80000 + 5000 - 10000 - 1000 - (9000 - 4000)
    (alert,) = bureau.alerts(record)
    assert (alert["crossing_setl_id"], Decimal(alert["burden"])) == ("S", Decimal(74000))
    shown = [(one["setl_id"], one["counted"], one["reason"]) for one in explained["settlements"]]
    assert sorted(shown) == [("R", False, "refund_flag"), ("S", False, "partly_refunded"), ("S", True, "")]
    assert {one["source"]["line"] for one in explained["settlements"] if one["setl_id"] == "S"} == {2}


@pytest.mark.parametrize(
    ("given", "burden"),
    [
        # Only what a fund paid is given back: the person bore what they bore.
        ({"psn_part_amt": "0", "hifp_pay": "-1000", "medfee_sumamt": "-1000"}, 70000),
        # The whole care cost is given back, and the reversal leaves the person's share blank.
        ({"psn_part_amt": "0", "hifp_pay": "0", "medfee_sumamt": "-71000"}, 0),
        # The person's share given back whole, split otherwise between them and the aid.
        ({"psn_part_amt": "-65000", "maf_pay": "-5000"}, 0),
    ],
)
def test_only_some_columns_differ(tmp_path: Path, given: dict[str, str], burden: int) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(
        settlement(setl_id="S", certno=certno(1), psn_part_amt="70000", hifp_pay="1000"),
        settlement(setl_id="R", certno=certno(1), refd_setl_flag="1", init_setl_id="S", **given),
        settlement(setl_id="other", certno=certno(9), psn_part_amt="1"),
    )
    assert Decimal(bureau.explain(bureau.run(), certno(1))["sums"]["burden_before_aid"]) == burden


def test_a_loose_reversal_known_by_its_psn_no_alone(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(
        settlement(setl_id="S", certno=certno(1), psn_no="P1", psn_part_amt="70000"),
        settlement(setl_id="R", certno="", psn_no="P1", psn_part_amt="-70000", refd_setl_flag="1"),
        settlement(setl_id="T", certno=certno(1), psn_no="P1", psn_part_amt="7"),
    )
    assert Decimal(bureau.explain(bureau.run(), certno(1))["sums"]["burden_before_aid"]) == 7


def test_what_is_known_at_a_moment(tmp_path: Path) -> None:
    """A replay from before the refund counts the original whole; one from after it the rest, whatever came since."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt="90000"))
    first = bureau.store().manifest.loads[-1].committed_at
    bureau.settlements(settlement(setl_id="R", certno=certno(1), psn_part_amt="-15000", refd_setl_flag="1", init_setl_id="S"))
    second = bureau.store().manifest.loads[-1].committed_at
    bureau.settlements(settlement(setl_id="Q", certno=certno(1), psn_part_amt="-15000.01", refd_setl_flag="1", init_setl_id="S"))
    found = [[str(row["burden"]) for row in bureau.alerts(bureau.run(known_at=moment))] for moment in (first, second)]
    assert found == [["90000.00"], ["75000.00"]]
    assert bureau.alerts(bureau.run()) == [], "59,999.99 is not over 60,000"
