"""The bureau's own rules of signing in: ``HOME/access.toml``, every key optional, none unknown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monitor.vocabulary import Role


@dataclass(frozen=True)
class AccessRules:
    """Limits and demands.

    ``second_factor``: roles whose accounts need a time-based code. ``hosts``: the Host values the screens answer to
    besides those of this machine. ``password_days``: 0 lets a password stand for good.
    """

    idle_minutes: int = 30
    absolute_hours: int = 12
    second_factor: frozenset[Role] = frozenset(Role)
    hosts: tuple[str, ...] = ()
    password_days: int = 90
    password_kinds: int = 3
    one_time_hours: int = 72
    lock_after: int = 5
    client_failures: int = 20
    client_minutes: int = 15


def load_rules(path: Path) -> AccessRules:
    """The rules of the file, or the defaults where there is none. Raises AccessError naming the key that is wrong."""
    raise NotImplementedError
