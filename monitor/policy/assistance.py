"""What a document gives people, resolved for a date and a place: flat rows the entitlement SQL joins with.

``schedule_rows`` is medical assistance, ``premium_rows`` premium support; both read what the bureau recorded from a
document that ``parameters.settle`` made whole (``Document.recorded``). What does not depend on a date (critical-illness
insurance, indicators, offers) stands in ``document.provisions`` as it is (types in ``provisions``).

How rows combine: the rows of one category in one region look at different care, and add up (Dongyang's chronic-disease
outpatient aid is a row ``apart``). A bill is aided by the identity of the day of care; for each stretch of days with the same
identities one category is taken, and the combination that gives most in the year wins (就高不重复), ties by the vocabulary's
order of categories. Categories under one ``schedule`` take its deductible and threshold once together.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from monitor.base.vocabulary import Category, Route
from monitor.policy.citing import Cited
from monitor.policy.document import Document
from monitor.policy.figures import Resolved, Resolver, areas
from monitor.policy.incomes import Incomes
from monitor.policy.local_figures import DIFFERENCE, EXTRA_POINTS_CHOICES, EXTRA_POINTS_ON, TRANSITION_END, percent
from monitor.policy.premium_figures import fiscal_missing, list_figures
from monitor.policy.provisions import (
    AidWindow,
    Assistance,
    Care,
    IncomeShare,
    LookBack,
    Premium,
    PremiumKind,
    PremiumSupport,
    Schedule,
    Tilt,
)
from monitor.policy.regions import RegionLevel


class Reaching(StrEnum):
    """What a look-back may reach of bills that an earlier year, or another identity, has counted."""

    FRESH = "fresh"  #: nothing an earlier year has counted
    DIFFERENCE = "difference"  #: also what was counted under a lower identity: the difference is due
    UNTOUCHED = "untouched"  #: nothing an earlier year, or another identity within the year, has counted


def reaching_of(document: Document) -> Reaching:
    """The document's rule of bills counted once, as the bureau recorded it."""
    aid = document.provisions.assistance
    if aid is None or aid.counted_once is None or not aid.counted_once.difference:
        return Reaching.FRESH
    return Reaching.UNTOUCHED if document.recorded.get(DIFFERENCE) == "no" else Reaching.DIFFERENCE


@dataclass(frozen=True)
class ScheduleRow:
    """One schedule for one category, every figure resolved for one year and region. Yuan and ratios as exact Decimals.

    ``missing`` is "" or the Chinese sentence that says why it cannot be computed; then some figures are None.
    A figure is None without ``missing`` only where there is no limit (``cap_unlimited``, ``tilt_cap_unlimited``), no own
    cap for serious illness, or no tilt.
    """

    schedule: str
    category: Category
    route: Route
    care: tuple[str, ...]  #: values of ``codes.CareGroup`` that count
    deductible: Decimal | None
    ratio: Decimal | None
    cap: Decimal | None
    cap_unlimited: bool
    cap_serious: Decimal | None  #: instead of ``cap`` for people with a serious-illness mark; None: the same cap
    tilt_threshold: Decimal | None
    tilt_ratio: Decimal | None
    tilt_cap: Decimal | None
    tilt_cap_unlimited: bool
    has_tilt: bool
    tilt_needs_referral: bool  #: outside the insured prefecture, only care properly referred qualifies
    tilt_within: str  #: "" or "province": care where
    tilt_calendar_year: bool  #: it looks at the calendar year's care alone, not at what a look-back adds
    needs_referral: bool  #: outside the insured prefecture, care without proper referral is outside assistance altogether
    window: str  #: a value of ``provisions.AidWindow``
    look_back_months: int  #: how far before application or recognition costs count; 0 with the calendar year
    once_a_year: bool  #: one application a year, one cap
    keeps_year: bool  #: one recognition gives the whole year, though its list entry ends within it
    extra_points: Decimal  #: added for people on the childhood-disease list, 0.05; 0 elsewhere
    extra_points_on: tuple[str, ...]  #: "ratio", "tilt_ratio": which ratios they raise, as the bureau chose
    extra_points_missing: str  #: the sentence for people on that list while the bureau has not chosen; else ""
    extra_points_under_age: int | None  #: they are for people younger than this on the day of settlement
    deducted: tuple[str, ...]  #: fund columns to take off the eligible amount first, not yet off psn_part_amt
    paid_outside: bool  #: whether other insurance's payments outside the platform come off first
    until: date | None  #: last day of the transition period; None: no end
    missing: str
    clause: str
    quote: str
    reading: str  #: the readings taken, as one Chinese text; "" for none
    bounds: tuple[str, ...]  #: which figures are bounds or the bureau's own, in words
    # Beyond the contract's list
    region_prefix: str  #: for people insured in districts that start with this
    year: int
    label: str  #: the schedule's Chinese name
    apart: bool  #: pays beside the category's main schedule, on other care
    provisional: bool  #: uses the year before's income
    cited: tuple[Cited, ...]  #: further clauses the row rests on: tilt, care, referral, look-back …
    open: frozenset[str] = frozenset()  #: the figures the bureau may still say, or say otherwise within the text's bound
    least_deductible: Decimal | None = None  #: an open deductible is no less, where the text says so


