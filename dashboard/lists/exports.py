"""Downloads by a one-use token on a route of our own.

Streamlit's own downloads will not do for lists of people: anybody with the address can fetch the file as long as
the page stands, and two exports of equal length and equal ends are taken for the same file. Here a click
leaves a job, the browser fetches it once, and the answer is stored nowhere.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard.door.access import access, actor_of_session, now
from dashboard.locale import t
from monitor.access.audit import Detail
from monitor.access.roles import permitted
from monitor.access.scope import Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Permission

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: A browser fetches the file at once; a token that lies about longer than this was not meant for use.
LIFETIME_SECONDS = 120
LIMIT = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Download:
    """What was asked for at the buttons: ``xlsx`` or ``csv``, the purpose as it is kept, whether names and numbers are whole."""

    kind: str
    purpose: str
    whole: bool = False

    @property
    def media_type(self) -> str:
        return XLSX if self.kind == "xlsx" else "text/csv; charset=utf-8"

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What somebody must be allowed for it."""
        return (Permission.EXPORT_PEOPLE, Permission.REVEAL) if self.whole else (Permission.EXPORT_PEOPLE,)


@dataclass(frozen=True)
class Export:
    """A file to be made: its name and kind, whose it is (session, scope, what they must be allowed), how (chunks of bytes), and what
    the audit is to say of it (object, where, purpose, detail)."""

    name: str
    media_type: str
    session: str
    scope: Scope
    permissions: tuple[Permission, ...]
    chunks: Callable[[], Iterator[bytes]]
    object: str
    where: str
    purpose: str
    detail: Detail


class Desk:
    """Where jobs wait for their one fetch; in this process only. The oldest give way when there are too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._jobs: dict[str, tuple[float, Export]] = {}
        self._lock = Lock()

    def leave(self, export: Export) -> str:
        """Takes a job in and returns its token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._drop_expired()
            while len(self._jobs) >= LIMIT:
                del self._jobs[next(iter(self._jobs))]
            self._jobs[token] = (self._clock() + LIFETIME_SECONDS, export)
        return token

    def take(self, token: str, session: str) -> Export | None:
        """The job, once; None for an unknown, used, expired or another session's token."""
        with self._lock:
            self._drop_expired()
            _, export = self._jobs.get(token, (0.0, None))
            if export is None or export.session != session:
                return None
            del self._jobs[token]
            return export

    def _drop_expired(self) -> None:
        now = self._clock()
        for token in [token for token, (until, _) in self._jobs.items() if until < now]:
            del self._jobs[token]


desk = Desk()


def disposition(name: str) -> str:
    """Content-Disposition for a Chinese file name (RFC 6266, RFC 5987)."""
    return f"attachment; filename=\"export\"; filename*=UTF-8''{quote(name, safe='')}"


def answer(request: Request) -> Response:
    """``GET /export/{token}``: the file, or a sentence. Runs in a worker thread, not on the event loop.

    Who fetches is asked anew, with what they may and whose rows they see at this moment. The file is made whole first, so that the
    audit says what exactly is handed out (rows, bytes, SHA-256) before the first byte of it is.
    """
    from starlette.responses import Response

    if request.method != "GET":
        # HEAD comes with GET unasked: no file would go out, yet be spent and written down as gone.
        return Response(status_code=405, headers={"allow": "GET", "cache-control": "no-store"})
    visit = getattr(request.state, "visit", None)
    actor = actor_of_session(visit.session, touch=True) if visit is not None else None
    export = desk.take(request.path_params["token"], actor.session) if actor is not None and actor.session else None
    if actor is None or export is None:
        return _plain(t("export.gone"), 404)
    if actor.scope != export.scope or not all(permitted(actor, permission) for permission in export.permissions):
        return _plain(t("export.refused"), 403)
    try:
        content = b"".join(export.chunks())
    except MonitorError as error:
        return _plain(error.sentence, 409)
    held = access()
    with held.begin() as connection:
        held.audit.append(
            connection, actor, AuditAction.EXPORTED, export.object, now=now(), where=export.where, purpose=export.purpose,
            detail={**export.detail, "bytes": len(content), "sha256": sha256(content).hexdigest()},
        )
    return Response(
        content,
        media_type=export.media_type,
        headers={"content-disposition": disposition(export.name), "cache-control": "no-store"},
    )


def _plain(sentence: str, status: int) -> Response:
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(sentence, status, headers={"cache-control": "no-store"})
