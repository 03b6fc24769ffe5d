"""The second factor: a time-based code (TOTP, RFC 6238), its secret sealed, no code taken twice."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
import segno
from sqlalchemy import Connection, select, update

from monitor.access import attempts, sessions
from monitor.access.actor import Actor
from monitor.access.deeds import Attempt
from monitor.access.opening import Access
from monitor.access.tables import TOTP_SEAL, accounts
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction

_STEP_SECONDS = 30
#: Clocks differ: the code before and the one after are taken, too (RFC 6238, 5.2 allows one step of delay).
_WINDOW = (-1, 0, 1)
ISSUER = "医保双预警"


@dataclass(frozen=True)
class Enrolment:
    """What the officer's authenticator needs, shown once: the secret to type, and the same as a picture (inline SVG)."""

    secret: str = field(repr=False)
    svg: str = field(repr=False)


def enrol_totp(access: Access, actor: Actor, *, now: datetime) -> Enrolment:
    """A new secret for the actor's own account, which counts once ``confirm_totp`` has seen a code of it.

    Raises AccessError where a second factor is in force already: losing it is a matter for ``accounts.reset``.
    """
    secret = pyotp.random_base32()
    with access.engine.begin() as connection:
        written = connection.execute(
            update(accounts)
            .where(accounts.c.id == actor.account, ~accounts.c.totp_confirmed)
            .values(totp_sealed=access.sealer.seal(secret.encode(), TOTP_SEAL), totp_step=None)
        ).rowcount
    if not written:
        raise AccessError("本账号已绑定动态口令；更换或遗失手机，请由系统管理员重置账号")
    address = pyotp.TOTP(secret).provisioning_uri(name=actor.name, issuer_name=ISSUER)
    return Enrolment(secret, segno.make(address, error="m").svg_inline(omitsize=True))


def confirm_totp(attempt: Attempt, actor: Actor, token: str, code: str) -> str:
    """The second factor in force; all sessions of the account end; returns the token of a new one.

    Raises AccessError for a wrong code, which counts as a failed sign-in.
    """
    access, now, client = attempt.access, attempt.now, attempt.client
    subject = attempts.of_name(access.hash_key, actor.name)
    with access.begin() as connection:
        if actor.account is None or actor.session != sessions.identity(token):
            raise AccessError("登录已失效，请重新登录")
        if attempts.blocked_until(connection, subject, now):
            raise AccessError("连续失败过多，请稍后再试")
        if not take_code(access, connection, actor.account, code, now):
            attempts.count_name(connection, subject, now, access.rules)
            refused = True
        else:
            refused = False
            connection.execute(update(accounts).where(accounts.c.id == actor.account).values(totp_confirmed=True))
            attempts.forget(connection, subject)
            sessions.end_sessions(connection, actor.account)
            token = sessions.open_session(connection, actor.account, client, now, access.rules)
        action = AuditAction.SIGN_IN_REFUSED if refused else AuditAction.SECOND_FACTOR_ENROLLED
        detail = {"client": client, **({"reason": "code"} if refused else {})}
        access.audit.append(connection, actor, action, f"account:{actor.name}", now=now, where=attempt.where, detail=detail)
    if refused:
        raise AccessError("动态口令不正确；请核对手机与本机的时间是否一致，等下一个动态口令出现后再输入")
    return token


def take_code(access: Access, connection: Connection, account: int, code: str, now: datetime) -> bool:
    """Whether the code is right and newer than the last one taken; it is used up then (RFC 6238, 5.2)."""
    row = connection.execute(select(accounts.c.totp_sealed, accounts.c.totp_step).where(accounts.c.id == account)).one()
    if row.totp_sealed is None:
        return False
    totp = pyotp.TOTP(access.sealer.open(row.totp_sealed, TOTP_SEAL).decode(), interval=_STEP_SECONDS)
    present = int(now.timestamp()) // _STEP_SECONDS
    typed = "".join(code.split()).encode()
    right = [present + step for step in _WINDOW if hmac.compare_digest(totp.generate_otp(present + step).encode(), typed)]
    step = max(right, default=None)
    if step is None or (row.totp_step is not None and step <= row.totp_step):
        return False
    connection.execute(update(accounts).where(accounts.c.id == account).values(totp_step=step))
    return True
