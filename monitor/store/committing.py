"""A load begins to exist: its files are durable and in place, then the manifest names it. All of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from monitor.store.files import settle
from monitor.store.home import Store, staging
from monitor.store.manifest import Load


class Staged:
    """The files of one load on their way. ``directory``: where they are written."""

    def __init__(self, directory: Path, final: Path) -> None:
        self.directory, self._final = directory, final
        self.kept: Load | None = None

    def keep(self, load: Load) -> None:
        """All files are written: make them durable and move them into place. ``load`` is committed with their hashes."""
        self.kept = replace(load, files=settle(self.directory, self._final))


@contextmanager
def committing(store: Store, batch: str) -> Iterator[Staged]:
    """A directory for the files of a batch. At the end of the scope the load that was kept is committed; without one nothing
    of the files is left."""
    with staging(store, batch) as directory:
        staged = Staged(directory, store.loads / batch)
        yield staged
    if staged.kept is not None:
        store.commit(replace(store.manifest, loads=(*store.manifest.loads, staged.kept)))
