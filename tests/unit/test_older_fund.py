"""A home whose fund figures an earlier program loaded, which did not keep what was spent: run, corrected and loaded again as any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from bureau import Bureau, certno, settlement
from cells import INPUTS

from monitor.assess import optional
from monitor.assess.inputs import register_persons

FUND = {**INPUTS["fund"], "region": "330783", "month": "12", "spent": ""}


def stored(bureau: Bureau) -> list[dict[str, Any]]:
    store = bureau.store()
    with store.engine_scope() as engine:
        register_persons(store, store.manifest, engine)
        optional.register(store, store.manifest, engine)
        return sorted(engine.connection.table("fund").to_arrow_table().to_pylist(), key=lambda row: (row["batch"], row["line"]))


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    """Loaded, and then written as the program without the column wrote it, its hashes made by another."""
    made = Bureau(tmp_path)
    made.settlements(settlement(setl_id="A", certno=certno(1), psn_part_amt="1", insu_admdvs="330783"))
    made.load("fund", [FUND])
    kept = json.loads(made.home.manifest.read_text())
    (load,) = [one for one in kept["loads"] if one["table"] == "fund"]
    load["hashes_by"], load["columns"] = "an earlier program", [name for name in load["columns"] if name != "spent"]
    made.home.manifest.write_text(json.dumps(kept))
    store = made.store()
    for path in store.files(store.manifest.of_table("fund"), "part-"):
        path.chmod(0o600)
        pq.write_table(pq.read_table(path).drop_columns(["spent"]), path)
    return made


def test_its_figures_stand_without_what_was_spent(bureau: Bureau) -> None:
    bureau.run("dongyang-2020-24")
    (row,) = stored(bureau)
    assert (row["spent"], str(row["balance"])) == (None, "150000.00")


def test_a_later_load_corrects_it_and_the_same_again_is_a_duplicate(bureau: Bureau) -> None:
    again = bureau.load("fund", [FUND, {**FUND, "month": "11"}])
    assert (again.accepted, again.duplicates) == (1, 1)
    corrected = bureau.load("fund", [{**FUND, "spent": "850000"}])
    assert (corrected.accepted, corrected.flags["supersedes"]) == (1, 1)
    assert [(row["month"], row["spent"] and str(row["spent"])) for row in stored(bureau)] == [(11, None), (12, "850000.00")]
