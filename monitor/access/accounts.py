"""Accounts: made, listed, given roles and scope, disabled, reset. Each act is audited in its own transaction.

All of these need ``Permission.MANAGE_ACCOUNTS``, nobody may do any of them to himself, and the last administrator who
can sign in stays one. They raise AccessError with the sentence for the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.access.actor import Actor
from monitor.access.opening import Access
from monitor.access.scope import Scope
from monitor.vocabulary import Duty, Role


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
    last_seen: str | None


def add(
    access: Access, actor: Actor, name: str, display: str, roles: Iterable[Role], scope: Scope | None, *, now: datetime,
    where: str,
) -> str:
    """A new account; returns its one-time password, which is kept nowhere else and cannot be shown again.

    ``name``: 2 to 32 of a–z, 0–9, ``.``, ``_``, ``-``. ``scope`` None is allowed for administrators only: who sees
    people's data is told whose, and EVERYTHING is a choice.
    """
    raise NotImplementedError


def add_demo(
    access: Access, actor: Actor, name: str, display: str, roles: Iterable[Role], scope: Scope | None, password: str, *,
    now: datetime, where: str,
) -> None:
    """An account of the demo, with a password everybody is told and need not change: it works in a demo home only.

    Raises AccessError where ``access.demo_home()`` is false.
    """
    raise NotImplementedError


def list_accounts(access: Access, actor: Actor, *, now: datetime) -> list[Account]:
    """All accounts by name. Auditors may, too."""
    raise NotImplementedError


def set_roles(access: Access, actor: Actor, name: str, roles: Iterable[Role], *, now: datetime, where: str) -> None:
    raise NotImplementedError


def set_scope(access: Access, actor: Actor, name: str, scope: Scope, *, now: datetime, where: str) -> None:
    raise NotImplementedError


def disable(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    """No more sign-in, and all sessions end."""
    raise NotImplementedError


def enable(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    raise NotImplementedError


def unlock(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> None:
    """Forget the failures in a row."""
    raise NotImplementedError


def reset(access: Access, actor: Actor, name: str, *, now: datetime, where: str) -> str:
    """A new one-time password; the second factor is gone, the lock too, all sessions end. The only recovery there is."""
    raise NotImplementedError
