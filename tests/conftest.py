"""What every test relies on: nothing of the user's is touched, nothing leaves the machine, nothing is random.

A skipped test counts as failed when CI=true: a browser missing there is a mistake, not a circumstance.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent

# Derandomised: the same examples on every machine, so a red run is red again for whoever looks. No deadline:
# the first example of a property pays for DuckDB's start.
hypothesis.settings.register_profile(
    "monitor", derandomize=True, deadline=None, max_examples=50, database=None, print_blob=False
)
hypothesis.settings.load_profile("monitor")

#: How many times as many examples as otherwise; more than once makes them other ones each time.
EXAMPLES = int(os.environ.get("MONITOR_TEST_EXAMPLES", "1"))

Monitor = Callable[..., subprocess.CompletedProcess[str]]


# --- a skip is a failure under CI -----------------------------------------------------------------


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    expected_failure = hasattr(report, "wasxfail")
    if os.environ.get("CI") == "true" and report.skipped and not expected_failure:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure under CI=true: {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


#: How many cases there are of each test, by file and name, of the files that are collected whole: for SECURITY.md's figures.
CASES = pytest.StashKey[Counter[tuple[str, str]]]()


@pytest.hookimpl(tryfirst=True)  # before -k and -m take some away
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The browser last: it is the slowest, and Playwright keeps an event loop running that asyncio.run would meet."""
    whole = not any("::" in argument for argument in config.args)
    names = [item.nodeid.partition("[")[0].rpartition("::") for item in items] if whole else []
    config.stash[CASES] = Counter((file, name) for file, _, name in names)
    if EXAMPLES > 1:
        for item in items:
            _soak(item)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _soak(item: pytest.Item) -> None:
    """More examples of a property; what is found is shown as it can be tried again."""
    test = getattr(item, "obj", None)
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    if own is not None:
        test = getattr(test, "__func__", test)
        examples = own.max_examples * EXAMPLES
        test._hypothesis_internal_use_settings = hypothesis.settings(own, max_examples=examples, derandomize=False, print_blob=True)


@pytest.fixture(scope="session")
def cases(request: pytest.FixtureRequest) -> Counter[tuple[str, str]]:
    """How many cases there are of each test, by file and name; empty where single tests were asked for."""
    return request.config.stash[CASES]


# --- nothing leaves the machine -------------------------------------------------------------------

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


class NetworkRefused(OSError):
    """A test asked for an address outside this machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections and look-ups beyond loopback are refused; one that is tried fails the test, caught or not.

    Guards this process only: the browser tests watch the browser's requests themselves.
    """
    asked: list[str] = []

    def refuse(host: object) -> None:
        asked.append(str(host))
        raise NetworkRefused(f"tests have no network: {host}")

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
                refuse(address[0])
            return original(self, address)

        return call

    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if (host.decode() if isinstance(host, bytes) else host) not in LOOPBACK | {"0.0.0.0", "::"}:
            refuse(host)
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    assert not asked, f"this test reached for the network: {asked}"


# --- nothing of the user's is touched -------------------------------------------------------------


def _private(directory: Path) -> dict[str, str]:
    """The environment that keeps home, keys and settings of whoever runs the tests out of them."""
    return {
        "MONITOR_HOME": str(directory / "home"),
        "MONITOR_KEYS": str(directory / "keys"),
        "XDG_CONFIG_HOME": str(directory / "config"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="session", autouse=True)
def private_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For the whole session, so that a session-wide fixture is as safe as a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MONITOR_DATABASE_URL", raising=False)
        patch.delenv("MONITOR_POLICIES", raising=False)
        for name, value in _private(tmp_path_factory.mktemp("user")).items():
            patch.setenv(name, value)
        yield


#: What must be in no log, whatever the tests did: identity numbers of region 99, and the names of the committed sample.
PERSONAL = re.compile(r"(?<![0-9a-f])99[0-9]{15}[0-9Xx]")


@pytest.fixture(scope="session", autouse=True)
def quiet_logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """After the whole session: nobody of the tests or the sample data is in any log a home was left with."""
    yield
    sample = (ROOT / "sample_data" / "weihai-2022-15" / "people.csv").read_text(encoding="utf-8-sig")
    names = {row["psn_name"] for row in csv.DictReader(sample.splitlines()) if len(row["psn_name"]) > 1}
    told = []
    for path in tmp_path_factory.getbasetemp().rglob("logs/*.jsonl"):
        text = path.read_text(encoding="utf-8")
        # Chinese stands in JSON lines escaped, if at all.
        told += [str(path) for name in names if name in text or json.dumps(name)[1:-1] in text]
        told += [str(path)] * len(PERSONAL.findall(text))
    assert told == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, not yet made; MONITOR_HOME and MONITOR_KEYS point into its directory."""
    for name, value in _private(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A password's hash costs a quarter of a second and 64 MiB on purpose; not in this process's tests. What bureaus get
    is looked at by tests/unit/test_sign_in.py, and by every test that runs the program as a process."""
    from monitor.access import passwords
    from monitor.access.argon2id import Argon2idHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", Argon2idHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def run_monitor(home: Path) -> Monitor:
    """``run_monitor("alerts", "--format", "csv")``: the command line as a process, whatever its exit code."""
    own = home

    def run(
        *args: object, home: Path | None = None, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "monitor", "--home", str(home or own), *map(str, args)],
            cwd=ROOT, env={**os.environ, **environment}, capture_output=True, encoding="utf-8",
            timeout=timeout, check=False, stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def call_monitor(home: Path) -> Monitor:
    """The same within this process: no start-up to pay for, and a debugger can step in."""
    from monitor.__main__ import main

    own = home

    def call(*args: object, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        argv = ["--home", str(home or own), *map(str, args)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(argv)
            except SystemExit as left:  # argparse leaves this way: 2 for wrong usage, 0 for --help
                code = left.code if isinstance(left.code, int) else 1
        return subprocess.CompletedProcess(argv, code, out.getvalue(), err.getvalue())

    return call


# --- databases ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL cluster of this session's own; ``postgres.database()`` is the address of a new database."""
    from postgres import Cluster, programs

    where = programs()
    if where is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    cluster = Cluster(where)
    yield cluster
    cluster.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """Each test with both databases a bureau may have: None is the home's own SQLite."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
