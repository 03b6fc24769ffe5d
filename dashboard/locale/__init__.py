"""What the screens say: one catalogue a language, looked up by language-neutral keys.

Widget keys and option values never come from here, so that a second language changes texts and nothing else.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

LANGUAGE = "zh"


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language by key."""
    text = (Path(__file__).parent / f"{language}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def t(key: str, **values: object) -> str:
    """The text of ``key`` with its places filled. Raises KeyError for a key the catalogue does not have."""
    return catalogue(LANGUAGE)[key].format(**values)
