"""One person's case, checkable with a pocket calculator: which rule and why, the line and where each part of it comes
from, every settlement counted or left out with the reason, the running sum, the one that tipped it.

The same SELECTs as a run, over this person's settlements only: an explanation cannot disagree with its alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pyarrow as pa

from monitor.access.hashing import person_key
from monitor.assess.amounts import exact, money, plain, spoken
from monitor.assess.assessment import burden, candidates, crossings, identify, judge
from monitor.assess.duplicates import Copy, find
from monitor.assess.explanation import (
    AppliedLine,
    Crossing,
    Explanation,
    HeldIdentity,
    JudgedRule,
    Person,
    Source,
    TracedSettlement,
)
from monitor.assess.frames import Frame
from monitor.assess.inputs import KEY, LINE, name_settlements, register_persons, register_tables
from monitor.assess.numbers_told import numbers_of
from monitor.assess.own import only_own_identities, only_own_settlements
from monitor.assess.reasons import Held, Reasons, why_held, why_left_out
from monitor.assess.sql import sql
from monitor.base.errors import UnknownPersonError
from monitor.base.vocabulary import Category, Measure
from monitor.intake.identity_number import normalise
from monitor.policy.codes import med_type_words, med_types, regions
from monitor.policy.document import Rule
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.names import look_up
from monitor.store.records import records


def person_of_number(store: Store, frame: Frame, typed: str) -> Decimal:
    """The person key of a number as somebody types it: an identity number (blanks, full-width digits, 15 digits and
    all), else the psn_no of somebody of whom nothing more is known."""
    number, _ = normalise(typed)
    # Ten digits may be a Taiwan resident's pass: its number is the first eight.
    written = [number, number[:8]] if number.isdecimal() and len(number) == 10 else [number]
    by_certno = [Decimal(person_key(store.keys.hash, "certno", one)) for one in written]
    by_psn_no = Decimal(person_key(store.keys.hash, "psn_no", typed.strip()))
    with store.engine_scope() as engine:
        register_persons(store, frame.known, engine)
        for key in by_certno:
            if engine.execute("SELECT 1 FROM shown_numbers WHERE person = ? LIMIT 1", [key]).fetchall():
                break
        else:
            engine.table("wanted", table_of({"person": KEY}, [{"person": by_psn_no}]))
            for (person,) in engine.execute(sql("person_of_psn_no").read_text()).fetchall():
                return Decimal(person)
            key = by_certno[0]
        engine.table("wanted", table_of({"person": KEY}, [{"person": key}]))
        (person,) = engine.one(sql("own_person").read_text())
        return Decimal(person)


def explain(store: Store, frame: Frame, person: Decimal) -> Explanation:
    """How the run judged the person, and on what.

    Raises UnknownPersonError when nobody of that key is in the store.
    """
    with store.engine_scope() as engine:
        register_tables(store, frame.known, engine, frame.asked)
        name_settlements(store, frame.known, engine, None, "all_settlements")
        _only(engine, person)
        burden(engine)
        # Somebody without a counted settlement has a burden of zero, and rules that apply all the same.
        engine.execute("INSERT INTO persons SELECT person, 0, 0, 0, 0, 0 FROM wanted ANTI JOIN persons USING (person)")
        candidates(engine, None)
        # However far from a line: each of theirs is explained.
        engine.execute("CREATE TEMP VIEW near_settlements AS FROM settlements")
        identify(engine)
        judge(engine)
        engine.table("over", _over_for_trace(engine, person))
        crossings(engine)
        engine.make("traced_rows", sql("traced_rows"))
        engine.make("registered_all", sql("registered_all"))
        engine.execute("CREATE OR REPLACE TEMP VIEW looked_through AS FROM settlements")
        return _Explaining(store, frame, engine, person).explanation()


def _only(engine: DuckEngine, person: Decimal) -> None:
    """Keep this person's rows only, and look closely at them whatever their burden."""
    engine.table("wanted", table_of({"person": KEY}, [{"person": person}]))
    only_own_settlements(engine)
    only_own_identities(engine)
    engine.table(
        "floors", table_of({"measure": pa.string(), "amount": LINE}, [
            {"measure": measure.value, "amount": Decimal("-99999999999")} for measure in Measure
        ])
    )


def _over_for_trace(engine: DuckEngine, person: Decimal) -> pa.Table:
    """The lines to find a crossing for: every one judged; one row with no line when there is none, so that the
    settlements are traced all the same."""
    rows = engine.execute("SELECT person, rule, measure, threshold FROM judged").fetchall()
    columns = {"person": KEY, "rule": pa.string(), "measure": pa.string(), "threshold": LINE}
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return table_of(columns, found or [{"person": person, "rule": "", "measure": "", "threshold": None}])


@dataclass(frozen=True)
class _Known:
    """The person's row of ``known_people.sql``: the sums of the window, where they are insured."""

    insutype: str
    insu_admdvs: str
    town: str
    deceased: bool
    burden_before_aid: Decimal
    burden_after_aid: Decimal
    in_policy_before_aid: Decimal
    in_policy_after_aid: Decimal


