"""A run's alerts on their way into the case database, a first run's and those of a later month about the same people; and
from there half of them in one list to a department.

Everybody is over a line, by settlements of the bench's own: among generated people one in two hundred is, and it would take
twenty million settlements to have 100,000 alerts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from sqlalchemy import Engine, func, select, update

from bench.exports import DOCUMENT, YEAR, Parameters, generate
from bench.figures import Figure, limit
from bench.homes import BenchHome
from bench.processes import Runner
from monitor.access.actor import Actor
from monitor.access.opening import open_access
from monitor.access.scope import EVERYTHING
from monitor.base.settings import Home
from monitor.base.vocabulary import CaseState, Role
from monitor.casework import tables
from monitor.casework.database import migrate, open_database
from monitor.casework.layouts import layout_of
from monitor.casework.reading.pack_listing import lines_in_full, pack_one
from monitor.casework.referrals import approve, propose, send
from monitor.casework.selection import Asked, preview
from monitor.casework.sync import synchronise
from monitor.reports.referral_pack import make_files, occasion_of
from monitor.store.home import Store, open_store

_STEP = "bench.step"
_SECONDS = 5.0
#: Of half as many people in a list.
_PACK_SECONDS = 15.0
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
    """The three figures, from files to cases by the real command line; what is timed is the synchronisation alone, and of the
    list its files, which a bar counts; putting it forward and sending it are told besides."""
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
    files, proposed, sent = (median(one["pack"][part] for one in found) for part in ("files", "proposed", "sent"))
    people = found[0]["pack"]["people"]
    say(f"  a list of {people}: put forward {proposed:.2f} s, its files {files:.2f} s, sent {sent:.2f} s")
    figure = limit("files of a list to a department, as workbook and CSV", "seconds", files, _PACK_SECONDS)
    others = {"proposed_seconds": round(proposed, 3), "sent_seconds": round(sent, 3), "people": people}
    return {**figures, "pack": {**figure, **others}}


def worked_in(home: Path) -> dict[str, Any]:
    """Each of the home's two runs into a case database that knows those before: seconds, alerts, cases there are then; and the
    seconds of a list of half of them."""
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
        found["pack"] = _listed(store, engine)
    finally:
        engine.dispose()
    return found


def _counted(engine: Engine, run: str) -> dict[str, int]:
    with engine.connect() as connection:
        listed = connection.scalar(select(func.count()).where(tables.alerts.c.run_id == run))
        return {"alerts": listed or 0, "cases": connection.scalar(select(func.count()).select_from(tables.cases)) or 0}


def _listed(store: Store, engine: Engine) -> dict[str, float]:
    """Half of the cases in one list to the civil affairs, by two people: seconds until it is put forward, of its files, and of
    its sending."""
    access, layout = open_access(engine, store.home, store.keys), layout_of(None, "civil_affairs")
    officer, approver = (
        Actor(role.value, role.value, frozenset({role}), EVERYTHING, "screen", account=number)
        for number, role in enumerate((Role.OFFICER, Role.APPROVER), start=1)
    )
    moment = datetime.fromisoformat(store.manifest.runs[-1].committed_at)
    asked = Asked(layout, _MONTHS[-1][1][:7], DOCUMENT, EVERYTHING)
    with engine.begin() as connection:
        half = select(func.max(tables.cases.c.id) / 2).scalar_subquery()
        connection.execute(update(tables.cases).where(tables.cases.c.id <= half).values(state=CaseState.READY.value))
    times = [time.perf_counter()]
    with engine.connect() as connection:
        seen = preview(connection, asked).content_sha256
    pack_id = propose(access, officer, asked, seen, now=moment, where="bench")
    times.append(time.perf_counter())
    approve(access, approver, layout, pack_id, seen, now=moment, where="bench")
    with engine.connect() as connection:
        pack = pack_one(connection, pack_id)
        assert pack is not None
        occasion = occasion_of(access, pack, layout, moment)
        begun = time.perf_counter()
        files = make_files(pack, occasion, lines_in_full(connection, store.sealer, pack_id))
    times.append(time.perf_counter())
    sent = send(access, approver, layout, pack_id, files, now=moment, where="bench")
    return {
        "proposed": times[1] - times[0], "files": times[2] - begun, "sent": time.perf_counter() - times[2], "people": sent.people,
    }
