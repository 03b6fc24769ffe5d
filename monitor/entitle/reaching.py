"""How far back costs count before an application or a recognition, as a table of days: SQL joins it and reckons no dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from monitor.policy.provisions import AidWindow
from monitor.policy.windows import first_day


def look_backs(kinds: Iterable[tuple[AidWindow, int]], as_of: date) -> list[dict[str, object]]:
    """For each kind of look-back and each day of the year and the one before, up to ``as_of``: the first day that counts.

    Only the year's own applications and recognitions reach back; an earlier one says what its own year has counted. A
    recognition can be the year's own and made in the year before, since it takes effect on the first of the next month.
    """
    return [
        {"window_kind": window.value, "months": months, "day": day, "first": first_day(window, months, day)}
        for window, months in sorted(set(kinds))
        if window is not AidWindow.CALENDAR_YEAR
        for day in _days(date(as_of.year - 1, 1, 1), as_of)
    ]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
