"""Critical-illness insurance on the bureau's own deductible and segments: the tilt of each text, the share of 60 %, Weihai's drugs."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement
from tables import read_table

from monitor.policy.insurance_terms import Band, bands_of

Monitor = Callable[..., subprocess.CompletedProcess[str]]
FUNDS = dict.fromkeys(("hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay"), "0")
WARNINGS = {
    f"{rule}.{name}": value
    for rule in ("return_to_poverty", "poverty_due_to_illness")
    for name, value in (("amount", "20000.00"), ("measure", "burden_before_aid"), ("population", "dibao_marginal"))
}


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def table(call: Monitor, *arguments: str) -> list[dict[str, str]]:
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def district(document: str) -> str:
    return f"{LIBRARY.get(document).prefix}0102"[:6]


def bill(document: str, n: int, amount: object, *, paid: object = 0, employee: bool = False, **given: object) -> dict[str, str]:
    """``amount`` is in-policy burden before critical-illness insurance paid ``paid`` of it."""
    left = Decimal(str(amount)) - Decimal(str(paid))
    fund = {"hifob_pay": str(paid), "hifmi_pay": "0"} if employee else {"hifmi_pay": str(paid), "hifob_pay": "0"}
    return FUNDS | settlement(
        setl_id=f"S{n}-{given.get('setl_time', '')}-{given.get('med_type', '')}", certno=certno(n), psn_part_amt=left, fund_pay_sumamt=paid,
        insu_admdvs=district(document), insutype="310" if employee else "390", **given,
    ) | fund


def ready(bureau: Bureau, document: str, **recorded: str) -> None:
    """Incomes for every document: the prefecture's all-resident income of 2024 is 40,000, so that half of it is 20,000."""
    prefecture = f"{district(document)[:4]}00"
    province = f"{prefecture[:2]}0000"
    bureau.incomes(*({"region": region, "residents": residents} for region in (prefecture, province) for residents in ("all", "rural")))
    if document == "gansu-2022-23":
        recorded |= WARNINGS
    bureau.parameters(document, **recorded)


def run(bureau: Bureau, document: str) -> None:
    bureau.run(document, trial=document == "inner-mongolia-2022-draft")


SEGMENTS = "100000.00:0.6,200000.00:0.65,above:0.7"
RECORDED = {
    "gansu-2022-23": {"insurance.deductible.resident.2025": "10000.00", "insurance.segments.resident.2025": SEGMENTS,
                      "insurance.cap.resident.2025": "100000.00"},
    # Hebei's deductible is the text's: 50 % of 40,000.
    "hebei-city-2022": {"insurance.segments.resident.2025": SEGMENTS, "insurance.cap.resident.2025": "100000.00"},
    "inner-mongolia-2022-draft": {
        "insurance.deductible": "14000.00", "insurance.segments.resident.2025": SEGMENTS, "insurance.cap.resident.2025": "100000.00",
        "insurance.deductible.employee.2025": "20000.00", "insurance.segments.employee.2025": "above:0.8",
        "insurance.cap.employee.2025": "none",
    },
}

#: Everybody's bills are of March; the deductible halved, each ratio 5 points more, for the categories each text names.
DUE = read_table(
    """
    | document                  | who                 | scheme | burden  | due                                                       |
    |---------------------------|---------------------|--------|---------|-----------------------------------------------------------|
    | gansu-2022-23             | ordinary            | 390    | 10000   | 0                                                         |
    | gansu-2022-23             | ordinary            | 390    | 10000.01 | 0.01                                                     |
    | gansu-2022-23             | ordinary            | 390    | 30000   | 0.6 * 20000                                               |
    | gansu-2022-23             | ordinary            | 390    | 250000  | 100000                                                    |
    | gansu-2022-23             | tekun               | 390    | 5000    | 0                                                         |
    | gansu-2022-23             | tekun               | 390    | 5000.10 | 0.65 * 0.1                                                |
    | gansu-2022-23             | orphan              | 390    | 30000   | 0.65 * 25000                                              |
    | gansu-2022-23             | dibao               | 390    | 150000  | 0.65 * 95000 + 0.7 * 50000                                |
    | gansu-2022-23             | returned_to_poverty | 390    | 250000  | 100000                                                    |
    | gansu-2022-23             | dibao_marginal      | 390    | 30000   | 0.6 * 20000                                               |
    | hebei-city-2022           | ordinary            | 390    | 20000   | 0                                                         |
    | hebei-city-2022           | ordinary            | 390    | 30000   | 0.6 * 10000                                               |
    | hebei-city-2022           | tekun               | 390    | 10000   | 0                                                         |
    | hebei-city-2022           | tekun               | 390    | 30000   | 0.65 * 20000                                              |
    | hebei-city-2022           | dibao               | 390    | 300000  | 0.65 * 90000 + 0.7 * 100000 + 0.75 * 100000               |
    | hebei-city-2022           | returned_to_poverty | 390    | 100000  | 0.65 * 90000                                              |
    | hebei-city-2022           | monitored_sudden    | 390    | 30000   | 0.6 * 10000                                               |
    | inner-mongolia-2022-draft | ordinary            | 390    | 14000   | 0                                                         |
    | inner-mongolia-2022-draft | ordinary            | 390    | 30000   | 0.6 * 16000                                               |
    | inner-mongolia-2022-draft | dibao               | 390    | 30000   | 0.65 * 23000                                              |
    | inner-mongolia-2022-draft | dibao               | 310    | 30000   | 0.85 * 20000                                              |
    | inner-mongolia-2022-draft | ordinary            | 310    | 30000   | 0.8 * 10000                                               |
    | inner-mongolia-2022-draft | tekun               | 390    | 300000  | 0.65 * 93000 + 0.7 * 100000 + 0.75 * 100000               |
    """
)


