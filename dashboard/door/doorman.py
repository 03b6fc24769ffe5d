"""Who is at the door: every request and the websocket are somebody's, or are turned away.

Pure ASGI behind the gate, so that it sees the websocket too. What is open is a list, and so is what is open to somebody signed
in: a way nobody thought of is closed. What Streamlit is told of a visitor is the id of their session, in a header of ours that
no request can bring along; the token itself goes no further than here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from dashboard.door.cookies import cookies_of
from dashboard.locale import t

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What a session still lacks before anything but its forms is open to it.
Stage = Literal["open", "password", "second_factor"]
STAGE_PATHS: dict[Stage, str] = {"password": "/password", "second_factor": "/second-factor"}

#: The header that tells Streamlit whose session a request belongs to, and st.user's name for it (app.settings).
SESSION_HEADER = "x-app-session"
_OURS = b"x-app-"

#: Open to anybody: the sign-in page, Streamlit's own scripts and styles (the same everywhere, no data of anybody's), whether the
#: server is up, and whether a session still lasts.
_OPEN = re.compile(r"/login|/session/ping|/favicon\.(png|svg|ico)|/_stcore/(health|host-config)|/static/[A-Za-z0-9_./@+-]+")
#: Open to anybody signed in, whatever stage they are at.
_WAY_OUT = ("POST", "/logout")
#: What may be sent; everything else is only asked for.
_FORMS = ("/login", "/logout", "/password", "/second-factor", "/replies/upload")
#: Open to somebody fully signed in. Pages are one script; which of them exist for whom is settled there, at every run.
_SIGNED_IN = re.compile(
    r"/[a-z_]{0,40}|/password|/second-factor|/replies/upload|/export/[A-Za-z0-9_-]{1,100}|/media/[A-Za-z0-9_.-]{1,200}|/_stcore/stream"
)
_PAGE = re.compile(r"/[a-z_]{0,40}")
#: Where somebody may be sent after signing in: a page of ours, and at most the number of a row.
_NEXT = re.compile(r"/[a-z_]{0,40}(\?(alert|aside|due|case|pack|reply)=[0-9]{1,15})?")


@dataclass(frozen=True)
class Visit:
    """A session that lasts: its id (never the token), and what it still lacks."""

    session: str
    stage: Stage = "open"


def next_page(asked: str) -> str:
    """Where to go after signing in: what was asked for if it is one of our pages, else the first page. Never another place."""
    return asked if _NEXT.fullmatch(asked) else "/"


class Doorman:
    """``visit``: the session a token stands for, or None; it is asked in a worker thread and touches nothing."""

    def __init__(self, app: ASGIApp, port: int, visit: Callable[[str], Visit | None]) -> None:
        self.app, self.port, self.visit = app, port, visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_OURS)]
        path: str = scope["path"]
        if scope["type"] == "http" and _asked_well(scope) and _OPEN.fullmatch(path) and ".." not in path:
            await self.app(scope, receive, send if path.startswith("/static/") else _unkept(send))
            return
        visit = await self._visit(scope)
        answer = self._turned_away(scope, path, visit)
        if answer is not None:
            await self._refuse(answer, scope, receive, send)
            return
        assert visit is not None
        scope["headers"].append((SESSION_HEADER.encode(), visit.session.encode()))
        scope.setdefault("state", {})["visit"] = visit
        await self.app(scope, receive, _unkept(send))

    async def _visit(self, scope: Scope) -> Visit | None:
        from starlette.concurrency import run_in_threadpool

        token = cookies_of(scope, self.port).get("session")
        return await run_in_threadpool(self.visit, token) if token else None

    def _turned_away(self, scope: Scope, path: str, visit: Visit | None) -> Response | None:
        """What to answer instead of the page, or None where the visitor may go on."""
        from starlette.responses import PlainTextResponse, RedirectResponse

        if visit is None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and _PAGE.fullmatch(path):
                asked = path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
                beyond = next_page(asked)
                return RedirectResponse("/login" + (f"?next={quote(beyond)}" if beyond != "/" else ""), 303)
            return PlainTextResponse(t("door.nobody"), 401)
        if (scope.get("method"), path) == _WAY_OUT:
            return None
        if visit.stage != "open":
            if path == STAGE_PATHS[visit.stage]:
                return None
            return RedirectResponse(STAGE_PATHS[visit.stage], 303)
        if not _SIGNED_IN.fullmatch(path) or (scope["type"] == "websocket") != (path == "/_stcore/stream") or not _asked_well(scope):
            return PlainTextResponse(t("door.nothing"), 404)
        return None

    async def _refuse(self, answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            # Closing before accepting is what the server turns into a 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        await answer(scope, receive, _unkept(send))


def _asked_well(scope: Scope) -> bool:
    """Whether a request asks, or sends one of our forms; a websocket always does."""
    if scope["type"] == "websocket" or scope["method"] in ("GET", "HEAD"):
        return True
    return bool(scope["method"] == "POST" and scope["path"] in _FORMS)


def _unkept(send: Send) -> Send:
    """The same, with the word that nobody is to keep a copy: not the browser, not a proxy."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [(name, value) for name, value in message.get("headers", []) if name.lower() != b"cache-control"]
            message["headers"] = [*others, (b"cache-control", b"no-store")]
        await send(message)

    return told
