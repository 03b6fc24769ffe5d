"""The command line: words in, ``commands`` called, one sentence and an exit code out.

Exit 0 done; 1 refused or invalid input, with one sentence on stderr; 2 wrong usage. The clock is read here and nowhere
below.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from monitor import __version__, commands
from monitor.errors import MonitorError
from monitor.intake.columns import OPTIONAL, TABLES
from monitor.settings import home_from

CHINA = timezone(timedelta(hours=8))


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    parser = argparse.ArgumentParser(prog="monitor", description="因病致贫返贫双预警：导入结算数据，计算负担，给出预警及其依据")
    parser.add_argument("--version", action="version", version=__version__)
    _home(parser, default=None)
    verbs = parser.add_subparsers(dest="command", metavar="命令", required=True)

    importing = _verb(verbs, "import", "导入一类导出文件")
    kinds = importing.add_subparsers(dest="table", metavar="类别", required=True)
    for table in TABLES.values():
        kind = _verb(kinds, table.name, f"导入{table.label}文件（csv、xlsx、xls，可压缩为 zip）")
        kind.add_argument("files", nargs="+", metavar="FILE")
        kind.add_argument("--encoding", metavar="NAME", help="文件编码，如 gb18030；不写则按整个文件严格判定")
        kind.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    handed_out = _verb(verbs, "template", "写一份空表（xlsx）供填报：中文表头、一行示例、各列说明")
    handed_out.add_argument("table", choices=tuple(TABLES), metavar="TABLE", help=f"类别：{'、'.join(TABLES)}")
    handed_out.add_argument("--output", metavar="FILE", help="写到哪里；不写则为当前目录下的 TABLE-template.xlsx，不覆盖已有文件")

    none = _verb(verbs, "none", "登记某类自填数据确实没有（不是没有导入）；不写类别则列出已登记的")
    none.add_argument("table", nargs="?", choices=tuple(table.name for table in OPTIONAL), metavar="TABLE",
                      help=f"类别：{'、'.join(table.name for table in OPTIONAL)}")
    none.add_argument("--until", type=_day, metavar="DATE", help="截至哪一天没有；之后的运行仍按没有导入处理")
    none.add_argument("--paper", metavar="TEXT", help="依据")
    none.add_argument("--by", metavar="NAME", help="登记人")
    none.add_argument("--json", action="store_true", help="输出一个 JSON 数组")

    run = _verb(verbs, "run", "按一份文件计算截至某日的预警")
    run.add_argument("--document", required=True, metavar="ID", help="文件编号，见 monitor documents")
    run.add_argument("--as-of", required=True, type=_day, metavar="DATE", help="截止日，如 2025-06-30")
    run.add_argument("--known-at", type=_moment, metavar="TIME", help="按当时已知的数据重放（ISO 8601，无时区按北京时间）")
    run.add_argument("--trial", action="store_true", help="试运行：允许征求意见稿、已失效或尚未生效的文件；不得推送")
    run.add_argument("--provisional", action="store_true", help="上年收入尚未公布时，允许暂用再上一年的")
    run.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    alerts = _verb(verbs, "alerts", "输出一次运行的预警名单（不脱敏，供数据管理员使用）")
    alerts.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    _format(alerts, ("csv", "json"))
    apart = alerts.add_mutually_exclusive_group()
    apart.add_argument("--uncovered", action="store_true", help="改为列出越线但没有规则覆盖的人")
    apart.add_argument("--set-aside", action="store_true", help="改为列出越线但参保地在外或已死亡的人")

    entitlements = _verb(verbs, "entitlements", "输出文件认定的每个人应享、已享和差额（不脱敏，供数据管理员使用）")
    shortfall = _verb(verbs, "shortfall", "输出应享未享名单：应享金额大于已支付的人，及其原因")
    coverage = _verb(verbs, "audit-coverage", "核对指标：资助参保和医疗救助是否到人、基金结余、参保率、目录外费用等")
    households = _verb(verbs, "households", "按家庭人口和收入测算因病致贫重病患者候选人，附算式")
    insurance = _verb(verbs, "insurance", "核对大病保险应付与已付（文件写明分段标准的）")
    for verb in (entitlements, shortfall, coverage, households, insurance):
        verb.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
        _format(verb, ("csv", "json"))
    shortfall.add_argument("--no-route", action="store_true", help="改为列出已预警而没有任何救助标准的人，及文件给出的其他出路")
    coverage.add_argument("--people", action="store_true", help="改为列出应资助参保而未参保、未资助或资助少于标准的人")

    explain = _verb(verbs, "explain", "说明一个人为何在或不在名单上")
    explain.add_argument("certno", metavar="CERTNO")
    explain.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    explain.add_argument("--format", choices=("text", "json"), default="text")

    parameter = _verb(verbs, "parameter", "列出或登记文件留给本地确定的参数")
    parameter.add_argument("document", metavar="DOCUMENT")
    parameter.add_argument("assignments", nargs="*", metavar="NAME=VALUE")
    parameter.add_argument("--paper", metavar="TEXT", help="依据的本地文件")
    parameter.add_argument("--by", metavar="NAME", help="登记人")
    parameter.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    documents = _verb(verbs, "documents", "列出已收录的文件；写明编号则列出该文件给的救助、资助和指标")
    documents.add_argument("document", nargs="?", metavar="DOCUMENT")
    documents.add_argument("--as-of", type=_day, metavar="DATE", help="哪一年的标准；不写则取今天")
    documents.add_argument("--json", action="store_true", help="输出 JSON")
    for name, text in (("runs", "列出全部运行"), ("loads", "列出全部导入")):
        _verb(verbs, name, text).add_argument("--json", action="store_true", help="输出一个 JSON 数组")
    review = _verb(verbs, "review", "列出存疑的行（保留并计入，供核对）")
    which = review.add_mutually_exclusive_group()
    which.add_argument("--batch", metavar="NAME", help="只看一个批次")
    which.add_argument("--unmatched", action="store_true", help="改为列出登记和结算中都没有其人的身份记录，按乡镇")
    which.add_argument("--roster", metavar="NAME", help="以某批身份名单为全量名册，列出不在其中而未终止的身份（仅供核对）")
    _format(review, ("csv", "json"))

    serve = _verb(verbs, "serve", "启动看板（仅本机 127.0.0.1）")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument(
        "--host-name", action="append", default=[], type=_host, metavar="NAME",
        help="浏览器经反向代理（https）访问时所用的主机名，非 443 端口写作 NAME:PORT；可写多次",
    )
    demo = _verb(verbs, "demo", "样例数据：导入十二个月、逐月运行、启动看板")
    demo.add_argument("--port", type=int, default=8501)
    demo.add_argument("--no-serve", action="store_true", help="只准备数据，不启动看板")
    bench = _verb(verbs, "bench", "测量性能表中的各项比值，输出 JSON")
    bench.add_argument("--settlements", type=int, default=30_000_000, metavar="N")
    bench.add_argument("--directory", metavar="DIR", help="生成的数据放在哪里（可重复使用）")
    return parser


def _home(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument("--home", metavar="DIR", default=default, help="数据目录（或环境变量 MONITOR_HOME）")


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    # --home is accepted before and after the command; SUPPRESS keeps the later default from undoing the earlier value.
    _home(parser, default=argparse.SUPPRESS)
    return parser


def _format(parser: argparse.ArgumentParser, forms: tuple[str, ...]) -> None:
    parser.add_argument("--format", choices=forms, default=forms[0])
    parser.add_argument("--output", metavar="FILE", help="写入文件；不写则输出到屏幕")


def _host(text: str) -> str:
    """A host name as a browser writes it: lower case, with its port unless that is 443."""
    if not re.fullmatch(r"(?!.*\.\.)[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?", text.lower()):
        raise argparse.ArgumentTypeError("主机名应写作 monitor.example 或 monitor.example:8443，不带 https:// 和路径")
    return text.lower().removesuffix(":443")


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError("日期应写作 2025-06-30")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("没有这一天，日期应写作 2025-06-30") from None


def _moment(text: str) -> str:
    """An instant with its offset; China time where none is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("时间应写作 2025-06-30T18:00:00+08:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).isoformat()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = build_parser().parse_args(argv)
    now = datetime.now(CHINA).isoformat()
    try:
        commands.run_command(arguments, home_from(arguments.home), now)
    except MonitorError as refusal:
        sys.stdout.flush()
        print(f"monitor：{refusal.sentence}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("monitor：已中断，未完成的部分没有写入", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the last door: a stranger's traceback may carry personal values
        if os.environ.get("MONITOR_DEBUG"):
            traceback.print_exc()
        print(
            f"monitor：程序内部错误（{type(error).__name__}），未完成的部分没有写入；"
            "请设 MONITOR_DEBUG=1 重试，并把输出交给维护人员（先删去其中的个人信息）",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
