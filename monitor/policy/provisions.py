"""What a document gives people, as frozen values: figures and where the text sets them; policies/README.md explains each.

A figure is never a number in code: it is an amount, a ratio or a share of an income for some years, firm or only a bound
(``vocabulary.Bound``). ``assistance`` resolves figures for a date and a place; ``provision_encoding`` reads them.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from monitor.base.vocabulary import Bound, Category, Residents, Route, Word
from monitor.policy.citing import Cited, Clause, Reading
from monitor.policy.deadlines import Deadline
from monitor.policy.regions import RegionLevel
from monitor.policy.watching import Evaluation, Watch

#: The local deductible of critical-illness insurance as a parameter: the one a figure may be a share of.
INSURANCE_DEDUCTIBLE = "insurance.deductible"

#: The schemes a bureau records deductible and segments for: insutype prefix → what the parameters call it.
INSURANCE_SCHEMES = {"39": "resident", "31": "employee"}


class AidWindow(Word):
    """Whose costs a schedule looks at, by time of settlement."""

    CALENDAR_YEAR = "calendar_year", "自然年度", "当年 1 月 1 日至截止日"
    BEFORE_APPLICATION_DATE = "before_application_date", "申请之日前", "可追溯至申请之日前若干个月内"
    BEFORE_APPLICATION_MONTH = "before_application_month", "申请之月前", "可追溯至申请之月前若干个月"
    BEFORE_RECOGNITION = "before_recognition", "身份认定前", "可追溯至身份认定前若干个月"


class PremiumKind(Word):
    """How a premium (参保个人缴费) is supported."""

    FULL = "full", "全额资助", "个人缴费部分全部资助"
    SHARE = "share", "按比例资助", "资助个人缴费标准的一定比例"
    FIXED = "fixed", "定额资助", "资助一个固定的金额，金额由省或市确定"
    SET_ELSEWHERE = "set_elsewhere", "按规定资助", "文件写明资助，标准另有规定"
    NONE = "none", "不再资助", "文件写明该年度起不再资助"


class PremiumFigureKind(Word):
    """What a bureau records each year so that a premium list has amounts."""

    STANDARD = "standard", "个人缴费标准", "个人参加居民医保一年应缴的金额"
    FISCAL = "fiscal", "财政补助标准", "每人一年的财政补助"
    SHARE_PRICE = "share_price", "选缴保费单价", "大病保险选缴保费一份一年的价格"


class Comparison(Word):
    """How an indicator compares with its limit."""

    AT_LEAST = "at_least", "不低于"
    AT_MOST = "at_most", "不超过"
    ABOUT = "about", "左右"


class OfferKind(Word):
    """What a text offers beside its schedules."""

    APPLICATION = "application", "申请认定", "申请认定为因病致贫重病患者等救助对象"
    CASE_DISCUSSION = "case_discussion", "一事一议", "集体研究、个案确定；以登记的决定为准"
    TEMPORARY_RELIEF = "temporary_relief", "临时救助", "民政部门的临时救助"
    CHARITY = "charity", "慈善救助", "慈善组织和其他社会力量的大病救助"
    MUTUAL_AID = "mutual_aid", "医疗互助", "职工医疗互助、工会帮扶、商业健康保险"
    NO_DEPOSIT = "no_deposit", "先诊疗后付费", "住院免交押金"
    OTHER_DEPARTMENT = "other_department", "其他部门", "由其他部门另行保障"


class RecognitionTest(Word):
    """How 因病致贫重病患者 are recognised."""

    INCOME_AFTER_BURDEN = "income_after_burden", "收入扣减负担后低于低保标准", "家庭收入扣减医疗负担后，月人均低于当地低保标准"
    SET_ELSEWHERE = "set_elsewhere", "认定办法另定", "文件把认定办法留给其他部门制定"


# --- figures --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IncomeShare:
    """A share of the per-capita disposable income of a region level and group, ``year_offset`` years from as_of's."""

    share: Decimal
    region_level: RegionLevel
    residents: Residents
    year_offset: int


@dataclass(frozen=True)
class ParameterShare:
    """A share of what the bureau recorded under another parameter (half the critical-illness deductible)."""

    share: Decimal
    parameter: str


