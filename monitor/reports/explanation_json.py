"""An explanation as JSON: the one place that says which keys it has, in which order, and how amounts and days are written.

Amounts are text in yuan: two decimals, half up; those that are not rounded have at least two. Days are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from monitor.assess.amounts import exact, money, plain
from monitor.assess.duplicates import BECAUSE, Copy
from monitor.assess.explanation import (
    AMOUNT_COLUMNS,
    AppliedLine,
    Explanation,
    HeldIdentity,
    JudgedRule,
    OtherNumber,
    Person,
    TracedSettlement,
)
from monitor.base.vocabulary import Measure
from monitor.entitle.entitlement import Explained
from monitor.reports.entitlement_json import entitlement_json, labelled

Json = dict[str, object]


def explained_json(found: Explained) -> Json:
    """Both parts, as ``monitor explain --format json`` writes them."""
    return {**explanation_json(found.judged), "entitlement": entitlement_json(found.entitlement)}


def explanation_json(found: Explanation) -> Json:
    """How the run judged the person."""
    document = found.document
    return {
        "document": {
            "id": document.id, "title": document.title, "number": document.number,
            "status": document.status.value, "status_label": document.status.label,
        },
        "run": found.run, "as_of": found.as_of.isoformat(), "known_at": found.known_at,
        "trial": found.trial, "provisional": found.provisional,
        "window": {
            "from": found.window_from.isoformat(), "to": found.window_to.isoformat(), "label": document.window.label,
        },
        "person": _person(found.person),
        "numbers": [_number(one) for one in found.numbers],
        "identities": [_identity(one) for one in found.identities],
        "category": labelled(found.category),
        "verdict": found.verdict,
        "rules": [_rule(one) for one in found.rules],
        "settlements": [_settlement(one) for one in found.settlements],
        "suspected_duplicates": [_copy(one) for one in found.suspected_duplicates],
        "sums": _by_measure(found.sums),
    }


def _person(person: Person) -> Json:
    return {
        "certno": person.certno, "psn_name": person.psn_name, "insutype": person.insutype,
        "insutype_label": person.insutype_label, "insu_admdvs": person.insu_admdvs,
        "insu_admdvs_from": person.insu_admdvs_from, "inside": person.inside, "town": person.town,
        "deceased": person.deceased, "registered": person.registered, "psn_nos": person.psn_nos,
    }


def _number(one: OtherNumber) -> Json:
    return {"certno": one.certno, "psn_no": one.psn_no, "by": one.by, "join": one.join, "sentence": one.sentence}


def _identity(one: HeldIdentity) -> Json:
    return {
        "category": one.category.value, "label": one.category.label, "begin": one.begin.isoformat(),
        "recognised_on": _day(one.recognised_on), "end": _day(one.ended), "department": one.department,
        "risk_eliminated": one.risk_eliminated, "in_force": one.in_force, "named": one.named, "why": one.why,
    }


def _rule(judged: JudgedRule) -> Json:
    rule, crossing = judged.rule, judged.crossing
    return {
        "rule": rule.id, "kind": rule.kind.value, "kind_label": rule.kind.label, "applies": judged.applies, "why": judged.why,
        "category": judged.category.value if judged.category else None,
        "category_label": judged.category.label if judged.category else None,
        "measure": rule.measure.value, "measure_label": rule.measure.label, "measure_formula": rule.measure.definition,
        "burden": money(judged.burden),
        **_line(judged.line),
        "over": judged.over,
        "excess": money(judged.excess) if judged.excess is not None else None,
        "crossed_on": crossing.day.isoformat() if crossing else None,
        "crossing_setl_id": crossing.setl_id if crossing else None,
        "clause": rule.clause, "quote": rule.quote, "readings": list(judged.readings),
    }


def _line(line: AppliedLine | None) -> Json:
    """Keys of a rule that tell its line; null where there is none, or no benchmark."""
    if line is None:
        return {"line_text": "", "benchmark": None, "multiple": None, "threshold": None}
    income = line.income
    return {
        "line_text": line.text,
        "benchmark": {
            "region": income.region, "residents": income.residents.value, "residents_label": income.residents.label,
            "year": income.year, "amount": money(income.amount), "source": income.source,
            "published_on": income.published_on.isoformat() if income.published_on else "",
            "approved_by": income.approved_by, "provisional": line.provisional,
        } if income else None,
        "multiple": plain(line.multiple) if line.multiple is not None else None,
        "threshold": exact(line.threshold),
    }


def _settlement(one: TracedSettlement) -> Json:
    amounts = dict(zip(AMOUNT_COLUMNS, one.amount_columns(), strict=True))
    return {
        "setl_id": one.setl_id, "setl_time": one.setl_time.isoformat(sep=" "), "counted": one.counted,
        "reason": one.left_out_because, "reason_label": one.reason,
        "insutype": one.insutype, "med_type": one.med_type, "fixmedins_name": one.fixmedins_name,
        "refd_setl_flag": one.refd_setl_flag, "init_setl_id": one.init_setl_id, "vali_flag": one.vali_flag,
        "med_type_label": one.med_type_label,
        **{name: money(amount) if amount is not None else None for name, amount in amounts.items()},
        "amounts": _by_measure(one.amounts), "running": _by_measure(one.running), "tips": list(one.tips),
        "source": {
            "batch": one.source.batch, "file": one.source.file, "sheet": one.source.sheet, "line": one.source.line,
        },
    }


def _copy(one: Copy) -> Json:
    return {
        "setl_id": one.setl_id, "other_setl_id": one.first_setl_id, "setl_time": one.setl_time.isoformat(sep=" "),
        "psn_part_amt": money(one.psn_part_amt), "maf_pay": money(one.maf_pay), "because": one.because,
        "because_label": BECAUSE[one.because],
    }


def _by_measure(amounts: Mapping[Measure, Decimal] | Mapping[Measure, Decimal | None]) -> Json:
    return {measure.value: money(amount) for measure, amount in amounts.items()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
