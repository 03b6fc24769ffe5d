"""Who can be served: nobody without an account, and the demo's accounts only where nothing but the demo is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, check_character
from sqlalchemy import select

from monitor.__main__ import main
from monitor.access import tables
from monitor.actions import demo as preparing
from monitor.actions import serving
from monitor.base.errors import AccessError, StoreError
from monitor.base.settings import Home
from monitor.casework.database import open_database
from monitor.commands import importing
from monitor.demo import home as demo
from monitor.store import manifest as manifests

NOW = "2026-03-02T09:00:00+08:00"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration with one month and two people, and without its run: what is tested here is whose home it is."""
    from sample_data import demo as sample

    def write(directory: Path) -> None:
        (directory / "people.csv").write_text(f"psn_no,psn_name,certno\nP1,样例一,{certno(1)}\n", encoding="utf-8")

    from datetime import date

    monkeypatch.setattr(sample, "write", write)
    monkeypatch.setattr(sample, "months", lambda directory: [sample.Month(date(2025, 1, 31), [("people", directory / "people.csv")])])
    monkeypatch.setattr(preparing.journey, "run", lambda *given: type("Record", (), {"run": "r"}))
    monkeypatch.setattr(preparing, "details", lambda *given: {"counts": {"flagged": {}}})
    monkeypatch.setattr(preparing, "entitled_store", lambda *given: None)


def accounts_in(home: Home) -> set[str]:
    engine = open_database(home.database_url)
    with engine.connect() as connection:
        found = set(connection.scalars(select(tables.accounts.c.name).where(tables.accounts.c.demo)))
    engine.dispose()
    return found


def test_the_demo_makes_an_account_a_role_and_says_them_once_and_again(home: Path, quick: None) -> None:
    said: list[str] = []
    preparing.prepare_demo(Home(home), said.append, NOW)
    first = demo.accounts_of(Home(home))
    assert {one.role for one in first} == {one.role for one in demo.ACCOUNTS}
    assert accounts_in(Home(home)) == {one.name for one in first}
    assert all(any(one.name in line and one.password in line for line in said) for one in first)
    assert len({one.password for one in first}) == len(first) and all(len(one.password) >= 16 for one in first)
    assert demo.marker(Home(home)).stat().st_mode & 0o077 == 0
    preparing.prepare_demo(Home(home), said.append, NOW)
    assert demo.accounts_of(Home(home)) == first, "the same passwords: they are written on somebody's paper"
    serving.refuse_without_accounts(Home(home))


def test_two_demo_homes_have_different_passwords(tmp_path: Path, home: Path, quick: None) -> None:
    found = []
    for name in ("one", "two"):
        preparing.prepare_demo(Home(tmp_path / name), lambda line: None, NOW)
        found.append({one.password for one in demo.accounts_of(Home(tmp_path / name))})
    assert not found[0] & found[1]


def nobodys(n: int) -> str:
    """A number in no region there is, with a right checksum: not a made-up person's, and nobody's either."""
    first = f"00{certno(n)[2:17]}"
    return first + check_character(first)


def people(path: Path, *numbers: str) -> Path:
    path.write_text("psn_no,psn_name,certno\n" + "".join(f"P{n},样例{n},{one}\n" for n, one in enumerate(numbers, start=9)), encoding="utf-8")
    return path


def test_made_up_people_keep_it_a_demo(home: Path, quick: None, call_monitor: Any, tmp_path: Path) -> None:
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    accounts = demo.accounts_of(Home(home))
    assert call_monitor("import", "people", people(tmp_path / "people.csv", certno(9))).returncode == 0, "the same file name, another file"
    identities = tmp_path / "identities.csv"
    identities.write_text(f"certno,category,begin\n{certno(1)},dibao,2025-01-01\n", encoding="utf-8")
    assert call_monitor("import", "identities", identities).returncode == 0
    incomes = tmp_path / "incomes.csv"
    incomes.write_text("region,residents,year,amount\n370000,all,2024,40000\n", encoding="utf-8")
    assert call_monitor("import", "incomes", incomes).returncode == 0
    assert demo.accounts_of(Home(home)) == accounts
    serving.refuse_without_accounts(Home(home))
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    assert demo.accounts_of(Home(home)) == accounts


