"""Texts that say who somebody is become keys: each combination of number, psn_no and name once a load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from monitor.access.hashing import pads
from monitor.intake.columns import Table
from monitor.store.combinations import KEYS, Combinations
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.known import Known
from monitor.store.names import shown
from monitor.store.room import Room
from monitor.store.threads import Place

_SQL = Room(Path(__file__).parent).sql
#: Rows a file may have for each combination ever shown, from which on all of those are recalled for it. Recalling one takes a
#: sixth of what making its keys takes; of a file's rows some eight times as many are expected as there usually are.
_MANY = 2
_TAKEN = ("who", "fresh", "keyed", "repeats")


def hashes_mark(engine: DuckEngine) -> str:
    """The mark of ``once`` and ``again`` as this DuckDB makes them: after an upgrade it may make others.

    Needs the macros of key_of.sql.
    """
    return "{} {}".format(*engine.one("SELECT once_of('张三', '1', NULL), again_of('张三', '1', NULL)"))


class Keying:
    """What one load has met so far: ``combinations``, in numbers only.

    ``sightings`` (person, psn, name) are the combinations earlier loads have shown, ``unrecalled`` those of them that were not
    met here from the beginning (``recall``), ``unsighted`` those met here that no good row has shown yet. The texts of a
    combination are in the engine until one does, and leave it only sealed.
    ``known``: the hashes of the keys of rows met before, here and in earlier loads (``Versions``): of ``stored`` rows, and at
    most ``coming`` in this one.
    ``repeated``: lines of the chunk worked on that are in table ``repeats``.
    """

    def __init__(self, store: Store, engine: DuckEngine, beside: DuckEngine, table: Table, stored: int, coming: int) -> None:
        self._engine, self.beside, self._who = engine, beside, _SQL(f"{table.name}_who")
        self.known = Known(stored + coming)
        inner, outer = pads(store.keys.hash)
        engine.execute("CREATE TABLE hash_pads AS SELECT ?::BLOB AS inner_pad, ?::BLOB AS outer_pad", [inner, outer])
        self.combinations = Combinations()
        self.repeated = self._repeated_ready = pa.chunked_array([], pa.int64())
        self._room = Place()
        keys = ", ".join(f"{name} DECIMAL(38, 0)" for name in KEYS)
        engine.execute(
            f"CREATE TABLE unsighted (once UBIGINT, again UBIGINT, certno VARCHAR, psn_no VARCHAR, psn_name VARCHAR, {keys})"
        )
        before = store.files(list(store.manifest.loads), "sightings")
        if before:
            engine.table("sightings", before)
        else:
            engine.execute("CREATE TABLE sightings (person DECIMAL(38, 0), psn DECIMAL(38, 0), name DECIMAL(38, 0))")
        beside.execute(_SQL("key_of").read_text(encoding="utf-8"))
        self.hashed_by = hashes_mark(beside)
        self._store, self._shown = store, engine.count("sightings")
        self._worth = "psn_no" in table.names and coming > _MANY * self._shown
        engine.execute("CREATE VIEW unrecalled AS FROM sightings" + (" LIMIT 0" if self._worth else ""))

    def recall(self) -> None:
        """Where it is worth it, the combinations earlier loads have shown are met from the beginning: their keys stand with
        them. Before ``key_ahead``, in the same thread."""
        if not self._worth:
            return
        self.combinations = Combinations(1 << self._shown.bit_length())
        for some in shown(self._store, self._store.manifest.loads, self.hashed_by):
            known = some if "once" in some.column_names else self._hashed(some)
            known = known.rename_columns({"person": "certno_key"})
            self.combinations.add(known.column("once").to_numpy(), known.column("again").to_numpy(), known)

    def _hashed(self, shown: pa.Table) -> pa.Table:
        """Texts an earlier program kept without their hashes, or another DuckDB hashed otherwise."""
        self.beside.table("shown", shown)
        try:
            return self.beside.rows(_SQL("shown_before"))
        finally:
            self.beside.drop("shown")

    def key_ahead(self) -> None:
        """From the chunk ``cleaned`` of the connection beside make the tables of ``take``; waits until those made before are
        taken, and puts them ready."""
        beside = self.beside
        beside.make("who_ahead", self._who)
        # To this connection the names mean the tables it makes.
        beside.execute("CREATE OR REPLACE TEMP VIEW who AS FROM who_ahead")
        self._find_keys()
        beside.make("other_keys", _SQL("other_keys"))
        beside.make("keyed_ahead", _SQL("keyed"))
        beside.execute("CREATE OR REPLACE TEMP VIEW keyed AS FROM keyed_ahead")
        keyed = beside.select("SELECT line, h FROM keyed_ahead")
        hashes = keyed.column("h").to_numpy()
        beside.table("perhaps_known", keyed.select(["line"]).filter(pa.array(self.known.perhaps(hashes))))
        beside.make("repeats_ahead", _SQL("repeats"))
        repeated = beside.select("SELECT line FROM repeats_ahead").column("line")
        self.known.add(hashes)
        self._room.wait()
        for name in _TAKEN:
            beside.rename(f"{name}_ahead", f"{name}_ready")
        self._repeated_ready = repeated

    def _find_keys(self) -> None:
        """Table ``who_keys`` beside: the chunk's ``who`` with the three keys; those of combinations not met before, table
        ``fresh_ahead``, are made."""
        beside, combinations = self.beside, self.combinations
        who = beside.select("SELECT line, once, again, own, whose, household, contact FROM who_ahead")
        if who.column("once").null_count:
            # A table that is about nobody.
            places = np.full(who.num_rows, -1, np.int32)
            unmet = np.zeros(who.num_rows, np.bool_)
        else:
            once, again = (who.column(name).to_numpy() for name in ("once", "again"))
            places = combinations.find(once, again)
            unmet = places < 0
        beside.table("unmet", who.select(["line"]).filter(pa.array(unmet)))
        if beside.make("fresh_ahead", _SQL("fresh_shown")):
            fresh = beside.select("SELECT once, again, certno_key, psn, name FROM fresh_ahead")
            combinations.add(fresh.column("once").to_numpy(), fresh.column("again").to_numpy(), fresh)
            places[unmet] = combinations.find(once[unmet], again[unmet])
        for name, keys in combinations.keys(places).items():
            who = who.append_column(name, keys)
        beside.table("who_keys", who)

    def take(self) -> None:
        """The chunk put ready is the one worked on: ``who``, ``fresh``, ``keyed`` and ``repeats``; ``met``: keys to be written."""
        for name in _TAKEN:
            self._engine.rename(f"{name}_ready", name)
        self.repeated = self._repeated_ready
        self._room.clear()
        self._engine.execute("CREATE TABLE IF NOT EXISTS who_apart AS FROM who LIMIT 0")
        self._engine.execute("CREATE TABLE IF NOT EXISTS keyed_apart AS FROM keyed LIMIT 0")
        self._engine.view("met", _SQL("met"))
        self._engine.execute("INSERT INTO unsighted BY NAME FROM fresh")

    def give_up(self) -> None:
        """Nothing more will be taken: who waits for that in ``key_ahead`` waits no longer."""
        self._room.clear()

    def sight(self) -> bool:
        """Table ``sighted``: what the good rows show first, ``rejected`` being known; whether it has a row."""
        engine = self._engine
        if not engine.make("sighted", _SQL("sighted")):
            return False
        engine.execute(
            "CREATE OR REPLACE TABLE unsighted AS"
            " SELECT u.* FROM unsighted AS u ANTI JOIN sighted AS s ON s.once = u.once AND s.again = u.again"
        )
        return True

    def set_apart(self) -> None:
        """Keep for ``take_apart`` what belongs to the chunk's ``repeats``, ``rejected`` being known of the others."""
        for name in ("who", "keyed"):
            self._engine.insert(f"{name}_apart", _SQL(f"{name}_waits"))

    def take_apart(self) -> None:
        """The rows set apart are the ones worked on."""
        for name in ("who", "keyed"):
            self._engine.rename(f"{name}_apart", name)
        self._engine.execute("CREATE TABLE who_apart AS FROM who LIMIT 0")
        self._engine.execute("CREATE TABLE keyed_apart AS FROM keyed LIMIT 0")
        self._engine.execute("DELETE FROM repeats")
