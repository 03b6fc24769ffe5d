"""Under which number a case decision was told: cases follow their people when numbers are joined, what was told does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("relief_decisions") as table:
        table.add_column(sa.Column(
            "certno_sealed", sa.LargeBinary(), nullable=True,
            comment="the number it was told under: a correction goes by it, whosever the case is now",
        ))
        table.add_column(sa.Column("name_sealed", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        # A settlement's number is as long as the platform makes it; SQLite counts no characters.
        op.alter_column("alerts", "crossing_setl_id", type_=sa.Text(), existing_type=sa.String(64))


def downgrade() -> None:
    op.drop_column("relief_decisions", "name_sealed")
    op.drop_column("relief_decisions", "certno_sealed")
