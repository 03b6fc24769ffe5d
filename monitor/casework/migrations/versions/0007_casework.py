"""Casework: cases with their history, referral packs with lines and approvals, replies."""

# Generated from casework/tables.py when they agreed; a migration is history and is not edited afterwards.
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_runs',
    sa.Column('run_id', sa.String(length=32), nullable=False),
    sa.Column('document', sa.String(length=64), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False, comment='as moment.written writes it'),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or run'),
    sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: history outlives everything'),
    sa.Column('opened', sa.Integer(), nullable=False, comment='cases'),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False, comment='back under the line, or deceased'),
    sa.Column('heard', sa.Integer(), nullable=False, comment='news of an open case that did not move it'),
    sa.Column('skipped', sa.Boolean(), nullable=False, comment='older than a run worked in before: touched nothing'),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_case_runs')),
    comment='runs whose alerts are worked into the cases: each once, whatever becomes of its image'
    )
    op.create_table('referral_packs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('department', sa.String(length=32), nullable=False, comment='vocabulary.DEPARTMENTS'),
    sa.Column('month', sa.String(length=7), nullable=False, comment='YYYY-MM'),
    sa.Column('document', sa.String(length=64), nullable=False),
    sa.Column('run_id', sa.String(length=32), nullable=False, comment='the newest run of the document when it was proposed: the facts'),
    sa.Column('districts', sa.Text(), nullable=False, comment='JSON list of prefixes: whose people; empty for all'),
    sa.Column('filters', sa.Text(), nullable=False, comment='JSON: whatever else it was narrowed by'),
    sa.Column('layout', sa.String(length=64), nullable=False, comment="the recipient's template, by id"),
    sa.Column('year', sa.Integer(), nullable=True, comment='of the number, given when approved'),
    sa.Column('serial', sa.Integer(), nullable=True, comment='1, 2, 3 … within department and year, given when approved'),
    sa.Column('state', sa.String(length=16), nullable=False, comment='vocabulary.PackState'),
    sa.Column('content_sha256', sa.String(length=64), nullable=False, comment='of the lines in their order: what approvers have seen'),
    sa.Column('counts', sa.Text(), nullable=False, comment='JSON: people by ReferralNews, left out by why, sums in fen'),
    sa.Column('people', sa.Integer(), nullable=False, comment='lines'),
    sa.Column('excess_fen', sa.BigInteger(), nullable=False),
    sa.Column('known_at', sa.String(length=40), nullable=False, comment="that run's: for replay"),
    sa.Column('due_on', sa.Date(), nullable=True, comment='when answers are due'),
    sa.Column('proposed_at', sa.String(length=32), nullable=False),
    sa.Column('proposed_by', sa.String(length=64), nullable=False, comment='actor'),
    sa.Column('proposed_account', sa.Integer(), nullable=True),
    sa.Column('sent_at', sa.String(length=32), nullable=True),
    sa.Column('received_at', sa.String(length=32), nullable=True),
    sa.Column('recalled_at', sa.String(length=32), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_packs')),
    sa.UniqueConstraint('department', 'year', 'serial', name='uq_referral_packs_number'),
    comment='monthly lists to departments, immutable once sent'
    )
    op.create_index(op.f('ix_referral_packs_month_department'), 'referral_packs', ['month', 'department'], unique=False)
    op.create_table('cases',
    sa.Column('id', sa.Integer(), nullable=False),
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
    sa.Column('document', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False, comment="of the runs' as_of"),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('rule', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=32), nullable=False),
    sa.Column('burden_fen', sa.BigInteger(), nullable=False),
    sa.Column('benchmark_fen', sa.BigInteger(), nullable=True, comment='empty for an absolute line'),
    sa.Column('benchmark_year', sa.Integer(), nullable=True),
    sa.Column('multiple', sa.String(length=16), nullable=True, comment='decimal text; empty for an absolute line'),
    sa.Column('threshold_fen', sa.BigInteger(), nullable=False, comment='rounded for display'),
    sa.Column('excess_fen', sa.BigInteger(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False, comment='highest of 50, 100, 150 % of the benchmark crossed, 0 for an absolute line'),
    sa.Column('crossed_on', sa.Date(), nullable=True, comment='first crossing, the last known where there is none now'),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('alert_state', sa.String(length=16), nullable=False, comment='vocabulary.AlertState, of the newest run worked in'),
    sa.Column('alert_reason', sa.String(length=32), nullable=False, comment='why cleared; empty otherwise'),
    sa.Column('opened_run', sa.String(length=32), nullable=False, comment='the run whose alert opened it; with person and rule, the alert'),
    sa.Column('opened_at', sa.String(length=32), nullable=False, comment='when that run was committed'),
    sa.Column('opened_crossing', sa.Date(), nullable=True, comment='first crossing as known then'),
    sa.Column('known_at', sa.String(length=32), nullable=True, comment='when the newest settlements that run used were committed'),
    sa.Column('alert_run', sa.String(length=32), nullable=False, comment='the newest run that said something of the person'),
    sa.Column('as_of', sa.Date(), nullable=False, comment="that run's"),
    sa.Column('news', sa.String(length=16), nullable=False, comment='vocabulary.AlertState nobody has acted on yet, or empty'),
    sa.Column('state', sa.String(length=16), nullable=False, comment='vocabulary.CaseState'),
    sa.Column('since', sa.String(length=32), nullable=False, comment='when it came into its state'),
    sa.Column('version', sa.Integer(), nullable=False, comment='counts every act; who acts on an older one is told'),
    sa.Column('reason', sa.String(length=32), nullable=False, comment='coded reason of excluded, not_recognised, closed; empty otherwise'),
    sa.Column('assignee', sa.Integer(), nullable=True, comment='the officer it is given to'),
    sa.Column('due_on', sa.Date(), nullable=True, comment='last day for the next step'),
    sa.Column('sent_at', sa.String(length=32), nullable=True, comment='first time it was sent'),
    sa.Column('answer', sa.String(length=16), nullable=False, comment="CaseState of the departments' last answer, or empty"),
    sa.Column('answered_at', sa.String(length=32), nullable=True),
    sa.Column('recognised_as', sa.String(length=32), nullable=False, comment='vocabulary.Category, or empty'),
    sa.Column('recognised_on', sa.Date(), nullable=True, comment='first day in force'),
    sa.Column('relief_kind', sa.String(length=32), nullable=False, comment='vocabulary.ReliefKind, or empty'),
    sa.Column('relief_fen', sa.BigInteger(), nullable=True),
    sa.Column('relief_on', sa.Date(), nullable=True),
    sa.Column('closed_at', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['assignee'], ['accounts.id'], name=op.f('fk_cases_assignee')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('person', 'document', 'year', name='uq_cases_person'),
    comment='one a person, document and year; what officers decide, which no run overwrites'
    )
    op.create_index(op.f('ix_cases_assignee_due_on'), 'cases', ['assignee', 'due_on'], unique=False, sqlite_where=sa.text('assignee IS NOT NULL'), postgresql_where=sa.text('assignee IS NOT NULL'))
    op.create_index(op.f('ix_cases_certno_index'), 'cases', ['certno_index'], unique=False)
    op.create_index(op.f('ix_cases_due_on'), 'cases', ['due_on'], unique=False, sqlite_where=sa.text('due_on IS NOT NULL'), postgresql_where=sa.text('due_on IS NOT NULL'))
    op.create_index(op.f('ix_cases_last4_index'), 'cases', ['last4_index'], unique=False)
    op.create_index('ix_cases_list', 'cases', ['excess_fen', 'state', 'kind', 'category', 'insu_admdvs', 'town'], unique=False)
    op.create_index(op.f('ix_cases_name_index'), 'cases', ['name_index'], unique=False)
    op.create_index(op.f('ix_cases_news'), 'cases', ['news'], unique=False, sqlite_where=sa.text("news != ''"), postgresql_where=sa.text("news != ''"))
    op.create_index(op.f('ix_cases_state_since'), 'cases', ['state', 'since'], unique=False)
    op.create_table('referral_acts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pack_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False, comment='as moment.written writes it'),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or run'),
    sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: history outlives everything'),
    sa.Column('to_state', sa.String(length=16), nullable=False, comment='vocabulary.PackState it led to'),
    sa.Column('content_sha256', sa.String(length=64), nullable=False, comment='of what was seen'),
    sa.Column('remark_sealed', sa.LargeBinary(), nullable=True, comment="in somebody's own words"),
    sa.ForeignKeyConstraint(['pack_id'], ['referral_packs.id'], name=op.f('fk_referral_acts_pack_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_acts')),
    comment="a pack's history: proposed, approved or refused, sent, received, recalled"
    )
    op.create_index(op.f('ix_referral_acts_pack_id'), 'referral_acts', ['pack_id'], unique=False)
    op.create_table('referral_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pack_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False, comment="file name, without anybody's name in it"),
    sa.Column('rows', sa.Integer(), nullable=False, comment='people in it'),
    sa.Column('sha256', sa.String(length=64), nullable=False, comment='of the file as handed over'),
    sa.Column('at', sa.String(length=32), nullable=False, comment='as moment.written writes it'),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or run'),
    sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: history outlives everything'),
    sa.ForeignKeyConstraint(['pack_id'], ['referral_packs.id'], name=op.f('fk_referral_files_pack_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_files')),
    comment='files written of a pack: rows on screen = rows in the file = rows in the audit'
    )
    op.create_index(op.f('ix_referral_files_pack_id'), 'referral_files', ['pack_id'], unique=False)
    op.create_table('replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('department', sa.String(length=32), nullable=False, comment='vocabulary.DEPARTMENTS, or province for its own list'),
    sa.Column('layout', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False, comment='of the file: the same one is not imported twice'),
    sa.Column('pack_id', sa.Integer(), nullable=True, comment='the pack it says it answers; empty where it says none'),
    sa.Column('month', sa.String(length=7), nullable=False, comment='YYYY-MM it is about'),
    sa.Column('run_id', sa.String(length=32), nullable=True, comment="the run a province's list was compared with"),
    sa.Column('at', sa.String(length=32), nullable=False, comment='as moment.written writes it'),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or run'),
    sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: history outlives everything'),
    sa.Column('read', sa.Integer(), nullable=False, comment='lines'),
    sa.Column('counts', sa.Text(), nullable=False, comment='JSON: lines by ReplyMatch; read is their sum'),
    sa.Column('batch', sa.String(length=64), nullable=True, comment='the identities it granted, as loaded into the store'),
    sa.ForeignKeyConstraint(['pack_id'], ['referral_packs.id'], name=op.f('fk_replies_pack_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('sha256'),
    comment="imported answers of departments, and provinces' lists"
    )
    op.create_table('case_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False, comment='as moment.written writes it'),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='account name, os:NAME or run'),
    sa.Column('account', sa.Integer(), nullable=True, comment='number of the account; not a foreign key: history outlives everything'),
    sa.Column('act', sa.String(length=16), nullable=False, comment='vocabulary.CaseAct'),
    sa.Column('from_state', sa.String(length=16), nullable=False, comment='empty for the first'),
    sa.Column('to_state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False, comment="coded reason, or the run's word (raised, cleared: correction …)"),
    sa.Column('detail', sa.Text(), nullable=False, comment='JSON: assignee, due_on, category, relief …; never a personal value'),
    sa.Column('remark_sealed', sa.LargeBinary(), nullable=True, comment="in somebody's own words"),
    sa.Column('run_id', sa.String(length=32), nullable=True, comment='the run that spoke'),
    sa.Column('pack_id', sa.Integer(), nullable=True, comment='the pack it went with'),
    sa.Column('reply_id', sa.Integer(), nullable=True, comment='the reply that said so'),
    sa.Column('version', sa.Integer(), nullable=False, comment="the case's, after it"),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_events_case_id')),
    sa.ForeignKeyConstraint(['pack_id'], ['referral_packs.id'], name=op.f('fk_case_events_pack_id')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_case_events_reply_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_events')),
    comment="a case's history: rows are added, never changed"
    )
    op.create_index(op.f('ix_case_events_case_id'), 'case_events', ['case_id'], unique=False)
    op.create_table('referral_lines',
    sa.Column('id', sa.Integer(), nullable=False),
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
    sa.Column('pack_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False, comment='1, 2, 3 … as the list is read'),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('news', sa.String(length=16), nullable=False, comment='vocabulary.ReferralNews'),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('rule', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=32), nullable=False),
    sa.Column('burden_fen', sa.BigInteger(), nullable=False),
    sa.Column('benchmark_fen', sa.BigInteger(), nullable=True, comment='empty for an absolute line'),
    sa.Column('benchmark_year', sa.Integer(), nullable=True),
    sa.Column('multiple', sa.String(length=16), nullable=True, comment='decimal text; empty for an absolute line'),
    sa.Column('threshold_fen', sa.BigInteger(), nullable=False, comment='rounded for display'),
    sa.Column('excess_fen', sa.BigInteger(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False, comment='highest of 50, 100, 150 % of the benchmark crossed, 0 for an absolute line'),
    sa.Column('crossed_on', sa.Date(), nullable=True, comment='first crossing, the last known where there is none now'),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('alert_state', sa.String(length=16), nullable=False, comment='vocabulary.AlertState, of the newest run worked in'),
    sa.Column('alert_reason', sa.String(length=32), nullable=False, comment='why cleared; empty otherwise'),
    sa.Column('covered', sa.Boolean(), nullable=False, comment="stands apart: already in the recipient's care"),
    sa.Column('answer', sa.String(length=16), nullable=False, comment='CaseState this department answered with, or empty'),
    sa.Column('answer_reason', sa.String(length=32), nullable=False),
    sa.Column('answered_at', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['pack_id'], ['referral_packs.id'], name=op.f('fk_referral_lines_pack_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_referral_lines_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_lines')),
    sa.UniqueConstraint('pack_id', 'case_id', name='uq_referral_lines_case'),
    comment='the people of a pack with the facts as sent; only the answer comes later'
    )
    op.create_index(op.f('ix_referral_lines_case_id'), 'referral_lines', ['case_id'], unique=False)
    op.create_index(op.f('ix_referral_lines_certno_index'), 'referral_lines', ['certno_index'], unique=False)
    op.create_index(op.f('ix_referral_lines_pack_id_position'), 'referral_lines', ['pack_id', 'position'], unique=False)
    op.create_table('reply_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False, comment='in the file'),
    sa.Column('certno_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('certno_masked', sa.String(length=24), nullable=False),
    sa.Column('name_masked', sa.String(length=64), nullable=False),
    sa.Column('certno_index', sa.String(length=32), nullable=True),
    sa.Column('insu_admdvs', sa.String(length=6), nullable=False, comment='of the person it was matched with, or empty: for scope'),
    sa.Column('town', sa.String(length=64), nullable=False),
    sa.Column('match', sa.String(length=16), nullable=False, comment='vocabulary.ReplyMatch'),
    sa.Column('why', sa.String(length=32), nullable=False, comment='what is in the way or why only they have it; coded, or empty'),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('referral_line_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=16), nullable=False, comment='vocabulary.CaseState, or empty'),
    sa.Column('answer_reason', sa.String(length=32), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False, comment='recognised as, or empty'),
    sa.Column('effective_on', sa.Date(), nullable=True, comment='first day the identity is in force'),
    sa.Column('relief_kind', sa.String(length=32), nullable=False),
    sa.Column('relief_fen', sa.BigInteger(), nullable=True),
    sa.Column('relief_on', sa.Date(), nullable=True),
    sa.Column('remark_sealed', sa.LargeBinary(), nullable=True, comment="in somebody's own words"),
    sa.Column('settled_at', sa.String(length=32), nullable=True, comment='when somebody decided what to do with a conflict or a late one'),
    sa.Column('settled_by', sa.String(length=64), nullable=True),
    sa.Column('settled_as', sa.String(length=16), nullable=False, comment='applied or dropped, or empty'),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_lines_reply_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_reply_lines_case_id')),
    sa.ForeignKeyConstraint(['referral_line_id'], ['referral_lines.id'], name=op.f('fk_reply_lines_referral_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_lines')),
    comment='the lines of replies, each with what became of it'
    )
    op.create_index(op.f('ix_reply_lines_case_id'), 'reply_lines', ['case_id'], unique=False)
    op.create_index(op.f('ix_reply_lines_certno_index'), 'reply_lines', ['certno_index'], unique=False)
    op.create_index(op.f('ix_reply_lines_match_settled_at'), 'reply_lines', ['match', 'settled_at'], unique=False)
    op.create_index(op.f('ix_reply_lines_reply_id_line'), 'reply_lines', ['reply_id', 'line'], unique=False)


def downgrade() -> None:
    decided = "SELECT (SELECT count(*) FROM case_events WHERE actor <> 'run') + (SELECT count(*) FROM referral_packs) + (SELECT count(*) FROM replies)"
    if op.get_bind().scalar(sa.text(decided)):
        raise RuntimeError("people have decided about cases, and nothing may remove that")
    op.drop_index(op.f('ix_reply_lines_reply_id_line'), table_name='reply_lines')
    op.drop_index(op.f('ix_reply_lines_match_settled_at'), table_name='reply_lines')
    op.drop_index(op.f('ix_reply_lines_certno_index'), table_name='reply_lines')
    op.drop_index(op.f('ix_reply_lines_case_id'), table_name='reply_lines')
    op.drop_table('reply_lines')
    op.drop_index(op.f('ix_referral_lines_pack_id_position'), table_name='referral_lines')
    op.drop_index(op.f('ix_referral_lines_certno_index'), table_name='referral_lines')
    op.drop_index(op.f('ix_referral_lines_case_id'), table_name='referral_lines')
    op.drop_table('referral_lines')
    op.drop_index(op.f('ix_case_events_case_id'), table_name='case_events')
    op.drop_table('case_events')
    op.drop_table('replies')
    op.drop_index(op.f('ix_referral_files_pack_id'), table_name='referral_files')
    op.drop_table('referral_files')
    op.drop_index(op.f('ix_referral_acts_pack_id'), table_name='referral_acts')
    op.drop_table('referral_acts')
    op.drop_index(op.f('ix_cases_state_since'), table_name='cases')
    op.drop_index(op.f('ix_cases_news'), table_name='cases', sqlite_where=sa.text("news != ''"), postgresql_where=sa.text("news != ''"))
    op.drop_index(op.f('ix_cases_name_index'), table_name='cases')
    op.drop_index('ix_cases_list', table_name='cases')
    op.drop_index(op.f('ix_cases_last4_index'), table_name='cases')
    op.drop_index(op.f('ix_cases_due_on'), table_name='cases', sqlite_where=sa.text('due_on IS NOT NULL'), postgresql_where=sa.text('due_on IS NOT NULL'))
    op.drop_index(op.f('ix_cases_certno_index'), table_name='cases')
    op.drop_index(op.f('ix_cases_assignee_due_on'), table_name='cases', sqlite_where=sa.text('assignee IS NOT NULL'), postgresql_where=sa.text('assignee IS NOT NULL'))
    op.drop_table('cases')
    op.drop_index(op.f('ix_referral_packs_month_department'), table_name='referral_packs')
    op.drop_table('referral_packs')
    op.drop_table('case_runs')
