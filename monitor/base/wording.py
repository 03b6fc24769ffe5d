"""Chinese sentences put together from parts."""

from __future__ import annotations

import re

#: A Chinese character beside a digit or a Latin letter.
GLUED = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])")


def spaced(*parts: str) -> str:
    """The parts as one text, a blank between two where a Chinese character meets a digit or a Latin letter: 尚未设定, 2025 年的金额
    → 尚未设定 2025 年的金额. What stands within a part stays as it is (a quote, a clause's number)."""
    text = ""
    for part in parts:
        joint = text[-1:] + part[:1]
        text += f" {part}" if GLUED.search(joint) else part
    return text
