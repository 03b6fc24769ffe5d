"""Who can be served: nobody without an account, and the demo's accounts only where nothing but the demo is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno
from sqlalchemy import select

from monitor import demo, serving
from monitor.access import tables
from monitor.casework.database import open_database
from monitor.errors import AccessError, StoreError
from monitor.settings import Home

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
    monkeypatch.setattr(serving.journey, "run", lambda *given: type("Record", (), {"run": "r"}))
    monkeypatch.setattr(serving.journey, "details", lambda *given: {"counts": {"flagged": {}}})
    monkeypatch.setattr(serving, "entitled_store", lambda *given: None)


def accounts_in(home: Home) -> set[str]:
    engine = open_database(home.database_url)
    with engine.connect() as connection:
        found = set(connection.scalars(select(tables.accounts.c.name).where(tables.accounts.c.demo)))
    engine.dispose()
    return found


def test_the_demo_makes_an_account_a_role_and_says_them_once_and_again(home: Path, quick: None) -> None:
    said: list[str] = []
    serving.prepare_demo(Home(home), said.append, NOW)
    first = demo.accounts_of(Home(home))
    assert {one.role for one in first} == {one.role for one in demo.ACCOUNTS}
    assert accounts_in(Home(home)) == {one.name for one in first}
    assert all(any(one.name in line and one.password in line for line in said) for one in first)
    assert len({one.password for one in first}) == len(first) and all(len(one.password) >= 16 for one in first)
    assert demo.marker(Home(home)).stat().st_mode & 0o077 == 0
    serving.prepare_demo(Home(home), said.append, NOW)
    assert demo.accounts_of(Home(home)) == first, "the same passwords: they are written on somebody's paper"
    serving.refuse_without_accounts(Home(home))


def test_two_demo_homes_have_different_passwords(tmp_path: Path, home: Path, quick: None) -> None:
    found = []
    for name in ("one", "two"):
        serving.prepare_demo(Home(tmp_path / name), lambda line: None, NOW)
        found.append({one.password for one in demo.accounts_of(Home(tmp_path / name))})
    assert not found[0] & found[1]


def test_a_real_file_ends_the_demo_and_its_accounts(home: Path, quick: None, call_monitor: Any, tmp_path: Path) -> None:
    serving.prepare_demo(Home(home), lambda line: None, NOW)
    real = tmp_path / "people.csv"
    real.write_text(f"psn_no,psn_name,certno\nP9,样例九,{certno(9)}\n", encoding="utf-8")
    assert call_monitor("import", "people", real).returncode == 0, "the same file name, another file"
    assert demo.accounts_of(Home(home)) == ()
    with pytest.raises(AccessError, match="还没有可以登录的账号"):
        serving.refuse_without_accounts(Home(home))
    with pytest.raises(StoreError, match="样例以外的数据"):
        serving.prepare_demo(Home(home), lambda line: None, NOW)


def test_a_real_home_never_becomes_a_demo(home: Path, quick: None, tmp_path: Path) -> None:
    made = Bureau(tmp_path)
    made.people({"psn_no": "P1", "psn_name": "样例一", "certno": certno(1)})
    with pytest.raises(StoreError, match="样例以外的数据"):
        serving.prepare_demo(made.home, lambda line: None, NOW)
    assert not demo.marker(made.home).exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"home": "x", "loads": 1, "accounts": []}', '{"home": "", "loads": [], "accounts": []}', "\x00"])
def test_a_marker_somebody_else_wrote_marks_nothing(home: Path, quick: None, text: str) -> None:
    serving.prepare_demo(Home(home), lambda line: None, NOW)
    demo.marker(Home(home)).write_text(text, encoding="utf-8")
    assert demo.accounts_of(Home(home)) == ()


def test_a_marker_of_another_home_marks_nothing(home: Path, quick: None) -> None:
    serving.prepare_demo(Home(home), lambda line: None, NOW)
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
