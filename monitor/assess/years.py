"""What a period takes of each load of settlements: whole years, which the load itself has added up, or rows.

A load keeps by year of settlement its first and last day and a file of what the rows come to by person (store/extent.py).
Where a period holds every year of a load whole or not at all, as the window of a run for a month's end does once the month
is loaded, that is enough; a load of which it holds part of a year is read row by row. What a later load superseded or
refunded is in both alike, and taken off by the run (``sums.sql``).
"""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

from monitor.assess.inputs import KEY, MONEY, files_or_empty, good
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.manifest import Load, Manifest

_SUMS: dict[str, pa.DataType] = {
    "person": KEY, "psn_part": MONEY, "maf": MONEY, "outside_policy": MONEY, "settlements": pa.int32(),
}
_ROWS: dict[str, pa.DataType] = {
    "person": KEY, "setl_time": pa.timestamp("us"), "counts": pa.bool_(), "psn_part_amt": MONEY, "maf_pay": MONEY,
    "fulamt_ownpay_amt": MONEY, "overlmt_selfpay": MONEY, "preselfpay_amt": MONEY,
}


def whole_years(load: Load, first: date, last: date) -> list[str] | None:
    """The years of a load that lie in the period, both days included; None where it holds a part of one."""
    begin, end = first.isoformat(), last.isoformat()
    inside = []
    for year, held in load.years.items():
        if begin <= held.first and held.last <= end:
            inside.append(year)
        elif begin <= held.last and held.first <= end:
            return None
    return inside


def name_sums(store: Store, known: Manifest, engine: DuckEngine, first: date, last: date) -> None:
    """Tables ``summed``, the sums of the loads' years in the period, and ``unsummed``, the rows of loads it cuts through."""
    summed, cut = [], []
    for load in good(known, "settlements"):
        years = whole_years(load, first, last)
        if years is None:
            cut.append(load)
        else:
            summed += [path for year in years for path in store.files([load], f"sums-{year}")]
    files_or_empty(engine, "summed", summed, _SUMS)
    files_or_empty(engine, "unsummed", store.files(cut, "part-"), _ROWS)


def name_rows_only(engine: DuckEngine) -> None:
    """The same two tables of whatever table ``settlements`` holds: nothing added up beforehand."""
    files_or_empty(engine, "summed", [], _SUMS)
    # Those of ``netted`` (a line with a minus) are added to either.
    engine.execute("CREATE OR REPLACE TEMP VIEW unsummed AS FROM settlements WHERE line > 0")


def held(known: Manifest, first: date, last: date) -> int | None:
    """Settlements taken in of a period, superseded ones too, by the loads' own counts; None where those cannot tell: a load
    has part of a year in it, and the period is not whole months."""
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    total = 0
    for load in known.of_table("settlements"):
        years = whole_years(load, first, last)
        if years is None and not whole_months:
            return None
        total += sum(
            settlements for month, settlements in load.months.items()
            if (f"{first:%Y-%m}" <= month <= f"{last:%Y-%m}" if years is None else month[:4] in years)
        )
    return total


def latest(known: Manifest, first: date, last: date) -> date | None:
    """The last day of a settlement that counts by itself, of the years of loads that lie whole in the period."""
    days = [
        load.years[year].latest
        for load in known.of_table("settlements") for year in whole_years(load, first, last) or [] if load.years[year].latest
    ]
    return date.fromisoformat(max(days)) if days else None
