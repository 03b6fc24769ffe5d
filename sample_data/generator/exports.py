"""Writes people.csv, identities.csv, incomes.csv and the settlements of a year, as large as asked for.

Nothing is kept per settlement: a row is a function of the seed and its number, so memory depends on one month's rows
(sorted by time) and time on the number of rows. The same request gives the same bytes.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from monitor.base.vocabulary import Category
from monitor.intake import columns
from sample_data.generator.aims import Aim, aim_of

HERE = Path(__file__).parent

#: Platform codes of identities (editable by bureaus; docs/DATA.md). A category without one is sent as its id.
CODES = {
    "dibao": "2303", "tekun": "2304", "orphan": "7141", "illness_poor": "2306", "dibao_marginal": "7201",
    "returned_to_poverty": "7202", "monitored_unstable": "7203", "monitored_marginal": "7204",
    "monitored_sudden": "7205",
}


@dataclass(frozen=True)
class Request:
    """What to generate. ``region`` is where most people are insured; counts are of people and regular settlements.

    Refunds, corrections, repetitions and dirty rows come on top of the regular settlements (about 2 %).
    ``dirty`` False leaves out the settlements to be rejected and the totals row: what a bare CSV reader can read, too.
    """

    people: int
    settlements: int
    months: int = 12
    year: int = 2025
    region: str = "371000"
    document: str = "weihai-2022-15"
    seed: int = 1
    split: Literal["month", "none"] = "month"
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    dirty: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.people <= 8_999_999:
            raise ValueError("people must lie between 1 and 8,999,999: that many identity numbers can be made")
        if not 1 <= self.settlements < 10**11:
            raise ValueError("settlements must lie between 1 and 10^11")
        if not 1 <= self.months <= 12:
            raise ValueError("months must lie between 1 and 12")
        if not (len(self.region) == 6 and self.region.isdigit()):
            raise ValueError("region must be six digits")


def districts_of(region: str) -> tuple[str, ...]:
    """Districts inside an insurance region: of a province two prefectures' worth, of a county itself."""
    if region.endswith("0000"):
        return tuple(f"{region[:2]}{tail}" for tail in ("0102", "0103", "0121", "0202", "0203", "0221"))
    if region.endswith("00"):
        return tuple(f"{region[:4]}{tail}" for tail in ("02", "03", "82", "83"))
    return (region,)


def outside_of(region: str) -> tuple[str, ...]:
    """Districts outside it: people insured there are listed apart."""
    return tuple(code for code in ("110101", "330102", "500103") if code[:2] != region[:2])


def static_sql(name: str) -> str:
    """The text of a .sql file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")


def _engine(request: Request, aim: Aim, spill: Path) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(spill)})
    engine.execute("SET preserve_insertion_order = true")
    group_slots = max(1, -(-4 * request.settlements // request.people))
    # A year of usual settlements comes to two fifths of the lower line for who has most of them (5 in 8 of a group).
    usual = min(30_000, max(100, aim.low_line_fen * 2 // 5 // max(1, group_slots * 5 // 8)))
    engine.execute(static_sql("tables.sql"))
    engine.execute(
        "INSERT INTO parameters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            request.seed, request.people, request.settlements, group_slots, request.months,
            date(request.year, 1, 1), aim.low_line_fen, aim.high_line_fen, aim.in_policy, usual, request.dirty,
        ],
    )
    engine.executemany("INSERT INTO districts VALUES (?, ?)", list(enumerate(districts_of(request.region))))
    engine.executemany("INSERT INTO outside_districts VALUES (?, ?)", list(enumerate(outside_of(request.region))))
    engine.executemany("INSERT INTO category_names VALUES (?, ?, ?, ?)", category_names())
    for name in ("macros.sql", "people.sql", "identities.sql"):
        engine.execute(static_sql(name))
    return engine


def category_names() -> list[tuple[str, str, str, str]]:
    """(id, Chinese name, platform code or id, department that recognises it)."""
    rural = ("monitored", "returned", "lifted")
    rows = []
    for category in Category:
        department = "残联" if category.value == "severe_disability" else "乡村振兴" if category.value.startswith(rural) else "民政"
        rows.append((category.value, category.label, CODES.get(category.value, category.value), department))
    return rows


def write(request: Request, output: Path) -> list[Path]:
    """Generate into ``output`` (made if absent) and return the files in the order to load them.

    Raises ValueError for a document the generator has no lines for.
    """
    aim = aim_of(request.document)
    output.mkdir(parents=True, exist_ok=True)
    files = [output / "people.csv", output / "identities.csv", output / "incomes.csv"]
    with _engine(request, aim, output / ".spill") as engine:
        engine.execute(static_sql("people_export.sql"), {"path": str(files[0])})
        engine.execute(static_sql("identities_export.sql"), {"path": str(files[1])})
        aim.write_incomes(files[2], request.region, request.year)
        files += _settlements(engine, request, output)
    if (output / ".spill").exists():
        (output / ".spill").rmdir()
    if request.encoding != "utf-8":
        for file in files:
            recode(file, request.encoding)
    return files


def _settlements(engine: duckdb.DuckDBPyConnection, request: Request, output: Path) -> list[Path]:
    parts = []
    for month in range(1, request.months + 1):
        engine.execute("CREATE OR REPLACE TEMP TABLE file_month AS SELECT ?::BIGINT AS month", [month])
        engine.execute(static_sql("month.sql"))
        if month == 1:
            engine.execute(static_sql("settlements.sql"))
            given = tuple(row[0] for row in engine.execute("DESCRIBE settlement_rows").fetchall())
            if given != tuple(name for name in columns.SETTLEMENTS.names if name not in columns.CLAIM_DAYS):
                raise ValueError("settlements.sql no longer gives the columns monitor.intake.columns declares")
        parts.append(output / f"settlements-{request.year}-{month:02d}.csv")
        engine.execute(static_sql("settlements_export.sql"), {"path": str(parts[-1])})
    if request.split == "month":
        return parts
    whole = output / "settlements.csv"
    _join(parts, whole)
    return [whole]


def _join(parts: Sequence[Path], whole: Path) -> None:
    """Put the monthly files behind one another under one row of headings."""
    with whole.open("wb") as out:
        for number, part in enumerate(parts):
            with part.open("rb") as source:
                header = source.readline()
                if number == 0:
                    out.write(header)
                while block := source.read(1 << 22):
                    out.write(block)
            part.unlink()


def recode(file: Path, encoding: str) -> None:
    """Rewrite a UTF-8 file in another encoding, a block at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    other = file.with_suffix(".recoding")
    with file.open("rb") as source, other.open("wb") as out:
        while block := source.read(1 << 22):
            out.write(decoder.decode(block).encode(encoding))
    other.replace(file)


def write_rows(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A small CSV."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
