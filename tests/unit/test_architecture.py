"""The order of the rooms and what no room may do, read off the code itself, so that the map stays true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import dashboard
import monitor

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "monitor"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500
#: The packages whose docstring is a map of their rooms.
MAPPED = (monitor, dashboard)

#: Modules that may ask what time it is, and why. Everything else is told: time is an argument.
CLOCKS = {
    "monitor/__main__.py": "the command line is where the present comes in",
}
#: What asks the clock, as it is written where it is called.
ASKS_THE_CLOCK = re.compile(
    r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|time_ns|localtime|gmtime))$"
)


def rooms(package: ModuleType) -> list[set[str]]:
    """The map in a package's docstring: a set of modules for each line, in order; one line's may see each other."""
    found = []
    for line in (package.__doc__ or "").splitlines():
        entry = re.match(r"    ([a-z_]+(?:, [a-z_]+)*)   ", line)
        if entry:
            found.append(set(entry[1].split(", ")))
    return found


def room_of(path: Path) -> str:
    """``monitor/store/lock.py`` → ``store``; ``dashboard/app.py`` → ``app``."""
    return path.relative_to(ROOT).with_suffix("").parts[1]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every module a file imports, absolute, with its line, wherever in the file the import stands."""
    package = path.parent.relative_to(ROOT).parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            for name in node.names:
                yield node.lineno, f"{module}.{name.name}"


@pytest.mark.parametrize("package", MAPPED, ids=lambda package: package.__name__)
def test_the_map_names_every_room(package: ModuleType) -> None:
    named = set().union(*rooms(package))
    there = {room_of(path) for path in (ROOT / package.__name__).rglob("*.py")} - {"__init__"}
    assert there == named, "rooms that are there and rooms in the map of the package's docstring"


@pytest.mark.parametrize(
    ("package", "path"), [(package, path) for package in MAPPED for path in sorted((ROOT / package.__name__).rglob("*.py"))],
    ids=lambda one: str(one.relative_to(ROOT)) if isinstance(one, Path) else "",
)
def test_a_room_imports_only_rooms_above_it(package: ModuleType, path: Path) -> None:
    if path == ROOT / package.__name__ / "__init__.py":
        return
    order = {name: place for place, names in enumerate(rooms(package)) for name in names}
    mine = order[room_of(path)]
    wrong = []
    for line, module in imported(path):
        parts = module.split(".")
        if parts[0] == package.__name__ and len(parts) > 1 and order.get(parts[1], mine) > mine:
            wrong.append(f"{path.relative_to(ROOT)}:{line}: {module}")
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pipeline_knows_nothing_of_the_dashboard(path: Path) -> None:
    above = {"streamlit", "dashboard", "tests", "sample_data"}
    assert [module for _, module in imported(path) if module.split(".")[0] in above] == []


def test_the_top_level_holds_rooms_and_the_journey() -> None:
    """``run.py`` is the file to read first; all else stands in a room."""
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", "run"}


def clock_calls(path: Path) -> list[str]:
    """Where a file asks what time it is, with line and call."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call.func)}"
        for call in calls
        if ASKS_THE_CLOCK.search(ast.unparse(call.func))
    ]


@pytest.mark.parametrize(
    "path", [path for path in MODULES if str(path.relative_to(ROOT)) not in CLOCKS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_room_asks_the_clock(path: Path) -> None:
    assert clock_calls(path) == []


def test_sql_asks_no_clock_either() -> None:
    asks = re.compile(r"\b(?:now\s*\(|current_(?:date|timestamp|time)\b|today\s*\()", re.IGNORECASE)
    wrong = []
    for path in sorted(PACKAGE.rglob("*.sql")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if asks.search(line.split("--")[0]):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert wrong == []


def every_module() -> list[Path]:
    return sorted(
        path
        for directory in ("monitor", "dashboard", "sample_data", "tests")
        for path in (ROOT / directory).rglob("*.py")
    )


def test_no_module_is_longer_than_a_person_reads() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in every_module()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_module_is_named_for_nothing_in_particular() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "manager", "service", "misc"}
    names = [path.relative_to(ROOT).with_suffix("") for path in every_module()]
    assert [str(name) for name in names if set(name.parts) & vague] == []
