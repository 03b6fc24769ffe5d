"""Assistance by SQL against the slow reference, on generated people; and what no schedule may ever do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from aid_reference import Due, entitle
from entitling import Case, schedule
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.base.vocabulary import Category, Route
from monitor.policy.assistance import Reaching, ScheduleRow

AS_OF = date(2024, 12, 31)
PEOPLE = range(1, 41)
PHASES = (Phase.explicit, Phase.generate)
CATEGORIES = ["tekun", "dibao", "monitored_sudden", "dibao_marginal", "illness_poor"]
AMOUNTS = st.sampled_from(["0.01", "99.99", "3000.00", "3000.01", "12345.67", "33333.33", "-500.00", "70000.00", "20000.00", "0.05"])
#: A leap year, and the edges of twelve months before: application and recognition days, and the days care was settled.
DAYS = [date(2023, 2, 28), date(2023, 3, 1), date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 15), date(2023, 12, 31),
        date(2024, 1, 1), date(2024, 2, 29), date(2024, 6, 14), date(2024, 6, 15), date(2024, 12, 31), date(2025, 1, 1)]
RATIOS = st.sampled_from(["0.5", "0.6", "0.67", "0.7", "1"])
DEDUCTIBLES = st.sampled_from(["0", "2000", "3000", "4321.123456"])
CAPS = st.sampled_from([None, "2000", "10000", "50000.00"])


@st.composite
def schedules(draw: st.DrawFn) -> list[ScheduleRow]:
    found = []
    for category in CATEGORIES:
        if not draw(st.integers(0, 5)):
            continue
        tilt: dict[str, Any] = {}
        if draw(st.booleans()):
            tilt = {"tilt_threshold": draw(DEDUCTIBLES), "tilt_ratio": draw(RATIOS), "tilt_cap": draw(CAPS),
                    "tilt_needs_referral": draw(st.booleans()), "tilt_within": draw(st.sampled_from(["", "province"])),
                    "tilt_calendar_year": draw(st.booleans())}
        window = draw(st.sampled_from(["calendar_year", "before_application_date", "before_application_month", "before_recognition"]))
        cap = draw(CAPS)
        route = draw(st.sampled_from([Route.DIRECT, Route.ON_APPLICATION]))
        common: dict[str, Any] = {
            "route": route, "needs_referral": draw(st.booleans()), "window": window,
            "look_back_months": 0 if window == "calendar_year" else 12,
            "until": draw(st.sampled_from([None, None, None, date(2024, 6, 14), date(2023, 12, 31)])),
            "missing": draw(st.sampled_from(["", "", "", "", "尚未设定"])), "extra_points": "0.05",
            **draw(st.sampled_from([{"extra_points_on": on} for on in ((), ("ratio",), ("ratio", "tilt_ratio"))]
                                   + [{"extra_points_missing": "哪个比例尚未选定"}])),
        }
        found.append(schedule(category, deductible=draw(DEDUCTIBLES), ratio=draw(RATIOS), cap=cap,
                              cap_serious=draw(st.sampled_from([None, "80000"])) if cap else None,
                              keeps_year=draw(st.booleans()), once_a_year=draw(st.booleans()),
                              care=draw(st.sampled_from([("inpatient",), ("inpatient", "special_drug"), ("outpatient", "inpatient")])),
                              deducted=draw(st.sampled_from([(), ("oth_pay",), ("oth_pay", "hifes_pay")])), **tilt, **common))
        if draw(st.booleans()):
            found.append(schedule(category, schedule=f"{category}_apart", deductible=draw(DEDUCTIBLES), ratio=draw(RATIOS), cap=draw(CAPS),
                                  care=("chronic_outpatient",), apart=True, **common))
    if draw(st.booleans()):
        # One row of the text for two categories, as tekun and dibao in Weihai: one schedule.
        found = [row for row in found if row.category != "dibao"]
        found += [replace(row, category=Category.DIBAO) for row in found if row.category == "tekun"]
    return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    case = Case(draw(schedules()), as_of=AS_OF, reaching=draw(st.sampled_from([Reaching.FRESH, Reaching.DIFFERENCE])),
                absent=draw(st.sampled_from([(), (), ("serious_illness",), ("applications",), ("childhood_diseases",),
                                              ("applications", "serious_illness", "childhood_diseases")])))
    day = st.sampled_from(DAYS)
    for person in PEOPLE:
        for category in draw(st.lists(st.sampled_from(CATEGORIES), max_size=3)):
            case.holds(person, category, draw(day), ended=draw(st.one_of(st.none(), day)), recognised=draw(st.one_of(st.none(), day)))
        for _ in range(draw(st.integers(0, 2)) if "applications" not in case.absent else 0):
            outcome = draw(st.sampled_from(["granted", "pending", "refused"]))
            applied = draw(day)
            decided = None if outcome == "pending" else draw(st.sampled_from([None, applied, date(2024, 12, 31), date(2025, 1, 1)]))
            case.add("applications", person=person, category=draw(st.sampled_from(CATEGORIES)), applied_on=applied,
                     outcome=outcome, decided_on=max(decided, applied) if decided else None)
        if "serious_illness" not in case.absent and draw(st.booleans()):
            case.add("serious_illness", person=person, disease="样例病", marked_on=date(2024, 3, 1), ended_on=None)
        for _ in range(draw(st.integers(0, 6))):
            case.pays(
                person, draw(AMOUNTS), f"{draw(day)} {draw(st.sampled_from(['00:00:00', '23:59:59']))}",
                maf_pay=draw(st.sampled_from(["0", "0", "12.34"])), med_type=draw(st.sampled_from(["21", "2801", "1403", "15", "11", "41", "9118", "9199", ""])),
                fix_blng_admdvs=draw(st.sampled_from(["371002", "371083", "370102", "110101", "", None])),
                pay_loc=draw(st.sampled_from(["2", "3", "4"])), referred=draw(st.sampled_from(["1", "0", "", None])),
                fulamt_ownpay_amt=draw(st.sampled_from(["0", "5.55"])), **draw(st.sampled_from([
                    {}, {}, {"oth_pay": "50.00"}, {"oth_pay": "50.00", "fund_pay_sumamt": "0.00"},
                    {"hifes_pay": "7.00", "oth_pay": "1.00", "fund_pay_sumamt": "2.00"}])),
                dise_codg=draw(st.sampled_from(["", "C91"])),
            )
    if "childhood_diseases" not in case.absent and draw(st.booleans()):
        case.add("childhood_diseases", dise_codg="C91", dise_name="样例白血病")
    return case


def due_of(row: dict[str, Any], expected: Due) -> Due:
    """The row as the reference says it; where schedules share a cap, several ways may give the same, and whose share leads is open."""
    category = row["category"] if expected.category else ""
    return Due(category, *(row[name] for name in ( "eligible", "aid", "tilt", "expected", "actual", "shortfall", "remaining",
                                     "bound")))


def has_listed_disease(case: Case, person: int) -> bool:
    """Within every window the draw knows: the reference asks for the person, the SQL for the window."""
    return any(one["person"] == person and one["dise_codg"] == "C91" for one in case.settlements)


@given(case=cases())
@settings(max_examples=12, phases=PHASES)
def test_the_sql_gives_what_the_reference_gives(case: Case) -> None:
    # The disease is only ever recorded in the middle of the year, inside every window.
    for one in case.settlements:
        if one["setl_time"] != datetime(2024, 6, 14, 0, 0):
            one["dise_codg"] = ""
    found = case.entitlements()
    listed = bool(case.optional.get("childhood_diseases"))
    for person in PEOPLE:
        own = [one for one in case.settlements if one["person"] == person]
        expected = entitle(
            case.schedules, AS_OF, [one for one in case.identities if one["person"] == person], own,
            [one for one in case.optional.get("applications", []) if one["person"] == person],
            serious=any(one["person"] == person for one in case.optional.get("serious_illness", [])),
            child=listed and has_listed_disease(case, person), reaching=case.reaching, absent=case.absent,
        )
        row = found.get(person)
        if expected is None:
            assert row is None or (row["route"] == "" and row["expected"] is None and row["sentence"])
        else:
            assert row is not None
            assert due_of(row, expected) == expected
            assert (row["sentence"] == "") == (row["bound"] == "exact"), row


@given(case=cases())
@settings(max_examples=5, phases=PHASES)
def test_aid_never_exceeds_its_cap_or_what_is_eligible(case: Case) -> None:
    for row in case.entitlements().values():
        if row["expected"] is None:
            continue
        assert row["aid"] >= 0 and row["tilt"] >= 0 and row["expected"] <= row["eligible"]
        if row["tilt_cap"] is not None:
            assert row["tilt"] <= row["tilt_cap"]
        if row["cap"] is not None and not row["has_apart"]:
            assert row["aid"] <= row["cap"]
        assert row["shortfall"] == max(row["expected"] - row["actual"], 0)


@given(case=cases(), more=st.sampled_from(["0.01", "100.00", "9999.99"]), kind=st.sampled_from(["21", "15", "1403"]),
       place=st.sampled_from(["371002", "110101"]))
@settings(max_examples=5, phases=PHASES)
def test_what_is_due_never_falls_when_more_becomes_eligible(case: Case, more: str, kind: str, place: str) -> None:
    before = case.entitlements()
    for person in PEOPLE:
        case.pays(person, more, "2024-06-14", med_type=kind, fix_blng_admdvs=place)
    for person, row in case.entitlements().items():
        if row["expected"] is not None:
            assert row["expected"] >= before[person]["expected"]


@given(case=cases())
@settings(max_examples=2, phases=PHASES)
def test_two_categories_never_get_less_than_either_alone(case: Case) -> None:
    """就高不重复."""
    together = case.entitlements()
    for category in CATEGORIES:
        alone = Case(case.schedules, as_of=AS_OF, identities=[one for one in case.identities if one["category"] == category],
                     settlements=case.settlements, optional={**case.optional, "applications": [
                         one for one in case.optional.get("applications", []) if one["category"] == category]})
        for person, row in alone.entitlements().items():
            if row["expected"] is not None:
                whole = together[person]["expected"]
                assert whole is not None and Decimal(whole) >= row["expected"]


# --- the same three over every amount at which a schedule turns ------------------------------------
# Generated people are mostly due nothing: here everybody is due something, a cent below, at and above every line.


@st.composite
def whole_schedules(draw: st.DrawFn) -> list[ScheduleRow]:
    """A schedule for each category, computable and in force."""
    found = []
    for category in CATEGORIES:
        tilt: dict[str, Any] = {}
        if draw(st.booleans()):
            tilt = {"tilt_threshold": draw(DEDUCTIBLES), "tilt_ratio": draw(RATIOS), "tilt_cap": draw(CAPS)}
        found.append(schedule(category, deductible=draw(DEDUCTIBLES), ratio=draw(RATIOS), cap=draw(CAPS), **tilt))
    return found


def turning(schedules: list[ScheduleRow]) -> list[Decimal]:
    """Eligible amounts a cent around every deductible, every full cap and every tilt's beginning, and some between."""
    cent, found = Decimal("0.01"), {Decimal(n) for n in (0, 1, 2500, 5001, 7777, 20000, 60000, 150000)}
    for row in schedules:
        assert row.deductible is not None and row.ratio is not None
        lines = [row.deductible]
        if row.cap is not None:
            lines.append(row.deductible + row.cap / row.ratio)
        if row.tilt_threshold is not None:
            lines += [row.tilt_threshold, (row.tilt_threshold - row.ratio * row.deductible) / (1 - row.ratio) if row.ratio < 1 else 0]
            lines += [line + row.tilt_cap / row.tilt_ratio for line in lines[-2:] if row.tilt_cap is not None and row.tilt_ratio]
        found |= {max(line.quantize(cent) + step, Decimal(0)) for line in map(Decimal, lines) for step in (-cent, Decimal(0), cent)}
    return sorted(found)


