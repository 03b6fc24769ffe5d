"""What one person is due, as frozen values: found by ``tell`` (telling.py), shown by text, JSON and pages (reports, dashboard).

Amounts are yuan, to the cent unless a field says that it is not rounded. Texts are Chinese; "" says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from monitor.assess.explanation import Explanation
from monitor.base.vocabulary import AidMark, ApplicationOutcome, Category, Route, ShortfallReason
from monitor.entitle.insurance_told import InsuranceTold
from monitor.policy.assistance import ScheduleRow
from monitor.policy.codes import CareGroup
from monitor.policy.provisions import Offer


@dataclass(frozen=True)
class Application:
    """An application for assistance."""

    applied_on: date
    outcome: ApplicationOutcome
    decided_on: date | None


@dataclass(frozen=True)
class Stretch:
    """Days with the same identities. ``taken``: the one whose aid the bills of these days get; None where none can be computed."""

    first: date
    last: date
    categories: tuple[Category, ...]
    taken: Category | None


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: ``working`` ＝ ``value``, which is not rounded."""

    name: str
    label: str
    working: str
    value: Decimal


@dataclass(frozen=True)
class AppliedSchedule:
    """One schedule of the document (figures, clause and quote in ``row``) and what it gives the person.

    Figures are not rounded, and None where the document or the bureau leaves them open or without limit.
    """

    row: ScheduleRow
    first: date  #: the days whose costs count
    last: date
    reaches_back: str  #: why days before the identity count
    missing: str  #: what nobody told us that the sum hangs on
    figures_missing: bool  #: nothing can be computed; else what is missing could only give more
    ratio: Decimal | None  #: with what a childhood disease adds
    cap: Decimal | None  #: of the year, by the person's marks
    serious: bool  #: they have a serious-illness mark
    child: bool  #: they have a childhood disease
    tilt_ratio: Decimal | None
    counted: Decimal | None  #: what counts, before other insurance's payments come off
    taken_off: Decimal | None
    eligible: Decimal | None
    qualifying: Decimal | None  #: what of it the tilt looks at
    actual: Decimal | None
    unreferred: Decimal | None
    aid: Decimal | None  #: not rounded, as ``tilt``; None where figures are missing
    tilt: Decimal | None
    cap_reached: bool
    tilt_cap_reached: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class RecognisedCategory:
    """A category the document recognises the person in."""

    category: Category
    chosen: bool  #: its aid is taken for bills of some day (就高不重复)
    by_identity: bool  #: else by an application
    begin: date | None
    ended: date | None
    recognised_on: date | None  #: as a list says it
    application: Application | None
    gives: Decimal | None  #: not rounded; what it gives, or would alone where it is not taken
    missing: str
    why: str  #: why it has no schedule of its own here
    schedules: tuple[AppliedSchedule, ...]


@dataclass(frozen=True)
class CaredSettlement:
    """One settlement, the identity and schedule that aid it, and whether it counts. Codes are "" where the export has none."""

    setl_id: str
    setl_time: datetime
    care_day: date
    identity: Category | None
    schedule: ScheduleRow | None
    med_type: str
    med_type_label: str
    care: CareGroup | None  #: None: the table of codes does not know the kind of care
    place: str
    referral: str  #: a key of ``telling.REFERRAL`` or ""
    referral_label: str
    working: str  #: the arithmetic of ``in_policy``
    in_policy: Decimal
    taken_off: Decimal
    maf_pay: Decimal | None
    qualifies: bool  #: for the tilt
    why: str  #: a key of ``telling.WHY``; "" where it counts
    reason: str  #: the same in words

    @property
    def counted(self) -> bool:
        return self.why == ""


@dataclass(frozen=True)
class Due:
    """What somebody the document recognises is due in the year. Amounts are None where they cannot be computed."""

    computed: bool
    bound: str  #: exact, or at_least where something is missing that could only give more; "" where not computed
    note: str
    category: Category  #: that gives most
    route: Route | None
    application: Application | None
    eligible: Decimal | None  #: self-payment within the policy, before aid
    aid: Decimal | None
    tilt: Decimal | None
    decided: Decimal | None  #: by decisions of single cases
    expected: Decimal | None
    actual: Decimal | None
    shortfall: Decimal | None
    remaining: Decimal | None  #: what is left to the person after aid
    recorded: Decimal | None  #: of ``actual``, what is recorded as assistance alone
    arithmetic: str  #: the last line, from unrounded parts to cents
    reason: ShortfallReason | None  #: why less was paid
    marks: tuple[AidMark, ...]
    stretches: tuple[Stretch, ...]
    categories: tuple[RecognisedCategory, ...]  #: those taken first
    care: tuple[CaredSettlement, ...]  #: in order of time
    assumed: tuple[str, ...]  #: what the result takes for granted


@dataclass(frozen=True)
class Entitlement:
    """The entitlement part of an explanation. ``due`` is None where the document does not recognise the person; ``sentence``
    says so, or why nothing can be computed."""

    sentence: str
    due: Due | None
    offers: tuple[Offer, ...]  #: what the text gives besides money by schedule
    insurance: InsuranceTold


@dataclass(frozen=True)
class Explained:
    """Both parts of one person's explanation: how the run judged them, what they are due."""

    judged: Explanation
    entitlement: Entitlement
