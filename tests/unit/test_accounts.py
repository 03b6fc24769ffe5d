"""Accounts: made once, changed by somebody else only, and always one administrator left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from office import GOOD, Office
from sqlalchemy import select

from monitor.access import accounts, tables
from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.access.sign_in import SignedIn
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, Duty, Role


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def listed(office: Office, name: str) -> accounts.Account:
    return next(account for account in accounts.list_accounts(office.access, office.root, now=office.at(0)) if account.name == name)


def test_the_handed_out_password_is_kept_nowhere(office: Office) -> None:
    password = office.add("li.na", Role.OFFICER, scope=Scope(("371002",)))
    for path in office.home.path.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()
    with office.engine.connect() as connection:
        kept = connection.scalar(select(tables.accounts.c.password))
    assert kept is not None and kept.startswith("$argon2id$")
    account = listed(office, "li.na")
    assert (account.display, account.roles, account.scope) == ("样例li.na", {Role.OFFICER}, Scope(("371002",)))
    assert account.duties == {Duty.CHANGE_PASSWORD}
    assert account.created_by == office.root.name


@pytest.mark.parametrize("name", ["", "a", "-ab", "王芳", "a b", "os:root", "anonymous", "a" * 33, "a\nb", "x'; DROP TABLE accounts --"])
def test_names_that_are_not_taken(office: Office, name: str) -> None:
    with pytest.raises(AccessError, match="账号名称"):
        office.add(name, Role.AUDITOR)


def test_a_name_is_one_name_however_it_is_typed_and_is_never_given_twice(office: Office) -> None:
    office.add(" Li.Na ", Role.OFFICER)
    for again in ("li.na", "LI.NA", "ｌｉ.ｎａ"):
        with pytest.raises(AccessError, match=r"已有名为 li\.na"):
            office.add(again, Role.OFFICER)
    accounts.disable(office.access, office.root, "li.na", now=office.at(1), where="t")
    with pytest.raises(AccessError, match="已有名为"):
        office.add("li.na", Role.OFFICER)


def test_who_sees_people_is_told_whose(office: Office) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(AccessError, match="须指定范围"):
            office.add(f"x.{role.value}", role, scope=None)
    office.add("admin", Role.ADMINISTRATOR, scope=None)
    assert listed(office, "admin").scope is None
    # Without a scope, the query layer shows nobody, whatever else should go wrong.
    actor = office.signed_in("admin", office.add("admin2", Role.ADMINISTRATOR, scope=None) and reset(office, "admin")).actor
    assert actor.scope == NOWHERE
    with pytest.raises(AccessError, match="须指定范围"):
        accounts.set_roles(office.access, office.root, "admin", [Role.OFFICER], now=office.at(1), where="t")


def reset(office: Office, name: str, minute: float = 0) -> str:
    return accounts.reset(office.access, office.root, name, now=office.at(minute), where="command:accounts reset")


@pytest.mark.parametrize("scope", [Scope(("37x",)), Scope(("3",)), Scope(("",)), Scope(("37%",)), Scope(("371002",), ("",)), Scope(("371002",), (" ",)), Scope((), ("甲镇",))])
def test_scopes_that_mean_nothing_are_refused(office: Office, scope: Scope) -> None:
    with pytest.raises(AccessError):
        office.add("li.na", Role.OFFICER, scope=scope)
    office.add("li.na", Role.OFFICER)
    with pytest.raises(AccessError):
        accounts.set_scope(office.access, office.root, "li.na", scope, now=office.at(1), where="t")


@pytest.mark.parametrize(
    ("scope", "district", "town", "inside"),
    [
        (EVERYTHING, "371002", "甲镇", True),
        (NOWHERE, "371002", "甲镇", False),
        (Scope(("3710",)), "371083", "", True),
        (Scope(("3710",)), "370102", "", False),
        (Scope(("371002", "371083")), "371083", "", True),
        (Scope((), ("甲镇",)), "371002", "甲镇", True),
        (Scope((), ("甲镇",)), "371002", "", False),
        (Scope(("371002",), ("甲镇",)), "371083", "甲镇", False),
    ],
)
def test_what_a_scope_covers(scope: Scope, district: str, town: str, inside: bool) -> None:
    assert scope.covers(district, town) is inside


Act = Callable[[Office, Actor, str], object]
ACTS: dict[str, Act] = {
    "set_roles": lambda o, a, n: accounts.set_roles(o.access, a, n, [Role.DATA_MANAGER], now=o.at(5), where="t"),
    "set_scope": lambda o, a, n: accounts.set_scope(o.access, a, n, EVERYTHING, now=o.at(5), where="t"),
    "disable": lambda o, a, n: accounts.disable(o.access, a, n, now=o.at(5), where="t"),
    "enable": lambda o, a, n: accounts.enable(o.access, a, n, now=o.at(5), where="t"),
    "unlock": lambda o, a, n: accounts.unlock(o.access, a, n, now=o.at(5), where="t"),
    "reset": lambda o, a, n: accounts.reset(o.access, a, n, now=o.at(5), where="t"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_nobody_changes_his_own_account_and_nobody_else_may(office: Office, act: Act) -> None:
    mine = office.member("admin.a", Role.ADMINISTRATOR, scope=None).actor
    office.add("admin.b", Role.ADMINISTRATOR, scope=None)
    office.add("li.na", Role.OFFICER)
    before = len(office.entries())
    with pytest.raises(AccessError, match="不能更改自己的账号"):
        act(office, mine, "admin.a")
    for role in set(Role) - {Role.ADMINISTRATOR}:
        other = office.member(f"m.{role.value}".replace("_", "-"), role).actor
        with pytest.raises(AccessError, match="管理账号"):
            act(office, other, "li.na")
    with pytest.raises(AccessError, match="没有名为"):
        act(office, mine, "nobody")
    assert [entry.action for entry in office.entries()[before:]].count("account_added") == len(Role) - 1
    act(office, mine, "li.na")
    assert office.entries()[-1].actor == "admin.a"


def test_somebody_with_a_duty_open_manages_nothing(office: Office) -> None:
    fresh = office.signed_in("admin", office.add("admin", Role.ADMINISTRATOR, scope=None)).actor
    assert fresh.duties
    with pytest.raises(AccessError):
        office.add("li.na", Role.OFFICER, by=fresh)
    with pytest.raises(AccessError):
        accounts.list_accounts(office.access, fresh, now=office.at(0))


def test_who_may_list_accounts(office: Office) -> None:
    for role in Role:
        actor = office.member(f"m.{role.value}".replace("_", "-"), role, scope=None if role is Role.ADMINISTRATOR else EVERYTHING).actor
        if role in (Role.ADMINISTRATOR, Role.AUDITOR):
            assert accounts.list_accounts(office.access, actor, now=office.at(0))
        else:
            with pytest.raises(AccessError):
                accounts.list_accounts(office.access, actor, now=office.at(0))


@pytest.mark.parametrize("act", ["disable", "set_roles"])
def test_the_last_administrator_stays(office: Office, act: str) -> None:
    office.add("admin.a", Role.ADMINISTRATOR, scope=EVERYTHING)
    office.add("li.na", Role.OFFICER)
    with pytest.raises(AccessError, match="最后一位"):
        ACTS[act](office, office.root, "admin.a")
    office.add("admin.b", Role.ADMINISTRATOR, scope=None)
    accounts.disable(office.access, office.root, "admin.b", now=office.at(1), where="t")
    with pytest.raises(AccessError, match="最后一位"):
        ACTS[act](office, office.root, "admin.a")
    accounts.enable(office.access, office.root, "admin.b", now=office.at(2), where="t")
    ACTS[act](office, office.root, "admin.a")


def test_every_act_is_in_the_audit_with_what_changed(office: Office) -> None:
    office.add("li.na", Role.OFFICER, scope=Scope(("371002",), ("甲镇",)))
    accounts.set_roles(office.access, office.root, "li.na", [Role.OFFICER, Role.APPROVER], now=office.at(1), where="command:accounts roles")
    accounts.set_scope(office.access, office.root, "li.na", Scope(("3710",)), now=office.at(2), where="command:accounts scope")
    for act in ("disable", "enable", "unlock", "reset"):
        ACTS[act](office, office.root, "li.na")
    found = [(entry.action, json.loads(entry.detail)) for entry in office.entries()]
    assert found == [
        (AuditAction.ACCOUNT_ADDED, {"roles": ["officer"], "districts": ["371002"], "towns": ["甲镇"], "demo": False}),
        (AuditAction.ROLES_SET, {"before": ["officer"], "roles": ["approver", "officer"]}),
        (AuditAction.SCOPE_SET, {"districts": ["3710"], "towns": []}),
        (AuditAction.ACCOUNT_DISABLED, {"sessions": 0}),
        (AuditAction.ACCOUNT_ENABLED, {}),
        (AuditAction.ACCOUNT_UNLOCKED, {}),
        (AuditAction.ACCOUNT_RESET, {"sessions": 0}),
    ]
    assert {(entry.actor, entry.object) for entry in office.entries()} == {(office.root.name, "account:li.na")}
    assert office.verdict().broken is None


def test_a_reset_takes_everything_and_gives_a_new_start(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for minute in range(1, 7):
        office.sign_in("li.na", "wrong", minute=minute / 100)
    assert listed(office, "li.na").locked_until is not None
    password = reset(office, "li.na", minute=1)
    assert office.actor(who.token, minute=1) is None
    assert listed(office, "li.na").locked_until is None
    assert not isinstance(office.sign_in("li.na", GOOD[0], minute=1), SignedIn)
    again = office.signed_in("li.na", password, minute=1)
    assert again.actor.duties == {Duty.CHANGE_PASSWORD}
    # What he had before the reset still counts as used.
    with pytest.raises(AccessError, match="用过"):
        office.change(again, password, GOOD[0], minute=2)


def test_accounts_of_the_demo_open_a_home_with_sample_data_only(tmp_path: Path) -> None:
    office = Office(tmp_path, rules="", demo=True)
    accounts.add_demo(office.access, office.root, accounts.NewAccount("demo", "演示", [Role.OFFICER], EVERYTHING), "demo", now=office.at(0), where="demo")
    signed_in = office.signed_in("demo", "demo")
    assert signed_in.actor.duties == frozenset()
    assert office.actor(signed_in.token) is not None
    office.demo = False
    assert office.actor(signed_in.token) is None
    assert not isinstance(office.sign_in("demo", "demo"), SignedIn)
    with pytest.raises(AccessError, match="演示账号"):
        accounts.add_demo(office.access, office.root, accounts.NewAccount("demo2", "演示", [Role.OFFICER], EVERYTHING), "demo", now=office.at(0), where="demo")
    with pytest.raises(AccessError, match="演示账号"):
        reset(office, "demo")
    office.close()
