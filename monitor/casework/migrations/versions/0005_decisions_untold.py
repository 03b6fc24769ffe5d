"""Decisions of single cases can be untold, which is not zero."""

# Generated from casework/tables.py when they agreed; a migration is history and is not edited afterwards.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TOLD = "decisions of single cases"
_UNTOLD = "decisions of single cases; empty where nobody told of any"


def upgrade() -> None:
    with op.batch_alter_table("shortfalls") as batch:
        batch.alter_column("decided_fen", existing_type=sa.BigInteger(), nullable=True, comment=_UNTOLD, existing_comment=_TOLD)


def downgrade() -> None:
    op.execute(sa.text("UPDATE shortfalls SET decided_fen = 0 WHERE decided_fen IS NULL"))
    with op.batch_alter_table("shortfalls") as batch:
        batch.alter_column("decided_fen", existing_type=sa.BigInteger(), nullable=False, comment=_TOLD, existing_comment=_UNTOLD)
