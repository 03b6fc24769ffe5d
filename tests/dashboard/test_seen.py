"""Who sees what: every page in every role, every query as somebody else, the next district, two people in one process."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import streamlit as st
from bureau import certno
from casebook import DISTRICTS, TOWNS, WEIHAI, blind, database
from explained import explained
from sqlalchemy import Connection, update
from streamlit.testing.v1 import AppTest
from test_shortfall_views import filled
from test_views import ROOT, TOLD, page, texts
from viewers import Looking

from dashboard import pages, queries
from dashboard.queries import noted, people_lists, reviewed, run_figures, somebody
from monitor.access.actor import Actor
from monitor.access.roles import PERMISSIONS, permitted
from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.actions.entitlements import entitled_store
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import AuditAction, Duty, Permission, Purpose, Role
from monitor.casework import tables
from monitor.casework.reading import listing, overview
from monitor.casework.reading.narrowing import EVERY_ALERT, EVERYBODY_ASIDE, EVERYBODY_DUE, Filters
from monitor.casework.reading.overview import ACTIVE_STATES
from monitor.casework.reading.query import ListQuery
from monitor.policy.library import load_library

HERE, NEXT = Scope((DISTRICTS[0],)), Scope((DISTRICTS[1],))
PEOPLE = ("alerts", "set_aside", "shortfall", "person")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("seen")
    database(home / "casework.sqlite", months=6, count=600).dispose()
    return home


@pytest.fixture
def connection(full: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setenv("MONITOR_HOME", str(full))
    monkeypatch.setattr(somebody, "explanation", lambda run_id, person: explained(TOLD))
    monkeypatch.setattr(people_lists, "_searched_hash", lambda kind, text: blind(text))
    with queries.database.connection() as opened:
        yield opened
    st.cache_resource.clear()
    st.cache_data.clear()


def run_of(connection: Connection) -> str:
    found = overview.latest_run(connection, WEIHAI)
    assert found is not None
    return found.run_id


# --- pages by role --------------------------------------------------------------------------------

LISTS = ("overview", "alerts", "set_aside", "joins", "duplicates", "shortfall", "premiums")
CASEWORK = ("todo", "cases", "referrals", "replies", "outcomes", "institutions", "evaluation")
ROWS = ("person", "case", "pack")
#: What stands in each role's navigation, the first being where they begin. The pages of one row are not in the list on the left.
NAVIGATION = {
    Role.ADMINISTRATOR: ["accounts", "my_account"],
    Role.POLICY_MANAGER: ["overview", "outcomes", "institutions", "evaluation", "my_account"],
    Role.AUDITOR: [*LISTS, *CASEWORK, "audit", "my_account", *ROWS],
    Role.DATA_MANAGER: [*LISTS, *CASEWORK, "my_account", *ROWS],
    Role.OFFICER: [*LISTS, *CASEWORK, "my_account", *ROWS],
    Role.APPROVER: [*LISTS, *CASEWORK, "my_account", *ROWS],
}


@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_pages_and_no_other(role: Role, looking: Looking) -> None:
    actor = looking.become(role)
    allowed = [name for name, _, _, permission in pages.PAGES if permission is None or permitted(actor, permission)]
    assert allowed == NAVIGATION[role]


def by_address(view: str, actor: Actor, run: Any) -> AppTest:
    """The page's own script, past the navigation: what somebody meets who names it by hand."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "views" / f"{view}.py"), default_timeout=120)
    app.session_state["viewer"] = actor
    app.session_state["run"] = run
    return app.run()


FORBIDDEN = [(role, view) for role in Role for view, *_ in pages.PAGES if view not in NAVIGATION[role]]


@pytest.mark.parametrize(("role", "view"), FORBIDDEN)
def test_a_page_of_another_role_shows_nothing_even_by_its_own_script(
    connection: Connection, looking: Looking, role: Role, view: str
) -> None:
    app = by_address(view, looking.become(role), run_figures.runs(looking.become(Role.OFFICER))[0])
    assert not app.exception
    assert "没有这个页面的权限" in texts(app)
    assert not app.dataframe and not app.metric and not app.text_input and not app.table
    assert [entry[0] for entry in looking.noted] == [AuditAction.REFUSED]


