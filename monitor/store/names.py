"""Who a person key is: names and numbers unsealed for the few people a list shows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import Manifest

_SQL = Path(__file__).parent
_KEY = pa.decimal128(38, 0)
_NO_REGISTER = {"register_key": _KEY, "person": _KEY, "psn": _KEY, "name": _KEY}


def look_up(store: Store, known: Manifest, engine: DuckEngine, people: Sequence[Decimal]) -> dict[Decimal, tuple[str, str]]:
    """``{person key: (certno, psn_name)}`` as known then; empty text where nobody told us.

    Needs table ``register`` (current register rows) in the engine. The name is the register's current one, else the
    latest shown. Only the sealed parts that hold one of these people are opened, in memory.
    """
    sightings = store.files(list(known.loads), "sightings")
    if not people or not sightings:
        return {}
    engine.table("people_wanted", table_of({"person": _KEY}, [{"person": person} for person in people]))
    engine.table("all_sightings", sightings)
    engine.make("chosen_sightings", _SQL / "chosen_sightings.sql")
    batches = {load.number: load for load in known.loads}
    found: dict[Decimal, tuple[str, str]] = {}
    for (number,) in engine.execute("SELECT DISTINCT batch FROM chosen_sightings ORDER BY batch").fetchall():
        load = batches[number]
        for path in store.files([load], "names-"):
            engine.table("unsealed", _unseal(store, load.batch, path))
            for person, certno, name in engine.execute(
                "SELECT c.person, u.certno, u.psn_name FROM unsealed AS u JOIN chosen_sightings AS c"
                " ON c.batch = u.batch AND c.line = u.line AND c.number IS NOT DISTINCT FROM u.person"
                " AND c.psn IS NOT DISTINCT FROM u.psn AND c.name IS NOT DISTINCT FROM u.name"
            ).fetchall():
                found[person] = (certno or "", name or "")
    return found


def _unseal(store: Store, batch: str, path: Path) -> pa.Table:
    plain = store.sealer.open(path.read_bytes(), f"{batch}/{path.name}")
    return pq.read_table(io.BytesIO(plain), columns=["person", "psn", "name", "certno", "psn_name", "batch", "line"])
