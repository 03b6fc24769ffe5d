"""From the command line: what of a file was not used, in text, JSON and ``loads``, and what --strict refuses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from bureau import certno, settlement, write_csv

Monitor = Callable[..., subprocess.CompletedProcess[str]]


def with_remark(path: Path) -> Path:
    return write_csv(path, [{**settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="1"), "备注": "甲"} for n in range(3)])


def test_a_column_nobody_reads_is_said_in_text_json_and_loads(call_monitor: Monitor, tmp_path: Path) -> None:
    first = call_monitor("import", "settlements", with_remark(tmp_path / "a.csv"))
    assert first.stdout.endswith("  未使用的内容（1 项）：\n    未使用的列：“备注”（表头不是本表的列）\n")
    plain = write_csv(tmp_path / "b.csv", [settlement(setl_id="T", certno=certno(9), psn_part_amt="1")])
    found = json.loads(call_monitor("import", "settlements", plain, tmp_path / "a.csv", "--json").stdout)
    entry = {"file": "a.csv", "sheet": "", "kind": "column", "name": "备注", "count": 1, "reason": "表头不是本表的列"}
    assert (found["unused"], found["unknown_values"]) == ([entry], [])
    assert [one["unused"] for one in found["files"]] == [[], [entry]], "a file that came before says what it said then"
    assert [load["unused"] for load in json.loads(call_monitor("loads", "--json").stdout)] == [[entry], []]
    listed = call_monitor("loads").stdout
    assert "未使用的列：“备注”" in listed
    assert "未使用的内容：无" in listed


def test_strict_keeps_nothing_of_a_file_that_is_not_wholly_used(call_monitor: Monitor, tmp_path: Path) -> None:
    path = with_remark(tmp_path / "a.csv")
    refused = call_monitor("import", "settlements", "--strict", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--strict" in refused.stderr
    assert "备注" in refused.stderr
    assert json.loads(call_monitor("loads", "--json").stdout) == []
    assert call_monitor("import", "settlements", path).returncode == 0
    assert call_monitor("import", "settlements", "--strict", path).returncode == 1, "nor does it say that all is well later"


def test_a_load_of_an_earlier_version_says_that_it_was_not_written_down(call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    call_monitor("import", "settlements", with_remark(tmp_path / "a.csv"))
    manifest = home / "manifest.json"
    old = json.loads(manifest.read_text(encoding="utf-8"))
    for load in old["loads"]:
        del load["unused"], load["unknown_values"]
    manifest.write_text(json.dumps(old), encoding="utf-8")
    assert "未使用的内容：未记录" in call_monitor("loads").stdout
    assert json.loads(call_monitor("loads", "--json").stdout)[0]["unused"] is None


def test_rows_without_a_category_say_that_merged_cells_may_be_why(call_monitor: Monitor, tmp_path: Path) -> None:
    """A spreadsheet saved as text keeps the value of merged cells in the first row only."""
    rows = [{"身份证号": certno(n), "身份类别": "低保对象" if n == 0 else "", "认定日期": "2024-01-10"} for n in range(6)]
    refused = call_monitor("import", "identities", write_csv(tmp_path / "i.csv", rows))
    assert refused.returncode == 1
    assert "合并单元格" in refused.stderr
