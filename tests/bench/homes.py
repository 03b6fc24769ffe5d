"""A home filled and run by the real command line, so that what is timed is what a bureau's officer waits for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import delete

from bench.exports import DOCUMENT, YEAR, Files
from bench.processes import Ran, Runner
from monitor.base.settings import Home
from monitor.casework.database import migrate, open_database
from monitor.casework.tables import runs, search_marks
from monitor.store import manifest as manifests
from monitor.store.manifest import Manifest

AS_OF = f"{YEAR}-12-31"


@dataclass(frozen=True)
class BenchHome:
    """One home below the bench's directory."""

    runner: Runner
    home: Home

    def rebuild(self) -> None:
        """Begin with nothing."""
        shutil.rmtree(self.home.path, ignore_errors=True)

    def take(self, table: str, file: Path) -> Ran:
        """``monitor import``."""
        return self.runner("monitor", ["--home", str(self.home.path), "import", table, str(file), "--json"])

    def take_register(self, files: Files) -> dict[str, float]:
        """People, identities and incomes; the seconds of each."""
        return {table: round(self.take(table, file).seconds, 3) for table, file in files.register()}

    def run(self) -> Ran:
        """``monitor run``, made anew: an earlier run of the same facts is forgotten first."""
        self.forget_runs()
        return self.assess(AS_OF)

    def assess(self, as_of: str) -> Ran:
        """``monitor run`` as of a day, after whatever runs there are."""
        return self.runner(
            "monitor", ["--home", str(self.home.path), "run", "--document", DOCUMENT, "--as-of", as_of, "--json"]
        )

    def forget_runs(self) -> None:
        """Take every run out of the manifest, the case database (which stays, as a bureau's does) and its files away."""
        manifests.commit(self.home.manifest, replace(manifest_of(self.home), runs=(), latest_run=None))
        shutil.rmtree(self.home.runs, ignore_errors=True)
        engine = open_database(self.home.database_url)
        migrate(engine, self.home.database_url)
        with engine.begin() as connection:
            connection.execute(delete(runs))
            connection.execute(delete(search_marks))
        engine.dispose()


def manifest_of(home: Home) -> Manifest:
    """The manifest of a home that was filled before."""
    manifest = manifests.read(home.manifest)
    assert manifest is not None
    return manifest


def settlement_files(home: Home) -> list[Path]:
    """The Parquet files of settlements a run reads."""
    return [
        home.path / "loads" / load.batch / name
        for load in manifest_of(home).of_table("settlements") for name in sorted(load.files)
        if name.startswith("part-")
    ]


def run_directory(home: Home) -> Path:
    """Where the latest run's files lie."""
    return home.runs / manifest_of(home).run(None).run


def empty_case_database(directory: Path) -> None:
    """A case database without a run, in a directory of its own, as a home has had it since its first import."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    url = f"sqlite:///{directory / 'casework.sqlite'}"
    engine = open_database(url)
    migrate(engine, url)
    engine.dispose()
