"""``monitor template TABLE``: an empty workbook to fill in."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from monitor.base.errors import StoreError
from monitor.base.settings import Home
from monitor.commands.terminal import say
from monitor.commands.verb import Verb
from monitor.intake.columns import TABLES
from monitor.reports.templates import template
from monitor.store.loading import table_named

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", choices=tuple(TABLES), metavar="TABLE", help=f"类别：{'、'.join(TABLES)}")
    parser.add_argument("--output", metavar="FILE", help="写到哪里；不写则为当前目录下的 TABLE-template.xlsx，不覆盖已有文件")


def do(arguments: Arguments, home: Home, now: str) -> None:
    table = table_named(arguments.table)
    path = Path(arguments.output or f"{table.name}-template.xlsx")
    content = template(table, datetime.fromisoformat(now))
    try:
        # Never over a file that is there: it may be one somebody has filled in.
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise StoreError(f"{path} 已经存在，可能是填过的，不会覆盖；请用 --output 指定另一个文件名") from None
    except OSError as error:
        raise StoreError(f"不能写入 {path}（{error.strerror}）；请换一个可写的位置") from None
    say(f"{table.label}模板已写入 {path}；填好后用 monitor import {table.name} {path} 导入")


VERB = Verb(add_arguments, do)
