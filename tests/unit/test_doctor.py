"""What the doctor finds: a table of harms, each with the check that must notice it and nothing else that does."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from bureau import Bureau, certno, settlement

from monitor.access import keys as key_files
from monitor.actions.entitlements import entitled_store
from monitor.base.settings import Home
from monitor.base.vocabulary import HomeCheck
from monitor.casework.facts import auditing
from monitor.commands import doctor as doctor_command
from monitor.policy.library import load_library
from monitor.store import manifest as manifests
from monitor.store.lock import writer_lock
from monitor.upkeep import doctor
from monitor.upkeep.doctor import Finding, examine

Monitor = Callable[..., subprocess.CompletedProcess[str]]
#: A day after the last load of ``Bureau``, whose first is on 2026-01-01.
NOW = "2026-01-02T09:00:00+08:00"
NOBODYS = 2**22 + 1  # no process has this number: Linux counts to 2**22


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.home.path.mkdir(mode=0o700)
        bureau.incomes()
        bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例一"})
        bureau.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt="70000", setl_time="2025-12-30 10:00:00"))
        bureau.run()
        entitled_store(bureau.home, None, load_library())
        with auditing(bureau.store(), datetime.fromisoformat(NOW)):
            pass  # the store's facts are written down
    return directory


@pytest.fixture
def bureau(template: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """A copy of it, on a machine with a disk large enough."""
    shutil.copytree(template / "home", home)
    shutil.copytree(template / "keys", home.parent / "keys")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 40, 0, 1 << 40))  # type: ignore[attr-defined]
    return Bureau(home.parent)


def wrong(findings: list[Finding]) -> dict[HomeCheck, str]:
    return {one.check: one.sentence for one in findings if not one.well}


@pytest.mark.parametrize("full", [False, True])
def test_a_home_that_is_well(bureau: Bureau, full: bool) -> None:
    found = examine(bureau.home, NOW, full)
    assert [one.check for one in found] == list(HomeCheck)
    assert wrong(found) == {}


# --- harms ----------------------------------------------------------------------------------------


def part(bureau: Bureau, kind: str = "part") -> Path:
    return next((bureau.home.path / "loads").glob(f"*-settlements/{kind}-*.parquet"))


def changed_in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_run_is_not_in_the_database(bureau: Bureau) -> None:
    with closing(sqlite3.connect(bureau.home.path / "casework.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM runs")
        connection.commit()


def an_audit_entry_is_changed(bureau: Bureau) -> None:
    with closing(sqlite3.connect(bureau.home.path / "casework.sqlite")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute("UPDATE audit SET actor = 'os:somebody-else'").rowcount
        connection.commit()


def an_older_schema(bureau: Bureau) -> None:
    with closing(sqlite3.connect(bureau.home.path / "casework.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
        connection.commit()


def torn_database(bureau: Bureau) -> None:
    path = bureau.home.path / "casework.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    path.write_bytes(content)


def result(bureau: Bureau, kind: str) -> Path:
    return next((bureau.home.path / kind).iterdir())


class Harm(NamedTuple):
    what: str
    do: Callable[[Bureau], object]
    check: HomeCheck
    word: str
    full: bool = False


HARMS = [
    Harm("others may enter", lambda b: b.home.path.chmod(0o750), HomeCheck.HOME, "chmod 700"),
    Harm("key file open", lambda b: next((b.directory / "keys").iterdir()).chmod(0o644), HomeCheck.KEYS, "chmod 600"),
    Harm("keys can be replaced", lambda b: (b.directory / "keys").chmod(0o777), HomeCheck.KEYS, "密钥目录"),
    Harm("a rotation was cut off", lambda b: key_files.add_seal(b.directory / "keys", b.store().manifest.home), HomeCheck.KEYS,
         "keys rotate"),
    Harm("no database", lambda b: (b.home.path / "casework.sqlite").unlink(), HomeCheck.DATABASE, "不在"),
    Harm("database of an older version", an_older_schema, HomeCheck.DATABASE, "0.1.0 发布以前"),
    Harm("database lacks a run", a_run_is_not_in_the_database, HomeCheck.DATABASE, "1 次运行"),
    Harm("database torn", torn_database, HomeCheck.DATABASE, "从备份恢复"),
    Harm("database is none", lambda b: (b.home.path / "casework.sqlite").write_text("x" * 9999), HomeCheck.DATABASE, "不能读取"),
    Harm("an entry of the audit was changed", an_audit_entry_is_changed, HomeCheck.AUDIT, "monitor audit verify"),
    Harm("a file is missing", lambda b: part(b).unlink(), HomeCheck.FILES, "不在"),
    Harm("a file is cut short", lambda b: part(b).write_bytes(part(b).read_bytes()[:-9]), HomeCheck.FILES, "不完整"),
    Harm("a file was changed", lambda b: changed_in_the_middle(part(b)), HomeCheck.FILES, "不符", full=True),
    Harm("a load's sums were changed", lambda b: changed_in_the_middle(part(b, "sums")), HomeCheck.FILES, "不符", full=True),
    Harm("alerts were changed", lambda b: changed_in_the_middle(result(b, "runs") / "alerts.parquet"), HomeCheck.FILES, "不符",
         full=True),
    Harm("a run is missing", lambda b: shutil.rmtree(result(b, "runs")), HomeCheck.FILES, "结果目录不在"),
    Harm("entitlements are missing", lambda b: shutil.rmtree(result(b, "entitled")), HomeCheck.FILES, "结果目录不在"),
    Harm("somebody died spilling", lambda b: (b.home.spill / str(NOBODYS)).mkdir(parents=True), HomeCheck.LEFTOVERS, "spill"),
    Harm("somebody died loading", lambda b: (b.home.path / "staging" / "0009-people").mkdir(parents=True), HomeCheck.LEFTOVERS,
         "staging"),
    Harm("a batch nobody names", lambda b: (b.home.path / "loads" / "0009-people").mkdir(), HomeCheck.LEFTOVERS, "0009-people"),
    Harm("a restoration was cut off", lambda b: (b.directory / f".home.restoring-{NOBODYS}").mkdir(), HomeCheck.LEFTOVERS,
         "restoring"),
    Harm("a sealed file was replaced", lambda b: shutil.copy(
        result(b, "runs") / "names.sealed", result(b, "runs") / "names.k7.sealed"), HomeCheck.LEFTOVERS, "names.k7"),
]  # fmt: skip


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.what)
def test_a_harm_is_found_by_its_check_and_no_other(bureau: Bureau, harm: Harm) -> None:
    harm.do(bureau)
    found = wrong(examine(bureau.home, NOW, harm.full))
    # Without keys or database the audit cannot be checked, which is not the same as well.
    with_it = [HomeCheck.AUDIT] if harm.check in (HomeCheck.KEYS, HomeCheck.DATABASE) else []
    assert list(found) == [harm.check, *with_it]
    assert harm.word in found[harm.check]
    assert "样例" not in found[harm.check]


def test_looking_changes_nothing(bureau: Bureau) -> None:
    before = {path: path.read_bytes() for path in bureau.home.path.rglob("*") if path.is_file()}
    examine(bureau.home, NOW, full=True)
    assert {path: path.read_bytes() for path in bureau.home.path.rglob("*") if path.is_file()} == before


def test_what_somebody_is_just_writing_is_not_left_over(bureau: Bureau) -> None:
    (bureau.home.path / "staging" / "0009-people").mkdir(parents=True)
    (bureau.home.spill / str(os.getpid())).mkdir(parents=True)
    with writer_lock(bureau.home.lock, "import", 0.0):
        assert wrong(examine(bureau.home, NOW)) == {}


@pytest.mark.parametrize(
    ("now", "check", "word"),
    [
        ("2026-02-05T09:00:00+08:00", None, ""),
        ("2026-02-07T09:00:00+08:00", HomeCheck.FEED, "35 天"),
        ("2025-12-31T09:00:00+08:00", HomeCheck.CLOCK, "校准"),
        ("2026-01-01T00:00:00+08:00", HomeCheck.CLOCK, "早于"),
        ("2025-12-31T23:59:59Z", None, ""),  # eight in the morning of the first, in China
    ],
)
def test_the_day_matters(bureau: Bureau, now: str, check: HomeCheck | None, word: str) -> None:
    found = wrong(examine(bureau.home, now))
    assert list(found) == ([check] if check else [])
    assert check is None or word in found[check]


@pytest.mark.parametrize(("month", "stale"), [("2025-12", False), ("2025-11", False), ("2025-10", True)])
def test_a_feed_that_lags_behind(bureau: Bureau, month: str, stale: bool) -> None:
    """In January the settlements of November may be the newest there are, those of October not."""
    from dataclasses import replace

    manifest = bureau.store().manifest
    loads = tuple(replace(load, months={month: 1}) if load.months else load for load in manifest.loads)
    manifests.commit(bureau.home.manifest, replace(manifest, loads=loads))
    assert (HomeCheck.FEED in wrong(examine(bureau.home, NOW))) == stale


def test_a_disk_that_fills_up(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, well in ((doctor.LEAST_FREE_BYTES, True), (doctor.LEAST_FREE_BYTES - 1, False)):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, free=free: shutil._ntuple_diskusage(1 << 40, 0, free))  # type: ignore[attr-defined]
        assert (HomeCheck.DISK not in wrong(examine(bureau.home, NOW))) == well


def test_versions_are_held_against_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text('# a comment==1\nduckdb==0.1 \\\n    --hash=sha256:00\nnobody-has-this==1.0\n')
    with pytest.raises(doctor._Wrong, match=r"duckdb .*（应为 0\.1）"):
        doctor._versions(lock)
    import duckdb

    lock.write_text(f'duckdb==0.1 ; python_version < "3"\nduckdb=={duckdb.__version__} \\\n')
    assert "一致" in doctor._versions(lock)
    assert "没有锁定文件" in doctor._versions(tmp_path / "none")


def test_a_home_that_is_not_there(home: Path) -> None:
    (one,) = examine(Home(home), NOW)
    assert (one.check, one.well) == (HomeCheck.HOME, False)
    assert not home.exists()


def test_the_command(bureau: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_command, "examine", lambda home, now, *rest: examine(home, NOW, *rest))
    answer = call_monitor("doctor")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [line.partition("：")[0] for line in answer.stdout.splitlines()] == [f"正常　{check.label}" for check in HomeCheck]
    part(bureau).unlink()
    answer = call_monitor("doctor", "--full", "--format", "json")
    assert answer.returncode == 1
    told = json.loads(answer.stdout)
    assert [one["check"] for one in told if not one["well"]] == ["files"]
    assert "数据文件" in answer.stderr
