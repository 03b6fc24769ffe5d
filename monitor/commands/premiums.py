"""``monitor premiums``: who is entitled to premium support in a month, with amounts and totals, before anybody has paid."""

from __future__ import annotations

import argparse
from datetime import date

from monitor.base.errors import PolicyError
from monitor.base.settings import Home
from monitor.commands.arguments import add_format, parse_month
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.premiums import names_on, premium_list
from monitor.policy.library import check_allowed, load_library
from monitor.reports import premiums as output
from monitor.store.home import Store, open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--month", required=True, type=parse_month, metavar="YYYY-MM", help="哪个月的名单；身份看该月一日")
    parser.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    parser.add_argument("--district", action="append", default=[], metavar="CODE", help="只列参保地以此开头的，可重复")
    parser.add_argument("--trial", action="store_true", help="试算：允许征求意见稿、已失效或尚未生效的文件")
    add_format(parser, ("text", "csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """The month's list under a document."""
    library, month = load_library(), date.fromisoformat(f"{arguments.month}-01")
    if arguments.document is not None:
        library.get(arguments.document)
    store = open_store(home)
    document = library.get(arguments.document or _only_document(store))
    check_allowed(document, month, arguments.trial)
    found = premium_list(store, document, month, arguments.district)
    rows = output.list_rows(found, names_on(store, [row["person"] for row in found.rows]), arguments.trial)
    note_list(store, arguments, now, f"premiums:{document.id}:{arguments.month}", len(rows), list="premiums")
    if arguments.format == "csv":
        write(output.as_csv(rows), arguments.output)
    elif arguments.format == "json":
        write(output.as_json(found, rows, arguments.trial), arguments.output)
    else:
        write(output.as_text(found, rows, arguments.trial), arguments.output)


def _only_document(store: Store) -> str:
    """The document all runs of this home were made under; raises PolicyError where there is none, or more than one."""
    known = sorted({record.document for record in store.manifest.runs})
    if len(known) == 1:
        return known[0]
    raise PolicyError(
        f"请用 --document 指明按哪份文件列资助参保名单：{'、'.join(known)}" if known
        else "请用 --document 指明按哪份文件列资助参保名单，文件编号见 monitor documents"
    )


VERB = Verb(add_arguments, do)
