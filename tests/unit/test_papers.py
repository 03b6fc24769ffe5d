"""Papers that are cited exist, with the part that is cited; what is written from the program is what would be written today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import papers
import pytest

ROOT = papers.ROOT
#: A paper's name as text and code write it, and the part that is meant: docs/DATA.md, "Refunds".
CITED = re.compile(r"((?:[\w.-]+/)*[A-Z][A-Z_]+(?:\.[\w-]+)?\.md)\b(?:, \"([^\"\n]+)\")?")
OURS = ("monitor", "dashboard", "sample_data", "tests", "policies", "deploy", "docs", ".ci")
KINDS = {".py", ".sql", ".md", ".toml", ".sh", ".json"}


def texts() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.suffix in KINDS or path.name == "Makefile")
    for directory in OURS:
        yield from (path for path in (ROOT / directory).rglob("*") if path.suffix in KINDS and path.is_file())


def paper(path: Path, cited: str) -> Path | None:
    """The file a citation means: beside the one that cites, or from the top."""
    return next((place for place in (path.parent / cited, ROOT / cited) if place.is_file()), None)


def wrong_citations(path: Path, text: str) -> list[str]:
    wrong = []
    for found in CITED.finditer(text):
        cited, part = found[1], found[2]
        there = paper(path, cited)
        if there is None:
            wrong.append(f"{path.relative_to(ROOT)}: there is no {cited}")
        elif part and not re.search(rf"^#+ {re.escape(part)}", there.read_text(encoding="utf-8"), re.MULTILINE):
            wrong.append(f"{path.relative_to(ROOT)}: {cited} has no part “{part}”")
    return wrong


def test_every_paper_that_is_cited_exists() -> None:
    assert [one for path in sorted(texts()) if path != Path(__file__) for one in wrong_citations(path, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(("text", "wrong"), [
    ("# see GLOSSARY.md and docs/DATA.md", 0), ("# (docs/" + 'DATA.md, "Refunds")', 0), ("# " + "POL" + "ICY.md says", 1),
    ("# DATA" + ".md says", 1), ("# (docs/" + 'DATA.md, "Nothing")', 1),
])
def test_a_citation_of_nothing_is_found(text: str, wrong: int) -> None:
    assert len(wrong_citations(ROOT / "monitor" / "run.py", text)) == wrong


@pytest.mark.parametrize("name", papers.GENERATED)
def test_what_is_written_from_the_program_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == papers.written(name), "make papers"


def test_the_map_of_the_paper_has_every_room() -> None:
    there = {path.stem for path in (ROOT / "monitor").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()} - {"__init__"}
    named = {name for line in papers.rooms().splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    assert named == there


def test_the_diagram_has_every_state_and_every_act_once_a_row() -> None:
    from monitor.base.vocabulary import CaseState
    from monitor.casework.transitions import TABLE

    shown = papers.case_states()
    assert all(f"    {state}: {state.label} ({state})\n" in shown for state in CaseState)
    assert len(re.findall(r"^\| `", shown, re.MULTILINE)) == len(TABLE)
    drawn = {(source, target, act) for source, target, acts in re.findall(r"^    (\w+) --> (\w+): (.*)$", shown, re.MULTILINE) for act in acts.split(", ")}
    assert drawn == {(str(source), str(row.target), str(row.act)) for row in TABLE for source in row.sources}


# --- the ten changes --------------------------------------------------------------------------------

CHANGES = ("column", "page", "department", "category", "answer", "rule", "chart", "document", "report", "engine")


def changes() -> list[list[str]]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text[text.index("## Ten changes") :].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if line.startswith("| a")]


def test_the_ten_changes_are_told() -> None:
    told = changes()
    assert len(told) == len(CHANGES)
    assert all(word in row[0] for word, row in zip(CHANGES, told, strict=True))


@pytest.mark.parametrize("row", changes(), ids=lambda row: row[0])
def test_each_file_a_change_touches_is_there(row: list[str]) -> None:
    """A room may be a module or a package; a test named for a change is one."""
    files = re.findall(r"`([\w.-]+(?:/[\w.-]+)+|policies)`", row[1])
    tests = re.findall(r"`(tests/[\w./-]+)`", row[2])
    assert files and tests
    assert [name for name in (*files, *tests) if not (ROOT / name).exists() and not (ROOT / f"{name}.py").is_file()] == []


def test_what_a_change_is_said_to_touch_is_where_it_is_said() -> None:
    """Names in code that CONTRIBUTING's table points at stand in the file it names for them."""
    pairs = [
        (name, file) for row in changes()
        for names, file in re.findall(r"((?:`[A-Z]\w+`(?: and )?)+)(?: and rows)? in `([\w./-]+)`", row[1]) for name in re.findall(r"`(\w+)`", names)
    ]
    pairs += [(name, file) for row in changes() for name, file in re.findall(r"methods of `(\w+)` in `([\w./-]+)`", row[1])]
    assert len(pairs) >= 6
    for name, file in pairs:
        assert re.search(rf"^(?:class )?{name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), (name, file)
