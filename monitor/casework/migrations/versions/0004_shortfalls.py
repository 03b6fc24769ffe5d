"""What people are due: the figures of runs that have them, and the people due more than was paid."""

# Generated from casework/tables.py when they agreed; a migration is history and is not edited afterwards.
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('entitled_runs',
        sa.Column('run_id', sa.String(length=32), nullable=False),
        sa.Column('recognised', sa.Integer(), nullable=False, comment='people the document recognises'),
        sa.Column('computed', sa.Integer(), nullable=False, comment='of these, how many amounts could be worked out for'),
        sa.Column('due_more', sa.Integer(), nullable=False, comment='of these, how many are due more than was paid'),
        sa.Column('no_route', sa.Integer(), nullable=False, comment='people flagged whom no schedule helps'),
        sa.Column('expected_fen', sa.BigInteger(), nullable=False),
        sa.Column('actual_fen', sa.BigInteger(), nullable=False),
        sa.Column('shortfall_fen', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_entitled_runs_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', name=op.f('pk_entitled_runs')),
        comment='runs whose entitlements were worked out'
    )
    op.create_table('shortfalls',
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
        sa.Column('route', sa.String(length=16), nullable=False, comment='direct or on_application'),
        sa.Column('schedule', sa.String(length=64), nullable=False, comment="the document's schedule, by id"),
        sa.Column('reason', sa.String(length=32), nullable=False, comment='why more is due than was paid'),
        sa.Column('marks', sa.String(length=128), nullable=False, comment='what else officers ask about, words separated by blanks'),
        sa.Column('since', sa.Date(), nullable=True, comment='first counted settlement that went without assistance'),
        sa.Column('eligible_fen', sa.BigInteger(), nullable=False),
        sa.Column('aid_fen', sa.BigInteger(), nullable=False),
        sa.Column('tilt_fen', sa.BigInteger(), nullable=False),
        sa.Column('decided_fen', sa.BigInteger(), nullable=False, comment='decisions of single cases'),
        sa.Column('expected_fen', sa.BigInteger(), nullable=False),
        sa.Column('actual_fen', sa.BigInteger(), nullable=False),
        sa.Column('shortfall_fen', sa.BigInteger(), nullable=False),
        sa.Column('remaining_fen', sa.BigInteger(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False, comment='what has to be known of the amounts, or empty'),
        sa.ForeignKeyConstraint(['run_id'], ['runs.run_id'], name=op.f('fk_shortfalls_run_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_shortfalls')),
        comment='people due more than was paid (应享未享)'
    )
    op.create_index('ix_shortfalls_day', 'shortfalls', ['run_id', 'since', 'reason', 'category', 'insu_admdvs', 'town', 'expected_fen', 'shortfall_fen'], unique=False)
    op.create_index('ix_shortfalls_expected', 'shortfalls', ['run_id', 'expected_fen', 'reason', 'category', 'insu_admdvs', 'town', 'since', 'shortfall_fen'], unique=False)
    op.create_index('ix_shortfalls_list', 'shortfalls', ['run_id', 'shortfall_fen', 'reason', 'category', 'insu_admdvs', 'town', 'since', 'expected_fen'], unique=False)
    op.create_index(op.f('ix_shortfalls_person'), 'shortfalls', ['person'], unique=False)
    op.create_index('ix_shortfalls_place', 'shortfalls', ['run_id', 'insu_admdvs', 'town', 'reason', 'category', 'since', 'expected_fen', 'shortfall_fen'], unique=False)
    op.create_index(op.f('ix_shortfalls_run_id_certno_index'), 'shortfalls', ['run_id', 'certno_index'], unique=False)
    op.create_index(op.f('ix_shortfalls_run_id_last4_index'), 'shortfalls', ['run_id', 'last4_index'], unique=False)
    op.create_index(op.f('ix_shortfalls_run_id_name_index'), 'shortfalls', ['run_id', 'name_index'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_shortfalls_run_id_name_index'), table_name='shortfalls')
    op.drop_index(op.f('ix_shortfalls_run_id_last4_index'), table_name='shortfalls')
    op.drop_index(op.f('ix_shortfalls_run_id_certno_index'), table_name='shortfalls')
    op.drop_index('ix_shortfalls_place', table_name='shortfalls')
    op.drop_index(op.f('ix_shortfalls_person'), table_name='shortfalls')
    op.drop_index('ix_shortfalls_list', table_name='shortfalls')
    op.drop_index('ix_shortfalls_expected', table_name='shortfalls')
    op.drop_index('ix_shortfalls_day', table_name='shortfalls')
    op.drop_table('shortfalls')
    op.drop_table('entitled_runs')
