"""Which row is the current one of its key: what the store holds, what a file changes in it.

A row is known by ``h``, a hash of its key, kept in its file. Rows whose key was met before are set apart while a file is
read, in files of their own, and looked at whole when all are written: most loads have few of them. DuckDB makes the hash
quickly and may make another after an upgrade: a load carries the mark of who made its own, and one with another mark has
its hashes made again from the keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from monitor.store.engine import LATER, DuckEngine
from monitor.store.home import Store
from monitor.store.known import Known
from monitor.store.manifest import Load
from monitor.store.room import Room

_SQL = Room(Path(__file__).parent).sql
#: The whole rows of so many repeated keys are kept in memory, to be read from their files once; of more, they are read again.
_FEW = 500_000


def maker(engine: DuckEngine, table: str) -> str:
    """The mark of these hashes: what goes into them, and what this engine makes of something known."""
    texts = "".join(_SQL(step).read_text(encoding="utf-8") for step in (f"{table}_who", "keyed", f"{table}_versions"))
    (known,) = engine.one(
        "SELECT hash('张三', 1::BIGINT, 1.25::DECIMAL(16, 2), TIMESTAMP '2025-01-02 03:04:05', NULL::VARCHAR, true,"
        " 7::DECIMAL(38, 0), hash('x'))"
    )
    return hashlib.sha256(f"{texts}{known}".encode()).hexdigest()


class Versions:
    """The rows of one load against all rows before it, whose keys' hashes ``known`` is told."""

    def __init__(self, store: Store, engine: DuckEngine, load: Load, directory: Path, known: Known) -> None:
        self._store, self._engine, self._load, self._directory = store, engine, load, directory
        self._before = [one for one in store.manifest.of_table(load.table) if one.accepted]
        self._concerned: list[Path] = []
        self._at_hand = False
        self.made_by = maker(engine, load.table)
        self._kept = store.files([one for one in self._before if one.hashes_by == self.made_by], "part-")
        self._others = store.files([one for one in self._before if one.hashes_by != self.made_by], "part-")
        if self._kept:
            engine.table("versions", self._kept)
            self._tell(known)
        if self._others:
            engine.drop("versions")
            self._name_others()
            engine.view("versions", self._versions)
            self._tell(known)

    def _tell(self, known: Known) -> None:
        for batch in self._engine.batches("SELECT h FROM versions"):
            known.add(batch.column("h").to_numpy())

    def _name_others(self) -> None:
        """Table ``stored``: the rows of loads whose hashes another made, perhaps with fewer columns."""
        self._engine.rows_of_any_age("stored", self._others, LATER.get(self._load.table, {}))

    @property
    def _versions(self) -> Path:
        return _SQL(f"{self._load.table}_versions")

    def parts(self) -> list[Path]:
        """The files of this load's rows."""
        return sorted(self._directory.glob("part-*.parquet"))

    def settle(self, apart: list[Path]) -> int:
        """Make table ``verdicts`` of the rows set apart in these files, and take the duplicates out; how many they are."""
        engine = self._engine
        if not apart:
            engine.execute("CREATE TABLE verdicts (ref BIGINT, line INTEGER, duplicate BOOLEAN, before BIGINT, same_as BIGINT)")
            return 0
        engine.table("apart", apart)
        engine.make("repeated_keys", _SQL("repeated_keys"))
        outdated = self._store.files(self._before, "outdated")
        if outdated:
            engine.table("outdated_before", outdated)
        else:
            engine.execute("CREATE TABLE outdated_before (batch INTEGER, line INTEGER)")
        self._bring_together()
        engine.make("verdicts", _SQL("verdicts"))
        engine.execute("CREATE TABLE duplicates AS SELECT line FROM verdicts WHERE duplicate")
        duplicates = engine.count("duplicates")
        if duplicates:
            for path in apart:
                self._take_out(path)
        return duplicates

    def _bring_together(self) -> None:
        """Table ``concerned``: every version of the repeated keys."""
        engine = self._engine
        engine.execute("CREATE OR REPLACE TEMP VIEW sought AS FROM repeated_keys")
        self._concerned = self._holding()
        engine.table("files", self._concerned)
        self._at_hand = not self._others and engine.count("repeated_keys") <= _FEW
        (engine.make if self._at_hand else engine.view)("stored", _SQL("stored_repeated"))
        engine.view("versions", self._versions)
        engine.make("concerned", _SQL("concerned"))
        if self._others:
            self._concerned += self._others
            # Their own h says nothing: all of them are looked through.
            engine.execute("DROP VIEW stored")
            self._name_others()
            engine.view("versions", self._versions)
            engine.insert("concerned", _SQL("concerned"))

    def _holding(self) -> list[Path]:
        """Of the files whose hashes are this engine's, those with a row of the keys ``sought``: a table with ``h``."""
        found = self._engine.execute(
            "SELECT DISTINCT filename FROM read_parquet(?, filename = true) SEMI JOIN sought USING (h)",
            [[str(path) for path in (*self._kept, *self.parts())]],
        )
        return sorted(Path(name) for (name,) in found.fetchall())

    def may_hold(self) -> list[Path]:
        """The files of this load and earlier ones that may have a row of the keys ``sought``: a table with ``h``."""
        return self._holding() + self._others

    def _take_out(self, path: Path) -> None:
        engine = self._engine
        engine.table("part", [path])
        left = path.with_suffix(".left")
        if engine.write_rows(_SQL("left_in_part"), left):
            left.replace(path)
        else:
            left.unlink()
            path.unlink()

    def confirm(self, before: Sequence[Load] = ()) -> bool:
        """Table ``confirmed``, the pairs of versions this load adds, and its file; whether it has a row.

        Settlements were matched by a 64-bit hash of their key: each pair is held against the keys themselves. ``before``: earlier
        loads of the same bytes, read by other tables of codes: a district that is known now makes another key of a row.
        """
        engine = self._engine
        if not engine.make("superseding", _SQL("superseding")) and not before:
            return False
        if self._load.table == "settlements":
            if self._at_hand:
                engine.execute("CREATE OR REPLACE TEMP VIEW settlements AS FROM stored")
            else:
                engine.table("settlements", [path for path in self._concerned if path.exists()])
            engine.make("confirmed", _SQL("confirmed_outdated"))
            if before:
                engine.table("again", self._store.files(list(before), "part-"))
                outdated = self._store.files(self._before, "outdated")
                if outdated:
                    engine.table("again_outdated", outdated)
                else:
                    engine.execute("CREATE TABLE again_outdated (batch INTEGER, line INTEGER)")
                engine.insert("confirmed", _SQL("read_again"))
        else:
            engine.execute("CREATE TABLE confirmed AS FROM superseding")
        if not engine.count("confirmed"):
            return False
        engine.execute("CREATE TABLE confirmed_sorted AS SELECT * FROM confirmed ORDER BY batch, line")
        engine.write("confirmed_sorted", self._directory / "outdated.parquet")
        return True
