"""One settlement under two ids: which are suspected, what they do to a line, and what an officer's word changes."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement

from tests.spec.tables import read_table

Monitor = Callable[..., subprocess.CompletedProcess[str]]

#: Two (or three) settlements of a person each, what differs from the first said of the others; why the second is suspected.
ALIKE = """
| amounts       | first                                     | others                                              | because   |
|---------------|-------------------------------------------|-----------------------------------------------------|-----------|
| 35000         | setl_time=2025-05-05 10:23:11             |                                                     | second    |
| 35000         | setl_time=2025-05-05 10:23:11             | fixmedins_name=另一家                               | second    |
| 35000         | setl_time=2025-05-05 10:23:11 med_type=41 |                                                     | second    |
| 35000         | setl_time=2025-05-05 10:23:11 med_type=11 | setl_time=2025-05-05 10:23:12                       |           |
| 35000         | setl_time=2025-05-05 10:23:11             | setl_time=2025-05-05 10:23:12                       | inpatient |
| 35000         | setl_time=2025-05-05 10:23:11             | setl_time=2025-05-06 10:23:11                       |           |
| 35000         | setl_time=2025-05-05 10:23:11             | psn_part_amt=35000.01                               |           |
| 35000         | setl_time=2025-05-05 10:23:11             | hifp_pay=1                                          |           |
| 35000         | setl_time=2025-05-05 med_type=41          |                                                     |           |
| 35000         | setl_time=2025-05-05 med_type=11          |                                                     |           |
| 35000         | setl_time=2025-05-05 med_type=21          |                                                     | inpatient |
| 35000         | setl_time=2025-05-05 med_type=21          | setl_time=2025-05-05 17:00:00                       | inpatient |
| 35000         | setl_time=2025-05-05 fixmedins_code=H1    | fixmedins_code=H2                                   |           |
| 35000         | setl_time=2025-05-05 med_type=41 mdtrt_id=M1 |                                                  | visit     |
| 35000         | setl_time=2025-05-05 med_type=41 mdtrt_id=M1 | mdtrt_id=M2                                      |           |
| 35000         | setl_time=2025-05-05 med_type=41          | setl_id=37100{id}                                   | id        |
| 35000         | setl_time=2025-05-05 10:23:11             | setl_id={id} insu_admdvs=371003                     | second    |
| 35000         | setl_time=2025-05-05 10:23:11             | certno=                                             | second    |
| 0             | setl_time=2025-05-05 10:23:11             |                                                     |           |
| -500          | setl_time=2025-05-05 10:23:11             |                                                     | second    |
| 35000         | setl_time=2025-05-05 10:23:11             | refd_setl_flag=1                                    |           |
| 35000         | setl_time=2025-05-05 10:23:11             | vali_flag=0                                         |           |
| 25000         | setl_time=2025-05-05 10:23:11             | ; setl_id=C{id}                                     | second second |
"""


def rows_of(n: int, case: dict[str, str]) -> list[dict[str, str]]:
    first_id = f"99{n:03d}A"

    def given(text: str) -> dict[str, str]:
        # Values with a blank in them: the time of day belongs to the day before it.
        found: dict[str, str] = {}
        for word in text.split():
            name, equals, value = word.partition("=")
            if equals:
                found[name] = value.replace("{id}", first_id)
            else:
                found["setl_time"] += f" {word}"
        return found

    base = {"setl_id": first_id, "certno": certno(n), "psn_no": f"P{n}", "psn_name": "甲", "psn_part_amt": case["amounts"],
            "fixmedins_code": "", "fixmedins_name": "", "mdtrt_id": "", **given(case["first"])}
    others = [{**base, "setl_id": f"B{n:03d}X", **given(text)} for text in case["others"].split(";")]
    return [settlement(**one) for one in (base, *others)]


def listed(call: Monitor) -> list[dict[str, str]]:
    done = call("review", "--duplicates")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


@pytest.mark.parametrize("apart", [False, True], ids=["one file", "a file each"])
def test_what_is_suspected(tmp_path: Path, call_monitor: Monitor, home: Path, apart: bool) -> None:
    bureau, cases = Bureau(tmp_path), list(enumerate(read_table(ALIKE), start=1))
    every = [rows_of(n, case) for n, case in cases]
    if apart:
        bureau.settlements(*(rows[0] for rows in every))
        bureau.settlements(*(row for rows in every for row in rows[1:]))
    else:
        bureau.settlements(*(row for rows in every for row in rows))
    found: dict[str, list[str]] = {}
    for row in listed(call_monitor):
        found.setdefault(row["certno"], []).append(row["because"])
        assert "还没有运行过" in row["note"]
    assert [" ".join(found.get(certno(n), [])) for n, _ in cases] == [case["because"] for _, case in cases]


def twice(n: int, *amounts: str) -> list[dict[str, str]]:
    return [
        settlement(setl_id=f"99{n}{letter}", certno=certno(n), psn_no=f"P{n}", psn_name="甲", psn_part_amt=amount,
                   setl_time="2025-05-05 10:23:11")
        for letter, amount in zip("ABC", amounts, strict=False)
    ]


def test_it_counts_until_somebody_decides(tmp_path: Path, call_monitor: Monitor, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*twice(1, "35000", "35000"), *twice(2, "60000.01", "60000.01"), *twice(3, "25000", "25000", "25000"),
                       *twice(4, "30000", "30000"))

    def over() -> dict[str, str]:
        return {row["certno"]: str(row["burden"]) for row in bureau.alerts(bureau.run()) if row["state"] != "cleared"}

    before = {certno(1): "70000.00", certno(2): "120000.02", certno(3): "75000.00"}
    assert over() == before
    # D5 is of somebody over no line yet near it; D1, D3 and D4 make an alert of nobody's.
    said = json.loads(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31", "--json").stdout)
    assert said["duplicates"] == {"open": 5, "people": 4, "crossing": 2, "same_day": 0, "left_out": 0}
    rows = {row["duplicate"]: row for row in listed(call_monitor)}
    effects = {name: (row["certno"], row["burden"], row["without"], row["over_without"], row["over_without_all"]) for name, row in rows.items()}
    assert effects == {
        "D1": (certno(1), "70000.00", "35000.00", "0", "0"), "D2": (certno(2), "120000.02", "60000.01", "1", "1"),
        "D3": (certno(3), "75000.00", "50000.00", "0", "0"), "D4": (certno(3), "75000.00", "50000.00", "0", "0"),
        "D5": (certno(4), "", "", "", ""),
    }
    assert "疑似重复：结算 991B 与 991A" in call_monitor("explain", certno(1)).stdout
    findings = [row for row in csv.DictReader(call_monitor("review").stdout.splitlines()) if row["finding"] == "suspected_duplicate"]
    assert len(findings) == 5 and findings[0]["line"] == "3" and "第 2 行重复：同一人同一秒同一金额" in findings[0]["label"]
    answer = call_monitor("review", "--same", "D1")
    assert answer.returncode == 1 and "--reason" in answer.stderr
    answer = call_monitor("review", "--same", "D1", "--reason", "平台核实为重复上传")
    assert answer.returncode == 0 and "认定重复" in answer.stdout, answer.stderr
    assert "没有改变" in call_monitor("review", "--same", "d1", "--reason", "再说一遍").stdout
    later = {name: burden for name, burden in before.items() if name != certno(1)}
    assert over() == later
    assert "与另一笔结算重复" in call_monitor("explain", certno(1)).stdout
    # Kept through later loads: exported once more, and corrected in what is not its amount.
    bureau.settlements(*({**row, "fixmedins_name": "改了名称"} for row in twice(1, "35000", "35000")))
    assert over() == later
    assert [row["state"] for row in listed(call_monitor)] == ["same", "open", "open", "open", "open"]
    # What was known before the word is replayed as it was known.
    moment = bureau.store().manifest.loads[1].committed_at
    replayed = bureau.alerts(bureau.run(known_at=moment))
    assert {row["certno"]: str(row["burden"]) for row in replayed} == before
    # Taken back, and said otherwise.
    assert "待认定" in call_monitor("review", "--undo", "D1", "--reason", "弄错了").stdout
    assert over() == before
    assert "认定不重复" in call_monitor("review", "--distinct", "D1", "--reason", "两次住院").stdout
    assert over() == before
    assert "疑似重复" not in call_monitor("explain", certno(1)).stdout
    audit = json.loads(call_monitor("audit", "list", "--format", "json").stdout)
    decided = [entry for entry in audit if entry["action"] == "duplicate_decided"]
    assert {(entry["object"], str(entry["detail"]["same"])) for entry in decided} == {
        ("duplicate:D1", "True"), ("duplicate:D1", "None"), ("duplicate:D1", "False"),
    }
    # The bureau's rule: what nobody has decided on does not count. D1 is decided: it does.
    answer = call_monitor("review", "--undecided", "leave-out", "--reason", "局务会规定")
    assert "只计其中最先导入的一笔" in answer.stdout, answer.stderr
    answer = call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31")
    assert "有 4 笔疑似重复的结算尚未认定，按本局规则没有计入" in answer.stdout
    assert over() == {certno(1): "70000.00", certno(2): "60000.01"}
    assert "都计入" in call_monitor("review", "--undecided", "count", "--reason", "收回").stdout
    assert over() == before


def test_wrong_numbers_and_two_words_at_once(tmp_path: Path, call_monitor: Monitor, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.settlements(*twice(1, "35000", "35000"))
    for given, said in ((("--same", "D7"), "没有编号为 D7"), (("--same", "J1"), "不是疑似重复结算的编号"), (("--distinct", "0"), "应写作 D3")):
        answer = call_monitor("review", *given, "--reason", "因为")
        assert answer.returncode == 1 and said in answer.stderr and answer.stderr.count("\n") == 1
    assert call_monitor("review", "--same", "D1", "--distinct", "D1").returncode == 2
    answer = call_monitor("review", "--same", "D1", "--reason", f"本人 {certno(1)}")
    assert answer.returncode == 1 and certno(1) not in answer.stderr


#: Somebody's settlements (amount, time, id) against Weihai's line of 60,000, and what a run says of those rows alone: open copies and
#: people who are no longer over without them; people who are not without what has the same day and amount too.
SAID = """
| settlements                                         | open | crossing | same day |
|-----------------------------------------------------|------|----------|----------|
| 30000.01 10:23:11 A, 30000.01 10:23:11 B            | 1    | 1        | 0        |
| 30000 10:23:11 A, 30000 10:23:11 B, 0.01 08:00:00 C | 1    | 1        | 0        |
| 60000 10:23:11 A, 60000 10:23:11 B                  | 1    | 1        | 0        |
| 60000.01 10:23:11 A, 60000.01 10:23:11 B            | 1    | 0        | 0        |
| 30000.01 10:23:11 A, 30000.01 10:23:12 B            | 0    | 0        | 1        |
| 60000.01 10:23:11 A, 60000.01 10:23:12 B            | 0    | 0        | 0        |
| 30000.01 00:00:00 A, 30000.01 00:00:00 B            | 0    | 0        | 1        |
| 30000.01 00:00:00 99A1, 30000.01 00:00:00 37199A1   | 1    | 1        | 0        |
| 30000.01 10:23:11 A, 30000.02 10:23:11 B            | 0    | 0        | 0        |
| 20000.01 10:23:11 A, 20000.01 10:23:11 B, 20000.01 10:23:11 C | 2 | 1  | 0        |
| 35000 10:23:11 A, 35000 10:23:11 B, 1 08:00:00 C, 1 08:00:01 D | 1 | 1 | 0        |
"""


@pytest.mark.parametrize("case", read_table(SAID), ids=lambda case: case["settlements"])
def test_what_a_run_says_unasked(tmp_path: Path, home: Path, case: dict[str, str]) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*(
        settlement(setl_id=setl_id, certno=certno(1), psn_no="P1", psn_name="甲", psn_part_amt=amount, setl_time=f"2025-05-05 {time}")
        for amount, time, setl_id in (one.split() for one in case["settlements"].split(","))
    ))
    details = bureau.details(bureau.run())
    counts = details["counts"]["duplicates"]
    assert [counts[name] for name in ("open", "crossing", "same_day")] == [int(case[name]) for name in ("open", "crossing", "same day")]
    said = [one["sentence"] for one in details["notices"] if one["code"] == "suspected_duplicates"]
    assert len(said) == (counts["open"] + counts["same_day"] > 0)
    assert all("monitor review --duplicates" in sentence for sentence in said)
