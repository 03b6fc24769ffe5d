"""``monitor documents ID`` and ``monitor parameter``: what a document gives, and what the bureau records of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_command_line import SETS

Monitor = Callable[..., subprocess.CompletedProcess[str]]
INCOMES = """region,residents,year,amount,source,published_on,approved_by
130600,all,2023,40000.00,统计公报,2024-03-01,某某
130000,rural,2023,20000.00,统计公报,2024-03-01,某某
"""


@pytest.mark.parametrize("name", SETS)
def test_every_document_shows_what_it_gives(name: str, call_monitor: Monitor) -> None:
    answer = call_monitor("documents", name, "--as-of", "2024-12-31")
    assert answer.returncode == 0, answer.stderr
    for heading in ("医疗救助：", "资助参保：", "大病保险：", "指标：", "此外："):
        assert heading in answer.stdout
    assert answer.stdout.count("“") == answer.stdout.count("”")
    found = json.loads(call_monitor("documents", name, "--as-of", "2024-12-31", "--json").stdout)
    assert found["document"] == name
    assert all(row["clause"] and row["quote"] for row in found["assistance"])
    assert all(isinstance(row["ratio"], str | None) for row in found["assistance"])


def test_a_document_that_does_not_apply_says_so(call_monitor: Monitor) -> None:
    assert "在 2026-12-31 已失效" in call_monitor("documents", "hebei-city-2022", "--as-of", "2026-12-31").stdout
    assert "征求意见稿" in call_monitor("documents", "inner-mongolia-2022-draft", "--as-of", "2024-12-31").stdout
    assert "注意" not in call_monitor("documents", "weihai-2022-15", "--as-of", "2024-12-31").stdout


def test_an_unknown_document_lists_the_known(call_monitor: Monitor) -> None:
    answer = call_monitor("documents", "weihai")
    assert answer.returncode == 1
    assert all(name in answer.stderr for name in SETS)


def test_the_figures_follow_what_was_entered_and_recorded(call_monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "incomes.csv").write_text(INCOMES, "utf-8")
    assert call_monitor("import", "incomes", tmp_path / "incomes.csv").returncode == 0

    def tilt() -> str:
        (row,) = [
            one
            for one in json.loads(call_monitor("documents", "hebei-city-2022", "--as-of", "2024-06-30", "--json").stdout)["assistance"]
            if one["category"] == "dibao"
        ]
        return f"{row['tilt_threshold']} {row['missing']}"

    assert tilt() == "20000.00 "
    name = "aid.serious.threshold.2024"
    recorded = call_monitor("parameter", "hebei-city-2022", f"{name}=20364", "--paper", "市公告", "--by", "某某")
    assert recorded.returncode == 0, recorded.stderr
    assert f"{name}　＝ 20364.00（依据：市公告；登记：某某" in recorded.stdout
    assert tilt() == "20364.00 "
    assert call_monitor("parameter", "hebei-city-2022", f"{name}=", "--paper", "撤回", "--by", "某某").returncode == 0
    assert tilt() == "20000.00 "


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("aid.marginal.deductible.2024=13%", "取 8% 至 12%"),
        ("aid.marginal.deductible=4000", "每年公布一次"),
        ("aid.basic.ratio=0.8", "没有名为 aid.basic.ratio 的参数"),
    ],
)
def test_what_the_text_does_not_allow_is_refused(assignment: str, said: str, call_monitor: Monitor) -> None:
    answer = call_monitor("parameter", "hebei-city-2022", assignment, "--paper", "市公告", "--by", "某某")
    assert answer.returncode == 1
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
