"""``monitor due``: what is due, late and missing on a day."""

from __future__ import annotations

import argparse

from monitor.access.moment import CHINA
from monitor.actions.acting import by_command, open_for_reading
from monitor.base.settings import Home
from monitor.casework.due_dates import due_items
from monitor.casework.layouts import layouts
from monitor.commands.arguments import parse_day
from monitor.commands.audited import where
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.policy.library import load_library

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=parse_day, metavar="DATE", help="截至哪一天；不写则为今天")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor due``: what is due, late and missing on a day."""
    by = by_command(home, where(arguments), now)
    today = arguments.on or by.now.astimezone(CHINA).date()
    with open_for_reading(by) as (store, access), access.engine.connect() as connection:
        items = due_items(store, connection, load_library().documents, layouts(home.referral), today)
    if arguments.json:
        say_json([
            {"what": item.what.value, "department": item.department, "month": item.month,
             "due": item.due.isoformat() if item.due else None, "standing": item.standing.value, "sentence": item.sentence,
             "note": item.note, "document": item.document, "clause": item.clause}
            for item in items
        ])
        return
    if not items:
        say(f"截至 {today} 没有待办事项")
    for item in items:
        say(f"{item.due or '无期限'}　{item.standing.label}　{item.what.label}　{item.sentence}")
        if item.note:
            say(f"    {item.note}")


VERB = Verb(add_arguments, do)
