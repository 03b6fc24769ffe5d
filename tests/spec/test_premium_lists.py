"""Premium lists: who stands in the list of a month, for how much, before anybody has paid; by document, category and year."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import Bureau, certno
from tables import read_table

from monitor.base.vocabulary import MONITORED

Monitor = Callable[..., subprocess.CompletedProcess[str]]
DISTRICTS = {"weihai-2022-15": "371002", "hebei-city-2022": "130602", "inner-mongolia-2022-draft": "150102",
             "dongyang-2020-24": "330783", "gansu-2022-23": "620102"}


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def district(document: str) -> str:
    """A district of the document's region (the document's own, wherever it is)."""
    from bureau import LIBRARY

    prefix = LIBRARY.get(document).prefix
    return DISTRICTS[document] if DISTRICTS[document].startswith(prefix) else f"{prefix}02".ljust(6, "0")[:6]


#: Recorded for the year → what each category gets. Amounts are those of the year asked about alone.
AMOUNTS = read_table(
    """
    | document                  | month   | recorded                                                        | category              | amount     | shares    | fiscal |
    |---------------------------|---------|-----------------------------------------------------------------|-----------------------|------------|-----------|--------|
    | hebei-city-2022           | 2022-06 | standard=350.05 fiscal=610                                      | tekun                 | 350.05     | 0         | 610    |
    | hebei-city-2022           | 2022-06 | standard=350.05 fiscal=610                                      | dibao                 | 315.05     | 0         | 610    |
    | hebei-city-2022           | 2022-06 | standard=350 fiscal=610                                         | monitored_marginal    | 350 * 0.9  | 0         | 610    |
    | hebei-city-2022           | 2022-06 | standard=350 fiscal=610                                         | monitored_sudden      | 350 * 0.9  | 0         | 610    |
    | hebei-city-2022           | 2023-01 | standard=380 fiscal=640                                         | dibao                 | 380 * 0.9  | 0         | 640    |
    | hebei-city-2022           | 2023-12 | standard=380 fiscal=640                                         | monitored_marginal    | 380 * 0.8  | 0         | 640    |
    | hebei-city-2022           | 2024-01 | standard=400 fiscal=670                                         | monitored_sudden      | 400 * 0.7  | 0         | 670    |
    | hebei-city-2022           | 2025-12 | standard=400 fiscal=700                                         | monitored_sudden      | 400 * 0.6  | 0         | 700    |
    | hebei-city-2022           | 2025-12 | standard=400 fiscal=700                                         | monitored_unstable    | off        |           |        |
    | hebei-city-2022           | 2025-12 | standard=400 fiscal=700                                         | returned_to_poverty   | off        |           |        |
    | hebei-city-2022           | 2025-12 | standard=400 fiscal=700                                         | dibao_marginal        | off        |           |        |
    | hebei-city-2022           | 2026-01 | standard=400 fiscal=700                                         | monitored_sudden      | off        |           |        |
    | hebei-city-2022           | 2026-01 | standard=400 fiscal=700                                         | tekun                 | 400        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 tier_1=350 fixed.amount=350 fiscal=700               | tekun                 | 460        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 tier_1=350 fixed.amount=350 fiscal=700               | orphan                | 460        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290 fiscal=700                          | dibao                 | 290        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290 fiscal=700                          | returned_to_poverty   | 290        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290 fiscal=700                          | dibao_marginal        | 290        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290 fiscal=700                          | monitored             | 290        | 0         | 700    |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290 fiscal=700                          | illness_poor          | off        |           |        |
    | weihai-2022-15            | 2025-06 | tier_2=460 fixed.amount=290                                     | dibao                 | 290        | 0         |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | tekun                 | 380        | 0         |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | orphan                | 380        | 0         |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | dibao                 | 200        | 0         |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | monitored             | 180        | 0         |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | lifted_out            | 180        | 0         |        |
    | gansu-2022-23             | 2024-07 | standard=380 fixed.amount=200 fixed_transition.amount=180       | lifted_out            | off        |           |        |
    | gansu-2022-23             | 2024-03 | standard=380 fixed.amount=200 fixed_transition.amount=180       | dibao_marginal        | off        |           |        |
    | inner-mongolia-2022-draft | 2024-03 | standard=380.55 fiscal=640                                      | tekun                 | 380.55     | 0         | 640    |
    | inner-mongolia-2022-draft | 2024-03 | standard=380.55 fiscal=640                                      | dibao                 | 228.33     | 0         | 640    |
    | inner-mongolia-2022-draft | 2024-03 | standard=400 share.share=0.8                                    | returned_to_poverty   | 400 * 0.8  | 0         |        |
    | inner-mongolia-2022-draft | 2024-03 | standard=400                                                    | monitored             | off        |           |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | tekun                 | 600        | 3 * 100.1 |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | dibao                 | 600        | 3 * 100.1 |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | dibao_marginal        | 600        | 100.10    |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | child_in_need         | 600        | 0         |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | illness_poor          | 600        | 0         |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | veteran_hardship      | 600        | 0         |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100.10                                 | severe_disability     | 600        | 0         |        |
    | dongyang-2020-24          | 2025-06 | standard=600 share_price=100 fiscal=700 others.amount=300       | severe_disability     | 300        | 0         | 700    |
    """
)


def reckoned(text: str) -> Decimal:
    first, _, second = text.partition(" * ")
    return Decimal(first) * Decimal(second or 1)


def record(bureau: Bureau, document: str, month: str, recorded: str) -> None:
    year = month[:4]
    values = dict(one.split("=") for one in recorded.split())
    yearly = {f"premium.{name}" + ("" if name == "share.share" else f".{year}"): value for name, value in values.items()}
    if document == "gansu-2022-23":
        yearly["aid.transition_end"] = "2024-06-30"
    bureau.parameters(document, **yearly)


def listed(call: Monitor, document: str, month: str, *more: str) -> dict[str, dict[str, str]]:
    done = call("premiums", "--month", month, "--document", document, "--format", "csv", *more)
    assert done.returncode == 0, done.stderr
    return {row["certno"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


@pytest.mark.parametrize("row", AMOUNTS, ids=lambda row: f"{row['document']} {row['month']} {row['category']} {row['recorded']}")
def test_what_each_category_is_given(bureau: Bureau, call_monitor: Monitor, row: dict[str, str]) -> None:
    document, categories = row["document"], [row["category"]]
    if row["category"] == "monitored":
        categories = [one.value for one in MONITORED]
    bureau.identities(*({"certno": certno(n), "category": category, "begin": "2020-01-01"} for n, category in enumerate(categories)))
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "insu_admdvs": district(document)} for n in range(len(categories))))
    record(bureau, document, row["month"], row["recorded"])
    found = listed(call_monitor, document, row["month"], "--trial")
    if row["amount"] == "off":
        assert found == {}
        return
    assert set(found) == {certno(n) for n in range(len(categories))}
    for one in found.values():
        assert Decimal(one["amount"]) == reckoned(row["amount"]), one
        assert Decimal(one["shares_amount"]) == reckoned(row["shares"]), one
        assert one["fiscal"] == (f"{Decimal(row['fiscal']):.2f}" if row["fiscal"] else "")
        total = Decimal(one["amount"]) + Decimal(one["shares_amount"]) + Decimal(row["fiscal"] or 0)
        assert one["total"] == (f"{total:.2f}" if row["fiscal"] else "")


#: Held from … to … (both included); whether the list of the month has them, and as what.
DAYS = read_table(
    """
    | document         | held                             | month   | state      |
    |------------------|----------------------------------|---------|------------|
    | hebei-city-2022  | begin 2025-06-01                 | 2025-05 |            |
    | hebei-city-2022  | begin 2025-06-01                 | 2025-06 | joined     |
    | hebei-city-2022  | begin 2025-06-01                 | 2025-07 | continuing |
    | hebei-city-2022  | begin 2025-06-02                 | 2025-06 |            |
    | hebei-city-2022  | begin 2025-06-02                 | 2025-07 | joined     |
    | hebei-city-2022  | recognised 2025-05-31            | 2025-05 |            |
    | hebei-city-2022  | recognised 2025-05-31            | 2025-06 | joined     |
    | hebei-city-2022  | begin 2020-01-01 end 2025-06-01  | 2025-06 | continuing |
    | hebei-city-2022  | begin 2020-01-01 end 2025-05-31  | 2025-06 |            |
    | hebei-city-2022  | begin 2020-01-01 end 2025-05-31  | 2025-05 | continuing |
    | dongyang-2020-24 | begin 2020-01-01 end 2025-05-31  | 2025-06 | left       |
    | dongyang-2020-24 | begin 2020-01-01 end 2025-01-01  | 2025-12 | left       |
    | dongyang-2020-24 | begin 2020-01-01 end 2024-12-31  | 2025-01 |            |
    | dongyang-2020-24 | begin 2020-01-01 end 2025-05-31  | 2026-01 |            |
    | dongyang-2020-24 | begin 2025-06-15                 | 2025-05 |            |
    | dongyang-2020-24 | begin 2025-06-15                 | 2025-06 | joined     |
    | dongyang-2020-24 | recognised 2025-06-15            | 2025-05 |            |
    | dongyang-2020-24 | recognised 2025-06-15            | 2025-06 | joined     |
    | dongyang-2020-24 | recognised 2025-06-15            | 2025-07 | continuing |
    """
)


@pytest.mark.parametrize("row", DAYS, ids=lambda row: f"{row['document']} {row['held']} {row['month']}")
def test_joiners_and_leavers(bureau: Bureau, call_monitor: Monitor, row: dict[str, str]) -> None:
    """The identity on the first day of the month; in Dongyang leavers keep the year, and the month of approval counts."""
    words = row["held"].split()
    held = dict(zip(words[::2], words[1::2], strict=True))
    days = {"recognised_on": held["recognised"], "ended_on": ""} if "recognised" in held else {"begin": held["begin"], "end": held.get("end", "")}
    bureau.load("identities", [{"certno": certno(1), "psn_name": "", "category": "dibao", "department": "民政", **days}])
    record(bureau, row["document"], row["month"], "standard=400 share_price=100 fiscal=700")
    found = listed(call_monitor, row["document"], row["month"])
    assert [one["state"] for one in found.values()] == ([row["state"]] if row["state"] else [])


def test_joiners_who_are_insured_already_wait_for_the_next_year_in_dongyang(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.identities({"certno": certno(1), "category": "dibao", "begin": "2025-03-01"},
                      {"certno": certno(2), "category": "dibao", "begin": "2025-03-01"},
                      {"certno": certno(3), "category": "dibao", "begin": "2025-01-01"})
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "psn_insu_stas": insured, "insu_admdvs": "330783"}
                    for n, insured in ((1, "1"), (2, "2"), (3, "1"))))
    for year in ("2025", "2026"):
        record(bureau, "dongyang-2020-24", f"{year}-01", "standard=400 share_price=100")
    assert set(listed(call_monitor, "dongyang-2020-24", "2025-03")) == {certno(2), certno(3)}
    assert set(listed(call_monitor, "dongyang-2020-24", "2026-01")) == {certno(1), certno(2), certno(3)}
    told = call_monitor("premiums", "--month", "2025-03", "--document", "dongyang-2020-24").stdout
    assert "1 人年内新认定、已自行参保，次年资助，不在名单" in told


def test_of_several_identities_the_highest_and_one_row(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.identities(*({"certno": certno(1), "category": one} for one in ("dibao", "tekun", "monitored_sudden")))
    record(bureau, "hebei-city-2022", "2025-06", "standard=400 fiscal=700")
    (row,) = listed(call_monitor, "hebei-city-2022", "2025-06").values()
    assert (row["category"], row["amount"], row["kind"]) == ("tekun", "400.00", "full")


def test_who_is_not_on_it_is_counted_and_who_is_in_no_register_is_marked(bureau: Bureau, call_monitor: Monitor) -> None:
    code = district("hebei-city-2022")
    bureau.identities(*({"certno": certno(n), "category": "dibao"} for n in range(1, 7)))
    bureau.people(
        {"psn_no": "P1", "certno": certno(1), "insu_admdvs": code, "town": "甲镇"},
        {"psn_no": "P2", "certno": certno(2), "insu_admdvs": code, "town": "乙镇", "psn_insu_stas": "2"},
        {"psn_no": "P3", "certno": certno(3), "insu_admdvs": code, "insutype": "310"},
        {"psn_no": "P4", "certno": certno(4), "insu_admdvs": code, "surv_stas": "2"},
        {"psn_no": "P5", "certno": certno(5), "insu_admdvs": "110101"},
    )
    record(bureau, "hebei-city-2022", "2025-06", "standard=400 fiscal=700")
    done = call_monitor("premiums", "--month", "2025-06", "--document", "hebei-city-2022")
    assert done.returncode == 0, done.stderr
    for said in ("1 人参加职工医保", "1 人参保地不在文件地区", "1 人已死亡", "1 人不在参保登记中", "1 人登记为未参保"):
        assert said in done.stdout
    assert done.stdout.splitlines()[-1] == "合计：3 人，资助个人缴费 1,080.00 元，财政补助 2,100.00 元，共 3,180.00 元"
    told = json.loads(call_monitor("premiums", "--month", "2025-06", "--document", "hebei-city-2022", "--format", "json").stdout)
    assert told["totals"] == {"people": 3, "amount": "1080.00", "shares_amount": "0.00", "fiscal": "2100.00", "total": "3180.00"}
    assert {one["place"]: one["total"] for one in told["by_town"]} == {
        f"{code} 甲镇": "1060.00", f"{code} 乙镇": "1060.00", "地区不详": "1060.00"
    }
    assert {row["certno"]: (row["insured"], row["note"]) for row in told["people"]} == {
        certno(1): ("insured", ""), certno(2): ("not_insured", ""), certno(6): ("unknown", "不在参保登记中"),
    }
    assert set(listed(call_monitor, "hebei-city-2022", "2025-06", "--district", code)) == {certno(1), certno(2)}


REFUSED = read_table(
    """
    | document         | month   | recorded                            | says                                                                             |
    |------------------|---------|-------------------------------------|----------------------------------------------------------------------------------|
    | hebei-city-2022  | 2025-06 |                                     | monitor parameter hebei-city-2022 premium.standard.2025=金额                     |
    | hebei-city-2022  | 2025-06 | fiscal=700                          | monitor parameter hebei-city-2022 premium.standard.2025=金额                     |
    | weihai-2022-15   | 2025-06 | tier_2=460                          | monitor parameter weihai-2022-15 premium.fixed.amount.2025=金额                  |
    | weihai-2022-15   | 2025-06 | fixed.amount=350                    | monitor parameter weihai-2022-15 premium.tier_2.2025=金额                        |
    | weihai-2022-15   | 2025-06 | tier_2=460 tier_1=350 fixed.amount=350.01 | 高于个人缴费标准 350.00 元                                                 |
    | dongyang-2020-24 | 2025-06 | standard=400                        | monitor parameter dongyang-2020-24 premium.share_price.2025=金额                 |
    | dongyang-2020-24 | 2025-06 | share_price=100                     | monitor parameter dongyang-2020-24 premium.standard.2025=金额                    |
    | gansu-2022-23    | 2024-03 | standard=380 fixed.amount=200       | monitor parameter gansu-2022-23 premium.fixed_transition.amount.2024=金额        |
    | hebei-city-2022  | 2026-01 | standard=400                        | 已失效                                                                           |
    """
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row['document']} {row['month']} {row['recorded']}")
def test_a_list_without_its_figures_is_refused_with_the_command(bureau: Bureau, call_monitor: Monitor, row: dict[str, str]) -> None:
    bureau.identities({"certno": certno(1), "category": "dibao"})
    # Another year's figures are not this year's.
    record(bureau, row["document"], "2021-01", "standard=1 tier_2=1 fixed.amount=1 share_price=1")
    record(bureau, row["document"], row["month"], row["recorded"])
    done = call_monitor("premiums", "--month", row["month"], "--document", row["document"])
    assert done.returncode == 1 and row["says"] in done.stderr and done.stdout == ""


def test_the_command_that_is_named_works(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.identities({"certno": certno(1), "category": "dibao"})
    paper = ("--paper", "样例文件", "--by", "样例")
    assert call_monitor("parameter", "hebei-city-2022", "premium.standard.2025=400", *paper).returncode == 0
    done = call_monitor("premiums", "--month", "2025-06", "--document", "hebei-city-2022")
    assert done.stdout.splitlines()[-1] == "合计：1 人，资助个人缴费 360.00 元"
    assert "monitor parameter hebei-city-2022 premium.fiscal.2025=金额" in done.stdout
    refused = call_monitor("parameter", "hebei-city-2022", "premium.standard=400", *paper)
    assert refused.returncode == 1 and "请写明年份" in refused.stderr


def test_a_monitored_risk_that_is_eliminated_and_people_who_have_died_get_nothing(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.identities({"certno": certno(1), "category": "monitored_sudden", "risk_eliminated": "否"},
                      {"certno": certno(2), "category": "dibao_marginal"})
    record(bureau, "hebei-city-2022", "2025-06", "standard=400")
    assert set(listed(call_monitor, "hebei-city-2022", "2025-06")) == {certno(1)}


def test_a_home_without_lists_and_a_document_nobody_knows(bureau: Bureau, call_monitor: Monitor) -> None:
    done = call_monitor("premiums", "--month", "2025-06", "--document", "nowhere")
    assert done.returncode == 1 and "nowhere" in done.stderr
    bureau.incomes()
    done = call_monitor("premiums", "--month", "2025-06")
    assert done.returncode == 1 and "--document" in done.stderr
    done = call_monitor("premiums", "--month", "2025-06", "--document", "hebei-city-2022")
    assert done.returncode == 1 and "monitor import identities" in done.stderr
    assert call_monitor("premiums", "--month", "2025-13").returncode == 2


def test_the_list_is_audited_and_the_same_twice(bureau: Bureau, call_monitor: Monitor, tmp_path: Path) -> None:
    bureau.identities({"certno": certno(1), "category": "dibao"})
    record(bureau, "hebei-city-2022", "2025-06", "standard=400")
    asked = ("premiums", "--month", "2025-06", "--document", "hebei-city-2022", "--format", "csv", "--output")
    for name in ("one.csv", "two.csv"):
        assert call_monitor(*asked, str(tmp_path / name)).returncode == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    entries = json.loads(call_monitor("audit", "list", "--action", "exported", "--format", "json").stdout)
    assert [entry["object"] for entry in entries] == ["premiums:hebei-city-2022:2025-06"] * 2


def test_pooling_areas_can_have_premiums_of_their_own(bureau: Bureau, call_monitor: Monitor) -> None:
    """Gansu: one pooling area's own premium beside everybody's; who is insured nobody knows where belongs to neither."""
    bureau.identities(*({"certno": certno(n), "category": "tekun"} for n in (1, 2, 3)))
    bureau.people({"psn_no": "P1", "certno": certno(1), "insu_admdvs": "620602"}, {"psn_no": "P2", "certno": certno(2), "insu_admdvs": "620102"})
    record(bureau, "gansu-2022-23", "2024-03", "standard=380 fixed.amount=200 fixed_transition.amount=180")
    bureau.parameters("gansu-2022-23", **{"premium.standard.2024@620600": "400.00"})
    assert {number: row["amount"] for number, row in listed(call_monitor, "gansu-2022-23", "2024-03").items()} == {
        certno(1): "400.00", certno(2): "380.00"
    }
    told = call_monitor("premiums", "--month", "2024-03", "--document", "gansu-2022-23").stdout
    assert "1 人参保地不详，不知适用哪个统筹地区的标准，不在名单" in told
