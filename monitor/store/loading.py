"""Taking one file into the store: read, checked, matched against what is known, written, committed.

All or nothing: everything is written to a staging directory, made durable, moved into place, and begins to exist when
the manifest that names it replaces the old one. Every row read ends as accepted, a duplicate or rejected.

Versions are settled here, not at each run: a row equal to the current one of its key is a duplicate; a differing one
supersedes it, and the pair is written down in a small table of outdated rows that runs leave out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.access.hashing import pads
from monitor.errors import IntakeError
from monitor.intake.checks import REASONS, clean
from monitor.intake.columns import TABLES, Table
from monitor.intake.reading import Chunk, Export, open_export
from monitor.store.engine import DuckEngine, table_of
from monitor.store.files import settle
from monitor.store.home import Store, staging
from monitor.store.manifest import SHEET_LINES, Load

_SQL = Path(__file__).parent
_REFUSED_SHARE = 5  # more than one row in five rejected: the file is not what it claims to be
#: Rejections and flagged rows are listed up to this many a file; the counts are always whole.
LISTED = 100_000
#: A totals row is an export's decoration, not damaged data: it does not count towards the refusal.
_TOTALS = "totals_row"

#: The kinds of text that become keys, a table each: what this load has met, so that each is hashed once.
_KEY_TABLES = (
    "CREATE TABLE certno_keys (text VARCHAR, key DECIMAL(38, 0))",
    "CREATE TABLE psn_no_keys (text VARCHAR, key DECIMAL(38, 0))",
    "CREATE TABLE name_keys (text VARCHAR, key DECIMAL(38, 0))",
    "CREATE TABLE household_keys (text VARCHAR, key DECIMAL(38, 0))",
    "CREATE TABLE contact_keys (text VARCHAR, key DECIMAL(38, 0))",
)
_KEEP_FRESH = (
    "INSERT INTO certno_keys SELECT text, key FROM fresh_keys WHERE kind = 'certno'",
    "INSERT INTO psn_no_keys SELECT text, key FROM fresh_keys WHERE kind = 'psn_no'",
    "INSERT INTO name_keys SELECT text, key FROM fresh_keys WHERE kind = 'name'",
    "INSERT INTO household_keys SELECT text, key FROM fresh_keys WHERE kind = 'household'",
    "INSERT INTO contact_keys SELECT text, key FROM fresh_keys WHERE kind = 'contact'",
)

Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What became of one file. ``batch`` is the load it is in; ``known_before`` says the same bytes came earlier."""

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
    ignored_columns: tuple[str, ...] = ()


