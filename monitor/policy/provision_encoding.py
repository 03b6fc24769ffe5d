"""The tables of a document file that say what it gives → Provisions, as strictly as the rest (``encoding``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from typing import TypeVar

from monitor.base.vocabulary import Bound, Category
from monitor.policy.assistance_encoding import assistance_of
from monitor.policy.deadlines import deadline_of
from monitor.policy.provision_parts import (
    RATIO,
    SUM,
    care_groups,
    categories_of,
    cited,
    flag,
    fund_columns,
    not_negative,
    optional_clause,
    optional_figures,
    ratio,
)
from monitor.policy.provisions import (
    INSURANCE_DEDUCTIBLE,
    INSURANCE_SCHEMES,
    Comparison,
    CriticalIllness,
    Indicator,
    InsuranceTilt,
    Offer,
    OfferKind,
    ParameterShare,
    Premium,
    PremiumFigure,
    PremiumFigureKind,
    PremiumKind,
    PremiumSupport,
    Provisions,
    Recognition,
    RecognitionTest,
    Schedule,
    SchemeCare,
    Segment,
    SpecialDrugs,
)
from monitor.policy.schema import Section
from monitor.policy.watching import evaluation_of, watch_of

#: What an indicator may need: tables the bureau imports.
_TABLES = ("settlements", "people", "identities", "premium_support", "fund", "households")
_SCHEME = re.compile(r"[0-9]{1,6}")
_LEVEL = re.compile(r"[0-9]{2}")

T = TypeVar("T")


def provisions_of(top: Section, named: Set[Category]) -> Provisions:
    """What the file's ``assistance`` and its other tables give; each table may be left out whole.

    ``named``: the categories the document names. Raises PolicyError naming file and field.
    """

    def one(key: str, make: Callable[[Section], T]) -> T | None:
        return make(top.section(key, key)) if top.has(key) else None

    def many(key: str, make: Callable[[Section], T]) -> tuple[T, ...]:
        return tuple(make(section) for section in top.sections(key, key)) if top.has(key) else ()

    found = Provisions(
        assistance=one("assistance", lambda section: assistance_of(section, named)),
        premium_support=one("premium_support", lambda section: _premium_support(section, named)),
        critical_illness=one("critical_illness", lambda section: _critical_illness(section, named)),
        recognition=one("recognition", lambda section: _recognition(section, named)),
        indicators=many("indicator", _indicator),
        offers=many("offer", lambda section: _offer(section, named)),
        deadlines=many("deadline", deadline_of),
        watches=many("watch", watch_of),
        evaluations=many("evaluation", evaluation_of),
    )
    for key, entries in (("indicator", found.indicators), ("offer", found.offers), ("deadline", found.deadlines),
                         ("watch", found.watches), ("evaluation", found.evaluations)):
        top.once(key, [entry.id for entry in entries])
    _check_transition(top, found)
    _check_parameter_shares(top, found)
    return found


def _check_transition(top: Section, found: Provisions) -> None:
    rules: Sequence[Schedule | Premium] = (
        *(found.assistance.schedules if found.assistance else ()),
        *(found.premium_support.rules if found.premium_support else ()),
    )
    there = found.assistance is not None and found.assistance.transition is not None
    if any(rule.transition for rule in rules) != there:
        raise top.wrong("assistance.transition", "须与 transition = true 的标准同有同无")


def _check_parameter_shares(top: Section, found: Provisions) -> None:
    """A share of the local critical-illness deductible needs the table that leaves it to the bureau."""
    insurance = found.critical_illness
    left = insurance is not None and any(figure.bound is Bound.LOCAL for figure in insurance.deductible)
    aid = found.assistance
    slots = [
        *((f"schedule.{slot}", getattr(one, slot)) for one in (aid.schedules if aid else ()) for slot in ("deductible", "cap")),
        *((f"tilt.{slot}", getattr(one, slot)) for one in (aid.tilt if aid else ()) for slot in ("threshold", "cap")),
    ]
    for where, figures in slots:
        for figure in figures:
            if isinstance(figure.value, ParameterShare) and not (left and figure.value.parameter == INSURANCE_DEDUCTIBLE):
                raise top.wrong(
                    f"assistance.{where}",
                    f"所参照的参数只能是 {INSURANCE_DEDUCTIBLE}，且 critical_illness.deductible 须由本地确定（kind = \"local\"）",
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
    given = section.sections("figure", "premium_support.figure") if section.has("figure") else ()
    figures = tuple(_premium_figure(one) for one in given)
    section.once("figure", [one.id for one in figures])
    _check_figures(section, rules, figures)
    return PremiumSupport(
        identities=optional_clause(section, "identities"),
        leavers_keep_year=optional_clause(section, "leavers_keep_year"),
        joiners_next_year=optional_clause(section, "joiners_next_year"),
        rules=rules,
        figures=figures,
    )


def _premium_figure(section: Section) -> PremiumFigure:
    kind = section.word("kind", PremiumFigureKind)
    if section.has("tier") and kind is not PremiumFigureKind.STANDARD:
        raise section.wrong("tier", f"只能在 kind 为 {PremiumFigureKind.STANDARD} 时写")
    return PremiumFigure(
        section.identifier("id"), kind, section.text("label"), section.text("tier") if section.has("tier") else "",
        section.text("clause"), section.text("quote"), section.readings("reading"),
    )


def _check_figures(section: Section, rules: Sequence[Premium], figures: Sequence[PremiumFigure]) -> None:
    """One figure a kind and tier, under no rule's name; each rule's premium and the price of its shares are among them."""
    names = {rule.id for rule in rules}
    held: set[tuple[PremiumFigureKind, str]] = set()
    for number, one in enumerate(figures, start=1):
        if (one.kind, one.tier) in held:
            raise section.wrong(f"figure[{number}].kind", "与档次的组合重复")
        if one.id in names:
            raise section.wrong(f"figure[{number}].id", "与资助标准（rule）同名，参数名称会相混")
        held.add((one.kind, one.tier))
    if not figures:
        return
    for number, rule in enumerate(rules, start=1):
        if rule.kind is not PremiumKind.NONE and (PremiumFigureKind.STANDARD, rule.tier) not in held:
            raise section.wrong(f"rule[{number}].tier", "的个人缴费标准须在 figure 中（kind = \"standard\"）")
        if rule.optional_shares and (PremiumFigureKind.SHARE_PRICE, "") not in held:
            raise section.wrong(f"rule[{number}].optional_shares", "的单价须在 figure 中（kind = \"share_price\"）")


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
        categories=categories_of(section, named),
        kind=kind,
        first=section.integer("first") if section.has("first") else None,
        last=section.integer("last") if section.has("last") else None,
        share=optional_figures(section, "share", RATIO),
        amount=optional_figures(section, "amount", frozenset({"amount", "local"})),
        tier=section.text("tier") if section.has("tier") else "",
        optional_shares=optional_shares,
        transition=flag(section, "transition"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        cited=cited(section),
        readings=section.readings("reading"),
    )


def _critical_illness(section: Section, named: Set[Category]) -> CriticalIllness:
    def many(key: str, make: Callable[[Section], T]) -> tuple[T, ...]:
        return tuple(make(one) for one in section.sections(key, f"critical_illness.{key}")) if section.has(key) else ()

    for keys in (("care", "added_back", "paid"), ("categories", "segment")):
        given = [key for key in keys if section.has(key)]
        if given and len(given) < len(keys):
            missing = next(key for key in keys if key not in given)
            raise section.wrong(missing, f"缺失，{'、'.join(keys)} 须同写或同不写")
    segments = many("segment", _segment)
    _check_segments(section, segments)
    care = many("care", _scheme_care)
    if segments and {segment.scheme for segment in segments} != {one.scheme for one in care}:
        raise section.wrong("care", "的险种须与 segment 的险种相同")
    if care and not segments and not {one.scheme for one in care} <= set(INSURANCE_SCHEMES):
        raise section.wrong("care", f"的险种须为 {'、'.join(INSURANCE_SCHEMES)}，由本地登记分段标准")
    return CriticalIllness(
        categories=categories_of(section, named) if segments else (),
        segments=segments,
        care=care,
        added_back=fund_columns(section, "added_back") if care else (),
        paid=fund_columns(section, "paid") if care else (),
        not_computable=section.text("not_computable"),
        deductible=optional_figures(section, "deductible", SUM),
        ratio=optional_figures(section, "ratio", RATIO),
        special_drugs=_special_drugs(section.section("special_drugs", "critical_illness.special_drugs"))
        if section.has("special_drugs")
        else None,
        tilt=_insurance_tilt(section.section("tilt", "critical_illness.tilt"), named) if section.has("tilt") else None,
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _scheme(section: Section, key: str) -> str:
    scheme = section.text(key)
    if not _SCHEME.fullmatch(scheme):
        raise section.wrong(key, "须为险种代码前缀")
    return scheme


def _segment(section: Section) -> Segment:
    up_to = not_negative(section, "up_to", places=2) if section.has("up_to") else None
    above = not_negative(section, "above", places=2)
    if up_to is not None and up_to <= above:
        raise section.wrong("up_to", "须大于 above")
    return Segment(_scheme(section, "scheme"), above, up_to, ratio(section, "ratio"))


def _check_segments(section: Section, segments: tuple[Segment, ...]) -> None:
    """The segments of a scheme follow one another without gap; the last is open."""
    for number, segment in enumerate(segments, start=1):
        own = [one for one in segments[number:] if one.scheme == segment.scheme]
        if (segment.up_to is None) != (not own) or (own and own[0].above != segment.up_to):
            raise section.wrong(f"segment[{number}].up_to", "须等于同一险种下一段的 above，最后一段不写")


def _scheme_care(section: Section) -> SchemeCare:
    groups, specific = care_groups(section), flag(section, "specific_outpatient")
    if specific and not {"chronic_outpatient", "special_outpatient"} <= set(groups):
        raise section.wrong("specific_outpatient", "只能在 groups 含 chronic_outpatient 和 special_outpatient 时写 true")
    return SchemeCare(_scheme(section, "scheme"), groups, specific)


def _special_drugs(section: Section) -> SpecialDrugs:
    return SpecialDrugs(
        groups=care_groups(section),
        deductible=not_negative(section, "deductible", places=2),
        ratio=ratio(section, "ratio"),
        cap=not_negative(section, "cap", places=2),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _insurance_tilt(section: Section, named: Set[Category]) -> InsuranceTilt:
    schemes = section.texts("schemes")
    if not schemes or not all(_SCHEME.fullmatch(scheme) for scheme in schemes):
        raise section.wrong("schemes", "须为险种代码前缀的列表")
    return InsuranceTilt(
        categories=categories_of(section, named),
        schemes=schemes,
        deductible_factor=ratio(section, "deductible_factor"),
        points=ratio(section, "points"),
        cap_lifted=section.flag("cap_lifted"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


# --- recognition, indicators, offers, days --------------------------------------------------------


def _recognition(section: Section, named: Set[Category]) -> Recognition:
    test = section.word("test", RecognitionTest)
    counted = test is RecognitionTest.INCOME_AFTER_BURDEN
    for key in ("excluded", "months"):
        if section.has(key) != counted:
            raise section.wrong(key, f"须且只能在 test 为 {RecognitionTest.INCOME_AFTER_BURDEN} 时写")
    excluded = section.words("excluded", Category) if counted else ()
    for category in excluded:
        if category not in named:
            raise section.wrong("excluded", f"中的 {category} 不在 names 点名的身份之中")
    months = section.integer("months") if counted else 0
    if counted and months <= 0:
        raise section.wrong("months", "须大于 0")
    return Recognition(test, excluded, months, section.text("clause"), section.text("quote"), section.readings("reading"))


def _indicator(section: Section) -> Indicator:
    needs = section.texts("needs")
    for need in needs:
        if need not in _TABLES:
            raise section.wrong("needs", f"中的 {need} 不在 {'、'.join(_TABLES)} 之中")
    levels = section.texts("levels") if section.has("levels") else ()
    if not all(_LEVEL.fullmatch(level) for level in levels):
        raise section.wrong("levels", "须为两位的医院等级代码，如 05")
    return Indicator(
        id=section.identifier("id"),
        label=section.text("label"),
        comparison=section.word("comparison", Comparison),
        limit=ratio(section, "limit"),
        needs=needs,
        levels=levels,
        stated=section.flag("stated"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _offer(section: Section, named: Set[Category]) -> Offer:
    return Offer(
        id=section.identifier("id"),
        kind=section.word("kind", OfferKind),
        categories=categories_of(section, named, extra=frozenset({Category.ORDINARY})),
        text=section.text("text"),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )
