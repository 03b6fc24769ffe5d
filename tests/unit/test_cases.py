"""Cases in both databases: what runs do to them and never undo, two officers at once, lists, bulk, figures."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from casebook import blind
from caseload import OFFICER, Caseload, Said, actor
from office import Office
from sqlalchemy import delete, func, select

from monitor.access.deeds import Deed
from monitor.access.scope import Scope
from monitor.access.tables import accounts
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import AuditAction, CaseAct, Role
from monitor.casework.cases import CaseError, Decision, StaleError, answer, decide_listed, move_pack, preview
from monitor.casework.reading.case_listing import (
    CASE_SORTS,
    EVERY_CASE,
    NOBODY,
    CaseFilters,
    case_history,
    case_one,
    case_page,
    case_rows,
    workloads,
)
from monitor.casework.reading.figures import figures
from monitor.casework.reading.in_full import in_full
from monitor.casework.reading.narrowing import Search
from monitor.casework.reading.query import ListQuery
from monitor.casework.tables import alerts, case_events, case_runs, cases, referral_lines, runs

JANUARY, FEBRUARY, MARCH = "2026-01-31", "2026-02-28", "2026-03-31"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One of each database for all of these tests; officers with and without a case in their scope."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    made = Office(tmp_path_factory.mktemp("office"), url)
    made.add("li.na", Role.OFFICER)
    made.add("wang.fang", Role.OFFICER, scope=Scope(("371003",)))
    made.add("shen.he", Role.APPROVER)
    yield made
    made.close()


@pytest.fixture
def load(office: Office) -> Iterator[Caseload]:
    """Nothing in it but what the test puts there."""
    yield Caseload(office)
    with office.engine.begin() as connection:
        for table in reversed(cases.metadata.sorted_tables):
            if table.name in {"runs", "alerts", "case_runs", "case_events", "cases", "referral_packs", "referral_lines"}:
                connection.execute(delete(table))


# --- what runs do -----------------------------------------------------------------------------------------------------


def test_an_alert_opens_a_case_that_shows_what_it_said(load: Caseload) -> None:
    run_id = load.says(JANUARY, {1: Said("new", burden=90_000_00), 2: Said("continuing"), 3: Said("cleared", reason="correction")})
    case = load.of(1)
    assert (case.state, case.version, case.news, case.document, case.year) == ("new", 1, "", "weihai-2022-15", 2026)
    assert (case.opened_run, case.alert_run, case.as_of, case.alert_state) == (run_id, run_id, date(2026, 1, 31), "new")
    assert (case.burden_fen, case.excess_fen, case.band, case.crossed_on) == (90_000_00, 30_000_00, 150, date(2026, 1, 15))
    assert (case.opened_at, case.known_at) == ("2026-01-31T20:01:00.000000+08:00", "2026-01-31T09:00:00.000000+08:00")
    # Whoever is over a line has a case, whatever the run before knew; whoever is not over one and had none gets none.
    assert load.of(2).state == "new"
    with load.office.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(cases)) == 2
        (one,) = in_full(connection, [row for row in case_rows(connection) if row.id == case.id], load.office.access.sealer)
        assert (one.certno, one.name) == ("990101195001010001", "样例甲")
    assert load.history(1) == [("open", "", "new", "new")]


def test_a_raise_stays_news_until_somebody_acts_and_a_doubt_until_it_is_over(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new"), 2: Said("new")})
    load.says(FEBRUARY, {1: Said("raised"), 2: Said("unconfirmed")})
    load.says(MARCH, {1: Said("continuing"), 2: Said("continuing")})
    assert (load.of(1).news, load.of(2).news) == ("raised", "")
    load.decide(1, CaseAct.NOTE, remark="看过")
    assert load.of(1).news == "raised"
    load.decide(1, CaseAct.REVIEW)
    assert load.of(1).news == ""


def test_of_several_alerts_of_a_person_the_highest_over_a_line_counts(load: Caseload) -> None:
    with load.office.engine.begin() as connection:
        run_id = load.shows(JANUARY, {1: Said("cleared", burden=99_000_00, reason="other_line_applies", rule="甲")})
        row = dict(connection.execute(select(alerts).where(alerts.c.run_id == run_id)).mappings().one())
        for number, (rule, state, excess) in enumerate((("乙", "new", 1), ("丙", "continuing", 2)), start=row["id"] + 1):
            connection.execute(alerts.insert(), {**row, "id": number, "rule": rule, "state": state, "reason": "", "excess_fen": excess})
    load.work_in()
    assert (load.of(1).rule, load.of(1).excess_fen) == ("丙", 2)


@pytest.mark.parametrize("given", [{"trial": True}, {"replay": True}], ids=str)
def test_trials_and_replays_touch_no_case(load: Caseload, given: dict[str, bool]) -> None:
    load.says(JANUARY, {1: Said("new")})
    before = load.of(1)
    load.says(FEBRUARY, {1: Said("cleared", reason="correction"), 2: Said("new")}, **given)
    assert load.of(1) == before
    with load.office.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(cases)) == 1
        assert connection.scalar(select(func.count()).select_from(case_runs)) == 1


def test_a_run_of_an_earlier_day_touches_nothing(load: Caseload) -> None:
    load.says(FEBRUARY, {1: Said("new")})
    before = load.of(1)
    late = load.says(JANUARY, {1: Said("cleared", reason="correction"), 2: Said("new")})
    assert load.of(1) == before
    with load.office.engine.connect() as connection:
        assert connection.scalar(select(case_runs.c.skipped).where(case_runs.c.run_id == late)) is True
        assert connection.scalar(select(func.count()).select_from(cases)) == 1
    # The same day again, with something corrected, is heard.
    load.says(FEBRUARY, {1: Said("raised")})
    assert load.of(1).news == "raised"


def test_another_year_and_another_document_are_other_cases(load: Caseload) -> None:
    load.says("2025-12-31", {1: Said("new")})
    load.says(JANUARY, {1: Said("new")})
    load.says(JANUARY, {1: Said("new")}, document="another")
    with load.office.engine.connect() as connection:
        found = connection.execute(select(cases.c.document, cases.c.year).order_by(cases.c.id)).all()
    assert [tuple(row) for row in found] == [("weihai-2022-15", 2025), ("weihai-2022-15", 2026), ("another", 2026)]


def test_each_run_is_worked_in_once_even_when_its_image_is_written_again(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.decide(1, CaseAct.REVIEW)
    before = load.of(1)
    assert load.work_in() == 0
    with load.office.engine.begin() as connection:
        image = dict(connection.execute(select(runs)).mappings().one())
        connection.execute(delete(runs))
        assert connection.scalar(select(func.count()).select_from(alerts)) == 0
        connection.execute(runs.insert(), image)
    assert load.work_in() == 0
    assert load.of(1) == before


def test_who_somebody_is_follows_the_register_and_the_decision_stays(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.decide(1, CaseAct.REVIEW)
    load.says(FEBRUARY, {1: Said("continuing", district="371003", town="乙镇")})
    case = load.of(1)
    assert (case.insu_admdvs, case.town, case.state, case.version) == ("371003", "乙镇", "under_review", 2)


# --- two at once ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_officers_is_told_and_nothing_is_overwritten(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    seen = load.of(1).version
    with load.office.engine.connect() as connection:
        number = connection.scalars(select(accounts.c.id).where(accounts.c.name == "li.na")).one()
    load.decide(1, CaseAct.REVIEW, by=replace(OFFICER, account=number))
    before = load.of(1)
    with pytest.raises(StaleError, match=r"2026-03-02 09:01 样例li\.na“开始审核”，现为“审核中”；您的办理没有保存"):
        load.decide(1, CaseAct.REVIEW, version=seen)
    assert load.of(1) == before
    assert len(load.history(1)) == 2


def test_who_acts_on_a_case_a_run_has_moved_is_told(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.put(1, "sent")
    seen = load.of(1).version
    load.says(FEBRUARY, {1: Said("cleared", reason="correction")})
    with pytest.raises(StaleError, match="运行“回到线下”"):
        load.decide(1, CaseAct.ACCEPT, version=seen, category="dibao")


def test_of_many_at_once_one_gets_through(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    seen = load.of(1).version
    told: list[int | type[MonitorError]] = []
    start = threading.Barrier(4)

    def act() -> None:
        start.wait()
        try:
            told.append(load.decide(1, CaseAct.REVIEW, version=seen))
        except MonitorError as refusal:
            told.append(type(refusal))

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [2, StaleError, StaleError, StaleError]
    assert load.history(1)[1:] == [("review", "new", "under_review", "")]
    assert load.office.verdict().broken is None


# --- scope, audit, remarks --------------------------------------------------------------------------------------------


def test_nobody_acts_on_or_sees_a_case_outside_his_scope(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new"), 2: Said("new", district="371003", town="乙镇")})
    case = load.of(1)
    for scope in (Scope(("371003",)), Scope((), ("乙镇",)), Scope(("371002",), ("乙镇",))):
        with pytest.raises(AccessError, match="不在您的范围内"):
            load.decide(1, CaseAct.REVIEW, by=actor(Role.OFFICER, scope=scope))
        with load.office.engine.connect() as connection:
            assert case_one(connection, case.id, scope) is None
            assert case_history(connection, case.id, scope) == ()
            assert case.id not in {row.id for row in case_rows(connection, ListQuery(EVERY_CASE, scope=scope))}
            assert case_page(connection, ListQuery(EVERY_CASE, scope=scope)).total == len(list(case_rows(connection, ListQuery(EVERY_CASE, scope=scope))))
    assert load.of(1) == case


def test_an_act_and_its_audit_entry_are_one(load: Caseload, monkeypatch: pytest.MonkeyPatch) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.decide(1, CaseAct.REVIEW)
    load.decide(1, CaseAct.EXCLUDE, reason="third_party", remark="张某的工伤")
    entry = load.office.entries()[-1]
    assert (entry.action, entry.object, entry.actor, entry.place) == (AuditAction.DECIDED, f"case:{load.of(1).id}", "li.na", "screen:cases")
    assert json.loads(entry.detail) == {"act": "exclude", "from": "under_review", "reason": "third_party"}
    before = load.of(1)

    def no_audit(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(type(load.office.access.audit), "append", no_audit)
    with pytest.raises(OSError, match="disk full"):
        load.decide(1, CaseAct.RESTORE)
    assert load.of(1) == before
    assert len(load.history(1)) == 3


def test_a_remark_is_sealed_and_opened_for_who_may_see_people(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.decide(1, CaseAct.NOTE, remark=" 电话联系其子张某\0\n二次 ")
    with load.office.engine.connect() as connection:
        sealed = connection.scalars(select(case_events.c.remark_sealed).where(case_events.c.act == "note")).one()
        assert sealed is not None and "张某".encode() not in sealed
        opened = case_history(connection, load.of(1).id, sealer=load.office.access.sealer)[-1]
        closed = case_history(connection, load.of(1).id)[-1]
    assert (opened.remark, opened.remarked) == ("电话联系其子张某\n二次", True)
    assert (closed.remark, closed.remarked) == ("", True)
    with pytest.raises(CaseError, match="不能超过 2000 个字，现有 2001 个"):
        load.decide(1, CaseAct.NOTE, remark="字" * 2001)


def test_a_case_is_given_to_officers_who_would_see_it(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new"), 2: Said("new", district="371003")})
    for name, refused in (("shen.he", "没有名为 shen.he 的在用经办人"), ("wang.fang", "有 1 件案件不在 wang.fang 的范围内"), ("x", "没有名为 x")):
        with pytest.raises(CaseError, match=refused):
            load.decide(1, CaseAct.ASSIGN, assignee=name)
    load.decide(1, CaseAct.ASSIGN, assignee="li.na")
    load.decide(2, CaseAct.ASSIGN, assignee="wang.fang")
    load.decide(1, CaseAct.SET_DUE, due_on=date(2026, 3, 5))
    load.decide(2, CaseAct.SET_DUE, due_on=date(2026, 3, 12))
    with load.office.engine.connect() as connection:
        found = [(one.display, one.open, one.soon, one.overdue) for one in workloads(connection, date(2026, 3, 6))]
        assert found == [("样例li.na", 1, 0, 1), ("样例wang.fang", 1, 1, 0)]
        assert {one.display for one in workloads(connection, date(2026, 3, 6), Scope(("371003",)))} == {"样例wang.fang"}
    load.decide(1, CaseAct.ASSIGN)
    assert load.of(1).assignee is None


# --- packs and answers ------------------------------------------------------------------------------------------------


def test_a_pack_is_sent_recalled_sent_again_and_received(load: Caseload) -> None:
    approver = actor(Role.APPROVER, name="shen.he")
    load.says(JANUARY, {n: Said("new") for n in (1, 2, 3)})
    for n in (1, 2):
        load.put(n, "ready")
    load.put(3, "sent", news="raised", sent_at="2026-01-20T09:00:00.000000+08:00")
    earlier = load.pack("civil_affairs", 3, state="sent", sent_at="2026-01-20T09:00:00.000000+08:00")
    pack = load.pack("civil_affairs", 1, 2, 3, serial=2)

    def move(act: CaseAct, minute: float) -> int:
        with load.office.access.begin() as connection:
            return move_pack(connection, approver, pack, act, now=load.office.at(minute))

    assert earlier != pack
    assert move(CaseAct.SEND, 1) == 2
    assert [load.of(n).state for n in (1, 2, 3)] == ["sent"] * 3
    assert [load.of(n).news for n in (1, 2, 3)] == [""] * 3
    assert [load.of(n).sent_at for n in (1, 3)] == ["2026-03-02T09:01:00.000000+08:00", "2026-01-20T09:00:00.000000+08:00"]
    assert move(CaseAct.RECALL, 2) == 3
    # The third goes back as well: the pack is of all of them; but it has been sent before.
    assert [load.of(n).sent_at for n in (1, 3)] == [None, "2026-01-20T09:00:00.000000+08:00"]
    assert (move(CaseAct.SEND, 3), move(CaseAct.RECEIVE, 4), move(CaseAct.RECALL, 5)) == (3, 3, 0)
    assert load.history(1)[1:] == [("send", "ready", "sent", ""), ("recall", "sent", "ready", ""), ("send", "ready", "sent", ""), ("receive", "sent", "received", "")]


def test_an_answer_moves_the_case_and_stands_on_the_department_s_line(load: Caseload) -> None:
    load.says(JANUARY, {1: Said("new")})
    load.put(1, "received", sent_at="2026-02-20T09:00:00.000000+08:00")
    packs = [load.pack(department, 1, state="received") for department in ("civil_affairs", "rural_affairs")]
    importer = actor(Role.DATA_MANAGER)

    def says(decision: Decision) -> bool:
        with load.office.access.begin() as connection:
            by = Deed(load.office.access, importer, load.office.at(5), "command:replies")
            return answer(connection, by, load.of(1).id, decision)

    assert says(Decision(CaseAct.REFUSE, reason="income", department="civil_affairs"))
    assert load.of(1).state == "not_recognised"
    assert says(Decision(CaseAct.ACCEPT, category="monitored_sudden", effective_on=date(2026, 3, 1), department="rural_affairs"))
    case = load.of(1)
    assert (case.state, case.answer, case.recognised_as, case.recognised_on) == ("accepted", "accepted", "monitored_sudden", date(2026, 3, 1))
    # A no after a yes moves nothing: it is for somebody to look at.
    assert not says(Decision(CaseAct.REFUSE, reason="income", department="civil_affairs"))
    with load.office.engine.connect() as connection:
        lines = connection.execute(select(referral_lines.c.answer, referral_lines.c.answer_reason).order_by(referral_lines.c.pack_id)).all()
        assert [tuple(line) for line in lines] == [("not_recognised", "income"), ("accepted", "")]
        found = figures(connection, CaseFilters(), date(2026, 3, 31)).recognition
    assert [(one.department, one.sent, one.answered, one.recognised, str(one.percent)) for one in found] == [
        ("civil_affairs", 1, 1, 0, "0.0"), ("rural_affairs", 1, 1, 1, "100.0"),
    ]
    assert len(packs) == 2


# --- lists ------------------------------------------------------------------------------------------------------------


def many(load: Caseload) -> None:
    load.says(JANUARY, {n: Said("new", burden=60_000_00 + n * 100, district="371002" if n % 2 else "371003", town=f"镇{n % 3}") for n in range(1, 41)})
    for n in range(1, 11):
        load.decide(n, CaseAct.REVIEW)
    load.decide(3, CaseAct.ASSIGN, assignee="li.na")
    load.decide(3, CaseAct.SET_DUE, due_on=date(2026, 3, 5))


def test_a_list_and_its_pages_tell_the_same(load: Caseload) -> None:
    many(load)
    with load.office.engine.connect() as connection:
        today = date(2026, 3, 6)
        for filters, count in (
            (CaseFilters(), 40), (CaseFilters(states=("under_review",)), 10), (CaseFilters(districts=("371003",)), 20),
            (CaseFilters(states=("new",), districts=("371003",)), 15), (CaseFilters(due="overdue", today=today), 1),
            (CaseFilters(due="none", today=today), 39), (CaseFilters(due="soon", today=today), 0), (CaseFilters(assignees=(NOBODY,)), 39),
            (CaseFilters(excess_from=39_00, excess_to=40_00), 2), (CaseFilters(news=True), 0), (CaseFilters(years=(2025,)), 0),
            (CaseFilters(documents=("weihai-2022-15",)), 40), (CaseFilters(kinds=("return_to_poverty",)), 0), (CaseFilters(reasons=("other",)), 0),
            (CaseFilters(search=Search("certno", load.of(7).person)), 1), (CaseFilters(search=Search("last4", blind("0007"))), 1),
            (CaseFilters(search=Search("name", blind("样例甲"))), 40),
        ):
            rows = list(case_rows(connection, ListQuery(filters)))
            assert len(rows) == count, filters
            for sort in CASE_SORTS if filters == CaseFilters() else ("excess",):
                paged = [row for page in range(1, 5) for row in case_page(connection, ListQuery(filters, sort, False, page=page, size=12)).rows]
                assert paged == list(case_rows(connection, ListQuery(filters, sort, False))), (filters, sort)
            page = case_page(connection, ListQuery(filters))
            assert (page.total, page.excess_sum) == (count, sum(row.excess_fen for row in rows)), filters
        with pytest.raises(MonitorError, match="不能按“certno_sealed”排序"):
            case_page(connection, ListQuery(EVERY_CASE, "certno_sealed"))


def test_a_list_is_done_as_it_was_previewed_or_not_at_all(load: Caseload, monkeypatch: pytest.MonkeyPatch) -> None:
    """More cases than a statement names, and of two states."""
    monkeypatch.setattr("monitor.casework.cases._AT_ONCE", 4)
    many(load)
    decision, filters = Decision(CaseAct.REVIEW), CaseFilters(districts=("371002",))

    def previewed() -> Any:
        with load.office.engine.connect() as connection:
            return preview(connection, OFFICER, filters, decision, now=load.office.at(5))

    seen = previewed()
    assert (seen.count, seen.states, seen.refused) == (15, {"new": 15}, {"under_review": 5})
    assert seen == previewed()
    load.decide(11, CaseAct.REVIEW)
    with pytest.raises(StaleError, match="名单自预览以来有变化，现为 14 件；没有办理任何一件"):
        decide_listed(load.office.access, OFFICER, filters, decision, seen.selection_sha256, now=load.office.at(6), where="screen:cases")
    assert load.of(13).state == "new"
    seen = previewed()
    done = decide_listed(load.office.access, OFFICER, filters, decision, seen.selection_sha256, now=load.office.at(6), where="screen:cases")
    assert (done, load.of(13).state, load.of(12).state) == (14, "under_review", "new")
    assert load.history(13)[1:] == [("review", "new", "under_review", "")]
    entry = load.office.entries()[-1]
    detail = json.loads(entry.detail)
    assert (entry.object, detail["cases"], detail["selection_sha256"], detail["states"]) == ("cases", 14, seen.selection_sha256, {"new": 14})
    # A note of somebody else's is news, too: the case is at another version.
    seen = previewed()
    assert seen.count == 0
    reviewed, noted = rows_in(load, filters), Decision(CaseAct.NOTE, remark="查")
    assert Counter((row.state, row.version) for row in reviewed) == {("under_review", 2): 19, ("under_review", 4): 1}
    with load.office.engine.connect() as connection:
        seen = preview(connection, OFFICER, CaseFilters(), noted, now=load.office.at(7))
    before = {row.id: (row.state, row.version) for row in rows_in(load, CaseFilters())}
    assert {state for state, _ in before.values()} == {"new", "under_review"}
    decide_listed(load.office.access, OFFICER, CaseFilters(), noted, seen.selection_sha256, now=load.office.at(7), where="screen:cases")
    after = {row.id: (row.state, row.version) for row in rows_in(load, CaseFilters())}
    assert after == {number: (state, version + 1) for number, (state, version) in before.items()}


def rows_in(load: Caseload, filters: CaseFilters) -> list[Any]:
    with load.office.engine.connect() as connection:
        return list(case_rows(connection, ListQuery(filters)))


def test_a_list_is_within_the_scope_and_given_to_who_sees_it(load: Caseload) -> None:
    many(load)
    bound = actor(Role.OFFICER, scope=Scope(("371003",)))
    with load.office.engine.connect() as connection:
        seen = preview(connection, bound, CaseFilters(), Decision(CaseAct.NOTE, remark="查"), now=load.office.at(5))
        assert seen.count == 20
        assigned = preview(connection, OFFICER, CaseFilters(), Decision(CaseAct.ASSIGN, assignee="wang.fang"), now=load.office.at(5))
    with pytest.raises(CaseError, match=r"有 20 件案件不在 wang\.fang 的范围内"):
        decide_listed(
            load.office.access, OFFICER, CaseFilters(), Decision(CaseAct.ASSIGN, assignee="wang.fang"), assigned.selection_sha256,
            now=load.office.at(5), where="screen:cases",
        )
    with load.office.engine.connect() as connection:
        assert {row.assignee for row in case_rows(connection)} == {None, load.of(3).assignee}


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_small_month_by_hand(load: Caseload) -> None:
    """Five people over a line on 15 January, found on the 31st from data of that morning."""
    load.says(JANUARY, {n: Said("new", burden=60_000_00 + n * 100_00) for n in range(1, 6)})
    for n in range(1, 5):
        load.decide(n, CaseAct.REVIEW, at=load.office.at(0))
    load.decide(4, CaseAct.EXCLUDE, reason="data_error", remark="核对过", at=load.office.at(1))
    for n in (1, 2, 3):
        load.decide(n, CaseAct.MARK_READY, at=load.office.at(24 * 60))
    pack = load.pack("civil_affairs", 1, 2, 3)
    with load.office.access.begin() as connection:
        move_pack(connection, actor(Role.APPROVER), pack, CaseAct.SEND, now=load.office.at(3 * 24 * 60))
    load.decide(1, CaseAct.ACCEPT, category="dibao", at=load.office.at(10 * 24 * 60))
    load.decide(2, CaseAct.REFUSE, reason="assets", at=load.office.at(10 * 24 * 60))
    load.decide(1, CaseAct.ARRANGE_RELIEF, relief_kind="temporary", relief_fen=2_000_00, relief_on=date(2026, 3, 20), at=load.office.at(12 * 24 * 60))
    load.decide(1, CaseAct.CLOSE, reason="relieved", at=load.office.at(20 * 24 * 60))
    with load.office.engine.connect() as connection:
        found = figures(connection, CaseFilters(), date(2026, 3, 31))
        nowhere = figures(connection, CaseFilters(), date(2026, 3, 31), Scope(("37109",)))
    assert {step.key: step.people for step in found.funnel} == {
        "over": 5, "reviewed": 4, "ready": 3, "sent": 3, "answered": 2, "recognised": 1, "relieved": 1, "closed": 1, "excluded": 1,
        "back_under": 0,
    }
    assert next(step.excess_fen for step in found.funnel if step.key == "sent") == (1 + 2 + 3) * 100_00
    spans = {key: (span.count, str(span.mean), span.longest) for key, span in found.spans.items()}
    assert spans == {"known": (5, "16.0", 16), "warned": (5, "16.0", 16), "sent": (3, "49.0", 49), "relieved": (1, "64.0", 64)}
    stays = {stay.state: (stay.left.count, stay.left.median, stay.there.count, stay.there.longest) for stay in found.stays}
    # Four left new after 30 days (31 January to 2 March), one has been there for 59.
    assert stays["new"] == (4, 30, 1, 59)
    assert stays["under_review"] == (4, 1, 0, None)
    assert (stays["ready"], stays["sent"], stays["accepted"]) == ((3, 2, 0, None), (2, 7, 1, 26), (1, 2, 0, None))
    assert stays["closed"] == (0, None, 1, 9)
    assert all(step.people == 0 for step in nowhere.funnel)
    assert (nowhere.stays, nowhere.recognition) == ((), ())