@given(rows=whole_schedules())
@settings(max_examples=6, phases=PHASES)
def test_at_every_line_aid_stays_within_cap_and_care_and_never_falls_and_the_better_category_counts(rows: list[ScheduleRow]) -> None:
    amounts = turning(rows)
    groups = [(category,) for category in CATEGORIES] + [("dibao", "illness_poor"), ("tekun", "dibao_marginal"), tuple(CATEGORIES)]
    case, place = Case(rows, as_of=AS_OF), {}
    for group in groups:
        for amount in amounts:
            person = place[group, amount] = len(place) + 1
            for category in group:
                case.holds(person, category)
            case.pays(person, amount, "2024-06-14")
    found = case.entitlements()
    due = {key: found[person]["expected"] for key, person in place.items()}
    for (group, amount), person in place.items():
        one = found[person]
        assert one["expected"] <= amount == one["eligible"]
        assert (one["cap"] is None or one["aid"] <= one["cap"]) and (one["tilt_cap"] is None or one["tilt"] <= one["tilt_cap"])
        assert due[group, amount] == max(due[(category,), amount] for category in group)
    for group in groups:
        falls = [amount for before, amount in pairwise(amounts) if due[group, amount] < due[group, before]]
        assert falls == []
    assert sum(amount > 0 for amount in due.values()) > len(due) / 3