@pytest.mark.parametrize(("role", "view"), [(role, view) for role in Role for view in NAVIGATION[role] if view in (*PEOPLE, "overview")])
def test_a_page_of_ones_own_opens(connection: Connection, looking: Looking, role: Role, view: str) -> None:
    looking.become(role, HERE)
    row = listing.alert_page(connection, run_of(connection), ListQuery(EVERY_ALERT, scope=HERE)).rows[0]
    app = page(f"views/{view}.py", **({"alert": str(row.id)} if view == "person" else {}))
    assert "权限" not in texts(app)
    assert not any(button.key == "due-work-out" for button in app.button) or role is Role.DATA_MANAGER
    whole = [button.key for button in app.button if button.key in ("alerts-csv", "reveal-button")]
    assert bool(whole) is (view in ("alerts", "person") and role is not Role.AUDITOR), "an auditor looks and takes nothing along"


@pytest.mark.parametrize("role", Role)
def test_an_empty_home_opens_in_each_role(home: Path, looking: Looking, role: Role) -> None:
    looking.become(role)
    for view in NAVIGATION[role]:
        if view not in ("accounts", "audit"):
            app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=120)
            if view != NAVIGATION[role][0]:
                app.switch_page(f"views/{view}.py")
            app.run()
            assert not app.exception
            assert "页面出错" not in texts(app)
    assert not home.exists()


def test_a_session_that_has_ended_shows_nothing_and_leaves(connection: Connection, looking: Looking) -> None:
    app = page("views/alerts.py")
    assert app.dataframe
    looking.actor = None
    app.run()
    assert "登录已结束" in texts(app)
    assert not app.dataframe and not app.selectbox and not app.button


def test_an_open_duty_opens_no_page(connection: Connection, looking: Looking) -> None:
    one = looking.become(Role.DATA_MANAGER)
    waiting = Actor(one.name, one.display, one.roles, one.scope, "screen", 7, one.session, frozenset({Duty.CHANGE_PASSWORD}))
    for view in (*PEOPLE, "overview"):
        assert "没有这个页面的权限" in texts(by_address(view, waiting, run_figures.runs(one)[0]))


# --- queries --------------------------------------------------------------------------------------

