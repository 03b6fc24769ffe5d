"""What a run does not load: each of these takes longer to import than most steps take to run."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import monitor
from monitor.commands.grammar import build_parser
from monitor.commands.verbs import VERBS, verb_of
from tests.bureau import Bureau, certno, settlement

PROGRAM = """
import sys
from monitor.__main__ import main
code = main(sys.argv[1:])
others = {"pandas", "streamlit", "alembic", "xlsxwriter", "tqdm", "pyotp", "segno"}
print("LOADED", *sorted(others & set(sys.modules)))
sys.exit(code)
"""


def test_a_run_loads_neither_pandas_nor_what_only_other_commands_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyarrow takes pandas along for any Python list it is given, and for ``read_table``: none may be on a run's way."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(settlement(setl_id="S1", certno=certno(1), psn_name="甲", psn_part_amt="70000.00"))
    record = bureau.run(as_of="2025-06-30")
    monkeypatch.setenv("MONITOR_HOME", str(bureau.home.path))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", "--document", record.document, "--as-of", "2025-07-31", "--json"],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("LOADED")] == ["LOADED"]


LOADING = """
import sys
from monitor.commands.grammar import build_parser
build_parser(sys.argv[1:])
print(*sorted(name.removeprefix("monitor.") for name in sys.modules if name.startswith("monitor.")))
"""

#: Files of ``monitor/commands`` that are no command's.
SHARED = {
    "arguments", "audited", "grammar", "only_document", "passphrase", "signature", "terminal", "verb", "verbs", "review_joins",
    "review_duplicates",
}


#: Options whose name says it all.
UNEXPLAINED = {"files", "certno", "document", "assignments", "--format", "--port"}


def file_of(verb: str) -> str:
    return "importing" if verb == "import" else verb.replace("-", "_")


def loaded_for(*words: str) -> set[str]:
    """The modules of ``monitor`` that are imported to read a command line."""
    done = subprocess.run([sys.executable, "-c", LOADING, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("verb", VERBS)
def test_a_command_is_in_the_file_of_its_name(verb: str) -> None:
    assert verb_of(verb) is import_module(f"monitor.commands.{file_of(verb)}").VERB


def test_every_file_is_a_commands_or_shared_by_some() -> None:
    there = {path.stem for path in (Path(monitor.__file__).parent / "commands").glob("*.py")} - {"__init__"}
    assert there == SHARED | {file_of(verb) for verb in VERBS}


def test_a_command_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError):
        verb_of("imports")


def test_only_the_command_that_is_asked_for_is_loaded() -> None:
    """One process for the commands that load most: each would show in the other's."""
    assert not {one for one in loaded_for("--help") if one.partition(".")[0] not in ("base", "commands")}
    for asked, others in (("import", ("refer", "cases", "run")), ("run", ("refer", "importing", "serve")), ("refer", ("importing", "run"))):
        found = loaded_for(asked)
        assert f"commands.{file_of(asked)}" in found
        assert not found & {f"commands.{other}" for other in others}
    # What only lists to departments, answers and screens need.
    assert not loaded_for("import") & {"casework.referrals", "casework.replies", "casework.layouts", "reports.referral_pack", "run", "actions.serving"}


def helps(parser: argparse.ArgumentParser) -> dict[str, str]:
    """What ``--help`` says of a parser and of all below it, by the words that lead there."""
    found = {"": parser.format_help()}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= {f"{word} {more}".strip(): text for more, text in helps(below).items()}
    return found


def test_the_help_of_a_command_is_whole_when_only_it_is_loaded() -> None:
    whole = helps(build_parser())
    for verb in VERBS:
        alone = helps(build_parser([verb]))
        of_verb = {words for words in whole if words.split(" ")[0] in ("", verb)}
        assert {words: alone[words] for words in of_verb} == {words: whole[words] for words in of_verb}


def test_every_option_of_every_command_says_what_it_is_for() -> None:
    def options(words: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, str | None]]:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for word, below in action.choices.items():
                    yield from options(f"{words} {word}", below)
            elif not any(name in UNEXPLAINED for name in (*action.option_strings, action.dest)):
                yield f"{words} {action.dest}", action.help

    assert [name for name, text in options("monitor", build_parser()) if not text] == []


NOISY = """
import os, sys
from monitor.__main__ import main
from monitor.commands import loads
from monitor.commands.verb import Verb
def noisy(arguments, home, now):
    os.write(1, b"45% of a bar")
    sys.stdout.write('{"answer": 1}')
    os.write(1, b"100% of a bar")
loads.VERB = Verb(loads.add_arguments, noisy)
code = main(["loads"])
os.write(1, b"\\nand then")
sys.exit(code)
"""


def test_what_a_library_prints_is_no_part_of_an_answer(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, '{"answer": 1}\nand then')
    assert "45% of a bar" in done.stderr and "100% of a bar" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_failure(home: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", '"$0" -c "$1" | true; exit ${PIPESTATUS[0]}', sys.executable, NOISY.replace("'{", "' ' * 1_000_000 + '{")],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
