"""A case database with 100,000 alerts of invented people, asked what the overview and the list page ask.

Twelve month-end runs stand in it, so that the overview has its year's series; the last one holds the alerts.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from bench.figures import p95
from monitor.access.scope import EVERYTHING, Scope
from monitor.casework import tables
from monitor.casework.database import migrate, open_database
from monitor.casework.reading.listing import SORTS, alert_page
from monitor.casework.reading.narrowing import EVERY_ALERT, Filters, Search
from monitor.casework.reading.overview import ACTIVE_STATES, overview
from monitor.casework.reading.query import ListQuery
from monitor.casework.sync import analyse

Row = dict[str, Any]

_CHUNK = 5_000
_BENCHMARK_FEN = 4_000_000
_MONTHS = 12
_DISTRICTS = ("371002", "371003", "371082", "371083")
_TOWNS = tuple(f"样例{number}镇" for number in range(1, 25))
#: (category, kind, line in % of the benchmark), as often as they stand here.
_GROUPS = (
    *((("ordinary", "poverty_due_to_illness", 150),) * 4),
    ("dibao", "return_to_poverty", 50), ("dibao_marginal", "return_to_poverty", 50),
    ("monitored_sudden", "return_to_poverty", 50), ("monitored_marginal", "return_to_poverty", 50),
)
_NAMES, _LAST4 = 5_000, 10_000
_OVERVIEWS = 30


def run_of(month: int) -> str:
    """The id of the run at that month's end."""
    return f"{month:016x}"


