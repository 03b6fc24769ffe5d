"""The rig of the browser tests: a small home, the real dashboard as a process, Debian's Chromium in front of it.

Nothing waits for time to pass: the server is asked whether it is up, the page whether its script has finished.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import People
from playwright.sync_api import Browser, ConsoleMessage, Request, WebSocket, expect, sync_playwright
from watching import Watched

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
#: Identity numbers of everybody in the sample.
PERSONAL = re.compile(r"(?<![0-9a-f])99[0-9]{15}[0-9Xx]")

#: How often the server is asked before the test gives up: each attempt waits a fifth of a second at most.
ATTEMPTS = 300
ATTEMPT_SECONDS = 0.2

#: How long something is waited for. Streamlit fetches each kind of element's script when the first of them is shown: on a machine
#: with much to do, that is long after the page's own script has finished.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

# Chromium looks for updates, its maker's hosts and experiments of its own accord; the tests are about our requests.
# The resolver rule makes sure: no name but this machine's can be looked up at all.
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def chromium() -> str:
    """Debian's Chromium, or the browser MONITOR_CHROMIUM names; the test is skipped where there is none."""
    found = os.environ.get("MONITOR_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk libatomic1")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    # Chromium's own sandbox refuses to run as root; the pages it shows here are ours.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *as_root])
        yield browser
        browser.close()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Asks the server's health page until it answers; a server that died or never answers fails with its log."""
    for _ in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=ATTEMPT_SECONDS) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        try:
            # The pause between attempts, cut short by the death of the server.
            process.wait(timeout=ATTEMPT_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the dashboard did not come up:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="session")
def demo_home(private_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with Weihai's committed sample in it and one official run: an ordinary day's sight, on 2025-12-31."""
    home = tmp_path_factory.mktemp("browser") / "home"
    sample = ROOT / "sample_data" / "weihai-2022-15"

    def monitor(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "--home", str(home), *arguments],
            cwd=ROOT, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"monitor {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"

    for kind in ("incomes", "people", "identities", "settlements"):
        # The plain file before its corrections: a later load wins.
        files = sorted(sample.glob(f"{kind}*.csv"), key=lambda path: len(path.name))
        monitor("import", kind, *map(str, files))
    as_of = (sample / "as_of.txt").read_text(encoding="utf-8").strip()
    monitor("run", "--document", "weihai-2022-15", "--as-of", as_of)
    # No telephone among these tests; the second factor has its own (tests/dashboard/test_door.py).
    (home / "access.toml").write_text("second_factor = []\n", encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def people(demo_home: Path) -> People:
    """The accounts of the demo home: a data manager, an officer in each of two districts, an administrator."""
    return People(demo_home)


@pytest.fixture(scope="session")
def dashboard(demo_home: Path, people: People) -> Iterator[str]:
    """The address of a dashboard running over the demo home; what it logs is in test-artifacts/dashboard*.log."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ARTIFACTS.mkdir(exist_ok=True)
    log = ARTIFACTS / f"dashboard{os.environ.get('PYTEST_XDIST_WORKER', '')}.log"  # each process has its own dashboard
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "serve", "--home", str(demo_home), "--port", str(port)],
            cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        try:
            wait_until_up(process, url, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    # What a service manager would keep of the server's own words.
    assert not PERSONAL.search(log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture
def watched(stranger: Watched, dashboard: str, people: People) -> Watched:
    """The same page, in which the data manager has signed in."""
    stranger.enter(dashboard, people.token("shuju"))
    return stranger


@pytest.fixture
def stranger(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A new page in a clean profile, speaking Chinese, with its requests and its complaints on record; nobody is signed in.

    After a failed test its last sight is in test-artifacts/.
    """
    context = browser.new_context(locale="zh-CN", accept_downloads=True, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Watched(page)

    def on_request(made: Request) -> None:
        seen.requests.append(made.url)

    def on_socket(opened: WebSocket) -> None:
        seen.requests.append(opened.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            seen.errors.append(f"{message.text} ({message.location.get('url', '')})")

    context.on("request", on_request)
    page.on("websocket", on_socket)
    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    failed_before = request.session.testsfailed
    yield seen
    # Addresses stay in histories and in logs of proxies: nobody is in one.
    assert [url for url in seen.requests if PERSONAL.search(url)] == []
    if request.session.testsfailed > failed_before:
        page.screenshot(path=ARTIFACTS / f"{request.node.name}.png", full_page=True)
    context.close()
