"""One person's entitlement, checkable with a pocket calculator: which schedules and why, every figure with its clause, every
settlement counted or not, each step of the arithmetic unrounded, what was paid, what is missing.

The same SELECTs as the whole calculation, over this person's rows only: an explanation cannot disagree with the list.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from monitor.assess import optional
from monitor.assess.explain import Frame, exact, money, plain, spoken
from monitor.base.vocabulary import AidMark, ApplicationOutcome, Category, Route, ShortfallReason
from monitor.entitle import insurance
from monitor.entitle.calculation import one_person
from monitor.entitle.inputs import Rules, hangs_on, rules_of
from monitor.entitle.sql import sql
from monitor.policy.assistance import ScheduleRow
from monitor.policy.codes import CareGroup, med_type_words
from monitor.policy.provisions import AidWindow
from monitor.store.engine import DuckEngine
from monitor.store.home import Store

Json = dict[str, Any]

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

#: What is not in policy of what a person pays.
_OUTSIDE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")
_NOT = "不能计算："
_UNKNOWN = "文件没有把此人认作医疗救助对象：本年至截止日没有文件点名的有效身份，也没有获批或待批的申请"
_AMOUNTS = ("eligible", "aid", "tilt", "decided", "expected", "actual", "shortfall", "remaining")


def tell(store: Store, frame: Frame, provisional: bool, person: Decimal) -> Json:
    """The entitlement part of an explanation as one JSON object; amounts are text, in yuan.

    ``provisional``: whether the run was allowed the income of the year before. ``recognised`` is false where the document
    does not recognise the person; nothing else is there then but what the text offers.
    """
    rules = rules_of(store, frame.known, frame.asked, provisional)
    with store.engine_scope() as engine:
        one_person(store, frame.known, engine, rules, person)
        engine.make("shortfalls", sql("shortfalls"))
        found = _Teller(frame, rules, engine).tell()
        terms = insurance.year_terms(store, frame.known, rules.asked.document, rules.asked.as_of.year, provisional)
        found["insurance"] = insurance.told(engine, frame.known, rules, terms)
        return found


class _Teller:
    """Turns the engine's tables about one person into the entitlement part."""

    def __init__(self, frame: Frame, rules: Rules, engine: DuckEngine) -> None:
        self.frame, self.rules, self.engine = frame, rules, engine
        self.document, self.types = rules.asked.document, rules.care
        self.present = optional.present(frame.known, rules.asked.as_of)
        self.bound = next((str(row["bound"]) for row in self._all("SELECT bound FROM entitlements")), "")
        self.taken = self._all("SELECT * FROM taken ORDER BY leads DESC, entry")
        #: What each category would give alone, on all the days it holds.
        self.alone = self._all("SELECT * FROM aids WHERE combination < 0 ORDER BY entry")
        #: The category taken for each stretch of days with the same identities.
        self.takes = self._all(
            "SELECT d.*, t.category AS taken FROM stretches AS d LEFT JOIN (SELECT c.stretch, c.category FROM combinations AS c"
            " JOIN chosen AS n ON n.person = c.person AND n.combination = c.combination) AS t ON t.stretch = d.stretch"
            " WHERE d.person >= 0 ORDER BY d.stretch, d.position"
        )

    def _all(self, query: str) -> list[Json]:
        rows: list[Json] = self.engine.select(query).to_pylist()
        return rows

    def tell(self) -> Json:
        found = self._all("SELECT * FROM entitlements")
        if not found:
            return {"recognised": False, "sentence": _UNKNOWN, "offers": self._offers(Category.ORDINARY)}
        (row,) = found
        computed = row["expected"] is not None
        reasons = [one["reason"] for one in self._all("SELECT reason FROM shortfalls")]
        category = Category(row["category"])
        return {
            "recognised": True, "computed": computed, "sentence": row["sentence"], "bound": row["bound"],
            "note": row["note"],
            "category": {"id": category.value, "label": category.label},
            "route": row["route"], "route_label": Route(row["route"]).label if row["route"] else "",
            "application": _application(row),
            **{name: money(row[name]) for name in _AMOUNTS},
            "recorded": money(row["recorded"]) if computed else "",
            "sum": self._sum(row) if computed else "",
            "reason": reasons[0] if reasons else "", "reason_label": ShortfallReason(reasons[0]).label if reasons else "",
            "reason_definition": ShortfallReason(reasons[0]).definition if reasons else "",
            "marks": [
                {"mark": mark.value, "label": mark.label, "definition": mark.definition}
                for mark in map(AidMark, row["marks"].split())
            ],
            "stretches": self._stretches(),
            "categories": self._categories(category if row["route"] else None),
            "care": self._care(),
            "assumed": self._assumed(row),
            "offers": self._offers(category),
        }

    def _sum(self, row: Json) -> str:
        """The last line of the arithmetic: unrounded parts, then cents."""
        amounts = [exact(part[name]) for part in self.taken for name in ("aid", "tilt") if part[name]]
        said = " ＋ ".join(amounts) or "0.00"
        rounded = money(sum((part["aid"] + part["tilt"] for part in self.taken), Decimal(0)))
        due = f"{said} ＝ {rounded}"
        if row["decided"]:
            due += f"；加一事一议决定 {money(row['decided'])} ＝ {money(row['expected'])}"
        expected, actual = money(row["expected"]), money(row["actual"])
        least = "至少" if row["bound"] == "at_least" else ""
        return f"应享{least} {due}；已享 {actual}；差额{least} max(0, {expected} − {actual}) ＝ {money(row['shortfall'])}"

    def _stretches(self) -> list[Json]:
        """Each stretch of days with the same identities, and the one whose aid its bills get."""
        found: dict[int, Json] = {}
        for row in self.takes:
            told = found.setdefault(
                row["stretch"],
                {"from": row["first"].isoformat(), "to": (row["past"] - timedelta(days=1)).isoformat(), "categories": [],
                 "taken": row["taken"] or "", "taken_label": Category(row["taken"]).label if row["taken"] else ""},
            )
            told["categories"].append({"id": row["category"], "label": Category(row["category"]).label})
        return list(found.values())

    def _categories(self, chosen: Category | None) -> list[Json]:
        """Every category the person is recognised in, those taken (就高不重复) first."""
        told = []
        for row in self._all("SELECT * FROM recognised ORDER BY position"):
            category = Category(row["category"])
            alone = [aid for aid in self.alone if aid["category"] == category.value]
            own = [aid for aid in self.taken if aid["category"] == category.value]
            missing = next((aid["missing"] for aid in alone if aid["figures_missing"]), "")
            given = sum((aid["aid"] + aid["tilt"] for aid in own or alone), Decimal(0)) if alone and not missing else None
            told.append(
                {
                    "category": category.value, "label": category.label, "chosen": bool(own) or category is chosen,
                    "recognised_by": "identity" if row["held"] else "application",
                    "begin": row["begin"].isoformat() if row["begin"] else "",
                    "ended": row["ended"].isoformat() if row["ended"] else "",
                    "recognised_on": row["recognised"].isoformat() if row["recognised_told"] else "",
                    "application": _application(row),
                    "gives": exact(given) if given is not None else "", "missing": missing.removeprefix(_NOT),
                    "why": self._together(category) if alone else self._no_schedule(category),
                    "schedules": [self._schedule(aid) for aid in own or alone],
                }
            )
        return sorted(told, key=lambda one: (one["category"] != chosen, not one["chosen"]))

    def _together(self, category: Category) -> str:
        """Whether the category is taken for a stretch whose bills another's schedule, the same one, counts together."""
        taken = {row["taken"] for row in self.takes}
        if category.value not in taken or any(aid["category"] == category.value for aid in self.taken):
            return ""
        schedules = {aid["schedule"] for aid in self.alone if aid["category"] == category.value}
        others = [Category(aid["category"]).label for aid in self.taken if aid["schedule"] in schedules]
        return f"与“{'、'.join(others)}”同一标准，费用合并计算，起付标准只计一次" if others else ""

    def _no_schedule(self, category: Category) -> str:
        rows = self._all("SELECT category, sentence FROM ended UNION ALL SELECT category, sentence FROM other_rules")
        sentence = next((str(row["sentence"]) for row in rows if row["category"] == category.value), "参保地没有对应的救助标准")
        aid = self.document.provisions.assistance
        others = [one for one in aid.other_rules if category in one.categories] if aid else []
        return "".join([sentence, *(
            f"：{one.clause}“{one.quote}”" + "".join(f"。读法：{reading.text}" for reading in one.readings) for one in others
        )])

    def _schedule(self, aid: Json) -> Json:
        """One schedule: where its figures come from, and the arithmetic step by step."""
        row = self.rules.schedules[aid["entry"]]
        return {
            "schedule": row.schedule, "label": row.label, "route": row.route.value, "route_label": row.route.label,
            "apart": row.apart, "care": [{"group": care, "label": CareGroup(care).label} for care in row.care],
            "window": {"from": aid["first"].isoformat(), "to": (aid["past"] - timedelta(days=1)).isoformat(),
                       "kind": str(row.window), "label": AidWindow(row.window).definition, "why": self._reaches_back(aid, row)},
            "clause": row.clause, "quote": row.quote, "reading": row.reading, "bounds": list(row.bounds),
            "cited": [{"about": one.about, "clause": one.clause, "quote": one.quote} for one in row.cited],
            "provisional": row.provisional, "missing": self._missing(aid), "floor": not aid["figures_missing"],
            "deductible": _figure(row.deductible), "ratio": plain(aid["ratio"]) if aid["ratio"] is not None else "",
            "cap": "" if row.cap_unlimited else _figure(aid["cap"]), "serious": aid["serious"], "child": aid["child"],
            "tilt_threshold": _figure(row.tilt_threshold) if row.has_tilt else "",
            "tilt_ratio": plain(aid["tilt_ratio"]) if row.has_tilt and aid["tilt_ratio"] is not None else "",
            "tilt_cap": "" if not row.has_tilt or row.tilt_cap_unlimited else _figure(row.tilt_cap),
            **{name: money(aid[name]) for name in ("counted", "taken_off", "eligible", "qualifying", "actual", "unreferred")},
            "aid": "" if aid["figures_missing"] else exact(aid["aid"]), "tilt": "" if aid["figures_missing"] else exact(aid["tilt"]),
            "cap_reached": bool(aid["cap_reached"]), "tilt_cap_reached": bool(aid["tilt_cap_reached"]),
            "steps": [] if aid["figures_missing"] else _steps(row, aid),
        }

    def _missing(self, aid: Json) -> str:
        """What nobody told us that the schedule's sum hangs on; of one taken, where the whole could be more by it."""
        known = aid["combination"] > 0 and self.bound == "exact"
        return "" if known and not aid["figures_missing"] else str(aid["missing"]).replace(_NOT, "")

    def _reaches_back(self, aid: Json, row: ScheduleRow) -> str:
        """The event costs are traced back from; "" where none is."""
        reached = [
            one["reached"]
            for one in self._all(
                "SELECT s.category, min(s.reached_from) AS reached FROM spans AS s"
                " JOIN stretches AS d ON d.person = s.person AND d.category = s.category"
                " WHERE s.first < s.begin AND d.first < s.begin AND s.reached_from IS NOT NULL GROUP BY s.category"
            )
            if one["category"] == aid["category"]
        ]
        if not reached:
            return ""
        day = reached[0].isoformat()
        if row.window == AidWindow.BEFORE_RECOGNITION:
            return f"{day} 认定，追溯至认定前 {row.look_back_months} 个月"
        unit = "之月" if row.window == AidWindow.BEFORE_APPLICATION_MONTH else "之日"
        return f"{day} 申请，追溯至申请{unit}前 {row.look_back_months} 个月"

    def _care(self) -> list[Json]:
        """Each settlement with the identity and the schedule that aids it, or why none does, in order of time."""
        return [
            {
                "setl_id": row["setl_id"], "setl_time": row["setl_time"].isoformat(sep=" "), "care_day": row["care_day"].isoformat(),
                "identity": row["category"], "identity_label": Category(row["category"]).label if row["category"] else "",
                "schedule": self.rules.schedules[row["entry"]].schedule if row["entry"] is not None else "",
                "schedule_label": self.rules.schedules[row["entry"]].label if row["entry"] is not None else "",
                "med_type": row["med_type"], "care": row["care"],
                "med_type_label": med_type_words(row["med_type"], self.types) if row["med_type"] else "",
                "care_label": CareGroup(row["care"]).label if row["care"] else "对照表中没有这一医疗类别",
                "place": row["place"], "referral": row["referral"], "referral_label": REFERRAL.get(row["referral"], ""),
                "working": f"{money(row['psn_part_amt'])} ＋ {money(row['maf_pay'])} − "
                + " − ".join(money(row[name]) for name in _OUTSIDE),
                "in_policy": money(row["in_policy"]), "taken_off": money(row["taken_off"]), "maf_pay": money(row["maf_pay"]),
                "counted": row["why"] == "", "qualifies": bool(row["qualifies"]),
                "reason": row["why"], "reason_label": self._why(row),
            }
            for row in self.engine.rows(sql("told_care")).to_pylist()
        ]

    def _why(self, row: Json) -> str:
        """Why a settlement counts or does not, and whether the tilt leaves it out: for whoever adds the rows up."""
        leaves = row["why"] == "" and self.rules.schedules[row["entry"]].has_tilt and not row["qualifies"]
        said = f"{WHY[row['why']]}，不进倾斜救助" if leaves else WHY[row["why"]]
        if row["care_day"] != row["setl_time"].date():
            said += f"；手工结报，按 {row['care_day'].isoformat()} 的费用"
        return said + ("；手工结报而没有发票日期，可能应归上一年" if row["perhaps_last_year"] else "")

    def _assumed(self, row: Json) -> list[str]:
        """What the result takes for granted."""
        needed = hangs_on(self.document, (self.rules.schedules[aid["entry"]] for aid in self.alone))
        computed = row["expected"] is not None
        said = [text for table, text in _WITHOUT.items() if computed and table in needed - self.present]
        stated = optional.said_none(self.frame.known, self.rules.asked.as_of)
        said += [optional.none_sentence(record) for table, record in stated.items() if table in needed]
        if self._traced_from_taking_effect():
            said.append("名单没有给出认定日期，追溯期从身份生效的第一天往前算")
        if row["assumed"]:
            said.append(f"有 {spoken(money(row['assumed']))} 元在参保地市以外就医而没有填是否转诊，按已转诊计算")
        said += self._paid_outside() if "other_payments" in needed else []
        if row["deceased"]:
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
        traced = {aid["category"] for aid in self.alone if self.rules.schedules[aid["entry"]].window == AidWindow.BEFORE_RECOGNITION}
        rows = self._all("SELECT DISTINCT s.category FROM spans AS s JOIN recognised AS r USING (person, category)"
                         " WHERE s.reached_from = s.begin AND NOT r.recognised_told")
        return any(row["category"] in traced for row in rows)

    def _offers(self, category: Category) -> list[Json]:
        return [
            {"kind": offer.kind.value, "label": offer.kind.label, "text": offer.text, "clause": offer.clause, "quote": offer.quote}
            for offer in self.document.provisions.offered_to({category})
        ]