# --- people whose identities change, all of them due something ------------------------------------


@st.composite
def shared_schedules(draw: st.DrawFn) -> list[ScheduleRow]:
    """A schedule for each category, with caps and tilts that get in each other's way; of some a figure is not known."""
    found = []
    for category in CATEGORIES:
        tilt: dict[str, Any] = {}
        if draw(st.integers(0, 3)):
            tilt = {"tilt_threshold": draw(st.sampled_from(["0", "2000", "3000"])), "tilt_ratio": draw(RATIOS),
                    "tilt_cap": draw(st.sampled_from([None, "2000", "10000", "1234.56"]))}
        window = draw(st.sampled_from(["calendar_year", "before_application_date", "before_recognition", "before_recognition"]))
        cap = draw(st.sampled_from([None, "2000", "10000", "10000", "50000"]))
        found.append(schedule(
            category, deductible=draw(DEDUCTIBLES), ratio=draw(RATIOS), cap=cap, cap_serious=draw(st.sampled_from([None, "80000"])) if cap else None,
            window=window, look_back_months=0 if window == "calendar_year" else 12, route=draw(st.sampled_from([Route.DIRECT, Route.ON_APPLICATION])),
            missing=draw(st.sampled_from(["", "", "", "", "", "尚未设定"])), until=draw(st.sampled_from([None, None, None, None, date(2024, 6, 30)])),
            extra_points="0.05", **draw(st.sampled_from([{"extra_points_on": ()}, {"extra_points_on": ("ratio",)}, {"extra_points_missing": "尚未选定"}])),
            **tilt,
        ))
    return found


