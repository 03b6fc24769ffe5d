"""A child process, with what it took: whole seconds from start to exit, and the most memory it ever held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.base.errors import MonitorError

#: Settings of the user's own installation that must not reach a measured one.
_NOT_INHERITED = (
    "MONITOR_HOME", "MONITOR_DATABASE_URL", "MONITOR_POLICIES", "MONITOR_DEBUG", "PYTHONDONTWRITEBYTECODE",
)


@dataclass(frozen=True)
class Ran:
    """``seconds`` of the wall clock, start-up included; ``cpu_seconds`` of all cores together, which others' work on
    the machine disturbs less; ``megabytes``: peak resident memory; ``found``: its JSON."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    found: dict[str, Any]


#: Runs ``python -m MODULE ARGUMENT…``, which answers with one JSON object or nothing.
Runner = Callable[[str, Sequence[str]], Ran]

#: The modules whose answer is read. What others say is for people.
_ANSWERING = ("monitor", "bench.step")

#: Where this package lies: it is not installed, and a child has to find it.
_TESTS = Path(__file__).resolve().parents[1]

#: ``python -m``, but ``sys.stdout`` is a file of its own. File descriptor 1 stays what libraries written in C print to:
#: DuckDB's progress bar goes there, and once stood in front of the JSON.
_START = """\
import runpy, sys
sys.stdout = open(int(sys.argv[1]), "w", encoding="utf-8")
sys.argv[:2] = []
sys.argv[0], module = "-m", sys.argv[0]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def child_processes(directory: Path) -> Runner:
    """Children with keys and compiled modules below ``directory``: nothing of the user's own is read or written.

    Compiled modules are kept, so that after a rehearsal start-up takes what it takes a user.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    environment |= {
        "MONITOR_KEYS": str(directory / "keys"),
        "PYTHONPYCACHEPREFIX": str(directory / "compiled"),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(_TESTS), os.environ.get("PYTHONPATH")))),
    }

    def run(module: str, arguments: Sequence[str]) -> Ran:
        with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as errors:
            started = time.perf_counter()
            child = subprocess.Popen(
                [sys.executable, "-c", _START, str(answer.fileno()), module, *arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, pass_fds=[answer.fileno()],
            )
            try:
                # wait4 and not wait: it alone gives the memory of this child and no other.
                _, status, used = os.wait4(child.pid, 0)
            except BaseException:
                child.kill()
                child.wait()
                raise
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            answer.seek(0)
            errors.seek(0)
            if child.returncode:
                said = errors.read().decode(errors="replace").strip().splitlines()
                raise MonitorError(
                    f"测速步骤 {module} {' '.join(arguments[:3])} 失败（退出码 {child.returncode}）"
                    f"：{said[-1] if said else '没有说明'}；请先解决该问题再测"
                )
            cpu_seconds = used.ru_utime + used.ru_stime
            return Ran(seconds, cpu_seconds, used.ru_maxrss / 1024, json_of(answer.read().decode(), module))

    return run


def median(measured: Sequence[Ran]) -> Ran:
    """The middle one by seconds."""
    return sorted(measured, key=lambda one: one.seconds)[len(measured) // 2]


def json_of(text: str, module: str) -> dict[str, Any]:
    """The one JSON object a child answered with; empty of a module that has none. Raises MonitorError for anything else: half
    an answer must not become a missing figure somewhere later."""
    if module not in _ANSWERING:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise MonitorError(f"测速步骤 {module} 的结果不是一个 JSON 对象，无法取数；请把该步骤单独运行一次，看它输出了什么")
    return found
