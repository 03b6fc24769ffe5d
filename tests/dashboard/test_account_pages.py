"""账号 and 审计记录: what an administrator and an auditor do on their pages, over a real office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from door import Served, Visitor, served
from office import GOOD, Office
from streamlit.testing.v1 import AppTest
from test_views import ROOT, texts
from viewers import Looking

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import Role


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looking: Looking) -> Iterator[Served]:
    office = Office(tmp_path)
    with served(office, monkeypatch) as found:
        monkeypatch.setattr("dashboard.door.access.now", lambda: office.at(found.minute))
        looking.actor = office.member("root.admin", Role.ADMINISTRATOR, scope=None).actor
        office.add("zhao.min", Role.ADMINISTRATOR, scope=None)
        yield found
    office.close()


def opened(view: str, first: bool = True) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=120)
    if not first:
        app.switch_page(f"views/{view}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def account(door: Served, name: str) -> tuple[frozenset[Role], Scope | None, bool]:
    from monitor.access import accounts

    found = next(one for one in accounts.list_accounts(door.office.access, door.office.root, now=door.office.at(1)) if one.name == name)
    return found.roles, found.scope, found.disabled_at is not None


def add(app: AppTest, name: str, role: Role, districts: str = "", whole: bool = False) -> AppTest:
    app.text_input(key="new-name").set_value(name)
    app.text_input(key="new-display").set_value("王芳")
    app.multiselect(key="new-roles").set_value([role.value])
    app.radio(key="new-scope").set_value("everything" if whole else "part")
    app.text_input(key="new-districts").set_value(districts)
    return app.button(key="new-button").click().run()


def test_a_new_account_gets_a_password_that_is_shown_once_and_works_once(door: Served) -> None:
    app = add(opened("accounts"), "wang.fang", Role.OFFICER, "371002、371083")
    assert not app.exception and not app.error
    password = app.code[0].value
    assert account(door, "wang.fang") == (frozenset({Role.OFFICER}), Scope(("371002", "371083")), False)
    app.run()
    assert not app.code and password not in texts(app), "on any later sight it is gone"
    visitor = Visitor(door)
    assert visitor.sign_in("wang.fang", password).header("location") == "/password"


@pytest.mark.parametrize(
    ("name", "role", "districts", "said"),
    [
        ("wang.fang", Role.OFFICER, "", "请写明区县代码"), ("wang.fang", Role.OFFICER, "海淀", "2 至 6 位数字"),
        ("wang.fang", Role.OFFICER, "%", "2 至 6 位数字"), ("<script>", Role.OFFICER, "371002", "账号"), ("root.admin", Role.OFFICER, "371002", "root.admin"),
        ("a", Role.OFFICER, "371002", "账号"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(door: Served, name: str, role: Role, districts: str, said: str) -> None:
    app = add(opened("accounts"), name, role, districts)
    assert not app.exception
    assert said in app.error[0].value
    assert not app.code


def manage(app: AppTest, name: str) -> AppTest:
    app.session_state["account"] = name
    return app.run()


def test_roles_scope_reset_and_disabling(door: Served) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    app = manage(opened("accounts"), "wang.fang")
    app.multiselect(key="roles-wang.fang-roles").set_value(["approver"])
    app.button(key="roles-save").click().run()
    app.radio(key="scope-wang.fang-scope").set_value("part")
    app.text_input(key="scope-wang.fang-districts").set_value("3710")
    app.button(key="scope-save").click().run()
    assert account(door, "wang.fang") == (frozenset({Role.APPROVER}), Scope(("3710",)), False)
    app.button(key="reset-button").click().run()
    one_time = app.code[0].value
    assert Visitor(door).sign_in("wang.fang", GOOD[0]).status == 401
    assert Visitor(door).sign_in("wang.fang", one_time).status == 303
    app.button(key="disable-button").click().run()
    assert account(door, "wang.fang")[2]
    assert Visitor(door).sign_in("wang.fang", one_time).status == 401


def test_nobody_gives_himself_another_role(door: Served) -> None:
    app = manage(opened("accounts"), "root.admin")
    assert "须由另一名系统管理员办理" in texts(app)
    assert not [button for button in app.button if button.key in ("roles-save", "scope-save", "reset-button", "disable-button")]


def test_an_administrator_who_is_none_any_more_does_nothing(door: Served, looking: Looking) -> None:
    app = opened("accounts")
    looking.become(Role.OFFICER)
    app.text_input(key="new-name").set_value("late.one")
    app.button(key="new-button").click().run()
    with pytest.raises(StopIteration):
        account(door, "late.one")


@pytest.mark.parametrize("display", ["<script>x</script>", "**王**", "[x](javascript:1)", ":red[x]"])
def test_a_name_on_the_accounts_page_stays_text(door: Served, display: str) -> None:
    app = opened("accounts")
    app.text_input(key="new-display").set_value(display)
    app.text_input(key="new-name").set_value("li.na")
    app.multiselect(key="new-roles").set_value(["officer"])
    app.radio(key="new-scope").set_value("everything")
    app.button(key="new-button").click().run()
    app = manage(app, "li.na")
    raw = "\n".join(str(one.value) for kind in (app.subheader, app.markdown, app.caption) for one in kind)
    assert display not in raw


# --- the audit ------------------------------------------------------------------------------------


def auditing(door: Served, looking: Looking) -> AppTest:
    looking.actor = door.office.member("sun.audit", Role.AUDITOR, scope=EVERYTHING).actor
    return opened("audit", first=False)


def test_an_auditor_reads_who_did_what(door: Served, looking: Looking) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    app = auditing(door, looking)
    frame = app.dataframe[0].value
    assert {"新建账号", "登录", "修改口令"} <= set(frame["action"])
    app.text_input(key="audit-actor").set_value("wang.fang")
    app.selectbox(key="audit-action").set_value("password_changed")
    app.button(key="audit-apply").click().run()
    assert list(app.dataframe[0].value["actor"]) == ["wang.fang"]
    app.text_input(key="audit-actor").set_value("nobody")
    app.button(key="audit-apply").click().run()
    assert "没有符合条件的记录" in texts(app)


def test_the_button_finds_an_edited_entry(door: Served, looking: Looking) -> None:
    app = auditing(door, looking)
    app.button(key="audit-verify").click().run()
    assert "逐条核对无误" in app.success[0].value
    door.office.without_triggers()
    door.office.sql("UPDATE audit SET actor = 'somebody.else' WHERE sequence = 2")
    app.button(key="audit-verify").click().run()
    assert "第 2 条起" in app.error[0].value