def load_file(
    store: Store,
    path: Path,
    table: Table,
    now: str,
    encoding: str | None = None,
    category_codes: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Take one file in as one batch. ``now`` is the commit time, ISO 8601 with offset.

    Raises IntakeError when the file as a whole cannot be taken in; then nothing of it is kept.
    """
    with open_export(path, table, encoding) as export:
        sha256 = export.digest()
        for earlier in store.manifest.loads:
            if earlier.sha256 == sha256 and earlier.table == table.name:
                return Outcome(
                    export.name, earlier.batch, read=earlier.read, duplicates=earlier.read, known_before=True
                )
        number = len(store.manifest.loads) + 1
        load = Load(
            number=number, table=table.name, file=export.name, sha256=sha256, committed_at=now,
            encoding=export.encoding, columns=list(export.columns), read=0, accepted=0, duplicates=0, rejected=0,
            reasons={}, flags={}, months={}, districts=[], files={},
        )
        with staging(store, load.batch) as directory, store.engine_scope() as engine:
            taking = _Taking(store, engine, directory, load, table, category_codes)
            taken = 0
            for chunk in export.chunks():
                taking.chunk(chunk)
                taken += chunk.bytes_read
                progress(taken, export.size)
            outcome = taking.finish(export)
            hashes = settle(directory, store.loads / load.batch)
        done = replace(
            load, read=outcome.read, accepted=outcome.accepted, duplicates=outcome.duplicates,
            rejected=outcome.rejected, reasons=dict(outcome.reasons), flags=dict(outcome.flags),
            months=dict(sorted(taking.months.items())), districts=sorted(taking.districts), files=hashes,
        )
        store.commit(replace(store.manifest, loads=(*store.manifest.loads, done)))
        if outcome.rejected:
            outcome.rejections = store.loads / load.batch / "rejections.csv"
        return outcome


class _Taking:
    """The loading of one file, chunk by chunk, in one engine."""

    def __init__(
        self, store: Store, engine: DuckEngine, directory: Path, load: Load, table: Table, codes: Mapping[str, str] | None
    ) -> None:
        self.store, self.engine, self.directory, self.load, self.table, self.codes = (
            store, engine, directory, load, table, codes,
        )
        self.outcome = Outcome(load.file, load.batch)
        self.months: dict[str, int] = {}
        self.districts: set[str] = set()
        self._sheets: list[str] = []
        self._rejections: list[tuple[int, str, str]] = []
        self._parts = 0
        self._sql = {
            step: (_SQL / f"{table.name}_{step}.sql")
            for step in ("narrow", "keyed", "rows", "versions", "sightings", "contacts")
            if (_SQL / f"{table.name}_{step}.sql").exists()
        }
        inner, outer = pads(store.keys.hash)
        engine.table("this_load", table_of({"batch": pa.int32()}, [{"batch": load.number}]))
        engine.execute("CREATE TABLE hash_pads AS SELECT ?::BLOB AS inner_pad, ?::BLOB AS outer_pad", [inner, outer])
        for create in _KEY_TABLES:
            engine.execute(create)
        engine.execute("CREATE TABLE superseding (batch INTEGER, line INTEGER, by_batch INTEGER, by_line INTEGER)")
        engine.execute("CREATE TABLE repeated (batch INTEGER, line INTEGER)")
        engine.execute("CREATE TABLE flagged (batch INTEGER, line INTEGER, flag VARCHAR)")
        self._know_the_store()

    def _know_the_store(self) -> None:
        """The current version of every row already in the store, as three numbers each."""
        engine, loads = self.engine, [load for load in self.store.manifest.of_table(self.table.name) if load.accepted]
        engine.execute("CREATE TABLE known (ref BIGINT, h UBIGINT, digest UBIGINT)")
        engine.execute("CREATE TABLE sightings (person DECIMAL(38, 0), psn DECIMAL(38, 0), name DECIMAL(38, 0))")
        if loads:
            engine.table("stored", self.store.files(loads, "part-"))
            engine.execute("INSERT INTO known " + self._sql["versions"].read_text())
            outdated = self.store.files(loads, "outdated")
            if outdated:
                engine.table("outdated_before", outdated)
                engine.execute(
                    "DELETE FROM known WHERE ref IN (SELECT (batch::BIGINT << 40) + line FROM outdated_before)"
                )
        seen = self.store.files(list(self.store.manifest.loads), "sightings")
        if seen and "sightings" in self._sql:
            engine.table("sightings_before", seen)
            engine.execute("INSERT INTO sightings SELECT person, psn, name FROM sightings_before")

    def chunk(self, chunk: Chunk) -> None:
        engine, outcome = self.engine, self.outcome
        if chunk.sheet not in self._sheets:
            self._sheets.append(chunk.sheet)
        before = self._sheets.index(chunk.sheet) * SHEET_LINES
        for bad in chunk.malformed:
            self._reject(before + bad.line, bad.column, bad.reason)
        outcome.read += chunk.rows.num_rows + len(chunk.malformed)
        if chunk.rows.num_rows == 0:
            return
        rows = chunk.rows
        if before:
            rows = rows.set_column(0, "line", pc.add(rows.column("line"), before))
        clean(engine.connection, self.table, rows, self.codes)
        self._reject_unclean()
        self._make_keys()
        engine.make("verdicts", _SQL / "verdicts.sql")
        accepted, duplicates = engine.one(
            "SELECT count(*) FILTER (NOT duplicate), count(*) FILTER (duplicate) FROM verdicts"
        )
        outcome.accepted += accepted
        outcome.duplicates += duplicates
        if duplicates and self.table.name == "identities":
            # A full roster repeats most of what is known: which rows it repeats is worth knowing (review).
            engine.execute(
                "INSERT INTO repeated SELECT same_as >> 40, same_as & ((1::BIGINT << 40) - 1) FROM verdicts WHERE duplicate"
            )
        if not accepted:
            return
        engine.execute("INSERT INTO known SELECT ref, h, digest FROM verdicts WHERE NOT duplicate")
        engine.execute(
            "INSERT INTO superseding SELECT before >> 40, before & ((1::BIGINT << 40) - 1), ref >> 40,"
            " ref & ((1::BIGINT << 40) - 1) FROM verdicts WHERE before IS NOT NULL"
        )
        self._parts += 1
        if duplicates:
            engine.make("accepted", _SQL / "accepted.sql")
        else:
            engine.rename("keyed", "accepted")
        # Straight from the typed chunk into the file: the wide rows are in memory once.
        engine.write_rows(self._sql["rows"], self.directory / f"part-{self._parts:05d}.parquet")
        engine.execute(
            "INSERT INTO flagged SELECT b.batch, c.line, unnest(c.flags) FROM cleaned AS c"
            " SEMI JOIN accepted AS a ON a.line = c.line CROSS JOIN this_load AS b WHERE len(c.flags) > 0"
        )
        if self.table.name == "settlements":
            for month, settlements in engine.execute(
                "SELECT strftime(c.setl_time, '%Y-%m'), count(*) FROM cleaned AS c"
                " SEMI JOIN accepted AS a ON a.line = c.line GROUP BY 1"
            ).fetchall():
                self.months[month] = self.months.get(month, 0) + settlements
        if self.table.name in ("settlements", "people"):
            self.districts.update(
                district
                for (district,) in engine.execute(
                    "SELECT DISTINCT c.insu_admdvs FROM cleaned AS c SEMI JOIN accepted AS a ON a.line = c.line"
                ).fetchall()
                if district
            )
        self._seal_names()

    def _make_keys(self) -> None:
        """Table ``keyed``: the chunk's rows as keys and hashes. Texts not met before get their key made once."""
        engine = self.engine
        engine.make("narrow", self._sql["narrow"])
        engine.make("looked_up", _SQL / "looked_up.sql")
        engine.make("fresh_keys", _SQL / "fresh_keys.sql")
        for insert in _KEEP_FRESH:
            engine.execute(insert)
        engine.make("filled", _SQL / "filled.sql")
        engine.make("keyed", self._sql["keyed"])

    def _seal_names(self) -> None:
        """Names and numbers of the accepted rows leave the engine only sealed."""
        if "sightings" in self._sql:
            self.engine.make("shown_keys", self._sql["sightings"])
            self.engine.make("new_sightings", _SQL / "new_sightings.sql")
            if self.engine.count("new_sightings"):
                self.engine.execute("INSERT INTO sightings SELECT person, psn, name FROM new_sightings")
                rows = self.engine.rows(_SQL / "sightings_out.sql")
                self._write_sealed(rows, f"names-{self._parts:05d}.sealed")
                pq.write_table(
                    rows.select(["person", "psn", "name", "batch", "line"]),
                    self.directory / f"sightings-{self._parts:05d}.parquet",
                )
        if "contacts" in self._sql:
            self._write_sealed(self.engine.rows(self._sql["contacts"]), f"contacts-{self._parts:05d}.sealed")

    def _write_sealed(self, rows: pa.Table, name: str) -> None:
        buffer = io.BytesIO()
        pq.write_table(rows, buffer, compression="zstd")
        sealed = self.store.sealer.seal(buffer.getvalue(), f"{self.load.batch}/{name}")
        (self.directory / name).write_bytes(sealed)

    def _reject_unclean(self) -> None:
        for line, reasons in self.engine.execute(
            "SELECT line, reasons FROM cleaned WHERE len(reasons) > 0 ORDER BY line"
        ).fetchall():
            column, _, reason = reasons[0].partition(":")
            self._reject(line, column, reason)

    def _reject(self, line: int, column: str, reason: str) -> None:
        self.outcome.rejected += 1
        self.outcome.reasons[reason] += 1
        if len(self._rejections) < LISTED:
            self._rejections.append((line, column, reason))

    def finish(self, export: Export) -> Outcome:
        engine, outcome = self.engine, self.outcome
        outcome.ignored_columns = tuple(export.ignored_columns)
        counted = outcome.rejected - outcome.reasons[_TOTALS]
        if outcome.read == 0:
            raise IntakeError(f"文件 {export.name} 只有表头，没有数据行；未导入任何内容，请核对导出是否完整")
        if counted * _REFUSED_SHARE > outcome.read - outcome.reasons[_TOTALS]:
            worst = "、".join(
                f"{REASONS[reason]} {rows} 行" for reason, rows in outcome.reasons.most_common(3) if reason != _TOTALS
            )
            first = next((row for row in self._rejections if row[2] != _TOTALS), None)
            where = f"，首处在第 {self.load.place_text(first[0])} 行 {_column_label(self.table, first[1])}" if first else ""
            raise IntakeError(
                f"文件 {export.name} 读入 {outcome.read} 行，其中 {counted} 行不合格，超过 20%，整个文件未导入"
                f"（{worst}{where}）；请更正后重新导出"
            )
        if self._rejections:
            self._write_rejections(export.name)
        if engine.count("repeated"):
            engine.write("repeated", self.directory / "repeated.parquet")
        if self._parts:
            self._confirm_superseding()
            if self.table.name == "settlements":
                self._pair_refunds()
            self._flag_conflicts()
        for flag, rows in engine.execute("SELECT flag, count(*) FROM flagged GROUP BY flag ORDER BY flag").fetchall():
            outcome.flags[flag] = rows
        if outcome.flags:
            engine.make("flags_out", _SQL / "flags_out.sql")
            engine.write("flags_out", self.directory / "flags.parquet")
        return outcome

    def _all_parts(self) -> list[Path]:
        before = self.store.files(
            [load for load in self.store.manifest.of_table(self.table.name) if load.accepted], "part-"
        )
        return before + sorted(self.directory.glob("part-*.parquet"))

    def _confirm_superseding(self) -> None:
        """Settlements were matched by a 64-bit hash of their key: hold each pair against the keys themselves."""
        engine = self.engine
        if self.table.name == "settlements" and engine.count("superseding"):
            engine.table("settlements", self._all_parts())
            engine.make("confirmed", _SQL / "confirmed_outdated.sql")
        else:
            engine.execute(
                "CREATE TABLE confirmed AS SELECT batch, line, NULL::TIMESTAMP AS setl_time, by_batch, by_line FROM superseding"
            )
        if engine.count("confirmed"):
            engine.execute("CREATE TABLE confirmed_sorted AS SELECT * FROM confirmed ORDER BY batch, line")
            engine.write("confirmed_sorted", self.directory / "outdated.parquet")
        engine.execute(
            "INSERT INTO flagged SELECT by_batch, by_line, CASE WHEN batch = by_batch THEN 'same_key_different_content'"
            " ELSE 'supersedes' END FROM confirmed"
        )

    def _pair_refunds(self) -> None:
        engine = self.engine
        engine.table("settlements", self._all_parts())
        loads = self.store.manifest.of_table("settlements")
        files = self.store.files(loads, "outdated") + list(self.directory.glob("outdated.parquet"))
        if files:
            engine.table("outdated", files)
        else:
            engine.execute("CREATE TABLE outdated (batch INTEGER, line INTEGER)")
        engine.make("refunds", _SQL / "refunds.sql")
        if engine.count("refunds"):
            engine.execute("CREATE TABLE refunds_sorted AS SELECT * FROM refunds ORDER BY batch, line, by_batch, by_line")
            engine.write("refunds_sorted", self.directory / "refunded.parquet")
        before = self.store.files(loads, "refunded") + list(self.directory.glob("refunded.parquet"))
        if before:
            engine.table("refunded", before)
        else:
            engine.execute("CREATE TABLE refunded (batch INTEGER, line INTEGER, by_batch INTEGER, by_line INTEGER)")
        engine.make("orphans", _SQL / "orphans.sql")
        engine.execute(
            "INSERT INTO flagged SELECT o.batch, o.line, o.flag FROM orphans AS o SEMI JOIN this_load AS t ON t.batch = o.batch"
        )

    def _flag_conflicts(self) -> None:
        """Two names on one number, one psn_no on two numbers: first shown by this load."""
        if "sightings" not in self._sql or not list(self.directory.glob("sightings-*.parquet")):
            return
        self.engine.table("shown_now", sorted(self.directory.glob("sightings-*.parquet")))
        self.engine.make("conflicts", _SQL / "conflicts.sql")
        self.engine.execute("INSERT INTO flagged SELECT batch, line, flag FROM conflicts")

    def _write_rejections(self, file_name: str) -> None:
        with (self.directory / "rejections.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["文件", "行号", "列", "列名", "原因代码", "原因"])
            for line, column, reason in sorted(self._rejections):
                where = [file_name, self.load.place_text(line), column, _column_label(self.table, column)]
                writer.writerow([*where, reason, REASONS[reason]])


def _column_label(table: Table, column: str) -> str:
    return next((c.heading for c in table.columns if c.name == column), column)


def table_named(name: str) -> Table:
    """The input table of that name: settlements, people, identities or incomes."""
    return TABLES[name]
