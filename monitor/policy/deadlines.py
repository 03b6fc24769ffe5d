"""What a document wants done by which day: lists, claims, settling, evaluating; and the day it comes round to."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from monitor.base.vocabulary import DEPARTMENTS, Word
from monitor.policy.citing import Cited, Reading
from monitor.policy.schema import Section


class DeadlineKind(Word):
    """Who does what by the day."""

    IDENTITY_LIST = "identity_list", "身份名单", "部门把新增和退出的身份送给医保部门"
    CLAIMS = "claims", "手工结报", "个人持票据申请手工结报"
    SETTLEMENT = "settlement", "结清费用", "医保部门与定点医疗机构结清救助费用"
    EVALUATION = "evaluation", "实施评估", "统筹地区评估政策的实施"


@dataclass(frozen=True)
class Deadline:
    """What is to be done, by whom, and when: ``day`` of ``month`` (None: of every month), ``years_after`` the event.

    ``day`` None: the text names no day. ``year``: once, in that year alone. ``departments``: who sends it; empty where the
    bureau does it or people do. ``notice_months``: how many months before its own it is told.
    """

    id: str
    label: str
    kind: DeadlineKind
    departments: tuple[str, ...]
    year: int | None
    month: int | None
    day: int | None
    years_after: int
    notice_months: int
    postponed_over_holidays: bool
    clause: str
    quote: str
    cited: tuple[Cited, ...]
    readings: tuple[Reading, ...]

    def day_in(self, year: int, month: int) -> date | None:
        """The day, as written, that it falls on in a month; None where there is none in it or the text names none."""
        if self.day is None or self.month not in (None, month) or self.year not in (None, year):
            return None
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))

    @property
    def words(self) -> str:
        """When, in Chinese: 每月 5 日前，节假日顺延."""
        if self.day is None:
            return "文件没有写日期"
        year = f"{self.year} 年 " if self.year else "次年 " if self.years_after == 1 else ""
        month = f"{self.month} 月 " if self.month is not None else "每月 "
        return f"{year}{month}{self.day} 日前{'，节假日顺延' if self.postponed_over_holidays else ''}"


def deadline_of(section: Section) -> Deadline:
    """One ``[[deadline]]``. Raises PolicyError naming file and field."""
    kind = section.word("kind", DeadlineKind)
    month, year, day = (section.integer(key) if section.has(key) else None for key in ("month", "year", "day"))
    departments = section.texts("departments") if section.has("departments") else ()
    if month is not None and not 1 <= month <= 12:
        raise section.wrong("month", "须在 1 至 12 之间")
    if day is not None and not 1 <= day <= 31:
        raise section.wrong("day", "须在 1 至 31 之间")
    if month is not None and day is not None and day > calendar.monthrange(2024, month)[1]:
        raise section.wrong("day", f"{month} 月没有 {day} 日")
    if year is not None and (month is None or not 2000 <= year <= 2100):
        raise section.wrong("year", "须为 2000 至 2100 年，并写明 month")
    if kind is DeadlineKind.IDENTITY_LIST:
        if month is not None:
            raise section.wrong("month", "身份名单是每月的，不写 month")
        if not departments or not set(departments) <= set(DEPARTMENTS) or len(set(departments)) != len(departments):
            raise section.wrong("departments", f"须写明由哪些部门送来，可用 {'、'.join(DEPARTMENTS)}，各写一次")
    else:
        if departments:
            raise section.wrong("departments", "只在 kind 为 identity_list 时写")
        if month is None or day is None:
            raise section.wrong("month" if month is None else "day", "须写明：只有身份名单可以没有日期")
    notice = section.integer("notice_months") if section.has("notice_months") else 0
    if not 0 <= notice <= 11 or (notice and month is None):
        raise section.wrong("notice_months", "须在 0 至 11 之间，只在写明 month 时写")
    return Deadline(
        id=section.identifier("id"),
        label=section.text("label"),
        kind=kind,
        departments=departments,
        year=year,
        month=month,
        day=day,
        years_after=section.integer("years_after") if section.has("years_after") else 0,
        notice_months=notice,
        postponed_over_holidays=section.has("postponed_over_holidays") and section.flag("postponed_over_holidays"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=tuple(Cited(one.text("about"), one.text("clause"), one.text("quote")) for one in section.sections("cited", "cited"))
        if section.has("cited") else (),
        readings=section.readings("reading"),
    )