@dataclass(frozen=True)
class PremiumRow:
    """Premium support (资助参保) for one category and year.

    ``share`` of the premium with FULL (1), SHARE and NONE (0); ``amount`` yuan with FIXED once the bureau recorded it;
    neither with SET_ELSEWHERE. ``missing`` as in ScheduleRow. ``optional_shares``: shares of optional critical-illness
    premium paid in full besides (Dongyang).
    """

    rule: str
    category: Category
    year: int
    kind: PremiumKind
    share: Decimal | None
    amount: Decimal | None
    tier: str  #: the tier of contribution, "二档"; "" for none
    optional_shares: int
    leavers_keep_year: bool  #: who leaves the category stays supported for the year
    joiners_next_year: bool  #: who is recognised within the year and has paid already is supported from the next
    until: date | None  #: last day of the transition period; None: no end
    missing: str
    clause: str
    quote: str
    reading: str
    bounds: tuple[str, ...]
    region_prefix: str
    cited: tuple[Cited, ...]
    # What a premium list needs besides
    standard: Decimal | None = None  #: the personal premium of the tier for the year, where the bureau recorded it
    due: Decimal | None = None  #: what is paid of it, to the cent; None where something is missing
    share_price: Decimal | None = None  #: of one optional share, where the row gives any
    shares_due: Decimal | None = None  #: optional_shares × share_price; 0 where there are none
    fiscal: Decimal | None = None  #: the fiscal part of the year, where the bureau recorded it
    list_missing: str = ""  #: why a premium list has no amount for the category, with the command; "" where it has


def schedule_rows(
    document: Document, as_of: date, incomes: Incomes, districts: Set[str], *, provisional: bool = False
) -> tuple[ScheduleRow, ...]:
    """The assistance schedules of a (settled) document for the year of ``as_of``, by area, schedule and category.

    ``districts``: the six-digit insured districts of the data. One row a schedule, category and region: the document's
    whole region, or each pooling area of the data where a figure differs between them. ``provisional`` allows the income
    of the year before where the right one is missing. Nothing is raised: what cannot be computed says so in ``missing``.
    """
    aid = document.provisions.assistance
    if aid is None:
        return ()
    apart = _by_pooling_area(aid) or any("@" in name for name in document.recorded)
    rows = []
    for area in areas(document, districts, apart):
        for schedule in aid.schedules:
            resolver = Resolver(document, as_of.year, area, incomes, provisional)
            row = _row(aid, schedule, resolver, as_of)
            rows += [replace(row, category=category) for category in schedule.categories]
    return tuple(rows)


def _by_pooling_area(aid: Assistance) -> bool:
    """Whether any figure is a share of the pooling area's own income."""
    slots = [slot for one in aid.schedules for slot in (one.deductible, one.ratio, one.cap, one.cap_serious)]
    slots += [slot for one in aid.tilt for slot in (one.threshold, one.ratio, one.cap)]
    return any(
        isinstance(figure.value, IncomeShare) and figure.value.region_level is RegionLevel.PREFECTURE
        for figures in slots
        for figure in figures
    )


