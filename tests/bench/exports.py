"""The files everything is measured on: a year of settlements in one clean UTF-8 file, and a later batch of new ones.

Clean, because a bare CSV copy stops at the first damaged row, and there would be nothing to compare with. Kept from
one bench to the next: ``made.json``, written last, says what a directory holds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.processes import Runner

DOCUMENT = "weihai-2022-15"
YEAR = 2025
SETTLEMENTS_A_PERSON = 10
#: The later batch has so many rows fewer: about what one month brings.
LATER_SHARE = 10

_BLOCK = 16 << 20


@dataclass(frozen=True)
class Parameters:
    """What was asked of the generator. The files hold about 2 % more rows: refunds, corrections, repetitions."""

    settlements: int
    people: int
    year: int
    document: str = DOCUMENT
    seed: int = 1


@dataclass(frozen=True)
class Files:
    """Where the files of one year lie."""

    directory: Path

    @property
    def settlements(self) -> Path:
        return self.directory / "settlements.csv"

    def register(self) -> list[tuple[str, Path]]:
        """What is imported before the settlements, as (table, file)."""
        return [(table, self.directory / f"{table}.csv") for table in ("people", "identities", "incomes")]


def year_of(settlements: int) -> Parameters:
    """A year of so many settlements, ten to a person."""
    return Parameters(settlements, max(1, settlements // SETTLEMENTS_A_PERSON), YEAR)


def later_than(year: Parameters) -> Parameters:
    """A tenth as many settlements of the next year, by the same people."""
    return Parameters(max(1, year.settlements // LATER_SHARE), year.people, year.year + 1)


def generate(runner: Runner, parameters: Parameters, directory: Path, new_ids: bool = False) -> Files:
    """The files in ``directory``, from an earlier bench where they are those asked for.

    ``new_ids``: settlement ids that no other generated file has (the generator numbers every year's alike).
    """
    wanted = {**asdict(parameters), "new_ids": new_ids}
    files, made = Files(directory), directory / "made.json"
    if made.exists() and json.loads(made.read_text()) == wanted and files.settlements.exists():
        return files
    shutil.rmtree(directory, ignore_errors=True)
    arguments: Sequence[object] = (
        "generate", "--clean", "--split", "none", "--people", parameters.people, "--settlements",
        parameters.settlements, "--year", parameters.year, "--document", parameters.document, "--seed",
        parameters.seed, "--output", directory,
    )
    runner("sample_data", [str(argument) for argument in arguments])
    if new_ids:
        renumber(files.settlements)
    made.write_text(json.dumps(wanted))
    return files


def renumber(file: Path) -> None:
    """Give every settlement, and what refers to it, another id: 99S… becomes 99T… (nothing else starts like that)."""
    other = file.with_suffix(".renumbering")
    with file.open("rb") as source, other.open("wb") as out:
        while block := source.read(_BLOCK):
            out.write((block + source.readline()).replace(b"99S", b"99T"))
    other.replace(file)


def into_cache(file: Path) -> int:
    """Read the file once, so that both sides find it in the page cache; its size in bytes."""
    size = 0
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            size += len(block)
    return size
