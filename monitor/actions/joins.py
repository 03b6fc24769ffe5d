"""Saying which numbers are one person, and which are not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from monitor.actions.acting import Acting, held_for_writing, refusal_noted
from monitor.base.vocabulary import Permission
from monitor.policy.library import Library
from monitor.review.joins import Listed, decide, number_pairs


class JoinWord(Enum):
    """What somebody says of two numbers."""

    TOGETHER = True
    APART = False
    TAKEN_BACK = None


@dataclass(frozen=True)
class JoinDecided:
    """The pair as it stands afterwards. ``changed``: False where the same had been said before."""

    pair: Listed
    changed: bool


def number_joins(by: Acting) -> None:
    """Give the pairs that have none yet their numbers, for good: what was shown under a number keeps it, whatever is loaded next.

    Raises MonitorError; who may not is written down."""
    with refusal_noted(by, "joins", Permission.IMPORT_DATA), held_for_writing(by, "review", repaired=False) as (store, _):
        number_pairs(store)


def decide_join(
    by: Acting, library: Library, number: int, word: JoinWord, reason: str, *, seen: str | None = None, twice: bool = False
) -> JoinDecided:
    """Keep somebody's word on pair J``number``. ``seen``: when the word on the screen was said, None at the command line.
    ``twice``: said twice, as it must be where date of birth or sex differ. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, f"join:J{number}", Permission.IMPORT_DATA), held_for_writing(by, "review", repaired=False) as (store, _):
        before = len(store.manifest.joins)
        pair = decide(
            store, library, number, together=word.value, reason=reason, by=by.actor.name, now=by.now.isoformat(), twice=twice,
            actor=by.actor, seen=seen,
        )
        return JoinDecided(pair, len(store.manifest.joins) > before)
