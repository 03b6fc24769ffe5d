"""Under which number a case decision was told: cases follow their people when numbers are joined, what was told does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whatever was told is told again: the same decisions of the same days, which count once.
    op.drop_table("relief_decisions")
    op.create_table("relief_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False, comment="as the case's"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="the day of the relief"),
        sa.Column("certno_sealed", sa.LargeBinary(), nullable=True,
                  comment="the number it was told under: a correction goes by it, whosever the case is now"),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="as the store was told last; 0: taken back"),
        sa.Column("batch", sa.String(64), nullable=False, comment="the load it was told with"),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_decisions")),
        sa.UniqueConstraint("person", "decided_on", name="uq_relief_decisions_person"),
        comment="reliefs of cases decided one by one (一事一议), as the store's case decisions have them",
    )
    if op.get_bind().dialect.name == "postgresql":
        # A settlement's number is as long as the platform makes it; SQLite counts no characters.
        op.alter_column("alerts", "crossing_setl_id", type_=sa.Text(), existing_type=sa.String(64))


def downgrade() -> None:
    op.drop_table("relief_decisions")
    op.create_table("relief_decisions",
        sa.Column("person", sa.String(32), nullable=False, comment="as the case's"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="the day of the relief"),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="as the store was told last; 0: taken back"),
        sa.Column("batch", sa.String(64), nullable=False, comment="the load it was told with"),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person", "decided_on", name=op.f("pk_relief_decisions")),
        comment="reliefs of cases decided one by one (一事一议), as the store's case decisions have them",
    )
