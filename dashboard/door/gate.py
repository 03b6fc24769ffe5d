"""The outermost layer of the server: who may talk to it at all, and what every answer carries.

Pure ASGI, because Starlette's ``BaseHTTPMiddleware`` never sees a websocket. It has to come first: for a foreign
Origin Streamlit looks the machine's outside address up over the network, inside the event loop, before it
refuses; a page somewhere else could so freeze the server for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
#: Ways of Streamlit's server nobody here needs, and which answer without asking who calls.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file", "/auth/", "/oauth2callback")


def content_security_policy(hosts: Iterable[str]) -> str:
    """Everything the pages need comes from this server; nothing may be framed, no form may post elsewhere.

    The websocket is named in full: older browsers do not take it for 'self'.
    """
    sockets = " ".join(f"{scheme}://{host}" for host in sorted(hosts) for scheme in (("ws", "wss") if is_local(host) else ("wss",)))
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Gate:
    """Refuses, with 403, a Host that is not ours and an Origin that is not the Host's own; a websocket must name its
    Origin, as every browser does. Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        # A source of the policy cannot be an IPv6 address; there 'self' has to do.
        policy = content_security_policy(host for host in self.hosts if not host.startswith("["))
        self.headers = ((b"content-security-policy", policy.encode()), *HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        if not self.admits(scope):
            await _refuse(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *(h for h in self.headers if h[0] not in given)]
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def admits(self, scope: Scope) -> bool:
        """Whether Host and Origin are this server's, each named at most once."""
        hosts = _values(scope, b"host")
        origins = _values(scope, b"origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts or len(origins) > 1:
            return False
        if scope["path"].startswith(CLOSED):
            return False
        if not origins:
            return bool(scope["type"] == "http")
        return origins[0] == f"https://{hosts[0]}" or (origins[0] == f"http://{hosts[0]}" and is_local(hosts[0]))


def is_local(host: str) -> bool:
    """Whether a Host value names this machine itself; any other name is reached through a proxy, and that by https only."""
    return host.rpartition(":")[0] in LOCAL_NAMES


def local_hosts(port: int) -> tuple[str, ...]:
    """The Host values a browser on this machine can send for the port."""
    return tuple(f"{name}:{port}" for name in LOCAL_NAMES)


def _values(scope: Scope, name: bytes) -> list[str]:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return [value.decode("latin-1").lower() for key, value in headers if key == name]


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        # Closing before accepting is what the server turns into a 403.
        await send({"type": "websocket.close", "code": 1008})
        return
    headers: list[Any] = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": "拒绝访问：请求不是由本机页面发出的。".encode()})
