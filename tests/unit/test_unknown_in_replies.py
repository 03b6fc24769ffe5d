"""Words of departments and of the province that no layout knows: told once for the file, as an import tells its own; --strict refuses them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bureau import certno
from postgres import enter
from sentlist import HEADINGS, NUMBER, answers, approve, opened, prepared, send

from monitor.__main__ import main
from monitor.base.settings import Home
from monitor.casework.reading.reply_listing import reply_rows

#: Person, answer, identity, begin, kind of relief.
SAID: Sequence[tuple[int, str, str, str, str]] = [
    (1, "已纳入观察名单", "", "", ""), (2, "已纳入观察名单", "", "", "大病众筹救助"), (3, "张三丰", "", "", ""),
    (4, "已认定", "某某对象", "2026-01-01", ""), (5, "不符合", "某某对象", "", "无"), (6, "不符合", "", "", "大病众筹救助"),
    (7, "已认定", "低保对象", "2026-01-01", "临时救助"), (8, "", "", "", ""),
]
#: What a shifted column holds is somebody's: only begun.
UNKNOWN = [
    ("answer", "已纳入观察名单", 2), ("answer", "张***", 1), ("category", "某某对象", 2), ("relief_kind", "大病众筹救助", 2),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home from which a list of eight has gone out."""
    directory = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        approve(prepared(directory).home)
        send(Home(directory / "home"))
    return directory


@pytest.fixture
def home(place: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    enter(place, monkeypatch)
    return Home(place / "home")


def replies(home: Home, capsys: pytest.CaptureFixture[str], path: Path, *more: str) -> tuple[int, str, str]:
    code = main(["--home", str(home.path), "replies", str(path), *more])
    said = capsys.readouterr()
    return code, said.out, said.err


def told(found: Any) -> list[tuple[str, str, int]]:
    return [(one["column"], one["value"], one["count"]) for one in found["unknown_values"]]


def test_a_department(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    headings = [*HEADINGS, "救助种类"]
    path = answers(tmp_path / "a.csv", [
        [NUMBER, f"样例{n}号", certno(n), said, "", category, begin, "", "", relief] for n, said, category, begin, relief in SAID
    ])
    path.write_bytes(path.read_bytes().replace(",".join(HEADINGS).encode("gb18030"), ",".join(headings).encode("gb18030")))
    code, out, err = replies(home, capsys, path, "--strict")
    assert code == 1 and "按 --strict 未导入：不认识的取值：列“核查结果”（answer）的“已纳入观察名单” 2 行" in err and out == ""
    code, out, err = replies(home, capsys, path, "--json")
    (found,) = json.loads(out)
    assert code == 0 and told(found) == UNKNOWN and found["unused"] == []
    # By whatever day it is: the list was due long ago.
    assert {why: rows for why, rows in found["why"].items() if why != "after_due"} == {"unknown_answer": 3, "unknown_category": 1, "missing_answer": 1}
    # The same file again, as text: the same is told.
    code, out, err = replies(home, capsys, path)
    assert "未使用的内容（4 项）：" in out and "不认识的取值：列“认定身份”（category）的“某某对象” 2 行" in out and "张三丰" not in out
    with opened(home) as (_, access), access.engine.connect() as connection:
        (row,) = reply_rows(connection, reply_id=found["reply"])
    assert [(one.column, one.value, one.count) for one in row.unknown_values] == UNKNOWN


def test_the_province(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "province.csv"
    lines = [f"{certno(1)},返贫监测预警", f"{certno(2)},返贫监测预警", f"{certno(3)},因病致贫", f"{certno(4)},", "合计,4人"]
    path.write_text("\n".join(["证件号码,预警类别", *lines]) + "\n", encoding="utf-8")
    code, out, err = replies(home, capsys, path, "--warning-list", "--strict")
    assert code == 1 and "合计" in err
    code, out, err = replies(home, capsys, path, "--warning-list", "--json")
    (found,) = json.loads(out)
    assert told(found) == [("kind", "返贫监测预警", 2)] and [one["kind"] for one in found["unused"]] == ["total"]
    with opened(home) as (_, access), access.engine.connect() as connection:
        (row,) = reply_rows(connection, reply_id=found["reply"])
    assert [(one.column, one.value, one.count) for one in row.unknown_values] == told(found) and len(row.unused) == 1


def test_at_most_twenty_of_a_column(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [[NUMBER, f"样例{n % 8 + 1}号", certno(n % 8 + 1), f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午木申酉戌亥'[n]}认定", *[""] * 5] for n in range(22)]
    code, out, _ = replies(home, capsys, answers(tmp_path / "b.csv", rows), "--json")
    (found,) = json.loads(out)
    assert code == 0 and len(found["unknown_values"]) == 20
    assert sum(count for _, _, count in told(found)) == 22 and told(found)[-1][1] == "其余"
