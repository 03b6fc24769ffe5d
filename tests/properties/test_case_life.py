"""Whatever officers, departments and runs do one after the other, a case is where a small model says it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from caselife import COMPLETE, MEANT
from caseload import Caseload, Said, actor
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from office import Office

from monitor.base.errors import MonitorError
from monitor.base.vocabulary import CaseAct, Role
from monitor.casework.cases import StaleError, move_pack

DAY = "2026-06-30"
PEOPLE = itertools.count(1)
BY_HAND = sorted({act for (_, act), row in MEANT.items() if "hand" in row["how"].split()})


class Life(RuleBasedStateMachine):
    """One person's case. The model: its state, version, whether a line is crossed, and how many lines its history has."""

    load: Caseload
    state: str

    def __init__(self) -> None:
        super().__init__()
        self.person = next(PEOPLE)
        self.over = self.known = True
        self.versions: list[int] = []

    def led(self, act: str) -> None:
        """The act has led on, as the officers' table says."""
        self.state = MEANT[self.state, act]["to"]
        self.told()

    def told(self) -> None:
        self.versions.append(self.version)
        self.version += 1
        self.lines += 1

    @initialize()
    def opened(self) -> None:
        self.load.says(DAY, {self.person: Said("new")})
        self.state, self.version, self.lines, self.pack = "new", 1, 1, 0
        self.alert = "new"

    @rule(act=st.sampled_from(BY_HAND), role=st.sampled_from([Role.OFFICER, Role.DATA_MANAGER, Role.APPROVER]))
    def decided(self, act: str, role: Role) -> None:
        row = MEANT.get((self.state, act))
        possible = row is not None and "hand" in row["how"].split() and role.value in row["who"].split()
        try:
            self.load.decide(self.person, CaseAct(act), by=actor(role), **COMPLETE.get(act, {}))
        except MonitorError:
            assert not possible
        else:
            assert possible
            self.led(act)

    @rule(remark=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda text: bool(text.replace("\0", "").strip())))
    def noted(self, remark: str) -> None:
        self.load.decide(self.person, CaseAct.NOTE, remark=remark)
        self.told()

    @precondition(lambda self: self.versions)
    @rule(act=st.sampled_from(BY_HAND), data=st.data())
    def decided_too_late(self, act: str, data: Any) -> None:
        seen = data.draw(st.sampled_from(self.versions))
        with pytest.raises(StaleError):
            self.load.decide(self.person, CaseAct(act), by=actor(*Role), version=seen, **COMPLETE.get(act, {}))

    @rule(act=st.sampled_from(["send", "recall", "receive"]))
    def went_with_a_pack(self, act: str) -> None:
        self.pack = self.pack or self.load.pack("civil_affairs", self.person, serial=self.person)
        with self.load.office.access.begin() as connection:
            moved = move_pack(connection, actor(Role.APPROVER), self.pack, CaseAct(act), now=self.load.office.at(1))
        row = MEANT.get((self.state, act))
        assert moved == (1 if row and row["how"] == "pack" else 0)
        if moved:
            self.led(act)

    @rule(said=st.sampled_from(["new", "continuing", "raised", "correction", "deceased", "unconfirmed", "nothing", "trial"]))
    def run(self, said: str) -> None:
        state = {"correction": "cleared", "deceased": "cleared"}.get(said, said)
        if said == "nothing":
            self.load.says(DAY, {})
        elif said == "trial":
            self.load.says(DAY, {self.person: Said("cleared", reason="correction")}, trial=True)
        else:
            self.load.says(DAY, {self.person: Said(state, reason=said if state == "cleared" else "")})
            act = {"new": "reopen", "raised": "reopen", "correction": "clear", "deceased": "find_deceased"}.get(said, "")
            row = MEANT.get((self.state, act))
            if row and "run" in row["how"].split():
                self.led(act)
            elif said in ("new", "raised") or (state in ("cleared", "unconfirmed") and state != self.alert):
                self.told()
            self.alert = state

    @invariant()
    def it_is_where_the_model_says(self) -> None:
        if not hasattr(self, "state"):
            return
        case, history = self.load.of(self.person), self.load.history(self.person)
        assert (case.state, case.version, len(history)) == (self.state, self.version, self.lines)
        assert history[0][:3] == ("open", "", "new") and history[-1][2] == self.state
        # Each line goes on where the one before ended; nothing was taken out.
        assert all(before[2] == after[1] for before, after in itertools.pairwise(history))
        assert (case.closed_at is not None) == (self.state == "closed")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caseload]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    office = Office(tmp_path_factory.mktemp("office"), url)
    yield Caseload(office)
    office.close()


def test_the_life_of_a_case(load: Caseload) -> None:
    class Here(Life):
        pass

    Here.load = load
    # PostgreSQL is asked for what it could do otherwise, and takes its time.
    examples = 25 if load.office.engine.dialect.name == "sqlite" else 8
    run_state_machine_as_test(Here, settings=settings(max_examples=examples, stateful_step_count=20))
    assert load.office.verdict().broken is None
