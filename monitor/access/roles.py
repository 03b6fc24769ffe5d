"""What each role may do: one table, asked by the guard and by the button alike."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.access.actor import Actor
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Permission, Role

#: Permission → roles that have it. Total: every permission stands here, every role has at least one (tests/spec/test_roles.py).
PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_OVERVIEW: frozenset(
        {Role.DATA_MANAGER, Role.POLICY_MANAGER, Role.OFFICER, Role.APPROVER, Role.AUDITOR}
    ),
    Permission.SEE_PEOPLE: frozenset({Role.DATA_MANAGER, Role.OFFICER, Role.APPROVER, Role.AUDITOR}),
    Permission.REVEAL: frozenset({Role.DATA_MANAGER, Role.OFFICER, Role.APPROVER}),
    Permission.EXPORT_PEOPLE: frozenset({Role.DATA_MANAGER, Role.OFFICER, Role.APPROVER}),
    Permission.DECIDE_CASES: frozenset({Role.OFFICER}),
    Permission.APPROVE_REFERRALS: frozenset({Role.APPROVER}),
    Permission.IMPORT_DATA: frozenset({Role.DATA_MANAGER}),
    Permission.RUN: frozenset({Role.DATA_MANAGER}),
    Permission.MANAGE_PARAMETERS: frozenset({Role.POLICY_MANAGER}),
    Permission.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Permission.SEE_AUDIT: frozenset({Role.AUDITOR}),
}

#: Roles that stand alone: who hands out accounts sees nobody's data, and who audits does nothing there is to audit
#: (GB/T 22239-2019, level 3: system, security and audit administration are separated).
ALONE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

#: Roles that see nobody's data and need no scope.
WITHOUT_PEOPLE = frozenset(role for role in Role if role not in PERMISSIONS[Permission.SEE_OVERVIEW])


def permitted(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may, by any of his roles. Never while a duty (password, second factor) is open."""
    return not actor.duties and not actor.roles.isdisjoint(PERMISSIONS[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Raises AccessError unless ``permitted``."""
    if not permitted(actor, permission):
        raise AccessError(f"账号 {actor.name} 没有“{permission.label}”的权限；如工作需要，请向系统管理员申请相应角色")


def check_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """The roles, if one account may have them together. Raises AccessError."""
    chosen = frozenset(roles)
    if not chosen:
        raise AccessError(f"账号至少须有一个角色：{'、'.join(f'{role.value}（{role.label}）' for role in Role)}")
    for role in Role:
        if role in chosen & ALONE and len(chosen) > 1:
            raise AccessError(f"“{role.label}”不能兼任其他角色；请给同一个人另建账号，或只选一个角色")
    return chosen


def may_approve(approver: Actor, author_account: int | None) -> bool:
    """The four-eyes rule: whether the approver may approve what ``author_account`` proposed.

    Never his own, whatever roles he has; nor where either acted at the command line, which knows no accounts: there
    nothing shows that they are two people.
    """
    return (
        permitted(approver, Permission.APPROVE_REFERRALS)
        and approver.account is not None
        and author_account is not None
        and approver.account != author_account
    )
