"""The bench at a tiny size, in this process: that everything is measured, compared and said. Never how fast it is."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from bench import __main__ as command
from bench import in_pandas, processes, step
from bench.exports import generate, later_than, year_of
from bench.figures import limit, p95, ratio
from bench.homes import BenchHome, empty_case_database
from bench.performance import bench
from bench.processes import Ran, child_processes, json_of, median

from monitor.__main__ import main as monitor_main
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from sample_data.__main__ import main as sample_main

MAINS = {"monitor": monitor_main, "sample_data": sample_main, "bench.step": step.main}
FIGURES = {
    "import_vs_copy", "later_import_vs_copy", "import_four_times_the_rows", "run_vs_group_by", "run_vs_pandas",
    "run_memory", "run_four_times_the_rows", "entitlements_vs_burden", "list_page", "overview",
    "cases_of_first_run", "cases_of_later_run", "pack",
}


def in_this_process(module: str, arguments: Sequence[str]) -> Ran:
    """What a child would do, without the seconds it takes to start one; a year that is over in January."""
    brief = ["--months", "1"] if module == "sample_data" else []
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert MAINS[module]([*arguments, *brief]) == 0
    return Ran(1.0, 1.5, 100.0, json_of(output.getvalue(), module))


def ids(settlements: Path) -> set[str]:
    return {line.split(",")[0] for line in settlements.read_text().splitlines()[1:]}


@pytest.mark.slow
def test_the_bench_measures_every_figure_and_agrees_with_pandas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("MONITOR_DATABASE_URL", raising=False)

    def that_notices(module: str, arguments: Sequence[str]) -> Ran:
        """Once agreed, a value changed on one side has to be noticed, in a file and in the case database."""
        ran = in_this_process(module, arguments)
        if arguments[0] == "compare" and ran.found["alerts"]:
            theirs = Path(arguments[2])
            assert ran.found["different"] == 0
            with contextlib.closing(sqlite3.connect(theirs / "casework.sqlite")) as database, database:
                database.execute("UPDATE summary SET people = people + 1 WHERE rowid = (SELECT min(rowid) FROM summary)")
            assert in_this_process(module, arguments).found["different"] == 2
            pq.write_table(pq.read_table(theirs / "distribution.parquet").slice(1), theirs / "distribution.parquet")
            assert in_this_process(module, arguments).found["different"] == 3
        return ran

    found = bench(8_000, tmp_path, that_notices, alerts=300, times=1)
    assert set(found) == {"settlements", "people", "document", "figures", "met", "data", "machine"}
    assert (found["settlements"], found["people"], found["document"]) == (8_000, 800, "weihai-2022-15")
    assert set(found["figures"]) == FIGURES
    for figure in found["figures"].values():
        assert isinstance(figure["met"], bool)
        assert figure["required"] > 0
        assert figure["bound"] in ("at least", "at most")
    assert found["met"] == all(figure["met"] for figure in found["figures"].values())
    # Pandas found the same alerts, or bench would have refused; there has to be something to find.
    assert found["data"]["flagged"] > 0
    assert found["data"]["rows_read"] > 8_000
    assert found["data"]["csv_bytes"] > found["data"]["parquet_bytes"] > 0
    assert found["machine"]["cores"] >= 1
    # Progress goes to the error output: what is printed stays one JSON object.
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "bare copy" in printed.err
    # Only what can be used again is left behind.
    assert {path.name for path in tmp_path.iterdir()} == {
        "exports-quarter", "exports-whole", "exports-later", "exports-cases", "keys",
    }
    # The later batch: the same people, other settlements.
    whole, later = (tmp_path / f"exports-{name}" for name in ("whole", "later"))
    assert (whole / "people.csv").read_bytes() == (later / "people.csv").read_bytes()
    assert not ids(whole / "settlements.csv") & ids(later / "settlements.csv")


def test_a_mistyped_number_is_its_owners_in_pandas_as_in_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("MONITOR_DATABASE_URL", raising=False)
    files = generate(in_this_process, year_of(2_000), tmp_path / "exports")
    heading, *lines = files.settlements.read_text(encoding="utf-8").splitlines()
    at = {name: place for place, name in enumerate(heading.split(","))}
    row = next(cells for cells in (line.split(",") for line in lines) if len(cells[at["certno"]]) == 18 and cells[at["psn_no"]])
    row[at["setl_id"]] = "MISTYPED"
    row[at["certno"]] = row[at["certno"]][:-1] + ("1" if row[at["certno"]][-1] != "1" else "2")
    files.settlements.write_text("\n".join([heading, *lines, ",".join(row)]) + "\n", encoding="utf-8")
    home, target = BenchHome(in_this_process, Home(tmp_path / "home")), tmp_path / "in-pandas"
    home.take_register(files)
    home.take("settlements", files.settlements)
    home.run()

    def different() -> int:
        empty_case_database(target)
        in_this_process("bench.step", ["pandas", str(home.home.path), str(target)])
        found: int = in_this_process("bench.step", ["compare", str(home.home.path), str(target)]).found["different"]
        return found

    assert different() == 0
    monkeypatch.setattr(in_pandas, "_mistyped", lambda store, known: pd.Series(dtype="int64"))
    assert different() > 0


def test_files_are_generated_once_for_the_same_parameters(tmp_path: Path) -> None:
    calls = []

    def runner(module: str, arguments: Sequence[str]) -> Ran:
        calls.append(arguments)
        directory = Path(arguments[-1])
        directory.mkdir()
        (directory / "settlements.csv").write_text("setl_id\n99S000000000001\n")
        return Ran(1.0, 1.0, 1.0, {})

    for settlements, expected in ((1_000, 1), (1_000, 1), (1_010, 2), (1_000, 3)):
        files = generate(runner, year_of(settlements), tmp_path / "files")
        assert len(calls) == expected
    later = generate(runner, later_than(year_of(1_000)), tmp_path / "files", new_ids=True)
    assert len(calls) == 4
    assert later.settlements.read_text() == "setl_id\n99T000000000001\n"
    assert files.settlements == later.settlements


def test_figures_say_what_is_met() -> None:
    two, five = Ran(2.0, 3.0, 1.0, {}), Ran(5.0, 8.0, 1.0, {})
    assert ratio("a", five, "b", two, at_most=2.5) == {
        "measured": "a", "seconds": 5.0, "cpu_seconds": 8.0, "against": "b", "against_seconds": 2.0,
        "against_cpu_seconds": 3.0, "ratio": 2.5, "bound": "at most", "required": 2.5, "met": True,
    }
    assert not ratio("a", five, "b", two, at_most=2.499)["met"]
    faster = ratio("a", two, "b", five, at_least=2.5)
    assert (faster["times_faster"], faster["bound"], faster["met"]) == (2.5, "at least", True)
    assert not ratio("a", two, "b", five, at_least=2.501)["met"]
    assert median([five, two, five]) == five
    assert limit("a", "gigabytes", 3.2, 3.0) == {
        "measured": "a", "gigabytes": 3.2, "bound": "at most", "required": 3.0, "met": False,
    }
    assert p95(list(range(100, 0, -1))) == 95
    assert p95([7.0]) == 7.0


def test_a_child_is_measured_and_its_failure_is_a_sentence(tmp_path: Path) -> None:
    runner = child_processes(tmp_path)
    ran = runner("platform", [])
    assert ran.seconds > 0
    assert ran.cpu_seconds > 0
    assert ran.megabytes > 1
    assert ran.found == {}
    with pytest.raises(MonitorError, match=r"测速步骤 json\.tool"):
        runner("json.tool", [str(tmp_path / "absent.json")])


#: What DuckDB does with its bar, in front of an answer and after it.
CHATTY = """
import os
os.write(1, "\\r 45% ▕██████████▎".encode())
print('{"rows": 3}')
os.write(1, "\\r100% ▕████████████████████▏\\n".encode())
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ran]:
    """Runs a program as the bench runs its steps."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(processes, "_ANSWERING", ("stand_in",))

    def run(program: str) -> Ran:
        (tmp_path / "stand_in.py").write_text(program)
        return child_processes(tmp_path / "bench")("stand_in", [])

    return run


def test_what_a_library_prints_is_no_part_of_an_answer(child: Callable[[str], Ran]) -> None:
    assert child(CHATTY).found == {"rows": 3}


@pytest.mark.parametrize("wrong", ["print('[1]')", "print('  45% {')", "pass"])
def test_an_answer_that_is_none_is_refused(child: Callable[[str], Ran], wrong: str) -> None:
    with pytest.raises(MonitorError, match="测速步骤 stand_in 的结果不是一个 JSON 对象"):
        child(wrong)


def test_a_step_starts_without_what_other_steps_need(tmp_path: Path) -> None:
    """A database engine that is imported before ``__main__`` is a file takes itself for a session at a terminal, with a bar;
    and the bare copy would pay for the imports of the whole bench."""
    table = tmp_path / "a.csv"
    table.write_text("a\n1\n2\n")
    assert child_processes(tmp_path)("bench.step", ["copy", str(table), str(tmp_path / "a.parquet")]).found == {"rows": 2}
    said = subprocess.run(
        [sys.executable, "-c", "import sys, bench.step; print(*sorted({'duckdb', 'sqlalchemy', 'pandas'} & set(sys.modules)))"],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(Path(processes.__file__).parents[1])},
    )
    assert said.stdout == "\n"


def test_too_few_settlements_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="--settlements"):
        bench(999, tmp_path, in_this_process)


def test_the_command_takes_its_sizes_and_says_what_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(command, "bench", lambda *given: asked.append(given) or {"met": "是"})
    assert command.main([]) == 0
    assert command.main(["--settlements", "1000", "--directory", str(tmp_path)]) == 0
    assert asked == [(30_000_000, None), (1000, tmp_path)]
    assert capsys.readouterr().out == '{\n "met": "是"\n}\n' * 2
    monkeypatch.setattr(command, "bench", bench)
    assert command.main(["--settlements", "999"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "--settlements" in printed.err
