"""Every request of the screens has a number and a line in the log, which says which way it went and nothing of anybody."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bureau import certno

from dashboard import app as server
from dashboard.door.gate import Gate
from dashboard.door.requests import Numbered, request_id
from monitor.base import logs

NAME, NUMBER = "秘某人", certno(77)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What a log needs of a home: that it is one."""
    (tmp_path / "manifest.json").write_text("{}")
    return tmp_path


def text_of(home: Path) -> str:
    return "".join(path.read_text() for path in sorted((home / "logs").glob("*")))


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(home).splitlines()]


def ask(asgi: Any, path: str, kind: str = "http", headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[dict[str, Any]]:
    """One request as a server hands it over; what is sent back."""
    scope = {"type": kind, "method": "GET", "path": path, "query_string": f"q={NUMBER}".encode(), "headers": list(headers)}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""} if kind == "http" else {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asgi(scope, receive, send))
    return sent


def test_a_request_has_a_number_in_its_answer_in_the_page_and_in_the_log(home: Path) -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(request_id({name.decode(): value.decode() for name, value in scope["headers"]}))
        assert [name for name, _ in scope["headers"]].count(b"x-request-id") == 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with logs.kept(home, logs.new_id()):
        start, _ = ask(Numbered(app), f"/export/{NUMBER}", headers=((b"x-request-id", NUMBER.encode()),))
    (line,) = lines(home)
    assert dict(start["headers"])[b"x-request-id"].decode() == seen[0] == line["id"]
    assert (line["event"], line["route"], line["status"], line["method"]) == ("request.answered", "/export/", 200, "GET")
    assert NUMBER not in text_of(home)


def test_a_request_that_fails_or_is_refused_is_in_the_log(home: Path) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError(f"{NAME} {NUMBER}")

    with logs.kept(home, logs.new_id()):
        with pytest.raises(ValueError, match=NAME):
            ask(Numbered(app), f"/{NUMBER}")
        ask(Numbered(Gate(app, ["127.0.0.1:1"])), "/_stcore/stream", "websocket")
        ask(Numbered(Gate(app, ["127.0.0.1:1"])), "/static/x")
    failed, answered, closed, refused = lines(home)
    assert (failed["event"], failed["route"], failed["error"][:10]) == ("request.failed", "other", "ValueError")
    assert (answered["id"], answered["status"]) == (failed["id"], 0)
    assert (closed["event"], closed["route"], closed["status"]) == ("socket.closed", "/_stcore/stream", 403)
    assert (refused["event"], refused["status"]) == ("request.answered", 403)
    assert NUMBER not in text_of(home)


def test_streamlit_and_its_server_speak_through_our_log(home: Path) -> None:
    """In a process of its own, as it changes how the libraries log for good."""
    script = (
        "import logging, sys, warnings; from pathlib import Path; from monitor.base import logs; from dashboard.door.requests import quieten\n"
        "import streamlit.logger\n"
        "before = streamlit.logger.get_logger('streamlit.before')\n"
        "with logs.kept(Path(sys.argv[1]), '0'):\n"
        "    quieten()\n"
        "    import uvicorn\n"
        "    uvicorn.Config(lambda: None)\n"
        "    for name in ('streamlit.before', 'streamlit.after'):\n"
        "        streamlit.logger.get_logger(name).warning('%s', sys.argv[2])\n"
        "    for name in ('uvicorn', 'uvicorn.error', 'uvicorn.access', 'websockets', 'asyncio'):\n"
        "        logging.getLogger(name).error('%s', sys.argv[2], exc_info=ValueError(sys.argv[2]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(home), NUMBER], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout + done.stderr == ""
    assert [line["logger"] for line in lines(home)] == [
        "streamlit.before", "streamlit.after", "uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "asyncio",
    ]
    assert NUMBER not in text_of(home)


def test_a_page_that_fails_shows_the_number_the_log_has(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(server.st, "error", shown.append)
    with logs.kept(home, logs.new_id()):
        try:
            raise ValueError(f"{NAME} {NUMBER}")
        except ValueError as error:
            server._on_script_error(error)
    (line,) = lines(home)
    assert line["event"] == "page.failed"
    assert f"编号 {line['id']}" in shown[0]
    assert line["error"].startswith("ValueError at test_requests.py:")
    assert NUMBER not in shown[0] + text_of(home)
