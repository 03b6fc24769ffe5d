"""Machine output of what people are due: entitlements.csv with the columns others rely on, and those due more than was paid.

UTF-8 without BOM, money with two decimals, ratios as they are, dates ISO, unmasked: for the data manager's own programs.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from monitor.assess.amounts import plain
from monitor.base.vocabulary import AidMark, Category, ShortfallReason
from monitor.entitle.keeping import details_of, rows_of
from monitor.policy.document import Document
from monitor.reports.machine import Row, write_plain
from monitor.store.home import Store
from monitor.store.manifest import RunRecord

ENTITLEMENTS = (
    "document", "certno", "category", "route", "eligible", "deductible", "ratio", "cap", "aid", "tilt_threshold", "tilt_ratio",
    "tilt_cap", "tilt", "expected", "actual", "shortfall", "remaining", "note", "decided", "bound",
)
#: A row a person and schedule: its columns are those of ENTITLEMENTS as far as they are the schedule's own, and sum to it.
DETAIL = (
    "document", "certno", "category", "route", "schedule", "from", "to", "settlements", "eligible", "deductible", "ratio", "cap",
    "aid", "tilt_threshold", "tilt_ratio", "tilt_cap", "tilt", "decided", "expected", "actual", "remaining", "bound",
)
SHORTFALLS = (
    "document", "as_of", "certno", "psn_name", "category", "route", "insutype", "insu_admdvs", "town", "reason", "marks", "month",
    "eligible", "aid", "tilt", "decided", "expected", "actual", "shortfall", "remaining", "unreferred", "care_not_counted", "note",
    "bound",
)
NO_ROUTE = (
    "document", "as_of", "certno", "psn_name", "kind", "category", "insutype", "insu_admdvs", "town", "burden", "excess", "note",
    "offers",
)
_CENT = Decimal("0.01")
_RATIOS = ("ratio", "tilt_ratio")
#: Shares of an income: finer than a cent. Every other amount is kept in cents.
_FINE = ("deductible", "tilt_threshold", "burden", "excess")


def entitlement_rows(store: Store, record: RunRecord) -> list[Row]:
    """One row for everyone the document recognises, the largest shortfall first, those not computable last."""
    rows = rows_of(store, record.run, "entitlements", ("person", *(c for c in ENTITLEMENTS if c not in ("document", "certno"))))
    rows.sort(key=lambda row: (row["shortfall"] is None, -(row["shortfall"] or 0), row["certno"]))
    for row in rows:
        row["document"] = record.document
    return [_texts(row, ENTITLEMENTS) for row in rows]


def detail_rows(store: Store, record: RunRecord) -> list[Row]:
    """A row for everyone computed and each schedule taken; a person's rows sum to their row of ``entitlement_rows``."""
    rows = rows_of(store, record.run, "schedules")
    rows.sort(key=lambda row: (row["certno"], row["place"]))
    return [_texts({**row, "document": record.document}, DETAIL) for row in rows]


def shortfall_rows(store: Store, record: RunRecord) -> list[Row]:
    """Everyone due more than was paid, the largest shortfall first."""
    rows = rows_of(store, record.run, "shortfalls")
    rows.sort(key=lambda row: (-row["shortfall"], row["certno"]))
    common = {"document": record.document, "as_of": record.as_of}
    return [
        _texts({**row, **common, "month": month_of(row), "care_not_counted": row["uncounted"]}, SHORTFALLS) for row in rows
    ]


def month_of(row: Row) -> str:
    """The month of the first counted settlement that went without assistance (of the first, where all had some)."""
    return row["unpaid_since"].strftime("%Y-%m") if row["unpaid_since"] else ""


def no_route_rows(store: Store, record: RunRecord, document: Document) -> list[Row]:
    """People the run flags whom no schedule helps, with what the text offers them next."""
    found = []
    for row in rows_of(store, record.run, "no_route"):
        category = Category(row["named_category"] or row["category"])
        offered = document.provisions.offered_to({category})
        offers = "；".join(f"{offer.kind.label}：{offer.text}（{offer.clause}）" for offer in offered)
        note = row["sentence"] or f"“{category.label}”在本文件中没有医疗救助标准"
        found.append(_texts({**row, "document": record.document, "as_of": record.as_of, "note": note, "offers": offers}, NO_ROUTE))
    return found


def totals(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """People and shortfall by district, category, month, reason and mark; ``rows`` as ``shortfall_rows`` gives them.

    Marks overlap: their people add up to more than the list.
    """
    by: dict[str, Callable[[Row], Iterable[str]]] = {
        "district": lambda row: (row["insu_admdvs"],), "category": lambda row: (row["category"],),
        "month": lambda row: (row["month"],), "reason": lambda row: (row["reason"],), "mark": lambda row: row["marks"].split(),
    }
    labels = {"category": Category, "reason": ShortfallReason, "mark": AidMark}
    found = {}
    for name, keys_of in by.items():
        people: Counter[str] = Counter()
        amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            for key in keys_of(row):
                people[key] += 1
                amounts[key] += Decimal(row["shortfall"])
        found[name] = [
            {name: key, **({"label": labels[name](key).label} if name in labels else {}), "people": people[key],
             "shortfall": str(amounts[key])}
            for key in sorted(people)
        ]
    return found


def shortfall_json(store: Store, record: RunRecord, document: Document) -> str:
    """List, totals and people without a route as one JSON object."""
    rows = shortfall_rows(store, record)
    kept = details_of(store, record.run)
    found = {
        "run": record.run, "document": record.document, "as_of": record.as_of, "trial": record.trial, "counts": kept["counts"],
        "absent": kept["absent"], "said_none": kept.get("said_none", {}),
        "totals": totals(rows), "people": rows, "no_route": no_route_rows(store, record, document),
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def write(rows: Sequence[Row], columns: Sequence[str], form: str) -> str:
    return write_plain(rows, columns, form)


def _texts(row: Row, columns: Sequence[str]) -> Row:
    return {column: _text(column, row[column]) for column in columns}


def _text(column: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        if column in _RATIOS:
            return plain(value)
        return str(value.quantize(_CENT, ROUND_HALF_UP) if column in _FINE else value)
    return str(value)
