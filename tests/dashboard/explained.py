"""An explanation as the pages get it, made from its JSON (explanation.json): what a test changes, it changes there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitor.assess.explanation import (
    AMOUNT_COLUMNS,
    AppliedLine,
    Crossing,
    Explanation,
    HeldIdentity,
    JudgedRule,
    Person,
    Source,
    TracedSettlement,
)
from monitor.base.vocabulary import AidMark, Category, Measure, Residents, Route, ShortfallReason
from monitor.entitle.entitlement import (
    AppliedSchedule,
    CaredSettlement,
    Due,
    Entitlement,
    Explained,
    RecognisedCategory,
    Step,
    Stretch,
)
from monitor.entitle.insurance_told import InsuranceTold
from monitor.policy.assistance import ScheduleRow
from monitor.policy.citing import Cited
from monitor.policy.codes import CareGroup
from monitor.policy.document import Document
from monitor.policy.incomes import Income
from monitor.policy.library import load_library
from monitor.policy.provisions import Offer, OfferKind

Json = dict[str, Any]


def explained(told: Json) -> Explained:
    return Explained(_judged(told), _entitlement(told["entitlement"]))


def _judged(told: Json) -> Explanation:
    document = load_library().get(told["document"]["id"])
    return Explanation(
        document=replace(document, title=told["document"]["title"], number=told["document"]["number"]),
        run=told["run"], as_of=date.fromisoformat(told["as_of"]), known_at=told["known_at"], trial=told["trial"],
        provisional=told["provisional"], window_from=date.fromisoformat(told["window"]["from"]),
        window_to=date.fromisoformat(told["window"]["to"]),
        person=Person(**{name: value for name, value in told["person"].items() if name != "insutype_label"}, inside=True),
        numbers=(), identities=tuple(map(_identity, told["identities"])), category=Category(told["category"]["id"]),
        verdict=told["verdict"], rules=tuple(_rule(document, one) for one in told["rules"]),
        settlements=tuple(map(_settlement, told["settlements"])), suspected_duplicates=(),
        sums={measure: Decimal(told["sums"][measure.value]) for measure in Measure},
    )


def _identity(one: Json) -> HeldIdentity:
    return HeldIdentity(
        category=Category(one["category"]), begin=date.fromisoformat(one["begin"]), recognised_on=None, ended=_day(one["end"]),
        department=one["department"], risk_eliminated=one["risk_eliminated"], in_force=one["in_force"], named=one["named"],
        why=one["why"],
    )


def _rule(document: Document, one: Json) -> JudgedRule:
    rule = replace(document.rule(one["rule"]), measure=Measure(one["measure"]), clause=one["clause"], quote=one["quote"])
    income = one["benchmark"] and Income(
        one["benchmark"]["region"], Residents(one["benchmark"]["residents"]), one["benchmark"]["year"],
        Decimal(one["benchmark"]["amount"]), one["benchmark"]["source"], date.fromisoformat(one["benchmark"]["published_on"]),
        one["benchmark"]["approved_by"],
    )
    return JudgedRule(
        rule=rule, applies=one["applies"], why=one["why"], category=Category(one["category"]) if one["category"] else None,
        burden=Decimal(one["burden"]),
        line=AppliedLine(one["line_text"], Decimal(one["threshold"]), income or None, _amount(one["multiple"]), False)
        if one["threshold"] else None,
        over=one["over"], excess=_amount(one["excess"]),
        crossing=Crossing(date.fromisoformat(one["crossed_on"]), one["crossing_setl_id"]) if one["crossed_on"] else None,
        readings=tuple(one["readings"]),
    )


def _settlement(one: Json) -> TracedSettlement:
    codes = ("insutype", "med_type", "med_type_label", "fixmedins_name", "refd_setl_flag", "init_setl_id", "vali_flag")
    source = one["source"]
    return TracedSettlement(
        setl_id=one["setl_id"], setl_time=datetime.fromisoformat(one["setl_time"]), left_out_because=one["reason"],
        reason=one["reason_label"], **{name: one.get(name, "") for name in codes},
        **{name: _amount(one[name]) for name in AMOUNT_COLUMNS},
        amounts={measure: _amount(one["amounts"].get(measure.value)) for measure in Measure},
        running={measure: _amount(one["running"].get(measure.value)) for measure in Measure},
        tips=tuple(one["tips"]), source=Source(source["batch"], source["file"], source.get("sheet", 1), source["line"]),
    )


def _entitlement(told: Json) -> Entitlement:
    offers = tuple(Offer("", OfferKind(one["kind"]), (), one["text"], one["clause"], one["quote"], ()) for one in told["offers"])
    assert not told["insurance"]["computable"]
    due = _due(told) if told["recognised"] else None
    return Entitlement(told["sentence"], due, offers, InsuranceTold(told["insurance"]["sentence"], None))


def _due(told: Json) -> Due:
    amounts = ("eligible", "aid", "tilt", "decided", "expected", "actual", "shortfall", "remaining", "recorded")
    schedules = {one["schedule"]: _row(one) for category in told["categories"] for one in category["schedules"]}
    assert told["application"] is None
    return Due(
        computed=told["computed"], bound=told["bound"], note=told["note"], category=Category(told["category"]["id"]),
        route=Route(told["route"]) if told["route"] else None, application=None,
        **{name: _amount(told[name]) for name in amounts},
        arithmetic=told["sum"], reason=ShortfallReason(told["reason"]) if told["reason"] else None,
        marks=tuple(AidMark(one["mark"]) for one in told["marks"]),
        stretches=tuple(
            Stretch(date.fromisoformat(one["from"]), date.fromisoformat(one["to"]),
                    tuple(Category(held["id"]) for held in one["categories"]), Category(one["taken"]) if one["taken"] else None)
            for one in told["stretches"]
        ),
        categories=tuple(map(_category, told["categories"])),
        care=tuple(_care(one, schedules) for one in told["care"]), assumed=tuple(told["assumed"]),
    )


def _category(one: Json) -> RecognisedCategory:
    return RecognisedCategory(
        category=Category(one["category"]), chosen=one["chosen"], by_identity=one["recognised_by"] == "identity",
        begin=_day(one["begin"]), ended=_day(one["ended"]), recognised_on=None, application=None, gives=_amount(one["gives"]),
        missing=one["missing"], why=one["why"], schedules=tuple(map(_schedule, one["schedules"])),
    )


def _schedule(one: Json) -> AppliedSchedule:
    amounts = ("ratio", "cap", "tilt_ratio", "counted", "taken_off", "eligible", "qualifying", "actual", "unreferred", "aid", "tilt")
    return AppliedSchedule(
        row=_row(one), first=date.fromisoformat(one["window"]["from"]), last=date.fromisoformat(one["window"]["to"]),
        reaches_back=one["window"]["why"], missing=one["missing"], figures_missing=not one["floor"], serious=one["serious"],
        child=one["child"], cap_reached=one["cap_reached"], tilt_cap_reached=one["tilt_cap_reached"],
        steps=tuple(Step(step["name"], step["label"], step["working"], Decimal(step["value"])) for step in one["steps"]),
        **{name: _amount(one[name]) for name in amounts},
    )


def _row(one: Json) -> ScheduleRow:
    """The document's side of a schedule, as far as a page shows it."""
    return ScheduleRow(
        schedule=one["schedule"], category=Category.ORDINARY, route=Route(one["route"]),
        care=tuple(group["group"] for group in one["care"]), deductible=_amount(one["deductible"]), ratio=_amount(one["ratio"]),
        cap=_amount(one["cap"]), cap_unlimited=False, cap_serious=None, tilt_threshold=_amount(one["tilt_threshold"]),
        tilt_ratio=_amount(one["tilt_ratio"]), tilt_cap=_amount(one["tilt_cap"]), tilt_cap_unlimited=False, has_tilt=True,
        tilt_needs_referral=False, tilt_within="", tilt_calendar_year=False, needs_referral=False, window=one["window"]["kind"],
        look_back_months=0, once_a_year=False, keeps_year=False, extra_points=Decimal(0), extra_points_on=(),
        extra_points_missing="", extra_points_under_age=None, deducted=(), paid_outside=False, until=None, missing="",
        clause=one["clause"], quote=one["quote"], reading=one["reading"], bounds=tuple(one["bounds"]), region_prefix="", year=2025,
        label=one["label"], apart=one["apart"], provisional=one["provisional"],
        cited=tuple(Cited(cited["about"], cited["clause"], cited["quote"]) for cited in one["cited"]),
    )


def _care(one: Json, schedules: dict[str, ScheduleRow]) -> CaredSettlement:
    texts = ("setl_id", "med_type", "med_type_label", "place", "referral", "referral_label", "working")
    return CaredSettlement(
        **{name: one[name] for name in texts}, setl_time=datetime.fromisoformat(one["setl_time"]),
        care_day=date.fromisoformat(one["care_day"]), identity=Category(one["identity"]) if one["identity"] else None,
        schedule=schedules.get(one["schedule"]), care=CareGroup(one["care"]) if one["care"] else None,
        in_policy=Decimal(one["in_policy"]), taken_off=Decimal(one["taken_off"]), maf_pay=Decimal(one["maf_pay"]),
        qualifies=one["qualifies"], why=one["reason"], reason=one["reason_label"],
    )


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
