"""Casework on the screens: each page in each role, empty and full; who sees which; the buttons; one act, acts on a list, a list to a
department by two people; and two officers at one case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
import python_calamine
import streamlit as st
from caseload import Caseload, Said
from office import Office
from streamlit.testing.v1 import AppTest
from test_views import page, texts
from viewers import Looking

from dashboard.casework import cases as casework
from dashboard.casework import packs
from dashboard.lists.case_export import OnScreen, an_export
from dashboard.lists.exports import Download
from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, CaseAct, CaseState, PackState, Role
from monitor.casework.reading.case_listing import CaseFilters
from monitor.casework.reading.query import ListQuery
from monitor.casework.selection import LeftOut
from monitor.casework.transitions import acts_from

HERE, NEXT = Scope(("371002",)), Scope(("371083",))
PAGES = ("todo", "cases", "referrals", "replies", "outcomes")
SEEING = (Role.OFFICER, Role.APPROVER, Role.DATA_MANAGER, Role.AUDITOR)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("cases"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def load(office: Office) -> Caseload:
    """Sixty people here, twenty in the next district, and somebody of each role."""
    made = Caseload(office)
    here = {person: Said("new", burden=70_000_00 + person * 100_00) for person in range(1, 61)}
    there = {person: Said("new", burden=80_000_00 + person * 100_00, district="371083", town="乙镇") for person in range(101, 121)}
    made.says("2026-01-31", here | there)
    for name, role, scope in (
        ("li.na", Role.OFFICER, HERE), ("wang.fang", Role.OFFICER, NEXT), ("zhou", Role.APPROVER, EVERYTHING),
        ("wu", Role.DATA_MANAGER, EVERYTHING),
    ):
        office.add(name, role, scope=scope)
    return made


@pytest.fixture
def cases(load: Caseload, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caseload]:
    """The screens over that office: their clock is its own, a home's data they need not read are not there."""
    monkeypatch.setenv("MONITOR_HOME", str(office.home.path))
    for module in ("door.access", "casework.cases", "queries.noted", "queries.run_figures", "casework.packs", "casework.acting"):
        monkeypatch.setattr(f"dashboard.{module}.access", lambda: office.access)
        monkeypatch.setattr(f"dashboard.{module}.now", lambda: office.at(60 * 24))
    for module in ("queries.database", "casework.cases", "casework.packs"):
        monkeypatch.setattr(f"dashboard.{module}.sealer", lambda: office.access.sealer)
    monkeypatch.setattr("dashboard.casework.cases.due", lambda actor: [])
    yield load
    st.cache_resource.clear()
    st.cache_data.clear()


def as_account(looking: Looking, office: Office, name: str, role: Role, scope: Scope = EVERYTHING) -> Actor:
    """The viewer is this account: what they do is done under its number."""
    with office.engine.connect() as connection:
        number = connection.exec_driver_sql(f"SELECT id FROM accounts WHERE name = '{name}'").scalar_one()  # noqa: S608
    looking.actor = replace(looking.become(role, scope, name), account=int(number))
    return looking.actor


def numbers(app: AppTest) -> list[str]:
    return [number for frame in app.dataframe if "certno" in frame.value for number in frame.value["certno"]]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


# --- each page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", PAGES)
@pytest.mark.parametrize("role", SEEING)
def test_each_page_opens_in_each_role(cases: Caseload, looking: Looking, role: Role, view: str) -> None:
    looking.become(role, EVERYTHING)
    shown = texts(page(f"views/{view}.py"))
    assert "没有这个页面的权限" not in shown
    assert "980101" not in shown and "19500101" not in shown, "masked"


@pytest.mark.parametrize("view", PAGES)
def test_a_home_without_a_run_says_what_to_do(home: object, looking: Looking, view: str) -> None:
    looking.become(Role.OFFICER)
    assert "还没有运行结果" in texts(page(f"views/{view}.py"))


def test_an_officer_sees_their_district_only(cases: Caseload, looking: Looking) -> None:
    looking.become(Role.OFFICER, NEXT)
    app = page("views/cases.py")
    assert len(numbers(app)) == 20 and all(number[-4:] > "0100" for number in numbers(app))
    assert "共 **20** 件" in texts(app)
    theirs = texts(page("views/case.py", case=str(cases.of(1).id)))
    nobody = texts(page("views/case.py", case="99999999"))
    assert theirs == nobody and "没有找到这个案件" in theirs
    assert [entry[0] for entry in looking.noted[-2:]] == [AuditAction.REFUSED] * 2


def test_filters_narrow_the_list(cases: Caseload, looking: Looking) -> None:
    looking.become(Role.OFFICER, EVERYTHING)
    app = page("views/cases.py")
    app.multiselect(key="cases-towns").set_value(["乙镇"])
    press(app, "cases-apply")
    assert "共 **20** 件" in texts(app)
    app.multiselect(key="cases-states").set_value(["closed"])
    press(app, "cases-apply")
    assert "没有符合条件的人员" in texts(app)


