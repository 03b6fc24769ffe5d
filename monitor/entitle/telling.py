"""One person's entitlement, checkable with a pocket calculator: which schedules and why, every figure with its clause, every
settlement counted or not, each step of the arithmetic unrounded, what was paid, what is missing.

The same SELECTs as the whole calculation, over this person's rows only: an explanation cannot disagree with the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from monitor.assess import optional
from monitor.assess.amounts import exact, money, spoken
from monitor.assess.explain import explain
from monitor.assess.frames import Frame
from monitor.base.vocabulary import AidMark, ApplicationOutcome, Category, Route, ShortfallReason
from monitor.entitle import insurance
from monitor.entitle.arithmetic import AidRow, steps_of
from monitor.entitle.calculation import one_person
from monitor.entitle.entitlement import (
    Application,
    AppliedSchedule,
    CaredSettlement,
    Due,
    Entitlement,
    Explained,
    RecognisedCategory,
    Stretch,
)
from monitor.entitle.inputs import Rules, hangs_on, rules_of
from monitor.entitle.sql import sql
from monitor.policy.assistance import ScheduleRow
from monitor.policy.codes import CareGroup, med_type_words
from monitor.policy.provisions import AidWindow, Offer
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.records import records

#: Why a settlement does not count, by ``weighed.why``.
WHY = {
    "": "计入",
    "record": "只记医疗救助支付，计入已享金额",
    "no_identity": "当日没有可以救助的身份，不计入",
    "earlier_year": "上一年的费用，不在追溯期内或上一年已计入",
    "counted_before": "上一年的费用，当时已付救助，归上一年",
    "care": "本标准不计这类医疗费用",
    "unreferred": "参保地市以外就医，未按规定转诊，不纳入救助",
}
REFERRAL = {
    "local": "参保地市内，不须转诊", "referred": "已按规定转诊", "assumed": "未填，按已转诊处理", "unreferred": "未按规定转诊",
}
#: What some figures would need and may be without: said beside the result where a figure of it is in play.
_WITHOUT = {
    "applications": "没有导入救助申请，有无申请不能判断；依申请救助的对象按今日申请、自然年度计算，有申请会多给的给出至少数",
    "serious_illness": "没有导入重特大疾病标识；救助金额没有超过一般的年度限额的，不受影响，超过的按一般的限额给出至少数",
    "childhood_diseases": "没有导入儿童血液病和恶性肿瘤病种；此人没有未成年时的费用的，结果不受影响，提高比例会多给的给出至少数",
    "case_decisions": "没有导入一事一议决定，应享金额不含一事一议",
    "other_payments": "没有导入商业保险等其他支付，应享金额没有扣除平台之外的赔付",
}

_NOT = "不能计算："
_UNKNOWN = "文件没有把此人认作医疗救助对象：本年至截止日没有文件点名的有效身份，也没有获批或待批的申请"
_DAY = timedelta(days=1)


def explained(store: Store, frame: Frame, provisional: bool, person: Decimal) -> Explained:
    """Both parts of one person's explanation; ``provisional``: whether the run was allowed the income of the year before.

    Raises UnknownPersonError when nobody of that key is in the store.
    """
    return Explained(explain(store, frame, person), tell(store, frame, provisional, person))


def tell(store: Store, frame: Frame, provisional: bool, person: Decimal) -> Entitlement:
    """The entitlement part: what the person is due, and critical-illness insurance."""
    rules = rules_of(store, frame.known, frame.asked, provisional)
    with store.engine_scope() as engine:
        one_person(store, frame.known, engine, rules, person)
        engine.make("shortfalls", sql("shortfalls"))
        sentence, due, offers = _Telling(frame, rules, engine).told()
        terms = insurance.year_terms(store, frame.known, rules.asked.document, rules.asked.as_of.year, provisional)
        return Entitlement(sentence, due, offers, insurance.told(engine, frame.known, rules, terms))


@dataclass(frozen=True)
class _Entitled:
    """The person's row of ``entitlements.sql``; amounts are None where nothing can be computed."""

    category: str
    route: str
    applied_on: date | None
    decided_on: date | None
    outcome: str
    deceased: bool | None
    eligible: Decimal | None
    aid: Decimal | None
    tilt: Decimal | None
    decided: Decimal | None
    expected: Decimal | None
    actual: Decimal | None
    shortfall: Decimal | None
    remaining: Decimal | None
    recorded: Decimal | None
    assumed: Decimal | None
    bound: str
    sentence: str
    note: str
    marks: str


