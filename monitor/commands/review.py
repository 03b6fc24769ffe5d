"""``monitor review``: what is to be looked at by a person: doubtful rows, identities, joins, duplicates."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from monitor.base.settings import Home
from monitor.commands.arguments import add_format
from monitor.commands.audited import note_list
from monitor.commands.review_duplicates import findings, review_duplicates
from monitor.commands.review_joins import review_joins
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.reports import machine
from monitor.store import review
from monitor.store.home import open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
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
    parser.add_argument("--reason", metavar="TEXT", help="认定的理由和依据，必写；原样保存，不写证件号码")
    add_format(parser, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    if arguments.joins or arguments.join or arguments.apart or (arguments.undo or "")[:1] in ("J", "j"):
        review_joins(arguments, home, now)
        return
    if arguments.duplicates or arguments.same or arguments.distinct or arguments.undo or arguments.undecided:
        review_duplicates(arguments, home, now)
        return
    store = open_store(home)
    columns: Sequence[str] = review.COLUMNS
    if arguments.unmatched:
        rows, columns = review.unmatched_identities(store), review.IDENTITY_COLUMNS
    elif arguments.roster:
        rows, columns = review.not_on_roster(store, arguments.roster), review.IDENTITY_COLUMNS
    else:
        rows = [*review.review_rows(store, arguments.batch), *findings(store, arguments.batch)]
    which = "unmatched" if arguments.unmatched else "roster" if arguments.roster else "findings"
    note_list(store, arguments, now, "review", len(rows), list=which)
    write(machine.write_plain(rows, columns, arguments.format), arguments.output)


VERB = Verb(add_arguments, do)
