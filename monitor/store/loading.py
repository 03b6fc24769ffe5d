"""Taking one file into the store: read, checked, matched against what is known, written, committed.

All or nothing: everything is written to a staging directory, made durable, moved into place, and begins to exist when
the manifest that names it replaces the old one. Every row read ends as accepted, a duplicate or rejected.

Versions are settled here, not at each run: a row equal to the current one of its key is a duplicate; a differing one
supersedes it, and the pair is written down in a small table of outdated rows that runs leave out.

Each step is a module of its own, in this order: reading, keying, row_files (with rejections and sealed_texts), versions,
extent, refunds, flags, committing. This one calls them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from monitor.access.moment import CHINA
from monitor.intake import categories
from monitor.intake.checks import Cleaning
from monitor.intake.coded import CodedValues
from monitor.intake.columns import TABLES, Table
from monitor.intake.reading import Chunk, Export, open_export
from monitor.intake.unused import PERHAPS_CUT, UnknownValue, Unused, left_out, refuse_unused
from monitor.policy.codes import tables_digest
from monitor.store.committing import committing
from monitor.store.engine import DuckEngine
from monitor.store.extent import Extent, extent_of, write_sums
from monitor.store.flags import Flags
from monitor.store.home import Store
from monitor.store.keying import Keying
from monitor.store.manifest import SHEET_LINES, Load
from monitor.store.reading import Reading
from monitor.store.refunds import Refunds
from monitor.store.rejections import Rejections
from monitor.store.room import Room
from monitor.store.row_files import RowFiles
from monitor.store.sealed_texts import SealedTexts
from monitor.store.versions import Versions

_SQL = Room(Path(__file__).parent).sql
#: Bytes a row takes at least, about: how many rows a file may have.
_SHORTEST = 32
_UNKNOWN_CATEGORY = "unknown_category"

Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What became of one file. ``batch`` is the load it is in; ``known_before`` says the same bytes came earlier;
    ``advice``: what to do about rejected rows where a sentence a reason is too little."""

    file: str
    batch: str
    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    known_before: bool = False
    rejections: Path | None = None
    advice: str = ""
    #: What of the file was not used as it stands, and values of coded columns that nobody knows.
    unused: tuple[Unused, ...] = ()
    unknown_values: tuple[UnknownValue, ...] = ()


@dataclass(frozen=True)
class _File:
    """A file, opened, and how it is read: ``codes`` of categories, ``tables`` (the digest) of codes; ``now``: the commit time."""

    export: Export
    table: Table
    codes: Mapping[str, str] | None
    tables: str
    now: str

    @property
    def loaded_on(self) -> date:
        """The day of the load, in China."""
        return datetime.fromisoformat(self.now).astimezone(CHINA).date()


def load_file(
    store: Store,
    path: Path,
    table: Table,
    now: str,
    encoding: str | None = None,
    category_codes: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total: None,
    strict: bool = False,
) -> Outcome:
    """Take one file in as one batch. ``now`` is the commit time, ISO 8601 with offset; ``strict``: not at all where anything
    of it is not used.

    Raises IntakeError when the file as a whole cannot be taken in; then nothing of it is kept.
    """
    tables = tables_digest(store.home.tables)
    with open_export(path, table, encoding, at_once=True) as export:
        try:
            file = _File(export, table, category_codes, tables, now)
            outcome = _came_before(store, file) or _load(store, file, progress, strict)
            if outcome is not None:
                if strict and outcome.known_before:
                    refuse_unused(outcome.file, outcome.unused, outcome.unknown_values)
                return outcome
        except Exception:
            # Whatever failed, what is wrong with the file as a whole comes first; and a file that is not what its beginning
            # made it seem may well have failed for that.
            if export.proved():
                raise
        # It began like UTF-8 and is not: its encoding is known by now and stated.
        decided = export.decided
    return load_file(store, path, table, now, decided, category_codes, progress, strict)


def _came_before(store: Store, file: _File) -> Outcome | None:
    """What to say of bytes that were loaded before, as soon as they are known to be those.

    Where something in them was unknown then and the bureau has other tables now, they are read again.
    """
    sha256 = file.export.digest_by_now()
    for earlier in store.manifest.of_table(file.table.name):
        if earlier.sha256 == sha256:
            unknown = earlier.unknown_values or earlier.reasons.get(_UNKNOWN_CATEGORY)
            latest = max(load.number for load in store.manifest.of_table(file.table.name) if load.sha256 == sha256)
            if earlier.number != latest or (unknown and earlier.tables != file.tables):
                continue
            return Outcome(
                file.export.name, earlier.batch, read=earlier.read, duplicates=earlier.read, known_before=True,
                unused=earlier.unused or (), unknown_values=earlier.unknown_values or (),
            )
    return None


