"""How far back costs count before an application or a recognition, as a table of days: SQL joins it and reckons no dates."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from monitor.policy.provisions import AidWindow


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the month's last where it has no such day: 29 February 2024 → 28 February 2023."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def first_day(window: AidWindow, months: int, day: date) -> date:
    """The first day whose care counts, for an application or a recognition on ``day``.

    Gansu's 申请之日前12个月内 and Inner Mongolia's 身份认定前12个月 count from the day, Weihai's 申请之月前12个月 from the
    first of its month.
    """
    if window is AidWindow.CALENDAR_YEAR:
        return date(day.year, 1, 1)
    if window is AidWindow.BEFORE_APPLICATION_MONTH:
        day = day.replace(day=1)
    return months_before(day, months)


def look_backs(kinds: Iterable[tuple[AidWindow, int]], as_of: date) -> list[dict[str, object]]:
    """For each kind of look-back and each day of the year up to ``as_of``: the first day that counts.

    Only the year's own applications and recognitions reach back: an earlier one moved its own year's window.
    """
    days = [date(as_of.year, 1, 1) + timedelta(days=n) for n in range((as_of - date(as_of.year, 1, 1)).days + 1)]
    return [
        {"window_kind": window.value, "months": months, "day": day, "first": first_day(window, months, day)}
        for window, months in sorted(set(kinds))
        if window is not AidWindow.CALENDAR_YEAR
        for day in days
    ]
