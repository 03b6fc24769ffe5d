"""Where the pages of lists to departments get their data and do their acts, each somebody's, asked again at every one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from dashboard.casework.acting import acting
from dashboard.door.access import access, home, now
from dashboard.lists.exports import XLSX, Export
from dashboard.locale import t
from dashboard.queries import noted, run_figures
from dashboard.queries.database import connection, sealer
from monitor.access.actor import Actor
from monitor.access.roles import may_approve, permitted, require
from monitor.access.tables import audit
from monitor.actions.packs import approve_pack, propose_pack, recall_pack, receive_pack, refuse_pack, send_pack
from monitor.base.errors import AccessError, MonitorError, PolicyError
from monitor.base.vocabulary import AuditAction, PackState, Permission, Role
from monitor.casework import referrals, selection, trial_preview
from monitor.casework.layouts import HOSPITALS, Layout, layout_of, layouts, no_deposit_layout
from monitor.casework.people_lists import PeopleAsked, PeoplePreview, preview_people
from monitor.casework.reading import pack_listing
from monitor.casework.reading.overview import Run
from monitor.casework.reading.pack_listing import PackAct, PackLine, PackRow
from monitor.casework.reading.pack_people import PersonLine, people_of_pack
from monitor.casework.reading.query import PageQuery
from monitor.casework.replay import Replay, replay
from monitor.casework.selection import Asked, Preview
from monitor.casework.tables import referral_files
from monitor.policy.library import check_allowed, load_library
from monitor.reports.no_deposit import people_cover, people_occasion
from monitor.reports.referral_pack import cover_lines, occasion_of

P = PackState
WHERE = "screen:referrals"


@dataclass(frozen=True)
class FileRow:
    """A file of a pack as it was handed over. ``id`` names it in this page only."""

    id: int
    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Seen:
    """A pack with all the page shows of it. ``cover``: the cover sheet's lines, once it is approved; ``written``: how many people
    the audit says went out; ``names``: display name by account name."""

    row: PackRow
    acts: tuple[PackAct, ...]
    files: tuple[FileRow, ...]
    cover: tuple[tuple[str, str], ...]
    written: int | None


def departments(actor: Actor) -> dict[str, Layout]:
    """The recipients there is a layout for that a document of ``documents`` names."""
    known = load_library().documents
    named = {to.department for one in offered(actor) if one in known for to in known[one].recipients}
    return {department: layout for department, layout in layouts(home().referral).items() if department in named}


def documents(actor: Actor) -> dict[str, str]:
    """Title by id, of the documents that have cases."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return _titles(selection.documents_with_cases(opened))


def offered(actor: Actor) -> dict[str, str]:
    """``documents``, and those that were only tried, marked: a list of theirs is looked at and goes to nobody."""
    found = documents(actor)
    with connection() as opened:
        tried = _titles(trial_preview.documents_tried(opened))
    return found | {one: t("referral.tried", title=title) for one, title in tried.items()}


def _titles(ids: list[str]) -> dict[str, str]:
    known = load_library().documents
    return {one: known[one].title if one in known else one for one in ids}


def asked(department: str, month: str, document: str, districts: tuple[str, ...], actor: Actor) -> Asked:
    """What a list is of. Raises MonitorError: no such recipient, or a district outside the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    layout = layout_of(home().referral, department)
    referrals.check_document(load_library().get(document), layout)
    return Asked(layout, month, document, referrals.narrowed(actor, districts))


def preview(wanted: Asked, actor: Actor) -> Preview:
    """The list as it would go out now; written down, as it lists people."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        found = trial_preview.look(opened, wanted)
    noted.note_once(
        actor, f"referral:{wanted.layout.department}:{wanted.month}", WHERE,
        {"rows": len(found.lines), "content_sha256": found.content_sha256},
    )
    return found


def propose(wanted: Asked | PeopleAsked, seen_sha256: str, actor: Actor) -> int:
    """Puts a list forward as it was seen; the pack's id. Raises MonitorError; who may not is written down."""
    return propose_pack(acting(actor, WHERE), access(), wanted, seen_sha256)


def packs(actor: Actor) -> list[PackRow]:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return pack_listing.packs(opened, actor.scope)


def one(pack_id: int, actor: Actor) -> Seen | None:
    """A pack with its history; None for one that has nobody within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        row = pack_listing.pack_one(opened, pack_id, actor.scope)
        if row is None:
            return None
        acts = tuple(pack_listing.pack_acts(opened, sealer(), pack_id))
        f = referral_files.c
        kept = select(f.id, f.name, f.rows, f.sha256).where(f.pack_id == pack_id).order_by(f.id)
        files = tuple(FileRow(*found) for found in opened.execute(kept))
        written = _written(opened, pack_id)
    return Seen(row, acts, files, _cover(row), written)


def later_runs(row: PackRow, actor: Actor) -> list[Run]:
    """Runs of the pack's document made after its own, to hold it against, the newest first: replays too, which are for that."""
    if row.department == HOSPITALS:
        return []
    known = run_figures.runs(actor)
    own = next((run.position for run in known if run.run_id == row.run_id), 0)
    return [run for run in known if run.document == row.document and not run.trial and run.position > own]