def ask(database: Path, alerts: int) -> dict[str, Any]:
    """Fill ``database`` anew; p95 in milliseconds of the list page and of the overview, and how many were asked.

    Each is called once before it is timed. A page is its rows with the count and the sum of all the filters leave,
    on a connection taken for it, as the dashboard does; nothing is cached between calls but what SQLite keeps.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    url = f"sqlite:///{database}"
    engine = open_database(url)
    try:
        migrate(engine, url)
        with engine.begin() as connection:
            _fill(connection, alerts)
        # As every synchronisation does.
        analyse(engine)
        run_id = run_of(_MONTHS)

        def timed(question: Callable[[Connection], Any]) -> float:
            started = time.perf_counter()
            with engine.connect() as connection:
                question(connection)
            return (time.perf_counter() - started) * 1000

        pages = list(_pages(run_id, alerts))
        timed(pages[0])
        page_times = [timed(page) for page in pages]
        scopes = [EVERYTHING, Scope(districts=("371002",)), Scope(districts=("3710",)), Scope(towns=_TOWNS[:2])]
        overviews = [partial(overview, run_id=run_id, scope=scope) for scope in scopes]
        timed(overviews[0])
        overview_times = [timed(one) for one in itertools.islice(itertools.cycle(overviews), _OVERVIEWS)]
    finally:
        engine.dispose()
    return {
        "alerts": alerts,
        "page_queries": len(page_times), "page_p95_ms": p95(page_times), "page_worst_ms": max(page_times),
        "overview_queries": len(overview_times), "overview_p95_ms": p95(overview_times),
        "overview_worst_ms": max(overview_times),
    }


def _pages(run_id: str, alerts: int) -> Iterator[Callable[[Connection], Any]]:
    """Each filter in every order, at the first, the third and a far page; as an officer and as a county sees it."""
    filters = (
        EVERY_ALERT,
        Filters(kinds=("return_to_poverty",)),
        Filters(states=("new", "raised")),
        Filters(categories=("dibao", "monitored_sudden")),
        Filters(districts=("371082",)),
        Filters(months=("2025-11", "2025-12")),
        Filters(kinds=("poverty_due_to_illness",), districts=("371002", "371003"), states=("continuing",)),
        Filters(insutypes=("employee",)),
        Filters(excess_from=2_000_000, excess_to=6_000_000),
        Filters(search=Search("name", _mark("name", 17))),
        Filters(search=Search("last4", _mark("last4", 17))),
    )
    asked = [(chosen, EVERYTHING) for chosen in filters]
    asked += [(EVERY_ALERT, Scope(districts=("371083",))), (EVERY_ALERT, Scope(towns=_TOWNS[:2]))]
    places = ((1, 50), (3, 20), (1 + alerts // 200, 50))
    for (chosen, scope), sort, (page, size), descending in itertools.product(asked, SORTS, places, (True, False)):
        yield partial(alert_page, run_id=run_id, query=ListQuery(chosen, sort, descending, page=page, size=size, scope=scope))


def _fill(connection: Connection, alerts: int) -> None:
    rows = [_alert(random.Random(number), number) for number in range(alerts)]
    bins = Counter((row["kind"], min(300, row["burden_fen"] * 20 // _BENCHMARK_FEN * 5)) for row in rows)
    for month in range(1, _MONTHS + 1):
        run_id = run_of(month)
        there = [row for row in rows if row["crossed_on"].month <= month]
        connection.execute(insert(tables.runs), _run_row(run_id, month, len(there)))
        for table in (tables.summary, tables.town_summary):
            connection.execute(insert(table), _counted(table, run_id, there))
        connection.execute(
            insert(tables.distribution),
            [{"run_id": run_id, "kind": kind, "percent": percent, "people": n} for (kind, percent), n in bins.items()],
        )
    marks = [(kind, number % many, rows[number]) for number in range(alerts) for kind, many in (("name", _NAMES), ("last4", _LAST4))]
    connection.execute(insert(tables.search_marks), [{"mark": _mark(kind, one), "person": row["person"]} for kind, one, row in marks])
    for start in range(0, alerts, _CHUNK):
        chunk = [{"run_id": run_of(_MONTHS), **row} for row in rows[start : start + _CHUNK]]
        connection.execute(insert(tables.alerts), chunk)


def _mark(kind: str, number: int) -> str:
    return f"{kind:>5}{number:015x}"


def _alert(chance: random.Random, number: int) -> Row:
    category, kind, percent = chance.choice(_GROUPS)
    threshold = _BENCHMARK_FEN * percent // 100
    excess = 1 + int(chance.expovariate(1 / 1_500_000))
    return {
        "person": f"{number:032x}", "certno_sealed": chance.randbytes(46), "name_sealed": chance.randbytes(37),
        "certno_masked": f"9900**********{number % _LAST4:04d}", "name_masked": "样*",
        "category": category,
        "insutype": chance.choice(("310", "390", "390", "390")), "insu_admdvs": chance.choice(_DISTRICTS),
        "town": chance.choice(_TOWNS), "measure": "burden_before_aid", "burden_fen": threshold + excess,
        "benchmark_fen": _BENCHMARK_FEN, "benchmark_year": 2024, "multiple": f"{percent / 100:g}",
        "threshold_fen": threshold, "excess_fen": excess, "reason": "", "provisional": False, "rule": kind,
        "kind": kind, "crossed_on": date(2025, 1, 1) + timedelta(days=chance.randrange(365)),
        "crossing_setl_id": f"99S{number:012d}", "state": chance.choice((*ACTIVE_STATES, "continuing")),
    }


def _run_row(run_id: str, month: int, flagged: int) -> Row:
    first_of_next = date(2025 + month // 12, month % 12 + 1, 1)
    moment = f"{first_of_next}T08:00:00+08:00"
    return {
        "run_id": run_id, "position": month, "document": "weihai-2022-15", "title": "样例", "trial": False,
        "as_of": first_of_next - timedelta(days=1), "known_at": moment, "committed_at": moment, "replay": False,
        "provisional": False, "predecessor": run_of(month - 1) if month > 1 else None, "settlements": 2_500_000 * month,
        "counted": 2_450_000 * month, "persons": 3_000_000, "latest_settlement": first_of_next - timedelta(days=1),
        "latest_load": moment, "flagged": flagged, "uncovered": 0, "outside_region": 0, "deceased": 0, "health": "{}",
    }


def _counted(table: Table, run_id: str, rows: list[Row]) -> list[Row]:
    names = [column.name for column in table.primary_key if column.name != "run_id"]
    people: Counter[tuple[str, ...]] = Counter()
    excess: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        month = row["crossed_on"].strftime("%Y-%m")
        key = tuple(month if name == "month" else row[name] for name in names)
        people[key] += 1
        excess[key] += row["excess_fen"]
    return [
        {"run_id": run_id, **dict(zip(names, key, strict=True)), "people": count, "excess_fen": excess[key]}
        for key, count in people.items()
    ]