PERSON = listing.OfRun(1, "0" * 30, "样*", "9910**********0001", "dibao", "390", DISTRICTS[0], "", "run")
QUERIES: dict[str, tuple[Permission, Callable[[Actor], Any]]] = {
    "runs": (Permission.SEE_OVERVIEW, lambda actor: run_figures.runs(actor)),
    "overview": (Permission.SEE_OVERVIEW, lambda actor: run_figures.overview("run", actor)),
    "choices": (Permission.SEE_OVERVIEW, lambda actor: run_figures.choices("run", actor)),
    "alert_page": (Permission.SEE_PEOPLE, lambda actor: people_lists.alert_page("run", ListQuery(EVERY_ALERT, "excess", size=20), actor)),
    "aside_page": (Permission.SEE_PEOPLE, lambda actor: people_lists.aside_page("run", ListQuery(EVERYBODY_ASIDE, "excess", size=20), actor)),
    "shortfall_page": (Permission.SEE_PEOPLE, lambda actor: people_lists.shortfall_page("run", ListQuery(EVERYBODY_DUE, "since", size=20), actor)),
    "alert": (Permission.SEE_PEOPLE, lambda actor: somebody.alert(1, actor)),
    "set_aside_person": (Permission.SEE_PEOPLE, lambda actor: somebody.set_aside_person(1, actor)),
    "shortfall_person": (Permission.SEE_PEOPLE, lambda actor: somebody.shortfall_person(1, actor)),
    "is_entitled": (Permission.SEE_PEOPLE, lambda actor: run_figures.is_entitled("run", actor)),
    "entitled_run": (Permission.SEE_PEOPLE, lambda actor: run_figures.entitled_run("run", actor)),
    "due_counts": (Permission.SEE_PEOPLE, lambda actor: run_figures.due_counts("run", actor)),
    "institutions": (Permission.SEE_OVERVIEW, lambda actor: run_figures.institutions("run", None, actor)),
    "evaluation": (Permission.SEE_OVERVIEW, lambda actor: run_figures.evaluation("run", actor)),
    "premium_list": (Permission.SEE_PEOPLE, lambda actor: people_lists.premium_list("run", date(2025, 1, 1), actor)),
    "insurance_gaps": (Permission.SEE_PEOPLE, lambda actor: people_lists.insurance_gaps("run", actor)),
    "coverage_months": (Permission.SEE_OVERVIEW, lambda actor: run_figures.coverage_months("run", actor)),
    "coverage_indicators": (Permission.SEE_OVERVIEW, lambda actor: run_figures.coverage_indicators("run", actor)),
    "joins": (Permission.SEE_PEOPLE, lambda actor: reviewed.joins(actor)),
    "duplicates": (Permission.SEE_PEOPLE, lambda actor: reviewed.duplicates(actor)),
    "work_out_entitlements": (Permission.RUN, lambda actor: run_figures.work_out_entitlements("run", actor)),
    "looked_up": (Permission.SEE_PEOPLE, lambda actor: somebody.looked_up("run", "991002190001010000", actor)),
    "explained": (Permission.SEE_PEOPLE, lambda actor: somebody.explained(PERSON, actor)),
    "reveal": (Permission.REVEAL, lambda actor: somebody.reveal(PERSON, actor, Purpose.VERIFY, "")),
    "audit_page": (Permission.SEE_AUDIT, lambda actor: noted.audit_page(actor, None, 1, 20)),  # type: ignore[arg-type]
    "audit_verified": (Permission.SEE_AUDIT, lambda actor: noted.audit_verified(actor)),
}
#: What writes into the audit for whoever a query above has let through.
WRITERS = {"note", "note_once"}


def test_every_query_of_somebody_is_in_this_table() -> None:
    modules = [import_module(f"dashboard.queries.{found.name}") for found in iter_modules(queries.__path__)]
    somebodys = {
        name for module in modules for name, made in vars(module).items()
        if inspect.isfunction(made) and made.__module__ == module.__name__ and "actor" in inspect.signature(made).parameters
    }
    assert somebodys - WRITERS - {"<lambda>"} == set(QUERIES)


@pytest.mark.parametrize(
    ("name", "role"), [(name, role) for name, (needed, _) in QUERIES.items() for role in Role if role not in PERMISSIONS[needed]]
)
def test_a_query_refuses_whoever_may_not_ask_it(connection: Connection, looking: Looking, name: str, role: Role) -> None:
    with pytest.raises(AccessError, match=r"没有“.+”的权限"):
        QUERIES[name][1](looking.become(role))
    assert looking.noted == []


# --- the next district ----------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [HERE, NEXT, Scope((DISTRICTS[0][:4],)), Scope((), (TOWNS[0],)), Scope((DISTRICTS[0],), (TOWNS[1],)), NOWHERE])
def test_lists_and_figures_hold_nobody_outside_the_scope(connection: Connection, looking: Looking, scope: Scope) -> None:
    actor, run = looking.become(Role.OFFICER, scope), run_of(connection)
    everybody = listing.alert_page(connection, run, ListQuery(EVERY_ALERT, size=1000)).rows
    own = [row.id for row in everybody if scope.covers(row.insu_admdvs, row.town)]
    found = people_lists.alert_page(run, ListQuery(EVERY_ALERT, "excess", size=1000), actor)
    assert [row.id for row in found.rows] == own
    assert found.total == len(own)
    aside = people_lists.aside_page(run, ListQuery(EVERYBODY_ASIDE, "excess", size=1000), actor)
    assert all(scope.covers(row.insu_admdvs, row.town) for row in aside.rows)
    figures = run_figures.overview(run, actor)
    active = [row for row in everybody if row.id in own and row.state in ACTIVE_STATES]
    assert figures.trend[-1].flagged == len(active)
    assert figures.trend[-1].excess_fen == sum(row.excess_fen for row in active)
    assert figures.uncovered == sum(row.reason == "no_rule" for row in aside.rows)
    assert figures.distribution == ()
    assert set(run_figures.choices(run, actor).districts) == {row.insu_admdvs for row in everybody if row.id in own}


