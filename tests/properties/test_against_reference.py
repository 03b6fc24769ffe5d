"""The SQL against the slow reference, on generated data; and what must not matter: order, batches, loading twice."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference import Facts, Over, amount, assess, by_person, counts_by_itself, current, in_year

from monitor.access.hashing import person_key
from monitor.assess.assessment import Feed, added_up, feed
from monitor.assess.inputs import Asked, ask, name_settlements, register_tables
from monitor.assess.sql import sql
from monitor.assess.years import name_rows_only, name_sums
from monitor.base.errors import PolicyError

Row = dict[str, Any]

# Few amounts, which meet and miss the lines by a cent: every example has people near a line. Examples are few and
# rich, as each pays for loading four files.
PEOPLE = range(12)
BENCHMARK = Decimal("400.01")
# Shrinking would load thousands of files more; a failing example is small enough to read as it is.
PHASES = (Phase.explicit, Phase.generate)
AMOUNTS = st.sampled_from(["200.00", "200.01", "0.01", "-0.01", "99.99", "400.01", "600.01", "600.02", "-150.00"])
DOCUMENTS = {"weihai-2022-15": ("3710", "371002"), "hebei-city-2022": ("1306", "130602"), "dongyang-2020-24": ("330783", "330783")}

YEAR_END = date(2025, 12, 31)
#: The year's end, and a day that mostly falls amid a load, in any order.
AMID = st.sampled_from([date(2025, 1, 1), date(2025, 3, 14), date(2025, 3, 15), date(2025, 6, 30)])
DAYS_ASKED = AMID.flatmap(lambda day: st.permutations([day, YEAR_END]))
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


def load(bureau: Bureau, found: Facts, pieces: int, lacking: Sequence[str] = ()) -> None:
    """Everything, the settlements in that many files, the first of them without the columns ``lacking``."""
    bureau.incomes(
        *({"region": region, "residents": residents, "amount": str(BENCHMARK)}
          for region in ("370000", "130000") for residents in ("all", "rural"))
    )
    for name in ("people", "identities"):
        if rows := getattr(found, name):
            getattr(bureau, name)(*rows)
    size = -(-len(found.settlements) // pieces)
    for start in range(0, len(found.settlements), size):
        piece = found.settlements[start : start + size]
        bureau.settlements(*({name: text for name, text in row.items() if start or name not in lacking} for row in piece))


def over(bureau: Bureau, document: str, as_of: date = YEAR_END) -> list[Over]:
    return [
        Over(row["kind"], row["certno"], row["category"], Decimal(row["burden"]), Decimal(row["burden"]) - exact(row),
             row["crossed_on"], row["crossing_setl_id"])
        for row in bureau.alerts(bureau.run(document, as_of.isoformat()))
    ]


def exact(row: dict[str, Any]) -> Decimal:
    return Decimal(row["benchmark"]) * Decimal(row["multiple"]) if row["benchmark"] else Decimal(row["threshold"])


def ask_for(bureau: Bureau, document: str, as_of: date) -> Asked:
    store = bureau.store()
    return ask(store, store.manifest, LIBRARY.get(document), as_of, provisional=False)


def burdens(bureau: Bureau, document: str, as_of: date, *, by_rows: bool) -> tuple[dict[Decimal, Row], Feed]:
    """The four measures of everybody, from the loads' own sums where the window holds them whole or row by row; and the feed."""
    store, asked = bureau.store(), ask_for(bureau, document, as_of)
    with store.engine_scope() as engine:
        register_tables(store, store.manifest, engine, asked)
        name_settlements(store, store.manifest, engine, None)
        if by_rows:
            name_rows_only(engine)
        else:
            name_sums(store, store.manifest, engine, asked.lines.window_from, asked.lines.window_to)
        added_up(engine)
        persons = {row.pop("person"): row for row in engine.rows(sql("persons")).to_pylist()}
        return persons, feed(engine, store.manifest, asked, None)


