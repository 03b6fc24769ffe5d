"""Who is who: the one place that decides which stored keys (of numbers and of psn_no) are one person.

A settlement is stored under the key of its number, else of its psn_no; an identity, a household, an application under its
number's. Which of these keys are one person is decided here, when assessing, and everything else joins table
``numbers_resolved`` (stored, person). Sure is what the register says, and a sole number shown with a psn_no; everything else two
numbers of one psn_no can be is listed (``joins.py``) and joined on an officer's word.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pyarrow as pa

from monitor.assess.sql import sql
from monitor.intake.identity_number import contradictions, is_unsound
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import JoinRecord, Manifest, PairRecord
from monitor.store.names import texts_at

KEY = pa.decimal128(38, 0)
#: A psn_no shown with more numbers than this is a filler or a test, and joins nobody.
MOST_NUMBERS = 6
_TWO_NUMBERS = "one_psn_no_two_numbers"

_FLAGGED = {"batch": pa.int32(), "line": pa.int32(), "flag": pa.string()}
_PAIR = {"one": KEY, "other": KEY}
_KEY, _BOTH = "DECIMAL(38, 0)", "stored DECIMAL(38, 0), person DECIMAL(38, 0)"
_EMPTY = {
    "shared": f"psn {_KEY}, stored {_KEY}, numbered BOOLEAN, first BIGINT, names {_KEY}[]", "told": f"psn {_KEY}, person {_KEY}",
    "pairs": f"one {_KEY}, other {_KEY}, one_first BIGINT, other_first BIGINT, psn_nos {_KEY}[], numbered BOOLEAN, agree BOOLEAN,"
             " by_register BOOLEAN",
    "links": f"one {_KEY}, other {_KEY}, decided BOOLEAN", "joined": _BOTH, "sole_numbers": _BOTH, "other_numbers": _BOTH,
}


def name_persons(store: Store, known: Manifest, engine: DuckEngine) -> None:
    """Table ``numbers_resolved``; beside it ``shared``, ``pairs``, ``joined`` and what they were made of, all small.

    in: shown_numbers, register. Where no psn_no was shown with two numbers, none stands open and nobody has decided anything,
    nothing is read but what the register says of psn_no without number.
    """
    unnumbered = engine.make("unnumbered", sql("unnumbered"))
    registered = engine.make("registered_numbers", sql("registered_numbers"))
    flagged = [load for load in known.loads if load.flags.get(_TWO_NUMBERS)]
    if not flagged and registered == unnumbered and not known.joins:
        _nobody_shared(engine)
        return
    engine.table("flagged", store.files(flagged, "flags.") or table_of(_FLAGGED, []))
    engine.make("shared", sql("shared"))
    engine.make("told", sql("told"))
    engine.table("most", table_of({"numbers": pa.int32()}, [{"numbers": MOST_NUMBERS}]))
    engine.make("pairs", sql("pairs"))
    engine.table(
        "decided",
        table_of(
            {**_PAIR, "together": pa.bool_()},
            [{**_keys(record), "together": record.together} for record in known.decided()],
        ),
    )
    facts = pair_facts(store, known, engine)
    engine.table("contrary", table_of(_PAIR, [_keys(pair) for pair in facts if pair.differs and not pair.unsound]))
    unsound = sorted({Decimal(key) for pair in facts for key in pair.unsound})
    engine.table("unsound", table_of({"stored": KEY}, [{"stored": key} for key in unsound]))
    _group(engine)
    engine.make("sole_numbers", sql("sole_numbers"))
    engine.make("other_numbers", sql("other_numbers"))
    engine.make("numbers_resolved", sql("numbers_resolved"))


def _nobody_shared(engine: DuckEngine) -> None:
    """The same tables, empty but for what the register says of psn_no without number: nothing has to be looked at."""
    for name, columns in _EMPTY.items():
        # Rows in memory of an earlier turn come before a table of their name.
        engine.connection.unregister(name)
        engine.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
    engine.execute("CREATE OR REPLACE TABLE numbers_resolved AS FROM registered_numbers")


def _group(engine: DuckEngine) -> None:
    engine.make("links", sql("links"))
    engine.make("groups", sql("groups"))
    engine.make("links_kept", sql("links_kept"))
    engine.rename("links_kept", "links")
    engine.make("groups", sql("groups"))
    engine.make("joined", sql("joined"))


def _keys(record: PairRecord | JoinRecord) -> dict[str, Decimal]:
    return {"one": Decimal(record.one), "other": Decimal(record.other)}


def pair_facts(store: Store, known: Manifest, engine: DuckEngine) -> list[PairRecord]:
    """What the numbers of each of ``pairs`` say of their people: kept where a pair has its number already, else read from the
    sealed texts, which costs opening them. in: pairs."""
    rows = engine.execute("SELECT one, other, one_first, other_first FROM pairs").fetchall()
    kept = {(pair.one, pair.other): pair for pair in store.manifest.pairs}
    fresh = [row for row in rows if (str(row[0]), str(row[1])) not in kept]
    texts = texts_at(store, known, sorted({place for row in fresh for place in row[2:]}))
    made = {
        (str(one), str(other)): fact_of((str(one), str(other)), [texts[place][0] for place in places])
        for one, other, *places in fresh
    }
    return [kept.get((str(row[0]), str(row[1]))) or made[str(row[0]), str(row[1])] for row in rows]


def fact_of(pair: tuple[str, str], numbers: Iterable[str]) -> PairRecord:
    """A pair of keys with what their numbers ("" for a psn_no's) say of their people."""
    one, other = numbers
    unsound = tuple(key for key, number in zip(pair, (one, other), strict=True) if is_unsound(number))
    return PairRecord(*pair, contradictions(one, other), unsound)
