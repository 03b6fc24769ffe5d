"""What is decided about numbers that may be one person, by who has the right."""

from __future__ import annotations

from dashboard.casework.acting import acting
from monitor.access.actor import Actor
from monitor.actions.joins import JoinWord, decide_join, number_joins
from monitor.policy.library import load_library

WHERE = "screen:joins"


def give_numbers(actor: Actor) -> None:
    """Gives the pairs that have none yet their numbers, for good. Raises MonitorError; who may not is written down."""
    number_joins(acting(actor, WHERE))


def settle(number: int, actor: Actor, *, together: bool | None, reason: str, twice: bool, seen: str) -> None:
    """The viewer's word on a pair, None taking it back; ``seen``: when the word they saw was said. Raises MonitorError; who may not
    is written down."""
    decide_join(acting(actor, WHERE), load_library(), number, JoinWord(together), reason, seen=seen, twice=twice)
