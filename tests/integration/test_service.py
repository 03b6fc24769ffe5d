"""deploy/monitor.service, judged by systemd itself; and what `monitor serve --host-name` takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "monitor.service"
Monitor = Callable[..., subprocess.CompletedProcess[str]]

#: systemd's own scale goes from 0 (nothing left to harm) to 10; below 2 it says OK. Without a home to write to, without a
#: socket for the dashboard and without a user there would be less, and no program.
MOST_EXPOSED = 1.5


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("no systemd on this machine: apt-get install systemd")
    environment = os.environ | {"SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "LANG": "C.UTF-8"}
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, env=environment)


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """As it stands, but for the program: that is where the bundle puts it, on a bureau's machine."""
    copy = tmp_path / "monitor.service"
    text = UNIT.read_text(encoding="utf-8")
    assert "/opt/monitor/bin/monitor" in text
    copy.write_text(text.replace("/opt/monitor/bin/monitor", "/bin/true"), encoding="utf-8")
    done = analyze("verify", str(copy))
    assert done.returncode == 0, done.stderr
    assert str(copy) not in done.stderr and "monitor.service" not in done.stderr, done.stderr


def test_systemd_finds_little_to_harm() -> None:
    done = analyze("security", "--offline=yes", f"--threshold={int(MOST_EXPOSED * 10)}", "--no-pager", str(UNIT))
    assert done.returncode == 0, done.stdout
    found = re.search(r"exposure level for monitor\.service: ([0-9.]+)", done.stdout)
    assert found and float(found[1]) <= MOST_EXPOSED, done.stdout


def test_what_the_unit_starts_is_what_the_program_takes(call_monitor: Monitor) -> None:
    """The words of ExecStart are options of this program; a home that is not there is all that is missing."""
    (line,) = re.findall(r"^ExecStart=/opt/monitor/bin/monitor (.+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    answer = call_monitor(*line.split())
    assert answer.returncode == 1 and "数据目录" in answer.stderr


@pytest.mark.parametrize("name", ["https://monitor.example", "monitor.example/", "a b", "", ".example", "a..b", "monitor.example:0", "*", "名.example"])
def test_what_is_no_host_name_is_wrong_usage(call_monitor: Monitor, name: str) -> None:
    answer = call_monitor("serve", "--host-name", name)
    assert answer.returncode == 2 and "--host-name" in answer.stderr


@pytest.mark.parametrize(
    ("name", "host"), [("Monitor.Example", "monitor.example"), ("monitor.example:443", "monitor.example"), ("a:8443", "a:8443")]
)
def test_a_host_name_is_taken_as_browsers_write_it(name: str, host: str) -> None:
    from monitor.commands.grammar import build_parser

    assert build_parser().parse_args(["serve", "--host-name", name]).host_name == [host]
