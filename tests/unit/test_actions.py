"""What an action does around what it is about: who may, what is repaired first, what the audit has afterwards."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, settlement

from monitor.access.actor import Actor
from monitor.access.audit import Asked
from monitor.access.scope import EVERYTHING, Scope
from monitor.actions import acting
from monitor.actions.acting import Acting, by_command, held_for_writing, open_for_reading
from monitor.actions.joins import JoinWord, decide_join, number_joins
from monitor.actions.records import Authority, record_done, record_none, record_parameters
from monitor.base.errors import AccessError, MonitorError, StoreError
from monitor.base.vocabulary import Role
from monitor.casework.facts import auditing
from monitor.intake.columns import TABLES
from monitor.policy.library import load_library
from monitor.review.joins import joins

OLD, NEW = "GBR310070010101", "H12345678"
AUTHORITY = Authority("某文件", "甲")


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    for order, number in enumerate((OLD, NEW)):
        made.settlements(settlement(setl_id=f"S{order}", certno=number, psn_no="P1", psn_name="样甲", psn_part_amt="30000.00"))
    return made


def command(bureau: Bureau, where: str = "command:review") -> Acting:
    return by_command(bureau.home, where, bureau.now())


def audited(bureau: Bureau) -> list[tuple[str, str, str, str]]:
    """Actor, action, object and where of each entry."""
    with auditing(bureau.store(), datetime.fromisoformat(bureau.now())) as access, access.engine.connect() as connection:
        found = access.audit.entries(connection, Asked())
        return [(one.actor, str(one.action), one.object, one.place) for one in found]


def test_a_word_on_a_pair_is_a_value_and_an_entry(bureau: Bureau) -> None:
    by = command(bureau)
    done = decide_join(by, LIBRARY, 1, JoinWord.TOGETHER, "核对了旧证")
    assert (done.changed, done.pair.pair.state.value) == (True, "joined")
    assert decide_join(by, LIBRARY, 1, JoinWord.TOGETHER, "再说一遍").changed is False
    assert decide_join(by, LIBRARY, 1, JoinWord.TAKEN_BACK, "弄错了").pair.pair.state.value == "open"
    entries = [one for one in audited(bureau) if one[1] == "joined"]
    assert entries == [(by.actor.name, "joined", "join:J1", "command:review")] * 2


def test_a_number_that_was_shown_is_kept(bureau: Bureau) -> None:
    assert joins(bureau.store(), LIBRARY).unnumbered
    number_joins(command(bureau))
    assert not joins(bureau.store(), LIBRARY).unnumbered


@pytest.mark.parametrize(
    ("roles", "scope"), [(frozenset({Role.OFFICER}), EVERYTHING), (frozenset({Role.DATA_MANAGER}), Scope(("371083",)))], ids=["role", "scope"]
)
def test_who_may_not_is_refused_and_written_down_from_a_screen(bureau: Bureau, roles: frozenset[Role], scope: Scope) -> None:
    viewer = Actor("wang", "样例王", roles, scope, "screen", 1, "s")
    with open_for_reading(command(bureau)) as (_, access):
        by = Acting(bureau.home, viewer, "screen:joins", datetime.fromisoformat(bureau.now()), access)
        with pytest.raises(AccessError):
            decide_join(by, LIBRARY, 1, JoinWord.TOGETHER, "核对了旧证")
    assert joins(bureau.store(), LIBRARY).pairs[0].pair.state.value == "open"
    assert [one for one in audited(bureau) if one[1] == "refused"] == [("wang", "refused", "join:J1", "screen:joins")]


def test_a_screen_s_act_is_the_screen_s_in_the_audit(bureau: Bureau) -> None:
    viewer = Actor("zhao", "样例赵", frozenset({Role.DATA_MANAGER}), EVERYTHING, "screen", 1, "s")
    with open_for_reading(command(bureau)) as (_, access):
        by = Acting(bureau.home, viewer, "screen:joins", datetime.fromisoformat(bureau.now()), access)
        decide_join(by, LIBRARY, 1, JoinWord.APART, "两个人", seen="")
        # Written by the act itself, not by whoever comes next.
        with access.engine.connect() as connection:
            assert [(one.actor, one.place) for one in access.audit.entries(connection, Asked()) if str(one.action) == "joined"] == [
                ("zhao", "screen:joins")
            ]


def test_what_a_crash_left_out_is_repaired_before_the_act(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    repaired: list[int] = []
    monkeypatch.setattr(acting, "synchronise", lambda store: repaired.append(len(store.manifest.runs)))
    with held_for_writing(command(bureau), "test"):
        assert repaired == []  # no run, nothing to show
    bureau.run()
    with held_for_writing(command(bureau), "test", repaired=False):
        assert repaired == []
    for opened in (held_for_writing(command(bureau), "test"), open_for_reading(command(bureau))):
        with opened:
            assert repaired.pop() == 1


def test_the_home_is_held_while_an_act_writes(bureau: Bureau) -> None:
    with held_for_writing(command(bureau), "test") as (store, _):
        assert store.by is not None and store.by[1] == "command:test"
        assert bureau.home.lock.exists()


def test_the_bureaus_words_say_whether_they_are_new(bureau: Bureau) -> None:
    by = command(bureau, "command:none")
    table = TABLES["premium_support"]
    first = record_none(by, table, "2025-12-31", AUTHORITY)
    assert (first.changed, len(first.known.none)) == (True, 1)
    assert record_none(replace(by, now=datetime.fromisoformat(bureau.now())), table, "2025-12-31", AUTHORITY).changed is False
    with pytest.raises(StoreError):
        record_none(by, TABLES["settlements"], "2025-12-31", AUTHORITY)
    assert record_parameters(by, "weihai-2022-15", [("a", "1"), ("b", "2")], AUTHORITY).changed
    assert not record_parameters(by, "weihai-2022-15", [("b", "2")], AUTHORITY).changed


def test_a_word_that_was_never_said_cannot_be_taken_back(bureau: Bureau) -> None:
    deadline = next(one for document in load_library().documents.values() for one in document.provisions.deadlines)
    by = command(bureau, "command:done")
    with pytest.raises(MonitorError, match="没有可撤回的"):
        record_done(by, "weihai-2022-15", deadline, 2025, "", AUTHORITY)
    assert record_done(by, "weihai-2022-15", deadline, 2025, "2025-12-20", AUTHORITY).changed
    assert not record_done(by, "weihai-2022-15", deadline, 2025, "2025-12-20", AUTHORITY).changed
    assert record_done(by, "weihai-2022-15", deadline, 2025, "", AUTHORITY).known.done() == {}


def test_the_case_database_is_brought_up_to_date_from_one_place_and_the_run() -> None:
    calling = set()
    root = Path(__file__).resolve().parents[2]
    for package in ("monitor", "dashboard"):
        for path in (root / package).rglob("*.py"):
            calls = [one.func for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call)]
            if any(ast.unparse(func).rpartition(".")[2] == "synchronise" for func in calls):
                calling.add(path.relative_to(root).as_posix())
    assert calling == {"monitor/actions/acting.py", "monitor/run.py"}
