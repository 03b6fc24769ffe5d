"""The tables of a document file that say what it gives → Provisions, as strictly as the rest (``encoding``).

What does not fit together is refused by file and field: a category without schedule or other rule or with two of one kind,
a schedule that names care, look-back or tilt the file does not have, figures that overlap in a year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from typing import Protocol, TypeVar

from monitor.policy.citing import Cited, Clause
from monitor.policy.codes import CareGroup
from monitor.policy.provisions import (
    AidWindow,
    Assistance,
    Care,
    Comparison,
    CriticalIllness,
    Deadline,
    ExtraPoints,
    Figure,
    Figures,
    IncomeShare,
    Indicator,
    InsuranceTilt,
    LookBack,
    Offer,
    OfferKind,
    OtherRules,
    PaidFirst,
    ParameterShare,
    Premium,
    PremiumKind,
    PremiumSupport,
    Provisions,
    Recognition,
    RecognitionTest,
    Schedule,
    SchemeCare,
    Segment,
    SpecialDrugs,
    Tilt,
)
from monitor.policy.regions import RegionLevel
from monitor.policy.schema import Section
from monitor.vocabulary import Bound, Category, Residents, Route

#: Fund columns of a settlement that pay before medical assistance (maf_pay).
FUNDS_BEFORE_AID = ("hifp_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay")
_FUNDS = (*FUNDS_BEFORE_AID, "maf_pay")
#: What an indicator may need: tables the bureau imports.
_TABLES = ("settlements", "people", "identities", "premium_support", "fund", "households")
_SERIOUS = frozenset({Category.ORDINARY})

# Which kinds of figure a slot takes.
_SUM = frozenset({"amount", "income_share", "parameter_share", "local"})
_RATIO = frozenset({"ratio", "local"})
_LIMIT = frozenset({"amount", "no_limit", "local"})

T = TypeVar("T")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def provisions_of(top: Section, named: Set[Category]) -> Provisions:
    """What the file's ``assistance`` and its other tables give; each table may be left out whole.

    ``named``: the categories the document names. Raises PolicyError naming file and field.
    """

    def one(key: str, make: Callable[[Section], T]) -> T | None:
        return make(top.section(key, key)) if top.has(key) else None

    def many(key: str, make: Callable[[Section], T]) -> tuple[T, ...]:
        return tuple(make(section) for section in top.sections(key, key)) if top.has(key) else ()

    found = Provisions(
        assistance=one("assistance", lambda section: _assistance(section, named)),
        premium_support=one("premium_support", lambda section: _premium_support(section, named)),
        critical_illness=one("critical_illness", lambda section: _critical_illness(section, named)),
        recognition=one("recognition", lambda section: _recognition(section, named)),
        indicators=many("indicator", _indicator),
        offers=many("offer", lambda section: _offer(section, named)),
        deadlines=many("deadline", _deadline),
    )
    for key, entries in (("indicator", found.indicators), ("offer", found.offers), ("deadline", found.deadlines)):
        top.once(key, [entry.id for entry in entries])
    _check_transition(top, found)
    return found


def _check_transition(top: Section, found: Provisions) -> None:
    rules: Sequence[Schedule | Premium] = (
        *(found.assistance.schedules if found.assistance else ()),
        *(found.premium_support.rules if found.premium_support else ()),
    )
    there = found.assistance is not None and found.assistance.transition is not None
    if any(rule.transition for rule in rules) != there:
        raise top.wrong("assistance.transition", "须与 transition = true 的标准同有同无")


# --- figures --------------------------------------------------------------------------------------


def _figures(section: Section, key: str, kinds: Set[str]) -> Figures:
    figures = []
    for one in section.figures(key):
        if one.text("kind") not in kinds:
            raise one.wrong("kind", f"在此处只能是 {'、'.join(sorted(kinds))}")
        figures.append(_figure(one))
    for number, (before, after) in enumerate(zip(figures, figures[1:], strict=False), start=2):
        if before.last is None or after.first != before.last + 1:
            raise section.wrong(f"{key}[{number}].first", "须紧接上一项的 last")
    return tuple(figures)


def _optional_figures(section: Section, key: str, kinds: Set[str]) -> Figures:
    return _figures(section, key, kinds) if section.has(key) else ()


def _figure(section: Section) -> Figure:
    kind = section.text("kind")
    first = section.integer("first") if section.has("first") else None
    last = section.integer("last") if section.has("last") else None
    if first is not None and last is not None and last < first:
        raise section.wrong("last", "早于 first")
    bound = section.word("bound", Bound) if section.has("bound") else Bound.EXACT
    if bound is Bound.LOCAL:
        raise section.wrong("bound", "由本地确定的写 kind = \"local\"")
    if kind == "local":
        bound = Bound.LOCAL
    figure = Figure(
        first=first,
        last=last,
        value=_value(section, kind),
        unlimited=kind == "no_limit",
        bound=bound,
        lowest=section.decimal("lowest", places=4) if section.has("lowest") else None,
        highest=section.decimal("highest", places=4) if section.has("highest") else None,
        yearly=section.has("yearly") and section.flag("yearly"),
    )
    return _bounded(section, kind, figure)


def _value(section: Section, kind: str) -> Decimal | IncomeShare | ParameterShare | None:
    match kind:
        case "amount":
            return _not_negative(section, "amount", places=2)
        case "ratio":
            return _ratio(section, "ratio")
        case "income_share":
            offset = section.integer("year_offset")
            if offset >= 0:
                raise section.wrong("year_offset", "须为负整数，如 -1（上年度）")
            return IncomeShare(
                share=_ratio(section, "share"),
                region_level=section.word("region_level", RegionLevel),
                residents=section.word("residents", Residents),
                year_offset=offset,
            )
        case "parameter_share":
            return ParameterShare(_ratio(section, "share"), section.text("parameter"))
        case _:
            return None


def _bounded(section: Section, kind: str, figure: Figure) -> Figure:
    """The figure with the bounds its kind of bound implies; those of "about" must be written, as a reading."""
    given = figure.lowest is not None or figure.highest is not None
    if figure.bound is Bound.ABOUT:
        if figure.lowest is None or figure.highest is None or not figure.lowest <= _number(figure) <= figure.highest:
            raise section.wrong("lowest", "与 highest 须在 bound 为 about 时写明，且含文件的数字")
    elif given and figure.bound is not Bound.LOCAL:
        raise section.wrong("lowest" if figure.lowest is not None else "highest", "只在 bound 为 about 或 kind 为 local 时写")
    match figure.bound:
        case Bound.AT_LEAST:
            return replace(figure, lowest=_number(figure), highest=Decimal(1) if kind == "ratio" else None)
        case Bound.AT_MOST:
            return replace(figure, lowest=Decimal(0), highest=_number(figure))
        case Bound.EXACT if figure.yearly:
            raise section.wrong("yearly", "只在留有本地确定余地时写")
        case _:
            return figure


def _number(figure: Figure) -> Decimal:
    value = figure.value
    if isinstance(value, IncomeShare | ParameterShare):
        return value.share
    return value if value is not None else Decimal(0)


def _ratio(section: Section, key: str) -> Decimal:
    number = section.decimal(key, places=4)
    if not 0 < number <= 1:
        raise section.wrong(key, "须大于 0、不超过 1")
    return number


def _not_negative(section: Section, key: str, *, places: int) -> Decimal:
    number = section.decimal(key, places=places)
    if number < 0:
        raise section.wrong(key, "不能小于 0")
    return number


# --- small parts ----------------------------------------------------------------------------------


def _clause(section: Section) -> Clause:
    return Clause(section.text("clause"), section.text("quote"), section.readings("reading"))


def _optional_clause(section: Section, key: str) -> Clause | None:
    return _clause(section.section(key, "clause")) if section.has(key) else None


def _cited(section: Section) -> tuple[Cited, ...]:
    if not section.has("cited"):
        return ()
    return tuple(Cited(one.text("about"), one.text("clause"), one.text("quote")) for one in section.sections("cited", "cited"))


def _flag(section: Section, key: str) -> bool:
    return section.has(key) and section.flag(key)


def _categories(section: Section, named: Set[Category], *, extra: Set[Category] = frozenset()) -> tuple[Category, ...]:
    """Categories the document names, in the vocabulary's order; "everyone" where ``extra`` allows ordinary."""
    if extra and section.is_text("categories"):
        if section.text("categories") != "everyone":
            raise section.wrong("categories", "须为身份的列表，或 \"everyone\"")
        return tuple(category for category in Category if category in named | extra)
    chosen = section.words("categories", Category)
    if not chosen:
        raise section.wrong("categories", "不能为空")
    for category in chosen:
        if category not in named | extra:
            raise section.wrong("categories", f"中的 {category} 不在 names 点名的身份之中")
    return tuple(category for category in Category if category in chosen)


