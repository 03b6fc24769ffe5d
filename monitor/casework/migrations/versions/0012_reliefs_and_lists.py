"""What a department says of a relief is proposed at the case; what of a reply went into remarks; case decisions the store was told
of; people of lists that are of no cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("replies", sa.Column(
        "notes", sa.Text(), nullable=True,
        comment="JSON: kept: lines by heading of what went into remarks; unused: what of the file was not used",
    ))
    op.add_column("reply_lines", sa.Column(
        "relief_as", sa.String(16), nullable=False, server_default="",
        comment="vocabulary.ReliefProposal; empty: it says of none",
    ))
    op.add_column("reply_lines", sa.Column(
        "relief_at", sa.String(32), nullable=True, comment="when somebody took the relief over, or dropped it",
    ))
    op.add_column("reply_lines", sa.Column("relief_by", sa.String(64), nullable=True))
    # What departments said before this version is proposed, too: nobody was ever shown it.
    op.execute(sa.text(
        "UPDATE reply_lines SET relief_as = 'proposed'"
        " WHERE case_id IS NOT NULL AND (relief_kind <> '' OR relief_fen IS NOT NULL OR relief_on IS NOT NULL)"
    ))
    op.create_table("relief_decisions",
        sa.Column("person", sa.String(32), nullable=False, comment="as the case's"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="the day of the relief"),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="as the store was told last; 0: taken back"),
        sa.Column("batch", sa.String(64), nullable=False, comment="the load it was told with"),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person", "decided_on", name=op.f("pk_relief_decisions")),
        comment="reliefs of cases decided one by one (一事一议), as the store's case decisions have them",
    )


def downgrade() -> None:
    op.drop_table("relief_decisions")
    for column in ("relief_by", "relief_at", "relief_as"):
        op.drop_column("reply_lines", column)
    op.drop_column("replies", "notes")
