"""What people are due, through the command line: exact headers, one row a person, refusals; and list and explanation agree."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from bureau import SETTLEMENT, Bureau, certno, settlement
from test_command_line import SAMPLE, SETS, load_set

from monitor.store.home import open_store

Monitor = Callable[..., subprocess.CompletedProcess[str]]
HEADER = (
    "document,certno,category,route,eligible,deductible,ratio,cap,aid,tilt_threshold,tilt_ratio,tilt_cap,tilt,expected,actual,"
    "shortfall,remaining"
)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def weihai(bureau: Bureau) -> None:
    bureau.incomes()
    bureau.identities({"certno": certno(1), "category": "dibao"}, {"certno": certno(2), "category": "illness_poor"},
                      {"certno": certno(3), "category": "other_hardship"}, {"certno": certno(4), "category": "tekun"},
                      {"certno": certno(5), "category": "dibao"})
    bureau.settlements(
        settlement(setl_id="A", certno=certno(1), psn_part_amt="12345.67"),
        settlement(setl_id="B", certno=certno(2), psn_part_amt=90000, setl_time="2025-02-01"),
        settlement(setl_id="C", certno=certno(3), psn_part_amt=90000), settlement(setl_id="D", certno=certno(4), psn_part_amt=10, maf_pay=90),
        settlement(setl_id="E", certno=certno(5), psn_part_amt=90000, insu_admdvs="990101"),
        settlement(setl_id="F", certno=certno(6), psn_part_amt=90000),
    )


def test_the_interface_as_a_process(bureau: Bureau, run_monitor: Monitor, tmp_path: Path) -> None:
    weihai(bureau)
    assert run_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31").returncode == 0
    done = run_monitor("entitlements", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    header, *lines = done.stdout.splitlines()
    assert header == f"{HEADER},note,decided,bound"
    assert not done.stdout.startswith("\ufeff")
    assert lines == [
        f"weihai-2022-15,{certno(2)},illness_poor,on_application,90000.00,10000.00,0.6,50000.00,48000.00,,,,0.00,48000.00,0.00,48000.00,42000.00,,0.00,exact",
        f"weihai-2022-15,{certno(1)},dibao,direct,12345.67,0.00,0.7,70000.00,8641.97,5000.00,0.7,20000.00,0.00,8641.97,0.00,8641.97,3703.70,,0.00,exact",
        f"weihai-2022-15,{certno(4)},tekun,direct,100.00,0.00,0.7,70000.00,70.00,5000.00,0.7,20000.00,0.00,70.00,90.00,0.00,30.00,,0.00,exact",
        f"weihai-2022-15,{certno(3)},other_hardship,,,,,,,,,,,,,,,“其他特殊困难人员”在本文件中没有救助标准，按其他规定执行,,",
        f"weihai-2022-15,{certno(5)},dibao,,,,,,,,,,,,,,,参保地 990101 不在文件适用地区，不按本文件计算,,",
    ]
    # Where other rules say what is given, the clause that sends there stands in the explanation.
    (part,) = json.loads(run_monitor("explain", certno(3), "--format", "json").stdout)["entitlement"]["categories"]
    assert "二（三）1“县级以上政府规定的其他特殊困难人员，按上述救助对象类别给予相应救助”。读法：" in part["why"]
    out = tmp_path / "entitlements.json"
    assert run_monitor("entitlements", "--format", "json", "--output", out).stdout == ""
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [row["certno"] for row in told] == [line.split(",")[1] for line in lines]


def test_shortfalls_and_people_without_a_route(bureau: Bureau, call_monitor: Monitor) -> None:
    weihai(bureau)
    bureau.load("applications", [{"certno": certno(2), "psn_name": "", "category": "illness_poor", "applied_on": "2025-03-01",
                                  "outcome": "refused", "decided_on": "2025-03-09", "paper": ""}])
    bureau.run()
    listed = rows(call_monitor("shortfall").stdout)
    assert [(row["certno"], row["reason"], row["month"], row["shortfall"]) for row in listed] == [
        (certno(2), "refused", "2025-02", "48000.00"), (certno(1), "not_settled", "2025-03", "8641.97"),
    ]
    told = json.loads(call_monitor("shortfall", "--format", "json").stdout)
    for dimension in ("district", "category", "month", "reason"):
        assert sum(one["people"] for one in told["totals"][dimension]) == len(listed)
        assert sum(Decimal(one["shortfall"]) for one in told["totals"][dimension]) == Decimal(told["counts"]["shortfall"])
    assert told["absent"] == ["case_decisions", "childhood_diseases", "fund", "households", "institution_months", "other_payments",
                              "premium_support", "serious_illness"]
    (alone,) = rows(call_monitor("shortfall", "--no-route").stdout)
    assert (alone["certno"], alone["category"]) == (certno(6), "ordinary")
    assert "申请认定" in alone["offers"] and "慈善救助" in alone["offers"]
    assert told["no_route"] == [alone]


@pytest.mark.parametrize("name", SETS)
def test_list_and_explanation_agree_for_every_document(name: str, call_monitor: Monitor) -> None:
    """Everybody recognised in the sample sets: the whole calculation and the one over a single person's rows."""
    expected = load_set(call_monitor, SAMPLE / name)
    trial = ["--trial"] if expected["trial"] else []
    assert call_monitor("run", "--document", name, "--as-of", expected["as_of"], *trial).returncode == 0
    listed = rows(call_monitor("entitlements").stdout)
    assert listed
    for row in listed:
        if row["expected"]:
            assert Decimal(row["shortfall"]) == max(Decimal(row["expected"]) - Decimal(row["actual"]), Decimal(0))
        else:
            assert row["note"] and not row["shortfall"]
    on_application = [row for row in listed if row["route"] == "on_application" and row["expected"]][:1]
    for row in listed[:: max(1, len(listed) // 3)] + on_application:
        told = json.loads(call_monitor("explain", row["certno"], "--format", "json").stdout)["entitlement"]
        assert told["category"]["id"] == row["category"]
        for column in ("eligible", "aid", "tilt", "expected", "actual", "shortfall", "remaining"):
            assert told[column] == row[column], column
        with_a_calculator(told, call_monitor("explain", row["certno"]).stdout)


def reckoned(working: str) -> Decimal:
    """An expression of the screen, typed into a calculator that knows + − × max min, and amounts below zero (a refund's)."""
    assert re.fullmatch(r"[-0-9.＋−×(),（） maxin]+", working), working
    plain = working.translate(str.maketrans("＋−×（）", "+-*()"))
    return Decimal(eval(re.sub(r"[0-9]+\.?[0-9]*", lambda number: f"Decimal('{number.group()}')", plain),
                        {"Decimal": lambda number: Decimal(number), "max": max, "min": min}))


def with_a_calculator(told: dict[str, Any], text: str) -> None:
    """From what stands on the screen alone: each settlement's in-policy sum, their total, each step, the last line."""
    for one in told["care"]:
        assert reckoned(one["working"]) == Decimal(one["in_policy"])
        assert one["working"] in text
    for category in told["categories"]:
        given = Decimal(0)
        for part in category["schedules"]:
            if category["chosen"]:
                own = [one for one in told["care"] if one["schedule"] == part["schedule"] and one["counted"]]
                eligible = sum((Decimal(one["in_policy"]) - Decimal(one["taken_off"]) for one in own), Decimal(0))
                assert max(eligible, Decimal(0)) == Decimal(part["eligible"])
            if part["missing"]:
                assert part["missing"] in text and not part["steps"]
                continue
            for step in part["steps"]:
                working, _, beside = step["working"].partition("，")
                if working and not beside:
                    assert reckoned(working) == Decimal(step["value"]), step
                    assert f"{working} ＝ {step['value']}" in text
            assert part["clause"] and part["quote"] in text
            given += Decimal(part["aid"]) + Decimal(part["tilt"])
        if category["gives"]:
            assert given == Decimal(category["gives"])
            if category["chosen"]:
                assert given.quantize(Decimal("0.01"), ROUND_HALF_UP) + Decimal(told["decided"] or 0) == Decimal(told["expected"])
    if told["insurance"]["computable"]:
        left, _, base = told["insurance"]["base_working"].partition(" ＝ ")
        assert reckoned(left) == Decimal(base)


def test_what_a_tilt_leaves_out_can_be_added_up(bureau: Bureau, call_monitor: Monitor) -> None:
    """Gansu 三（六）: a look-back's care is aided and not tilted; the rows that are left out and the aid of the others are shown."""
    standard = (SAMPLE / "gansu-2022-23" / "parameters.txt").read_text("utf-8").split()
    bureau.parameters("gansu-2022-23", **dict(line.split("=") for line in standard))
    bureau.incomes({"region": "620000"}, {"region": "620000", "residents": "rural"})
    bureau.identities({"certno": certno(1), "category": "dibao_marginal"})
    bureau.load("applications", [{"certno": certno(1), "psn_name": "", "category": "dibao_marginal", "applied_on": "2025-06-01",
                                  "outcome": "granted", "decided_on": "2025-06-20", "paper": ""}])
    place = {"certno": certno(1), "insu_admdvs": "620102", "fix_blng_admdvs": "620102"}
    bureau.settlements(*(settlement(setl_id=name, setl_time=day, psn_part_amt=amount, **place) for name, day, amount in (
        ("EARLY", "2024-05-31", 40000), ("BACK", "2024-12-20", 30000), ("YEAR", "2025-05-27", 27000), ("REFUND", "2025-12-27", -500),
    )))
    bureau.run("gansu-2022-23")
    told = json.loads(call_monitor("explain", certno(1), "--format", "json").stdout)["entitlement"]
    with_a_calculator(told, call_monitor("explain", certno(1)).stdout)
    (part,) = told["categories"][0]["schedules"]
    assert (part["window"]["from"], part["eligible"], part["qualifying"]) == ("2024-06-01", "56500.00", "26500.00")
    assert {one["setl_id"]: one["reason_label"] for one in told["care"]} == {"BACK": "计入，不进倾斜救助", "YEAR": "计入", "REFUND": "计入"}
    assert [(step["name"], step["value"]) for step in part["steps"]] == [
        ("full_aid", "32700.00"), ("aid", "32700.00"), ("qualifying", "26500.00"), ("qualifying_aid", "14700.00"),
        ("tilt_base", "5800.00"), ("tilt", "1740.00"),
    ]
    assert told["expected"] == "34440.00"


def test_worked_out_once_and_from_what_the_run_knew(bureau: Bureau, call_monitor: Monitor) -> None:
    weihai(bureau)
    first = bureau.run()
    before = call_monitor("entitlements").stdout
    kept = open_store(bureau.home).home.entitled / first.run / "entitlements.parquet"
    bytes_kept = kept.read_bytes()
    bureau.load("case_decisions", [{"certno": certno(1), "psn_name": "", "decided_on": "2025-06-01", "kind": "一事一议", "amount": "500",
                                    "paper": "纪要"}])
    bureau.settlements(settlement(setl_id="G", certno=certno(1), psn_part_amt="1000"))
    second = bureau.run()
    assert second.run != first.run
    later = {row["certno"]: row for row in rows(call_monitor("entitlements").stdout)}
    assert later[certno(1)]["eligible"] == "13345.67"
    # Weihai's text has no 一事一议: the decision is not part of what it gives.
    assert later[certno(1)]["expected"] == "9341.97"
    assert call_monitor("entitlements", "--run", first.run).stdout == before
    assert kept.read_bytes() == bytes_kept


def test_a_missing_column_is_a_sentence_for_everybody(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    bureau.identities({"certno": certno(1), "category": "dibao"})
    lacking = [{name: value for name, value in settlement(certno=certno(1), setl_id="S", psn_part_amt=1).items() if name != "preselfpay_amt"}]
    assert set(SETTLEMENT) - set(lacking[0]) == {"preselfpay_amt"}
    bureau.load("settlements", lacking)
    bureau.run()
    (row,) = rows(call_monitor("entitlements").stdout)
    assert (row["eligible"], row["expected"]) == ("", "")
    assert "没有先行自付金额（preselfpay_amt）列" in row["note"]


@pytest.mark.parametrize("command", ["entitlements", "shortfall", "audit-coverage", "households", "insurance"])
def test_without_a_home_there_is_a_sentence(call_monitor: Monitor, home: Path, command: str) -> None:
    done = call_monitor(command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "还没有数据" in done.stderr
    assert not home.exists()


def test_refusals(bureau: Bureau, call_monitor: Monitor, tmp_path: Path) -> None:
    weihai(bureau)
    assert "还没有运行过" in call_monitor("entitlements").stderr
    bureau.run()
    assert "没有编号为 nosuch 的运行" in call_monitor("shortfall", "--run", "nosuch").stderr
    done = call_monitor("entitlements", "--output", tmp_path / "no" / "such" / "file.csv")
    assert done.returncode == 1 and "不能写入" in done.stderr
    assert call_monitor("entitlements", "--format", "xlsx").returncode == 2
