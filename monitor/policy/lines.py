"""Document × date × incomes × districts → the small table of lines that assessment joins with.

One line a rule and pooling area: a province benchmark or an absolute amount gives one line for the document's
whole region, a prefecture benchmark one for each prefecture that occurs in the data. Thresholds are exact and
unrounded: an income of two places times a multiple of at most four, so at most six places.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import AlertKind, Category, Measure, Residents
from monitor.policy.document import AbsoluteLine, BenchmarkLine, Document, Rule, Window
from monitor.policy.incomes import Income, Incomes
from monitor.policy.parameters import settle
from monitor.policy.regions import RegionLevel, inside, prefecture_of, province_of


@dataclass(frozen=True)
class Line:
    """A rule's line for the people insured in districts that start with ``region_prefix``.

    Money in yuan. Over is ``burden > threshold``, strictly. The benchmark fields are None for an absolute
    line; ``benchmark_year`` is the year of the income used: one earlier than asked for where ``provisional``.
    """

    rule: str
    kind: AlertKind
    region_prefix: str
    measure: Measure
    benchmark_region: str | None
    residents: Residents | None
    benchmark_year: int | None
    benchmark: Decimal | None
    multiple: Decimal | None
    threshold: Decimal
    provisional: bool
    income: Income | None


@dataclass(frozen=True)
class Covered:
    """A rule covers people of the category whose insutype starts with the prefix ("" every scheme)."""

    rule: str
    category: Category
    insutype_prefix: str


@dataclass(frozen=True)
class UncoveredLine:
    """The line somebody no rule covers is compared with, to be listed apart: one a group and region prefix.

    ``group`` is "named" (some named category in force) or "ordinary". A group's prefixes never overlap, so a
    person meets at most one; ``line.region_prefix`` is the row's prefix.
    """

    group: str
    line: Line


@dataclass(frozen=True)
class Lines:
    """A document resolved for a date. Window days are both included.

    ``lines`` is empty for a rule with a prefecture benchmark when no insured district of the data lies in the
    document's region: there is nobody to compare, which is for the caller to say.
    """

    window_from: date
    window_to: date
    lines: tuple[Line, ...]
    population: tuple[Covered, ...]
    uncovered_lines: tuple[UncoveredLine, ...]

    @property
    def provisional(self) -> bool:
        """Whether any line uses the year before's income."""
        return any(line.provisional for line in self.lines)


def resolve(
    document: Document, as_of: date, incomes: Incomes, districts: Collection[str], provisional: bool
) -> Lines:
    """The lines of a document for a date.

    ``districts`` are the six-digit insured districts of the data; those outside the document's region do not
    matter. ``provisional`` allows the year before's income where the right one is missing, and only there.

    Raises PolicyError where the document still leaves something to the bureau (``parameters.settle`` first),
    and where incomes are missing: one sentence naming region, resident group and year of each.
    """
    settle(document, {})
    wanted = [need for rule in document.rules for need in _needs(document, rule, as_of, districts)]
    _check_incomes(wanted, incomes, provisional)
    lines = tuple(_line(need, incomes) for need in wanted)
    population = tuple(
        Covered(rule.id, category, prefix)
        for rule in document.rules
        for category in rule.population.categories
        for prefix in rule.population.schemes
    )
    window_from = _window_from(document.window, as_of)
    return Lines(window_from, as_of, lines, population, _uncovered_lines(document, lines))


def _window_from(window: Window, as_of: date) -> date:
    if window is Window.CALENDAR_YEAR:
        return date(as_of.year, 1, 1)
    # Twelve months ending on as_of begin the day after the same day last year; 29 February's is 28 February.
    last_day = calendar.monthrange(as_of.year - 1, as_of.month)[1]
    return date(as_of.year - 1, as_of.month, min(as_of.day, last_day)) + timedelta(days=1)


@dataclass(frozen=True)
class _Need:
    """A line to be made: the rule, where it holds, which income it asks for (None: an absolute amount)."""

    rule: Rule
    region_prefix: str
    benchmark_region: str | None
    residents: Residents | None
    year: int | None


