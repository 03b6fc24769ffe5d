"""An index that covers every order of the list: far pages of 100,000 alerts visited whole rows."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REST = ["state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "burden_fen", "excess_fen"]
_ORDERS = {"list": ["excess_fen"], "burden": ["burden_fen"], "day": ["crossed_on"], "place": ["insu_admdvs", "town"]}
_BEFORE = {
    "ix_alerts_list": [
        "run_id", "excess_fen", "state", "kind", "category", "insu_admdvs", "town", "insutype", "crossed_on", "burden_fen",
    ],
    "ix_alerts_run_id_burden_fen": ["run_id", "burden_fen"],
    "ix_alerts_run_id_crossed_on": ["run_id", "crossed_on"],
}


def upgrade() -> None:
    for name in _BEFORE:
        op.drop_index(op.f(name), table_name="alerts")
    for name, first in _ORDERS.items():
        op.create_index(f"ix_alerts_{name}", "alerts", ["run_id", *first, *(c for c in _REST if c not in first)], unique=False)


def downgrade() -> None:
    for name in _ORDERS:
        op.drop_index(op.f(f"ix_alerts_{name}"), table_name="alerts")
    for name, columns in _BEFORE.items():
        op.create_index(name, "alerts", columns, unique=False)
