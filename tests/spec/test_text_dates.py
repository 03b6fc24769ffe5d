"""What is due on a day under each document: which departments send their lists by when, and the days of the year a text sets."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table

from monitor.casework.text_dates import Standing, senders, standing, worked_under, yearly
from monitor.store.manifest import DayRecord, Manifest, RunRecord, read

Monitor = Callable[..., subprocess.CompletedProcess[str]]
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


DONE = read_table(
    """
    | document | on         | done                       | item       | standing | said                               |
    |----------|------------|----------------------------|------------|----------|------------------------------------|
    | dongyang | 2024-12-31 | providers 2024 2024-12-31  | settlement | done     | 2024-12-31 完成（依据：样例〔1〕   |
    | dongyang | 2025-01-31 | providers 2024 2024-12-31  | settlement | done     | 2024-12-31 完成（依据：样例〔1〕   |
    | dongyang | 2025-01-31 | providers 2024 2025-01-01  | settlement | done     | 2025-01-01 完成，晚于期限（依据    |
    | dongyang | 2025-02-01 | providers 2024 2025-01-01  |            |          |                                    |
    | dongyang | 2024-12-31 | providers 2023 2023-12-31  | settlement | due      | monitor done dongyang-2020-24 providers --year 2024 |
    | dongyang | 2025-01-01 | providers 2023 2023-12-31  | settlement | unknown  | monitor done dongyang-2020-24 providers --year 2024 |
    | dongyang | 2024-06-10 | paper_claims 2023 2024-06-01 | claims   | due      | 2023 年的发票                      |
    | mongolia | 2024-12-31 | evaluation 2024 2024-11-30 | evaluation | done     | 2024-11-30 完成（依据：样例〔1〕   |
    | mongolia | 2025-01-31 | evaluation 2024 2025-01-15 | evaluation | done     | 2025-01-15 完成，晚于期限（依据    |
    | mongolia | 2024-12-31 | providers 2024 2024-11-30  | evaluation | due      | monitor done inner-mongolia-2022-draft evaluation --year 2024 |
    """
)


@pytest.mark.parametrize("row", DONE, ids=lambda row: f"{row['on']} {row['done']}")
def test_what_the_bureau_said_was_done_is_done(row: dict[str, str]) -> None:
    """Dongyang 四（四）, Inner Mongolia 三（十九）: no feed says so; people's own claims are nobody's to declare done."""
    item, year, day = row["done"].split()
    document = NAMES[row["document"]]
    said = DayRecord(document, item, int(year), day, "样例〔1〕号", "样例员", "2025-01-02T08:00:00+08:00")
    done = {} if item == "paper_claims" else Manifest("home", days=(said,)).done()
    found = yearly(of(row["document"]), date.fromisoformat(row["on"]), done)
    assert [(one.what.value, one.standing.value) for one in found] == ([(row["item"], row["standing"])] if row["item"] else [])
    assert all(row["said"] in one.sentence for one in found)
    taken_back = Manifest("home", days=(said, replace(said, done_on="")))
    assert {one.standing.value for one in yearly(of(row["document"]), date.fromisoformat(row["on"]), taken_back.done())} <= {"due", "unknown"}


REFUSED = read_table(
    """
    | command                                                                     | says                                  |
    |-----------------------------------------------------------------------------|---------------------------------------|
    | dongyang-2020-24                                                            | providers（四（四）                   |
    | dongyang-2020-24 paper_claims --year 2024 --on 2025-06-01 --paper x --by y  | paper_claims（                        |
    | dongyang-2020-24 providers --year 2024 --on 2024-12-01 --paper x            | 须写明年度、日期、依据和登记人        |
    | dongyang-2020-24 providers --year 2024 --paper x --by y                     | --undo                                |
    | dongyang-2020-24 providers --year 2024 --on 2024-12-01 --undo --paper x --by y | --undo                             |
    | dongyang-2020-24 providers --year 2024 --on 2023-12-31 --paper x --by y     | 早于 2024 年                          |
    | dongyang-2020-24 providers --year 2024 --on 2999-01-01 --paper x --by y     | 不能登记将来的日子                    |
    | dongyang-2020-24 providers --year 2019 --on 2019-12-01 --paper x --by y     | 在 2019 年没有                        |
    | dongyang-2020-24 providers --year 2024 --undo --paper x --by y              | 没有登记过 2024 年                    |
    | inner-mongolia-2022-draft evaluation --year 2025 --on 2025-12-01 --paper x --by y | 在 2025 年没有                  |
    | weihai-2022-15 providers --year 2024 --on 2024-12-01 --paper x --by y       | 可以登记完成的事项：没有              |
    | nowhere providers --year 2024 --on 2024-12-01 --paper x --by y              | 没有编号为 nowhere 的文件             |
    """
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["command"])
def test_what_cannot_be_recorded_as_done_is_refused_with_what_can(row: dict[str, str], home: Path, call_monitor: Monitor) -> None:
    answer = call_monitor("done", *row["command"].split())
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (1, "", 1)
    assert row["says"] in answer.stderr
    manifest = read(home / "manifest.json")
    assert manifest is None or manifest.days == ()


def test_the_bureau_records_that_it_settled_and_takes_it_back(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    bureau = Bureau(tmp_path)
    bureau.settlements(settlement(setl_id="A", certno=certno(1), psn_part_amt="1", insu_admdvs="330783"))
    run = bureau.run("dongyang-2020-24").run

    def standing_of(kind: str) -> dict[str, str]:
        (found,) = [one for one in json.loads(call_monitor("due", "--on", "2026-01-05", "--json").stdout) if one["what"] == kind]
        return found

    what = ("dongyang-2020-24", "providers", "--year", "2025")
    assert call_monitor("done").stdout == "没有登记过哪一项已经完成\n"
    assert standing_of("settlement")["standing"] == "unknown"
    said = call_monitor("done", *what, "--on", "2025-12-20", "--paper", "东医保〔2025〕9 号", "--by", "样例员")
    assert said.returncode == 0 and "2025-12-20 完成（依据：东医保〔2025〕9 号；登记：样例员" in said.stdout
    found = standing_of("settlement")
    assert found["standing"] == "done" and "2025-12-20 完成（依据：东医保〔2025〕9 号" in found["sentence"]
    assert call_monitor("done", *what, "--on", "2025-12-20", "--paper", "东医保〔2025〕9 号", "--by", "样例员").returncode == 0
    # No run depends on it.
    assert bureau.run("dongyang-2020-24").run == run
    assert call_monitor("done", *what, "--undo", "--paper", "误登", "--by", "样例员").returncode == 0
    assert standing_of("settlement")["standing"] == "unknown"
    listed = json.loads(call_monitor("done", "--json").stdout)
    assert [(one["deadline"], one["year"], one["done_on"]) for one in listed] == [("providers", 2025, "2025-12-20"), ("providers", 2025, "")]
    assert "登记已撤回（依据：误登" in call_monitor("done").stdout


def test_who_could_still_claim_by_hand_is_told_with_the_deadline(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    """Dongyang 三（二）3: 认定之后未实时结报的，次年 6 月底前. Without a run of the year, or its entitlements, that is said."""
    bureau = Bureau(tmp_path)
    bureau.identities(*({"certno": certno(n), "category": "dibao"} for n in (1, 2)))
    bureau.settlements(
        settlement(setl_id="A", certno=certno(1), psn_part_amt="10000", insu_admdvs="330783"),
        settlement(setl_id="B", certno=certno(2), psn_part_amt="2000", maf_pay="8000", insu_admdvs="330783"),
        settlement(setl_id="C", certno=certno(3), psn_part_amt="1", insu_admdvs="330783", setl_time="2024-05-01"),
    )

    def said() -> str:
        (found,) = [one for one in json.loads(call_monitor("due", "--on", "2026-06-30", "--json").stdout) if one["what"] == "claims"]
        return str(found["sentence"])

    bureau.run("dongyang-2020-24", "2024-12-31")
    assert "2025 年没有运行过" in said()
    run = bureau.run("dongyang-2020-24").run
    assert f"应享待遇还没有算出：monitor entitlements --run {run}" in said()
    assert call_monitor("entitlements", "--run", run).returncode == 0
    assert f"结算时未救助的 1 人、8,000.00 元：monitor shortfall --run {run}" in said()


def test_a_month_in_which_nobody_reviewed_still_has_a_push_due(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    """Hebei 四（一）: 每月推送. What is not reviewed is not ready to be pushed, and said in the same line; what is excluded is neither."""
    bureau = Bureau(tmp_path)
    bureau.incomes({"region": "130000", "residents": "rural"})
    bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="90000", insu_admdvs="130602") for n in (1, 2, 3)))
    bureau.run("hebei-city-2022")

    def said() -> list[str]:
        return [one["sentence"] for one in json.loads(call_monitor("due", "--on", "2025-12-20", "--json").stdout) if one["what"] == "push"]

    assert said() == [f"2025-12 还没有推送{name}，有 0 件案件待推送，3 件还没有审核" for name in ("民政", "乡村振兴（农业农村）")]
    for act in (("move", "1", "review"), ("move", "1", "mark_ready"), ("move", "2", "review"), ("move", "2", "exclude", "--reason", "data_error", "--remark", "x")):
        done = call_monitor("cases", *act)
        assert done.returncode == 0, done.stderr
    assert said() == [f"2025-12 还没有推送{name}，有 1 件案件待推送，1 件还没有审核" for name in ("民政", "乡村振兴（农业农村）")]


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
