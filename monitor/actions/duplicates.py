"""Saying which settlements are one, exported under two ids, and which are not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from monitor.actions.acting import Acting, held_for_writing, refusal_noted
from monitor.base.vocabulary import Permission
from monitor.review.duplicates import Listed, decide, number_copies, rule_undecided
from monitor.store.manifest import Load


class DuplicateWord(Enum):
    """What somebody says of two settlements."""

    SAME = True
    DISTINCT = False
    TAKEN_BACK = None


@dataclass(frozen=True)
class DuplicateDecided:
    """The suspected duplicate as it stands afterwards. ``changed``: False where the same had been said before; ``loads``: the files
    taken in so far, which a settlement's place counts."""

    duplicate: Listed
    changed: bool
    loads: tuple[Load, ...]


def number_duplicates(by: Acting) -> None:
    """Give those that have none yet their numbers, for good. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, "duplicates", Permission.IMPORT_DATA), held_for_writing(by, "review", repaired=False) as (store, _):
        number_copies(store)


def decide_duplicate(by: Acting, number: int, word: DuplicateWord, reason: str, *, seen: str | None = None) -> DuplicateDecided:
    """Keep somebody's word on D``number``. ``seen``: when the word on the screen was said, None at the command line.

    Raises MonitorError; who may not is written down."""
    with (
        refusal_noted(by, f"duplicate:D{number}", Permission.IMPORT_DATA),
        held_for_writing(by, "review", repaired=False) as (store, _),
    ):
        before = len(store.manifest.duplicates)
        one = decide(
            store, number, same=word.value, reason=reason, by=by.actor.name, now=by.now.isoformat(), actor=by.actor, seen=seen
        )
        return DuplicateDecided(one, len(store.manifest.duplicates) > before, store.manifest.loads)


def set_undecided_rule(by: Acting, reason: str, *, left_out: bool) -> bool:
    """Record the bureau's rule for those nobody has decided on; whether it is another than before. Raises MonitorError."""
    with refusal_noted(by, "duplicates", Permission.IMPORT_DATA), held_for_writing(by, "review", repaired=False) as (store, _):
        return rule_undecided(store, left_out=left_out, reason=reason, by=by.actor.name, now=by.now.isoformat())
