"""Taking one file into the store: read, checked, matched against what is known, written, committed.

All or nothing: everything is written to a staging directory, made durable, moved into place, and begins to exist when
the manifest that names it replaces the old one. Every row read ends as accepted, a duplicate or rejected.

Versions are settled here, not at each run: a row equal to the current one of its key is a duplicate; a differing one
supersedes it, and the pair is written down in a small table of outdated rows that runs leave out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.access.moment import CHINA
from monitor.base.errors import IntakeError
from monitor.intake import categories
from monitor.intake.checks import REASONS, Cleaning
from monitor.intake.coded import CodedValues
from monitor.intake.columns import OPTIONAL, TABLES, Table
from monitor.intake.reading import Chunk, Export, open_export
from monitor.intake.scrubbing import scrub
from monitor.intake.unused import LEFT_OUT, PERHAPS_CUT, UnknownValue, Unused, left_out, refuse_unused
from monitor.policy.codes import tables_digest
from monitor.store.engine import DuckEngine
from monitor.store.files import settle
from monitor.store.home import Store, staging
from monitor.store.keying import Keying
from monitor.store.manifest import SHEET_LINES, Load, YearHeld
from monitor.store.refunds import Refunds
from monitor.store.versions import Versions

_SQL = Path(__file__).parent
_REFUSED_SHARE = 5  # more than one row in five rejected: the file is not what it claims to be
#: So many rejected, and fewer than one row in five good: the rest of the file would not change that, and is not read.
_HOPELESS = 100_000
#: Rejections and flagged rows are listed up to this many a file; the counts are always whole.
LISTED = 100_000
#: Rows that may be known already are kept in memory up to this many before they are written to a file of their own.
_APART = 100_000
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
            outcome = _came_before(store, table, export, tables)
            outcome = outcome or _load(store, export, table, now, category_codes, progress, strict, tables)
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


def _came_before(store: Store, table: Table, export: Export, tables: str) -> Outcome | None:
    """What to say of bytes that were loaded before, as soon as they are known to be those.

    Where something in them was unknown then and the bureau has other tables now, they are read again.
    """
    sha256 = export.digest_by_now()
    for earlier in store.manifest.of_table(table.name):
        if earlier.sha256 == sha256:
            unknown = earlier.unknown_values or earlier.reasons.get(_UNKNOWN_CATEGORY)
            latest = max(load.number for load in store.manifest.of_table(table.name) if load.sha256 == sha256)
            if earlier.number != latest or (unknown and earlier.tables != tables):
                continue
            return Outcome(
                export.name, earlier.batch, read=earlier.read, duplicates=earlier.read, known_before=True,
                unused=earlier.unused or (), unknown_values=earlier.unknown_values or (),
            )
    return None


def _load(
    store: Store, export: Export, table: Table, now: str, category_codes: Mapping[str, str] | None, progress: Progress,
    strict: bool, tables: str,
) -> Outcome | None:
    """Take the opened file in; None where it turns out not to be in the encoding it is read in, and nothing is kept."""
    number = len(store.manifest.loads) + 1
    load = Load(
        number=number, table=table.name, file=export.name, sha256="", committed_at=now,
        encoding=export.encoding, columns=list(export.columns), read=0, accepted=0, duplicates=0, rejected=0,
        reasons={}, flags={}, months={}, districts=[], files={},
    )
    with (
        staging(store, load.batch) as directory,
        store.engine_scope() as engine,
        # Whatever happens, its worker is done before the engine is closed.
        closing(_Ahead(store, engine, table, category_codes, day_of(now), export.size)) as ahead,
    ):
        taking = _Taking(store, engine, directory, load, table, category_codes, ahead.keying)
        taken = 0
        for chunk in ahead.chunks(export):
            if (before := _came_before(store, table, export, tables)) is not None:
                return before
            taking.chunk(chunk)
            taken += chunk.bytes_read
            progress(taken, export.size)
        if not export.proved():
            return None
        if (before := _came_before(store, table, export, tables)) is not None:
            return before
        outcome = taking.finish(export, ahead.coded.unknown_values())
        if strict:
            refuse_unused(outcome.file, outcome.unused, outcome.unknown_values)
        hashes = settle(directory, store.loads / load.batch)
    done = replace(
        load, sha256=export.digest(), read=outcome.read, accepted=outcome.accepted, duplicates=outcome.duplicates,
        rejected=outcome.rejected, reasons=dict(outcome.reasons), flags=dict(outcome.flags),
        months=dict(sorted(taking.months.items())), districts=sorted(filter(None, taking.districts)), files=hashes,
        hashes_by=taking.versions.made_by, years=dict(sorted(taking.years.items())),
        unused=outcome.unused, unknown_values=outcome.unknown_values, tables=tables,
    )
    store.commit(replace(store.manifest, loads=(*store.manifest.loads, done)))
    if outcome.rejected:
        outcome.rejections = store.loads / load.batch / "rejections.csv"
    return outcome


class _Ahead:
    """The next chunks are scrubbed and their people become keys, by a connection of its own, while the caller writes this one."""

    def __init__(
        self, store: Store, engine: DuckEngine, table: Table, codes: Mapping[str, str] | None, loaded_on: date, size: int
    ) -> None:
        self._engine, self._table = engine, table
        self._beside = engine.beside()
        self._worker = ThreadPoolExecutor(1, "ahead")
        self._cleaning = Cleaning(self._beside.connection, table, codes, loaded_on)
        self.coded = CodedValues(table, store.home.tables, codes)
        stored = sum(load.accepted for load in store.manifest.of_table(table.name))
        self.keying = Keying(store, engine, self._beside, table, stored, size // _SHORTEST)
        self._recalled = self._worker.submit(self.keying.recall)

    def chunks(self, export: Export) -> Iterator[Chunk]:
        """The export's chunks, scrubbed; of each the tables of ``Keying.take``."""
        chunks, before = export.chunks(), _Sheets()
        self._recalled.result()
        # One is ready and one is being made, so that neither side waits for the other.
        ahead = deque(self._worker.submit(self._next, chunks, before) for _ in range(2))
        while (chunk := ahead.popleft().result()) is not None:
            if chunk.rows.num_rows:
                self.keying.take()
            ahead.append(self._worker.submit(self._next, chunks, before))
            yield chunk

    def _next(self, chunks: Iterator[Chunk], before: _Sheets) -> Chunk | None:
        chunk = next(chunks, None)
        if chunk is None:
            return None
        before.renumber(chunk)
        if chunk.rows.num_rows:
            chunk.rows = scrub(self._table, chunk.rows, self.coded)
            self._cleaning.take(chunk.rows)
            self.keying.key_ahead()
        return chunk

    def close(self) -> None:
        self.keying.give_up()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._beside.close()


