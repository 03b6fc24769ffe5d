"""The home of made-up people: how it is known, and the accounts that work in it alone.

``HOME/demo.json`` names the home and the files it may hold (by hash): those the demonstration loaded, and whatever came later
and is about made-up people only, whose numbers are in region 99. A file with anybody else in it is refused until somebody says
that the demonstration may end; then it ends before the file is taken, and with it every account whose password everybody is told.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.base.settings import Home
from monitor.base.vocabulary import Role
from monitor.store.home import Store
from monitor.store.manifest import Manifest, read


@dataclass(frozen=True)
class DemoAccount:
    """An account for whoever tries the program. ``district``: whose people it sees; empty for everybody's."""

    name: str
    display: str
    role: Role
    district: str
    password: str = field(default="", repr=False)


#: Who works at the demonstration's bureau. The two officers of one district each show what a scope is.
ACCOUNTS = (
    DemoAccount("jingban", "小林（演示）", Role.OFFICER, "371002"),
    DemoAccount("jingban2", "小陈（演示）", Role.OFFICER, "371083"),
    DemoAccount("shenhe", "老周（演示）", Role.APPROVER, ""),
    DemoAccount("shuju", "小吴（演示）", Role.DATA_MANAGER, ""),
    DemoAccount("zhengce", "小郑（演示）", Role.POLICY_MANAGER, ""),
    DemoAccount("shenji", "老孙（演示）", Role.AUDITOR, ""),
    DemoAccount("guanli", "小马（演示）", Role.ADMINISTRATOR, ""),
)


def marker(home: Home) -> Path:
    return home.path / "demo.json"


def mark(home: Home, manifest: Manifest, accounts: tuple[DemoAccount, ...]) -> None:
    """Write down that the home holds the demonstration and nothing else, and the passwords to show. Mode 0600."""
    _write(home, {
        "home": manifest.home, "loads": sorted(load.sha256 for load in manifest.loads),
        "accounts": [asdict(account) for account in accounts],
    })


def keep(store: Store, sha256: str) -> None:
    """A file about made-up people that is about to be loaded belongs to the demonstration, where the home is one. ``store`` is held
    for writing. Written before the load is committed: a file that is named and not there changes nothing."""
    kept = _kept(store.home)
    if kept is not None and is_demo(store.home) and sha256 not in kept["loads"]:
        _write(store.home, {**kept, "loads": sorted([*kept["loads"], sha256])})


def end(home: Home, file: str, now: datetime) -> None:
    """The demonstration is over from now on, because of this file. Before anything of the file is taken: at no moment is there
    somebody real in a home whose passwords everybody is told."""
    kept = _kept(home)
    if kept is not None:
        _write(home, {**kept, "ended": {"at": now.isoformat(), "file": file}})


def ended_at(home: Home) -> str | None:
    """When the demonstration was ended; None where it was not, or the home was never one."""
    kept = _kept(home)
    return str(kept["ended"]["at"]) if kept is not None and isinstance(kept.get("ended"), dict) else None


def was_demo(home: Home, manifest: Manifest) -> bool:
    """Whether the demonstration was ever this home's."""
    kept = _kept(home)
    return kept is not None and kept["home"] == manifest.home


def _write(home: Home, kept: dict[str, Any]) -> None:
    path = marker(home)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def marked_loads(home: Home, manifest: Manifest) -> frozenset[str]:
    """The files (SHA-256) the marker names as the demonstration's; none where it is another home's, or there is none."""
    kept = _kept(home)
    return frozenset(kept["loads"]) if kept is not None and kept["home"] == manifest.home else frozenset()


def is_demo(home: Home) -> bool:
    """Whether the home holds the demonstration and nothing else, right now."""
    return bool(accounts_of(home))


def accounts_of(home: Home) -> tuple[DemoAccount, ...]:
    """The accounts to offer on the sign-in page; none where the home is no demo's, or not any more."""
    kept, manifest = _kept(home), read(home.manifest)
    if kept is None or manifest is None or "ended" in kept:
        return ()
    loads = marked_loads(home, manifest)
    if not loads or not all(load.sha256 in loads for load in manifest.loads):
        return ()
    return marked_accounts(home)


def marked_accounts(home: Home) -> tuple[DemoAccount, ...]:
    """The accounts the marker names, whether they may sign in now or not."""
    kept = _kept(home)
    if kept is None:
        return ()
    return tuple(DemoAccount(**{**one, "role": Role(one["role"])}) for one in kept["accounts"])


def _kept(home: Home) -> dict[str, Any] | None:
    """What the marker says; None where there is none. One that says something else was not written by us."""
    try:
        kept: dict[str, Any] = json.loads(marker(home).read_text(encoding="utf-8"))
        return kept if isinstance(kept["loads"], list) and isinstance(kept["accounts"], list) and kept["home"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
