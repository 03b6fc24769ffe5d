"""Figures of medical institutions for a document and a window, each against the median of its level: lists, not verdicts.

Sums come from SQL; shares and medians are exact fractions of them, compared unrounded. What no settlement has (drugs, consumables,
tests, what was settled) comes from the input ``institution_months``, and is said as missing without it; a column that a load did not
bring makes its figures missing, never zero.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import pyarrow as pa

from monitor.access.scope import EVERYTHING, Scope
from monitor.assess import optional
from monitor.assess.inputs import districts_of, good, name_facts, name_replaced, name_settlements, period, register_persons
from monitor.assess.sql import sql as assess_sql
from monitor.base.errors import StoreError
from monitor.entitle.institution_months import attached
from monitor.entitle.sql import sql
from monitor.intake.columns import INSTITUTION_MONTHS, SETTLEMENTS
from monitor.policy.codes import med_types
from monitor.policy.document import Document
from monitor.policy.provisions import Comparison
from monitor.policy.watching import NOT_IN_SETTLEMENTS, InstitutionMeasure
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest

Row = dict[str, Any]
M = InstitutionMeasure

#: hosp_lv → the level its institutions are held against (codes of the platform).
LEVELS = {
    **dict.fromkeys(("01", "02", "03", "04"), "三级"), **dict.fromkeys(("05", "06", "07"), "二级"),
    **dict.fromkeys(("08", "09", "10"), "一级"), "11": "无等级",
}
#: The figures held against the level's median: column of the numerator, of the denominator, columns of the export it needs.
FIGURES: dict[InstitutionMeasure, tuple[str, str, tuple[str, ...]]] = {
    M.OUTSIDE_SHARE: ("outside", "cost", ("fulamt_ownpay_amt", "medfee_sumamt")),
    M.OWN_SHARE: ("own", "cost", ("psn_part_amt", "medfee_sumamt")),
    M.STAY_COST: ("stay_cost", "stays", ("medfee_sumamt", "med_type")),
    # From the institutions' months: no column of the export.
    M.DRUG_SHARE: ("drugs", "drugs_of", ()),
    M.CONSUMABLE_SHARE: ("consumables", "consumables_of", ()),
    M.TEST_SHARE: ("tests", "tests_of", ()),
}
#: What a sum needs of the export beside the columns above.
SUMS = {"aid": ("maf_pay",), "cost": ("medfee_sumamt",), "outside": ("fulamt_ownpay_amt",), "own": ("psn_part_amt",)}


@dataclass(frozen=True)
class Figure:
    """One figure of an institution, unrounded, and its level's median; None where it cannot be had. ``limit``: of the text."""

    value: Fraction | None
    level_median: Fraction | None
    limit: Decimal | None = None

    @property
    def above_median(self) -> bool:
        return self.value is not None and self.level_median is not None and self.value > self.level_median

    @property
    def above_limit(self) -> bool | None:
        return None if self.value is None or self.limit is None else self.value > self.limit


@dataclass(frozen=True)
class Institution:
    """One institution at one level: the sums (yuan), the figures, and what has to be said of the row."""

    sums: Row
    level: str
    in_region: bool | None
    figures: dict[InstitutionMeasure, Figure]
    notes: tuple[str, ...]

    @property
    def above(self) -> tuple[InstitutionMeasure, ...]:
        """The measures in which it is above its level's median."""
        return tuple(measure for measure, figure in self.figures.items() if figure.above_median)


@dataclass(frozen=True)
class Institutions:
    """All of them, the costliest first; ``missing``: sentences of what cannot be had; ``outside``: settlements of people insured
    outside the document's region, which are not in it."""

    document: Document
    first: date
    last: date
    rows: tuple[Institution, ...]
    missing: tuple[str, ...]
    outside: int


