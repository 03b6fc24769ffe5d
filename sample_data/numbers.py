"""Identity numbers that can be nobody's: region 99xxxx, a real date, a right check digit (GB 11643-1999)."""

from __future__ import annotations

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(seventeen: str) -> str:
    """The eighteenth character for seventeen digits."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def identity_number(region: str, birth: date, sequence: int) -> str:
    """An 18-digit number; ``region`` must begin with 99, ``sequence`` (0–999) is odd for men."""
    if not region.startswith("99"):
        raise ValueError("sample numbers lie in region 99xxxx, so that they can be nobody's")
    seventeen = f"{region}{birth:%Y%m%d}{sequence:03d}"
    return seventeen + check_digit(seventeen)
