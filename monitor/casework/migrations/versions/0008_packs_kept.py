"""The bytes of referral packs, sealed, and triggers: nothing of a pack changes once told, and a second person approves it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.casework.pack_tables import GUARD_NAMES, GUARDS

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("referral_packs", "referral_lines", "referral_acts", "referral_files", "referral_contents")


def upgrade() -> None:
    op.create_table('referral_contents',
        sa.Column('file_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('content_sealed', sa.LargeBinary(), nullable=False, comment="the file's bytes as handed over, sealed"),
        sa.ForeignKeyConstraint(['file_id'], ['referral_files.id'], name=op.f('fk_referral_contents_file_id')),
        sa.PrimaryKeyConstraint('file_id', name=op.f('pk_referral_contents')),
        comment="the files of packs: what a department has can always be shown again"
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM referral_packs")):
        raise RuntimeError("lists have gone out to departments, and nothing may remove them")
    for name in GUARD_NAMES:
        table = next(table for table in TABLES if name.startswith(table))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.text(f"DROP TRIGGER {name} ON {table}"))
            op.execute(sa.text(f"DROP FUNCTION {name}()"))
        else:
            op.execute(sa.text(f"DROP TRIGGER {name}"))
    op.drop_table('referral_contents')
