"""Trees of alerts that a hundred thousand new ones are hung into: one fewer, and persons within their run, where they are looked
for. On PostgreSQL what was sent cannot be emptied in one go either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLACE = [
    "run_id", "insu_admdvs", "town", "state", "kind", "category", "insutype", "crossed_on", "burden_fen", "excess_fen",
]
TABLES = ("referral_packs", "referral_lines", "referral_acts", "referral_files", "referral_contents")


def upgrade() -> None:
    op.drop_index("ix_alerts_place", table_name="alerts")
    op.drop_index(op.f("ix_alerts_person"), table_name="alerts")
    op.create_index(op.f("ix_alerts_run_id_person"), "alerts", ["run_id", "person"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(sa.text(
                f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()"
            ))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(sa.text(f"DROP TRIGGER {table}_whole ON {table}"))
    op.drop_index(op.f("ix_alerts_run_id_person"), table_name="alerts")
    op.create_index(op.f("ix_alerts_person"), "alerts", ["person"], unique=False)
    op.create_index("ix_alerts_place", "alerts", _PLACE, unique=False)
