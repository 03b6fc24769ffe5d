"""Who may do what: the whole table, as a bureau reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables import read_table

from monitor.access.actor import ANONYMOUS, Actor, operating_system_user
from monitor.access.roles import ALONE, PERMISSIONS, WITHOUT_PEOPLE, check_roles, may_approve, permitted, require
from monitor.access.scope import EVERYTHING
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Duty, Permission, Role

TABLE = read_table("""
    | permission        | administrator | data_manager | policy_manager | officer | approver | auditor |
    |-------------------|---------------|--------------|----------------|---------|----------|---------|
    | see_overview      |               | yes          | yes            | yes     | yes      | yes     |
    | see_people        |               | yes          |                | yes     | yes      | yes     |
    | reveal            |               | yes          |                | yes     | yes      |         |
    | export_people     |               | yes          |                | yes     | yes      |         |
    | decide_cases      |               |              |                | yes     |          |         |
    | approve_referrals |               |              |                |         | yes      |         |
    | import_data       |               | yes          |                |         |          |         |
    | run               |               | yes          |                |         |          |         |
    | manage_parameters |               |              | yes            |         |          |         |
    | manage_accounts   | yes           |              |                |         |          |         |
    | see_audit         |               |              |                |         |          | yes     |
""")
#: What shows or changes people's data in any way.
OF_PEOPLE = {permission for permission in Permission if permission is not Permission.MANAGE_ACCOUNTS}


def actor(*roles: Role, account: int = 1, duties: frozenset[Duty] = frozenset()) -> Actor:
    return Actor("a", "甲", frozenset(roles), EVERYTHING, "screen", account, "s" * 64, duties)


def test_the_table_is_total() -> None:
    assert [row["permission"] for row in TABLE] == [permission.value for permission in Permission]
    assert list(TABLE[0])[1:] == [role.value for role in Role]
    assert set(PERMISSIONS) == set(Permission)
    assert all(any(role in holders for holders in PERMISSIONS.values()) for role in Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["permission"])
def test_a_role_has_what_the_table_says_and_no_more(row: dict[str, str], role: Role) -> None:
    permission, yes = Permission(row["permission"]), row[role.value] == "yes"
    assert permitted(actor(role), permission) is yes
    if yes:
        require(actor(role), permission)
    else:
        with pytest.raises(AccessError, match=permission.label):
            require(actor(role), permission)


@pytest.mark.parametrize("permission", Permission)
def test_nobody_may_anything_before_signing_in_or_with_a_duty_open(permission: Permission) -> None:
    assert not permitted(ANONYMOUS, permission)
    for duty in Duty:
        assert not permitted(actor(*Role, duties=frozenset({duty})), permission)


@pytest.mark.parametrize("permission", Permission)
def test_the_command_line_may_everything(permission: Permission) -> None:
    assert permitted(operating_system_user(), permission)


def test_the_administrator_has_nothing_of_people() -> None:
    assert not any(permitted(actor(Role.ADMINISTRATOR), permission) for permission in OF_PEOPLE)
    assert frozenset({Role.ADMINISTRATOR}) == WITHOUT_PEOPLE


TOGETHER = read_table("""
    | roles                                      | one account may |
    |--------------------------------------------|-----------------|
    | administrator                              | yes             |
    | auditor                                    | yes             |
    | officer approver                           | yes             |
    | data_manager policy_manager                | yes             |
    | data_manager policy_manager officer approver | yes           |
    | administrator officer                      | no              |
    | administrator auditor                      | no              |
    | auditor officer                            | no              |
    |                                            | no              |
""")


@pytest.mark.parametrize("row", TOGETHER, ids=lambda row: row["roles"] or "none")
def test_what_one_account_may_be_at_once(row: dict[str, str]) -> None:
    roles = [Role(name) for name in row["roles"].split()]
    if row["one account may"] == "yes":
        assert check_roles(roles) == set(roles)
    else:
        with pytest.raises(AccessError):
            check_roles(roles)


def test_the_roles_that_stand_alone() -> None:
    assert {Role.ADMINISTRATOR, Role.AUDITOR} == ALONE


FOUR_EYES = read_table("""
    | approver's roles | approver's account | author's account | may |
    |------------------|--------------------|------------------|-----|
    | approver         | 1                  | 2                | yes |
    | approver         | 1                  | 1                | no  |
    | approver officer | 1                  | 1                | no  |
    | approver officer | 2                  | 1                | yes |
    | officer          | 2                  | 1                | no  |
    | auditor          | 2                  | 1                | no  |
    | approver         | 1                  |                  | no  |
    | approver         |                    | 1                | no  |
    | approver         |                    |                  | no  |
""")


@pytest.mark.parametrize("row", FOUR_EYES, ids=lambda row: " / ".join(row.values()))
def test_nobody_approves_what_he_proposed(row: dict[str, str]) -> None:
    approver = actor(*(Role(name) for name in row["approver's roles"].split()))
    approver = replace(approver, account=int(row["approver's account"]) if row["approver's account"] else None)
    author = int(row["author's account"]) if row["author's account"] else None
    assert may_approve(approver, author) is (row["may"] == "yes")


def test_the_command_line_approves_nothing() -> None:
    assert not may_approve(operating_system_user(), 1)
