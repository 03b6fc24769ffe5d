"""``monitor audit-coverage``: the document's indicators; or who is entitled to premium support and lacks it."""

from __future__ import annotations

import argparse

from monitor.actions.entitlements import entitled_store
from monitor.assess.frames import frame_and_allowance
from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.entitle.coverage import measure
from monitor.entitle.gaps import by_month, gaps
from monitor.entitle.keeping import names_known, reach_of
from monitor.policy.library import load_library
from monitor.reports import coverage as audits

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    add_format(parser, ("csv", "json"))
    coverage_of = parser.add_mutually_exclusive_group()
    coverage_of.add_argument("--gaps", action="store_true", help="改为列出未参保、中断过参保或不在参保登记中的救助对象")
    coverage_of.add_argument("--monthly", action="store_true", help="改为逐月列出资助参保和医疗救助两个百分百")
    coverage_of.add_argument("--people", action="store_true", help="改为列出应资助参保而未参保、未资助或资助少于标准的人")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor audit-coverage``: the document's indicators; or who is entitled to premium support and lacks it."""
    library = load_library()
    store, record = entitled_store(home, arguments.run, library)
    frame, provisional = frame_and_allowance(store, library, record)
    if arguments.monthly:
        months = audits.month_rows(record, by_month(store, frame, provisional, record))
        write(audits.write(months, audits.MONTHS, arguments.format), arguments.output)
        return
    if arguments.gaps:
        found_gaps = gaps(store, frame, provisional)
        rows = audits.gap_rows(record, found_gaps, names_known(store, frame, [row["person"] for row in found_gaps]))
        note_list(store, arguments, now, f"run:{record.run}", len(rows), list="insurance_gaps")
        write(audits.write(rows, audits.GAPS, arguments.format), arguments.output)
        return
    found = measure(store, frame, provisional, reach_of(store, record.run))
    people = audits.premium_rows(record, found, names_known(store, frame, [row["person"] for row in found.people]))
    if arguments.people or arguments.format == "json":
        note_list(store, arguments, now, f"run:{record.run}", len(people))
    if arguments.people:
        write(audits.write(people, audits.PREMIUM_PEOPLE, arguments.format), arguments.output)
    elif arguments.format == "json":
        write(audits.coverage_json(record, found, people), arguments.output)
    else:
        write(audits.write(audits.indicator_rows(record, found), audits.INDICATORS, "csv"), arguments.output)


VERB = Verb(add_arguments, do)