# --- one case -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "state"),
    [(Role.OFFICER, state) for state in CaseState]
    + [(role, state) for role in SEEING[1:] for state in (CaseState.READY, CaseState.RECEIVED, CaseState.CLOSED)],
)
def test_the_buttons_are_what_the_table_allows(cases: Caseload, looking: Looking, role: Role, state: CaseState) -> None:
    cases.put(60, state.value)
    looking.become(role, EVERYTHING)
    app = page("views/case.py", case=str(cases.of(60).id))
    offered = {button.key.removeprefix("do-") for button in app.button if button.key and button.key.startswith("do-")}
    staying = {"assign", "set_due", "note"} if role is Role.OFFICER else set()
    assert offered == {act.value for act in acts_from(state, {role})} | staying


def test_an_act_is_done_written_and_shown(cases: Caseload, office: Office, looking: Looking) -> None:
    as_account(looking, office, "li.na", Role.OFFICER, HERE)
    number = str(cases.of(1).id)
    app = press(page("views/case.py", case=number), "do-review")
    assert "已办理：开始审核" in app.success[0].value
    version = cases.of(1).version
    app = press(page("views/case.py", case=number), "do-exclude")
    assert "须有原因" in app.error[0].value and cases.of(1).state == "under_review", "without a reason nothing happens"
    app.selectbox(key=f"act-{version}-exclude-reason").set_value("third_party")
    app.text_area(key=f"act-{version}-exclude-remark").set_value("交通事故，由对方赔付")
    press(app, "do-exclude")
    assert cases.of(1).state == "excluded" and cases.of(1).reason == "third_party"
    shown = texts(app)
    assert "第三方责任" in shown and "交通事故" in shown
    entry = office.entries(action=AuditAction.DECIDED)[-1]
    assert entry.object == f"case:{number}" and "交通事故" not in entry.detail


def test_the_second_officer_is_told_and_sees_the_case_as_it_stands(cases: Caseload, office: Office, looking: Looking) -> None:
    as_account(looking, office, "li.na", Role.OFFICER, HERE)
    app = page("views/case.py", case=str(cases.of(2).id))
    cases.decide(2, CaseAct.REVIEW)
    cases.decide(2, CaseAct.MARK_READY)
    press(app, "do-review")
    assert "您的办理没有保存" in app.error[0].value and "提交推送" in app.error[0].value
    assert "待推送" in texts(app) and cases.of(2).state == "ready"


def test_an_approver_has_no_officers_button_and_is_refused_without_it(
    cases: Caseload, office: Office, looking: Looking
) -> None:
    as_account(looking, office, "zhou", Role.APPROVER)
    case = cases.of(3)
    app = page("views/case.py", case=str(case.id))
    app.session_state["case-asked"] = (case.id, case.version, "act", "review")
    app.run()
    assert "不能办理" in app.error[0].value and cases.of(3).state == "new"
    last = office.entries()[-1]
    assert (last.action, last.object) == (AuditAction.REFUSED, f"case:{case.id}")


# --- a list ---------------------------------------------------------------------------------------


def test_an_act_on_a_list_is_previewed_and_done_to_exactly_that(cases: Caseload, office: Office, looking: Looking) -> None:
    as_account(looking, office, "wang.fang", Role.OFFICER, NEXT)
    app = page("views/cases.py")
    app.session_state["cases-bulk"] = True
    app.run()
    app.selectbox(key="bulk-act").set_value("review").run()
    press(app, "bulk-preview")
    assert "将办理 **20** 件" in texts(app) and "待审核 20 件" in texts(app)
    cases.decide(101, CaseAct.REVIEW)
    press(app, "bulk-do")
    assert "没有办理任何一件" in app.error[0].value and cases.of(102).state == "new", "another list than the one seen"
    press(app, "bulk-preview")
    assert "将办理 **19** 件" in texts(app) and "不会改动：审核中 1 件" in texts(app)
    press(app, "bulk-do")
    assert "19 件" in app.success[0].value
    assert {cases.of(person).state for person in range(101, 121)} == {"under_review"}
    assert {cases.of(person).state for person in range(4, 61)} >= {"new"}, "the next district's are as they were"


# --- a list to a department -----------------------------------------------------------------------


