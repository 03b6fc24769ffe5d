"""Handing over to the dashboard, and the demo: sample data in, every month's end run, dashboard up."""

from __future__ import annotations

import importlib
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import run as journey
from monitor.entitled import entitled_store
from monitor.errors import StoreError
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.settings import Home
from monitor.store.home import writing
from monitor.store.loading import load_file, table_named
from monitor.vocabulary import AlertState

DEMO_DOCUMENT = "weihai-2022-15"


def serve(home: Home, port: int, hosts: tuple[str, ...] = ()) -> None:
    """The dashboard on 127.0.0.1, in this process, until it is stopped. The only place that knows it by name."""
    importlib.import_module("dashboard.app").serve(home, port, hosts)


def prepare_demo(home: Home, say: Callable[[str], None], now: str) -> None:
    """Twelve months of sample data, loaded and run month by month, so that trends and cleared alerts are there to see.

    Everything in it is made up. A demo home that is complete already is left as it is.
    """
    demo = importlib.import_module("sample_data.demo")
    library = load_library()
    with writing(home, "demo", create=True) as store, tempfile.TemporaryDirectory() as scratch:
        demo.write(Path(scratch))
        months = demo.months(Path(scratch))
        of_demo = {path.name for month in months for _, path in month.files}
        if any(load.file not in of_demo for load in store.manifest.loads):
            raise StoreError(f"数据目录 {home.path} 里有样例以外的数据，演示不会动它；请用 --home 指定另一个目录")
        codes = category_codes(home.tables)
        moment = datetime.fromisoformat(now)
        done = {record.as_of for record in store.manifest.runs}
        for month in months:
            if month.as_of.isoformat() in done:
                # Run again now, it would be told what the months after it brought.
                continue
            for kind, path in month.files:
                # Each load a moment after the last: what was known when is part of the demonstration.
                moment += timedelta(milliseconds=1)
                load_file(store, path, table_named(kind), moment.isoformat(), category_codes=codes)
            moment += timedelta(milliseconds=1)
            record = journey.run(store, library, journey.Request(DEMO_DOCUMENT, month.as_of), moment.isoformat())
            say(f"样例数据截至 {month.as_of}：{_counts(journey.details(store, record.run))}")
    entitled_store(home, None, library)
    say("已算出截至年末的应享待遇，见“应享未享”")


def _counts(kept: dict[str, Any]) -> str:
    states: Counter[str] = Counter()
    for of_kind in kept["counts"]["flagged"].values():
        states.update(of_kind)
    return "，".join(f"{state.label} {states[state]} 人" for state in AlertState if states[state]) or "没有人越线"
