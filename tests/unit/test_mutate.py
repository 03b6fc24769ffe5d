"""What ``make mutate`` breaks: one line at a time, the same for the same seed, and only what still can be read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mutate import ROOMS, ROOT, Mutant, again, chosen, mutants_of, verdict

PYTHON = '''"""A docstring that says 1 < 2."""

LIMIT = 12


def over(amount: int) -> bool:
    """Whether it is > 3."""
    return amount > LIMIT  # and not >= 12
'''
SQL = """-- in: a, b  where 1 < 2
SELECT sum(x) FROM a JOIN b ON a.id = b.id WHERE x >= 0
"""


def ways(file: str, text: str) -> set[str]:
    return {one.broken.strip() for one in mutants_of("money", file, text)}


def test_what_can_be_broken() -> None:
    assert ways("a.py", PYTHON) == {"LIMIT = 13", "return amount >= LIMIT  # and not >= 12"}
    assert ways("a.sql", SQL) == {
        "SELECT max(x) FROM a JOIN b ON a.id = b.id WHERE x >= 0", "SELECT sum(x) FROM a LEFT JOIN b ON a.id = b.id WHERE x >= 0",
        "SELECT sum(x) FROM a JOIN b ON a.id <> b.id WHERE x >= 0", "SELECT sum(x) FROM a JOIN b ON a.id = b.id WHERE x > 0",
        "SELECT sum(x) FROM a JOIN b ON a.id = b.id WHERE x >= 1",
    }


def test_sixty_lines_the_same_for_a_seed() -> None:
    found = chosen(1, ROOMS)
    assert found == chosen(1, ROOMS) != chosen(2, ROOMS)
    assert len({(one.file, one.number) for one in found}) == len(found) == 60
    for one in found:
        lines = (ROOT / one.file).read_text(encoding="utf-8").splitlines()
        assert lines[one.number - 1] == one.line != one.broken
        if one.file.endswith(".py"):
            lines[one.number - 1] = one.broken
            ast.parse("\n".join(lines))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_files_and_tests(room: str) -> None:
    assert [pattern for pattern in ROOMS[room].files if not list(ROOT.glob(pattern))] == []
    assert [name for name in ROOMS[room].tests if not (ROOT / name).exists()] == []


def test_a_line_is_found_again_where_it_stands_now() -> None:
    one = next(one for one in chosen(1, ROOMS) if one.room == "scope")
    moved = {"room": one.room, "file": "monitor/elsewhere.py", "line": one.line, "broken": one.broken}
    assert again([moved, {**moved, "line": "no such line anywhere"}]) in ([one], [])
    assert again([{**moved, "file": one.file}]) == [one]


def test_the_tests_of_the_room_say_whether_it_was_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "money", ROOMS["money"].__class__(("room.py",), 1, ("test_room.py",)))
    (tmp_path / "room.py").write_text("def total(a, b):\n    return a + b\n\ndef half(a):\n    return a // 2\n", encoding="utf-8")
    (tmp_path / "test_room.py").write_text("from room import total\n\ndef test_total():\n    assert total(1, 2) == 3\n", encoding="utf-8")
    before = (tmp_path / "room.py").read_text(encoding="utf-8")
    for number, line, broken, said in ((2, "    return a + b", "    return a - b", "caught"), (5, "    return a // 2", "    return a // 3", "survived")):
        assert verdict(Mutant("money", "room.py", number, line, broken), tmp_path, 60) == said
        assert (tmp_path / "room.py").read_text(encoding="utf-8") == before
