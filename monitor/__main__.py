"""The command line: words in, ``commands`` called, one sentence and an exit code out.

Exit 0 done; 1 refused or invalid input, with one sentence on stderr; 2 wrong usage. The clock is read here and nowhere
below.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import resource
import sys
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from monitor import __version__, commands, terminal
from monitor.base import logs
from monitor.base.errors import MonitorError
from monitor.base.logs import CHINA
from monitor.base.settings import Home, home_from
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, CaseState, Category, ReliefKind, Role
from monitor.casework.reading.case_listing import CASE_SORTS
from monitor.casework.transitions import LISTED, MOVES
from monitor.intake.columns import OPTIONAL, TABLES

log = logging.getLogger("monitor")

#: What is done with lists to departments (``referral_commands``).
_REFERRAL_ACTS = ("preview", "propose", "approve", "refuse", "send", "receive", "recall", "list")


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
        kind.add_argument("--strict", action="store_true", help="有未使用的内容或不认识的取值就整个文件不导入")
        kind.add_argument("--end-demo", action="store_true", help="演示数据目录：有样例以外的人也导入，演示随之结束")
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

    done = _verb(verbs, "done", "登记文件定了日期的事项已经完成（如与医疗机构结清、实施评估）；不写文件则列出已登记的")
    done.add_argument("document", nargs="?", metavar="DOCUMENT", help="文件编号，见 monitor documents")
    done.add_argument("item", nargs="?", metavar="ITEM", help="哪一项，见 monitor due 的提示")
    done.add_argument("--year", type=int, metavar="YEAR", help="哪一年的")
    done.add_argument("--on", type=_day, metavar="DATE", help="哪一天完成的")
    done.add_argument("--undo", action="store_true", help="撤回登记")
    done.add_argument("--paper", metavar="TEXT", help="依据")
    done.add_argument("--by", metavar="NAME", help="登记人")
    done.add_argument("--json", action="store_true", help="输出一个 JSON 数组")

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
    entitlements.add_argument("--detail", action="store_true", help="改为每人每个救助标准一行，各行相加等于其一人一行的数")
    shortfall.add_argument("--no-route", action="store_true", help="改为列出已预警而没有任何救助标准的人，及文件给出的其他出路")
    coverage_of = coverage.add_mutually_exclusive_group()
    coverage_of.add_argument("--gaps", action="store_true", help="改为列出未参保、中断过参保或不在参保登记中的救助对象")
    coverage_of.add_argument("--monthly", action="store_true", help="改为逐月列出资助参保和医疗救助两个百分百")
    coverage_of.add_argument("--people", action="store_true", help="改为列出应资助参保而未参保、未资助或资助少于标准的人")

    premiums = _verb(verbs, "premiums", "某月的资助参保名单：谁应资助、金额、财政补助和合计，不等任何人缴费")
    premiums.add_argument("--month", required=True, type=_month, metavar="YYYY-MM", help="哪个月的名单；身份看该月一日")
    premiums.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    premiums.add_argument("--district", action="append", default=[], metavar="CODE", help="只列参保地以此开头的，可重复")
    premiums.add_argument("--trial", action="store_true", help="试算：允许征求意见稿、已失效或尚未生效的文件")
    _format(premiums, ("text", "csv", "json"))

    institutions = _verb(verbs, "institutions", "各医药机构的救助人数、费用、占比、次均费用，与同级别中位数对照；只列名单")
    institutions.add_argument("--run", metavar="ID", help="按哪次运行的文件、年度和当时所知；都不写则取最近一次")
    institutions.add_argument("--document", metavar="ID", help="文件编号；与 --year 或 --month 同写，按现在所知")
    institutions.add_argument("--year", type=_year, metavar="YEAR", help="哪一年")
    institutions.add_argument("--month", type=_month, metavar="YYYY-MM", help="只看一个月")
    institutions.add_argument("--district", action="append", default=[], metavar="CODE", help="只看参保地以此开头的，可重复")
    institutions.add_argument("--trial", action="store_true", help="允许征求意见稿、已失效或尚未生效的文件")
    _format(institutions, ("csv", "json"))
    evaluation = _verb(verbs, "evaluation", "年度评价：监测、帮扶、时效、救助、资助、指标、基金、机构，各附条款和出处；缺少的写明")
    evaluation.add_argument("--year", required=True, type=_year, metavar="YEAR", help="哪一年")
    evaluation.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    _format(evaluation, ("csv", "json"))

    _referral(verbs)

    explain = _verb(verbs, "explain", "说明一个人为何在或不在名单上")
    explain.add_argument("certno", metavar="CERTNO")
    explain.add_argument("--run", metavar="ID", help="运行编号；不写则取最近一次")
    _format(explain, ("text", "json"), output=False)

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
    which.add_argument("--joins", action="store_true",
                       help="改为列出可能是同一人的号码 J1、J2 ……：两边和合计的金额、将越的线、认定情况")
    which.add_argument("--join", action="append", metavar="J12", help="认定这一对号码是同一人；出生日期或性别不同的须写两遍")
    which.add_argument("--apart", action="append", metavar="J12", help="认定这一对号码不是同一人")
    which.add_argument("--duplicates", action="store_true",
                       help="改为列出疑似重复的结算 D1、D2 ……：同一人同一时间同一金额而结算ID不同，去掉后是否还越线")
    which.add_argument("--same", metavar="D3", help="认定这两笔是同一结算，只计一笔")
    which.add_argument("--distinct", metavar="D3", help="认定这是两笔结算，都计入")
    which.add_argument("--undo", metavar="D3", help="收回此前的认定：D3 对这两笔结算的，J12 对这一对号码的")
    which.add_argument("--undecided", choices=("count", "leave-out"),
                       help="登记本局规则：未认定的疑似重复结算计入（count，未登记即如此）或不计（leave-out）")
    review.add_argument("--reason", metavar="TEXT", help="认定的理由和依据，必写；原样保存，不写证件号码")
    _format(review, ("csv", "json"))

    keys = _verb(verbs, "keys", "密封密钥：查看、更换").add_subparsers(dest="act", metavar="动作", required=True)
    _verb(keys, "rotate", "换一把新的密封密钥，全部重新密封，再清除旧密钥；中断后重新执行即可")
    _verb(keys, "status", "各把密封密钥还密封着多少文件和值").add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    backup = _verb(verbs, "backup", "备份数据目录：加密的数据文件和分开存放的密钥文件，写完读回核对")
    backup.add_argument("--output", required=True, metavar="FILE", help="数据文件，不覆盖已有文件")
    backup.add_argument("--key-output", required=True, metavar="FILE", help="密钥文件，须在另一目录")
    backup.add_argument("--without-database", action="store_true", help="案件数据库在 PostgreSQL 时：它由 pg_dump 另行备份")
    _passphrase(backup, "用口令保护密钥文件（至少 12 个字符）")
    restore = _verb(verbs, "restore", "把备份恢复到新的数据目录（--home，须不存在或为空），逐个文件核对")
    restore.add_argument("file", metavar="FILE", help="monitor backup 写的数据文件")
    restore.add_argument("--key-file", required=True, metavar="FILE", help="与它同时写的密钥文件")
    _passphrase(restore, "密钥文件有口令保护")

    doctor = _verb(verbs, "doctor", "体检：权限、密钥、数据库、审计记录、文件、残留、磁盘、数据更新、时钟、版本；有异常时退出码为 1")
    doctor.add_argument("--full", action="store_true", help="逐个核对文件的 SHA-256 和数据库全部内容")
    _format(doctor, ("text", "json"), output=False)

    _access(verbs)
    _cases(verbs)
    serve = _verb(verbs, "serve", "启动看板（仅本机 127.0.0.1）")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument(
        "--host-name", action="append", default=[], type=_host, metavar="NAME",
        help="浏览器经反向代理（https）访问时所用的主机名，非 443 端口写作 NAME:PORT；可写多次",
    )
    demo = _verb(verbs, "demo", "样例数据：导入十二个月、逐月运行、启动看板")
    demo.add_argument("--port", type=int, default=8501)
    demo.add_argument("--no-serve", action="store_true", help="只准备数据，不启动看板")
    return parser


def _referral(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about lists to departments and their answers."""
    refer = _verb(verbs, "refer", "每月推送：预览、提出、批准、发出、签收、撤回给部门的名单")
    refer.add_argument("act", nargs="?", choices=_REFERRAL_ACTS, metavar="动作",
                       help=f"{'、'.join(_REFERRAL_ACTS)}；不写则有 --output 时发出批准了的名单，否则预览")
    refer.add_argument("pack", nargs="?", metavar="PACK", help="名单编号，如 3、民政-2026-003 或 civil_affairs-2026-003")
    refer.add_argument("--to", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT",
                       help=f"部门：{'、'.join(f'{name} {label}' for name, label in DEPARTMENTS.items())}")
    refer.add_argument("--month", type=_month, metavar="YYYY-MM", help="推送的月份")
    refer.add_argument("--document", metavar="ID", help="文件编号；只有一份文件有案件时可以不写")
    refer.add_argument("--district", action="append", default=[], metavar="CODE", help="区县代码，可重复；不写则为范围内全部")
    refer.add_argument("--output", metavar="DIR", help="名单文件写到哪个目录")
    refer.add_argument("--seen", metavar="HASH", help="所看到的名单的内容校验值，至少前 12 位；批准时必写")
    refer.add_argument("--remark", metavar="TEXT", help="说明；不批准、收回、撤回时必写")
    refer.add_argument("--json", action="store_true", help="输出 JSON")
    _signature(refer)

    admitted = _verb(verbs, "no-deposit", "先诊疗后付费名单：谁住院免交押金；提出、另一人批准之后才能送医疗机构")
    admitted.add_argument("act", nargs="?", choices=("list", "propose", "send"), default="list", metavar="动作",
                          help="list 列出（默认）、propose 提出、send 送出批准了的；批准、不批准、撤回用 monitor refer")
    admitted.add_argument("--on", type=_day, metavar="DATE", help="哪一天的名单，身份看当日；不写则为今天")
    admitted.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    admitted.add_argument("--district", action="append", default=[], metavar="CODE", help="只列参保地以此开头的，可重复")
    admitted.add_argument("--trial", action="store_true", help="试算：允许征求意见稿、已失效或尚未生效的文件；不得送出")
    admitted.add_argument("--pack", metavar="PACK", help="送出哪份名单，见 monitor refer list")
    admitted.add_argument("--seen", metavar="HASH", help="所看到的名单的内容校验值，至少前 12 位；变了就不提出")
    _format(admitted, ("text", "csv", "json"))
    admitted.set_defaults(json=False)
    _signature(admitted)

    replies = _verb(verbs, "replies", "导入部门的反馈（csv、xlsx、xls，可压缩为 zip），按名单编号和人对应")
    replies.add_argument("files", nargs="+", metavar="FILE")
    replies.add_argument("--pack", metavar="PACK", help="所答复的名单编号；文件里有名单编号的可以不写")
    replies.add_argument("--from", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT", help="哪个部门的反馈；有名单编号的可以不写")
    replies.add_argument("--encoding", metavar="NAME", help="文件编码，如 gb18030；不写则按整个文件严格判定")
    replies.add_argument("--strict", action="store_true", help="有未使用的内容或不认识的取值就整个文件不导入")
    replies.add_argument("--end-demo", action="store_true", help="演示数据目录：有样例以外的人也导入，演示随之结束")
    replies.add_argument("--warning-list", action="store_true", help="改为导入省级下发的预警名单，与本地的预警比较")
    replies.add_argument("--document", metavar="ID", help="与哪份文件的预警比较；只有一份文件有案件时可以不写")
    replies.add_argument("--month", type=_month, metavar="YYYY-MM", help="省级名单是哪个月的；不写则为本月")
    replies.add_argument("--json", action="store_true", help="输出一个 JSON 数组")

    replay = _verb(verbs, "replay", "一份已发出的名单，发出时所知与现在所知有何不同：新增、撤出、变化，及其原因")
    replay.add_argument("pack", metavar="PACK", help="名单编号")
    against = replay.add_mutually_exclusive_group()
    against.add_argument("--run", metavar="ID", help="与哪次运行比较；不写则按现在所知重放名单所依据的那一天")
    against.add_argument("--known-at", type=_moment, metavar="TIME", help="按某一时点所知重放")
    replay.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    due = _verb(verbs, "due", "待办、逾期和缺少的：部门的身份名单、每月推送、部门反馈")
    due.add_argument("--on", type=_day, metavar="DATE", help="截至哪一天；不写则为今天")
    due.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def _signature(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="NAME", help="以哪个账号签名；提出和批准必写，须是两个人")
    parser.add_argument("--password-file", metavar="FILE", help="口令文件：第一行口令，第二行动态口令；不写则在终端上输入")


def _month(text: str) -> str:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError("月份应写作 2026-06")
    return text


def _year(text: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise argparse.ArgumentTypeError("年度应写作 2024")
    return int(text)


def _access(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about accounts and about the audit."""
    accounts = _verb(verbs, "accounts", "管理看板的账号").add_subparsers(dest="act", metavar="动作", required=True)
    add = _verb(accounts, "add", "新建账号，显示一次性口令")
    roles = _verb(accounts, "roles", "重新确定账号的角色")
    scope = _verb(accounts, "scope", "重新确定账号可见的区县和乡镇")
    others = [
        _verb(accounts, name, text)
        for name, text in (
            ("disable", "停用账号并结束其全部会话"), ("enable", "重新启用账号"), ("unlock", "解除连续失败后的锁定"),
            ("reset", "发放新的一次性口令，解除动态口令"),
        )
    ]
    for parser in (add, roles, scope, *others):
        parser.add_argument("name", metavar="NAME", help="账号名称：小写字母、数字和 . _ -")
    add.add_argument("--display", required=True, metavar="TEXT", help="显示姓名")
    for parser in (add, roles):
        parser.add_argument("--role", required=True, action="append", choices=tuple(Role), metavar="ROLE",
                            help=f"角色，可重复：{'、'.join(f'{role.value} {role.label}' for role in Role)}")
    for parser in (add, scope):
        parser.add_argument("--district", action="append", default=[], metavar="CODE", help="区县代码，可重复；3710 指全市")
        parser.add_argument("--town", action="append", default=[], metavar="TEXT", help="只看区县中的这个乡镇，可重复")
        parser.add_argument("--everything", action="store_true", help="全部区县和乡镇")
    _verb(accounts, "list", "列出账号").add_argument("--json", action="store_true", help="输出一个 JSON 数组")

    audit = _verb(verbs, "audit", "审计记录").add_subparsers(dest="act", metavar="动作", required=True)
    listed = _verb(audit, "list", "列出审计记录")
    listed.add_argument("--since", type=_day, metavar="DATE", help="自哪一天")
    listed.add_argument("--until", type=_day, metavar="DATE", help="至哪一天（含）")
    listed.add_argument("--actor", metavar="NAME", help="只看一个账号，或 os:用户")
    listed.add_argument("--action", choices=tuple(AuditAction), metavar="ACTION",
                        help=f"只看一种动作：{'、'.join(AuditAction)}")
    _format(listed, ("text", "csv", "json"))
    verify = _verb(audit, "verify", "核对审计记录：有无改动、缺失、调换、截去")
    verify.add_argument("--expect", metavar="N:DIGEST", help="另核对以前抄录的一条")
    verify.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def _cases(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about cases."""
    below = _verb(verbs, "cases", "案件：列出、办理、统计").add_subparsers(dest="act", metavar="动作", required=True)
    listed, shown = _verb(below, "list", "列出案件（不脱敏，供数据管理员使用）"), _verb(below, "show", "一件案件及其经过")
    move, assign = _verb(below, "move", "办理一件案件"), _verb(below, "assign", "把案件交给一名经办人，或收回")
    noted, due = _verb(below, "note", "写一条备注"), _verb(below, "due", "确定或取消办理期限")
    bulk = _verb(below, "bulk", "办理名单上的全部案件：先 --preview，再 --selection")
    figures = _verb(below, "figures", "从越线到救助的各项数字")
    reliefs = _verb(below, "reliefs", "列出部门反馈了、还没有采用的救助（不脱敏）")
    take = _verb(below, "take-relief", "把部门反馈的救助登记为案件落实的救助；反馈没有写明的在此补上")
    drop = _verb(below, "drop-relief", "不采用部门反馈的救助")
    for parser in (take, drop):
        parser.add_argument("line", type=int, metavar="LINE", help="编号，见 monitor cases reliefs 的 line")
    for parser in (shown, move, assign, noted, due):
        parser.add_argument("case", type=int, metavar="CASE", help="案件编号")
    for parser in (move, assign, noted, due, take):
        parser.add_argument("--version", type=int, metavar="N", help="看到的版本；已有别人办理过则拒绝。不写则按当前版本")
    for parser, acts in ((move, MOVES), (bulk, LISTED)):
        parser.add_argument("doing", choices=tuple(acts), metavar="ACT", help="、".join(f"{act.value} {act.label}" for act in acts))
        parser.add_argument("--reason", metavar="CODE", help="原因代码（排除、不予认定、办结）；写错时列出可用的")
        parser.add_argument("--as", dest="recognised_as", choices=tuple(Category), metavar="CATEGORY", help="认定为何种身份")
        parser.add_argument("--effective-on", type=_day, metavar="DATE", help="身份自哪一天起有效")
        parser.add_argument("--department", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT",
                            help=f"哪个部门的答复：{'、'.join(f'{key} {label}' for key, label in DEPARTMENTS.items())}")
    for parser in (move, take):
        parser.add_argument("--relief", choices=tuple(ReliefKind), metavar="KIND",
                            help=f"救助种类：{'、'.join(f'{kind.value} {kind.label}' for kind in ReliefKind)}")
        parser.add_argument("--amount", type=_yuan, metavar="YUAN", help="救助金额，元")
        parser.add_argument("--relief-on", type=_day, metavar="DATE", help="救助日期")
    for parser in (move, noted, bulk, take):
        parser.add_argument("--remark", required=parser is noted, metavar="TEXT", help="说明或备注，密封保存")
    for parser in (assign, bulk):
        parser.add_argument("--to", required=parser is assign, metavar="NAME", help="经办人账号；nobody 为收回")
    for parser in (due, bulk):
        parser.add_argument("--on", type=_day, metavar="DATE", help="办理期限；不写则取消")
    for parser in (listed, bulk, figures):
        for name, metavar, text in (
            ("document", "ID", "文件编号"), ("state", "STATE", f"状态：{'、'.join(CaseState)}"),
            ("kind", "KIND", "预警类别"), ("category", "CATEGORY", "身份"), ("district", "CODE", "参保地六位代码"),
            ("assignee", "NAME", "经办人账号；nobody 为未分派"),
        ):
            parser.add_argument(f"--{name}", action="append", default=[], metavar=metavar, help=f"只看{text}，可重复")
        parser.add_argument("--year", action="append", default=[], type=int, metavar="YEAR", help="只看年度，可重复")
        parser.add_argument("--news", action="store_true", help="只看有变化而尚未处理的")
        parser.add_argument("--due", choices=("overdue", "soon", "none"), help="只看已过期限、七日内到期、未定期限的")
        parser.add_argument("--excess-from", type=_yuan, metavar="YUAN", help="超出不少于多少元")
        parser.add_argument("--excess-to", type=_yuan, metavar="YUAN", help="超出不多于多少元")
        parser.add_argument("--certno", metavar="CERTNO", help="只看一个证件号码")
    listed.add_argument("--sort", choices=tuple(CASE_SORTS), default="excess", help="排序，默认按超出金额从大到小")
    listed.add_argument("--ascending", action="store_true", help="从小到大")
    _format(shown, ("text", "json"), output=False)
    which = bulk.add_mutually_exclusive_group(required=True)
    which.add_argument("--preview", action="store_true", help="只看将办理多少件、哪些，不办理")
    which.add_argument("--selection", metavar="SHA256", help="预览给出的校验值；名单自预览以来有变化则拒绝")
    bulk.add_argument("--json", action="store_true", help="预览输出一个 JSON 对象")
    for parser in (listed, figures, reliefs):
        _format(parser, ("csv", "json"))


def _home(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument("--home", metavar="DIR", default=default, help="数据目录（或环境变量 MONITOR_HOME）")


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    # --home is accepted before and after the command; SUPPRESS keeps the later default from undoing the earlier value.
    _home(parser, default=argparse.SUPPRESS)
    return parser


def _format(parser: argparse.ArgumentParser, forms: tuple[str, ...], output: bool = True) -> None:
    """In which form a list is printed; ``--json`` is ``--format json``, as everywhere."""
    parser.add_argument("--format", choices=forms, default=forms[0])
    parser.add_argument("--json", action="store_true", help="输出 JSON，同 --format json")
    if output:
        parser.add_argument("--output", metavar="FILE", help="写入文件；不写则输出到屏幕")


def _passphrase(parser: argparse.ArgumentParser, text: str) -> None:
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--passphrase", action="store_true", help=f"{text}：在终端上输入")
    asked.add_argument("--passphrase-file", metavar="FILE", help=f"{text}：取该文件的第一行")


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


def _yuan(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text):
        raise argparse.ArgumentTypeError("金额应写作 1234.56，单位元")
    return Decimal(text)


def _moment(text: str) -> str:
    """An instant with its offset; China time where none is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("时间应写作 2025-06-30T18:00:00+08:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).isoformat()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # Whatever is written belongs to this user alone: the home, lists with names, backups, and no core dump of any of it.
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    arguments = build_parser().parse_args(argv)
    if getattr(arguments, "json", False) and hasattr(arguments, "format"):
        arguments.format = "json"
    home, identity = home_from(arguments.home), logs.new_id()
    with logs.kept(home.path, identity), terminal.answers_apart():
        code = _run(arguments, home, identity)
        logs.write(log, "command.ended", command=_named(arguments), exit=code)
    return code


def _named(arguments: argparse.Namespace) -> str:
    """``import people``: what was asked for, without what it was asked of."""
    named = getattr(arguments, "table" if arguments.command == "import" else "act", None)
    return f"{arguments.command} {named}" if named else str(arguments.command)


def _run(arguments: argparse.Namespace, home: Home, identity: str) -> int:
    now = datetime.now(CHINA).isoformat()
    logs.write(log, "command.begun", command=_named(arguments), program=__version__)
    try:
        commands.run_command(arguments, home, now)
        sys.stdout.flush()
    except MonitorError as refusal:
        logs.failure(log, "command.refused", refusal, logging.WARNING)
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
        logs.failure(log, "command.failed", error)
        if os.environ.get("MONITOR_DEBUG"):
            traceback.print_exc()
        print(
            f"monitor：程序内部错误（{type(error).__name__}，编号 {identity}），未完成的部分没有写入；"
            "请把编号和数据目录 logs 里的日志交给维护人员（日志不含个人信息），"
            "或设 MONITOR_DEBUG=1 重试并交出输出（先删去其中的个人信息）",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
