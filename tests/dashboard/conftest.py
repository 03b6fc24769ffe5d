"""Who looks at the pages in these tests: a data manager who sees everything, unless a test says somebody else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from office import Office
from sentlist import REPLIED_AT, approve, prepared, send
from viewers import Looking

from dashboard.door import access, viewer
from dashboard.queries import noted
from monitor.access.actor import Actor
from monitor.base.vocabulary import Role


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Looking]:
    """Pages without a server: who looks is said here, and what is written down is kept here. How a session is really found, and
    the audit really written, is tested in test_door.py, test_seen.py and in the browser."""
    found = Looking(None)
    found.become(Role.DATA_MANAGER)
    monkeypatch.setattr(viewer, "viewer", lambda: found.actor)

    def note(actor: Actor, action: Any, object_: str, where: str, purpose: str = "", detail: Any = None) -> None:
        found.noted.append((action, object_, where, purpose, detail))

    monkeypatch.setattr(noted, "note", note)
    yield found


@pytest.fixture(scope="session")
def sent_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a home from which a list of eight people went to civil affairs: to be copied."""
    directory = tmp_path_factory.mktemp("sent")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        home = prepared(directory).home
        send(home, approve(home))
    return directory


@pytest.fixture
def sent(sent_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office over a copy of it, as the dashboard sees it on the day the department answers."""
    shutil.copytree(sent_home, tmp_path / "sent")
    office = Office(tmp_path / "sent")
    monkeypatch.setenv("MONITOR_HOME", str(office.home.path))
    monkeypatch.setenv("MONITOR_KEYS", str(office.keys_directory))
    for module in ("casework.acting", "casework.cases", "casework.packs"):
        monkeypatch.setattr(f"dashboard.{module}.now", lambda: REPLIED_AT)
    access._access.cache_clear()
    yield office
    access._access.cache_clear()
    office.close()
