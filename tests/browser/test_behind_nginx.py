"""The dashboard behind deploy/nginx.conf, as a bureau runs it: what gets through, what does not, and that nothing leaves."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ARTIFACTS, QUIET, chromium, free_port, wait_until_up
from nginx import NAME, Front, front
from people import People
from playwright.sync_api import Browser
from watching import Watched

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser

HANDSHAKE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "c2FtcGxlIG5vbmNlIHg9PQ==",
    "Sec_WebSocket_Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def site(demo_home: Path, people: People, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The real dashboard behind the real nginx."""
    behind, port, plain = free_port(), free_port(), free_port()
    log = ARTIFACTS / "dashboard-behind-nginx.log"
    ARTIFACTS.mkdir(exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "monitor", "serve", "--home", str(demo_home), "--port", str(behind),
                "--host-name", f"{NAME}:{port}",
            ],
            cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        try:
            wait_until_up(process, f"http://127.0.0.1:{behind}", log)
            with front(tmp_path_factory.mktemp("nginx"), port, plain, behind) as running:
                yield running
        finally:
            process.terminate()
            process.wait(timeout=20)


class Echo(BaseHTTPRequestHandler):
    """Says what it was asked, and sets a careless cookie."""

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, "headers": [[name.lower(), value] for name, value in self.headers.items()]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "careless=1; Path=/; SameSite=None")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """nginx before a server that says what arrives; patience cut short."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    patience = (
        ("client_header_timeout 10s", "client_header_timeout 1s"), ("client_body_timeout 10s", "client_body_timeout 1s"),
        # Nobody is forgiven while the test runs, however slow the machine.
        ("rate=12r/m", "rate=1r/m"),
    )
    try:
        with front(tmp_path_factory.mktemp("echo"), free_port(), free_port(), server.server_port, patience) as running:
            yield running
    finally:
        server.shutdown()
        server.server_close()


# --- what every answer carries, and what is refused -------------------------------------------------


def test_an_answer_carries_the_headers_and_names_no_version(site: Front) -> None:
    status, headers, body = site.ask("/")
    assert status in (200, 303) and (status == 303 or b"<html" in body)
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and f"wss://{site.host}" in policy and f" ws://{site.host}" not in policy
    assert headers["server"] == "nginx"
    assert len(headers["strict-transport-security"].splitlines()) == 1


def test_scripts_arrive_packed(site: Front) -> None:
    _, _, page = site.ask("/")
    script = next((part.split('"')[0] for part in page.decode().split('src="')[1:] if ".js" in part[:200]), "./static/js/none.js")
    status, headers, packed = site.ask("/" + script.removeprefix("./").lstrip("/"), Accept_Encoding="gzip")
    if status == 200:
        assert headers["content-encoding"] == "gzip" and packed[:2] == b"\x1f\x8b"


def test_plain_http_only_points_the_way(site: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=20)
    connection.request("GET", "/alerts?kind=x", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{site.host}/alerts?kind=x")
    connection.close()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "monitor.example.evil.example", "localhost:8501"])
def test_another_host_gets_no_answer(site: Front, host: str) -> None:
    with pytest.raises((http.client.RemoteDisconnected, http.client.BadStatusLine)):
        site.ask("/", host=host)
    plain = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=20)
    plain.request("GET", "/", headers={"Host": host})
    with pytest.raises(http.client.RemoteDisconnected):
        plain.getresponse()
    plain.close()
    with pytest.raises((ssl.SSLError, ConnectionError)):
        site.connect("evil.example")


@pytest.mark.parametrize("host", ["monitor.example", "monitor.example:1"])
def test_the_dashboard_itself_knows_its_names(site: Front, host: str) -> None:
    """nginx compares names without ports; the dashboard compares both."""
    assert site.ask("/", host=host)[0] == 403


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/x", "/_stcore/upload_file/a/b", "//_stcore/metrics", "/%5fstcore/metrics"])
def test_closed_ways(site: Front, path: str) -> None:
    assert site.ask(path)[0] == 403


def test_a_body_that_is_too_large(site: Front) -> None:
    assert site.ask("/", "POST", b"x" * (65 << 10))[0] == 413


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://{host}", 101), ("http://{host}", 403), ("https://evil.example", 403), ("null", 403), (None, 403)],
)
def test_a_websocket_from_our_own_pages_only(site: Front, origin: str | None, status: int) -> None:
    headers = HANDSHAKE | ({"Origin": origin.format(host=site.host)} if origin else {})
    found = site.ask("/_stcore/stream", **headers)[0]
    # Where signing in is asked for, a stranger's socket is refused even from our own page.
    assert found == status or (status == 101 and found == 403)


# --- what the proxy passes on -----------------------------------------------------------------------


def test_who_asks_is_said_by_the_proxy_alone(echo: Front) -> None:
    forged = {
        "X_Forwarded_For": "10.0.0.1", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example", "X_Forwarded_Port": "1",
        "X_Real_IP": "10.0.0.1", "Forwarded": "for=10.0.0.1;host=evil.example",
    }
    _, _, body = echo.ask("/", **forged)
    arrived = json.loads(body)["headers"]
    told = {name: value for name, value in arrived if name.startswith("x-") or name == "forwarded"}
    assert told == {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}
    assert [value for name, value in arrived if name == "host"] == [echo.host]


def test_cookies_are_made_safe(echo: Front) -> None:
    _, headers, _ = echo.ask("/")
    flags = {part.strip().lower() for part in headers["set-cookie"].split(";")[1:]}
    assert {"secure", "samesite=strict"} <= flags and "samesite=none" not in flags


def test_passwords_are_not_guessed_quickly(echo: Front) -> None:
    statuses = [echo.ask("/login", "POST", b"name=a&password=b")[0] for _ in range(20)]
    assert statuses[:11] == [200] * 11
    assert set(statuses[12:]) == {429}
    assert {echo.ask("/login")[0] for _ in range(5)} == {200}
    assert echo.ask("/")[0] == 200


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: monitor.exam", b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nx"])
def test_a_client_that_dawdles_is_let_go(echo: Front, begun: bytes) -> None:
    with echo.connect() as connection:
        if begun:
            connection.sendall(begun.replace(b"{host}", echo.host.encode()))
        try:
            # Ends when the server has had enough; with 20 seconds of silence the socket would raise instead.
            while connection.recv(4096):
                continue
        except ConnectionError:
            pass


def test_the_log_holds_no_query(echo: Front) -> None:
    with echo.connect() as connection:
        # Let go after a second or at the end of this test, and logged then: after the line looked for, or before it.
        connection.sendall(f"GET /dawdling HTTP/1.1\r\nHost: {echo.host}\r\n".encode())
        echo.ask("/alerts?name=%E5%BC%A0%E4%B8%89", Referer="https://monitor.example/?name=secret")
        (line,) = echo.logged("/alerts")
        assert "name" not in line and "secret" not in line and "%E5" not in line
    written = (echo.folder / "monitor.log").read_text()
    assert "secret" not in written and "%E5" not in written


# --- in the browser ---------------------------------------------------------------------------------


def test_every_page_through_the_proxy_and_nothing_leaves(browser: Browser, site: Front, people: People) -> None:
    """All requests of a session over every page are recorded: the proxy is all the browser ever asks."""
    quiet = [argument for argument in QUIET if not argument.startswith("--host-resolver-rules")]
    # The only name there is: any other look-up fails, and would show as a failed request.
    rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    outer = browser.browser_type.launch(executable_path=chromium(), args=[*quiet, rules, *as_root])
    try:
        context = outer.new_context(locale="zh-CN", ignore_https_errors=True, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(30_000)
        page = context.new_page()
        watched = Watched(page)
        sockets: list[str] = []
        context.on("request", lambda made: watched.requests.append(made.url))
        page.on("websocket", lambda opened: sockets.append(opened.url))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        # Over https the session's cookie is called so, and a browser takes it from this host alone.
        context.add_cookies([{
            "name": "__Host-monitor-session", "value": people.token("shuju"), "url": f"https://{site.host}/",
            "secure": True, "httpOnly": True, "sameSite": "Strict",
        }])
        page.goto(f"https://{site.host}/")
        watched.idle()
        links = page.get_by_test_id("stSidebarNavLink")
        names = links.all_inner_texts()
        assert len(names) > 3
        for number in range(len(names)):
            links.nth(number).click()
            watched.idle()
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        assert cookies and all(cookie["secure"] and cookie["sameSite"] == "Strict" for cookie in cookies.values()), cookies
        asked = {urlsplit(url).netloc for url in [*watched.requests, *sockets] if urlsplit(url).scheme not in ("data", "blob", "about")}
        assert asked == {site.host}
        assert {urlsplit(url).scheme for url in sockets} == {"wss"}
        assert watched.errors == []
    finally:
        outer.close()