def test_a_list_is_proposed_by_one_and_approved_by_another(
    cases: Caseload, office: Office, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (10, 11, 12):
        cases.put(person, "ready")
    officer = as_account(looking, office, "li.na", Role.OFFICER, HERE)
    app = page("views/referrals.py")
    app.text_input(key="referral-month").set_value("2026-01")
    press(app, "referral-preview")
    figures = {metric.label: metric.value for metric in app.metric}
    # Whoever a test above made ready stands in it too.
    listed = len(packs.preview(packs.asked("civil_affairs", "2026-01", "weihai-2022-15", (), officer), officer).lines)
    assert figures["人数"] == figures["新增"] == f"{listed} 人" and listed >= 3
    press(app, "referral-propose")
    assert "等待另一人批准" in app.success[0].value
    (pack,) = packs.packs(officer)
    app = page("views/pack.py", pack=str(pack.id))
    keys = {button.key for button in app.button}
    assert "pack-do-approved" not in keys and "须由另一人批准" in texts(app)
    # Whoever approves sees who is not in it, by why, before any file has a cover.
    left = pack.counts["left_out"]
    assert left["not_ready"] > 0 and f"没有列入 {sum(left.values()):,} 人：" in texts(app)
    assert all(f"{one.label} {left[one.value]:,}" in texts(app) for one in LeftOut if one.value in left)
    looking.actor = replace(officer, roles=frozenset({Role.OFFICER, Role.APPROVER}))
    app = page("views/pack.py", pack=str(pack.id))
    assert "pack-do-approved" not in {button.key for button in app.button}, "nor with both roles"
    app.session_state["pack-asked"] = (pack, PackState.APPROVED)
    app.run()
    assert "不能批准自己提出的名单" in app.error[0].value
    as_account(looking, office, "wang.fang", Role.OFFICER, NEXT)
    assert "没有找到这份名单" in texts(page("views/pack.py", pack=str(pack.id)))
    approver = as_account(looking, office, "zhou", Role.APPROVER)
    app = press(page("views/pack.py", pack=str(pack.id)), "pack-do-approved")
    press(app, "pack-do-sent")
    assert f"已发出，{listed} 人" in app.success[0].value
    seen = packs.one(pack.id, approver)
    assert seen is not None and seen.written == listed and {file.rows for file in seen.files} == {listed}
    assert f"屏幕 {listed} 人 = 文件 {listed} 行 = 审计 {listed} 人" in texts(app)
    assert cases.of(10).state == "sent"
    assert "pack-do-received" not in {button.key for button in app.button}, "an approver does not receive for the department"
    as_account(looking, office, "wu", Role.DATA_MANAGER)
    press(page("views/pack.py", pack=str(pack.id)), "pack-do-received")
    assert cases.of(10).state == "received"


def test_what_is_not_found_is_nobodys(cases: Caseload, looking: Looking) -> None:
    looking.become(Role.OFFICER, HERE)
    for view, name, said in (("case", "case", "没有找到这个案件"), ("pack", "pack", "没有找到这份名单"), ("replies", "reply", "反馈")):
        assert said in texts(page(f"views/{view}.py", **{name: "99999999"}))
    page("views/pack.py", pack="9" * 15)
    assert looking.noted[-1][:2] == (AuditAction.REFUSED, "pack:?"), "larger than any key: PostgreSQL would not look for it"


# --- taken along ----------------------------------------------------------------------------------


def test_a_download_is_the_list_as_filtered_or_nothing(cases: Caseload, office: Office, looking: Looking) -> None:
    viewer = as_account(looking, office, "li.na", Role.OFFICER, HERE)
    filters = CaseFilters(states=(CaseState.NEW.value,))
    query = ListQuery(filters, "excess", size=20)
    shown = casework.case_page(query, viewer)

    def made(kind: str) -> bytes:
        on_screen = OnScreen(query.within(viewer.scope), shown, (), {}, {})
        return b"".join(an_export(on_screen, viewer, Download(kind, "核实情况")).chunks())

    rows = list(csv.reader(io.StringIO(made("csv").decode("utf-8-sig"))))
    assert len(rows) == shown.total + 1 and {row[7] for row in rows[1:]} == {"环翠区（371002）"}
    assert [row[4] for row in rows[1:21]] == [row.certno_masked for row in shown.rows]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(made("xlsx")))
    assert len(book.get_sheet_by_name("名单").to_python()) == shown.total + 1
    assert [row[1] for row in book.get_sheet_by_name("说明").to_python() if row[0] == "筛选条件"] == ["案件状态：待审核"]
    cases.decide(next(person for person in range(30, 60) if cases.of(person).state == "new"), CaseAct.REVIEW)
    for kind in ("csv", "xlsx"):
        with pytest.raises(MonitorError, match="重新导出"):
            made(kind)


def test_townships_only_narrow_a_scope() -> None:
    everybody = Actor("a", "甲", frozenset({Role.OFFICER}), EVERYTHING, "screen")
    assert casework.narrowed(everybody, ()) is everybody
    assert casework.narrowed(everybody, ("甲镇",)).scope == Scope((), ("甲镇",))
    bound = replace(everybody, scope=Scope(("371002",), ("甲镇",)))
    assert casework.narrowed(bound, ("甲镇", "乙镇")).scope == bound.scope
    assert not casework.narrowed(bound, ("乙镇",)).scope.covers("371002", "乙镇")
    assert not casework.narrowed(bound, ("乙镇",)).scope.covers("371002", "甲镇")