def reckoned(text: str) -> Decimal:
    total = Decimal(0)
    for part in text.split(" + "):
        first, _, second = part.partition(" * ")
        total += Decimal(first) * Decimal(second or 1)
    return total.quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize("document", RECORDED)
def test_the_tilt_against_the_bureaus_own_terms(bureau: Bureau, call_monitor: Monitor, document: str) -> None:
    own = [(n, row) for n, row in enumerate(DUE) if row["document"] == document]
    ready(bureau, document, **RECORDED[document])
    bureau.identities(*({"certno": certno(n), "category": row["who"]} for n, row in own if row["who"] != "ordinary"))
    bureau.settlements(*(bill(document, n, row["burden"], employee=row["scheme"] == "310", setl_time="2025-03-01") for n, row in own))
    run(bureau, document)
    found = {row["certno"]: row for row in table(call_monitor, "insurance")}
    tilted = {one.value for one in LIBRARY.get(document).provisions.critical_illness.tilted_categories}  # type: ignore[union-attr]
    for n, row in own:
        due, one = reckoned(row["due"]), found.get(certno(n))
        if one is None:
            # Nothing due and nothing paid to somebody without better terms: no row.
            assert due == 0 and row["who"] not in tilted, row
            continue
        assert (Decimal(one["segments_due"]), Decimal(one["expected"])) == (due, due), row
        assert one["tilted"] == ("true" if row["who"] in tilted else "false"), row
        assert "不能由本文件算出" not in one["note"]
    n, row = next((n, row) for n, row in own if (row["who"] in ("tekun", "dibao") and Decimal(row["burden"]) == 30000) or row["who"] == "orphan")
    told = call_monitor("explain", certno(n)).stdout
    assert f"大病保险：应付 {reckoned(row['due']):,.2f}，已付 0.00" in told
    assert re.search(r"起付标准 [0-9.,]+ × 50% ＝ [0-9.,]+ 元，各段比例提高 5 个百分点", told)


DAYS = read_table(
    """
    | held                         | bills                                | due                          | tilted |
    |------------------------------|--------------------------------------|------------------------------|--------|
    | dibao 2020-01-01             | 2025-03-01 30000                     | 0.65 * 20000                 | true   |
    | dibao 2020-01-01 2025-06-30  | 2025-03-01 30000                     | 0.65 * 20000                 | true   |
    | dibao 2020-01-01 2025-06-30  | 2025-06-30 30000                     | 0.65 * 20000                 | true   |
    | dibao 2020-01-01 2025-06-30  | 2025-07-01 30000                     | 0.6 * 10000                  | false  |
    | dibao 2025-07-01             | 2025-03-01 30000                     | 0.6 * 10000                  | false  |
    | dibao 2025-07-01             | 2025-07-01 30000                     | 0.65 * 20000                 | true   |
    | dibao 2020-01-01 2025-06-30  | 2025-03-01 30000 + 2025-08-01 50000  | 0.65 * 20000 + 0.6 * 30000   | true   |
    | dibao 2020-01-01 2025-06-30 tekun 2025-05-01 | 2025-06-01 30000     | 0.65 * 20000                 | true   |
    """
)


