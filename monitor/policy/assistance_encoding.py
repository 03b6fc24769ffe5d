"""The ``assistance`` tables of a document file → Assistance.

What does not fit together is refused by file and field: a category without schedule or other rule or with two of one kind,
a schedule that names care, look-back or tilt the file does not have, care counted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Protocol, TypeVar

from monitor.base.vocabulary import Category, Route
from monitor.policy.provision_parts import (
    LIMIT,
    RATIO,
    SUM,
    care_groups,
    categories_of,
    cited,
    figures,
    flag,
    fund_columns,
    optional_clause,
    optional_figures,
    ratio,
)
from monitor.policy.provisions import (
    AidWindow,
    Assistance,
    Care,
    CountedOnce,
    ExtraPoints,
    LookBack,
    OtherRules,
    PaidFirst,
    Schedule,
    Tilt,
)
from monitor.policy.regions import RegionLevel
from monitor.policy.schema import Section

T = TypeVar("T")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def assistance_of(section: Section, named: Set[Category]) -> Assistance:
    """The table as values; ``named`` are the categories the document names. Raises PolicyError naming file and field."""

    def many(key: str, make: Callable[[Section], T]) -> tuple[T, ...]:
        return tuple(make(one) for one in section.sections(key, f"assistance.{key}")) if section.has(key) else ()

    found = Assistance(
        identities=optional_clause(section, "identities"),
        day_of_care=optional_clause(section, "day_of_care"),
        counted_once=_counted_once(section.section("counted_once", "assistance.counted_once"))
        if section.has("counted_once")
        else None,
        hand_claims=optional_clause(section, "hand_claims"),
        paid_first=_paid_first(section.section("paid_first", "assistance.paid_first")),
        referral=optional_clause(section, "referral"),
        transition=optional_clause(section, "transition"),
        extra_points=_extra_points(section.section("extra_points", "assistance.extra_points"))
        if section.has("extra_points")
        else None,
        care=many("care", _care),
        look_back=many("look_back", _look_back),
        tilt=many("tilt", _tilt),
        schedules=many("schedule", lambda one: _schedule(one, named)),
        other_rules=tuple(
            _other_rules(one, named) for one in section.sections("other_rules", "assistance.other_rules", empty=True)
        ),
    )
    section.once("care", [one.id for one in found.care])
    section.once("look_back", [one.id for one in found.look_back])
    section.once("tilt", [one.id for one in found.tilt])
    section.once("schedule", [one.id for one in found.schedules])
    for number, schedule in enumerate(found.schedules, start=1):
        where = f"schedule[{number}]"
        if schedule.id in {tilt.id for tilt in found.tilt}:  # parameters are named after either
            raise section.wrong(f"{where}.id", f"的值 {schedule.id} 与 tilt 的 id 重复")
        _check_named(section, f"{where}.care", schedule.care, found.care)
        _check_named(section, f"{where}.tilt", schedule.tilt, found.tilt)
        _check_named(section, f"{where}.look_back", schedule.look_back, found.look_back)
    _check_whole(section, found, named)
    return found


def _check_named(section: Section, key: str, name: str, there: Sequence[_Identified]) -> None:
    known = [entry.id for entry in there]
    if name and name not in known:
        raise section.wrong(key, f"的值 {name} 不在 {'、'.join(known) or '（没有）'} 之中")


def _check_whole(section: Section, found: Assistance, named: Set[Category]) -> None:
    """Every named category has one main schedule or stands under other rules; its schedules count different care."""
    groups = {care.id: set(care.groups) for care in found.care}
    elsewhere = [category for entry in found.other_rules for category in entry.categories]
    if len(set(elsewhere)) != len(elsewhere):
        raise section.wrong("other_rules", "中同一身份出现两次")
    for category in Category:
        if category not in named:
            continue
        own = [schedule for schedule in found.schedules if category in schedule.categories]
        main = [schedule for schedule in own if not schedule.apart]
        if len(main) > 1 or (own and not main):
            raise section.wrong("schedule", f"中 {category} 的主要标准须恰好一个（其余写 apart = true）")
        if bool(main) == (category in elsewhere):
            raise section.wrong("other_rules", f"与 schedule 中，{category} 须恰好出现在一处")
        counted = [group for schedule in own for group in groups[schedule.care]]
        if len(set(counted)) != len(counted):
            raise section.wrong("schedule", f"中 {category} 的同一类费用计入了两个标准")


def _counted_once(section: Section) -> CountedOnce:
    return CountedOnce(flag(section, "difference"), section.text("clause"), section.text("quote"), section.readings("reading"))


def _paid_first(section: Section) -> PaidFirst:
    deducted, already_off = fund_columns(section, "deducted"), fund_columns(section, "already_off")
    if set(deducted) & set(already_off):
        raise section.wrong("deducted", "与 already_off 有相同的项，同一笔支付不能扣两次")
    return PaidFirst(
        deducted, already_off, section.text("clause"), section.text("quote"), section.readings("reading"), flag(section, "outside")
    )


def _extra_points(section: Section) -> ExtraPoints:
    age = section.integer("under_age")
    if age <= 0:
        raise section.wrong("under_age", "须大于 0")
    return ExtraPoints(
        ratio(section, "points"), age, section.text("clause"), section.text("quote"), section.readings("reading")
    )


def _care(section: Section) -> Care:
    return Care(
        id=section.identifier("id"),
        groups=care_groups(section),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=cited(section),
        readings=section.readings("reading"),
    )


def _look_back(section: Section) -> LookBack:
    months = section.integer("months")
    window = section.word("window", AidWindow)
    if months <= 0 or window is AidWindow.CALENDAR_YEAR:
        raise section.wrong("months", "须大于 0，且 window 不是 calendar_year（不追溯的标准不写 look_back）")
    return LookBack(
        section.identifier("id"), window, months, section.text("clause"), section.text("quote"), section.readings("reading")
    )


def _tilt(section: Section) -> Tilt:
    within = section.text("within", blank=True)
    if within not in ("", RegionLevel.PROVINCE):
        raise section.wrong("within", "须为 \"province\" 或空")
    return Tilt(
        id=section.identifier("id"),
        label=section.text("label"),
        threshold=figures(section, "threshold", SUM),
        ratio=figures(section, "ratio", RATIO),
        cap=figures(section, "cap", LIMIT),
        needs_referral=section.flag("needs_referral"),
        within=within,
        calendar_year=flag(section, "calendar_year"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _schedule(section: Section, named: Set[Category]) -> Schedule:
    return Schedule(
        id=section.identifier("id"),
        label=section.text("label"),
        categories=categories_of(section, named),
        route=section.word("route", Route),
        care=section.text("care"),
        deductible=figures(section, "deductible", SUM),
        ratio=figures(section, "ratio", RATIO),
        cap=figures(section, "cap", LIMIT),
        cap_serious=optional_figures(section, "cap_serious", LIMIT),
        tilt=section.text("tilt") if section.has("tilt") else "",
        look_back=section.text("look_back") if section.has("look_back") else "",
        apart=flag(section, "apart"),
        transition=flag(section, "transition"),
        once_a_year=flag(section, "once_a_year"),
        keeps_year=flag(section, "keeps_year"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=cited(section),
        readings=section.readings("reading"),
    )


def _other_rules(section: Section, named: Set[Category]) -> OtherRules:
    return OtherRules(
        categories_of(section, named), section.text("clause"), section.text("quote"), section.readings("reading")
    )
