"""Changing the sealing key: a new one is added, whatever is sealed is sealed anew, the old ones go when nothing needs them.

In this order, so that the home opens whenever the power goes:

1. the key file gets one more key (replaced whole): everything opens still;
2. each sealed file is written beside itself under the new key and read back, then one commit of the manifest says where
   they lie now; batches and runs keep their names and hashes;
3. the sealed columns of the case database, some thousand rows a transaction, each value knowing its key;
4. the files under old keys are removed and, once no value in the database needs them, the old keys.

More than one key in the key file means that a rotation is not finished; the same command goes on with it then.
The hash key never changes: every batch rests on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, bindparam, select, text, update

from monitor.access import keys as key_files
from monitor.access.tables import metadata
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.casework import tables as _declared  # noqa: F401 - its tables are in the metadata once it is loaded
from monitor.casework.database import is_current, migrate, open_database
from monitor.store.files import sha256_of, sync_directory, sync_file
from monitor.store.home import LOCK_WAIT_SECONDS, Store, keys_apart, open_store, writing
from monitor.store.lock import files_removed
from monitor.store.manifest import Resealed
from monitor.upkeep.sealed_files import renamed, replaced_files, sealed_files

_ROWS = 5_000


@dataclass(frozen=True)
class Rotated:
    """What a rotation did. ``key``: the number of the key that seals now; ``resumed``: it went on with one cut off."""

    key: int
    resumed: bool
    files: int
    values: int


def rotate(home: Home) -> Rotated:
    """Seal everything with a new key and drop the old ones; or finish a rotation that was cut off. Raises StoreError."""
    with writing(home, "keys rotate") as opened:
        resumed = len(opened.keys.seals) > 1
        if not resumed:
            key_files.add_seal(keys_apart(home), opened.manifest.home)
        store = open_store(home)
        files = _reseal_files(store)
        engine = case_database(home, to_write=True)
        try:
            values = _reseal_values(store, engine) if engine else 0
            with files_removed(home.path, LOCK_WAIT_SECONDS):
                for path in replaced_files(store):
                    path.unlink()
                    sync_directory(path.parent)
                _drop_old_keys(store, engine)
        finally:
            if engine:
                engine.dispose()
    return Rotated(store.keys.newest, resumed, files, values)


def _reseal_files(store: Store) -> int:
    """Write what is sealed with an older key anew, and commit where it lies; how many files that were."""
    written: dict[str, Resealed] = {}
    try:
        for path, purpose in sealed_files(store).items():
            if _is_newest(store, store.where(path)):
                continue
            beside = renamed(path, store.keys.newest)
            plain = store.open_sealed(path, purpose)
            beside.write_bytes(store.sealer.seal(plain, purpose))
            sync_file(beside)
            # The old file goes for good: what replaces it is held against it first.
            if store.sealer.open(beside.read_bytes(), purpose) != plain:
                raise StoreError(f"密封文件 {beside} 写入后核对不符，旧文件保留；请检查磁盘后重新执行 monitor keys rotate")
            written[path.relative_to(store.home.path).as_posix()] = Resealed(beside.name, sha256_of(beside))
        for directory in {(store.home.path / path).parent for path in written}:
            sync_directory(directory)
    except OSError as error:
        raise StoreError(
            f"更换密封密钥时不能写入（{error.strerror}）；数据没有损失，旧密钥仍然有效，请清理磁盘后重新执行 monitor keys rotate"
        ) from None
    if written:
        store.commit(replace(store.manifest, resealed={**store.manifest.resealed, **written}))
    return len(written)


def _is_newest(store: Store, path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return store.sealer.is_newest(file.read(1))
    except FileNotFoundError:
        raise StoreError(f"密封文件 {path} 不在，密钥没有更换完；请用 monitor doctor 检查，并从备份恢复") from None


def sealed_columns() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every sealed column of the case database with its table and what it is sealed for."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if purpose := column.info.get("sealed_for"):
                yield table, column, purpose


def case_database(home: Home, to_write: bool = False) -> Engine | None:
    """The case database; None where there is none yet, or none of this version. ``to_write``: brought up to date first, by
    who holds the home for writing."""
    url = home.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    engine = open_database(url)
    if to_write:
        migrate(engine, url)
    elif not is_current(engine):
        engine.dispose()
        return None
    return engine


def _reseal_values(store: Store, engine: Engine) -> int:
    """Seal the values under an older key anew, some thousand rows a transaction; how many values."""
    done = 0
    for table, column, purpose in sealed_columns():
        (key,) = table.primary_key.columns
        last: Any = None
        while True:
            with engine.begin() as connection:
                _overwrite(connection)
                rows = connection.execute(_after(table, key, column, last)).all()
                if not rows:
                    break
                last = rows[-1][0]
                old = [(number, sealed) for number, sealed in rows if not store.sealer.is_newest(sealed)]
                if old:
                    anew = [
                        {"number": number, "sealed": store.sealer.seal(store.sealer.open(sealed, purpose), purpose)}
                        for number, sealed in old
                    ]
                    statement = update(table).where(key == bindparam("number")).values({column: bindparam("sealed")})
                    connection.execute(statement, anew)
                    done += len(anew)
    return done


def _after(table: Table, key: Column[Any], column: Column[Any], last: Any) -> Any:
    query = select(key, column).where(column.is_not(None)).order_by(key)
    query = query.limit(1 if column.info.get("large") else _ROWS)
    return query if last is None else query.where(key > last)


def _overwrite(connection: Connection) -> None:
    """What is replaced is overwritten, not only left out (SQLite)."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def _drop_old_keys(store: Store, engine: Engine | None) -> None:
    """The old keys go unless a value still needs them; nobody writes to the database in between."""
    directory, home_id = keys_apart(store.home), store.manifest.home
    if engine is None:
        key_files.drop_old_seals(directory, home_id)
        return
    with engine.connect() as connection:
        # A writer who takes the keys within its own transaction has sealed with the new one, or comes after.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            for table in {table for table, _, _ in sealed_columns()}:
                connection.execute(text(f"LOCK TABLE {table.name} IN SHARE MODE"))
        in_use = sum(count for number, count in values_by_key(connection).items() if number != store.keys.newest % 256)
        if in_use:
            raise StoreError(f"案件数据库里还有 {in_use} 个值由旧密钥密封，旧密钥保留；请重新执行 monitor keys rotate")
        key_files.drop_old_seals(directory, home_id)
        connection.rollback()
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What the write-ahead log still holds of values under old keys.
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def values_by_key(connection: Connection) -> Counter[int]:
    """How many values of the case database each key (by the byte that names it) has sealed."""
    found: Counter[int] = Counter()
    for table, column, _ in sealed_columns():
        (key,) = table.primary_key.columns
        last: Any = None
        while rows := connection.execute(_after(table, key, column, last)).all():
            last = rows[-1][0]
            found.update(sealed[0] for _, sealed in rows)
    return found


def files_by_key(store: Store) -> Counter[int]:
    """How many sealed files each key (by the byte that names it) has sealed."""
    found: Counter[int] = Counter()
    for path in sealed_files(store):
        try:
            with store.where(path).open("rb") as file:
                found.update(file.read(1))
        except FileNotFoundError:
            raise StoreError(f"密封文件 {path} 不在；请用 monitor doctor 检查，并从备份恢复") from None
    return found
