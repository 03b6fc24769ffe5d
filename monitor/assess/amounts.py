"""Amounts as text: yuan in cents, unrounded, within a sentence; a number without the zeros at its end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def money(amount: Decimal | None) -> str:
    """Yuan with two decimals, half up; nothing for an amount the data do not hold."""
    return "" if amount is None else str(amount.quantize(_CENT, ROUND_HALF_UP))


def spoken(amount: str) -> str:
    """An amount within a sentence: 19999.995 → 19,999.995."""
    return f"{Decimal(amount):,}" if amount else ""


def exact(amount: Decimal) -> str:
    """A line unrounded, at least two decimals: 19999.995 stays 19999.995."""
    text = plain(amount)
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"


def plain(number: Decimal) -> str:
    """0.500 → 0.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
