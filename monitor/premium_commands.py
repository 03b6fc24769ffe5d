"""``monitor premiums``: who is entitled to premium support in a month, with amounts and totals, before anybody has paid."""

from __future__ import annotations

import argparse
from datetime import date

from monitor.audited import note_list
from monitor.base.errors import PolicyError
from monitor.base.settings import Home
from monitor.entitle.premiums import names_on, premium_list
from monitor.policy.library import check_allowed, load_library
from monitor.reports import premiums as output
from monitor.store.home import Store, open_store
from monitor.terminal import write

Arguments = argparse.Namespace


def premiums(arguments: Arguments, home: Home, now: str) -> None:
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
