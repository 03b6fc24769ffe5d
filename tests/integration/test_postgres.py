"""The case database on PostgreSQL: the same tables, the same answers, the same guards as on SQLite."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from bureau import Bureau, certno, settlement
from casebook import fill
from office import GOOD, Office
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sign_in import Refusal
from monitor.access.tables import metadata
from monitor.base.vocabulary import AuditAction, AuditFault, Refused, Role
from monitor.casework.database import migrate, open_database
from monitor.casework.reading import listing, overview, shortfalls
from monitor.casework.reading.narrowing import AsideFilters, Filters
from monitor.casework.reading.query import ListQuery

Monitor = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def engine(postgres: Any) -> Iterator[Engine]:
    url = postgres.database()
    made = open_database(url)
    migrate(made, url)
    yield made
    made.dispose()


#: What PostgreSQL itself says of a schema, name by name: columns with type, order, default and comment; constraints; indexes;
#: functions; triggers; comments of tables.
CATALOGUE = {
    "columns": "SELECT table_name || '.' || column_name, concat_ws('|', ordinal_position, data_type, character_maximum_length,"
    " is_nullable, column_default, col_description(table_name::regclass, ordinal_position::int))"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "tables": "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
}


def test_the_migrations_make_the_tables(engine: Engine, postgres: Any) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = catalogue(connection)
    declared = create_engine(postgres.database())
    with declared.begin() as connection:
        metadata.create_all(connection)
        assert catalogue(connection) == made
    declared.dispose()
    assert {name: len(found) > 10 for name, found in made.items()} == dict.fromkeys(CATALOGUE, True)


def catalogue(connection: Any) -> dict[str, dict[str, str]]:
    return {
        part: {name: said for name, said in connection.execute(text(asked)) if not name.startswith("alembic_version")}
        for part, asked in CATALOGUE.items()
    }


SCOPES = [EVERYTHING, Scope(districts=("991002",)), Scope(districts=("9910",), towns=("东山镇", "北岭乡")), Scope(towns=("南湖街道",))]


def test_lists_and_figures_are_those_of_sqlite(engine: Engine, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'casework.sqlite'}"
    other = open_database(url)
    migrate(other, url)
    found = []
    for each in (engine, other):
        with each.begin() as connection:
            fill(connection, months=3, count=300)
        with each.connect() as connection:
            found.append(list(answers(connection)))
    other.dispose()
    assert found[0] == found[1]


def answers(connection: Any) -> Iterator[object]:
    for run in overview.runs(connection):
        for scope in SCOPES:
            yield overview.overview(connection, run.run_id, scope)
            yield overview.choices(connection, run.run_id, scope)
            for filters in (Filters(), Filters(states=("new",), months=("2026-02", "")), Filters(excess_from=100_00, insutypes=("resident",))):
                for sort in listing.SORTS:
                    yield listing.alert_page(connection, run.run_id, ListQuery(filters, sort, sort != "crossed_on", page=1, size=20, scope=scope))
            yield listing.set_aside_page(connection, run.run_id, ListQuery(AsideFilters(), scope=scope))


def test_the_journey_with_the_case_database_on_postgresql(
    tmp_path: Path, home: Path, postgres: Any, monkeypatch: pytest.MonkeyPatch, call_monitor: Monitor
) -> None:
    url = postgres.database()
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例甲", "town": "甲镇"})
    bureau.identities({"certno": certno(1), "psn_name": "样例甲", "category": "低保对象"})
    bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_name="样例甲", psn_part_amt="70001") for n in (1, 2)))
    record = bureau.run()
    for words in (["alerts"], ["entitlements"], ["explain", certno(1)], ["accounts", "add", "guan.li", "--display", "甲", "--role", "administrator"]):
        answer = call_monitor(*words)
        assert answer.returncode == 0, answer.stderr
    engine = open_database(url)
    with engine.connect() as connection:
        assert listing.alert_page(connection, record.run).total == 1
        assert shortfalls.entitled_run(connection, record.run) is not None
        assert overview.overview(connection, record.run).run.run_id == record.run
    engine.dispose()
    listed = json.loads(call_monitor("audit", "list", "--format", "json").stdout)
    assert [entry["action"] for entry in listed[:7]] == ["imported"] * 4 + ["run", "shown", "entitled"]
    assert "没有改动" in call_monitor("audit", "verify").stdout
    assert not (home / "casework.sqlite").exists()


@pytest.fixture
def office(tmp_path: Path, postgres: Any) -> Iterator[Office]:
    made = Office(tmp_path, postgres.database())
    yield made
    made.close()


def test_signing_in_and_out(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER, scope=Scope(("3710",), ("甲镇",)))
    assert who.actor.scope == Scope(("3710",), ("甲镇",))
    assert office.actor(who.token, minute=29, touch=True) is not None
    assert office.actor(who.token, minute=58) is not None
    for _ in range(5):
        office.sign_in("li.na", "wrong", minute=60)
    assert office.sign_in("li.na", GOOD[0], minute=60).reason is Refused.LOCKED  # type: ignore[union-attr]
    assert office.signed_in("li.na", GOOD[0], minute=61)
    assert office.verdict().broken is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE sequence = 1", "DELETE FROM audit WHERE sequence = 1", "DELETE FROM audit", "TRUNCATE audit",
        "INSERT INTO audit SELECT sequence + 5, at, written_at, actor, account, session, place, action, object, purpose, detail, fact, previous, digest FROM audit WHERE sequence = 1",
    ],
)
def test_the_audit_takes_the_next_entry_and_nothing_else(office: Office, statement: str) -> None:
    office.member("li.na", Role.OFFICER)
    with pytest.raises(DBAPIError, match="append-only"):
        office.sql(statement)
    assert office.verdict().broken is None


@pytest.mark.parametrize(
    ("statement", "sequence", "fault"),
    [
        ("UPDATE audit SET actor = 'x' WHERE sequence = 2", 2, AuditFault.CHANGED),
        ("DELETE FROM audit WHERE sequence = 2", 2, AuditFault.MISSING),
        ("DELETE FROM audit WHERE sequence = 3", 3, AuditFault.CUT_OFF),
        ("TRUNCATE audit", 1, AuditFault.CUT_OFF),
    ],
)
def test_without_the_triggers_the_chain_tells(office: Office, statement: str, sequence: int, fault: AuditFault) -> None:
    office.member("li.na", Role.OFFICER)
    assert len(office.entries()) == 3
    office.without_triggers()
    office.sql(statement)
    broken = office.verdict().broken
    assert broken is not None and (broken.sequence, broken.fault) == (sequence, fault)


@pytest.mark.parametrize("typed", ["\0", "li.na\0", "\ud800", "li\x1bna", "\u2028", "𠮷" * 5000, "'; DROP TABLE accounts; --", "%", "\\"])
def test_nothing_that_is_typed_makes_the_database_fall_over(office: Office, typed: str) -> None:
    office.member("li.na", Role.OFFICER)
    for name, password, code in ((typed, GOOD[0], ""), ("li.na", typed, ""), ("li.na", GOOD[0] + typed, typed)):
        found = office.sign_in(name, password, code)
        assert isinstance(found, Refusal) and found.reason is Refused.WRONG
    with office.access.begin() as connection:
        office.access.audit.append(
            connection, office.root, AuditAction.REVEALED, "person:0", now=office.at(1), where="t", purpose=typed, detail={"x": "\0"}
        )
    assert office.verdict().broken is None


def test_what_is_read_back_is_what_was_signed(office: Office) -> None:
    """Any text a person can type, in every column that takes some."""
    for purpose in ("核对", "𠮷野家 㛃", "a\\b'c\"d", "行一\n行二", " 前后空格 ", "é", "'; DROP TABLE audit; --", "0" * 5000):
        with office.access.begin() as connection:
            office.access.audit.append(
                connection, office.root, AuditAction.REVEALED, "person:0", now=office.at(1), where="t", purpose=purpose, detail={"说明": purpose}
            )
    assert office.verdict().broken is None
    with office.engine.connect() as connection:
        assert connection.scalars(select(metadata.tables["audit"].c.purpose)).all() == [entry.purpose for entry in office.entries()]
