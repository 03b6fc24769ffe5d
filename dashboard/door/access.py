"""The screens' side of ``monitor.access``: the one ``Access`` of this process, and who a token or a session stands for."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from dashboard.door.doorman import Stage, Visit
from monitor.access import sessions
from monitor.access.actor import Actor
from monitor.access.keys import load
from monitor.access.opening import Access, open_access
from monitor.base.errors import StoreError
from monitor.base.settings import Home, home_from, keys_directory
from monitor.base.vocabulary import Duty
from monitor.casework.database import open_database
from monitor.demo import home as demo
from monitor.store.manifest import read


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
    return open_access(open_database(url), served, load(keys, manifest.home), partial(demo.is_demo, served))


def actor_of_token(token: str) -> Actor | None:
    """Who the token stands for now, or None. Looking is no use of the session: an idle one stays idle."""
    return sessions.actor_of(access(), token, now=now(), touch=False)


def actor_of_session(session: str, *, touch: bool) -> Actor | None:
    """The same by the session's id, as the doorman hands it to Streamlit."""
    return sessions.actor_of_id(access(), session, now=now(), touch=touch)


def visit(token: str) -> Visit | None:
    """For the doorman: the session of a token and what it still lacks."""
    actor = actor_of_token(token)
    return Visit(actor.session, stage_of(actor)) if actor is not None and actor.session else None


def told_of(actor: Actor) -> str:
    """What of a session its browser is told, so that a page knows its own from another: enough for that, and it opens nothing."""
    return (actor.session or "")[:16]


def stage_of(actor: Actor) -> Stage:
    if Duty.CHANGE_PASSWORD in actor.duties:
        return "password"
    return "second_factor" if Duty.ENROL_SECOND_FACTOR in actor.duties else "open"
