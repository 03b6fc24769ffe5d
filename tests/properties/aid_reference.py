"""Assistance once more, in slow and obvious Python written from POLICY.md's words, to hold against the SQL: one person at a time,
one day at a time, every combination tried.

It shares the schedules' figures with the program and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext
from itertools import groupby, product
from typing import Any

from reference import ORDER

from monitor.policy.assistance import ScheduleRow

getcontext().prec = 60
Row = Mapping[str, Any]
CENT = Decimal("0.01")
ZERO = Decimal(0)
CARE = {"11": "outpatient", "14": "chronic_outpatient", "15": "special_drug", "21": "inpatient", "28": "inpatient",
        "41": "pharmacy", "91": "other", "9118": "assistance_record"}
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
FAR = date(9999, 1, 1)


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
    bound: str


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def care_of(med_type: str) -> str:
    for length in range(len(med_type), 0, -1):
        if med_type[:length] in CARE:
            return CARE[med_type[:length]]
    return ""


def a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def looked_back(row: ScheduleRow, day: date) -> date:
    """The first day a look-back from the day reaches."""
    assert row.look_back_months == 12
    return a_year_before(day.replace(day=1) if row.window == "before_application_month" else day)


class Person:
    """One person's days, bills and what they give."""

    def __init__(
        self, schedules: Sequence[ScheduleRow], as_of: date, identities: Sequence[Row], settlements: Sequence[Row],
        applications: Sequence[Row], serious: bool, child: bool, reaching: str, marks_known: bool,
    ) -> None:
        self.as_of, self.year_first, self.reaching = as_of, date(as_of.year, 1, 1), reaching
        self.rows = {
            category: [one for one in schedules if one.category == category and not (one.until and one.until < self.year_first)]
            for category in ORDER
        }
        self.main = {category: next(one for one in schedules if one.category == category and not one.apart)
                     for category in ORDER if any(one.category == category for one in schedules)}
        self.settlements, self.serious, self.child, self.marks_known = settlements, serious, child, marks_known
        self.spells = [
            (one["category"], one["begin"], self._past(one), one.get("recognised") or one["begin"]) for one in identities
            if one["begin"] <= as_of and (not one.get("ended") or one["ended"] >= one["begin"])
        ]
        # What is decided after the day is open on it.
        self.applications = [
            {**one, **({"outcome": "pending", "decided_on": None} if (one["decided_on"] or one["applied_on"]) > as_of else {})}
            for one in applications if one["applied_on"] <= as_of and one["category"] in self.main
            and self.main[one["category"]].route == "on_application"
        ]

    def _past(self, one: Row) -> date:
        past: date = one["ended"] + timedelta(days=1) if one.get("ended") else FAR
        row = self.main.get(one["category"])
        return date((past - timedelta(days=1)).year + 1, 1, 1) if row and row.keeps_year and past < FAR else past

    def own_year(self, begin: date, recognised: date) -> bool:
        return max(begin, recognised) >= self.year_first

    def application(self, category: str) -> Row | None:
        """The year's application that counts: granted before pending, then the first; a refused one covers nothing."""
        rank = {"granted": 0, "pending": 1}
        own = [one for one in self.applications if one["category"] == category and one["applied_on"].year == self.as_of.year
               and one["outcome"] in rank]
        return min(own, key=lambda one: (rank[one["outcome"]], one["applied_on"]), default=None)

    def held(self, category: str, day: date) -> bool:
        return any(name == category and begin <= day < past for name, begin, past, _ in self.spells)

    def covers(self, category: str, day: date) -> bool:
        """Whether care of the day is the category's, whatever else is."""
        row = self.main[category]
        if row.until and day > row.until:
            return False
        if day >= self.year_first and self.held(category, day):
            return True
        if row.window == "before_recognition":
            for name, begin, past, recognised in self.spells:
                recent = recognised.year >= self.as_of.year - 1 and recognised <= self.as_of
                if name == category and past > self.year_first and self.own_year(begin, recognised) and recent and (
                    looked_back(row, recognised) <= day < past
                ):
                    return True
        asked = self.application(category)
        if asked is None:
            return False
        first = asked["applied_on"]
        if row.window == "before_recognition":
            granted = asked["outcome"] == "granted"
            first = looked_back(row, (asked["decided_on"] or asked["applied_on"]) if granted else self.as_of)
        elif row.window != "calendar_year":
            first = looked_back(row, asked["applied_on"])
        return bool(day >= first)

    def counted_before(self, day: date) -> list[str]:
        """The categories an earlier year has counted the day under."""
        found = []
        for name, begin, past, recognised in self.spells:
            row = self.main.get(name)
            if row is None or row.route != "direct" or begin >= self.year_first:
                continue
            first = begin
            if row.window == "before_recognition" and not self.own_year(begin, recognised) and recognised.year == self.as_of.year - 1:
                first = min(first, looked_back(row, recognised))
            # After its transition period nobody counted anything under it.
            if first <= day < past and not (row.until and day > row.until):
                found.append(name)
        for one in self.applications:
            if one["outcome"] == "granted" and one["applied_on"] < self.year_first:
                row, first = self.main[one["category"]], one["applied_on"]
                if one["applied_on"].year == self.as_of.year - 1 and row.window != "calendar_year":
                    reached = (one["decided_on"] or one["applied_on"]) if row.window == "before_recognition" else one["applied_on"]
                    first = looked_back(row, reached)
                if first <= day < date(one["applied_on"].year + 1, 1, 1):
                    found.append(one["category"])
        return found

    def categories_of(self, day: date) -> tuple[str, ...]:
        """Whose aid the day's bills can get."""
        found = [category for category in ORDER if category in self.main and self.rows[category] and self.covers(category, day)]
        if day >= self.year_first:
            return tuple(found)
        before = self.counted_before(day)
        if self.reaching == "difference":
            return tuple(c for c in found if not any(ORDER.index(one) <= ORDER.index(c) for one in before))
        return tuple(found) if not before else ()

    def stretches(self) -> list[tuple[tuple[str, ...], list[date]]]:
        """Days with the same categories, one after the other."""
        first = date(self.as_of.year - 2, 1, 1)
        days = [first + timedelta(days=n) for n in range((self.as_of - first).days + 1)]
        return [(categories, list(group)) for categories, group in groupby(days, self.categories_of) if categories]

    def bill(self, row: ScheduleRow, one: Row) -> tuple[bool, bool]:
        """Whether the care counts, and whether a tilt may look at it."""
        insured, place = one["insu_admdvs"], one["fix_blng_admdvs"] or ""
        if place:
            local, province = place[:4] == insured[:4], place[:2] == insured[:2]
        else:
            local, province = one["pay_loc"] not in ("3", "4"), one["pay_loc"] != "4"
        proper = local or one["referred"] != "0"
        day = one["setl_time"].date()
        if care_of(one["med_type"]) not in row.care or (row.needs_referral and not proper):
            return False, False
        if day < self.year_first and one["maf_pay"] > 0 and self.reaching != "difference":
            return False, False
        qualifies = row.has_tilt and (proper or not row.tilt_needs_referral) and (province or not row.tilt_within)
        return True, qualifies and not (row.tilt_calendar_year and day < self.year_first)

    def looked_at(self, row: ScheduleRow, days: set[date]) -> dict[str, Decimal]:
        found = {"eligible": ZERO, "qualifying": ZERO, "actual": ZERO}
        for one in self.settlements:
            counted, qualifies = self.bill(row, one)
            if one["setl_time"].date() in days and counted:
                amount = one["psn_part_amt"] + one["maf_pay"] - one["fulamt_ownpay_amt"] - one["overlmt_selfpay"] - one["preselfpay_amt"]
                other = sum((one[name] for name in FUNDS), ZERO) - one["fund_pay_sumamt"]
                off = min(other, sum((one[name] for name in row.deducted), ZERO)) if other > Decimal("0.05") else ZERO
                found["eligible"] += amount - off
                found["qualifying"] += amount - off if qualifies else ZERO
                found["actual"] += one["maf_pay"]
        found["eligible"] = max(found["eligible"], ZERO)
        found["qualifying"] = min(max(found["qualifying"], ZERO), found["eligible"])
        return found

    def most(self, apart: bool, name: str, categories: set[str]) -> Decimal | None:
        """The highest cap, or tilt cap, of the categories held; None without a limit."""
        rows = [row for category in categories for row in self.rows[category] if row.apart == apart]
        if name == "tilt":
            rows = [row for row in rows if row.has_tilt]
            if any(row.tilt_cap_unlimited for row in rows) or not rows:
                return None
            return max(row.tilt_cap for row in rows if row.tilt_cap is not None)
        if any(row.cap_unlimited for row in rows) or not rows:
            return None
        return max(cap for row in rows if (cap := self.cap(row)) is not None)

    def cap(self, row: ScheduleRow) -> Decimal | None:
        return row.cap_serious if self.serious and row.cap_serious is not None else row.cap

    def combination(self, taken: Sequence[tuple[str, list[date]]], categories: set[str]) -> dict[str, Any]:
        """What one way to take a category for each stretch gives."""
        own: dict[str, tuple[ScheduleRow, set[date]]] = {}
        for category, days in sorted(taken, key=lambda one: ORDER.index(one[0])):
            for row in self.rows[category]:
                own.setdefault(row.schedule, (row, set()))[1].update(days)
        left: dict[tuple[bool, str], Decimal | None] = {
            (apart, name): self.most(apart, name, categories) for apart in (False, True) for name in ("aid", "tilt")
        }
        sums: dict[str, Any] = {"eligible": ZERO, "aid": ZERO, "tilt": ZERO, "actual": ZERO, "unknown": False, "parts": []}
        for row, days in own.values():
            found = self.looked_at(row, days)
            assert row.ratio is not None and row.deductible is not None
            ratio = min(row.ratio + (row.extra_points if self.child and "ratio" in row.extra_points_on else ZERO), Decimal(1))
            full = aid = ratio * max(found["eligible"] - row.deductible, ZERO)
            if not row.cap_unlimited and (cap := self.cap(row)) is not None:
                aid = min(aid, cap)
            aid = self.within(left, (row.apart, "aid"), aid)
            sums["unknown"] |= not self.marks_known and row.cap_serious is not None and aid < full
            tilt = ZERO
            if row.has_tilt:
                assert row.tilt_ratio is not None and row.tilt_threshold is not None
                points = row.extra_points if self.child and "tilt_ratio" in row.extra_points_on else ZERO
                tilt_ratio = min(row.tilt_ratio + points, Decimal(1))
                rest = found["qualifying"] - min(aid, ratio * max(found["qualifying"] - row.deductible, ZERO))
                tilt = tilt_ratio * max(rest - row.tilt_threshold, ZERO)
                if not row.tilt_cap_unlimited and row.tilt_cap is not None:
                    tilt = min(tilt, row.tilt_cap)
                tilt = self.within(left, (row.apart, "tilt"), tilt)
            for name, amount in (("eligible", found["eligible"]), ("actual", found["actual"]), ("aid", aid), ("tilt", tilt)):
                sums[name] += amount
            if not row.apart:
                sums["parts"].append((aid + tilt, found["eligible"], -ORDER.index(row.category), row.category))
        return sums

    @staticmethod
    def within(left: dict[tuple[bool, str], Decimal | None], key: tuple[bool, str], amount: Decimal) -> Decimal:
        room = left[key]
        if room is None:
            return amount
        given = min(amount, room)
        left[key] = room - given
        return given

    def due(self, decided: Decimal) -> Due | None:
        stretches = self.stretches()
        if not stretches:
            return None
        everything = {category for categories, _ in stretches for category in categories}
        blind = [c for c in ORDER if c in everything and any(row.missing for row in self.rows[c])]
        ways = [[c for c in categories if c not in blind] for categories, _ in stretches]
        usable = [(options, days) for options, (_, days) in zip(ways, stretches, strict=True) if options]
        if not usable:
            return Due(blind[0], None, None, None, None, None, None, None, "")
        best: dict[str, Any] | None = None
        unknown = bool(blind)
        for picks in product(*(options for options, _ in usable)):
            taken = [(pick, days) for pick, (_, days) in zip(picks, usable, strict=True)]
            found = self.combination(taken, everything)
            unknown |= found["unknown"]
            if best is None or found["aid"] + found["tilt"] > best["aid"] + best["tilt"]:
                best = found
        assert best is not None
        actual = best["actual"] + self.recorded(stretches)
        expected = cents(best["aid"] + best["tilt"]) + decided
        category = max(best["parts"])[3]
        return Due(category, best["eligible"], cents(best["aid"]), cents(best["tilt"]), expected, actual, max(expected - actual, ZERO),
                   best["eligible"] - cents(best["aid"] + best["tilt"]), "at_least" if unknown else "exact")

    def recorded(self, stretches: Sequence[tuple[tuple[str, ...], list[date]]]) -> Decimal:
        """Assistance recorded alone: the year's, and with the difference also what was recorded on days reached back to."""
        reached = {day for _, days in stretches for day in days} if self.reaching == "difference" else set()
        records = [one for one in self.settlements if care_of(one["med_type"]) == "assistance_record"]
        days = [(one["setl_time"].date(), one["maf_pay"]) for one in records]
        return sum((paid for day, paid in days if self.year_first <= day <= self.as_of or day in reached), ZERO)


def entitle(
    schedules: Sequence[ScheduleRow], as_of: date, identities: Sequence[Row], settlements: Sequence[Row],
    applications: Sequence[Row] = (), serious: bool = False, child: bool = False, decided: Decimal = ZERO, reaching: str = "fresh",
    marks_known: bool = True,
) -> Due | None:
    """One person; None where no day of theirs is any of the schedules'."""
    return Person(schedules, as_of, identities, settlements, applications, serious, child, reaching, marks_known).due(decided)
