"""Who of the people a document names is not insured, was not for a time, or is in no register; the year month by month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.assess import optional
from monitor.assess.frames import Frame
from monitor.assess.inputs import districts_of
from monitor.entitle.calculation import over_the_year
from monitor.entitle.keeping import is_kept, reach_of
from monitor.entitle.premiums import list_days, premium_tables
from monitor.entitle.sql import sql
from monitor.policy.assistance import premium_rows
from monitor.store.home import Store
from monitor.store.manifest import RunRecord

Row = dict[str, Any]


@dataclass(frozen=True)
class Month:
    """Both 100 % in a month. ``premium``: people by ``support`` and ``insurance``; ``run``: the last of the month, None without one;
    ``reach``: its figures of assistance, None where they were not worked out."""

    month: date
    entitled: int
    premium: Counter[str]
    insurance: Counter[str]
    run: RunRecord | None
    reach: dict[str, int] | None


def gaps(store: Store, frame: Frame, provisional: bool) -> list[Row]:
    """Rows of ``insurance_gaps.sql`` with ``from`` and ``to``: the days of the loads that told it, None where there is none."""
    with over_the_year(store, frame, provisional) as (engine, _):
        engine.make("registered_people", sql("registered_people"))
        rows: list[Row] = engine.rows(sql("insurance_gaps")).to_pylist()
    days = {load.number: load.committed_at[:10] for load in frame.known.of_table("people")}
    for row in rows:
        row["from"], row["to"] = (days.get(row.pop(name)) for name in ("from_batch", "to_batch"))
    return rows


def by_month(store: Store, frame: Frame, provisional: bool, record: RunRecord) -> list[Month]:
    """January to the run's month. Premium support: who stands in the month's list, against what is recorded as paid for the year.
    Assistance: as the month's last run of the same kind found it."""
    asked = frame.asked
    told = "premium_support" in optional.present(frame.known, asked.as_of)
    found = []
    with over_the_year(store, frame, provisional) as (engine, _):
        for first in list_days(asked.as_of.replace(day=1), whole_year=True):
            premiums = premium_rows(asked.document, first, districts_of(frame.known))
            leavers = any(row.leavers_keep_year for row in premiums)
            premium_tables(engine, premiums, list_days(first, whole_year=leavers))
            engine.make("premium_against", sql("premium_against"))
            rows = engine.select("SELECT support, insurance FROM premium_against").to_pylist()
            states = Counter(row["support"] if told else "unknown" for row in rows)
            run = _run_of(store, record, first)
            found.append(
                Month(
                    first, len(rows) - states["next_year"], states,
                    Counter(row["insurance"] for row in rows if not told or row["support"] != "next_year"), run,
                    reach_of(store, run.run) if run is not None and is_kept(store, run.run) else None,
                )
            )
    return found


def _run_of(store: Store, record: RunRecord, month: date) -> RunRecord | None:
    """The month's last run of the document, official ones for an official run; never one after the day looked at."""
    own = [
        one for one in store.manifest.runs
        if one.document == record.document and not one.replay and one.trial == record.trial
        and one.as_of[:7] == f"{month:%Y-%m}" and one.as_of <= record.as_of
    ]
    return max(own, key=lambda one: (one.as_of, one.committed_at), default=None)
