"""kill -9 at every step of bringing the schema along and of showing a run: all of it or nothing, and the next one finishes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from dying import deaths
from nextversion import NEXT, later_migrations
from postgres import enter
from sqlalchemy import Connection, func, inspect, select, text

from monitor.access.tables import metadata
from monitor.base.settings import Home
from monitor.casework import database as cases_database
from monitor.casework.database import is_current, migrate, newest_revision, open_database
from monitor.casework.sync import synchronise
from monitor.casework.tables import alerts, case_events, case_runs, cases, runs
from monitor.store.home import open_store


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two runs that no database shows yet."""
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt=str(70_000 * n)) for n in range(1, 4)))
        bureau.run(as_of="2025-06-30")
        bureau.settlements(settlement(setl_id="S9", certno=certno(1), psn_part_amt="-69000"))
        bureau.run()
    for path in directory.glob("home/casework.sqlite*"):
        path.unlink()
    return directory


def told(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in (runs, alerts, cases, case_events, case_runs)
    }


def started(start: Path, database: str | None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the database that goes with a home; empty."""
    start.joinpath("home").mkdir(parents=True, exist_ok=True)
    if database:
        (start / "database").write_text(database, encoding="utf-8")
    enter(start, monkeypatch)
    return Home(start / "home").database_url


@pytest.mark.kills
def test_killed_at_any_statement_a_run_is_in_the_cases_or_is_not(
    template: Path, database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    shutil.copytree(template, start)
    url = started(start, database, monkeypatch)
    engine = open_database(url)
    migrate(engine, url)
    engine.dispose()
    left = deaths("synchronise", start, tmp_path, 5 if database else 1, steps=25 if database else 15)
    seen = set()
    whole = {"runs": 2, "alerts": 6, "cases": 3, "case_events": 4, "case_runs": 2}
    for copy in left:
        enter(copy, monkeypatch)
        engine = open_database(Home(copy / "home").database_url)
        with engine.connect() as connection:
            found = told(connection)
        assert found in (whole, dict.fromkeys(whole, 0)), copy.name
        seen.add(found["cases"])
        synchronise(open_store(Home(copy / "home")))
        with engine.connect() as connection:
            assert told(connection) == whole
            # The first person's second alert: the refund has cleared it, and nobody had been sent anything.
            news = connection.execute(select(cases.c.state, cases.c.news).order_by(cases.c.excess_fen)).all()
            assert [tuple(row) for row in news] == [("new", "cleared"), ("new", ""), ("new", "")]
        engine.dispose()
    assert seen == {0, 3}


@pytest.mark.kills
def test_killed_at_any_statement_the_schema_is_not_there_or_whole(
    database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    started(start, database, monkeypatch)
    left = deaths("migrate", start, tmp_path, 20 if database else 1, steps=80 if database else 30)
    seen = set()
    for copy in left:
        enter(copy, monkeypatch)
        url = Home(copy / "home").database_url
        engine = open_database(url)
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
        assert there in (set(), {*metadata.tables, "alembic_version"}), copy.name
        assert is_current(engine) == bool(there)
        seen.add(bool(there))
        migrate(engine, url)
        assert is_current(engine)
        with engine.connect() as connection:
            assert {*metadata.tables, "alembic_version"} == set(inspect(connection).get_table_names())
        engine.dispose()
    assert seen == {False, True}


@pytest.mark.kills
def test_killed_at_any_statement_a_later_schema_is_the_old_one_or_the_new(
    template: Path, database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    shutil.copytree(template, start)
    started(start, database, monkeypatch)
    synchronise(open_store(Home(start / "home")))
    monkeypatch.setattr(cases_database, "_MIGRATIONS", later_migrations(start))
    left = deaths("migrate_on", start, tmp_path, steps=5)
    seen = set()
    for copy in left:
        enter(copy, monkeypatch)
        url = Home(copy / "home").database_url
        engine = open_database(url)
        moved = is_current(engine)
        seen.add(moved)
        with engine.connect() as connection:
            columns = {column["name"] for column in inspect(connection).get_columns("runs")}
            assert (inspect(connection).has_table("looks"), "looked_at" in columns) == (moved, moved), copy.name
        migrate(engine, url)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT looked_at FROM runs")).all() == [("yes",), ("yes",)]
        assert is_current(engine) and newest_revision() == NEXT
        engine.dispose()
    assert seen == {False, True}
