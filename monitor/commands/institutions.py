"""``monitor institutions``: figures of each institution against the median of its level."""

from __future__ import annotations

import argparse
from datetime import date

from monitor.access.scope import Scope
from monitor.assess.frames import details
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.commands.arguments import add_format, parse_month, parse_year
from monitor.commands.audited import note
from monitor.commands.only_document import only_document
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.institutions import institutions as figures
from monitor.entitle.institutions import narrowed
from monitor.policy.document import Document
from monitor.policy.library import check_allowed, load_library
from monitor.reports import institutions as output
from monitor.store.home import Store, open_store
from monitor.store.manifest import Manifest

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="按哪次运行的文件、年度和当时所知；都不写则取最近一次")
    parser.add_argument("--document", metavar="ID", help="文件编号；与 --year 或 --month 同写，按现在所知")
    parser.add_argument("--year", type=parse_year, metavar="YEAR", help="哪一年")
    parser.add_argument("--month", type=parse_month, metavar="YYYY-MM", help="只看一个月")
    parser.add_argument("--district", action="append", default=[], metavar="CODE", help="只看参保地以此开头的，可重复")
    parser.add_argument("--trial", action="store_true", help="允许征求意见稿、已失效或尚未生效的文件")
    add_format(parser, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor institutions``: figures of each institution against the median of its level."""
    store = open_store(home)
    known, document, first, last, tried = _window(store, arguments)
    trial = tried or check_allowed(document, last, trial=True) is not None
    found = figures(store, known, document, first, last, Scope(tuple(arguments.district)))
    action = AuditAction.EXPORTED if arguments.output else AuditAction.SHOWN
    detail = {"rows": len(found.rows), "format": arguments.format, "from": first.isoformat(), "until": last.isoformat()}
    note(store, arguments, now, action, f"institutions:{document.id}", detail)
    write(output.as_json(found, trial) if arguments.format == "json" else output.as_csv(found, trial), arguments.output)


def _window(store: Store, arguments: Arguments) -> tuple[Manifest, Document, date, date, bool]:
    """What is looked at: the run's document and year as it knew them, and whether it was a trial; or a document and a year or month
    as known now."""
    library = load_library()
    if arguments.run is not None or (arguments.document is None and arguments.year is None and arguments.month is None):
        if arguments.document is not None or arguments.year is not None:
            raise MonitorError("--run 已经定下文件和年度，不能再写 --document 或 --year；请只写一样")
        record = store.manifest.run(arguments.run)
        known = store.manifest.known(details(store, record.run)["inputs"]["known_at"])
        document, until = library.get(record.document), date.fromisoformat(record.as_of)
        return known, document, *narrowed(arguments.month, until.year, until), record.trial
    document = library.get(arguments.document) if arguments.document else library.get(only_document(store))
    year = arguments.year or (int(arguments.month[:4]) if arguments.month else None)
    if year is None:
        raise MonitorError("须写明 --year 年度 或 --month 月份")
    first, last = narrowed(arguments.month, year, date(year, 12, 31))
    check_allowed(document, last, arguments.trial)
    return store.manifest, document, first, last, False


VERB = Verb(add_arguments, do)
