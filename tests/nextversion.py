"""Migrations as a later version has them: ours, and one more that makes a table and changes another and its rows."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.casework import database

NEXT = "0101"
_MIGRATION = '''
import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("looks", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("runs", sa.Column("looked_at", sa.String(8), nullable=False, server_default=""))
    op.execute("UPDATE runs SET looked_at = 'yes'")
    op.create_index("ix_runs_looked_at", "runs", ["looked_at"])
'''


def later_migrations(directory: Path) -> Path:
    """The directory with the migrations of the later version, to stand in for ``database._MIGRATIONS``; made when it is not there."""
    made = directory / "migrations"
    if not made.is_dir():
        shutil.copytree(database._MIGRATIONS, made, ignore=shutil.ignore_patterns("__pycache__"))
        (made / "versions" / f"{NEXT}_looks.py").write_text(_MIGRATION, encoding="utf-8")
    return made
