"""``monitor none``: the bureau's word that there is nothing to load of an optional table; or the words there are."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from monitor.actions.acting import by_command
from monitor.actions.records import Authority, record_none
from monitor.assess.optional import none_sentence
from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.commands.arguments import parse_day
from monitor.commands.audited import where
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.intake.columns import OPTIONAL, TABLES
from monitor.store.home import open_store
from monitor.store.manifest import Manifest

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", nargs="?", choices=tuple(table.name for table in OPTIONAL), metavar="TABLE",
                      help=f"类别：{'、'.join(table.name for table in OPTIONAL)}")
    parser.add_argument("--until", type=parse_day, metavar="DATE", help="截至哪一天没有；之后的运行仍按没有导入处理")
    parser.add_argument("--paper", metavar="TEXT", help="依据")
    parser.add_argument("--by", metavar="NAME", help="登记人")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
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
    found = record_none(by_command(home, where(arguments), now), table, until, Authority(arguments.paper, arguments.by))
    _list_none(found.known, arguments.json)


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


VERB = Verb(add_arguments, do)
