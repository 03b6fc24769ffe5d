"""The commands that look at a year: institutions, evaluation."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from monitor import run as journey
from monitor.access.moment import CHINA
from monitor.access.scope import Scope
from monitor.audited import note
from monitor.base.errors import MonitorError, PolicyError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework.facts import auditing
from monitor.casework.sync import synchronise
from monitor.entitle.institutions import institutions as figures
from monitor.entitle.institutions import narrowed
from monitor.entitled import entitled_store
from monitor.evaluation import evaluate, run_of_year, worked_out
from monitor.policy.document import Document
from monitor.policy.library import check_allowed, load_library
from monitor.reports import evaluation as evaluated
from monitor.reports import institutions as output
from monitor.store.home import Store, open_store
from monitor.store.manifest import Manifest, RunRecord
from monitor.terminal import write

Arguments = argparse.Namespace


def institutions(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor institutions``: figures of each institution against the median of its level."""
    store = open_store(home)
    known, document, first, last, tried = _window(store, arguments)
    trial = tried or check_allowed(document, last, trial=True) is not None
    found = figures(store, known, document, first, last, Scope(tuple(arguments.district)))
    action = AuditAction.EXPORTED if arguments.output else AuditAction.SHOWN
    detail = {"rows": len(found.rows), "format": arguments.format, "from": first.isoformat(), "until": last.isoformat()}
    note(store, arguments, now, action, f"institutions:{document.id}", detail)
    write(output.as_json(found, trial) if arguments.format == "json" else output.as_csv(found, trial), arguments.output)


def evaluation(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor evaluation``: a document's year, figure by figure; what cannot be had is said."""
    library, store = load_library(), open_store(home)
    document = library.get(arguments.document) if arguments.document else library.get(_only_document(store))
    record = run_of_year(store, document.id, arguments.year)
    moment = datetime.fromisoformat(now)
    refused = ""
    if record is not None:
        try:
            entitled_store(home, record.run, library)
        except MonitorError as refusal:
            refused = refusal.sentence
        store = open_store(home)
    found = worked_out(store, library, record, refused) if record else None
    with auditing(store, moment) as access:
        if store.manifest.runs:
            synchronise(store)
        with access.engine.connect() as connection:
            told = evaluate(connection, document, arguments.year, record, found, moment.astimezone(CHINA).date())
    rows = evaluated.figure_rows(document, told.year, told.run, told.figures)
    action = AuditAction.EXPORTED if arguments.output else AuditAction.SHOWN
    note(store, arguments, now, action, f"evaluation:{document.id}:{arguments.year}", {"rows": len(rows), "format": arguments.format})
    as_object = arguments.format == "json"
    write(evaluated.as_json(document, told.year, told.run, rows) if as_object else evaluated.as_csv(rows), arguments.output)


def _window(store: Store, arguments: Arguments) -> tuple[Manifest, Document, date, date, bool]:
    """What is looked at: the run's document and year as it knew them, and whether it was a trial; or a document and a year or month
    as known now."""
    library = load_library()
    if arguments.run is not None or (arguments.document is None and arguments.year is None and arguments.month is None):
        if arguments.document is not None or arguments.year is not None:
            raise MonitorError("--run 已经定下文件和年度，不能再写 --document 或 --year；请只写一样")
        record = store.manifest.run(arguments.run)
        known = store.manifest.known(journey.details(store, record.run)["inputs"]["known_at"])
        document, until = library.get(record.document), date.fromisoformat(record.as_of)
        return known, document, *narrowed(arguments.month, until.year, until), record.trial
    document = library.get(arguments.document) if arguments.document else library.get(_only_document(store))
    year = arguments.year or (int(arguments.month[:4]) if arguments.month else None)
    if year is None:
        raise MonitorError("须写明 --year 年度 或 --month 月份")
    first, last = narrowed(arguments.month, year, date(year, 12, 31))
    check_allowed(document, last, arguments.trial)
    return store.manifest, document, first, last, False


def _only_document(store: Store) -> str:
    """The document all runs of this home were made under. Raises PolicyError where there is none, or more than one."""
    runs: tuple[RunRecord, ...] = store.manifest.runs
    known = sorted({record.document for record in runs})
    if len(known) == 1:
        return known[0]
    raise PolicyError(f"请用 --document 指明按哪份文件：{'、'.join(known) or '编号见 monitor documents'}")
