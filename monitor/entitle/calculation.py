"""The calculation: from identities and settlements to what is due, one named table after the other, nothing clever.

Each step is a SELECT in a file of the same name; read them in this order. Only the settlements of recognised people are
looked at, in one pass (``theirs``).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from monitor.assess import optional
from monitor.assess.frames import Frame
from monitor.assess.inputs import IDENTITIES, KEY, Asked, name_facts, name_settlements, register_tables
from monitor.assess.own import only_own_identities, only_own_settlements
from monitor.assess.sql import sql as assess_sql
from monitor.entitle.inputs import TAKEN_OFF, YUAN, Rules, reach_table, rule_tables, rules_of
from monitor.entitle.sql import sql
from monitor.policy.assistance import Reaching
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest
from monitor.store.names import look_up

#: The steps from what each schedule looks at to what is due, in order.
AIDING = ("combinations", "pooled", "marked", "figures", "before", "own_aids", "shares", "aids", "chosen", "taken", "uncomputable",
          "recorded", "decided", "unscheduled", "entitlements")
#: Steps read once, by a later one: not kept.
_READ_ONCE = frozenset({"pooled", "marked"})
_BEFORE = {"person": KEY, "combination": pa.int64(), "schedule": pa.string(), "paid_before": YUAN,
           **dict.fromkeys(("aid_before", "qualifying_aid_before", "tilt_before"), pa.decimal128(24, 12))}
_BEYOND = {"batch": pa.int32(), "line": pa.int32(), "beyond": YUAN, **dict.fromkeys(TAKEN_OFF, YUAN)}


def prepare(store: Store, known: Manifest, engine: DuckEngine, rules: Rules) -> None:
    """Name every input: the assessment's own (register, identities, numbers resolved …) and the schedules', but ``settlements``."""
    asked: Asked = rules.asked
    register_tables(store, known, engine, asked)
    optional.register(store, known, engine)
    rule_tables(engine, known, rules)


def in_force(store: Store, known: Manifest, engine: DuckEngine) -> None:
    """Table ``identity_spells``: who was what on which days, for everything that asks for the day of care."""
    name_facts(store, known, engine, "identities", IDENTITIES, "identity_rows", "identity_rows_outdated")
    loads = known.of_table("identities")
    ends = [{"batch": load.number, "past": _next_month(date.fromisoformat(load.committed_at[:10]))} for load in loads]
    engine.table("load_months", table_of({"batch": pa.int32(), "past": pa.date32()}, ends))
    engine.make("eliminated", sql("eliminated"))
    engine.make("identity_spells", sql("identity_spells"))


def _next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


@contextmanager
def over_the_year(store: Store, frame: Frame, provisional: bool) -> Iterator[tuple[DuckEngine, Rules]]:
    """An engine with every input and the year's settlements, and the rules: what the audits are made over."""
    rules = rules_of(store, frame.known, frame.asked, provisional)
    with store.engine_scope() as engine:
        prepare(store, frame.known, engine, rules)
        in_force(store, frame.known, engine)
        name_settlements(store, frame.known, engine, rules.year_first)
        yield engine, rules


def recognise(engine: DuckEngine) -> None:
    """Tables ``applied`` … ``earlier``: whom the document recognises, and on which days care counts for whom."""
    for name in ("applied", "aid_spells", "recognised", "spans", "earlier"):
        engine.make(name, sql(name))


def reach(engine: DuckEngine, rules: Rules) -> date:
    """Table ``reach``; the earliest day anybody's costs count, or could by an application nobody told us of."""
    first = earliest(engine, rules.year_first)
    reach_table(engine, first, rules.asked.as_of, rules.hand_claims)
    return first


def earliest(engine: DuckEngine, year_first: date) -> date:
    """The first of the days spans reach, and of those an application of the year could; the year's first where none is earlier."""
    (found,) = engine.one(
        "SELECT min(first) FROM (SELECT first FROM spans UNION ALL SELECT b.first FROM look_backs AS b"
        " JOIN category_terms AS t ON t.window_kind = b.window_kind AND t.months = b.months AND NOT t.direct"
        " CROSS JOIN aid_year AS y CROSS JOIN inputs_lacking AS n"
        " WHERE b.day = y.first AND n.applications <> '' AND EXISTS (SELECT 1 FROM recognised))"
    )
    return min(year_first, found) if found else year_first