def changing(rows: list[ScheduleRow], random: Random, reaching: Reaching, absent: tuple[str, ...] = ()) -> Case:
    """Up to four spells and four bills a person over two years: stretches in which another category is best, or two together; bills of both
    years that were paid for in part, in whole, or more than any schedule gives."""
    case = Case(rows, as_of=AS_OF, reaching=reaching, absent=absent)
    edges = [date(2023, 3, 1), date(2023, 10, 1), date(2024, 1, 1), date(2024, 3, 5), date(2024, 6, 30), date(2024, 7, 1), date(2024, 10, 15)]
    amounts = ["2999.99", "3000.01", "6000", "12345.67", "20000", "45000.5", "120000"]
    for person in PEOPLE:
        for _ in range(random.randint(1, 4)):
            first, last = sorted(random.sample(edges, 2))
            case.holds(person, random.choice(CATEGORIES), first, ended=random.choice([None, last, last - timedelta(days=1)]))
        if random.random() < 0.4 and "applications" not in absent:
            for applied in random.sample([date(2023, 5, 5), date(2024, 2, 2), date(2024, 8, 8)], random.randint(1, 2)):
                case.add("applications", person=person, category=random.choice(CATEGORIES), applied_on=applied, outcome="granted",
                         decided_on=applied)
        if random.random() < 0.2 and "serious_illness" not in absent:
            case.add("serious_illness", person=person, disease="样例病", marked_on=date(2024, 3, 1), ended_on=None)
        for _ in range(random.randint(2, 4)):
            day, amount = random.choice(edges) + timedelta(days=random.choice([-1, 0, 1, 20])), Decimal(random.choice(amounts))
            paid = Decimal(random.choice(["0", "0", "0", "0.3", "0.7", "0.9", "1"])) * amount
            case.pays(person, amount, f"{day} 08:00:00", maf_pay=round(paid, 2), med_type=random.choice(["21", "21", "21", "1403", "9118"]))
    return case


