"""Assistance once more, in slow and obvious Python written from the words of the texts and readings, to hold against the SQL: one person at a time,
one day at a time, every combination tried.

It shares the schedules' figures with the program and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        applications: Sequence[Row], serious: bool, child: bool, reaching: str, hopes: bool = False,
    ) -> None:
        self.as_of, self.year_first, self.reaching = as_of, date(as_of.year, 1, 1), reaching
        self.rows = {
            category: [one for one in schedules if one.category == category and not (one.until and one.until < self.year_first)]
            for category in ORDER
        }
        self.main = {category: next(one for one in schedules if one.category == category and not one.apart)
                     for category in ORDER if any(one.category == category for one in schedules)}
        self.settlements, self.serious, self.child, self.hopes = settlements, serious, child, hopes
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

    def looked_at(self, row: ScheduleRow, days: set[date]) -> Looked:
        found = Looked()
        for one in self.settlements:
            day = one["setl_time"].date()
            if day not in days:
                continue
            before = self.reaching == "difference" and day < self.year_first
            counted, qualifies = self.bill(row, one)
            if before and not row.apart and care_of(one["med_type"]) == "assistance_record":
                found.recorded += one["maf_pay"]
            if not counted:
                continue
            amount = one["psn_part_amt"] + one["maf_pay"] - one["fulamt_ownpay_amt"] - one["overlmt_selfpay"] - one["preselfpay_amt"]
            other = sum((one[name] for name in FUNDS), ZERO) - one["fund_pay_sumamt"]
            off = min(other, sum((one[name] for name in row.deducted), ZERO)) if other > Decimal("0.05") else ZERO
            found.counted += amount
            found.eligible += amount - off
            found.qualifying += amount - off if qualifies else ZERO
            if not before:
                found.actual += one["maf_pay"]
                continue
            found.reached.append((amount - off, one["maf_pay"], qualifies))
        found.eligible = max(found.eligible, ZERO)
        found.qualifying = min(max(found.qualifying, ZERO), found.eligible)
        return found

    def has_bills(self, categories: Sequence[str], days: set[date]) -> bool:
        own = [one for one in self.settlements if one["setl_time"].date() in days]
        return any(self.bill(row, one)[0] for category in categories for row in self.rows[category] for one in own)

    def most(self, apart: bool, name: str, categories: set[str]) -> Decimal | None:
        """The highest cap, or tilt cap, of the categories held; None without a limit."""
        rows = [row for category in categories for row in self.rows[category] if row.apart == apart]
        if name == "tilt":
            rows = [row for row in rows if row.has_tilt]
            if any(row.tilt_cap_unlimited for row in rows) or not rows:
                return None
            return max(row.tilt_cap for row in rows if row.tilt_cap is not None)
        if any(row.cap_unlimited and not row.missing for row in rows) or not rows:
            return None
        return max((cap for row in rows if (cap := self.cap(row)) is not None), default=None)

    def cap(self, row: ScheduleRow) -> Decimal | None:
        return row.cap_serious if self.serious and row.cap_serious is not None else row.cap

    def combination(self, taken: Sequence[tuple[str, list[date]]], categories: set[str]) -> dict[str, Any]:
        """What one way to take a category for each stretch gives, the caps shared as gives most."""
        own: dict[str, dict[str, tuple[ScheduleRow, set[date]]]] = {}
        for category, days in sorted(taken, key=lambda one: ORDER.index(one[0])):
            for row in self.rows[category]:
                own.setdefault(row.schedule, {}).setdefault(category, (row, set()))[1].update(days)
        parts = []
        for rows in own.values():
            # One row of the text for several categories: shown under the one with most of the bills.
            shown = max(rows.values(), key=lambda one: (self.looked_at(*one).counted, -ORDER.index(one[0].category)))[0]
            first = next(iter(rows))
            parts.append(Part(self, shown, self.looked_at(shown, {day for _, days in rows.values() for day in days}), ORDER.index(first)))
        sums: dict[str, Any] = {"eligible": ZERO, "actual": ZERO, "paid_before": ZERO, "aid": ZERO, "tilt": ZERO, "due": ZERO, "parts": [],
                                "crowded": False}
        for apart in (False, True):
            members = [part for part in parts if part.row.apart == apart]
            most, most_tilt = self.most(apart, "aid", categories), self.most(apart, "tilt", categories)
            nets = best_shares(members, most)
            aid, due = (_capped(sum(amounts, ZERO), most) for amounts in ([part.aid for part in members], [part.net for part in members]))
            assert sum(nets, ZERO) == due
            tilts = [part.tilts(net) for part, net in zip(members, nets, strict=True)]
            tilt, due_tilt = (_capped(sum((one[n] for one in tilts), ZERO), most_tilt) for n in (0, 1))
            sums["aid"], sums["tilt"], sums["due"] = sums["aid"] + aid, sums["tilt"] + tilt, sums["due"] + due + due_tilt
            sums["crowded"] |= aid < sum((part.aid for part in members), ZERO) or tilt < sum((one[0] for one in tilts), ZERO)
            if not apart:
                sums["parts"] = [(part.aid + one[0], part.looked.eligible, -part.position, part.row.category)
                                 for part, one in zip(members, tilts, strict=True)]
        for part in parts:
            sums["eligible"] += part.looked.eligible
            sums["actual"] += part.looked.actual
        return sums

    def best(self) -> dict[str, Any] | None:
        """The combination that gives most of those that can be computed; None where none can."""
        stretches = self.stretches()
        everything = {category for categories, _ in stretches for category in categories}
        ways = [[c for c in categories if not any(row.missing for row in self.rows[c])] for categories, _ in stretches]
        # A stretch without bills is no choice: what was recorded alone on its days counts with its first category.
        usable = [
            (options if self.has_bills(options, set(days)) else options[:1], days)
            for options, (_, days) in zip(ways, stretches, strict=True) if options
        ]
        best: dict[str, Any] | None = None
        for picks in product(*(options for options, _ in usable)) if usable else ():
            found = self.combination([(pick, days) for pick, (_, days) in zip(picks, usable, strict=True)], everything)
            if best is None or found["due"] > best["due"]:
                best = found
        return best

    def due(self, decided: Decimal, could: Person | None) -> Due | None:
        """``could``: the same person as good as what nobody told us allows."""
        stretches = self.stretches()
        if not stretches:
            return None
        best = self.best()
        if best is None:
            everything = {category for categories, _ in stretches for category in categories}
            blind = next(c for c in ORDER if c in everything and any(row.missing for row in self.rows[c]))
            return Due(blind, None, None, None, None, None, None, None, "")
        hoped = could.best() if could else None
        given = cents(best["aid"] + best["tilt"])
        actual = best["actual"] + given - cents(best["due"]) + self.recorded()
        expected = given + decided
        category = "" if best["crowded"] else max(best["parts"])[3]
        at_least = hoped is not None and cents(hoped["due"]) > cents(best["due"])
        return Due(category, best["eligible"], cents(best["aid"]), cents(best["tilt"]), expected, actual, max(expected - actual, ZERO),
                   best["eligible"] - given, "at_least" if at_least else "exact")

    def recorded(self) -> Decimal:
        """Assistance recorded alone in the year."""
        records = [one for one in self.settlements if care_of(one["med_type"]) == "assistance_record"]
        return sum((one["maf_pay"] for one in records if self.year_first <= one["setl_time"].date() <= self.as_of), ZERO)


@dataclass
class Looked:
    """What a schedule looks at; of the year before, what was paid then as far as the ratios give it now."""

    counted: Decimal = ZERO
    eligible: Decimal = ZERO
    qualifying: Decimal = ZERO
    actual: Decimal = ZERO
    recorded: Decimal = ZERO
    reached: list[tuple[Decimal, Decimal, bool]] = field(default_factory=list)


class Part:
    """One schedule by itself: what it gives (``aid``), and what of it is due besides what the year before paid (``net``)."""

    def __init__(self, person: Person, row: ScheduleRow, looked: Looked, position: int) -> None:
        assert row.ratio is not None and row.deductible is not None
        self.row, self.looked, self.position = row, looked, position
        both = bool(row.extra_points_missing) and person.hopes
        points = row.extra_points if person.child and ("ratio" in row.extra_points_on or both) else ZERO
        tilt_points = row.extra_points if person.child and ("tilt_ratio" in row.extra_points_on or both) else ZERO
        ratio = min(row.ratio + points, Decimal(1))
        self.tilt_ratio = min((row.tilt_ratio or ZERO) + tilt_points, Decimal(1))
        # What the year before paid for a bill counts as far as the ratios give it on the bill now: as aid first, then as tilt.
        most_aid = most_tilt = as_tilt = on_qualifying_before = ZERO
        as_aid = looked.recorded
        for amount, paid, qualifies in looked.reached:
            by_aid = max(ratio * amount, ZERO)
            by_tilt = max(self.tilt_ratio * (1 - ratio) * amount, ZERO) if qualifies else ZERO
            most_aid, most_tilt = most_aid + by_aid, most_tilt + by_tilt
            as_aid, as_tilt = as_aid + min(paid, by_aid), as_tilt + min(paid - min(paid, by_aid), by_tilt)
            on_qualifying_before += min(paid, by_aid) if qualifies else ZERO
        self.before = min(most_aid, max(as_aid, ZERO))
        self.tilt_before = min(most_tilt, max(as_tilt + max(as_aid - most_aid, ZERO), ZERO))
        full = ratio * max(looked.eligible - row.deductible, ZERO)
        cap = None if row.cap_unlimited else person.cap(row)
        self.aid, self.net = _capped(full, cap), _capped(max(full - self.before, ZERO), cap)
        on_qualifying = ratio * max(looked.qualifying - row.deductible, ZERO)
        self.limit = max(on_qualifying, min(self.before, on_qualifying_before, looked.qualifying))

    def tilts(self, net: Decimal) -> tuple[Decimal, Decimal]:
        """The tilt where ``net`` of the aid is given, and what of it is due besides what the year before paid."""
        if not self.row.has_tilt:
            return ZERO, ZERO
        assert self.row.tilt_threshold is not None
        base = max(self.looked.qualifying - min(self.before + net, self.limit) - self.row.tilt_threshold, ZERO)
        cap = None if self.row.tilt_cap_unlimited else self.row.tilt_cap
        whole = self.tilt_ratio * base
        return _capped(whole, cap), _capped(max(whole - self.tilt_before, ZERO), cap)

    def turns(self) -> list[Decimal]:
        """The shares of the cap at which the tilt changes its course; between two of them it is a straight line."""
        if not self.row.has_tilt or not self.tilt_ratio:
            return [ZERO, self.net]
        assert self.row.tilt_threshold is not None
        zero = self.looked.qualifying - self.row.tilt_threshold - self.before - self.tilt_before / self.tilt_ratio
        found = [ZERO, self.net, self.limit - self.before, zero, zero + self.tilt_before / self.tilt_ratio]
        if self.row.tilt_cap is not None and not self.row.tilt_cap_unlimited:
            found.append(zero - self.row.tilt_cap / self.tilt_ratio)
        return [turn for turn in found if ZERO <= turn <= self.net]


def best_shares(parts: Sequence[Part], most: Decimal | None) -> list[Decimal]:
    """Each part's share of the cap so that the tilts are highest: all but one at a turn of theirs, the one takes what is left."""
    nets = [part.net for part in parts]
    if most is None or sum(nets, ZERO) <= most:
        return nets
    tried = []
    for rest, part in enumerate(parts):
        for picked in product(*(other.turns() if n != rest else [ZERO] for n, other in enumerate(parts))):
            left = most - sum(picked, ZERO)
            if ZERO <= left <= part.net:
                tried.append([left if n == rest else share for n, share in enumerate(picked)])
    return max(tried, key=lambda shares: sum((part.tilts(share)[1] for part, share in zip(parts, shares, strict=True)), ZERO))


def _capped(amount: Decimal, cap: Decimal | None) -> Decimal:
    return amount if cap is None else min(amount, cap)


def entitle(
    schedules: Sequence[ScheduleRow], as_of: date, identities: Sequence[Row], settlements: Sequence[Row],
    applications: Sequence[Row] = (), serious: bool = False, child: bool = False, decided: Decimal = ZERO, reaching: str = "fresh",
    absent: Sequence[str] = (),
) -> Due | None:
    """One person; None where no day of theirs is any of the schedules'. ``absent``: inputs nobody told us of."""
    certain = Person(schedules, as_of, identities, settlements, applications, serious, child, reaching)
    if "applications" in absent:
        assert not applications
        first = date(as_of.year, 1, 1)
        applications = [{"category": category, "applied_on": first, "outcome": "granted", "decided_on": first}
                        for category, row in certain.main.items() if row.route == "on_application"]
    could = Person([replace(row, missing="") for row in schedules], as_of, identities, settlements, applications,
                   serious or "serious_illness" in absent, child or "childhood_diseases" in absent, reaching, hopes=True)
    return certain.due(decided, could)
