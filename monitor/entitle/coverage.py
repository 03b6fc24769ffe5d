"""What a document wants kept, against the data: premium support and assistance reaching everybody, the fund, hospitals.

Each indicator is a fraction with its limit, or the sentence why it cannot be had: an input nobody loaded makes it "not
computable", never zero; nothing is divided by zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitor.assess import optional
from monitor.assess.frames import Frame
from monitor.assess.inputs import districts_of
from monitor.base.vocabulary import Category
from monitor.entitle.calculation import over_the_year
from monitor.entitle.inputs import Rules
from monitor.entitle.insurance import lacks, payment_share, year_terms
from monitor.entitle.premiums import list_days, premium_tables
from monitor.entitle.sql import sql
from monitor.intake.columns import SETTLEMENTS
from monitor.policy.assistance import premium_rows
from monitor.policy.insurance_terms import YearTerms
from monitor.policy.provisions import Comparison, Indicator
from monitor.store.engine import DuckEngine
from monitor.store.home import Store

Row = dict[str, Any]
#: 左右 is read as a fifth to either side, as the figures of schedules are (DECISIONS.md).
_ABOUT = Decimal("0.2")


@dataclass(frozen=True)
class Measured:
    """One indicator of one subject (a region, a hospital; "" for the whole document).

    ``value`` is ``numerator`` ÷ ``denominator``, unrounded to sixteen places; None with ``sentence`` where it cannot be had.
    ``met`` is None where there is no limit or no value. ``unit``: yuan or people.
    """

    indicator: str
    label: str
    subject: str
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    limit: Decimal | None
    comparison: str
    clause: str
    quote: str
    sentence: str
    detail: str = ""

    @property
    def value(self) -> Decimal | None:
        if self.sentence or self.numerator is None or not self.denominator:
            return None
        return round(self.numerator / self.denominator, 16)

    @property
    def met(self) -> bool | None:
        """Held against the limit exactly, by multiplication."""
        if self.value is None or self.limit is None or self.numerator is None or self.denominator is None:
            return None
        limit = self.limit * self.denominator
        if self.comparison == Comparison.AT_LEAST:
            return self.numerator >= limit
        if self.comparison == Comparison.AT_MOST:
            return self.numerator <= limit
        return limit * (1 - _ABOUT) <= self.numerator <= limit * (1 + _ABOUT)


@dataclass(frozen=True)
class Coverage:
    """All indicators; premium support by category; the people entitled to it who are not insured or not supported."""

    indicators: tuple[Measured, ...]
    premium: tuple[Row, ...]
    people: tuple[Row, ...]


def measure(store: Store, frame: Frame, provisional: bool, counts: Mapping[str, Any]) -> Coverage:
    """Every indicator of the run's document. ``counts``: people due assistance (``due``), of them with any (``reached``)
    and with all of it (``whole``), from the run's entitlements."""
    with over_the_year(store, frame, provisional) as (engine, rules):
        insurance = year_terms(store, frame.known, rules.asked.document, rules.asked.as_of.year, provisional)
        return _Measurer(frame, rules, engine, counts, insurance).measure()


