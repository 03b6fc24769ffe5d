"""The audit against somebody who has the database but not the keys: whatever he does to it is found and named."""

from __future__ import annotations

import hmac
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from office import Office
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DatabaseError

from monitor.access import chain, tables
from monitor.access.actor import ANONYMOUS
from monitor.access.audit import Asked, Fact
from monitor.access.keys import Keys
from monitor.base.vocabulary import AuditAction, AuditFault, Role


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    write(made, 10)
    yield made
    made.close()


def write(office: Office, count: int, minute: float = 0) -> None:
    for number in range(count):
        with office.access.begin() as connection:
            office.access.audit.append(
                connection, office.root, AuditAction.SHOWN, f"run:{number}", now=office.at(minute + number),
                where="command:alerts", purpose="核对", detail={"people": number},
            )


def found(office: Office) -> tuple[int, AuditFault] | None:
    broken = office.verdict().broken
    return (broken.sequence, broken.fault) if broken else None


def test_as_written_it_holds(office: Office) -> None:
    verdict = office.verdict()
    assert (verdict.entries, verdict.broken) == (10, None)
    assert verdict.digest == office.entries()[-1].digest
    head = office.access.audit.head()
    assert head is not None and (head.sequence, head.digest) == (10, verdict.digest)


def test_an_empty_one_holds(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert office.verdict() == chain.Verdict(0, chain.BEGINNING, None)
    office.close()


# --- what ordinary SQL cannot do ------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE sequence = 3",
        "UPDATE audit SET detail = detail",
        "DELETE FROM audit WHERE sequence = 10",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 3",
        "INSERT INTO audit SELECT sequence + 50, at, written_at, actor, account, session, place, action, object, purpose, detail, fact, previous, digest FROM audit WHERE sequence = 1",
        "INSERT INTO audit SELECT 0, at, written_at, actor, account, session, place, action, object, purpose, detail, fact, previous, digest FROM audit WHERE sequence = 1",
    ],
)
def test_the_table_takes_the_next_entry_and_nothing_else(office: Office, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        office.sql(statement)
    assert found(office) is None


def test_the_triggers_are_those_of_the_tables(office: Office, tmp_path: Path) -> None:
    """The migration's and the ones of tests' own databases are the same."""
    from sqlalchemy import create_engine

    asked = text("SELECT name, replace(sql, '  ', ' ') FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    declared = create_engine("sqlite://")
    with declared.begin() as connection, office.engine.connect() as migrated:
        tables.metadata.create_all(connection)
        triggers = connection.execute(asked).all()
        assert [tuple(row) for row in triggers] == [tuple(row) for row in migrated.execute(asked)]
    assert len([name for name, _ in triggers if name.startswith("audit_")]) == 3
    declared.dispose()


# --- what is found after the triggers are gone ----------------------------------------------------


def test_every_column_is_signed(office: Office) -> None:
    office.without_triggers()
    names = [column["name"] for column in inspect(office.engine).get_columns("audit")]
    assert set(names) == set(chain.Entry.__dataclass_fields__)
    for name in names:
        with office.engine.connect() as connection:
            before = connection.scalar(text(f"SELECT {name} FROM audit WHERE sequence = 4"))  # noqa: S608 - our own column names
        change = "sequence = 400" if name == "sequence" else f"{name} = {1 if name == 'account' else chr(39) + 'x' + chr(39)}"
        office.sql(f"UPDATE audit SET {change} WHERE sequence = 4")  # noqa: S608
        assert found(office) == (4, AuditFault.MISSING if name == "sequence" else AuditFault.CHANGED), name
        with office.engine.begin() as connection:
            where = "400" if name == "sequence" else "4"
            connection.execute(text(f"UPDATE audit SET {name} = :before WHERE sequence = {where}"), {"before": before})  # noqa: S608
        assert found(office) is None


TAMPERING: dict[str, tuple[list[str], int, AuditFault]] = {
    "the first is removed": (["DELETE FROM audit WHERE sequence = 1"], 1, AuditFault.MISSING),
    "one in the middle is removed": (["DELETE FROM audit WHERE sequence = 5"], 5, AuditFault.MISSING),
    "several are removed": (["DELETE FROM audit WHERE sequence BETWEEN 3 AND 7"], 3, AuditFault.MISSING),
    "one is removed and the rest moved up": (
        ["DELETE FROM audit WHERE sequence = 5", "UPDATE audit SET sequence = sequence - 1 WHERE sequence > 5"],
        5, AuditFault.MOVED,
    ),
    "two are exchanged": (
        ["UPDATE audit SET sequence = -1 WHERE sequence = 4", "UPDATE audit SET sequence = 4 WHERE sequence = 5",
         "UPDATE audit SET sequence = 5 WHERE sequence = -1"],
        4, AuditFault.MOVED,
    ),
    "the last is cut off": (["DELETE FROM audit WHERE sequence = 10"], 10, AuditFault.CUT_OFF),
    "the end is cut off": (["DELETE FROM audit WHERE sequence > 6"], 7, AuditFault.CUT_OFF),
    "all are removed": (["DELETE FROM audit"], 1, AuditFault.CUT_OFF),
    "one is copied to the end": (
        ["INSERT INTO audit SELECT 11, at, written_at, actor, account, session, place, action, object, purpose, detail, fact, previous, digest FROM audit WHERE sequence = 3"],
        11, AuditFault.MOVED,
    ),
    "one is made up at the end": (
        ["INSERT INTO audit SELECT 11, at, written_at, 'x', account, session, place, action, object, purpose, detail, fact, digest, digest FROM audit WHERE sequence = 10"],
        11, AuditFault.ADDED,
    ),
    "one is made up before the first": (
        ["INSERT INTO audit SELECT 0, at, written_at, 'x', account, session, place, action, object, purpose, detail, fact, digest, digest FROM audit WHERE sequence = 10"],
        0, AuditFault.ADDED,
    ),
    "one is made up in the middle": (
        ["UPDATE audit SET sequence = -sequence WHERE sequence > 5", "UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0",
         "INSERT INTO audit SELECT 6, at, written_at, 'x', account, session, place, action, object, purpose, detail, fact, digest, digest FROM audit WHERE sequence = 5"],
        6, AuditFault.CHANGED,
    ),
    "the end is cut off and made up again": (
        ["DELETE FROM audit WHERE sequence = 10",
         "INSERT INTO audit SELECT 10, at, written_at, 'x', account, session, place, action, object, purpose, detail, fact, digest, digest FROM audit WHERE sequence = 9"],
        10, AuditFault.CHANGED,
    ),
}


@pytest.mark.parametrize(("statements", "sequence", "fault"), TAMPERING.values(), ids=TAMPERING)
def test_what_is_done_to_it_is_found_and_named(office: Office, statements: list[str], sequence: int, fault: AuditFault) -> None:
    office.without_triggers()
    office.sql(*statements)
    assert found(office) == (sequence, fault)
    broken = office.verdict().broken
    assert broken is not None and fault.label in broken.sentence


def test_what_was_cut_off_stays_found_however_much_is_written_after_it(office: Office) -> None:
    """The next entries must not cover it up by moving the head on."""
    office.without_triggers()
    office.sql("DELETE FROM audit WHERE sequence > 7")
    write(office, 2, minute=100)
    assert found(office) == (10, AuditFault.CUT_OFF)
    write(office, 5, minute=200)
    assert found(office) == (10, AuditFault.CHANGED)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, AuditFault.HEAD_MISSING),
        ("", AuditFault.HEAD_CHANGED), ("{}", AuditFault.HEAD_CHANGED), ("[]", AuditFault.HEAD_CHANGED),
        ('{"sequence": 7, "digest": "D7", "mac": "00"}', AuditFault.HEAD_CHANGED),
        ('{"sequence": "x", "digest": "D7", "mac": "00"}', AuditFault.HEAD_CHANGED),
    ],
)
def test_without_its_head_or_with_a_made_up_one_it_does_not_hold(office: Office, content: str | None, fault: AuditFault) -> None:
    office.without_triggers()
    office.sql("DELETE FROM audit WHERE sequence > 7")
    if content is None:
        office.home.audit_head.unlink()
    else:
        office.home.audit_head.write_text(content.replace("D7", office.entries()[-1].digest), encoding="utf-8")
    assert office.verdict().broken and office.verdict().broken.fault is fault  # type: ignore[union-attr]
    write(office, 2, minute=100)
    assert office.verdict().broken and office.verdict().broken.fault is fault, "nor after more was written"  # type: ignore[union-attr]


