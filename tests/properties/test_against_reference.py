"""The SQL against the slow reference, on generated data; and what must not matter: order, batches, loading twice."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bureau import Bureau, certno, settlement
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference import Facts, Over, assess

# Few amounts, which meet and miss the lines by a cent: every example has people near a line. Examples are few and
# rich, as each pays for loading four files.
PEOPLE = range(12)
BENCHMARK = Decimal("400.01")
# Shrinking would load thousands of files more; a failing example is small enough to read as it is.
PHASES = (Phase.explicit, Phase.generate)
AMOUNTS = st.sampled_from(["200.00", "200.01", "0.01", "-0.01", "99.99", "400.01", "600.01", "600.02", "-150.00"])
DOCUMENTS = {"weihai-2022-15": ("3710", "371002"), "hebei-city-2022": ("13", "130402"), "dongyang-2020-24": ("330783", "330783")}

DAYS = st.sampled_from(["2025-01-01", "2025-03-15 08:00:00", "2025-06-30 23:59:59", "2025-07-01", "2024-12-31", "2025-12-31"])


@st.composite
def facts(draw: st.DrawFn, document: str) -> Facts:
    district = DOCUMENTS[document][1]
    # Dongyang's line is an absolute 20,000: amounts of a hundred times the size meet it.
    factor = 100 if document == "dongyang-2020-24" else 1
    found = Facts()
    for n in PEOPLE:
        if draw(st.booleans()):
            found.people.append(
                {"psn_no": f"P{n}", "psn_name": f"样例{n}", "certno": certno(n),
                 "insutype": draw(st.sampled_from(["310", "390"])), "psn_insu_stas": draw(st.sampled_from(["1", "2"])),
                 "insu_admdvs": draw(st.sampled_from([district, "990101"])), "town": "", "surv_stas": draw(st.sampled_from(["1", "1", "2"]))}
            )
    for _ in range(draw(st.integers(0, 12))):
        found.identities.append(
            {"certno": certno(draw(st.sampled_from(PEOPLE))), "psn_name": "",
             "category": draw(st.sampled_from(["dibao", "dibao_marginal", "monitored_sudden", "lifted_out", "orphan"])),
             **draw(st.sampled_from([{"begin": "2024-01-01", "end": ""}, {"begin": "2024-01-01", "end": "2025-12-31"},
                                     {"begin": "2025-12-31", "end": ""}, {"begin": "2026-01-01", "end": ""},
                                     {"begin": "2024-01-01", "end": "2025-12-30"}])),
             "department": "民政", "risk_eliminated": draw(st.sampled_from(["否", "是"]))}
        )
    for k in range(draw(st.integers(20, 60))):
        n = draw(st.sampled_from(PEOPLE))
        amount = Decimal(draw(AMOUNTS)) * factor
        refunded = draw(st.sampled_from(["", "", "", "", f"S{max(k - 1, 0)}"]))
        found.settlements.append(
            settlement(
                # Keys repeat now and then: the same settlement again, or a corrected one.
                setl_id=f"S{draw(st.integers(max(k - 2, 0), k))}", psn_no=f"P{n}",
                certno=draw(st.sampled_from([certno(n), certno(n), ""])),
                insutype=draw(st.sampled_from(["310", "390"])), insu_admdvs=district, setl_time=draw(DAYS),
                psn_part_amt=amount, maf_pay=draw(st.sampled_from(["0", "0.01"])),
                fulamt_ownpay_amt=draw(st.sampled_from(["0", "0.01"])),
                init_setl_id=refunded, refd_setl_flag="1" if refunded else draw(st.sampled_from(["0", "0", "0", "1"])),
                vali_flag=draw(st.sampled_from(["1", "1", "1", "0"])),
            )
        )
    return found


def load(bureau: Bureau, found: Facts, pieces: int) -> None:
    """Everything, the settlements in that many files."""
    bureau.incomes(
        *({"region": region, "residents": residents, "amount": str(BENCHMARK)}
          for region in ("370000", "130000") for residents in ("all", "rural"))
    )
    for name in ("people", "identities"):
        if rows := getattr(found, name):
            getattr(bureau, name)(*rows)
    size = -(-len(found.settlements) // pieces)
    for start in range(0, len(found.settlements), size):
        bureau.settlements(*found.settlements[start : start + size])


def over(bureau: Bureau, document: str) -> list[Over]:
    return [
        Over(row["kind"], row["certno"], row["category"], Decimal(row["burden"]), Decimal(row["burden"]) - exact(row),
             row["crossed_on"], row["crossing_setl_id"])
        for row in bureau.alerts(bureau.run(document, "2025-12-31"))
    ]


def exact(row: dict[str, Any]) -> Decimal:
    return Decimal(row["benchmark"]) * Decimal(row["multiple"]) if row["benchmark"] else Decimal(row["threshold"])


@given(data=st.data(), document=st.sampled_from(sorted(DOCUMENTS)))
@settings(max_examples=12, phases=PHASES)
def test_the_sql_finds_what_the_reference_finds(data: st.DataObject, document: str) -> None:
    found = data.draw(facts(document))
    if not any(row["setl_time"].startswith("2025") for row in found.settlements):
        return
    pieces = data.draw(st.integers(1, 3))
    with tempfile.TemporaryDirectory() as directory:
        bureau = Bureau(Path(directory))
        load(bureau, found, pieces)
        expected = assess(found, document, date(2025, 12, 31), BENCHMARK, DOCUMENTS[document][0])
        assert over(bureau, document) == expected


@given(data=st.data())
@settings(max_examples=4, phases=PHASES)
def test_order_of_rows_does_not_matter_and_loading_twice_is_loading_once(data: st.DataObject) -> None:
    found = data.draw(facts("weihai-2022-15"))
    keys = {row["setl_id"] for row in found.settlements}
    # One version a key: which of two versions wins does depend on their order, and is tested elsewhere.
    found.settlements = [next(row for row in found.settlements if row["setl_id"] == key) for key in sorted(keys)]
    if not any(row["setl_time"].startswith("2025") for row in found.settlements):
        return
    shuffled = Facts(data.draw(st.permutations(found.settlements)), found.people, found.identities)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first, second = Bureau(Path(one)), Bureau(Path(other))
        load(first, found, 1)
        load(second, shuffled, 2)
        again = second.settlements(*found.settlements)
        assert (again.accepted, again.duplicates) == (0, len(found.settlements))
        assert over(first, "weihai-2022-15") == over(second, "weihai-2022-15")
