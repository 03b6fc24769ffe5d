"""``monitor parameter DOCUMENT``: what a document leaves to be set locally: listed, and recorded."""

from __future__ import annotations

import argparse

from monitor.actions.acting import by_command
from monitor.actions.records import Authority, record_parameters
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.commands.audited import where
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.policy.parameters import check_assignment, names_in_use, suggestion
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOCUMENT")
    parser.add_argument("assignments", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--paper", metavar="TEXT", help="依据的本地文件")
    parser.add_argument("--by", metavar="NAME", help="登记人")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
    document = load_library().get(arguments.document)
    if not arguments.assignments:
        _list_parameters(arguments, home)
        return
    values = []
    for assignment in arguments.assignments:
        name, sign, value = assignment.partition("=")
        if not sign:
            raise MonitorError(f"“{assignment}” 不是 名称=值 的形式；用 monitor parameter {document.id} 可列出参数名称")
        values.append((name, check_assignment(document, name, value)))
    if not arguments.paper or not arguments.by:
        raise MonitorError("登记参数须同时写明依据和登记人：加上 --paper \"文件名称和文号\" --by 姓名")
    by = by_command(home, where(arguments), now)
    if not record_parameters(by, document.id, values, Authority(arguments.paper, arguments.by)).changed and not arguments.json:
        say("原已如此登记，没有改变")
    _list_parameters(arguments, home)


def _list_parameters(arguments: Arguments, home: Home) -> None:
    document = load_library().get(arguments.document)
    known = []
    if home.manifest.exists():
        known = [record for record in open_store(home).manifest.parameters if record.document == document.id]
    current = {record.name: record for record in known}
    rows = []
    for parameter, name in names_in_use(document, {name for name, record in current.items() if record.value}):
        record = current.get(name)
        rows.append(
            {
                "name": name, "type": parameter.type.label, "form": parameter.type.definition,
                "description": parameter.description, "clause": parameter.clause,
                "suggestion": suggestion(document, parameter),
                "value": record.value if record else None, "paper": record.paper if record else None,
                "by": record.by if record else None, "recorded_at": record.committed_at if record else None,
            }
        )
    if arguments.json:
        say_json({"document": document.id, "parameters": rows})
        return
    if not rows:
        say(f"文件 {document.id} 没有留给本地确定的参数")
    for row in rows:
        recorded = f"＝ {row['value']}（依据：{row['paper']}；登记：{row['by']}，{str(row['recorded_at'])[:10]}）"
        state = recorded if row["value"] else "未登记"
        say(f"{row['name']}　{state}\n  {row['description']}（{row['clause']}；{row['form']}）")


VERB = Verb(add_arguments, do)
