"""The home of made-up people: how it is known, and the accounts that work in it alone.

``HOME/demo.json`` names the home and the files the demonstration loaded (by hash). The home is a demo's only while it is that home
and holds nothing else: the first real file imported ends it, and with it every account whose password everybody is told.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from monitor.settings import Home
from monitor.store.manifest import Manifest, read
from monitor.vocabulary import Role


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
    path = marker(home)
    kept = {
        "home": manifest.home, "loads": sorted(load.sha256 for load in manifest.loads),
        "accounts": [asdict(account) for account in accounts],
    }
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False, indent=1)
    beside.replace(path)


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
    if kept is None or manifest is None:
        return ()
    loads = marked_loads(home, manifest)
    if not loads or not all(load.sha256 in loads for load in manifest.loads):
        return ()
    return tuple(DemoAccount(**{**one, "role": Role(one["role"])}) for one in kept["accounts"])


def _kept(home: Home) -> dict[str, Any] | None:
    """What the marker says; None where there is none. One that says something else was not written by us."""
    try:
        kept: dict[str, Any] = json.loads(marker(home).read_text(encoding="utf-8"))
        return kept if isinstance(kept["loads"], list) and isinstance(kept["accounts"], list) and kept["home"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
