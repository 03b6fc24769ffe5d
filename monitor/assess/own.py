"""One person's rows out of everybody's: what an explanation is made over."""

from __future__ import annotations

from monitor.assess.sql import sql
from monitor.store.engine import DuckEngine


def only_own_identities(engine: DuckEngine) -> None:
    """From here on ``identities`` are this person's alone. in: wanted, identities."""
    engine.make("own_identities", sql("own_identities"))
    engine.rename("own_identities", "identities")


def only_own_settlements(engine: DuckEngine) -> None:
    """Table ``settlements``: this person's alone; from here on ``netted`` are, too. in: wanted, numbers_resolved, all_settlements.

    One pass for each stored key (their own, one for each other number and psn_no): with a single key the files' statistics leave out
    most of thirty million rows, with two nothing, and four times as long.
    """
    engine.make("own_keys", sql("own_keys"))
    for place, (key,) in enumerate(engine.execute("SELECT stored FROM own_keys ORDER BY stored").fetchall()):
        engine.execute("SET VARIABLE own_key = ?::DECIMAL(38, 0)", [key])
        if place:
            engine.insert("settlements", sql("own_settlements"))
        else:
            engine.make("settlements", sql("own_settlements"))
    engine.make("own_netted", sql("own_netted"))
    engine.rename("own_netted", "netted")
