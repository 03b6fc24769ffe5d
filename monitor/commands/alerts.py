"""``monitor alerts``: the people a run lists, in full."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.reports import machine
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("csv", "json"))
    apart = parser.add_mutually_exclusive_group()
    apart.add_argument("--uncovered", action="store_true", help="改为列出越线但没有规则覆盖的人")
    apart.add_argument("--set-aside", action="store_true", help="改为列出越线但参保地在外或已死亡的人")


def do(arguments: Arguments, home: Home, now: str) -> None:
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    columns: Sequence[str] = machine.ALERTS
    if arguments.uncovered or arguments.set_aside:
        reasons = ("no_rule",) if arguments.uncovered else ("outside_region", "deceased")
        rows, columns = machine.set_aside_rows(store, record, reasons), machine.SET_ASIDE
    else:
        rows = machine.alert_rows(store, record)
    which = "uncovered" if arguments.uncovered else "set_aside" if arguments.set_aside else "alerts"
    note_list(store, arguments, now, f"run:{record.run}", len(rows), list=which)
    write(machine.write(rows, columns, arguments.format), arguments.output)


VERB = Verb(add_arguments, do)
