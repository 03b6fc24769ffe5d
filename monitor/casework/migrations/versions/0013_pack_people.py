"""People of lists that are of no cases (先诊疗后付费): proposed, approved and kept as lists to departments are."""


from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# As casework/pack_tables.py had them; a migration is history and is not edited afterwards.
_FIXED = "id, person, certno_masked, name_masked, category, insutype, insu_admdvs, town, pack_id, position, since, until, in_register"
_OPEN = "EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')"
_RULES = {
    "pack_people_fixed": (f"UPDATE OF {_FIXED}", "0 = 1", "pack_people keeps what was told", "NEW"),
    "pack_people_kept": ("DELETE", "0 = 1", "pack_people keeps what was told", "OLD"),
    "pack_people_open": ("INSERT", _OPEN, "lines come with the proposal", "NEW"),
}


def upgrade() -> None:
    op.create_table("pack_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False, comment="keyed hash of the person, hexadecimal"),
        sa.Column("certno_sealed", sa.LargeBinary(), nullable=True, comment="empty where only a psn_no is known"),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("certno_masked", sa.String(length=24), nullable=False, comment="3710**********1234"),
        sa.Column("name_masked", sa.String(length=64), nullable=False, comment="张*"),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("insutype", sa.String(length=8), nullable=False),
        sa.Column("insu_admdvs", sa.String(length=6), nullable=False, comment="insured district, six digits"),
        sa.Column("town", sa.String(length=64), nullable=False, comment="township of the register, or empty"),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="1, 2, 3 … as the list is read"),
        sa.Column("since", sa.Date(), nullable=False, comment="first day the identity is in force"),
        sa.Column("until", sa.Date(), nullable=True, comment="its last day; empty where no end is known"),
        sa.Column("in_register", sa.Boolean(), nullable=False, comment="whether the register of the insured knows them"),
        sa.ForeignKeyConstraint(["pack_id"], ["referral_packs.id"], name=op.f("fk_pack_people_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_people")),
        sa.UniqueConstraint("pack_id", "person", name="uq_pack_people_person"),
        comment="the people of a list that is of no cases (先诊疗后付费), as proposed",
    )
    op.create_index(op.f("ix_pack_people_pack_id_position"), "pack_people", ["pack_id", "position"], unique=False)
    for name, (when, holds, said, row) in _RULES.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(sa.text(
                f"CREATE TRIGGER {name} BEFORE {when} ON pack_people WHEN NOT ({holds}) BEGIN SELECT RAISE(ABORT, '{said}'); END"
            ))
        else:
            op.execute(sa.text(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF NOT ({holds}) THEN RAISE EXCEPTION '{said}'; END IF; RETURN {row}; END $$"
            ))
            op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {when} ON pack_people FOR EACH ROW EXECUTE FUNCTION {name}()"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(
            "CREATE TRIGGER pack_people_whole BEFORE TRUNCATE ON pack_people FOR EACH STATEMENT EXECUTE FUNCTION pack_people_kept()"
        ))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM pack_people")):
        raise RuntimeError("lists have been put forward, and nothing may remove them")
    op.drop_table("pack_people")
    if op.get_bind().dialect.name == "postgresql":
        for name in _RULES:
            op.execute(sa.text(f"DROP FUNCTION {name}()"))