@dataclass(frozen=True)
class Figure:
    """A figure for the years first…last (None: open), both included.

    ``value`` is yuan, a ratio (0.7) or a share of something; None where there is no limit (``unlimited``) or the text
    sets none (``bound`` LOCAL). ``lowest`` and ``highest`` bound the bureau's own value, in the figure's unit; of an
    income share, in shares. ``yearly``: a figure of its own is published for each year.
    """

    is_ratio: bool

    first: int | None
    last: int | None
    value: Decimal | IncomeShare | ParameterShare | None
    unlimited: bool
    bound: Bound
    lowest: Decimal | None
    highest: Decimal | None
    yearly: bool

    def holds(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


#: Figures of one slot for different years, in order; () where the slot does not exist.
Figures = tuple[Figure, ...]


# --- medical assistance ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Care:
    """The care a schedule counts: values of ``codes.CareGroup``."""

    id: str
    groups: tuple[str, ...]
    clause: str
    quote: str
    cited: tuple[Cited, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class LookBack:
    """How many months before application or recognition a schedule's costs count."""

    id: str
    window: AidWindow
    months: int
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class CountedOnce:
    """A bill is aided once: each benefit year has its own deductible and cap. ``difference``: where a bill was aided under a
    lower identity and a later recognition reaches it, the difference is due, unless the bureau recorded that it is not."""

    difference: bool
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class PaidFirst:
    """What is paid before assistance. ``deducted``: fund columns to take off the eligible amount, those that
    ``psn_part_amt`` is not net of already; ``already_off``: those it is; ``outside``: whether payments of other insurance that
    the platform does not know (``other_payments``) come off too."""

    deducted: tuple[str, ...]
    already_off: tuple[str, ...]
    clause: str
    quote: str
    readings: tuple[Reading, ...]
    outside: bool = False


@dataclass(frozen=True)
class Tilt:
    """Aid on what is left after aid (倾斜救助、再救助): ``ratio`` of what exceeds ``threshold``, up to ``cap``.

    ``within``: "province" where care must be in the province, "" anywhere. ``needs_referral``: care outside the insured
    prefecture must be properly referred. ``calendar_year``: it looks at the calendar year's care alone, whatever a look-back adds.
    """

    id: str
    label: str
    threshold: Figures
    ratio: Figures
    cap: Figures
    needs_referral: bool
    within: str
    calendar_year: bool
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class ExtraPoints:
    """Points added to a ratio for people with a listed disease, ``under_age`` on the day of settlement."""

    points: Decimal
    under_age: int
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Schedule:
    """One medical-assistance schedule (救助标准) for some categories.

    ``care``, ``look_back`` and ``tilt`` name a Care, a LookBack ("": the calendar year alone) and a Tilt ("": none).
    ``apart``: pays beside the categories' main schedule, on other care, under its own cap. ``transition``: holds only in
    the transition period, whose last day the bureau records. ``once_a_year``: one application a year. ``keeps_year``: one
    recognition gives the whole year, though its list entry ends within it. ``cap_serious`` is () where serious illness has
    no own cap.
    """

    id: str
    label: str
    categories: tuple[Category, ...]
    route: Route
    care: str
    deductible: Figures
    ratio: Figures
    cap: Figures
    cap_serious: Figures
    tilt: str
    look_back: str
    apart: bool
    transition: bool
    once_a_year: bool
    keeps_year: bool
    clause: str
    quote: str
    cited: tuple[Cited, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class OtherRules:
    """Named categories the text sends to other rules: "按其他规定执行", never zero."""

    categories: tuple[Category, ...]
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Assistance:
    """Medical assistance. Every category the document names has a schedule or stands in ``other_rules``, not both.

    ``day_of_care``: whose aid a bill gets. ``hand_claims``: bills claimed by hand count for the year of the invoice.
    """

    identities: Clause | None
    day_of_care: Clause | None
    counted_once: CountedOnce | None
    hand_claims: Clause | None
    paid_first: PaidFirst
    referral: Clause | None
    transition: Clause | None
    extra_points: ExtraPoints | None
    care: tuple[Care, ...]
    look_back: tuple[LookBack, ...]
    tilt: tuple[Tilt, ...]
    schedules: tuple[Schedule, ...]
    other_rules: tuple[OtherRules, ...]


# --- premium support, critical-illness insurance --------------------------------------------------


@dataclass(frozen=True)
class Premium:
    """Premium support for some categories and years. ``share`` with SHARE, ``amount`` with FIXED, else ().

    ``tier``: the tier of contribution, in Chinese, "" for none. ``optional_shares``: shares of optional critical-illness
    premium paid in full besides.
    """

    id: str
    categories: tuple[Category, ...]
    kind: PremiumKind
    first: int | None
    last: int | None
    share: Figures
    amount: Figures
    tier: str
    optional_shares: int
    transition: bool
    clause: str
    quote: str
    cited: tuple[Cited, ...]
    readings: tuple[Reading, ...]

    def holds(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


@dataclass(frozen=True)
class PremiumFigure:
    """A figure the bureau records for each year as ``premium.<id>.<year>``: a premium (of one ``tier``, "" where there is one for
    all), the fiscal part, the price of an optional share."""

    id: str
    kind: PremiumFigureKind
    label: str
    tier: str
    clause: str
    quote: str
    readings: tuple[Reading, ...]

    @property
    def parameter(self) -> str:
        return f"premium.{self.id}"


@dataclass(frozen=True)
class PremiumSupport:
    """``figures``: what the bureau records for each year beside the rules' own figures.

    ``leavers_keep_year``: the clause by which who leaves stays supported for the year. ``joiners_next_year``: the one by which
    who is recognised within the year and has paid already is supported from the next. None where there is none."""

    identities: Clause | None
    leavers_keep_year: Clause | None
    joiners_next_year: Clause | None
    rules: tuple[Premium, ...]
    figures: tuple[PremiumFigure, ...] = ()

    def standard_of(self, tier: str) -> PremiumFigure | None:
        """The premium of a tier."""
        return next((one for one in self.figures if one.kind is PremiumFigureKind.STANDARD and one.tier == tier), None)

    def figure(self, kind: PremiumFigureKind) -> PremiumFigure | None:
        return next((one for one in self.figures if one.kind is kind), None)


@dataclass(frozen=True)
class Segment:
    """``ratio`` of the costs from ``above`` (included) to ``up_to`` (excluded; None: no end), for schemes of a prefix."""

    scheme: str
    above: Decimal
    up_to: Decimal | None
    ratio: Decimal


@dataclass(frozen=True)
class SchemeCare:
    """The care that counts for schemes of a prefix. ``specific_outpatient``: of chronic outpatient care the text counts only
    "特定" diseases and lists none: all of it, until the bureau records what counts (``local_figures``)."""

    scheme: str
    groups: tuple[str, ...]
    specific_outpatient: bool


@dataclass(frozen=True)
class SpecialDrugs:
    """Special drugs: ``ratio`` of what exceeds ``deductible``, up to ``cap`` a year, for everyone insured."""

    groups: tuple[str, ...]
    deductible: Decimal
    ratio: Decimal
    cap: Decimal
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class InsuranceTilt:
    """Better critical-illness terms: deductible times ``deductible_factor``, ratio plus ``points``, perhaps no cap."""

    categories: tuple[Category, ...]
    schemes: tuple[str, ...]
    deductible_factor: Decimal
    points: Decimal
    cap_lifted: bool
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class CriticalIllness:
    """Critical-illness insurance (大病保险) as far as the document says.

    ``segments`` hold for ``categories`` alone and are the whole calculation; for everybody else ``not_computable`` is the sentence
    to show. Where the text has ``care`` without segments, they are the bureau's to record (``insurance_terms``), for everybody,
    and ``tilt`` is reckoned against them; until then ``not_computable`` is said with the command. The base is the in-policy
    self-payment before any of ``added_back`` was paid; ``paid`` are the fund columns expected and actual are compared in.
    ``deductible`` and ``ratio`` are what the text says in general.
    """

    categories: tuple[Category, ...]
    segments: tuple[Segment, ...]
    care: tuple[SchemeCare, ...]
    added_back: tuple[str, ...]
    paid: tuple[str, ...]
    not_computable: str
    deductible: Figures
    ratio: Figures
    special_drugs: SpecialDrugs | None
    tilt: InsuranceTilt | None
    clause: str
    quote: str
    readings: tuple[Reading, ...]

    @property
    def computable(self) -> bool:
        """Whether anybody's insurance payment follows from the document alone: its segments, for ``categories``."""
        return bool(self.segments)

    @property
    def local(self) -> bool:
        """Whether deductible and segments are the bureau's to record."""
        return bool(self.care) and not self.segments

    @property
    def tilted_categories(self) -> tuple[Category, ...]:
        """Whose terms are better than everybody's."""
        return self.categories or (self.tilt.categories if self.tilt is not None else ())


# --- indicators, offers, days, recognition --------------------------------------------------------


@dataclass(frozen=True)
class Indicator:
    """Something a text wants kept: a ratio against ``limit``. ``needs``: tables it is reckoned from.

    ``levels``: hosp_lv codes it is about, () for all. ``stated``: whether the limit stands in the text as a number;
    otherwise it is a reading.
    """

    id: str
    label: str
    comparison: Comparison
    limit: Decimal
    needs: tuple[str, ...]
    levels: tuple[str, ...]
    stated: bool
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Offer:
    """What a text offers beside its schedules, and to whom (categories, ``ordinary`` among them)."""

    id: str
    kind: OfferKind
    categories: tuple[Category, ...]
    text: str
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Recognition:
    """How 因病致贫重病患者 are found. With INCOME_AFTER_BURDEN: (family income − household burden) / ``months`` /
    members strictly below the local dibao line, local hukou, property in order, none of ``excluded`` in force."""

    test: RecognitionTest
    excluded: tuple[Category, ...]
    months: int
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Provisions:
    """Everything a document gives beside warnings; None or () where its file has no such table."""

    assistance: Assistance | None = None
    premium_support: PremiumSupport | None = None
    critical_illness: CriticalIllness | None = None
    recognition: Recognition | None = None
    indicators: tuple[Indicator, ...] = ()
    offers: tuple[Offer, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    watches: tuple[Watch, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()

    def offered_to(self, categories: Set[Category]) -> tuple[Offer, ...]:
        """What the text offers people with any of the categories (``ordinary`` for none), in the text's order here."""
        return tuple(offer for offer in self.offers if categories & set(offer.categories))
