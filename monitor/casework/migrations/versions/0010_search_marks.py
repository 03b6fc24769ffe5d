"""People are found through one table of marks instead of three columns and trees in every list; replies say whose they are by
person key.

Up, everything is there already. Down, the columns are made again from the sealed names and numbers, which takes the keys of the
home (MONITOR_HOME, MONITOR_KEYS): without them nothing is changed.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from monitor.store.home import Store

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LISTS = ("alerts", "set_aside", "shortfalls", "cases", "referral_lines")
_INDEXES = {
    "certno_index": "blind index of the whole number", "last4_index": "blind index of the number's last four",
    "name_index": "blind index of the whole name",
}
_TREES = {
    "alerts": [["run_id", name] for name in _INDEXES], "shortfalls": [["run_id", name] for name in _INDEXES],
    "cases": [[name] for name in _INDEXES], "referral_lines": [["certno_index"]], "reply_lines": [["certno_index"]],
}
#: What a line of a pack keeps, before and after.
_FIXED = (
    "id, person, certno_masked, name_masked, {}category, insutype, insu_admdvs, town, pack_id, position, case_id, news, kind, rule,"
    " measure, burden_fen, benchmark_fen, benchmark_year, multiple, threshold_fen, excess_fen, band, crossed_on, provisional,"
    " alert_state, alert_reason, covered"
)
_ROWS = 5_000


def upgrade() -> None:
    op.create_table('search_marks',
        sa.Column('mark', sa.String(length=20), nullable=False, comment="blind index of a whole name or of a number's last four"),
        sa.Column('person', sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint('mark', 'person', name=op.f('pk_search_marks')),
        comment='what listed people are looked for by: the last four, and each name they were ever listed under',
        sqlite_with_rowid=False
    )
    marks = sa.union(*(
        sa.select(sa.func.substr(listed.c[name], 1, 20).label("mark"), listed.c.person).where(listed.c[name].is_not(None))
        for listed in map(_table, LISTS) for name in ("last4_index", "name_index")
    )).subquery()
    in_order = sa.select(marks.c.mark, marks.c.person).order_by(marks.c.mark, marks.c.person)
    op.execute(sa.insert(sa.table("search_marks", sa.column("mark"), sa.column("person"))).from_select(["mark", "person"], in_order))
    person = sa.Column('person', sa.String(length=32), comment='key of the number; empty where the line has none')
    op.add_column('reply_lines', person)
    # A reply is asked for people of ours only, who stand in some list.
    replies, bind = _table("reply_lines"), op.get_bind()
    numbers = sa.select(replies.c.certno_index)
    ours = {
        index: person for listed in map(_table, LISTS)
        for index, person in bind.execute(sa.select(listed.c.certno_index, listed.c.person).where(listed.c.certno_index.in_(numbers)))
    }
    if ours:
        bind.execute(
            sa.update(replies).where(replies.c.certno_index == sa.bindparam("number")).values(person=sa.bindparam("whose")),
            [{"number": index, "whose": person} for index, person in ours.items()],
        )
    for table, trees in _TREES.items():
        for columns in trees:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    _drop_guard()
    for table in LISTS:
        for name in _INDEXES:
            op.drop_column(table, name)
    op.drop_column('reply_lines', 'certno_index')
    _make_guard(_FIXED.format(""))


def downgrade() -> None:
    for table in LISTS:
        for name, comment in _INDEXES.items():
            op.add_column(table, sa.Column(name, sa.String(length=32), nullable=True, comment=comment))
    op.add_column('reply_lines', sa.Column('certno_index', sa.String(length=32), nullable=True))
    _drop_guard()
    _index_again()
    _make_guard(_FIXED.format("certno_index, last4_index, name_index, "))
    for table, trees in _TREES.items():
        for columns in trees:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    op.drop_column('reply_lines', 'person')
    op.drop_table('search_marks')


def _table(name: str) -> sa.TableClause:
    columns = ("id", "person", "certno_sealed", "name_sealed", *_INDEXES)
    return sa.table(name, *(sa.column(column) for column in columns))


def _drop_guard() -> None:
    on = " ON referral_lines" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER referral_lines_fixed{on}")


def _make_guard(columns: str) -> None:
    does = (
        "FOR EACH ROW EXECUTE FUNCTION referral_lines_fixed()" if op.get_bind().dialect.name == "postgresql" else
        "WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_lines keeps what was told'); END"
    )
    op.execute(sa.text(f"CREATE TRIGGER referral_lines_fixed BEFORE UPDATE OF {columns} ON referral_lines {does}"))


def _index_again() -> None:
    store: Store | None = None
    for table in (*LISTS, "reply_lines"):
        there, bind, last = _table(table), op.get_bind(), 0
        asked = sa.select(there.c.id, there.c.certno_sealed, there.c.name_sealed).order_by(there.c.id).limit(_ROWS)
        names = _INDEXES if table != "reply_lines" else ("certno_index",)
        given = sa.update(there).where(there.c.id == sa.bindparam("number"))
        while rows := bind.execute(asked.where(there.c.id > last)).all():
            store = store or _store()
            made = ((number, _indexes(store, certno, name)) for number, certno, name in rows)
            bind.execute(given, [{"number": number, **{name: indexes[name] for name in names}} for number, indexes in made])
            last = rows[-1].id


def _store() -> Store:
    from monitor.base.settings import home_from
    from monitor.store.home import open_store

    return open_store(home_from(None))


def _indexes(store: Store, certno: bytes | None, name: bytes | None) -> dict[str, str | None]:
    """As access/hashing.py made them."""
    number, called = store.sealer.open_text(certno, "casework/certno"), store.sealer.open_text(name, "casework/name")
    texts = {"certno": number, "last4": number[-4:], "name": called}
    return {
        f"{kind}_index": hmac.digest(store.keys.hash, f"index:{kind}:{text}".encode(), "sha256").hex()[:32] if text else None
        for kind, text in texts.items()
    }
