"""Critical-illness insurance (大病保险): what it should have paid, against what it paid.

Weihai writes its tilted segments out whole. Elsewhere the bureau records its own deductible and segments for a year and scheme;
the tilt the text gives is reckoned against them. Better terms hold for bills of days somebody had the identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from monitor.assess.explain import Frame, exact, money, plain
from monitor.assess.inputs import districts_of, incomes_known
from monitor.assess.sql import sql as assess_sql
from monitor.base.errors import PolicyError, StoreError
from monitor.entitle.calculation import over_the_year
from monitor.entitle.inputs import NEEDED, RATIO, YUAN, Rules, feed_lacks
from monitor.entitle.sql import sql
from monitor.policy.codes import CareGroup
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

Row = dict[str, Any]
Json = dict[str, Any]
_SILENT = "本文件没有写大病保险"

#: The funds that can be added back, or count as what was paid.
_ADDED = ("maf_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay")


@dataclass(frozen=True)
class Insured:
    """``rows``: one a person, ``expected`` None where no terms are known; ``said``: what the whole list rests on."""

    rows: tuple[Row, ...]
    said: tuple[str, ...]


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
        rows: list[Row] = engine.select("SELECT * FROM insured").to_pylist()
        if critical.local:
            rows = [row for row in rows if row["tilted"] or row["expected"] or row["paid"]]
        names = look_up(store, frame.known, engine, [row["person"] for row in rows])
    _, said = specific_outpatient(rules)
    for row in rows:
        row["certno"], row["psn_name"] = names.get(row["person"], ("", ""))
        row["said"] = said if row["specific_base"] else ""
        row["deductible"], row["tilted_deductible"] = (
            next((one.deductible for one in year.terms if _holds(one, row, tilted)), None) for tilted in (False, True)
        )
    return Insured(tuple(rows), tuple(dict.fromkeys(said for said in (*(one.said for one in year.terms), year.missing) if said)))


def _holds(terms: Terms, row: Row, tilted: bool) -> bool:
    return (
        terms.tilted == tilted and row["insutype"].startswith(terms.scheme) and row["insu_admdvs"].startswith(terms.region_prefix)
    )


def year_terms(store: Store, known: Manifest, document: Any, year: int, provisional: bool) -> YearTerms:
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


def payment_share(engine: DuckEngine, known: Manifest, rules: Rules, critical: CriticalIllness, year: YearTerms) -> list[Row]:
    """What the insurance paid over what lies above the ordinary deductible, by region; rows of ``insurance_payment.sql``."""
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
    rows: list[Row] = engine.rows(sql("insurance_payment")).to_pylist()
    return rows


def told(engine: DuckEngine, known: Manifest, rules: Rules, year: YearTerms) -> Json:
    """One person's part of an explanation, over the tables ``calculation.one_person`` left; amounts are text."""
    critical = rules.asked.document.provisions.critical_illness
    if critical is None or not critical.care:
        return {"computable": False, "sentence": critical.not_computable if critical else _SILENT}
    if year.missing and not any(one.bands for one in year.terms):
        return {"computable": False, "sentence": f"{critical.not_computable}；{year.missing}"}
    if sentence := lacks(known, rules, critical):
        return {"computable": False, "sentence": sentence}
    compute(engine, known, rules, critical, year)
    rows = engine.select("SELECT * FROM insured").to_pylist()
    drugs, row = critical.special_drugs, rows[0] if rows else None
    if row is None or (row["expected"] is None) or not (critical.local or row["tilted"] or row["drug_base"]):
        return {"computable": False, "sentence": critical.not_computable if critical.computable else _nothing(row)}
    segments = engine.select("SELECT * FROM insured_segments ORDER BY tilted DESC, above").to_pylist()
    bases = {one["tilted"]: one["base"] for one in engine.select("SELECT tilted, base FROM insured_sums").to_pylist()}
    terms = [one for one in year.terms if one.tilted in bases and _holds(one, row, one.tilted)]
    from_drugs = f" ＋ {money(row['base_drugs'])}（特药付后）" if row["base_drugs"] else ""
    found: Json = {
        "computable": True, "sentence": critical.not_computable if critical.computable and not row["tilted"] else year.missing,
        **{name: money(row[name]) for name in ("base", "drug_base", "segments_due", "drugs_due", "expected", "paid")},
        "difference": money(row["expected"] - row["paid"]),
        "base_working": f"{money(row['base_in_policy'])} ＋ {money(row['base_added'])}{from_drugs} ＝ {money(row['base'])}",
        "segments": [
            {
                "above": money(one["above"]), "up_to": money(one["up_to"]), "ratio": plain(one["ratio"]),
                "within": money(one["within"]), "pays": exact(one["pays"]), "tilted": one["tilted"],
                "base": money(bases[one["tilted"]]),
            }
            for one in segments if one["within"] > 0
        ],
        "terms": [
            {
                "tilted": one.tilted, "deductible": money(one.deductible), "cap": money(one.cap), "base": money(bases[one.tilted]),
                "said": one.said,
            }
            for one in terms
        ],
        "drugs": "", "clause": critical.clause, "quote": critical.quote,
        "readings": [one.text for one in critical.readings],
    }
    if critical.tilt is not None and row["tilted"]:
        found["clause"], found["quote"] = critical.tilt.clause, critical.tilt.quote
        found["readings"] += [one.text for one in critical.tilt.readings]
    if drugs and row["drug_base"]:
        over = f"max(0, {money(row['drug_base'])} − {money(drugs.deductible)})"
        found["drugs"] = f"min({money(drugs.cap)}, {plain(drugs.ratio)} × {over}) ＝ {money(row['drugs_due'])}"
        found["readings"] += [*(one.text for one in drugs.readings), drugs_as(rules)[1]]
    if row["specific_base"]:
        found["readings"].append(specific_outpatient(rules)[1])
    return found


def _nothing(row: Row | None) -> str:
    return "此人没有计入大病保险的费用" if row is None else "此人的险种或参保地没有登记大病保险的分段标准，不能计算"
