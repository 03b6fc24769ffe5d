"""What is decided about settlements that may be one under two ids, by who has the right."""

from __future__ import annotations

from dashboard.casework.acting import acting
from monitor.access.actor import Actor
from monitor.actions.duplicates import DuplicateWord, decide_duplicate, number_duplicates

WHERE = "screen:duplicates"


def give_numbers(actor: Actor) -> None:
    """Gives those that have none yet their numbers, for good. Raises MonitorError; who may not is written down."""
    number_duplicates(acting(actor, WHERE))


def settle(number: int, actor: Actor, *, same: bool | None, reason: str, seen: str) -> None:
    """The viewer's word on one, None taking it back; ``seen``: when the word they saw was said. Raises MonitorError; who may not is
    written down."""
    decide_duplicate(acting(actor, WHERE), number, DuplicateWord(same), reason, seen=seen)
