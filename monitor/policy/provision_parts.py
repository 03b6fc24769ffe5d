"""What the provision tables of a document file share: figures, clauses, categories, care; strictly read."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from monitor.base.vocabulary import Bound, Category, Residents
from monitor.policy.citing import Cited, Clause
from monitor.policy.codes import CareGroup
from monitor.policy.provisions import Figure, Figures, IncomeShare, ParameterShare
from monitor.policy.regions import RegionLevel
from monitor.policy.schema import Section

#: Fund columns of a settlement: those that pay before medical assistance, and medical assistance itself.
FUNDS = ("hifp_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay", "maf_pay")

# Which kinds of figure a slot takes.
SUM = frozenset({"amount", "income_share", "parameter_share", "local"})
RATIO = frozenset({"ratio", "local"})
LIMIT = frozenset({"amount", "no_limit", "local"})


def figures(section: Section, key: str, kinds: Set[str]) -> Figures:
    found = []
    for one in section.figures(key):
        if one.text("kind") not in kinds:
            raise one.wrong("kind", f"在此处只能是 {'、'.join(sorted(kinds))}")
        found.append(_figure(one))
    for number, (before, after) in enumerate(pairwise(found), start=2):
        if before.last is None or after.first != before.last + 1:
            raise section.wrong(f"{key}[{number}].first", "须紧接上一项的 last")
    return tuple(found)


def optional_figures(section: Section, key: str, kinds: Set[str]) -> Figures:
    return figures(section, key, kinds) if section.has(key) else ()


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
        is_ratio=kind == "ratio",
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
            return not_negative(section, "amount", places=2)
        case "ratio":
            return ratio(section, "ratio")
        case "income_share":
            offset = section.integer("year_offset")
            if offset >= 0:
                raise section.wrong("year_offset", "须为负整数，如 -1（上年度）")
            return IncomeShare(
                share=ratio(section, "share"),
                region_level=section.word("region_level", RegionLevel),
                residents=section.word("residents", Residents),
                year_offset=offset,
            )
        case "parameter_share":
            return ParameterShare(ratio(section, "share"), section.text("parameter"))
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


def ratio(section: Section, key: str) -> Decimal:
    number = section.decimal(key, places=4)
    if not 0 < number <= 1:
        raise section.wrong(key, "须大于 0、不超过 1")
    return number


def not_negative(section: Section, key: str, *, places: int) -> Decimal:
    number = section.decimal(key, places=places)
    if number < 0:
        raise section.wrong(key, "不能小于 0")
    return number


def clause_of(section: Section) -> Clause:
    return Clause(section.text("clause"), section.text("quote"), section.readings("reading"))


def optional_clause(section: Section, key: str) -> Clause | None:
    return clause_of(section.section(key, "clause")) if section.has(key) else None


def cited(section: Section) -> tuple[Cited, ...]:
    if not section.has("cited"):
        return ()
    return tuple(Cited(one.text("about"), one.text("clause"), one.text("quote")) for one in section.sections("cited", "cited"))


def flag(section: Section, key: str) -> bool:
    return section.has(key) and section.flag(key)


def categories_of(section: Section, named: Set[Category], *, extra: Set[Category] = frozenset()) -> tuple[Category, ...]:
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


def care_groups(section: Section) -> tuple[str, ...]:
    groups = section.words("groups", CareGroup)
    if not groups:
        raise section.wrong("groups", "不能为空")
    return tuple(group.value for group in groups)


def fund_columns(section: Section, key: str) -> tuple[str, ...]:
    columns = section.texts(key)
    for column in columns:
        if column not in FUNDS:
            raise section.wrong(key, f"中的 {column} 不在 {'、'.join(FUNDS)} 之中")
    return columns
