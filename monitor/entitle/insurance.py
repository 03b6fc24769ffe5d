"""Critical-illness insurance (大病保险): what it should have paid, against what it paid.

Weihai writes its tilted segments out whole. Elsewhere the bureau records its own deductible and segments for a year and scheme;
the tilt the text gives is reckoned against them. Better terms hold for bills of days somebody had the identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from monitor.assess.amounts import money, plain
from monitor.assess.frames import Frame
from monitor.assess.inputs import districts_of, incomes_known
from monitor.assess.sql import sql as assess_sql
from monitor.base.errors import PolicyError, StoreError
from monitor.entitle.calculation import over_the_year
from monitor.entitle.inputs import NEEDED, RATIO, YUAN, Rules, feed_lacks
from monitor.entitle.insurance_told import InsuranceSum, InsuranceTold, SegmentPaid, TermsHeld
from monitor.entitle.sql import sql
from monitor.policy.codes import CareGroup
from monitor.policy.document import Document
from monitor.policy.insurance_terms import Terms, YearTerms, terms_of
from monitor.policy.local_figures import (
    INSURANCE_DRUGS,
    INSURANCE_OUTPATIENT,
    INSURANCE_OUTPATIENT_CHOICES,
    recorded_value,
)
from monitor.policy.provisions import CriticalIllness
from monitor.policy.regions import prefecture_of
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest
from monitor.store.names import look_up
from monitor.store.records import records

_SILENT = "本文件没有写大病保险"

#: The funds that can be added back, or count as what was paid.
_ADDED = ("maf_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay")


@dataclass(frozen=True)
class InsuredRow:
    """A row of ``insured.sql``: one person of the document's region. ``segments_due`` and ``expected`` are None where no terms are
    known."""

    person: Decimal
    tilted: bool  #: had the better terms for bills of some day
    insutype: str
    insu_admdvs: str
    base: Decimal
    tilted_base: Decimal
    base_in_policy: Decimal
    base_added: Decimal
    base_drugs: Decimal
    drug_base: Decimal
    paid: Decimal
    specific_base: bool  #: has care of which the text counts only some
    segments_due: Decimal | None
    drugs_due: Decimal
    expected: Decimal | None


@dataclass(frozen=True)
class _Segment:
    """A row of ``insured_segments.sql``."""

    tilted: bool
    above: Decimal
    up_to: Decimal | None
    ratio: Decimal
    within: Decimal
    pays: Decimal


@dataclass(frozen=True)
class InsuredPerson:
    """A row of the list. ``said``: what the person's sum rests on; the deductibles are None where nobody recorded them."""

    row: InsuredRow
    certno: str
    psn_name: str
    said: str
    deductible: Decimal | None
    tilted_deductible: Decimal | None


