"""Who acts: an account in a session of the screens, or the operating-system user at the command line."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import Literal

from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.base.vocabulary import Duty, Role


@dataclass(frozen=True)
class Actor:
    """Somebody at one moment; read anew at every rerun, so that what was taken away is gone at once.

    ``name``: the account's name, or ``os:NAME``. ``account`` and ``session``: the account's number and the session by
    the SHA-256 of its token, never the token; both None at the command line. ``duties``: what has to be done first;
    nothing else is permitted while there are any (``roles.permitted``).
    """

    name: str
    display: str
    roles: frozenset[Role]
    scope: Scope
    origin: Literal["screen", "command"]
    account: int | None = None
    session: str | None = None
    duties: frozenset[Duty] = frozenset()


#: Somebody who has not signed in: what a refused sign-in is written down under.
ANONYMOUS = Actor("anonymous", "未登录", frozenset(), NOWHERE, "screen")


def operating_system_user() -> Actor:
    """Whoever runs the command, by the process's own user id: an environment variable would be anybody's claim.

    The command line belongs to the data manager's machine: whoever can read the home and its keys could do all of it
    without this program, so it holds every role, and everything it does is audited.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a user id without an entry, as in containers
        name = str(number)
    return Actor(f"os:{name}", name, frozenset(Role), EVERYTHING, "command")