def _groups(section: Section) -> tuple[str, ...]:
    groups = section.words("groups", CareGroup)
    if not groups:
        raise section.wrong("groups", "不能为空")
    return tuple(group.value for group in groups)


def _columns(section: Section, key: str) -> tuple[str, ...]:
    columns = section.texts(key)
    for column in columns:
        if column not in _FUNDS:
            raise section.wrong(key, f"中的 {column} 不在 {'、'.join(_FUNDS)} 之中")
    return columns


# --- medical assistance ---------------------------------------------------------------------------


def _assistance(section: Section, named: Set[Category]) -> Assistance:
    def many(key: str, make: Callable[[Section], T]) -> tuple[T, ...]:
        return tuple(make(one) for one in section.sections(key, f"assistance.{key}")) if section.has(key) else ()

    found = Assistance(
        identities=_optional_clause(section, "identities"),
        paid_first=_paid_first(section.section("paid_first", "assistance.paid_first")),
        referral=_optional_clause(section, "referral"),
        transition=_optional_clause(section, "transition"),
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
    # Parameters are named after schedules and tilts alike.
    section.once("schedule", [one.id for one in (*found.tilt, *found.schedules)][len(found.tilt):])
    for number, schedule in enumerate(found.schedules, start=1):
        where = f"schedule[{number}]"
        if schedule.id in {tilt.id for tilt in found.tilt}:
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


def _paid_first(section: Section) -> PaidFirst:
    deducted, already_off = _columns(section, "deducted"), _columns(section, "already_off")
    if set(deducted) & set(already_off):
        raise section.wrong("deducted", "与 already_off 有相同的项，同一笔支付不能扣两次")
    return PaidFirst(deducted, already_off, section.text("clause"), section.text("quote"), section.readings("reading"))


def _extra_points(section: Section) -> ExtraPoints:
    age = section.integer("under_age")
    if age <= 0:
        raise section.wrong("under_age", "须大于 0")
    return ExtraPoints(
        _ratio(section, "points"), age, section.text("clause"), section.text("quote"), section.readings("reading")
    )


def _care(section: Section) -> Care:
    return Care(
        section.identifier("id"), _groups(section), section.text("clause"), section.text("quote"), section.readings("reading")
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
        threshold=_figures(section, "threshold", _SUM),
        ratio=_figures(section, "ratio", _RATIO),
        cap=_figures(section, "cap", _LIMIT),
        needs_referral=section.flag("needs_referral"),
        within=within,
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _schedule(section: Section, named: Set[Category]) -> Schedule:
    return Schedule(
        id=section.identifier("id"),
        label=section.text("label"),
        categories=_categories(section, named),
        route=section.word("route", Route),
        care=section.text("care"),
        deductible=_figures(section, "deductible", _SUM),
        ratio=_figures(section, "ratio", _RATIO),
        cap=_figures(section, "cap", _LIMIT),
        cap_serious=_optional_figures(section, "cap_serious", _LIMIT),
        tilt=section.text("tilt") if section.has("tilt") else "",
        look_back=section.text("look_back") if section.has("look_back") else "",
        apart=_flag(section, "apart"),
        transition=_flag(section, "transition"),
        once_a_year=_flag(section, "once_a_year"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=_cited(section),
        readings=section.readings("reading"),
    )


def _other_rules(section: Section, named: Set[Category]) -> OtherRules:
    return OtherRules(
        _categories(section, named), section.text("clause"), section.text("quote"), section.readings("reading")
    )


# --- premium support, critical-illness insurance --------------------------------------------------


def _premium_support(section: Section, named: Set[Category]) -> PremiumSupport:
    rules = tuple(_premium(one, named) for one in section.sections("rule", "premium_support.rule"))
    section.once("rule", [rule.id for rule in rules])
    for number, rule in enumerate(rules, start=1):
        for other in rules[: number - 1]:
            both = set(rule.categories) & set(other.categories)
            if both and (rule.first or 0) <= (other.last or 9999) and (other.first or 0) <= (rule.last or 9999):
                raise section.wrong(f"rule[{number}].categories", f"中的 {min(both)} 在同一年度已有资助标准")
    return PremiumSupport(
        identities=_optional_clause(section, "identities"),
        leavers_keep_year=_optional_clause(section, "leavers_keep_year"),
        rules=rules,
    )


def _premium(section: Section, named: Set[Category]) -> Premium:
    kind = section.word("kind", PremiumKind)
    for key, owner in (("share", PremiumKind.SHARE), ("amount", PremiumKind.FIXED)):
        if section.has(key) != (kind is owner):
            raise section.wrong(key, f"须且只能在 kind 为 {owner} 时写")
    optional_shares = section.integer("optional_shares") if section.has("optional_shares") else 0
    if optional_shares < 0:
        raise section.wrong("optional_shares", "不能小于 0")
    return Premium(
        id=section.identifier("id"),
        categories=_categories(section, named),
        kind=kind,
        first=section.integer("first") if section.has("first") else None,
        last=section.integer("last") if section.has("last") else None,
        share=_optional_figures(section, "share", _RATIO),
        amount=_optional_figures(section, "amount", frozenset({"amount", "local"})),
        tier=section.text("tier") if section.has("tier") else "",
        optional_shares=optional_shares,
        transition=_flag(section, "transition"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=_cited(section),
        readings=section.readings("reading"),
    )
