"""What documents want kept, households against the dibao line, critical-illness insurance: through the command line, over
real loads; and every input that is absent or wrong."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from tables import read_table

Monitor = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def rows(call: Monitor, *arguments: str) -> list[dict[str, str]]:
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


# --- critical-illness insurance -------------------------------------------------------------------

INSURED = read_table(
    """
    | who                       | scheme | facts                       | segments                                             | drugs        | paid  |
    |---------------------------|--------|-----------------------------|------------------------------------------------------|--------------|-------|
    | dibao                     | 310    | 9000                        | 0                                                    | 0            | 0     |
    | dibao                     | 310    | 100000                      | 0.75 * 91000                                         | 0            | 0     |
    | tekun                     | 310    | 300000.00                   | 0.75 * 91000 + 0.85 * 200000                         | 0            | 0     |
    | returned_to_poverty       | 310    | 300100                      | 0.75 * 91000 + 0.85 * 200000 + 0.95 * 100            | 0            | 0     |
    | dibao                     | 390    | 100000                      | 0.65 * 91000                                         | 0            | 0     |
    | orphan                    | 390    | 250000                      | 0.65 * 91000 + 0.70 * 100000 + 0.75 * 50000          | 0            | 0     |
    | dibao                     | 390    | 400000                      | 0.65 * 91000 + 0.70 * 100000 + 0.75 * 100000 + 0.8 * 100000 | 0     | 0     |
    | dibao                     | 390    | 9100 hifmi 50               | 0.65 * 150                                           | 0            | 50    |
    | dibao                     | 390    | 9100 outpatient             | 0                                                    | 0            | 0     |
    | dibao                     | 390    | 9100 + 1000 drug            | 0.65 * 100                                           | 0.8 * 1000   | 0     |
    | dibao_marginal            | 390    | 1000 drug                   |                                                      | 0.8 * 1000   | 0     |
    | ordinary                  | 310    | 600000 drug                 |                                                      | 400000       | 0     |
    """
)


def reckoned(text: str) -> Decimal:
    return sum((_product(part) for part in text.split(" + ")), Decimal(0))


def _product(text: str) -> Decimal:
    first, _, second = text.partition(" * ")
    return Decimal(first) * Decimal(second or 1)


#: A column that is absent is not zero: what the base adds back has to be in the export.
OTHER_FUNDS = dict.fromkeys(("hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay"), "0")


def test_weihais_segments_and_special_drugs(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    settlements = []
    for n, row in enumerate(INSURED):
        for k, fact in enumerate(row["facts"].split(" + ")):
            amount, *words = fact.split()
            paid = words[1] if words[:1] == ["hifmi"] else "0"
            kind = {"outpatient": "11", "drug": "15"}.get(words[0] if words else "", "21")
            settlements.append(settlement(setl_id=f"S{n}-{k}", certno=certno(n), insutype=row["scheme"], med_type=kind,
                                          psn_part_amt=amount, hifmi_pay=paid, fund_pay_sumamt=paid) | OTHER_FUNDS)
    bureau.settlements(*settlements)
    bureau.identities(*({"certno": certno(n), "category": row["who"]} for n, row in enumerate(INSURED) if row["who"] != "ordinary"))
    bureau.run()
    found = {row["certno"]: row for row in rows(call_monitor, "insurance")}
    for n, row in enumerate(INSURED):
        one = found[certno(n)]
        segments = reckoned(row["segments"]) if row["segments"] else None
        assert one["segments_due"] == (f"{segments:.2f}" if segments is not None else ""), row
        assert Decimal(one["drugs_due"]) == reckoned(row["drugs"]), row
        assert Decimal(one["expected"]) == (segments or 0) + reckoned(row["drugs"]), row
        assert Decimal(one["paid"]) == Decimal(row["paid"]), row
        assert ("不能由本文件算出" in one["note"]) == (segments is None), row
    told = call_monitor("explain", certno(7)).stdout
    assert "大病保险：应付 97.50，已付 50.00，相差 47.50" in told
    assert "9000.00 以上、100000.00 以下的 150.00 × 0.65 ＝ 97.50" in told


#: 居民特定门诊慢特病: the text lists none. What the bureau recorded → what of 20,000 inpatient, 10,000 chronic (1403) and 5,000
#: special (1402) outpatient care is the base; employees' chronic care counts whatever is recorded.
SPECIFIC = read_table(
    """
    | recorded | scheme | base                 | says             |
    |----------|--------|----------------------|------------------|
    |          | 390    | 20000 + 10000 + 5000 | 尚未登记         |
    | all      | 390    | 20000 + 10000 + 5000 | 已登记           |
    | special  | 390    | 20000 + 5000         | 已登记           |
    | none     | 390    | 20000                | 已登记           |
    | none     | 310    | 20000 + 10000 + 5000 |                  |
    """
)


def test_which_chronic_outpatient_care_of_residents_counts_is_recorded(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    people = {"390": certno(1), "310": certno(2)}
    bureau.identities(*({"certno": number, "category": "dibao"} for number in people.values()))
    bureau.settlements(*(
        settlement(setl_id=f"{scheme}-{kind}", certno=number, insutype=scheme, med_type=kind, psn_part_amt=amount, hifmi_pay=0) | OTHER_FUNDS
        for scheme, number in people.items() for kind, amount in (("21", 20000), ("1403", 10000), ("1402", 5000))
    ))
    for recorded in ("", "all", "special", "none"):
        bureau.parameters("weihai-2022-15", **({"insurance.specific_outpatient": recorded} if recorded else {}))
        bureau.run()
        found = {row["certno"]: row for row in rows(call_monitor, "insurance")}
        told = call_monitor("explain", people["390"]).stdout
        for row in SPECIFIC:
            if row["recorded"] == recorded:
                one = found[people[row["scheme"]]]
                assert Decimal(one["base"]) == reckoned(row["base"]), row
                assert one["note"].startswith("居民特定门诊慢特病：" + row["says"]) if row["says"] else one["note"] == "", row
        assert ("尚未登记（insurance.specific_outpatient）" in told) == (recorded == "")
    done = call_monitor("parameter", "weihai-2022-15", "insurance.specific_outpatient=some", "--paper", "甲", "--by", "乙")
    assert done.returncode == 1 and "all、special、none" in done.stderr


@pytest.mark.parametrize("document", ["dongyang-2020-24", "hebei-city-2022"])
def test_elsewhere_insurance_cannot_be_computed_from_the_document(bureau: Bureau, call_monitor: Monitor, document: str) -> None:
    district = {"dongyang-2020-24": "330783", "hebei-city-2022": "130602"}[document]
    bureau.incomes({"region": "130000", "residents": "rural"}, {"region": "130600"})
    bureau.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt=90000, insu_admdvs=district))
    bureau.run(document)
    done = call_monitor("insurance")
    assert done.returncode == 1 and "不能由本文件算出" in done.stderr
    assert "大病保险：大病保险应付额不能由本文件算出" in call_monitor("explain", certno(1)).stdout


# --- premium support ------------------------------------------------------------------------------

PREMIUM = read_table(
    """
    | categories                 | scheme | insured | premium | supported | end        | listed | state         |
    |----------------------------|--------|---------|---------|-----------|------------|--------|---------------|
    | tekun                      | 390    | 1       | 400     | 400       |            | no     | supported     |
    | tekun                      | 390    | 1       | 400     | 399.99    |            | yes    | less          |
    | tekun                      | 390    | 1       |         |           |            | yes    | not_supported |
    | dibao                      | 390    | 1       | 400     | 360       |            | no     | supported     |
    | dibao                      | 390    | 1       | 400     | 359.99    |            | yes    | less          |
    | dibao                      | 390    | 2       | 400     | 360       |            | yes    | supported     |
    | monitored_sudden           | 390    | 1       | 400     | 240       |            | no     | supported     |
    | monitored_sudden and dibao | 390    | 1       | 400     | 240       |            | yes    | less          |
    | dibao                      | 310    | 1       |         |           |            | no     |               |
    | dibao                      | 390    | 1       |         |           | 2025-06-30 | yes    | not_supported |
    | dibao                      | 390    | 1       | 400     | 360       | 2025-06-30 | no     | supported     |
    | dibao                      | 390    | 1       |         |           | 2024-12-31 | no     |               |
    | dibao_marginal             | 390    | 1       |         |           |            | no     |               |
    """
)


def test_premium_support_by_category_and_year(bureau: Bureau, call_monitor: Monitor) -> None:
    """Hebei in 2025: tekun whole, dibao 90 %, the monitored 60 %; employees' premiums are not supported. Who lost the
    identity within the year stays in the year, and less than is due is not support."""
    bureau.incomes({"region": "130000", "residents": "rural"}, {"region": "130600"})
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "insutype": row["scheme"], "psn_insu_stas": row["insured"],
                     "insu_admdvs": "130602"} for n, row in enumerate(PREMIUM)))
    bureau.identities(*({"certno": certno(n), "category": category, "end": row["end"]}
                        for n, row in enumerate(PREMIUM) for category in row["categories"].split(" and ")))
    bureau.load("premium_support", [
        {"certno": certno(n), "psn_name": "", "year": "2025", "category": row["categories"].split(" and ")[0],
         "premium": row["premium"], "supported": row["supported"], "insured": ""}
        for n, row in enumerate(PREMIUM) if row["premium"]
    ])
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100, insu_admdvs="130602"))
    bureau.run("hebei-city-2022")
    listed = {row["certno"]: row["support"] for row in rows(call_monitor, "audit-coverage", "--people")}
    assert listed == {certno(n): row["state"] for n, row in enumerate(PREMIUM) if row["listed"] == "yes"}
    told = json.loads(call_monitor("audit-coverage", "--format", "json").stdout)
    assert {one["category"]: one["entitled"] for one in told["premium_support"]} == {"tekun": 3, "dibao": 6, "monitored_sudden": 1}
    (reach,) = [one for one in told["indicators"] if one["indicator"] == "premium_reach"]
    assert (reach["numerator"], reach["denominator"], reach["value"], reach["met"]) == ("5", "10", "0.5000", "no")
    assert reach["quote"]


def test_leavers_keep_the_year_in_dongyang(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "insu_admdvs": "330783"} for n in range(3)))
    bureau.identities({"certno": certno(0), "category": "dibao"}, {"certno": certno(1), "category": "dibao", "end": "2025-03-31"},
                      {"certno": certno(2), "category": "dibao", "end": "2024-12-31"})
    bureau.load("premium_support", [{"certno": certno(0), "psn_name": "", "year": "2025", "category": "dibao", "premium": "",
                                     "supported": "1", "insured": "是"}])
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100, insu_admdvs="330783"))
    bureau.run("dongyang-2020-24")
    assert [row["certno"] for row in rows(call_monitor, "audit-coverage", "--people")] == [certno(1)]


JOINERS = read_table(
    """
    | held                                              | insured | told | counted | listed |
    |---------------------------------------------------|---------|------|---------|--------|
    | dibao 2025-03-01                                  | 1       |      | no      | no     |
    | dibao 2025-03-01                                  | 2       |      | yes     | yes    |
    | dibao 2025-03-01                                  | 1       | 400  | yes     | no     |
    | dibao 2025-01-01                                  | 1       |      | yes     | yes    |
    | dibao 2020-01-01 and severe_disability 2025-03-01 | 1       |      | yes     | yes    |
    """
)


def test_joiners_who_have_paid_wait_for_the_next_year_in_dongyang(bureau: Bureau, call_monitor: Monitor) -> None:
    """三（一）: 个人当年已参保的，不退保费，次年资助参保. They are neither short of it nor counted; whoever is not insured is."""
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "psn_insu_stas": row["insured"], "insu_admdvs": "330783"}
                    for n, row in enumerate(JOINERS)))
    bureau.identities(*({"certno": certno(n), "category": held.split()[0], "begin": held.split()[1]}
                        for n, row in enumerate(JOINERS) for held in row["held"].split(" and ")))
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100, insu_admdvs="330783"))
    bureau.run("dongyang-2020-24")
    # Nobody told what was paid: then nobody can be said to wait.
    (unknown,) = indicators(call_monitor)["premium_reach"]
    assert (unknown["value"], unknown["denominator"]) == ("", str(len(JOINERS)))
    bureau.load("premium_support", [
        {"certno": certno(n), "psn_name": "", "year": "2025", "category": "dibao", "premium": "", "supported": row["told"],
         "insured": "是", "optional_shares": "3"} for n, row in enumerate(JOINERS) if row["told"]
    ])
    bureau.run("dongyang-2020-24")
    assert {row["certno"] for row in rows(call_monitor, "audit-coverage", "--people")} == {
        certno(n) for n, row in enumerate(JOINERS) if row["listed"] == "yes"
    }
    (reach,) = indicators(call_monitor)["premium_reach"]
    assert (reach["numerator"], reach["denominator"]) == ("1", str(sum(row["counted"] == "yes" for row in JOINERS)))
    assert "年内新认定、已自行参保的 1 人次年资助，不在内" in reach["detail"]


SHARES = read_table(
    """
    | categories               | told | due | supported | listed | support |
    |--------------------------|------|-----|-----------|--------|---------|
    | tekun                    | 3    | 3   | 3         | no     | whole   |
    | tekun                    | 4    | 3   | 4         | no     | whole   |
    | dibao                    | 2    | 3   | 2         | yes    | less    |
    | dibao                    | 0    | 3   | 0         | yes    | less    |
    | dibao                    |      | 3   |           | no     | whole   |
    | dibao_marginal           | 1    | 1   | 1         | no     | whole   |
    | dibao_marginal           | 0    | 1   | 0         | yes    | less    |
    | dibao_marginal and tekun | 1    | 3   | 1         | yes    | less    |
    | child_in_need            | 0    | 0   | 0         | no     | whole   |
    | illness_poor and dibao   | 2    | 3   | 2         | yes    | less    |
    """
)


def test_dongyangs_optional_shares_are_counted_as_shares(bureau: Bureau, call_monitor: Monitor) -> None:
    """三（一）: 3 shares of optional critical-illness premium for 特困 and 低保, 1 for 低保边缘. What is not filled in is not 0."""
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "insu_admdvs": "330783"} for n in range(len(SHARES))))
    bureau.identities(*({"certno": certno(n), "category": category} for n, row in enumerate(SHARES) for category in row["categories"].split(" and ")))
    bureau.load("premium_support", [
        {"certno": certno(n), "psn_name": "", "year": "2025", "category": row["categories"].split(" and ")[0], "premium": "",
         "supported": "400", "insured": "是", "optional_shares": row["told"]} for n, row in enumerate(SHARES)
    ])
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100, insu_admdvs="330783"))
    bureau.run("dongyang-2020-24")
    listed = {
        row["certno"]: (row["shares_due"], row["shares_supported"], row["support"])
        for row in rows(call_monitor, "audit-coverage", "--people")
    }
    assert listed == {certno(n): (row["due"], row["supported"], "less") for n, row in enumerate(SHARES) if row["listed"] == "yes"}
    (reach,) = [one for one in rows(call_monitor, "audit-coverage") if one["indicator"] == "premium_reach"]
    assert "应补助选缴保费 9 人，足份 3 人，不足 5 人，份数未填 1 人" in reach["detail"]
    # Who got a part of the shares is nowhere called supported: not in the 100 %, not by category, not by month, not in the evaluation.
    whole = str(sum(row["support"] == "whole" for row in SHARES))
    assert (reach["numerator"], reach["denominator"]) == (whole, str(len(SHARES)))
    by_category = json.loads(call_monitor("audit-coverage", "--format", "json").stdout)["premium_support"]
    assert str(sum(one["supported"] for one in by_category)) == whole
    assert {row["supported"] for row in rows(call_monitor, "audit-coverage", "--monthly")} == {whole}
    evaluated = rows(call_monitor, "evaluation", "--year", "2025")
    assert str(sum(int(row["value"]) for row in evaluated if (row["section"], row["figure"]) == ("premium", "supported"))) == whole


# --- indicators -----------------------------------------------------------------------------------


def indicators(call: Monitor) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(call, "audit-coverage"):
        found.setdefault(row["indicator"], []).append(row)
    return found


def inner_mongolia(bureau: Bureau) -> None:
    """Two hospitals on and over their limits, care elsewhere with and without a referral, a tekun person."""
    bureau.incomes({"region": "150100"}, {"region": "150100", "residents": "rural"})
    common = {"insu_admdvs": "150102", "fix_blng_admdvs": "150102"}
    bureau.settlements(*(
        settlement(**{"certno": certno(n), "psn_part_amt": part, "fulamt_ownpay_amt": own, "fixmedins_code": code,
                      "fixmedins_name": f"样例{code}", "hosp_lv": level, "referred": "", "setl_id": f"S{n}", **common, **place})
        for n, (part, own, code, level, place) in enumerate((
            (1000, 50, "H2", "05", {}), (1000, 100, "H3", "03", {}), (1000, "100.01", "H3X", "01", {}), (0, 0, "H0", "06", {}),
            (1000, 900, "H1", "09", {}), (300, 0, "HE", "11", {"fix_blng_admdvs": "110101", "referred": "0"}),
            (500, 0, "HE", "11", {"fix_blng_admdvs": "110101", "referred": "1"}),
            (200, 0, "HE", "11", {"fix_blng_admdvs": "110101", "referred": ""}),
        ))
    ))
    bureau.identities({"certno": certno(0), "category": "tekun"}, {"certno": certno(1), "category": "monitored_sudden"})
    bureau.run("inner-mongolia-2022-draft", trial=True)


def test_hospitals_and_referrals(bureau: Bureau, call_monitor: Monitor) -> None:
    inner_mongolia(bureau)
    found = indicators(call_monitor)
    told = {row["subject"].split()[0]: (row["value"], row["met"]) for name in ("out_of_catalogue_level_2", "out_of_catalogue_level_3")
            for row in found[name]}
    assert told == {"H2": ("0.0500", "yes"), "H3": ("0.1000", "yes"), "H3X": ("0.1000", "no"), "H0": ("", "")}
    (empty,) = [row for row in found["out_of_catalogue_level_2"] if row["subject"].startswith("H0")]
    assert "不作除数" in empty["note"]
    (unreferred,) = found["unreferred_care"]
    assert (unreferred["numerator"], unreferred["denominator"], unreferred["value"], unreferred["met"]) == ("300.00", "1000.00", "0.3000", "")
    assert "未填是否转诊的 200.00 元" in unreferred["detail"]


def test_an_input_nobody_loaded_is_named_and_never_zero(bureau: Bureau, call_monitor: Monitor) -> None:
    inner_mongolia(bureau)
    found = indicators(call_monitor)
    for name, input_name in (("participation", "fund"), ("premium_reach", "premium_support")):
        (row,) = found[name]
        assert (row["value"], row["met"]) == ("", "")
        assert row["note"].startswith("不能计算：缺少") and input_name in row["note"]
    # tekun's cap is the bureau's to set: nobody can be computed, which is not nobody reached.
    (aid,) = found["aid_reach"]
    assert (aid["value"], aid["note"]) == ("", "没有应享医疗救助的人")


@pytest.mark.parametrize(
    ("income", "balance", "value", "met", "note"),
    [("100", "15", "0.1500", "yes", ""), ("100", "15.01", "0.1501", "no", ""), ("0", "15", "", "", "不作除数"),
     ("-1", "15", "", "", "不作除数"), ("", "15", "", "", "缺少当年筹集资金"), ("100", "", "", "", "缺少累计结余")],
)
def test_the_funds_balance(bureau: Bureau, call_monitor: Monitor, income: str, balance: str, value: str, met: str, note: str) -> None:
    bureau.load("fund", [
        {"region": "330783", "year": "2025", "month": month, "income": amount, "balance": left, "participants": "", "expected_participants": ""}
        for month, amount, left in (("3", "10", "10"), ("12", income, balance))
    ])
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100, insu_admdvs="330783"))
    bureau.run("dongyang-2020-24")
    (row,) = indicators(call_monitor)["fund_balance"]
    assert (row["value"], row["met"]) == (value, met)
    assert note in row["note"] and row["subject"] == "330783 2025-12"


@pytest.mark.parametrize(
    ("participants", "expected", "value", "met", "note"),
    [("9499", "10000", "0.9499", "no", ""), ("9500", "10000", "0.9500", "yes", ""), ("9501", "10000", "0.9501", "yes", ""),
     ("9500", "0", "", "", "不作除数"), ("", "10000", "", "", "缺少参保人数"), ("9500", "", "", "", "缺少应参保人数")],
)
def test_participation_is_held_at_95_percent(
    bureau: Bureau, call_monitor: Monitor, participants: str, expected: str, value: str, met: str, note: str
) -> None:
    """Inner Mongolia 二（五）: "稳定在95%以上", which the text means with 95 % itself."""
    bureau.load("fund", [
        {"region": "150100", "year": "2025", "month": "12", "income": "", "balance": "",
         "participants": participants, "expected_participants": expected}
    ])
    inner_mongolia(bureau)
    (row,) = indicators(call_monitor)["participation"]
    assert (row["value"], row["met"]) == (value, met)
    assert note in row["note"] and row["subject"] == "150100 2025-12"


def test_assistance_reaches_people(bureau: Bureau, call_monitor: Monitor) -> None:
    """Dongyang's second 100 %: of those due anything, who got something."""
    bureau.settlements(
        settlement(setl_id="A", certno=certno(0), psn_part_amt=1000, insu_admdvs="330783"),
        settlement(setl_id="B", certno=certno(1), psn_part_amt=1000, maf_pay=10, insu_admdvs="330783"),
        settlement(setl_id="C", certno=certno(2), psn_part_amt=200, maf_pay=800, insu_admdvs="330783"),
    )
    bureau.identities(*({"certno": certno(n), "category": "dibao"} for n in range(4)))
    bureau.run("dongyang-2020-24")
    (row,) = indicators(call_monitor)["aid_reach"]
    assert (row["numerator"], row["denominator"], row["met"]) == ("2", "3", "no")
    assert "足额 1 人" in row["detail"]


