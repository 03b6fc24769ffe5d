"""The tables of the case database, each column declared once with its meaning.

Money is integer fen (SQLite stores Numeric as REAL). A benchmark line can be finer than a fen: the exact line is
``benchmark_fen × multiple``; ``threshold_fen`` is that, rounded half up, for display and sorting only: the comparison
itself was made unrounded in the store.

Names and numbers are sealed (AES-GCM) and stand here for listed people only; the ``*_index`` columns are keyed blind
indexes for search; the ``*_masked`` columns are what screens show.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from monitor.access.tables import metadata

runs = Table(
    "runs", metadata,
    Column("run_id", String(32), primary_key=True, comment="first 16 hex digits of the run manifest's hash"),
    Column("position", Integer, nullable=False, unique=True, comment="order of commitment in the store"),
    Column("document", String(64), nullable=False),
    Column("title", Text, nullable=False, comment="the document's Chinese title"),
    Column("as_of", Date, nullable=False),
    Column("known_at", String(40), nullable=False, comment="ISO 8601 with offset"),
    Column("committed_at", String(40), nullable=False, comment="ISO 8601 with offset"),
    Column("trial", Boolean, nullable=False),
    Column("replay", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("predecessor", String(32), comment="the run states were compared with"),
    Column("settlements", BigInteger, nullable=False, comment="current settlements in the window"),
    Column("counted", BigInteger, nullable=False, comment="those that count (not void, refunded or superseded)"),
    Column("persons", BigInteger, nullable=False, comment="persons with a counted settlement in the window"),
    Column("latest_settlement", Date, comment="date of the latest settlement in the window"),
    Column("latest_load", String(40), comment="when the newest settlement batch it used was committed"),
    Column("flagged", Integer, nullable=False, comment="alerts that are new, continuing or raised"),
    Column("uncovered", Integer, nullable=False, comment="people over a line whom no rule covers"),
    Column("outside_region", Integer, nullable=False),
    Column("deceased", Integer, nullable=False),
    Column("health", Text, nullable=False, comment="JSON: read, accepted, duplicates, rejected, flags by name"),
)


#: What sealed columns are sealed for (``Sealer``'s purpose). Every column of bytes says it in its info: key rotation seals
#: whatever does anew, and a test finds the one that does not.
CERTNO_SEAL, NAME_SEAL = "casework/certno", "casework/name"


def _who() -> list[Column[Any]]:
    """Who a listed person is and where they belong, in every list."""
    return [
        Column("id", Integer, primary_key=True),
        Column("run_id", String(32), ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False),
        Column("person", String(32), nullable=False, comment="keyed hash of the person, hexadecimal"),
        Column(
            "certno_sealed", LargeBinary, comment="empty where only a psn_no is known", info={"sealed_for": CERTNO_SEAL}
        ),
        Column("name_sealed", LargeBinary, info={"sealed_for": NAME_SEAL}),
        Column("certno_masked", String(24), nullable=False, comment="3710**********1234"),
        Column("name_masked", String(64), nullable=False, comment="张*"),
        Column("certno_index", String(32), comment="blind index of the whole number"),
        Column("last4_index", String(32), comment="blind index of the number's last four"),
        Column("name_index", String(32), comment="blind index of the whole name"),
        Column("category", String(32), nullable=False),
        Column("insutype", String(8), nullable=False),
        Column("insu_admdvs", String(6), nullable=False, comment="insured district, six digits"),
        Column("town", String(64), nullable=False, comment="township of the register, or empty"),
    ]


def _person_columns() -> list[Column[Any]]:
    """The columns alerts and set-aside people share."""
    return [
        *_who(),
        Column("measure", String(32), nullable=False),
        Column("burden_fen", BigInteger, nullable=False),
        Column("benchmark_fen", BigInteger, comment="empty for an absolute line"),
        Column("benchmark_year", Integer),
        Column("multiple", String(16), comment="decimal text; empty for an absolute line"),
        Column("threshold_fen", BigInteger, nullable=False, comment="rounded for display"),
        Column("excess_fen", BigInteger, nullable=False),
        Column("reason", String(32), nullable=False, comment="why cleared or set aside; empty otherwise"),
        Column("provisional", Boolean, nullable=False),
    ]


alerts = Table(
    "alerts", metadata,
    *_person_columns(),
    Column("rule", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("crossed_on", Date, comment="empty when cleared or unconfirmed"),
    Column("crossing_setl_id", String(64)),
    Column("state", String(16), nullable=False),
)
for _columns in (("run_id", "certno_index"), ("run_id", "last4_index"), ("run_id", "name_index"), ("person",)):
    Index(None, *(alerts.c[name] for name in _columns))
# All a list is counted, filtered and sorted by, in each of its orders, so that no page of 100,000 alerts visits their
# rows: it walks one index to its place.
_LISTED = ("state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "burden_fen", "excess_fen")
for _name, _first in (
    ("list", ("excess_fen",)), ("burden", ("burden_fen",)), ("day", ("crossed_on",)), ("place", ("insu_admdvs", "town")),
):
    _rest = tuple(name for name in _LISTED if name not in _first)
    Index(f"ix_alerts_{_name}", *(alerts.c[name] for name in ("run_id", *_first, *_rest)))

set_aside = Table("set_aside", metadata, *_person_columns())
Index(None, set_aside.c.run_id, set_aside.c.reason)


def _counted_by(*places: Column[Any]) -> list[Column[Any]]:
    """The columns of a table of counts: everything a figure is broken down by, ``places`` right after the run."""
    return [
        Column("run_id", String(32), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
        *places,
        Column("kind", String(32), primary_key=True),
        Column("category", String(32), primary_key=True),
        Column("insu_admdvs", String(6), primary_key=True),
        Column("month", String(7), primary_key=True, comment="month of the first crossing, YYYY-MM; empty when cleared"),
        Column("state", String(16), primary_key=True),
        Column("people", Integer, nullable=False),
        Column("excess_fen", BigInteger, nullable=False),
    ]


summary = Table(
    "summary", metadata, *_counted_by(), comment="counts of alerts, additive: the overview never counts 100,000 rows"
)

# Apart from ``summary``, because it has some twenty times as many rows, and only viewers bound to townships need them.
town_summary = Table(
    "town_summary", metadata,
    *_counted_by(Column("town", String(64), primary_key=True, comment="township of the register, or empty")),
    comment="the same by township",
    # Kept in the order of the key, so that a township's rows lie together.
    sqlite_with_rowid=False,
)

distribution = Table(
    "distribution", metadata,
    Column("run_id", String(32), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), primary_key=True, comment="the rule's kind whose population this is"),
    Column("percent", Integer, primary_key=True, comment="lower edge of a 5-point bin of burden ÷ benchmark, in %; "
           "a bin holds edge < ratio ≤ edge + 5, as the lines are strict; 300 holds all above 300"),
    Column("people", BigInteger, nullable=False),
)

entitled_runs = Table(
    "entitled_runs", metadata,
    Column("run_id", String(32), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("recognised", Integer, nullable=False, comment="people the document recognises"),
    Column("computed", Integer, nullable=False, comment="of these, how many amounts could be worked out for"),
    Column("due_more", Integer, nullable=False, comment="of these, how many are due more than was paid"),
    Column("no_route", Integer, nullable=False, comment="people flagged whom no schedule helps"),
    Column("expected_fen", BigInteger, nullable=False),
    Column("actual_fen", BigInteger, nullable=False),
    Column("shortfall_fen", BigInteger, nullable=False),
    comment="runs whose entitlements were worked out",
)

shortfalls = Table(
    "shortfalls", metadata,
    *_who(),
    Column("route", String(16), nullable=False, comment="direct or on_application"),
    Column("schedule", String(64), nullable=False, comment="the document's schedule, by id"),
    Column("reason", String(32), nullable=False, comment="why more is due than was paid"),
    Column("marks", String(128), nullable=False, comment="what else officers ask about, words separated by blanks"),
    Column("since", Date, comment="first counted settlement that went without assistance"),
    Column("eligible_fen", BigInteger, nullable=False),
    Column("aid_fen", BigInteger, nullable=False),
    Column("tilt_fen", BigInteger, nullable=False),
    Column("decided_fen", BigInteger, nullable=True, comment="decisions of single cases; empty where nobody told of any"),
    Column("expected_fen", BigInteger, nullable=False),
    Column("actual_fen", BigInteger, nullable=False),
    Column("shortfall_fen", BigInteger, nullable=False),
    Column("remaining_fen", BigInteger, nullable=False),
    Column("note", Text, nullable=False, comment="what has to be known of the amounts, or empty"),
    comment="people due more than was paid (应享未享)",
)
for _columns in (("run_id", "certno_index"), ("run_id", "last4_index"), ("run_id", "name_index"), ("person",)):
    Index(None, *(shortfalls.c[name] for name in _columns))
_DUE = ("reason", "category", "insu_admdvs", "town", "since", "expected_fen", "shortfall_fen")
for _name, _first in (
    ("list", ("shortfall_fen",)), ("expected", ("expected_fen",)), ("day", ("since",)), ("place", ("insu_admdvs", "town")),
):
    _rest = tuple(name for name in _DUE if name not in _first)
    Index(f"ix_shortfalls_{_name}", *(shortfalls.c[name] for name in ("run_id", *_first, *_rest)))
