"""``monitor households``: the test for 因病致贫重病患者, with the working."""

from __future__ import annotations

import argparse

from monitor.assess.frames import frame_and_allowance
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.households import test_households
from monitor.policy.library import load_library
from monitor.reports import coverage as audits
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor households``: the test for 因病致贫重病患者, with the working."""
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    found = test_households(store, *frame_and_allowance(store, load_library(), record))
    if found.sentence:
        raise StoreError(found.sentence)
    rows = audits.household_rows(record, found)
    note_list(store, arguments, now, f"run:{record.run}", len(rows))
    write(audits.write(rows, audits.HOUSEHOLDS, arguments.format), arguments.output)


VERB = Verb(add_arguments, do)
