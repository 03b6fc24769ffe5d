"""The bureau's own rules of signing in: ``HOME/access.toml``, every key optional, none unknown."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.base.errors import AccessError
from monitor.base.vocabulary import Role


@dataclass(frozen=True)
class AccessRules:
    """Limits and demands, as they are where the file says nothing.

    ``idle_minutes``, ``absolute_hours``: when a session ends unused, and used or not. ``second_factor``: roles whose
    accounts need a time-based code. ``password_days``: how long a password stands, 0 for good. ``password_kinds``: how many
    of capital letters, small letters, digits and others it must have. ``one_time_hours``: how long a handed-out password
    waits for its first use.
    ``lock_after``: failures in a row before an account waits. ``client_failures`` in ``client_minutes``: from one address.
    """

    idle_minutes: int = 30
    absolute_hours: int = 12
    second_factor: frozenset[Role] = frozenset(Role)
    password_days: int = 90
    password_kinds: int = 3
    one_time_hours: int = 72
    lock_after: int = 5
    client_failures: int = 20
    client_minutes: int = 15


#: What a bureau may set each number to, both ends included: no setting switches a protection off altogether, but for
#: the password's age, which sources disagree on.
BOUNDS = {
    "idle_minutes": (1, 120), "absolute_hours": (1, 24), "password_days": (0, 365), "password_kinds": (1, 4),
    "one_time_hours": (1, 336), "lock_after": (3, 10), "client_failures": (5, 200), "client_minutes": (5, 120),
}


def load_rules(path: Path) -> AccessRules:
    """The rules of the file, or the defaults where there is none. Raises AccessError naming the key that is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return AccessRules()
    except (OSError, ValueError) as error:
        raise AccessError(f"{path} 不能读取（{type(error).__name__}）；请按 TOML 格式改正，或删除该文件以采用默认规则") from None
    chosen: dict[str, Any] = {}
    for key, value in raw.items():
        if key in BOUNDS:
            chosen[key] = _number(path, key, value)
        elif key == "second_factor":
            chosen[key] = frozenset(_role(path, name) for name in _texts(path, key, value))
        else:
            known = "、".join([*BOUNDS, "second_factor"])
            raise AccessError(f"{path}：没有名为 {key} 的设置；可用的有 {known}")
    return AccessRules(**chosen)


def _number(path: Path, key: str, value: object) -> int:
    low, high = BOUNDS[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise AccessError(f"{path}：{key} 须为 {low} 至 {high} 的整数")
    return value


def _texts(path: Path, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise AccessError(f"{path}：{key} 须为文字的列表，如 {key} = [\"…\"]")
    return value


def _role(path: Path, name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise AccessError(f"{path}：second_factor 中没有角色 {name}；可用的有 {'、'.join(Role)}") from None
