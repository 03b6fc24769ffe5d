"""``monitor shortfall``: everybody due more than was paid; or people flagged whom no schedule helps."""

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
    parser.add_argument("--no-route", action="store_true", help="改为列出已预警而没有任何救助标准的人，及文件给出的其他出路")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor shortfall``: everybody due more than was paid; or people flagged whom no schedule helps."""
    library = load_library()
    store, record = entitled_store(home, arguments.run, library)
    document = library.get(record.document)
    if arguments.no_route:
        rows, columns = output.no_route_rows(store, record, document), output.NO_ROUTE
        text = output.write(rows, columns, arguments.format)
    elif arguments.format == "json":
        rows = output.shortfall_rows(store, record)
        text = output.shortfall_json(store, record, document)
    else:
        rows = output.shortfall_rows(store, record)
        text = output.write(rows, output.SHORTFALLS, "csv")
    note_list(store, arguments, now, f"run:{record.run}", len(rows), list="no_route" if arguments.no_route else "shortfalls")
    write(text, arguments.output)


VERB = Verb(add_arguments, do)