@dataclass(frozen=True)
class _Recognised:
    """A row of ``recognised.sql``."""

    category: str
    held: bool
    begin: date | None
    ended: date | None
    recognised: date | None
    recognised_told: bool | None
    applied_on: date | None
    decided_on: date | None
    outcome: str


@dataclass(frozen=True)
class _Day:
    """A row of ``stretches.sql`` with the category taken for its days."""

    stretch: int
    first: date
    past: date
    category: str
    taken: str | None


@dataclass(frozen=True)
class _Care:
    """A row of ``told_care.sql``."""

    setl_id: str
    setl_time: datetime
    care_day: date
    perhaps_last_year: bool | None
    med_type: str
    care: str
    in_policy: Decimal
    maf_pay: Decimal
    category: str
    entry: int | None
    taken_off: Decimal
    place: str
    referral: str
    qualifies: bool
    why: str
    psn_part_amt: Decimal
    fulamt_ownpay_amt: Decimal
    overlmt_selfpay: Decimal
    preselfpay_amt: Decimal


class _Telling:
    """Turns the engine's tables about one person into the entitlement part."""

    def __init__(self, frame: Frame, rules: Rules, engine: DuckEngine) -> None:
        self.frame, self.rules, self.engine = frame, rules, engine
        self.document, self.types = rules.asked.document, rules.care
        self.present = optional.present(frame.known, rules.asked.as_of)
        self.found = next(iter(records(engine.select("SELECT * FROM entitlements"), _Entitled)), None)
        self.bound = self.found.bound if self.found else ""
        self.taken = records(engine.select("SELECT * FROM taken ORDER BY leads DESC, entry"), AidRow)
        #: What each category would give alone, on all the days it holds.
        self.alone = records(engine.select("SELECT * FROM aids WHERE combination < 0 ORDER BY entry"), AidRow)
        #: The category taken for each stretch of days with the same identities.
        self.takes = records(engine.select(
            "SELECT d.*, t.category AS taken FROM stretches AS d LEFT JOIN (SELECT c.stretch, c.category FROM combinations AS c"
            " JOIN chosen AS n ON n.person = c.person AND n.combination = c.combination) AS t ON t.stretch = d.stretch"
            " WHERE d.person >= 0 ORDER BY d.stretch, d.position"
        ), _Day)

    def told(self) -> tuple[str, Due | None, tuple[Offer, ...]]:
        """The sentence, what is due and what the text offers besides."""
        if self.found is None:
            return _UNKNOWN, None, self.document.provisions.offered_to({Category.ORDINARY})
        category = Category(self.found.category)
        return self.found.sentence, self._due(self.found, category), self.document.provisions.offered_to({category})

    def _due(self, row: _Entitled, category: Category) -> Due:
        computed = row.expected is not None
        reasons = [ShortfallReason(reason) for (reason,) in self.engine.execute("SELECT reason FROM shortfalls").fetchall()]
        return Due(
            computed=computed, bound=row.bound, note=row.note, category=category,
            route=Route(row.route) if row.route else None,
            application=_application(row),
            eligible=row.eligible, aid=row.aid, tilt=row.tilt, decided=row.decided, expected=row.expected, actual=row.actual,
            shortfall=row.shortfall, remaining=row.remaining, recorded=row.recorded if computed else None,
            arithmetic=self._sum(row) if computed else "",
            reason=reasons[0] if reasons else None,
            marks=tuple(map(AidMark, row.marks.split())),
            stretches=self._stretches(),
            categories=self._categories(category if row.route else None),
            care=self._care(),
            assumed=tuple(self._assumed(row)),
        )

    def _sum(self, row: _Entitled) -> str:
        """The last line of the arithmetic: unrounded parts, then cents."""
        said = " ＋ ".join(exact(amount) for part in self.taken for amount in (part.aid, part.tilt) if amount) or "0.00"
        due = f"{said} ＝ {money(_given(self.taken))}"
        if row.decided:
            due += f"；加一事一议决定 {money(row.decided)} ＝ {money(row.expected)}"
        expected, actual = money(row.expected), money(row.actual)
        least = "至少" if row.bound == "at_least" else ""
        return f"应享{least} {due}；已享 {actual}；差额{least} max(0, {expected} − {actual}) ＝ {money(row.shortfall)}"

    def _stretches(self) -> tuple[Stretch, ...]:
        """Each stretch of days with the same identities, and the one whose aid its bills get."""
        days: dict[int, list[_Day]] = {}
        for row in self.takes:
            days.setdefault(row.stretch, []).append(row)
        return tuple(
            Stretch(
                rows[0].first, rows[0].past - _DAY, tuple(Category(row.category) for row in rows),
                Category(rows[0].taken) if rows[0].taken else None,
            )
            for rows in days.values()
        )

    def _categories(self, chosen: Category | None) -> tuple[RecognisedCategory, ...]:
        """Every category the person is recognised in, those taken (就高不重复) first."""
        told = [
            self._category(row, Category(row.category), chosen)
            for row in records(self.engine.select("SELECT * FROM recognised ORDER BY position"), _Recognised)
        ]
        return tuple(sorted(told, key=lambda one: (one.category != chosen, not one.chosen)))

    def _category(self, row: _Recognised, category: Category, chosen: Category | None) -> RecognisedCategory:
        alone = [aid for aid in self.alone if aid.category == category.value]
        own = [aid for aid in self.taken if aid.category == category.value]
        missing = next((aid.missing for aid in alone if aid.figures_missing), "")
        return RecognisedCategory(
            category=category, chosen=bool(own) or category is chosen, by_identity=bool(row.held),
            begin=row.begin, ended=row.ended, recognised_on=row.recognised if row.recognised_told else None,
            application=_application(row),
            gives=_given(own or alone) if alone and not missing else None, missing=missing.removeprefix(_NOT),
            why=self._together(category) if alone else self._no_schedule(category),
            schedules=tuple(self._schedule(aid) for aid in own or alone),
        )

    def _together(self, category: Category) -> str:
        """Whether the category is taken for a stretch whose bills another's schedule, the same one, counts together."""
        taken = {row.taken for row in self.takes}
        if category.value not in taken or any(aid.category == category.value for aid in self.taken):
            return ""
        schedules = {aid.schedule for aid in self.alone if aid.category == category.value}
        others = [Category(aid.category).label for aid in self.taken if aid.schedule in schedules]
        return f"与“{'、'.join(others)}”同一标准，费用合并计算，起付标准只计一次" if others else ""

    def _no_schedule(self, category: Category) -> str:
        rows = self.engine.execute(
            "SELECT category, sentence FROM ended UNION ALL SELECT category, sentence FROM other_rules"
        ).fetchall()
        sentence = next((str(said) for of, said in rows if of == category.value), "参保地没有对应的救助标准")
        aid = self.document.provisions.assistance
        others = [one for one in aid.other_rules if category in one.categories] if aid else []
        return "".join([sentence, *(
            f"：{one.clause}“{one.quote}”" + "".join(f"。读法：{reading.text}" for reading in one.readings) for one in others
        )])

    def _schedule(self, aid: AidRow) -> AppliedSchedule:
        """One schedule: where its figures come from, and the arithmetic step by step."""
        row = self.rules.schedules[aid.entry]
        known = not aid.figures_missing
        return AppliedSchedule(
            row=row, first=aid.first, last=aid.past - _DAY, reaches_back=self._reaches_back(aid, row),
            missing=self._missing(aid), figures_missing=not known,
            ratio=aid.ratio, cap=None if row.cap_unlimited else aid.cap, serious=aid.serious, child=aid.child,
            tilt_ratio=aid.tilt_ratio if row.has_tilt else None,
            counted=aid.counted, taken_off=aid.taken_off, eligible=aid.eligible, qualifying=aid.qualifying, actual=aid.actual,
            unreferred=aid.unreferred, aid=aid.aid if known else None, tilt=aid.tilt if known else None,
            cap_reached=bool(aid.cap_reached), tilt_cap_reached=bool(aid.tilt_cap_reached),
            steps=tuple(steps_of(row, aid)) if known else (),
        )

    def _missing(self, aid: AidRow) -> str:
        """What nobody told us that the schedule's sum hangs on; of one taken, where the whole could be more by it."""
        known = aid.combination > 0 and self.bound == "exact"
        return "" if known and not aid.figures_missing else str(aid.missing).replace(_NOT, "")

    def _reaches_back(self, aid: AidRow, row: ScheduleRow) -> str:
        """The event costs are traced back from; "" where none is."""
        reached = self.engine.execute(
            "SELECT min(s.reached_from) AS reached FROM spans AS s"
            " JOIN stretches AS d ON d.person = s.person AND d.category = s.category"
            " WHERE s.first < s.begin AND d.first < s.begin AND s.reached_from IS NOT NULL AND s.category = ? GROUP BY s.category",
            [aid.category],
        ).fetchall()
        if not reached:
            return ""
        day = reached[0][0].isoformat()
        if row.window == AidWindow.BEFORE_RECOGNITION:
            return f"{day} 认定，追溯至认定前 {row.look_back_months} 个月"
        unit = "之月" if row.window == AidWindow.BEFORE_APPLICATION_MONTH else "之日"
        return f"{day} 申请，追溯至申请{unit}前 {row.look_back_months} 个月"

    def _care(self) -> tuple[CaredSettlement, ...]:
        """Each settlement with the identity and the schedule that aids it, or why none does, in order of time."""
        return tuple(
            CaredSettlement(
                setl_id=row.setl_id, setl_time=row.setl_time, care_day=row.care_day,
                identity=Category(row.category) if row.category else None,
                schedule=self.rules.schedules[row.entry] if row.entry is not None else None,
                med_type=row.med_type, med_type_label=med_type_words(row.med_type, self.types) if row.med_type else "",
                care=CareGroup(row.care) if row.care else None, place=row.place,
                referral=row.referral, referral_label=REFERRAL.get(row.referral, ""),
                working=f"{money(row.psn_part_amt)} ＋ {money(row.maf_pay)} − {money(row.fulamt_ownpay_amt)}"
                f" − {money(row.overlmt_selfpay)} − {money(row.preselfpay_amt)}",
                in_policy=row.in_policy, taken_off=row.taken_off, maf_pay=row.maf_pay, qualifies=bool(row.qualifies),
                why=row.why, reason=self._why(row),
            )
            for row in records(self.engine.rows(sql("told_care")), _Care)
        )

    def _why(self, row: _Care) -> str:
        """Why a settlement counts or does not, and whether the tilt leaves it out: for whoever adds the rows up."""
        tilted = row.why == "" and row.entry is not None and self.rules.schedules[row.entry].has_tilt
        said = f"{WHY[row.why]}，不进倾斜救助" if tilted and not row.qualifies else WHY[row.why]
        if row.care_day != row.setl_time.date():
            said += f"；手工结报，按 {row.care_day.isoformat()} 的费用"
        return said + ("；手工结报而没有发票日期，可能应归上一年" if row.perhaps_last_year else "")

    def _assumed(self, row: _Entitled) -> list[str]:
        """What the result takes for granted."""
        needed = hangs_on(self.document, (self.rules.schedules[aid.entry] for aid in self.alone))
        computed = row.expected is not None
        said = [text for table, text in _WITHOUT.items() if computed and table in needed - self.present]
        stated = optional.said_none(self.frame.known, self.rules.asked.as_of)
        said += [optional.none_sentence(record) for table, record in stated.items() if table in needed]
        if self._traced_from_taking_effect():
            said.append("名单没有给出认定日期，追溯期从身份生效的第一天往前算")
        if row.assumed:
            said.append(f"有 {spoken(money(row.assumed))} 元在参保地市以外就医而没有填是否转诊，按已转诊计算")
        said += self._paid_outside() if "other_payments" in needed else []
        if row.deceased:
            said.append("人员已登记死亡：所列为其生前费用应得的救助")
        return said

    def _paid_outside(self) -> list[str]:
        """What other insurance paid outside the platform, and what of it came off no bill."""
        ((paid, taken),) = self.engine.execute(
            "SELECT (SELECT coalesce(sum(o.amount), 0) FROM other_payments AS o SEMI JOIN wanted AS w ON w.person = o.person"
            " CROSS JOIN aid_year AS y WHERE o.paid_on <= y.as_of),"
            " (SELECT coalesce(sum(amount), 0) FROM paid_outside WHERE person >= 0)"
        ).fetchall()
        if not paid:
            return []
        over = f"；其余 {spoken(money(paid - taken))} 元大于所对应的可救助费用，或没有对应的费用，不再多扣" if paid > taken else ""
        return [f"商业保险等在平台之外支付 {spoken(money(paid))} 元，先从可救助费用中扣除 {spoken(money(taken))} 元{over}"]

    def _traced_from_taking_effect(self) -> bool:
        """Whether costs are traced back from the first day in force, since no list gave the day of recognition."""
        traced = {aid.category for aid in self.alone if self.rules.schedules[aid.entry].window == AidWindow.BEFORE_RECOGNITION}
        rows = self.engine.execute("SELECT DISTINCT s.category FROM spans AS s JOIN recognised AS r USING (person, category)"
                                   " WHERE s.reached_from = s.begin AND NOT r.recognised_told").fetchall()
        return any(category in traced for (category,) in rows)


def _given(aids: Sequence[AidRow]) -> Decimal:
    """What the schedules give together, not rounded."""
    return sum((aid.aid + aid.tilt for aid in aids), Decimal(0))


def _application(row: _Entitled | _Recognised) -> Application | None:
    if not row.applied_on:
        return None
    return Application(row.applied_on, ApplicationOutcome(row.outcome), row.decided_on)
