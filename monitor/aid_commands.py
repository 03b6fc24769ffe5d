"""The commands about what people are due: entitlements, shortfall, audit-coverage, households, insurance, none."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from datetime import datetime

from monitor.assess.optional import none_sentence
from monitor.audited import note_list
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.casework.facts import auditing
from monitor.entitle.coverage import measure
from monitor.entitle.gaps import by_month, gaps
from monitor.entitle.households import test_households
from monitor.entitle.insurance import insured
from monitor.entitle.keeping import names_known, reach_of
from monitor.entitled import entitled_store, frame_and_allowance
from monitor.intake.columns import TABLES
from monitor.policy.library import load_library
from monitor.reports import coverage as audits
from monitor.reports import entitled as output
from monitor.store.home import open_store, writing
from monitor.store.manifest import Manifest, NoneRecord
from monitor.terminal import write

Arguments = argparse.Namespace


def entitlements(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor entitlements``: everybody the run's document recognises, what is due, what was paid."""
    store, record = entitled_store(home, arguments.run, load_library())
    columns: tuple[str, ...]
    if arguments.detail:
        rows, columns = output.detail_rows(store, record), output.DETAIL
    else:
        rows, columns = output.entitlement_rows(store, record), output.ENTITLEMENTS
    note_list(store, arguments, now, f"run:{record.run}", len(rows), **({"list": "schedules"} if arguments.detail else {}))
    write(output.write(rows, columns, arguments.format), arguments.output)


def shortfall(arguments: Arguments, home: Home, now: str) -> None:
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


def audit_coverage(arguments: Arguments, home: Home, now: str) -> None:
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


def households(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor households``: the test for 因病致贫重病患者, with the working."""
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    found = test_households(store, *frame_and_allowance(store, load_library(), record))
    if found.sentence:
        raise StoreError(found.sentence)
    rows = audits.household_rows(record, found)
    note_list(store, arguments, now, f"run:{record.run}", len(rows))
    write(audits.write(rows, audits.HOUSEHOLDS, arguments.format), arguments.output)


def insurance(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor insurance``: what critical-illness insurance should have paid, where the document gives enough."""
    store = open_store(home)
    record = store.manifest.run(arguments.run)
    frame, provisional = frame_and_allowance(store, load_library(), record)
    critical = frame.asked.document.provisions.critical_illness
    rows = audits.insurance_rows(record, insured(store, frame, provisional), critical)
    note_list(store, arguments, now, f"run:{record.run}", len(rows))
    write(audits.write(rows, audits.INSURANCE, arguments.format), arguments.output)


def none(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor none``: the bureau's word that there is nothing to load of an optional table; or the words there are."""
    if arguments.table is None:
        _list_none(open_store(home).manifest, arguments.json)
        return
    if not (arguments.until and arguments.paper and arguments.by):
        raise StoreError(
            "登记没有某类数据须同时写明截至日、依据和登记人：加上 --until 2025-12-31 --paper \"依据\" --by 姓名"
        )
    table, until = TABLES[arguments.table], arguments.until.isoformat()
    if until > now[:10]:
        raise StoreError(f"不能登记将来没有{table.label}：--until {until} 晚于今天 {now[:10]}")
    with writing(home, "none", create=True) as store, auditing(store, datetime.fromisoformat(now)):
        loaded = store.manifest.of_table(table.name)
        if loaded:
            raise StoreError(
                f"已导入过{table.label}（最近一批 {loaded[-1].batch}，{loaded[-1].file}），不能登记为没有；"
                "有误的行请改正后重新导入"
            )
        record = NoneRecord(table.name, until, arguments.paper, arguments.by, now)
        latest = next((said for said in reversed(store.manifest.none) if said.table == table.name), None)
        if latest is None or replace(latest, committed_at=now) != record:
            store.commit(replace(store.manifest, none=(*store.manifest.none, record)))
        _list_none(store.manifest, arguments.json)


def _list_none(known: Manifest, as_json: bool) -> None:
    if as_json:
        write(json.dumps([asdict(record) for record in known.none], ensure_ascii=False, indent=1) + "\n", None)
        return
    loaded = {load.table for load in known.loads}
    for record in known.none:
        over = "；此后已导入，不再适用" if record.table in loaded else ""
        write(f"{none_sentence(record)}{over}\n", None)
    if not known.none:
        write("没有登记过哪类数据没有\n", None)
