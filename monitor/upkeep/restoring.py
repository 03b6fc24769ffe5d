"""A backup back into a fresh home: written aside, verified, and moved into place last, so that no half is ever a home.

The restored home has an id and a key file of its own: it never shares keys with the home it was made from, so that neither's
rotation can leave the other without them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.access import keys as key_files
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.store import manifest as manifests
from monitor.store.files import sha256_of, sync_directory, sync_file
from monitor.store.home import Store, keys_apart
from monitor.store.lock import is_running
from monitor.store.manifest import Manifest
from monitor.upkeep import archive, backup_key
from monitor.upkeep.backup import DATABASE, MANIFEST, check_hashes
from monitor.upkeep.envelope import Opening, identity_of, read_header
from monitor.upkeep.sealed_files import sealed_files


@dataclass(frozen=True)
class Restored:
    """``made_at``: when the backup was. ``database``: whether the case database was in it."""

    made_at: str
    files: int
    size: int
    database: bool
    key_path: Path


def restore(
    file: Path, key_file: Path, passphrase: str | None, home: Home, progress: Callable[[int, int], None] = lambda done, total: None
) -> Restored:
    """Make ``home``, which must not be there yet, from a backup. Raises StoreError, and then there is none."""
    if home.path.exists() and (not home.path.is_dir() or any(home.path.iterdir())):
        raise StoreError(f"{home.path} 已经存在而且不是空目录，恢复只写到新的目录；请用 --home 指定一个不存在的目录")
    directory = keys_apart(home)
    key = backup_key.read(key_file, passphrase)
    beside = _beside(home.path)
    made = placed = None
    try:
        with file.open("rb") as data:
            if identity_of(read_header(data)) != key.backup:
                raise StoreError(f"密钥文件 {key_file} 不是备份 {file} 的；请找与这份备份同时写的密钥文件")
            data.seek(0)
            beside.mkdir(parents=True, mode=0o700)
            about, found = _extract(Opening(data, key.data), beside, file.stat().st_size, progress)
        manifest = replace(_verified(beside, found), home=manifests.new_home_id())
        _open_all(Store(Home(beside), manifest, key.keys))
        key_files.create(directory, manifest.home, key.keys)
        made = key_files.path_of(directory, manifest.home)
        manifests.commit(beside / MANIFEST, manifest)
        # An empty directory may stand there: a rename replaces it.
        placed = beside.rename(home.path)
    except OSError as error:
        raise StoreError(f"恢复没有完成（{error.strerror}），没有留下数据目录；请检查磁盘空间与权限后重试") from None
    finally:
        if placed is None:
            shutil.rmtree(beside, ignore_errors=True)
            if made is not None:
                made.unlink(missing_ok=True)
    sync_directory(home.path.parent)
    return Restored(str(about.get("made_at", "")), len(found), sum(size for _, size in found.values()), DATABASE in found, made)


def _beside(path: Path) -> Path:
    """Where the home is put together; what restorations that were killed left there is removed."""
    prefix = f".{path.name}.restoring-"
    if path.parent.is_dir():
        for left in path.parent.glob(f"{prefix}*"):
            pid = left.name.removeprefix(prefix)
            if pid.isdigit() and not is_running(int(pid)):
                shutil.rmtree(left, ignore_errors=True)
    return path.with_name(f"{prefix}{os.getpid()}")


def _extract(
    stream: Opening, beside: Path, size: int, progress: Callable[[int, int], None]
) -> tuple[dict[str, object], archive.Index]:
    done = 0

    def take(name: str, pieces: Iterator[bytes]) -> None:
        nonlocal done
        # Until all is verified the manifest has another name: without one, no half can be opened.
        path = beside / (f"{MANIFEST}.unverified" if name == MANIFEST else name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
                progress(done := done + len(piece), size)

    return archive.read(stream, take)


def _verified(beside: Path, found: archive.Index) -> Manifest:
    """Everything read back from the disk and held against the backup's index and the manifest's hashes."""
    for name, (digest, _) in found.items():
        path = beside / (f"{MANIFEST}.unverified" if name == MANIFEST else name)
        sync_file(path)
        if sha256_of(path) != digest:
            raise StoreError(f"恢复出的文件 {name} 与备份不符，没有留下数据目录；请检查磁盘")
    for directory in sorted({(beside / name).parent for name in found}):
        sync_directory(directory)
    unverified = beside / f"{MANIFEST}.unverified"
    manifest = manifests.read(unverified)
    if manifest is None:
        raise StoreError("备份里没有清单文件，没有恢复；请换一份备份")
    check_hashes(found, manifest)
    unverified.unlink()
    if DATABASE in found:
        try:
            with closing(sqlite3.connect(beside / DATABASE)) as connection:
                sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.Error:
            sound = False
        if not sound:
            raise StoreError("备份里的案件数据库已损坏，没有恢复；请换一份备份")
    return manifest


def _open_all(store: Store) -> None:
    """The keys of the key file open whatever the backup has sealed in files."""
    for path, purpose in sealed_files(store).items():
        store.open_sealed(path, purpose)

