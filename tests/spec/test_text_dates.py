"""What is due on a day under each document: which departments send their lists by when, and the days of the year a text sets."""

from __future__ import annotations

from datetime import date

import pytest
from bureau import LIBRARY
from tables import read_table

from monitor.casework.text_dates import Standing, senders, standing, worked_under, yearly
from monitor.store.manifest import RunRecord

DOCUMENTS = LIBRARY.documents
NAMES = {
    "hebei": "hebei-city-2022", "weihai": "weihai-2022-15", "dongyang": "dongyang-2020-24", "gansu": "gansu-2022-23",
    "mongolia": "inner-mongolia-2022-draft",
}

# 2024-10-05 and 06 are holidays; 2025-04-05 is 清明, 04-06 a Sunday; 2025-01-05 a Sunday; 2024-05-05 a holiday.
LISTS = read_table(
    """
    | documents      | local days      | on         | sender              | due        |
    |----------------|-----------------|------------|---------------------|------------|
    | hebei          |                 | 2024-06-20 | civil_affairs       | 2024-06-05 |
    | hebei          |                 | 2024-06-20 | rural_affairs       | 2024-06-05 |
    | hebei          |                 | 2024-10-20 | civil_affairs       | 2024-10-08 |
    | hebei          |                 | 2025-01-02 | rural_affairs       | 2025-01-06 |
    | hebei          |                 | 2025-04-30 | civil_affairs       | 2025-04-07 |
    | hebei          | civil_affairs 3 | 2024-06-20 | civil_affairs       | 2024-06-05 |
    | hebei          |                 | 2025-12-31 | civil_affairs       | 2025-12-05 |
    | hebei          |                 | 2026-01-01 |                     |            |
    | hebei          |                 | 2021-12-31 |                     |            |
    | weihai         |                 | 2025-06-20 | civil_affairs       | no day     |
    | weihai         |                 | 2025-06-20 | rural_affairs       | no day     |
    | weihai         | civil_affairs 8 | 2025-06-20 | civil_affairs       | 2025-06-09 |
    | weihai         | civil_affairs 8 | 2025-06-20 | rural_affairs       | no day     |
    | weihai         | health 8        | 2025-06-20 | health              | 2025-06-09 |
    | dongyang       |                 | 2024-06-10 | civil_affairs       | no day     |
    | dongyang       |                 | 2024-06-10 | disabled_federation | no day     |
    | dongyang       |                 | 2024-06-10 | not rural_affairs   |            |
    | dongyang       |                 | 2024-06-10 | not health          |            |
    | gansu          |                 | 2024-06-10 | civil_affairs       | no day     |
    | gansu          |                 | 2024-06-10 | rural_affairs       | no day     |
    | mongolia       |                 | 2024-06-10 | rural_affairs       | no day     |
    | mongolia       |                 | 2024-06-10 | not disabled_federation |        |
    | mongolia       |                 | 2024-06-10 | not health          |            |
    | hebei dongyang |                 | 2024-06-10 | civil_affairs       | 2024-06-05 |
    | hebei dongyang |                 | 2024-06-10 | rural_affairs       | 2024-06-05 |
    | hebei dongyang |                 | 2024-06-10 | disabled_federation | no day     |
    | hebei weihai   |                 | 2026-01-10 | civil_affairs       | no day     |
    |                | civil_affairs 8 | 2026-01-10 |                     |            |
    """
)


def of(names: str) -> list[object]:
    return [DOCUMENTS[NAMES[name]] for name in names.split()]


@pytest.mark.parametrize("row", LISTS, ids=lambda row: f"{row['documents']} {row['on']} {row['sender']}")
def test_which_department_sends_its_list_by_when(row: dict[str, str]) -> None:
    local: dict[str, int | None] = {}
    if row["local days"]:
        department, day = row["local days"].split()
        local[department] = int(day)
    found = {one.department: one for one in senders(of(row["documents"]), local, date.fromisoformat(row["on"]))}
    if not row["sender"]:
        assert found == {}
    elif row["sender"].startswith("not "):
        assert row["sender"].removeprefix("not ") not in found
    else:
        due = found[row["sender"]].due
        assert (due.latest.isoformat() if due else "no day") == row["due"]


def test_a_year_whose_holidays_are_not_known_says_so() -> None:
    found = {one.department: one for one in senders(of("dongyang"), {"civil_affairs": 8}, date(2090, 1, 4))}
    due = found["civil_affairs"].due
    assert due is not None and due.on is None and due.latest == date(2090, 1, 8) and "2090 年的放假安排尚未收录" in due.note


