"""Who stands in a month's list to a department, and why: a table an officer reads. ``told``: what the department was last told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tables import read_table

from monitor.base.vocabulary import CaseState, ReferralNews
from monitor.casework.layouts import layout_of
from monitor.casework.selection import LeftOut, Told, classify

CIVIL = replace(layout_of(None, "civil_affairs"), amount_up=100)

ROWS = read_table(
    """
    | case             | alert       | reason     | excess | band | told                    | result         |
    | ready            | continuing  |            | 10000  | 150  | -                       | new            |
    | ready            | new         |            | 10000  | 150  | -                       | new            |
    | new              | new         |            | 10000  | 150  | -                       | not_ready      |
    | under_review     | raised      |            | 10000  | 150  | -                       | not_ready      |
    | excluded         | continuing  |            | 10000  | 150  | -                       | excluded       |
    | deceased         | continuing  |            | 10000  | 150  | -                       | deceased       |
    | already_covered  | continuing  |            | 10000  | 150  | -                       | covered        |
    | ready            | cleared     | correction | -500   | 100  | -                       | no_longer_over |
    | ready            | unconfirmed |            | 10000  | 150  | -                       | unconfirmed    |
    | sent             | continuing  |            | 10000  | 150  | -                       | new            |
    | sent             | continuing  |            | 10000  | 150  | 10000 150               | no_news        |
    | received         | continuing  |            | 10099  | 150  | 10000 150               | no_news        |
    | received         | continuing  |            | 10100  | 150  | 10000 150               | raised         |
    | sent             | raised      |            | 10001  | 150  | 10000 100               | raised         |
    | sent             | continuing  |            | 9900   | 150  | 10000 150               | continuing     |
    | sent             | continuing  |            | 10000  | 150  | 10000 150 provisional   | continuing     |
    | ready            | continuing  |            | 10000  | 150  | 10000 150               | no_news        |
    | ready            | continuing  |            | 10000  | 150  | 10000 150 answered      | continuing     |
    | ready            | continuing  |            | 10000  | 150  | 10000 150 under         | continuing     |
    | back_under       | cleared     | correction | -500   | 100  | 10000 150               | back_under     |
    | back_under       | cleared     | correction | -500   | 100  | 10000 150 under         | no_news        |
    | not_recognised   | cleared     | correction | -500   | 100  | 10000 150 answered      | back_under     |
    | accepted         | cleared     | other      | -500   | 100  | 10000 150 answered      | no_news        |
    | accepted         | continuing  |            | 20000  | 150  | 10000 150 answered      | answered       |
    | closed           | continuing  |            | 20000  | 150  | 10000 150 answered      | answered       |
    | excluded         | cleared     | correction | -500   | 100  | 10000 150               | excluded       |
    """
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['case']}-{row['alert']}-{row['told']}")
def test_nobody_is_sent_twice_without_news(row: dict[str, str]) -> None:
    case = SimpleNamespace(
        document="weihai-2022-15", kind="poverty_due_to_illness", rule="r", category="ordinary", insu_admdvs="371002",
        state=row["case"], alert_state=row["alert"], alert_reason=row["reason"], excess_fen=int(row["excess"]) * 100,
        band=int(row["band"]), provisional=False,
    )
    told = None
    if row["told"] != "-":
        excess, band, *more = row["told"].split()
        told = Told(
            "back_under" if "under" in more else "new", case.kind, case.rule, case.category, case.insu_admdvs,
            int(excess) * 100, int(band), "provisional" in more, "not_recognised" if "answered" in more else "",
        )
    assert classify(case, told, CIVIL, waiting=False) == row["result"]
    # In another list of the same department on its way, nobody stands a second time.
    assert classify(case, told, CIVIL, waiting=True) == LeftOut.WAITING


def test_every_state_has_an_answer() -> None:
    case = SimpleNamespace(
        document="weihai-2022-15", kind="poverty_due_to_illness", rule="r", category="ordinary", insu_admdvs="371002",
        alert_state="continuing", alert_reason="", excess_fen=1, band=150, provisional=False,
    )
    for state in CaseState:
        case.state = state.value
        assert isinstance(classify(case, None, CIVIL, waiting=False), ReferralNews | LeftOut)


@pytest.mark.parametrize(
    ("department", "document", "kind", "category", "taken"),
    [
        ("civil_affairs", "weihai-2022-15", "poverty_due_to_illness", "ordinary", True),
        ("civil_affairs", "weihai-2022-15", "return_to_poverty", "dibao_marginal", True),
        ("civil_affairs", "weihai-2022-15", "return_to_poverty", "monitored_sudden", False),
        ("civil_affairs", "dongyang-2020-24", "high_expense", "ordinary", True),
        ("rural_affairs", "weihai-2022-15", "return_to_poverty", "monitored_sudden", True),
        ("rural_affairs", "weihai-2022-15", "return_to_poverty", "dibao_marginal", False),
        ("rural_affairs", "weihai-2022-15", "poverty_due_to_illness", "ordinary", False),
        # 医疗保障部门每月将因病返贫和因病致贫预警监测数据推送同级民政、乡村振兴部门
        ("rural_affairs", "hebei-city-2022", "poverty_due_to_illness", "ordinary", True),
        ("civil_affairs", "hebei-city-2022", "return_to_poverty", "monitored_sudden", True),
    ],
)
def test_each_department_takes_its_own(department: str, document: str, kind: str, category: str, taken: bool) -> None:
    assert layout_of(None, department).takes(document, kind, category) is taken
