"""Who is looked for is found, on every list alike: by whole number, by last four, by any name listed under; in both databases.

One home of two runs for all of it: making it takes longer than everything that is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from monitor.access.hashing import HEX_DIGITS, number_hex, person_hex, searched_hash
from monitor.actions.entitlements import entitled_store
from monitor.casework import tables
from monitor.casework.database import open_database
from monitor.casework.reading.case_listing import CaseFilters, case_page
from monitor.casework.reading.listing import alert_page, set_aside_page
from monitor.casework.reading.narrowing import AsideFilters, Filters, Search, ShortfallFilters
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.shortfalls import shortfall_page
from monitor.casework.who import fens, named, named_otherwise, person_hexes
from monitor.casework.writing import Columns, write

Kind = Literal["certno", "last4", "name"]
LISTS = (tables.alerts, tables.set_aside, tables.shortfalls, tables.cases, tables.referral_lines)


def over(setl_id: str, **who: str) -> dict[str, str]:
    return settlement(setl_id=setl_id, psn_part_amt=70_000, **who)


@pytest.fixture
def bureau(tmp_path: Path, home: Path, database: str | None, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """样例甲 by number; 样例乙 by psn_no, which only the second run's register resolves; 样例丙 by psn_no for good; 样例丁, insured
    elsewhere; 样例戊 by number, whose name the second run's register corrects to 样例己."""
    if database:
        monkeypatch.setenv("MONITOR_DATABASE_URL", database)
    monkeypatch.setenv("MONITOR_HOME", str(tmp_path / "home"))
    made = Bureau(tmp_path)
    made.incomes()
    made.identities({"certno": certno(1), "category": "dibao"}, {"certno": certno(5), "category": "dibao_marginal"})
    made.settlements(
        over("A", certno=certno(1), psn_name="样例甲"), over("B", psn_no="P2", psn_name="样例乙"), over("C", psn_no="P3", psn_name="样例丙"),
        over("D", certno=certno(4), psn_name="样例丁", insu_admdvs="110101"), over("E", certno=certno(5), psn_name="样例戊"),
    )
    return made


@pytest.fixture
def engine(bureau: Bureau) -> Iterator[Engine]:
    made = open_database(bureau.home.database_url)
    yield made
    made.dispose()


def second(bureau: Bureau) -> str:
    bureau.people(
        {"psn_no": "P2", "certno": certno(2), "psn_name": "样例乙"}, {"psn_no": "P5", "certno": certno(5), "psn_name": "样例己"},
    )
    record = bureau.run()
    entitled_store(bureau.home, None, LIBRARY)
    return record.run


def found(connection: Connection, bureau: Bureau, run: str, kind: Kind, text: str) -> dict[str, list[str]]:
    """Masked names on each list, where anybody is found."""
    search = Search(kind, searched_hash(bureau.store().keys.hash, kind, text))
    pages: dict[str, Any] = {
        "alerts": alert_page(connection, run, ListQuery(Filters(search=search))), "aside": set_aside_page(connection, run, ListQuery(AsideFilters(search=search))),
        "due": shortfall_page(connection, run, ListQuery(ShortfallFilters(search=search))), "cases": case_page(connection, ListQuery(CaseFilters(search=search))),
    }
    assert all(page.total == len(page.rows) for page in pages.values())
    return {name: [row.name_masked + row.certno_masked[-4:] for row in page.rows] for name, page in pages.items() if page.rows}


def test_people_are_found(bureau: Bureau, engine: Engine) -> None:
    first = bureau.run().run
    asked = select(tables.search_marks).order_by(*tables.search_marks.primary_key.columns)
    with engine.connect() as connection:
        assert found(connection, bureau, first, "name", "样例乙") == {"alerts": ["样*"], "cases": ["样*"]}
        assert found(connection, bureau, first, "certno", certno(2)) == {}
        assert len(connection.execute(asked).all()) == 5 + 3, "five names, and the last four of three"
    run = second(bureau)
    everybody_is_found(bureau, engine, run)
    where_a_number_is_known_the_person_is_its_key(bureau, engine)
    many_are_written_once(engine)
    names_lost_since_are_no_hindrance(bureau, engine, run)


def names_lost_since_are_no_hindrance(bureau: Bureau, engine: Engine, run: str) -> None:
    """Whom a run lists as the run before did is marked already; where that one's names cannot be read, everybody is again."""
    (bureau.home.runs / run / "names.sealed").unlink()
    bureau.settlements(over("F", certno=certno(6), psn_name="样例庚"))
    third = bureau.run()
    assert third.predecessor == run
    with engine.connect() as connection:
        assert found(connection, bureau, third.run, "name", "样例庚") == {name: [f"样*{certno(6)[-4:]}"] for name in ("alerts", "cases")}


