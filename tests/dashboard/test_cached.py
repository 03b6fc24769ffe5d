"""What is kept between clicks stands in one module, under keys with the scope; read off the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "dashboard" / "queries" / "cached.py"
CACHES = {"cache_data", "cache_resource"}
#: Figures of a document's whole region: of nobody in particular, the same for whoever may ask.
OF_NO_SCOPE = {"worked_out", "coverage_months", "coverage_indicators"}


def cached(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Each function of a file that is cached: its name, by what, and its parameters' names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if found := CACHES.intersection(part.attr for part in ast.walk(decorator) if isinstance(part, ast.Attribute)):
                    yield node.name, *found, [given.arg for given in node.args.args]


def test_nothing_is_cached_anywhere_else() -> None:
    others = [path for path in (ROOT / "dashboard").rglob("*.py") if path != HOME]
    assert [str(path.relative_to(ROOT)) for path in others if "cache_data" in path.read_text(encoding="utf-8")
            or "cache_resource" in path.read_text(encoding="utf-8")] == []


def test_whose_rows_an_answer_holds_is_part_of_its_key() -> None:
    answers = {name: given for name, by, given in cached(HOME) if by == "cache_data"}
    assert len(answers) > 10
    without = {name for name, given in answers.items() if not {"scope", "query"}.intersection(given)}
    assert without == OF_NO_SCOPE
    # Streamlit leaves a parameter that begins with an underscore out of the key.
    assert [name for name, given in answers.items() if any(one.startswith("_") for one in given)] == []


def test_each_answer_is_of_one_home() -> None:
    assert [name for name, _, given in cached(HOME) if given[0] not in ("url", "path")] == []
