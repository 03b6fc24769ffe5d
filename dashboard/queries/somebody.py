"""One person: read anew each time, and written down where more is shown than a list shows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dashboard.door.access import home
from dashboard.locale import t
from dashboard.queries import noted
from dashboard.queries.database import connection
from monitor.access.actor import Actor
from monitor.access.roles import require
from monitor.base.errors import AccessError, MonitorError, UnknownPersonError
from monitor.base.vocabulary import AuditAction, Permission, Purpose
from monitor.casework.reading import listing, shortfalls
from monitor.casework.reading.listing import AlertRow, AsideRow, OfRun
from monitor.casework.reading.shortfalls import ShortfallRow
from monitor.policy.library import load_library

if TYPE_CHECKING:
    from monitor.entitle.entitlement import Explained


def alert(alert_id: int, actor: Actor) -> AlertRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return listing.alert(opened, alert_id, actor.scope)


def set_aside_person(row_id: int, actor: Actor) -> AsideRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return listing.set_aside_person(opened, row_id, actor.scope)


def shortfall_person(row_id: int, actor: Actor) -> ShortfallRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return shortfalls.shortfall_person(opened, row_id, actor.scope)


def looked_up(run_id: str, typed: str, actor: Actor) -> OfRun:
    """Anybody by identity number (or psn_no), for the person page; masked.

    Raises MonitorError where nobody knows them, and in the same words where they are outside the viewer's scope: the answer must not
    tell whether the next district has somebody of that number. Tried either way is written down, by person key.
    """
    from monitor.access.hashing import person_hex
    from monitor.access.masking import mask_name, mask_number
    from monitor.assess.explain import explain, person_of_number
    from monitor.assess.frames import details, frame_of
    from monitor.store.home import open_store

    require(actor, Permission.SEE_PEOPLE)
    store = open_store(home())
    record = store.manifest.run(run_id)
    frame = frame_of(store, load_library(), record, details(store, record.run)["inputs"])
    key = person_of_number(store, frame, typed)
    person = person_hex(int(key))
    try:
        told = explain(store, frame, key)
    except UnknownPersonError:
        told = None
    if told is None or not actor.scope.covers(told.person.insu_admdvs, told.person.town):
        noted.note(actor, AuditAction.REFUSED, f"person:{person}", "screen:shortfall", detail={"asked": "look_up", "run": run_id})
        raise MonitorError(t("person.unknown"))
    noted.note(actor, AuditAction.SHOWN, f"person:{person}", "screen:shortfall", detail={"asked": "look_up", "run": run_id})
    who = told.person
    return OfRun(
        0, person, mask_name(who.psn_name), mask_number(who.certno), told.category.value, who.insutype, who.insu_admdvs, who.town,
        run_id,
    )


def explained(row: OfRun, actor: Actor) -> Explained:
    """How the person of a row was judged, for a viewer within whose scope they are now. Raises AccessError for anybody else: a row
    found earlier in the session must not outlive the scope it was found under."""
    require(actor, Permission.SEE_PEOPLE)
    if not actor.scope.covers(row.insu_admdvs, row.town):
        raise AccessError(t("empty.person.nobody"))
    return explanation(row.run_id, row.person)


def explanation(run_id: str, person: str) -> Explained:
    """How one person of a run was judged, and what they are due (never cached: it holds the name, the number, every settlement).

    ``person`` is the key as the case database writes it. Raises MonitorError where the store no longer has the run.
    """
    # Only this page needs the engine; the others start without it.
    from monitor.assess.frames import details, frame_of
    from monitor.entitle.telling import explained
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    inputs = details(store, record.run)["inputs"]
    frame, key = frame_of(store, load_library(), record, inputs), Decimal(int(person, 16))
    return explained(store, frame, inputs["provisional_allowed"], key)


def reveal(row: OfRun, actor: Actor, purpose: Purpose, remark: str) -> None:
    """Write down that the viewer is shown one person's whole name and number, and what for. Raises MonitorError where they may not,
    or where the remark holds what must not be kept."""
    require(actor, Permission.REVEAL)
    if not actor.scope.covers(row.insu_admdvs, row.town):
        raise AccessError(t("empty.person.nobody"))
    said = noted.purpose_text(purpose, remark)
    noted.note(actor, AuditAction.REVEALED, f"person:{row.person}", "screen:person", said, {"run": row.run_id})