def everybody_is_found(bureau: Bureau, engine: Engine, run: str) -> None:
    a, b, d, e = (certno(n)[-4:] for n in (1, 2, 4, 5))
    resolved = {"alerts": [f"样*{b}"], "cases": [f"样*{b}"]}
    renamed = {name: [f"样*{e}"] for name in ("alerts", "due", "cases")}
    expected: tuple[tuple[Kind, str, dict[str, list[str]]], ...] = (
        ("certno", certno(1), {name: [f"样*{a}"] for name in ("aside", "due")}), ("name", "样例丁", {"aside": [f"样*{d}"]}),
        ("certno", certno(4), {"aside": [f"样*{d}"]}), ("last4", d, {"aside": [f"样*{d}"]}),
        # Who was resolved is found by number from then on, and the case that was opened before went along.
        ("certno", certno(2), {name: [f"样*{b}"] for name in ("alerts", "cases")}), ("last4", b, {name: [f"样*{b}"] for name in ("alerts", "cases")}),
        ("name", "样例乙", resolved),
        ("name", "样例丙", {"alerts": ["样*"], "cases": ["样*"]}), ("certno", "P3", {}),
        # By the name of then and by the name of now.
        ("name", "样例戊", renamed), ("name", "样例己", renamed), ("last4", e, renamed), ("name", "样例", {}),
    )
    with engine.connect() as connection:
        for kind, text, lists in expected:
            there = {name: sorted(rows) for name, rows in found(connection, bureau, run, kind, text).items()}
            assert there == lists, (kind, text)


def many_are_written_once(engine: Engine) -> None:
    """More than go into one statement, and some over."""
    m = tables.search_marks.c
    columns: Columns = {"mark": [f"{n:020}" for n in range(120)], "person": [f"{n:030}" for n in range(120)]}
    with engine.connect() as connection:
        for longer in (columns, {name: [*values, "z"] for name, values in columns.items()}):
            write(connection, tables.search_marks, longer, lacking=True)
        assert connection.scalar(select(func.count()).where(m.mark.like("000000%"))) == 120
        assert connection.execute(select(m.mark, m.person).where(m.mark == f"{70:020}")).all() == [(f"{70:020}", f"{70:030}")]
        connection.rollback()


Told = dict[int, tuple[str, str]]


def kept(told: Told) -> pa.Table:
    columns = {"person": pa.decimal128(38, 0), "certno": pa.string(), "psn_name": pa.string()}
    rows = [(Decimal(person), *texts) for person, texts in sorted(told.items())]
    return pa.table({name: pa.array([row[at] for row in rows], kind) for at, (name, kind) in enumerate(columns.items())})


TOLD = st.dictionaries(st.integers(0, 5), st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(["", "样例甲", "样例乙"])))


@given(TOLD, TOLD, st.lists(st.integers(0, 5)))
def test_people_are_called_as_they_are_kept_and_who_is_called_otherwise_is_told(now: Told, before: Told, listed: list[int]) -> None:
    other = named_otherwise(kept(now), kept(before)).to_pylist()
    assert {int(one["person"]): (one["certno"], one["psn_name"]) for one in other} == dict(now.items() - before.items())
    rows = pa.table({"person": pa.chunked_array([[Decimal(person) for person in listed]], pa.decimal128(38, 0))})
    assert [(one["certno"] or "", one["psn_name"] or "") for one in named(rows, kept(now)).to_pylist()] == [
        now.get(person, ("", "")) for person in listed
    ]


HALVES = st.integers(-10**6, 10**6).map(lambda number: number * Decimal("0.005"))
YUAN = st.none() | HALVES | st.decimals(-10**9, 10**9, places=8)


@given(st.lists(st.lists(YUAN, max_size=4), max_size=4), st.integers(0, 3))
def test_yuan_become_fen_and_half_a_fen_goes_away_from_zero(amounts: list[list[Decimal | None]], start: int) -> None:
    column = pa.chunked_array(amounts, pa.decimal128(28, 8)).slice(start)
    said = [amount for chunk in amounts for amount in chunk][start:]
    assert fens(column) == [None if one is None else int(one.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100) for one in said]


def test_more_yuan_than_there_are_is_an_error_and_no_other_number() -> None:
    with pytest.raises(pa.ArrowInvalid):
        fens(pa.chunked_array([[Decimal(10) ** 16]], pa.decimal128(28, 8)))


@given(st.lists(st.lists(st.integers(0, 2**120 - 1), max_size=4), max_size=4), st.integers(0, 3))
def test_a_column_of_keys_is_written_like_each_of_them(keys: list[list[int]], start: int) -> None:
    column = pa.chunked_array([[Decimal(key) for key in chunk] for chunk in keys], pa.decimal128(38, 0)).slice(start)
    assert person_hexes(column) == [person_hex(key) for key in [key for chunk in keys for key in chunk][start:]]


def where_a_number_is_known_the_person_is_its_key(bureau: Bureau, engine: Engine) -> None:
    store, numbered = bureau.store(), 0
    with engine.connect() as connection:
        for table in LISTS:
            for person, sealed in connection.execute(select(table.c.person, table.c.certno_sealed)):
                assert len(person) == HEX_DIGITS
                if sealed is not None:
                    numbered += 1
                    assert person == number_hex(store.keys.hash, store.sealer.open_text(sealed, tables.CERTNO_SEAL))
    assert numbered > 8
