"""The figures in SECURITY.md are those of the tests: each row's number is how many cases there are of the tests it names."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from fuzzing import FORMATS, TRIES

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<attempts>[^|]+) \| (?P<cases>[0-9,]+) \| (?P<through>[0-9]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE)
#: ``[door](tests/dashboard/test_door.py) `test_one`, `test_two` ``
OF_FILE = re.compile(r"\[[^\]]+\]\((tests/[a-z_/]+\.py)\)((?:[ ,]*`test_\w+`)+)")


def rows() -> list[dict[str, str]]:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    return [match.groupdict() for match in ROW.finditer(text[text.index("## Figures") :])]


def named(tests: str) -> list[tuple[str, str]]:
    """File and test of each test a row names."""
    return [(file, name) for file, names in OF_FILE.findall(tests) for name in re.findall(r"`(test_\w+)`", names)]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["attempts"][:40])
def test_as_many_cases_as_it_says(row: dict[str, str], cases: Counter[tuple[str, str]]) -> None:
    tests = named(row["tests"])
    assert tests and len(set(tests)) == len(tests)
    for file, name in tests:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {name}"
    assert row["through"] == "0"
    collected = {file for file, _ in cases}
    if {file for file, _ in tests} <= collected:
        # A run of some files, or of single tests, has not seen them all.
        tries = TRIES if row["attempts"].startswith("a file of an import format changed at random") else 1
        assert int(row["cases"].replace(",", "")) == sum(cases[test] for test in tests) * tries


def test_each_kind_of_attempt_the_bureaus_asked_for_has_its_row() -> None:
    text = " ".join(row["attempts"] for row in rows())
    for kind in (
        "nobody", "wrong role", "next district", "after the end", "stolen", "forged headers", "one process", "another site", "planted",
        "guess", "injected", "hostile file", "changed at random",
    ):
        assert kind in text, kind
    assert len(FORMATS) == 5
