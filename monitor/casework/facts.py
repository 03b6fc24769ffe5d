"""The store's facts in the audit: every load, parameter, word that there are none or that something was done, run and calculation
of entitlements, once each.

They are committed by the store's manifest, which no transaction of the database can cover. So the manifest says who did
it, the command writes it down here right afterwards, and what a crash leaves out is written by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import OperationalError

from monitor.access.audit import Fact
from monitor.access.opening import Access, open_access
from monitor.base.errors import StoreError
from monitor.base.vocabulary import AuditAction
from monitor.casework.database import is_current, migrate, open_database
from monitor.store.home import Store, writing
from monitor.store.manifest import By, DuplicateRecord, Manifest

#: Who did what was committed before anybody was written down.
UNRECORDED = "unrecorded"


def facts_of(manifest: Manifest, now: datetime) -> list[Fact]:
    """All facts of the store, with who and when. A calculation of entitlements has no time of its own: it gets ``now``."""
    by = {done.fact: done for done in manifest.done_by}

    def fact(known_as: str, action: AuditAction, object_: str, at: datetime, **detail: str | int | bool | None) -> Fact:
        done = by.get(known_as, By(known_as, UNRECORDED, UNRECORDED))
        return Fact(known_as, done.actor, action, object_, at, done.where, detail)

    moment = datetime.fromisoformat
    return [
        # Without the file's name, in which there may be anybody's.
        *(
            fact(f"load:{load.batch}", AuditAction.IMPORTED, f"batch:{load.batch}", moment(load.committed_at), table=load.table,
                 sha256=load.sha256, read=load.read, accepted=load.accepted, duplicates=load.duplicates, rejected=load.rejected)
            for load in manifest.loads
        ),
        *(
            fact(f"parameter:{number}", AuditAction.PARAMETER_SET, f"document:{record.document}", moment(record.committed_at),
                 name=record.name, value=record.value, paper=record.paper)
            for number, record in enumerate(manifest.parameters, start=1)
        ),
        *(
            fact(f"none:{number}", AuditAction.NONE_SAID, f"table:{record.table}", moment(record.committed_at),
                 until=record.until, paper=record.paper)
            for number, record in enumerate(manifest.none, start=1)
        ),
        *(
            fact(f"day:{number}", AuditAction.DAY_SAID, f"document:{record.document}", moment(record.committed_at),
                 deadline=record.deadline, year=record.year, done_on=record.done_on, paper=record.paper)
            for number, record in enumerate(manifest.days, start=1)
        ),
        *(
            fact(f"join:{number}", AuditAction.JOINED, f"join:J{manifest.pair_number(record.one, record.other)}",
                 moment(record.committed_at), together=record.together, reason=record.reason, by=record.by)
            for number, record in enumerate(manifest.joins, start=1)
        ),
        *(
            fact(f"duplicate:{number}", AuditAction.DUPLICATE_DECIDED, _copy_of(manifest, record), moment(record.committed_at),
                 same=record.same, reason=record.reason, by=record.by)
            for number, record in enumerate(manifest.duplicates, start=1)
        ),
        *(
            fact(f"run:{record.run}", AuditAction.RUN, f"run:{record.run}", moment(record.committed_at),
                 document=record.document, as_of=record.as_of, known_at=record.known_at, trial=record.trial, replay=record.replay)
            for record in manifest.runs
        ),
        *(fact(f"entitled:{run}", AuditAction.ENTITLED, f"run:{run}", now) for run in manifest.entitled),
    ]


def write_facts(store: Store, access: Access, now: datetime) -> int:
    """Write down what the manifest has and the audit lacks; returns how many. Nothing is written where nothing is lacking."""
    facts = facts_of(store.manifest, now)
    with access.engine.connect() as connection:
        there = access.audit.facts(connection)
    if all(fact.name in there for fact in facts):
        return 0
    with access.begin() as connection:
        return access.audit.append_facts(connection, facts, now=now)


@contextmanager
def auditing(store: Store, now: datetime) -> Iterator[Access]:
    """The home's access for one command: what an earlier one left out is written down first, what this one commits last.

    Opened before anything is done, so that what could not be written down is not begun. Raises StoreError where the
    database cannot be reached or written.
    """
    url = store.home.database_url
    engine = open_database(url)
    try:
        if not is_current(engine):
            if store.by is None:
                # Two commands that bring the schema along at once would be in each other's way.
                with writing(store.home, "migrate"):
                    migrate(engine, url)
            else:
                migrate(engine, url)
        access = open_access(engine, store.home, store.keys)
        write_facts(store, access, now)
        try:
            yield access
        finally:
            write_facts(store, access, now)
    except OperationalError as error:
        raise StoreError(
            f"审计记录不能写入案件数据库（{type(error.orig).__name__}），没有继续；请检查磁盘空间和数据库，稍后重试"
        ) from None
    finally:
        engine.dispose()


def _copy_of(manifest: Manifest, record: DuplicateRecord) -> str:
    """``duplicate:D3``; the bureau's rule is about all that nobody has decided on."""
    if not record.copy:
        return "duplicates:undecided"
    numbers = {(one.first, one.copy): number for number, one in enumerate(manifest.copies, start=1)}
    return f"duplicate:D{numbers.get((record.first, record.copy))}"
