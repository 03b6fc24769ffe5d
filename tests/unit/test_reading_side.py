"""Casework's reading side stands apart from its deciding side, read off the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READING = ROOT / "monitor" / "casework" / "reading"
MODULES = sorted(READING.glob("*.py"))
#: What of casework both sides stand on: the tables, the states of a case, the recipients' layouts.
SHARED = {"tables", "pack_tables", "transitions", "layouts", "reading"}
#: What SQLAlchemy writes with.
WRITING = {"insert", "update", "delete"}


def imports(path: Path) -> list[tuple[str, str]]:
    """Each name a file imports from a module, as (module, name)."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [(node.module or "", name.name) for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_reading_knows_nothing_of_deciding(path: Path) -> None:
    of_casework = {f"{module}.{name}".split(".")[2] for module, name in imports(path) if module.startswith("monitor.casework")}
    assert of_casework <= SHARED


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_reading_writes_nothing(path: Path) -> None:
    assert [name for module, name in imports(path) if module.startswith("sqlalchemy") and name in WRITING] == []
