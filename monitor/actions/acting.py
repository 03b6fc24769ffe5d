"""Who does something, and the ritual around everything that is done to a home.

Somebody acts from a command, which opens the case database for the one act, or from a screen, whose server keeps it open. Both
call the same actions, and each action opens the home here: what an earlier act left undone is repaired first, and what this act
commits is written into the audit last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from monitor.access.actor import Actor, operating_system_user
from monitor.access.audit import Detail
from monitor.access.deeds import Deed
from monitor.access.opening import Access
from monitor.access.roles import require
from monitor.base.errors import AccessError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction, Permission
from monitor.casework.facts import auditing, write_facts
from monitor.casework.sync import synchronise
from monitor.demo.home import is_demo
from monitor.store.home import Store, open_store, writing


@dataclass(frozen=True)
class Acting:
    """Somebody who acts on a home, at one moment.

    ``where``: the command (``command:refer send``) or the screen (``screen:joins``) the audit names. ``opened``: the access the
    screens' server keeps open; None at the command line, where it is opened for the act.
    """

    home: Home
    actor: Actor
    where: str
    now: datetime
    opened: Access | None = None

    def deed(self, access: Access) -> Deed:
        """What casework is given of it, once the access is there."""
        return Deed(access, self.actor, self.now, self.where)


def by_command(home: Home, where: str, now: str) -> Acting:
    """Whoever runs this process. ``now``: ISO 8601 with offset, the moment everything the command writes is committed at."""
    return Acting(home, operating_system_user(), where, datetime.fromisoformat(now))


def repair(store: Store) -> None:
    """Write what a crash left out between the store and the case database: runs the store names and the screens lack."""
    if store.manifest.runs:
        synchronise(store)


@contextmanager
def access_for(by: Acting, store: Store) -> Iterator[Access]:
    """The home's access. What the store's manifest has and the audit lacks is written into the audit, before the act and after it.

    Raises StoreError where the database of a command cannot be reached or written.
    """
    if by.opened is None:
        with auditing(store, by.now) as access:
            # The demonstration's accounts sign in its home, at the command line as on the screens.
            yield replace(access, demo_home=partial(is_demo, by.home))
        return
    try:
        yield by.opened
    finally:
        if store.by is not None:
            write_facts(store, by.opened, by.now)


@contextmanager
def held_for_writing(by: Acting, command: str, *, create: bool = False, repaired: bool = True) -> Iterator[tuple[Store, Access]]:
    """The home held for writing, and its access. ``command``: what others who wait for the home are told is being done.
    ``create``: the home is made where there is none. ``repaired``: False for an act that reads nothing of the case database."""
    where = by.where if by.actor.origin == "screen" else ""
    with writing(by.home, command, create, by.actor, where) as store, access_for(by, store) as access:
        if repaired:
            repair(store)
        yield store, access


def show_runs(by: Acting) -> None:
    """Write the runs the case database lacks, while nobody else writes."""
    with writing(by.home, "cases") as store:
        repair(store)


@contextmanager
def open_for_reading(by: Acting) -> Iterator[tuple[Store, Access]]:
    """The home as it is, and its access, after the repair."""
    store = open_store(by.home)
    with access_for(by, store) as access:
        if by.opened is None:
            repair(store)
        yield store, access


def note(by: Acting, access: Access, action: AuditAction, object_: str, detail: Detail | None = None) -> None:
    """Write one entry into the audit. Raises StoreError where it cannot be written: then nothing is shown."""
    with access.begin() as connection:
        access.audit.append(connection, by.actor, action, object_, now=by.now, where=by.where, detail=detail)


@contextmanager
def refusal_noted(by: Acting, object_: str, permission: Permission | None = None, detail: Detail | None = None) -> Iterator[None]:
    """Within, whoever may not is refused (AccessError); that they tried it on ``object_`` from a screen is written into the audit.

    ``permission``: what the act asks of everybody, before anything else is looked at.
    """
    try:
        if permission is not None:
            require(by.actor, permission)
        yield
    except AccessError:
        if by.opened is not None:
            note(by, by.opened, AuditAction.REFUSED, object_, detail)
        raise
