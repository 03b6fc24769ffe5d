"""A load's sealed names keep the hashes its rows ask by: the same as hashing the texts again, and taken only under their own mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement

from monitor.store import keying
from monitor.store.engine import DuckEngine
from monitor.store.home import open_store
from monitor.store.names import shown

SQL = Path(keying.__file__).parent


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.settlements(
        settlement(setl_id="S1", certno=certno(1), psn_no="P1", psn_name="样甲"), settlement(setl_id="S2", certno=certno(2), psn_no="", psn_name="")
    )
    return made


def test_kept_hashes_are_those_of_the_texts(bureau: Bureau) -> None:
    store, engine = open_store(bureau.home), DuckEngine()
    engine.execute((SQL / "key_of.sql").read_text(encoding="utf-8"))
    mark = keying.hashes_mark(engine)
    (kept,) = shown(store, store.manifest.loads, mark)
    (texts,) = shown(store, store.manifest.loads, "another DuckDB's")
    assert "certno" not in kept.column_names and "once" not in texts.column_names
    engine.table("shown", texts)
    again = engine.rows(SQL / "shown_before.sql")
    columns = ["once", "again", "person", "psn", "name"]
    assert sorted(kept.select(columns).to_pylist(), key=str) == sorted(again.select(columns).to_pylist(), key=str)
    engine.close()


@pytest.mark.parametrize("mark", [None, "another DuckDB's"])
def test_who_came_before_is_met_whichever_hashes_were_kept(mark: str | None, bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    if mark:
        monkeypatch.setattr(keying, "hashes_mark", lambda engine: mark)
    monkeypatch.setattr(keying, "_MANY", 0)
    bureau.settlements(settlement(setl_id="S3", certno=certno(1), psn_no="P1", psn_name="样甲"))
    load = open_store(bureau.home).manifest.loads[-1]
    assert load.accepted == 1 and not [name for name in load.files if name.startswith(("names-", "sightings-"))]
