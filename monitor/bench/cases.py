"""A run's alerts on their way into the case database: a first run's, and those of a later month about the same people.

Everybody is over a line, by settlements of the bench's own: among generated people one in two hundred is, and it would take
twenty million settlements to have 100,000 alerts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from sqlalchemy import Engine, func, select

from monitor.bench.exports import YEAR, Parameters, generate
from monitor.bench.figures import Figure, limit
from monitor.bench.homes import BenchHome
from monitor.bench.processes import Runner
from monitor.casework import tables
from monitor.casework.database import migrate, open_database
from monitor.settings import Home

_STEP = "monitor.bench.step"
_SECONDS = 5.0
#: Both as_of days, with the settlements imported before the run.
_MONTHS = (("first", f"{YEAR}-06-30"), ("later", f"{YEAR}-07-31"))
# Of twenty people nineteen are over a line in the first half of the year, six or seven of them pay again in July, and the
# twentieth comes then. What they pay is theirs alone, to the cent.
_SETTLEMENTS = """
COPY (
    SELECT
        '99W{month}' || line AS setl_id, psn_no, psn_name, certno, insutype, '21' AS med_type, {day} AS setl_time,
        paid AS medfee_sumamt, 0 AS fulamt_ownpay_amt, 0 AS overlmt_selfpay, 0 AS preselfpay_amt, paid AS inscp_scp_amt,
        0 AS hifp_pay, 0 AS maf_pay, 0 AS fund_pay_sumamt, paid AS psn_part_amt, 0 AS acct_pay, paid AS psn_cash_pay,
        0 AS hosp_part_amt, '0' AS refd_setl_flag, '' AS init_setl_id, '1' AS vali_flag, insu_admdvs
    FROM (
        SELECT *, row_number() OVER () AS line, (6100000 + hash(psn_no) % 9000000)::DECIMAL(18, 0) * 0.01 AS paid
        FROM read_csv('{people}', all_varchar := true)
    )
    WHERE surv_stas = '1' AND {chosen}
    ORDER BY line
) TO '{target}' (HEADER)
"""
_CHOSEN = {
    "first": ("'2025-0' || (1 + line % 6) || '-' || lpad((1 + line % 28)::VARCHAR, 2, '0')", "line % 20 <> 0"),
    "later": ("'2025-07-' || lpad((1 + line % 28)::VARCHAR, 2, '0')", "(line % 20 = 0 OR line % 3 = 0)"),
}


def measure(runner: Runner, directory: Path, alerts: int, times: int, say: Callable[[str], None]) -> dict[str, Figure]:
    """The two figures, from files to cases by the real command line; what is timed is the synchronisation alone."""
    say(f"cases: some {alerts} people over a line, in two runs")
    # Some have died, and others are not there in the first half of the year.
    many = alerts * 11 // 10
    files = generate(runner, Parameters(many, many, YEAR), directory / "exports-cases")
    home = BenchHome(runner, Home(directory / "home-cases"))
    home.rebuild()
    home.take_register(files)
    for month, as_of in _MONTHS:
        target = directory / f"{month}.csv"
        day, chosen = _CHOSEN[month]
        people = files.directory / "people.csv"
        duckdb.sql(_SETTLEMENTS.format(month=month[0], day=day, people=people, chosen=chosen, target=target))
        home.take("settlements", target)
        target.unlink()
        home.assess(as_of)
    found = [runner(_STEP, ["cases", str(home.home.path)]).found for _ in range(times)]
    home.rebuild()
    figures = {}
    for month, _ in _MONTHS:
        seconds = median(one[month]["seconds"] for one in found)
        counted = {name: count for name, count in found[0][month].items() if name != "seconds"}
        say(f"  {month}: {seconds:.2f} s for {counted['alerts']} alerts, {counted['cases']} cases after it")
        figure = limit(f"synchronisation of the {month} run's alerts with the case database", "seconds", seconds, _SECONDS)
        figures[f"cases_of_{month}_run"] = {**figure, **counted}
    return figures


def synchronised(home: Path) -> dict[str, Any]:
    """Each of the home's two runs into a case database that knows those before: seconds, alerts, cases there are then."""
    from monitor.casework.sync import synchronise
    from monitor.store.home import open_store

    store = open_store(Home(home))
    for file in home.glob("casework.sqlite*"):
        file.unlink()
    engine, every_run, found = open_database(store.home.database_url), store.manifest.runs, {}
    try:
        migrate(engine, store.home.database_url)
        for number, (month, _) in enumerate(_MONTHS, start=1):
            store.manifest = replace(store.manifest, runs=every_run[:number])
            started = time.perf_counter()
            synchronise(store)
            found[month] = {"seconds": time.perf_counter() - started, **_counted(engine, every_run[number - 1].run)}
    finally:
        engine.dispose()
    return found


def _counted(engine: Engine, run: str) -> dict[str, int]:
    with engine.connect() as connection:
        listed = connection.scalar(select(func.count()).where(tables.alerts.c.run_id == run))
        return {"alerts": listed or 0, "cases": connection.scalar(select(func.count()).select_from(tables.cases)) or 0}
