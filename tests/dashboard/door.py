"""The server's layers and routes over an office's accounts, in this process, and a browser's side of talking to it.

    with served(office, monkeypatch) as door:
        page = Visitor(door).sign_in("wang.fang", password)
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from office import Office
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dashboard import app
from dashboard.door import access
from dashboard.lists import exports
from dashboard.queries import noted
from monitor.access.sign_in import SignedIn
from monitor.store.manifest import Manifest, commit

PORT = 8501
HOST = f"127.0.0.1:{PORT}"


@dataclass
class Served:
    """The stack under test, and the office's clock, in minutes."""

    asgi: Any
    office: Office
    minute: float = 1.0


async def _inside(request: Request) -> Response:
    """What stands for Streamlit: says whose session it was told of."""
    return PlainTextResponse(f"inside {request.headers.get('x-app-session', '')} {request.headers.get('x-app-user', '')}")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(f"inside {websocket.headers.get('x-app-session', '')}")
    await websocket.close()


@contextmanager
def served(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The program's own layers and routes around a stand-in for Streamlit, over the office's home, at the office's time."""
    monkeypatch.setenv("MONITOR_HOME", str(office.home.path))
    monkeypatch.setenv("MONITOR_KEYS", str(office.keys_directory))
    if not office.home.manifest.exists():
        commit(office.home.manifest, Manifest(home="office"))
    inside = [WebSocketRoute("/{path:path}", _socket), Route("/{path:path}", _inside, methods=["GET", "POST", "PUT", "DELETE"])]
    found = Served(Starlette(routes=[*app.routes(PORT), *inside], middleware=app.layers(PORT)), office)
    for module in (access, exports, noted):
        monkeypatch.setattr(module, "now", lambda: office.at(found.minute))
    access._access.cache_clear()
    yield found
    access._access.cache_clear()


@dataclass
class Answer:
    status: int | str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return next((value for given, value in self.headers if given == name), "")

    @property
    def cookies(self) -> list[str]:
        return [value for name, value in self.headers if name == "set-cookie"]


@dataclass
class Visitor:
    """A browser: keeps cookies, names its Origin when it posts. ``scheme`` is what the proxy in front said."""

    door: Served
    jar: dict[str, str] = field(default_factory=dict)
    client: str = "10.0.0.9"
    scheme: str = "http"

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "http", extra: list[tuple[str, str]] | None = None, **headers: str
    ) -> Answer:
        address, _, query = path.partition("?")
        sent: dict[str, str] = {"host": HOST, **({"cookie": "; ".join(f"{n}={v}" for n, v in self.jar.items())} if self.jar else {})}
        if method == "POST":
            sent |= {"origin": f"{self.scheme}://{HOST}", "content-type": "application/x-www-form-urlencoded"}
        if kind == "websocket":
            sent["origin"] = f"{self.scheme}://{HOST}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        pairs = [(name, value) for name, value in sent.items() if value != "-"] + (extra or [])
        scope: dict[str, Any] = {
            "type": kind, "method": method, "path": address, "raw_path": address.encode(), "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs], "http_version": "1.1", "root_path": "",
            "scheme": self.scheme if kind == "http" else {"http": "ws", "https": "wss"}[self.scheme], "subprotocols": [],
            "client": (self.client, 1), "server": ("127.0.0.1", PORT), "state": {},
        }  # fmt: skip
        messages = [{"type": "http.request", "body": body}] if kind == "http" else [{"type": "websocket.connect"}]
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop(0)
            await asyncio.Event().wait()  # the client stays: nothing more ever comes
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        asyncio.run(self.door.asgi(scope, receive, send))
        carried = [(name.decode(), value.decode()) for name, value in said[0].get("headers", [])]
        content = b"".join(m.get("body", b"") or str(m.get("text", "")).encode() for m in said)
        answer = Answer(said[0].get("status", said[0]["type"]), carried, content)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value:
                self.jar[name] = value
            else:
                self.jar.pop(name, None)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        return self.ask("POST", path, urlencode(fields).encode(), **headers)

    def socket(self, path: str = "/_stcore/stream", **headers: str) -> Answer:
        return self.ask("GET", path, kind="websocket", **headers)

    def form(self, path: str) -> str:
        """The token of the form at that address."""
        found = re.search(r'name="form" value="([0-9a-f]{64})"', self.get(path).text)
        assert found
        return found[1]

    def sign_in(self, name: str, password: str, **fields: str) -> Answer:
        form = self.form("/login")
        return self.post("/login", {"name": name, "password": password, "form": form, **fields})

    @property
    def token(self) -> str:
        """The session's token, as the browser keeps it."""
        return next((value for name, value in self.jar.items() if "session" in name), "")


def inside(door: Served, who: SignedIn) -> Visitor:
    """A browser in which somebody has signed in already."""
    return Visitor(door, {f"monitor-session-{PORT}": who.token})
