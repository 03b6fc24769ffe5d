"""The two cookies: the session's token, and the secret a form before sign-in is tied to.

Over HTTPS they are called ``__Host-…`` and are Secure: a browser takes such a cookie from this very host only, for every path.
Over plain HTTP (this machine alone) that prefix is not to be had; the port in the name keeps two dashboards on one machine
apart, since browsers do not.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from starlette.types import Scope

#: What ``secrets.token_urlsafe(32)`` gives; anything else in a cookie is nobody's token.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
#: A browser sends some cookies of its own accord; a request with more than this is none of a browser's.
_HEADER_LIMIT = 8192

Kind = Literal["session", "form"]


@dataclass(frozen=True)
class Cookies:
    """The cookies of one request: how they are called there, and what they hold."""

    secure: bool
    port: int
    values: tuple[tuple[str, str], ...]

    def name(self, kind: Kind) -> str:
        return f"__Host-monitor-{kind}" if self.secure else f"monitor-{kind}-{self.port}"

    def get(self, kind: Kind) -> str | None:
        """The token, or None where there is none, it has another form, or there are two of the name: a cookie planted
        beside ours by a neighbouring host must not win."""
        found = [value for name, value in self.values if name == self.name(kind)]
        return found[0] if len(found) == 1 and _TOKEN.fullmatch(found[0]) else None

    def setting(self, kind: Kind, token: str) -> str:
        """The Set-Cookie value that hands a token out, for as long as the browser runs; an empty token takes it back."""
        parts = [f"{self.name(kind)}={token}", "Path=/", "HttpOnly", "SameSite=Strict"]
        if self.secure:
            parts.append("Secure")
        if not token:
            parts.append("Max-Age=0")
        return "; ".join(parts)


def cookies_of(scope: Scope, port: int) -> Cookies:
    """The cookies of a request. ``scheme`` is what the server made of X-Forwarded-Proto, which it believes only from a
    proxy on this machine."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    text = ";".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    if len(text) > _HEADER_LIMIT:
        text = ""
    pairs = (part.partition("=") for part in text.split(";"))
    values = tuple((name.strip(), value.strip()) for name, sign, value in pairs if sign)
    return Cookies(scope.get("scheme") in ("https", "wss"), port, values)


def form_token(secret: str) -> str:
    """What a form carries so that only a page of ours can send it: made from the cookie it comes with, telling nothing of it."""
    return sha256(f"form:{secret}".encode()).hexdigest()


def form_token_holds(secret: str | None, given: str) -> bool:
    return secret is not None and hmac.compare_digest(form_token(secret).encode(), given.encode())