class _Sheets:
    """Rows of a workbook's later sheets are numbered on, so that a row's number is one number whatever the file."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def renumber(self, chunk: Chunk) -> None:
        if chunk.sheet not in self._names:
            self._names.append(chunk.sheet)
        before = self._names.index(chunk.sheet) * SHEET_LINES
        if before:
            chunk.malformed = [replace(bad, line=before + bad.line) for bad in chunk.malformed]
            chunk.rows = chunk.rows.set_column(0, "line", pc.add(chunk.rows.column("line"), before))


class _Taking:
    """The loading of one file, chunk by chunk, in one engine."""

    def __init__(
        self, store: Store, engine: DuckEngine, directory: Path, load: Load, table: Table,
        codes: Mapping[str, str] | None, keying: Keying,
    ) -> None:
        self.store, self.engine, self.directory, self.load, self.table = store, engine, directory, load, table
        self.outcome = Outcome(load.file, load.batch)
        self.months: dict[str, int] = {}
        self.districts: set[str] = set()
        self.years: dict[str, YearHeld] = {}
        self._codes, self._keying = codes, keying
        self._rejections: list[tuple[int, str, str]] = []
        self._left_out: Counter[tuple[int, str]] = Counter()
        self._nameless = 0
        self._written = 0
        self._apart: list[pa.Table] = []
        self._parts_apart: list[Path] = []
        engine.execute("CREATE TABLE this_load AS SELECT ?::INTEGER AS batch", [load.number])
        engine.execute("CREATE TABLE flagged (batch INTEGER, line INTEGER, flag VARCHAR)")
        engine.execute("CREATE TABLE rejected (line BIGINT, reasons VARCHAR[])")
        self.versions = Versions(store, engine, load, directory, keying.known)
        self._cleaning = Cleaning(engine.connection, table, codes, day_of(load.committed_at))

    def _sql(self, step: str) -> Path:
        return _SQL / f"{self.table.name}_{step}.sql"

    def chunk(self, chunk: Chunk) -> None:
        """Write the good rows of a scrubbed chunk; say what is wrong with the others; set apart what may be known already."""
        for bad in chunk.malformed:
            self._reject(bad.line, bad.column, bad.reason)
        rows = chunk.rows
        self.outcome.read += rows.num_rows + len(chunk.malformed)
        if rows.num_rows:
            self._write_chunk(rows)
        if self._counted() > max(_HOPELESS, self.outcome.read * (_REFUSED_SHARE - 1) // _REFUSED_SHARE):
            raise self._too_many_rejected()

    def _write_chunk(self, rows: pa.Table) -> None:
        apart = self._keying.repeated
        if len(apart):
            self._apart.append(rows.filter(pc.is_in(rows.column("line"), apart)))
        self._write(rows, apart)
        if sum(part.num_rows for part in self._apart) > _APART:
            self._write_apart()

    def _write_apart(self) -> None:
        if self._apart:
            rows, self._apart = pa.concat_tables(self._apart), []
            self._keying.take_apart()
            path = self._write(rows, pa.chunked_array([], pa.int64()))
            if path is not None:
                self._parts_apart.append(path)

    def _write(self, rows: pa.Table, left: pa.ChunkedArray) -> Path | None:
        """The good ones of the rows, except the lines ``left`` for later, into a file of their own; None without any."""
        self._written += 1
        name = f"{self._written:05d}"
        part = self.directory / f"part-{name}.parquet"
        self._cleaning.take(rows)
        written = self.engine.write_rows(self._sql("rows"), part)
        good = left
        if not written:
            part.unlink()
        elif self.table.name == "people":
            self._write_sealed(self.engine.rows(self._sql("contacts")), f"contacts-{name}.sealed")
        rejected = rows.num_rows - len(left) - written
        if rejected:
            # A second look at few rows, for what the first did not have to spell out.
            if written:
                good = pa.chunked_array([*left.chunks, *_lines(part).chunks], pa.int64())
            self._cleaning.take(rows.filter(pc.invert(pc.is_in(rows.column("line"), good))))
            self._reject_all(rejected)
        else:
            self.engine.execute("DELETE FROM rejected")
        if len(left):
            self._keying.set_apart()
        if self._keying.sight():
            self._seal_names(name)
        self._cleaning.release()
        return part if written else None

    def _reject_all(self, rejected: int) -> None:
        """Table ``rejected``: the rows of ``cleaned`` that are not taken in, each with its reasons."""
        found = self.engine.make("rejected", _SQL / "rejected.sql")
        assert found == rejected, "every row is written, set apart or rejected"
        for line, reasons in self.engine.execute("SELECT line, reasons FROM rejected ORDER BY line").fetchall():
            column, _, reason = reasons[0].partition(":")
            self._reject(line, column, reason)

    def _seal_names(self, name: str) -> None:
        """Names and numbers of the good rows leave the engine only sealed."""
        if self.engine.make("new_sightings", _SQL / "new_sightings.sql"):
            # A line shows one combination: that is an order.
            rows = self.engine.select("SELECT * FROM new_sightings ORDER BY line")
            self._write_sealed(rows, f"names-{name}.sealed")
            pq.write_table(
                rows.select(["person", "psn", "name", "batch", "line"]),
                self.directory / f"sightings-{name}.parquet",
            )

    def _write_sealed(self, rows: pa.Table, name: str) -> None:
        buffer = io.BytesIO()
        pq.write_table(rows, buffer, compression="zstd")
        sealed = self.store.sealer.seal(buffer.getvalue(), f"{self.load.batch}/{name}")
        (self.directory / name).write_bytes(sealed)

    def _reject(self, line: int, column: str, reason: str) -> None:
        self.outcome.rejected += 1
        self.outcome.reasons[reason] += 1
        if reason in LEFT_OUT:
            self._nameless += not column
            self._left_out[self.load.place(line)[0] - 1, reason] += 1
        if len(self._rejections) < LISTED:
            self._rejections.append((line, column, reason))

    def finish(self, export: Export, unknown: tuple[UnknownValue, ...]) -> Outcome:
        engine, outcome = self.engine, self.outcome
        outcome.unknown_values = unknown
        self._write_apart()
        outcome.unused = (*export.unused, *left_out(export.name, export.sheets, self._left_out))
        if outcome.reasons[_UNKNOWN_CATEGORY]:
            outcome.advice = categories.advice(self._codes, self.store.home.tables)
        elif outcome.reasons["missing_category"]:
            outcome.advice = categories.MERGED
        # Rows of nothing but amounts or blanks are left out beside data, not instead of it: then the columns were lost.
        if outcome.read == self._decoration() and (outcome.read == 0 or self._nameless):
            instead = f"；确实没有的，请用 monitor none {self.table.name} 登记" if self.table in OPTIONAL else ""
            raise IntakeError(f"文件 {export.name} 只有表头，没有数据行；未导入任何内容，请核对导出是否完整{instead}")
        if self._counted() * _REFUSED_SHARE > outcome.read - self._decoration():
            raise self._too_many_rejected()
        if self._rejections:
            self._write_rejections(export.name)
        outcome.duplicates = self._settle_versions()
        outcome.accepted = outcome.read - outcome.rejected - outcome.duplicates
        if outcome.accepted:
            engine.table("parts", self.versions.parts())
            assert engine.count("parts") == outcome.accepted, "what is counted is what is kept"
            engine.make("flags_found", _SQL / "flags_found.sql")
            engine.execute("INSERT INTO flagged FROM flags_found")
            self._count_months_and_districts()
            same = [load for load in self.store.manifest.of_table(self.table.name) if load.sha256 == export.digest()]
            if self.versions.confirm([load for load in same if load.accepted]):
                engine.execute(
                    "INSERT INTO flagged SELECT by_batch, by_line, CASE WHEN batch = by_batch THEN"
                    " 'same_key_different_content' ELSE 'supersedes' END FROM confirmed"
                )
            if self.table.name == "settlements":
                self._add_up()
                Refunds(self.store, engine, self.directory, self.versions).pair()
            self._flag_conflicts()
        for entry in outcome.unused:
            if entry.name == PERHAPS_CUT:
                place = export.sheets.index(entry.sheet) if entry.sheet in export.sheets else 0
                last = [self.load.number, place * SHEET_LINES + entry.count, "perhaps_cut"]
                engine.execute("INSERT INTO flagged VALUES (?, ?, ?)", last)
        for flag, rows in engine.execute("SELECT flag, count(*) FROM flagged GROUP BY flag ORDER BY flag").fetchall():
            outcome.flags[flag] = rows
        if outcome.flags:
            engine.make("flags_out", _SQL / "flags_out.sql")
            engine.write("flags_out", self.directory / "flags.parquet")
        return outcome

    def _counted(self) -> int:
        """Rejected rows that speak against the file."""
        return self.outcome.rejected - self._decoration()

    def _decoration(self) -> int:
        """Rejected rows that were left out as totals, repeated headings or notes."""
        return sum(self.outcome.reasons[reason] for reason in LEFT_OUT)

    def _too_many_rejected(self) -> IntakeError:
        outcome = self.outcome
        worst = "、".join(
            f"{REASONS[reason]} {rows} 行" for reason, rows in outcome.reasons.most_common(3) if reason not in LEFT_OUT
        )
        first = next((row for row in self._rejections if row[2] not in LEFT_OUT), None)
        where = f"，首处在第 {self.load.place_text(first[0])} 行 {_column_label(self.table, first[1])}".rstrip() if first else ""
        where += "".join(f"，不认识的取值 {value.column}“{value.value}” {value.count} 行" for value in outcome.unknown_values[:3])
        return IntakeError(
            f"文件 {outcome.file} 读入 {outcome.read} 行，其中 {self._counted()} 行不合格，超过 20%，整个文件未导入"
            f"（{worst}{where}）；{outcome.advice or '请更正后重新导出'}"
        )

    def _settle_versions(self) -> int:
        """Rows that repeat what is known leave the files again; how many they are."""
        duplicates = self.versions.settle(self._parts_apart)
        if duplicates and self.table.name == "identities":
            # A full roster repeats most of what is known: which rows it repeats is worth knowing (review).
            self.engine.make("repeated", _SQL / "repeated.sql")
            self.engine.write("repeated", self.directory / "repeated.parquet")
        if duplicates and self.table.name == "people":
            self._drop_contacts()
        return duplicates

    def _drop_contacts(self) -> None:
        repeated = self.engine.select("SELECT line FROM duplicates").column("line")
        for path in sorted(self.directory.glob("contacts-*.sealed")):
            rows = pq.read_table(io.BytesIO(self.store.sealer.open(path.read_bytes(), f"{self.load.batch}/{path.name}")))
            left = rows.filter(pc.invert(pc.is_in(rows.column("line"), repeated)))
            if left.num_rows:
                self._write_sealed(left, path.name)
            else:
                path.unlink()

    def _count_months_and_districts(self) -> None:
        if self.table.name == "settlements":
            for month, district, settlements, first, last, latest in self.engine.execute(
                (_SQL / "stored_months.sql").read_text(encoding="utf-8")
            ).fetchall():
                self.months[month] = self.months.get(month, 0) + settlements
                self.districts.add(district)
                year = month[:4]
                held = self.years.get(year) or YearHeld(first, last, latest)
                self.years[year] = YearHeld(min(first, held.first), max(last, held.last), max(latest, held.latest))
        elif self.table.name == "people":
            found = self.engine.execute("SELECT DISTINCT insu_admdvs FROM parts").fetchall()
            self.districts.update(district for (district,) in found)

    def _add_up(self) -> None:
        """What the rows of each year come to by person, a file a year: a run need not read them one by one (assess/years.py)."""
        self.engine.execute("CREATE OR REPLACE TEMP VIEW unsummed AS FROM parts")
        for year in self.years:
            self.engine.execute("SET VARIABLE window_first = ?::TIMESTAMP", [f"{year}-01-01"])
            self.engine.execute("SET VARIABLE window_past = ?::TIMESTAMP", [f"{int(year) + 1:04d}-01-01"])
            self.engine.write_rows(_SQL / "settlements_sums.sql", self.directory / f"sums-{year}.parquet")

    def _flag_conflicts(self) -> None:
        """Two names on one number, one psn_no on two numbers: first shown by this load."""
        shown_now = sorted(self.directory.glob("sightings-*.parquet"))
        if not shown_now:
            return
        self.engine.table("shown_now", shown_now)
        self.engine.make("conflicts", _SQL / "conflicts.sql")
        self.engine.execute("INSERT INTO flagged SELECT batch, line, flag FROM conflicts")

    def _write_rejections(self, file_name: str) -> None:
        with (self.directory / "rejections.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["文件", "行号", "列", "列名", "原因代码", "原因"])
            for line, column, reason in sorted(self._rejections):
                where = [file_name, self.load.place_text(line), column, _column_label(self.table, column)]
                writer.writerow([*where, reason, REASONS[reason]])


def day_of(now: str) -> date:
    """The day a time of a load is in, in China."""
    return datetime.fromisoformat(now).astimezone(CHINA).date()


def _lines(part: Path) -> pa.ChunkedArray:
    return pq.read_table(part, columns=["line"]).column("line").cast(pa.int64())


def _column_label(table: Table, column: str) -> str:
    return next((c.heading for c in table.columns if c.name == column), column)


def table_named(name: str) -> Table:
    """The input table of that name, one of ``columns.TABLES``."""
    return TABLES[name]
