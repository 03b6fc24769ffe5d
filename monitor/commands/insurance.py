"""``monitor insurance``: what critical-illness insurance should have paid, where the document gives enough."""

from __future__ import annotations

import argparse

from monitor.assess.frames import frame_and_allowance
from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.insurance import insured
from monitor.policy.library import load_library
from monitor.reports import coverage as audits
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor insurance``: what critical-illness insurance should have paid, where the document gives enough."""
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    frame, provisional = frame_and_allowance(store, load_library(), record)
    critical = frame.asked.document.provisions.critical_illness
    rows = audits.insurance_rows(record, insured(store, frame, provisional), critical)
    note_list(store, arguments, now, f"run:{record.run}", len(rows))
    write(audits.write(rows, audits.INSURANCE, arguments.format), arguments.output)


VERB = Verb(add_arguments, do)
