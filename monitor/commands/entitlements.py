"""``monitor entitlements``: everybody the run's document recognises, what is due, what was paid."""

from __future__ import annotations

import argparse

from monitor.actions.entitlements import entitled_store
from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.reports import entitled as output

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("csv", "json"))
    parser.add_argument("--detail", action="store_true", help="改为每人每个救助标准一行，各行相加等于其一人一行的数")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor entitlements``: everybody the run's document recognises, what is due, what was paid."""
    store, record = entitled_store(home, arguments.run, load_library())
    columns: tuple[str, ...]
    if arguments.detail:
        rows, columns = output.detail_rows(store, record), output.DETAIL
    else:
        rows, columns = output.entitlement_rows(store, record), output.ENTITLEMENTS
    note_list(store, arguments, now, f"run:{record.run}", len(rows), **({"list": "schedules"} if arguments.detail else {}))
    write(output.write(rows, columns, arguments.format), arguments.output)


VERB = Verb(add_arguments, do)
