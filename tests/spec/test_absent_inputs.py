"""The inputs nobody exports: absent, each alone and all together, in every command that reads them; and the bureau's word
that there are none. What hangs on an absent input is not computable and says its name; it is never zero and never a crash."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement, write_csv
from tables import read_table

from monitor.intake.columns import OPTIONAL
from monitor.intake.identity_number import check_character

Monitor = Callable[..., subprocess.CompletedProcess[str]]
COMMANDS = ("entitlements", "shortfall", "shortfall --no-route", "audit-coverage", "audit-coverage --people", "households", "insurance")
SEVEN = tuple(table.name for table in OPTIONAL)
#: Made up: born 2015-06-07.
CHILD = "99010120150607001" + check_character("99010120150607001")
DISTRICTS = {"weihai": "371002", "hebei": "130602", "gansu": "620102", "mongolia": "150102", "dongyang": "330783"}
DOCUMENTS = {"weihai": "weihai-2022-15", "hebei": "hebei-city-2022", "gansu": "gansu-2022-23", "mongolia": "inner-mongolia-2022-draft",
             "dongyang": "dongyang-2020-24"}
RECORDED = {
    "hebei": {"aid.extra_points_on": "ratio"},
    "gansu": {
        **{f"{rule}.{slot}": value for rule in ("return_to_poverty", "poverty_due_to_illness")
           for slot, value in (("amount", "20000.00"), ("measure", "burden_before_aid"))},
        "return_to_poverty.population": "dibao_marginal", "poverty_due_to_illness.population": "ordinary",
        "aid.transition_end": "2025-12-31",
    },
    "mongolia": {
        **{f"aid.{name}.cap": "20000" for name in ("tekun", "dibao", "returned", "marginal", "illness_poor")},
        "aid.returned.deductible": "500", "aid.tilt.cap": "none", "insurance.deductible": "20000",
    },
}


def scene(bureau: Bureau, place: str, absent: Sequence[str] = ()) -> Callable[[str], None]:
    """A bureau of that place with the seven inputs but for those ``absent``, which the answer loads by name. 1 and the child are dibao, 2 tekun with a serious
    illness and much to pay, 3 illness_poor on application, 4 nobody in particular, in a household with little."""
    district = DISTRICTS[place]
    regions = (district[:2] + "0000", district[:4] + "00")
    bureau.incomes(*({"region": region, "residents": group} for region in regions for group in ("all", "rural")))
    everybody = [certno(1), certno(2), certno(3), certno(4), CHILD]
    bureau.people(*({"psn_no": f"P{n}", "certno": number, "insu_admdvs": district} for n, number in enumerate(everybody)))
    bureau.identities(
        {"certno": certno(1), "category": "dibao"}, {"certno": CHILD, "category": "dibao"}, {"certno": certno(2), "category": "tekun"},
        {"certno": certno(3), "category": "illness_poor"},
    )
    bureau.settlements(*(
        settlement(setl_id=f"S{n}", certno=number, psn_part_amt=amount, insu_admdvs=district, fix_blng_admdvs=district)
        | {"fix_blng_admdvs": district, "dise_codg": "C91" if number == CHILD else "", "hifmi_pay": "0", "hifob_pay": "0",
           "cvlserv_pay": "0", "hifes_pay": "0", "hifdm_pay": "0", "oth_pay": "0"}
        for n, (number, amount) in enumerate(zip(everybody, (3000, 90000, 40000, 50000, 4000), strict=True))
    ))
    who = {"psn_name": ""}
    given: dict[str, dict[str, str]] = {
        "applications": {"certno": certno(3), **who, "category": "illness_poor", "applied_on": "2025-06-01", "outcome": "granted",
                         "decided_on": "2025-06-20", "paper": ""},
        "premium_support": {"certno": certno(2), **who, "year": "2025", "category": "tekun", "premium": "400", "supported": "400",
                            "insured": "是"},
        "fund": {"region": district[:4] + "00" if place != "dongyang" else district, "year": "2025", "month": "12", "income": "1000",
                 "balance": "100", "participants": "95", "expected_participants": "100"},
        "households": {"household": "H1", "certno": certno(4), **who, "members": "2", "family_income": "40000", "income_year": "2025",
                       "dibao_line": "700", "local_hukou": "是", "property_ok": "是"},
        "serious_illness": {"certno": certno(2), **who, "disease": "样例病", "marked_on": "2025-01-01", "ended_on": ""},
        "childhood_diseases": {"dise_codg": "C91", "dise_name": "", "listed": "是"},
        "other_payments": {"certno": certno(1), **who, "paid_on": "2025-07-01", "payer": "样例公司", "amount": "0", "setl_id": ""},
        "case_decisions": {"certno": certno(1), **who, "decided_on": "2025-07-01", "kind": "一事一议", "amount": "500", "paper": ""},
    }

    def load(table: str) -> None:
        also = [{**given[table], "certno": certno(4)}] if table == "serious_illness" else []
        bureau.load(table, [given[table], *also])

    for table in given:
        if table not in absent:
            load(table)
    bureau.parameters(DOCUMENTS[place], **RECORDED.get(place, {}))
    return load


def cells(done: subprocess.CompletedProcess[str], column: str) -> dict[str, str]:
    """A column by whom or what its rows are about."""
    assert done.returncode == 0, done.stderr
    found = csv.DictReader(io.StringIO(done.stdout))
    return {row.get("certno") or row["indicator"]: row[column] for row in found}


#: What hangs on each input, in which command; a cell with everything loaded and without it. — : empty, and the sentence names
#: the input. A refusal is the sentence alone.
DEPENDS = read_table(
    """
    | place    | absent             | command                 | column    | who              | loaded    | without             |
    |----------|--------------------|-------------------------|-----------|------------------|-----------|---------------------|
    | gansu    | serious_illness    | entitlements            | aid       | 2                | 80000.00  | 50000.00 and sentence |
    | gansu    | serious_illness    | entitlements            | aid       | 1                | 2100.00   | 2100.00             |
    | hebei    | childhood_diseases | entitlements            | aid       | CHILD            | 3000.00   | 2800.00 and sentence |
    | hebei    | childhood_diseases | entitlements            | aid       | 1                | 2100.00   | 2100.00             |
    | hebei    | case_decisions     | entitlements            | expected  | 1                | 2600.00   | 2100.00 and sentence |
    | hebei    | case_decisions     | shortfall               | decided   | 1                | 500.00    | —                   |
    | hebei    | case_decisions     | shortfall               | decided   | 2                | 0.00      | —                   |
    | weihai   | applications       | shortfall               | reason    | 3                | not_settled | application_unknown |
    | hebei    | premium_support    | audit-coverage          | numerator | premium_reach    | 1         | —                   |
    | hebei    | premium_support    | audit-coverage --people | supported | 1                | 0.00      | not listed          |
    | dongyang | fund               | audit-coverage          | numerator | fund_balance     | 100.00    | —                   |
    | mongolia | fund               | audit-coverage          | numerator | participation    | 95        | —                   |
    | mongolia | serious_illness    | households              | outcome   | 4                | candidate | not_computable and sentence |
    | mongolia | households         | households              | outcome   | 4                | candidate | refused             |
    """
)
PLACES = sorted({row["place"] for row in DEPENDS})


@pytest.mark.parametrize("place", PLACES)
def test_what_hangs_on_an_absent_input_is_not_computable(place: str, tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    """The inputs arrive one after the other: what hangs on those still absent says so, the rest is there."""
    numbers = {"1": certno(1), "2": certno(2), "3": certno(3), "4": certno(4), "CHILD": CHILD}
    own = [row for row in DEPENDS if row["place"] == place]
    tables = list(dict.fromkeys(row["absent"] for row in own))
    bureau = Bureau(tmp_path)
    load = scene(bureau, place, tables)
    for arrived in range(len(tables) + 1):
        if arrived:
            load(tables[arrived - 1])
        bureau.run(DOCUMENTS[place], trial=place == "mongolia")
        answers = {command: call_monitor(*command.split()) for command in sorted({row["command"] for row in own})}
        for row in own:
            done, who = answers[row["command"]], numbers.get(row["who"], row["who"])
            there = row["absent"] in tables[:arrived]
            if done.returncode == 1:
                # The whole command hangs on it: this row's own input, or another's that has still to arrive.
                named = [row["absent"]] if row["without"] == "refused" else tables[arrived:]
                assert any("缺少" in done.stderr and f"（{table}）" in done.stderr for table in named), done.stderr
                continue
            assert there or row["without"] != "refused", row
            found = cells(done, row["column"]).get(who, "not listed")
            if there:
                assert found == row["loaded"], row
                continue
            value, _, says = row["without"].partition(" and ")
            assert found == ("" if value == "—" else value), row
            if value == "—" or says:
                note = cells(done, "note")[who]
                assert "缺少" in note and f"（{row['absent']}）" in note, row


@pytest.mark.parametrize("place", ["mongolia", "weihai"])
def test_with_none_of_the_seven_every_command_answers(place: str, tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    bureau = Bureau(tmp_path)
    scene(bureau, place, SEVEN)
    bureau.run(DOCUMENTS[place], trial=place == "mongolia")
    for command in COMMANDS:
        done = call_monitor(*command.split())
        assert done.returncode == 0 or (done.returncode == 1 and done.stderr.count("\n") == 1), done.stderr
        assert "内部错误" not in done.stderr
    assert json.loads(call_monitor("shortfall", "--format", "json").stdout)["absent"] == sorted(SEVEN)
    for number in (certno(2), certno(3)):
        assert call_monitor("explain", number).returncode == 0


def test_the_bureau_says_that_there_are_none(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    bureau = Bureau(tmp_path)
    document = DOCUMENTS["hebei"]
    scene(bureau, "hebei", ["case_decisions"])
    bureau.run(document)
    assert "case_decisions" in cells(call_monitor("entitlements"), "note")[certno(1)]

    header = write_csv(tmp_path / "none.csv", [{"certno": "", "decided_on": "", "kind": "", "amount": ""}])
    header.write_text(header.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    refused = call_monitor("import", "case_decisions", header)
    assert refused.returncode == 1 and "只有表头" in refused.stderr and "monitor none case_decisions" in refused.stderr

    said = call_monitor("none", "case_decisions", "--until", "2025-12-31", "--paper", "市医保局〔2026〕1 号", "--by", "样例员")
    assert said.returncode == 0, said.stderr
    assert "一事一议决定：已登记截至 2025-12-31 没有（依据：市医保局〔2026〕1 号；登记：样例员" in said.stdout
    # The run made before did not know it; the next one does.
    assert "case_decisions" in cells(call_monitor("entitlements"), "note")[certno(1)]
    assert call_monitor("run", "--document", document, "--as-of", "2025-12-31").returncode == 0
    assert cells(call_monitor("entitlements"), "note")[certno(1)] == ""
    assert cells(call_monitor("shortfall"), "decided")[certno(1)] == "0.00"
    told = json.loads(call_monitor("shortfall", "--format", "json").stdout)
    assert told["said_none"]["case_decisions"]["by"] == "样例员"
    assert "case_decisions" not in told["absent"]
    assert "已登记截至 2025-12-31 没有（依据：市医保局〔2026〕1 号；登记：样例员" in call_monitor("explain", certno(1)).stdout


def test_none_is_said_of_each_of_the_seven_in_the_same_way(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    for table in SEVEN:
        done = call_monitor("none", table, "--until", "2025-06-30", "--paper", "测试", "--by", "测试")
        assert done.returncode == 0, done.stderr
    told = json.loads(call_monitor("none", "--json").stdout)
    assert [(record["table"], record["until"]) for record in told] == [(table, "2025-06-30") for table in SEVEN]


def test_a_word_holds_until_its_day_and_until_something_is_loaded(tmp_path: Path, home: Path, call_monitor: Monitor) -> None:
    bureau = Bureau(tmp_path)
    document = DOCUMENTS["hebei"]
    scene(bureau, "hebei", ["case_decisions"])
    bureau.none("case_decisions", until="2025-06-30")
    for as_of, known in (("2025-06-30", True), ("2025-07-01", False)):
        bureau.run(document, as_of)
        assert ("case_decisions" not in cells(call_monitor("entitlements"), "note")[certno(1)]) is known, as_of
    refused = call_monitor("none", "premium_support", "--until", "2025-12-31", "--paper", "甲", "--by", "乙")
    assert refused.returncode == 1 and "已导入过参保资助" in refused.stderr
    refused = call_monitor("none", "case_decisions", "--until", "2025-12-31")
    assert refused.returncode == 1 and "--paper" in refused.stderr
    refused = call_monitor("none", "case_decisions", "--until", "2999-12-31", "--paper", "甲", "--by", "乙")
    assert refused.returncode == 1 and "将来" in refused.stderr
    assert call_monitor("none", "settlements").returncode == 2
