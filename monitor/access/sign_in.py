"""Signing in: one password check whatever the name, the second factor, growing delays, a session."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from monitor.access import attempts, passwords, second_factor, sessions, tables
from monitor.access.actor import ANONYMOUS, Actor
from monitor.access.deeds import Attempt
from monitor.access.moment import CHINA, read, written
from monitor.access.opening import Access
from monitor.access.passwords import REMEMBERED
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, Refused


@dataclass(frozen=True)
class SignedIn:
    """``token`` goes into the cookie and nowhere else; ``actor.duties`` says what has to be done before anything else."""

    actor: Actor
    token: str = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """``again_at``: when to try again, where there is a lock-out. The sentence is the same for a known and an unknown name."""

    reason: Refused
    again_at: datetime | None = None

    @property
    def sentence(self) -> str:
        if self.reason in (Refused.LOCKED, Refused.BUSY) and self.again_at is not None:
            return f"{self.reason.label}；请在 {self.again_at.astimezone(CHINA):%m月%d日 %H:%M} 之后再试，或请系统管理员解锁"
        return {
            Refused.CODE_NEEDED: "请同时填写动态口令",
            Refused.ONE_TIME_EXPIRED: "一次性口令已过期，请由系统管理员重置账号",
        }.get(self.reason, f"{self.reason.label}；忘记口令或更换手机，请由系统管理员重置账号")


def sign_in(attempt: Attempt, name: str, password: str, code: str) -> SignedIn | Refusal:
    """A session for the right name, password and (where the account has a second factor) code; audited either way.

    A right password without the code it needs is refused with CODE_NEEDED, which counts as no failure; a wrong code
    is refused like a wrong password and counts.
    """
    attempt = replace(attempt, client=attempt.client[:64])
    name, access, now, client = normalised_name(name), attempt.access, attempt.now, attempt.client
    refusal, kept = _admitted(attempt, name)
    if refusal is not None:
        return refusal
    # Outside of any transaction, because it is slow; once, whether there is such an account or not.
    right = passwords.matches(kept, password)
    renewed = passwords.hashed(password) if right and kept is not None and passwords.outdated(kept) else None
    with access.begin() as connection:
        account = account_named(connection, name)
        # The kept password is asked for again: it may have been reset while the check ran.
        if not right or account is None or account.password != kept or not sessions.may_sign_in(access, account):
            return _refused(attempt, connection, name, account, Refused.WRONG)
        reason = _second_step(access, connection, account, code, now)
        if reason is not None:
            if reason is not Refused.WRONG:
                _take_back(attempt, connection, name)
            return _refused(attempt, connection, name, account, reason)
        changed = {"signed_in_at": written(now), **({"password": renewed} if renewed is not None else {})}
        connection.execute(update(tables.accounts).where(tables.accounts.c.id == account.id).values(**changed))
        attempts.forgive(connection, attempts.of_client(client))
        attempts.forget(connection, attempts.of_name(access.hash_key, name))
        token = sessions.open_session(connection, account.id, client, now, access.rules)
        actor = sessions.actor_of_account(connection, access.rules, account, sessions.identity(token), now)
        access.audit.append(
            connection, actor, AuditAction.SIGN_IN, f"account:{name}", now=now, where=attempt.where,
            detail={"client": client, "second_factor": account.totp_confirmed},
        )
    return SignedIn(actor, token)


def normalised_name(name: str) -> str:
    """An account's name as it is kept, however it is typed; empty, which is nobody's, for what is no name at all."""
    kept = passwords.normalised(name).strip().casefold()
    # A database may refuse to be asked for control characters.
    return kept if kept.isprintable() else ""


def account_named(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(tables.accounts).where(tables.accounts.c.name == name)).one_or_none()


def _admitted(attempt: Attempt, name: str) -> tuple[Refusal | None, str | None]:
    """Whether a password may be tried at all; and the hash to try it on, None for a name that is nobody's.

    The failure is counted before the check and taken back after a success: a hundred guesses at the same moment are
    a hundred guesses.
    """
    access, now = attempt.access, attempt.now
    of_name, of_client = attempts.of_name(access.hash_key, name), attempts.of_client(attempt.client)
    with access.begin() as connection:
        attempts.sweep(connection, now)
        again = attempts.blocked_until(connection, of_client, now)
        if again is not None:
            return Refusal(Refused.BUSY, again), None
        account = account_named(connection, name)
        busy_until = attempts.count_client(connection, of_client, now, access.rules)
        again = attempts.blocked_until(connection, of_name, now)
        if again is not None:
            return replace(_refused(attempt, connection, name, account, Refused.LOCKED), again_at=again), None
        attempts.count_name(connection, of_name, now, access.rules)
        if busy_until is not None:
            # From here on nothing of this address is written down one by one: the audit must not be filled that way.
            _write_refusal(attempt, connection, name, account, Refused.BUSY)
        return None, account.password if account is not None else None


def _second_step(access: Access, connection: Connection, account: Row[Any], code: str, now: datetime) -> Refused | None:
    """What still stands against an account whose password is right."""
    if account.totp_confirmed:
        if not code.strip():
            return Refused.CODE_NEEDED
        if not second_factor.take_code(access, connection, account.id, code, now):
            return Refused.WRONG
    if account.one_time and now - read(account.password_at) > timedelta(hours=access.rules.one_time_hours):
        return Refused.ONE_TIME_EXPIRED
    return None


def _take_back(attempt: Attempt, connection: Connection, name: str) -> None:
    attempts.forgive(connection, attempts.of_name(attempt.access.hash_key, name))
    attempts.forgive(connection, attempts.of_client(attempt.client))


def _refused(attempt: Attempt, connection: Connection, name: str, account: Row[Any] | None, reason: Refused) -> Refusal:
    _write_refusal(attempt, connection, name, account, reason)
    of_name = attempts.of_name(attempt.access.hash_key, name)
    return Refusal(reason, attempts.blocked_until(connection, of_name, attempt.now))


def _write_refusal(attempt: Attempt, connection: Connection, name: str, account: Row[Any] | None, reason: Refused) -> None:
    # A name that is nobody's is not written down: it may be a password, typed into the wrong field.
    attempt.access.audit.append(
        connection, ANONYMOUS, AuditAction.SIGN_IN_REFUSED, f"account:{name if account is not None else '?'}", now=attempt.now,
        where=attempt.where, detail={"reason": reason.value, "client": attempt.client},
    )


def change_password(attempt: Attempt, actor: Actor, token: str, old: str, new: str) -> str:
    """The new password taken; all sessions of the account end; returns the token of a new one.

    Raises AccessError: the old password is wrong (which counts as a failed sign-in), or why the new one is not taken.
    """
    if actor.account is None or actor.session != sessions.identity(token):
        raise AccessError("登录已失效，请重新登录")
    access = attempt.access
    refusal, kept = _admitted(attempt, actor.name)
    if refusal is not None:
        raise AccessError(refusal.sentence)
    if not passwords.matches(kept, old):
        with access.begin() as connection:
            account = account_named(connection, actor.name)
            _write_refusal(attempt, connection, actor.name, account, Refused.WRONG)
        raise AccessError("原口令不正确")
    with access.begin() as connection:
        _take_back(attempt, connection, actor.name)
        used = [kept or "", *_used_before(connection, actor.account)]
    found = passwords.faults(new, name=actor.name, display=actor.display, rules=access.rules, used=used)
    if found:
        raise AccessError("新口令不能用：" + "；".join(f"{fault.label}（{fault.definition}）" for fault in found))
    return _write_password(attempt, actor, kept or "", passwords.hashed(new))


def _used_before(connection: Connection, account: int) -> list[str]:
    c = tables.passwords_used.c
    newest = select(c.password).where(c.account == account).order_by(c.id.desc()).limit(REMEMBERED - 1)
    return list(connection.scalars(newest))


def _write_password(attempt: Attempt, actor: Actor, old: str, new: str) -> str:
    access, now, client = attempt.access, attempt.now, attempt.client
    accounts, used = tables.accounts, tables.passwords_used
    with access.begin() as connection:
        changed = connection.execute(
            update(accounts).where(accounts.c.id == actor.account, accounts.c.password == old)
            .values(password=new, one_time=False, password_at=written(now))
        ).rowcount
        if not changed or actor.account is None:
            raise AccessError("口令刚刚被重置，请用新的一次性口令重新登录")
        connection.execute(insert(used), {"account": actor.account, "password": old})
        kept = select(used.c.id).where(used.c.account == actor.account).order_by(used.c.id.desc()).limit(REMEMBERED - 1)
        connection.execute(
            delete(used).where(used.c.account == actor.account, used.c.id.not_in(list(connection.scalars(kept))))
        )
        sessions.end_sessions(connection, actor.account)
        token = sessions.open_session(connection, actor.account, client, now, access.rules)
        access.audit.append(
            connection, actor, AuditAction.PASSWORD_CHANGED, f"account:{actor.name}", now=now, where=attempt.where,
            detail={"client": client},
        )
    return token