def slow_burdens(bureau: Bureau, found: Facts, as_of: date) -> dict[Decimal, Row]:
    key = bureau.store().keys.hash
    measured = {}
    for person, rows in by_person(found, as_of).items():
        by_psn_no, number = person.startswith("psn_no"), person.removeprefix("psn_no ")
        before = sum(amount(row, in_policy=False) for row in rows)
        inside = sum(amount(row, in_policy=True) for row in rows)
        aid = sum(Decimal(row["maf_pay"]) for row in rows)
        measured[Decimal(person_key(key, "psn_no" if by_psn_no else "certno", number))] = {
            "burden_before_aid": before, "burden_after_aid": before - aid,
            "in_policy_before_aid": inside, "in_policy_after_aid": inside - aid, "settlements": len(rows),
        }
    return measured


def slow_feed(found: Facts, as_of: date) -> Feed:
    taken_in = [row for row in found.settlements if in_year(row, as_of)]
    latest = max((row["setl_time"][:10] for row in taken_in if counts_by_itself(row)), default=None)
    persons = by_person(found, as_of)
    return Feed(
        sum(in_year(row, as_of) for row in current(found.settlements, ("setl_id", "insu_admdvs"))),
        sum(map(len, persons.values())), len(persons), date.fromisoformat(latest) if latest else None, False,
    )


@given(data=st.data(), document=st.sampled_from(sorted(DOCUMENTS)))
@settings(max_examples=12, phases=PHASES)
def test_the_sql_finds_what_the_reference_finds(data: st.DataObject, document: str) -> None:
    """For the year and for windows that end amid a load, on a day with settlements, before and after it."""
    found = data.draw(facts(document))
    days = data.draw(DAYS_ASKED.map(lambda asked: [day for day in asked if any(in_year(row, day) for row in found.settlements)]))
    pieces = data.draw(st.integers(1, 3))
    with tempfile.TemporaryDirectory() as directory:
        bureau = Bureau(Path(directory))
        load(bureau, found, pieces)
        for as_of in days:
            by_sums, by_rows = (burdens(bureau, document, as_of, by_rows=by_rows) for by_rows in (False, True))
            assert by_sums == by_rows == (slow_burdens(bureau, found, as_of), slow_feed(found, as_of))
        for as_of in days[:1]:
            expected = assess(found, document, as_of, BENCHMARK, DOCUMENTS[document][0])
            assert over(bureau, document, as_of) == expected


@given(data=st.data())
@settings(max_examples=3, phases=PHASES)
def test_a_column_that_a_load_lacks_is_lacking_in_its_sums(data: st.DataObject) -> None:
    """What the document's measure does not need may be absent; the measures that need it come to the same, whatever it is."""
    found = data.draw(facts("weihai-2022-15"))
    lacks = found.settlements[: -(-len(found.settlements) // 2)]
    with tempfile.TemporaryDirectory() as directory:
        bureau = Bureau(Path(directory))
        load(bureau, found, 2, lacking=("overlmt_selfpay",))
        for as_of in data.draw(DAYS_ASKED):
            if any(in_year(row, as_of) for row in found.settlements):
                by_sums, by_rows = (burdens(bureau, "weihai-2022-15", as_of, by_rows=by_rows) for by_rows in (False, True))
                assert by_sums == by_rows
                slow = slow_burdens(bureau, found, as_of)
                for measure in ("burden_before_aid", "burden_after_aid", "settlements"):
                    assert {key: row[measure] for key, row in by_sums[0].items()} == {key: row[measure] for key, row in slow.items()}
                # Where only the second file has rows of these months, nothing is lacking.
                refused = any(row["setl_time"][:7] <= f"{as_of:%Y-%m}" for row in lacks if row["setl_time"].startswith("2025"))
                with pytest.raises(PolicyError, match="缺列不等于零") if refused else nullcontext():
                    ask_for(bureau, "dongyang-2020-24", as_of)


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
