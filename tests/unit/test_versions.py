"""What later loads and runs take from earlier ones' by-products: it must never matter that they were kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.assess.years import held, latest, name_sums, whole_years
from monitor.store import keying
from monitor.store.engine import DuckEngine
from tests.bureau import Bureau, certno, settlement
from tests.spec.tables import read_table


def rows(*amounts: str, first: int = 1, setl_time: str = "2025-03-01 10:00:00") -> list[dict[str, str]]:
    return [
        settlement(setl_id=f"S{n}", certno=certno(n), psn_name="甲", psn_part_amt=amount, setl_time=setl_time)
        for n, amount in enumerate(amounts, first)
    ]


BY_WHOM = pytest.mark.parametrize("mark", ["as made", "another engine's"])


def marked(bureau: Bureau, mark: str) -> None:
    """The hashes kept so far are another maker's, where the mark says so: numbers that say nothing here."""
    if mark == "as made":
        return
    kept = json.loads(bureau.home.manifest.read_text())
    for load in kept["loads"]:
        load["hashes_by"] = mark
    for load in bureau.store().manifest.loads:
        for part in (bureau.home.path / "loads" / load.batch).glob("part-*.parquet"):
            stored = pq.read_table(part)
            others = pa.array(range(1, stored.num_rows + 1), pa.uint64())
            pq.write_table(stored.set_column(stored.column_names.index("h"), "h", others), part)
    bureau.home.manifest.write_text(json.dumps(kept))


@BY_WHOM
def test_hashes_of_another_maker_are_made_anew(tmp_path: Path, mark: str) -> None:
    """After an upgrade of DuckDB its hash() may differ: what is kept must then not be compared with."""
    bureau = Bureau(tmp_path)
    bureau.settlements(*rows("100.00", "200.00", "300.00"))
    marked(bureau, mark)
    outcome = bureau.settlements(*rows("100.00", "250.00"), *rows("400.00", first=4))
    assert (outcome.read, outcome.accepted, outcome.duplicates) == (3, 2, 1)
    assert outcome.flags["supersedes"] == 1


#: An original S1 of 60,000 and its reversal R1, which come one load after another; pairs of (load, line) found in the last.
#: S1+ is S1 sent once more with another amount; X1 is R1 in another district.
PAIRED = """
| loads       | pairs in the last load | flagged in the last load |
| S1, R1      | 1 of 2                 |                          |
| R1, S1      | 2 of 1                 |                          |
| S1 R1       | 1 of 1                 |                          |
| S1, R1, S1+ | 3 of 2                 |                          |
| S1, S1+, R1 | 2 of 3                 |                          |
| S1, X1      |                        | orphan_reversal          |
| R1          |                        | orphan_reversal          |
| S1, S2, R1  | 1 of 3                 |                          |
| S2, R1, S3  |                        |                          |
"""


@BY_WHOM
@pytest.mark.parametrize("case", read_table(PAIRED), ids=lambda case: case["loads"])
def test_a_reversal_finds_its_original_in_whatever_load(tmp_path: Path, case: dict[str, str], mark: str) -> None:
    bureau = Bureau(tmp_path)
    sent = {
        **{f"S{n}": settlement(setl_id=f"S{n}", certno=certno(n), psn_name="甲", psn_part_amt="60000.00") for n in (1, 2, 3)},
        "S1+": settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_part_amt="61000.00"),
        "R1": settlement(setl_id="R1", certno=certno(1), psn_name="甲", psn_part_amt="-60000.00", init_setl_id="S1", refd_setl_flag="1"),
        "X1": settlement(setl_id="R1", certno=certno(1), psn_name="甲", psn_part_amt="-60000.00", init_setl_id="S1", refd_setl_flag="1",
                         insu_admdvs="371099"),
    }
    for names in case["loads"].split(", "):
        outcome = bureau.settlements(*(sent[name] for name in names.split()))
        marked(bureau, mark)
    store = bureau.store()
    found = [row for file in store.files([store.manifest.loads[-1]], "refunded") for row in pq.read_table(file).to_pylist()]
    assert [f"{row['batch']} of {row['by_batch']}" for row in found] == [pair for pair in [case["pairs in the last load"]] if pair]
    assert " ".join(flag for flag in outcome.flags if "orphan" in flag) == case["flagged in the last load"]


