"""The inputs an assessment can do without: which of them a home had been told, and what they say.

Absent is not empty. A table nobody has ever loaded cannot answer ("not computable: NAME is missing"); one of which a file was
loaded can, even if that file brought no good row, and so can one of which the bureau has recorded that there is nothing to
load (``monitor none``), for the days it said so of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from monitor.assess.inputs import KEY, name_facts
from monitor.assess.sql import sql
from monitor.intake.columns import CHILDHOOD_DISEASES, OPTIONAL, TABLES
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.manifest import Manifest, NoneRecord

_PLACE = {"batch": pa.int32(), "line": pa.int32()}
_WHO = {**_PLACE, "person": KEY, "name": KEY}
_YUAN = pa.decimal128(16, 2)

#: The engine tables, by name: what ``register`` leaves, in its columns' order. ``batch`` and ``line`` say where a row was
#: read; amounts are yuan.
COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "applications": {
        **_WHO, "category": pa.string(), "applied_on": pa.date32(), "outcome": pa.string(), "decided_on": pa.date32(),
        "paper": pa.string(),
    },
    "premium_support": {
        **_WHO, "year": pa.int32(), "category": pa.string(), "premium": _YUAN, "supported": _YUAN, "insured": pa.bool_(),
        "optional_shares": pa.int32(),
    },
    "fund": {
        **_PLACE, "region": pa.string(), "year": pa.int32(), "month": pa.int32(), "income": _YUAN, "spent": _YUAN,
        "balance": _YUAN,
        "participants": pa.int64(), "expected_participants": pa.int64(),
    },
    "institution_months": {
        **_PLACE, "fixmedins_code": pa.string(), "fixmedins_name": pa.string(), "year": pa.int32(), "month": pa.int32(),
        "cost": _YUAN, "drugs": _YUAN, "consumables": _YUAN, "tests": _YUAN, "settled": _YUAN,
    },
    "households": {
        **_WHO, "household": KEY, "members": pa.int32(), "family_income": _YUAN, "income_year": pa.int32(),
        "dibao_line": _YUAN, "local_hukou": pa.bool_(), "property_ok": pa.bool_(),
    },
    "serious_illness": {**_WHO, "disease": pa.string(), "marked_on": pa.date32(), "ended_on": pa.date32()},
    "childhood_diseases": {**_PLACE, "dise_codg": pa.string(), "dise_name": pa.string()},
    "other_payments": {
        **_WHO, "paid_on": pa.date32(), "payer": pa.string(), "amount": _YUAN, "setl_id": pa.string(),
    },
    "case_decisions": {
        **_WHO, "decided_on": pa.date32(), "kind": pa.string(), "amount": _YUAN, "paper": pa.string(),
    },
}


def present(known: Manifest, as_of: date) -> frozenset[str]:
    """Names of the optional tables that can answer for a day: at least one file had been loaded, good rows or none, or it
    had been recorded that there is nothing to load up to that day."""
    names = {table.name for table in OPTIONAL}
    loaded = {load.table for load in known.loads if load.table in names}
    return frozenset(loaded | set(said_none(known, as_of)))


def said_none(known: Manifest, as_of: date) -> Mapping[str, NoneRecord]:
    """The optional tables of which no file had been loaded and for which the bureau's latest word is that there is nothing,
    at least up to the day."""
    loaded = {load.table for load in known.loads}
    latest = {record.table: record for record in known.none if record.table not in loaded}
    return {table: record for table, record in latest.items() if date.fromisoformat(record.until) >= as_of}


def none_sentence(record: NoneRecord) -> str:
    """The bureau's word with where it comes from, as an officer reads it."""
    return (
        f"{TABLES[record.table].label}：已登记截至 {record.until} 没有"
        f"（依据：{record.paper}；登记：{record.by}，{record.committed_at[:10]}）"
    )


def register(store: Store, known: Manifest, engine: DuckEngine) -> None:
    """Make every optional table in the engine, current rows only, each about the person its number stands under, in no order.
    in: numbers_resolved.

    ``known``: what had been told by the moment asked for. An absent table is there without rows, so that static SQL runs;
    whoever reads it asks ``present`` first. Diseases taken off the list are not in ``childhood_diseases``.
    """
    for name, columns in COLUMNS.items():
        listed = name == CHILDHOOD_DISEASES.name
        name_facts(store, known, engine, name, {**columns, "listed": pa.bool_()} if listed else columns)
        of_persons = "current_of_persons" if "person" in columns else "current"
        engine.make(name, sql("current_listed" if listed else of_persons))


def missing(names: frozenset[str], table: str) -> str:
    """Why what needs ``table`` is not computable, and what to do; empty when it is among the ``names`` present."""
    if table in names:
        return ""
    label = TABLES[table].label
    return (
        f"不能计算：缺少{label}（{table}）；请用 monitor import {table} 导入，空表可用 monitor template {table} 取得，"
        f"确实没有的用 monitor none {table} 登记"
    )
