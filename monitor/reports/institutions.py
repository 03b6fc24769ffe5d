"""Machine output of the list of institutions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from monitor.assess.amounts import plain
from monitor.entitle.institutions import Institution, Institutions, figure_text
from monitor.policy.watching import InstitutionMeasure
from monitor.reports.machine import Row, write_plain
from monitor.reports.workbook import ListColumn

M = InstitutionMeasure
INSTITUTIONS = (
    "document", "from", "until", "code", "name", "hosp_lv", "level", "place", "in_region", "settlements", "assisted_people", "aid",
    "cost", "outside", "outside_share", "outside_share_median", "outside_limit", "over_limit", "own", "own_share", "own_share_median",
    "stays", "stay_cost", "cost_per_stay", "cost_per_stay_median", "above_median", "assisted_cost", "assisted_outside",
    "assisted_own", "note", "missing", "trial", "drug_share", "drug_share_median", "consumable_share", "consumable_share_median",
    "test_share", "test_share_median", "settled", "unsettled", "months_told",
)
_CENT = Decimal("0.01")
_YES = {True: "yes", False: "no", None: ""}


def institution_rows(found: Institutions, trial: bool = False) -> list[Row]:
    """One row an institution and level; shares with four decimals, yuan with two, half up, compared exactly. ``trial``: the document
    is not in force on the last day, or the run was a trial."""
    return [{**_row(found, one), "trial": "true" if trial else "false"} for one in found.rows]


def _row(found: Institutions, one: Institution) -> Row:
    sums, outside, own, stay = one.sums, *(one.figures[measure] for measure in (M.OUTSIDE_SHARE, M.OWN_SHARE, M.STAY_COST))
    return {
        "document": found.document.id, "from": found.first.isoformat(), "until": found.last.isoformat(),
        "code": sums["code"], "name": sums["name"], "hosp_lv": sums["hosp_lv"], "level": one.level, "place": sums["place"] or "",
        "in_region": _YES[one.in_region], "settlements": str(sums["settlements"]), "assisted_people": str(sums["assisted_people"]),
        **{name: _money(sums[name]) for name in ("aid", "cost", "outside", "own", "stay_cost")},
        "outside_share": figure_text(outside.value, M.OUTSIDE_SHARE),
        "outside_share_median": figure_text(outside.level_median, M.OUTSIDE_SHARE),
        "outside_limit": plain(outside.limit) if outside.limit is not None else "", "over_limit": _YES[outside.above_limit],
        "own_share": figure_text(own.value, M.OWN_SHARE), "own_share_median": figure_text(own.level_median, M.OWN_SHARE),
        "stays": str(sums["stays"]), "cost_per_stay": figure_text(stay.value, M.STAY_COST),
        "cost_per_stay_median": figure_text(stay.level_median, M.STAY_COST),
        "above_median": " ".join(measure.value for measure in one.above),
        **{name: _money(sums[name]) for name in ("assisted_cost", "assisted_outside", "assisted_own")},
        "note": "；".join(one.notes), "missing": "；".join(found.missing),
        **{
            f"{measure.value}{end}": figure_text(value, measure)
            for measure in (M.DRUG_SHARE, M.CONSUMABLE_SHARE, M.TEST_SHARE)
            for end, value in (("", one.figures[measure].value), ("_median", one.figures[measure].level_median))
        },
        **{name: _money(sums[name]) for name in ("settled", "unsettled")},
        "months_told": str(sums["months_told"] or ""),
    }


def list_columns(rows: Sequence[Institution]) -> tuple[ListColumn, ...]:
    """The list for people: each figure with its level's median, and what it is above. What the institutions' months tell has columns
    where it is told of any of ``rows``."""
    of_months = (M.DRUG_SHARE, M.CONSUMABLE_SHARE, M.TEST_SHARE)
    told = [one for one in of_months if any(row.figures[one].value is not None for row in rows)]
    known = any(row.sums["settled"] is not None for row in rows)
    settled = (("已结清（元）", "settled"), ("未结清（元）", "unsettled")) if known else ()
    shares: list[ListColumn] = []
    for measure in (M.OUTSIDE_SHARE, M.OWN_SHARE, M.STAY_COST, *told):
        kind = "money" if measure is M.STAY_COST else "percent"
        for heading, which in ((measure.label, "value"), (f"{measure.label}（同级别中位数）", "level_median")):
            shares.append(ListColumn(heading, kind, 22, partial(_figure, measure=measure, which=which)))  # type: ignore[arg-type]
    return (
        ListColumn("医药机构", "text", 28, lambda one: one.sums["name"] or ""),
        ListColumn("机构编号", "text", 16, lambda one: one.sums["code"] or ""),
        ListColumn("级别", "text", 8, lambda one: one.level),
        ListColumn("救助人数", "integer", 10, lambda one: one.sums["assisted_people"]),
        ListColumn("救助金额（元）", "money", 16, lambda one: one.sums["aid"]),
        ListColumn("医疗费用（元）", "money", 18, lambda one: one.sums["cost"]),
        *shares,
        *(ListColumn(heading, "money", 16, partial(_sum, name=name)) for heading, name in settled),
        ListColumn("高于同级别中位数", "text", 30, lambda one: "、".join(measure.label for measure in one.above)),
        ListColumn("超过文件的目录外占比", "text", 20, lambda one: "是" if one.figures[M.OUTSIDE_SHARE].above_limit else ""),
        ListColumn("说明", "text", 40, lambda one: "；".join(one.notes)),
    )


def _sum(one: Institution, name: str) -> Decimal | None:
    amount: Decimal | None = one.sums[name]
    return amount


def _figure(one: Institution, measure: InstitutionMeasure, which: str) -> Decimal | None:
    text = figure_text(getattr(one.figures[measure], which), measure)
    return Decimal(text) if text else None


def as_csv(found: Institutions, trial: bool = False) -> str:
    return write_plain(institution_rows(found, trial), INSTITUTIONS, "csv")


def as_json(found: Institutions, trial: bool = False) -> str:
    """The clauses that ask, what is missing, and the rows, as one object."""
    asked = [
        {"clause": one.clause, "label": one.label, "measures": list(one.measures), "quote": one.quote,
         "readings": [reading.text for reading in one.readings]}
        for one in found.document.provisions.watches
    ]
    told = {
        "document": found.document.id, "from": found.first.isoformat(), "until": found.last.isoformat(), "asked": asked,
        "trial": trial, "missing": list(found.missing), "insured_outside": found.outside,
        "institutions": institution_rows(found, trial),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else str(Decimal(amount).quantize(_CENT, ROUND_HALF_UP))
