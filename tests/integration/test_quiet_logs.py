"""The log says what happened, when and to which command or request, and nothing of anybody; nor does anything else that
the program lets out on its way: stderr, page errors, answers' headers, its directories for temporary files."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, settlement, write_csv

from monitor.__main__ import main
from monitor.base import logs
from monitor.base.logs import KEPT_MONTHS, WITHHELD, MonthlyFile, plain, remove_old
from monitor.commands import loads
from monitor.commands.verb import Verb

Monitor = Callable[..., subprocess.CompletedProcess[str]]
NAME, NUMBER = "秘某人", certno(77)
#: Everything the tests below put where it could leak.
SECRETS = (NAME, NUMBER, "秘密地址", "55501234567")


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted((home / "logs").glob("*.jsonl")) for line in path.read_text().splitlines()]


def text_of(home: Path) -> str:
    return "".join(path.read_text() for path in sorted((home / "logs").glob("*")))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.people({"certno": NUMBER, "psn_no": "P1", "psn_name": NAME, "address": "秘密地址", "tel": "55501234567"})
        bureau.settlements(settlement(setl_id="A", certno=NUMBER, psn_name=NAME, psn_part_amt="70000"))
        bureau.run()
    return directory


@pytest.fixture
def bureau(template: Path, home: Path) -> Bureau:
    """A copy of it, where MONITOR_HOME and MONITOR_KEYS point."""
    shutil.copytree(template / "home", home)
    shutil.copytree(template / "keys", home.parent / "keys")
    return Bureau(home.parent)


# --- what a line is -------------------------------------------------------------------------------


def test_a_command_leaves_its_beginning_and_its_end(bureau: Bureau, call_monitor: Monitor) -> None:
    call_monitor("runs")
    call_monitor("alerts", "--run", "nosuch")
    begun, ended, *refused = lines(bureau.home.path)
    assert (begun["event"], begun["command"], ended["event"], ended["exit"]) == ("command.begun", "runs", "command.ended", 0)
    assert begun["id"] == ended["id"]
    assert re.fullmatch(r"[0-9a-f]{8}", begun["id"])
    assert datetime.fromisoformat(begun["time"]).utcoffset() is not None
    assert [(line["event"], line["level"]) for line in refused] == [
        ("command.begun", "info"), ("command.refused", "warning"), ("command.ended", "info"),
    ]
    assert refused[1]["error"].startswith("StoreError at manifest.py:")
    assert refused[2]["exit"] == 1
    assert refused[0]["id"] != begun["id"]


def test_an_internal_error_is_found_by_the_number_it_shows(
    bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(f"{NAME} {NUMBER}")

    monkeypatch.setattr(loads, "VERB", Verb(loads.add_arguments, broken))
    answer = call_monitor("loads")
    assert answer.returncode == 1
    (identity,) = re.findall(r"编号 ([0-9a-f]{8})", answer.stderr)
    (line,) = (line for line in lines(bureau.home.path) if line["event"] == "command.failed")
    assert (line["id"], line["level"]) == (identity, "error")
    assert line["error"].startswith("KeyError at test_quiet_logs.py:")


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        (12, 12), (True, True), (None, None), ("import people", "import people"), ("engine.py:12 < run.py:3", "engine.py:12 < run.py:3"),
        (NAME, WITHHELD), (NUMBER, WITHHELD), (f"0001-{NUMBER}", WITHHELD), ("a" * 301, WITHHELD), ("a\nb", WITHHELD),
        ('{"a": 1}', WITHHELD), ("13800000000", WITHHELD), ("12345678", "12345678"),
    ],
)
def test_a_fact_is_a_machines_word_or_is_withheld(fact: logs.Fact, written: logs.Fact) -> None:
    assert plain(fact) == written


# --- what must not be in it -----------------------------------------------------------------------


def leak(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that says everything it should not, in every way there is, and dies of it."""

    def loose(*_: object) -> None:
        logging.getLogger("some.library").warning("row %s of %s", NUMBER, NAME)
        logging.getLogger("monitor.store").error(f"careless {NAME} {NUMBER}")
        logs.write(logging.getLogger("monitor"), "careless.fact", name=NAME, number=NUMBER)
        try:
            raise ValueError(NUMBER)
        except ValueError:
            logging.getLogger("another.library").exception("cannot read %s", NAME)
        warnings.warn(f"column {NAME}", RuntimeWarning, stacklevel=1)

        def dies() -> None:
            raise RuntimeError(f"{NAME} {NUMBER}")

        thread = threading.Thread(target=dies)
        thread.start()
        thread.join()

        class Finalized:
            def __del__(self) -> None:
                raise OSError(f"{NAME} {NUMBER}")

        Finalized()
        raise ZeroDivisionError(f"{NAME} {NUMBER} 秘密地址")

    monkeypatch.setattr(loads, "VERB", Verb(loads.add_arguments, loose))


