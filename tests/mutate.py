"""``make mutate``: lines of the program are broken one at a time, and the tests of their room have to notice.

Sixty lines, chosen by a seed: a comparison, a constant, a sign, a join or a filter is turned into another. Each is tried in a copy of
the checkout against the few test files named for its room, with ``-x`` and for ninety seconds at most; what passes has survived.
``--keep FILE`` writes down what was tried and what came of it, ``--again FILE`` tries the same lines once more, wherever they stand now.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 90
COPIED = ("monitor", "dashboard", "policies", "sample_data", "tests", "docs", "pyproject.toml", "README.md", "GLOSSARY.md")


@dataclass(frozen=True)
class Room:
    """Which files are broken, how many lines in all, and the test files that have to notice."""

    files: tuple[str, ...]
    lines: int
    tests: tuple[str, ...]


ROOMS: dict[str, Room] = {
    "money": Room(
        ("monitor/assess/*sum*.sql", "monitor/assess/persons.sql", "monitor/assess/judged.sql", "monitor/assess/crossings.sql",
         "monitor/assess/over.sql", "monitor/entitle/insurance_payment.sql", "monitor/entitle/entitlements.sql", "monitor/entitle/pooled.sql"), 12,
        ("tests/spec/test_worked_numbers.py", "tests/spec/test_refunds.py", "tests/spec/test_worked_aid.py",
         "tests/properties/test_against_reference.py"),
    ),
    "lines": Room(
        ("monitor/policy/lines.py", "monitor/policy/incomes.py", "monitor/policy/windows.py"), 8,
        ("tests/spec/test_policy_lines.py", "tests/spec/test_policy_examples.py", "tests/spec/test_states.py"),
    ),
    "scope": Room(
        ("monitor/access/scope.py", "monitor/access/roles.py", "monitor/casework/reading/narrowing.py"), 8,
        ("tests/spec/test_roles.py", "tests/unit/test_accounts.py", "tests/unit/test_listing.py", "tests/unit/test_cases.py"),
    ),
    "commit": Room(
        ("monitor/store/committing.py", "monitor/store/manifest.py", "monitor/store/home.py"), 8,
        ("tests/unit/test_versions.py", "tests/unit/test_loading_at_once.py", "tests/unit/test_backup.py"),
    ),
    "dates": Room(
        ("monitor/casework/working_days.py", "monitor/casework/text_dates.py", "monitor/casework/due_dates.py", "monitor/intake/written_dates.py"), 8,
        ("tests/spec/test_text_dates.py", "tests/spec/test_written_cells.py", "tests/spec/test_policy_dates.py"),
    ),
    "who": Room(
        ("monitor/assess/who.py", "monitor/assess/joined.sql", "monitor/assess/numbers_resolved.sql", "monitor/assess/sole_numbers.sql",
         "monitor/assess/same_person.py", "monitor/intake/identity_number.py"), 8,
        ("tests/spec/test_who_is_who.py", "tests/unit/test_joins.py", "tests/properties/test_notations.py"),
    ),
    "signatures": Room(
        ("monitor/access/audit.py", "monitor/access/chain.py", "monitor/access/sealing.py", "monitor/access/sessions.py", "monitor/access/passwords.py"),
        8, ("tests/unit/test_audit.py", "tests/unit/test_sessions.py", "tests/unit/test_sign_in.py", "tests/spec/test_password_rules.py"),
    ),
}

#: What is turned into what. The first that fits a place is one way to break it.
IN_BOTH = (
    (r" <= ", " < "), (r" >= ", " > "), (r" < ", " <= "), (r" > ", " >= "), (r" \+ ", " - "), (r" - ", " + "),
    (r"(?<![\w.'\"])(\d+)(?![\w.'\"])", "{1}"),
)
IN_PYTHON = ((r" == ", " != "), (r" != ", " == "), (r" and ", " or "), (r" or ", " and "), (r"\bnot ", ""), (r"\bTrue\b", "False"), (r"\bmin\(", "max("))
IN_SQL = (
    (r"\bLEFT JOIN\b", "JOIN"), (r"(?<!LEFT )(?<!ANTI )(?<!SEMI )\bJOIN\b", "LEFT JOIN"), (r"\bANTI JOIN\b", "SEMI JOIN"), (r" = ", " <> "), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"),
    (r"\bsum\(", "max("), (r"\bmin\(", "max("), (r"\bmax\(", "min("), (r"\bIS NOT NULL\b", "IS NULL"), (r"\bIS NULL\b", "IS NOT NULL"),
)


@dataclass(frozen=True)
class Mutant:
    """A line of a file, and what it is turned into."""

    room: str
    file: str
    number: int
    line: str
    broken: str


def mutants_of(room: str, file: str, text: str) -> Iterator[Mutant]:
    """Every way to break a line of this text that still can be read: comments, docstrings and annotations are left alone."""
    python = file.endswith(".py")
    told = _strings(text) if python else set()
    for number, line in enumerate(text.splitlines(), start=1):
        code = line.split("  # " if python else "--")[0]
        if number in told or not code.strip() or code.lstrip().startswith(("#", "import ", "from ", "def ", "class ", "@")):
            continue
        for pattern, other in (*IN_BOTH, *(IN_PYTHON if python else IN_SQL)):
            for found in re.finditer(pattern, code):
                new = str(int(found[1]) + 1) if other == "{1}" else other
                broken = line[: found.start()] + new + line[found.end():]
                if broken != line and (not python or _parses(text, number, broken)):
                    yield Mutant(room, file, number, line, broken)


def _strings(text: str) -> set[int]:
    """The lines of strings that stand by themselves or go over several lines."""
    return {
        line for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno is not None
        and (node.end_lineno > node.lineno or node.col_offset <= 8)
        for line in range(node.lineno, node.end_lineno + 1)
    }


def _parses(text: str, number: int, broken: str) -> bool:
    lines = text.splitlines()
    lines[number - 1] = broken
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def chosen(seed: int, rooms: dict[str, Room]) -> list[Mutant]:
    """Of each room so many lines, each broken in one way; the same for the same seed and the same files."""
    found = []
    for name, room in rooms.items():
        paths = sorted({path for pattern in room.files for path in ROOT.glob(pattern)})
        ways = [one for path in paths for one in mutants_of(name, str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))]
        random.Random(f"{seed} {name}").shuffle(ways)
        by_line = {(one.file, one.number): one for one in reversed(ways)}
        found += sorted(by_line.values(), key=lambda one: ways.index(one))[: room.lines]
    return found


def again(kept: list[dict[str, str]]) -> list[Mutant]:
    """The lines of an earlier round where they stand now; one that is gone, or stands more than once, is left out and said."""
    texts = {path: path.read_text(encoding="utf-8").splitlines() for kind in ("py", "sql") for path in sorted((ROOT / "monitor").rglob(f"*.{kind}"))}
    found = []
    for one in kept:
        places = [(path, number) for path, lines in texts.items() for number, line in enumerate(lines, start=1) if line == one["line"]]
        same = [place for place in places if str(place[0].relative_to(ROOT)) == one["file"]] or places
        if len(same) == 1:
            path, number = same[0]
            found.append(Mutant(one["room"], str(path.relative_to(ROOT)), number, one["line"], one["broken"]))
        else:
            sys.stderr.write(f"left out, stands {len(same)} times: {one['file']}: {one['line'].strip()}\n")
    return found


def verdict(mutant: Mutant, copy: Path, seconds: int) -> str:
    """``caught``, ``survived``, or ``late`` where the tests were not through in time. The copy is as it was afterwards."""
    path, tests = copy / mutant.file, [name for name in ROOMS[mutant.room].tests if (copy / name).exists()]
    whole = path.read_text(encoding="utf-8")
    lines = whole.splitlines(keepends=True)
    lines[mutant.number - 1] = mutant.broken + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests], cwd=copy, capture_output=True, text=True, check=False,
            timeout=seconds, env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return "late"
    finally:
        path.write_text(whole, encoding="utf-8")
    return "caught" if done.returncode else "survived"


def main() -> int:
    """0 when every line was noticed, 1 when any survived, 2 when the tests of a room fail as they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long a line's tests may take; more on a busy machine")
    parser.add_argument("--room", choices=ROOMS, action="append", help="this room only")
    parser.add_argument("--keep", type=Path, help="write what was tried, and the verdicts, as JSON")
    parser.add_argument("--again", type=Path, help="try the lines of such a file")
    asked = parser.parse_args()
    rooms = {name: room for name, room in ROOMS.items() if not asked.room or name in asked.room}
    mutants = again(json.loads(asked.again.read_text())) if asked.again else chosen(asked.seed, rooms)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ROOMS}
    kept = []
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "checkout"
        copy.mkdir()
        for name in COPIED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
        for mutant in mutants:
            if mutant.room not in rooms:
                continue
            if not counts[mutant.room] and verdict(replace(mutant, broken=mutant.line), copy, asked.seconds) == "caught":
                sys.stderr.write(f"the tests of {mutant.room} fail with nothing broken\n")
                return 2
            said = verdict(mutant, copy, asked.seconds)
            counts[mutant.room][said] += 1
            kept.append({**asdict(mutant), "verdict": said})
            sys.stdout.write(f"{said:9}{mutant.file}:{mutant.number}\n    {mutant.line.strip()}\n    {mutant.broken.strip()}\n")
            sys.stdout.flush()
            if asked.keep:
                asked.keep.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    for name in rooms:
        sys.stdout.write(f"{name:12}" + ", ".join(f"{count} {said}" for said, count in sorted(counts[name].items())) + "\n")
    return int(any(each["survived"] for each in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
