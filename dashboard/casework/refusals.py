"""That somebody tried what they may not is written down, wherever on the screens they tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard import queries
from monitor.access.actor import Actor
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction


@contextmanager
def told(actor: Actor, object_: str, where: str) -> Iterator[None]:
    """Whoever may not is refused by the act within (AccessError); that they tried to do it to ``object_`` is written down."""
    try:
        yield
    except AccessError:
        queries.note(actor, AuditAction.REFUSED, object_, where)
        raise