def institutions(
    store: Store, known: Manifest, document: Document, first: date, last: date, scope: Scope = EVERYTHING
) -> Institutions:
    """The institutions where people insured in the document's region (and the scope) were treated from ``first`` to ``last``.

    Raises StoreError where the window holds no settlements, or none says where it was.
    """
    columns = _columns(known, first, last)
    if not {"fixmedins_code", "fixmedins_name"} & columns:
        which = SETTLEMENTS.in_words(("fixmedins_code", "fixmedins_name"))
        raise StoreError(f"结算数据没有{which}，不能按机构列出；请重新导出并导入")
    with store.engine_scope() as engine:
        _tables(store, known, engine, document, first, last, scope)
        engine.view("care", sql("institution_care"))
        engine.make("care_kinds", sql("care_kinds"))
        engine.make("assisted", sql("institution_assisted"))
        engine.make("assisted_care", sql("institution_assisted_care"))
        rows = engine.rows(sql("institutions")).to_pylist()
        outside = 0 if scope.districts else int(engine.rows(sql("institution_outside")).column("settlements")[0].as_py())
        name_facts(store, known, engine, INSTITUTION_MONTHS.name, optional.COLUMNS[INSTITUTION_MONTHS.name])
        engine.make(INSTITUTION_MONTHS.name, assess_sql("current"))
        months = engine.rows(sql("institution_months")).to_pylist()
    lacking = {name: [one for one in needs if one not in columns] for name, needs in SUMS.items()}
    for row in rows:
        for name, missing in lacking.items():
            if missing:
                row[name] = None
                row[f"assisted_{name}"] = None
    stray = attached(rows, months, whole=scope == EVERYTHING)
    said = (*_missing(columns), *_months_missing(known, document, first, last, bool(months)), *stray)
    return Institutions(document, first, last, _judged(document, rows, columns, _months_of(first, last)), said, outside)


def narrowed(month: str | None, year: int, until: date) -> tuple[date, date]:
    """First and last day: of the year up to a day, or of its month. Raises StoreError for a month outside of it."""
    if month is None:
        return date(year, 1, 1), until
    first = date.fromisoformat(f"{month}-01")
    if first.year != year or first > until:
        raise StoreError(f"月份 {month} 不在 {year}-01 至 {until:%Y-%m} 之内；请改选这之内的月份")
    return first, min(until, first.replace(day=calendar.monthrange(first.year, first.month)[1]))


def _columns(known: Manifest, first: date, last: date) -> set[str]:
    """The columns every load of the window brought."""
    months = (first.strftime("%Y-%m"), last.strftime("%Y-%m"))
    loads = [load for load in good(known, "settlements") if any(months[0] <= month <= months[1] for month in load.months)]
    if not loads:
        raise StoreError(
            f"{first} 至 {last} 没有任何结算数据，没有可列的机构；请先用 monitor import settlements 导入，或改看别的月份、年度"
        )
    return set.intersection(*(set(load.columns) for load in loads))


def _tables(
    store: Store, known: Manifest, engine: DuckEngine, document: Document, first: date, last: date, scope: Scope
) -> None:
    text = pa.string()
    register_persons(store, known, engine)
    name_replaced(store, known, engine)
    name_settlements(store, known, engine, first, "settlements_all" if scope.towns else "settlements")
    engine.table("window", period(first, last))
    engine.table("document_region", table_of({"prefix": text}, [{"prefix": document.prefix}]))
    districts = {one for one in districts_of(known) if one.startswith(document.prefix) and one.startswith(scope.districts or ("",))}
    # Whom no settlement says to be insured anywhere is somebody's: of those who see everything.
    known_places = sorted(districts | (set() if scope.districts else {""}))
    engine.table("seen_districts", table_of({"district": text}, [{"district": one} for one in known_places]))
    engine.table(
        "care_prefixes",
        table_of(
            {"prefix": text, "care": text},
            [{"prefix": one.prefix, "care": one.group.value} for one in med_types(store.home.tables).values()],
        ),
    )
    if scope.towns:
        engine.view("placed_register", assess_sql("placed_register"))
        engine.table("seen_towns", table_of({"town": text}, [{"town": town} for town in scope.towns]))
        engine.view("settlements", sql("townspeople"))


def _judged(document: Document, rows: Sequence[Row], columns: set[str], months: int) -> tuple[Institution, ...]:
    levels = [LEVELS.get(row["hosp_lv"], "") for row in rows]
    values = {
        measure: [
            _ratio(row[above], row[below]) if set(needs) <= columns else None for row in rows
        ]
        for measure, (above, below, needs) in FIGURES.items()
    }
    medians = {
        (measure, level): median(known)
        for measure, found in values.items()
        for level in set(levels) - {""}
        if (known := [value for value, own in zip(found, levels, strict=True) if own == level and value is not None])
    }
    limits = _limits(document)
    codes = [row["code"] for row in rows]
    made = []
    for place, (row, level) in enumerate(zip(rows, levels, strict=True)):
        figures = {
            measure: Figure(
                found[place], medians.get((measure, level)), limits.get(row["hosp_lv"]) if measure is M.OUTSIDE_SHARE else None
            )
            for measure, found in values.items()
        }
        inside = row["place"].startswith(document.prefix) if row["place"] else None
        twice = bool(row["code"]) and codes.count(row["code"]) > 1
        notes = (*_notes(row, level, inside, twice), *_month_notes(row, months))
        made.append(Institution(row, level, inside, figures, notes))
    return tuple(sorted(made, key=lambda one: (-(one.sums["cost"] or 0), one.sums["code"], one.sums["name"], one.sums["hosp_lv"])))


