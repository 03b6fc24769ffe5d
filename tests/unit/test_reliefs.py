"""A relief a department's reply speaks of: proposed at the case, taken over once, counted once; decided one by one, a case decision."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bureau import CODES, certno
from postgres import copy, enter
from sentlist import REPLIED_AT, approve, opened, prepared, reply, send, signer
from sqlalchemy import func, select
from test_replies_by_hand import line, workbook

from monitor.__main__ import main
from monitor.access.audit import Asked
from monitor.access.deeds import Deed
from monitor.access.opening import Access
from monitor.access.scope import Scope
from monitor.base.errors import AccessError, MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction, CaseAct, Permission, Role
from monitor.casework import relief_decisions, reliefs
from monitor.casework.cases import CaseError, Decision, StaleError, decide
from monitor.casework.facts import auditing
from monitor.casework.following import follow
from monitor.casework.reading.case_listing import CaseFilters, case_one
from monitor.casework.reading.figures import figures
from monitor.casework.replies import settle
from monitor.casework.tables import case_events, cases, reply_lines
from monitor.intake.columns import CASE_DECISIONS
from monitor.store.home import in_memory, open_store, writing
from monitor.store.loading import load_file

OFFICER = signer(Role.OFFICER, 1)
RELIEF = {"救助种类": "临时救助", "救助金额（元）": 3000, "救助日期": "2025-12-20"}
ONE_BY_ONE = RELIEF | {"救助种类": "一事一议"}
YES = {"认定身份": "低保边缘家庭成员", "身份生效日期": "2025-12-01"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template")
    if request.param == "postgresql":
        (directory / "database").write_text(request.getfixturevalue("postgres").database(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        approve(prepared(directory).home)
        send(Home(directory / "home"))
    return directory


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    directory = tmp_path / "office"
    copy(template, directory)
    enter(directory, monkeypatch)
    return Home(directory / "home")


def said(home: Home, tmp_path: Path, *lines: dict[str, Any], name: str = "r") -> None:
    reply(home, workbook(tmp_path / f"{name}.xlsx", lines))


def in_access(home: Home, do: Callable[[Access], Any], now: datetime = REPLIED_AT) -> Any:
    with opened(home, now) as (_, access):
        return do(access)


def take(home: Home, line_id: int, *, version: int | None = None, by: Any = OFFICER, later: int = 0, **given: Any) -> None:
    def do(access: Access) -> None:
        with access.engine.connect() as connection:
            seen = version or reliefs.case_version(connection, by, line_id)
        acting = Deed(access, by, REPLIED_AT + timedelta(seconds=later), "test")
        reliefs.take_over(acting, line_id, seen, reliefs.Instead(**given))

    in_access(home, do)


def the_case(home: Home, line_id: int = 1) -> Any:
    def do(access: Access) -> Any:
        with access.engine.connect() as connection:
            return connection.execute(
                select(cases).join(reply_lines, reply_lines.c.case_id == cases.c.id).where(reply_lines.c.id == line_id)
            ).one()

    return in_access(home, do)


def relieved(home: Home) -> int:
    def do(access: Access) -> int:
        with access.engine.connect() as connection:
            found = figures(connection, CaseFilters(), REPLIED_AT.date())
        return next(step.people for step in found.funnel if step.key == "relieved")

    return int(in_access(home, do))


def test_it_is_proposed_and_taken_over_once(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "已认定", **YES, **RELIEF), line(2, "不符合", 未认定原因="收入超标", **RELIEF), line(3, "死亡"))
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        assert [(one.kind, one.fen, one.on, one.lacking) for one in reliefs.waiting(connection)] == [
            ("temporary", 300_000, date(2025, 12, 20), ())
        ] * 2
    # Nothing is the case's before somebody says so, and it counts in no figure.
    assert the_case(home).relief_fen is None and relieved(home) == 0
    take(home, 1)
    case = the_case(home)
    assert (case.state, case.relief_kind, case.relief_fen, case.relief_on) == ("relief_arranged", "temporary", 300_000, date(2025, 12, 20))
    assert relieved(home) == 1
    with pytest.raises(CaseError, match=r"反馈 1 第 2 行的救助已由 .* 办理（已采用），没有再登记"):
        take(home, 1)
    assert relieved(home) == 1

    def trace(access: Access) -> None:
        with access.engine.connect() as connection:
            last = list(access.audit.entries(connection, Asked(action=AuditAction.DECIDED)))[-1]
            event = connection.execute(select(case_events).order_by(case_events.c.id.desc()).limit(1)).one()
            assert access.audit.verify(connection).broken is None
        detail = json.loads(last.detail)
        assert (detail["act"], detail["relief_fen"], detail["reply"], detail["line"]) == ("arrange_relief", 300_000, 1, 2)
        assert (event.act, event.reply_id) == ("arrange_relief", 1)

    in_access(home, trace)
    take(home, 2)
    assert relieved(home) == 2


def test_two_officers_at_once_one_is_told(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "已认定", **YES, **RELIEF))
    version = the_case(home).version

    def one(account: int) -> str:
        try:
            take(home, 1, version=version, by=signer(Role.OFFICER, account))
        except MonitorError as error:
            return error.sentence
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(one, (1, 3)))
    assert sorted(word == "done" for word in told) == [False, True]
    assert relieved(home) == 1


def test_a_case_that_moved_on_and_one_that_ended(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "已认定", **YES, **RELIEF), line(2, "已认定", **YES, **RELIEF))
    seen = the_case(home).version
    in_access(home, lambda access: decide(
        access, OFFICER, the_case(home).id, seen, Decision(CaseAct.NOTE, remark="看过"), now=REPLIED_AT, where="test"
    ))
    with pytest.raises(StaleError, match="在您打开之后已有变化"):
        take(home, 1, version=seen)
    second = the_case(home, 2)
    in_access(home, lambda access: decide(
        access, OFFICER, second.id, second.version, Decision(CaseAct.CLOSE, reason="other", remark="另有安排"), now=REPLIED_AT, where="test"
    ))
    with pytest.raises(CaseError, match="案件已经办结；如须登记这一项，请先“重新办理”"):
        take(home, 2)
    # A second relief of a case that has one is not added to it.
    take(home, 1)
    said(home, tmp_path, line(1, "已认定", **YES, **RELIEF | {"救助种类": "慈善"}), name="again")
    with pytest.raises(CaseError, match="一件案件只登记一项、只计一次"):
        take(home, 3)
    assert relieved(home) == 1


def test_what_is_missing_or_odd_is_filled_in_by_the_officer(home: Home, tmp_path: Path) -> None:
    said(
        home, tmp_path, line(1, "已认定", **YES, 救助种类="临时救助", **{"救助金额（元）": "500元/月"}),
        line(2, "已认定", **YES, 救助种类="临时救助、慈善救助", 救助日期="2025-12-20", **{"救助金额（元）": 3000}),
    )
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        second, first = reliefs.waiting(connection, sealer=access.sealer)
    assert first.lacking == ("amount", "day") and first.remark == "救助金额：500元/月"
    assert second.lacking == ("kind",) and second.remark == "救助种类：临时救助、慈善救助"
    with pytest.raises(CaseError, match="须写明救助的金额和日期"):
        take(home, 1)
    with pytest.raises(CaseError, match="须写明救助的种类"):
        take(home, 2)
    with pytest.raises(CaseError, match="须大于 0"):
        take(home, 1, fen=0, on=date(2025, 12, 20))
    take(home, 1, fen=600_000, on=date(2025, 12, 20))
    take(home, 2, kind="temporary")
    assert [the_case(home, n).relief_fen for n in (1, 2)] == [600_000, 300_000]


def test_who_may(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "已认定", **YES, **RELIEF))
    other = replace(OFFICER, scope=Scope(("371083",)))
    with pytest.raises(AccessError, match="或不在您的范围内"):
        take(home, 1, version=1, by=other)
    with pytest.raises(AccessError, match="不能办理“落实救助”"):
        take(home, 1, by=signer(Role.AUDITOR, 4))
    for by in (other, signer(Role.DATA_MANAGER, 5)):
        with pytest.raises(AccessError):
            in_access(home, lambda access, by=by: reliefs.drop(access, by, 1, now=REPLIED_AT, where="test"))
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        assert reliefs.waiting(connection, other.scope) == [] and reliefs.count_waiting(connection, other.scope) == 0
        assert reliefs.count_waiting(connection, Scope(("371002",), ("甲镇",))) == 1
    in_access(home, lambda access: reliefs.drop(access, OFFICER, 1, now=REPLIED_AT, where="test"))
    with pytest.raises(CaseError, match="（不采用）"):
        take(home, 1)
    assert Permission.DECIDE_CASES and the_case(home).relief_fen is None


def test_one_of_an_answer_in_conflict_waits_for_it(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "不符合", 姓名="别的名字", **RELIEF), line(2, "不符合", 姓名="别的名字", **RELIEF))
    with pytest.raises(CaseError, match="答复还没有处理"):
        take(home, 1)
    in_access(home, lambda access: settle(access, OFFICER_AND_DATA, 1, 1, apply=True, now=REPLIED_AT, where="test"))
    take(home, 1)
    in_access(home, lambda access: settle(access, OFFICER_AND_DATA, 2, 1, apply=False, now=REPLIED_AT, where="test"))
    with pytest.raises(CaseError, match="（不采用）"):
        take(home, 2)


OFFICER_AND_DATA = replace(OFFICER, roles=frozenset({Role.OFFICER, Role.DATA_MANAGER}))


def test_a_list_sent_again_proposes_only_what_is_new(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "不符合"), line(2, "不符合", **RELIEF))
    said(home, tmp_path, line(1, "不符合", **RELIEF), line(2, "不符合", **RELIEF), name="again")
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        assert [(one.reply_id, one.line) for one in reliefs.waiting(connection)] == [(2, 2), (1, 3)]


# --- decided one by one -----------------------------------------------------------------------------------------------


def tell(home: Home, now: datetime = REPLIED_AT) -> str | None:
    with writing(home, "test") as store, auditing(store, now) as access:
        return relief_decisions.feed(store, access, now=now)


def decisions(home: Home) -> dict[date, str]:
    """Day → amount of every decision that stands, as the store has it: the newest of each day, nothing left out."""
    store = open_store(home)
    files = store.files(list(store.manifest.of_table("case_decisions")), "part-")
    if not files:
        return {}
    with store.engine_scope() as engine:
        engine.table("d", files)
        found = engine.select("SELECT decided_on, amount FROM d ORDER BY batch, line").to_pylist()
    return {row["decided_on"]: str(row["amount"]) for row in found if row["amount"]} if len(found) < 2 else _latest(found)


def _latest(found: list[dict[str, Any]]) -> dict[date, str]:
    last = {row["decided_on"]: row["amount"] for row in found}
    return {on: str(amount) for on, amount in last.items() if amount}


def imported(home: Home, *rows: tuple[int, str, str]) -> None:
    """The bureau's own decisions: person, day, amount."""
    text = "certno,psn_name,decided_on,kind,amount,paper\n" + "".join(
        f"{certno(n)},样例{n}号,{on},一事一议,{amount},会议纪要\n" for n, on, amount in rows
    )
    with writing(home, "test") as store, in_memory(home, "decisions.csv", text.encode()) as path:
        load_file(store, path, CASE_DECISIONS, REPLIED_AT.isoformat(), category_codes=CODES)


