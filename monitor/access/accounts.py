"""Accounts: made, listed, given roles and scope, disabled, reset. Each act is audited in its own transaction.

All of these need ``Permission.MANAGE_ACCOUNTS``, nobody may do any of them to himself, and the last administrator who
can sign in stays one. They raise AccessError with the sentence for the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from monitor.access import attempts, passwords, sessions, tables
from monitor.access.actor import Actor
from monitor.access.deeds import Deed
from monitor.access.moment import written
from monitor.access.opening import Access
from monitor.access.roles import WITHOUT_PEOPLE, check_roles, permitted, require
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sign_in import account_named, normalised_name
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, Duty, Permission, Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_NOT_FOR_PEOPLE = {"anonymous", "os"}
_DISTRICT = re.compile(r"\d{2}|\d{4}|\d{6}")


@dataclass(frozen=True)
class Account:
    """An account as administrators see it; ``scope`` None where none was given; times as ``moment.written``."""

    id: int
    name: str
    display: str
    roles: frozenset[Role]
    scope: Scope | None
    duties: frozenset[Duty]
    second_factor: bool
    disabled_at: str | None
    locked_until: str | None
    created_at: str
    created_by: str
    signed_in_at: str | None


@dataclass(frozen=True)
class NewAccount:
    """An account to be made. ``name``: 2 to 32 of a–z, 0–9, ``.``, ``_``, ``-``. ``scope`` None is allowed for administrators only:
    who sees people's data is told whose, and EVERYTHING is a choice."""

    name: str
    display: str
    roles: Iterable[Role]
    scope: Scope | None


def add(access: Access, actor: Actor, new: NewAccount, *, now: datetime, where: str) -> str:
    """A new account; returns its one-time password, which is kept nowhere else and cannot be shown again."""
    password = passwords.one_time()
    _add(Deed(access, actor, now, where), new, passwords.hashed(password), demo=False)
    return password


def add_demo(access: Access, actor: Actor, new: NewAccount, password: str, *, now: datetime, where: str) -> None:
    """An account of the demo, with a password everybody is told and need not change: it works in a demo home only.

    Raises AccessError where ``access.demo_home()`` is false.
    """
    if not access.demo_home():
        raise AccessError("演示账号只能建在只有样例数据的数据目录里")
    _add(Deed(access, actor, now, where), new, passwords.hashed(password), demo=True)


def _add(by: Deed, new: NewAccount, password: str, *, demo: bool) -> None:
    require(by.actor, Permission.MANAGE_ACCOUNTS)
    name, display, chosen = normalised_name(new.name), new.display.strip(), check_roles(new.roles)
    if not _NAME.fullmatch(name) or name in _NOT_FOR_PEOPLE:
        raise AccessError("账号名称须为 2 至 32 个字符，只用小写字母、数字和 . _ -，以字母或数字开头，且不能是 anonymous 或 os")
    if not display or len(display) > 64 or not display.isprintable():
        raise AccessError("显示姓名须为 1 至 64 个字符")
    _check_scope(chosen, new.scope)
    with by.access.begin() as connection:
        if account_named(connection, name) is not None:
            raise AccessError(f"已有名为 {name} 的账号；停用的账号也保留名称，请另取一个，或用 accounts enable 重新启用")
        at = written(by.now)
        account = connection.execute(
            insert(tables.accounts).returning(tables.accounts.c.id),
            {
                "name": name, "display": display, "password": password, "one_time": not demo, "password_at": at,
                "totp_confirmed": False, "demo": demo, "created_at": at, "created_by": by.actor.name,
            },
        ).scalar_one()
        _write_roles(connection, account, chosen)
        _write_scope(connection, account, new.scope)
        detail = {"roles": _texts(chosen), **_scope_detail(new.scope), "demo": demo}
        by.note(connection, AuditAction.ACCOUNT_ADDED, f"account:{name}", detail)


def list_accounts(access: Access, actor: Actor, *, now: datetime) -> list[Account]:
    """All accounts by name. Auditors may, too."""
    if not permitted(actor, Permission.SEE_AUDIT):
        require(actor, Permission.MANAGE_ACCOUNTS)
    with access.engine.connect() as connection:
        rows = connection.execute(select(tables.accounts).order_by(tables.accounts.c.name)).all()
        return [_account(access, connection, row, now) for row in rows]


def _account(access: Access, connection: Connection, row: Row[Any], now: datetime) -> Account:
    roles = sessions.roles_of(connection, row.id)
    locked = attempts.blocked_until(connection, attempts.of_name(access.hash_key, row.name), now)
    return Account(
        row.id, row.name, row.display, roles, sessions.scope_of(connection, row.id),
        sessions.duties_of(row, roles, access.rules, now), row.totp_confirmed, row.disabled_at,
        written(locked) if locked else None, row.created_at, row.created_by, row.signed_in_at,
    )


def set_roles(access: Access, actor: Actor, name: str, roles: Iterable[Role], *, now: datetime, where: str) -> None:
    """The account's roles from now on; its scope stays. Raises AccessError where a role that sees people lacks a scope."""
    chosen = check_roles(roles)
    with access.begin() as connection:
        account = _other(connection, actor, name)
        before = sessions.roles_of(connection, account.id)
        if Role.ADMINISTRATOR not in chosen:
            _keep_an_administrator(connection, account)
        _check_scope(chosen, sessions.scope_of(connection, account.id))
        _write_roles(connection, account.id, chosen)
        detail = {"before": _texts(before), "roles": _texts(chosen)}
        Deed(access, actor, now, where).note(connection, AuditAction.ROLES_SET, f"account:{account.name}", detail)