class _Measurer:
    def __init__(
        self, frame: Frame, rules: Rules, engine: DuckEngine, counts: Mapping[str, Any], insurance: YearTerms
    ) -> None:
        self.rules, self.engine, self.counts = rules, engine, counts
        self.document, self.frame, self.insurance = rules.asked.document, frame, insurance
        self.present = optional.present(frame.known, frame.asked.as_of)
        self.said_none = optional.said_none(frame.known, frame.asked.as_of)
        loads = [load for load in frame.known.of_table("settlements") if load.accepted]
        self.columns = set.intersection(*(set(load.columns) for load in loads)) if loads else set()
        self.districts = districts_of(frame.known)
        self.premium: list[Row] = []
        self.next_year = 0

    def measure(self) -> Coverage:
        ways: dict[str, Callable[[Indicator], list[Measured]]] = {
            "premium_reach": self._premium_reach, "aid_reach": self._aid_reach, "fund_balance": self._fund,
            "participation": self._fund, "out_of_catalogue_level_2": self._hospitals,
            "out_of_catalogue_level_3": self._hospitals, "county_inpatient": self._county_inpatient,
            "critical_illness_payment": self._critical_illness,
        }
        self._premium_people()
        found: list[Measured] = []
        for indicator in self.document.provisions.indicators:
            found += ways[indicator.id](indicator)
        found += self._unreferred()
        people = [
            row for row in self.premium
            if row["support"] in ("less", "not_supported") or row["insurance"] == "not_insured"
        ]
        return Coverage(tuple(found), tuple(_by_category(self.premium)), tuple(people))

    # --- premium support ---------------------------------------------------------------------------

    def _premium_people(self) -> None:
        rows = premium_rows(self.document, self.rules.asked.as_of, self.districts)
        premium_tables(self.engine, rows, list_days(self.rules.asked.as_of.replace(day=1), whole_year=True))
        self.engine.make("premium_against", sql("premium_against"))
        rows = self.engine.select("SELECT * FROM premium_against ORDER BY category, person").to_pylist()
        if "premium_support" not in self.present:
            # Nobody told us what was paid: that is not the same as nothing.
            for row in rows:
                row["support"], row["supported"], row["shares_supported"] = "unknown", None, None
                row["shares"] = "unknown" if row["shares_due"] else "none"
                row["missing"] = row["missing"] or optional.missing(self.present, "premium_support")
        self.premium = [row for row in rows if row["support"] != "next_year"]
        self.next_year = len(rows) - len(self.premium)

    def _premium_reach(self, indicator: Indicator) -> list[Measured]:
        lacking = optional.missing(self.present, "premium_support")
        supported = sum(row["support"] == "supported" for row in self.premium)
        insured = sum(row["insurance"] == "insured" for row in self.premium)
        less = sum(row["support"] == "less" for row in self.premium)
        unknown = sum(row["insurance"] == "unknown" for row in self.premium)
        detail = f"其中已参保 {insured} 人，参保不详 {unknown} 人"
        if not lacking:
            detail += f"，资助少于标准 {less} 人"
        if self.next_year:
            detail += f"；年内新认定、已自行参保的 {self.next_year} 人次年资助，不在内"
        if any(row["shares_due"] for row in self.premium):
            detail += f"；{self._shares()}"
        if record := self.said_none.get("premium_support"):
            detail += f"；{optional.none_sentence(record)}"
        sentence = lacking or ("" if self.premium else "没有应资助参保的人")
        return [self._of(indicator, "", None if lacking else supported, len(self.premium), "人", sentence, detail)]

    def _shares(self) -> str:
        """How many of those due optional shares of critical-illness premium got them all."""
        states = Counter(row["shares"] for row in self.premium if row["shares_due"])
        return (
            f"应补助选缴保费 {states.total()} 人，足份 {states['supported']} 人，不足 {states['less']} 人，"
            f"份数未填 {states['unknown']} 人"
        )

    # --- assistance --------------------------------------------------------------------------------

    def _aid_reach(self, indicator: Indicator) -> list[Measured]:
        due = int(self.counts["due"])
        detail = f"其中足额 {self.counts['whole']} 人；不能计算的 {self.counts['not_computed']} 人不在内"
        return [self._of(indicator, "", int(self.counts["reached"]), due, "人", "" if due else "没有应享医疗救助的人", detail)]

    # --- the fund ----------------------------------------------------------------------------------

    def _fund(self, indicator: Indicator) -> list[Measured]:
        lacking = optional.missing(self.present, "fund")
        if lacking:
            return [self._of(indicator, "", None, None, "", lacking)]
        rows = self.engine.rows(sql("fund_latest")).to_pylist()
        if not rows:
            year = self.rules.asked.as_of.year
            record = self.said_none.get("fund")
            said = f"（{optional.none_sentence(record)}）" if record else ""
            return [self._of(indicator, "", None, None, "", f"不能计算：医疗救助基金表中没有文件地区 {year} 年截至该月的数字{said}")]
        above, below, unit = (
            ("balance", "income", "元") if indicator.id == "fund_balance" else ("participants", "expected_participants", "人")
        )
        names = {"balance": "累计结余", "income": "当年筹集资金", "participants": "参保人数", "expected_participants": "应参保人数"}
        found = []
        for row in rows:
            missing = [names[name] for name in (above, below) if row[name] is None]
            sentence = f"不能计算：缺少{'、'.join(missing)}" if missing else ""
            if not sentence and row[below] <= 0:
                sentence = f"不能计算：{names[below]}为零或负数，不作除数"
            subject = f"{row['region']} {row['year']}-{row['month']:02d}"
            found.append(self._of(indicator, subject, row[above], row[below], unit, sentence))
        return found

    # --- institutions and care ---------------------------------------------------------------------

    def _lacking(self, *columns: str) -> str:
        missing = [column for column in columns if column not in self.columns]
        return f"不能计算：结算数据中缺少{SETTLEMENTS.in_words(missing)}列（缺列不等于零）" if missing else ""

    def _hospitals(self, indicator: Indicator) -> list[Measured]:
        lacking = self._lacking("fulamt_ownpay_amt", "medfee_sumamt", "hosp_lv", "fixmedins_code")
        if lacking:
            return [self._of(indicator, "", None, None, "", lacking)]
        rows = [row for row in self.engine.rows(sql("hospitals")).to_pylist() if row["hosp_lv"] in indicator.levels]
        found = []
        for row in rows:
            sentence = "" if row["total"] > 0 else "不能计算：医疗费总额为零或负数，不作除数"
            detail = f"{row['settlements']} 笔结算"
            subject = f"{row['code']} {row['name']}".strip()
            found.append(self._of(indicator, subject, row["outside"], row["total"], "元", sentence, detail))
        return found or [self._of(indicator, "", None, None, "", "没有这一级别医疗机构的结算")]

    def _county_inpatient(self, indicator: Indicator) -> list[Measured]:
        lacking = self._lacking("hifp_pay", "inscp_scp_amt", "fix_blng_admdvs", "insu_admdvs", "med_type", "insutype")
        if lacking:
            return [self._of(indicator, "", None, None, "", lacking)]
        (row,) = self.engine.rows(sql("county_inpatient")).to_pylist()
        sentence = "" if row["in_policy"] and row["in_policy"] > 0 else "没有居民在参保县域内的住院结算"
        return [self._of(indicator, "", row["paid"], row["in_policy"], "元", sentence)]

    def _unreferred(self) -> list[Measured]:
        """Care outside the insured prefecture without proper referral: no text sets a limit, everybody asks."""
        name, label, clause = "unreferred_care", "参保地市以外未按规定转诊的费用占比", ""
        lacking = self._lacking("medfee_sumamt", "fix_blng_admdvs", "referred")
        if lacking:
            return [Measured(name, label, "", None, None, "元", None, "", clause, "", lacking)]
        rows = {row["referral"]: row for row in self.engine.rows(sql("places_of_care")).to_pylist()}
        elsewhere = sum((row["costs"] for kind, row in rows.items() if kind != "local"), Decimal(0))
        unreferred = rows["unreferred"]["costs"] if "unreferred" in rows else Decimal(0)
        blank = rows["assumed"]["costs"] if "assumed" in rows else Decimal(0)
        sentence = "" if elsewhere > 0 else "没有参保地市以外的医疗费用"
        unsaid = f"未填是否转诊的 {blank:,} 元"
        return [Measured(name, label, "", unreferred, elsewhere, "元", None, "", clause, "", sentence, unsaid)]

    def _critical_illness(self, indicator: Indicator) -> list[Measured]:
        """What the insurance paid, over what lies above the deductible. An indicator of the texts."""
        critical = self.document.provisions.critical_illness
        if critical is None or not critical.care:
            return [self._of(indicator, "", None, None, "", "不能计算：文件没有写大病保险的起付标准")]
        if sentence := lacks(self.frame.known, self.rules, critical) or self.insurance.deductible_missing:
            return [self._of(indicator, "", None, None, "", sentence if sentence.startswith("不能计算") else f"不能计算：{sentence}")]
        found = []
        for row in payment_share(self.engine, self.frame.known, self.rules, critical, self.insurance):
            sentence = "" if row.above > 0 else "没有人的政策范围内费用超过起付标准"
            detail = f"超过起付标准 {row.people} 人"
            if row.paid_below:
                detail += f"；已付中有 {row.paid_below:,} 元付给没有超过的人（倾斜降低了他们的起付标准，或付错）"
            subject = "" if row.region_prefix == self.document.prefix else row.region_prefix.ljust(6, "0")
            found.append(self._of(indicator, subject, row.paid, row.above, "元", sentence, detail))
        return found or [self._of(indicator, "", None, None, "", "没有人的政策范围内费用超过起付标准")]

    def _of(
        self, indicator: Indicator, subject: str, above: Decimal | int | None, below: Decimal | int | None, unit: str, sentence: str,
        detail: str = "",
    ) -> Measured:
        numerator, denominator = (None if amount is None else Decimal(amount) for amount in (above, below))
        return Measured(
            indicator.id, indicator.label, subject, numerator, denominator, unit, indicator.limit,
            indicator.comparison.value, indicator.clause, indicator.quote, sentence, detail,
        )


def _by_category(rows: Sequence[Row]) -> list[Row]:
    """Who is entitled, insured, supported, by category, in the vocabulary's order; None where nobody told who is supported."""
    found = []
    for category in Category:
        own = [row for row in rows if row["category"] == category.value]
        unknown = sum(row["support"] == "unknown" for row in own)
        if own:
            found.append(
                {
                    "category": category.value, "label": category.label, "entitled": len(own),
                    **{name: sum(row["insurance"] == name for row in own) for name in ("insured", "not_insured")},
                    "insurance_unknown": sum(row["insurance"] == "unknown" for row in own),
                    **{
                        name: None if unknown == len(own) else sum(row["support"] == name for row in own)
                        for name in ("supported", "less", "not_supported")
                    },
                    "support_unknown": unknown,
                    "missing": next((row["missing"] for row in own if row["missing"]), ""),
                }
            )
    return found