@dataclass(frozen=True)
class _Registered:
    """The person's row of ``registered_all.sql``: what the register says of them."""

    insutype: str | None
    insu_admdvs: str | None
    town: str | None
    deceased: bool | None
    psn_nos: int | None


@dataclass(frozen=True)
class _Judged:
    """A row of ``judged.sql``: a rule that covers the person."""

    rule: str
    category: str
    region_prefix: str
    burden: Decimal
    threshold: Decimal


@dataclass(frozen=True)
class _Crossed:
    """A row of ``crossings.sql``."""

    rule: str
    crossed_on: date
    crossing_setl_id: str


@dataclass(frozen=True)
class _Identity:
    """A row of ``identities``."""

    category: str
    begin: date
    ended: date | None
    recognised: date | None
    department: str | None
    risk_eliminated: bool | None


@dataclass(frozen=True)
class _Traced:
    """A row of ``traced_rows.sql``."""

    batch: int
    line: int
    setl_id: str
    setl_time: datetime
    left_out_because: str
    insutype: str | None
    med_type: str | None
    fixmedins_name: str | None
    refd_setl_flag: str | None
    init_setl_id: str | None
    vali_flag: str | None
    psn_part_amt: Decimal
    maf_pay: Decimal | None
    fulamt_ownpay_amt: Decimal | None
    overlmt_selfpay: Decimal | None
    preselfpay_amt: Decimal | None
    burden_before_aid: Decimal | None
    burden_after_aid: Decimal | None
    in_policy_before_aid: Decimal | None
    in_policy_after_aid: Decimal | None
    running_burden_before_aid: Decimal | None
    running_burden_after_aid: Decimal | None
    running_in_policy_before_aid: Decimal | None
    running_in_policy_after_aid: Decimal | None


