"""One person's explanation as frozen values: found by ``explain``, shown by text, JSON and pages (reports, dashboard).

Amounts are yuan, to the cent unless a field says that it is not rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from monitor.assess.duplicates import Copy
from monitor.base.vocabulary import INSUTYPE_LABELS, Category, Measure
from monitor.policy.document import Document, Rule
from monitor.policy.incomes import Income


@dataclass(frozen=True)
class OtherNumber:
    """Another number under which rows of the person stand."""

    certno: str  #: "" where only a psn_no is known
    psn_no: str
    by: str  #: why it is the person's: register, sole, word or through
    join: str  #: the decided pair, "J12"; "" without one
    sentence: str


@dataclass(frozen=True)
class Person:
    """Who somebody is, as the register says it, else their latest settlement; text is "" where nobody told us."""

    certno: str
    psn_name: str
    insutype: str
    insu_admdvs: str
    insu_admdvs_from: str  #: register or settlement
    inside: bool  #: insured in the document's region
    town: str
    deceased: bool
    registered: bool
    psn_nos: int  #: how many psn_no the register has of them

    @property
    def insutype_label(self) -> str:
        return INSUTYPE_LABELS.get(self.insutype, self.insutype or "不明")


@dataclass(frozen=True)
class HeldIdentity:
    """One identity somebody had or has, and why it counts for the document or does not."""

    category: Category
    begin: date
    recognised_on: date | None
    ended: date | None  #: the last day in force; None: no end
    department: str
    risk_eliminated: bool | None
    in_force: bool  #: on as_of, and named by the document
    named: bool  #: the document names the category
    why: str


@dataclass(frozen=True)
class AppliedLine:
    """A rule's line where the person is insured. ``income`` and ``multiple`` are None for an absolute line."""

    text: str  #: the arithmetic in one line
    threshold: Decimal  #: not rounded
    income: Income | None
    multiple: Decimal | None
    provisional: bool  #: the income is the year before's


@dataclass(frozen=True)
class Crossing:
    """The settlement whose running sum was over a line first."""

    day: date
    setl_id: str


@dataclass(frozen=True)
class JudgedRule:
    """One rule of the document (its clause and quote in ``rule``) and what it comes to for the person."""

    rule: Rule
    applies: bool
    why: str
    category: Category | None  #: the identity the rule is applied for; None where it covers none of theirs
    burden: Decimal  #: in the rule's measure
    line: AppliedLine | None  #: None where the person's place has no line
    over: bool
    excess: Decimal | None  #: burden − threshold; below zero under the line; None where the rule does not cover them
    crossing: Crossing | None
    readings: tuple[str, ...]

    @property
    def threshold(self) -> Decimal | None:
        return self.line.threshold if self.line else None


@dataclass(frozen=True)
class Source:
    """Where a settlement was read."""

    batch: str
    file: str
    sheet: int
    line: int


@dataclass(frozen=True)
class TracedSettlement:
    """One settlement, counted or left out and why, and the sums up to and with it. Codes are "" where the export has none."""

    setl_id: str
    setl_time: datetime
    left_out_because: str  #: a key of ``reasons.LEFT_OUT``; "" where it counts
    reason: str  #: the same in words
    insutype: str
    med_type: str
    med_type_label: str
    fixmedins_name: str
    refd_setl_flag: str
    init_setl_id: str
    vali_flag: str
    psn_part_amt: Decimal | None
    maf_pay: Decimal | None
    fulamt_ownpay_amt: Decimal | None
    overlmt_selfpay: Decimal | None
    preselfpay_amt: Decimal | None
    amounts: Mapping[Measure, Decimal | None]  #: what it adds to each measure
    running: Mapping[Measure, Decimal | None]
    tips: tuple[str, ...]  #: ids of the rules whose line it crosses
    source: Source

    @property
    def counted(self) -> bool:
        return self.left_out_because == ""

    def amount_columns(self) -> tuple[Decimal | None, ...]:
        """The export's amounts an explanation shows, in the order of ``AMOUNT_COLUMNS``."""
        return self.psn_part_amt, self.maf_pay, self.fulamt_ownpay_amt, self.overlmt_selfpay, self.preselfpay_amt


#: The export's columns of ``TracedSettlement.amount_columns``.
AMOUNT_COLUMNS = ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")


@dataclass(frozen=True)
class Explanation:
    """How a run judged one person."""

    document: Document
    run: str
    as_of: date
    known_at: str
    trial: bool
    provisional: bool
    window_from: date
    window_to: date
    person: Person
    numbers: tuple[OtherNumber, ...]  #: besides the one the person is known by
    identities: tuple[HeldIdentity, ...]
    category: Category  #: of the rule they are over, else of the first that applies, else their first
    verdict: str
    rules: tuple[JudgedRule, ...]  #: every rule of the document, in its order
    settlements: tuple[TracedSettlement, ...]  #: in order of time
    suspected_duplicates: tuple[Copy, ...]  #: undecided, and counted
    sums: Mapping[Measure, Decimal]
