"""Days on which offices are open, by the State Council's yearly notices; beyond the years known, a sentence, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class Due:
    """A day something is due. ``nominal``: as written; ``on``: postponed to a working day, None where the holidays of that
    year are not known; ``note``: the sentence that says so, or empty."""

    nominal: date
    on: date | None
    note: str = ""

    @property
    def latest(self) -> date:
        """The day to count from: the postponed one, or the one as written where postponing is not known."""
        return self.on or self.nominal


def postponed(nominal: date) -> Due:
    """The day itself if it is a working day, otherwise the next one."""
    day = nominal
    try:
        while not chinese_calendar.is_workday(day):
            day += timedelta(days=1)
    except NotImplementedError:
        return Due(
            nominal, None,
            f"{day.year} 年的放假安排尚未收录，{nominal} 遇节假日顺延到哪一天须自行核对国务院办公厅的通知（或更新本程序）",
        )
    return Due(nominal, day)


def days_after(start: date, days: int) -> Due:
    """So many days after ``start``, postponed."""
    return postponed(start + timedelta(days=days))