def test_the_identity_of_the_day_of_care_has_the_better_terms(bureau: Bureau, call_monitor: Monitor) -> None:
    """Bills of days with the identity and bills without it take their deductible once each."""
    document = "hebei-city-2022"
    ready(bureau, document, **RECORDED[document])
    identities, bills = [], []
    for n, row in enumerate(DAYS):
        words = re.findall(r"([a-z]+) (\S+)(?: (\d\S+))?", row["held"])
        identities += [{"certno": certno(n), "category": category, "begin": begin, "end": end} for category, begin, end in words]
        bills += [bill(document, n, amount, setl_time=day) for day, amount in re.findall(r"(\d{4}-\S+) (\d+)", row["bills"])]
    bureau.identities(*identities)
    bureau.settlements(*bills)
    run(bureau, document)
    found = {row["certno"]: row for row in table(call_monitor, "insurance")}
    assert {n: (Decimal(found[certno(n)]["expected"]), found[certno(n)]["tilted"]) for n in range(len(DAYS))} == {
        n: (reckoned(row["due"]), row["tilted"]) for n, row in enumerate(DAYS)
    }


BANDS = read_table(
    """
    | segments                            | deductible | points | from the deductible | bands                                           |
    |-------------------------------------|------------|--------|---------------------|-------------------------------------------------|
    | above:0.6                           | 20000      | 0      | no                  | 20000 on 0.6                                    |
    | above:0.6                           | 10000      | 0.05   | no                  | 10000 on 0.65                                   |
    | 100000.00:0.6,above:0.7             | 20000      | 0      | no                  | 20000 100000 0.6; 100000 on 0.7                 |
    | 100000.00:0.6,above:0.7             | 20000      | 0      | yes                 | 20000 120000 0.6; 120000 on 0.7                 |
    | 100000.00:0.6,above:0.7             | 100000     | 0      | no                  | 100000 on 0.7                                   |
    | 15000.00:0.5,100000.00:0.6,above:0.7 | 20000     | 0      | no                  | 20000 100000 0.6; 100000 on 0.7                 |
    | above:0.97                          | 0          | 0.05   | no                  | 0 on 1                                          |
    |                                     | 20000      | 0      | no                  |                                                 |
    """
)


@pytest.mark.parametrize("row", BANDS, ids=lambda row: f"{row['segments']} {row['deductible']} {row['from the deductible']}")
def test_segments_begin_at_the_deductible(row: dict[str, str]) -> None:
    expected = []
    for band in filter(None, row["bands"].split("; ")):
        above, up_to, ratio = band.split()
        expected.append(Band(Decimal(above), None if up_to == "on" else Decimal(up_to), Decimal(ratio)))
    found = bands_of(row["segments"], Decimal(row["deductible"]), Decimal(row["points"]), row["from the deductible"] == "yes")
    assert list(found) == expected


def test_without_the_bureaus_terms_the_command_is_named(bureau: Bureau, call_monitor: Monitor) -> None:
    document = "gansu-2022-23"
    ready(bureau, document)
    bureau.identities({"certno": certno(1), "category": "dibao"})
    bureau.settlements(bill(document, 1, 30000))
    run(bureau, document)
    done = call_monitor("insurance")
    assert done.returncode == 1 and done.stdout == ""
    assert f"monitor parameter {document} insurance.deductible.resident.2025=金额 insurance.segments.resident.2025=" in done.stderr
    assert "insurance.segments.resident.2025=" in call_monitor("explain", certno(1)).stdout
    # Another year's terms are not this year's.
    bureau.parameters(document, **{name.replace("2025", "2024"): value for name, value in RECORDED[document].items()})
    run(bureau, document)
    assert call_monitor("insurance").returncode == 1
    # Without a cap it is reckoned without one, and says so.
    bureau.parameters(document, **{name: value for name, value in RECORDED[document].items() if ".cap." not in name})
    run(bureau, document)
    (row,) = table(call_monitor, "insurance")
    assert row["expected"] == "16250.00" and "年度最高支付限额尚未登记（insurance.cap.resident.2025）" in row["note"]


SHARE = read_table(
    """
    | document                  | people: burden, paid                            | paid          | above                 | met |
    |---------------------------|-------------------------------------------------|---------------|-----------------------|-----|
    | hebei-city-2022           | 30000 6000                                      | 6000          | 10000                 | yes |
    | hebei-city-2022           | 30000 5999.99                                   | 5999.99       | 10000                 | no  |
    | hebei-city-2022           | 20000 0 & 19999.99 0 & 20000.01 0.01            | 0.01          | 0.01                  | yes |
    | hebei-city-2022           | 50000 15000 & 15000 0 & 40000 12000             | 27000         | 30000 + 20000         | no  |
    | hebei-city-2022           | 50000 18000 & 15000 100                         | 18100         | 30000                 | yes |
    | hebei-city-2022           | 50000 18000 & employee 90000 60000              | 18000         | 30000                 | yes |
    | hebei-city-2022           | 20000 0                                         |               |                       |     |
    | inner-mongolia-2022-draft | 34000 12000 & employee 34000 12000              | 24000         | 20000 + 20000         | yes |
    | inner-mongolia-2022-draft | 34000 12000 & employee 34000 11999.99           | 23999.99      | 20000 + 20000         | no  |
    """
)


