"""The first schema, of release 0.1.0: every table with its indexes and triggers, as SQL for each of the two databases.

The SQL was written from the tables when they agreed; a migration is history and is not edited afterwards.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    file = Path(__file__).with_suffix(f".{op.get_bind().dialect.name}.sql")
    # A blank line stands between statements and nowhere else: a trigger's body has semicolons of its own.
    for statement in file.read_text(encoding="utf-8").split("\n\n"):
        # Only text is in there, and no parameter: a colon is a colon.
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    raise RuntimeError("there is no way back from a migration: restore the backup made before it")
