"""Alerts hang in one tree for their list instead of one for each amount: what the second saved a page it took every run."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BURDEN = ["run_id", "burden_fen", "state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "excess_fen"]


def upgrade() -> None:
    op.drop_index("ix_alerts_burden", table_name="alerts")


def downgrade() -> None:
    op.create_index("ix_alerts_burden", "alerts", _BURDEN, unique=False)
