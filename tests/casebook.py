"""A case database filled with runs and alerts of invented people (region 99xxxx), the same at every call.

By hand, for timings: ``python tests/casebook.py FILE.sqlite 100000``.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, insert

from monitor.casework.tables import alerts, distribution, metadata, runs, search_marks, set_aside, summary, town_summary

WEIHAI = "weihai-2022-15"
DRAFT = "inner-mongolia-2022-draft"
TITLES = {
    WEIHAI: "威海市健全重特大疾病医疗保险和救助制度实施办法",
    DRAFT: "内蒙古自治区健全重特大疾病医疗保险和救助制度实施意见（征求意见稿）",
}
DISTRICTS = ("991002", "991003", "991082", "991083", "991071", "991072")
TOWNS = ("东山镇", "西河镇", "南湖街道", "北岭乡", "")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
MONITORED = ("monitored_sudden", "monitored_marginal", "monitored_unstable", "dibao_marginal")
BENCHMARK_FEN = 4_122_000
ACTIVE = ("new", "continuing", "raised")


def blind(text: str) -> str:
    """What stands for a keyed blind index in tests: it needs no key, as nobody here exists."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Person:
    """An invented person and how their burden grows: ``monthly`` fen a month from ``first`` month on."""

    number: int
    certno: str
    name: str
    category: str
    insutype: str
    district: str
    town: str
    first: int
    monthly: int

    def burden(self, month: int) -> int:
        return max(0, month - self.first + 1) * self.monthly

    @property
    def kind(self) -> str:
        return "return_to_poverty" if self.category in MONITORED else "poverty_due_to_illness"

    @property
    def line_percent(self) -> int:
        return 50 if self.category in MONITORED else 150

    @property
    def line_fen(self) -> int:
        return BENCHMARK_FEN * self.line_percent // 100

    @property
    def person(self) -> str:
        return blind(self.certno)

    @property
    def marks(self) -> list[tuple[str, str]]:
        """What they are looked for by, besides the whole number: mark and person."""
        return [(blind(text), self.person) for text in (self.certno[-4:], self.name)]

    def columns(self, burden: int) -> dict[str, Any]:
        """The columns alerts and set-aside people share."""
        return {
            "person": self.person,
            "certno_masked": f"{self.certno[:4]}**********{self.certno[-4:]}",
            "name_masked": self.name[0] + "*" * (len(self.name) - 1),
            "category": self.category,
            "insutype": self.insutype,
            "insu_admdvs": self.district,
            "town": self.town,
            "measure": "burden_before_aid",
            "burden_fen": burden,
            "benchmark_fen": BENCHMARK_FEN,
            "benchmark_year": 2025,
            "multiple": f"{self.line_percent / 100:.1f}",
            "threshold_fen": self.line_fen,
            "excess_fen": burden - self.line_fen,
        }


def people(count: int, seed: int = 7) -> Iterator[Person]:
    """So many invented people, most of whom cross a line within the year."""
    chance = random.Random(seed)
    for number in range(count):
        category = chance.choice((*MONITORED, "ordinary", "ordinary", "ordinary"))
        line = BENCHMARK_FEN * (50 if category in MONITORED else 150) // 100
        first = chance.randint(1, 9)
        crossing = chance.randint(first, 13)
        born = date(1940, 1, 1) + timedelta(days=chance.randint(0, 24000))
        yield Person(
            number=number,
            certno=f"991002{born:%Y%m%d}{number % 10000:04d}",
            name=chance.choice(SURNAMES) + chance.choice("伟芳娜敏静强磊洋艳勇") + chance.choice(("", "华", "明")),
            category=category,
            insutype=chance.choice(("310", "390", "390", "390", "391")),
            district=chance.choices(DISTRICTS, (30, 22, 18, 14, 10, 6))[0],
            town=chance.choice(TOWNS),
            first=first,
            monthly=line // (crossing - first + 1) + chance.randint(1, 150_000),
        )


def month_end(month: int) -> date:
    return date(2026, month + 1, 1) - timedelta(days=1) if month < 12 else date(2026, 12, 31)


