"""The run an explanation belongs to, put together again from its manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.assess.inputs import Asked, ask
from monitor.policy.library import Library
from monitor.store.home import Store
from monitor.store.manifest import Manifest, RunRecord


@dataclass(frozen=True)
class Frame:
    """The run an explanation belongs to: what was asked, on what was known, and how it is labelled."""

    run: str
    known_at: str
    trial: bool
    provisional: bool
    known: Manifest
    asked: Asked


def frame_of(store: Store, library: Library, record: RunRecord, inputs: dict[str, Any]) -> Frame:
    """What was known and asked when the run was made: the same loads and parameters, whatever came since."""
    known = store.manifest.known(inputs["known_at"])
    asked = ask(store, known, library.get(record.document), date.fromisoformat(record.as_of), inputs["provisional_allowed"])
    return Frame(record.run, record.known_at, record.trial, record.provisional, known, asked)


def details(store: Store, run_id: str) -> dict[str, Any]:
    """The run's own manifest: inputs, window, feed, counts."""
    kept: dict[str, Any] = json.loads((store.home.runs / run_id / "manifest.json").read_text())
    return kept


def frame_and_allowance(store: Store, library: Library, record: RunRecord) -> tuple[Frame, bool]:
    """The run put together again, and whether it was allowed the income of the year before."""
    inputs = details(store, record.run)["inputs"]
    return frame_of(store, library, record, inputs), inputs["provisional_allowed"]
