"""The entitlement part of an explanation as JSON: its keys, their order, how amounts and days are written (see explanation_json)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from monitor.assess.amounts import exact, money, plain
from monitor.base.vocabulary import Word
from monitor.entitle.entitlement import (
    Application,
    AppliedSchedule,
    CaredSettlement,
    Due,
    Entitlement,
    RecognisedCategory,
    Step,
    Stretch,
)
from monitor.entitle.insurance_told import InsuranceTold
from monitor.policy.codes import CareGroup
from monitor.policy.provisions import AidWindow, Offer
from monitor.reports.entitlement_text import UNKNOWN_CARE

Json = dict[str, object]


def entitlement_json(found: Entitlement) -> Json:
    """``recognised`` is false where the document does not recognise the person; then only what the text offers is there."""
    offers, insurance = [_offer(one) for one in found.offers], _insurance(found.insurance)
    if found.due is None:
        return {"recognised": False, "sentence": found.sentence, "offers": offers, "insurance": insurance}
    return {**_due(found.due, found.sentence), "offers": offers, "insurance": insurance}


def _due(due: Due, sentence: str) -> Json:
    return {
        "recognised": True, "computed": due.computed, "sentence": sentence, "bound": due.bound, "note": due.note,
        "category": labelled(due.category),
        "route": due.route.value if due.route else "", "route_label": _label(due.route),
        "application": _application(due.application),
        "eligible": money(due.eligible), "aid": money(due.aid), "tilt": money(due.tilt), "decided": money(due.decided),
        "expected": money(due.expected), "actual": money(due.actual), "shortfall": money(due.shortfall),
        "remaining": money(due.remaining), "recorded": money(due.recorded),
        "sum": due.arithmetic,
        "reason": due.reason.value if due.reason else "", "reason_label": _label(due.reason),
        "reason_definition": due.reason.definition if due.reason else "",
        "marks": [{"mark": mark.value, "label": mark.label, "definition": mark.definition} for mark in due.marks],
        "stretches": [_stretch(one) for one in due.stretches],
        "categories": [_category(one) for one in due.categories],
        "care": [_care(one) for one in due.care],
        "assumed": list(due.assumed),
    }


def labelled(word: Word) -> Json:
    return {"id": word.value, "label": word.label}


def _stretch(one: Stretch) -> Json:
    return {
        "from": one.first.isoformat(), "to": one.last.isoformat(), "categories": [labelled(held) for held in one.categories],
        "taken": one.taken.value if one.taken else "", "taken_label": _label(one.taken),
    }


def _category(one: RecognisedCategory) -> Json:
    return {
        "category": one.category.value, "label": one.category.label, "chosen": one.chosen,
        "recognised_by": "identity" if one.by_identity else "application",
        "begin": _day(one.begin), "ended": _day(one.ended), "recognised_on": _day(one.recognised_on),
        "application": _application(one.application),
        "gives": _exact(one.gives), "missing": one.missing, "why": one.why,
        "schedules": [_schedule(schedule) for schedule in one.schedules],
    }


def _schedule(one: AppliedSchedule) -> Json:
    row = one.row
    return {
        "schedule": row.schedule, "label": row.label, "route": row.route.value, "route_label": row.route.label,
        "apart": row.apart, "care": [{"group": care, "label": CareGroup(care).label} for care in row.care],
        "window": {
            "from": one.first.isoformat(), "to": one.last.isoformat(), "kind": str(row.window),
            "label": AidWindow(row.window).definition, "why": one.reaches_back,
        },
        "clause": row.clause, "quote": row.quote, "reading": row.reading, "bounds": list(row.bounds),
        "cited": [{"about": cited.about, "clause": cited.clause, "quote": cited.quote} for cited in row.cited],
        "provisional": row.provisional, "missing": one.missing, "floor": not one.figures_missing,
        "deductible": _exact(row.deductible), "ratio": _plain(one.ratio), "cap": _exact(one.cap),
        "serious": one.serious, "child": one.child,
        "tilt_threshold": _exact(row.tilt_threshold) if row.has_tilt else "", "tilt_ratio": _plain(one.tilt_ratio),
        "tilt_cap": "" if not row.has_tilt or row.tilt_cap_unlimited else _exact(row.tilt_cap),
        "counted": money(one.counted), "taken_off": money(one.taken_off), "eligible": money(one.eligible),
        "qualifying": money(one.qualifying), "actual": money(one.actual), "unreferred": money(one.unreferred),
        "aid": _exact(one.aid), "tilt": _exact(one.tilt),
        "cap_reached": one.cap_reached, "tilt_cap_reached": one.tilt_cap_reached,
        "steps": [_step(step) for step in one.steps],
    }


def _step(step: Step) -> Json:
    return {"name": step.name, "label": step.label, "working": step.working, "value": exact(step.value)}


def _care(one: CaredSettlement) -> Json:
    return {
        "setl_id": one.setl_id, "setl_time": one.setl_time.isoformat(sep=" "), "care_day": one.care_day.isoformat(),
        "identity": one.identity.value if one.identity else "", "identity_label": _label(one.identity),
        "schedule": one.schedule.schedule if one.schedule else "", "schedule_label": one.schedule.label if one.schedule else "",
        "med_type": one.med_type, "care": one.care.value if one.care else "", "med_type_label": one.med_type_label,
        "care_label": one.care.label if one.care else UNKNOWN_CARE,
        "place": one.place, "referral": one.referral, "referral_label": one.referral_label, "working": one.working,
        "in_policy": money(one.in_policy), "taken_off": money(one.taken_off), "maf_pay": money(one.maf_pay),
        "counted": one.counted, "qualifies": one.qualifies, "reason": one.why, "reason_label": one.reason,
    }


def _application(one: Application | None) -> Json | None:
    if one is None:
        return None
    return {
        "applied_on": one.applied_on.isoformat(), "outcome": one.outcome.value, "outcome_label": one.outcome.label,
        "decided_on": _day(one.decided_on),
    }


def _offer(one: Offer) -> Json:
    return {"kind": one.kind.value, "label": one.kind.label, "text": one.text, "clause": one.clause, "quote": one.quote}


def _insurance(told: InsuranceTold) -> Json:
    """``computable`` is false where there is no sum; then only the sentence is there."""
    if told.sum is None:
        return {"computable": False, "sentence": told.sentence}
    found = told.sum
    return {
        "computable": True, "sentence": told.sentence,
        "base": money(found.base), "drug_base": money(found.drug_base), "segments_due": money(found.segments_due),
        "drugs_due": money(found.drugs_due), "expected": money(found.expected), "paid": money(found.paid),
        "difference": money(found.difference),
        "base_working": found.base_working,
        "segments": [
            {
                "above": money(one.above), "up_to": money(one.up_to), "ratio": plain(one.ratio), "within": money(one.within),
                "pays": exact(one.pays), "tilted": one.tilted, "base": money(one.base),
            }
            for one in found.segments
        ],
        "terms": [
            {
                "tilted": one.tilted, "deductible": money(one.deductible), "cap": money(one.cap), "base": money(one.base),
                "said": one.said,
            }
            for one in found.terms
        ],
        "drugs": found.drugs_working, "clause": found.clause, "quote": found.quote, "readings": list(found.readings),
    }


def _label(word: Word | None) -> str:
    return word.label if word else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _exact(amount: Decimal | None) -> str:
    return "" if amount is None else exact(amount)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else plain(number)