def _row(aid: Assistance, schedule: Schedule, resolver: Resolver, as_of: date) -> ScheduleRow:
    owner = f"aid.{schedule.id}"
    deductible = resolver.figure(owner, "deductible", schedule.deductible, "救助")
    ratio = resolver.figure(owner, "ratio", schedule.ratio, "救助")
    cap = resolver.figure(owner, "cap", schedule.cap, "救助")
    serious = Resolved(None)
    if schedule.cap_serious:
        serious = resolver.figure(owner, "cap_serious", schedule.cap_serious, "救助")
    tilt = next((one for one in aid.tilt if one.id == schedule.tilt), None)
    threshold = tilt_ratio = tilt_cap = Resolved(None)
    if tilt is not None:
        owner = f"aid.{tilt.id}"
        threshold = resolver.figure(owner, "threshold", tilt.threshold, tilt.label)
        tilt_ratio = resolver.figure(owner, "ratio", tilt.ratio, tilt.label)
        tilt_cap = resolver.figure(owner, "cap", tilt.cap, tilt.label)
    care = next(one for one in aid.care if one.id == schedule.care)
    look_back = next((one for one in aid.look_back if one.id == schedule.look_back), None)
    # Care before the last day is aided though the period has ended since.
    until = _transition_end(resolver, as_of.replace(month=1, day=1)) if schedule.transition else None
    points_on, points_missing = _extra_points(aid, resolver)
    return ScheduleRow(
        schedule=schedule.id,
        category=schedule.categories[0],
        route=schedule.route,
        care=care.groups,
        deductible=deductible.value,
        ratio=ratio.value,
        cap=cap.value,
        cap_unlimited=cap.unlimited,
        cap_serious=serious.value,
        tilt_threshold=threshold.value,
        tilt_ratio=tilt_ratio.value,
        tilt_cap=tilt_cap.value,
        tilt_cap_unlimited=tilt_cap.unlimited,
        has_tilt=tilt is not None,
        tilt_needs_referral=tilt is not None and tilt.needs_referral,
        tilt_within=tilt.within if tilt is not None else "",
        tilt_calendar_year=tilt is not None and tilt.calendar_year,
        needs_referral=aid.referral is not None,
        window=(look_back.window if look_back is not None else AidWindow.CALENDAR_YEAR).value,
        look_back_months=look_back.months if look_back is not None else 0,
        once_a_year=schedule.once_a_year,
        keeps_year=schedule.keeps_year,
        extra_points=aid.extra_points.points if aid.extra_points is not None else Decimal(0),
        extra_points_on=points_on,
        extra_points_missing=points_missing,
        extra_points_under_age=aid.extra_points.under_age if aid.extra_points is not None else None,
        deducted=aid.paid_first.deducted, paid_outside=aid.paid_first.outside,
        until=until,
        missing=resolver.missing,
        clause=schedule.clause,
        quote=schedule.quote,
        reading=_readings(aid, schedule, care, look_back, tilt),
        bounds=tuple(resolver.bounds),
        region_prefix=resolver.area.prefix,
        year=resolver.year,
        label=schedule.label,
        apart=schedule.apart,
        provisional=resolver.used_year_before,
        cited=_citations(aid, schedule, care, look_back, tilt),
        open=frozenset(
            name for name, one in (
                ("deductible", deductible), ("ratio", ratio), ("cap", cap), ("tilt_threshold", threshold), ("tilt_ratio", tilt_ratio),
                ("tilt_cap", tilt_cap),
            ) if one.open
        ),
        least_deductible=deductible.least,
    )


def at_best(row: ScheduleRow) -> ScheduleRow:
    """A schedule that cannot be computed, as good for people as what is not known of it allows; one that can, as it is.

    Nothing is missing of the result. What an unknown figure could be at most is what an entitlement could come to: only where that is
    more than what is certain is the certain sum "at least".
    """
    if not row.missing:
        return row
    best = row
    if row.deductible is None or "deductible" in row.open:
        best = replace(best, deductible=row.least_deductible or Decimal(0))
    if row.ratio is None or "ratio" in row.open:
        best = replace(best, ratio=Decimal(1))
    if "cap" in row.open or (row.cap is None and not row.cap_unlimited):
        best = replace(best, cap=None, cap_unlimited=True, cap_serious=None)
    if row.has_tilt:
        if row.tilt_threshold is None or "tilt_threshold" in row.open:
            best = replace(best, tilt_threshold=Decimal(0))
        if row.tilt_ratio is None or "tilt_ratio" in row.open:
            best = replace(best, tilt_ratio=Decimal(1))
        if "tilt_cap" in row.open or (row.tilt_cap is None and not row.tilt_cap_unlimited):
            best = replace(best, tilt_cap=None, tilt_cap_unlimited=True)
    return replace(best, missing="", open=frozenset())


