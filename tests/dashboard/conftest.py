"""Who looks at the pages in these tests: a data manager who sees everything, unless a test says somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from dashboard import queries, viewer
from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING, Scope
from monitor.vocabulary import Role


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


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Looking]:
    """Pages without a server: who looks is said here, and what is written down is kept here. How a session is really found, and
    the audit really written, is tested in test_door.py, test_seen.py and in the browser."""
    found = Looking(None)
    found.become(Role.DATA_MANAGER)
    monkeypatch.setattr(viewer, "viewer", lambda: found.actor)

    def note(actor: Actor, action: Any, object_: str, where: str, purpose: str = "", detail: Any = None) -> None:
        found.noted.append((action, object_, where, purpose, detail))

    monkeypatch.setattr(queries, "note", note)
    yield found
