"""``monitor evaluation``: a document's year, figure by figure."""

from __future__ import annotations

import argparse
from datetime import datetime

from monitor.access.moment import CHINA
from monitor.actions.acting import by_command, open_for_reading
from monitor.actions.entitlements import entitled_store
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_format, parse_year
from monitor.commands.audited import note, where
from monitor.commands.only_document import only_document
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.reports import evaluation as evaluated
from monitor.reports.evaluation_figures import evaluate, run_of_year, worked_out
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", required=True, type=parse_year, metavar="YEAR", help="哪一年")
    parser.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    add_format(parser, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor evaluation``: a document's year, figure by figure; what cannot be had is said."""
    library, store = load_library(), open_store(home)
    document = library.get(arguments.document) if arguments.document else library.get(only_document(store))
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
    with open_for_reading(by_command(home, where(arguments), now)) as (_, access), access.engine.connect() as connection:
        told = evaluate(connection, document, arguments.year, record, found, moment.astimezone(CHINA).date())
    rows = evaluated.figure_rows(document, told.year, told.run, told.figures)
    action = AuditAction.EXPORTED if arguments.output else AuditAction.SHOWN
    note(store, arguments, now, action, f"evaluation:{document.id}:{arguments.year}", {"rows": len(rows), "format": arguments.format})
    as_object = arguments.format == "json"
    write(evaluated.as_json(document, told.year, told.run, rows) if as_object else evaluated.as_csv(rows), arguments.output)


VERB = Verb(add_arguments, do)
