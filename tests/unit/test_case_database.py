"""The case database's schema: the migrations and the tables must be the same, and what no migration leads on from is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from bureau import Bureau, certno, settlement
from sqlalchemy import Engine, TextClause, create_engine, func, inspect, select, text

from monitor.base.errors import StoreError
from monitor.casework.database import FIRST_REVISION, configuration, is_current, migrate, newest_revision, open_database
from monitor.casework.tables import alerts, metadata, summary, town_summary


def migrated(path: Path) -> Engine:
    url = f"sqlite:///{path}"
    engine = open_database(url)
    migrate(engine, url)
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


def test_what_the_schema_is_made_of_besides(tmp_path: Path) -> None:
    """Types, order and defaults of the columns, and every statement as SQLite keeps it: triggers, conditions, WITHOUT ROWID."""
    engine, declared = migrated(tmp_path / "casework.sqlite"), create_engine("sqlite://")
    with declared.begin() as connection:
        metadata.create_all(connection)
        with engine.connect() as other:
            asked = text("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version' ORDER BY name")
            made, meant = ({name: " ".join(sql.split()) for name, sql in each.execute(asked)} for each in (other, connection))
    assert made == meant
    assert len(made) > 60 and sum(sql.startswith("CREATE TRIGGER") for sql in made.values()) > 10
    engine.dispose()
    declared.dispose()


def test_a_migration_is_not_taken_back(tmp_path: Path) -> None:
    """What people decided and the audit lie in these tables: the way back is the backup made before."""
    path = tmp_path / "casework.sqlite"
    engine, config = migrated(path), configuration(f"sqlite:///{path}")
    with pytest.raises(RuntimeError, match="restore the backup"), engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert is_current(engine)
    engine.dispose()


def test_the_migrations_follow_each_other() -> None:
    """One line of them from the first on, numbered in order: ``newest_revision`` goes by the files' names."""
    script = ScriptDirectory.from_config(configuration("sqlite://"))
    revisions = [one.revision for one in script.walk_revisions()][::-1]
    assert revisions[0] == FIRST_REVISION and revisions == sorted(revisions) and revisions[-1] == newest_revision()
    assert all(Path(one.path).name.startswith(f"{one.revision}_") for one in script.walk_revisions())
    template = (Path(script.dir) / "script.py.mako").read_text(encoding="utf-8")
    assert "restore the backup" in template, "the next one is not taken back either"


@pytest.mark.parametrize("revision", ["0001", "0006", "0014"])
def test_a_schema_of_before_the_first_release_is_refused_in_a_sentence(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "casework.sqlite"
    engine = migrated(path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": revision})
    with pytest.raises(StoreError, match=f"{revision}.*0.1.0 发布以前.*请用 --home 指定一个新的数据目录") as refused:
        migrate(engine, f"sqlite:///{path}")
    assert "\n" not in refused.value.sentence
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == revision
    engine.dispose()


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
