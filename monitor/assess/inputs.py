"""What a run looks at: the facts known at a moment, as the named tables the SQL is written over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from monitor.assess.duplicates import leave_out_decided
from monitor.assess.refunds import leave_out
from monitor.assess.sql import sql
from monitor.assess.who import name_persons
from monitor.base.errors import PolicyError, StoreError
from monitor.base.vocabulary import MEASURE_COLUMNS, MONITORED, Category, Measure, Residents
from monitor.intake.columns import SETTLEMENTS
from monitor.policy.document import Document
from monitor.policy.incomes import Income, Incomes
from monitor.policy.lines import Line, Lines, resolve
from monitor.policy.parameters import settle
from monitor.store.engine import LATER, DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Load, Manifest

KEY = pa.decimal128(38, 0)
MONEY = pa.decimal128(18, 2)
LINE = pa.decimal128(28, 8)

_REPLACED: dict[str, pa.DataType] = {
    "batch": pa.int32(), "line": pa.int32(), "by_batch": pa.int32(), "by_line": pa.int32(), "setl_time": pa.timestamp("us"),
    "person": KEY, "counts": pa.bool_(), "psn_part_amt": MONEY, "maf_pay": MONEY, "outside_policy": MONEY,
}
_SIGHTINGS: dict[str, pa.DataType] = {"person": KEY, "psn": KEY, "name": KEY, "batch": pa.int32(), "line": pa.int32()}
_INCOMES: dict[str, pa.DataType] = {
    "batch": pa.int32(), "line": pa.int32(), "region": pa.string(), "residents": pa.string(), "year": pa.int32(),
    "amount": pa.decimal128(16, 2), "source": pa.string(), "published_on": pa.date32(), "approved_by": pa.string(),
}
REGISTER_FACTS: dict[str, pa.DataType] = {
    "batch": pa.int32(), "line": pa.int32(), "register_key": KEY, "person": KEY, "psn": KEY, "name": KEY,
    "household": KEY, "insutype": pa.string(), "insured": pa.bool_(), "insu_admdvs": pa.string(),
    "town": pa.string(), "deceased": pa.bool_(), "contact": KEY, "gend": pa.string(),
}
#: The columns of ``identities``.
IDENTITIES: dict[str, pa.DataType] = {
    "batch": pa.int32(), "line": pa.int32(), "person": KEY, "name": KEY, "category": pa.string(),
    "begin": pa.date32(), "ended": pa.date32(), "department": pa.string(), "risk_eliminated": pa.bool_(),
    "household": KEY, "town": pa.string(), "died": pa.bool_(), "recognised": pa.date32(),
}

ALERT_COLUMNS: dict[str, pa.DataType] = {
    "rule": pa.string(), "kind": pa.string(), "person": KEY, "category": pa.string(), "insutype": pa.string(),
    "insu_admdvs": pa.string(), "town": pa.string(), "measure": pa.string(), "burden": MONEY, "benchmark": LINE,
    "benchmark_year": pa.int32(), "multiple": LINE, "threshold": LINE, "excess": LINE,
    "crossed_on": pa.date32(), "crossing_setl_id": pa.string(), "state": pa.string(), "reason": pa.string(),
    "provisional": pa.bool_(), "band": pa.int32(),
}


@dataclass(frozen=True)
class Asked:
    """What the user asked for, checked: a document for a day, on what was known at a moment."""

    document: Document
    as_of: date
    lines: Lines


def incomes_known(store: Store, known: Manifest) -> Incomes:
    """The income figures loaded so far, current versions only."""
    with store.engine_scope() as engine:
        name_facts(store, known, engine, "incomes", _INCOMES)
        engine.make("incomes", sql("current"))
        # In order of load, so that a later figure wins.
        found = engine.select("SELECT * FROM incomes ORDER BY batch, line").to_pylist()
    return Incomes(
        Income(
            region=row["region"], residents=Residents(row["residents"]), year=int(row["year"]), amount=row["amount"],
            source=row["source"] or "", published_on=row["published_on"], approved_by=row["approved_by"] or "",
        )
        for row in found
    )


def parameters_known(known: Manifest, document: str) -> dict[str, str]:
    """The latest value recorded of each parameter of the document."""
    return {record.name: record.value for record in known.parameters if record.document == document}


def ask(store: Store, known: Manifest, document: Document, as_of: date, provisional: bool) -> Asked:
    """The document's lines for the day, checked in the order docs/ARCHITECTURE.md gives: parameters, incomes, settlements."""
    settled = settle(document, parameters_known(known, document.id))
    lines = resolve(settled, as_of, incomes_known(store, known), districts_of(known), provisional)
    asked = Asked(settled, as_of, lines)
    _check_settlements(known, asked)
    return asked