REACHING = st.sampled_from([Reaching.FRESH, Reaching.DIFFERENCE])
ABSENT = st.sampled_from([(), (), ("serious_illness",), ("applications",), ("childhood_diseases",), ("applications", "serious_illness")])


@given(rows=shared_schedules(), seed=st.integers(0, 10**6), reaching=REACHING, absent=ABSENT)
@settings(max_examples=6, phases=PHASES)
def test_changes_within_the_year_give_what_every_combination_tried_gives(
    rows: list[ScheduleRow], seed: int, reaching: Reaching, absent: tuple[str, ...]
) -> None:
    case = changing(rows, Random(seed), reaching, absent)
    found = case.entitlements()
    marked = {one["person"] for one in case.optional.get("serious_illness", [])}
    due = 0
    for person in PEOPLE:
        own = {name: [one for one in table if one["person"] == person] for name, table in (
            ("identities", case.identities), ("settlements", case.settlements), ("applications", case.optional.get("applications", [])))}
        expected = entitle(case.schedules, AS_OF, own["identities"], own["settlements"], own["applications"], serious=person in marked,
                           reaching=reaching, absent=absent)
        row = found.get(person)
        if expected is None:
            assert row is None or (row["route"] == "" and row["expected"] is None)
            continue
        assert row is not None
        assert due_of(row, expected) == expected
        due += bool(expected.expected)
    assert due > len(PEOPLE) / 6


@given(rows=shared_schedules(), seed=st.integers(0, 10**6), bill=st.sampled_from(["3000", "20000"]),
       paid=st.sampled_from(["0", "0.5", "0.7", "1"]))
@settings(max_examples=4, phases=PHASES)
def test_reaching_a_further_bill_never_lowers_what_is_due(rows: list[ScheduleRow], seed: int, bill: str, paid: str) -> None:
    """Whatever the year before paid for it: besides what this year paid, no less is due with it."""
    case = changing(rows, Random(seed), Reaching.DIFFERENCE)
    before = case.entitlements()
    for person in PEOPLE:
        case.pays(person, bill, "2023-10-10 08:00:00", maf_pay=Decimal(paid) * Decimal(bill))
    for person, row in case.entitlements().items():
        if before[person]["expected"] is not None and row["expected"] is not None:
            assert row["expected"] - row["actual"] >= before[person]["expected"] - before[person]["actual"]