def test_another_homes_keys_sign_nothing_here(office: Office, tmp_path: Path) -> None:
    """Who has the database and this program, but not the keys, cannot make an entry that holds."""
    forged = chain.signed(Keys(b"x" * 32, (b"y" * 32,)).audit, replace(office.entries()[3], actor="os:nobody"))
    office.without_triggers()
    office.sql("DELETE FROM audit WHERE sequence = 4")
    with office.engine.begin() as connection:
        connection.execute(insert(tables.audit), forged.__dict__)
    assert found(office) == (4, AuditFault.CHANGED)


def test_a_crash_between_commit_and_head_is_no_alarm(office: Office, tmp_path: Path) -> None:
    kept = office.home.audit_head.read_bytes()
    write(office, 2, minute=100)
    office.home.audit_head.write_bytes(kept)
    assert found(office) is None
    write(office, 1, minute=200)
    assert found(office) is None
    assert office.access.audit.head().sequence == 13  # type: ignore[union-attr]


def test_a_crash_after_the_very_first_entry_is_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(type(office.access.audit), "remember", lambda *_: None)
        write(office, 1)
    assert found(office) is None
    write(office, 1)
    assert (found(office), office.access.audit.head().sequence) == (None, 2)  # type: ignore[union-attr]
    office.close()


# --- what is written ------------------------------------------------------------------------------


