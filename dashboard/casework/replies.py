"""Departments' answers for the pages: which came in, what became of each line, and taking a file in.

A file is handed in by a form of our own: what Streamlit takes as an upload anybody signed in could fetch as long as the page
stands. Its bytes lie in memory only and go through the same function as the command's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.casework.acting import acting
from dashboard.door.access import access, home
from dashboard.locale import t
from dashboard.parts import key_of
from dashboard.queries import noted
from dashboard.queries.database import connection, sealer
from dashboard.text import case_words
from monitor.access.actor import Actor
from monitor.access.roles import permitted, require
from monitor.actions.acting import Acting, refusal_noted
from monitor.actions.replies import reply_desk, settle_line
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Permission
from monitor.casework import selection, warning_lists
from monitor.casework.layouts import HOSPITALS
from monitor.casework.reading import pack_listing, reply_listing
from monitor.casework.reading.pack_listing import PackFilters, PackRow
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.reply_listing import ReplyLineRow, ReplyRow
from monitor.casework.replies import Incoming
from monitor.casework.warning_lists import PROVINCE, OnlyOurs

if TYPE_CHECKING:
    from monitor.casework.replies import ReplyOutcome

WHERE = "screen:replies"


@dataclass(frozen=True)
class HandedIn:
    """What the form says about a file; empty text where it is to be found out. ``pack``: id of the list it answers; ``document`` and
    ``month``: what a province's list is compared with, and which month it is about; ``strict``: nothing is taken of a file that is
    not wholly used; ``end_demo``: the demonstration may end with it."""

    department: str
    pack: str = ""
    document: str = ""
    month: str = ""
    encoding: str = ""
    strict: bool = False
    end_demo: bool = False


def reply_rows(actor: Actor) -> list[ReplyRow]:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return reply_listing.reply_rows(opened, actor.scope)


def one(reply_id: int, actor: Actor) -> ReplyRow | None:
    """A file; None for one that has nobody within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return next(iter(reply_listing.reply_rows(opened, actor.scope, reply_id)), None)


def lines(reply_id: int, query: ListQuery[tuple[str, ...]], actor: Actor) -> tuple[tuple[ReplyLineRow, ...], int]:
    """A page of a file's lines within the viewer's scope, and how many there are. What the department wrote in words, in which
    anybody may be named, is opened for who could have anybody's name shown."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        opener = sealer() if permitted(actor, Permission.REVEAL) else None
        return reply_listing.lines_of_reply(opened, reply_id, query.within(actor.scope), opener)


def settle(line: ReplyLineRow, actor: Actor, *, apply: bool) -> None:
    """Decide about a line as it was seen; what it grants goes into the identity list. Raises MonitorError."""
    settle_line(acting(actor, WHERE), access(), line.id, line.version, apply=apply, grants=bool(line.category))


def waiting_packs(actor: Actor) -> list[PackRow]:
    """Lists told to departments and not wholly answered, within the viewer's scope, the newest first."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        found = pack_listing.packs(opened, actor.scope, PackFilters(states=selection.TOLD))
    return [pack for pack in found if pack.answered < pack.in_scope and pack.department != HOSPITALS]


def take_in(name: str, content: bytes, given: HandedIn, actor: Actor) -> ReplyOutcome:
    """A file of answers, or the province's own list, as the command takes it in. Raises MonitorError; who may not is written down."""
    from monitor.casework.layouts import layout_of
    from monitor.store.home import in_memory

    by = acting(actor, WHERE)
    with refusal_noted(by, "reply", Permission.IMPORT_DATA):
        pass
    if given.department == PROVINCE:
        return _warned(name, content, given, by)
    if given.document:
        raise MonitorError(t("upload.document.department"))
    layout, pack = layout_of(home().referral, given.department), _answered_pack(given, actor)
    with reply_desk(by) as desk, in_memory(desk.store.home, name, content) as path:
        return desk.answers(_file(path, given), layout, pack.id if pack else None)


def _file(path: Path, given: HandedIn) -> Incoming:
    return Incoming(path, given.encoding or None, given.strict, given.end_demo)


def _answered_pack(given: HandedIn, actor: Actor) -> PackRow | None:
    """The list the form says the file answers; None where it says none. Raises MonitorError: not told to anybody, nobody of it
    within the viewer's scope, or another department's."""
    if not given.pack:
        return None
    number = key_of(given.pack) or 0
    with connection() as opened:
        pack = pack_listing.pack_one(opened, number, actor.scope)
    if pack is None or pack.state not in selection.TOLD:
        noted.note(actor, AuditAction.REFUSED, f"pack:{number or '?'}", WHERE)
        raise MonitorError(t("upload.pack.unknown"))
    if pack.department != given.department:
        raise MonitorError(
            t("upload.pack.department", number=pack.number, department=case_words.department_label(pack.department))
        )
    return pack


def _warned(name: str, content: bytes, given: HandedIn, by: Acting) -> ReplyOutcome:
    """The province's list held against our newest official run of a document: the one told, or the only one there is."""
    from monitor.store.home import in_memory

    if given.pack:
        raise MonitorError(t("upload.pack.province"))
    with reply_desk(by) as desk, in_memory(desk.store.home, name, content) as path:
        with connection() as opened:
            known = selection.documents_with_cases(opened)
        if not known:
            raise MonitorError(t("upload.no_run"))
        if given.document not in known if given.document else len(known) > 1:
            raise MonitorError(t("upload.document.which"))
        return desk.warning_list(_file(path, given), given.document or known[0], given.month or None)


def only_ours(reply_id: int, actor: Actor) -> list[OnlyOurs]:
    """Whom we warn of and the province's list lacks, within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return warning_lists.only_ours(opened, reply_id, actor.scope)
