"""Numbers that may be one person, settled by a person: what a word does, what it is refused for, what it survives."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bureau import LIBRARY, Bureau, settlement
from sqlalchemy import create_engine, select

from monitor.access.actor import Actor
from monitor.access.hashing import number_hex
from monitor.access.scope import Scope
from monitor.assess.same_person import keys_of
from monitor.assess.who import MOST_NUMBERS
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import Role
from monitor.casework.tables import case_events, cases
from monitor.intake.identity_number import check_character, contradictions, is_unsound
from monitor.review.joins import Listed, decide, joins
from monitor.store import manifest as manifests
from monitor.store.home import writing

OLD, NEW, OTHER = "GBR310070010101", "H12345678", "E12345678"
KIND = "poverty_due_to_illness"


def resident(order: int, born: str = "19700505") -> str:
    first = f"990101{born}{order:03d}"
    return first + check_character(first)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    return made


def bill(bureau: Bureau, setl_id: str, number: str, amount: str, psn_no: str = "P1", name: str = "样甲", **given: Any) -> None:
    row = {"setl_time": "2025-02-01", **given}
    bureau.settlements(settlement(setl_id=setl_id, certno=number, psn_no=psn_no, psn_name=name, psn_part_amt=amount, **row))


def word(bureau: Bureau, number: int, together: bool, reason: str = "核对了旧证", twice: bool = False, actor: Actor | None = None) -> Listed:
    with writing(bureau.home, "test") as store:
        return decide(
            store, LIBRARY, number, together=together, reason=reason, by="测试", now=bureau.now(), twice=twice, actor=actor
        )


def states(bureau: Bureau) -> dict[int, str]:
    return {one.number: one.pair.state.value for one in joins(bureau.store(), LIBRARY).pairs}


def over(bureau: Bureau, **options: Any) -> list[tuple[str, str, str]]:
    return [(one["certno"], one["burden"], one["state"]) for one in bureau.alerts(bureau.run(**options))]


def cases_of(bureau: Bureau) -> list[tuple[int, str]]:
    engine = create_engine(bureau.home.database_url)
    with engine.connect() as connection:
        found = [(row.id, row.state) for row in connection.execute(select(cases.c.id, cases.c.state).order_by(cases.c.id))]
    engine.dispose()
    return found


def events_of(bureau: Bureau, case: int) -> list[tuple[str, str]]:
    engine = create_engine(bureau.home.database_url)
    with engine.connect() as connection:
        e = case_events.c
        found = [(row.act, row.reason) for row in connection.execute(select(e.act, e.reason).where(e.case_id == case).order_by(e.id))]
    engine.dispose()
    return found


def test_a_word_joins_and_another_takes_it_back(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "40000")
    bill(bureau, "S2", NEW, "40000")
    assert over(bureau) == [] and bureau.details(bureau.run())["counts"]["joins"] == {"open": 1, "crossing": 1, "crowded": 0}
    before = bureau.run()
    assert word(bureau, 1, True).pair.state.value == "joined"
    assert over(bureau) == [(NEW, "80000.00", "new")]
    # The run before the word was another run, and what was known then stays what it was.
    assert bureau.run().run != before.run
    assert over(bureau, known_at=before.committed_at) == []
    assert word(bureau, 1, False).pair.state.value == "apart"
    assert [row[:2] for row in over(bureau)] == [(NEW, "40000.00")]  # back under the line
    assert bureau.details(bureau.run())["counts"]["joins"]["open"] == 0


def test_the_same_word_again_is_no_other_word(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "1")
    bill(bureau, "S2", NEW, "1")
    word(bureau, 1, True)
    word(bureau, 1, True, reason="又一遍")
    assert [record.reason for record in bureau.store().manifest.joins] == ["核对了旧证"]


def test_a_pair_keeps_its_number_and_its_word_through_later_loads(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "40000")
    bill(bureau, "S2", NEW, "40000")
    bureau.run()
    word(bureau, 1, True)
    bill(bureau, "S3", OTHER, "1", psn_no="P0", name="样乙")
    bill(bureau, "S4", resident(7), "1", psn_no="P0", name="样乙")
    bill(bureau, "S5", OTHER, "1")
    bureau.people({"psn_no": "P1", "psn_name": "样甲", "certno": NEW})
    assert states(bureau)[1] == "joined" and len(states(bureau)) == 4
    assert [row[:2] for row in over(bureau)] == [(NEW, "80002.00")]  # OTHER came to it by the register: 40000 + 40000 + 1 + 1


def test_a_chain_is_one_person_and_is_taken_apart_where_it_was_joined(bureau: Bureau) -> None:
    for place, (psn_no, number) in enumerate([("P1", OLD), ("P1", NEW), ("P2", NEW), ("P2", OTHER)]):
        bill(bureau, f"S{place}", number, "20000.00", psn_no=psn_no)
    assert states(bureau) == {1: "open", 2: "open"} and over(bureau) == []
    word(bureau, 1, True)
    assert over(bureau) == []  # 60000 is not over 60000
    word(bureau, 2, True)
    assert [row[1] for row in over(bureau)] == ["80000.00"]
    word(bureau, 2, False)
    assert [row[1] for row in over(bureau) if row[2] != "cleared"] == []


def three(bureau: Bureau) -> None:
    for place, number in enumerate([OLD, NEW, OTHER]):
        bill(bureau, f"S{place}", number, "20000.00")


def test_a_word_that_others_contradict_is_refused_naming_them(bureau: Bureau) -> None:
    three(bureau)
    bureau.run()
    word(bureau, 1, False)
    word(bureau, 2, True)
    with pytest.raises(MonitorError, match="J1 已认定非同人"):
        word(bureau, 3, True)
    word(bureau, 1, True)
    with pytest.raises(MonitorError, match="还经由 J1、J2"):
        word(bureau, 3, False)


def test_what_the_register_would_bring_together_stays_apart(bureau: Bureau) -> None:
    bill(bureau, "S1", resident(1), "40000")
    bill(bureau, "S2", resident(3), "40000")
    bureau.people({"psn_no": "P1", "psn_name": "样甲", "certno": resident(1)})
    assert states(bureau) == {1: "by_register"} and [row[1] for row in over(bureau)] == ["80000.00"]
    word(bureau, 1, False)
    assert [row for row in over(bureau) if row[2] != "cleared"] == []
    (one,) = joins(bureau.store(), LIBRARY).pairs
    assert "与登记不一致" in one.note


def test_a_word_the_register_speaks_against_later_stays_and_says_so(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "40000")
    bill(bureau, "S2", NEW, "40000")
    word(bureau, 1, True)
    bureau.people({"psn_no": "P8", "psn_name": "样甲", "certno": OLD}, {"psn_no": "P9", "psn_name": "样甲", "certno": NEW})
    assert [row[1] for row in over(bureau)] == ["80000.00"]
    (one,) = joins(bureau.store(), LIBRARY).pairs
    assert "各有其人" in one.note and "请复核" in one.note


@pytest.mark.parametrize(
    ("numbers", "differs"),
    [
        ((resident(1), resident(3)), None), ((resident(1), resident(2)), "性别"), ((resident(1), resident(1, "19700506")), "出生日期"),
        ((resident(1), resident(2, "19700506")), "出生日期、性别"), ((OLD, resident(1, "19700101")), None),
        ((OLD, resident(1, "19700102")), "出生日期"), ((NEW, OTHER), None),
    ],
)
def test_numbers_that_say_another_person_are_joined_only_said_twice(
    numbers: tuple[str, str], differs: str | None, bureau: Bureau
) -> None:
    for place, number in enumerate(numbers):
        bill(bureau, f"S{place}", number, "40000")
    if differs is not None:
        with pytest.raises(MonitorError, match=f"号码{differs}不同.*写两遍"):
            word(bureau, 1, True)
        assert bureau.store().manifest.joins == () and over(bureau) == []
    assert word(bureau, 1, True, twice=differs is not None).pair.state.value == "joined"
    assert [row[1] for row in over(bureau)] == ["80000.00"]


def test_who_would_come_along_is_looked_at_too(bureau: Bureau) -> None:
    for place, (psn_no, number) in enumerate([("P1", resident(1)), ("P1", NEW), ("P2", NEW), ("P2", resident(2))]):
        bill(bureau, f"S{place}", number, "1", psn_no=psn_no)
    word(bureau, 1, True)
    with pytest.raises(MonitorError, match="性别不同"):
        word(bureau, 2, True)


@pytest.mark.parametrize(
    ("reason", "said"), [("", "须写明理由"), ("   ", "须写明理由"), ("字" * 501, "最多 500 字"), ("旧证 990101197005050019", "长号码"),
                         ("电话 １３８ ０００ ０００", "长号码")],
)
def test_a_reason_is_wanted_and_holds_no_number(reason: str, said: str, bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "1")
    bill(bureau, "S2", NEW, "1")
    with pytest.raises(MonitorError, match=said):
        word(bureau, 1, True, reason=reason)
    assert bureau.store().manifest.joins == ()


def test_a_pair_there_is_not(bureau: Bureau) -> None:
    with pytest.raises(MonitorError, match="没有编号为 J1"):
        word(bureau, 1, True)


def test_both_sides_must_lie_in_the_scope_of_who_decides(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "40000", insu_admdvs="371002")
    bill(bureau, "S2", NEW, "40000", insu_admdvs="371003")
    bureau.run()

    def officer(*districts: str) -> Actor:
        return Actor("li.na", "李娜", frozenset({Role.DATA_MANAGER}), Scope(districts=districts), "screen", account=1)

    with pytest.raises(AccessError, match="不都在账号"):
        word(bureau, 1, True, actor=officer("371002"))
    for districts, seen, half in ((("371003",), 0, 1), (("371004",), 0, 0), (("371002", "371003"), 1, 0), (("3710",), 1, 0)):
        found = joins(bureau.store(), LIBRARY, officer(*districts).scope)
        assert (len(found.pairs), found.half) == (seen, half)
    assert word(bureau, 1, True, actor=officer("371002", "371003")).pair.state.value == "joined"


def test_a_filler_joins_nobody_and_is_counted(bureau: Bureau) -> None:
    for order in range(1, MOST_NUMBERS + 1):
        bill(bureau, f"S{order}", resident(order), "40000", psn_no="T1")
    assert len(states(bureau)) == MOST_NUMBERS * (MOST_NUMBERS - 1) // 2
    bill(bureau, "S99", resident(99), "40000", psn_no="T1")
    assert states(bureau) == {} and bureau.details(bureau.run())["counts"]["joins"]["crowded"] == 1


def test_rows_without_number_come_along_once_the_numbers_are_settled(bureau: Bureau) -> None:
    bill(bureau, "S1", "", "20000.01")
    bill(bureau, "S2", OLD, "20000")
    bill(bureau, "S3", NEW, "20000")
    (one,) = joins(bureau.store(), LIBRARY).pairs
    bureau.run()
    (one,) = joins(bureau.store(), LIBRARY).pairs
    sides = one.weighed
    assert (sides.one.amount, sides.other.amount, f"{sides.both.amount:.2f}") == (20000, 20000, "60000.01") and sides.crosses
    word(bureau, 1, True)
    assert [row[1] for row in over(bureau)] == ["60000.01"]
    word(bureau, 1, False)
    # Nobody knows now whose the rows without number are: they are listed with each of the two.
    assert list(states(bureau).values()) == ["apart", "open", "open"]
    word(bureau, 2, True)
    assert word(bureau, 3, False).pair.state.value == "apart"


def test_identities_and_the_register_follow(bureau: Bureau) -> None:
    bureau.identities({"certno": OLD, "category": "dibao_marginal"})
    bill(bureau, "S1", OLD, "10000")
    bill(bureau, "S2", NEW, "10000.01")
    assert over(bureau) == []
    word(bureau, 1, True)
    (alert,) = bureau.alerts(bureau.run())
    assert (alert["kind"], alert["category"], alert["burden"]) == ("return_to_poverty", "dibao_marginal", "20000.01")


def test_a_case_goes_over_and_back(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "70000")
    bill(bureau, "S2", NEW, "40000")
    assert over(bureau) == [(OLD, "70000.00", "new")]
    assert cases_of(bureau) == [(1, "new")]
    word(bureau, 1, True)
    assert [row[1] for row in over(bureau)] == ["110000.00"]
    assert cases_of(bureau) == [(1, "new")] and ("hear", "joined") in events_of(bureau, 1)
    word(bureau, 1, False)
    assert sorted(row[1:] for row in over(bureau)) == [("40000.00", "cleared"), ("70000.00", "new")]
    assert cases_of(bureau) == [(1, "new")] and ("hear", "parted") in events_of(bureau, 1)


def test_of_two_cases_both_stay_and_the_silent_one_names_the_other(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "70000")
    bill(bureau, "S2", NEW, "80000")
    bureau.run()
    there = cases_of(bureau)
    assert len(there) == 2
    word(bureau, 1, True)
    assert [row[1] for row in over(bureau)] == ["150000.00"]
    assert cases_of(bureau) == there
    over(bureau, as_of="2025-12-31")
    bill(bureau, "S3", NEW, "1")
    over(bureau)
    told = [event for case, _ in there for event in events_of(bureau, case) if event[1] == "other_case"]
    assert told == [("hear", "other_case")]  # once, whatever runs follow
    word(bureau, 1, False)
    assert sorted(row[1] for row in over(bureau)) == ["70000.00", "80001.00"]
    assert cases_of(bureau) == there


def test_a_manifest_of_the_format_before_is_read(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "1")
    path = bureau.home.manifest
    raw = json.loads(path.read_text())
    for name in ("pairs", "joins"):
        del raw[name]
    path.write_text(json.dumps({**raw, "format": 4}))
    before = manifests.read(path)
    assert before is not None and before.joins == () and before.pairs == ()
    assert replace(before, joins=()).known("2030-01-01T00:00:00+08:00") == before


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (resident(1), resident(3), ()), (resident(1), resident(2), ("sex",)), (resident(1), resident(1, "19700506"), ("birth",)),
        (OLD, resident(1, "19700101"), ()), (OLD, resident(1, "18700101"), ()), (OLD, "GBR310070010202", ("birth",)),
        ("", resident(1), ()), (OTHER, resident(1), ()),
    ],
)
def test_what_two_numbers_say_differently(one: str, other: str, differs: tuple[str, ...]) -> None:
    assert contradictions(one, other) == contradictions(other, one) == differs


@pytest.mark.parametrize(
    ("number", "wrong"), [(resident(1), False), (resident(1)[:17] + "?", False), ("990101197005050029", True), (OLD, False), ("", False)],
)
def test_a_number_that_can_be_nobodys(number: str, wrong: bool) -> None:
    assert is_unsound(number) is wrong


def test_whoever_comes_with_a_number_from_outside_finds_its_person(bureau: Bureau) -> None:
    bill(bureau, "S1", OLD, "70000")
    bill(bureau, "S2", NEW, "1")
    bureau.run()
    store = bureau.store()
    own = {number: number_hex(store.keys.hash, number) for number in (OLD, NEW, OTHER)}
    assert keys_of(store, [OLD, OTHER, ""]) == {OLD: (own[OLD],), OTHER: (own[OTHER],)}
    word(bureau, 1, True)
    record = bureau.run()
    assert keys_of(bureau.store(), [OLD])[OLD] == (own[OLD], own[NEW]) and keys_of(bureau.store(), [NEW])[NEW] == (own[NEW], own[OLD])
    told = bureau.explain(record, OLD)
    assert told["person"]["certno"] == NEW and told["sums"]["burden_before_aid"] == "70001.00"
    assert [(one["certno"], one["by"], one["join"]) for one in told["numbers"]] == [(OLD, "word", "J1")]
    assert "核对了旧证" in told["numbers"][0]["sentence"]


def test_a_run_without_identity_lists_says_so(bureau: Bureau) -> None:
    bill(bureau, "S1", NEW, "1")
    (notice,) = bureau.details(bureau.run())["notices"]
    assert notice["code"] == "no_identity_list" and "monitor import identities" in notice["sentence"]
    bureau.identities({"certno": NEW, "category": "dibao", "begin": "2026-01-01"})
    (notice,) = bureau.details(bureau.run())["notices"]
    assert notice["code"] == "no_identity_in_force"
    bureau.identities({"certno": NEW, "category": "dibao", "begin": "2025-12-31"})
    assert bureau.details(bureau.run())["notices"] == []
