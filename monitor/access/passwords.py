"""Passwords: which are taken, how they are kept (argon2id), how a handed-out one is made."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.access.rules import AccessRules
from monitor.vocabulary import PasswordFault


def faults(
    password: str, *, name: str, display: str, rules: AccessRules, used: Sequence[str] = ()
) -> tuple[PasswordFault, ...]:
    """Why a new password is not taken, all reasons at once; empty when it is. ``used``: argon2 hashes it may not equal."""
    raise NotImplementedError


def hashed(password: str) -> str:
    """The argon2id hash to keep, with parameters and salt."""
    raise NotImplementedError


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one. None (no such account) takes exactly as long and is never matched."""
    raise NotImplementedError


def one_time() -> str:
    """A password to hand out once: sixteen letters and digits nobody mistakes for another, in groups of four."""
    raise NotImplementedError
