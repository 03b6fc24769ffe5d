"""The bytes of referral packs, sealed, and triggers: nothing of a pack changes once told, and a second person approves it."""

# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# As casework/pack_tables.py had them; a migration is history and is not edited afterwards.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER referral_packs_fixed BEFORE UPDATE OF id, department, month, document, run_id, districts, filters, layout, content_sha256, counts, people, excess_fen, known_at, proposed_at, proposed_by, proposed_account ON referral_packs WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_packs keeps what was told'); END",
        "CREATE TRIGGER referral_lines_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, certno_index, last4_index, name_index, category, insutype, insu_admdvs, town, pack_id, position, case_id, news, kind, rule, measure, burden_fen, benchmark_fen, benchmark_year, multiple, threshold_fen, excess_fen, band, crossed_on, provisional, alert_state, alert_reason, covered ON referral_lines WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_lines keeps what was told'); END",
        "CREATE TRIGGER referral_acts_fixed BEFORE UPDATE OF id, pack_id, at, actor, account, to_state, content_sha256 ON referral_acts WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_acts keeps what was told'); END",
        "CREATE TRIGGER referral_files_fixed BEFORE UPDATE OF id, pack_id, name, rows, sha256, at, actor, account ON referral_files WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_files keeps what was told'); END",
        "CREATE TRIGGER referral_contents_fixed BEFORE UPDATE OF file_id ON referral_contents WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_contents keeps what was told'); END",
        "CREATE TRIGGER referral_packs_kept BEFORE DELETE ON referral_packs WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_packs keeps what was told'); END",
        "CREATE TRIGGER referral_lines_kept BEFORE DELETE ON referral_lines WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_lines keeps what was told'); END",
        "CREATE TRIGGER referral_acts_kept BEFORE DELETE ON referral_acts WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_acts keeps what was told'); END",
        "CREATE TRIGGER referral_files_kept BEFORE DELETE ON referral_files WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_files keeps what was told'); END",
        "CREATE TRIGGER referral_contents_kept BEFORE DELETE ON referral_contents WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_contents keeps what was told'); END",
        "CREATE TRIGGER referral_packs_first BEFORE INSERT ON referral_packs WHEN NOT (NEW.state = 'proposed' AND NEW.serial IS NULL AND NEW.sent_at IS NULL) BEGIN SELECT RAISE(ABORT, 'a pack begins as proposed'); END",
        "CREATE TRIGGER referral_packs_steps BEFORE UPDATE ON referral_packs WHEN NOT ((OLD.state = NEW.state OR (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused')) OR (OLD.state = 'approved' AND NEW.state IN ('sent', 'refused')) OR (OLD.state = 'sent' AND NEW.state IN ('received', 'recalled'))) AND (OLD.serial IS NULL OR (OLD.serial = NEW.serial AND OLD.year = NEW.year)) AND (OLD.sent_at IS NULL OR OLD.sent_at = NEW.sent_at)) BEGIN SELECT RAISE(ABORT, 'a pack goes one way'); END",
        "CREATE TRIGGER referral_packs_eyes BEFORE UPDATE OF state ON referral_packs WHEN NOT (NEW.state <> 'approved' OR OLD.state = 'approved' OR EXISTS (SELECT 1 FROM referral_acts a WHERE a.pack_id = NEW.id AND a.to_state = 'approved' AND a.account IS NOT NULL AND NEW.proposed_account IS NOT NULL AND a.account <> NEW.proposed_account AND a.content_sha256 = NEW.content_sha256)) BEGIN SELECT RAISE(ABORT, 'a second person approves what he has seen'); END",
        "CREATE TRIGGER referral_lines_open BEFORE INSERT ON referral_lines WHEN NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) BEGIN SELECT RAISE(ABORT, 'lines come with the proposal'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION referral_packs_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_packs keeps what was told'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_packs_fixed BEFORE UPDATE OF id, department, month, document, run_id, districts, filters, layout, content_sha256, counts, people, excess_fen, known_at, proposed_at, proposed_by, proposed_account ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_fixed()",
        "CREATE OR REPLACE FUNCTION referral_lines_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_lines keeps what was told'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_lines_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, certno_index, last4_index, name_index, category, insutype, insu_admdvs, town, pack_id, position, case_id, news, kind, rule, measure, burden_fen, benchmark_fen, benchmark_year, multiple, threshold_fen, excess_fen, band, crossed_on, provisional, alert_state, alert_reason, covered ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_fixed()",
        "CREATE OR REPLACE FUNCTION referral_acts_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_acts keeps what was told'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_acts_fixed BEFORE UPDATE OF id, pack_id, at, actor, account, to_state, content_sha256 ON referral_acts FOR EACH ROW EXECUTE FUNCTION referral_acts_fixed()",
        "CREATE OR REPLACE FUNCTION referral_files_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_files keeps what was told'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_files_fixed BEFORE UPDATE OF id, pack_id, name, rows, sha256, at, actor, account ON referral_files FOR EACH ROW EXECUTE FUNCTION referral_files_fixed()",
        "CREATE OR REPLACE FUNCTION referral_contents_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_contents keeps what was told'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_contents_fixed BEFORE UPDATE OF file_id ON referral_contents FOR EACH ROW EXECUTE FUNCTION referral_contents_fixed()",
        "CREATE OR REPLACE FUNCTION referral_packs_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_packs keeps what was told'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER referral_packs_kept BEFORE DELETE ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_kept()",
        "CREATE OR REPLACE FUNCTION referral_lines_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_lines keeps what was told'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER referral_lines_kept BEFORE DELETE ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_kept()",
        "CREATE OR REPLACE FUNCTION referral_acts_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_acts keeps what was told'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER referral_acts_kept BEFORE DELETE ON referral_acts FOR EACH ROW EXECUTE FUNCTION referral_acts_kept()",
        "CREATE OR REPLACE FUNCTION referral_files_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_files keeps what was told'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER referral_files_kept BEFORE DELETE ON referral_files FOR EACH ROW EXECUTE FUNCTION referral_files_kept()",
        "CREATE OR REPLACE FUNCTION referral_contents_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_contents keeps what was told'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER referral_contents_kept BEFORE DELETE ON referral_contents FOR EACH ROW EXECUTE FUNCTION referral_contents_kept()",
        "CREATE OR REPLACE FUNCTION referral_packs_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NEW.state = 'proposed' AND NEW.serial IS NULL AND NEW.sent_at IS NULL) THEN RAISE EXCEPTION 'a pack begins as proposed'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_packs_first BEFORE INSERT ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_first()",
        "CREATE OR REPLACE FUNCTION referral_packs_steps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((OLD.state = NEW.state OR (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused')) OR (OLD.state = 'approved' AND NEW.state IN ('sent', 'refused')) OR (OLD.state = 'sent' AND NEW.state IN ('received', 'recalled'))) AND (OLD.serial IS NULL OR (OLD.serial = NEW.serial AND OLD.year = NEW.year)) AND (OLD.sent_at IS NULL OR OLD.sent_at = NEW.sent_at)) THEN RAISE EXCEPTION 'a pack goes one way'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_packs_steps BEFORE UPDATE ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_steps()",
        "CREATE OR REPLACE FUNCTION referral_packs_eyes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NEW.state <> 'approved' OR OLD.state = 'approved' OR EXISTS (SELECT 1 FROM referral_acts a WHERE a.pack_id = NEW.id AND a.to_state = 'approved' AND a.account IS NOT NULL AND NEW.proposed_account IS NOT NULL AND a.account <> NEW.proposed_account AND a.content_sha256 = NEW.content_sha256)) THEN RAISE EXCEPTION 'a second person approves what he has seen'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_packs_eyes BEFORE UPDATE OF state ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_eyes()",
        "CREATE OR REPLACE FUNCTION referral_lines_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) THEN RAISE EXCEPTION 'lines come with the proposal'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER referral_lines_open BEFORE INSERT ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_open()",
    ),
}
GUARD_NAMES = (
    "referral_packs_fixed",
    "referral_lines_fixed",
    "referral_acts_fixed",
    "referral_files_fixed",
    "referral_contents_fixed",
    "referral_packs_kept",
    "referral_lines_kept",
    "referral_acts_kept",
    "referral_files_kept",
    "referral_contents_kept",
    "referral_packs_first",
    "referral_packs_steps",
    "referral_packs_eyes",
    "referral_lines_open",
)
TABLES = ("referral_packs", "referral_lines", "referral_acts", "referral_files", "referral_contents")


def upgrade() -> None:
    op.create_table('referral_contents',
        sa.Column('file_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('content_sealed', sa.LargeBinary(), nullable=False, comment="the file's bytes as handed over, sealed"),
        sa.ForeignKeyConstraint(['file_id'], ['referral_files.id'], name=op.f('fk_referral_contents_file_id')),
        sa.PrimaryKeyConstraint('file_id', name=op.f('pk_referral_contents')),
        comment="the files of packs: what a department has can always be shown again"
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM referral_packs")):
        raise RuntimeError("lists have gone out to departments, and nothing may remove them")
    for name in GUARD_NAMES:
        table = next(table for table in TABLES if name.startswith(table))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.text(f"DROP TRIGGER {name} ON {table}"))
            op.execute(sa.text(f"DROP FUNCTION {name}()"))
        else:
            op.execute(sa.text(f"DROP TRIGGER {name}"))
    op.drop_table('referral_contents')