def test_it_is_a_decision_of_the_store_once(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "不符合", **ONE_BY_ONE), line(2, "不符合", **RELIEF))
    take(home, 1)
    take(home, 2)
    assert tell(home) and decisions(home) == {date(2025, 12, 20): "3000.00"}
    assert tell(home) is None
    # Taken back with the case, and given again: the store says what the case says.
    case = the_case(home)
    in_access(home, lambda access: decide(
        access, OFFICER, case.id, case.version, Decision(CaseAct.REOPEN, remark="写错"), now=REPLIED_AT, where="test"
    ))
    assert tell(home) and decisions(home) == {} and tell(home) is None


def test_what_the_bureau_imports_itself_comes_first(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, *(line(n, "不符合", **ONE_BY_ONE) for n in (1, 2, 3, 4)))
    for n in (1, 2, 3, 4):
        take(home, n)
    # The same day with another amount, another day of the year with the same amount, another year: only the last is another decision.
    imported(home, (1, "2025-12-20", "2900"), (2, "2025-12-03", "3000"), (3, "2024-12-20", "3000"))
    assert tell(home)
    store = open_store(home)
    own = [load for load in store.manifest.of_table("case_decisions") if load.file.startswith("relief-")]
    assert [load.accepted for load in own] == [2]
    # Told first and imported later: taken back where it is another day's row, left where it is the same row.
    imported(home, (4, "2025-11-28", "3000.00"), (3, "2025-12-20", "3100"))
    assert tell(home)
    own = [load for load in open_store(home).manifest.of_table("case_decisions") if load.file.startswith("relief-")]
    assert [load.accepted for load in own] == [2, 1] and tell(home) is None


