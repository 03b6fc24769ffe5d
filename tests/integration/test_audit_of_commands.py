"""Each command that changes or shows people's data is in the audit: once, with who, what and from where; or nothing is
shown at all. Facts whose commit is the store's are repaired by the next command."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, settlement

from monitor.access.actor import operating_system_user
from monitor.base.settings import Home
from monitor.commands.grammar import build_parser
from monitor.store.manifest import read

Monitor = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).resolve().parents[2]
ME = operating_system_user().name
PARAMETER = "premium.fixed.amount.2025=380.00"

#: Command → (action, object begins with); None where nothing of people is shown and nothing of theirs changes.
SHOWING: dict[str, tuple[list[str], str] | None] = {
    "alerts": ([], "run:"), "entitlements": ([], "run:"), "shortfall": ([], "run:"), "households": ([], "run:"),
    "audit-coverage": (["--people"], "run:"), "insurance": ([], "run:"), "explain": ([certno(1)], "person:"),
    "review": ([], "review"), "serve": None, "template": None, "documents": None, "runs": None, "loads": None,
    "parameter": None, "run": None, "import": None, "demo": None, "accounts": None, "audit": None,
    "none": None, "done": None,
    "premiums": (["--month", "2025-06", "--document", "weihai-2022-15", "--format", "csv"], "premiums:"),
    # Figures of institutions and of a whole year: nobody stands in them.
    "institutions": None, "evaluation": None,
    # What a list for hospitals leaves: tests/spec/test_no_deposit.py.
    "no-deposit": None,
    # What these leave in the audit: test_cases_command.py and test_referral_command.py.
    "cases": None, "refer": None, "replies": None, "replay": None, "due": None,
    # And these: tests/unit/test_backup.py.
    "keys": None, "backup": None, "restore": None, "doctor": None,
}


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    """A run with one person over the line, made without the command line: nothing is in the audit yet."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例甲"})
    bureau.identities({"certno": certno(1), "psn_name": "样例甲", "category": "低保对象"})
    bureau.settlements(settlement(setl_id="S1", certno=certno(1), psn_name="样例甲", psn_part_amt="70001"))
    bureau.run()
    return bureau