def no_worse(one: ScheduleRow, than: ScheduleRow) -> bool:
    """Whether the one gives at least what the other does for whatever bills: its care, deductible, ratios and limits are no worse."""

    def limit(mine: Decimal | None, other: Decimal | None) -> bool:
        return mine is None or (other is not None and mine >= other)

    def number(figure: Decimal | None) -> Decimal:
        assert figure is not None, "a schedule of which nothing is missing"
        return figure

    if one.missing or than.missing or one.region_prefix != than.region_prefix or one.apart or than.apart:
        return False
    serious = limit(one.cap_serious or one.cap, than.cap_serious or than.cap)
    same_points = (one.extra_points, one.extra_points_on, one.extra_points_missing) == (
        than.extra_points, than.extra_points_on, than.extra_points_missing
    )
    good = (
        same_points and set(than.care) <= set(one.care) and one.needs_referral <= than.needs_referral and one.until is None
        and number(one.deductible) <= number(than.deductible) and number(one.ratio) >= number(than.ratio)
        and limit(one.cap, than.cap) and serious
        and set(one.deducted) <= set(than.deducted) and one.paid_outside <= than.paid_outside
    )
    if not good or not than.has_tilt:
        return good
    return (
        one.has_tilt and number(one.tilt_threshold) <= number(than.tilt_threshold)
        and number(one.tilt_ratio) >= number(than.tilt_ratio) and limit(one.tilt_cap, than.tilt_cap)
        and one.tilt_needs_referral <= than.tilt_needs_referral
        and one.tilt_within in ("", than.tilt_within) and one.tilt_calendar_year <= than.tilt_calendar_year
    )


def _transition_end(resolver: Resolver, day: date) -> date | None:
    recorded = resolver.parameter(TRANSITION_END)
    if not recorded:
        resolver.unset(TRANSITION_END, "过渡期的最后一天", "日期")
        return None
    end = date.fromisoformat(recorded)
    if day > end:
        resolver.say(f"过渡期已于 {end.isoformat()} 结束，文件没有此后的标准")
    return end


def _extra_points(aid: Assistance, resolver: Resolver) -> tuple[tuple[str, ...], str]:
    """Which ratios the points raise, and the sentence for people on the list while the bureau has not chosen."""
    if aid.extra_points is None:
        return (), ""
    recorded = resolver.parameter(EXTRA_POINTS_ON)
    if recorded:
        return EXTRA_POINTS_CHOICES[recorded], ""
    points = f"提高的 {percent(aid.extra_points.points).removesuffix('%')} 个百分点加在哪个比例上"
    choices = "|".join(EXTRA_POINTS_CHOICES)
    return (), (
        f"尚未设定{points}；请依本地文件用 monitor parameter {resolver.document.id} {EXTRA_POINTS_ON}={choices} "
        "--paper \"依据文件的名称和文号\" --by 登记人 登记。"
    )


def _readings(
    aid: Assistance, schedule: Schedule, care: Care, look_back: LookBack | None, tilt: Tilt | None
) -> str:
    """Every reading the row depends on, as one text, the schedule's own first."""
    parts = (schedule, tilt, care, look_back, aid.transition if schedule.transition else None, aid.paid_first,
             aid.referral, aid.identities, aid.day_of_care, aid.counted_once, aid.hand_claims, aid.extra_points)
    texts = [reading.text for part in parts if part is not None for reading in part.readings]
    return "".join(dict.fromkeys(texts))


