"""The life of a case, as an officer reads it: what leads where, who may do it, what it takes. Nothing else is possible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from caselife import COMPLETE, LIFE, MEANT
from caseload import Caseload, Said, actor
from office import Office
from tables import read_table

from monitor.base.errors import AccessError
from monitor.base.vocabulary import CaseAct, CaseState, Role
from monitor.casework.cases import CaseError, move_pack
from monitor.casework.transitions import STAYING, TABLE, Way, acts_from, sources, transition


def test_the_table_is_the_program_s() -> None:
    # Sorted lists, not sets: the order in which a set is written differs from process to process, and the rows are sorted.
    found = [
        (row.act.value, sorted(row.sources), row.target.value, sorted(row.roles), sorted(row.ways), sorted(row.needs))
        for row in TABLE
    ]
    meant = [
        (row["act"], *(sorted(set(row[name].split())) if name != "to" else row[name] for name in ("from", "to", "who", "how", "needs")))
        for row in LIFE
    ]
    assert sorted(found) == sorted(meant)


def test_an_act_leads_from_a_state_to_one_place_only() -> None:
    assert len(MEANT) == sum(len(row["from"].split()) for row in LIFE)
    moving = {act for act in CaseAct if act not in STAYING and act is not CaseAct.OPEN}
    assert {CaseAct(row["act"]) for row in LIFE} == moving


def test_every_state_is_reached_and_left() -> None:
    reached: set[str] = {"new"}
    before: set[str] = set()
    while reached != before:
        before = set(reached)
        reached |= {row["to"] for (source, _), row in MEANT.items() if source in reached}
    assert reached == {state.value for state in CaseState}
    # Even what has ended can be taken up again; nothing is final for good.
    assert {source for (source, _), row in MEANT.items() if row["who"]} == reached


def test_every_case_can_come_to_its_end() -> None:
    ending: set[str] = {"closed", "excluded"}
    before: set[str] = set()
    while ending != before:
        before = set(ending)
        ending |= {source for (source, _), row in MEANT.items() if row["to"] in ending}
    assert ending == {state.value for state in CaseState}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caseload]:
    """One case, put into each state in turn."""
    made = Caseload(Office(tmp_path_factory.mktemp("office")))
    made.says("2026-01-31", {1: Said("new")})
    yield made
    made.office.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caseload]:
    """The same in both databases, for what they have a part in."""
    if request.param == "sqlite":
        yield request.getfixturevalue("desk")
        return
    made = Caseload(Office(tmp_path_factory.mktemp("office"), request.getfixturevalue("postgres").database()))
    made.says("2026-01-31", {1: Said("new")})
    yield made
    made.office.close()


@pytest.mark.parametrize("act", [act for act in CaseAct if act not in STAYING])
def test_by_hand_it_is_possible_where_the_table_says_and_nowhere_else(load: Caseload, act: CaseAct) -> None:
    """Every state, with everything the act could need, by somebody who has every role."""
    for state in CaseState:
        load.put(1, state.value)
        before, row = load.of(1), MEANT.get((state.value, act.value))
        if row and "hand" in row["how"].split():
            load.decide(1, act, by=actor(*Role), **COMPLETE.get(act.value, {}))
            assert load.of(1).state == row["to"], state
            assert act in acts_from(state, Role)
        else:
            with pytest.raises((CaseError, AccessError)):
                load.decide(1, act, by=actor(*Role), **COMPLETE.get(act.value, {}))
            assert load.of(1) == before, state
            assert act not in acts_from(state, Role)


@pytest.mark.parametrize("act", [act for act in CaseAct if act not in STAYING])
def test_with_a_pack_or_by_a_run_it_is_possible_where_the_table_says(act: CaseAct) -> None:
    for way in (Way.PACK, Way.RUN):
        meant = {state for (state, name), row in MEANT.items() if name == act.value and way.value in row["how"].split()}
        assert {state.value for state in sources(act, way)} == meant


def test_a_pack_moves_those_its_act_leads_somewhere_and_no_others(load: Caseload) -> None:
    pack = load.pack("civil_affairs", 1)
    for state in CaseState:
        for act in CaseAct:
            row = MEANT.get((state.value, act.value))
            load.put(1, state.value)
            with load.office.access.begin() as connection:
                moved = move_pack(connection, actor(Role.APPROVER), pack, act, now=load.office.at(9))
            possible = row is not None and "pack" in row["how"].split()
            assert (moved, load.of(1).state) == ((1, row["to"]) if row and possible else (0, state.value)), (state, act)


@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_table_may(desk: Caseload, role: Role) -> None:
    for (state, name), row in MEANT.items():
        if "hand" not in row["how"].split():
            continue
        desk.put(1, state)
        if role.value in row["who"].split():
            desk.decide(1, CaseAct(name), by=actor(role), **COMPLETE.get(name, {}))
            assert desk.of(1).state == row["to"]
        else:
            with pytest.raises(AccessError, match="须由"):
                desk.decide(1, CaseAct(name), by=actor(role), **COMPLETE.get(name, {}))
            assert desk.of(1).state == state


LACKING = read_table("""
    | state           | act            | with                                                  | refused for          |
    |-----------------|----------------|-------------------------------------------------------|----------------------|
    | under_review    | exclude        | remark=核对过                                         | 须有原因             |
    | under_review    | exclude        | reason=data_error                                     | 须写说明             |
    | under_review    | exclude        | reason=income remark=核对过                           | 须有原因             |
    | sent            | refuse         |                                                       | 须有原因             |
    | sent            | refuse         | reason=other                                          | 选“其他”时须写说明 |
    | sent            | accept         |                                                       | 认定须写明身份       |
    | sent            | accept         | category=ordinary                                     | 不能是普通参保人员   |
    | sent            | accept         | category=dibao department=nobody                      | 没有编号为 nobody    |
    | accepted        | close          | reason=relieved                                       | 须先登记落实的救助   |
    | accepted        | close          | reason=other                                          | 选“其他”时须写说明 |
    | closed          | reopen         |                                                       | 须写说明             |
    | new             | review         | reason=data_error                                     | 不用原因代码         |
    | accepted        | arrange_relief | relief_kind=temporary relief_fen=50000                | 金额和日期           |
    | accepted        | arrange_relief | relief_kind=temporary relief_on=2026-05-08            | 金额和日期           |
    | accepted        | arrange_relief | relief_fen=50000 relief_on=2026-05-08                 | 须写明救助的种类     |
    | accepted        | arrange_relief | relief_kind=charity relief_fen=0 relief_on=2026-05-08 | 须大于 0             |
    | accepted        | arrange_relief | relief_kind=tilt relief_fen=-1 relief_on=2026-05-08   | 须大于 0             |
    | new             | note           |                                                       | 须写说明             |
    | new             | set_due        | due_on=2026-03-01                                     | 已经过去             |
    | new             | assign         | assignee=no.body                                      | 没有名为 no.body     |
    | new             | hear           |                                                       | 只由运行写入         |
    | new             | open           |                                                       | 只由运行写入         |
