"""What several commands take: options they share, and how a word becomes a day, a month, an amount."""

from __future__ import annotations

import argparse
import re
from datetime import date, datetime
from decimal import Decimal

from monitor.base.logs import CHINA


def add_home(parser: argparse.ArgumentParser, default: object) -> None:
    """``--home``: where the data lies."""
    parser.add_argument("--home", metavar="DIR", default=default, help="数据目录（或环境变量 MONITOR_HOME）")


def add_act(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    """The parser of one word below another: a command, or one of a command's acts."""
    parser = verbs.add_parser(name, help=text, description=text)
    # --home is accepted before and after the command; SUPPRESS keeps the later default from undoing the earlier value.
    add_home(parser, default=argparse.SUPPRESS)
    return parser


def add_format(parser: argparse.ArgumentParser, forms: tuple[str, ...], output: bool = True) -> None:
    """In which form a list is printed; ``--json`` is ``--format json``, as everywhere."""
    parser.add_argument("--format", choices=forms, default=forms[0])
    parser.add_argument("--json", action="store_true", help="输出 JSON，同 --format json")
    if output:
        parser.add_argument("--output", metavar="FILE", help="写入文件；不写则输出到屏幕")


def add_signature(parser: argparse.ArgumentParser) -> None:
    """``--account`` and ``--password-file``: who signs (``signature.signed``)."""
    parser.add_argument("--account", metavar="NAME", help="以哪个账号签名；提出和批准必写，须是两个人")
    parser.add_argument("--password-file", metavar="FILE", help="口令文件：第一行口令，第二行动态口令；不写则在终端上输入")


def add_passphrase(parser: argparse.ArgumentParser, text: str) -> None:
    """``--passphrase`` or ``--passphrase-file`` (``passphrase.passphrase_of``)."""
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--passphrase", action="store_true", help=f"{text}：在终端上输入")
    asked.add_argument("--passphrase-file", metavar="FILE", help=f"{text}：取该文件的第一行")


def parse_day(text: str) -> date:
    """A day as ``2025-06-30``."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError("日期应写作 2025-06-30")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("没有这一天，日期应写作 2025-06-30") from None


def parse_month(text: str) -> str:
    """A month as ``2026-06``."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError("月份应写作 2026-06")
    return text


def parse_year(text: str) -> int:
    """A year as ``2024``."""
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise argparse.ArgumentTypeError("年度应写作 2024")
    return int(text)


def parse_moment(text: str) -> str:
    """An instant with its offset; China time where none is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("时间应写作 2025-06-30T18:00:00+08:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).isoformat()


def parse_yuan(text: str) -> Decimal:
    """Yuan, with at most two decimals."""
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text):
        raise argparse.ArgumentTypeError("金额应写作 1234.56，单位元")
    return Decimal(text)


def parse_host(text: str) -> str:
    """A host name as a browser writes it: lower case, with its port unless that is 443."""
    if not re.fullmatch(r"(?!.*\.\.)[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?", text.lower()):
        raise argparse.ArgumentTypeError("主机名应写作 monitor.example 或 monitor.example:8443，不带 https:// 和路径")
    return text.lower().removesuffix(":443")
