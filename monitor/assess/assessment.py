"""The assessment: from settlements to alerts, one named table after the other, nothing clever.

Each step is a SELECT in a file of the same name; read them in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from monitor.assess.inputs import ALERT_COLUMNS, Asked, period
from monitor.assess.sql import ADDED_UP, sql
from monitor.assess.years import held, latest, name_rows_only
from monitor.base.vocabulary import Measure
from monitor.store.engine import DuckEngine, table_of
from monitor.store.manifest import Manifest


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
    """Table ``sums``: what the four measures of everybody are made of.

    Of tables ``summed`` and ``unsummed`` (years.py), ``left_out`` and ``netted`` (refunds.py).
    """
    (first, past) = engine.one("SELECT first, past FROM period")
    engine.execute("SET VARIABLE window_first = ?::TIMESTAMP", [first])
    engine.execute("SET VARIABLE window_past = ?::TIMESTAMP", [past])
    engine.view("added_up", ADDED_UP)
    engine.make("sums", sql("sums"))


def burden(engine: DuckEngine) -> None:
    """Those of table ``settlements`` alone, row by row, and table ``persons``: the four measures of every person."""
    name_rows_only(engine)
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
    """Table ``near_settlements``: those of ``settlements`` that are looked at one by one."""
    engine.execute("SET VARIABLE in_policy = (SELECT count(*) > 0 FROM floors WHERE starts_with(measure, 'in_policy'))")
    engine.make("near_settlements", sql("near_settlements"))


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


def feed(engine: DuckEngine, known: Manifest, asked: Asked, before: Before | None) -> Feed:
    """Table ``feed``: whether the predecessor's window now holds fewer settlements than it did."""
    first, last = asked.lines.window_from, asked.lines.window_to
    before_first, before_last = (before.window_from, before.window_to) if before else (first, last)
    engine.table("before_period", period(before_first, before_last))
    in_window, in_before = held(known, first, last), held(known, before_first, before_last)
    if in_window is None or in_before is None:
        engine.make("rows_in_window", sql("rows_in_window"))
    else:
        engine.table(
            "rows_in_window",
            table_of({"in_window": pa.int64(), "in_before": pa.int64()}, [{"in_window": in_window, "in_before": in_before}]),
        )
    engine.make("window_counts", sql("window_counts"))
    settlements, settlements_before = engine.one("SELECT settlements, settlements_before FROM window_counts")
    persons, counted = engine.one("SELECT count(*), coalesce(sum(settlements), 0) FROM sums")
    days = (latest(known, first, last), engine.rows(sql("latest")).column("latest")[0].as_py())
    fewer = before is not None and settlements_before < before.settlements
    engine.table("feed", table_of({"fewer": pa.bool_()}, [{"fewer": fewer}]))
    return Feed(int(settlements), int(counted), int(persons), max(filter(None, days), default=None), fewer)


def assess(engine: DuckEngine, known: Manifest, asked: Asked, before: Before | None) -> Feed:
    """All steps; leaves tables ``alerts``, ``set_aside`` and ``distribution``."""
    added_up(engine)
    # Not a table here: of three million burdens only those near a line are looked at again.
    engine.view("persons", sql("persons"))
    found = feed(engine, known, asked, before)
    candidates(engine, before)
    near(engine)
    identify(engine)
    judge(engine)
    crossings(engine)
    engine.make("alerts", sql("alerts"))
    return found
