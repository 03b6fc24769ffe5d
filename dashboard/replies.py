"""Departments' answers for the pages: which came in, what became of each line, and taking a file in.

A file is handed in by a form of our own: what Streamlit takes as an upload anybody signed in could fetch as long as the page
stands. Its bytes lie in memory only and go through the same function as the command's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dashboard import queries
from dashboard.access import access, home, now
from dashboard.locale import t
from dashboard.queries import connection
from monitor.access.actor import Actor
from monitor.access.roles import require
from monitor.casework import reply_listing, warning_lists
from monitor.casework.reply_listing import ReplyLineRow, ReplyRow
from monitor.casework.warning_lists import PROVINCE, OnlyOurs, import_warning_list, month_of
from monitor.errors import AccessError, MonitorError
from monitor.vocabulary import AuditAction, Permission

if TYPE_CHECKING:
    from monitor.casework.replies import ReplyOutcome
    from monitor.store.home import Store

WHERE = "screen:replies"


def reply_rows(actor: Actor) -> list[ReplyRow]:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return reply_listing.reply_rows(opened, actor.scope)


def one(reply_id: int, actor: Actor) -> ReplyRow | None:
    """A file; None for one that has nobody within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return next(iter(reply_listing.reply_rows(opened, actor.scope, reply_id)), None)


def lines(reply_id: int, matches: tuple[str, ...], page: int, size: int, actor: Actor) -> tuple[tuple[ReplyLineRow, ...], int]:
    """A page of a file's lines within the viewer's scope, and how many there are."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return reply_listing.lines_of_reply(opened, reply_id, actor.scope, matches, page, size)


def settle(line: ReplyLineRow, actor: Actor, *, apply: bool) -> None:
    """Decide about a line as it was seen; what it grants goes into the identity list. Raises MonitorError."""
    from monitor.casework.replies import finish, settle

    try:
        settle(access(), actor, line.id, line.version, apply=apply, now=now(), where=WHERE)
    except AccessError:
        queries.note(actor, AuditAction.REFUSED, f"reply_line:{line.id}", WHERE)
        raise
    if apply and line.category:
        with _writing(actor) as store:
            finish(store, access(), now=now())


def take_in(name: str, content: bytes, department: str, encoding: str, month: str, actor: Actor) -> ReplyOutcome:
    """A file of answers, or the province's own list, as the command takes it in. Raises MonitorError; who may not is written
    down. ``month``: which the province's list is about; empty for this one."""
    from monitor.casework.layouts import layout_of
    from monitor.casework.replies import finish, import_reply
    from monitor.casework.sync import synchronise
    from monitor.policy.codes import category_codes
    from monitor.store.home import in_memory

    try:
        require(actor, Permission.IMPORT_DATA)
    except AccessError:
        queries.note(actor, AuditAction.REFUSED, "reply", WHERE)
        raise
    if department == PROVINCE:
        return _warned(name, content, month, encoding, actor)
    layout = layout_of(home().referral, department)
    with _writing(actor) as store, in_memory(store.home, name, content) as path:
        if store.manifest.runs:
            synchronise(store)
        finish(store, access(), now=now())
        return import_reply(
            store, access(), actor, path, layout, codes=category_codes(store.home.tables), encoding=encoding or None, now=now(),
            where=WHERE,
        )


def _warned(name: str, content: bytes, month: str, encoding: str, actor: Actor) -> ReplyOutcome:
    """The province's list held against our newest official run."""
    from monitor.casework.layouts import warning_words
    from monitor.casework.sync import synchronise
    from monitor.store.home import in_memory

    with _writing(actor) as store, in_memory(store.home, name, content) as path:
        if store.manifest.runs:
            synchronise(store)
        official = [run for run in queries.runs(actor) if run.official]
        if not official:
            raise MonitorError(t("upload.no_run"))
        moment = now()
        return import_warning_list(
            store, access(), actor, path, warning_words(home().referral), official[0].document, month=month or month_of(moment),
            encoding=encoding or None, now=moment, where=WHERE,
        )


def only_ours(reply_id: int, actor: Actor) -> list[OnlyOurs]:
    """Whom we warn of and the province's list lacks, within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return warning_lists.only_ours(opened, reply_id, actor.scope)


@contextmanager
def _writing(actor: Actor) -> Iterator[Store]:
    from monitor.store.home import writing

    with writing(home(), "replies", actor=actor, where=WHERE) as store:
        yield store