def test_what_is_taken_back_leaves_no_entry(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), office.access.begin() as connection:
        office.access.audit.append(connection, office.root, AuditAction.SHOWN, "run:x", now=office.at(1), where="t")
        raise ZeroDivisionError
    assert len(office.entries()) == 10
    write(office, 1)
    assert found(office) is None


def test_an_act_and_its_entry_are_one_transaction(office: Office) -> None:
    with pytest.raises(RuntimeError, match=r"Access\.begin"), office.engine.begin() as connection:
        office.access.audit.append(connection, office.root, AuditAction.SHOWN, "run:x", now=office.at(1), where="t")


def test_a_time_without_a_zone_is_refused(office: Office) -> None:
    with pytest.raises(ValueError, match="offset"), office.access.begin() as connection:
        office.access.audit.append(
            connection, office.root, AuditAction.SHOWN, "run:x", now=office.at(1).replace(tzinfo=None), where="t"
        )


def test_a_fact_is_written_down_once_and_with_its_own_time(office: Office) -> None:
    fact = Fact("load:0001-settlements", "os:root", AuditAction.IMPORTED, "0001-settlements", office.at(-60), "command:import", {"read": 3})
    for minute in (20, 30):
        with office.access.begin() as connection:
            written = office.access.audit.append_facts(connection, [fact], now=office.at(minute))
        assert written == (1 if minute == 20 else 0)
    entry = office.entries()[-1]
    assert (entry.at < entry.written_at, entry.fact, json.loads(entry.detail)) == (True, fact.name, {"read": 3})
    assert found(office) is None


def test_lists_are_narrowed_and_paged(office: Office) -> None:
    with office.access.begin() as connection:
        office.access.audit.append(connection, ANONYMOUS, AuditAction.SIGN_IN_REFUSED, "account:?", now=office.at(50), where="t")
    assert [e.sequence for e in office.entries(since=office.at(3), until=office.at(5))] == [4, 5]
    assert [e.sequence for e in office.entries(actor="anonymous")] == [11]
    assert [e.sequence for e in office.entries(action=AuditAction.SIGN_IN_REFUSED)] == [11]
    with office.engine.connect() as connection:
        log = office.access.audit
        assert [e.sequence for e in log.entries(connection, Asked(), newest_first=True, limit=3, offset=1)] == [10, 9, 8]
        assert log.count(connection, Asked(actor=office.root.name)) == 10


def test_nothing_of_the_access_rooms_deletes_from_the_audit() -> None:
    """No code in the whole program names the table beside DELETE, UPDATE or TRUNCATE."""
    import monitor

    root = Path(monitor.__file__).parent
    for path in (*root.rglob("*.py"), *root.rglob("*.sql")):
        source = path.read_text(encoding="utf-8")
        for act in ("delete(audit", "update(audit", "delete(tables.audit", "update(tables.audit", "DELETE FROM audit", "UPDATE audit", "TRUNCATE"):
            # Triggers that forbid it, of the audit and of what was sent; the marks of search are made anew.
            allowed = act == "TRUNCATE" and path.name in {
                "tables.py", "pack_tables.py", "0100_first.postgresql.sql", "rotation.py",
            }
            assert act not in source or allowed, f"{path}: {act}"


def test_no_migration_takes_entries_away(office: Office) -> None:
    from alembic import command

    from monitor.casework.database import configuration

    config = configuration(office.url)
    with pytest.raises(RuntimeError, match="restore the backup"), office.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert found(office) is None


def test_a_copied_database_verifies_with_the_same_keys(office: Office, tmp_path: Path) -> None:
    """A backup taken page by page: database and head together."""
    copy = tmp_path / "copy"
    (copy / "home").mkdir(parents=True)
    shutil.copytree(office.keys_directory, copy / "keys")
    with sqlite3.connect(office.home.path / "casework.sqlite") as source, sqlite3.connect(copy / "home" / "casework.sqlite") as target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copy(office.home.audit_head, copy / "home" / "audit.head")
    other = Office(copy)
    assert (other.verdict().entries, other.verdict().broken) == (10, None)
    other.close()


def test_old_key_files_need_nothing_new(tmp_path: Path) -> None:
    """A key file from before the audit gives its key; changing the seals does not change it."""
    old = Keys(b"h" * 32, (b"s" * 32,))
    assert old.audit == Keys(b"h" * 32, (b"s" * 32, b"t" * 32)).audit
    assert old.audit != Keys(b"i" * 32, (b"s" * 32,)).audit
    assert old.audit not in (old.hash, old.seals[0])
    # RFC 5869, written out: extract with a salt of zeros, expand once.
    extracted = hmac.digest(b"\0" * 32, old.hash, "sha256")
    assert old.audit == hmac.digest(extracted, b"monitor audit chain\x01", "sha256")


def test_an_account_is_written_by_number_and_session_too(office: Office) -> None:
    who = office.signed_in("li.na", office.add("li.na", Role.OFFICER))
    entry = office.entries()[-1]
    assert (entry.actor, entry.account) == ("li.na", who.actor.account)
    assert entry.session == (who.actor.session or "")[:16]
