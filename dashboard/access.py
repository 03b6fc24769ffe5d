"""The screens' side of ``monitor.access``: the one ``Access`` of this process, and whose session a token or a header stands for.

Streamlit is told the public part of a session only (``doorman``); which token belongs to it is remembered here, in memory. After a
restart nothing is remembered, and the browser's next request, which carries the cookie, says it again.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

from dashboard.doorman import Stage, Visit
from monitor import demo
from monitor.access import sessions
from monitor.access.actor import Actor
from monitor.access.keys import load
from monitor.access.opening import Access, open_access
from monitor.casework.database import open_database
from monitor.errors import StoreError
from monitor.settings import Home, home_from, keys_directory
from monitor.store.manifest import read
from monitor.vocabulary import Duty

#: Sessions remembered; more people than work at any bureau. Who is forgotten is remembered again with their next request.
SESSIONS = 10_000


def home() -> Home:
    """The home being served (``serve`` puts it into MONITOR_HOME)."""
    return home_from(None)


def now() -> datetime:
    """The clock of the screens, with its offset."""
    return datetime.now().astimezone()


def access() -> Access:
    """Of the home being served. Raises StoreError where there is no home yet or its keys are missing."""
    served = home()
    return _access(served.database_url, served.path, keys_directory())


@lru_cache(maxsize=4)
def _access(url: str, path: Path, keys: Path) -> Access:
    served = Home(path)
    manifest = read(served.manifest)
    if manifest is None:
        raise StoreError(f"数据目录 {path} 里还没有数据；请先执行 monitor import")
    return open_access(open_database(url), served, load(keys, manifest.home))


class Remembered:
    """Token by the session's public part, the one unused longest forgotten first."""

    def __init__(self, most: int = SESSIONS) -> None:
        self._most = most
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def keep(self, session: str, token: str) -> None:
        with self._lock:
            self._tokens[session] = token
            self._tokens.move_to_end(session)
            while len(self._tokens) > self._most:
                self._tokens.popitem(last=False)

    def token(self, session: str) -> str | None:
        with self._lock:
            return self._tokens.get(session)

    def forget(self, session: str) -> None:
        with self._lock:
            self._tokens.pop(session, None)


remembered = Remembered()


def actor_of_token(token: str, *, touch: bool) -> Actor | None:
    """Who the token stands for now, or None. An account of the demonstration is nobody in a home that is none."""
    actor = sessions.actor_of(access(), token, now=now(), touch=touch)
    if actor is None or (demo.is_demo_name(actor.name) and not demo.is_demo(home())):
        return None
    return actor


def actor_of_session(session: str, *, touch: bool) -> Actor | None:
    """The same by the public part of the session, as the doorman hands it to Streamlit."""
    token = remembered.token(session)
    if token is None:
        return None
    actor = actor_of_token(token, touch=touch)
    if actor is None:
        remembered.forget(session)
    return actor


def visit(token: str) -> Visit | None:
    """For the doorman: the session of a token and what it still lacks. Looking is no use: an idle session stays idle."""
    actor = actor_of_token(token, touch=False)
    if actor is None or actor.session is None:
        return None
    remembered.keep(actor.session, token)
    return Visit(actor.session, stage_of(actor))


def stage_of(actor: Actor) -> Stage:
    if Duty.CHANGE_PASSWORD in actor.duties:
        return "password"
    return "second_factor" if Duty.ENROL_SECOND_FACTOR in actor.duties else "open"
