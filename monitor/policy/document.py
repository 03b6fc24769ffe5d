"""What a policy document says, as frozen values; policies/README.md explains each, ``encoding`` reads them.

A threshold is never a number in code: it is document × clause × population (categories, schemes) × measure
× window × benchmark (region level, resident group, year offset) × multiple, or an absolute amount, or left to
the bureau. "超过" is strictly greater; lines are compared unrounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from monitor.base.vocabulary import AlertKind, Category, DocumentStatus, Measure, Residents, Word
from monitor.policy.citing import Reading
from monitor.policy.incomes import Income
from monitor.policy.provisions import Figures, Provisions
from monitor.policy.regions import RegionLevel, prefix_of


class Window(Word):
    """The time a burden is summed over, by time of settlement, ending on as_of."""

    CALENDAR_YEAR = "calendar_year", "自然年度", "当年 1 月 1 日至截止日"
    ROLLING_12_MONTHS = "rolling_12_months", "连续 12 个月", "截止日往前 12 个月，含截止日"


class ParameterType(Word):
    """What may be recorded under a parameter; ``definition`` says the form in Chinese."""

    MULTIPLE = "multiple", "倍数", "大于 0、不超过 10、至多四位小数的数，也可写成百分数，如 0.5 或 50%"
    AMOUNT = "amount", "金额", "大于 0、至多两位小数的元数，不带千分位，如 20000.00"
    REGION_LEVEL = "region_level", "基准地区层级", "province（全省）或 prefecture（统筹地区）"
    RESIDENTS = "residents", "基准居民群体", "all（全体居民）、urban（城镇常住居民）或 rural（农村常住居民）"
    MEASURE = "measure", "个人负担口径", "四种口径之一"
    CATEGORIES = "categories", "适用身份", "文件点名的身份或 ordinary，多个以英文逗号分隔"
    SCHEMES = "schemes", "适用险种", "all（不限险种）或险种代码前缀，多个以英文逗号分隔，如 39"
    SUM = "sum", "起付标准", "不小于 0、至多两位小数的元数，不带千分位；文件按收入的比例定的，也可写百分数，如 3900.00 或 10%"
    RATIO = "ratio", "比例", "大于 0、不超过 1、至多四位小数的数，也可写成百分数，如 0.75 或 75%"
    LIMIT = "limit", "限额", "大于 0、至多两位小数的元数，不带千分位，或 none（不设限额）"
    DATE = "date", "日期", "年-月-日，如 2025-12-31"
    SEGMENTS = (
        "segments", "分段比例",
        "各段写作 上限:比例，依次以英文逗号分隔，最后一段的上限写 above，如 100000:60%,200000:65%,above:70%；只有一段的写 above:60%",
    )
    CHOICE = "choice", "选项", "所列选项之一"


class Outcome(Word):
    """What a boundary example expects."""

    OVER = "over", "越线"
    NOT_OVER = "not over", "未越线"
    NO_RULE = "no rule", "无适用规则"


@dataclass(frozen=True)
class ForceDay:
    """A document's first or last day in force; ``day`` is None where the text sets no end.

    Backed by clause and quote, or by a reading, or by both.
    """

    day: date | None
    clause: str
    quote: str
    reading: Reading | None


@dataclass(frozen=True)
class Named:
    """Categories the document names, with the words it names them in."""

    categories: tuple[Category, ...]
    clause: str
    quote: str


@dataclass(frozen=True)
class Recipient:
    """A department (a key of ``vocabulary.DEPARTMENTS``) the warnings go to."""

    department: str
    clause: str
    quote: str


@dataclass(frozen=True)
class Population:
    """Whom a rule covers: any of the categories, with an insutype that starts with one of the prefixes.

    ``schemes`` is never empty: the prefix "" stands for every scheme.
    """

    categories: tuple[Category, ...]
    schemes: tuple[str, ...]


@dataclass(frozen=True)
class BenchmarkLine:
    """``multiple`` × income per head of region level and group, ``year_offset`` years from that of as_of."""

    region_level: RegionLevel
    residents: Residents
    year_offset: int
    multiple: Decimal


@dataclass(frozen=True)
class AbsoluteLine:
    """An amount in yuan."""

    amount: Decimal


@dataclass(frozen=True)
class BureauLine:
    """Left to the bureau: ``parameters.settle`` replaces it by what the bureau recorded."""

    year_offset: int


@dataclass(frozen=True)
class Rule:
    """One warning rule.

    Where ``line`` is left to the bureau, ``population`` and ``measure`` are what the text suggests, for
    display and as a proposal only: ``parameters.settle`` replaces them, too.
    """

    id: str
    kind: AlertKind
    population: Population
    measure: Measure
    window: Window
    line: BenchmarkLine | AbsoluteLine | BureauLine
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Parameter:
    """Something the document leaves to the bureau, described in Chinese: ``<rule>.<slot>`` of a warning rule, or a figure
    of what is given (``local_figures`` names those).

    ``figures`` are the figures it stands for, their bounds with them; () for a warning's. ``yearly``: recorded for each
    year, as ``name.2024``. ``by_place``: may be recorded for one pooling area, as ``name@150100``. ``choices``: the values
    of a CHOICE.
    """

    name: str
    type: ParameterType
    description: str
    clause: str
    quote: str
    figures: Figures = ()
    yearly: bool = False
    by_place: bool = False
    choices: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        return self.name.partition(".")[0]

    @property
    def slot(self) -> str:
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Setting:
    """The invented surroundings of a document's examples: date, district, incomes, parameters."""

    as_of: date
    insu_admdvs: str
    incomes: tuple[Income, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """A boundary row written from the quote, run through the real SQL.

    ``facts`` are one settlement's amounts by column, the columns not given being zero; ``categories`` the
    identities in force (empty: none); ``rule`` the rule whose outcome is expected ("" with NO_RULE) and
    ``category`` the one shown (None unless OVER). ``excess`` is burden − line in yuan: zero with NOT_OVER;
    with NO_RULE more than zero when the person is listed as over a line without a rule, zero when not listed.
    """

    id: str
    categories: tuple[Category, ...]
    insutype: str
    insu_admdvs: str
    facts: Mapping[str, Decimal]
    rule: str
    category: Category | None
    expected: Outcome
    excess: Decimal
    why: str


@dataclass(frozen=True)
class Document:
    """One encoded document. ``checked_on`` is the day somebody last compared the encoding with the text.

    ``recorded`` is what the bureau recorded of the figures left to it, by parameter name: ``parameters.settle`` fills it.
    """

    id: str
    number: str
    title: str
    issuer: str
    region: str
    status: DocumentStatus
    effective_from: ForceDay
    effective_to: ForceDay
    checked_on: date
    names: tuple[Named, ...]
    recipients: tuple[Recipient, ...]
    readings: tuple[Reading, ...]
    warning_readings: tuple[Reading, ...]
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    setting: Setting
    examples: tuple[Example, ...]
    provisions: Provisions = field(default_factory=Provisions)
    recorded: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[int, ...] = ()  #: of an alert: % of the benchmark, rising; none where every line is absolute

    @property
    def named(self) -> tuple[Category, ...]:
        """The categories the document names, in the vocabulary's order. All others are unknown to it."""
        found = {category for entry in self.names for category in entry.categories}
        return tuple(category for category in Category if category in found)

    @property
    def prefix(self) -> str:
        """The digits an insured district must start with to lie inside the document's region."""
        return prefix_of(self.region)

    @property
    def window(self) -> Window:
        """The one window all its rules share."""
        return self.rules[0].window

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError where there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def readings_of(self, rule: Rule) -> tuple[Reading, ...]:
        """Every reading a warning under the rule depends on: the rule's own, then those of all warnings."""
        return rule.readings + self.warning_readings
