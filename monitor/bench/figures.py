"""One line of the performance table: what was measured against what, the limit, and whether it was met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Figure = dict[str, Any]


def ratio(
    measured: str, seconds: float, against: str, against_seconds: float, *, at_most: float | None = None,
    at_least: float | None = None,
) -> Figure:
    """``seconds`` ÷ ``against_seconds`` has to be at most so much, or ``against_seconds`` ÷ ``seconds`` at least."""
    if at_least is not None:
        return {
            "measured": measured, "seconds": round(seconds, 3), "against": against,
            "against_seconds": round(against_seconds, 3), "times_faster": round(against_seconds / seconds, 2),
            "required_at_least": at_least, "met": against_seconds >= at_least * seconds,
        }
    assert at_most is not None
    return {
        "measured": measured, "seconds": round(seconds, 3), "against": against,
        "against_seconds": round(against_seconds, 3), "ratio": round(seconds / against_seconds, 2),
        "required": at_most, "met": seconds <= at_most * against_seconds,
    }


def limit(measured: str, unit: str, value: float, at_most: float) -> Figure:
    """A figure that has a limit of its own and nothing to be compared with."""
    return {"measured": measured, unit: round(value, 3), "required": at_most, "met": value <= at_most}


def p95(values: Sequence[float]) -> float:
    """The smallest value that at least 95 % of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]
