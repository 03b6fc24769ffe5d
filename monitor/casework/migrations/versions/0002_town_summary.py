"""Counts of alerts by township, made of the alerts that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('town_summary',
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('town', sa.String(length=64), nullable=False, comment='township of the register, or empty'),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('category', sa.String(length=32), nullable=False),
        sa.Column('insu_admdvs', sa.String(length=6), nullable=False),
        sa.Column('month', sa.String(length=7), nullable=False, comment='month of the first crossing, YYYY-MM; empty when cleared'),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('excess_fen', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_town_summary_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'town', 'kind', 'category', 'insu_admdvs', 'month', 'state', name=op.f('pk_town_summary')),
        comment='the same by township',
        sqlite_with_rowid=False
    )
    # A date written as text begins with its month in both databases.
    op.execute(
        "INSERT INTO town_summary (run_id, town, kind, category, insu_admdvs, month, state, people, excess_fen)"
        " SELECT run_id, town, kind, category, insu_admdvs, coalesce(substr(CAST(crossed_on AS VARCHAR), 1, 7), ''),"
        " state, count(*), sum(excess_fen) FROM alerts GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def downgrade() -> None:
    op.drop_table('town_summary')
