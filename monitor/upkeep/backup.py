"""A backup: one encrypted data file, one key file, never side by side; consistent while others write.

The audit's head is read first, the case database copied next and the manifest read after it: entries after the head, and what
the manifest names and the copy lacks, are as after a crash, and the next command writes them; the other way round they
would look cut off. Files the manifest named then stay until the backup is done
(``files_held``). The home's keys are read last: a rotation in between adds one, and drops none before we are done.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor import __version__
from monitor.access import keys as key_files
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.store import manifest as manifests
from monitor.store.files import sync_directory
from monitor.store.home import Store, keys_apart, open_store, scratch
from monitor.store.lock import files_held, is_running
from monitor.store.manifest import Manifest
from monitor.upkeep import archive, backup_key
from monitor.upkeep.backup_key import BackupKey
from monitor.upkeep.envelope import Opening, Sealing, new_identity
from monitor.upkeep.sealed_files import SUFFIX, sealed_files

DATABASE, MANIFEST = "casework.sqlite", "manifest.json"
#: What is not the home's own: locks, halves, overflow; the database, the manifest and the audit's head go in as copies.
_LEFT_OUT = {"lock", "files.lock", "spill", "staging", MANIFEST, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BackedUp:
    """How many files and bytes of the home are in it, and whether the case database is."""

    files: int
    size: int
    database: bool


def back_up(
    home: Home, output: Path, key_output: Path, passphrase: str | None, now: str, without_database: bool = False,
    progress: Progress = lambda done, total: None,
) -> BackedUp:
    """Write both files, read the backup back and compare, and only then give it its name. Raises StoreError."""
    _check_places(home, output, key_output)
    if passphrase is not None:
        backup_key.check_passphrase(passphrase)
    database = _sqlite_path(home)
    if database is None and not without_database:
        raise StoreError(
            "案件数据库在 MONITOR_DATABASE_URL 所指的服务器上，本命令不备份它；请另用 pg_dump 备份，"
            "本命令加 --without-database 只备份数据目录（两者都要，先备份数据库）"
        )
    open_store(home)  # refuses what cannot be read before anything is written
    key, identity = os.urandom(32), new_identity()
    _remove_dead_parts(output)
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with files_held(home.path), scratch(home) as directory:
            copies = _copy_head(home, directory)
            copied = database is not None and _copy_database(database, directory / DATABASE)
            store = open_store(home)
            manifests.commit(directory / MANIFEST, store.manifest)
            files = dict(kept_files(store))
            files |= copies | {MANIFEST: directory / MANIFEST} | ({DATABASE: directory / DATABASE} if copied else {})
            size = sum(path.stat().st_size for path in files.values())
            _check_space(output, size)
            _write(part, key, identity, files, store, now, lambda done: progress(done, 2 * size))
            _read_back(part, key, store.manifest, lambda done: progress(size + done, 2 * size))
            keys = key_files.load(keys_apart(home), store.manifest.home)
            backup_key.write(key_output, BackupKey(identity, key, keys), passphrase, now)
        part.rename(output)
        sync_directory(output.parent)
    except OSError as error:
        raise StoreError(f"不能写完备份 {output}（{error.strerror}），没有留下备份；请检查磁盘空间与权限后重试") from None
    finally:
        part.unlink(missing_ok=True)
    return BackedUp(len(files), size, copied)


def kept_files(store: Store) -> Iterator[tuple[str, Path]]:
    """Everything the home keeps, by its path below it: named batches and results, and whatever else lies in the home."""
    named = {
        "loads": {load.batch for load in store.manifest.loads},
        "runs": {record.run for record in store.manifest.runs},
        "entitled": set(store.manifest.entitled),
    }
    sealed_now = {store.where(path) for path in sealed_files(store)}
    for path in sorted(store.home.path.rglob("*")):
        inside = path.relative_to(store.home.path)
        if inside.parts[0] in _LEFT_OUT or inside.suffix == ".new" or not path.is_file() or path.is_symlink():
            continue
        if inside.parts[0] in named and inside.parts[1] not in named[inside.parts[0]]:
            continue
        if path.suffix == SUFFIX and path not in sealed_now:
            continue
        yield inside.as_posix(), path


def _copy_head(home: Home, directory: Path) -> dict[str, Path]:
    """The audit's head as it is before the database is copied; nothing where there is none yet."""
    if not home.audit_head.exists():
        return {}
    copy = directory / home.audit_head.name
    copy.write_bytes(home.audit_head.read_bytes())
    return {copy.name: copy}