def _application(row: Json) -> Json | None:
    if not row["applied_on"]:
        return None
    day: date | None = row["decided_on"]
    return {
        "applied_on": row["applied_on"].isoformat(), "outcome": row["outcome"],
        "outcome_label": ApplicationOutcome(row["outcome"]).label, "decided_on": day.isoformat() if day else "",
    }


def _figure(amount: Decimal | None) -> str:
    return "" if amount is None else exact(amount)


def _steps(row: ScheduleRow, aid: Json) -> list[Json]:
    """The arithmetic, a line each, in figures that are not rounded."""
    steps = []
    if aid["taken_off"]:
        steps.append(_step("eligible", "扣除其他保险", f"{money(aid['counted'])} − {money(aid['taken_off'])}", aid["eligible"]))
    ratio = plain(aid["ratio"])
    if aid["child"] and row.ratio is not None and aid["ratio"] != row.ratio:
        ratio = f"（{plain(row.ratio)} ＋ {plain(row.extra_points)}）"
    over = f"max(0, {money(aid['eligible'])} − {exact(aid['deductible'])})"
    steps.append(_step("full_aid", "救助比例 ×（政策范围内自付 − 起付标准）", f"{ratio} × {over}", aid["full_aid"]))
    if not row.cap_unlimited:
        named = "重特大疾病年度限额" if aid["serious"] else "年度救助限额"
        working = f"min({exact(aid['cap'])}, {exact(aid['full_aid'])})"
        if aid["aid"] < aid["own_aid"]:
            working = f"{working}，各标准合计不超过所持身份中最高的限额 {exact(aid['most'])}，按合计给得最多的办法分给各标准"
        steps.append(_step("aid", named, working, aid["aid"]))
    if aid["paid_before"]:
        steps += _paid_before(row, aid)
    if row.has_tilt:
        taken = min(aid["aid_before"] + aid["net_aid"], aid["qualifying_limit"])
        if aid["qualifying"] != aid["eligible"]:
            year = "本自然年度内" if row.tilt_calendar_year else ""
            steps.append(_step("qualifying", f"倾斜救助只看{year}符合就医和转诊条件的费用", "", aid["qualifying"]))
            alone = f"{ratio} × max(0, {money(aid['qualifying'])} − {exact(aid['deductible'])})"
            steps.append(_step("qualifying_aid", "其中这些费用的救助", f"min({exact(aid['aid'])}, {alone})", taken))
        steps.append(
            _step("tilt_base", "符合条件的费用 − 其救助 − 倾斜起付标准",
                  f"max(0, {money(aid['qualifying'])} − {exact(taken)} − {exact(aid['tilt_threshold'])})", aid["tilt_base"])
        )
        working = f"{plain(aid['tilt_ratio'])} × {exact(aid['tilt_base'])}"
        if not row.tilt_cap_unlimited:
            working = f"min({exact(aid['tilt_cap'])}, {working})"
        if aid["tilt"] < aid["own_tilt"]:
            working = f"{working}，各标准合计不超过所持身份中最高的倾斜限额 {exact(aid['tilt_most'])}"
        steps.append(_step("tilt", "倾斜救助", working, aid["tilt"]))
        if aid["tilt_before"]:
            working = f"max(0, {exact(aid['tilt'])} − {exact(aid['tilt_before'])})"
            steps.append(_step("net_tilt", "其中上一年没有付过的", working, aid["net_tilt"]))
    return steps


def _paid_before(row: ScheduleRow, aid: Json) -> list[Json]:
    """What the year before paid for bills reached that get the difference: it has used that year's cap, not this one's."""
    label = f"追溯到的上一年费用当时已付救助 {money(aid['paid_before'])}，其中按本标准每笔应有的"
    net = f"max(0, {exact(aid['full_aid'])} − {exact(aid['aid_before'])})"
    if not row.cap_unlimited:
        net = f"min({exact(aid['cap'])}, {net})"
    if aid["net_aid"] < aid["own_net"]:
        net = f"{net}，按各标准合计的限额分得"
    return [
        _step("paid_before", label, "", aid["aid_before"] + aid["tilt_before"]),
        _step("net_aid", "上一年没有付过、用本年限额的救助", net, aid["net_aid"]),
    ]


def _step(name: str, label: str, working: str, value: Decimal) -> Json:
    return {"name": name, "label": label, "working": working, "value": exact(value)}
