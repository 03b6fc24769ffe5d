"""What later loads and runs take from earlier ones' by-products: it must never matter that they were kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.assess.inputs import held, last_month
from tests.bureau import Bureau, certno, settlement


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
    """A window of whole months is counted from the manifest, any other from the rows."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(
        *rows("100.00", setl_time="2025-01-31 23:59:59"), *rows("100.00", first=2, setl_time="2025-02-01 00:00:00"),
        *rows("100.00", first=3, setl_time="2025-02-28 23:59:59"), *rows("100.00", first=4, setl_time="2025-03-01 00:00:00"),
    )
    bureau.settlements(*rows("150.00", first=3, setl_time="2025-02-28 12:00:00"))
    known = bureau.store().manifest
    assert held(known)(date(2025, 1, 1), date(2025, 2, 28)) == 4, "the superseded one too: it is taken off by the run"
    assert held(known)(date(2025, 1, 1), date(2025, 2, 27)) is None
    feeds = {as_of: bureau.details(bureau.run(as_of=as_of))["feed"] for as_of in ("2025-02-27", "2025-02-28", "2025-12-31")}
    assert {as_of: feed["settlements"] for as_of, feed in feeds.items()} == {
        "2025-02-27": 2, "2025-02-28": 3, "2025-12-31": 4,
    }


def test_the_latest_counted_settlement_is_found_in_whatever_month_it_is(tmp_path: Path) -> None:
    """The last month that has rows is looked through first; where none of them counts, the whole window."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*rows("100.00", setl_time="2025-02-10 08:00:00"), *rows("100.00", first=2, setl_time="2025-04-20 08:00:00"))
    bureau.settlements({**rows("100.00", first=3, setl_time="2025-06-05 08:00:00")[0], "vali_flag": "0"})
    known = bureau.store().manifest
    days = {date(2025, 12, 31): date(2025, 6, 1), date(2025, 5, 31): date(2025, 4, 1), date(2025, 1, 31): date(2025, 1, 1)}
    assert {as_of: last_month(known, date(2025, 1, 1), as_of) for as_of in days} == days
    latest = {as_of: bureau.details(bureau.run(as_of=as_of))["feed"]["latest"] for as_of in ("2025-03-31", "2025-04-19", "2025-12-31")}
    assert latest == {"2025-03-31": "2025-02-10", "2025-04-19": "2025-02-10", "2025-12-31": "2025-04-20"}


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


def test_identities_stored_before_recognition_days_were_kept(tmp_path: Path) -> None:
    """Rows of an earlier version have no such column: they are read, compared with, and corrected by a later list."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    listed = {"certno": certno(1), "category": "dibao_marginal", "begin": "", "recognised_on": "2024-12-15"}
    bureau.identities(listed)
    bureau.settlements(settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_part_amt="70000.00"))
    load = bureau.store().manifest.of_table("identities")[0]
    (part,) = bureau.store().files([load], "part-")
    kept = json.loads(bureau.home.manifest.read_text())
    pq.write_table(pq.read_table(part).drop_columns("recognised"), part)
    kept["loads"][1]["hashes_by"] = "an earlier version"
    bureau.home.manifest.write_text(json.dumps(kept))
    told = bureau.explain(bureau.run(), certno(1))
    assert [(one["begin"], one["recognised_on"]) for one in told["identities"]] == [("2025-01-01", None)]

    outcome = bureau.identities(listed, {"certno": certno(2), "category": "dibao"})
    assert (outcome.accepted, outcome.duplicates, outcome.flags["supersedes"]) == (2, 0, 1)
    told = bureau.explain(bureau.run(), certno(1))
    assert [(one["begin"], one["recognised_on"]) for one in told["identities"]] == [("2025-01-01", "2024-12-15")]
