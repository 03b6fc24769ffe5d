"""What the calculation looks at: the document's schedules for a date, and the facts, as the named tables of its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from monitor.assess import optional
from monitor.assess.inputs import Asked, districts_of, incomes_known
from monitor.base.vocabulary import Category, Route
from monitor.entitle.reaching import look_backs
from monitor.intake.columns import SETTLEMENTS
from monitor.policy.assistance import Reaching, ScheduleRow, at_best, no_worse, other_rules, reaching_of, schedule_rows
from monitor.policy.codes import MedType, med_types
from monitor.policy.document import Document
from monitor.policy.provisions import AidWindow, OfferKind
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest

#: Yuan and a share of an income to the last digit; ratios; yuan of the data.
AMOUNT = pa.decimal128(20, 8)
RATIO = pa.decimal128(5, 4)
YUAN = pa.decimal128(18, 2)

#: What every figure here needs of a settlement; without one of them nothing can be computed.
NEEDED = ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "med_type")

#: The optional inputs a person's entitlement can hang on; ``inputs_lacking`` has one row with a column each: the sentence
#: where nobody told us, else "".
LACKING = ("applications", "serious_illness", "childhood_diseases", "case_decisions", "other_payments")

_WHY_IT_HANGS = {
    "applications": "。有没有获批的申请、何时申请，决定哪些费用可以计入、按哪个身份救助",
    "serious_illness": "。救助金额已超过一般的年度限额，用哪个限额要看有没有重特大疾病标识",
    "childhood_diseases": "。此人在计算期内有未成年时的费用，是否提高比例要看病种",
}

#: The fund columns a schedule can take off first: payments of insurance beside the three systems.
TAKEN_OFF = ("cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay")


@dataclass(frozen=True)
class Rules:
    """What the document gives, resolved for the date and the districts of the data."""

    asked: Asked
    schedules: tuple[ScheduleRow, ...]
    others: tuple[Category, ...]
    care: dict[str, MedType]

    @property
    def year_first(self) -> date:
        return date(self.asked.as_of.year, 1, 1)

    @property
    def reaching(self) -> Reaching:
        """What a look-back may reach of bills an earlier year or another identity has counted."""
        return reaching_of(self.asked.document)

    @property
    def hand_claims(self) -> bool:
        """Whether a bill claimed by hand counts for the year of its invoice."""
        aid = self.asked.document.provisions.assistance
        return aid is not None and aid.hand_claims is not None

    @property
    def takes_off(self) -> bool:
        """Whether any schedule takes payments of other insurance off first."""
        return any(row.deducted for row in self.schedules)


def rules_of(store: Store, known: Manifest, asked: Asked, provisional: bool) -> Rules:
    """The schedules for the date on what was known: incomes, the bureau's own figures, the districts of the data."""
    incomes, districts = incomes_known(store, known), districts_of(known)
    schedules = schedule_rows(asked.document, asked.as_of, incomes, districts, provisional=provisional)
    return Rules(asked, schedules, other_rules(asked.document), med_types(store.home.tables))


def feed_lacks(known: Manifest, rules: Rules, needed: Sequence[str] = NEEDED) -> str:
    """Why the settlements of the year cannot be looked at, in one sentence; "" where they can. ``needed``: the columns."""
    first, last = rules.year_first.strftime("%Y-%m"), rules.asked.as_of.strftime("%Y-%m")
    for load in known.of_table("settlements"):
        if load.accepted and any(first <= month <= last for month in load.months):
            missing = [column for column in needed if column not in load.columns]
            if missing:
                said = SETTLEMENTS.in_words(missing)
                return f"不能计算：{load.file}（批次 {load.batch}）中没有{said}列（缺列不等于零），请重新导出并导入"
    return ""