def _needs(document: Document, rule: Rule, as_of: date, districts: Collection[str]) -> list[_Need]:
    line = rule.line
    if not isinstance(line, BenchmarkLine):
        return [_Need(rule, document.prefix, None, None, None)]
    year = as_of.year + line.year_offset
    if line.region_level is RegionLevel.PROVINCE:
        return [_Need(rule, document.prefix, province_of(document.region), line.residents, year)]
    own = [district for district in districts if inside(document.region, district)]
    prefectures = sorted({prefecture_of(district) for district in own})
    return [
        # Four digits always: a pooling area the province runs itself (150000) is 1500, not all of 15. A
        # county's own document stays with its county: the longer prefix of the two.
        _Need(rule, max(document.prefix, region[:4], key=len), region, line.residents, year)
        for region in prefectures
    ]


def _check_incomes(wanted: Sequence[_Need], incomes: Incomes, provisional: bool) -> None:
    missing: list[str] = []
    carried: list[str] = []
    for need in wanted:
        if need.benchmark_region is None or need.residents is None or need.year is None:
            continue
        if _find(need, incomes, provisional) is not None:
            continue
        phrase = f"{need.benchmark_region} {need.residents.label}（{need.residents}）{need.year} 年"
        if incomes.find(need.benchmark_region, need.residents, need.year - 1) is not None:
            phrase += f"（已有 {need.year - 1} 年的）"
            carried.append(phrase)
        if phrase not in missing:
            missing.append(phrase)
    if missing:
        allow = ""
        if carried:
            what = "" if set(missing) == set(carried) else "，其余的导入后"
            allow = f"{what}，已有上一年数字的可加 --provisional 暂用并标注“暂用”"
        raise PolicyError(
            f"缺少人均可支配收入：{'、'.join(missing)}；请用 monitor import incomes 导入后再运行{allow}。"
        )


def _find(need: _Need, incomes: Incomes, provisional: bool) -> Income | None:
    if need.benchmark_region is None or need.residents is None or need.year is None:
        return None
    found = incomes.find(need.benchmark_region, need.residents, need.year)
    if found is None and provisional:
        return incomes.find(need.benchmark_region, need.residents, need.year - 1)
    return found


def _line(need: _Need, incomes: Incomes) -> Line:
    encoded = need.rule.line
    # With nothing missing, the year before is found only where it was allowed and needed.
    income = _find(need, incomes, provisional=True)
    if isinstance(encoded, AbsoluteLine):
        multiple, threshold = None, encoded.amount
    elif isinstance(encoded, BenchmarkLine) and income is not None:
        multiple, threshold = encoded.multiple, income.amount * encoded.multiple
    else:
        raise AssertionError("settled and checked above")
    return Line(
        rule=need.rule.id,
        kind=need.rule.kind,
        region_prefix=need.region_prefix,
        measure=need.rule.measure,
        benchmark_region=need.benchmark_region,
        residents=need.residents,
        benchmark_year=income.year if income else None,
        benchmark=income.amount if income else None,
        multiple=multiple,
        threshold=threshold,
        provisional=income is not None and income.year != need.year,
        income=income,
    )


def _uncovered_lines(document: Document, lines: tuple[Line, ...]) -> tuple[UncoveredLine, ...]:
    """For each group somebody of which no rule may cover, the line they are compared with, by region prefix.

    Named categories meet the lowest line of their region. Ordinary people excluded by scheme meet the line of
    the rule that includes ordinary; where no rule does, the lowest. Ties go to the document's first rule.
    """
    every_scheme = {
        category
        for rule in document.rules
        if "" in rule.population.schemes
        for category in rule.population.categories
    }
    with_ordinary = {rule.id for rule in document.rules if Category.ORDINARY in rule.population.categories}
    candidates: list[tuple[str, tuple[Line, ...]]] = []
    if not every_scheme.issuperset(document.named):
        candidates.append(("named", lines))
    if Category.ORDINARY not in every_scheme:
        own = tuple(line for line in lines if line.rule in with_ordinary)
        candidates.append(("ordinary", own or lines))
    rows = []
    for group, choice in candidates:
        for prefix in _finest_prefixes(choice):
            here = [line for line in choice if prefix.startswith(line.region_prefix)]
            lowest = min(here, key=lambda line: line.threshold)
            rows.append(UncoveredLine(group, replace(lowest, region_prefix=prefix)))
    return tuple(rows)


def _finest_prefixes(lines: tuple[Line, ...]) -> list[str]:
    """Prefixes none of which contains another: the prefectures where a line has them, else the whole region.

    Every district of the data inside the region lies in one of the prefectures, as they were made from them.
    """
    longest = max((len(line.region_prefix) for line in lines), default=0)
    return sorted({line.region_prefix for line in lines if len(line.region_prefix) == longest})
