"""The case database's schema: the migrations and the tables must be the same, and an older database be brought along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from bureau import Bureau, certno, settlement
from casebook import fill
from sqlalchemy import Engine, TextClause, create_engine, func, inspect, select

from monitor.casework.database import configuration, migrate, open_database
from monitor.casework.tables import alerts, metadata, summary, town_summary


def migrated(path: Path, revision: str = "head") -> Engine:
    url = f"sqlite:///{path}"
    engine = open_database(url)
    config = configuration(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    engine = migrated(tmp_path / "casework.sqlite")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    declared = create_engine("sqlite://")
    metadata.create_all(declared)
    for name in metadata.tables:
        for part in ("get_pk_constraint", "get_foreign_keys", "get_indexes", "get_table_options"):
            made, meant = (comparable(getattr(inspect(each), part)(name)) for each in (engine, declared))
            assert made == meant, (name, part)
    engine.dispose()
    declared.dispose()


def comparable(found: Any) -> Any:
    """The condition of an index as text: two clauses that say the same are not equal."""
    if isinstance(found, list):
        return [comparable(one) for one in found]
    if isinstance(found, dict):
        return {name: comparable(one) for name, one in found.items()}
    return str(found) if isinstance(found, TextClause) else found


def test_they_can_be_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "casework.sqlite"
    engine = migrated(path)
    config = configuration(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_an_older_database_gets_its_counts_by_township(tmp_path: Path) -> None:
    """The migration counts what the synchronisation would have counted."""
    path = tmp_path / "casework.sqlite"
    engine = migrated(path, "0001")
    fresh = migrated(tmp_path / "fresh.sqlite")
    with fresh.begin() as connection:
        fill(connection, months=2, count=200)
        rows = [dict(row) for row in connection.execute(select(alerts)).mappings()]
        runs = [dict(row) for row in connection.execute(select(metadata.tables["runs"])).mappings()]
        counted = sorted(connection.execute(select(town_summary)).all())
    with engine.begin() as connection:
        connection.execute(metadata.tables["runs"].insert(), runs)
        connection.execute(alerts.insert(), rows)
    migrate(engine, f"sqlite:///{path}")
    with engine.connect() as connection:
        assert sorted(connection.execute(select(town_summary)).all()) == counted
    assert len({row.town for row in counted}) > 3
    engine.dispose()
    fresh.dispose()


def test_a_run_is_counted_with_and_without_townships(tmp_path: Path, home: Path) -> None:
    """Both tables of counts hold every alert of a run exactly once, those without a township too."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    towns = {1: "甲镇", 2: "甲镇", 3: "乙镇", 4: ""}
    bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": "样例", "town": town} for n, town in towns.items()))
    bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt=str(70_000 + n)) for n in towns))
    bureau.run()
    engine = open_database(bureau.home.database_url)
    with engine.connect() as connection:
        asked = (alerts.c.town, func.count(), func.sum(alerts.c.excess_fen))
        truth = connection.execute(select(*asked).group_by(alerts.c.town).order_by(alerts.c.town)).all()
        c = town_summary.c
        by_town = connection.execute(
            select(c.town, func.sum(c.people), func.sum(c.excess_fen)).group_by(c.town).order_by(c.town)
        ).all()
        whole = connection.execute(select(func.sum(summary.c.people), func.sum(summary.c.excess_fen))).one()
    engine.dispose()
    assert [(town, people) for town, people, _ in truth] == [("", 1), ("乙镇", 1), ("甲镇", 2)]
    assert by_town == truth
    assert tuple(whole) == (4, sum(excess for _, _, excess in truth))
