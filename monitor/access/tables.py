"""The tables of who acts: accounts, their roles and scope, sessions, passwords used, failed sign-ins, the audit.

Times are text as ``moment.written`` writes them. No table here holds a name or number of a person of the data.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)

#: Of the whole case database; casework/tables.py adds its own.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: What the second factor's secret is sealed for; see casework/tables.py for every other sealed column.
TOTP_SEAL = "access/totp"

accounts = Table(
    "accounts", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), nullable=False, unique=True, comment="what is typed to sign in, lower case"),
    Column("display", String(64), nullable=False, comment="how screens and lists name the officer"),
    Column("password", String(255), nullable=False, comment="argon2id, with its parameters and salt"),
    Column("one_time", Boolean, nullable=False, comment="the password was handed out and has to be changed"),
    Column("password_at", String(32), nullable=False, comment="when the password was set"),
    Column("totp_sealed", LargeBinary, comment="secret of the second factor, sealed", info={"sealed_for": TOTP_SEAL}),
    Column("totp_confirmed", Boolean, nullable=False, comment="a code was given once: the second factor counts"),
    Column("totp_step", BigInteger, comment="time step of the last code taken: none up to it is taken again"),
    Column("demo", Boolean, nullable=False, comment="made by the demo: signs in where Access.demo_home() is true only"),
    Column("signed_in_at", String(32), comment="the last time; empty before the first"),
    Column("disabled_at", String(32), comment="empty while the account may sign in"),
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(64), nullable=False, comment="the actor's name"),
    comment="who may sign in to the screens",
)

account_roles = Table(
    "account_roles", metadata,
    Column("account", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(32), primary_key=True, comment="vocabulary.Role"),
)

account_scopes = Table(
    "account_scopes", metadata,
    Column("account", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True, comment="everything, district or town"),
    Column("place", String(64), primary_key=True, comment="prefix of a district's code, name of a township, or empty"),
    comment="whose rows an account sees; without a row: nobody's",
)

passwords_used = Table(
    "passwords_used", metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("password", String(255), nullable=False, comment="argon2id"),
    comment="the passwords before the present one, so that none comes back soon",
)
Index(None, passwords_used.c.account)

sessions = Table(
    "sessions", metadata,
    Column("token_sha256", String(64), primary_key=True, comment="the token itself is in the browser only"),
    Column("account", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False, comment="last use, to the minute"),
    Column("client", String(64), nullable=False, comment="network address it was opened from"),
)
Index(None, sessions.c.account)

attempts = Table(
    "attempts", metadata,
    Column("subject", String(80), primary_key=True, comment="name:keyed hash of what was typed, or client:address"),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("since", String(32), nullable=False, comment="the first of them"),
    Column("last_at", String(32), nullable=False),
    Column("again_at", String(32), comment="until when nothing is tried; empty when at once"),
    comment="sign-ins that failed, by name (known or not) and by network address",
)

audit = Table(
    "audit", metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 … without a gap"),
    Column("at", String(32), nullable=False, comment="when it was done"),
    Column("written_at", String(32), nullable=False, comment="when it was written down: later after a repair only"),
    Column("actor", String(64), nullable=False, comment="account name, os:NAME or anonymous"),
    Column("account", Integer, comment="number of the account; not a foreign key: entries outlive everything"),
    Column("session", String(16), comment="public part of the session"),
    Column("place", String(64), nullable=False, comment="from which screen or command"),
    Column("action", String(32), nullable=False, comment="vocabulary.AuditAction"),
    Column("object", String(128), nullable=False, comment="what it was done to: run, batch, account, person key"),
    Column("purpose", Text, nullable=False, comment="why, where the act asks for it"),
    Column("detail", Text, nullable=False, comment="JSON: counts, ids, options; never a personal value"),
    Column("fact", String(64), unique=True, comment="the store's fact this entry is about: each once"),
    Column("previous", String(64), nullable=False, comment="digest of the entry before"),
    Column("digest", String(64), nullable=False, comment="HMAC-SHA256 of all of this"),
    comment="who did what, when and from where; append-only, each entry chained to the one before",
)
Index(None, audit.c.at)
Index(None, audit.c.actor)

#: Whoever comes by ordinary SQL can add the next entry and nothing else; what drops these first is found by the chain.
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        # INSERT OR REPLACE would delete without a delete trigger.
        "CREATE TRIGGER audit_next BEFORE INSERT ON audit"
        " WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit)"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE OR REPLACE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit)"
        " THEN RAISE EXCEPTION 'audit is append-only'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_next BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse_gap()",
    ),
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(audit, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
