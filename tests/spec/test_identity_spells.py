"""Who was what on which day: the relation every question about the day of care is asked of (identity_spells.sql)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table

from monitor.assess.frames import frame_and_allowance
from monitor.entitle.calculation import over_the_year
from monitor.store.home import open_store

SPELLS = read_table(
    """
    | category           | begin      | end        | loads: risk eliminated said on            | first      | last       |
    |--------------------|------------|------------|-------------------------------------------|------------|------------|
    | dibao              | 2024-01-01 |            | 否 2024-02-01                             | 2024-01-01 | open       |
    | dibao              | 2024-01-01 | 2024-06-30 | 否 2024-02-01                             | 2024-01-01 | 2024-06-30 |
    | dibao              | 2024-07-01 |            | 否 2024-02-01                             | 2024-07-01 | open       |
    | dibao              | 2025-01-01 |            | 否 2024-02-01                             |            |            |
    | dibao              | 2024-01-01 |            | 是 2024-02-01                             | 2024-01-01 | open       |
    | monitored_sudden   | 2024-01-01 |            | 是 2024-08-15                             | 2024-01-01 | 2024-08-31 |
    | monitored_sudden   | 2024-01-01 |            | 是 2024-08-31                             | 2024-01-01 | 2024-08-31 |
    | monitored_sudden   | 2024-01-01 |            | 是 2024-12-01                             | 2024-01-01 | 2024-12-31 |
    | monitored_sudden   | 2024-01-01 |            | 否 2024-03-01, 是 2024-08-15              | 2024-01-01 | 2024-08-31 |
    | monitored_sudden   | 2024-01-01 |            | 是 2024-03-01, 否 2024-08-15              | 2024-01-01 | open       |
    | monitored_sudden   | 2024-01-01 |            | 是 2024-03-01, 否 2024-05-15, 是 2024-08-01 | 2024-01-01 | 2024-08-31 |
    | monitored_sudden   | 2024-01-01 | 2024-05-20 | 是 2024-08-15                             | 2024-01-01 | 2024-05-20 |
    | monitored_sudden   | 2024-01-01 | 2024-10-31 | 是 2024-08-15                             | 2024-01-01 | 2024-10-31 |
    | monitored_sudden   | 2024-01-01 | 2025-03-31 | 否 2024-03-01, 是 2024-08-15              | 2024-01-01 | 2025-03-31 |
    | monitored_marginal | 2024-09-01 | 2024-10-31 | 是 2024-08-15                             | 2024-09-01 | 2024-10-31 |
    | monitored_marginal | 2024-09-01 |            | 是 2024-08-15                             |            |            |
    | monitored_marginal | 2024-09-01 |            | 是 2024-09-30                             | 2024-09-01 | 2024-09-30 |
    """
)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def test_the_days_an_identity_is_in_force(bureau: Bureau) -> None:
    """A risk marked eliminated without a day ends the identity with the month of the load that first said it; a day that is written counts."""
    said = sorted({day for row in SPELLS for _, day in (one.split() for one in row["loads: risk eliminated said on"].split(", "))})
    for day in said:
        rows = [
            {"certno": certno(n), "psn_name": "", "category": row["category"], "begin": row["begin"], "end": row["end"], "department": "",
             "risk_eliminated": eliminated}
            for n, row in enumerate(SPELLS)
            for eliminated, told in (one.split() for one in row["loads: risk eliminated said on"].split(", ")) if told == day
        ]
        bureau.load("identities", rows, at=f"{day}T09:00:00+08:00")
    bureau.incomes({"year": "2023"})
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=1, setl_time="2024-03-01"))
    record = bureau.run(as_of="2024-12-31")
    store = open_store(bureau.home)
    with over_the_year(store, *frame_and_allowance(store, LIBRARY, record)) as (engine, _):
        found = engine.select(
            "SELECT i.category, i.begin, i.ended, s.first, s.past - 1 AS last FROM identities AS i"
            " LEFT JOIN identity_spells AS s ON s.person = i.person ORDER BY i.batch, i.line"
        ).to_pylist()
        people = engine.select("SELECT person FROM identities").to_pylist()
    assert len(people) == len(SPELLS)
    expected = sorted(
        (row["category"], row["begin"], row["end"] or "None", row["first"] or "None", {"open": "9998-12-31"}.get(row["last"], row["last"]) or "None")
        for row in SPELLS
    )
    told = sorted((r["category"], str(r["begin"]), str(r["ended"]), str(r["first"]), str(r["last"] and date.fromisoformat(str(r["last"])[:10]))) for r in found)
    assert told == expected