@pytest.mark.parametrize("name", ["alert", "aside"])
def test_a_row_of_the_next_district_is_nobody_in_the_very_same_words(
    connection: Connection, looking: Looking, name: str
) -> None:
    run = run_of(connection)
    listed: Any = listing.alert_page(connection, run) if name == "alert" else listing.set_aside_page(connection, run)
    row = next(row for row in listed.rows if row.insu_admdvs != DISTRICTS[0])
    looking.become(Role.OFFICER, HERE)
    theirs = texts(page("views/person.py", **{name: str(row.id)}))
    nobody = texts(page("views/person.py", **{name: "99999999"}))
    assert "没有找到这名人员" in theirs
    assert theirs == nobody
    assert [entry[:2] for entry in looking.noted] == [(AuditAction.REFUSED, f"{name}:{row.id}"), (AuditAction.REFUSED, f"{name}:99999999")]
    looking.become(Role.OFFICER, Scope((row.insu_admdvs,)))
    assert "没有找到" not in texts(page("views/person.py", **{name: str(row.id)}))


def test_a_search_does_not_find_the_next_districts_people(connection: Connection, looking: Looking) -> None:
    theirs = listing.alert_page(connection, run_of(connection), ListQuery(Filters(states=ACTIVE_STATES), scope=NEXT)).rows[0]
    for scope, found in ((HERE, False), (NEXT, True)):
        looking.become(Role.OFFICER, scope)
        app = page("views/alerts.py")
        app.selectbox(key="alerts-search-kind").set_value("last4")
        app.text_input(key="alerts-search").set_value(theirs.certno_masked[-4:])
        app.button(key="alerts-apply").click().run()
        shown = [number for frame in app.dataframe for number in frame.value["certno"]]
        assert (theirs.certno_masked in shown) is found


def test_the_whole_regions_figures_are_not_for_part_of_it(connection: Connection, looking: Looking) -> None:
    whole = texts(page("views/overview.py"))
    looking.become(Role.OFFICER, HERE)
    part = texts(page("views/overview.py"))
    run = run_figures.runs(looking.actor)[0] if looking.actor else None
    assert run is not None
    for figure in ("涉及人员", "读入行数", "窗口内结算"):
        assert figure in whole and figure not in part


def test_two_people_in_one_process_each_see_their_own(connection: Connection, looking: Looking) -> None:
    """What one has just been shown is in the caches; the other must not get it, nor the first what the other was shown."""
    run = run_of(connection)
    expected = {
        scope: [row.certno_masked for row in listing.alert_page(connection, run, ListQuery(Filters(states=ACTIVE_STATES), scope=scope)).rows]
        for scope in (HERE, NEXT, EVERYTHING)
    }
    assert not set(expected[HERE]) & set(expected[NEXT])
    for scope in (EVERYTHING, HERE, NEXT, HERE, EVERYTHING, NEXT):
        looking.become(Role.OFFICER, scope, name=f"officer{len(scope.districts)}")
        assert list(page("views/alerts.py").dataframe[0].value["certno"]) == expected[scope]
        metric = {one.label: one.value for one in page("views/overview.py").metric}["预警总数"]
        assert metric == f"{run_figures.overview(run, looking.actor).trend[-1].flagged:,} 人"  # type: ignore[arg-type]


