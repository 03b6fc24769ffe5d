"""Lists of what waits for a person's word, within the viewer's scope; looking writes nothing."""

from __future__ import annotations

from dashboard.door.access import home
from dashboard.queries import cached
from dashboard.queries.pairs import DuplicateList, JoinList
from monitor.access.actor import Actor
from monitor.access.roles import require
from monitor.base.vocabulary import Permission


def joins(actor: Actor) -> JoinList:
    """Every pair of numbers within the viewer's scope. Raises MonitorError where there is no home yet."""
    require(actor, Permission.SEE_PEOPLE)
    return cached.joins(str(home().path), cached.digest(), actor.scope)


def duplicates(actor: Actor) -> DuplicateList:
    """Every suspected duplicate within the viewer's scope. Raises MonitorError where there is no home yet."""
    require(actor, Permission.SEE_PEOPLE)
    return cached.duplicates(str(home().path), cached.digest(), actor.scope)