class _Explaining:
    """Turns the engine's tables about one person into the explanation."""

    def __init__(self, store: Store, frame: Frame, engine: DuckEngine, person: Decimal) -> None:
        self.store, self.frame, self.engine, self.person = store, frame, engine, person
        self.document, self.lines = frame.asked.document, frame.asked.lines
        self.known = next(iter(records(engine.select("SELECT * FROM known_people"), _Known)), None)
        self.judged = {row.rule: row for row in records(engine.select("SELECT * FROM judged"), _Judged)}
        self.crossed = {row.rule: row for row in records(engine.select("SELECT * FROM crossings"), _Crossed)}
        held = engine.execute("SELECT category FROM statuses ORDER BY position").fetchall()
        self.statuses = [Category(category) for (category,) in held]
        districts = partial(regions, store.home.tables)
        self.reasons = Reasons(self.document, self.lines.window_to, frame.trial, self.statuses, districts)

    def explanation(self) -> Explanation:
        identities, settlements = self._identities(), self._settlements()
        register = next(iter(records(self.engine.select("SELECT * FROM registered_all"), _Registered)), None)
        if not settlements and not identities and register is None:
            raise UnknownPersonError("数据中没有该证件号码的任何结算、身份或登记；请核对号码，或确认相关文件已导入")
        person = self._person(register)
        rules = tuple(self._rule(rule, person) for rule in self.document.rules)
        return Explanation(
            document=self.document, run=self.frame.run, as_of=self.lines.window_to, known_at=self.frame.known_at,
            trial=self.frame.trial, provisional=self.frame.provisional,
            window_from=self.lines.window_from, window_to=self.lines.window_to,
            person=person,
            numbers=numbers_of(self.store, self.frame.known, self.engine, self.person),
            identities=identities,
            category=self._category(rules),
            verdict=self.reasons.verdict(person, rules, self._not_covered()),
            rules=rules,
            settlements=settlements,
            suspected_duplicates=self._suspected(),
            sums={measure: self._sum(measure) for measure in Measure},
        )

    def _sum(self, measure: Measure) -> Decimal:
        """The window's sum of a measure; nothing for whoever has no counted settlement."""
        amount: Decimal = getattr(self.known, measure.value) if self.known else Decimal(0)
        return amount

    def _suspected(self) -> tuple[Copy, ...]:
        """Settlements that are perhaps another one once more, which nobody has decided on: they count."""
        distinct = {(word.first, word.copy) for word in self.frame.known.decided_copies()}
        return tuple(
            one for one in find(self.engine, self.store.keys.hash, self.store.home.tables)
            if (one.record.first, one.record.copy) not in distinct
        )

    def _person(self, register: _Registered | None) -> Person:
        known = self.known
        names = look_up(self.store, self.frame.known, self.engine, [self.person])
        certno, name = names.get(self.person, ("", ""))
        district = (known.insu_admdvs if known else "") or (register.insu_admdvs if register else "") or ""
        return Person(
            certno=certno, psn_name=name,
            insutype=(known.insutype if known else "") or (register.insutype if register else "") or "",
            insu_admdvs=district,
            insu_admdvs_from="register" if register and register.insu_admdvs else "settlement",
            inside=district.startswith(self.document.prefix) and bool(district),
            town=(known.town if known else "") or (register.town if register else "") or "",
            deceased=bool((known and known.deceased) or (register and register.deceased)),
            registered=register is not None,
            psn_nos=(register.psn_nos if register else 0) or 0,
        )

    def _identities(self) -> tuple[HeldIdentity, ...]:
        in_force = {category for (category,) in self.engine.execute("SELECT category FROM in_force").fetchall()}
        as_of, found = self.lines.window_to, []
        for row in records(self.engine.select("SELECT * FROM identities ORDER BY begin, category"), _Identity):
            category = Category(row.category)
            held = Held(category, row.begin, row.ended, bool(row.risk_eliminated))
            named = category in self.document.named
            applies = named and category.value in in_force and held.holds_on(as_of)
            found.append(HeldIdentity(
                category=category, begin=row.begin, recognised_on=row.recognised, ended=row.ended, department=row.department or "",
                risk_eliminated=row.risk_eliminated, in_force=applies, named=named, why=why_held(held, as_of, named, applies),
            ))
        return tuple(found)

    def _rule(self, rule: Rule, person: Person) -> JudgedRule:
        row = self.judged.get(rule.id)
        over = row is not None and row.burden > row.threshold
        crossed = self.crossed.get(rule.id) if over else None
        category = Category(row.category) if row else None
        return JudgedRule(
            rule=rule, applies=row is not None and person.inside and not person.deceased,
            why=self.reasons.why(rule, category, person), category=category,
            burden=row.burden if row else self._sum(rule.measure),
            line=self._line(rule, row), over=over, excess=row.burden - row.threshold if row else None,
            crossing=Crossing(crossed.crossed_on, crossed.crossing_setl_id) if crossed else None,
            readings=tuple(reading.text for reading in self.document.readings_of(rule)),
        )

    def _line(self, rule: Rule, row: _Judged | None) -> AppliedLine | None:
        """The rule's line where the person is insured, and where each part of it comes from."""
        district = self.known.insu_admdvs if self.known else ""
        lines = [line for line in self.lines.lines if line.rule == rule.id]
        fitting = [line for line in lines if district.startswith(line.region_prefix)]
        if row is not None:
            fitting = [line for line in lines if line.region_prefix == row.region_prefix]
        if not fitting:
            return None
        line = fitting[0]
        if line.income is None or line.multiple is None:
            return AppliedLine(f"绝对金额 {spoken(exact(line.threshold))} 元", line.threshold, None, None, line.provisional)
        text = f"{money(line.income.amount)} × {plain(line.multiple * 100)}% = {exact(line.threshold)}"
        text += "（暂用上一年数字）" if line.provisional else ""
        return AppliedLine(text, line.threshold, line.income, line.multiple, line.provisional)

    def _category(self, rules: tuple[JudgedRule, ...]) -> Category:
        applying = [rule for rule in rules if rule.applies]
        shown = next((rule.category for rule in applying if rule.over), applying[0].category if applying else None)
        return shown or (self.statuses[0] if self.statuses else Category.ORDINARY)

    def _not_covered(self) -> tuple[Decimal, Decimal] | None:
        """Burden and the standard it is over, of somebody whom no rule covers."""
        rows = self.engine.execute("SELECT burden, threshold FROM set_aside WHERE reason = 'no_rule'").fetchall()
        return rows[0] if rows else None

    def _settlements(self) -> tuple[TracedSettlement, ...]:
        tips = {row.crossing_setl_id: rule for rule, row in self.crossed.items() if rule}
        loads, types = {load.number: load for load in self.frame.known.loads}, med_types(self.store.home.tables)
        found = []
        for row in records(self.engine.select("SELECT * FROM traced_rows ORDER BY position"), _Traced):
            load = loads[row.batch]
            sheet, line = load.place(abs(row.line))
            tipped = row.left_out_because == "" and row.setl_id in tips
            found.append(TracedSettlement(
                setl_id=row.setl_id, setl_time=row.setl_time, left_out_because=row.left_out_because, reason=_why(row),
                insutype=row.insutype or "", med_type=row.med_type or "",
                med_type_label=med_type_words(row.med_type, types) if row.med_type else "",
                fixmedins_name=row.fixmedins_name or "", refd_setl_flag=row.refd_setl_flag or "",
                init_setl_id=row.init_setl_id or "", vali_flag=row.vali_flag or "",
                psn_part_amt=row.psn_part_amt, maf_pay=row.maf_pay, fulamt_ownpay_amt=row.fulamt_ownpay_amt,
                overlmt_selfpay=row.overlmt_selfpay, preselfpay_amt=row.preselfpay_amt,
                amounts={measure: getattr(row, measure.value) for measure in Measure},
                running={measure: getattr(row, f"running_{measure.value}") for measure in Measure},
                tips=(tips[row.setl_id],) if tipped else (),
                source=Source(load.batch, load.file, sheet, line),
            ))
        return tuple(found)


def _why(row: _Traced) -> str:
    """Why a settlement is left out; one made of a refund's rows (its line with a minus) says so."""
    loose = row.refd_setl_flag == "1" and not row.init_setl_id and row.psn_part_amt < 0
    return why_left_out(row.left_out_because, netted=row.line < 0, loose=loose)
