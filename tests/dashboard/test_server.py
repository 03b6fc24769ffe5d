"""The server around the pages: who is let in, what answers carry, one-use downloads, settings, texts."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import string
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import app
from dashboard.door.gate import Gate, local_hosts
from dashboard.lists import exports
from dashboard.lists.exports import Desk, Export, disposition
from dashboard.locale import LANGUAGE, catalogue
from monitor.access.scope import EVERYTHING
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import Permission

ROOT = Path(__file__).resolve().parents[2]
PORT = 8501


def ask(
    asgi: Any, path: str = "/", *, kind: str = "http", **headers: str | list[str]
) -> tuple[int | str, dict[str, str], bytes]:
    """One request as a server would hand it over: (status or websocket message, headers, body)."""
    pairs = [
        (name.encode(), value.encode())
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    scope: dict[str, Any] = {
        "type": kind, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": pairs, "scheme": "http", "http_version": "1.1", "root_path": "", "subprotocols": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()  # the client stays: nothing more ever comes
        asked = True
        return {"type": "http.request", "body": b""} if kind == "http" else {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asgi(scope, receive, send))
    first = sent[0]
    body = b"".join(message.get("body", b"") for message in sent)
    carried = {name.decode(): value.decode() for name, value in first.get("headers", [])}
    return first.get("status", first["type"]), carried, body


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


@pytest.fixture
def gate() -> Gate:
    return Gate(Starlette(routes=[Route("/{path:path}", hello)]), local_hosts(PORT))


# --- the gate -------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST:8501", "[::1]:8501"])
def test_this_machine_is_let_in(gate: Gate, host: str) -> None:
    assert ask(gate, host=host)[0] == 200
    assert ask(gate, host=host, origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "example.invalid"},
        {"host": "127.0.0.1:9999"},
        {"host": ["127.0.0.1:8501", "example.invalid"]},
        {"host": "127.0.0.1:8501", "origin": "http://example.invalid"},
        {"host": "127.0.0.1:8501", "origin": "null"},
        {"host": "127.0.0.1:8501", "origin": "http://localhost:8501"},
        {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8502"},
        {"host": "127.0.0.1:8501", "origin": ["http://127.0.0.1:8501", "http://example.invalid"]},
    ],
)
def test_a_foreign_host_or_origin_is_refused(gate: Gate, headers: dict[str, Any]) -> None:
    status, carried, body = ask(gate, **headers)
    assert status == 403
    assert "拒绝访问" in body.decode()
    assert "content-security-policy" not in carried or "hello" not in body.decode()
    assert ask(gate, kind="websocket", **headers)[0] == "websocket.close"


def test_a_websocket_must_name_its_origin(gate: Gate) -> None:
    assert ask(gate, kind="websocket", host="127.0.0.1:8501")[0] == "websocket.close"
    assert gate.admits({
        "type": "websocket", "path": "/_stcore/stream",
        "headers": [(b"host", b"127.0.0.1:8501"), (b"origin", b"http://127.0.0.1:8501")],
    })  # fmt: skip


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file/x/y", "/auth/login"])
def test_ways_nobody_needs_are_closed(gate: Gate, path: str) -> None:
    assert ask(gate, path, host="127.0.0.1:8501")[0] == 403


def test_every_answer_carries_the_security_headers(gate: Gate) -> None:
    _, carried, _ = ask(gate, host="127.0.0.1:8501")
    policy = carried["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "ws://127.0.0.1:8501" in policy
    assert "http" not in policy.replace("https", ""), "no address outside may be named"
    assert carried["x-content-type-options"] == "nosniff"
    assert carried["referrer-policy"] == "no-referrer"


BEHIND = ("monitor.example", "monitor.example:8443")


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("monitor.example", None, 200),
        ("monitor.example", "https://monitor.example", 200),
        ("monitor.example:8443", "https://monitor.example:8443", 200),
        ("monitor.example", "http://monitor.example", 403),
        ("monitor.example", "https://monitor.example:8443", 403),
        ("monitor.example", "https://evil.example", 403),
        ("monitor.example:9999", None, 403),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", 200),
    ],
)
def test_a_name_of_a_proxy_is_let_in_by_https_alone(host: str, origin: str | None, status: int) -> None:
    gate = Gate(Starlette(routes=[Route("/{path:path}", hello)]), (*local_hosts(PORT), *BEHIND))
    found, carried, _ = ask(gate, host=host, **({"origin": origin} if origin else {}))
    assert found == status
    if status == 200:
        policy = carried["content-security-policy"]
        assert "wss://monitor.example:8443" in policy and " ws://monitor.example" not in policy


# --- downloads ------------------------------------------------------------------------------------


def export(session: str = "local", name: str = "预警名单.csv", **given: Any) -> Export:
    def chunks() -> Iterator[bytes]:
        yield b"one,"
        yield b"two"

    job = Export(name, "text/csv", session, EVERYTHING, (Permission.EXPORT_PEOPLE,), chunks, "run", "screen:alerts", "核实情况", {})
    return replace(job, **given)


def test_a_token_works_once() -> None:
    desk = Desk(clock=lambda: 0.0)
    token = desk.leave(export())
    assert len(token) > 40
    assert desk.take(token, "local") is not None
    assert desk.take(token, "local") is None


def test_a_token_is_its_viewers_and_survives_a_strangers_try() -> None:
    desk = Desk(clock=lambda: 0.0)
    token = desk.leave(export("zhang"))
    assert desk.take(token, "li") is None
    assert desk.take(token, "zhang") is not None


def test_a_token_expires() -> None:
    now = 0.0
    desk = Desk(clock=lambda: now)
    token = desk.leave(export())
    now = exports.LIFETIME_SECONDS + 1.0
    assert desk.take(token, "local") is None


def test_jobs_nobody_fetches_do_not_pile_up() -> None:
    desk = Desk(clock=lambda: 0.0)
    tokens = [desk.leave(export()) for _ in range(exports.LIMIT + 5)]
    assert desk.take(tokens[0], "local") is None
    assert desk.take(tokens[-1], "local") is not None


def test_a_file_name_cannot_end_its_header() -> None:
    assert '"' not in disposition('a"\r\nx: y').removeprefix('attachment; filename="export"; ')
    assert "\r" not in disposition("a\r\n")


# --- settings -------------------------------------------------------------------------------------


def test_every_setting_is_one_streamlit_knows() -> None:
    from streamlit import config

    known = config._config_options_template
    for name, value in app.settings(PORT).items():
        assert name in known, name
        assert known[name].type in (type(value), str, list), name


def test_settings_that_must_not_slip() -> None:
    chosen = app.settings(9000)
    assert chosen["server.address"] == "127.0.0.1"
    assert chosen["server.port"] == 9000
    assert chosen["browser.gatherUsageStats"] is False
    assert chosen["client.showErrorDetails"] == "none"
    assert chosen["client.disableDataExport"] is True
    assert chosen["client.allowedOrigins"] == []
    assert chosen["server.enableStaticServing"] is False
    assert chosen["runner.postScriptGC"] is False


def test_no_font_comes_from_the_network() -> None:
    with app.SETTINGS.open("rb") as file:
        theme = json.dumps(tomllib.load(file)["theme"])
    assert "http" not in theme
    assert "fontFaces" not in theme


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(MonitorError, match=f"端口 {port} 已被占用，.*--port"):
            app.serve(Home(tmp_path), port)


def test_a_page_that_fails_tells_the_log_where_and_not_what(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(app.st, "error", shown.append)
    try:
        raise ValueError("991002196103070017")
    except ValueError as error:
        assert app._on_script_error(error) is True
    assert "页面出错" in shown[0]
    assert "991002" not in caplog.text + shown[0]
    assert "ValueError at test_server.py:" in caplog.text


# --- texts ----------------------------------------------------------------------------------------


def used_keys() -> set[str]:
    """Keys named in the code; a key with a place in it stands for all that fit."""
    found: set[str] = set()
    for file in (ROOT / "dashboard").rglob("*.py"):
        found.update(re.findall(r'\bt\(\s*f?"([a-z_.{}\[\]0-9]+)"', file.read_text(encoding="utf-8")))
    return found


def test_every_key_the_code_uses_is_in_the_catalogue() -> None:
    texts = catalogue(LANGUAGE)
    for key in used_keys():
        pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(key)) + "$")
        assert any(pattern.match(known) for known in texts), key


def test_every_flag_and_reason_of_a_load_has_its_words() -> None:
    from monitor.intake.checks import FLAGS, REASONS

    texts = catalogue(LANGUAGE)
    assert {f"flag.{flag}" for flag in FLAGS} | {f"rejected.{reason}" for reason in REASONS} <= set(texts)


def test_every_text_can_be_filled() -> None:
    for key, text in catalogue(LANGUAGE).items():
        places = {name: "x" for _, name, _, _ in string.Formatter().parse(text) if name}
        assert text.format(**places), key
