"""Sessions of the screens: a random token in the browser, its SHA-256 here, limits on idling and on length."""

from __future__ import annotations

from datetime import datetime

from monitor.access.actor import Actor
from monitor.access.opening import Access


def actor_of(access: Access, token: str, *, now: datetime, touch: bool) -> Actor | None:
    """Who the token stands for right now: roles, scope and duties as they are at this moment.

    None for an unknown, idle or overlong session and for a disabled account. ``touch`` counts as use; a ping must not.
    """
    raise NotImplementedError


def actor_of_id(access: Access, session: str, *, now: datetime, touch: bool) -> Actor | None:
    """The same by ``Actor.session`` (hexadecimal SHA-256 of the token): what may be handed on inside the server."""
    raise NotImplementedError


def close(access: Access, token: str, *, now: datetime, where: str = "screen:sign-out") -> None:
    """Sign out; an unknown token is no error."""
    raise NotImplementedError


def close_all(access: Access, actor: Actor, *, now: datetime, where: str = "screen:sign-out") -> int:
    """Sign the actor's own account out everywhere; returns how many sessions ended."""
    raise NotImplementedError