def rule_tables(engine: DuckEngine, known: Manifest, rules: Rules) -> None:
    """The document's side: ``schedules`` and what hangs on them, the year, the table of med_types."""
    as_of, document = rules.asked.as_of, rules.asked.document
    engine.table(
        "aid_year",
        table_of(
            {"first": pa.date32(), "past": pa.date32(), "as_of": pa.date32()},
            [{"first": rules.year_first, "past": as_of + timedelta(days=1), "as_of": as_of}],
        ),
    )
    schedule_tables(engine, rules.schedules, as_of)
    terms_table(engine, rules.reaching, rules.hand_claims)
    text = pa.string()
    sentences = {"category": text, "sentence": text}
    others = {
        "other_rules": [
            {"category": one.value, "sentence": f"“{one.label}”在本文件中没有救助标准，按其他规定执行"} for one in rules.others
        ],
        "ended": [{"category": category, "sentence": sentence} for category, sentence in _ended(rules).items()],
    }
    for name, rows in others.items():
        engine.table(name, table_of(sentences, rows))
    engine.table("feed_lacks", table_of({"sentence": text}, [{"sentence": feed_lacks(known, rules)}]))
    engine.table(
        "care_prefixes",
        table_of({"prefix": text, "care": text}, [{"prefix": m.prefix, "care": m.group.value} for m in rules.care.values()]),
    )
    discussed = [{"kind": OfferKind.CASE_DISCUSSION.value}] if discusses(document) else []
    engine.table("case_discussion", table_of({"kind": text}, discussed))
    engine.table("inputs_lacking", table_of(dict.fromkeys(LACKING, text), [_inputs_lacking(known, rules)]))


def terms_table(engine: DuckEngine, reaching: Reaching, hand_claims: bool) -> None:
    """``aid_terms``: what a look-back may reach of bills another year or identity has counted; whether a bill claimed by hand
    counts for the year of its invoice."""
    columns = {"reaching": pa.string(), "hand_claims": pa.bool_()}
    engine.table("aid_terms", table_of(columns, [{"reaching": reaching.value, "hand_claims": hand_claims}]))


def discusses(document: Document) -> bool:
    """Whether the document provides for decisions of single cases (一事一议)."""
    return any(offer.kind is OfferKind.CASE_DISCUSSION for offer in document.provisions.offers)


def hangs_on(document: Document, schedules: Iterable[ScheduleRow]) -> frozenset[str]:
    """Which of ``LACKING`` the result of these schedules can depend on at all."""
    rows = tuple(schedules)
    needed = {
        "applications": any(row.route is Route.ON_APPLICATION for row in rows),
        "serious_illness": any(row.cap_serious is not None for row in rows),
        "childhood_diseases": any(row.extra_points or row.extra_points_missing for row in rows),
        "case_decisions": discusses(document),
        "other_payments": any(row.paid_outside for row in rows),
    }
    return frozenset(table for table, needs in needed.items() if needs)


def _inputs_lacking(known: Manifest, rules: Rules) -> dict[str, str]:
    """``inputs_lacking``'s row."""
    needed, present = hangs_on(rules.asked.document, rules.schedules), optional.present(known, rules.asked.as_of)
    lacking = {table: optional.missing(present, table) if table in needed else "" for table in LACKING}
    for table, why in _WHY_IT_HANGS.items():
        lacking[table] += why if lacking[table] else ""
    return lacking


def _ended(rules: Rules) -> dict[str, str]:
    """Categories whose schedules ended before the day: said to people none of whose days they reach."""
    return {
        row.category.value: f"“{row.category.label}”的救助限于过渡期，过渡期已于 {row.until.isoformat()} 结束"
        for row in rules.schedules
        if row.until is not None and row.until < rules.asked.as_of
    }


