"""A run's entitlements, worked out when somebody first asks for them, kept, and shown in the case database."""

from __future__ import annotations

from monitor.access.actor import Actor
from monitor.actions.acting import repair
from monitor.assess.frames import frame_and_allowance
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.entitle.keeping import is_kept, keep
from monitor.policy.library import Library
from monitor.store.home import Store, open_store, writing
from monitor.store.manifest import RunRecord


def entitled_store(
    home: Home, run: str | None, library: Library, actor: Actor | None = None, where: str = ""
) -> tuple[Store, RunRecord]:
    """The open store with the run's entitlements in it: worked out and kept, if nobody has before.

    ``actor`` and ``where``: who asks, and from which screen, for the audit; by default whoever runs the command.
    """
    store = open_store(home)
    record = store.manifest.run(run)
    if not is_kept(store, record.run):
        with writing(home, "entitlements", actor=actor, where=where) as writable:
            keep(writable, *frame_and_allowance(writable, library, record))
            repair(writable)
            store = writable
    return store, record


def keep_latest(store: Store, library: Library) -> list[str]:
    """Before serving: the entitlements of each document's latest official run, for the caller to synchronise.

    Returns the sentence of each that cannot be worked out; the screens say so then, and nothing else suffers.
    """
    latest: dict[str, RunRecord] = {}
    for record in store.manifest.runs:
        if not record.trial and not record.replay:
            latest[record.document] = record
    refused = []
    for record in latest.values():
        if not is_kept(store, record.run):
            try:
                keep(store, *frame_and_allowance(store, library, record))
            except MonitorError as refusal:
                refused.append(f"运行 {record.run} 的医疗救助待遇没有算出：{refusal.sentence}")
    return refused
