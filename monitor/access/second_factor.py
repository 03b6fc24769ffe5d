"""The second factor: a time-based code (TOTP, RFC 6238), its secret sealed, no code taken twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.access.actor import Actor
from monitor.access.opening import Access


@dataclass(frozen=True)
class Enrolment:
    """What the officer's authenticator needs, shown once: the secret to type, and the same as a picture (inline SVG)."""

    secret: str = field(repr=False)
    svg: str = field(repr=False)


def enrol_totp(access: Access, actor: Actor, *, now: datetime) -> Enrolment:
    """A new secret for the actor's own account, which counts once ``confirm_totp`` has seen a code of it.

    Raises AccessError where a second factor is in force already: losing it is a matter for ``accounts.reset``.
    """
    raise NotImplementedError


def confirm_totp(
    access: Access, actor: Actor, token: str, code: str, *, now: datetime, client: str, where: str = "screen:second-factor"
) -> str:
    """The second factor in force; all sessions of the account end; returns the token of a new one.

    Raises AccessError for a wrong code, which counts as a failed sign-in.
    """
    raise NotImplementedError