def _load(store: Store, file: _File, progress: Progress, strict: bool) -> Outcome | None:
    """Take the opened file in; None where it turns out not to be in the encoding it is read in, and nothing is kept."""
    export, taken = file.export, 0
    begun = Load(
        number=len(store.manifest.loads) + 1, table=file.table.name, file=export.name, sha256="", committed_at=file.now,
        encoding=export.encoding, columns=list(export.columns), read=0, accepted=0, duplicates=0, rejected=0,
        reasons={}, flags={}, months={}, districts=[], files={},
    )
    with committing(store, begun.batch) as staged, store.engine_scope() as engine:
        keying = _keying(store, engine, file)
        coded = CodedValues(file.table, store.home.tables, file.codes)
        with closing(Reading(keying, file.table, file.codes, coded, file.loaded_on)) as reading:
            taking = _Taking(store, engine, staged.directory, begun, file, keying)
            for chunk in reading.chunks(export.chunks()):
                if (before := _came_before(store, file)) is not None:
                    return before
                taking.write(chunk)
                taken += chunk.bytes_read
                progress(taken, export.size)
            if not export.proved():
                return None
            if (before := _came_before(store, file)) is not None:
                return before
            outcome, extent = taking.finish(coded.unknown_values())
            if strict:
                refuse_unused(outcome.file, outcome.unused, outcome.unknown_values)
            staged.keep(replace(
                begun, sha256=export.digest(), read=outcome.read, accepted=outcome.accepted, duplicates=outcome.duplicates,
                rejected=outcome.rejected, reasons=dict(outcome.reasons), flags=dict(outcome.flags), months=extent.months,
                districts=extent.districts, years=extent.years, hashes_by=taking.versions.made_by, unused=outcome.unused,
                unknown_values=outcome.unknown_values, tables=file.tables,
            ))
    if outcome.rejected:
        outcome.rejections = store.loads / begun.batch / "rejections.csv"
    return outcome


def _keying(store: Store, engine: DuckEngine, file: _File) -> Keying:
    stored = sum(load.accepted for load in store.manifest.of_table(file.table.name))
    return Keying(store, engine, engine.beside(), file.table, stored, file.export.size // _SHORTEST)


class _Taking:
    """The steps of one load after its rows are read, over the tables of one engine."""

    def __init__(
        self, store: Store, engine: DuckEngine, directory: Path, load: Load, file: _File, keying: Keying
    ) -> None:
        self._store, self._engine, self._directory, self._load, self._file = store, engine, directory, load, file
        engine.execute("CREATE TABLE this_load AS SELECT ?::INTEGER AS batch", [load.number])
        self._flags = Flags(engine, directory)
        self._sealed = SealedTexts(store.sealer, directory, load.batch)
        self._rejections = Rejections(load, file.table)
        self._rows = RowFiles(engine, directory, file.table, keying, self._sealed, self._rejections)
        self.versions = Versions(store, engine, load, directory, keying.known)
        self._cleaning = Cleaning(engine.connection, file.table, file.codes, file.loaded_on)

    def write(self, chunk: Chunk) -> None:
        """Write the good rows of a chunk; say what is wrong with the others; set apart what may be known already."""
        for bad in chunk.malformed:
            self._rejections.add(bad.line, bad.column, bad.reason)
        self._rejections.read += chunk.rows.num_rows + len(chunk.malformed)
        if chunk.rows.num_rows:
            self._rows.take(chunk.rows, self._cleaning)
        self._rejections.refuse_hopeless()

    def finish(self, unknown: tuple[UnknownValue, ...]) -> tuple[Outcome, Extent]:
        """All chunks are written: what became of the file, and what its rows cover.

        Raises IntakeError where there is no row of data, or too many are rejected.
        """
        rejections, export = self._rejections, self._file.export
        self._rows.finish(self._cleaning)
        outcome = Outcome(
            self._load.file, self._load.batch, read=rejections.read, rejected=rejections.rejected, reasons=rejections.reasons,
            advice=self._advice(), unused=(*export.unused, *left_out(export.name, export.sheets, rejections.left_out)),
            unknown_values=unknown,
        )
        rejections.refuse_empty()
        rejections.refuse_too_many(outcome.advice, unknown)
        rejections.write(self._directory / "rejections.csv")
        outcome.duplicates = self._leave_out_duplicates()
        outcome.accepted = outcome.read - outcome.rejected - outcome.duplicates
        extent = self._settle(outcome.accepted) if outcome.accepted else Extent()
        for entry in outcome.unused:
            if entry.name == PERHAPS_CUT:
                place = export.sheets.index(entry.sheet) if entry.sheet in export.sheets else 0
                self._flags.add(self._load.number, place * SHEET_LINES + entry.count, "perhaps_cut")
        outcome.flags = self._flags.write()
        return outcome, extent

    def _advice(self) -> str:
        """What to do about rejected rows where a sentence a reason is too little."""
        if self._rejections.reasons[_UNKNOWN_CATEGORY]:
            return categories.advice(self._file.codes, self._store.home.tables)
        return categories.MERGED if self._rejections.reasons["missing_category"] else ""

    def _leave_out_duplicates(self) -> int:
        """Rows that repeat what is known leave the files again; how many they are."""
        engine, table = self._engine, self._file.table.name
        duplicates = self.versions.settle(self._rows.apart)
        if duplicates and table == "identities":
            # A full roster repeats most of what is known: which rows it repeats is worth knowing (review).
            engine.make("repeated", _SQL("repeated"))
            engine.write("repeated", self._directory / "repeated.parquet")
        if duplicates and table == "people":
            self._sealed.drop_contacts(engine.select("SELECT line FROM duplicates").column("line"))
        return duplicates

    def _settle(self, accepted: int) -> Extent:
        """The rows that are kept, table ``parts``, against all rows before them: what they cover, supersede and give back."""
        engine, table = self._engine, self._file.table
        engine.table("parts", self.versions.parts())
        assert engine.count("parts") == accepted, "what is counted is what is kept"
        self._flags.add_own()
        extent = extent_of(engine, table)
        same = [load for load in self._store.manifest.of_table(table.name) if load.sha256 == self._file.export.digest()]
        if self.versions.confirm([load for load in same if load.accepted]):
            self._flags.add_versions()
        if table.name == "settlements":
            write_sums(engine, extent.years, self._directory)
            Refunds(self._store, engine, self._directory, self.versions).pair()
        self._flags.add_conflicts()
        return extent


def table_named(name: str) -> Table:
    """The input table of that name, one of ``columns.TABLES``."""
    return TABLES[name]
