"""One line of the performance table: what was measured against what, the limit, and whether it was met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bench.processes import Ran

Figure = dict[str, Any]


def ratio(
    measured: str, ran: Ran, against: str, other: Ran, *, at_most: float | None = None, at_least: float | None = None
) -> Figure:
    """``ran`` ÷ ``other`` in seconds has to be at most so much, or ``other`` ÷ ``ran`` at least."""
    sides = {
        "measured": measured, "seconds": round(ran.seconds, 3), "cpu_seconds": round(ran.cpu_seconds, 3),
        "against": against, "against_seconds": round(other.seconds, 3),
        "against_cpu_seconds": round(other.cpu_seconds, 3),
    }
    if at_least is not None:
        faster = other.seconds / ran.seconds
        return {**sides, "times_faster": round(faster, 2), "bound": "at least", "required": at_least,
                "met": faster >= at_least}
    assert at_most is not None
    slower = ran.seconds / other.seconds
    return {**sides, "ratio": round(slower, 2), "bound": "at most", "required": at_most, "met": slower <= at_most}


def limit(measured: str, unit: str, value: float, at_most: float) -> Figure:
    """A figure that has a limit of its own and nothing to be compared with."""
    return {"measured": measured, unit: round(value, 3), "bound": "at most", "required": at_most, "met": value <= at_most}


def p95(values: Sequence[float]) -> float:
    """The smallest value that at least 95 % of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]
