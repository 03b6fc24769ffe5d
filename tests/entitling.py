"""Assistance over rows in memory: schedules and facts as said in a test, through the same SQL as a run, without files.

Facts not said are filled in: an insured district of Weihai, inpatient care, one settlement of the amount that is eligible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from bureau import LIBRARY

from monitor.assess.inputs import KEY
from monitor.assess.optional import COLUMNS
from monitor.assess.sql import sql as assess_sql
from monitor.base.vocabulary import MONITORED, Category, Residents, Route
from monitor.entitle import calculation
from monitor.entitle.inputs import LACKING, YUAN, discusses, reach_table, schedule_tables, terms_table
from monitor.policy.assistance import Reaching, ScheduleRow, reaching_of, schedule_rows
from monitor.policy.codes import med_types
from monitor.policy.incomes import Income, Incomes
from monitor.policy.parameters import with_recorded
from monitor.store.engine import DuckEngine, table_of

AS_OF = date(2025, 12, 31)
Row = dict[str, Any]

_MONEY = ("cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay", "hifp_pay", "hifmi_pay", "hifob_pay", "fund_pay_sumamt",
          "psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")
_TEXT = ("setl_id", "insutype", "insu_admdvs", "fix_blng_admdvs", "pay_loc", "referred", "med_type", "dise_codg", "dise_name", "manl_reim_rea")
_SETTLEMENT = {
    "batch": pa.int32(), "line": pa.int32(), "person": KEY, "setl_time": pa.timestamp("us"), "counts": pa.bool_(), "claimed_for": pa.date32(),
    **dict.fromkeys(_TEXT, pa.string()), **dict.fromkeys(_MONEY, YUAN),
}


def schedule(category: str, **given: Any) -> ScheduleRow:
    """A schedule of Weihai's kind, the category's own; amounts and ratios as text."""
    decimals = ("deductible", "ratio", "cap", "cap_serious", "tilt_threshold", "tilt_ratio", "tilt_cap", "extra_points")
    values: Row = {
        "schedule": category, "route": Route.DIRECT, "care": ("inpatient", "chronic_outpatient", "special_drug"),
        "deductible": "0", "ratio": "0.7", "cap": "70000", "cap_serious": None, "tilt_threshold": None, "tilt_ratio": None,
        "tilt_cap": None, "tilt_needs_referral": False, "tilt_within": "", "tilt_calendar_year": False, "needs_referral": False,
        "window": "calendar_year", "look_back_months": 0, "extra_points": "0", "extra_points_on": (),
        "extra_points_missing": "", "extra_points_under_age": None, "deducted": (), "paid_outside": False, "until": None, "missing": "",
        "clause": "", "quote": "", "reading": "", "bounds": (), "region_prefix": "", "year": 2025, "label": "", "apart": False,
        "provisional": False, "cited": (), "once_a_year": False, "keeps_year": False, **given,
    }
    for name in decimals:
        if values[name] is not None:
            values[name] = Decimal(values[name])
    values["has_tilt"] = values["tilt_threshold"] is not None
    values.setdefault("cap_unlimited", values["cap"] is None)
    values.setdefault("tilt_cap_unlimited", values["tilt_cap"] is None)
    return ScheduleRow(category=Category(category), **values)


@dataclass
class Case:
    """People (by number), what they are and what happened to them."""

    schedules: Sequence[ScheduleRow]
    as_of: date = AS_OF
    prefix: str = ""
    identities: list[Row] = field(default_factory=list)
    settlements: list[Row] = field(default_factory=list)
    optional: dict[str, list[Row]] = field(default_factory=dict)
    grown_up: list[Row] = field(default_factory=list)
    register: list[Row] = field(default_factory=list)
    discusses: bool = True
    #: Inputs nobody told us of: their column of ``inputs_lacking`` says so.
    absent: tuple[str, ...] = ()
    #: What a look-back may reach of what was counted before.
    reaching: Reaching = Reaching.FRESH
    #: Whether a bill claimed by hand counts for the year of its invoice.
    hand_claims: bool = False
    #: Where people are insured and treated unless said.
    district: str = "371002"
    #: First days of the months after the load that first said a risk eliminated: (person, category, begin, past).
    eliminated: list[Row] = field(default_factory=list)

    def holds(self, person: int, category: str, begin: date = date(2020, 1, 1), **given: Any) -> Case:
        self.identities.append({"person": person, "category": category, "begin": begin, **given})
        return self

    def pays(self, person: int, amount: object, on: str = "2025-03-01", **given: Any) -> Case:
        """A settlement: ``amount`` is the in-policy self-payment before aid; what maf_pay took is off psn_part_amt."""
        number = len(self.settlements) + 1
        row: Row = {
            "batch": 1, "line": number, "person": person, "setl_id": f"S{number:04d}", "counts": True, "insutype": "390",
            "insu_admdvs": self.district, "fix_blng_admdvs": self.district, "pay_loc": "2", "referred": None, "med_type": "21",
            "setl_time": datetime.fromisoformat(on), **given,
        }
        for name in _MONEY:
            row[name] = Decimal(str(row.get(name, 0)))
        row["psn_part_amt"] = Decimal(str(amount)) - row["maf_pay"] + sum(
            row[name] for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")
        )
        if "fund_pay_sumamt" not in given:
            row["fund_pay_sumamt"] = sum(row[name] for name in _MONEY[:7]) + row["maf_pay"]
        self.settlements.append(row)
        return self

    def add(self, table: str, **row: Any) -> Case:
        self.optional.setdefault(table, []).append(row)
        return self

    def entitlements(self) -> dict[int, Row]:
        """The result by person; in ``engine`` every table on the way."""
        self.engine = _filled(self)
        calculation.recognise(self.engine)
        reach_table(self.engine, calculation.earliest(self.engine, date(self.as_of.year, 1, 1)), self.as_of, self.hand_claims)
        calculation.gather(self.engine)
        self.engine.make("childhood_cases", calculation.sql("childhood_cases"))
        self.engine.make("children", calculation.sql("children"))
        self.engine.make("perhaps_children", calculation.sql("perhaps_children"))
        calculation.aid(self.engine)
        rows = self.engine.select("SELECT * FROM entitlements").to_pylist()
        return {int(row["person"]): row for row in rows}

    def one(self) -> Row:
        """The only person's row."""
        (row,) = self.entitlements().values()
        return row