@pytest.mark.parametrize("many", [0, 1 << 40], ids=["recalled", "made anew"])
def test_who_was_shown_before_has_the_same_keys(tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file's people are recalled from what earlier loads sealed, a small one's keys are made: nobody can tell which."""
    bureau = Bureau(tmp_path)
    known = [
        settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_no="P1"),
        settlement(setl_id="S2", certno=certno(2), psn_name="乙"),
        settlement(setl_id="S3", psn_no="P3", psn_name="丙"),
        settlement(setl_id="S4", certno=certno(4), psn_name=""),
    ]
    bureau.settlements(*known)
    monkeypatch.setattr(keying, "_MANY", many)
    made: list[int] = []
    make = DuckEngine.make

    def counting(engine: DuckEngine, name: str, sql: Path) -> int:
        rows = make(engine, name, sql)
        if sql.stem == "fresh_shown":
            made.append(rows)
        return rows

    monkeypatch.setattr(DuckEngine, "make", counting)
    bureau.settlements(
        *({**row, "setl_id": f"{row['setl_id']}-2"} for row in known), settlement(setl_id="S5", certno=certno(1), psn_name="丁", psn_no="P1"),
    )
    assert made == [1 if many == 0 else 5]
    store = bureau.store()
    before, later = ([row for file in store.files([load], "part-") for row in pq.read_table(file).to_pylist()] for load in store.manifest.loads)
    who = ("person", "psn", "name", "by_psn_no")
    assert [[row[name] for name in who] for row in later[:4]] == [[row[name] for name in who] for row in before]
    shown = [row["line"] for file in store.files([store.manifest.loads[-1]], "sightings") for row in pq.read_table(file).to_pylist()]
    assert shown == [6], "only what is new is shown"
    assert store.manifest.loads[-1].flags["two_names_one_number"] == 1


def test_what_the_manifest_counts_is_what_the_rows_are(tmp_path: Path) -> None:
    """Whole months and whole years of loads are counted from the manifest, anything else from the rows."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(
        *rows("100.00", setl_time="2025-01-31 23:59:59"), *rows("100.00", first=2, setl_time="2025-02-01 00:00:00"),
        *rows("100.00", first=3, setl_time="2025-02-28 23:59:59"), *rows("100.00", first=4, setl_time="2025-03-01 00:00:00"),
    )
    bureau.settlements(*rows("150.00", first=3, setl_time="2025-02-28 12:00:00"))
    known = bureau.store().manifest
    assert held(known, date(2025, 1, 1), date(2025, 2, 28)) == 4, "the superseded one too: it is taken off by the run"
    assert held(known, date(2025, 1, 1), date(2025, 2, 27)) is None
    assert held(known, date(2025, 1, 31), date(2025, 3, 1)) == 5
    assert held(known, date(2025, 3, 2), date(2025, 3, 9)) == 0
    feeds = {as_of: bureau.details(bureau.run(as_of=as_of))["feed"] for as_of in ("2025-02-27", "2025-02-28", "2025-12-31")}
    assert {as_of: feed["settlements"] for as_of, feed in feeds.items()} == {
        "2025-02-27": 2, "2025-02-28": 3, "2025-12-31": 4,
    }


def test_the_latest_counted_settlement_is_found_whichever_way_it_is_known(tmp_path: Path) -> None:
    """From the manifest for loads the window holds whole, from their rows for those it cuts through."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*rows("100.00", setl_time="2025-02-10 08:00:00"), *rows("100.00", first=2, setl_time="2025-04-20 08:00:00"))
    bureau.settlements({**rows("100.00", first=3, setl_time="2025-06-05 08:00:00")[0], "vali_flag": "0"})
    known = bureau.store().manifest
    first, days = date(2025, 1, 1), {"2025-03-31": None, "2025-04-19": None, "2025-04-20": "2025-04-20", "2025-12-31": "2025-04-20"}
    assert {day: latest(known, first, date.fromisoformat(day)) for day in days} == {
        day: found and date.fromisoformat(found) for day, found in days.items()
    }
    by_runs = {day: bureau.details(bureau.run(as_of=day))["feed"]["latest"] for day in days}
    assert by_runs == {**days, "2025-03-31": "2025-02-10", "2025-04-19": "2025-02-10"}


#: One load with settlements from 2024-12-30 to 2025-03-31 10:00, in a period: the years taken as sums, or its rows.
CUT = """
| first      | last       | taken     |
| 2025-01-01 | 2025-12-31 | 2025      |
| 2025-01-01 | 2025-03-31 | 2025      |
| 2025-01-01 | 2025-03-30 | rows      |
| 2025-01-03 | 2025-12-31 | rows      |
| 2025-01-02 | 2025-03-31 | 2025      |
| 2025-04-01 | 2025-12-31 |           |
| 2024-01-01 | 2024-12-31 | 2024      |
| 2024-12-30 | 2025-03-31 | 2024 2025 |
| 2024-12-31 | 2025-03-31 | rows      |
| 2024-01-01 | 2024-12-29 |           |
| 2024-01-01 | 2025-01-02 | rows      |
"""


def test_a_load_is_taken_whole_or_row_by_row(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    days = ["2024-12-30", "2024-12-31 23:59:59", "2025-01-02", "2025-03-31 10:00:00"]
    bureau.settlements(*(rows("100.00", first=n, setl_time=day)[0] for n, day in enumerate(days, 1)))
    store = bureau.store()
    (load,) = store.manifest.loads
    for row in read_table(CUT):
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        years = whole_years(load, first, last)
        assert (years is None, years or []) == (row["taken"] == "rows", row["taken"].replace("rows", "").split()), row
        with store.engine_scope() as engine:
            name_sums(store, store.manifest, engine, first, last)
            assert (engine.count("unsummed"), engine.count("summed")) == (4 if years is None else 0, 2 * len(years or [])), row


def test_a_superseded_settlement_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its amount goes to nobody: not to the person it was first sent for, not twice to the one it is now of."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(
        settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_part_amt="70000.00"),
        settlement(setl_id="S2", certno=certno(1), psn_name="甲", psn_part_amt="100.00"),
    )
    bureau.settlements(settlement(setl_id="S1", certno=certno(2), psn_name="乙", psn_part_amt="70000.00"))
    record = bureau.run()
    assert [(row["certno"], str(row["burden"])) for row in bureau.alerts(record)] == [(certno(2), "70000.00")]
    feed = bureau.details(record)["feed"]
    assert (feed["settlements"], feed["counted"], feed["persons"]) == (2, 2, 2)
    assert bureau.explain(record, certno(1))["sums"]["burden_before_aid"] == "100.00"

