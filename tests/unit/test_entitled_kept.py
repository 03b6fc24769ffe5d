"""Entitlements beside their run: repaired after a crash, swept when nobody names them, and whose settlement is whose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from sqlalchemy import delete, func, select

from monitor.actions.entitlements import entitled_store, keep_latest
from monitor.base.errors import MonitorError
from monitor.casework import tables
from monitor.casework.database import open_database
from monitor.casework.reading.narrowing import EVERYBODY_DUE
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.shortfalls import counts, entitled_run, shortfall_page, shortfall_person
from monitor.casework.sync import synchronise
from monitor.entitle.keeping import is_kept, rows_of
from monitor.store.home import open_store, writing


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    made.people({"psn_no": "P1", "certno": certno(1)}, {"psn_no": "P2", "certno": certno(2), "surv_stas": "2"})
    made.identities({"certno": certno(1), "category": "dibao"}, {"certno": certno(2), "category": "dibao"})
    made.settlements(
        # Known by psn_no alone; corrected later; refunded; void.
        settlement(setl_id="A", psn_no="P1", psn_part_amt=1000), settlement(setl_id="B", certno=certno(1), psn_part_amt=9999),
        settlement(setl_id="C", certno=certno(1), psn_part_amt=5000), settlement(setl_id="D", certno=certno(1), psn_part_amt=70, vali_flag="0"),
        settlement(setl_id="CX", certno=certno(1), psn_part_amt=-5000, init_setl_id="C", refd_setl_flag="1"),
        settlement(setl_id="E", certno=certno(2), psn_part_amt=100),
    )
    made.settlements(settlement(setl_id="B", certno=certno(1), psn_part_amt=200))
    return made


def test_only_settlements_that_count_are_looked_at(bureau: Bureau) -> None:
    record = bureau.run()
    store, _ = entitled_store(bureau.home, None, LIBRARY)
    rows = {row["certno"]: row for row in rows_of(store, record.run, "entitlements")}
    assert (rows[certno(1)]["eligible"], rows[certno(1)]["settlements"]) == (1200, 2)
    assert (rows[certno(2)]["expected"], rows[certno(2)]["deceased"]) == (70, True)
    told = bureau.explain(record, certno(1))
    assert told["sums"]["in_policy_before_aid"] == "1200.00"


def test_a_crash_between_store_and_database_is_repaired(bureau: Bureau) -> None:
    record = bureau.run()
    store, _ = entitled_store(bureau.home, None, LIBRARY)
    engine = open_database(store.home.database_url)
    with engine.begin() as connection:
        before = shortfall_page(connection, record.run)
        connection.execute(delete(tables.shortfalls))
        connection.execute(delete(tables.entitled_runs))
    with writing(bureau.home, "test") as again:
        synchronise(again)
        synchronise(again)
    with engine.connect() as connection:
        after = shortfall_page(connection, record.run)
        assert [row.shortfall_fen for row in after.rows] == [row.shortfall_fen for row in before.rows] == [84_000, 7_000]
        assert (after.total, after.excess_sum) == (2, 91_000)
        figures = entitled_run(connection, record.run)
        assert figures is not None and (figures.recognised, figures.due_more, figures.shortfall_fen) == (2, 2, 91_000)
        assert [one.key for one in counts(connection, record.run, "month")] == ["2025-03"]
        assert shortfall_person(connection, after.rows[0].id) == after.rows[0]
        assert shortfall_person(connection, 10**9) is None
        assert connection.scalar(select(func.count()).select_from(tables.shortfalls)) == 2
        with pytest.raises(MonitorError, match="不能按"):
            shortfall_page(connection, record.run, ListQuery(EVERYBODY_DUE, "certno_sealed"))
    engine.dispose()


def test_what_no_manifest_names_is_swept_and_made_again(bureau: Bureau) -> None:
    record = bureau.run()
    store, _ = entitled_store(bureau.home, None, LIBRARY)
    with writing(bureau.home, "test") as writable:
        writable.commit(replace(writable.manifest, entitled=()))
    with writing(bureau.home, "test"):
        assert not (store.home.entitled / record.run).exists()
    assert not is_kept(open_store(bureau.home), record.run)
    with writing(bureau.home, "test") as writable:
        assert keep_latest(writable, LIBRARY) == []
    assert is_kept(open_store(bureau.home), record.run)


def test_nothing_personal_lies_open(bureau: Bureau) -> None:
    record = bureau.run()
    store, _ = entitled_store(bureau.home, None, LIBRARY)
    whole = b"".join(path.read_bytes() for path in (store.home.entitled / record.run).iterdir())
    assert certno(1).encode() not in whole
    database = (bureau.home.path / "casework.sqlite").read_bytes()
    assert certno(1).encode() not in database