def test_whatever_a_library_or_a_careless_line_says_stays_out(
    bureau: Bureau, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leak(bureau.home.path, monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["--home", str(bureau.home.path), "loads"]) == 1
    shown = capfd.readouterr()
    written = text_of(bureau.home.path)
    told = {line["event"] for line in lines(bureau.home.path)}
    assert told == {"command.begun", "library", "careless.fact", "thread.failed", "finalizer.failed", "command.failed", "command.ended"}
    for secret in SECRETS:
        assert secret not in written
        assert json.dumps(secret)[1:-1] not in written
        assert secret not in shown.out + shown.err
    assert {line["logger"] for line in lines(bureau.home.path)} >= {"some.library", "another.library", "py.warnings"}
    assert {"ValueError", "RuntimeError", "OSError", "ZeroDivisionError"} <= {
        str(line["error"]).split(" ")[0] for line in lines(bureau.home.path) if "error" in line
    }


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def text(path: Path) -> None:
    path.write_text(f"{NAME},{NUMBER}\n" * 50)


#: Files of a home, and what to do to them.
FILES = ["manifest.json", "loads/*-settlements/part-*.parquet", "loads/*-people/names-*.sealed", "loads/*-people/sightings-*.parquet",
         "runs/*/alerts.parquet", "runs/*/manifest.json", "runs/*/names.sealed", "casework.sqlite"]
ASKED = [
    ["alerts"], ["explain", NUMBER], ["loads"], ["shortfall"], ["doctor", "--full"],
    ["run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"], ["import", "settlements", "more.csv"],
    ["import", "people", "no such file.csv"],
]


@pytest.mark.parametrize("harm", [torn, text], ids=lambda harm: harm.__name__)
def test_a_broken_home_tells_nobodys_name(
    bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    """Whatever file is broken in whatever way: each command answers or refuses in a sentence, with nobody in it."""
    monkeypatch.chdir(bureau.directory)
    write_csv(bureau.directory / "more.csv", [settlement(setl_id="B", certno=NUMBER, psn_name=NAME, psn_part_amt="1")])
    whole = {path: path.read_bytes() for path in bureau.home.path.rglob("*") if path.is_file()}
    refused = 0
    for pattern in FILES:
        for path in bureau.home.path.glob(pattern):
            harm(path)
        for words in ASKED:
            answer = call_monitor(*words)
            assert answer.returncode in (0, 1)
            refused += answer.returncode
            assert "Traceback" not in answer.stderr
            assert len(answer.stderr.strip().splitlines()) <= 1, answer.stderr
            told = answer.stderr if words[0] in ("alerts", "explain") else answer.stdout + answer.stderr
            assert [secret for secret in SECRETS if secret in told] == [], (pattern, words)
        for path in bureau.home.path.rglob("*"):
            if path.is_file() and path not in whole and "logs" not in path.parts:
                path.unlink()
        for path, content in whole.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    assert refused > 15
    written = text_of(bureau.home.path)
    assert [secret for secret in SECRETS if secret in written or json.dumps(secret)[1:-1] in written] == []


def test_a_process_of_its_own_says_no_more(bureau: Bureau, run_monitor: Monitor) -> None:
    """As somebody at a terminal sees it: no warning, no traceback, no library's word."""
    next((bureau.home.path / "runs").glob("*/alerts.parquet")).write_bytes(f"{NAME}{NUMBER}".encode() * 99)
    answer = run_monitor("alerts")
    assert answer.returncode == 1
    assert answer.stderr.startswith("monitor：")
    assert len(answer.stderr.splitlines()) == 1
    assert [secret for secret in SECRETS if secret in answer.stderr + text_of(bureau.home.path)] == []


# --- the file -------------------------------------------------------------------------------------


def record(at: str) -> logging.LogRecord:
    made = logging.LogRecord("monitor", logging.INFO, __file__, 1, "", (), None)
    made.created = datetime.fromisoformat(at).timestamp()
    made.monitor_event = "something"
    return made


def test_months_are_kept_as_long_as_the_law_asks_and_then_some(tmp_path: Path) -> None:
    assert KEPT_MONTHS >= 6
    (tmp_path / "manifest.json").write_text("{}")
    handler = MonthlyFile(tmp_path, "1234abcd")
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    for month in months:
        handler.emit(record(f"{month}-15T12:00:00+08:00"))
    kept = sorted(path.stem for path in (tmp_path / "logs").iterdir())
    assert kept == months[-KEPT_MONTHS - 1 :]
    (tmp_path / "logs" / "notes.txt").write_text("somebody's")
    remove_old(tmp_path / "logs", datetime.fromisoformat("2030-01-01T00:00:00+08:00"))
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["notes.txt"]


def test_a_month_begins_at_midnight_in_china(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    handler = MonthlyFile(tmp_path, "1234abcd")
    for at in ("2025-12-31T15:59:59+00:00", "2025-12-31T16:00:00+00:00"):
        handler.emit(record(at))
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["2025-12.jsonl", "2026-01.jsonl"]


def test_lines_of_several_writers_stay_whole(bureau: Bureau) -> None:
    script = (
        "import logging, sys; from pathlib import Path; from monitor.base import logs\n"
        "with logs.kept(Path(sys.argv[1]), sys.argv[2]):\n"
        "    for n in range(200): logs.write(logging.getLogger('monitor'), 'a' * 100, number=n)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(bureau.home.path), f"{n:08d}"]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(lines(bureau.home.path)) == 600


def test_it_is_its_owners_and_makes_no_home(bureau: Bureau, call_monitor: Monitor, tmp_path: Path) -> None:
    call_monitor("runs")
    (path,) = (bureau.home.path / "logs").iterdir()
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
    assert call_monitor("runs", home=tmp_path / "mistyped").returncode == 1
    assert not (tmp_path / "mistyped").exists()


def test_a_log_that_cannot_be_written_stops_nothing(bureau: Bureau, call_monitor: Monitor) -> None:
    (bureau.home.path / "logs").write_text("in the way")
    answer = call_monitor("runs")
    assert (answer.returncode, answer.stderr) == (0, "")