def _citations(
    aid: Assistance, schedule: Schedule, care: Care, look_back: LookBack | None, tilt: Tilt | None
) -> tuple[Cited, ...]:
    found = [*schedule.cited, *care.cited]
    parts = (
        ("计入的费用", care), (tilt.label if tilt else "", tilt), ("追溯", look_back),
        ("过渡期", aid.transition if schedule.transition else None), ("先行支付", aid.paid_first), ("转诊", aid.referral),
        ("多重身份", aid.identities), ("就医当日的身份", aid.day_of_care), ("一笔费用只救助一次", aid.counted_once),
        ("手工结报", aid.hand_claims), ("儿童血液病和恶性肿瘤", aid.extra_points),
    )
    found += [Cited(about, part.clause, part.quote) for about, part in parts if part is not None]
    return tuple(found)


def premium_rows(document: Document, as_of: date, districts: Set[str]) -> tuple[PremiumRow, ...]:
    """Premium support of a (settled) document for the year of ``as_of``, one row a rule, category and region."""
    support = document.provisions.premium_support
    if support is None:
        return ()
    rows = []
    for area in areas(document, districts, any("@" in name for name in document.recorded)):
        for rule in support.rules:
            if rule.holds(as_of.year):
                resolver = Resolver(document, as_of.year, area, Incomes(), provisional=False)
                row = _premium_row(document, support, rule, resolver, as_of)
                rows += [replace(row, category=category) for category in rule.categories]
    return tuple(rows)


def _premium_row(document: Document, support: PremiumSupport, rule: Premium, resolver: Resolver, as_of: date) -> PremiumRow:
    owner = f"premium.{rule.id}"
    share = {PremiumKind.FULL: Decimal(1), PremiumKind.NONE: Decimal(0)}.get(rule.kind)
    if rule.share:
        share = resolver.figure(owner, "share", rule.share, "资助").value
    amount = resolver.figure(owner, "amount", rule.amount, "资助").value if rule.amount else None
    until = _transition_end(resolver, as_of) if rule.transition else None
    listed = list_figures(support, rule, share, amount, Resolver(document, as_of.year, resolver.area, Incomes(), provisional=False))
    return PremiumRow(
        rule=rule.id,
        category=rule.categories[0],
        year=resolver.year,
        kind=rule.kind,
        share=share,
        amount=amount,
        tier=rule.tier,
        optional_shares=rule.optional_shares,
        leavers_keep_year=support.leavers_keep_year is not None,
        joiners_next_year=support.joiners_next_year is not None,
        until=until,
        missing=resolver.missing,
        clause=rule.clause,
        quote=rule.quote,
        reading="".join(reading.text for reading in rule.readings),
        bounds=tuple(resolver.bounds),
        region_prefix=resolver.area.prefix,
        cited=rule.cited,
        **asdict(listed),
    )


def premiums_lacking(document: Document, day: date, districts: Set[str]) -> tuple[str, str]:
    """What keeps a premium list of the day's year from having amounts, and what keeps it from having the fiscal part: each one
    sentence with one command for all that is missing; "" where nothing is."""
    support = document.provisions.premium_support
    if support is None:
        return "", ""
    found: dict[str, None] = {}
    fiscal: dict[str, None] = {}
    for area in areas(document, districts, any("@" in name for name in document.recorded)):
        resolver = Resolver(document, day.year, area, Incomes(), provisional=False)
        for rule in support.rules:
            recorded = resolver.parameter(TRANSITION_END)
            if not rule.holds(day.year) or (rule.transition and recorded and day > date.fromisoformat(recorded)):
                continue
            row = _premium_row(document, support, rule, Resolver(document, day.year, area, Incomes(), provisional=False), day)
            list_figures(support, rule, row.share, row.amount, resolver)
            if rule.transition:
                _transition_end(resolver, day)
        found[resolver.missing] = None
        fiscal[fiscal_missing(support, Resolver(document, day.year, area, Incomes(), provisional=False))] = None
    return "".join(found), "".join(fiscal)


def other_rules(document: Document) -> tuple[Category, ...]:
    """Named categories without a schedule: "按其他规定执行", never zero. Their words: ``Assistance.other_rules``."""
    aid = document.provisions.assistance
    if aid is None:
        return ()
    sent = {category for entry in aid.other_rules for category in entry.categories}
    return tuple(category for category in Category if category in sent)
