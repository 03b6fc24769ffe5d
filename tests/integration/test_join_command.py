"""``monitor review --joins``, ``--join``, ``--apart``, ``--undo``: what they print, refuse, write down, and keep through later loads."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, settlement

from monitor.access.actor import operating_system_user
from monitor.commands.review_joins import COLUMNS
from monitor.intake.identity_number import check_character

Monitor = Callable[..., subprocess.CompletedProcess[str]]

OLD, NEW = "GBR310070010101", "H12345678"
RUN = ("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31", "--json")


def resident(order: int, born: str = "19700505") -> str:
    first = f"990101{born}{order:03d}"
    return first + check_character(first)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    return made


def bills(bureau: Bureau, *numbers: str, amount: str = "40000") -> None:
    """A settlement each under one psn_no."""
    bureau.settlements(*(
        settlement(setl_id=f"S{number}", certno=number, psn_no="P1", psn_name="样甲", psn_part_amt=amount) for number in numbers
    ))


def fine(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def refused(answer: subprocess.CompletedProcess[str], *said: str) -> None:
    assert (answer.returncode, answer.stdout) == (1, "") and answer.stderr.count("\n") == 1, answer.stderr
    assert all(text in answer.stderr for text in said), answer.stderr


def over(call: Monitor) -> dict[str, str]:
    fine(call(*RUN))
    return {row["certno"]: row["burden"] for row in csv.DictReader(fine(call("alerts")).splitlines()) if row["state"] != "cleared"}


def audited(call: Monitor) -> list[tuple[str, Any, str]]:
    """Every word in the audit: about which pair, what, and why; each by whoever runs the test."""
    entries = [entry for entry in json.loads(fine(call("audit", "list", "--format", "json"))) if entry["action"] == "joined"]
    assert {entry["actor"] for entry in entries} <= {operating_system_user().name}
    return [(entry["object"], entry["detail"]["together"], entry["detail"]["reason"]) for entry in entries]


def test_the_list_says_the_same_as_csv_and_as_json(bureau: Bureau, call_monitor: Monitor, tmp_path: Path) -> None:
    bills(bureau, OLD, NEW)
    before = json.loads(fine(call_monitor("review", "--joins", "--json")))
    assert [(row["amount"], row["document"], row["note"][:7]) for row in before] == [("", "", "还没有运行过，")]
    assert json.loads(fine(call_monitor(*RUN)))["joins"] == {"open": 1, "crossing": 1, "crowded": 0}
    lines = list(csv.reader(fine(call_monitor("review", "--joins")).splitlines()))
    assert tuple(lines[0]) == COLUMNS
    rows = json.loads(fine(call_monitor("review", "--joins", "--format", "json")))
    assert rows == json.loads(fine(call_monitor("review", "--joins", "--json"))) == [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]]
    (row,) = rows
    assert {row["certno"], row["other_certno"]} == {OLD, NEW}
    assert (row["join"], row["state"], row["state_label"], row["psn_no"], row["psn_name"], row["insu_admdvs"]) == (
        "J1", "open", "待认定", "P1", "样甲", "371002",
    )
    assert [row[name] for name in ("amount", "other_amount", "together", "crosses", "threshold")] == [
        "40000.00", "40000.00", "80000.00", "poverty_due_to_illness", "60000.00",
    ]
    assert (row["by"], row["decided_at"], row["reason"]) == ("", "", "")
    fine(call_monitor("review", "--joins", "--output", tmp_path / "joins.csv"))
    assert list(csv.reader((tmp_path / "joins.csv").read_text(encoding="utf-8").splitlines())) == lines


def test_joined_kept_taken_back_and_joined_again(bureau: Bureau, call_monitor: Monitor) -> None:
    bills(bureau, OLD, NEW)
    assert over(call_monitor) == {}
    assert fine(call_monitor("review", "--join", "J1", "--reason", "核对了旧证")).startswith("J1：认定同人；重新执行 monitor run")
    assert over(call_monitor) == {NEW: "80000.00"}
    # Said again, in whatever writing, it is no other word.
    assert "此前已如此认定，没有改变" in fine(call_monitor("review", "--join", "j1", "--reason", "再说一遍"))
    assert "此前已如此认定，没有改变" in fine(call_monitor("review", "--join", "1", "--reason", "再说一遍"))
    (row,) = json.loads(fine(call_monitor("review", "--joins", "--json")))
    assert (row["state"], row["by"], row["reason"]) == ("joined", operating_system_user().name, "核对了旧证") and row["decided_at"]
    # Kept through later loads: another of the person's settlements, and one of another person with two numbers.
    bureau.settlements(
        settlement(setl_id="T1", certno=OLD, psn_no="P1", psn_name="样甲", psn_part_amt="1"),
        *(settlement(setl_id=f"T{number}", certno=number, psn_no="P0", psn_name="样乙", psn_part_amt="1") for number in (resident(1), resident(3))),
    )
    assert over(call_monitor) == {NEW: "80001.00"}
    assert [row["join"] + row["state"] for row in json.loads(fine(call_monitor("review", "--joins", "--json")))] == ["J1joined", "J2open"]
    assert fine(call_monitor("review", "--undo", "J1", "--reason", "还没有核对清楚")).startswith("J1：待认定；")
    assert "没有改变" in fine(call_monitor("review", "--undo", "j1", "--reason", "再说一遍"))
    (row, _) = json.loads(fine(call_monitor("review", "--joins", "--json")))
    assert (row["state"], row["by"], row["reason"], row["crosses"]) == ("open", "", "", "poverty_due_to_illness")
    assert over(call_monitor) == {}
    assert json.loads(fine(call_monitor(*RUN)))["joins"] == {"open": 2, "crossing": 1, "crowded": 0}
    assert fine(call_monitor("review", "--apart", "J1", "--reason", "另有其人")).startswith("J1：认定非同人；")
    assert over(call_monitor) == {} and json.loads(fine(call_monitor(*RUN)))["joins"]["crossing"] == 0
    assert audited(call_monitor) == [
        ("join:J1", True, "核对了旧证"), ("join:J1", None, "还没有核对清楚"), ("join:J1", False, "另有其人"),
    ]


@pytest.mark.parametrize("option", ["--join", "--apart", "--undo"])
def test_what_is_refused(option: str, bureau: Bureau, call_monitor: Monitor) -> None:
    bills(bureau, OLD, NEW)
    fine(call_monitor("review", "--joins"))
    if option == "--undo":
        fine(call_monitor("review", "--join", "J1", "--reason", "核对了旧证"))
    before = audited(call_monitor)
    refused(call_monitor("review", option, "J1"), "须写明理由", "--reason")
    refused(call_monitor("review", option, "J1", "--reason", "  "), "须写明理由")
    refused(call_monitor("review", option, "J1", "--reason", "旧证 990101197005050019"), "长号码")
    for number in ("J2", "J999999999"):
        refused(call_monitor("review", option, number, "--reason", "核对"), f"没有编号为 {number} 的一对号码", "monitor review --joins")
    for text in ("J0", "J-1", "J1x", "J1234567890", "Ｊ1"):
        refused(call_monitor("review", option, text, "--reason", "核对"), "应写作")
    refused(call_monitor("review", option, "D1" if option != "--undo" else "D9", "--reason", "核对"), "D")
    assert audited(call_monitor) == before


def test_two_decisions_in_one_command_are_none(bureau: Bureau, call_monitor: Monitor) -> None:
    bills(bureau, resident(1), resident(3), NEW)
    refused(call_monitor("review", "--join", "J1", "--join", "J2", "--reason", "核对"), "一次只认定一对")
    for words in (("--join", "J1", "--apart", "J1"), ("--join", "J1", "--undo", "J1"), ("--joins", "--join", "J1"), ("--join", "J1", "--same", "D1")):
        assert call_monitor("review", *words, "--reason", "核对").returncode == 2
    assert audited(call_monitor) == []


@pytest.mark.parametrize(
    ("numbers", "differs"),
    [((resident(1), resident(2)), "性别"), ((resident(1), resident(1, "19700506")), "出生日期"), ((resident(1), resident(2, "19700506")), "出生日期、性别")],
)
def test_another_birth_date_or_sex_is_said_twice(
    numbers: tuple[str, str], differs: str, bureau: Bureau, call_monitor: Monitor
) -> None:
    bills(bureau, *numbers)
    answer = call_monitor("review", "--join", "J1", "--reason", "核对了出生证明")
    refused(answer, f"号码{differs}不同，没有认定", "把 --join J1 写两遍")
    assert not any(number in answer.stderr for number in numbers)
    assert audited(call_monitor) == []
    said = fine(call_monitor("review", "--join", "J1", "--join", "j1", "--reason", "核对了出生证明"))
    assert said.startswith("J1：认定同人") and f"两个号码的{differs}不同" in said
    # Whoever knows better takes it back without saying anything twice.
    assert fine(call_monitor("review", "--undo", "J1", "--reason", "弄错了")).startswith("J1：待认定")
    assert [together for _, together, _ in audited(call_monitor)] == [True, None]


def test_what_the_register_joined_comes_back_with_the_undoing(bureau: Bureau, call_monitor: Monitor) -> None:
    bills(bureau, resident(1), resident(3))
    bureau.people({"psn_no": "P1", "psn_name": "样甲", "certno": resident(1)})
    assert list(over(call_monitor).values()) == ["80000.00"]
    fine(call_monitor("review", "--apart", "J1", "--reason", "另有其人"))
    assert over(call_monitor) == {}
    assert fine(call_monitor("review", "--undo", "J1", "--reason", "弄错了")).startswith("J1：登记为同人")
    assert list(over(call_monitor).values()) == ["80000.00"]
