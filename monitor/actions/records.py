"""Recording the bureau's word: a parameter a document leaves open, that there is nothing to load, that something was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.actions.acting import Acting, held_for_writing
from monitor.base.errors import MonitorError, StoreError
from monitor.intake.columns import Table
from monitor.policy.deadlines import Deadline
from monitor.store.manifest import DayRecord, Manifest, NoneRecord, ParameterRecord


@dataclass(frozen=True)
class Authority:
    """On what a word rests: the paper, and who recorded it."""

    paper: str
    by: str


@dataclass(frozen=True)
class Recorded:
    """What the home knows afterwards. ``changed``: False where all of it had been recorded before."""

    known: Manifest
    changed: bool


def record_parameters(by: Acting, document: str, values: Sequence[tuple[str, str]], on: Authority) -> Recorded:
    """Keep values a document leaves to be set locally, checked by ``policy.parameters.check_assignment``."""
    with held_for_writing(by, "parameter", create=True, repaired=False) as (store, _):
        said = [ParameterRecord(document, name, value, on.paper, on.by, by.now.isoformat()) for name, value in values]
        new = store.manifest.not_said_yet(said)
        if new:
            store.commit(replace(store.manifest, parameters=(*store.manifest.parameters, *new)))
        return Recorded(store.manifest, bool(new))


def record_none(by: Acting, table: Table, until: str, on: Authority) -> Recorded:
    """Keep the word that until this day there is nothing to load of a table. Raises StoreError where something was loaded."""
    with held_for_writing(by, "none", create=True, repaired=False) as (store, _):
        loaded = store.manifest.of_table(table.name)
        if loaded:
            raise StoreError(
                f"已导入过{table.label}（最近一批 {loaded[-1].batch}，{loaded[-1].file}），不能登记为没有；"
                "有误的行请改正后重新导入"
            )
        record = NoneRecord(table.name, until, on.paper, on.by, by.now.isoformat())
        latest = next((said for said in reversed(store.manifest.none) if said.table == table.name), None)
        changed = latest is None or replace(latest, committed_at=record.committed_at) != record
        if changed:
            store.commit(replace(store.manifest, none=(*store.manifest.none, record)))
        return Recorded(store.manifest, changed)


def record_done(by: Acting, document: str, deadline: Deadline, year: int, done_on: str, on: Authority) -> Recorded:
    """Keep the day something was done that a document sets a day for; an empty ``done_on`` takes the word back.

    Raises MonitorError where there is no word to take back."""
    with held_for_writing(by, "done", create=True, repaired=False) as (store, _):
        latest = store.manifest.done().get((document, deadline.id, year))
        if not done_on and latest is None:
            raise MonitorError(f"没有登记过 {year} 年“{deadline.label}”已经完成，没有可撤回的；monitor done 列出已登记的")
        record = DayRecord(document, deadline.id, year, done_on, on.paper, on.by, by.now.isoformat())
        # The same word again, of somebody who pressed twice, is no other record.
        changed = latest is None or replace(latest, committed_at=record.committed_at) != record
        if changed:
            store.commit(replace(store.manifest, days=(*store.manifest.days, record)))
        return Recorded(store.manifest, changed)