def schedule_tables(engine: DuckEngine, schedules: Sequence[ScheduleRow], as_of: date) -> None:
    """``schedules`` (one row each, numbered in order), ``standards`` (these and, ``hoped``, each as good as what is not known of it
    allows), ``schedule_care``, ``category_care``, ``category_terms``, ``by_application``, ``no_worse``, ``look_backs``."""
    order = {category: position for position, category in enumerate(Category)}
    text, flag = pa.string(), pa.bool_()
    columns = {
        "entry": pa.int32(), "schedule": text, "category": text, "position": pa.int32(), "route": text, "region_prefix": text,
        "deductible": AMOUNT, "ratio": RATIO, "cap": AMOUNT, "cap_unlimited": flag, "cap_serious": AMOUNT,
        "has_tilt": flag, "tilt_threshold": AMOUNT, "tilt_ratio": RATIO, "tilt_cap": AMOUNT, "tilt_cap_unlimited": flag,
        "tilt_needs_referral": flag, "tilt_within": text, "tilt_calendar_year": flag, "needs_referral": flag,
        "extra_points": RATIO, "extra_on_ratio": flag, "extra_on_tilt": flag,
        "extra_points_missing": text, "extra_under_age": pa.int32(), "past": pa.date32(), "missing": text, "apart": flag,
        **{f"off_{column}": flag for column in TAKEN_OFF}, "paid_outside": flag,
    }
    rows = [{"entry": entry, "position": order[row.category], **_schedule(row)} for entry, row in enumerate(schedules)]
    engine.table("schedules", table_of(columns, rows))
    hoped = [
        {**row, **_schedule(at_best(one)), "hoped": True, "unset": one.missing} for row, one in zip(rows, schedules, strict=True)
    ]
    certain = [{**row, "hoped": False, "unset": ""} for row in rows]
    engine.table("standards", table_of({**columns, "hoped": flag, "unset": text}, [*certain, *hoped]))
    engine.table(
        "schedule_care",
        table_of(
            {"entry": pa.int32(), "care": text},
            [{"entry": entry, "care": care} for entry, row in enumerate(schedules) for care in row.care],
        ),
    )
    both = sorted({(row.category.value, care) for row in schedules for care in row.care})
    engine.table(
        "category_care", table_of({"category": text, "care": text}, [{"category": category, "care": care} for category, care in both])
    )
    terms = {
        "category": text, "position": pa.int32(), "direct": flag, "window_kind": text, "months": pa.int32(), "keeps_year": flag,
        "once_a_year": flag,
    }
    main = {row.category: row for row in reversed(schedules) if not row.apart}
    engine.table(
        "category_terms",
        table_of(
            terms,
            [
                {"category": category.value, "position": order[category], "direct": row.route is Route.DIRECT,
                 "window_kind": str(row.window), "months": row.look_back_months, "keeps_year": row.keeps_year,
                 "once_a_year": row.once_a_year}
                for category, row in main.items()
            ],
        ),
    )
    applied = sorted({row.category.value for row in schedules if row.route is Route.ON_APPLICATION})
    engine.table("by_application", table_of({"category": text}, [{"category": category} for category in applied]))
    better = sorted(
        (one.category.value, than.category.value, one.region_prefix)
        for one in schedules for than in schedules if than.route is Route.ON_APPLICATION and (one is than or no_worse(one, than))
    )
    engine.table(
        "no_worse",
        table_of({"category": text, "than": text, "region_prefix": text},
                 [{"category": category, "than": than, "region_prefix": region} for category, than, region in better]),
    )
    days = look_backs(((AidWindow(row.window), row.look_back_months) for row in schedules), as_of)
    engine.table(
        "look_backs",
        table_of({"window_kind": text, "months": pa.int32(), "day": pa.date32(), "first": pa.date32()}, days),
    )


def _schedule(row: ScheduleRow) -> dict[str, Any]:
    unknown = set(row.deducted) - set(TAKEN_OFF)
    assert not unknown, f"{row.schedule}: {unknown}"
    return {
        "schedule": row.schedule, "category": row.category.value, "route": row.route.value, "region_prefix": row.region_prefix,
        "deductible": row.deductible, "ratio": row.ratio, "cap": row.cap, "cap_unlimited": row.cap_unlimited,
        "cap_serious": row.cap_serious, "has_tilt": row.has_tilt, "tilt_threshold": row.tilt_threshold,
        "tilt_ratio": row.tilt_ratio, "tilt_cap": row.tilt_cap, "tilt_cap_unlimited": row.tilt_cap_unlimited,
        "tilt_needs_referral": row.tilt_needs_referral, "tilt_within": row.tilt_within,
        "tilt_calendar_year": row.tilt_calendar_year, "needs_referral": row.needs_referral,
        "extra_points": row.extra_points, "extra_on_ratio": "ratio" in row.extra_points_on,
        "extra_on_tilt": "tilt_ratio" in row.extra_points_on, "extra_points_missing": row.extra_points_missing,
        "extra_under_age": row.extra_points_under_age,
        "past": row.until + timedelta(days=1) if row.until else None, "missing": row.missing, "apart": row.apart,
        **{f"off_{column}": column in row.deducted for column in TAKEN_OFF}, "paid_outside": row.paid_outside,
    }


def reach_table(engine: DuckEngine, first: date, as_of: date, hand_claims: bool = False) -> None:
    """``reach``: the time settlements are read of, half open; claims by hand that count for the invoice's year come until the
    end of the next (``claims_past``)."""
    past = datetime.combine(as_of + timedelta(days=1), time())
    claims_past = datetime.combine(date(as_of.year + 2, 1, 1), time()) if hand_claims else past
    engine.table(
        "reach",
        table_of(
            dict.fromkeys(("first", "past", "claims_past"), pa.timestamp("us")),
            [{"first": datetime.combine(first, time()), "past": past, "claims_past": claims_past}],
        ),
    )