def expected_hashes(manifest: Manifest) -> dict[str, str]:
    """sha256 by path below the home, as far as the manifest says; sealed files by where they lie now."""
    found = {f"loads/{load.batch}/{name}": digest for load in manifest.loads for name, digest in load.files.items()}
    found.update({f"{directory}/{name}": digest for directory, files in manifest.results.items() for name, digest in files.items()})
    for path, now in manifest.resealed.items():
        found.pop(path, None)
        found[f"{path.rpartition('/')[0]}/{now.file}"] = now.sha256
    return found


def check_hashes(found: archive.Index, manifest: Manifest) -> None:
    """Raises StoreError where a file the manifest names is missing or another than was committed."""
    for name, digest in expected_hashes(manifest).items():
        if name not in found:
            raise StoreError(f"清单列出的文件 {name} 不在；请用 monitor doctor --full 检查，并从更早的备份恢复")
        if found[name][0] != digest:
            raise StoreError(
                f"文件 {name} 与清单记录的不符（已被改动或磁盘损坏）；请用 monitor doctor --full 检查，并从更早的备份恢复"
            )


def _write(
    part: Path, key: bytes, identity: bytes, files: dict[str, Path], store: Store, now: str, progress: Callable[[int], None]
) -> None:
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        writing = archive.Writing(Sealing(file, key, identity))
        done = 0
        for name, path in files.items():
            writing.add(name, path)
            progress(done := done + writing.index[name][1])
        writing.finish({"home": store.manifest.home, "made_at": now, "program": __version__})
        file.flush()
        os.fsync(file.fileno())


def _read_back(part: Path, key: bytes, manifest: Manifest, progress: Callable[[int], None]) -> None:
    done = 0

    def take(name: str, pieces: Iterator[bytes]) -> None:
        nonlocal done
        for piece in pieces:
            progress(done := done + len(piece))

    with part.open("rb") as file:
        _, found = archive.read(Opening(file, key), take)
    check_hashes(found, manifest)


def _copy_database(path: Path, copy: Path) -> bool:
    """SQLite's own copy of a moment, whoever writes; whether there is a database. Raises StoreError where it is damaged."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            sound = target.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        raise StoreError(f"案件数据库 {path} 不能复制（{type(error).__name__}），没有留下备份；请用 monitor doctor 检查") from None
    if not sound:
        raise StoreError(f"案件数据库 {path} 已损坏，没有留下备份；请从更早的备份恢复")
    return True


def _sqlite_path(home: Home) -> Path | None:
    url = home.database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _check_places(home: Home, output: Path, key_output: Path) -> None:
    for path in (output, key_output):
        if path.exists():
            raise StoreError(f"{path} 已经存在，不会覆盖；请换一个文件名")
        if not path.parent.is_dir():
            raise StoreError(f"目录 {path.parent} 不存在；请先建立，或换一个位置")
        if path.parent.resolve().is_relative_to(home.path.resolve()):
            raise StoreError(f"{path} 在数据目录里面，数据目录丢失时备份也会丢失；请写到别的磁盘或目录")
    if output.parent.resolve() == key_output.parent.resolve():
        raise StoreError(
            f"备份和它的密钥文件不能放在同一目录 {output.parent}：拿到备份的人会连密钥一起拿到；请把 --key-output 写到另一处"
        )


def _check_space(output: Path, size: int) -> None:
    free = shutil.disk_usage(output.parent).free
    if free < size * 1.01 + (16 << 20):
        raise StoreError(f"{output.parent} 所在磁盘只剩 {free >> 20} MB，备份约需 {(size >> 20) + 16} MB，没有留下备份；请换一个磁盘")


def _remove_dead_parts(output: Path) -> None:
    """What earlier tries at this very backup left when they were killed."""
    for path in output.parent.glob("*.part"):
        pid = path.name.removeprefix(f"{output.name}.").removesuffix(".part")
        if path.name.startswith(f"{output.name}.") and pid.isdigit() and not is_running(int(pid)):
            path.unlink(missing_ok=True)