def _ratio(above: Decimal | None, below: Decimal | int | None) -> Fraction | None:
    """Nothing is divided by zero, or by less."""
    if above is None or below is None or below <= 0:
        return None
    return Fraction(above) / Fraction(below)


def _limits(document: Document) -> dict[str, Decimal]:
    """hosp_lv → what the text lets the share outside the catalogue be at most."""
    return {
        level: indicator.limit
        for indicator in document.provisions.indicators
        if indicator.id.startswith("out_of_catalogue") and indicator.comparison is Comparison.AT_MOST
        for level in indicator.levels
    }


def _notes(row: Row, level: str, inside: bool | None, twice: bool) -> list[str]:
    found: list[tuple[bool, str]] = [
        (not row["code"] and bool(row["name"]), "没有机构编号，按名称合计"),
        (not row["code"] and not row["name"], "没有机构编号和名称的结算"),
        (not row["hosp_lv"], "没有医院等级，不与同级别对照"),
        (bool(row["hosp_lv"]) and not level, f"医院等级代码 {row['hosp_lv']} 不在编码表中，不与同级别对照"),
        (twice, "同一编号有几个医院等级，分别列出"),
        (bool(row["name"]) and row["other_name"] != row["name"], "同一编号有几个名称"),
        (row["place"] != row["other_place"], "结算中的机构所在地不止一个"),
        (inside is False, "机构在文件地区以外"),
        (inside is None, "结算没有写机构所在地"),
        (row["cost"] is not None and row["cost"] <= 0, "医疗费总额为零或负数，不作除数"),
        (not row["stays"], "没有住院"),
    ]
    return [sentence for holds, sentence in found if holds]


def _missing(columns: set[str]) -> tuple[str, ...]:
    needed = sorted({name for _, _, needs in FIGURES.values() for name in needs} | {"maf_pay", "hosp_lv", "fix_blng_admdvs"})
    lacking = [name for name in needed if name not in columns]
    return (f"结算数据中缺少{SETTLEMENTS.in_words(lacking)}列（缺列不等于零），相应的数字空着",) if lacking else ()


def _months_missing(known: Manifest, document: Document, first: date, last: date, told: bool) -> tuple[str, ...]:
    """Why what the text asks and no settlement has is not there, with the clauses; empty where it is, or where nothing is asked."""
    asked = {measure for watch in document.provisions.watches for measure in watch.measures}
    lacking = [one for one in NOT_IN_SETTLEMENTS if one in asked]
    if told or not lacking:
        return ()
    clauses = "、".join(dict.fromkeys(clause for one in lacking for clause in _clauses(document, one)))
    words = f"{'、'.join(one.label for one in lacking)}（{clauses}）不在结算数据里"
    if sentence := optional.missing(optional.present(known, last), INSTITUTION_MONTHS.name):
        return (f"{words}，{sentence}",)
    record = optional.said_none(known, last).get(INSTITUTION_MONTHS.name)
    return (f"{words}，{optional.none_sentence(record) if record else f'医药机构月度费用没有 {first:%Y-%m} 至 {last:%Y-%m} 的数字'}",)


def _months_of(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _month_notes(row: Row, months: int) -> list[str]:
    """``months``: how many the window has."""
    if row["months_told"] is None:
        return []
    unsettled = row["unsettled"]
    return [
        *([f"月度费用只有 {row['months_told']} 个月（共 {months} 个月）"] if row["months_told"] < months else []),
        *(["已结清的多于结算中的救助金额，请核对"] if unsettled is not None and unsettled < 0 else []),
    ]


def _clauses(document: Document, measure: InstitutionMeasure) -> list[str]:
    return [watch.clause for watch in document.provisions.watches if measure in watch.measures]


def figure_text(value: Fraction | None, measure: InstitutionMeasure) -> str:
    """A share with four decimals, yuan with two, half up; empty where it cannot be had."""
    if value is None:
        return ""
    places = 2 if measure is M.STAY_COST else 4
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return f"{Decimal(whole).scaleb(-places):.{places}f}"

