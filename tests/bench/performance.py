"""The bench itself: generate, rehearse, measure, say. Read ``bench`` first."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import aid, cases
from bench.exports import DOCUMENT, Files, Parameters, generate, into_cache, later_than, year_of
from bench.figures import Figure, limit, ratio
from bench.homes import BenchHome, empty_case_database, settlement_files
from bench.processes import Ran, Runner, child_processes, median
from monitor.base.errors import MonitorError
from monitor.base.settings import Home

ALERTS = 100_000
#: Short things are measured so often, alternating with what they are compared with; the median counts.
TIMES = 3
_REHEARSAL = 4_000
_STEP = "bench.step"


@dataclass(frozen=True)
class Loaded:
    """A home that holds a year, and what the bare copy and the import took."""

    home: BenchHome
    files: Files
    copied: Ran
    imported: Ran
    register_seconds: dict[str, float]
    csv_bytes: int


@dataclass(frozen=True)
class Medians:
    """Run, bare grouping and pandas on the same home; the most memory any run took; how many alerts they found."""

    run: Ran
    group: Ran
    pandas: Ran
    run_megabytes: float
    alerts: int


def bench(
    settlements: int, directory: Path | None = None, runner: Runner | None = None, alerts: int = ALERTS,
    times: int = TIMES,
) -> dict[str, Any]:
    """Every figure of the performance table at ``settlements`` rows a year, as one JSON object.

    ``directory`` (``bench-data`` below the current one) keeps generated files from one bench to the next; homes are
    built anew. Every time is wall-clock seconds of a whole process, start-up included. Raises MonitorError when a step
    fails or pandas and the run disagree.
    """
    if settlements < 1000:
        raise MonitorError("测速至少需要 1000 条结算（--settlements），更少时只测得到启动时间；建议 3000000 以上")
    directory = (directory or Path("bench-data")).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    children = runner or child_processes(directory)
    if runner is None:
        _say("rehearsal: every step once on a few rows, so that nothing is compiled or first found broken later")
        _measure(children, directory / "rehearsal", year_of(_REHEARSAL), alerts=100, times=1)
        shutil.rmtree(directory / "rehearsal")
    return _measure(children, directory, year_of(settlements), alerts, times)


def _measure(runner: Runner, directory: Path, year: Parameters, alerts: int, times: int) -> dict[str, Any]:
    quarter = _load(runner, directory, "quarter", year_of(year.settlements // 4))
    quarter_runs = _compare_runs(runner, quarter, directory / "in-pandas", times)
    quarter.home.rebuild()
    whole = _load(runner, directory, "whole", year)
    runs = _compare_runs(runner, whole, directory / "in-pandas", times)
    due = aid.compare(runner, whole.home.home, times)
    parquet = sum(file.stat().st_size for file in settlement_files(whole.home.home))
    later = _load_later(runner, directory, whole, year)
    whole.home.rebuild()
    screens = _screens(runner, directory, alerts)
    worked_in = cases.measure(runner, directory, alerts, times, _say)
    figures = {**_import_figures(whole, quarter, later), **_run_figures(runs, quarter_runs), **due, **screens, **worked_in}
    persons = runs.run.found["persons"]
    return {
        "settlements": year.settlements,
        "people": year.people,
        "document": DOCUMENT,
        "figures": figures,
        "met": all(figure["met"] for figure in figures.values()),
        "data": {
            "rows_read": whole.imported.found["read"], "csv_bytes": whole.csv_bytes, "parquet_bytes": parquet,
            "persons": persons, "flagged": runs.alerts, "flagged_share_of_persons": round(runs.alerts / persons, 5),
            "other_imports_seconds": whole.register_seconds, "import_peak_mb": round(whole.imported.megabytes),
            "pandas_peak_mb": round(runs.pandas.megabytes), "alerts_equal_to_pandas": True,
        },
        "machine": _machine(),
    }


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


def _load(runner: Runner, directory: Path, name: str, year: Parameters) -> Loaded:
    """Generate the year, copy it barely, import it into a home of its own."""
    _say(f"{name}: {year.settlements} settlements of {year.people} people, generating unless they are there")
    files = generate(runner, year, directory / f"exports-{name}")
    home = BenchHome(runner, Home(directory / f"home-{name}"))
    home.rebuild()
    register_seconds = home.take_register(files)
    copied, imported, size = _copy_and_import(runner, directory, home, files)
    return Loaded(home, files, copied, imported, register_seconds, size)


def _copy_and_import(runner: Runner, directory: Path, home: BenchHome, files: Files) -> tuple[Ran, Ran, int]:
    size = into_cache(files.settlements)
    target = directory / "copy.parquet"
    copied = runner(_STEP, ["copy", str(files.settlements), str(target)])
    target.unlink()
    _say(f"  bare copy of {size / 1e6:.0f} MB: {copied.seconds:.2f} s, {copied.megabytes:.0f} MB of memory")
    into_cache(files.settlements)
    imported = home.take("settlements", files.settlements)
    _say(f"  import: {imported.seconds:.2f} s, {imported.megabytes:.0f} MB of memory")
    if imported.found["read"] != copied.found["rows"]:
        raise MonitorError(
            f"文件 {files.settlements.name} 导入时读到 {imported.found['read']} 行，直接复制为 {copied.found['rows']}"
            " 行，无法比较；请删除测速目录后重测"
        )
    return copied, imported, size


def _load_later(runner: Runner, directory: Path, whole: Loaded, year: Parameters) -> tuple[Ran, Ran]:
    """The bare copy and the import of new rows into the home that holds the whole year already."""
    _say("later: a tenth as many new settlements into the same home")
    files = generate(runner, later_than(year), directory / "exports-later", new_ids=True)
    copied, imported, _ = _copy_and_import(runner, directory, whole.home, files)
    return copied, imported


def _compare_runs(runner: Runner, loaded: Loaded, target: Path, times: int) -> Medians:
    home = str(loaded.home.home.path)
    runs, groups, in_pandas = [], [], []
    empty_case_database(target)
    for turn in range(1, times + 1):
        groups.append(runner(_STEP, ["group", home]))
        runs.append(loaded.home.run())
        in_pandas.append(runner(_STEP, ["pandas", home, str(target)]))
        _say(
            f"  {turn} of {times}: bare group {groups[-1].seconds:.2f} s, run {runs[-1].seconds:.2f} s"
            f" ({runs[-1].megabytes:.0f} MB), pandas {in_pandas[-1].seconds:.2f} s ({in_pandas[-1].megabytes:.0f} MB)"
        )
    compared = runner(_STEP, ["compare", home, str(target)])
    shutil.rmtree(target)
    if compared.found["different"]:
        raise MonitorError(
            f"pandas 得出的名单、分布和案件数据库与运行结果有 {compared.found['different']} 行不同，无法比较；"
            "请先查明 tests/bench/in_pandas.py、kept_by_pandas.py 与运行的差别"
        )
    return Medians(
        median(runs), median(groups), median(in_pandas), max(one.megabytes for one in runs), compared.found["alerts"]
    )


def _import_figures(whole: Loaded, quarter: Loaded, later: tuple[Ran, Ran]) -> dict[str, Figure]:
    return {
        "import_vs_copy": ratio(
            "import of settlements into a home without any", whole.imported,
            "DuckDB's bare CSV to Parquet copy of the same file", whole.copied, at_most=3.0,
        ),
        "later_import_vs_copy": ratio(
            "import of a tenth more into the home that holds them all", later[1],
            "DuckDB's bare CSV to Parquet copy of the same file", later[0], at_most=3.3,
        ),
        "import_four_times_the_rows": ratio(
            "import of all settlements", whole.imported, "import of a quarter as many", quarter.imported, at_most=4.5
        ),
    }


def _run_figures(runs: Medians, quarter: Medians) -> dict[str, Figure]:
    return {
        "run_vs_group_by": ratio(
            "run", runs.run, "DuckDB's bare group by person over the same Parquet columns", runs.group, at_most=1.5
        ),
        "run_vs_pandas": ratio("run", runs.run, "the same job in pandas", runs.pandas, at_least=3.0),
        "run_memory": limit("run", "gigabytes", runs.run_megabytes / 1024, 3.0),
        "run_four_times_the_rows": ratio(
            "run over all settlements", runs.run, "run over a quarter as many", quarter.run, at_most=4.5
        ),
    }


def _screens(runner: Runner, directory: Path, alerts: int) -> dict[str, Figure]:
    _say(f"screens: {alerts} alerts in a case database")
    database = directory / "screens" / "casework.sqlite"
    found = runner(_STEP, ["screens", str(database), str(alerts)]).found
    shutil.rmtree(database.parent)
    _say(f"  list page {found['page_p95_ms']:.1f} ms, overview {found['overview_p95_ms']:.1f} ms")
    pages = limit("list page query, p95", "milliseconds", found["page_p95_ms"], 100)
    overviews = limit("overview, p95", "milliseconds", found["overview_p95_ms"], 300)
    return {
        "list_page": {**pages, "alerts": alerts, "queries": found["page_queries"], "worst": round(found["page_worst_ms"], 3)},
        "overview": {
            **overviews, "alerts": alerts, "queries": found["overview_queries"], "worst": round(found["overview_worst_ms"], 3),
        },
    }


def _machine() -> dict[str, Any]:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)), "memory_gb": round(pages * size / 2**30, 1),
        "system": platform.system(), "architecture": platform.machine(), "python": platform.python_version(),
        **{name: version(name) for name in ("monitor", "duckdb", "pandas", "pyarrow", "sqlalchemy")},
    }
