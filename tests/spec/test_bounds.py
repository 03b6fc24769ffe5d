"""`bound`: at_least where something nobody told us could make the sum more, to the cent, and nowhere else (docs/ARCHITECTURE.md, "Assistance": what is not known
never lowers what is certain"). The documents' own schedules; every income 40,000; run as of 2024-12-31.

``held``: categories with first and last day, or "granted" for an application of that day; "child" was born in 2012, "grown" came of age on
2024-06-30. ``bills``: in-policy self-payment, local and inpatient unless said, with its day (and what was paid). ``absent``: tables nobody loaded;
``recorded``: parameters. ``due`` is the arithmetic.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from entitling import Case, of_document
from tables import read_table
from test_worked_aid import RECORDED, amount

AS_OF = date(2024, 12, 31)
LOCAL = {
    "gansu": {"aid.transition_end": "2025-12-31"},
    "mongolia": {**RECORDED["neimeng"], **{f"aid.{name}.cap": "60000" for name in ("tekun", "dibao", "returned", "marginal", "illness_poor")},
                 "aid.dibao.deductible": "0", "aid.dibao.ratio": "0.7"},
}

ROWS = read_table(
    """
    | document | held                                   | bills                               | absent            | recorded                       | due                          | bound    |
    |----------|----------------------------------------|-------------------------------------|-------------------|--------------------------------|------------------------------|----------|
    | hebei    | child dibao_marginal                   | 14000                               | childhood_diseases |                               | 0.67 * (14000 - 4000)        | at_least |
    | hebei    | child dibao_marginal                   | 30000                               | childhood_diseases |                               | 10000                        | exact    |
    | hebei    | child dibao_marginal                   | 18925.36                            | childhood_diseases |                               | 9999.99                      | at_least |
    | hebei    | child dibao_marginal                   | 18925.37                            | childhood_diseases |                               | 10000                        | exact    |
    | hebei    | child dibao_marginal                   | 4000                                | childhood_diseases |                               | 0                            | exact    |
    | hebei    | child dibao_marginal                   | 4000.01                             | childhood_diseases |                               | 0.01                         | exact    |
    | hebei    | child dibao                            | 5000                                | childhood_diseases |                               | 0.7 * 5000                   | at_least |
    | hebei    | child dibao                            |                                     | childhood_diseases |                               | 0                            | exact    |
    | hebei    | child dibao                            | 5000 pharmacy                       | childhood_diseases |                               | 0                            | exact    |
    | hebei    | child dibao                            | 5000                                | childhood_diseases | aid.extra_points_on=elsewhere | 0.7 * 5000                   | exact    |
    | hebei    | child dibao                            | 5000                                | childhood_diseases | aid.extra_points_on=tilt_ratio | 0.7 * 5000                  | exact    |
    | hebei    | child dibao                            | 60000                               | childhood_diseases |                               | 10000 + 0.7 * (50000 - 40000) | at_least |
    | hebei    | child dibao                            | 60000                               | childhood_diseases | aid.extra_points_on=ratio     | 10000 + 0.7 * (50000 - 40000) | exact    |
    | hebei    | child dibao                            | 60000                               | childhood_diseases | aid.extra_points_on=tilt_ratio | 10000 + 0.7 * (50000 - 40000) | at_least |
    | hebei    | child dibao                            | 200000                              | childhood_diseases |                               | 10000 + 20000                | exact    |
    | hebei    | child tekun, child dibao_marginal      | 1494.97                             | childhood_diseases |                               | 1046.48                      | at_least |
    | hebei    | grown dibao                            | 5000 2024-06-29                     | childhood_diseases |                               | 0.7 * 5000                   | at_least |
    | hebei    | grown dibao                            | 5000 2024-06-30                     | childhood_diseases |                               | 0.7 * 5000                   | exact    |
    | hebei    | dibao                                  | 5000                                | childhood_diseases |                               | 0.7 * 5000                   | exact    |
    | hebei    | listed dibao                           | 5000                                |                   |                                | 0.7 * 5000                   | at_least |
    | hebei    | listed dibao                           | 200000                              |                   |                                | 10000 + 20000                | exact    |
    | hebei    | listed dibao                           | 5000                                |                   | aid.extra_points_on=both       | 0.75 * 5000                  | exact    |
    | hebei    | tekun                                  |                                     | case_decisions    |                                | 0                            | at_least |
    | gansu    | tekun                                  | 50000                               | serious_illness   |                                | 50000                        | exact    |
    | gansu    | tekun                                  | 50000.01                            | serious_illness   |                                | 50000                        | at_least |
    | gansu    | dibao                                  | 70000                               | serious_illness   |                                | 0.7 * 70000 + 0.3 * (21000 - 6000) | exact |
    | gansu    | dibao                                  | 80000                               | serious_illness   |                                | 50000 + 0.3 * (30000 - 6000) | at_least |
    | gansu    | tekun 2024-01-01 2024-06-30, dibao 2024-07-01 | 40000 2024-03-05, 20000 2024-08-05 | serious_illness |                       | 50000 + 0.3 * (10000 - 6000) | at_least |
    | gansu    | tekun 2024-01-01 2024-06-30, dibao 2024-07-01 | 40000 2024-03-05, 10000 2024-08-05 | serious_illness |                       | 40000 + 7000                 | exact    |
    | gansu    | dibao_marginal 2024-07-01              | 5000 2024-06-20, 4000 2024-10-31    | applications      |                                | 0.6 * (4000 - 2000)          | at_least |
    | gansu    | dibao_marginal                         | 10000                               | applications      |                                | 0.6 * (10000 - 2000)         | exact    |
    | gansu    | dibao_marginal                         | 10000, 10000 2023-08-05             | applications      |                                | 0.6 * (10000 - 2000)         | at_least |
    | gansu    | dibao_marginal                         | 10000, 10000 2023-08-05 paid 4800   | applications      |                                | 0.6 * (10000 - 2000)         | exact    |
    | gansu    | dibao_marginal                         | 90000, 10000 2023-08-05             | applications      |                                | 50000 + 0.3 * (40000 - 6000) | exact    |
    | gansu    | dibao_marginal 2020-01-01 2024-06-30   | 10000 2024-05-05, 3000 2024-07-01   | applications      |                                | 0.6 * (10000 - 2000)         | at_least |
    | gansu    | dibao                                  | 10000                               | applications      |                                | 0.7 * 10000                  | exact    |
    | gansu    | dibao 2024-07-01                       | 10000 2024-03-05                    | applications      |                                | 0                            | at_least |
    | gansu    | dibao 2024-07-01                       | 2000 2024-03-05                     | applications      |                                | 0                            | exact    |
    | gansu    | dibao 2020-01-01                       | 10000 2024-03-05, 10000 2023-08-05  | applications      |                                | 0.7 * 10000                  | exact    |
    | gansu    | granted dibao_marginal 2024-06-01      | 10000 2024-03-05, 10000 2023-05-05  |                   |                                | 0.6 * (10000 - 2000)         | exact    |
    | weihai   | dibao_marginal                         | 100000                              | applications      |                                | 10000 + 10000                | at_least |
    | weihai   | dibao_marginal                         | 20000                               | applications      |                                | 0.5 * 17000 + 0.7 * 1500     | exact    |
    | weihai   | dibao                                  | 100000                              | applications      |                                | 70000 + 0.7 * (30000 - 5000) | exact    |
    | weihai   | illness_poor                           | 30000                               | applications      |                                | 0.6 * (30000 - 10000)        | exact    |
    | weihai   | illness_poor                           | 30000, 30000 2023-08-05             | applications      |                                | 0.6 * (30000 - 10000)        | at_least |
    | weihai   | illness_poor                           | 100000, 30000 2023-08-05            | applications      |                                | 50000                        | exact    |
    | hebei    | dibao_marginal 2024-07-01              | 10000 2024-03-05                    | applications      |                                | 0                            | at_least |
    | hebei    | dibao_marginal 2024-07-01              | 30000 2024-08-05, 10000 2024-03-05  | applications      |                                | 10000                        | exact    |
    | hebei    | dibao                                  | 100000, 10000 2023-08-05            | applications      |                                | 10000 + 20000                | exact    |
    | mongolia | dibao_marginal                         | 12000                               | applications      |                                | 0.6 * (12000 - 4000)         | exact    |
    | mongolia | dibao_marginal                         | 12000, 5000 2023-08-05              | applications      |                                | 0.6 * (12000 - 4000)         | at_least |
    | mongolia | returned_to_poverty, dibao             | 10000                               |                   | aid.returned.cap=              | 0.7 * 10000                  | at_least |
    | mongolia | returned_to_poverty, tekun             | 10000                               |                   | aid.returned.cap=              | 10000                        | exact    |
    | mongolia | returned_to_poverty, dibao             |                                     |                   | aid.returned.cap=              | 0                            | exact    |
    | mongolia | returned_to_poverty, dibao             | 10000                               |                   | aid.returned.cap= aid.returned.ratio=0.7 | 0.7 * 10000        | at_least |
    | mongolia | returned_to_poverty, dibao             | 10000                               |                   | aid.returned.cap= aid.returned.ratio=0.7 aid.tilt.threshold=10000 aid.tilt.ratio=0.6 | 0.7 * 10000 | exact |
    | mongolia | returned_to_poverty, dibao             | 100000                              |                   | aid.returned.cap= aid.returned.ratio=0.7 aid.tilt.threshold=10000 aid.tilt.ratio=0.6 | 60000 + 0.6 * (40000 - 10000) | at_least |
    | gansu    | monitored_sudden, dibao                | 10000                               |                   | aid.transition_end=            | 0.7 * 10000                  | at_least |
    | gansu    | monitored_sudden, tekun                | 10000                               |                   | aid.transition_end=            | 10000                        | exact    |
    | gansu    | monitored_sudden, dibao                | 10000                               |                   | aid.transition_end=2023-12-31  | 0.7 * 10000                  | exact    |
    | gansu    | monitored_sudden                       | 10000                               |                   | aid.transition_end=2023-12-31  | —                            |          |
    | gansu    | monitored_sudden                       | 10000                               |                   | aid.transition_end=            | —                            |          |
    """
)


GROUPS = sorted({(row["document"], row["absent"], row["recorded"]) for row in ROWS})


def case_of(document: str, absent: str, recorded: str) -> tuple[Case, dict[int, dict[str, str]]]:
    """The rows of one document, with the same inputs and parameters, as people of one case; which row each person is."""
    parameters = dict(LOCAL.get(document, {}))
    parameters.update(one.partition("=")[::2] for one in recorded.split())
    case = of_document(document, AS_OF, parameters, absent=tuple(absent.split()))
    case.add("childhood_diseases", dise_codg="C91", dise_name="样例病")
    rows = {n: row for n, row in enumerate(ROWS, start=1) if (row["document"], row["absent"], row["recorded"]) == (document, absent, recorded)}
    if "childhood_diseases" in absent:
        case.optional.clear()
    for person, row in rows.items():
        _person(case, person, row)
    return case, rows


def _person(case: Case, person: int, row: dict[str, str]) -> None:
    case.register.append({"person": person, "insutype": "390", "insu_admdvs": case.district, "town": "", "deceased": False, "insured": True,
                          "batch": 1, "line": person})
    for one in row["held"].split(", "):
        words = [word for word in one.split() if word[:3] != "202"]
        days = [date.fromisoformat(word) for word in one.split() if word[:3] == "202"]
        begin, ended = days[0] if days else date(2020, 1, 1), days[1] if len(days) > 1 else None
        if "granted" in words:
            case.add("applications", person=person, category=words[-1], applied_on=begin, outcome="granted", decided_on=begin)
            continue
        case.holds(person, words[-1], begin, ended=ended)
        grown = {"child": date(2030, 1, 1), "listed": date(2030, 1, 1), "grown": date(2024, 6, 30)}
        case.grown_up += [{"person": person, "under_age": 18, "grown_on": grown[word]} for word in words[:-1]]
    for one in filter(None, row["bills"].split(", ")):
        yuan, *words = one.split()
        paid = words[words.index("paid") + 1] if "paid" in words else "0"
        case.pays(person, yuan, next((word for word in words if word[:3] == "202"), "2024-05-05"), maf_pay=paid,
                  med_type="41" if "pharmacy" in words else "21", dise_codg="C91" if "listed" in row["held"] else "")


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_at_least_is_said_where_the_sum_could_be_more_and_nowhere_else(group: tuple[str, str, str]) -> None:
    case, rows = case_of(*group)
    found = case.entitlements()
    for person, row in rows.items():
        one = found[person]
        due = None if row["due"] == "—" else round(amount(row["due"]), 2)
        assert (one["expected"], one["bound"]) == (due, row["bound"]), (row, one["note"])
        # What is missing is named where it could be more, and only there.
        assert ("至少数" in one["note"] or "不含一事一议" in one["note"]) == (row["bound"] == "at_least"), (row, one["note"])
        for table in row["absent"].split():
            assert (f"缺少 {table}" in one["note"]) == (row["bound"] == "at_least"), (row, one["note"])
        assert ("at_least" in one["marks"].split()) == (row["bound"] == "at_least")
        assert one["shortfall"] is None or one["shortfall"] == max(one["expected"] - one["actual"], Decimal(0))
