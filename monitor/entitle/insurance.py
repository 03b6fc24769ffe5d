"""Critical-illness insurance (大病保险) as far as a document gives it: what it should have paid, against what it paid.

Weihai writes its tilted segments out whole; the others give a tilt on terms that stand elsewhere, and cannot be computed.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from monitor.assess.explain import Frame, exact, money, plain
from monitor.assess.sql import sql as assess_sql
from monitor.entitle.calculation import over_the_year
from monitor.entitle.inputs import NEEDED, RATIO, YUAN, Rules, feed_lacks
from monitor.entitle.sql import sql
from monitor.errors import StoreError
from monitor.policy.codes import CareGroup
from monitor.policy.local_figures import INSURANCE_OUTPATIENT, INSURANCE_OUTPATIENT_CHOICES, recorded_value
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


def insured(store: Store, frame: Frame, provisional: bool) -> list[Row]:
    """Everybody the document says enough about: recognised people of its categories, and whoever had special drugs.

    ``expected`` is None for a scheme it gives no segments for. Empty where the document gives nothing to compute. Raises
    StoreError where a load of the year lacks a column: what a fund paid is not zero then.
    """
    critical = frame.asked.document.provisions.critical_illness
    if critical is None or not critical.computable:
        return []
    with over_the_year(store, frame, provisional) as (engine, rules):
        if sentence := feed_lacks(frame.known, rules, needed_by(critical)):
            raise StoreError(sentence)
        compute(engine, rules, critical)
        rows: list[Row] = engine.select("SELECT * FROM insured").to_pylist()
        names = look_up(store, frame.known, engine, [row["person"] for row in rows])
    _, said = specific_outpatient(rules)
    for row in rows:
        row["certno"], row["psn_name"] = names.get(row["person"], ("", ""))
        row["said"] = said if row["specific_base"] else ""
    return rows


def needed_by(critical: CriticalIllness) -> tuple[str, ...]:
    """The columns of settlements its base and payments are made of."""
    return tuple(dict.fromkeys((*NEEDED, *critical.added_back, *critical.paid)))


def specific_outpatient(rules: Rules) -> tuple[tuple[str, ...], str]:
    """The chronic outpatient care that counts where the text says "特定" and lists none, and the sentence that says so."""
    place = prefecture_of(rules.asked.document.region)
    recorded = recorded_value(rules.asked.document.recorded, INSURANCE_OUTPATIENT, rules.asked.as_of.year, place)
    counted = INSURANCE_OUTPATIENT_CHOICES[recorded or "all"]
    if recorded:
        named = "、".join(CareGroup(group).label for group in counted) or "都不计"
        return counted, f"居民特定门诊慢特病：已登记（{INSURANCE_OUTPATIENT}={recorded}），计入的是：{named}"
    return counted, f"居民特定门诊慢特病：尚未登记（{INSURANCE_OUTPATIENT}），按全部门诊慢特病计，可能偏高"


def _tables(engine: DuckEngine, rules: Rules, critical: CriticalIllness) -> None:
    """The document's side as tables."""
    specific, _ = specific_outpatient(rules)
    every = INSURANCE_OUTPATIENT_CHOICES["all"]
    text = pa.string()
    engine.table("tilted_categories", table_of({"category": text}, [{"category": one.value} for one in critical.categories]))
    engine.table(
        "segments",
        table_of(
            {"scheme": text, "above": YUAN, "up_to": YUAN, "ratio": RATIO},
            [{"scheme": s.scheme, "above": s.above, "up_to": s.up_to, "ratio": s.ratio} for s in critical.segments],
        ),
    )
    engine.table(
        "scheme_care",
        table_of(
            {"scheme": text, "care": text, "specific": pa.bool_(), "counts": pa.bool_()},
            [
                {"scheme": one.scheme, "care": care, "specific": (left := one.specific_outpatient and care in every),
                 "counts": not left or care in specific}
                for one in critical.care for care in one.groups
            ],
        ),
    )
    drugs = critical.special_drugs
    engine.table("drug_care", table_of({"care": text}, [{"care": care} for care in (drugs.groups if drugs else ())]))
    terms = {"deductible": drugs.deductible, "ratio": drugs.ratio, "cap": drugs.cap} if drugs else {}
    engine.table("drugs", table_of({"deductible": YUAN, "ratio": RATIO, "cap": YUAN}, [terms]))
    engine.table(
        "added",
        table_of(
            {**dict.fromkeys(_ADDED, pa.bool_()), "paid_hifmi": pa.bool_(), "paid_hifob": pa.bool_()},
            [{**{name: name in critical.added_back for name in _ADDED}, "paid_hifmi": "hifmi_pay" in critical.paid,
              "paid_hifob": "hifob_pay" in critical.paid}],
        ),
    )


def compute(engine: DuckEngine, rules: Rules, critical: CriticalIllness) -> None:
    """Tables ``tilted_people`` … ``insured``, over the settlements and identities in the engine."""
    _tables(engine, rules, critical)
    engine.make("tilted_people", sql("tilted_people"))
    engine.make("insured_care", sql("insured_care"))
    engine.make("candidates", sql("insured_candidates"))
    engine.make("registered", assess_sql("registered"))
    engine.make("insured_sums", sql("insured_sums"))
    engine.make("insured_segments", sql("insured_segments"))
    engine.make("insured", sql("insured"))


def told(engine: DuckEngine, known: Manifest, rules: Rules) -> Json:
    """One person's part of an explanation, over the tables ``calculation.one_person`` left; amounts are text."""
    critical = rules.asked.document.provisions.critical_illness
    if critical is None or not critical.computable:
        return {"computable": False, "sentence": critical.not_computable if critical else _SILENT}
    if sentence := feed_lacks(known, rules, needed_by(critical)):
        return {"computable": False, "sentence": sentence}
    compute(engine, rules, critical)
    rows = engine.select("SELECT * FROM insured").to_pylist()
    drugs, row = critical.special_drugs, rows[0] if rows else None
    if row is None or (row["expected"] is None) or not (row["tilted"] or row["drug_base"]):
        return {"computable": False, "sentence": critical.not_computable}
    segments = engine.select("SELECT * FROM insured_segments ORDER BY above").to_pylist()
    found: Json = {
        "computable": True, "sentence": "" if row["tilted"] else critical.not_computable,
        **{name: money(row[name]) for name in ("base", "drug_base", "segments_due", "drugs_due", "expected", "paid")},
        "difference": money(row["expected"] - row["paid"]),
        "base_working": f"{money(row['base_in_policy'])} ＋ {money(row['base_added'])} ＝ {money(row['base'])}",
        "segments": [
            {
                "above": money(one["above"]), "up_to": money(one["up_to"]), "ratio": plain(one["ratio"]),
                "within": money(one["within"]), "pays": exact(one["pays"]),
            }
            for one in segments if one["within"] > 0
        ],
        "drugs": "", "clause": critical.clause, "quote": critical.quote,
        "readings": [one.text for one in critical.readings],
    }
    if drugs and row["drug_base"]:
        over = f"max(0, {money(row['drug_base'])} − {money(drugs.deductible)})"
        found["drugs"] = f"min({money(drugs.cap)}, {plain(drugs.ratio)} × {over}) ＝ {money(row['drugs_due'])}"
        found["readings"] += [one.text for one in drugs.readings]
    if row["specific_base"]:
        found["readings"].append(specific_outpatient(rules)[1])
    return found
