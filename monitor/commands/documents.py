"""``monitor documents``: the documents there are; or what one gives."""

from __future__ import annotations

import argparse
from datetime import date

from monitor.assess.inputs import incomes_known, parameters_known
from monitor.base.settings import Home
from monitor.commands.arguments import parse_day
from monitor.commands.terminal import say, say_json, write
from monitor.commands.verb import Verb
from monitor.policy.assistance import premium_rows, schedule_rows
from monitor.policy.incomes import Incomes
from monitor.policy.library import check_allowed, load_library
from monitor.policy.parameters import with_recorded
from monitor.policy.regions import inside
from monitor.reports import provisions
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", nargs="?", metavar="DOCUMENT")
    parser.add_argument("--as-of", type=parse_day, metavar="DATE", help="哪一年的标准；不写则取今天")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def do(arguments: Arguments, home: Home, now: str) -> None:
    if arguments.document is not None:
        _document(arguments, home, now)
        return
    rows = [
        {
            "document": document.id, "number": document.number, "title": document.title, "status": document.status.value,
            "status_label": document.status.label, "region": document.region,
            "effective_from": document.effective_from.day.isoformat() if document.effective_from.day else None,
            "effective_to": document.effective_to.day.isoformat() if document.effective_to.day else None,
        }
        for document in load_library().documents.values()
    ]
    if arguments.json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['document']}　《{row['title']}》{row['number']}　{row['status_label']}　"
             f"{row['effective_from'] or ''} 至 {row['effective_to'] or '未定'}")


def _document(arguments: Arguments, home: Home, now: str) -> None:
    """What one document gives in a year, this one unless asked, with what the bureau recorded and the incomes it entered."""
    document, as_of = load_library().get(arguments.document), arguments.as_of or date.fromisoformat(now[:10])
    incomes, districts = Incomes(), {document.region}
    recorded: dict[str, str] = {}
    if home.manifest.exists():
        store = open_store(home)
        known = store.manifest
        incomes, recorded = incomes_known(store, known), parameters_known(known, document.id)
        loads = (*known.of_table("settlements"), *known.of_table("people"))
        own = {district for load in loads for district in load.districts if inside(document.region, district)}
        districts = own or districts
    document = with_recorded(document, recorded)
    schedules = schedule_rows(document, as_of, incomes, districts)
    premiums = premium_rows(document, as_of, districts)
    if arguments.json:
        say_json(provisions.as_json(document, schedules, premiums))
    else:
        obstacle = check_allowed(document, as_of, trial=True)
        write(provisions.as_text(document, as_of, schedules, premiums, obstacle), None)


VERB = Verb(add_arguments, do)
