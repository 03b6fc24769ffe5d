"""The tables of the case database, each column declared once with its meaning.

Money is integer fen (SQLite stores Numeric as REAL). A benchmark line can be finer than a fen: the exact line is
``benchmark_fen × multiple``; ``threshold_fen`` is that, rounded half up, for display and sorting only: the comparison
itself was made unrounded in the store.

Names and numbers are sealed (AES-GCM) and stand here for listed people only; the ``*_masked`` columns are what screens
show. Where a number is known, ``person`` is the key of that very number: whoever is looked for by a whole number is looked
for by person. By name and last four people are found through ``search_marks``, on every list alike.

``runs`` to ``shortfalls`` are images of the store's facts and could be written again from it; ``cases`` and what follows
are decisions, of which there is no other copy: nothing of theirs refers to a row of an image, only to runs by name.
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
    UniqueConstraint,
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
#: Whatever an officer or a department wrote in words of their own: there may be anybody's name in it.
REMARK_SEAL = "casework/remark"


def _who() -> list[Column[Any]]:
    """Who a person listed by a run is and where they belong."""
    run = Column("run_id", String(32), ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False)
    number, *others = _somebody()
    return [number, run, *others]


def _somebody() -> list[Column[Any]]:
    """Who a listed person is and where they belong, in every list, run or no run."""
    return [
        Column("id", Integer, primary_key=True),
        Column("person", String(32), nullable=False, comment="keyed hash of the person, hexadecimal"),
        Column(
            "certno_sealed", LargeBinary, comment="empty where only a psn_no is known", info={"sealed_for": CERTNO_SEAL}
        ),
        Column("name_sealed", LargeBinary, info={"sealed_for": NAME_SEAL}),
        Column("certno_masked", String(24), nullable=False, comment="3710**********1234"),
        Column("name_masked", String(64), nullable=False, comment="张*"),
        Column("category", String(32), nullable=False),
        Column("insutype", String(8), nullable=False),
        Column("insu_admdvs", String(6), nullable=False, comment="insured district, six digits"),
        Column("town", String(64), nullable=False, comment="township of the register, or empty"),
    ]


# Once a person whatever lists them, filled in its own order: a tree on each list took as long as the list itself.
search_marks = Table(
    "search_marks", metadata,
    Column("mark", String(20), primary_key=True, comment="blind index of a whole name or of a number's last four"),
    Column("person", String(32), primary_key=True),
    comment="what listed people are looked for by: the last four, and each name they were ever listed under",
    sqlite_with_rowid=False,
)


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
    # As long as the platform makes them; SQLite counts no characters.
    Column("crossing_setl_id", Text().with_variant(String(64), "sqlite")),
    Column("state", String(16), nullable=False),
)
Index(None, alerts.c.run_id, alerts.c.person)
# All a list is counted, filtered and sorted by, so that no page of 100,000 alerts visits their rows. In any other order than
# that of the excess it is sorted from the first: a tree for each took every run longer than it saved.
_LISTED = ("run_id", "excess_fen", "state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "burden_fen")
Index("ix_alerts_list", *(alerts.c[name] for name in _LISTED))

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
Index(None, shortfalls.c.person)
_DUE = ("reason", "category", "insu_admdvs", "town", "since", "expected_fen", "shortfall_fen")
for _name, _first in (
    ("list", ("shortfall_fen",)), ("expected", ("expected_fen",)), ("day", ("since",)), ("place", ("insu_admdvs", "town")),
):
    _rest = tuple(name for name in _DUE if name not in _first)
    Index(f"ix_shortfalls_{_name}", *(shortfalls.c[name] for name in ("run_id", *_first, *_rest)))


def _facts() -> list[Column[Any]]:
    """What a run said of somebody, as a case shows it and a pack keeps it."""
    return [
        Column("kind", String(32), nullable=False),
        Column("rule", String(64), nullable=False),
        Column("measure", String(32), nullable=False),
        Column("burden_fen", BigInteger, nullable=False),
        Column("benchmark_fen", BigInteger, comment="empty for an absolute line"),
        Column("benchmark_year", Integer),
        Column("multiple", String(16), comment="decimal text; empty for an absolute line"),
        Column("threshold_fen", BigInteger, nullable=False, comment="rounded for display"),
        Column("excess_fen", BigInteger, nullable=False),
        Column("band", Integer, nullable=False, comment="highest of 50, 100, 150 % of the benchmark crossed, 0 for an absolute line"),
        Column("crossed_on", Date, comment="first crossing, the last known where there is none now"),
        Column("provisional", Boolean, nullable=False),
        Column("alert_state", String(16), nullable=False, comment="vocabulary.AlertState, of the newest run worked in"),
        Column("alert_reason", String(32), nullable=False, comment="why cleared; empty otherwise"),
    ]


def _done_by() -> list[Column[Any]]:
    """Who did something, and when."""
    return [
        Column("at", String(32), nullable=False, comment="as moment.written writes it"),
        Column("actor", String(64), nullable=False, comment="account name, os:NAME or run"),
        Column("account", Integer, comment="number of the account; not a foreign key: history outlives everything"),
    ]


def _remark(name: str = "remark_sealed") -> Column[Any]:
    return Column(name, LargeBinary, comment="in somebody's own words", info={"sealed_for": REMARK_SEAL})


cases = Table(
    "cases", metadata,
    *_somebody(),
    Column("document", String(64), nullable=False),
    Column("year", Integer, nullable=False, comment="of the runs' as_of"),
    *_facts(),
    Column("opened_run", String(32), nullable=False, comment="the run whose alert opened it; with person and rule, the alert"),
    Column("opened_at", String(32), nullable=False, comment="when that run was committed"),
    Column("opened_crossing", Date, comment="first crossing as known then"),
    Column("known_at", String(32), comment="when the newest settlements that run used were committed"),
    Column("alert_run", String(32), nullable=False, comment="the newest run that said something of the person"),
    Column("as_of", Date, nullable=False, comment="that run's"),
    Column("news", String(16), nullable=False, comment="vocabulary.AlertState nobody has acted on yet, or empty"),
    Column("state", String(16), nullable=False, comment="vocabulary.CaseState"),
    Column("since", String(32), nullable=False, comment="when it came into its state"),
    Column("version", Integer, nullable=False, comment="counts every act; who acts on an older one is told"),
    Column("reason", String(32), nullable=False, comment="coded reason of excluded, not_recognised, closed; empty otherwise"),
    Column("assignee", Integer, ForeignKey("accounts.id"), comment="the officer it is given to"),
    Column("due_on", Date, comment="last day for the next step"),
    Column("sent_at", String(32), comment="first time it was sent"),
    Column("answer", String(16), nullable=False, comment="CaseState of the departments' last answer, or empty"),
    Column("answered_at", String(32)),
    Column("recognised_as", String(32), nullable=False, comment="vocabulary.Category, or empty"),
    Column("recognised_on", Date, comment="first day in force"),
    Column("relief_kind", String(32), nullable=False, comment="vocabulary.ReliefKind, or empty"),
    Column("relief_fen", BigInteger),
    Column("relief_on", Date),
    Column("closed_at", String(32)),
    UniqueConstraint("person", "document", "year", name="uq_cases_person"),
    comment="one a person, document and year; what officers decide, which no run overwrites",
)
# As few as serve: a run of 100,000 alerts opens as many cases at once, and each index is a tree to insert them into.
Index(None, cases.c.state, cases.c.since)
Index("ix_cases_list", *(cases.c[name] for name in ("excess_fen", "state", "kind", "category", "insu_admdvs", "town")))
# These hold what officers have dealt with only.
_columns: tuple[str, ...]
for _columns, _where in (
    (("assignee", "due_on"), cases.c.assignee.is_not(None)), (("due_on",), cases.c.due_on.is_not(None)),
    (("news",), cases.c.news != ""),
):
    Index(None, *(cases.c[name] for name in _columns), sqlite_where=_where, postgresql_where=_where)

case_runs = Table(
    "case_runs", metadata,
    Column("run_id", String(32), primary_key=True),
    Column("document", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    *_done_by(),
    Column("opened", Integer, nullable=False, comment="cases"),
    Column("reopened", Integer, nullable=False),
    Column("moved", Integer, nullable=False, comment="back under the line, or deceased"),
    Column("heard", Integer, nullable=False, comment="news of an open case that did not move it"),
    Column("skipped", Boolean, nullable=False, comment="older than a run worked in before: touched nothing"),
    comment="runs whose alerts are worked into the cases: each once, whatever becomes of its image",
)

case_events = Table(
    "case_events", metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    *_done_by(),
    Column("act", String(16), nullable=False, comment="vocabulary.CaseAct"),
    Column("from_state", String(16), nullable=False, comment="empty for the first"),
    Column("to_state", String(16), nullable=False),
    Column("reason", String(32), nullable=False, comment="coded reason, or the run's word (raised, cleared: correction …)"),
    Column("detail", Text, nullable=False, comment="JSON: assignee, due_on, category, relief …; never a personal value"),
    _remark(),
    Column("run_id", String(32), comment="the run that spoke"),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), comment="the pack it went with"),
    Column("reply_id", Integer, ForeignKey("replies.id"), comment="the reply that said so"),
    Column("version", Integer, nullable=False, comment="the case's, after it"),
    comment="a case's history: rows are added, never changed",
)
Index(None, case_events.c.case_id)

referral_packs = Table(
    "referral_packs", metadata,
    Column("id", Integer, primary_key=True),
    Column("department", String(32), nullable=False, comment="vocabulary.DEPARTMENTS"),
    Column("month", String(7), nullable=False, comment="YYYY-MM"),
    Column("document", String(64), nullable=False),
    Column("run_id", String(32), nullable=False, comment="the newest run of the document when it was proposed: the facts"),
    Column("districts", Text, nullable=False, comment="JSON list of prefixes: whose people; empty for all"),
    Column("filters", Text, nullable=False, comment="JSON: whatever else it was narrowed by"),
    Column("layout", String(64), nullable=False, comment="the recipient's template, by id"),
    Column("year", Integer, comment="of the number, given when approved"),
    Column("serial", Integer, comment="1, 2, 3 … within department and year, given when approved"),
    Column("state", String(16), nullable=False, comment="vocabulary.PackState"),
    Column("content_sha256", String(64), nullable=False, comment="of the lines in their order: what approvers have seen"),
    Column("counts", Text, nullable=False, comment="JSON: people by ReferralNews, left out by why, sums in fen"),
    Column("people", Integer, nullable=False, comment="lines"),
    Column("excess_fen", BigInteger, nullable=False),
    Column("known_at", String(40), nullable=False, comment="that run's: for replay"),
    Column("due_on", Date, comment="when answers are due"),
    Column("proposed_at", String(32), nullable=False),
    Column("proposed_by", String(64), nullable=False, comment="actor"),
    Column("proposed_account", Integer),
    Column("sent_at", String(32)),
    Column("received_at", String(32)),
    Column("recalled_at", String(32)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("department", "year", "serial", name="uq_referral_packs_number"),
    comment="monthly lists to departments, immutable once sent",
)
Index(None, referral_packs.c.month, referral_packs.c.department)

referral_lines = Table(
    "referral_lines", metadata,
    *_somebody(),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), nullable=False),
    Column("position", Integer, nullable=False, comment="1, 2, 3 … as the list is read"),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("news", String(16), nullable=False, comment="vocabulary.ReferralNews"),
    *_facts(),
    Column("covered", Boolean, nullable=False, comment="stands apart: already in the recipient's care"),
    Column("answer", String(16), nullable=False, comment="CaseState this department answered with, or empty"),
    Column("answer_reason", String(32), nullable=False),
    Column("answered_at", String(32)),
    UniqueConstraint("pack_id", "case_id", name="uq_referral_lines_case"),
    comment="the people of a pack with the facts as sent; only the answer comes later",
)
for _columns in (("case_id",), ("pack_id", "position")):
    Index(None, *(referral_lines.c[name] for name in _columns))

pack_people = Table(
    "pack_people", metadata,
    *_somebody(),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), nullable=False),
    Column("position", Integer, nullable=False, comment="1, 2, 3 … as the list is read"),
    Column("since", Date, nullable=False, comment="first day the identity is in force"),
    Column("until", Date, comment="its last day; empty where no end is known"),
    Column("in_register", Boolean, nullable=False, comment="whether the register of the insured knows them"),
    UniqueConstraint("pack_id", "person", name="uq_pack_people_person"),
    comment="the people of a list that is of no cases (先诊疗后付费), as proposed",
)
Index(None, pack_people.c.pack_id, pack_people.c.position)

referral_acts = Table(
    "referral_acts", metadata,
    Column("id", Integer, primary_key=True),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), nullable=False),
    *_done_by(),
    Column("to_state", String(16), nullable=False, comment="vocabulary.PackState it led to"),
    Column("content_sha256", String(64), nullable=False, comment="of what was seen"),
    _remark(),
    comment="a pack's history: proposed, approved or refused, sent, received, recalled",
)
Index(None, referral_acts.c.pack_id)

referral_files = Table(
    "referral_files", metadata,
    Column("id", Integer, primary_key=True),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), nullable=False),
    Column("name", String(128), nullable=False, comment="file name, without anybody's name in it"),
    Column("rows", Integer, nullable=False, comment="people in it"),
    Column("sha256", String(64), nullable=False, comment="of the file as handed over"),
    *_done_by(),
    comment="files written of a pack: rows on screen = rows in the file = rows in the audit",
)
Index(None, referral_files.c.pack_id)

replies = Table(
    "replies", metadata,
    Column("id", Integer, primary_key=True),
    Column("department", String(32), nullable=False, comment="vocabulary.DEPARTMENTS, or province for its own list"),
    Column("layout", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True, comment="of the file: the same one is not imported twice"),
    Column("pack_id", Integer, ForeignKey("referral_packs.id"), comment="the pack it says it answers; empty where it says none"),
    Column("month", String(7), nullable=False, comment="YYYY-MM it is about"),
    Column("run_id", String(32), comment="the run a province's list was compared with"),
    *_done_by(),
    Column("read", Integer, nullable=False, comment="lines"),
    Column("counts", Text, nullable=False, comment="JSON: lines by ReplyMatch; read is their sum"),
    Column("batch", String(64), comment="the identities it granted, as loaded into the store"),
    Column("notes", Text, comment="JSON: kept: lines by heading of what went into remarks; unused: what of the file was not used"),
    comment="imported answers of departments, and provinces' lists",
)

reply_lines = Table(
    "reply_lines", metadata,
    Column("id", Integer, primary_key=True),
    Column("reply_id", Integer, ForeignKey("replies.id"), nullable=False),
    Column("line", Integer, nullable=False, comment="in the file"),
    Column("certno_sealed", LargeBinary, info={"sealed_for": CERTNO_SEAL}),
    Column("name_sealed", LargeBinary, info={"sealed_for": NAME_SEAL}),
    Column("certno_masked", String(24), nullable=False),
    Column("name_masked", String(64), nullable=False),
    Column("person", String(32), comment="key of the number; empty where the line has none"),
    Column("insu_admdvs", String(6), nullable=False, comment="of the person it was matched with, or empty: for scope"),
    Column("town", String(64), nullable=False),
    Column("match", String(16), nullable=False, comment="vocabulary.ReplyMatch"),
    Column("why", String(32), nullable=False, comment="what is in the way or why only they have it; coded, or empty"),
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("referral_line_id", Integer, ForeignKey("referral_lines.id")),
    Column("answer", String(16), nullable=False, comment="vocabulary.CaseState, or empty"),
    Column("answer_reason", String(32), nullable=False),
    Column("category", String(32), nullable=False, comment="recognised as, or empty"),
    Column("effective_on", Date, comment="first day the identity is in force"),
    Column("relief_kind", String(32), nullable=False),
    Column("relief_fen", BigInteger),
    Column("relief_on", Date),
    Column("relief_as", String(16), nullable=False, server_default="", comment="vocabulary.ReliefProposal; empty: it says of none"),
    Column("relief_at", String(32), comment="when somebody took the relief over, or dropped it"),
    Column("relief_by", String(64)),
    _remark(),
    Column("settled_at", String(32), comment="when somebody decided what to do with a conflict or a late one"),
    Column("settled_by", String(64)),
    Column("settled_as", String(16), nullable=False, comment="applied or dropped, or empty"),
    Column("version", Integer, nullable=False),
    comment="the lines of replies, each with what became of it",
)
for _columns in (("reply_id", "line"), ("case_id",), ("match", "settled_at")):
    Index(None, *(reply_lines.c[name] for name in _columns))

relief_decisions = Table(
    "relief_decisions", metadata,
    # Key rotation goes through a table by one number.
    Column("id", Integer, primary_key=True),
    Column("person", String(32), nullable=False, comment="as the case's"),
    Column("decided_on", Date, nullable=False, comment="the day of the relief"),
    Column("certno_sealed", LargeBinary, comment="the number it was told under: a correction goes by it, whosever the case is now",
           info={"sealed_for": CERTNO_SEAL}),
    Column("name_sealed", LargeBinary, info={"sealed_for": NAME_SEAL}),
    Column("fen", BigInteger, nullable=False, comment="as the store was told last; 0: taken back"),
    Column("batch", String(64), nullable=False, comment="the load it was told with"),
    Column("at", String(32), nullable=False),
    UniqueConstraint("person", "decided_on", name="uq_relief_decisions_person"),
    comment="reliefs of cases decided one by one (一事一议), as the store's case decisions have them",
)
