"""Districts as people call them: by name, the six digits behind, from the table the bureau may have replaced by its own."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from dashboard.door.access import home
from monitor.base.errors import PolicyError
from monitor.policy.codes import REGIONS, regions, with_code

_CODE = re.compile(r"(?<![0-9.])[1-9][0-9]{5}(?![0-9.])")


def name_of(code: str) -> str:
    """The name of a district, prefecture or province; its code where the table knows none. ``3710`` is a whole prefecture."""
    tables = home().tables
    path = tables / REGIONS
    return _names(tables, path.stat().st_mtime_ns if path.is_file() else 0).get(code.ljust(6, "0"), code)


@lru_cache(maxsize=4)
def _names(tables: Path, stamp: int) -> dict[str, str]:
    try:
        return regions(tables)
    except PolicyError:
        return {}  # an import says what is wrong with the table; a list is shown with codes meanwhile


def district(code: str) -> str:
    """环翠区（371002）."""
    name = name_of(code)
    return with_code(name, code) if code and name != code else code


def place(code: str, town: str) -> str:
    """Where somebody is insured, with the township where it is known: 环翠区 样例镇（371002）."""
    name = name_of(code)
    return with_code(f"{name} {town}".strip(), code) if code and name != code else f"{code} {town}".strip()


def in_words(text: str) -> str:
    """The same for every district of a text that holds no other numbers of six digits."""
    return _CODE.sub(lambda found: district(found[0]), text)


def of_key(key: str) -> str:
    """The same for a place that is named ``371002 样例镇``."""
    code, _, town = key.partition(" ")
    return place(code, town) if code.isdecimal() else key
