"""Taking in what departments answer, and the province's own list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from monitor.access.opening import Access
from monitor.actions.acting import Acting, held_for_writing, refusal_noted
from monitor.casework import replies
from monitor.casework.layouts import Layout, warning_words
from monitor.casework.replies import Incoming, ReplyOutcome, finish, import_reply
from monitor.casework.warning_lists import import_warning_list, month_of
from monitor.policy.codes import category_codes
from monitor.store.home import Store


@dataclass(frozen=True)
class ReplyDesk:
    """Where files are handed in: the home held for writing, what earlier files granted already in its identity list."""

    by: Acting
    store: Store
    access: Access

    def answers(self, file: Incoming, layout: Layout, pack_id: int | None) -> ReplyOutcome:
        """Take in one department's answers. ``pack_id``: the list they answer; None where the file says it. Raises MonitorError."""
        codes = category_codes(self.store.home.tables)
        return import_reply(self.store, self.by.deed(self.access), file, layout, codes, pack_id)

    def warning_list(self, file: Incoming, document: str, month: str | None) -> ReplyOutcome:
        """Take in the province's list of a month, this one unless told, held against the newest official run of ``document``.
        Raises MonitorError."""
        words = warning_words(self.store.home.referral)
        return import_warning_list(self.store, self.by.deed(self.access), file, words, document, month or month_of(self.by.now))


@contextmanager
def reply_desk(by: Acting) -> Iterator[ReplyDesk]:
    """The home held while files of answers are taken in. What earlier ones granted and a crash kept out goes in first."""
    with held_for_writing(by, "replies") as (store, access):
        finish(store, access, now=by.now)
        yield ReplyDesk(by, store, access)


def settle_line(by: Acting, access: Access, line_id: int, version: int, *, apply: bool, grants: bool) -> None:
    """Decide about a line as it was seen. ``grants``: whether it says what somebody is recognised as, which goes into the identity
    list. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, f"reply_line:{line_id}"):
        replies.settle(access, by.actor, line_id, version, apply=apply, now=by.now, where=by.where)
    if apply and grants:
        with held_for_writing(by, "replies", repaired=False) as (store, _):
            finish(store, access, now=by.now)