def fill(connection: Connection, *, months: int = 6, count: int = 300, draft: bool = True, seed: int = 7) -> None:
    """Official month-end runs of Weihai for the first months of 2026, a replay, and a trial under the draft."""
    crowd = list(people(count, seed))
    connection.execute(insert(search_marks), [{"mark": mark, "person": person} for mark, person in sorted({pair for one in crowd for pair in one.marks})])
    before: set[int] = set()
    for month in range(1, months + 1):
        before = _run(connection, crowd, position=month, month=month, before=before, document=WEIHAI)
    if draft:
        _run(
            connection, crowd[: count // 2], position=months + 1, month=months, before=set(), document=DRAFT, trial=True
        )
        _run(connection, crowd, position=months + 2, month=1, before=set(), document=WEIHAI, replay=True)


def cells(flagged: list[dict[str, Any]], *places: str) -> list[dict[str, Any]]:
    """The counts of a run's alerts, by what a figure is broken down by and by ``places``."""
    names = ("run_id", *places, "kind", "category", "insu_admdvs", "month", "state")
    counted: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in flagged:
        month = row["crossed_on"].strftime("%Y-%m") if row["crossed_on"] else ""
        cell = counted[tuple((row | {"month": month})[name] for name in names)]
        cell[0] += 1
        cell[1] += row["excess_fen"]
    return [
        {**dict(zip(names, key, strict=True)), "people": people, "excess_fen": excess}
        for key, (people, excess) in counted.items()
    ]


def _run(
    connection: Connection,
    crowd: list[Person],
    *,
    position: int,
    month: int,
    before: set[int],
    document: str,
    trial: bool = False,
    replay: bool = False,
) -> set[int]:
    """One run's rows; returns the numbers of those flagged."""
    run_id = blind(f"run {document} {position}")[:16]
    flagged: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    bins: dict[tuple[str, int], int] = defaultdict(int)
    over: set[int] = set()
    for person in crowd:
        burden = person.burden(month)
        percent = min(300, max(0, (burden * 100 - 1) // BENCHMARK_FEN // 5 * 5)) if burden else 0
        bins[person.kind, percent] += 1
        # A few earlier people went back under the line: a correction.
        corrected = (person.number + month) % 37 == 0 and person.number in before
        if (burden <= person.line_fen or corrected) and person.number not in before:
            continue
        common = {"run_id": run_id, "provisional": month == 1, **person.columns(burden)}
        if person.number % 29 == 0:
            reason = ("no_rule", "outside_region", "deceased")[person.number % 3]
            aside.append({**common, "reason": reason})
            continue
        if corrected:
            burden = person.line_fen - 100_00
            common.update(person.columns(burden))
            state, reason, crossed = "cleared", "correction", None
        else:
            crossing = next(m for m in range(1, month + 1) if person.burden(m) > person.line_fen)
            crossed, reason = date(2026, crossing, person.number % 27 + 1), ""
            state = "new" if person.number not in before else ("raised" if person.number % 13 == 0 else "continuing")
            over.add(person.number)
        flagged.append(
            {
                **common,
                "reason": reason,
                "rule": "返贫预警线" if person.category in MONITORED else "致贫预警线",
                "kind": person.kind,
                "crossed_on": crossed,
                "crossing_setl_id": f"S{person.number:08d}" if crossed else None,
                "state": state,
            }
        )
    reasons = [row["reason"] for row in aside]
    connection.execute(
        insert(runs),
        {
            "run_id": run_id,
            "position": position,
            "document": document,
            "title": TITLES[document],
            "as_of": month_end(month),
            "known_at": f"2026-{month:02d}-28T23:59:59+08:00",
            "committed_at": f"2026-{month + 1:02d}-02T02:{position:02d}:00+08:00",
            "trial": trial,
            "replay": replay,
            "provisional": month == 1,
            "predecessor": None,
            "settlements": 104_233 * month,
            "counted": 101_876 * month,
            "persons": 9_400 * month,
            "latest_settlement": month_end(month) - timedelta(days=2),
            "latest_load": f"2026-{month:02d}-28T18:30:00+08:00",
            "flagged": len(over),
            "uncovered": reasons.count("no_rule"),
            "outside_region": reasons.count("outside_region"),
            "deceased": reasons.count("deceased"),
            "health": json.dumps(
                {
                    "read": 104_600 * month,
                    "accepted": 104_233 * month,
                    "duplicates": 262 * month,
                    "rejected": 105 * month,
                    "flags": {"broken_identity_b": 37 * month, "orphan_original": 4},
            "reasons": {"missing_amount": 5 * month, "totals_row": 100 * month},
                }
            ),
        },
    )
    for table, rows in (
        (alerts, flagged),
        (set_aside, aside),
        (summary, cells(flagged)),
        (town_summary, cells(flagged, "town")),
        (
            distribution,
            [
                {"run_id": run_id, "kind": kind, "percent": percent, "people": number}
                for (kind, percent), number in bins.items()
            ],
        ),
    ):
        if rows:
            connection.execute(insert(table), rows)
    return over


def database(path: Path, **options: Any) -> Engine:
    """A new SQLite case database at ``path``, filled as ``fill`` says."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    metadata.create_all(engine)
    with engine.begin() as connection:
        fill(connection, **options)
    return engine


if __name__ == "__main__":
    database(Path(sys.argv[1]), months=11, count=int(sys.argv[2]), draft=False)