def districts_of(known: Manifest) -> set[str]:
    """The insured districts the data have shown."""
    return {district for load in known.loads for district in load.districts}


def _check_settlements(known: Manifest, asked: Asked) -> None:
    first, last = asked.lines.window_from.strftime("%Y-%m"), asked.lines.window_to.strftime("%Y-%m")
    in_window = [
        load for load in known.of_table("settlements") if any(first <= month <= last for month in load.months)
    ]
    if not in_window:
        raise StoreError(
            f"{asked.lines.window_from} 至 {asked.lines.window_to} 没有任何结算数据，不能运行，也不会解除任何人；"
            "请先用 monitor import settlements 导入这一期间的结算"
        )
    for measure in {rule.measure for rule in asked.document.rules}:
        for load in in_window:
            missing = [column for column in MEASURE_COLUMNS[measure] if column not in load.columns]
            if missing:
                raise PolicyError(
                    f"口径“{measure.label}”需要的列{SETTLEMENTS.in_words(missing)}在 {load.file}（批次 {load.batch}）中没有，"
                    f"不能计算 {asked.lines.window_from} 至 {asked.lines.window_to} 的负担（缺列不等于零）；"
                    "请重新导出包含该列的结算文件并导入"
                )


def register_tables(store: Store, known: Manifest, engine: DuckEngine, asked: Asked) -> None:
    """Name every input table of the assessment in the engine but ``settlements``, whose caller says which (``name_settlements``)."""
    register_persons(store, known, engine)
    name_replaced(store, known, engine)
    engine.view("placed_register", sql("placed_register"))
    name_facts(store, known, engine, "identities", IDENTITIES)
    engine.make("identities", sql("current_of_persons"))
    _policy_tables(engine, asked)


def register_persons(store: Store, known: Manifest, engine: DuckEngine) -> None:
    """Tables ``shown_numbers``, ``register`` and what ``name_persons`` makes of them: who is who."""
    files_or_empty(engine, "shown_numbers", store.files(list(known.loads), "sightings"), _SIGHTINGS)
    # Read where it lies: three million people with all columns are more than a run should hold in memory.
    name_facts(store, known, engine, "people", REGISTER_FACTS, "register_rows", "register_outdated")
    engine.view("register", sql("register"))
    name_persons(store, known, engine)


def name_replaced(store: Store, known: Manifest, engine: DuckEngine) -> None:
    """Tables ``outdated``, ``netted``, ``left_out``: which stored settlements do not count, and what counts instead.

    in: numbers_resolved (``register_persons``). Before ``name_settlements``.
    """
    loads = good(known, "settlements")
    files_or_empty(engine, "outdated", store.files(loads, "outdated"), _REPLACED)
    refunded = store.files(loads, "refunded")
    if refunded:
        # An earlier program knew whole refunds only, and did not say so.
        engine.rows_of_any_age("refunded", refunded, {"whole": "BOOLEAN"})
    else:
        engine.table("refunded", table_of({**_REPLACED, "whole": pa.bool_()}, []))
    perhaps = {**_REPLACED, "flagged": pa.bool_(), "setl_id": pa.string()}
    files_or_empty(engine, "perhaps_refunded", store.files(loads, "perhaps_refunded"), perhaps)
    rows = store.files(loads, "refund_rows")
    if rows:
        engine.table("refund_rows", rows)
    leave_out(engine, kept_rows=bool(rows))
    if known.decided_copies() or not known.counts_undecided():
        name_settlements(store, known, engine, None, "every_settlement")
        leave_out_decided(engine, known, store.keys.hash, store.home.tables)


def name_settlements(
    store: Store, known: Manifest, engine: DuckEngine, since: date | None, name: str = "settlements"
) -> None:
    """Table ``settlements``: of the batches that hold anything from that day on (of all, with None), and those of ``netted``.

    in: netted (``register_tables`` or ``name_replaced``).
    """
    month = since.strftime("%Y-%m") if since else ""
    loads = good(known, "settlements")
    # A file there must be: with nothing since that day, all of them, of which no row is in the window.
    files = store.files([load for load in loads if any(m >= month for m in load.months)] or loads, "part-")
    if engine.count("netted"):
        engine.rows_of_any_age("stored_settlements", files)
        engine.drop(name)
        engine.view(name, sql("with_netted"))
    else:
        engine.rows_of_any_age(name, files)


