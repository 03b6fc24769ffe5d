"""Which document is meant where none is named."""

from __future__ import annotations

from monitor.base.errors import PolicyError
from monitor.store.home import Store
from monitor.store.manifest import RunRecord


def only_document(store: Store) -> str:
    """The document all runs of this home were made under. Raises PolicyError where there is none, or more than one."""
    runs: tuple[RunRecord, ...] = store.manifest.runs
    known = sorted({record.document for record in runs})
    if len(known) == 1:
        return known[0]
    raise PolicyError(f"请用 --document 指明按哪份文件：{'、'.join(known) or '编号见 monitor documents'}")
