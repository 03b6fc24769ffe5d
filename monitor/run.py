"""The journey itself: what was known → lines → burden → alerts → kept → shown. Read this first."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from monitor import __version__
from monitor.assess.assessment import Before, assess
from monitor.assess.duplicates import sentence, suspected
from monitor.assess.frames import details
from monitor.assess.identity_notices import identity_notices
from monitor.assess.inputs import ALERT_COLUMNS, Asked, ask, files_or_empty, name_settlements, parameters_known, register_tables
from monitor.assess.joins import Pair, crowded, listed, numbered, weigh
from monitor.assess.sql import code_hash, sql
from monitor.assess.years import name_sums
from monitor.base.vocabulary import JoinState
from monitor.casework.sync import synchronise
from monitor.policy.library import Library, check_allowed
from monitor.store.engine import DuckEngine
from monitor.store.files import settle
from monitor.store.home import Store, staging
from monitor.store.manifest import Manifest, RunRecord
from monitor.store.names import look_up, write_names


@dataclass(frozen=True)
class Request:
    """A run as asked for. ``known_at`` (ISO 8601 with offset) makes it a replay."""

    document: str
    as_of: date
    known_at: str | None = None
    trial: bool = False
    provisional: bool = False


def run(store: Store, library: Library, request: Request, now: str) -> RunRecord:
    """Assess a document for a day on what was known, keep the result, synchronise the case database.

    The same request with nothing new returns the run there is. Raises PolicyError or StoreError, in docs/ARCHITECTURE.md's order.
    """
    document = library.get(request.document)
    trial_because = check_allowed(document, request.as_of, request.trial)
    known = store.manifest.known(request.known_at)
    asked = ask(store, known, document, request.as_of, request.provisional)
    before = None if request.known_at or request.trial else _predecessor(store, request)
    inputs = _inputs(known, library, asked, request)
    record = _same(store, inputs, request)
    if record is None:
        record = _assess_and_keep(store, known, asked, request, inputs, before, trial_because, now)
    elif store.manifest.latest_run != record.run:
        store.commit(replace(store.manifest, latest_run=record.run))
    synchronise(store)
    return record


def _assess_and_keep(
    store: Store, known: Manifest, asked: Asked, request: Request, inputs: dict[str, Any], before: RunRecord | None,
    trial_because: str | None, now: str,
) -> RunRecord:
    inputs = {**inputs, "predecessor": before.run if before else None}
    run_id = _hash(inputs)[:16]
    record = RunRecord(
        run=run_id, document=request.document, as_of=request.as_of.isoformat(), known_at=inputs["known_at"],
        trial=request.trial, replay=request.known_at is not None, provisional=asked.lines.provisional,
        predecessor=inputs["predecessor"], committed_at=now,
    )
    with staging(store, run_id) as directory, store.engine_scope() as engine:
        compared = _before(store, before)
        since = min(asked.lines.window_from, compared.window_from if compared else asked.lines.window_from)
        register_tables(store, known, engine, asked)
        name_settlements(store, known, engine, since)
        name_sums(store, known, engine, asked.lines.window_from, asked.lines.window_to)
        found = assess(engine, known, asked, compared)
        _write(store, known, engine, run_id, directory)
        _write_moved(store, engine, record, directory)
        counts, notices = _counts(engine), identity_notices(known, engine, asked)
        copies = suspected(engine, known, store.keys.hash)
        if said := sentence(copies):
            notices.append({"code": "suspected_duplicates", "sentence": said})
        pairs, joins = _joins(store, known, engine, asked)
        details = {
            "inputs": inputs,
            "record": asdict(record),
            "title": asked.document.title,
            "trial_because": trial_because,
            "window": [asked.lines.window_from.isoformat(), asked.lines.window_to.isoformat()],
            "feed": {**asdict(found), "latest": found.latest.isoformat() if found.latest else None},
            "counts": {**counts, "joins": joins, "duplicates": copies},
            "notices": notices,
        }
        (directory / "manifest.json").write_text(json.dumps(details, ensure_ascii=False, indent=1, sort_keys=True))
        files = settle(directory, store.home.runs / run_id)
    manifest = store.manifest.with_result(f"runs/{run_id}", files)
    pairs_now = numbered(manifest, pairs)
    store.commit(replace(manifest, runs=(*manifest.runs, record), latest_run=run_id, pairs=pairs_now))
    return record


def _inputs(known: Manifest, library: Library, asked: Asked, request: Request) -> dict[str, Any]:
    """Everything the result depends on, each by hash: the run manifest."""
    document = asked.document.id
    told = [load.committed_at for load in known.loads] + [
        record.committed_at for record in known.parameters if record.document == document
    ] + [record.committed_at for record in known.none] + [record.committed_at for record in known.joins]
    told += [record.committed_at for record in known.duplicates]
    return {
        "document": document,
        "document_sha256": library.hashes[document],
        "as_of": request.as_of.isoformat(),
        "known_at": request.known_at or max(told),
        "replay": request.known_at is not None,
        "trial": request.trial,
        "provisional_allowed": request.provisional,
        "loads": [[load.batch, load.content] for load in known.loads],
        "parameters": parameters_known(known, document),
        "joins": sorted([record.one, record.other, record.together] for record in known.decided()),
        "duplicates": sorted([record.first, record.copy, record.same] for record in known.decided_copies()),
        "undecided_duplicates_count": known.counts_undecided(),
        "none": [[record.table, record.until, record.paper, record.by] for record in known.none],
        "program": __version__,
        "code_sha256": code_hash(),
    }


def _hash(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _same(store: Store, inputs: dict[str, Any], request: Request) -> RunRecord | None:
    """The run that was made from exactly these inputs, whatever it was compared with."""
    for record in reversed(store.manifest.runs):
        if record.document == request.document and record.as_of == inputs["as_of"]:
            kept = details(store, record.run)["inputs"]
            if {key: value for key, value in kept.items() if key != "predecessor"} == inputs:
                return record
    return None


def _predecessor(store: Store, request: Request) -> RunRecord | None:
    """The latest official run of the same document and year with as_of not after this one's."""
    as_of = request.as_of.isoformat()
    earlier = [
        record
        for record in store.manifest.runs
        if record.document == request.document and not record.trial and not record.replay
        and record.as_of[:4] == as_of[:4] and record.as_of <= as_of
    ]
    if not earlier:
        return None
    latest = max(record.as_of for record in earlier)
    return [record for record in earlier if record.as_of == latest][-1]


