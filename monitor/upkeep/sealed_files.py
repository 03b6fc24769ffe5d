"""Every sealed file of a home, and what each is sealed for. A file sealed and not named here would be lost with its key."""

from __future__ import annotations

from pathlib import Path

from monitor.base.errors import StoreError
from monitor.store.home import Store

SUFFIX = ".sealed"


def sealed_files(store: Store) -> dict[Path, str]:
    """``{path it was first written at: purpose}`` of every sealed file the manifest names; ``store.where`` tells where each
    lies now."""
    found = {
        store.loads / load.batch / name: f"{load.batch}/{name}"
        for load in store.manifest.loads
        for name in load.files
        if name.endswith(SUFFIX)
    }
    for kind, directory, runs in (
        ("runs", store.home.runs, [record.run for record in store.manifest.runs]),
        ("entitled", store.home.entitled, list(store.manifest.entitled)),
    ):
        found.update({directory / run / "names.sealed": f"{kind}/{run}/names" for run in runs})
    return found


def replaced_files(store: Store) -> list[Path]:
    """Sealed files beside those that stand in their stead now: under an older key, or of a rotation that was cut off.

    Raises StoreError for a sealed file that is neither: dropping its key would lose it.
    """
    files = sealed_files(store)
    now = {store.where(path) for path in files}
    stems = {(path.parent, path.name.removesuffix(SUFFIX)) for path in files}
    found = []
    for path in sorted(store.home.path.rglob(f"*{SUFFIX}")):
        if path in now or path.is_relative_to(store.home.path / "staging"):
            continue
        if (path.parent, _stem(path)) not in stems:
            raise StoreError(f"数据目录里有不认识的密封文件 {path}，旧密钥保留未清除；请确认该文件的来历，移走后重试")
        found.append(path)
    return found


def renamed(path: Path, number: int) -> Path:
    """Where the file of this first path is written under seal key ``number``."""
    return path.with_name(f"{path.name.removesuffix(SUFFIX)}.k{number}{SUFFIX}")


def _stem(path: Path) -> str:
    """``names-00001`` of names-00001.sealed and of names-00001.k3.sealed."""
    stem, dot, key = path.name.removesuffix(SUFFIX).rpartition(".k")
    return stem if dot and key.isdigit() else path.name.removesuffix(SUFFIX)
