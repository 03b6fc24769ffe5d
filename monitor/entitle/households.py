"""The test for 因病致贫重病患者: what a household has left after its medical burden, against the local dibao line.

Candidates are listed with the working; recognising them is for people. Figures that are negative, absent or contradictory,
and numbers of members and lines of zero, are listed and nothing is divided by them. An income of 0 is an income.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from monitor.assess import optional
from monitor.assess.amounts import money
from monitor.assess.frames import Frame
from monitor.base.errors import PolicyError
from monitor.base.vocabulary import HouseholdOutcome
from monitor.base.wording import spaced
from monitor.entitle.calculation import over_the_year
from monitor.entitle.inputs import feed_lacks
from monitor.entitle.sql import sql
from monitor.policy.document import Document
from monitor.policy.provisions import Recognition, RecognitionTest
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.names import look_up

Row = dict[str, Any]

#: What is wrong with a household's figures, by ``household_test.problem``.
PROBLEMS = {
    "differing": "同户各行的人口、收入或低保标准不一致",
    "no_members": "没有填家庭人口数", "bad_members": "家庭人口数为零或负数",
    "no_income": "没有填家庭年收入", "bad_income": "家庭年收入为负数",
    "no_line": "没有填低保标准", "bad_line": "低保标准为零或负数",
}


#: The columns a member's burden is made of.
_BURDEN = ("psn_part_amt", "maf_pay")


@dataclass(frozen=True)
class Tested:
    """The result: a row a seriously ill member (or a household with wrong figures), or why there is none."""

    rows: tuple[Row, ...]
    sentence: str


def test_of(document: Document) -> Recognition:
    """The document's test. Raises PolicyError where the text leaves it to others."""
    recognition = document.provisions.recognition
    if recognition is None or recognition.test is not RecognitionTest.INCOME_AFTER_BURDEN:
        where = f"（{recognition.clause}）" if recognition else ""
        raise PolicyError(
            f"文件 {spaced(document.id + where, '把')}因病致贫重病患者的认定办法留给其他部门制定，不能按本文件测算家庭；"
            "可用 inner-mongolia-2022-draft 的办法试运行作参考"
        )
    return recognition


def test_households(store: Store, frame: Frame, provisional: bool) -> Tested:
    """Everybody seriously ill in a household we were told of, in order of outcome and of what is left a head."""
    recognition = test_of(frame.asked.document)
    present = optional.present(frame.known, frame.asked.as_of)
    if sentence := optional.missing(present, "households"):
        return Tested((), sentence)
    with over_the_year(store, frame, provisional) as (engine, rules):
        if sentence := feed_lacks(frame.known, rules, _BURDEN):
            return Tested((), sentence)
        rows = _compute(engine, recognition, marks_known="serious_illness" in present)
        names = look_up(store, frame.known, engine, sorted({row["person"] for row in rows}))
    unmarked = optional.missing(present, "serious_illness")
    for row in rows:
        row["certno"], row["psn_name"] = names.get(row["person"], ("", ""))
        row["outcome"], row["why"] = _outcome(row, unmarked)
        row["working"] = working(row)
    order = list(HouseholdOutcome)
    rows.sort(key=lambda row: (order.index(row["outcome"]), _a_head(row), row["certno"]))
    return Tested(tuple(rows), "")


def _compute(engine: DuckEngine, recognition: Recognition, marks_known: bool) -> list[Row]:
    engine.table("excluded", table_of({"category": pa.string()}, [{"category": one.value} for one in recognition.excluded]))
    engine.table(
        "recognition",
        table_of({"months": pa.int32(), "marks_known": pa.bool_()}, [{"months": recognition.months, "marks_known": marks_known}]),
    )
    engine.make("marked", sql("marked"))
    engine.make("household_members", sql("household_members"))
    engine.make("member_burdens", sql("member_burdens"))
    rows: list[Row] = engine.rows(sql("household_test")).to_pylist()
    return rows


def _outcome(row: Row, unmarked: str) -> tuple[HouseholdOutcome, str]:
    if row["problem"]:
        return HouseholdOutcome.NOT_COMPUTABLE, f"不能计算：{PROBLEMS[row['problem']]}"
    if row["excluded"]:
        return HouseholdOutcome.NO_CANDIDATE, "已是特困人员、低保对象或低保边缘家庭成员"
    if not row["below"]:
        return HouseholdOutcome.NO_CANDIDATE, "扣减负担后的月人均收入不低于当地低保标准"
    if row["local_hukou"] is False:
        return HouseholdOutcome.NO_CANDIDATE, "不具有当地户籍"
    if row["property_ok"] is False:
        return HouseholdOutcome.NO_CANDIDATE, "家庭财产状况不符合规定"
    if unmarked:
        return HouseholdOutcome.NOT_COMPUTABLE, unmarked
    unchecked = [label for name, label in (("local_hukou", "户籍"), ("property_ok", "家庭财产")) if row[name] is None]
    if unchecked:
        return HouseholdOutcome.TO_VERIFY, f"{'、'.join(unchecked)}尚未核查"
    return HouseholdOutcome.CANDIDATE, "收入扣减负担后低于低保标准，户籍、财产均已核查符合"


def _a_head(row: Row) -> Decimal:
    """What is left a head and month, for sorting and display only; the test itself is a multiplication."""
    if row["problem"]:
        return Decimal(0)
    return Decimal(row["left_over"] / (row["months"] * row["members"]))


def working(row: Row) -> str:
    """The arithmetic, for a calculator; empty where it cannot be done."""
    if row["problem"]:
        return ""
    sign = "＜" if row["below"] else "≥"
    return (
        f"max(0, {money(row['family_income'])} − {money(row['burden'])}) ÷ {row['months']} ÷ {row['members']} ≈ {_rounded(row)} "
        f"{sign} {money(row['dibao_line'])}"
    )


def _rounded(row: Row) -> Decimal:
    """What is left a head, to the cent; with more places where the cent alone would show it on the line it is below."""
    found = _a_head(row)
    places = (Decimal("0.01"), Decimal("0.0001"), Decimal("0.00000001"))
    return next((one for place in places if (one := found.quantize(place)) < row["dibao_line"] or not row["below"]), found)
