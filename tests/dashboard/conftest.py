"""Who looks at the pages in these tests: a data manager who sees everything, unless a test says somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from viewers import Looking

from dashboard import queries, viewer
from monitor.access.actor import Actor
from monitor.vocabulary import Role


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
