"""A bureau's home, opened: its manifest, its keys, its engine, and the lock for whoever writes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from monitor.access import keys as key_files
from monitor.access.actor import Actor, operating_system_user
from monitor.access.keys import Keys
from monitor.access.sealing import Sealer
from monitor.base.errors import StoreError
from monitor.base.settings import Home, keys_directory
from monitor.store import manifest as manifests
from monitor.store.engine import DuckEngine
from monitor.store.lock import is_running, writer_lock
from monitor.store.manifest import Load, Manifest

LOCK_WAIT_SECONDS = 60.0
#: So long before its commit a command may have begun that others overtook: the wait, and what it takes to start.
_OVERTAKEN = timedelta(seconds=LOCK_WAIT_SECONDS + 30)


class Store:
    """The open store of one home. ``manifest`` is as read; writers commit a new one.

    ``by``: who holds the home for writing, and from which command or screen; None where it is open for reading.
    """

    def __init__(self, home: Home, manifest: Manifest, keys: Keys, by: tuple[Actor, str] | None = None) -> None:
        self.home = home
        self.by = by
        self.manifest = manifest
        self.keys = keys
        self.sealer = Sealer(keys)

    @property
    def loads(self) -> Path:
        return self.home.path / "loads"

    def files(self, loads: list[Load], name: str) -> list[Path]:
        """The paths of the loads' files whose name starts with ``name``, in order of load."""
        return [
            self.loads / load.batch / file for load in loads for file in sorted(load.files) if file.startswith(name)
        ]

    def where(self, path: Path) -> Path:
        """Where a file of the home lies: a sealed one may have been written anew under a later key."""
        resealed = self.manifest.resealed.get(path.relative_to(self.home.path).as_posix())
        return path.with_name(resealed.file) if resealed else path

    def open_sealed(self, path: Path, purpose: str) -> bytes:
        """The plain bytes of a sealed file, by the path it was first written at. Raises StoreError."""
        try:
            return self.sealer.open(self.where(path).read_bytes(), purpose)
        except FileNotFoundError:
            raise StoreError(
                f"密封文件 {path.name}（{path.parent.name}）不在；如果正在更换密封密钥（monitor keys rotate），请重试本命令，"
                "否则请用 monitor doctor 检查，并从备份恢复"
            ) from None

    @contextmanager
    def engine_scope(self) -> Iterator[DuckEngine]:
        """An engine whose spill directory is its own, and gone afterwards."""
        with scratch(self.home) as directory:
            engine = DuckEngine(directory)
            try:
                yield engine
            finally:
                engine.close()

    def commit(self, manifest: Manifest) -> None:
        """Make the manifest the home's, with who did what is new in it, and in the order of the commits."""
        manifest = manifest.in_order(self.manifest, _OVERTAKEN)
        if self.by is not None:
            actor, where = self.by
            manifest = manifest.attributed(self.manifest, actor.name, where)
        manifests.commit(self.home.manifest, manifest)
        self.manifest = manifest


def open_store(home: Home) -> Store:
    """The existing home, for reading. Raises StoreError where there is none."""
    manifest = manifests.read(home.manifest)
    if manifest is None:
        raise StoreError(
            f"数据目录 {home.path} 里还没有数据；请先用 monitor import 导入，或用 --home 指明正确的目录"
        )
    return Store(home, manifest, key_files.load(keys_apart(home), manifest.home))


def keys_apart(home: Home) -> Path:
    """The keys' directory. Raises StoreError when it lies inside the home: whoever copies the home would have both."""
    directory = keys_directory()
    if directory.resolve().is_relative_to(home.path.resolve()):
        raise StoreError(
            f"密钥目录 {directory} 在数据目录 {home.path} 里面，拷走数据的人会连密钥一起拿到；"
            "请把密钥目录移到数据目录之外，并用 MONITOR_KEYS 指明"
        )
    return directory


@contextmanager
def writing(home: Home, command: str, create: bool = False, actor: Actor | None = None, where: str = "") -> Iterator[Store]:
    """The home held for writing; made first where ``create`` and there is none. Clears what a crash left behind.

    ``actor``: who writes, by default whoever runs this process; ``where``: from which screen, by default ``command``.
    """
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"数据目录 {home.path} 无法建立（{error.strerror}）；请检查路径与权限") from None
    with writer_lock(home.lock, command, LOCK_WAIT_SECONDS):
        if manifests.read(home.manifest) is None and create:
            home_id = manifests.new_home_id()
            key_files.create(keys_apart(home), home_id)
            manifests.commit(home.manifest, Manifest(home=home_id))
        store = open_store(home)
        store.by = actor or operating_system_user(), where or f"command:{command}"
        _sweep(store)
        yield store


def _sweep(store: Store) -> None:
    """Remove what no manifest names: the halves of a load or run that was killed."""
    shutil.rmtree(store.home.path / "staging", ignore_errors=True)
    for directory in dead_spills(store.home):
        shutil.rmtree(directory, ignore_errors=True)
    for directory, named in (
        (store.loads, {load.batch for load in store.manifest.loads}),
        (store.home.runs, {run.run for run in store.manifest.runs}),
        (store.home.entitled, set(store.manifest.entitled)),
    ):
        if directory.is_dir():
            for entry in directory.iterdir():
                if entry.name not in named:
                    shutil.rmtree(entry, ignore_errors=True)


@contextmanager
def scratch(home: Home) -> Iterator[Path]:
    """A directory of this process's own below ``spill``, gone afterwards; the next writer removes it after a crash."""
    directory = home.spill / str(os.getpid()) / secrets.token_hex(4)
    directory.mkdir(parents=True, mode=0o700)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):
            directory.parent.rmdir()  # unless another thread still spills


@contextmanager
def in_memory(home: Home, name: str, content: bytes) -> Iterator[Path]:
    """A file of that name that lies in memory only: numbers touch no disk unsealed."""
    descriptor = os.memfd_create("in-memory")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        with scratch(home) as directory:
            path = directory / name
            path.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
            yield path
    finally:
        os.close(descriptor)


def dead_spills(home: Home) -> list[Path]:
    """Overflow of processes that are no more. Readers spill too, and need no lock: theirs is left to them."""
    if not home.spill.is_dir():
        return []
    return [entry for entry in sorted(home.spill.iterdir()) if not (entry.name.isdigit() and is_running(int(entry.name)))]


@contextmanager
def staging(store: Store, name: str) -> Iterator[Path]:
    """A directory that is moved into place by ``files.settle`` or is gone."""
    directory = store.home.path / "staging" / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, mode=0o700)
    try:
        yield directory
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise StoreError("磁盘空间不足，未写入任何内容；请清理数据目录所在磁盘后重试") from None
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)
