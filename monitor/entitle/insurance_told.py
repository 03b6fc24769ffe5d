"""Critical-illness insurance of one person, as frozen values. Amounts are yuan, to the cent unless told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class SegmentPaid:
    """One segment of the base and what it pays."""

    above: Decimal
    up_to: Decimal | None  #: None: no upper end
    ratio: Decimal
    within: Decimal  #: of the base
    pays: Decimal  #: not rounded
    tilted: bool  #: of the better terms
    base: Decimal  #: under these terms


@dataclass(frozen=True)
class TermsHeld:
    """The terms the person's bills fall under; ``said``: where they come from, or ""."""

    tilted: bool
    deductible: Decimal
    cap: Decimal | None
    base: Decimal
    said: str


@dataclass(frozen=True)
class InsuranceSum:
    """What the insurance should have paid, and did."""

    base: Decimal
    drug_base: Decimal
    segments_due: Decimal | None
    drugs_due: Decimal
    expected: Decimal
    paid: Decimal
    base_working: str  #: the arithmetic of ``base``
    segments: tuple[SegmentPaid, ...]
    terms: tuple[TermsHeld, ...]
    drugs_working: str  #: the arithmetic of ``drugs_due``; "" without special drugs
    clause: str
    quote: str
    readings: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        return self.expected - self.paid


@dataclass(frozen=True)
class InsuranceTold:
    """``sentence``: why there is no sum, or what the sum lacks; "" where nothing is to be said."""

    sentence: str
    sum: InsuranceSum | None
