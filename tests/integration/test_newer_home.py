"""A home that a later version has written: a sentence that says so, and nothing changed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bureau import Bureau, certno, settlement
from sqlalchemy import text

from monitor.casework.database import newest_revision, open_database

Monitor = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(settlement(setl_id="A", certno=certno(1), psn_part_amt="70000"))
    bureau.run()
    return bureau


LATER: dict[str, Callable[[dict[str, Any]], None]] = {
    "another format": lambda manifest: manifest.update(format=manifest["format"] + 1),
    "more about a load": lambda manifest: manifest["loads"][0].update(checked_by="谁"),
    "more about a run": lambda manifest: manifest["runs"][0].update(engine="spark"),
}


@pytest.mark.parametrize("change", LATER.values(), ids=LATER.keys())
def test_a_manifest_of_a_later_version(call_monitor: Monitor, bureau: Bureau, change: Callable[[dict[str, Any]], None]) -> None:
    path = bureau.home.manifest
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    before = path.read_bytes()
    for command in (("loads",), ("alerts",), ("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31")):
        answer = call_monitor(*command)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer
        assert "版本" in answer.stderr and "内部错误" not in answer.stderr
    assert path.read_bytes() == before


def test_a_case_database_of_a_later_version(call_monitor: Monitor, bureau: Bureau) -> None:
    engine = open_database(bureau.home.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    answer = call_monitor("import", "incomes", next(bureau.directory.glob("incomes-*.csv")))
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer
    assert "9999" in answer.stderr and newest_revision() in answer.stderr and "内部错误" not in answer.stderr
