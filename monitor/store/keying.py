"""Texts that say who somebody is become keys: each combination of number, psn_no and name once a load."""

from __future__ import annotations

from pathlib import Path

from monitor.access.hashing import pads
from monitor.store.engine import DuckEngine
from monitor.store.home import Store

_SQL = Path(__file__).parent


class Keying:
    """What one load has met so far, in its engine: table ``shown``, a row a combination, in numbers only.

    ``sightings`` (person, psn, name) are the combinations earlier loads have shown. The texts of a combination are in
    the engine while the chunk that shows it is, and leave it only sealed.
    """

    def __init__(self, store: Store, engine: DuckEngine, keyed: Path) -> None:
        self._engine, self._keyed = engine, keyed
        inner, outer = pads(store.keys.hash)
        engine.execute("CREATE TABLE hash_pads AS SELECT ?::BLOB AS inner_pad, ?::BLOB AS outer_pad", [inner, outer])
        engine.execute((_SQL / "key_of.sql").read_text(encoding="utf-8"))
        engine.execute(
            "CREATE TABLE shown (once UBIGINT, again UBIGINT, certno_key DECIMAL(38, 0), psn DECIMAL(38, 0),"
            " name DECIMAL(38, 0))"
        )
        engine.execute("CREATE TABLE sightings (person DECIMAL(38, 0), psn DECIMAL(38, 0), name DECIMAL(38, 0))")
        before = store.files(list(store.manifest.loads), "sightings")
        if before:
            engine.table("sightings_before", before)
            engine.execute("INSERT INTO sightings SELECT person, psn, name FROM sightings_before")

    def chunk(self) -> None:
        """From ``narrow`` make ``keyed``: the good rows as keys and hashes."""
        engine = self._engine
        if engine.make("fresh_shown", _SQL / "fresh_shown.sql"):
            engine.execute("INSERT INTO shown SELECT once, again, certno_key, psn, name FROM fresh_shown")
        engine.make("other_keys", _SQL / "other_keys.sql")
        engine.view("filled", _SQL / "filled.sql")
        engine.make("keyed", self._keyed)
