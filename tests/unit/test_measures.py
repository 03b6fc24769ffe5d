"""The four measures: in SQL in one place, the same as in Python, and planned as if they were written out."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.assess.duplicates import amount_of
from monitor.assess.sql import sql
from monitor.base.vocabulary import Measure
from monitor.store.engine import DuckEngine

MONITOR = Path(__file__).resolve().parents[2] / "monitor"
PSN_PART, MAF, OUTSIDE = Decimal("1000.01"), Decimal("200.20"), Decimal("30.30")


@pytest.fixture
def engine() -> DuckEngine:
    made = DuckEngine()
    made.execute(sql("measures").read_text(encoding="utf-8"))
    return made


ARGUMENTS = {
    Measure.BURDEN_BEFORE_AID: (PSN_PART, MAF), Measure.BURDEN_AFTER_AID: (PSN_PART,),
    Measure.IN_POLICY_BEFORE_AID: (PSN_PART, MAF, OUTSIDE), Measure.IN_POLICY_AFTER_AID: (PSN_PART, OUTSIDE),
}


@pytest.mark.parametrize("measure", Measure)
def test_sql_and_python_make_the_same_of_a_settlement(engine: DuckEngine, measure: Measure) -> None:
    given = ", ".join(str(amount) for amount in ARGUMENTS[measure])
    assert engine.one(f"SELECT {measure.value}_of({given})") == (amount_of(measure, PSN_PART, MAF, OUTSIDE),)


@pytest.mark.parametrize(("place", "measure"), list(enumerate(Measure, start=1)))
def test_the_measure_asked_for_is_taken(engine: DuckEngine, place: int, measure: Measure) -> None:
    assert engine.one(f"SELECT measured('{measure.value}', 1, 2, 3, 4)") == (place,)


def test_no_other_file_says_which_column_a_measure_is() -> None:
    said = [path for path in MONITOR.rglob("*.sql") if re.search(r"WHEN 'burden_before_aid'", path.read_text(encoding="utf-8"))]
    assert said == [MONITOR / "assess" / "measures.sql"]


def test_a_macro_is_planned_as_what_it_stands_for(engine: DuckEngine) -> None:
    engine.execute("CREATE TABLE k AS SELECT 'burden_after_aid' AS measure, 1 AS a, 2 AS b, 3 AS c, 4 AS d FROM range(10)")
    written_out = ("CASE measure WHEN 'burden_before_aid' THEN a WHEN 'burden_after_aid' THEN b WHEN 'in_policy_before_aid' THEN c"
                   " WHEN 'in_policy_after_aid' THEN d END")
    plans = [
        engine.execute(f"EXPLAIN SELECT {how} AS burden FROM k").fetchall()[0][1]  # noqa: S608
        for how in (written_out, "measured(measure, a, b, c, d)")
    ]
    assert plans[0] == plans[1]