#: A document's id and an insured district of it, by a short name.
DOCUMENTS = {
    "weihai": ("weihai-2022-15", "371002"), "gansu": ("gansu-2022-23", "620102"), "dongyang": ("dongyang-2020-24", "330783"),
    "hebei": ("hebei-city-2022", "130602"), "mongolia": ("inner-mongolia-2022-draft", "150102"),
}


def of_document(name: str, as_of: date, recorded: Mapping[str, str] | None = None, income: str = "40000", **given: Any) -> Case:
    """A case under a document's own schedules, with what the bureau recorded; every income is the same."""
    document, district = DOCUMENTS[name]
    settled = with_recorded(LIBRARY.get(document), recorded or {})
    incomes = Incomes(
        Income(region, residents, year, Decimal(income), "", as_of, "")
        for region in (district[:2] + "0000", district[:4] + "00") for residents in Residents for year in (as_of.year - 1, as_of.year - 2)
    )
    rows = schedule_rows(settled, as_of, incomes, frozenset({district}))
    return Case(rows, as_of=as_of, discusses=discusses(settled), reaching=reaching_of(settled), district=district, prefix=settled.prefix,
                hand_claims=name == "dongyang", **given)


def _filled(case: Case) -> DuckEngine:
    engine = DuckEngine()
    engine.execute(assess_sql("measures").read_text(encoding="utf-8"))
    text, as_of = pa.string(), case.as_of

    def name(table: str, columns: Mapping[str, pa.DataType], rows: Iterable[Row]) -> None:
        engine.table(table, table_of(columns, [{column: row.get(column) for column in columns} for row in rows]))

    past = as_of + timedelta(days=1)
    days = {"first": pa.date32(), "past": pa.date32(), "as_of": pa.date32()}
    name("aid_year", days, [{"first": date(as_of.year, 1, 1), "past": past, "as_of": as_of}])
    schedule_tables(engine, case.schedules, as_of)
    terms_table(engine, case.reaching, case.hand_claims)
    name("settlements", _SETTLEMENT, case.settlements)
    name("left_out", {"batch": pa.int32(), "line": pa.int32()}, [])
    name("numbers_resolved", {"stored": KEY, "person": KEY}, [])
    name("other_numbers", {"stored": KEY, "person": KEY}, [])
    name("register", {"person": KEY, "psn": KEY, "insutype": text, "insu_admdvs": text, "town": text, "deceased": pa.bool_(),
                      "insured": pa.bool_(), "batch": pa.int32(), "line": pa.int32()}, case.register)
    engine.view("placed_register", assess_sql("placed_register"))
    name("identities", {"person": KEY, "category": text, "begin": pa.date32(), "ended": pa.date32(), "recognised": pa.date32(),
                        "risk_eliminated": pa.bool_(), "died": pa.bool_()}, case.identities)
    name("eliminated", {"person": KEY, "category": text, "begin": pa.date32(), "past": pa.date32()}, case.eliminated)
    order = list(Category)
    name("named", {"category": text, "position": pa.int32()},
         [{"category": c.value, "position": order.index(c)} for c in order if c is not Category.ORDINARY])
    name("monitored", {"category": text}, [{"category": c.value} for c in MONITORED])
    engine.make("identity_spells", calculation.sql("identity_spells"))
    name("document_region", {"prefix": text}, [{"prefix": case.prefix}])
    scheduled = {row.category for row in case.schedules}
    sentences = {"category": text, "sentence": text}
    name("other_rules", sentences, [{"category": c.value, "sentence": f"“{c.label}”按其他规定执行"} for c in order if c not in scheduled])
    name("ended", sentences, [{"category": row.category.value, "sentence": "过渡期已结束"} for row in case.schedules
                              if row.until is not None and row.until < as_of])
    name("feed_lacks", {"sentence": text}, [{"sentence": ""}])
    name("care_prefixes", {"prefix": text, "care": text},
         [{"prefix": m.prefix, "care": m.group.value} for m in med_types(None).values()])
    name("case_discussion", {"kind": text}, [{"kind": "case_discussion"}] if case.discusses else [])
    name("inputs_lacking", dict.fromkeys(LACKING, text), [{one: f"缺少 {one}" if one in case.absent else "" for one in LACKING}])
    name("grown_up", {"person": KEY, "under_age": pa.int32(), "grown_on": pa.date32()}, case.grown_up)
    for table, columns in COLUMNS.items():
        name(table, columns, case.optional.get(table, []))
    return engine
