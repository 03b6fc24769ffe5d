"""Schedules that share a cap (an identity changed within the year): no text says which is filled first, and what gives most in the year is taken
(就高不重复). Weihai: basic 70 %, tilt 70 % over 5,000, to 20,000; marginal 50 % over 3,000 to 10,000, tilt 70 % over 10,000, to 10,000;
illness_poor 60 % over 10,000 to 50,000, no tilt; together at most the highest of the caps held.

``held``: the categories of January–March, April–June, July–December; ``bills``: one of each time. ``aid`` and ``tilt`` are the arithmetic.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bureau import Bureau, certno
from entitling import of_document
from tables import read_table
from test_day_of_care import scene, tell_of
from test_worked_aid import amount

ROWS = read_table(
    """
    | held                              | bills                 | aid                    | tilt                                 |
    |-----------------------------------|-----------------------|------------------------|--------------------------------------|
    | dibao, dibao, illness_poor        | 30000, 0, 100000      | 20000 + 50000          | 0.7 * (30000 - 20000 - 5000)         |
    | illness_poor, illness_poor, dibao | 100000, 0, 30000      | 50000 + 20000          | 0.7 * (30000 - 20000 - 5000)         |
    | dibao, dibao, illness_poor        | 40000, 0, 100000      | 20000 + 50000          | 0.7 * (40000 - 20000 - 5000)         |
    | dibao, dibao, illness_poor        | 20000, 0, 100000      | 14000 + 50000          | 0.7 * (20000 - 14000 - 5000)         |
    | dibao, dibao, illness_poor        | 100000, 0, 100000     | 70000                  | 20000                                |
    | dibao_marginal, dibao_marginal, illness_poor | 15000, 0, 100000 | 0 + 50000        | 0.7 * (15000 - 10000)                |
    | dibao_marginal, dibao_marginal, illness_poor | 40000, 0, 100000 | 50000            | 10000                                |
    | dibao, dibao_marginal, illness_poor | 20000, 15000, 100000 | 14000 + 6000 + 50000 | 0.7 * (20000 - 14000 - 5000)         |
    | dibao, dibao_marginal, illness_poor | 30000, 15000, 100000 | 14000 + 6000 + 50000 | 0.7 * (30000 - 14000 - 5000)         |
    | dibao, dibao_marginal, illness_poor | 60000, 15000, 100000 | 70000                | 20000                                |
    | dibao, dibao_marginal, dibao      | 30000, 20000, 70000   | 70000                  | 20000                                |
    """
)
TIMES = (("2024-01-01", "2024-03-31", "2024-02-02"), ("2024-04-01", "2024-06-30", "2024-05-05"), ("2024-07-01", "2024-12-31", "2024-08-08"))


def test_a_shared_cap_is_shared_so_that_the_year_gives_most() -> None:
    case = of_document("weihai", date(2024, 12, 31))
    for person, row in enumerate(ROWS):
        for category, bill, (first, last, day) in zip(row["held"].split(", "), row["bills"].split(", "), TIMES, strict=True):
            case.holds(person, category, date.fromisoformat(first), ended=date.fromisoformat(last))
            case.pays(person, bill, day)
    found = case.entitlements()
    for person, row in enumerate(ROWS):
        one = found[person]
        assert (one["aid"], one["tilt"]) == (amount(row["aid"]), amount(row["tilt"])), (row, one["note"])


def test_the_explanation_and_the_detail_show_how_a_cap_is_shared(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    scene(bureau, "weihai", [{"held": "dibao 2024-01-01 2024-06-30, illness_poor 2024-07-01", "applied": "illness_poor 2024-07-01 granted",
                              "bills": "30000 2024-03-05, 100000 2024-08-05"}])
    record = bureau.run("weihai-2022-15", "2024-12-31")
    told = tell_of(bureau, record, certno(0))
    assert told["expected"] == "73500.00"
    dibao = next(one for one in told["categories"] if one["category"] == "dibao")
    (shared,) = [step for step in dibao["schedules"][0]["steps"] if step["name"] == "aid"]
    assert shared["value"] == "20000.00" and shared["working"].endswith("合计不超过所持身份中最高的限额 70000.00，按合计给得最多的办法分给各标准")
    assert "按全年合计给得最多的办法分给各标准" in dibao["schedules"][0]["reading"]
