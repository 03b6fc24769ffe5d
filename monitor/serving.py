"""Handing over to the dashboard, and the demo: sample data in, every month's end run, dashboard up."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from monitor import run as journey
from monitor.errors import StoreError
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.settings import Home
from monitor.store.home import writing
from monitor.store.loading import load_file, table_named

DEMO_DOCUMENT = "weihai-2022-15"


def serve(home: Home, port: int) -> None:
    """The dashboard on 127.0.0.1, in this process, until it is stopped. The only place that knows it by name."""
    importlib.import_module("dashboard.app").serve(home, port)


def prepare_demo(home: Home, say: Callable[[str], None], now: str) -> None:
    """Twelve months of sample data, loaded and run month by month, so that trends and cleared alerts are there to see.

    Everything in it is made up. A demo home that is complete already is left as it is.
    """
    demo = importlib.import_module("sample_data.demo")
    library = load_library()
    with writing(home, "demo", create=True) as store, tempfile.TemporaryDirectory() as scratch:
        foreign = [load.file for load in store.manifest.loads if load.file not in _demo_files(demo, Path(scratch))]
        if foreign:
            raise StoreError(f"数据目录 {home.path} 里有样例以外的数据，演示不会动它；请用 --home 指定另一个目录")
        codes = {text: category.value for text, category in category_codes(home.tables).items()}
        moment = datetime.fromisoformat(now)
        for month in demo.months(Path(scratch)):
            for kind, path in month.files:
                # Each load a moment after the last: what was known when is part of the demonstration.
                moment += timedelta(milliseconds=1)
                load_file(store, path, table_named(kind), moment.isoformat(), category_codes=codes)
            moment += timedelta(milliseconds=1)
            record = journey.run(store, library, journey.Request(DEMO_DOCUMENT, month.as_of), moment.isoformat())
            counts = journey.details(store, record.run)["counts"]["flagged"]
            open_alerts = sum(n for states in counts.values() for s, n in states.items() if s in ("new", "continuing", "raised"))
            say(f"样例 {month.as_of}：越线 {open_alerts} 人")


def _demo_files(demo: object, directory: Path) -> set[str]:
    if not any(directory.iterdir()):
        demo.write(directory)  # type: ignore[attr-defined]
    return {path.name for month in demo.months(directory) for _, path in month.files}  # type: ignore[attr-defined]