def entries(home: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(home / "casework.sqlite") as database:
        database.row_factory = sqlite3.Row
        found = [dict(row) for row in database.execute("SELECT * FROM audit ORDER BY sequence")]
    database.close()
    return found


def fine(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_table_above_names_every_command() -> None:
    subcommands = next(action for action in build_parser()._actions if action.dest == "command")
    assert set(subcommands.choices or ()) == set(SHOWING)


@pytest.mark.parametrize("command", [name for name, told in SHOWING.items() if told is not None])
def test_what_shows_people_is_written_down_before_it_is_shown(
    command: str, bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path
) -> None:
    options, object_ = SHOWING[command] or ([], "")
    answer = call_monitor(command, *options)
    found = [entry for entry in entries(home) if entry["fact"] is None]
    if answer.returncode:
        # Refused for want of an input: nothing was shown.
        assert (answer.stdout, found) == ("", [])
        return
    (entry,) = found
    assert (entry["actor"], entry["place"], entry["action"]) == (ME, f"command:{command}", "shown")
    assert entry["object"].startswith(object_)
    told = json.dumps(entry, ensure_ascii=False)
    assert certno(1) not in told and "样例甲" not in told
    if command == "explain":
        return
    assert json.loads(entry["detail"])["rows"] == len(answer.stdout.splitlines()) - 1
    fine(call_monitor(command, *options, "--output", tmp_path / "list.csv"))
    assert entries(home)[-1]["action"] == "exported"
    assert "list.csv" not in str(entries(home)), "a file's name may hold somebody's"


def test_most_of_them_do_show_something_here(bureau: Bureau, call_monitor: Monitor) -> None:
    """The test above would pass if all were refused."""
    shown = {name for name, told in SHOWING.items() if told and call_monitor(name, *told[0]).returncode == 0}
    assert shown >= {"alerts", "entitlements", "shortfall", "explain", "review"}


def test_looking_for_somebody_unknown_is_written_down_too(bureau: Bureau, call_monitor: Monitor, home: Path) -> None:
    answer = call_monitor("explain", certno(77))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert entries(home)[-1]["object"].startswith("person:")
    assert certno(77) not in str(entries(home))


@pytest.mark.parametrize("command", ["alerts", "explain", "import"])
def test_without_the_audit_nothing_is_shown_and_nothing_begun(
    command: str, bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path}/not-there/casework.sqlite")
    before = read(home / "manifest.json")
    file = tmp_path / "people.csv"
    file.write_text("certno,psn_no,psn_name,insutype,psn_insu_stas,insu_admdvs\n", encoding="utf-8")
    words = {"alerts": [], "explain": [certno(1)], "import": ["people", file]}[command]
    answer = call_monitor(command, *words)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "案件数据库无法打开" in answer.stderr
    assert read(home / "manifest.json") == before


def test_an_audit_that_takes_no_entry_stops_the_list(bureau: Bureau, call_monitor: Monitor, home: Path) -> None:
    fine(call_monitor("alerts"))
    with sqlite3.connect(home / "casework.sqlite") as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    database.close()
    answer = call_monitor("alerts")
    assert (answer.returncode, answer.stdout) == (1, "")


# --- facts of the store ---------------------------------------------------------------------------


def facts(home: Path) -> dict[str, tuple[str, str, str, bool]]:
    """``{fact: (actor, place, action, written down when it was done)}``."""
    found = entries(home)
    names = [entry["fact"] for entry in found if entry["fact"]]
    assert len(names) == len(set(names))
    return {
        entry["fact"]: (entry["actor"], entry["place"], entry["action"], entry["at"] == entry["written_at"])
        for entry in found if entry["fact"]
    }


def incomes(tmp_path: Path, year: int = 2024) -> Path:
    path = tmp_path / f"incomes-{year}.csv"
    path.write_text(
        "region,residents,year,amount,source,published_on,approved_by\n"
        f"370000,all,{year},40000.00,测试数据,{year + 1}-02-01,测试\n", encoding="utf-8"
    )
    return path


def test_import_run_and_parameter_are_written_down_once_each(
    bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path
) -> None:
    fine(call_monitor("import", "incomes", incomes(tmp_path, 2023)))
    fine(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-11-30"))
    fine(call_monitor("entitlements"))
    fine(call_monitor("parameter", "weihai-2022-15", PARAMETER, "--paper", "测试文件", "--by", "测试"))
    fine(call_monitor("none", "case_decisions", "--until", "2025-12-31", "--paper", "测试文件", "--by", "测试"))
    fine(call_monitor("done", "dongyang-2020-24", "providers", "--year", "2025", "--on", "2025-12-20", "--paper", "测试", "--by", "测试"))
    found = facts(home)
    manifest = read(home / "manifest.json")
    assert manifest is not None
    assert set(found) == set(manifest.facts)
    assert found["none:1"] == (ME, "command:none", "none_said", True)
    assert found["day:1"] == (ME, "command:done", "day_said", True)
    newest = manifest.runs[-1].run
    assert found["load:0005-incomes"] == (ME, "command:import incomes", "imported", True)
    assert found[f"run:{newest}"] == (ME, "command:run", "run", True)
    assert found[f"entitled:{newest}"] == (ME, "command:entitlements", "entitled", True)
    assert found["parameter:1"] == (ME, "command:parameter", "parameter_set", True)
    # What the tests' own bureau committed before: by whom the manifest says, written down later.
    assert found["load:0001-incomes"] == (ME, "command:test", "imported", False)
    before = len(entries(home))
    fine(call_monitor("runs"))
    assert len(entries(home)) == before


def test_the_same_again_is_an_act_without_a_fact(bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path) -> None:
    for _ in range(2):
        fine(call_monitor("import", "incomes", incomes(tmp_path, 2023)))
        fine(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-11-30"))
    again = [entry for entry in entries(home) if entry["fact"] is None]
    assert [(entry["action"], json.loads(entry["detail"])) for entry in again] == [
        ("imported", {"known_before": True}), ("run", {"known_before": True}),
    ]


def test_what_was_committed_before_a_refused_file_is_written_down(
    bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("nothing,of,the,kind\n1,2,3,4\n", encoding="utf-8")
    answer = call_monitor("import", "incomes", incomes(tmp_path, 2023), bad)
    assert answer.returncode == 1
    assert facts(home)["load:0005-incomes"] == (ME, "command:import incomes", "imported", True)


KILLED = """
import os, signal, sys
from monitor.casework import facts
from monitor.__main__ import main

told = facts.write_facts
def once(store, access, now):
    # The first time is on the way in; the second comes after the store's commit, and never gets there.
    if once.times:
        os.kill(os.getpid(), signal.SIGKILL)
    once.times += 1
    return told(store, access, now)
once.times = 0
facts.write_facts = once
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", ["import", "run", "parameter"])
def test_killed_between_the_stores_commit_and_the_audit_the_next_command_writes_it_down(
    command: str, bureau: Bureau, call_monitor: Monitor, home: Path, tmp_path: Path
) -> None:
    fine(call_monitor("review"))
    words = {
        "import": ["import", "incomes", incomes(tmp_path, 2023)],
        "run": ["run", "--document", "weihai-2022-15", "--as-of", "2025-11-30"],
        "parameter": ["parameter", "weihai-2022-15", PARAMETER, "--paper", "测试文件", "--by", "测试"],
    }[command]
    before = set(facts(home))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "--home", str(home), *map(str, words)], cwd=ROOT, env=os.environ.copy(),
        capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    manifest = read(home / "manifest.json")
    assert manifest is not None
    (lacking,) = set(manifest.facts) - before
    assert set(facts(home)) == before, "committed, and not yet written down"
    for _ in range(2):
        fine(call_monitor("review"))
    found = facts(home)[lacking]
    where = {"import": "command:import incomes"}.get(command, f"command:{command}")
    assert found == (ME, where, {"import": "imported", "run": "run", "parameter": "parameter_set"}[command], False)
    assert "没有改动" in fine(call_monitor("audit", "verify"))


def test_a_manifest_from_before_is_read_and_its_facts_are_nobodys(bureau: Bureau, call_monitor: Monitor, home: Path) -> None:
    path = Home(home).manifest
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["done_by"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    fine(call_monitor("alerts"))
    assert {(actor, place) for actor, place, *_ in facts(home).values()} == {("unrecorded", "unrecorded")}
    assert all(entry["at"].startswith("2026-01-01") for entry in entries(home) if entry["fact"])
