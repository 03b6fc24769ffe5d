"""Assistance once more, in slow and obvious Python, to hold against the SQL: one person at a time, no joins.

It shares the schedules' figures with the program and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext
from typing import Any

from reference import ORDER

from monitor.policy.assistance import ScheduleRow

getcontext().prec = 60
Row = Mapping[str, Any]
CENT = Decimal("0.01")
ZERO = Decimal(0)
CARE = {"11": "outpatient", "14": "chronic_outpatient", "15": "special_drug", "21": "inpatient", "28": "inpatient",
        "41": "pharmacy", "91": "other", "9118": "assistance_record"}


@dataclass(frozen=True)
class Due:
    """What somebody is owed, in cents; None where nothing can be computed."""

    category: str
    eligible: Decimal | None
    aid: Decimal | None
    tilt: Decimal | None
    expected: Decimal | None
    actual: Decimal | None
    shortfall: Decimal | None
    remaining: Decimal | None


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def care_of(med_type: str) -> str:
    for length in range(len(med_type), 0, -1):
        if med_type[:length] in CARE:
            return CARE[med_type[:length]]
    return ""


def window(row: ScheduleRow, as_of: date, application: Row | None, held: tuple[date, date] | None) -> tuple[date, date]:
    """First and last day whose care counts. ``held``: the first day in force and the day of recognition."""
    first = date(as_of.year, 1, 1)
    anchor = None
    if row.window == "before_recognition":
        granted = application is not None and application["outcome"] == "granted"
        if granted and application:
            anchor = application["decided_on"] or application["applied_on"]
        elif held and max(held) >= first and held[1].year >= as_of.year - 1:
            # Recognised in December, in force from January: the year's own.
            anchor = held[1]
    elif row.window != "calendar_year" and application is not None and application["outcome"] != "refused":
        anchor = application["applied_on"]
    if anchor is not None and anchor <= as_of:
        if row.window == "before_application_month":
            anchor = anchor.replace(day=1)
        try:
            back = anchor.replace(year=anchor.year - 1)
        except ValueError:
            back = date(anchor.year - 1, 2, 28)
        assert row.look_back_months == 12
        first = min(first, back)
    return first, min(as_of, row.until) if row.until else as_of


def counts(row: ScheduleRow, settlement: Row) -> tuple[bool, bool]:
    """Whether the care counts, and whether a tilt may look at it."""
    insured, place = settlement["insu_admdvs"], settlement["fix_blng_admdvs"] or ""
    if place:
        local, province = place[:4] == insured[:4], place[:2] == insured[:2]
    else:
        local, province = settlement["pay_loc"] not in ("3", "4"), settlement["pay_loc"] != "4"
    proper = local or settlement["referred"] != "0"
    if care_of(settlement["med_type"]) not in row.care or (row.needs_referral and not proper):
        return False, False
    qualifies = row.has_tilt and (proper or not row.tilt_needs_referral) and (province or not row.tilt_within)
    return True, qualifies


def one_schedule(
    row: ScheduleRow, settlements: Sequence[Row], first: date, last: date, year: int, serious: bool, child: bool,
    shared: dict[str, Decimal],
) -> dict[str, Decimal]:
    eligible = qualifying = actual = ZERO
    for one in settlements:
        if not datetime.combine(first, time()) <= one["setl_time"] < datetime.combine(last + timedelta(days=1), time()):
            continue
        amount = one["psn_part_amt"] + one["maf_pay"] - one["fulamt_ownpay_amt"] - one["overlmt_selfpay"] - one["preselfpay_amt"]
        if care_of(one["med_type"]) == "assistance_record":
            actual += ZERO if row.apart else one["maf_pay"]
            continue
        counted, qualifies = counts(row, one)
        qualifies = qualifies and (not row.tilt_calendar_year or one["setl_time"].year == year)
        if counted:
            other = sum((one[name] for name in ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay",
                                                "maf_pay", "oth_pay")), ZERO) - one["fund_pay_sumamt"]
            off = min(other, sum((one[name] for name in row.deducted), ZERO)) if other > Decimal("0.05") else ZERO
            eligible += amount - off
            qualifying += amount - off if qualifies else ZERO
            actual += one["maf_pay"]
    eligible = max(eligible, ZERO)
    qualifying = min(max(qualifying, ZERO), eligible)
    assert row.ratio is not None and row.deductible is not None
    ratio = min(row.ratio + (row.extra_points if child and "ratio" in row.extra_points_on else ZERO), Decimal(1))
    cap = row.cap_serious if serious and row.cap_serious is not None else row.cap
    aid = ratio * max(eligible - row.deductible, ZERO)
    if not row.cap_unlimited and cap is not None:
        room = cap - shared.get(row.shared_cap, ZERO) if row.shared_cap else cap
        aid = min(aid, max(room, ZERO))
        shared[row.shared_cap] = shared.get(row.shared_cap, ZERO) + aid
    tilt = ZERO
    if row.has_tilt:
        assert row.tilt_ratio is not None and row.tilt_threshold is not None
        tilt_ratio = min(row.tilt_ratio + (row.extra_points if child and "tilt_ratio" in row.extra_points_on else ZERO), Decimal(1))
        left = qualifying - min(aid, ratio * max(qualifying - row.deductible, ZERO))
        tilt = tilt_ratio * max(left - row.tilt_threshold, ZERO)
        if not row.tilt_cap_unlimited and row.tilt_cap is not None:
            tilt = min(tilt, row.tilt_cap)
    return {"eligible": eligible, "aid": aid, "tilt": tilt, "actual": actual}


def entitle(
    schedules: Sequence[ScheduleRow], as_of: date, identities: Sequence[Row], settlements: Sequence[Row],
    applications: Sequence[Row] = (), serious: bool = False, child: bool = False, decided: Decimal = ZERO,
) -> Due | None:
    """One person; None where the document does not recognise them by any of the schedules' categories."""
    held: dict[str, tuple[date, date]] = {}
    for one in identities:
        if one["begin"] <= as_of and (not one.get("ended") or one["ended"] >= as_of) and not (
            one.get("risk_eliminated") and one["category"].startswith("monitored")
        ):
            days = one["begin"], one.get("recognised") or one["begin"]
            begin, recognised = held.get(one["category"], days)
            held[one["category"]] = min(begin, days[0]), min(recognised, days[1])
    applied: dict[str, Row] = {}
    rank = {"granted": 0, "pending": 1, "refused": 2}
    for one in applications:
        if one["applied_on"].year != as_of.year or one["applied_on"] > as_of:
            continue
        late = (one["decided_on"] or one["applied_on"]) > as_of
        told = {**one, "outcome": "pending" if late else one["outcome"], "decided_on": None if late else one["decided_on"]}
        before = applied.get(one["category"])
        if before is None or (rank[told["outcome"]], told["applied_on"]) < (rank[before["outcome"]], before["applied_on"]):
            applied[one["category"]] = told
    best: tuple[Decimal, str, dict[str, Decimal]] | None = None
    unknown = ""
    for category in ORDER:
        rows = [row for row in schedules if row.category == category and not (row.until and row.until < date(as_of.year, 1, 1))]
        by_application = any(row.route == "on_application" for row in schedules if row.category == category)
        application = applied.get(category) if by_application else None
        if not rows or not (category in held or (application and application["outcome"] != "refused")):
            continue
        if any(row.missing for row in rows):
            unknown = unknown or category
            continue
        shared: dict[str, Decimal] = {}
        together = {"eligible": ZERO, "aid": ZERO, "tilt": ZERO, "actual": ZERO}
        for row in rows:
            first, last = window(row, as_of, application, held.get(category))
            for name, amount in one_schedule(row, settlements, first, last, as_of.year, serious, child, shared).items():
                together[name] += amount
        given = together["aid"] + together["tilt"]
        if best is None or given > best[0]:
            best = (given, category, together)
    if best is None:
        return Due(unknown, None, None, None, None, None, None, None) if unknown else None
    given, category, found = best
    expected = cents(given) + decided
    return Due(category, found["eligible"], cents(found["aid"]), cents(found["tilt"]), expected, found["actual"],
               max(expected - found["actual"], ZERO), found["eligible"] - cents(given))