@dataclass(frozen=True)
class Insured:
    """``people``: one a person; ``said``: what the whole list rests on."""

    people: tuple[InsuredPerson, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class PaymentShare:
    """A row of ``insurance_payment.sql``: what the insurance paid in a region over what lies above its ordinary deductible."""

    region_prefix: str
    paid: Decimal
    above: Decimal
    people: int
    paid_below: Decimal


def insured(store: Store, frame: Frame, provisional: bool) -> Insured:
    """Everybody whose terms are known and who had the better ones, is due anything or was paid anything; special drugs of everybody.

    Raises PolicyError where the document gives nothing to compute, or nothing is recorded yet (the sentence with the command);
    StoreError where a load of the year lacks a column: what a fund paid is not zero then.
    """
    critical = frame.asked.document.provisions.critical_illness
    if critical is None or not critical.care:
        raise PolicyError(f"文件 {frame.asked.document.id}：{critical.not_computable if critical else _SILENT}")
    year = year_terms(store, frame.known, frame.asked.document, frame.asked.as_of.year, provisional)
    if year.missing and not any(one.bands for one in year.terms):
        raise PolicyError(f"文件 {frame.asked.document.id}：{critical.not_computable}；{year.missing}")
    with over_the_year(store, frame, provisional) as (engine, rules):
        if sentence := lacks(frame.known, rules, critical):
            raise StoreError(sentence)
        compute(engine, frame.known, rules, critical, year)
        rows = records(engine.select("SELECT * FROM insured"), InsuredRow)
        if critical.local:
            rows = [row for row in rows if row.tilted or row.expected or row.paid]
        names = look_up(store, frame.known, engine, [row.person for row in rows])
    _, said = specific_outpatient(rules)
    people = tuple(
        InsuredPerson(
            row, *names.get(row.person, ("", "")), said if row.specific_base else "",
            _deductible(year, row, tilted=False), _deductible(year, row, tilted=True),
        )
        for row in rows
    )
    return Insured(people, tuple(dict.fromkeys(said for said in (*(one.said for one in year.terms), year.missing) if said)))


def _holds(terms: Terms, row: InsuredRow, tilted: bool) -> bool:
    return terms.tilted == tilted and row.insutype.startswith(terms.scheme) and row.insu_admdvs.startswith(terms.region_prefix)


def _deductible(year: YearTerms, row: InsuredRow, *, tilted: bool) -> Decimal | None:
    return next((one.deductible for one in year.terms if _holds(one, row, tilted)), None)


def year_terms(store: Store, known: Manifest, document: Document, year: int, provisional: bool) -> YearTerms:
    """The terms of the (settled) document for a year, on the incomes and districts known."""
    return terms_of(document, year, districts_of(known), incomes_known(store, known), provisional)


def lacks(known: Manifest, rules: Rules, critical: CriticalIllness) -> str:
    """Why base and payments cannot be had, in one sentence; "" where they can."""
    if added_by_sum(known, rules, critical):
        return ""
    return feed_lacks(known, rules, tuple(dict.fromkeys((*NEEDED, *critical.added_back, *critical.paid))))


def added_by_sum(known: Manifest, rules: Rules, critical: CriticalIllness) -> bool:
    """Whether an export without all funds has their sum instead: what all but basic insurance paid is the sum without hifp_pay. Only
    where everybody's terms are recorded, which are of what is left after basic insurance."""
    by_fund = (*NEEDED, *critical.added_back, *critical.paid)
    by_sum = (*NEEDED, "fund_pay_sumamt", "hifp_pay", *critical.paid)
    return critical.local and bool(feed_lacks(known, rules, by_fund)) and not feed_lacks(known, rules, by_sum)


def specific_outpatient(rules: Rules) -> tuple[tuple[str, ...], str]:
    """The chronic outpatient care that counts where the text says "特定" and lists none, and the sentence that says so."""
    recorded = _recorded(rules, INSURANCE_OUTPATIENT)
    counted = INSURANCE_OUTPATIENT_CHOICES[recorded or "all"]
    if recorded:
        named = "、".join(CareGroup(group).label for group in counted) or "都不计"
        return counted, f"居民特定门诊慢特病：已登记（{INSURANCE_OUTPATIENT}），计入的是：{named}"
    return counted, f"居民特定门诊慢特病：尚未登记（{INSURANCE_OUTPATIENT}），按全部门诊慢特病计，可能偏高"


def drugs_as(rules: Rules) -> tuple[str, str]:
    """What special drugs are where the text has 特药 and 高值药品 (``local_figures.INSURANCE_DRUGS``), and the sentence."""
    recorded = _recorded(rules, INSURANCE_DRUGS)
    words = {
        "special": "医疗类别 15 按特药付，不进分段", "segments": "医疗类别 15 是高值药品，进分段，不按特药付",
        "remainder": "医疗类别 15 先按特药付，余下个人负担的进分段",
    }
    state = f"已登记（{INSURANCE_DRUGS}）" if recorded else f"尚未登记（{INSURANCE_DRUGS}）"
    return recorded or "special", f"高值药品：{state}，{words[recorded or 'special']}"


def _recorded(rules: Rules, name: str) -> str:
    document = rules.asked.document
    return recorded_value(document.recorded, name, rules.asked.as_of.year, prefecture_of(document.region))


def _tables(engine: DuckEngine, known: Manifest, rules: Rules, critical: CriticalIllness, year: YearTerms) -> None:
    """The document's side as tables."""
    specific, _ = specific_outpatient(rules)
    every = INSURANCE_OUTPATIENT_CHOICES["all"]
    special = critical.special_drugs
    chosen = drugs_as(rules)[0] if special else ""
    drugs = special if chosen != "segments" else None
    text, flag = pa.string(), pa.bool_()
    engine.table(
        "tilted_categories", table_of({"category": text}, [{"category": one.value} for one in critical.tilted_categories])
    )
    where = {"scheme": text, "region_prefix": text, "tilted": flag}
    keys = [{"scheme": one.scheme, "region_prefix": one.region_prefix, "tilted": one.tilted} for one in year.terms]
    engine.table(
        "segments",
        table_of(
            {**where, "above": YUAN, "up_to": YUAN, "ratio": RATIO},
            [
                {**key, "above": band.above, "up_to": band.up_to, "ratio": band.ratio}
                for key, one in zip(keys, year.terms, strict=True) for band in one.bands
            ],
        ),
    )
    caps = [{**key, "cap": one.cap} for key, one in zip(keys, year.terms, strict=True)]
    engine.table("insured_caps", table_of({**where, "cap": YUAN}, caps))
    floor = [{"amount": min(one.deductible for one in year.terms)}] if year.terms else [{"amount": Decimal(0)}]
    engine.table("insured_floor", table_of({"amount": YUAN}, floor))
    engine.table(
        "scheme_care",
        table_of(
            {"scheme": text, "care": text, "specific": flag, "counts": flag},
            [
                {"scheme": one.scheme, "care": care, "specific": (left := one.specific_outpatient and care in every),
                 "counts": not left or care in specific}
                for one in critical.care
                for care in (*one.groups, *(special.groups if special and chosen == "segments" else ()))
            ],
        ),
    )
    engine.table("drug_care", table_of({"care": text}, [{"care": care} for care in (drugs.groups if drugs else ())]))
    given = {"deductible": drugs.deductible, "ratio": drugs.ratio, "cap": drugs.cap} if drugs else {}
    columns = {"deductible": YUAN, "ratio": RATIO, "cap": YUAN, "remainder": flag}
    engine.table("drugs", table_of(columns, [{**given, "remainder": chosen == "remainder"}]))
    engine.table(
        "added",
        table_of(
            {**dict.fromkeys(_ADDED, flag), "paid_hifmi": flag, "paid_hifob": flag, "everybody": flag, "by_sum": flag},
            [{**{name: name in critical.added_back for name in _ADDED}, "paid_hifmi": "hifmi_pay" in critical.paid,
              "paid_hifob": "hifob_pay" in critical.paid, "everybody": critical.local,
              "by_sum": added_by_sum(known, rules, critical)}],
        ),
    )


def add_up(engine: DuckEngine, known: Manifest, rules: Rules, critical: CriticalIllness, year: YearTerms) -> None:
    """Tables ``tilted_spells`` … ``insured_sums``, over the settlements and ``identity_spells`` in the engine."""
    _tables(engine, known, rules, critical, year)
    engine.make("tilted_spells", sql("tilted_spells"))
    # Read once, where the groups are made of it: everybody's year is too much to hold.
    engine.view("insured_care", sql("insured_care"))
    engine.make("insured_groups", sql("insured_groups"))
    engine.make("candidates", sql("insured_candidates"))
    engine.make("registered", assess_sql("registered"))
    engine.make("insured_sums", sql("insured_sums"))


def compute(engine: DuckEngine, known: Manifest, rules: Rules, critical: CriticalIllness, year: YearTerms) -> None:
    """Tables ``tilted_spells`` … ``insured``."""
    add_up(engine, known, rules, critical, year)
    engine.make("insured_segments", sql("insured_segments"))
    engine.make("insured", sql("insured"))


def payment_share(
    engine: DuckEngine, known: Manifest, rules: Rules, critical: CriticalIllness, year: YearTerms
) -> list[PaymentShare]:
    """What the insurance paid over what lies above the ordinary deductible, by region."""
    add_up(engine, known, rules, critical, year)
    text = pa.string()
    engine.table(
        "insured_deductibles",
        table_of(
            {"scheme": text, "region_prefix": text, "deductible": YUAN},
            [
                {"scheme": one.scheme, "region_prefix": one.region_prefix, "deductible": one.deductible}
                for one in year.terms if not one.tilted
            ],
        ),
    )
    return records(engine.rows(sql("insurance_payment")), PaymentShare)


def told(engine: DuckEngine, known: Manifest, rules: Rules, year: YearTerms) -> InsuranceTold:
    """One person's part of an explanation, over the tables ``calculation.one_person`` left."""
    critical = rules.asked.document.provisions.critical_illness
    if critical is None or not critical.care:
        return InsuranceTold(critical.not_computable if critical else _SILENT, None)
    if year.missing and not any(one.bands for one in year.terms):
        return InsuranceTold(f"{critical.not_computable}；{year.missing}", None)
    if sentence := lacks(known, rules, critical):
        return InsuranceTold(sentence, None)
    compute(engine, known, rules, critical, year)
    row = next(iter(records(engine.select("SELECT * FROM insured"), InsuredRow)), None)
    if row is None or row.expected is None or not (critical.local or row.tilted or row.drug_base):
        return InsuranceTold(critical.not_computable if critical.computable else _nothing(row), None)
    bases: dict[bool, Decimal] = dict(engine.execute("SELECT tilted, base FROM insured_sums").fetchall())
    from_drugs = f" ＋ {money(row.base_drugs)}（特药付后）" if row.base_drugs else ""
    clause = critical.tilt if critical.tilt is not None and row.tilted else critical
    return InsuranceTold(
        critical.not_computable if critical.computable and not row.tilted else year.missing,
        InsuranceSum(
            base=row.base, drug_base=row.drug_base, segments_due=row.segments_due, drugs_due=row.drugs_due,
            expected=row.expected, paid=row.paid,
            base_working=f"{money(row.base_in_policy)} ＋ {money(row.base_added)}{from_drugs} ＝ {money(row.base)}",
            segments=tuple(
                SegmentPaid(one.above, one.up_to, one.ratio, one.within, one.pays, one.tilted, bases[one.tilted])
                for one in records(engine.select("SELECT * FROM insured_segments ORDER BY tilted DESC, above"), _Segment)
                if one.within > 0
            ),
            terms=tuple(
                TermsHeld(one.tilted, one.deductible, one.cap, bases[one.tilted], one.said)
                for one in year.terms if one.tilted in bases and _holds(one, row, one.tilted)
            ),
            drugs_working=_drugs_working(critical, row), clause=clause.clause, quote=clause.quote,
            readings=tuple(_readings(rules, critical, row)),
        ),
    )


def _drugs_working(critical: CriticalIllness, row: InsuredRow) -> str:
    drugs = critical.special_drugs
    if not drugs or not row.drug_base:
        return ""
    over = f"max(0, {money(row.drug_base)} − {money(drugs.deductible)})"
    return f"min({money(drugs.cap)}, {plain(drugs.ratio)} × {over}) ＝ {money(row.drugs_due)}"


def _readings(rules: Rules, critical: CriticalIllness, row: InsuredRow) -> list[str]:
    """What the person's sum rests on of what the text leaves open."""
    readings = [one.text for one in critical.readings]
    if critical.tilt is not None and row.tilted:
        readings += [one.text for one in critical.tilt.readings]
    if critical.special_drugs and row.drug_base:
        readings += [*(one.text for one in critical.special_drugs.readings), drugs_as(rules)[1]]
    return [*readings, specific_outpatient(rules)[1]] if row.specific_base else readings


def _nothing(row: InsuredRow | None) -> str:
    return "此人没有计入大病保险的费用" if row is None else "此人的险种或参保地没有登记大病保险的分段标准，不能计算"