def _before(store: Store, record: RunRecord | None) -> Before | None:
    if record is None:
        return None
    kept = details(store, record.run)
    return Before(
        alerts=store.home.runs / record.run / "alerts.parquet",
        window_from=date.fromisoformat(kept["window"][0]),
        window_to=date.fromisoformat(kept["window"][1]),
        settlements=kept["feed"]["settlements"],
    )


def _write(store: Store, known: Manifest, engine: DuckEngine, run_id: str, directory: Path) -> None:
    """The result's files: keys and amounts open, names and numbers sealed as known then."""
    alerts, set_aside = engine.rows(sql("alerts_out")), engine.rows(sql("set_aside_out"))
    pq.write_table(alerts, directory / "alerts.parquet")
    pq.write_table(set_aside, directory / "set_aside.parquet")
    pq.write_table(engine.rows(sql("distribution_out")), directory / "distribution.parquet")
    listed = sorted({*alerts.column("person").to_pylist(), *set_aside.column("person").to_pylist()})
    names = look_up(store, known, engine, listed)
    write_names(store, directory / "names.sealed", f"runs/{run_id}/names", names, listed)


def _counts(engine: DuckEngine) -> dict[str, Any]:
    flagged: dict[str, dict[str, int]] = {}
    for kind, state, people in engine.execute(
        "SELECT kind, state, count(*) FROM alerts GROUP BY kind, state ORDER BY kind, state"
    ).fetchall():
        flagged.setdefault(kind, {})[state] = people
    aside = dict(engine.execute("SELECT reason, count(*) FROM set_aside GROUP BY reason").fetchall())
    return {
        "flagged": flagged,
        "uncovered": aside.get("no_rule", 0),
        "outside_region": aside.get("outside_region", 0),
        "deceased": aside.get("deceased", 0),
    }


def _joins(store: Store, known: Manifest, engine: DuckEngine, asked: Asked) -> tuple[list[Pair], dict[str, int]]:
    """The pairs of numbers that may be one person, and how many of the undecided would be over a line together that neither is
    over alone. The engine's tables are of the pairs afterwards."""
    pairs = listed(store, known, engine)
    undecided = [pair for pair in pairs if pair.state is JoinState.OPEN]
    found = {"open": len(undecided), "crossing": 0, "crowded": crowded(engine)}
    found["crossing"] = sum(bool(one.crosses) for one in weigh(store, known, engine, asked, undecided))
    return pairs, found


def _write_moved(store: Store, engine: DuckEngine, record: RunRecord, directory: Path) -> None:
    """Who of those an earlier official run of the year has alerted stands under another key now: their cases follow them."""
    earlier = [
        store.home.runs / one.run / "alerts.parquet"
        for one in store.manifest.runs
        if one.document == record.document and one.as_of[:4] == record.as_of[:4] and not one.trial and not one.replay
    ]
    files_or_empty(engine, "alerted_before", [] if record.trial or record.replay else earlier, ALERT_COLUMNS)
    pq.write_table(engine.rows(sql("moved")), directory / "moved.parquet")
