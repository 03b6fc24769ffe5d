"""``monitor explain CERTNO``: why somebody is on the list, or is not."""

from __future__ import annotations

import argparse
import json

from monitor.access.hashing import person_hex
from monitor.assess.explain import person_of_number
from monitor.assess.frames import frame_and_allowance
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_format
from monitor.commands.audited import note
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.telling import explained
from monitor.policy.library import load_library
from monitor.reports.explanation import as_text
from monitor.reports.explanation_json import explained_json
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certno", metavar="CERTNO")
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("text", "json"), output=False)


def do(arguments: Arguments, home: Home, now: str) -> None:
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    frame, provisional = frame_and_allowance(store, load_library(), record)
    person = person_of_number(store, frame, arguments.certno)
    # Before it is known whether there is such a person: looking for somebody is an act, found or not.
    object_ = f"person:{person_hex(int(person))}"
    note(store, arguments, now, AuditAction.SHOWN, object_, {"run": record.run, "format": arguments.format, "masked": False})
    found = explained(store, frame, provisional, person)
    if arguments.format == "text":
        write(as_text(found.judged, found.entitlement), None)
    else:
        write(json.dumps(explained_json(found), ensure_ascii=False, indent=1) + "\n", None)


VERB = Verb(add_arguments, do)
