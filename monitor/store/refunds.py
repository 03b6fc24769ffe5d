"""Which settlements were given back: what a load adds to it, kept beside its rows so that runs need not search.

A reversal that names its original makes a pair with it, whatever loads they came in. One that names nobody is held against
the same person's settlements of the same amounts; which of these it gives back is settled by runs, when everything known is
there. Whole rows are kept of the few refunds of which a part is left over: a run makes the remaining settlement out of them.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.room import Room
from monitor.store.versions import Versions

_SQL = Room(Path(__file__).parent).sql
_PLACE = {"batch": pa.int32(), "line": pa.int32()}
_PAIR = {**_PLACE, "by_batch": pa.int32(), "by_line": pa.int32(), "whole": pa.bool_()}


class Refunds:
    """The refunds of one load of settlements, after its versions are settled. in: parts, this_load"""

    def __init__(self, store: Store, engine: DuckEngine, directory: Path, versions: Versions) -> None:
        self._store, self._engine, self._directory, self._versions = store, engine, directory, versions
        self._before = [load for load in store.manifest.of_table("settlements") if load.accepted]

    def pair(self) -> None:
        """Write ``reversals``, and where there is any ``refunded``, ``perhaps_refunded`` and ``refund_rows``; flag what is odd."""
        engine = self._engine
        engine.write_rows(_SQL("reversals_of_load"), self._directory / "reversals.parquet")
        engine.table("flagged_rows", [*self._files("reversals"), self._directory / "reversals.parquet"])
        self._named("outdated", [*self._files("outdated"), *self._directory.glob("outdated.parquet")], _PLACE)
        engine.make("reversals", _SQL("reversals"))
        engine.execute("CREATE OR REPLACE TEMP VIEW sought AS FROM reversals")
        engine.table("settlements", self._versions.may_hold() or self._versions.parts())
        engine.make("refunds", _SQL("refunds"))
        if engine.count("refunds"):
            engine.execute("CREATE TABLE refunds_sorted AS SELECT * FROM refunds ORDER BY batch, line, by_batch, by_line")
            engine.write("refunds_sorted", self._directory / "refunded.parquet")
        self._search_for_loose()
        self._keep_rows()
        engine.insert("flagged", _SQL("refund_flags"))
        engine.insert("flagged", _SQL("orphans"))

    def _files(self, name: str) -> list[Path]:
        return self._store.files(self._before, name)

    def _named(self, name: str, files: list[Path], columns: dict[str, pa.DataType]) -> None:
        self._engine.table(name, files or table_of(columns, []))

    def _search_for_loose(self) -> None:
        """Tables ``loose_reversals``, ``perhaps_refunded``. All settlements are searched for the originals of this load's, and
        this load's for the originals of earlier ones."""
        engine = self._engine
        engine.make("loose_reversals", _SQL("loose_reversals"))
        (theirs, ours) = engine.one(
            "SELECT count(*) FILTER (WHERE t.batch IS NULL), count(t.batch)"
            " FROM loose_reversals AS l LEFT JOIN this_load AS t ON t.batch = l.batch"
        )
        if not theirs + ours:
            engine.execute("CREATE TABLE perhaps_refunded (batch INTEGER, line INTEGER)")
            return
        engine.make("loose_persons", _SQL("loose_persons"))
        engine.table("settlements", [*(self._files("part-") if ours else []), *self._versions.parts()])
        engine.make("searched", _SQL("searched"))
        if engine.make("perhaps_refunded", _SQL("perhaps_refunded")):
            engine.execute("CREATE TABLE perhaps_sorted AS SELECT * FROM perhaps_refunded ORDER BY batch, line, by_batch, by_line")
            engine.write("perhaps_sorted", self._directory / "perhaps_refunded.parquet")

    def _keep_rows(self) -> None:
        engine = self._engine
        earlier = self._files("refunded")
        if earlier:
            # An earlier program knew whole refunds only, and did not say so.
            engine.rows_of_any_age("refunds_before", earlier, {"whole": "BOOLEAN"})
        else:
            engine.table("refunds_before", table_of(_PAIR, []))
        engine.execute(
            "CREATE TABLE every_refund AS SELECT batch, line, by_batch, by_line, whole FROM refunds"
            " UNION SELECT batch, line, by_batch, by_line, coalesce(whole, true) FROM refunds_before"
        )
        engine.execute("CREATE TABLE refund_members_before (batch INTEGER, line INTEGER)")
        before, members = -1, engine.make("refund_members", _SQL("refund_members"))
        while members > before:
            engine.execute("CREATE OR REPLACE TABLE refund_members_before AS FROM refund_members")
            before, members = members, engine.make("refund_members", _SQL("refund_members"))
        engine.execute(
            "CREATE TABLE kept_rows AS SELECT batch, line FROM refund_members"
            " UNION SELECT batch, line FROM loose_reversals SEMI JOIN this_load USING (batch)"
        )
        self._named("kept_before", self._files("refund_rows"), _PLACE)
        batches = {
            number for (number,) in engine.execute(
                "SELECT DISTINCT batch FROM kept_rows ANTI JOIN kept_before USING (batch, line)"
            ).fetchall()
        }
        if not batches:
            return
        concerned = self._store.files([load for load in self._before if load.number in batches], "part-")
        engine.table("settlements", [*concerned, *self._versions.parts()])
        engine.write_rows(_SQL("refund_rows"), self._directory / "refund_rows.parquet")