@pytest.mark.parametrize("row", SHARE, ids=lambda row: f"{row['document']} {row['people: burden, paid']}")
def test_the_share_of_60_percent(bureau: Bureau, call_monitor: Monitor, row: dict[str, str]) -> None:
    """What the insurance paid ÷ the sum of max(0, in-policy cost left after basic insurance − deductible)."""
    document = row["document"]
    ready(bureau, document, **({"insurance.deductible": "14000.00"} if document.startswith("inner") else {}))
    bills = []
    for n, text in enumerate(row["people: burden, paid"].split(" & ")):
        burden, paid = text.removeprefix("employee ").split()
        bills.append(bill(document, n, burden, paid=paid, employee=text.startswith("employee")))
    bureau.settlements(*bills)
    run(bureau, document)
    (found,) = [one for one in table(call_monitor, "audit-coverage") if one["indicator"] == "critical_illness_payment"]
    if not row["paid"]:
        assert (found["value"], found["note"]) == ("", "没有人的政策范围内费用超过起付标准")
        return
    assert (Decimal(found["numerator"]), Decimal(found["denominator"])) == (Decimal(row["paid"]), reckoned(row["above"]))
    assert (found["met"], found["limit"], found["comparison"]) == (row["met"], "0.6", "at_least")


def test_the_share_needs_the_deductible(bureau: Bureau, call_monitor: Monitor) -> None:
    document = "inner-mongolia-2022-draft"
    ready(bureau, document)
    bureau.settlements(bill(document, 1, 30000))
    run(bureau, document)
    (found,) = [one for one in table(call_monitor, "audit-coverage") if one["indicator"] == "critical_illness_payment"]
    assert found["value"] == "" and found["note"].startswith("不能计算：") and "insurance.deductible=金额" in found["note"]


#: Weihai 二（二） has 高值药品 in the segments and 特药 at 80 %; med_type 15 is one code. A dibao resident with 20,000 inpatient and 10,000 of it.
DRUGS = read_table(
    """
    | recorded  | segments                     | drugs       |
    |-----------|------------------------------|-------------|
    |           | 0.65 * 11000                 | 0.8 * 10000 |
    | special   | 0.65 * 11000                 | 0.8 * 10000 |
    | segments  | 0.65 * 21000                 | 0           |
    | remainder | 0.65 * 13000                 | 0.8 * 10000 |
    """
)


def test_what_weihais_drugs_are_is_recorded(bureau: Bureau, call_monitor: Monitor) -> None:
    document = "weihai-2022-15"
    bureau.incomes()
    bureau.identities({"certno": certno(1), "category": "dibao"})
    bureau.settlements(bill(document, 1, 20000, med_type="21"), bill(document, 1, 10000, med_type="15"))
    for row in DRUGS:
        if row["recorded"]:
            bureau.parameters(document, **{"insurance.high_value_drugs": row["recorded"]})
        run(bureau, document)
        (one,) = table(call_monitor, "insurance")
        assert (Decimal(one["segments_due"]), Decimal(one["drugs_due"])) == (reckoned(row["segments"]), reckoned(row["drugs"])), row
        # Never more than the bills.
        assert Decimal(one["expected"]) <= 30000
    assert "高值药品：已登记（insurance.high_value_drugs），医疗类别 15 先按特药付" in call_monitor("explain", certno(1)).stdout


@pytest.mark.parametrize(("columns", "says"), [
    ((), ""), (("fund_pay_sumamt",), "fund_pay_sumamt"), (("hifmi_pay",), "hifmi_pay"),
])
def test_an_export_without_every_fund_has_their_sum(
    bureau: Bureau, call_monitor: Monitor, columns: tuple[str, ...], says: str
) -> None:
    """30,000 in policy after basic insurance, of which 6,000 critical-illness and 1,000 other insurance paid."""
    document = "hebei-city-2022"
    ready(bureau, document, **RECORDED[document])
    row = settlement(setl_id="S", certno=certno(1), psn_part_amt=23000, hifp_pay=5000, hifmi_pay=6000, oth_pay=1000, fund_pay_sumamt=12000,
                     insu_admdvs=district(document))
    bureau.settlements({name: value for name, value in row.items() if name not in ("oth_pay", *columns)})
    run(bureau, document)
    (found,) = [one for one in table(call_monitor, "audit-coverage") if one["indicator"] == "critical_illness_payment"]
    if says:
        assert found["value"] == "" and "没有" in found["note"] and "列" in found["note"]
        return
    assert (found["numerator"], found["denominator"], found["met"]) == ("6000.00", "10000.00", "yes")
    (one,) = table(call_monitor, "insurance")
    assert (one["base"], one["expected"], one["difference"]) == ("30000.00", "6000.00", "0.00")
