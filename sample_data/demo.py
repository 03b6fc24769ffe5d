"""The demonstration: a small prefecture's year under weihai-2022-15, month by month, as departments would send it.

``write`` lays the files out, ``months`` says what to load before which month's end. File names sort in load order:

    incomes.csv
    2025-01/10-people.csv
    2025-01/20-identities-civil-affairs.csv    effective dates
    2025-01/21-identities-rural-affairs.xlsx   headings on the third row, months as YYYYMM
    2025-01/22-premium_support.csv             22 to 26: what nobody exports, from templates (sample_data/inputs.py)
    2025-01/30-settlements.csv                 GB18030, UTF-8 with BOM and Chinese headings, xlsx or zip
    2025-08/40-settlements-corrected.csv       a corrected export
"""

from __future__ import annotations

import calendar
import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.intake import columns
from sample_data import inputs, layouts
from sample_data.generator.aims import SOURCE
from sample_data.generator.exports import Request, category_names
from sample_data.generator.exports import write as generate
from sample_data.layouts import Row
from sample_data.stories import Story, doubts, stories

DOCUMENT = "weihai-2022-15"
YEAR = 2025
REQUEST = Request(people=20_000, settlements=60_000, year=YEAR, region="371000", document=DOCUMENT, seed=2025)

#: The kind of each month's settlement file.
KINDS = (
    "gb18030", "bom", "xlsx", "zip", "gb18030", "bom", "zip", "gb18030", "xlsx", "bom", "zip", "gb18030",
)

#: Categories the rural-affairs department recognises: they arrive in its layout.
RURAL = ("返贫致贫人口", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户", "脱贫人口")

#: (region, residents, year, amount): invented, and saying so.
INCOMES = (
    ("370000", "all", 2024, "40000.00"), ("370000", "all", 2023, "38000.00"), ("370000", "urban", 2024, "52000.00"),
    ("370000", "rural", 2024, "25000.00"), ("371000", "all", 2024, "45000.00"),
)


@dataclass(frozen=True)
class Month:
    """What to load, in order, as (kind, file), before the run at ``as_of``. Kinds are those of ``monitor import``."""

    as_of: date
    files: list[tuple[str, Path]]


def months(directory: Path) -> list[Month]:
    """The months found in a directory ``write`` has filled, in order; the incomes come with the first."""
    found = []
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        year, month = int(folder.name[:4]), int(folder.name[5:7])
        files = [(kind_of(file), file) for file in sorted(folder.iterdir())]
        found.append(Month(date(year, month, calendar.monthrange(year, month)[1]), files))
    if found:
        found[0].files.insert(0, ("incomes", directory / "incomes.csv"))
    return found


def kind_of(file: Path) -> str:
    """30-settlements.csv → settlements."""
    return file.stem.split("-")[1]


def write(directory: Path) -> None:
    """Fill ``directory`` with the demonstration's files; the same bytes each time."""
    told = [*stories(), *doubts()]
    directory.mkdir(parents=True, exist_ok=True)
    incomes = [[*map(str, row), SOURCE, f"{row[2] + 1}-01-20", "样例审核员"] for row in INCOMES]
    (directory / "incomes.csv").write_bytes(layouts.as_csv([list(columns.INCOMES.names), *incomes], "utf-8"))
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        made = Path(scratch)
        generate(REQUEST, made)
        identities = [*_generated_identities(made / "identities.csv"), *_story_rows(told, "identities")]
        for month in range(1, 13):
            folder = directory / f"{YEAR}-{month:02d}"
            folder.mkdir(exist_ok=True)
            people = _rows(made / "people.csv") if month == 1 else []
            people += [row for story in told for row in story.people.get(month, [])]
            _write_people(folder, people)
            _write_identities(folder, [row for told_in, row in identities if told_in == month])
            inputs.write(folder, month, identities)
            _write_settlements(folder, month, made, told)


def _rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _story_rows(told: Iterable[Story], name: str) -> list[tuple[int, Row]]:
    return [(month, row) for story in told for month, rows in getattr(story, name).items() for row in rows]


def _generated_identities(file: Path) -> list[tuple[int, Row]]:
    """The generated lists, each row in the month a department would send it: what begins later is not known in
    January, and an end is a second row for the same person, category and first date."""
    chinese = {code: label for _, label, code, _ in category_names()} | {
        name: label for name, label, _, _ in category_names()
    }
    sent = []
    for row in _rows(file):
        whole = {**row, "category": chinese.get(row["category"], row["category"])}
        whole["household"] = "99H" + row["certno"][-8:]
        lag = 1 if whole["category"] in RURAL else 0
        begins = int(row["begin"][5:7]) - lag if row["begin"].startswith(str(YEAR)) else 1
        first = max(1, begins)
        last = max(first, int(row["end"][5:7])) if row["end"] else 0
        if last != first:
            sent.append((first, {**whole, "end": ""}))
        if last:
            sent.append((last, whole))
    return sent


def _write_people(folder: Path, people: list[Row]) -> None:
    if people:
        names = columns.PEOPLE.names
        cells = [list(names), *([row[name] for name in names] for row in people)]
        (folder / "10-people.csv").write_bytes(layouts.as_csv(cells, "utf-8-sig"))


def _write_identities(folder: Path, rows: list[Row]) -> None:
    rural = [row for row in rows if row["category"] in RURAL]
    civil = [row for row in rows if row["category"] not in RURAL]
    if civil:
        (folder / "20-identities-civil-affairs.csv").write_bytes(layouts.civil_affairs(civil))
    if rural:
        layouts.write_workbook(folder / "21-identities-rural-affairs.xlsx", "监测对象", layouts.rural_affairs(rural))


def _write_settlements(folder: Path, month: int, made: Path, told: list[Story]) -> None:
    *rows, totals = _rows(made / f"settlements-{YEAR}-{month:02d}.csv")
    rows += [row for story in told for row in story.settlements.get(month, [])]
    kind = KINDS[month - 1]
    layouts.write_settlements(folder / f"30-settlements{layouts.KINDS[kind]}", [*rows, totals], kind)
    corrections = [row for story in told for row in story.corrections.get(month, [])]
    if corrections:
        layouts.write_settlements(folder / "40-settlements-corrected.csv", corrections, "gb18030")
