"""The yearly evaluation: every figure the one another command shows, each with its clause; what is missing said and never zero."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from sentlist import opened

from monitor.actions.entitlements import entitled_store
from monitor.casework.sync import synchronise
from monitor.reports.evaluation import EVALUATION, as_csv, as_json, figure_rows
from monitor.reports.evaluation_figures import Figure, Section, evaluate, run_of_year, worked_out

WEIHAI = "weihai-2022-15"
TODAY = date(2026, 1, 15)


def told(bureau: Bureau, document: str, year: int) -> tuple[list[Figure], list[dict[str, str]]]:
    chosen, record = LIBRARY.get(document), run_of_year(bureau.store(), document, year)
    found = worked_out(entitled_store(bureau.home, record.run, LIBRARY)[0], LIBRARY, record) if record else None
    with opened(bureau.home) as (store, access):
        if store.manifest.runs:
            synchronise(store)
        with access.engine.connect() as connection:
            report = evaluate(connection, chosen, year, record, found, TODAY)
    return list(report.figures), figure_rows(chosen, year, report.run, report.figures)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    """Two over a line (one monitored), one dibao due 21,000 + tilt and paid 6,000, one over the line insured elsewhere."""
    made = Bureau(tmp_path)
    made.incomes()
    made.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号", "insu_admdvs": place}
                  for n, place in ((1, "371002"), (2, "371002"), (3, "371002"), (4, "130602"))))
    made.identities({"certno": certno(1), "category": "monitored_sudden"}, {"certno": certno(3), "category": "dibao"})
    made.settlements(
        settlement(setl_id="S1", certno=certno(1), psn_part_amt="20000.01", fixmedins_code="A", fixmedins_name="甲院", hosp_lv="05"),
        settlement(setl_id="S2", certno=certno(2), psn_part_amt="60000.01", fixmedins_code="A", fixmedins_name="甲院", hosp_lv="05"),
        settlement(setl_id="S3", certno=certno(3), psn_part_amt="24000", maf_pay="6000", fixmedins_code="B", fixmedins_name="乙院",
                   hosp_lv="05"),
        settlement(setl_id="S4", certno=certno(4), psn_part_amt="90000", insu_admdvs="130602", fixmedins_code="B",
                   fixmedins_name="乙院", hosp_lv="05"),
    )
    return made


def by_key(figures: list[Figure]) -> dict[tuple[str, str, str], Figure]:
    found = {(one.section.value, one.key, one.subject): one for one in figures}
    assert len(found) == len(figures), "a figure stands twice"
    return found


def test_the_figures_of_a_year(bureau: Bureau) -> None:
    bureau.run(WEIHAI, "2025-06-30")
    record = bureau.run(WEIHAI, "2025-12-31")
    bureau.run(WEIHAI, "2025-12-31", trial=True)
    figures, rows = told(bureau, WEIHAI, 2025)
    found = by_key(figures)
    assert {row["run"] for row in rows} == {record.run} and {row["trial"] for row in rows} == {"false"}
    expected = {
        ("warning", "flagged", "因病返贫"): "1", ("warning", "excess", "因病返贫"): "0.01",
        ("warning", "flagged", "因病致贫"): "1", ("warning", "excess", "因病致贫"): "0.01",
        ("warning", "outside_region", ""): "1", ("casework", "over", ""): "2", ("casework", "sent", ""): "0",
        ("timeliness", "months_pushed", ""): "0",
        # Weihai: dibao 70 % × 30,000 = 21,000, tilt 70 % × (9,000 − 5,000) = 2,800, paid 6,000; monitored 50 % × 17,000.01 = 8,500.01,
        # tilt 70 % × (11,500.00 − 10,000) = 1,050; nobody paid.
        ("assistance", "expected", ""): "33350.01", ("assistance", "actual", ""): "6000.00", ("assistance", "shortfall", ""): "27350.01",
        ("assistance", "due_more", ""): "2", ("institutions", "institutions", ""): "2",
    }
    assert {key: found[key].value for key in expected} == expected
    assert found["warning", "flagged", "因病返贫"].clause == "二（四）"
    assert found["indicators", "aid_reach", ""].value == "0.5000" and found["indicators", "aid_reach", ""].met is False
    assert found["indicators", "aid_reach", ""].limit == "1"


def test_what_is_not_there_is_said_and_is_no_zero(bureau: Bureau) -> None:
    bureau.run()
    figures, rows = told(bureau, WEIHAI, 2025)
    found = by_key(figures)
    premium = next(key for key in found if key[:2] == ("premium", "supported"))
    for key, why in ((("fund", "fund", ""), "import fund"), (("timeliness", "sent_median", ""), "没有走到这一步"),
                     (premium, "monitor parameter weihai-2022-15 premium.fixed")):
        assert found[key].value == "" and why in found[key].missing, key
    assert all((one.value == "") == (one.missing != "") for one in figures)
    assert all(row["source"].startswith("monitor ") for row in rows)


def test_what_was_spent_and_settled_stands_there_once_it_is_told(bureau: Bureau) -> None:
    """Gansu 六（十四）, Hebei 七（三）, Inner Mongolia 三（二十一）: 预算绩效; Dongyang 四（四）: settled with providers."""
    fund = {"region": "371000", "year": "2025", "month": "12", "income": "1000", "balance": "100", "participants": "", "expected_participants": ""}
    bureau.load("fund", [fund])
    bureau.run()
    found = by_key(told(bureau, WEIHAI, 2025)[0])
    spent = found["fund", "spent", "371000 2025-12"]
    assert (spent.value, spent.missing) == ("", "医疗救助基金表没有填当年支出") and ("institutions", "settled", "1 家") not in found
    bureau.load("fund", [{**fund, "spent": "900.5"}])
    bureau.load("institution_months", [{"fixmedins_code": "B", "year": "2025", "month": "1", "settled": "1000.50"}])
    bureau.run()
    found = by_key(told(bureau, WEIHAI, 2025)[0])
    assert found["fund", "spent", "371000 2025-12"].value == "900.50"
    assert found["institutions", "settled", "1 家"].value == "1000.50"
    # 6,000 − 1,000.50
    assert found["institutions", "unsettled", "1 家"].value == "4999.50"


def test_a_year_without_data_has_a_sentence_for_every_section(bureau: Bureau) -> None:
    bureau.run()
    figures, rows = told(bureau, WEIHAI, 2023)
    assert [one.section for one in figures] == list(Section)
    assert {one.value for one in figures} == {""}
    assert all("2023 年没有运行过" in one.missing for one in figures)
    assert {(row["run"], row["as_of"], row["trial"]) for row in rows} == {("", "", "")}
    assert [line.split(",")[0] for line in as_csv(rows).splitlines()] == ["document", *[WEIHAI] * len(Section)]


def test_a_draft_is_evaluated_by_its_trial_and_has_no_cases(tmp_path: Path, home: Path) -> None:
    """Inner Mongolia 三（十九）: the evaluation is asked of the area; the text is only tried here."""
    made, draft = Bureau(tmp_path), "inner-mongolia-2022-draft"
    made.incomes({"region": "150100", "residents": "rural"})
    made.settlements(settlement(setl_id="S1", certno=certno(1), psn_part_amt="40000.01", insu_admdvs="150102", fixmedins_code="A",
                                hosp_lv="05", fulamt_ownpay_amt="2000.01"))
    made.run(draft, trial=True)
    figures, rows = told(made, draft, 2025)
    found = by_key(figures)
    assert found["warning", "flagged", "因病致贫"].value == "1"
    assert "只试运行过，没有案件" in found["casework", "casework", ""].missing
    assert found["institutions", "over_limit", ""].value == "1"
    assert found["indicators", "out_of_catalogue_level_2", "A"].value == "0.0500"
    assert found["indicators", "out_of_catalogue_level_2", "A"].met is False
    object_ = json.loads(as_json(LIBRARY.get(draft), 2025, made.store().manifest.runs[-1], rows))
    assert [one["clause"] for one in object_["asked"]] == ["三（十九）", "三（十九）", "三（二十一）"]
    assert object_["trial"] is True and object_["missing"] == sum(row["missing"] != "" for row in rows)


@pytest.mark.parametrize(
    ("document", "clauses"),
    [
        ("gansu-2022-23", ["六（十四）", "七（十五）"]), (WEIHAI, ["四（二）", "五（一）"]), ("hebei-city-2022", ["七（一）", "七（三）"]),
        ("inner-mongolia-2022-draft", ["三（十九）", "三（十九）", "三（二十一）"]), ("dongyang-2020-24", ["四（四）", "五（一）"]),
    ],
)
def test_the_clauses_that_want_it(document: str, clauses: list[str]) -> None:
    assert [one.clause for one in LIBRARY.get(document).provisions.evaluations] == clauses


@pytest.mark.slow
def test_at_the_command_line(bureau: Bureau, tmp_path: Path, call_monitor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    bureau.run()
    shown = call_monitor("evaluation", "--year", 2025)
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert tuple(rows[0]) == EVALUATION and {row["section"] for row in rows} == {one.value for one in Section}
    again = call_monitor("evaluation", "--year", 2025, "--document", WEIHAI)
    assert again.stdout == shown.stdout
    # One name, one figure: as audit-coverage and shortfall say it.
    indicators = list(csv.DictReader(io.StringIO(call_monitor("audit-coverage").stdout)))
    reach = next(one for one in indicators if one["indicator"] == "aid_reach")
    assert next(row for row in rows if row["figure"] == "aid_reach")["value"] == reach["value"]
    told_due = list(csv.DictReader(io.StringIO(call_monitor("shortfall").stdout)))
    assert next(row for row in rows if row["figure"] == "due_more")["value"] == str(len(told_due))
    out = tmp_path / "evaluation.json"
    assert call_monitor("evaluation", "--year", 2025, "--format", "json", "--output", out).returncode == 0
    assert json.loads(out.read_text(encoding="utf-8"))["year"] == 2025
    entries = json.loads(call_monitor("audit", "list", "--format", "json").stdout)
    assert [one["action"] for one in entries if one["object"] == f"evaluation:{WEIHAI}:2025"] == ["shown", "shown", "exported"]
    institutions = list(csv.DictReader(io.StringIO(call_monitor("institutions").stdout)))
    assert {row["code"]: row["assisted_people"] for row in institutions} == {"A": "0", "B": "1"}
    draft = call_monitor("institutions", "--document", "inner-mongolia-2022-draft", "--year", 2025, "--trial", "--format", "json")
    assert (json.loads(draft.stdout)["trial"], json.loads(draft.stdout)["institutions"]) == (True, [])
    month = call_monitor("institutions", "--document", WEIHAI, "--month", "2025-03")
    assert [row["code"] for row in csv.DictReader(io.StringIO(month.stdout))] == ["A", "B"]
    for refused, why in (
        (("institutions", "--document", WEIHAI), "--year"), (("institutions", "--month", "2024-05"), "2024-05-01 至 2024-05-31 没有任何结算数据"),
        (("institutions", "--document", WEIHAI, "--year", 2024), "没有任何结算数据"),
        (("institutions", "--document", "inner-mongolia-2022-draft", "--year", 2025), "征求意见稿"),
        (("evaluation", "--year", 2025, "--document", "nothing"), "没有编号为"),
    ):
        answer = call_monitor(*refused)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1) and why in answer.stderr, refused
    assert call_monitor("evaluation", "--year", "25").returncode == 2
