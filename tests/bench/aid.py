"""What everybody is due, against the burden query over the same settlements: both in processes of their own.

Neither writes anything: what is timed is opening the home, naming its tables and the SQL. The burden query adds up rows, as
entitlements do, and not the sums of loads that a run takes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bench.exports import DOCUMENT
from bench.figures import Figure, ratio
from bench.homes import AS_OF
from bench.processes import Runner, median
from monitor.base.settings import Home

_STEP = "bench.step"


def compare(runner: Runner, home: Home, times: int) -> dict[str, Figure]:
    """The figure: the two alternate, and the median counts."""
    burdens, entitled = [], []
    for _ in range(times):
        burdens.append(runner(_STEP, ["burden", str(home.path)]))
        entitled.append(runner(_STEP, ["entitle", str(home.path)]))
    figure = ratio(
        "entitlements of everybody recognised", median(entitled), "the burden query over all settlements", median(burdens),
        at_most=1.5,
    )
    return {"entitlements_vs_burden": {**figure, "recognised": entitled[0].found["recognised"]}}


def burden(home: str) -> int:
    """The four measures of everybody; persons."""
    from monitor.assess.assessment import burden as burden_query
    from monitor.assess.inputs import ask, name_settlements, register_tables
    from monitor.policy.library import load_library
    from monitor.store.home import open_store

    store = open_store(Home(Path(home)))
    asked = ask(store, store.manifest, load_library().get(DOCUMENT), date.fromisoformat(AS_OF), provisional=False)
    with store.engine_scope() as engine:
        register_tables(store, store.manifest, engine, asked)
        name_settlements(store, store.manifest, engine, asked.lines.window_from)
        burden_query(engine)
        return engine.count("persons")


def entitle(home: str) -> int:
    """What everybody recognised is due; people."""
    from monitor.assess.inputs import ask
    from monitor.entitle.calculation import calculate
    from monitor.entitle.inputs import rules_of
    from monitor.policy.library import load_library
    from monitor.store.home import open_store

    store = open_store(Home(Path(home)))
    asked = ask(store, store.manifest, load_library().get(DOCUMENT), date.fromisoformat(AS_OF), provisional=False)
    with store.engine_scope() as engine:
        calculate(store, store.manifest, engine, rules_of(store, store.manifest, asked, provisional=False))
        return engine.count("entitlements")