def replayed(row: PackRow, run_id: str, actor: Actor) -> Replay:
    """A pack as it was sent held against another run; within the viewer's scope. Raises MonitorError."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return replay(opened, layout_of(home().referral, row.department), row.id, run_id, row.number, actor.scope)


def lines(pack_id: int, query: PageQuery, actor: Actor) -> tuple[tuple[PackLine, ...], int]:
    """A page of a pack's people, masked, within the viewer's scope, and how many there are."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return pack_listing.pack_lines(opened, pack_id, query.within(actor.scope))


def people(pack_id: int, query: PageQuery, actor: Actor) -> tuple[tuple[PersonLine, ...], int]:
    """A page of the people of a list that is of no cases, masked, within the viewer's scope, and how many there are."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return people_of_pack(opened, pack_id, query.within(actor.scope))


def people_asked(document: str, on: date, districts: tuple[str, ...], actor: Actor) -> PeopleAsked:
    """What a list of who is admitted without a deposit is of. Raises MonitorError: a document that is not in force that day, a
    district outside the viewer's scope."""
    from monitor.store.home import open_store

    require(actor, Permission.SEE_PEOPLE)
    found = load_library().get(document)
    check_allowed(found, on, trial=False)
    layout = no_deposit_layout(home().referral)
    return PeopleAsked(open_store(home()), layout, found, on, referrals.narrowed(actor, districts))


def people_preview(wanted: PeopleAsked, actor: Actor) -> PeoplePreview:
    """Such a list as it would go out now; written down, as it lists people."""
    require(actor, Permission.SEE_PEOPLE)
    found = preview_people(wanted)
    noted.note_once(
        actor, f"no_deposit:{wanted.document}:{wanted.on}", WHERE,
        {"rows": len(found.lines), "content_sha256": found.content_sha256},
    )
    return found


def may(row: PackRow, actor: Actor) -> frozenset[PackState]:
    """Where the viewer may bring a pack: the buttons there are. The acts themselves ask again."""
    found: set[PackState] = set()
    approver = permitted(actor, Permission.APPROVE_REFERRALS)
    state = P(row.state)
    if not row.whole:
        return frozenset()
    if state is P.PROPOSED and may_approve(actor, row.proposed_account):
        found.add(P.APPROVED)
    if state in (P.PROPOSED, P.APPROVED) and (approver or (actor.account is not None and actor.account == row.proposed_account)):
        found.add(P.REFUSED)
    if state is P.APPROVED and approver:
        found.add(P.SENT)
    if state is P.SENT:
        if not actor.roles.isdisjoint({Role.OFFICER, Role.DATA_MANAGER}):
            found.add(P.RECEIVED)
        if approver:
            found.add(P.RECALLED)
    return frozenset(found)


def step(row: PackRow, to: PackState, remark: str, actor: Actor) -> int:
    """Brings a pack as it was seen to another state; how many people or cases that was about. Raises MonitorError."""
    by, held = acting(actor, WHERE), access()
    if to is P.APPROVED:
        approve_pack(by, held, row, row.content_sha256)
        return row.people
    if to is P.REFUSED:
        return refuse_pack(by, held, row, remark)
    if to is P.RECEIVED:
        return receive_pack(by, held, row)
    if to is P.RECALLED:
        return recall_pack(by, held, row, remark)
    return send_pack(by, held, row, sealer()).sent.people


def an_export(row: PackRow, file: FileRow, purpose: str, actor: Actor) -> Export:
    """The job behind the download of a file exactly as it was handed over."""

    def content() -> Iterator[bytes]:
        with connection() as opened:
            found = next((one for one in referrals.files_of(opened, access(), row.id) if one.sha256 == file.sha256), None)
        if found is None:
            raise MonitorError("名单文件不在库中；请用 monitor doctor 检查")
        yield found.content

    if not row.whole:
        raise AccessError("名单中有人不在您的范围内，不能下载整份文件")
    looks = no_deposit_layout if row.department == HOSPITALS else partial(layout_of, department=row.department)
    masked = looks(home().referral).masked
    return Export(
        name=file.name, media_type=XLSX if file.name.endswith(".xlsx") else "text/csv", session=actor.session or "",
        scope=actor.scope, permissions=(Permission.EXPORT_PEOPLE,) if masked else (Permission.EXPORT_PEOPLE, Permission.REVEAL),
        chunks=content, object=f"pack:{row.id}", where=WHERE, purpose=purpose,
        detail={"rows": file.rows, "full": not masked, "number": row.number, "file_sha256": file.sha256},
    )


def _written(opened: Connection, pack_id: int) -> int | None:
    """How many people the audit says went out with a pack."""
    entry = select(audit.c.detail).where(audit.c.object == f"pack:{pack_id}", audit.c.action == AuditAction.REFERRED.value)
    for detail in opened.scalars(entry.order_by(audit.c.sequence.desc())):
        told: dict[str, Any] = json.loads(detail)
        if told.get("to_state") == P.SENT:
            return int(told["rows"])
    return None


def _cover(row: PackRow) -> tuple[tuple[str, str], ...]:
    if not row.number:
        return ()
    try:
        if row.department == HOSPITALS:
            return tuple(people_cover(row, people_occasion(access(), row, no_deposit_layout(home().referral), now())))
        occasion = occasion_of(access(), row, layout_of(home().referral, row.department), now())
    except PolicyError:
        return ()  # the layout or the document is not there any more; the file that went out has its cover
    return tuple(cover_lines(row, occasion))
