"""Who acts: accounts with roles and scope, their sessions, failed sign-ins, the audit."""

# Generated from access/tables.py when they agreed; a migration is history and is not edited afterwards.
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The next entry and nothing else: see access/tables.py, APPEND_ONLY.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_next BEFORE INSERT ON audit WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE OR REPLACE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) THEN RAISE EXCEPTION 'audit is append-only'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_next BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse_gap()",
    ),
}


def upgrade() -> None:
    op.create_table('accounts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=32), nullable=False, comment='what is typed to sign in, lower case'),
        sa.Column('display', sa.String(length=64), nullable=False, comment='how screens and lists name the officer'),
        sa.Column('password', sa.String(length=255), nullable=False, comment='argon2id, with its parameters and salt'),
        sa.Column('one_time', sa.Boolean(), nullable=False, comment='the password was handed out and has to be changed'),
        sa.Column('password_at', sa.String(length=32), nullable=False, comment='when the password was set'),
        sa.Column('totp_sealed', sa.LargeBinary(), nullable=True, comment='secret of the second factor, sealed'),
        sa.Column('totp_confirmed', sa.Boolean(), nullable=False, comment='a code was given once: the second factor counts'),
        sa.Column('totp_step', sa.BigInteger(), nullable=True, comment='time step of the last code taken: none up to it is taken again'),
        sa.Column('demo', sa.Boolean(), nullable=False, comment='made by the demo: signs in where Access.demo_home() is true only'),
        sa.Column('signed_in_at', sa.String(length=32), nullable=True, comment='the last time; empty before the first'),
        sa.Column('disabled_at', sa.String(length=32), nullable=True, comment='empty while the account may sign in'),
        sa.Column('created_at', sa.String(length=32), nullable=False),
        sa.Column('created_by', sa.String(length=64), nullable=False, comment="the actor's name"),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
        sa.UniqueConstraint('name'),
        comment='who may sign in to the screens'
    )
    op.create_table('attempts',
        sa.Column('subject', sa.String(length=80), nullable=False, comment='name:keyed hash of what was typed, or client:address'),
        sa.Column('failures', sa.Integer(), nullable=False, comment='in a row'),
        sa.Column('since', sa.String(length=32), nullable=False, comment='the first of them'),
        sa.Column('last_at', sa.String(length=32), nullable=False),
        sa.Column('again_at', sa.String(length=32), nullable=True, comment='until when nothing is tried; empty when at once'),
        sa.PrimaryKeyConstraint('subject', name=op.f('pk_attempts')),
        comment='sign-ins that failed, by name (known or not) and by network address'
    )
    op.create_table('audit',
        sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False, comment='1, 2, 3 … without a gap'),
        sa.Column('at', sa.String(length=32), nullable=False, comment='when it was done'),
        sa.Column('written_at', sa.String(length=32), nullable=False, comment='when it was written down: later after a repair only'),
        sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or anonymous'),
        sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: entries outlive everything'),
        sa.Column('session', sa.String(length=16), nullable=True, comment='public part of the session'),
        sa.Column('place', sa.String(length=64), nullable=False, comment='from which screen or command'),
        sa.Column('action', sa.String(length=32), nullable=False, comment='vocabulary.AuditAction'),
        sa.Column('object', sa.String(length=128), nullable=False, comment='what it was done to: run, batch, account, person key'),
        sa.Column('purpose', sa.Text(), nullable=False, comment='why, where the act asks for it'),
        sa.Column('detail', sa.Text(), nullable=False, comment='JSON: counts, ids, options; never a personal value'),
        sa.Column('fact', sa.String(length=64), nullable=True, comment="the store's fact this entry is about: each once"),
        sa.Column('previous', sa.String(length=64), nullable=False, comment='digest of the entry before'),
        sa.Column('digest', sa.String(length=64), nullable=False, comment='HMAC-SHA256 of all of this'),
        sa.PrimaryKeyConstraint('sequence', name=op.f('pk_audit')),
        sa.UniqueConstraint('fact'),
        comment='who did what, when and from where; append-only, each entry chained to the one before'
    )
    op.create_index(op.f('ix_audit_actor'), 'audit', ['actor'], unique=False)
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_table('account_roles',
        sa.Column('account', sa.Integer(), nullable=False),
        sa.Column('role', sa.String(length=32), nullable=False, comment='vocabulary.Role'),
        sa.ForeignKeyConstraint(['account'], ['accounts.id'], name=op.f('fk_account_roles_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('account', 'role', name=op.f('pk_account_roles'))
    )
    op.create_table('account_scopes',
        sa.Column('account', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False, comment='everything, district or town'),
        sa.Column('place', sa.String(length=64), nullable=False, comment="prefix of a district's code, name of a township, or empty"),
        sa.ForeignKeyConstraint(['account'], ['accounts.id'], name=op.f('fk_account_scopes_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('account', 'kind', 'place', name=op.f('pk_account_scopes')),
        comment="whose rows an account sees; without a row: nobody's"
    )
    op.create_table('passwords_used',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account', sa.Integer(), nullable=False),
        sa.Column('password', sa.String(length=255), nullable=False, comment='argon2id'),
        sa.ForeignKeyConstraint(['account'], ['accounts.id'], name=op.f('fk_passwords_used_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passwords_used')),
        comment='the passwords before the present one, so that none comes back soon'
    )
    op.create_index(op.f('ix_passwords_used_account'), 'passwords_used', ['account'], unique=False)
    op.create_table('sessions',
        sa.Column('token_sha256', sa.String(length=64), nullable=False, comment='the token itself is in the browser only'),
        sa.Column('account', sa.Integer(), nullable=False),
        sa.Column('opened_at', sa.String(length=32), nullable=False),
        sa.Column('seen_at', sa.String(length=32), nullable=False, comment='last use, to the minute'),
        sa.Column('client', sa.String(length=64), nullable=False, comment='network address it was opened from'),
        sa.ForeignKeyConstraint(['account'], ['accounts.id'], name=op.f('fk_sessions_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_sessions'))
    )
    op.create_index(op.f('ix_sessions_account'), 'sessions', ['account'], unique=False)
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM audit")):
        raise RuntimeError("the audit has entries, and nothing may remove them")
    op.drop_index(op.f('ix_sessions_account'), table_name='sessions')
    op.drop_table('sessions')
    op.drop_index(op.f('ix_passwords_used_account'), table_name='passwords_used')
    op.drop_table('passwords_used')
    op.drop_table('account_scopes')
    op.drop_table('account_roles')
    op.drop_index(op.f('ix_audit_at'), table_name='audit')
    op.drop_index(op.f('ix_audit_actor'), table_name='audit')
    op.drop_table('audit')
    op.drop_table('attempts')
    op.drop_table('accounts')
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION audit_refuse()"))
        op.execute(sa.text("DROP FUNCTION audit_refuse_gap()"))
