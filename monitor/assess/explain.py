"""One person's case, checkable with a pocket calculator: which rule and why, the line and where each part of it comes
from, every settlement counted or left out with the reason, the running sum, the one that tipped it.

The same SELECTs as a run, over this person's settlements only: an explanation cannot disagree with its alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa

from monitor.access.hashing import person_key
from monitor.assess.assessment import burden, candidates, crossings, identify, judge
from monitor.assess.duplicates import BECAUSE, find
from monitor.assess.inputs import KEY, LINE, Asked, register_persons, register_tables
from monitor.assess.numbers_told import numbers_of
from monitor.assess.own import only_own_identities, only_own_settlements
from monitor.assess.sql import sql
from monitor.base.errors import UnknownPersonError
from monitor.base.vocabulary import INSUTYPE_LABELS, Category, Measure
from monitor.intake.identity_number import normalise
from monitor.policy.codes import med_type_words, med_types, regions, with_code
from monitor.policy.document import BenchmarkLine, Rule
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest
from monitor.store.names import look_up

_CENT = Decimal("0.01")
Json = dict[str, Any]

LEFT_OUT = {
    "": "计入",
    "outside_window": "结算时间不在本期",
    "superseded": "已被后来导入的同一结算更正",
    "refunded": "已被退费冲销（有有效的退费结算指向它，或同人同额的退费）",
    "partly_refunded": "退了一部分，减去所退部分后另计一行",
    "counted_with_sign": "退费行没有原结算ID，也不能唯一对应一笔结算，按负数另计一行",
    "void": "有效标志为 0，无效",
    "duplicate": "与另一笔结算重复（同一结算两个结算ID），不计",
    "refund_flag": "退费结算标志为 1（退费的一半）",
}


@dataclass(frozen=True)
class Frame:
    """The run an explanation belongs to: what was asked, on what was known, and how it is labelled."""

    run: str
    known_at: str
    trial: bool
    provisional: bool
    known: Manifest
    asked: Asked


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


def explain(store: Store, frame: Frame, person: Decimal) -> Json:
    """The explanation as one JSON object (README, "explain"); amounts are text with two decimals.

    Raises UnknownPersonError when nobody of that key is in the store.
    """
    with store.engine_scope() as engine:
        register_tables(store, frame.known, engine, frame.asked, since=None)
        _only(engine, person)
        burden(engine)
        # Somebody without a counted settlement has a burden of zero, and rules that apply all the same.
        engine.execute("INSERT INTO persons SELECT person, 0, 0, 0, 0, 0 FROM wanted ANTI JOIN persons USING (person)")
        candidates(engine, None)
        identify(engine)
        judge(engine)
        engine.table("over", _over_for_trace(engine, person))
        crossings(engine)
        engine.make("traced_rows", sql("traced_rows"))
        engine.make("registered_all", sql("registered_all"))
        engine.execute("CREATE OR REPLACE TEMP VIEW looked_through AS FROM settlements")
        return _Writer(store, frame, engine, person).write()


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


class _Writer:
    """Turns the engine's tables about one person into the explanation."""

    def __init__(self, store: Store, frame: Frame, engine: DuckEngine, person: Decimal) -> None:
        self.store, self.frame, self.engine, self.person = store, frame, engine, person
        self.document, self.lines = frame.asked.document, frame.asked.lines
        self.known = self._one("SELECT * FROM known_people")
        self.judged = {row["rule"]: row for row in self._all("SELECT * FROM judged")}
        self.crossed = {row["rule"]: row for row in self._all("SELECT * FROM crossings")}
        self.statuses = [
            Category(row["category"]) for row in self._all("SELECT category FROM statuses ORDER BY position")
        ]

    def _all(self, query: str) -> list[Json]:
        rows: list[Json] = self.engine.select(query).to_pylist()
        return rows

    def _one(self, query: str) -> Json | None:
        rows = self._all(query)
        return rows[0] if rows else None

    def write(self) -> Json:
        identities, settlements = self._identities(), self._settlements()
        register = self._one("SELECT * FROM registered_all")
        if not settlements and not identities and register is None:
            raise UnknownPersonError("数据中没有该证件号码的任何结算、身份或登记；请核对号码，或确认相关文件已导入")
        person = self._person(register)
        rules = [self._rule(rule, person) for rule in self.document.rules]
        sums = self.known or {}
        frame = self.frame
        return {
            "document": {
                "id": self.document.id, "title": self.document.title, "number": self.document.number,
                "status": self.document.status.value, "status_label": self.document.status.label,
            },
            "run": frame.run, "as_of": self.lines.window_to.isoformat(), "known_at": frame.known_at,
            "trial": frame.trial, "provisional": frame.provisional,
            "window": {
                "from": self.lines.window_from.isoformat(), "to": self.lines.window_to.isoformat(),
                "label": self.document.window.label,
            },
            "person": person,
            "numbers": numbers_of(self.store, frame.known, self.engine, self.person),
            "identities": identities,
            "category": self._category(rules),
            "verdict": self._verdict(person, rules),
            "rules": rules,
            "settlements": settlements,
            "suspected_duplicates": self._suspected(),
            "sums": {measure.value: money(sums.get(measure.value, Decimal(0))) for measure in Measure},
        }

    def _suspected(self) -> list[Json]:
        """Settlements that are perhaps another one once more, which nobody has decided on: they count."""
        distinct = {(word.first, word.copy) for word in self.frame.known.decided_copies()}
        return [
            {
                "setl_id": one.setl_id, "other_setl_id": one.first_setl_id, "setl_time": one.setl_time.isoformat(sep=" "),
                "psn_part_amt": money(one.psn_part_amt), "maf_pay": money(one.maf_pay), "because": one.because,
                "because_label": BECAUSE[one.because],
            }
            for one in find(self.engine, self.store.keys.hash, self.store.home.tables)
            if (one.record.first, one.record.copy) not in distinct
        ]

    def _person(self, register: Json | None) -> Json:
        known = self.known or {}
        names = look_up(self.store, self.frame.known, self.engine, [self.person])
        certno, name = names.get(self.person, ("", ""))
        insutype = known.get("insutype") or (register or {}).get("insutype") or ""
        district = known.get("insu_admdvs") or (register or {}).get("insu_admdvs") or ""
        return {
            "certno": certno, "psn_name": name, "insutype": insutype,
            "insutype_label": INSUTYPE_LABELS.get(insutype, insutype or "不明"),
            "insu_admdvs": district,
            "insu_admdvs_from": "register" if (register or {}).get("insu_admdvs") else "settlement",
            "inside": district.startswith(self.document.prefix) and bool(district),
            "town": known.get("town") or (register or {}).get("town") or "",
            "deceased": bool(known.get("deceased") or (register or {}).get("deceased")),
            "registered": register is not None,
            "psn_nos": (register or {}).get("psn_nos") or 0,
        }

    def _identities(self) -> list[Json]:
        in_force = {row["category"] for row in self._all("SELECT category FROM in_force")}
        as_of, found = self.lines.window_to, []
        for row in self._all("SELECT * FROM identities ORDER BY begin, category"):
            category = Category(row["category"])
            named = category in self.document.named
            applies = named and category.value in in_force and _holds(row, as_of)
            found.append(
                {
                    "category": category.value, "label": category.label, "begin": row["begin"].isoformat(),
                    "recognised_on": row["recognised"].isoformat() if row["recognised"] else None,
                    "end": row["ended"].isoformat() if row["ended"] else None, "department": row["department"] or "",
                    "risk_eliminated": row["risk_eliminated"], "in_force": applies, "named": named,
                    "why": _identity_why(row, as_of, named, applies),
                }
            )
        return found

    def _rule(self, rule: Rule, person: Json) -> Json:
        row = self.judged.get(rule.id)
        applies = row is not None and person["inside"] and not person["deceased"]
        line = self._line(rule, row)
        over = row is not None and row["burden"] > row["threshold"]
        crossed = self.crossed.get(rule.id) if over else None
        burden_now = row["burden"] if row else (self.known or {}).get(rule.measure.value, Decimal(0))
        return {
            "rule": rule.id, "kind": rule.kind.value, "kind_label": rule.kind.label, "applies": applies,
            "why": self._rule_why(rule, row, person),
            "category": row["category"] if row else None,
            "category_label": Category(row["category"]).label if row else None,
            "measure": rule.measure.value, "measure_label": rule.measure.label, "measure_formula": rule.measure.definition,
            "burden": money(burden_now),
            **line,
            "over": over,
            "excess": money(row["burden"] - row["threshold"]) if row else None,
            "crossed_on": crossed["crossed_on"].isoformat() if crossed else None,
            "crossing_setl_id": crossed["crossing_setl_id"] if crossed else None,
            "clause": rule.clause, "quote": rule.quote,
            "readings": [reading.text for reading in self.document.readings_of(rule)],
        }

    def _line(self, rule: Rule, row: Json | None) -> Json:
        """The rule's line where the person is insured, and where each part of it comes from."""
        district = (self.known or {}).get("insu_admdvs", "")
        lines = [line for line in self.lines.lines if line.rule == rule.id]
        fitting = [line for line in lines if district.startswith(line.region_prefix)]
        if row is not None:
            fitting = [line for line in lines if line.region_prefix == row["region_prefix"]]
        if not fitting:
            return {"line_text": "", "benchmark": None, "multiple": None, "threshold": None}
        line = fitting[0]
        if line.income is None or line.multiple is None:
            text = f"绝对金额 {spoken(exact(line.threshold))} 元"
            return {"line_text": text, "benchmark": None, "multiple": None, "threshold": exact(line.threshold)}
        income = line.income
        return {
            "line_text": f"{money(income.amount)} × {plain(line.multiple * 100)}% = {exact(line.threshold)}"
            + ("（暂用上一年数字）" if line.provisional else ""),
            "benchmark": {
                "region": income.region, "residents": income.residents.value, "residents_label": income.residents.label,
                "year": income.year, "amount": money(income.amount), "source": income.source,
                "published_on": income.published_on.isoformat() if income.published_on else "",
                "approved_by": income.approved_by, "provisional": line.provisional,
            },
            "multiple": plain(line.multiple), "threshold": exact(line.threshold),
        }

    def _rule_why(self, rule: Rule, row: Json | None, person: Json) -> str:
        wanted = "、".join(category.label for category in rule.population.categories)
        schemes = [prefix for prefix in rule.population.schemes if prefix]
        if row is not None:
            base = f"身份“{Category(row['category']).label}”属于本规则的适用人群（{wanted}）"
            if person["deceased"]:
                return base + "，但人员已登记死亡，不预警，另行列示"
            if not person["inside"]:
                where, region = self._place(person["insu_admdvs"]), self._place(self.document.region)
                return base + f"，但参保地 {where} 不在文件地区 {region}，不预警，另行列示"
            return base
        own = "、".join(category.label for category in self.statuses) or Category.ORDINARY.label
        if any(category in rule.population.categories for category in self.statuses) and schemes:
            return f"险种 {person['insutype_label']} 不在本规则适用的险种内（{'、'.join(schemes)} 开头）"
        if isinstance(rule.line, BenchmarkLine) and any(c in rule.population.categories for c in self.statuses):
            return f"参保地 {self._place(person['insu_admdvs'])} 没有对应的标准"
        return f"现有身份（{own}）不在本规则的适用人群内（{wanted}）"

    def _place(self, code: str) -> str:
        """A district by its name, the code behind."""
        name = regions(self.store.home.tables).get(code)
        return with_code(name, code) if name else code or "不明"

    def _category(self, rules: list[Json]) -> Json:
        applying = [rule for rule in rules if rule["applies"]]
        over = [rule for rule in applying if rule["over"]] or applying
        value = over[0]["category"] if over else (self.statuses[0].value if self.statuses else Category.ORDINARY.value)
        return {"id": value, "label": Category(value).label}

    def _verdict(self, person: Json, rules: list[Json]) -> str:
        label = "（试运行）" if self.frame.trial else ""
        until = f"截至 {self.lines.window_to.isoformat()}"
        over = [rule for rule in rules if rule["applies"] and rule["over"]]
        if over:
            first = over[0]
            return (
                f"{label}{until}，{first['measure_label']}累计 {spoken(first['burden'])} 元，超过{first['kind_label']}预警线 "
                f"{spoken(first['threshold'])} 元，超出 {spoken(first['excess'])} 元；"
                f"{first['crossed_on']} 的结算 {first['crossing_setl_id']} 使其越线（{first['clause']}）。"
            )
        if person["deceased"]:
            return f"{label}{until}，人员已登记死亡，不预警。"
        if not person["inside"]:
            where, region = self._place(person["insu_admdvs"]), self._place(self.document.region)
            return f"{label}{until}，参保地 {where} 不在文件适用地区 {region}，不预警。"
        applying = [rule for rule in rules if rule["applies"]]
        if applying:
            first = applying[0]
            return (
                f"{label}{until}，{first['measure_label']}累计 {spoken(first['burden'])} 元，未超过{first['kind_label']}预警线 "
                f"{spoken(first['threshold'])} 元（须严格大于），不预警。"
            )
        aside = self._one("SELECT burden, threshold FROM set_aside WHERE reason = 'no_rule'")
        if aside:
            return (
                f"{label}{until}，文件没有一条规则覆盖其身份与险种，不预警；累计 {spoken(money(aside['burden']))} 元，"
                f"超过比照的标准 {spoken(exact(aside['threshold']))} 元，列入“无适用规则”名单。"
            )
        return f"{label}{until}，文件没有一条规则覆盖其身份与险种，也没有超过比照的标准，不预警。"

    def _settlements(self) -> list[Json]:
        tips = {row["crossing_setl_id"]: rule for rule, row in self.crossed.items() if rule}
        loads, types = {load.number: load for load in self.frame.known.loads}, med_types(self.store.home.tables)
        found = []
        for row in self._all("SELECT * FROM traced_rows ORDER BY position"):
            load = loads[row["batch"]]
            counted = row["left_out_because"] == ""
            found.append(
                {
                    "setl_id": row["setl_id"], "setl_time": row["setl_time"].isoformat(sep=" "), "counted": counted,
                    "reason": row["left_out_because"], "reason_label": _why_label(row),
                    **{
                        name: row[name] or ""
                        for name in ("insutype", "med_type", "fixmedins_name", "refd_setl_flag", "init_setl_id", "vali_flag")
                    },
                    "med_type_label": med_type_words(row["med_type"], types) if row["med_type"] else "",
                    **{
                        name: None if row[name] is None else money(row[name])
                        for name in ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")
                    },
                    "amounts": {m.value: money(row[m.value]) for m in Measure},
                    "running": {m.value: money(row[f"running_{m.value}"]) for m in Measure},
                    "tips": [tips[row["setl_id"]]] if counted and row["setl_id"] in tips else [],
                    "source": {
                        "batch": load.batch, "file": load.file,
                        "sheet": load.place(abs(row["line"]))[0], "line": load.place(abs(row["line"]))[1],
                    },
                }
            )
        return found