@pytest.mark.parametrize(("numbers", "rows"), [((nobodys(9),), 1), ((certno(8), nobodys(9), nobodys(10)), 2), (("",), 1)])
def test_somebody_real_is_refused_until_it_is_said_that_the_demo_may_end(
    home: Path, quick: None, call_monitor: Any, tmp_path: Path, numbers: tuple[str, ...], rows: int
) -> None:
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    accounts, loads = demo.accounts_of(Home(home)), len(read_loads(home))
    real = people(tmp_path / "people.csv", *numbers)
    done = call_monitor("import", "people", real)
    assert done.returncode == 1 and f"people.csv 有 {rows} 行不是样例人员" in done.stderr and "--end-demo" in done.stderr
    assert not any(number and number in done.stderr for number in numbers)
    assert (demo.accounts_of(Home(home)), len(read_loads(home))) == (accounts, loads), "nothing has changed"
    done = call_monitor("import", "people", real, "--end-demo")
    assert done.returncode == 0 and "演示已结束" in done.stderr
    assert demo.accounts_of(Home(home)) == () and demo.ended_at(Home(home)) is not None
    assert len(read_loads(home)) == loads + 1
    with pytest.raises(AccessError, match="还没有可以登录的账号"):
        serving.refuse_without_accounts(Home(home))
    with pytest.raises(StoreError, match="样例以外的数据"):
        preparing.prepare_demo(Home(home), lambda line: None, NOW)
    # Over is over: a file of made-up people brings nothing back.
    assert call_monitor("import", "people", people(tmp_path / "more.csv", certno(11))).returncode == 0
    assert demo.accounts_of(Home(home)) == ()


def test_a_psn_no_alone_is_made_up_where_its_person_is(home: Path, quick: None, call_monitor: Any, tmp_path: Path) -> None:
    """P1 is the demonstration's own; P9 is in the file itself, with a number."""
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    path = tmp_path / "people.csv"
    path.write_text(f"psn_no,psn_name,certno\nP1,样例一,\nP9,样例九,\nP9,样例九,{certno(9)}\n", encoding="utf-8")
    assert call_monitor("import", "people", path).returncode == 0
    assert demo.is_demo(Home(home))


def test_killed_before_the_load_is_there_it_is_a_demo_or_can_be_one_again(
    home: Path, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    accounts = demo.accounts_of(Home(home))

    def dying(*args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(importing, "load_file", dying)
    for number, more in ((certno(9), ()), (nobodys(9), ("--end-demo",))):
        with pytest.raises(Killed):
            main(["--home", str(home), "import", "people", str(people(tmp_path / "people.csv", number)), *more])
        assert demo.is_demo(Home(home)) == (number == certno(9))
    # Nobody real came in: the demonstration can be had back, with the passwords on somebody's paper.
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    assert demo.accounts_of(Home(home)) == accounts


def test_a_home_an_older_version_had_locked_is_a_demo_again(home: Path, quick: None, tmp_path: Path) -> None:
    """A department's answer had brought an identity in: its load is in no marker, and everybody in it is made up."""
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    accounts = demo.accounts_of(Home(home))
    Bureau(home.parent).load("identities", [{"certno": certno(1), "category": "dibao", "begin": "2025-01-01"}])
    assert not demo.is_demo(Home(home))
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    assert demo.accounts_of(Home(home)) == accounts


class Killed(BaseException):
    """What nothing in the program catches."""


def read_loads(home: Path) -> list[str]:
    manifest = manifests.read(Home(home).manifest)
    assert manifest is not None
    return [load.sha256 for load in manifest.loads]


def test_a_real_home_never_becomes_a_demo(home: Path, quick: None, tmp_path: Path) -> None:
    made = Bureau(tmp_path)
    made.people({"psn_no": "P1", "psn_name": "样例一", "certno": certno(1)})
    with pytest.raises(StoreError, match="样例以外的数据"):
        preparing.prepare_demo(made.home, lambda line: None, NOW)
    assert not demo.marker(made.home).exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"home": "x", "loads": 1, "accounts": []}', '{"home": "", "loads": [], "accounts": []}', "\x00"])
def test_a_marker_somebody_else_wrote_marks_nothing(home: Path, quick: None, text: str) -> None:
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    demo.marker(Home(home)).write_text(text, encoding="utf-8")
    assert demo.accounts_of(Home(home)) == ()


def test_a_marker_of_another_home_marks_nothing(home: Path, quick: None) -> None:
    preparing.prepare_demo(Home(home), lambda line: None, NOW)
    path = demo.marker(Home(home))
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, "home": "0" * len(kept["home"])}), encoding="utf-8")
    assert not demo.is_demo(Home(home))


def test_serving_without_an_account_is_refused_in_a_sentence(home: Path, call_monitor: Any, tmp_path: Path) -> None:
    real = tmp_path / "people.csv"
    real.write_text(f"psn_no,psn_name,certno\nP9,样例九,{certno(9)}\n", encoding="utf-8")
    assert call_monitor("import", "people", real).returncode == 0
    done = call_monitor("serve", "--port", "1")
    assert done.returncode == 1
    assert "还没有可以登录的账号" in done.stderr and "monitor accounts add" in done.stderr
    assert "看板：" not in done.stdout
