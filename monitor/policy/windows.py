"""The first day whose costs a schedule looks at, where it may reach back before an application or a recognition.

"申请之日前 12 个月" begins on the same day a year before, "申请之月前 12 个月" on the first of the same month a year before.
29 February's year before is 28 February: the longer reading, as the costs of a day are at stake.
"""

from __future__ import annotations

import calendar
from datetime import date

from monitor.policy.provisions import AidWindow


def first_day(window: AidWindow, months: int, event: date) -> date:
    """The first day that counts, included. ``event``: the day of application or recognition; of the calendar year, any day.

    ``months`` is a row's ``look_back_months``; the calendar year takes none.
    """
    match window:
        case AidWindow.CALENDAR_YEAR:
            return date(event.year, 1, 1)
        case AidWindow.BEFORE_APPLICATION_MONTH:
            return _months_before(event, months).replace(day=1)
        case _:
            return _months_before(event, months)


def _months_before(day: date, months: int) -> date:
    """The same day ``months`` earlier, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
