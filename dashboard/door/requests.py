"""Every request has a number, and a line in the log: which way, what came of it, how long; never whose row it was about.

The number goes with the answer (``X-Request-Id``) and, through a websocket's headers, to the pages' scripts, so that an
error on a page leads to the log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from monitor.base import logs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("dashboard.door.requests")
_HEADER = b"x-request-id"
#: Ways whose rest is a token or a page's own file, and those that are written down as they are; any other is "other".
_BELOW = ("/export/", "/media/", "/_stcore/stream", "/_stcore/")
_WHOLE = {"/", "/login", "/logout", "/session/ping", "/replies/upload"}
#: What every page fetches and what watches the server: written down only when something is wrong.
_ORDINARY = ("/static/", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/session/ping")


class Numbered:
    """The outermost layer: it sees what the gate refuses, too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        identity, begun, status = logs.new_id(), time.perf_counter(), 0
        # A number the client sends is nobody's; ours takes its place.
        headers = [(name, value) for name, value in scope["headers"] if name != _HEADER]
        scope = {**scope, "headers": [*headers, (_HEADER, identity.encode())]}

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (_HEADER, identity.encode())]
            elif message["type"] == "websocket.accept":
                status = 101
                logs.write(log, "socket.opened", route=route(scope["path"]))
            elif message["type"] == "websocket.close" and not status:
                status = 403
            await send(message)

        with logs.identified(identity):
            try:
                await self.app(scope, receive, numbered)
            except Exception as error:
                logs.failure(log, "request.failed", error, route=route(scope["path"]))
                raise
            finally:
                if status >= 400 or not scope["path"].startswith(_ORDINARY):
                    event = "request.answered" if scope["type"] == "http" else "socket.closed"
                    spent = int((time.perf_counter() - begun) * 1000)
                    method = scope.get("method", "GET")
                    logs.write(log, event, method=method, route=route(scope["path"]), status=status, milliseconds=spent)


def route(path: str) -> str:
    """Which way a request went, without what it asked for: a path can hold a token, or whatever a stranger types."""
    if path in _WHOLE:
        return path
    return next((way for way in _BELOW if path.startswith(way)), "other")


def request_id(headers: Mapping[str, str]) -> str:
    """The number of the request a page's script runs for, or nothing outside one."""
    return str(headers.get(_HEADER.decode(), ""))


def quieten() -> None:
    """What Streamlit and its server log goes to our log, by our rules; they write to stderr, messages and all, otherwise.

    Streamlit gives each of its loggers a handler of its own when it is first asked for, so the place where it does is
    changed; uvicorn sets its loggers from a table when it starts.
    """
    import streamlit.logger as of_streamlit
    import uvicorn.config as of_uvicorn

    def ours(logger: logging.Logger) -> None:
        logger.handlers.clear()
        logger.propagate = True

    of_streamlit.setup_formatter = ours
    for logger in of_streamlit._loggers.values():
        ours(logger)
    of_uvicorn.LOGGING_CONFIG.update(handlers={}, loggers={
        name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("uvicorn", "uvicorn.error", "uvicorn.access")
    })
