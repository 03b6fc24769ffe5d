"""How a name and a number are shown to somebody who has no need of the whole."""

from __future__ import annotations


def mask_number(number: str) -> str:
    """``3710**********1234``: the district's first four and the last four; short numbers keep their last two only. No longer than
    24, however long the number."""
    if not number:
        return ""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 1) + number[-2:]
    return number[:4] + "*" * min(len(number) - 8, 16) + number[-4:]


def mask_name(name: str) -> str:
    """``张*``: the first character; the number of stars does not tell the length of a long name."""
    return name[:1] + "*" if name else ""
