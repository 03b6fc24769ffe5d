"""Signing in: one password check whatever the name, the second factor, growing delays, a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.access.actor import Actor
from monitor.access.opening import Access
from monitor.vocabulary import Refused


@dataclass(frozen=True)
class SignedIn:
    """``token`` goes into the cookie and nowhere else; ``actor.duties`` says what has to be done before anything else."""

    actor: Actor
    token: str = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """``again_at``: when to try again, where there is a lock-out. The sentence is the same for a known and an unknown name."""

    reason: Refused
    again_at: datetime | None
    sentence: str


def sign_in(
    access: Access, name: str, password: str, code: str, *, now: datetime, client: str, where: str = "screen:sign-in"
) -> SignedIn | Refusal:
    """A session for the right name, password and (where the account has a second factor) code; audited either way.

    A right password without the code it needs is refused with CODE_NEEDED, which counts as no failure; a wrong code
    is refused like a wrong password and counts. ``client``: the network address, for the rate limit.
    """
    raise NotImplementedError


def change_password(
    access: Access, actor: Actor, token: str, old: str, new: str, *, now: datetime, client: str,
    where: str = "screen:password",
) -> str:
    """The new password taken; all sessions of the account end; returns the token of a new one.

    Raises AccessError: the old password is wrong (which counts as a failed sign-in), or why the new one is not taken.
    """
    raise NotImplementedError