def _why_label(row: Json) -> str:
    """Why a settlement is left out; one made of a refund's rows (its line with a minus) says so."""
    if row["left_out_because"] or row["line"] > 0:
        return LEFT_OUT[row["left_out_because"]]
    loose = row["refd_setl_flag"] == "1" and not row["init_setl_id"] and row["psn_part_amt"] < 0
    return "计入（没有原结算ID的退费，按负数）" if loose else "计入（退费后的余额）"


def _holds(row: Json, as_of: date) -> bool:
    return (
        row["begin"] <= as_of
        and (row["ended"] is None or row["ended"] >= as_of)
        and not (row["risk_eliminated"] and row["category"].startswith("monitored_"))
    )


def _identity_why(row: Json, as_of: date, named: bool, applies: bool) -> str:
    if applies:
        return f"在 {as_of.isoformat()} 有效"
    if not named:
        return "文件没有点名这一身份，不影响预警"
    if row["begin"] > as_of:
        return f"自 {row['begin'].isoformat()} 起有效，截止日尚未生效"
    if row["ended"] is not None and row["ended"] < as_of:
        return f"已于 {row['ended'].isoformat()} 终止"
    return "风险已消除，不再有效"


def money(amount: Decimal | None) -> str:
    """Yuan with two decimals, half up; nothing for an amount the data do not hold."""
    return "" if amount is None else str(amount.quantize(_CENT, ROUND_HALF_UP))


def spoken(amount: str) -> str:
    """An amount within a sentence: 19999.995 → 19,999.995."""
    return f"{Decimal(amount):,}" if amount else ""


def exact(amount: Decimal) -> str:
    """A line unrounded, at least two decimals: 19999.995 stays 19999.995."""
    text = plain(amount)
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"


def plain(number: Decimal) -> str:
    """0.500 → 0.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
