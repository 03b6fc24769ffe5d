"""What a run does not load: each of these takes longer to import than most steps take to run."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from monitor import commands, referral_commands
from monitor.__main__ import _REFERRAL_ACTS
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


@pytest.mark.parametrize("place", commands._ELSEWHERE.values())
def test_a_command_that_is_loaded_when_asked_for_is_where_it_is_looked_for(place: str) -> None:
    module, _, function = place.partition(".")
    assert callable(getattr(import_module(f"monitor.{module}"), function))


def test_the_grammar_has_the_acts_there_are() -> None:
    """The command line names them without loading the module that has them."""
    assert tuple(referral_commands._ACTS) == _REFERRAL_ACTS


NOISY = """
import os, sys
from monitor import commands
from monitor.__main__ import main
def noisy(arguments, home, now):
    os.write(1, b"45% of a bar")
    sys.stdout.write('{"answer": 1}')
    os.write(1, b"100% of a bar")
commands.run_command = noisy
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