YEARLY = read_table(
    """
    | document | on         | item       | due        | standing | said                |
    |----------|------------|------------|------------|----------|---------------------|
    | dongyang | 2024-03-31 |            |            |          |                     |
    | dongyang | 2024-04-01 | claims     | 2024-06-30 | due      | 2023 年的发票       |
    | dongyang | 2024-06-10 | claims     | 2024-06-30 | due      | 2023 年的发票       |
    | dongyang | 2024-06-30 | claims     | 2024-06-30 | due      | 2023 年的发票       |
    | dongyang | 2024-07-01 |            |            |          |                     |
    | dongyang | 2024-09-30 |            |            |          |                     |
    | dongyang | 2024-10-01 | settlement | 2024-12-31 | due      | 2024 年的救助费用   |
    | dongyang | 2024-12-31 | settlement | 2024-12-31 | due      | 2024 年的救助费用   |
    | dongyang | 2025-01-01 | settlement | 2024-12-31 | unknown  | 2024 年的救助费用   |
    | dongyang | 2025-01-31 | settlement | 2024-12-31 | unknown  | 2024 年的救助费用   |
    | dongyang | 2025-02-01 |            |            |          |                     |
    | dongyang | 2020-06-10 |            |            |          |                     |
    | dongyang | 2021-06-10 | claims     | 2021-06-30 | due      | 2020 年的发票       |
    | mongolia | 2024-06-30 |            |            |          |                     |
    | mongolia | 2024-07-01 | evaluation | 2024-12-31 | due      | 实施评估            |
    | mongolia | 2024-12-31 | evaluation | 2024-12-31 | due      | 实施评估            |
    | mongolia | 2025-01-31 | evaluation | 2024-12-31 | unknown  | 实施评估            |
    | mongolia | 2025-02-01 |            |            |          |                     |
    | mongolia | 2023-12-10 |            |            |          |                     |
    | mongolia | 2025-12-10 |            |            |          |                     |
    | weihai   | 2024-12-10 |            |            |          |                     |
    | hebei    | 2024-12-10 |            |            |          |                     |
    | gansu    | 2024-06-10 |            |            |          |                     |
    """
)


@pytest.mark.parametrize("row", YEARLY, ids=lambda row: f"{row['document']} {row['on']}")
def test_the_days_of_the_year(row: dict[str, str]) -> None:
    found = yearly(of(row["document"]), date.fromisoformat(row["on"]))
    assert [one.what.value for one in found] == ([row["item"]] if row["item"] else [])
    for one in found:
        assert (str(one.due), one.standing.value) == (row["due"], row["standing"])
        assert row["said"] in one.sentence and one.clause in one.sentence
        assert one.document == NAMES[row["document"]]
        assert ("征求意见稿" in one.note) == (row["document"] == "mongolia")


@pytest.mark.parametrize(
    ("due", "done", "on", "expected"),
    [
        ("2024-06-05", False, "2024-06-04", Standing.DUE), ("2024-06-05", False, "2024-06-05", Standing.DUE),
        ("2024-06-05", False, "2024-06-06", Standing.LATE), ("2024-06-05", True, "2024-06-06", Standing.DONE),
        ("", False, "2024-06-30", Standing.DUE), ("", True, "2024-06-30", Standing.DONE),
    ],
)
def test_what_has_no_day_is_never_late(due: str, done: bool, on: str, expected: Standing) -> None:
    assert standing(date.fromisoformat(due) if due else None, done, date.fromisoformat(on)) is expected


def ran(document: str, *, trial: bool = False, replay: bool = False) -> RunRecord:
    return RunRecord("r", NAMES[document], "2024-06-30", "", trial, replay, False, None, "")


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], ""),
        ([ran("dongyang")], "dongyang"),
        ([ran("hebei"), ran("dongyang"), ran("hebei")], "dongyang hebei"),
        # What was only tried beside official runs, and what was replayed, sets nobody a day.
        ([ran("dongyang"), ran("mongolia", trial=True), ran("weihai", replay=True)], "dongyang"),
        ([ran("mongolia", trial=True)], "mongolia"),
    ],
)
def test_the_documents_a_home_works_under(runs: list[RunRecord], expected: str) -> None:
    assert worked_under(runs, DOCUMENTS) == of(expected)
