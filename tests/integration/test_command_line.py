"""The command line as a process: the five sample sets against what was worked out by hand, byte for byte."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bureau import certno

Monitor = Callable[..., subprocess.CompletedProcess[str]]
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
SETS = ["weihai-2022-15", "hebei-city-2022", "inner-mongolia-2022-draft", "dongyang-2020-24", "gansu-2022-23"]


def load_set(monitor: Monitor, directory: Path) -> dict[str, object]:
    """Everything the set's load order names, each file's counts held against the ones expected."""
    expected = json.loads((directory / "expected_counts.json").read_text(encoding="utf-8"))
    for one in expected["load_order"]:
        answer = monitor("import", one["kind"], directory / one["file"], "--json")
        assert answer.returncode == 0, answer.stderr
        found = json.loads(answer.stdout)
        names = ("read", "accepted", "duplicates", "rejected")
        assert {name: found[name] for name in names} == {name: one[name] for name in names}, one["file"]
        assert found["read"] == found["accepted"] + found["duplicates"] + found["rejected"]
    parameters = directory / "parameters.txt"
    if parameters.exists():
        lines = [line.strip() for line in parameters.read_text(encoding="utf-8").splitlines()]
        values = [line for line in lines if "=" in line and not line.startswith(("#", "monitor"))]
        answer = monitor("parameter", expected["document"], *values, "--paper", "样例文件", "--by", "样例")
        assert answer.returncode == 0, answer.stderr
    return expected


@pytest.mark.parametrize("name", SETS)
def test_the_sample_set_comes_out_as_worked_by_hand(name: str, call_monitor: Monitor) -> None:
    directory = SAMPLE / name
    expected = load_set(call_monitor, directory)
    trial = ["--trial"] if expected["trial"] else []
    answer = call_monitor("run", "--document", name, "--as-of", expected["as_of"], *trial, "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    run = expected["run"]
    assert isinstance(run, dict)
    assert {key: found[key] for key in run} == run
    alerts = call_monitor("alerts").stdout
    assert alerts == (directory / "expected_alerts.csv").read_text(encoding="utf-8")
    aside = {
        (row["reason"], row["certno"])
        for option in ("--uncovered", "--set-aside")
        for row in csv.DictReader(call_monitor("alerts", option).stdout.splitlines())
    }
    listed = expected["set_aside"]
    assert isinstance(listed, list)
    assert aside == {(one["reason"], one.get("certno", "")) for one in listed}
    # Everybody flagged can be explained, and the explanation says the alert's own figures.
    for row in csv.DictReader(alerts.splitlines()):
        if not row["certno"]:
            continue  # known by psn_no only: test_explain has one
        explained = json.loads(call_monitor("explain", row["certno"], "--format", "json").stdout)
        rule = next(one for one in explained["rules"] if one["rule"] == row["rule"])
        assert (rule["over"], rule["burden"], rule["crossed_on"], rule["crossing_setl_id"], rule["category"]) == (
            True, row["burden"], row["crossed_on"], row["crossing_setl_id"], row["category"],
        )
        assert explained["sums"][row["measure"]] == row["burden"]


def test_as_a_process_from_export_to_explanation(run_monitor: Monitor, tmp_path: Path) -> None:
    expected = load_set(run_monitor, SAMPLE / "gansu-2022-23")
    assert run_monitor("run", "--document", "gansu-2022-23", "--as-of", expected["as_of"]).returncode == 0
    output = tmp_path / "alerts.csv"
    assert run_monitor("alerts", "--output", output).returncode == 0
    assert output.read_bytes() == (SAMPLE / "gansu-2022-23" / "expected_alerts.csv").read_bytes()
    assert not output.read_bytes().startswith(b"\xef\xbb\xbf")
    objects = json.loads(run_monitor("alerts", "--format", "json").stdout)
    assert [one["certno"] for one in objects] == [row["certno"] for row in csv.DictReader(output.read_text().splitlines())]
    assert objects[0]["trial"] is False
    text = run_monitor("explain", objects[0]["certno"])
    assert text.returncode == 0
    for part in ("结论：", "标准：", "首次越线：", "依据：", "身份：", objects[0]["crossing_setl_id"]):
        assert part in text.stdout
    listed = json.loads(run_monitor("runs", "--json").stdout)
    assert len(listed) == 1
    assert run_monitor("review").stdout.startswith("batch,file,line,")


def test_home_is_accepted_before_and_after_the_command(call_monitor: Monitor, tmp_path: Path) -> None:
    other = tmp_path / "other"
    answer = call_monitor("import", "incomes", SAMPLE / "weihai-2022-15" / "incomes.csv", "--home", other)
    assert answer.returncode == 0, answer.stderr
    assert (other / "manifest.json").exists()
    again = call_monitor("loads", home=other)
    assert "0001-incomes" in again.stdout


def test_the_same_file_again_adds_nothing_and_says_so(call_monitor: Monitor) -> None:
    path = SAMPLE / "weihai-2022-15" / "settlements.csv"
    first = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    second = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert (second["accepted"], second["duplicates"], second["rejected"]) == (0, first["read"], 0)
    assert "此前已导入" in call_monitor("import", "settlements", path).stdout
    # And it never reverts what a later file corrected.
    corrections = SAMPLE / "weihai-2022-15" / "settlements-corrections.csv"
    call_monitor("import", "settlements", corrections)
    third = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert third["accepted"] == 0


def test_nothing_personal_stands_open_in_the_home(call_monitor: Monitor, home: Path) -> None:
    """Names and numbers of the sample people are in no file of the home, whichever way the bytes are read."""
    expected = load_set(call_monitor, SAMPLE / "weihai-2022-15")
    call_monitor("run", "--document", "weihai-2022-15", "--as-of", expected["as_of"])
    text = (SAMPLE / "weihai-2022-15" / "people.csv").read_text(encoding="utf-8-sig")
    people = list(csv.DictReader(text.splitlines()))
    secrets = [person[key] for person in people for key in ("certno", "psn_name") if len(person[key]) > 2]
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [s for s in secrets if s.encode() in content], path.name


def test_identities_of_people_nobody_knows_are_listed_by_township(call_monitor: Monitor) -> None:
    expected = load_set(call_monitor, SAMPLE / "weihai-2022-15")
    listed = list(csv.DictReader(call_monitor("review", "--unmatched").stdout.splitlines()))
    suspicious = expected["suspicious"]
    assert isinstance(suspicious, dict)
    assert len(listed) == suspicious["unmatched_identities"]
    assert set(listed[0]) == {"batch", "file", "line", "town", "category"}


def test_a_full_roster_is_compared_and_ends_nothing(call_monitor: Monitor, home: Path, tmp_path: Path) -> None:
    header = "证件号码,身份类别,开始日期,认定部门\n"
    numbers = [certno(n) for n in (1, 2, 3)]
    (tmp_path / "january.csv").write_text(header + "".join(f"{n},低保对象,2025-01-01,民政\n" for n in numbers[:2]))
    (tmp_path / "march.csv").write_text(header + f"{numbers[0]},低保对象,2025-01-01,民政\n{numbers[2]},低保对象,2025-03-01,民政\n")
    call_monitor("import", "identities", tmp_path / "january.csv", tmp_path / "march.csv")
    listed = list(csv.DictReader(call_monitor("review", "--roster", "0002-identities").stdout.splitlines()))
    assert [(row["file"], row["line"], row["category"]) for row in listed] == [("january.csv", "3", "dibao")]
    assert call_monitor("review", "--roster", "0009-identities").returncode == 1