# --- households -----------------------------------------------------------------------------------

HOUSEHOLDS = read_table(
    """
    | income | members | line | burden | hukou | property | category | outcome        | why            |
    |--------|---------|------|--------|-------|----------|----------|----------------|----------------|
    | 36000  | 3       | 700  | 10800  | 是    | 是       |          | no_candidate   | 不低于         |
    | 36000  | 3       | 700  | 10800.01 | 是  | 是       |          | candidate      | 均已核查符合   |
    | 36000  | 3       | 700  | 20000  |       | 是       |          | to_verify      | 户籍尚未核查   |
    | 36000  | 3       | 700  | 20000  | 否    | 是       |          | no_candidate   | 户籍           |
    | 36000  | 3       | 700  | 20000  | 是    | 否       |          | no_candidate   | 财产           |
    | 36000  | 3       | 700  | 20000  | 是    | 是       | dibao    | no_candidate   | 低保对象       |
    | 36000  | 3       | 700  | 50000  | 是    | 是       | monitored_sudden | candidate | 均已核查符合 |
    | 36000  | 0       | 700  | 20000  | 是    | 是       |          | not_computable | 人口数为零     |
    | 36000  | -1      | 700  | 20000  | 是    | 是       |          | not_computable | 为零或负数     |
    | 36000  |         | 700  | 20000  | 是    | 是       |          | not_computable | 没有填家庭人口 |
    | 0      | 3       | 700  | 20000  | 是    | 是       |          | candidate      | 均已核查符合   |
    | 0.00   | 3       | 700  | 5000   | 是    | 是       |          | candidate      | 均已核查符合   |
    | 0      | 3       | 0.01 | 20000  | 是    | 是       |          | candidate      | 均已核查符合   |
    | 0      | 3       | 700  | 20000  |       |          |          | to_verify      | 户籍、家庭财产尚未核查 |
    | 0      | 3       | 700  | 20000  | 否    | 是       |          | no_candidate   | 户籍           |
    | 0      | 3       | 700  | 20000  | 是    | 是       | dibao    | no_candidate   | 低保对象       |
    | 0.01   | 3       | 700  | 5000   | 是    | 是       |          | candidate      | 均已核查符合   |
    | 0      | 0       | 700  | 20000  | 是    | 是       |          | not_computable | 人口数为零     |
    | 0      | 3       | 0    | 20000  | 是    | 是       |          | not_computable | 低保标准为零   |
    | -0.01  | 3       | 700  | 20000  | 是    | 是       |          | not_computable | 年收入为负     |
    | -5     | 3       | 700  | 20000  | 是    | 是       |          | not_computable | 年收入为负     |
    |        | 3       | 700  | 20000  | 是    | 是       |          | not_computable | 没有填家庭年   |
    | 36000  | 3       | 0    | 20000  | 是    | 是       |          | not_computable | 低保标准为零   |
    | 36000  | 3       |      | 20000  | 是    | 是       |          | not_computable | 没有填低保     |
    """
)


