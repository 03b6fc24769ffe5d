"""A case from alert to relief at the command line, with its audit; what is refused is said in a sentence."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from bureau import Bureau, certno, settlement

Monitor = Callable[..., subprocess.CompletedProcess[str]]


def test_cases_at_the_command_line(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}", "town": "甲镇"} for n in (1, 2, 3)))
    bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt=str(70_000 + n)) for n in (1, 2, 3)))
    run = bureau.run().run

    def ran(*words: object) -> str:
        answer = call_monitor("cases", *words)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def refused(*words: object) -> str:
        answer = call_monitor("cases", *words)
        assert answer.returncode == 1
        return answer.stderr

    listed = list(csv.DictReader(io.StringIO(ran("list"))))
    assert [(row["certno"], row["psn_name"], row["state"], row["excess"], row["run"]) for row in listed] == [
        (certno(n), f"样例{n}", "new", f"{10_000 + n}.00", run) for n in (3, 2, 1)
    ]
    case = listed[0]["case"]
    assert json.loads(ran("list", "--certno", certno(3), "--format", "json"))[0]["case"] == case

    # One case.
    assert "现为“审核中”（版本 2）" in ran("move", case, "review")
    assert "您打开之后已有变化" in refused("move", case, "mark_ready", "--version", "1")
    assert "须有原因" in refused("move", case, "exclude", "--remark", "核对过")
    assert "data_error（数据有误）" in refused("move", case, "exclude", "--reason", "x", "--remark", "核对过")
    assert "没有编号为 99 的案件" in refused("show", "99")
    ran("note", case, "--remark", "电话核实")
    ran("due", case, "--on", "2999-12-31")
    assert "没有名为 x 的在用经办人" in refused("assign", case, "--to", "x")
    assert call_monitor("accounts", "add", "li.na", "--display", "李", "--role", "officer", "--everything").returncode == 0
    ran("assign", case, "--to", "li.na")
    ran("move", case, "find_covered")
    ran("move", case, "arrange_relief", "--relief", "temporary", "--amount", "500.50", "--relief-on", "2026-05-08")
    assert "现为“已办结”" in ran("move", case, "close", "--reason", "relieved")
    shown = ran("show", case)
    assert "已落实救助 → 已办结" in shown and "电话核实" in shown and "办结" in shown and certno(3) in shown
    history = json.loads(ran("show", case, "--format", "json"))["history"]
    assert [event["act"] for event in history] == [
        "open", "review", "note", "set_due", "assign", "find_covered", "arrange_relief", "close",
    ]

    # A list.
    seen = ran("bulk", "review", "--preview")
    assert "“开始审核”将办理 2 件：待审核 2 件" in seen
    selection = seen.split("--selection ")[1].strip()
    assert json.loads(ran("bulk", "review", "--preview", "--json"))["selection_sha256"] == selection
    ran("note", listed[1]["case"], "--remark", "又看过")
    assert "没有办理任何一件" in refused("bulk", "review", "--selection", selection)
    seen = ran("bulk", "review", "--preview")
    assert "已办理“开始审核” 2 件" in ran("bulk", "review", "--selection", seen.split("--selection ")[1].strip())

    # Figures, the audit of all of it, and nobody's name in either.
    figures = {(row["figure"], row["key"], row["part"]): row["value"] for row in csv.DictReader(io.StringIO(ran("figures")))}
    assert (figures["funnel", "over", "people"], figures["funnel", "relieved", "people"]) == ("3", "1")
    assert figures["officer", "nobody", "open"] == "2"
    assert json.loads(ran("figures", "--format", "json"))["funnel"][1] == {"key": "reviewed", "people": 3, "excess_fen": 30_006_00}
    entries = json.loads(call_monitor("audit", "list", "--format", "json").stdout)
    decided = [entry for entry in entries if entry["action"] == "decided"]
    assert [entry["detail"]["act"] for entry in decided] == [
        "review", "note", "set_due", "assign", "find_covered", "arrange_relief", "close", "note", "review",
    ]
    assert {entry["place"] for entry in decided} == {
        "command:cases move", "command:cases note", "command:cases due", "command:cases assign", "command:cases bulk",
    }
    assert all(entry["actor"].startswith("os:") for entry in decided)
    told = json.dumps(entries, ensure_ascii=False)
    assert not any(secret in told for secret in (certno(3), "样例3", "电话核实"))
    assert "没有改动" in call_monitor("audit", "verify").stdout
