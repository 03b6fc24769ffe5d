"""What an explanation says of people on and off the list: checkable with a pocket calculator."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement

from monitor.assess.amounts import money, spoken
from monitor.assess.explanation import Crossing
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Measure
from monitor.reports.explanation import as_text


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    made.identities(
        {"certno": certno(1), "category": "dibao_marginal"},
        {"certno": certno(1), "category": "lifted_out"},
        {"certno": certno(1), "category": "monitored_sudden", "risk_eliminated": "是"},
        {"certno": certno(2), "category": "dibao"},
    )
    made.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例一", "insutype": "310"},
                {"certno": certno(4), "psn_no": "P4", "psn_name": "样例四"})
    made.settlements(
        settlement(setl_id="A1", certno=certno(1), setl_time="2025-01-10", psn_part_amt="15000", maf_pay="3000"),
        settlement(setl_id="A2", psn_no="P1", setl_time="2025-02-10", psn_part_amt="2000.01"),
        settlement(setl_id="A3", certno=certno(1), setl_time="2025-02-11", psn_part_amt="500", refd_setl_flag="1"),
        settlement(setl_id="A4", certno=certno(1), setl_time="2025-02-12", psn_part_amt="500", vali_flag="0"),
        settlement(setl_id="A5", certno=certno(1), setl_time="2024-12-31 23:59:59", psn_part_amt="500"),
        settlement(setl_id="A6", certno=certno(1), setl_time="2025-02-13", psn_part_amt="700"),
        settlement(setl_id="A7", certno=certno(1), setl_time="2025-02-14", psn_part_amt="-700", refd_setl_flag="1", init_setl_id="A6"),
        settlement(setl_id="B1", certno=certno(2), setl_time="2025-02-14", psn_part_amt="20000.01"),
        settlement(setl_id="C1", psn_no="P3", setl_time="2025-02-14", psn_part_amt="60000.01"),
    )
    made.settlements(settlement(setl_id="A8", certno=certno(1), setl_time="2025-03-01", psn_part_amt="40"))
    made.settlements(settlement(setl_id="A8", certno=certno(1), setl_time="2025-03-01", psn_part_amt="50"))
    return made


def test_every_settlement_is_there_with_its_reason_and_the_sum_adds_up(bureau: Bureau) -> None:
    found = bureau.explain(bureau.run(), certno(1))
    reasons = [(one["setl_id"], one["reason"], one["running"]["burden_before_aid"]) for one in found["settlements"]]
    assert reasons == [
        ("A5", "outside_window", "0.00"),
        ("A1", "", "18000.00"),
        ("A2", "", "20000.01"),
        ("A3", "refund_flag", "20000.01"),
        ("A4", "void", "20000.01"),
        ("A6", "refunded", "20000.01"),
        ("A7", "refund_flag", "20000.01"),
        ("A8", "superseded", "20000.01"),
        ("A8", "", "20050.01"),
    ]
    counted = [Decimal(one["amounts"]["burden_before_aid"]) for one in found["settlements"] if one["counted"]]
    assert sum(counted) == Decimal(found["sums"]["burden_before_aid"]) == 15000 + 3000 + Decimal("2000.01") + 50
    assert [one["setl_id"] for one in found["settlements"] if one["tips"]] == ["A2"]
    assert all(one["source"]["file"] and one["source"]["line"] > 1 for one in found["settlements"])


def test_which_identity_applied_and_why_the_others_did_not(bureau: Bureau) -> None:
    found = bureau.explain(bureau.run(), certno(1))
    assert {one["category"]: one["in_force"] for one in found["identities"]} == {
        "dibao_marginal": True, "lifted_out": False, "monitored_sudden": False,
    }
    why = {one["category"]: one["why"] for one in found["identities"]}
    assert "没有点名" in why["lifted_out"]
    assert "风险已消除" in why["monitored_sudden"]
    assert found["category"]["id"] == "dibao_marginal"
    rule, other = found["rules"]
    assert (rule["applies"], rule["over"], rule["excess"], rule["clause"]) == (True, True, "50.01", "二（四）")
    assert rule["benchmark"]["region"] == "370000"
    assert "低保边缘家庭成员" in rule["quote"]
    assert (other["applies"], other["over"]) == (False, False)
    assert other["why"]


@pytest.mark.parametrize(("amount", "said"), [("1.085", "1.09"), ("1.095", "1.10"), ("1.0849", "1.08"), ("-1.085", "-1.09"), ("2", "2.00")])
def test_a_half_cent_is_rounded_as_the_sums_are(amount: str, said: str) -> None:
    """0.7 × 1.55 = 1.085 is 1.09 due, in the line of arithmetic as in the list."""
    assert money(Decimal(amount)) == said


def test_an_amount_in_a_sentence_can_be_read() -> None:
    assert (spoken("281957.53"), spoken("19999.995"), spoken("0.50"), spoken("")) == ("281,957.53", "19,999.995", "0.50", "")


def test_somebody_no_rule_covers(bureau: Bureau) -> None:
    found = bureau.explain(bureau.run(), certno(2))
    assert not any(rule["applies"] for rule in found["rules"])
    assert "没有一条规则覆盖" in found["verdict"]
    assert "20,000.01" in found["verdict"]


def test_somebody_known_by_psn_no_only(bureau: Bureau) -> None:
    found = bureau.explain(bureau.run(), "P3")
    assert found["person"]["certno"] == ""
    assert found["rules"][1]["over"]
    assert bureau.explain(bureau.run(), "P1")["person"]["certno"] == certno(1)


def test_somebody_registered_without_a_settlement(bureau: Bureau) -> None:
    found = bureau.explain(bureau.run(), certno(4))
    assert found["settlements"] == []
    assert found["rules"][1]["applies"]
    assert found["sums"]["burden_before_aid"] == "0.00"


def test_amounts_and_days_are_values_until_they_are_written(bureau: Bureau) -> None:
    found = bureau.explanation(bureau.run(), certno(1))
    first, other = found.rules
    assert (first.burden, first.threshold, first.excess) == (Decimal("20050.01"), 20000, Decimal("50.01"))
    assert first.crossing == Crossing(date(2025, 2, 10), "A2")
    assert (other.category, other.excess, other.crossing) == (None, None, None)
    assert found.sums[Measure.BURDEN_BEFORE_AID] - found.sums[Measure.BURDEN_AFTER_AID] == 3000
    assert [one.maf_pay for one in found.settlements if one.setl_id == "A1"] == [3000]
    assert {type(one.setl_time) for one in found.settlements} == {datetime}


def test_the_keys_of_the_json_and_their_order(bureau: Bureau) -> None:
    """Whoever reads the JSON by place or by name finds what was there before."""
    found = bureau.explain(bureau.run(), certno(1))
    assert list(found) == [
        "document", "run", "as_of", "known_at", "trial", "provisional", "window", "person", "numbers", "identities", "category",
        "verdict", "rules", "settlements", "suspected_duplicates", "sums",
    ]
    line = ["line_text", "benchmark", "multiple", "threshold"]
    assert [list(rule) for rule in found["rules"]] == 2 * [[
        "rule", "kind", "kind_label", "applies", "why", "category", "category_label", "measure", "measure_label", "measure_formula",
        "burden", *line, "over", "excess", "crossed_on", "crossing_setl_id", "clause", "quote", "readings",
    ]]
    assert list(found["settlements"][0]) == [
        "setl_id", "setl_time", "counted", "reason", "reason_label", "insutype", "med_type", "fixmedins_name", "refd_setl_flag",
        "init_setl_id", "vali_flag", "med_type_label", "psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay",
        "preselfpay_amt", "amounts", "running", "tips", "source",
    ]


def test_nobody(bureau: Bureau) -> None:
    with pytest.raises(MonitorError, match="没有该证件号码"):
        bureau.explain(bureau.run(), certno(9))


def test_the_text_says_it_all_in_chinese(bureau: Bureau) -> None:
    text = as_text(bureau.explanation(bureau.run(), certno(1)))
    for part in ("结论：截至 2025-12-31", "超过因病返贫预警线 20,000.00 元", "标准：40000.00 × 50% = 20000.00",
                 "首次越线：2025-02-10，结算 A2", "← 由此越线", "已被退费冲销", "× 脱贫人口", "√ 低保边缘家庭成员"):
        assert part in text, part