def household(n: int, row: dict[str, str], member: int = 0, **given: str) -> dict[str, str]:
    return {"household": f"H{n}", "certno": certno(n + 100 * member), "psn_name": "", "members": row["members"],
            "family_income": row["income"], "income_year": "2025", "dibao_line": row["line"], "local_hukou": row["hukou"],
            "property_ok": row["property"], **given}


def test_the_household_test(bureau: Bureau, call_monitor: Monitor) -> None:
    """(family income − household burden) ÷ 12 ÷ members below the line; the burden is half each of two members."""
    bureau.incomes({"region": "150100"}, {"region": "150100", "residents": "rural"})
    bureau.settlements(*(
        settlement(setl_id=f"S{n}-{k}", certno=certno(n + 100 * k), insu_admdvs="150102",
                   psn_part_amt=Decimal(row["burden"]) - 5000 if k else "4000", maf_pay="0" if k else "1000")
        for n, row in enumerate(HOUSEHOLDS) for k in (0, 1)
    ))
    bureau.load("households", [household(n, row, k) for n, row in enumerate(HOUSEHOLDS) for k in (0, 1)])
    bureau.load("serious_illness", [{"certno": certno(n), "psn_name": "", "disease": "样例病", "marked_on": "2025-01-01", "ended_on": ""}
                                    for n in range(len(HOUSEHOLDS))])
    bureau.identities(*({"certno": certno(n), "category": row["category"]} for n, row in enumerate(HOUSEHOLDS) if row["category"]))
    bureau.run("inner-mongolia-2022-draft", trial=True)
    found = {row["certno"]: row for row in rows(call_monitor, "households")}
    for n, row in enumerate(HOUSEHOLDS):
        one = found[certno(n)]
        assert one["outcome"] == row["outcome"], row
        assert row["why"] in one["note"], (row, one["note"])
        assert Decimal(one["burden"]) == Decimal(row["burden"]), row
        assert (one["working"] == "") == (row["outcome"] == "not_computable"), row
    assert found[certno(1)]["working"] == "max(0, 36000.00 − 10800.01) ÷ 12 ÷ 3 ≈ 699.9997 ＜ 700.00"
    assert found[certno(10)]["working"] == "max(0, 0.00 − 20000.00) ÷ 12 ÷ 3 ≈ 0.00 ＜ 700.00"
    assert found[certno(6)]["working"].startswith("max(0, 36000.00 − 50000.00) ÷ 12 ÷ 3 ≈ 0.00")


