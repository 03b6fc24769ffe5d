"""A PostgreSQL of the tests' own: a cluster in a temporary directory, reached by a socket in it, on no port.

PostgreSQL refuses to run as root; then it runs as the user Debian's package made for it.

A directory with a home may have its case database here: its file ``database`` has the address then, and whoever copies the
directory copies the database, too.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url


def programs() -> Path | None:
    """Where initdb and postgres lie: Debian keeps them out of the path, one directory a version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Cluster:
    """Running from the beginning; ``stop`` ends it and removes its files."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.directory = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user = None if os.getuid() else self._unprivileged()
        self._numbers = itertools.count(1)
        data = str(self.directory / "data")
        self._run("initdb", "-D", data, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        # Nothing here outlives the tests, so nothing has to reach the disk.
        options = f"-k {self.directory} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=40"
        self._run("pg_ctl", "-D", data, "-l", str(self.directory / "log"), "-o", options, "-w", "start")

    def _unprivileged(self) -> str:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(self.directory, user)
        return user

    def _run(self, program: str, *arguments: str) -> None:
        said = self.directory / f"{program}.out"
        # Into a file: a pipe would be kept open by the server that is started here.
        with said.open("w", encoding="utf-8") as out:
            done = subprocess.run(
                [self._programs / program, *arguments], user=self._user, cwd=self.directory, check=False, stdout=out,
                stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )
        assert done.returncode == 0, said.read_text(encoding="utf-8")

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"monitor{next(self._numbers)}"
        with psycopg.connect(f"host={self.directory} dbname=postgres user=monitor", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return f"postgresql+psycopg://monitor@/{name}?host={self.directory}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.directory)


ADDRESS = "MONITOR_DATABASE_URL"


def copy(source: Path, target: Path) -> None:
    """The directory, and its database where it has one here; nobody may be connected to that."""
    shutil.copytree(source, target)
    if not (source / "database").exists():
        return
    url = make_url((source / "database").read_text(encoding="utf-8"))
    name = f"copy_{hashlib.sha256(str(target).encode()).hexdigest()[:20]}"
    with psycopg.connect(f"host={url.query['host']} dbname=postgres user=monitor", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {url.database}")  # type: ignore[arg-type]
    (target / "database").write_text(str(url.set(database=name)), encoding="utf-8")


def environment(directory: Path) -> dict[str, str]:
    """What the program is told to work in this directory."""
    there = directory / "database"
    address = {ADDRESS: there.read_text(encoding="utf-8")} if there.exists() else {}
    return {"MONITOR_KEYS": str(directory / "keys"), **address}


def enter(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the program works in this directory."""
    for name, value in environment(directory).items():
        monkeypatch.setenv(name, value)
