"""Trees of alerts that a hundred thousand new ones are hung into: two fewer, and persons within their run, where they are looked
for. On PostgreSQL what was sent cannot be emptied in one go either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_REST = ["state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "burden_fen", "excess_fen"]
_ORDERS = {"day": ["crossed_on"], "place": ["insu_admdvs", "town"]}
TABLES = ("referral_packs", "referral_lines", "referral_acts", "referral_files", "referral_contents")


def upgrade() -> None:
    for name in _ORDERS:
        op.drop_index(f"ix_alerts_{name}", table_name="alerts")
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
    for name, first in _ORDERS.items():
        op.create_index(f"ix_alerts_{name}", "alerts", ["run_id", *first, *(c for c in _REST if c not in first)], unique=False)
