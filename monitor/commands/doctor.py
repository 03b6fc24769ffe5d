"""``monitor doctor``: one line a check."""

from __future__ import annotations

import argparse
import json

from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.terminal import bar, say
from monitor.commands.verb import Verb
from monitor.upkeep.doctor import examine

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="逐个核对文件的 SHA-256 和数据库全部内容")
    add_format(parser, ("text", "json"), output=False)


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor doctor``: one line a check. Raises MonitorError where something is not well."""
    with bar("doctor") as progress:
        found = examine(home, now, arguments.full, progress)
    if arguments.format == "json":
        rows = [{"check": one.check, "label": one.check.label, "well": one.well, "sentence": one.sentence} for one in found]
        say(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one in found:
            say(f"{'正常' if one.well else '异常'}　{one.check.label}：{one.sentence}")
    wrong = [one.check.label for one in found if not one.well]
    if wrong:
        raise MonitorError(f"有 {len(wrong)} 项异常：{'、'.join(wrong)}；请按上面各行处理")


VERB = Verb(add_arguments, do)
