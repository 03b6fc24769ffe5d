"""What a document gives people, resolved for a date and a place: flat rows the entitlement SQL joins with.

``schedule_rows`` is medical assistance, ``premium_rows`` premium support; both read what the bureau recorded from a
document that ``parameters.settle`` made whole (``Document.recorded``). What does not depend on a date (critical-illness
insurance, indicators, offers) stands in ``document.provisions`` as it is (types in ``provisions``).

How rows combine: the rows of one category in one region look at different care, and add up (Dongyang's chronic-disease
outpatient aid is a row ``apart``). Of a person's categories the one that gives the most wins (就高不重复), ties by the
vocabulary's order of categories.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.policy.citing import Cited
from monitor.policy.document import Document
from monitor.policy.incomes import Incomes
from monitor.policy.provisions import PremiumKind
from monitor.vocabulary import Category, Route


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
    needs_referral: bool  #: outside the insured prefecture, care without proper referral is outside assistance altogether
    shared_cap: str  #: rows of one person with the same non-empty name share one annual cap
    window: str  #: a value of ``provisions.AidWindow``
    look_back_months: int  #: how far before application or recognition costs count; 0 with the calendar year
    extra_points: Decimal  #: added for people on the childhood-disease list, 0.05; 0 elsewhere
    extra_points_on: tuple[str, ...]  #: "ratio", "tilt_ratio": which ratios they raise, as the bureau chose
    extra_points_missing: str  #: the sentence for people on that list while the bureau has not chosen; else ""
    extra_points_under_age: int | None  #: they are for people younger than this on the day of settlement
    deducted: tuple[str, ...]  #: fund columns to take off the eligible amount first, not yet off psn_part_amt
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
    optional_shares: int
    leavers_keep_year: bool  #: who leaves the category stays supported for the year
    until: date | None  #: last day of the transition period; None: no end
    missing: str
    clause: str
    quote: str
    reading: str
    bounds: tuple[str, ...]
    region_prefix: str


def schedule_rows(
    document: Document, as_of: date, incomes: Incomes, districts: Set[str], *, provisional: bool = False
) -> tuple[ScheduleRow, ...]:
    """The assistance schedules of a (settled) document for the year of ``as_of``, in the order of schedules and categories.

    ``districts``: the six-digit insured districts of the data. One row a schedule, category and region: the document's
    whole region, or each pooling area of the data where a figure differs between them. ``provisional`` allows the income
    of the year before where the right one is missing. Nothing is raised: what cannot be computed says so in ``missing``.
    """
    raise NotImplementedError


def premium_rows(document: Document, year: int, districts: Set[str]) -> tuple[PremiumRow, ...]:
    """Premium support of a (settled) document for a year, one row a category and region."""
    raise NotImplementedError


def other_rules(document: Document) -> tuple[Category, ...]:
    """Named categories without a schedule: "按其他规定执行", never zero. Their words: ``provisions.other_rules``."""
    raise NotImplementedError
