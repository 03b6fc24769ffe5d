"""Opening the case database: SQLite by default, PostgreSQL by URL; its schema brought up to date by Alembic."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from monitor.base.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Of release 0.1.0. Schemas of before have lower numbers, and no migration leads on from them.
FIRST_REVISION = "0100"


def open_database(url: str) -> Engine:
    """The database at ``url``. Parameters never appear in errors or logs: they hold personal values."""
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    cursor = connection.cursor()
    # Of a new database: a run's rows with their trees go in by the hundred thousand, and fewer pages are split and written.
    cursor.execute("PRAGMA page_size = 16384")
    # Readers (the dashboard) go on while a run is written; a second writer waits instead of failing at once.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA synchronous = NORMAL")
    # 64 MB: a run's alerts with their indexes are 20 MB, and each page that does not fit is written and read again.
    cursor.execute("PRAGMA cache_size = -65536")
    # What it sorts stays out of the machine's directory for temporary files.
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def configuration(url: str) -> Config:
    """Alembic's settings for our migrations, without an ini file."""
    # Here, and not above: loading Alembic takes longer than asking whether it is needed, which it hardly ever is.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def newest_revision() -> str:
    """The last of our migrations; their files are numbered by revision."""
    return max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_current(engine: Engine) -> bool:
    """Whether the schema is the newest. Raises StoreError where the database cannot be reached."""
    try:
        with engine.connect() as connection:
            return _revision(connection) == newest_revision()
    except OperationalError as error:
        raise _unreachable(error) from None


def migrate(engine: Engine, url: str) -> None:
    """Bring the schema to the newest revision; nothing happens when it is there already."""
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                # The driver would begin at the first row that is written and commit every table made before it by itself.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            found = _revision(connection)
            if found == newest_revision():
                return
            if found is not None:
                refuse_unknown(found)
            from alembic import command

            config = configuration(url)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise _unreachable(error) from None


def refuse_unknown(revision: str) -> None:
    """Raises StoreError for a schema that no migration of ours leads on from: a later program's, or one from before 0.1.0."""
    if revision > newest_revision():
        raise StoreError(
            f"案件数据库的结构版本为 {revision}，本程序只认到 {newest_revision()}：它已由更新版本的程序升级；"
            "请换用该版本，或从升级前的备份恢复"
        )
    if revision < FIRST_REVISION:
        raise StoreError(
            f"案件数据库的结构版本为 {revision}，由 0.1.0 发布以前的试用版本所写，本程序不升级它；"
            "请用 --home 指定一个新的数据目录，重新导入各表并运行，旧数据须用当时的版本查看"
        )


def _unreachable(error: OperationalError) -> StoreError:
    return StoreError(
        f"案件数据库无法打开或升级（{type(error.orig).__name__}）；请检查数据目录的权限与磁盘空间，"
        "或 MONITOR_DATABASE_URL 指向的数据库"
    )