def test_a_household_that_contradicts_itself_is_listed(bureau: Bureau, call_monitor: Monitor) -> None:
    inner_mongolia(bureau)
    plain = {"income": "36000", "members": "3", "line": "700", "hukou": "是", "property": "是"}
    bureau.load("households", [household(0, plain), household(0, plain, 1, members="4"), household(1, plain), household(1, plain, 1, members="")])
    bureau.load("serious_illness", [{"certno": certno(0), "psn_name": "", "disease": "样例病", "marked_on": "2025-01-01", "ended_on": ""}])
    bureau.run("inner-mongolia-2022-draft", trial=True)
    assert {row["note"] for row in rows(call_monitor, "households")} == {"不能计算：同户各行的人口、收入或低保标准不一致"}


def test_households_without_marks_or_at_all(bureau: Bureau, call_monitor: Monitor) -> None:
    inner_mongolia(bureau)
    done = call_monitor("households")
    assert done.returncode == 1 and "缺少家庭人口和收入（households）" in done.stderr
    plain = {"income": "100", "members": "1", "line": "700", "hukou": "是", "property": "是"}
    bureau.load("households", [household(2, plain)])
    bureau.run("inner-mongolia-2022-draft", trial=True)
    (row,) = rows(call_monitor, "households")
    assert row["outcome"] == "not_computable" and "serious_illness" in row["note"] and row["working"]


def test_elsewhere_the_household_test_is_others_business(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100))
    bureau.run()
    done = call_monitor("households")
    assert done.returncode == 1 and "认定办法留给其他部门制定" in done.stderr