def test_a_narrowed_scope_counts_from_the_next_click_on(connection: Connection, looking: Looking) -> None:
    looking.become(Role.OFFICER, EVERYTHING)
    row = listing.alert_page(connection, run_of(connection), ListQuery(EVERY_ALERT, scope=NEXT)).rows[0]
    app = page("views/person.py", alert=str(row.id))
    assert TOLD["verdict"] in texts(app)
    looking.within(HERE)
    app.run()
    assert TOLD["verdict"] not in texts(app) and "没有找到这名人员" in texts(app)


# --- somebody by number ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("whole-seen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        made = filled(directory)
        entitled_store(made.home, made.run().run, load_library())
    return directory


@pytest.fixture
def due(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MONITOR_HOME", str(whole / "home"))
    monkeypatch.setenv("MONITOR_KEYS", str(whole / "keys"))
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def look_up(number: str) -> AppTest:
    app = page("views/shortfall.py")
    app.text_input(key="due-number").set_value(number)
    app.button(key="due-look-up-button").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("scope", [Scope(("371083",)), Scope(("371002",), ("别镇",)), NOWHERE])
def test_a_number_of_the_next_district_is_unknown_in_the_very_same_words(due: None, looking: Looking, scope: Scope) -> None:
    looking.become(Role.OFFICER, scope)
    theirs, nobodys = look_up(certno(1)), look_up("991002190001010000")
    assert [error.value for error in theirs.error] == [error.value for error in nobodys.error] != []
    assert "looked-up" not in theirs.session_state
    assert [entry[0] for entry in looking.noted if entry[4].get("asked")] == [AuditAction.REFUSED] * 2


def test_a_number_of_ones_own_township_is_found(due: None, looking: Looking) -> None:
    """So that the refusals above mean something."""
    looking.become(Role.OFFICER, Scope(("371002",), ("样例镇",)))
    assert "医疗救助待遇" in texts(look_up(certno(1)))


def test_who_was_looked_up_does_not_outlive_the_scope(due: None, looking: Looking) -> None:
    looking.become(Role.OFFICER, Scope(("371002",)))
    app = look_up(certno(1))
    assert "医疗救助待遇" in texts(app)
    looking.within(Scope(("371083",)))
    app.switch_page("views/person.py").run()
    assert "医疗救助待遇" not in texts(app) and "没有找到这名人员" in texts(app)


def test_the_figures_of_entitlements_are_not_for_part_of_the_region(due: None, looking: Looking) -> None:
    looking.become(Role.OFFICER, Scope(("371083",)))
    app = page("views/shortfall.py")
    assert not app.metric
    assert "没有应享大于已享" in texts(app) or "没有符合条件" in texts(app) or not app.dataframe


# --- whole names and numbers ----------------------------------------------------------------------


def revealing(app: AppTest, purpose: str | None, remark: str = "") -> AppTest:
    if purpose:
        app.selectbox(key="reveal-purpose").set_value(purpose)
    app.text_input(key="reveal-remark").set_value(remark)
    return app.button(key="reveal-button").click().run()


def test_revealing_is_written_down_with_its_purpose_and_ends_with_the_sight(connection: Connection, looking: Looking) -> None:
    looking.become(Role.OFFICER, HERE)
    row = listing.alert_page(connection, run_of(connection), ListQuery(EVERY_ALERT, scope=HERE)).rows[0]
    app = revealing(page("views/person.py", alert=str(row.id)), "contact", "来访登记 A12")
    assert TOLD["person"]["certno"] in texts(app)
    entry = next(entry for entry in looking.noted if entry[0] is AuditAction.REVEALED)
    assert entry[1:] == (f"person:{row.person}", "screen:person", "联系本人：来访登记 A12", {"run": row.run_id})
    app.switch_page("views/alerts.py").run()
    app.query_params["alert"] = str(row.id)
    app.switch_page("views/person.py").run()
    assert TOLD["person"]["certno"] not in texts(app), "coming back begins masked"


@pytest.mark.parametrize(
    ("purpose", "remark", "said"),
    [(None, "", "请先选择目的"), ("verify", "电话 13800138000", "不能写证件号码"), ("verify", "号 9 9 1 0 0 2 1 9", "不能写证件号码")],
)
def test_without_a_purpose_or_with_a_number_in_the_remark_nothing_is_shown(
    connection: Connection, looking: Looking, purpose: str | None, remark: str, said: str
) -> None:
    row = listing.alert_page(connection, run_of(connection)).rows[0]
    app = revealing(page("views/person.py", alert=str(row.id)), purpose, remark)
    assert said in app.error[0].value
    assert TOLD["person"]["certno"] not in texts(app)
    assert AuditAction.REVEALED not in [entry[0] for entry in looking.noted]


def test_where_it_cannot_be_written_down_nothing_is_shown(
    connection: Connection, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = listing.alert_page(connection, run_of(connection)).rows[0]
    app = page("views/person.py", alert=str(row.id))

    def refuse(*given: Any, **named: Any) -> None:
        raise MonitorError("磁盘已满")

    monkeypatch.setattr(noted, "note", refuse)
    revealing(app, "verify")
    assert "磁盘已满" in app.error[0].value
    assert TOLD["person"]["certno"] not in texts(app)


def test_a_flag_left_in_the_session_reveals_nothing_to_whoever_may_not(connection: Connection, looking: Looking) -> None:
    row = listing.alert_page(connection, run_of(connection)).rows[0]
    app = revealing(page("views/person.py", alert=str(row.id)), "verify")
    looking.become(Role.AUDITOR)
    app.run()
    assert TOLD["person"]["certno"] not in texts(app) and TOLD["person"]["psn_name"] not in texts(app)


# --- names that want to be more than names ----------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[点我](javascript:alert(1))", "![x](http://example.invalid/x.png)",
    "**粗**", ":red[红]", "$\\href{http://example.invalid}{x}$", "`x`", "../../etc/passwd", "'; DROP TABLE alerts; --", "=HYPERLINK(1)",
    "&lt;b&gt;", ":material/home:", "{name}", "%s%n", "\u202e倒",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose largest alerts are of people with such names, numbered from 10000 on."""
    home = tmp_path_factory.mktemp("hostile")
    engine = database(home / "casework.sqlite", months=3, count=300, draft=False)
    with engine.begin() as opened:
        run = overview.latest_run(opened, WEIHAI)
        assert run is not None
        active = listing.alert_page(opened, run.run_id, ListQuery(Filters(states=ACTIVE_STATES), size=len(HOSTILE))).rows
        for number, (row, name) in enumerate(zip(active, HOSTILE, strict=True), start=10_000):
            told = {"id": number, "name_masked": name, "town": name, "certno_masked": name[:24], "excess_fen": 10**12}
            opened.execute(update(tables.alerts).where(tables.alerts.c.id == row.id).values(**told))
    engine.dispose()
    return home


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(hostile: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("MONITOR_HOME", str(hostile))
    told = {**TOLD, "person": {**TOLD["person"], "psn_name": name, "certno": name, "town": name}}
    monkeypatch.setattr(somebody, "explanation", lambda run_id, person: explained(told))
    app = page("views/alerts.py")
    assert name in list(app.dataframe[0].value["name"]), "a table's cells are no markup"
    app = revealing(page("views/person.py", alert=str(10_000 + HOSTILE.index(name))), "verify")
    raw = [str(element.value) for kind in (app.header, app.subheader, app.markdown, app.caption) for element in kind]
    raw += [frame.value.to_string() for frame in app.table]
    for sign in ("<script>", "<img", "](", "**粗", ":red[", "$\\href", ":material/home:", "`x`"):
        if sign in name:
            # icons and bold type of our own are not the name's
            bare = re.compile(r"(?<!\\)" + re.escape(sign))
            assert not [text for text in raw if bare.search(text) and name[-3:] in text.replace("\\", "")], sign
    st.cache_resource.clear()
    st.cache_data.clear()