def good(known: Manifest, table: str) -> list[Load]:
    """The loads of a table that brought at least one good row."""
    return [load for load in known.of_table(table) if load.accepted]


def name_facts(
    store: Store, known: Manifest, engine: DuckEngine, table: str, columns: dict[str, pa.DataType],
    rows: str = "facts", outdated: str = "outdated_facts",
) -> None:
    """Two tables, for ``current.sql``: every row of a table ever taken in, and those replaced since.

    ``columns``: of the empty table there is where no load brought a good row.
    """
    loads = good(known, table)
    if files := store.files(loads, "part-"):
        engine.rows_of_any_age(rows, files, LATER.get(table, {}))
    else:
        engine.table(rows, table_of(columns, []))
    files_or_empty(engine, outdated, store.files(loads, "outdated"), _REPLACED)


def files_or_empty(engine: DuckEngine, name: str, files: list[Path], columns: dict[str, pa.DataType]) -> None:
    """A table of Parquet files; where there are none, one without rows."""
    engine.table(name, files or table_of(columns, []))


def _policy_tables(engine: DuckEngine, asked: Asked) -> None:
    lines, document = asked.lines, asked.document
    engine.execute(sql("measures").read_text(encoding="utf-8"))
    engine.table("period", period(lines.window_from, lines.window_to))
    text = pa.string()
    columns = {
        "rule": text, "kind": text, "region_prefix": text, "measure": text, "benchmark": LINE,
        "benchmark_year": pa.int32(), "multiple": LINE, "threshold": LINE, "provisional": pa.bool_(),
    }
    engine.table("lines", table_of(columns, [_line_row(line) for line in lines.lines]))
    engine.table(
        "relaxed",
        table_of(
            {"status": text, **columns},
            [{"status": row.group, **_line_row(row.line)} for row in lines.uncovered_lines],
        ),
    )
    engine.table("bands", table_of({"percent": pa.int32()}, [{"percent": percent} for percent in document.bands]))
    engine.table(
        "population",
        table_of(
            {"rule": text, "category": text, "insutype_prefix": text},
            [
                {"rule": row.rule, "category": row.category.value, "insutype_prefix": row.insutype_prefix}
                for row in lines.population
            ],
        ),
    )
    order = {category: position for position, category in enumerate(Category)}
    engine.table(
        "named",
        table_of(
            {"category": text, "position": pa.int32()},
            [{"category": category.value, "position": order[category]} for category in document.named],
        ),
    )
    engine.table(
        "ordinary", table_of({"position": pa.int32()}, [{"position": order[Category.ORDINARY]}])
    )
    engine.table("monitored", table_of({"category": text}, [{"category": category.value} for category in MONITORED]))
    engine.table("document_region", table_of({"prefix": text}, [{"prefix": document.prefix}]))
    engine.table("floors", table_of({"measure": text, "amount": LINE}, _floors(lines)))


def period(first: date, last: date) -> pa.Table:
    """The window as half-open times, and the day identities are read on."""
    return table_of(
        {"first": pa.timestamp("us"), "past": pa.timestamp("us"), "as_of": pa.date32()},
        [
            {
                "first": datetime.combine(first, time()),
                "past": datetime.combine(last + timedelta(days=1), time()),
                "as_of": last,
            }
        ],
    )


def _line_row(line: Line) -> dict[str, Any]:
    return {
        "rule": line.rule, "kind": line.kind.value, "region_prefix": line.region_prefix, "measure": line.measure.value,
        "benchmark": line.benchmark, "benchmark_year": line.benchmark_year, "multiple": line.multiple,
        "threshold": line.threshold, "provisional": line.provisional,
    }


def _floors(lines: Lines) -> list[dict[str, Any]]:
    """Half of the lowest line of each measure: what lies below is nobody's concern and is not looked at closely."""
    lowest: dict[Measure, Decimal] = {}
    for line in (*lines.lines, *(row.line for row in lines.uncovered_lines)):
        half = (line.threshold / 2).quantize(Decimal("0.00000001"))
        lowest[line.measure] = min(lowest.get(line.measure, half), half)
    return [{"measure": measure.value, "amount": amount} for measure, amount in lowest.items()]
