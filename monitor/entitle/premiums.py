"""Premium lists (资助参保名单): who is entitled to premium support in a month, and for how much, before anybody has paid.

No settlement and no run is needed: identity lists, the register and the bureau's figures of the year. Identities are read on the
first day of the month; where the text keeps leavers for the year, the first days of the year's earlier months count too.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from monitor.assess import optional
from monitor.assess.inputs import IDENTITIES, districts_of, name_facts, parameters_known, register_persons
from monitor.assess.sql import sql as assess_sql
from monitor.base.errors import PolicyError, StoreError
from monitor.base.vocabulary import MONITORED, Category
from monitor.entitle.calculation import in_force
from monitor.entitle.inputs import RATIO, YUAN
from monitor.entitle.sql import sql
from monitor.policy.assistance import PremiumRow, premium_rows, premiums_lacking
from monitor.policy.document import Document
from monitor.policy.parameters import with_recorded
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest
from monitor.store.names import look_up

Row = dict[str, Any]


@dataclass(frozen=True)
class Totals:
    """Of some rows of a list; ``fiscal`` and ``total`` are None where the fiscal part of the year is not recorded."""

    people: int
    amount: Decimal
    shares_amount: Decimal
    fiscal: Decimal | None
    total: Decimal | None


@dataclass(frozen=True)
class PremiumList:
    """A month's list under a document. ``rows``: dicts of ``person, category, insutype, insu_admdvs, town, insured, in_register``,
    ``state`` (continuing, joined, left), ``kind, tier, standard, share, amount, optional_shares, shares_amount, fiscal, total,
    supported``; yuan as Decimals, ``supported`` None where nobody told. ``fiscal_missing``: the sentence where there is no
    fiscal part.
    ``notes``: who is not on it, counted, and the readings.
    """

    document: Document
    month: date
    rows: tuple[Row, ...]
    fiscal_missing: str
    notes: tuple[str, ...]

    def totals(self, rows: Sequence[Row] | None = None) -> Totals:
        chosen = self.rows if rows is None else rows
        amount = sum((row["amount"] for row in chosen), Decimal(0))
        shares = sum((row["shares_amount"] for row in chosen), Decimal(0))
        if self.fiscal_missing:
            return Totals(len(chosen), amount, shares, None, None)
        fiscal = sum((row["fiscal"] for row in chosen), Decimal(0))
        return Totals(len(chosen), amount, shares, fiscal, amount + shares + fiscal)


def premium_list(store: Store, document: Document, month: date, prefixes: Sequence[str] = ()) -> PremiumList:
    """The list of the month that begins on ``month``, narrowed to insured districts that start with one of ``prefixes``.

    Raises PolicyError where the document has no premium support, or a figure of the year is not recorded: the sentence with the
    command; StoreError where no identity list was loaded.
    """
    known = store.manifest
    settled = with_recorded(document, parameters_known(known, document.id))
    if settled.provisions.premium_support is None:
        raise PolicyError(f"文件 {document.id} 没有写资助参保，没有资助名单可列。")
    if not [load for load in known.of_table("identities") if load.accepted]:
        raise StoreError("还没有导入过身份名单，不能列出资助参保名单；请先用 monitor import identities 导入")
    districts = districts_of(known)
    lacking, fiscal_lacking = premiums_lacking(settled, month, districts)
    if lacking:
        raise PolicyError(f"文件 {document.id} 的 {month:%Y-%m} 资助参保名单不能列出金额：{lacking}")
    premiums = premium_rows(settled, month, districts)
    with store.engine_scope() as engine:
        # Who is approved within the month may be in force from the next month's first day on.
        identity_facts(store, known, engine, settled, month.replace(month=1, day=1), month_end(month) + timedelta(days=1))
        days = list_days(month, whole_year=any(row.leavers_keep_year for row in premiums))
        premium_tables(engine, premiums, days)
        engine.make("premium_support", sql("premium_support_known"))
        found = engine.rows(sql("premium_list")).to_pylist()
        (aside,) = engine.rows(sql("premium_aside")).to_pylist()
    told = "premium_support" in optional.present(known, month)
    rows = [
        _row(row, told) for row in found
        if row["state"] != "next_year" and (not prefixes or row["insu_admdvs"].startswith(tuple(prefixes)))
    ]
    waiting = sum(row["state"] == "next_year" for row in found)
    return PremiumList(settled, month, tuple(rows), fiscal_lacking, _notes(settled, rows, aside, waiting))


def names_on(store: Store, people: Sequence[Decimal]) -> dict[Decimal, tuple[str, str]]:
    """``{person: (certno, psn_name)}`` of people on a list, as known now."""
    with store.engine_scope() as engine:
        register_persons(store, store.manifest, engine)
        return look_up(store, store.manifest, engine, people)


def list_days(month: date, *, whole_year: bool) -> list[date]:
    """The first days identities are read on: the month's, or those of all of the year's months up to it."""
    return [month.replace(month=one) for one in range(1 if whole_year else month.month, month.month + 1)]


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def identity_facts(store: Store, known: Manifest, engine: DuckEngine, document: Document, first: date, last: date) -> None:
    """``register``, ``placed_register``, ``identities``, ``identity_spells`` and the bureau's own tables (payments of premium
    support as ``payments``), with what hangs on the document and the days from ``first`` to ``last``: who was what, without a run."""
    register_persons(store, known, engine)
    engine.view("placed_register", assess_sql("placed_register"))
    name_facts(store, known, engine, "identities", IDENTITIES)
    engine.make("identities", assess_sql("current_of_persons"))
    optional.register(store, known, engine)
    engine.rename("premium_support", "payments")
    text = pa.string()
    engine.table("monitored", table_of({"category": text}, [{"category": one.value} for one in MONITORED]))
    engine.table("document_region", table_of({"prefix": text}, [{"prefix": document.prefix}]))
    engine.table(
        "aid_year",
        table_of({"first": pa.date32(), "as_of": pa.date32()}, [{"first": first, "as_of": last}]),
    )
    in_force(store, known, engine)


def premium_tables(engine: DuckEngine, premiums: Iterable[PremiumRow], days: Sequence[date]) -> None:
    """``premiums``, ``list_days``, ``registered_people``, ``premium_held``, ``premium_best``: who holds what, and the best of it."""
    engine.table("premiums", _premium_table(premiums))
    engine.table(
        "list_days",
        table_of(
            {"day": pa.date32(), "month_end": pa.date32(), "last": pa.bool_()},
            [{"day": day, "month_end": month_end(day), "last": day == days[-1]} for day in days],
        ),
    )
    engine.make("registered_people", sql("registered_people"))
    engine.make("premium_held", sql("premium_held"))
    engine.make("premium_best", sql("premium_best"))


def _premium_table(rows: Iterable[PremiumRow]) -> pa.Table:
    order = {category: position for position, category in enumerate(Category)}
    text = pa.string()
    columns: Mapping[str, pa.DataType] = {
        "category": text, "position": pa.int32(), "region_prefix": text, "kind": text, "share": RATIO, "amount": YUAN,
        "past": pa.date32(), "leavers_keep_year": pa.bool_(), "joiners_next_year": pa.bool_(), "optional_shares": pa.int32(),
        "missing": text, "tier": text, "standard": YUAN, "due": YUAN, "shares_due": YUAN, "fiscal": YUAN,
    }
    names = ("region_prefix", "share", "amount", "leavers_keep_year", "joiners_next_year", "optional_shares", "missing", "tier",
             "standard", "due", "shares_due", "fiscal")
    return table_of(
        columns,
        [
            {
                "category": row.category.value, "position": order[row.category], "kind": row.kind.value,
                "past": row.until + timedelta(days=1) if row.until else None, **{name: getattr(row, name) for name in names},
            }
            for row in rows
        ],
    )


def _row(row: Row, told: bool) -> Row:
    return {**row, "supported": row["supported"] if told else None}


def _notes(document: Document, rows: Sequence[Row], aside: Mapping[str, int], waiting: int) -> tuple[str, ...]:
    found = []
    for count, sentence in (
        (aside["employees"], "人参加职工医保，不属居民医保资助，不在名单"),
        (aside["elsewhere"], "人参保地不在文件地区，不在名单"),
        (aside["unplaced"], "人参保地不详，不知适用哪个统筹地区的标准，不在名单，请先核实参保"),
        (aside["deceased"], "人已死亡，不在名单"),
        (waiting, "人年内新认定、已自行参保，次年资助，不在名单"),
        (sum(not row["in_register"] for row in rows), "人不在参保登记中（在名单，须先核实参保）"),
        (sum(row["insured"] is False for row in rows), "人登记为未参保（在名单）"),
    ):
        if count:
            found.append(f"{count} {sentence}")
    support = document.provisions.premium_support
    if support is not None:
        held = {row["category"] for row in rows}
        readings = [one.text for figure in support.figures for one in figure.readings]
        readings += [one.text for rule in support.rules if held & {c.value for c in rule.categories} for one in rule.readings]
        for clause in (support.leavers_keep_year, support.joiners_next_year):
            readings += [one.text for one in clause.readings] if clause is not None else []
        found += [f"口径：{text}" for text in dict.fromkeys(readings)]
    return tuple(found)
