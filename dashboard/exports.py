"""Downloads by a one-use token on a route of our own.

Streamlit's own downloads will not do for lists of people: anybody with the address can fetch the file as long as
the page stands, and two exports of equal length and equal ends are taken for the same file. Here a click
leaves a job, the browser fetches it once, the answer is streamed and stored nowhere.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: A browser fetches the file at once; a token that lies about longer than this was not meant for use.
LIFETIME_SECONDS = 120
LIMIT = 200


@dataclass(frozen=True)
class Export:
    """A file to be made: its name, its kind, for whom, and how (chunks of bytes, made while they are sent)."""

    name: str
    media_type: str
    viewer: str
    chunks: Callable[[], Iterator[bytes]]


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

    def take(self, token: str, viewer: str) -> Export | None:
        """The job, once; None for an unknown, used, expired or somebody else's token."""
        with self._lock:
            self._drop_expired()
            _, export = self._jobs.get(token, (0.0, None))
            if export is None or export.viewer != viewer:
                return None
            del self._jobs[token]
            return export

    def _drop_expired(self) -> None:
        now = self._clock()
        for token in [token for token, (until, _) in self._jobs.items() if until < now]:
            del self._jobs[token]


def _batched(chunks: Iterator[bytes], size: int = 64 * 1024) -> Iterator[bytes]:
    """The same bytes in larger pieces: each piece sent is a change of thread."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


desk = Desk()


def disposition(name: str) -> str:
    """Content-Disposition for a Chinese file name (RFC 6266, RFC 5987)."""
    return f"attachment; filename=\"export\"; filename*=UTF-8''{quote(name, safe='')}"


def answer(request: Request) -> Response:
    """``GET /export/{token}``: the file, or 404 in a sentence. Runs in a worker thread, not on the event loop."""
    from starlette.responses import PlainTextResponse, StreamingResponse

    from dashboard.viewer import viewer

    export = desk.take(request.path_params["token"], viewer().id)
    if export is None:
        return PlainTextResponse(
            "下载链接已经用过或已经失效，请回到页面重新点击导出。",
            status_code=404,
            headers={"cache-control": "no-store"},
        )
    return StreamingResponse(
        _batched(export.chunks()),
        media_type=export.media_type,
        headers={"content-disposition": disposition(export.name), "cache-control": "no-store"},
    )
