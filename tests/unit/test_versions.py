"""What later loads and runs take from earlier ones' by-products: it must never matter that they were kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.assess.years import held, latest, name_sums, whole_years
from tests.bureau import Bureau, certno, settlement
from tests.spec.tables import read_table


def rows(*amounts: str, first: int = 1, setl_time: str = "2025-03-01 10:00:00") -> list[dict[str, str]]:
    return [
        settlement(setl_id=f"S{n}", certno=certno(n), psn_name="甲", psn_part_amt=amount, setl_time=setl_time)
        for n, amount in enumerate(amounts, first)
    ]


@pytest.mark.parametrize("mark", ["as made", "another engine's"])
def test_hashes_of_another_maker_are_made_anew(tmp_path: Path, mark: str) -> None:
    """After an upgrade of DuckDB its hash() may differ: what is kept must then not be compared with."""
    bureau = Bureau(tmp_path)
    bureau.settlements(*rows("100.00", "200.00", "300.00"))
    if mark != "as made":
        kept = json.loads(bureau.home.manifest.read_text())
        for load in kept["loads"]:
            load["hashes_by"] = mark
        part = bureau.home.path / "loads" / "0001-settlements" / "part-00001.parquet"
        stored = pq.read_table(part)
        pq.write_table(stored.set_column(stored.column_names.index("h"), "h", pa.array([1, 2, 3], pa.uint64())), part)
        bureau.home.manifest.write_text(json.dumps(kept))
    outcome = bureau.settlements(*rows("100.00", "250.00"), *rows("400.00", first=4))
    assert (outcome.read, outcome.accepted, outcome.duplicates) == (3, 2, 1)
    assert outcome.flags["supersedes"] == 1


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

