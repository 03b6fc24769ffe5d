"""Who acts from a screen: what every action of ``monitor.actions`` is given."""

from __future__ import annotations

from dashboard.door.access import access, home, now
from monitor.access.actor import Actor
from monitor.actions.acting import Acting


def acting(actor: Actor, where: str) -> Acting:
    """The viewer, now, in the home being served. ``where``: the screen, as the audit names it."""
    return Acting(home(), actor, where, now(), access())