def test_killed_between_the_store_and_the_case_database_it_is_told_once(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(home, tmp_path, line(1, "不符合", **ONE_BY_ONE))
    take(home, 1)
    whole = relief_decisions.load_file

    def dying(*args: Any, **kwargs: Any) -> None:
        whole(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(relief_decisions, "load_file", dying)
    with pytest.raises(KeyboardInterrupt):
        tell(home)
    monkeypatch.setattr(relief_decisions, "load_file", whole)
    assert tell(home, REPLIED_AT + timedelta(hours=1)) and tell(home) is None
    loads = open_store(home).manifest.of_table("case_decisions")
    assert [load.accepted for load in loads] == [1] and decisions(home) == {date(2025, 12, 20): "3000.00"}


def test_it_follows_its_case_when_numbers_are_joined(home: Home, tmp_path: Path) -> None:
    """What was told stands under the number it was told under; joined, it is not told a second time, and taken back by that number."""
    said(home, tmp_path, line(1, "不符合", **ONE_BY_ONE))
    take(home, 1)
    assert tell(home)
    case = the_case(home)

    def joined(access: Access) -> None:
        run = SimpleNamespace(run_id=case.alert_run, document=case.document, as_of=case.as_of)
        with access.begin() as connection:
            follow(connection, run, {case.person: "f" * 30}, REPLIED_AT.isoformat(), "run")

    in_access(home, joined)
    moved = the_case(home)
    assert moved.person == "f" * 30 and tell(home) is None
    in_access(home, lambda access: decide(
        access, OFFICER, moved.id, moved.version, Decision(CaseAct.REOPEN, remark="写错"), now=REPLIED_AT, where="test"
    ))
    assert tell(home) and decisions(home) == {} and tell(home) is None


def test_a_run_makes_up_for_what_nobody_told(home: Home, tmp_path: Path) -> None:
    said(home, tmp_path, line(1, "不符合", **ONE_BY_ONE))
    take(home, 1)
    main(["--home", str(home.path), "run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"])
    assert decisions(home) == {date(2025, 12, 20): "3000.00"}
    assert in_access(home, lambda access: counted(access)) == 1


def counted(access: Access) -> int:
    with access.engine.connect() as connection:
        assert case_one(connection, 1) is not None
        return int(connection.scalar(select(func.count()).select_from(relief_decisions.relief_decisions)) or 0)