def gather(engine: DuckEngine, takes_off: bool = True) -> None:
    """Tables ``theirs``, ``beyond``, ``care_of``, ``registered``, ``entitled_people``, ``hoped``, ``windows``, ``stretches``,
    ``paid_outside``, ``paid_beyond``: their care, their place, and whose aid each day's care can get.

    ``takes_off``: whether any schedule takes payments of other insurance off first; else nobody reads those columns.
    """
    engine.make("theirs", sql("theirs"))
    if takes_off:
        engine.make("beyond", sql("beyond"))
    else:
        engine.table("beyond", table_of(_BEYOND, []))
    engine.make("care_of", sql("care_of"))
    engine.make("candidates", sql("candidates"))
    engine.make("registered", assess_sql("registered"))
    engine.make("entitled_people", sql("entitled_people"))
    engine.make("hoped", sql("hoped"))
    engine.make("windows", sql("windows"))
    engine.make("stretches", sql("stretches"))
    engine.make("paid_outside", sql("paid_outside"))
    engine.make("paid_beyond", sql("paid_beyond"))


def children(store: Store, known: Manifest, engine: DuckEngine, rules: Rules) -> None:
    """Tables ``childhood_cases``, ``children``, ``perhaps_children``. Birthdays are in identity numbers, which are unsealed for
    the few people with a listed disease (without a list, for everybody it could matter to); somebody whose number nobody told
    us is no child here, and the explanation says so."""
    engine.make("childhood_cases", sql("childhood_cases"))
    people = engine.rows(sql("perhaps_asked")).column("person").to_pylist()
    names = look_up(store, known, engine, people) if people else {}
    ages = {row.extra_points_under_age for row in rules.schedules if row.extra_points_under_age is not None}
    rows = [
        {"person": person, "under_age": age, "grown_on": birthday(born, age)}
        for person in people
        for age in sorted(ages)
        if (born := born_on(names.get(person, ("", ""))[0])) is not None
    ]
    engine.table("grown_up", table_of({"person": KEY, "under_age": pa.int32(), "grown_on": pa.date32()}, rows))
    engine.make("children", sql("children"))
    engine.make("perhaps_children", sql("perhaps_children"))


def born_on(certno: str) -> date | None:
    """The date of birth an 18-digit identity number holds; None where there is none."""
    try:
        return date(int(certno[6:10]), int(certno[10:12]), int(certno[12:14])) if len(certno) == 18 else None
    except ValueError:
        return None


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; who was born on 29 February, on 1 March where there is none (民法: 满周岁)."""
    if born.month == 2 and born.day == 29 and not calendar.isleap(born.year + age):
        return date(born.year + age, 3, 1)
    return born.replace(year=born.year + age)


def aid(engine: DuckEngine, keep_weighed: bool = False) -> None:
    """Tables ``stretch_sums`` … ``entitlements``: what counts, what it gives, the combination that gives most.

    ``keep_weighed`` materialises each settlement against each schedule, for an explanation. Where the text gives a difference on
    bills of the year before (``reached``, ``before``), they are read a second time.
    """
    (reaching,) = engine.one("SELECT reaching FROM aid_terms")
    difference = reaching == Reaching.DIFFERENCE
    (engine.make if keep_weighed or difference else engine.view)("weighed", sql("weighed"))
    engine.make_as_written("stretch_sums", sql("stretch_sums"))
    if difference:
        engine.make("reached", sql("reached"))
    engine.insert("stretch_sums", sql("hopeful"))
    for name in AIDING:
        if name == "before" and not difference:
            engine.table("before", table_of(_BEFORE, []))
            continue
        (engine.view if name in _READ_ONCE else engine.make)(name, sql(name))
        if keep_weighed and name == "combinations":
            engine.make("combinations_and_alone", sql("alone"))
            engine.rename("combinations_and_alone", "combinations")


def calculate(store: Store, known: Manifest, engine: DuckEngine, rules: Rules) -> None:
    """All steps over everybody; leaves table ``entitlements``, one row a recognised person."""
    prepare(store, known, engine, rules)
    in_force(store, known, engine)
    recognise(engine)
    name_settlements(store, known, engine, reach(engine, rules))
    gather(engine, rules.takes_off)
    children(store, known, engine, rules)
    aid(engine)


def one_person(store: Store, known: Manifest, engine: DuckEngine, rules: Rules, person: Decimal) -> None:
    """The same steps over one person's rows; leaves every table for an explanation."""
    prepare(store, known, engine, rules)
    engine.table("wanted", table_of({"person": KEY}, [{"person": person}]))
    only_own_identities(engine)
    in_force(store, known, engine)
    engine.make("own_applications", sql("own_applications"))
    engine.rename("own_applications", "applications")
    recognise(engine)
    name_settlements(store, known, engine, reach(engine, rules), "all_settlements")
    only_own_settlements(engine)
    gather(engine, rules.takes_off)
    children(store, known, engine, rules)
    aid(engine, keep_weighed=True)
