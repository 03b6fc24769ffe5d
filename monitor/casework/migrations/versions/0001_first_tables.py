"""The first tables: runs, alerts, people set aside, summary, distribution."""

# Generated from casework/tables.py when they agreed; a migration is history and is not edited afterwards.
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('runs',
        sa.Column('run_id', sa.String(length=32), nullable=False, comment="first 16 hex digits of the run manifest's hash"),
        sa.Column('position', sa.Integer(), nullable=False, comment='order of commitment in the store'),
        sa.Column('document', sa.String(length=64), nullable=False),
        sa.Column('title', sa.Text(), nullable=False, comment="the document's Chinese title"),
        sa.Column('as_of', sa.Date(), nullable=False),
        sa.Column('known_at', sa.String(length=40), nullable=False, comment='ISO 8601 with offset'),
        sa.Column('committed_at', sa.String(length=40), nullable=False, comment='ISO 8601 with offset'),
        sa.Column('trial', sa.Boolean(), nullable=False),
        sa.Column('replay', sa.Boolean(), nullable=False),
        sa.Column('provisional', sa.Boolean(), nullable=False),
        sa.Column('predecessor', sa.String(length=32), nullable=True, comment='the run states were compared with'),
        sa.Column('settlements', sa.BigInteger(), nullable=False, comment='current settlements in the window'),
        sa.Column('counted', sa.BigInteger(), nullable=False, comment='those that count (not void, refunded or superseded)'),
        sa.Column('persons', sa.BigInteger(), nullable=False, comment='persons with a counted settlement in the window'),
        sa.Column('latest_settlement', sa.Date(), nullable=True, comment='date of the latest settlement in the window'),
        sa.Column('latest_load', sa.String(length=40), nullable=True, comment='when the newest settlement batch it used was committed'),
        sa.Column('flagged', sa.Integer(), nullable=False, comment='alerts that are new, continuing or raised'),
        sa.Column('uncovered', sa.Integer(), nullable=False, comment='people over a line whom no rule covers'),
        sa.Column('outside_region', sa.Integer(), nullable=False),
        sa.Column('deceased', sa.Integer(), nullable=False),
        sa.Column('health', sa.Text(), nullable=False, comment='JSON: read, accepted, duplicates, rejected, flags by name'),
        sa.PrimaryKeyConstraint('run_id', name=op.f('pk_runs')),
        sa.UniqueConstraint('position')
    )
    op.create_table('alerts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('person', sa.String(length=32), nullable=False, comment='keyed hash of the person, hexadecimal'),
        sa.Column('certno_sealed', sa.LargeBinary(), nullable=True, comment='empty where only a psn_no is known'),
        sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('certno_masked', sa.String(length=24), nullable=False, comment='3710**********1234'),
        sa.Column('name_masked', sa.String(length=64), nullable=False, comment='张*'),
        sa.Column('certno_index', sa.String(length=32), nullable=True, comment='blind index of the whole number'),
        sa.Column('last4_index', sa.String(length=32), nullable=True, comment="blind index of the number's last four"),
        sa.Column('name_index', sa.String(length=32), nullable=True, comment='blind index of the whole name'),
        sa.Column('category', sa.String(length=32), nullable=False),
        sa.Column('insutype', sa.String(length=8), nullable=False),
        sa.Column('insu_admdvs', sa.String(length=6), nullable=False, comment='insured district, six digits'),
        sa.Column('town', sa.String(length=64), nullable=False, comment='township of the register, or empty'),
        sa.Column('measure', sa.String(length=32), nullable=False),
        sa.Column('burden_fen', sa.BigInteger(), nullable=False),
        sa.Column('benchmark_fen', sa.BigInteger(), nullable=True, comment='empty for an absolute line'),
        sa.Column('benchmark_year', sa.Integer(), nullable=True),
        sa.Column('multiple', sa.String(length=16), nullable=True, comment='decimal text; empty for an absolute line'),
        sa.Column('threshold_fen', sa.BigInteger(), nullable=False, comment='rounded for display'),
        sa.Column('excess_fen', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.String(length=32), nullable=False, comment='why cleared or set aside; empty otherwise'),
        sa.Column('provisional', sa.Boolean(), nullable=False),
        sa.Column('rule', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('crossed_on', sa.Date(), nullable=True, comment='empty when cleared or unconfirmed'),
        sa.Column('crossing_setl_id', sa.String(length=64), nullable=True),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_alerts_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    op.create_index('ix_alerts_list', 'alerts', ['run_id', 'excess_fen', 'state', 'kind', 'category', 'insu_admdvs', 'town', 'insutype', 'crossed_on', 'burden_fen'], unique=False)
    op.create_index(op.f('ix_alerts_person'), 'alerts', ['person'], unique=False)
    op.create_index(op.f('ix_alerts_run_id_burden_fen'), 'alerts', ['run_id', 'burden_fen'], unique=False)
    op.create_index(op.f('ix_alerts_run_id_certno_index'), 'alerts', ['run_id', 'certno_index'], unique=False)
    op.create_index(op.f('ix_alerts_run_id_crossed_on'), 'alerts', ['run_id', 'crossed_on'], unique=False)
    op.create_index(op.f('ix_alerts_run_id_last4_index'), 'alerts', ['run_id', 'last4_index'], unique=False)
    op.create_index(op.f('ix_alerts_run_id_name_index'), 'alerts', ['run_id', 'name_index'], unique=False)
    op.create_table('distribution',
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False, comment="the rule's kind whose population this is"),
        sa.Column('percent', sa.Integer(), nullable=False, comment='lower edge of a 5-point bin of burden ÷ benchmark, in %; a bin holds edge < ratio ≤ edge + 5, as the lines are strict; 300 holds all above 300'),
        sa.Column('people', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_distribution_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'kind', 'percent', name=op.f('pk_distribution'))
    )
    op.create_table('set_aside',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('person', sa.String(length=32), nullable=False, comment='keyed hash of the person, hexadecimal'),
        sa.Column('certno_sealed', sa.LargeBinary(), nullable=True, comment='empty where only a psn_no is known'),
        sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('certno_masked', sa.String(length=24), nullable=False, comment='3710**********1234'),
        sa.Column('name_masked', sa.String(length=64), nullable=False, comment='张*'),
        sa.Column('certno_index', sa.String(length=32), nullable=True, comment='blind index of the whole number'),
        sa.Column('last4_index', sa.String(length=32), nullable=True, comment="blind index of the number's last four"),
        sa.Column('name_index', sa.String(length=32), nullable=True, comment='blind index of the whole name'),
        sa.Column('category', sa.String(length=32), nullable=False),
        sa.Column('insutype', sa.String(length=8), nullable=False),
        sa.Column('insu_admdvs', sa.String(length=6), nullable=False, comment='insured district, six digits'),
        sa.Column('town', sa.String(length=64), nullable=False, comment='township of the register, or empty'),
        sa.Column('measure', sa.String(length=32), nullable=False),
        sa.Column('burden_fen', sa.BigInteger(), nullable=False),
        sa.Column('benchmark_fen', sa.BigInteger(), nullable=True, comment='empty for an absolute line'),
        sa.Column('benchmark_year', sa.Integer(), nullable=True),
        sa.Column('multiple', sa.String(length=16), nullable=True, comment='decimal text; empty for an absolute line'),
        sa.Column('threshold_fen', sa.BigInteger(), nullable=False, comment='rounded for display'),
        sa.Column('excess_fen', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.String(length=32), nullable=False, comment='why cleared or set aside; empty otherwise'),
        sa.Column('provisional', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_set_aside_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_set_aside'))
    )
    op.create_index(op.f('ix_set_aside_run_id_reason'), 'set_aside', ['run_id', 'reason'], unique=False)
    op.create_table('summary',
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('category', sa.String(length=32), nullable=False),
        sa.Column('insu_admdvs', sa.String(length=6), nullable=False),
        sa.Column('month', sa.String(length=7), nullable=False, comment='month of the first crossing, YYYY-MM; empty when cleared'),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('excess_fen', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_summary_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'kind', 'category', 'insu_admdvs', 'month', 'state', name=op.f('pk_summary')),
        comment='counts of alerts, additive: the overview never counts 100,000 rows'
    )


def downgrade() -> None:
    op.drop_table('summary')
    op.drop_index(op.f('ix_set_aside_run_id_reason'), table_name='set_aside')
    op.drop_table('set_aside')
    op.drop_table('distribution')
    op.drop_index(op.f('ix_alerts_run_id_name_index'), table_name='alerts')
    op.drop_index(op.f('ix_alerts_run_id_last4_index'), table_name='alerts')
    op.drop_index(op.f('ix_alerts_run_id_crossed_on'), table_name='alerts')
    op.drop_index(op.f('ix_alerts_run_id_certno_index'), table_name='alerts')
    op.drop_index(op.f('ix_alerts_run_id_burden_fen'), table_name='alerts')
    op.drop_index(op.f('ix_alerts_person'), table_name='alerts')
    op.drop_index('ix_alerts_list', table_name='alerts')
    op.drop_table('alerts')
    op.drop_table('runs')
