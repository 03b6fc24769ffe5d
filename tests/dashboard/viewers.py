"""Somebody looking at the pages in a test: who, and what the audit was told meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import Role


@dataclass
class Looking:
    """The viewer of the pages a test opens, and what the audit was told meanwhile: (action, object, where, purpose, detail)."""

    actor: Actor | None
    noted: list[tuple[Any, ...]] = field(default_factory=list)

    def become(self, role: Role, scope: Scope = EVERYTHING, name: str = "") -> Actor:
        """Somebody else, in a session of their own."""
        name = name or role.value
        self.actor = Actor(name, f"样例{name}", frozenset({role}), scope, "screen", 7, f"{name:0>64}"[:64])
        return self.actor

    def within(self, scope: Scope) -> None:
        """The same person, with another scope from the next click on."""
        assert self.actor is not None
        self.actor = replace(self.actor, scope=scope)
