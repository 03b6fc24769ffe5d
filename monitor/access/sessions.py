"""Sessions of the screens: a random token in the browser, its SHA-256 here, limits on idling and on length."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from monitor.access import tables
from monitor.access.actor import Actor
from monitor.access.moment import read, written
from monitor.access.opening import Access
from monitor.access.rules import AccessRules
from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.base.vocabulary import AuditAction, Duty, Role

#: How exactly a session's last use is kept: a write at every click would be one too many.
_SEEN_EVERY = timedelta(minutes=1)


def identity(token: str) -> str:
    """What is kept of a token, and handed on inside the server: it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(connection: Connection, account: int, client: str, now: datetime, rules: AccessRules) -> str:
    """A new session of the account; returns its token, 256 random bits. Clears away the sessions that are over."""
    over = written(now - timedelta(hours=rules.absolute_hours))
    connection.execute(delete(tables.sessions).where(tables.sessions.c.opened_at < over))
    token = secrets.token_urlsafe(32)
    at = written(now)
    connection.execute(
        insert(tables.sessions),
        {"token_sha256": identity(token), "account": account, "opened_at": at, "seen_at": at, "client": client[:64]},
    )
    return token


def end_sessions(connection: Connection, account: int) -> int:
    """All sessions of the account are over; returns how many there were."""
    return connection.execute(delete(tables.sessions).where(tables.sessions.c.account == account)).rowcount


def actor_of(access: Access, token: str, *, now: datetime, touch: bool) -> Actor | None:
    """Who the token stands for right now: roles, scope and duties as they are at this moment.

    None for an unknown, idle or overlong session and for a disabled account. ``touch`` counts as use; a ping must not.
    """
    return actor_of_id(access, identity(token), now=now, touch=touch)


def actor_of_id(access: Access, session: str, *, now: datetime, touch: bool) -> Actor | None:
    """The same by ``Actor.session`` (hexadecimal SHA-256 of the token): what may be handed on inside the server."""
    with access.engine.connect() as connection:
        found = connection.execute(
            select(tables.accounts, tables.sessions.c.opened_at, tables.sessions.c.seen_at)
            .join(tables.sessions, tables.sessions.c.account == tables.accounts.c.id)
            .where(tables.sessions.c.token_sha256 == session)
        ).one_or_none()
        if found is None or _over(found, now, access.rules) or not may_sign_in(access, found):
            return None
        actor = actor_of_account(connection, access.rules, found, session, now)
    if touch and now - read(found.seen_at) >= _SEEN_EVERY:
        _touch(access, session, now)
    return actor


def _over(found: Row[Any], now: datetime, rules: AccessRules) -> bool:
    idle, length = now - read(found.seen_at), now - read(found.opened_at)
    return idle > timedelta(minutes=rules.idle_minutes) or length > timedelta(hours=rules.absolute_hours)


def _touch(access: Access, session: str, now: datetime) -> None:
    """Note the use, unless somebody is writing much just now: the page must not wait for a run, and a minute from now
    there is another chance."""
    with access.engine.connect() as connection:
        sqlite = access.engine.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            connection.rollback()
        try:
            with connection.begin():
                connection.execute(
                    update(tables.sessions).where(tables.sessions.c.token_sha256 == session).values(seen_at=written(now))
                )
        except OperationalError:
            if not sqlite:
                raise
        finally:
            if sqlite:
                connection.exec_driver_sql("PRAGMA busy_timeout = 30000")


def may_sign_in(access: Access, account: Row[Any]) -> bool:
    """Whether the account is in use, and here: one made by the demo is good for sample data only."""
    return account.disabled_at is None and (not account.demo or access.demo_home())


def actor_of_account(connection: Connection, rules: AccessRules, account: Row[Any], session: str, now: datetime) -> Actor:
    """The account's roles, scope and duties as they are now."""
    roles = roles_of(connection, account.id)
    scope = scope_of(connection, account.id)
    return Actor(
        account.name, account.display, roles, NOWHERE if scope is None else scope, "screen", account.id, session,
        duties_of(account, roles, rules, now),
    )


def roles_of(connection: Connection, account: int) -> frozenset[Role]:
    c = tables.account_roles.c
    return frozenset(Role(role) for role in connection.scalars(select(c.role).where(c.account == account)))


def scope_of(connection: Connection, account: int) -> Scope | None:
    """What the account was given, None where it was given nothing."""
    c = tables.account_scopes.c
    rows = connection.execute(select(c.kind, c.place).where(c.account == account).order_by(c.kind, c.place)).all()
    if not rows:
        return None
    if ("everything", "") in [tuple(row) for row in rows]:
        return EVERYTHING
    return Scope(
        tuple(row.place for row in rows if row.kind == "district"), tuple(row.place for row in rows if row.kind == "town")
    )


def duties_of(account: Row[Any], roles: frozenset[Role], rules: AccessRules, now: datetime) -> frozenset[Duty]:
    """What has to be done first. Accounts of the demo, which open nothing real, have no duties."""
    if account.demo:
        return frozenset()
    old = rules.password_days and now - read(account.password_at) > timedelta(days=rules.password_days)
    duties = set()
    if account.one_time or old:
        duties.add(Duty.CHANGE_PASSWORD)
    if roles & rules.second_factor and not account.totp_confirmed:
        duties.add(Duty.ENROL_SECOND_FACTOR)
    return frozenset(duties)


def close(access: Access, token: str, *, now: datetime, where: str = "screen:sign-out") -> None:
    """Sign out; an unknown token is no error."""
    actor = actor_of(access, token, now=now, touch=False)
    with access.begin() as connection:
        connection.execute(delete(tables.sessions).where(tables.sessions.c.token_sha256 == identity(token)))
        if actor is not None:
            access.audit.append(connection, actor, AuditAction.SIGN_OUT, f"account:{actor.name}", now=now, where=where)


def close_all(access: Access, actor: Actor, *, now: datetime, where: str = "screen:sign-out") -> int:
    """Sign the actor's own account out everywhere; returns how many sessions ended."""
    if actor.account is None:
        return 0
    with access.begin() as connection:
        ended = end_sessions(connection, actor.account)
        access.audit.append(
            connection, actor, AuditAction.SIGN_OUT, f"account:{actor.name}", now=now, where=where, detail={"sessions": ended}
        )
    return ended
