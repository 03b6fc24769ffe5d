"""``python -m bench.step NAME ARGUMENT…``: one measured step as a process of its own; prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def _copy(source: str, target: str) -> dict[str, Any]:
    from bench import rivals

    return {"rows": rivals.copy(Path(source), Path(target))}


def _group(home: str) -> dict[str, Any]:
    from bench import rivals
    from bench.homes import settlement_files
    from monitor.base.settings import Home

    return {"persons": rivals.group(settlement_files(Home(Path(home))))}


def _pandas(home: str, target: str) -> dict[str, Any]:
    from bench.kept_by_pandas import run_in_pandas
    from monitor.base.settings import Home

    return {"alerts": run_in_pandas(Home(Path(home)), Path(target))}


def _compare(home: str, theirs: str) -> dict[str, Any]:
    from bench.agreement import compare
    from monitor.base.settings import Home

    return compare(Home(Path(home)), Path(theirs))


def _screens(database: str, alerts: str) -> dict[str, Any]:
    from bench.screens import ask

    return ask(Path(database), int(alerts))


def _cases(home: str) -> dict[str, Any]:
    from bench.cases import worked_in

    return worked_in(Path(home))


def _burden(home: str) -> dict[str, Any]:
    from bench import aid

    return {"persons": aid.burden(home)}


def _entitle(home: str) -> dict[str, Any]:
    from bench import aid

    return {"recognised": aid.entitle(home)}


# Each imports what it needs itself: a step's start-up is part of its time.
STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "copy": _copy, "group": _group, "pandas": _pandas, "compare": _compare, "screens": _screens,
    "cases": _cases, "burden": _burden, "entitle": _entitle,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done; any failure is a traceback: bench data are made up, nothing personal can be in it."""
    name, *rest = sys.argv[1:] if arguments is None else arguments
    sys.stdout.write(json.dumps(STEPS[name](*rest)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