""")


@pytest.mark.parametrize("row", LACKING, ids=lambda row: f"{row['state']}-{row['act']}-{row['with']}")
def test_what_an_act_does_not_go_without(desk: Caseload, row: dict[str, str]) -> None:
    given: dict[str, Any] = dict(part.split("=") for part in row["with"].split())
    given |= {name: date.fromisoformat(given[name]) for name in ("relief_on", "due_on") if name in given}
    given |= {name: int(given[name]) for name in ("relief_fen",) if name in given}
    desk.put(1, row["state"])
    before = desk.of(1)
    with pytest.raises(CaseError, match=row["refused for"]):
        desk.decide(1, CaseAct(row["act"]), by=actor(*Role), **given)
    assert desk.of(1) == before


def test_monitoring_is_help_without_an_amount(desk: Caseload) -> None:
    desk.put(1, "accepted")
    desk.decide(1, CaseAct.ARRANGE_RELIEF, relief_kind="monitoring", relief_fen=0, relief_on=date(2026, 5, 8))
    assert desk.of(1).state == "relief_arranged"


def test_acts_that_stay_are_possible_everywhere(desk: Caseload) -> None:
    for state in CaseState:
        desk.put(1, state.value)
        desk.decide(1, CaseAct.NOTE, remark="打过电话")
        desk.decide(1, CaseAct.SET_DUE, due_on=desk.office.at(0).date() + timedelta(days=1))
        desk.decide(1, CaseAct.ASSIGN)
        assert desk.of(1).state == state.value
        assert all(transition(state, act) is None for act in STAYING)
