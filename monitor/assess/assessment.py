"""The assessment: from settlements to alerts, one named table after the other, nothing clever.

Each step is a SELECT in a file of the same name; read them in this order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from monitor.assess.inputs import ALERT_COLUMNS, Asked, period
from monitor.assess.sql import sql
from monitor.store.engine import DuckEngine, table_of
from monitor.vocabulary import Measure


@dataclass(frozen=True)
class Before:
    """The predecessor: its alerts, its window, and how many current settlements that window held then."""

    alerts: Path
    window_from: date
    window_to: date
    settlements: int


@dataclass(frozen=True)
class Feed:
    """What the data of the window are: current settlements, counted ones, persons, the latest day of a counted one."""

    settlements: int
    counted: int
    persons: int
    latest: date | None
    fewer_than_before: bool


def added_up(engine: DuckEngine) -> None:
    """Tables ``left_out``, ``sums``, ``numbers_resolved``, ``resolved``: what the four measures of everybody are made of."""
    engine.make("left_out", sql("left_out"))
    (first, past) = engine.one("SELECT first, past FROM period")
    engine.execute("SET VARIABLE window_first = ?::TIMESTAMP", [first])
    engine.execute("SET VARIABLE window_past = ?::TIMESTAMP", [past])
    engine.make("sums", sql("sums"))
    engine.make("numbers_resolved", sql("numbers_resolved"))
    engine.make("resolved", sql("resolved"))


def burden(engine: DuckEngine) -> None:
    """Those, and table ``persons``: the four measures of every person."""
    added_up(engine)
    engine.make("persons", sql("persons"))


def candidates(engine: DuckEngine, before: Before | None) -> None:
    """Tables ``followed``, ``candidates``, ``registered``: who is looked at closely."""
    engine.table("before", [before.alerts] if before else table_of(ALERT_COLUMNS, []))
    engine.make("followed", sql("followed"))
    floors = dict(engine.execute("SELECT measure, min(amount) FROM floors GROUP BY measure").fetchall())
    for measure in Measure:
        engine.execute(f"SET VARIABLE floor_{measure.value} = ?::DECIMAL(28, 8)", [floors.get(measure.value)])
    engine.make("candidates", sql("candidates"))
    engine.make("registered", sql("registered"))


def near(engine: DuckEngine) -> None:
    """From here on ``settlements`` are only those that are looked at one by one."""
    engine.make("near", sql("near"))
    engine.rename("near", "settlements")


def identify(engine: DuckEngine) -> None:
    """Tables ``latest_settlement``, ``known_people``, ``in_force``, ``statuses``: who the candidates are."""
    engine.make("latest_settlement", sql("latest_settlement"))
    engine.make("known_people", sql("known_people"))
    engine.make("in_force", sql("in_force"))
    engine.make("statuses", sql("statuses"))


def judge(engine: DuckEngine) -> None:
    """Tables ``judged``, ``not_covered``, ``over``, ``set_aside``, ``distribution``: people against lines."""
    engine.make("judged", sql("judged"))
    engine.make("not_covered", sql("not_covered"))
    engine.make("over", sql("over"))
    engine.make("set_aside", sql("set_aside"))
    engine.make("distribution", sql("distribution"))


def crossings(engine: DuckEngine) -> None:
    """Tables ``asked``, ``traced``, ``crossings``: the day and the settlement that tipped each alert over its line."""
    engine.make("asked", sql("asked"))
    engine.make("traced", sql("traced"))
    engine.make("crossings", sql("crossings"))


def feed(
    engine: DuckEngine, asked: Asked, before: Before | None, held: Callable[[date, date], int | None], last_month: date
) -> Feed:
    """Table ``feed``: whether the predecessor's window now holds fewer settlements than it did.

    ``held``: settlements taken in of a period, where the manifest can tell (``inputs.held``); ``last_month``: the
    beginning of the window's last month that has any (``inputs.last_month``).
    """
    first, last = asked.lines.window_from, asked.lines.window_to
    before_first, before_last = (before.window_from, before.window_to) if before else (first, last)
    engine.table("before_period", period(before_first, before_last))
    in_window, in_before = held(first, last), held(before_first, before_last)
    if in_window is None or in_before is None:
        engine.make("rows_in_window", sql("rows_in_window"))
    else:
        engine.table(
            "rows_in_window",
            table_of({"in_window": pa.int64(), "in_before": pa.int64()}, [{"in_window": in_window, "in_before": in_before}]),
        )
    engine.make("window_counts", sql("window_counts"))
    settlements, settlements_before = engine.one("SELECT settlements, settlements_before FROM window_counts")
    (counted,) = engine.one("SELECT coalesce(sum(settlements), 0) FROM sums")
    # One month is a twelfth of the reading; where nothing of it counts, the whole window is looked through.
    latest = _latest(engine, last_month) or _latest(engine, first)
    fewer = before is not None and settlements_before < before.settlements
    engine.table("feed", table_of({"fewer": pa.bool_()}, [{"fewer": fewer}]))
    # As many as ``persons`` has, without adding anything up.
    (persons,) = engine.one("SELECT (SELECT count(*) FROM sums) - coalesce(sum(keys), 0) + count(*) FROM resolved")
    return Feed(int(settlements), int(counted), int(persons), latest.date() if latest else None, fewer)


def _latest(engine: DuckEngine, since: date) -> datetime | None:
    engine.execute("SET VARIABLE latest_from = ?::TIMESTAMP", [since])
    latest: datetime | None = engine.rows(sql("latest")).column("latest")[0].as_py()
    return latest


def assess(
    engine: DuckEngine, asked: Asked, before: Before | None, held: Callable[[date, date], int | None], last_month: date
) -> Feed:
    """All steps; leaves tables ``alerts``, ``set_aside`` and ``distribution``."""
    added_up(engine)
    # Not a table here: of three million burdens only those near a line are looked at again.
    engine.view("persons", sql("persons"))
    found = feed(engine, asked, before, held, last_month)
    candidates(engine, before)
    near(engine)
    identify(engine)
    judge(engine)
    crossings(engine)
    engine.make("alerts", sql("alerts"))
    return found
