"""A home without its keys, with somebody else's, or with keys that lie open: no command reads it, and each says why."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bureau import INCOME, Bureau, certno, settlement, write_csv

from monitor.access import keys as key_files
from monitor.access.keys import Keys
from monitor.commands.grammar import build_parser
from monitor.intake.columns import TABLES

Monitor = Callable[..., subprocess.CompletedProcess[str]]

RUN = ["run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"]
#: Every command that opens a home, as somebody types it.
OPENS = {
    **{f"import {table}": ["import", table, "FILE"] for table in TABLES},
    "run": RUN, "alerts": ["alerts"], "explain": ["explain", certno(1)], "entitlements": ["entitlements"],
    "shortfall": ["shortfall"], "audit-coverage": ["audit-coverage"], "households": ["households"], "insurance": ["insurance"],
    "none": ["none", "fund", "--until", "2025-12-31", "--paper", "样例〔2025〕1号", "--by", "样例"],
    "done": ["done", "dongyang-2020-24", "providers", "--year", "2025", "--on", "2025-12-20", "--paper", "样例", "--by", "样例"],
    "parameter": ["parameter", "gansu-2022-23"], "documents": ["documents", "weihai-2022-15"], "runs": ["runs"], "loads": ["loads"],
    "review": ["review"], "keys rotate": ["keys", "rotate"], "keys status": ["keys", "status"],
    "backup": ["backup", "--output", "OUT/data", "--key-output", "SAFE/key"], "doctor": ["doctor"], "serve": ["serve"],
    "demo": ["demo", "--no-serve"],
    **{f"accounts {act}": ["accounts", act, "officer"] for act in ("disable", "enable", "unlock", "reset")},
    "accounts add": ["accounts", "add", "officer", "--display", "经办", "--role", "officer", "--everything"],
    "accounts list": ["accounts", "list"], "accounts roles": ["accounts", "roles", "officer", "--role", "officer"],
    "accounts scope": ["accounts", "scope", "officer", "--everything"],
    **{f"cases {act}": ["cases", act] for act in ("list", "figures")},
    **{f"cases {act}": ["cases", act, "1"] for act in ("show", "due")},
    "cases move": ["cases", "move", "1", "review"], "cases assign": ["cases", "assign", "1", "--to", "nobody"],
    "cases note": ["cases", "note", "1", "--remark", "样例"], "cases bulk": ["cases", "bulk", "review", "--preview"],
    "cases reliefs": ["cases", "reliefs"], **{f"cases {act}": ["cases", act, "1"] for act in ("take-relief", "drop-relief")},
    "institutions": ["institutions"], "evaluation": ["evaluation", "--year", "2025"],
    "premiums": ["premiums", "--month", "2025-06", "--document", "weihai-2022-15"],
    "no-deposit": ["no-deposit", "--on", "2025-12-31", "--document", "weihai-2022-15"],
    "refer": ["refer", "--to", "civil_affairs", "--month", "2025-12"], "replay": ["replay", "civil_affairs-2025-001"], "due": ["due"],
    "replies": ["replies", "FILE", "--from", "civil_affairs"],
    "audit list": ["audit", "list"], "audit verify": ["audit", "verify"],
}
#: The rest, and why it needs no keys.
NEEDS_NONE = {
    "template": "an empty workbook", "restore": "brings its keys along",
}


def test_every_command_is_in_one_of_the_two_tables() -> None:
    def below(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[str]:
        choices = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        for name, child in (choices[0] if choices else {}).items():
            yield from below(child, (*words, name))
        if not choices:
            yield " ".join(words)

    assert sorted((*OPENS, *NEEDS_NONE)) == sorted(below(build_parser()))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例"})
        bureau.settlements(settlement(setl_id="A", certno=certno(1), psn_part_amt="70000"))
        bureau.run()
    return directory


@pytest.fixture
def bureau(template: Path, home: Path) -> Bureau:
    """A copy of it, where MONITOR_HOME and MONITOR_KEYS point."""
    shutil.copytree(template / "home", home)
    shutil.copytree(template / "keys", home.parent / "keys")
    for name in ("OUT", "SAFE"):
        (home.parent / name).mkdir()
    write_csv(home.parent / "FILE", [INCOME])
    return Bureau(home.parent)


def taken_away(bureau: Bureau) -> str:
    shutil.rmtree(bureau.directory / "keys")
    return "找不到本数据目录"


def of_another_home(bureau: Bureau) -> str:
    """Keys of the right form: what is sealed does not open."""
    (path,) = (bureau.directory / "keys").iterdir()
    path.unlink()
    key_files.create(path.parent, path.stem, Keys(b"h" * 32, (b"s" * 32,)))
    return "无法打开"


def torn(bureau: Bureau) -> str:
    (path,) = (bureau.directory / "keys").iterdir()
    path.write_text(path.read_text()[:40])
    return "无法读取"


def open_to_others(bureau: Bureau) -> str:
    (path,) = (bureau.directory / "keys").iterdir()
    path.chmod(0o640)
    return "权限是 0640"


def inside_the_home(bureau: Bureau) -> str:
    inside = bureau.home.path / "tables" / "keys"
    inside.parent.mkdir(exist_ok=True)
    (bureau.directory / "keys").rename(inside)
    (bureau.directory / "keys").symlink_to(inside)
    return "在数据目录"


HARMS = [taken_away, torn, open_to_others, inside_the_home]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_no_command_opens_such_a_home_and_each_says_why(
    harm: Callable[[Bureau], str], bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bureau.directory)
    word = harm(bureau)
    before = {path: path.read_bytes() for path in bureau.home.path.rglob("*") if path.is_file() and "logs" not in path.parts}
    for name, words in OPENS.items():
        answer = call_monitor(*words)
        assert answer.returncode == 1, name
        told = answer.stdout if name == "doctor" else answer.stderr
        assert word in told, (name, answer.stderr)
        assert len(answer.stderr.strip().splitlines()) == 1, name
        assert certno(1) not in answer.stdout + answer.stderr, name
    after = {path: path.read_bytes() for path in bureau.home.path.rglob("*") if path.is_file() and "logs" not in path.parts}
    after.pop(bureau.home.lock, None)
    before.pop(bureau.home.lock, None)
    assert after == before


#: Commands whose work needs a sealed value; the others answer without one.
UNSEALS = ["alerts", "explain", "entitlements", "shortfall", "audit-coverage", "keys rotate", "doctor"]


@pytest.mark.parametrize("name", UNSEALS)
def test_another_homes_keys_open_nothing(
    name: str, bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bureau.directory)
    word = of_another_home(bureau)
    answer = call_monitor(*OPENS[name])
    assert answer.returncode == 1, answer.stdout
    # Whoever asks for a number under another hash key is nobody anybody knows.
    assert word in answer.stdout + answer.stderr or name == "explain", answer.stderr
    assert "样例" not in answer.stdout


def test_a_new_home_is_not_made_around_its_keys(home: Path, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(home / "keys"))
    answer = call_monitor("import", "incomes", write_csv(home.parent / "incomes.csv", [INCOME]))
    assert (answer.returncode, "在数据目录" in answer.stderr) == (1, True)
    assert not (home / "manifest.json").exists()
    assert not (home / "keys").exists()


def test_a_key_file_says_nothing_but_keys_and_is_the_owners(bureau: Bureau) -> None:
    (path,) = (bureau.directory / "keys").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())) == {"hash", "seals", "first"}
    assert path.parent.stat().st_mode & 0o077 == 0
