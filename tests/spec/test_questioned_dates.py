"""Dates a load asks about: what cannot have happened yet, what takes effect later than the month after, births before 1900.

Every table and every column of a day, a year or a month: just before the line, on it, just after. The row is kept whatever is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
from bureau import Bureau, certno, settlement
from cells import GOOD, INCOME, INPUTS, SETTLEMENT, cleaned
from tables import read_table

from monitor.intake.checks import FLAGS
from monitor.intake.columns import TABLES

QUESTIONS = ("after_load", "begins_far_ahead", "before_1900")
#: Loaded on 15 January 2026: what of each column is asked. ``with``: what else the row says.
ASKED = read_table("""
| table           | column        | with                      | written             | asked            |
|-----------------|---------------|---------------------------|---------------------|------------------|
| settlements     | setl_time     |                           | 46037               |                  |
| settlements     | setl_time     |                           | 46038               | after_load       |
| settlements     | setl_time     |                           | 2026-01-15 23:59:59 |                  |
| settlements     | setl_time     |                           | 2026-01-16 00:00:00 | after_load       |
| settlements     | setl_time     |                           | 2026-01-16          | after_load       |
| settlements     | invoice_on    | manl_reim_rea=零星报销    | 2026-01-15          |                  |
| settlements     | invoice_on    | manl_reim_rea=零星报销    | 2026-01-16          | after_load       |
| settlements     | enddate       | manl_reim_rea=零星报销    | 2026-01-15          |                  |
| settlements     | enddate       | manl_reim_rea=零星报销    | 2026-01-16          | after_load       |
| settlements     | enddate       |                           | 2026-01-16          |                  |
| people          | brdy          |                           | 2026-01-15          |                  |
| people          | brdy          |                           | 2026-01-16          | after_load       |
| people          | brdy          |                           | 1900-01-01          |                  |
| people          | brdy          |                           | 1899-12-31          | before_1900      |
| people          | brdy          |                           | 1850-01-01          | before_1900      |
| identities      | begin         |                           | 2026-01-16          |                  |
| identities      | begin         |                           | 2026-02-28          |                  |
| identities      | begin         |                           | 2026-03-01          | begins_far_ahead |
| identities      | begin         |                           | 2026-02             |                  |
| identities      | begin         |                           | 2026-03             | begins_far_ahead |
| identities      | end           | begin=2025-01-01          | 2030-12-31          |                  |
| identities      | recognised_on |                           | 2026-01-15          |                  |
| identities      | recognised_on |                           | 2026-01-16          | after_load       |
| identities      | recognised_on |                           | 2026-02-01          | after_load       |
| identities      | recognised_on |                           | 2026-01             |                  |
| identities      | recognised_on |                           | 2026-02             | after_load       |
| identities      | ended_on      | recognised_on=2025-01-01  | 2030-12-31          |                  |
| incomes         | published_on  |                           | 2026-01-15          |                  |
| incomes         | published_on  |                           | 2026-01-16          | after_load       |
| incomes         | year          |                           | 2025                |                  |
| incomes         | year          |                           | 2026                | after_load       |
| applications    | applied_on    | outcome=待定 decided_on=  | 2026-01-15          |                  |
| applications    | applied_on    | outcome=待定 decided_on=  | 2026-01-16          | after_load       |
| applications    | decided_on    |                           | 2026-01-15          |                  |
| applications    | decided_on    |                           | 2026-01-16          | after_load       |
| premium_support | year          |                           | 2026                |                  |
| premium_support | year          |                           | 2027                |                  |
| premium_support | year          |                           | 2028                | after_load       |
| fund            | month         | year=2025                 | 12                  |                  |
| fund            | month         | year=2026                 | 1                   | after_load       |
| households      | income_year   |                           | 2026                |                  |
| households      | income_year   |                           | 2027                | after_load       |
| serious_illness | marked_on     |                           | 2026-02-28          |                  |
| serious_illness | marked_on     |                           | 2026-03-01          | begins_far_ahead |
| serious_illness | ended_on      |                           | 2030-12-31          |                  |
| case_decisions  | decided_on    |                           | 2026-01-15          |                  |
| case_decisions  | decided_on    |                           | 2026-01-16          | after_load       |
| other_payments  | paid_on       |                           | 2026-01-15          |                  |
| other_payments  | paid_on       |                           | 2026-01-16          | after_load       |
| institution_months | month      | year=2025                 | 12                  |                  |
| institution_months | month      | year=2026                 | 1                   | after_load       |
""")
#: The months around a turn of the year, and the shortest one: loaded on, an effective day, asked or not.
TURNS = read_table("""
| loaded     | begin      | asked            |
|------------|------------|------------------|
| 2025-11-30 | 2025-12-31 |                  |
| 2025-11-30 | 2026-01-01 | begins_far_ahead |
| 2025-12-01 | 2026-01-31 |                  |
| 2025-12-31 | 2026-01-31 |                  |
| 2025-12-31 | 2026-02-01 | begins_far_ahead |
| 2024-01-31 | 2024-02-29 |                  |
| 2024-01-31 | 2024-03-01 | begins_far_ahead |
""")
GOOD_ROWS: dict[str, dict[str, str | bool]] = {
    "settlements": SETTLEMENT, "people": {"psn_no": "P1", "certno": GOOD}, "identities": {"certno": GOOD, "category": "dibao"},
    "incomes": INCOME, **{name: dict(row) for name, row in INPUTS.items()},
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def asked(connection: duckdb.DuckDBPyConnection, cases: Sequence[dict[str, str]], loaded_on: date | None) -> list[list[str]]:
    """What is asked of each row; all of one table, in one statement, since a statement costs more than its rows."""
    rows = [GOOD_ROWS[case["table"]] | dict(word.split("=") for word in case["with"].split()) | {case["column"]: case["written"]} for case in cases]
    found = cleaned(connection, TABLES[cases[0]["table"]], *rows, loaded_on=loaded_on)
    assert [row["reasons"] for row in found] == [[]] * len(cases)
    return [[flag for flag in row["flags"] if flag in QUESTIONS] for row in found]


#: Serial numbers are told from other numbers by what else stands in their column.
ALIKE = {
    key: list(cases) for key, cases in groupby(ASKED, key=lambda case: (case["table"], case["written"].startswith("460")))
}


@pytest.mark.parametrize("key", ALIKE, ids=lambda key: key[0] + " serial" * key[1])
def test_at_the_line(key: tuple[str, bool], connection: duckdb.DuckDBPyConnection) -> None:
    found = asked(connection, ALIKE[key], date(2026, 1, 15))
    assert [(case["column"], case["written"], *flags) for case, flags in zip(ALIKE[key], found, strict=True)] == [
        (case["column"], case["written"], *case["asked"].split()) for case in ALIKE[key]
    ]


def test_every_column_of_a_day_a_year_or_a_month_is_above() -> None:
    there = {
        (table.name, column.name) for table in TABLES.values() for column in table.columns
        if column.kind in ("date", "time") or column.name in ("year", "month", "income_year")
    }
    # The year of a fund's or an institution's figures is asked about with its month.
    assert there == {(case["table"], case["column"]) for case in ASKED} | {("fund", "year"), ("institution_months", "year")}


@pytest.mark.parametrize("loaded", dict.fromkeys(case["loaded"] for case in TURNS))
def test_the_month_after_the_loads(loaded: str, connection: duckdb.DuckDBPyConnection) -> None:
    cases = [case for case in TURNS if case["loaded"] == loaded]
    rows = [{"table": "identities", "column": "begin", "with": "", "written": case["begin"]} for case in cases]
    assert asked(connection, rows, date.fromisoformat(loaded)) == [case["asked"].split() for case in cases]


def test_nobody_said_when_it_was_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    for cases in ALIKE.values():
        assert asked(connection, cases, None) == [[flag for flag in case["asked"].split() if flag == "before_1900"] for case in cases]


def test_a_load_keeps_counts_and_lists_them(tmp_path: Path, home: Path) -> None:
    """The day is China's: 00:30 there is the day before in universal time."""
    bureau = Bureau(tmp_path)
    given = {"certno": certno(1), "psn_no": "P1", "psn_part_amt": "1"}
    outcome = bureau.load("settlements", [
        settlement(setl_id="S1", setl_time="2026-01-16 00:10:00", **given), settlement(setl_id="S2", setl_time="2026-01-17 00:00:00", **given),
    ], at="2026-01-15T16:30:00+00:00")
    assert (outcome.accepted, outcome.flags["after_load"]) == (2, 1)
    outcome = bureau.load("identities", [
        {"certno": certno(1), "category": "dibao", "begin": begin} for begin in ("2026-02-28", "2026-03-01")
    ], at="2026-01-16T09:00:00+08:00")
    assert (outcome.accepted, outcome.flags["begins_far_ahead"]) == (2, 1)
    assert all(FLAGS[flag].endswith("请核对") for flag in QUESTIONS)