def set_scope(access: Access, actor: Actor, name: str, scope: Scope, *, now: datetime, where: str) -> None:
    """Whose rows the account sees from now on."""
    with access.begin() as connection:
        account = _other(connection, actor, name)
        _check_scope(sessions.roles_of(connection, account.id), scope)
        _write_scope(connection, account.id, scope)
        Deed(access, actor, now, where).note(connection, AuditAction.SCOPE_SET, f"account:{account.name}", _scope_detail(scope))


def disable(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    """No more sign-in, and all sessions end."""
    with access.begin() as connection:
        account = _other(connection, actor, name)
        _keep_an_administrator(connection, account)
        _set(connection, account, disabled_at=account.disabled_at or written(now))
        ended = sessions.end_sessions(connection, account.id)
        by = Deed(access, actor, now, where)
        by.note(connection, AuditAction.ACCOUNT_DISABLED, f"account:{account.name}", {"sessions": ended})


def enable(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    """Sign-in is possible again, with the password there was."""
    with access.begin() as connection:
        account = _other(connection, actor, name)
        _set(connection, account, disabled_at=None)
        Deed(access, actor, now, where).note(connection, AuditAction.ACCOUNT_ENABLED, f"account:{account.name}", {})


def unlock(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    """Forget the failures in a row."""
    with access.begin() as connection:
        account = _other(connection, actor, name)
        attempts.forget(connection, attempts.of_name(access.hash_key, account.name))
        Deed(access, actor, now, where).note(connection, AuditAction.ACCOUNT_UNLOCKED, f"account:{account.name}", {})


def reset(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> str:
    """A new one-time password; the second factor is gone, the lock too, all sessions end. The only recovery there is."""
    password = passwords.one_time()
    kept = passwords.hashed(password)
    with access.begin() as connection:
        account = _other(connection, actor, name)
        if account.demo:
            raise AccessError(f"{account.name} 是演示账号，没有口令可重置")
        _set(
            connection, account, password=kept, one_time=True, password_at=written(now), totp_sealed=None,
            totp_confirmed=False, totp_step=None,
        )
        connection.execute(insert(tables.passwords_used), {"account": account.id, "password": account.password})
        attempts.forget(connection, attempts.of_name(access.hash_key, account.name))
        ended = sessions.end_sessions(connection, account.id)
        Deed(access, actor, now, where).note(connection, AuditAction.ACCOUNT_RESET, f"account:{account.name}", {"sessions": ended})
    return password


def _other(connection: Connection, actor: Actor, name: str) -> Row[Any]:
    """The account named, which the actor may change because it is not his own."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    account = account_named(connection, normalised_name(name))
    if account is None:
        raise AccessError(f"没有名为 {normalised_name(name)} 的账号；monitor accounts list 可列出全部账号")
    if account.id == actor.account:
        raise AccessError("不能更改自己的账号；请由另一位系统管理员办理")
    return account


def _keep_an_administrator(connection: Connection, account: Row[Any]) -> None:
    """Raises AccessError where, without this account, nobody could manage accounts any more."""
    a, r = tables.accounts.c, tables.account_roles.c
    administrators = (
        select(a.id).join(tables.account_roles, r.account == a.id)
        .where(r.role == Role.ADMINISTRATOR.value, a.disabled_at.is_(None))
    )
    if set(connection.scalars(administrators)) == {account.id}:
        raise AccessError(f"{account.name} 是最后一位可用的系统管理员；请先另建或启用一位系统管理员")


def _check_scope(roles: frozenset[Role], scope: Scope | None) -> None:
    if scope is None:
        if not roles <= WITHOUT_PEOPLE:
            raise AccessError("须指定范围：区县代码（如 371002，或 3710 指全市），需要时加上其中的乡镇，或者明确选择全部")
        return
    for district in scope.districts:
        if not _DISTRICT.fullmatch(district):
            raise AccessError(f"区县代码 {district} 须为 2、4 或 6 位数字，如 371002，或 3710 指全市")
    if scope.towns and not scope.districts:
        # Townships of one name are in many districts.
        raise AccessError("只写乡镇会看到各区县的同名乡镇；请同时写明所在区县的代码，如 371002")
    for town in scope.towns:
        if not town.strip() or len(town) > 64:
            raise AccessError("乡镇名称须为 1 至 64 个字符，与登记中的写法一致")


def _set(connection: Connection, account: Row[Any], **values: Any) -> None:
    connection.execute(update(tables.accounts).where(tables.accounts.c.id == account.id).values(**values))


def _write_roles(connection: Connection, account: int, roles: frozenset[Role]) -> None:
    connection.execute(delete(tables.account_roles).where(tables.account_roles.c.account == account))
    connection.execute(insert(tables.account_roles), [{"account": account, "role": role.value} for role in sorted(roles)])


def _write_scope(connection: Connection, account: int, scope: Scope | None) -> None:
    connection.execute(delete(tables.account_scopes).where(tables.account_scopes.c.account == account))
    if scope is None:
        return
    places = [("everything", "")] if scope == EVERYTHING else []
    places += [("district", place) for place in scope.districts] + [("town", place) for place in scope.towns]
    rows = [{"account": account, "kind": kind, "place": place} for kind, place in sorted(set(places))]
    connection.execute(insert(tables.account_scopes), rows)


def _texts(roles: frozenset[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _scope_detail(scope: Scope | None) -> dict[str, list[str] | bool]:
    if scope is None:
        return {}
    return {"everything": True} if scope == EVERYTHING else {"districts": list(scope.districts), "towns": list(scope.towns)}
