"""`make bundle`'s archive on a machine without a network: installed, used, upgraded, taken back; the home stays as it is.

The machine is a network namespace with nothing in it but its own loopback; what is started there can reach nobody.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data" / "weihai-2022-15"

pytestmark = pytest.mark.slow

#: Run within the namespace, by Debian's Python alone: nothing of the checkout's environment is in sight.
WITHIN = r"""
import fcntl, json, os, socket, struct, subprocess, sys, time, urllib.request
from pathlib import Path

steps = json.loads(sys.argv[1])
assert sorted(name for _, name in socket.if_nameindex()) == ["lo"], socket.if_nameindex()
with socket.socket() as probe:
    # Up, as on any machine; the namespace begins with it down. SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP.
    flags = struct.unpack("16sh", fcntl.ioctl(probe, 0x8913, struct.pack("16sh", b"lo", 0))[:18])[1]
    fcntl.ioctl(probe, 0x8914, struct.pack("16sh", b"lo", flags | 1))
    try:
        probe.connect(("192.0.2.1", 80))
        raise SystemExit("there is a network")
    except OSError:
        pass

said = []
for step in steps:
    if step[0] != "serve":
        done = subprocess.run(step, capture_output=True, text=True)
        said.append([done.returncode, done.stdout, done.stderr])
        continue
    log = open(step[2], "wb")
    process = subprocess.Popen([step[1], "serve", "--port", "8501"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    status = "no answer"
    for _ in range(300):
        try:
            with urllib.request.urlopen("http://127.0.0.1:8501/_stcore/health", timeout=1) as answer:
                status = answer.status
                break
        except OSError:
            try:
                process.wait(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                continue
    process.terminate()
    process.wait(timeout=30)
    said.append([status, "", Path(step[2]).read_text()])
print(json.dumps(said))
"""


def bundle(output: Path, *options: object) -> Path:
    """An archive, unpacked. What `make bundle` runs."""
    done = subprocess.run(
        [sys.executable, "deploy/bundle.py", "--output", output, *map(str, options)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = output.glob("*.tar")
    digest, name = (output / f"{archive.name}.sha256").read_text().split()
    assert (digest, name) == (hashlib.sha256(archive.read_bytes()).hexdigest(), archive.name)
    with tarfile.open(archive) as packed:
        packed.extractall(output, filter="data")
    return output / archive.stem


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of this tree, under an older number."""
    return bundle(tmp_path_factory.mktemp("old"), "--version", "0.0.1")


@pytest.fixture(scope="module")
def new(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same under a newer one; no second way to the index."""
    return bundle(tmp_path_factory.mktemp("new"), "--version", "0.0.2", "--wheels", old / "wheels")


def offline(directory: Path, *steps: tuple[object, ...]) -> list[tuple[object, str, str]]:
    """The steps in a namespace without a network: exit code (or the status of the dashboard), stdout, stderr of each."""
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(directory), "LANG": "C.UTF-8", "PIP_NO_COMPILE": "1",
        "MONITOR_HOME": str(directory / "home"), "MONITOR_KEYS": str(directory / "keys"),
    }
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", sys.executable, "-I", "-c", WITHIN, json.dumps([list(map(str, step)) for step in steps])],
        cwd=directory, env=environment, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


def test_what_is_in_it(old: Path) -> None:
    names = {path.name for path in old.iterdir()}
    assert names >= {"install.sh", "switch.sh", "SHA256SUMS", "requirements.txt", "pip.pyz", "docs", "README.zh-CN.md", "CHANGELOG.md"}
    assert {path.name for path in (old / "deploy").iterdir()} == {"nginx.conf", "monitor.service"}
    listed = {line.split("  ")[1] for line in (old / "SHA256SUMS").read_text().splitlines()}
    assert listed == {f"./{path.relative_to(old)}" for path in old.rglob("*") if path.is_file()} - {"./SHA256SUMS"}
    required = (old / "requirements.txt").read_text()
    assert "pytest" not in required and "streamlit==" in required
    assert "./wheels/monitor-0.0.1-" in required
    wheels = sorted(path.name for path in (old / "wheels").iterdir())
    assert len(wheels) == len(set(wheels)) == len(list((old / "wheels").glob("*.whl")))


def test_installed_used_upgraded_and_taken_back_without_a_network(old: Path, new: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "opt"
    monitor = prefix / "bin" / "monitor"
    python = getattr(sys, "_base_executable", sys.executable)
    install = [("bash", each / "install.sh", "--prefix", prefix, "--python", python) for each in (old, new)]
    files = [
        (kind, *sorted(SAMPLE.glob(f"{kind}*.csv"), key=lambda path: len(path.name)))
        for kind in ("incomes", "people", "identities", "settlements")
    ]
    run = (monitor, "run", "--document", "weihai-2022-15", "--as-of", (SAMPLE / "as_of.txt").read_text().strip())
    said = offline(
        tmp_path,
        install[0],
        *((monitor, "import", *each) for each in files),
        run, (monitor, "alerts"), (monitor, "accounts", "add", "li.na", "--display", "李娜", "--role", "administrator"),
        ("serve", monitor, tmp_path / "old.log"),
        (*install[1], "--no-switch"), (monitor, "--version"), (prefix / "switch", "0.0.2"), (monitor, "--version"),
        run, (monitor, "alerts"),
        (prefix / "switch", "0.0.1"), (monitor, "--version"), (monitor, "alerts"), (prefix / "switch",),
        install[0], (prefix / "switch", "0.0.3"),
    )
    codes = [code for code, _, _ in said]
    assert codes == [0] * 8 + [200] + [0] * 10 + [1, 1], [entry for entry in said if entry[0] not in (0, 200)]
    versions = [out.strip() for _, out, _ in said if out.strip() in ("0.0.1", "0.0.2")]
    assert versions == ["0.0.1", "0.0.2", "0.0.1"]
    lists = [out for _, out, _ in said if out.startswith("as_of,document")]
    assert lists[0].splitlines() == (SAMPLE / "expected_alerts.csv").read_text(encoding="utf-8-sig").splitlines()
    # Run again by another version it is another run, the successor of the first: the same people and sums, continuing.
    parsed = [list(csv.DictReader(io.StringIO(out))) for out in lists]
    states = [{row.pop("state") for row in rows} for rows in parsed]
    assert parsed[0] == parsed[1] and states[:2] == [{"new"}, {"continuing"}]
    # What the newer version has made, the older one reads.
    assert lists[2] == lists[1]
    assert "0.0.1（当前）" in said[-3][1]
    assert "已在" in said[-2][2] and "没有安装版本 0.0.3" in said[-1][2]
    assert "/site-packages/" in str(next((prefix / "versions" / "0.0.2").rglob("monitor/run.py")))


def spoilt(bundle: Path, folder: Path, name: str, content: bytes, checked: bool) -> Path:
    """A copy with one file changed, its checksum too where ``checked``."""
    copy = folder / "bundle"
    copy.mkdir()
    for path in bundle.iterdir():
        if path.name not in (name, "SHA256SUMS"):
            (copy / path.name).symlink_to(path)
    (copy / name).write_bytes(content)
    sums = (bundle / "SHA256SUMS").read_text().splitlines(keepends=True)
    if checked:
        digest = hashlib.sha256(content).hexdigest()
        sums = [f"{digest}  ./{name}\n" if line.endswith(f"  ./{name}\n") else line for line in sums]
    (copy / "SHA256SUMS").write_text("".join(sums))
    return copy


@pytest.mark.parametrize(
    ("name", "content", "checked", "says"),
    [
        ("pip.pyz", b"PK\x05\x06" + bytes(18), False, "SHA256SUMS"),
        ("BUNDLE", b"version=0.0.9\nfits=cp399-linux-z80\n", True, "cp399-linux-z80"),
        ("requirements.txt", b"plotly==7.1.0 --hash=sha256:" + b"0" * 64 + b"\n", True, "没有装上"),
    ],
)
def test_a_bundle_that_is_refused(old: Path, tmp_path: Path, name: str, content: bytes, checked: bool, says: str) -> None:
    bad = spoilt(old, tmp_path, name, content, checked)
    (found,) = offline(tmp_path, ("bash", bad / "install.sh", "--prefix", tmp_path / "opt", "--python", sys.executable))
    assert found[0] == 1
    assert says in str(found[2])
    assert [path for path in (tmp_path / "opt").rglob("*") if path.is_file()] == []
