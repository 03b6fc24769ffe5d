"""Several processes at the audit, the accounts and the sessions at once, on both databases: one chain, no act lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from office import GOOD, Office

from monitor.base.vocabulary import AuditAction, Refused, Role

TESTS = Path(__file__).resolve().parents[1]

APPEND = """
for number in range(int(count)):
    with office.access.begin() as connection:
        office.access.audit.append(connection, office.root, AuditAction.SHOWN, f"run:{own}-{number}", now=office.at(number), where="t")
"""
GUESS = """
for number in range(int(count)):
    office.sign_in("li.na", f"guess {own} {number}", client=f"10.0.{own}.{number}")
"""
FACTS = """
from monitor.access.audit import Fact
facts = [Fact(f"load:{n:04d}-settlements", "os:x", AuditAction.IMPORTED, "batch", office.at(n), "t", {}) for n in range(int(count))]
with office.access.begin() as connection:
    office.access.audit.append_facts(connection, facts, now=office.at(99))
"""
PROCESS = """
import sys
from pathlib import Path
directory, url, own, count = sys.argv[1:]
from monitor.access import passwords
from monitor.access.argon2id import Argon2idHasher
passwords.HASHER = Argon2idHasher(time_cost=1, memory_cost=8, parallelism=1)
from office import Office
from monitor.base.vocabulary import AuditAction
office = Office(Path(directory), url or None)
{work}
office.close()
"""
Processes = Callable[[str, int, int], None]


@pytest.fixture
def office(tmp_path: Path, database: str | None) -> Iterator[Office]:
    made = Office(tmp_path, database)
    yield made
    made.close()


@pytest.fixture
def at_once(office: Office, tmp_path: Path, database: str | None) -> Processes:
    def run(work: str, processes: int, count: int) -> None:
        running = [
            subprocess.Popen(
                [sys.executable, "-c", PROCESS.format(work=work), str(tmp_path), database or "", str(own), str(count)],
                cwd=TESTS, env={**os.environ, "PYTHONPATH": str(TESTS)}, stderr=subprocess.PIPE, text=True,
            )
            for own in range(processes)
        ]
        for process in running:
            _, said = process.communicate(timeout=120)
            assert process.returncode == 0, said

    return run


def test_four_processes_write_one_chain(office: Office, at_once: Processes) -> None:
    at_once(APPEND, 4, 25)
    verdict = office.verdict()
    assert (verdict.entries, verdict.broken) == (100, None)
    head = office.access.audit.head()
    assert head is not None and head.sequence == 100
    written = [entry.object for entry in office.entries()]
    for own in range(4):
        assert [name for name in written if name.startswith(f"run:{own}-")] == [f"run:{own}-{n}" for n in range(25)]


def test_eight_threads_write_one_chain(office: Office) -> None:
    def write(own: int) -> None:
        for number in range(10):
            with office.access.begin() as connection:
                office.access.audit.append(
                    connection, office.root, AuditAction.SHOWN, f"run:{own}-{number}", now=office.at(number), where="t"
                )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert (office.verdict().entries, office.verdict().broken) == (80, None)


def test_guessing_in_parallel_gets_no_more_tries(office: Office, at_once: Processes) -> None:
    office.member("li.na", Role.OFFICER)
    at_once(GUESS, 4, 5)
    refused = office.entries(action=AuditAction.SIGN_IN_REFUSED)
    reasons = [json.loads(entry.detail)["reason"] for entry in refused]
    assert (reasons.count("wrong"), reasons.count("locked")) == (5, 15)
    assert office.sign_in("li.na", GOOD[0]).reason is Refused.LOCKED  # type: ignore[union-attr]
    assert office.verdict().broken is None


def test_four_processes_write_each_fact_once(office: Office, at_once: Processes) -> None:
    at_once(FACTS, 4, 20)
    assert sorted(entry.fact or "" for entry in office.entries()) == [f"load:{n:04d}-settlements" for n in range(20)]
    assert office.verdict().broken is None
