"""Machine output of the list of institutions."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

from monitor.assess.explain import plain
from monitor.entitle.institutions import Institution, Institutions, figure_text
from monitor.policy.watching import InstitutionMeasure
from monitor.reports.machine import Row, write_plain

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
