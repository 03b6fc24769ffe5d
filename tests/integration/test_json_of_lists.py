"""Every command that prints a list prints it as one JSON value too, with ``--json``: read off the grammar, so that none is missed."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement

from monitor.casework.transitions import LISTED
from monitor.commands.grammar import build_parser

Monitor = Callable[..., subprocess.CompletedProcess[str]]

#: What prints no list, and what it does instead.
NO_LIST = {
    "template": "writes a workbook", "backup": "writes two files", "restore": "makes a home", "serve": "runs until it is stopped",
    "demo": "makes a home", "keys rotate": "changes keys", "accounts add": "shows a password once",
    "accounts roles": "changes an account", "accounts scope": "changes an account", "accounts disable": "changes an account",
    "accounts enable": "changes an account", "accounts unlock": "changes an account", "accounts reset": "shows a password once",
    "cases move": "acts on a case", "cases assign": "acts on a case", "cases note": "acts on a case", "cases due": "acts on a case",
    "cases take-relief": "acts on a case", "cases drop-relief": "acts on a case",
}


def leaves(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that can be given, with its parser."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield path, parser
    for action in below:
        for name, one in action.choices.items():
            yield from leaves(one, f"{path} {name}".strip())


COMMANDS = dict(leaves(build_parser()))
LISTS = sorted(set(COMMANDS) - set(NO_LIST))


@pytest.mark.parametrize("command", LISTS)
def test_a_command_takes_json(command: str) -> None:
    options = {option for action in COMMANDS[command]._actions for option in action.option_strings}
    assert "--json" in options, f"monitor {command} prints a list: it takes --json, or tests say what else it does"


def test_what_prints_no_list_is_a_command() -> None:
    assert set(NO_LIST) <= set(COMMANDS)


#: What a command needs besides, to list something of the home below; None: it is tried elsewhere (imports, answers, lists sent).
GIVEN: dict[str, list[tuple[str, ...]] | None] = {
    **{command: None for command in LISTS if command.startswith("import ")},
    "run": [("--document", "weihai-2022-15", "--as-of", "2025-12-31")],
    "explain": [(certno(1),)],
    "premiums": [("--month", "2025-06", "--document", "weihai-2022-15")],
    "evaluation": [("--year", "2025", "--document", "weihai-2022-15")],
    "parameter": [("weihai-2022-15",)],
    "documents": [(), ("weihai-2022-15",)],
    "review": [(), ("--unmatched",), ("--joins",), ("--duplicates",), ("--batch", "0002-settlements")],
    "alerts": [(), ("--uncovered",), ("--set-aside",)],
    "shortfall": [(), ("--no-route",)],
    "audit-coverage": [(), ("--gaps",), ("--monthly",), ("--people",)],
    "refer": [("list",), ("--to", "civil_affairs", "--month", "2026-01")],
    "replies": None,
    "replay": None,
    "cases show": [("1",)],
    "cases bulk": [("--preview", str(next(iter(LISTED))))],
}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    bureau = Bureau(tmp_path_factory.mktemp("lists"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(bureau.directory / "keys"))
        bureau.incomes()
        bureau.settlements(settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_part_amt="70000"))
        bureau.identities({"certno": certno(2), "category": "dibao"})
        bureau.run()
    return bureau


@pytest.mark.parametrize("command", [command for command in LISTS if GIVEN.get(command, [()]) is not None])
def test_one_json_value_and_nothing_else(listed: Bureau, monkeypatch: pytest.MonkeyPatch, call_monitor: Monitor, command: str) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(listed.directory / "keys"))
    for given in GIVEN.get(command) or [()]:
        done = call_monitor(*command.split(), *given, "--json", home=listed.home.path)
        if done.returncode and not done.stdout:
            # Refused for want of something (no households, a document that has no such test): one sentence.
            assert done.returncode == 1 and done.stderr.count("\n") == 1, (command, done.stderr)
            continue
        # The check-up prints what it found and says by its exit code that something is wrong.
        assert done.returncode == 0 or command == "doctor"
        json.loads(done.stdout)


def test_json_is_format_json(listed: Bureau, monkeypatch: pytest.MonkeyPatch, call_monitor: Monitor, tmp_path: Path) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(listed.directory / "keys"))
    for command in ("alerts", "review", "loads"):
        short = call_monitor(command, "--json", home=listed.home.path).stdout
        assert json.loads(short) is not None
        if command != "loads":
            assert short == call_monitor(command, "--format", "json", home=listed.home.path).stdout
            assert short == call_monitor(command, "--json", "--format", "csv", home=listed.home.path).stdout
    assert call_monitor("alerts", "--json", "--output", tmp_path / "a.json", home=listed.home.path).stdout == ""
    assert json.loads((tmp_path / "a.json").read_text())[0]["certno"] == certno(1)
