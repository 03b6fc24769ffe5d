"""What a load covers, for its entry in the manifest, and what its settlements come to: a run need not read the rows for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from monitor.intake.columns import Table
from monitor.store.engine import DuckEngine
from monitor.store.manifest import YearHeld
from monitor.store.room import Room

_SQL = Room(Path(__file__).parent).sql


@dataclass(frozen=True)
class Extent:
    """Rows by month (YYYY-MM, settlements), insured districts met, and the years held (YYYY, settlements), each in order."""

    months: dict[str, int] = field(default_factory=dict)
    districts: list[str] = field(default_factory=list)
    years: dict[str, YearHeld] = field(default_factory=dict)


def extent_of(engine: DuckEngine, table: Table) -> Extent:
    """What the load's rows cover; of tables other than settlements and people, nothing is kept. in: parts"""
    if table.name == "people":
        found = engine.execute("SELECT DISTINCT insu_admdvs FROM parts").fetchall()
        return Extent(districts=sorted(district for (district,) in found if district))
    if table.name != "settlements":
        return Extent()
    months: dict[str, int] = {}
    districts: set[str] = set()
    years: dict[str, YearHeld] = {}
    counted = engine.execute(_SQL("stored_months").read_text(encoding="utf-8")).fetchall()
    for month, district, settlements, first, last, latest in counted:
        months[month] = months.get(month, 0) + settlements
        districts.add(district)
        held = years.get(month[:4]) or YearHeld(first, last, latest)
        years[month[:4]] = YearHeld(min(first, held.first), max(last, held.last), max(latest, held.latest))
    return Extent(dict(sorted(months.items())), sorted(filter(None, districts)), dict(sorted(years.items())))


def write_sums(engine: DuckEngine, years: dict[str, YearHeld], directory: Path) -> None:
    """What the rows of each year come to by person, a file a year (assess/years.py). in: parts"""
    engine.execute("CREATE OR REPLACE TEMP VIEW unsummed AS FROM parts")
    for year in years:
        engine.execute("SET VARIABLE window_first = ?::TIMESTAMP", [f"{year}-01-01"])
        engine.execute("SET VARIABLE window_past = ?::TIMESTAMP", [f"{int(year) + 1:04d}-01-01"])
        engine.write_rows(_SQL("settlements_sums"), directory / f"sums-{year}.parquet")
