"""What each SQL file says it reads and makes, held against its text as DuckDB's own parser understands it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

MONITOR = Path(__file__).resolve().parents[2] / "monitor"
#: Definitions of macros, which read nothing.
MACROS = {"monitor/intake/macros.sql", "monitor/assess/measures.sql", "monitor/store/key_of.sql"}
#: The judging of a file's rows: all of these read the chunk, and the codes of categories where there are some.
JUDGING = {"raw", "category_codes"}
#: Migrations of the case database are no SELECTs over named tables.
ROOMS = [room for room in sorted(MONITOR.iterdir()) if room.name != "casework"]
FILES = [path for room in ROOMS for path in sorted(room.rglob("*.sql")) if str(path.relative_to(MONITOR.parent)) not in MACROS]


def statement(path: Path) -> dict[str, Any]:
    (text,) = duckdb.execute("SELECT json_serialize_sql(?)", [path.read_text(encoding="utf-8")]).fetchall()[0]
    parsed = json.loads(text)
    assert not parsed["error"], f"{path.name}: one SELECT"
    (only,) = parsed["statements"]
    return dict(only["node"])


def tables(node: Any, own: frozenset[str] = frozenset()) -> set[str]:
    """The tables a parsed SELECT reads, but for those it makes itself in WITH."""
    if isinstance(node, list):
        return set().union(*(tables(one, own) for one in node))
    if not isinstance(node, dict):
        return set()
    own |= {entry["key"] for entry in node.get("cte_map", {}).get("map", [])}
    found = {node["table_name"]} - own if node.get("type") == "BASE_TABLE" else set()
    return found | tables(list(node.values()), own)


def columns(node: dict[str, Any]) -> list[str] | None:
    """The names of the columns a parsed SELECT gives; None where a star stands for some."""
    if node["type"] == "SET_OPERATION_NODE":
        return columns(node["children"][0])
    names = []
    for one in node["select_list"]:
        if one["type"] == "STAR" or (not one["alias"] and "column_names" not in one):
            return None
        names.append(one["alias"] or one["column_names"][-1])
    return names


def header(path: Path) -> str:
    """The comment a file begins with, in one line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = lines[: next(place for place, line in enumerate(lines) if not line.startswith("--"))]
    return " ".join(line.removeprefix("--").strip() for line in comments)


def listed(text: str) -> set[str]:
    """The names in ``a, b(its columns, or what it is), variables x, y``."""
    while "(" in text:
        text = re.sub(r"\([^()]*\)", "", text)
    return {re.sub(r"^variables? ", "", name.strip()) for name in text.split(",")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_file_reads_is_what_it_says(path: Path) -> None:
    reads = tables(statement(path))
    if path.parent.name == "intake":
        assert reads <= JUDGING
        return
    text = path.read_text(encoding="utf-8")
    variables = set(re.findall(r"getvariable\('(\w+)'\)", text))
    said = re.search(r"\bin: (.*?)(?:;? out: |\. [A-Z`]|\.?$)", header(path))
    assert said, "a line `in: …` says what it reads"
    assert listed(said[1]) == reads | variables


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_columns_a_file_says_it_makes_are_there(path: Path) -> None:
    """Where ``out:`` lists columns, it lists all, or those it explains: none that is not there."""
    said, made = re.search(r"\bout: ([a-z_]+(?:, [a-z_]+)+)(?=$|[.;:]|, and)", header(path)), columns(statement(path))
    if said and made is not None:
        missing = set(said[1].split(", ")) - set(made)
        assert missing == set()
