"""What a sent pack rests on below the program: the bytes handed over, and triggers that refuse to change what was told.

Whoever comes by ordinary SQL can neither approve his own proposal nor alter a list that went out. Sealed columns may be
written anew, because keys rotate; a department's answer may be added to a line, because it comes later.
"""

from __future__ import annotations

from sqlalchemy import DDL, Column, ForeignKey, Integer, LargeBinary, Table, event

from monitor.access.tables import metadata
from monitor.casework.tables import pack_people, referral_acts, referral_files, referral_lines, referral_packs

PACK_FILE_SEAL = "casework/pack-file"

#: Apart from ``referral_files``: nobody reads megabytes to list names.
referral_contents = Table(
    "referral_contents", metadata,
    Column("file_id", Integer, ForeignKey("referral_files.id"), primary_key=True, autoincrement=False),
    # ``large``: key rotation takes such values one at a time.
    Column("content_sealed", LargeBinary, nullable=False, comment="the file's bytes as handed over, sealed",
           info={"sealed_for": PACK_FILE_SEAL, "large": True}),
    comment="the files of packs: what a department has can always be shown again",
)

#: Columns of each table that are fixed from the beginning.
FIXED = {
    "referral_packs": tuple(
        column.name for column in referral_packs.columns
        if column.name not in ("year", "serial", "state", "due_on", "sent_at", "received_at", "recalled_at", "version")
    ),
    "referral_lines": tuple(
        column.name for column in referral_lines.columns
        if column.name not in ("answer", "answer_reason", "answered_at") and "sealed_for" not in column.info
    ),
    "pack_people": tuple(column.name for column in pack_people.columns if "sealed_for" not in column.info),
    "referral_acts": tuple(column.name for column in referral_acts.columns if "sealed_for" not in column.info),
    "referral_files": tuple(column.name for column in referral_files.columns),
    "referral_contents": ("file_id",),
}
#: A number once given and the order of the states; who approved is another account than who proposed, and saw the same.
_STEPS = (
    "(OLD.state = NEW.state OR (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused'))"
    " OR (OLD.state = 'approved' AND NEW.state IN ('sent', 'refused'))"
    " OR (OLD.state = 'sent' AND NEW.state IN ('received', 'recalled')))"
    " AND (OLD.serial IS NULL OR (OLD.serial = NEW.serial AND OLD.year = NEW.year))"
    " AND (OLD.sent_at IS NULL OR OLD.sent_at = NEW.sent_at)"
)
_SECOND_PERSON = (
    "NEW.state <> 'approved' OR OLD.state = 'approved' OR EXISTS (SELECT 1 FROM referral_acts a WHERE a.pack_id = NEW.id"
    " AND a.to_state = 'approved' AND a.account IS NOT NULL AND NEW.proposed_account IS NOT NULL"
    " AND a.account <> NEW.proposed_account AND a.content_sha256 = NEW.content_sha256)"
)
_OPEN = "EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')"
_FIRST = "NEW.state = 'proposed' AND NEW.serial IS NULL AND NEW.sent_at IS NULL"

#: Name → when, on which table, what must hold ("0 = 1": never), what is said otherwise.
_RULES: dict[str, tuple[str, str, str, str]] = {
    **{
        f"{table}_fixed": (f"UPDATE OF {', '.join(columns)}", table, "0 = 1", f"{table} keeps what was told")
        for table, columns in FIXED.items()
    },
    **{f"{table}_kept": ("DELETE", table, "0 = 1", f"{table} keeps what was told") for table in FIXED},
    "referral_packs_first": ("INSERT", "referral_packs", _FIRST, "a pack begins as proposed"),
    "referral_packs_steps": ("UPDATE", "referral_packs", _STEPS, "a pack goes one way"),
    "referral_packs_eyes": ("UPDATE OF state", "referral_packs", _SECOND_PERSON, "a second person approves what he has seen"),
    "referral_lines_open": ("INSERT", "referral_lines", _OPEN, "lines come with the proposal"),
    "pack_people_open": ("INSERT", "pack_people", _OPEN, "lines come with the proposal"),
}
GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN NOT ({holds}) BEGIN SELECT RAISE(ABORT, '{said}'); END"
        for name, (when, table, holds, said) in _RULES.items()
    ),
    "postgresql": (*(
        statement
        for name, (when, table, holds, said) in _RULES.items()
        for statement in (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NOT ({holds}) THEN RAISE EXCEPTION '{said}'; END IF;"
            f" RETURN {'OLD' if when == 'DELETE' else 'NEW'}; END $$",
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        )
    ), *(
        # A table emptied in one go loses no row by itself.
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()"
        for table in FIXED
    )),
}
GUARD_NAMES = tuple(_RULES)

# After the last of their tables, which all of them can see by then.
for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(referral_contents, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
