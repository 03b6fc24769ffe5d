"""``monitor done``: the bureau's word that what a text sets a day for was done; or the words there are."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date

from monitor.actions.acting import by_command
from monitor.actions.records import Authority, record_done
from monitor.base.errors import MonitorError, PolicyError
from monitor.base.settings import Home
from monitor.casework.text_dates import day_of_year, done_words, recordable
from monitor.commands.arguments import parse_day
from monitor.commands.audited import where
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.policy.deadlines import Deadline
from monitor.policy.document import Document
from monitor.policy.library import Library, load_library
from monitor.store.home import open_store
from monitor.store.manifest import Manifest

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", nargs="?", metavar="DOCUMENT", help="文件编号，见 monitor documents")
    parser.add_argument("item", nargs="?", metavar="ITEM", help="哪一项，见 monitor due 的提示")
    parser.add_argument("--year", type=int, metavar="YEAR", help="哪一年的")
    parser.add_argument("--on", type=parse_day, metavar="DATE", help="哪一天完成的")
    parser.add_argument("--undo", action="store_true", help="撤回登记")
    parser.add_argument("--paper", metavar="TEXT", help="依据")
    parser.add_argument("--by", metavar="NAME", help="登记人")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor done [DOCUMENT ITEM --year YEAR --on DATE --paper TEXT --by NAME]``."""
    library = load_library()
    if arguments.document is None:
        _list(library, open_store(home).manifest, arguments.json)
        return
    document = library.get(arguments.document)
    deadline = _deadline(document, arguments.item)
    if not (arguments.year and arguments.paper and arguments.by) or bool(arguments.on) == arguments.undo:
        raise MonitorError(
            "登记完成须写明年度、日期、依据和登记人：加上 --year 2025 --on 2025-12-20 --paper \"依据\" --by 姓名；"
            "撤回登记的，把 --on 换成 --undo"
        )
    if day_of_year(document, deadline, arguments.year) is None:
        said = f"{deadline.clause} 在 {arguments.year} 年没有“{deadline.label}”的期限（{deadline.words}）"
        raise PolicyError(f"文件 {document.id} {said}")
    if arguments.on:
        _check(arguments.on, arguments.year, now)
    by, authority = by_command(home, where(arguments), now), Authority(arguments.paper, arguments.by)
    done_on = arguments.on.isoformat() if arguments.on else ""
    found = record_done(by, document.id, deadline, arguments.year, done_on, authority)
    _list(library, found.known, arguments.json)


def _deadline(document: Document, wanted: str | None) -> Deadline:
    """Raises PolicyError, naming what can be recorded and, of the rest, where it is seen."""
    ours = recordable(document)
    for one in ours:
        if one.id == wanted:
            return one
    known = "、".join(f"{one.id}（{one.clause} {one.label}）" for one in ours) or "没有"
    others = [one for one in document.provisions.deadlines if one not in ours]
    of_itself = "".join(f"；{one.id}（{one.label}）由导入的数据得知，不必登记" for one in others)
    raise PolicyError(f"文件 {document.id} 可以登记完成的事项：{known}{of_itself}")


def _check(on: date, year: int, now: str) -> None:
    if on.isoformat() > now[:10]:
        raise MonitorError(f"不能登记将来的日子：--on {on} 晚于今天 {now[:10]}")
    if on.year < year:
        raise MonitorError(f"--on {on} 早于 {year} 年；完成的是哪一年的，请核对 --year")


def _list(library: Library, known: Manifest, as_json: bool) -> None:
    """Every word, the latest of each last; what was taken back says so."""
    if as_json:
        write(json.dumps([asdict(record) for record in known.days], ensure_ascii=False, indent=1) + "\n", None)
        return
    for record in known.days:
        document = library.documents.get(record.document)
        deadline = next((one for one in recordable(document) if one.id == record.deadline), None) if document else None
        label = deadline.label if deadline else record.deadline
        latest = day_of_year(document, deadline, record.year) if document and deadline else None
        said = (
            done_words(record, latest) if record.done_on
            else f"登记已撤回（依据：{record.paper}；登记：{record.by}，{record.committed_at[:10]}）"
        )
        write(f"{record.document} {record.year} 年 {label}：{said}\n", None)
    if not known.days:
        write("没有登记过哪一项已经完成\n", None)


VERB = Verb(add_arguments, do)
