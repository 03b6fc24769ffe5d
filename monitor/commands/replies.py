"""``monitor replies``: departments' answers, or the province's own list."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from monitor.actions.acting import by_command
from monitor.actions.replies import ReplyDesk, reply_desk
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.base.vocabulary import DEPARTMENTS, Category
from monitor.casework.layouts import Layout, layout_of, layouts, short_name
from monitor.casework.reading.pack_listing import PackRow, pack_numbered
from monitor.casework.replies import Incoming, ReplyOutcome
from monitor.casework.reply_reading import read_reply
from monitor.casework.selection import PackError, documents_with_cases
from monitor.casework.warning_lists import OURS, only_ours
from monitor.commands.arguments import parse_month
from monitor.commands.audited import where
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.demo.people import ENDED
from monitor.policy.codes import category_codes
from monitor.reports.replies import as_object, as_text
from monitor.store.home import Store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--pack", metavar="PACK", help="所答复的名单编号；文件里有名单编号的可以不写")
    parser.add_argument("--from", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT", help="哪个部门的反馈；有名单编号的可以不写")
    parser.add_argument("--encoding", metavar="NAME", help="文件编码，如 gb18030；不写则按整个文件严格判定")
    parser.add_argument("--strict", action="store_true", help="有未使用的内容或不认识的取值就整个文件不导入")
    parser.add_argument("--end-demo", action="store_true", help="演示数据目录：有样例以外的人也导入，演示随之结束")
    parser.add_argument("--warning-list", action="store_true", help="改为导入省级下发的预警名单，与本地的预警比较")
    parser.add_argument("--document", metavar="ID", help="与哪份文件的预警比较；只有一份文件有案件时可以不写")
    parser.add_argument("--month", type=parse_month, metavar="YYYY-MM", help="省级名单是哪个月的；不写则为本月")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor replies``: departments' answers, or the province's own list."""
    with reply_desk(by_command(home, where(arguments), now)) as desk:
        outcomes = [_one(desk, Path(name), arguments) for name in arguments.files]
    if arguments.json:
        say_json([as_object(outcome) for outcome in outcomes])


def _one(desk: ReplyDesk, path: Path, arguments: Arguments) -> ReplyOutcome:
    pack: PackRow | None = None
    if arguments.pack:
        with desk.access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
    file = Incoming(path, arguments.encoding, arguments.strict, arguments.end_demo)
    if arguments.warning_list:
        return _warning_list(desk, file, arguments)
    layout = _layout(desk.store, path, arguments, pack, category_codes(desk.store.home.tables))
    outcome = desk.answers(file, layout, pack.id if pack else None)
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
    return outcome


def _warning_list(desk: ReplyDesk, file: Incoming, arguments: Arguments) -> ReplyOutcome:
    """The province's list, compared with our newest run."""
    document = arguments.document
    with desk.access.engine.connect() as connection:
        known = documents_with_cases(connection)
    if document is None and len(known) != 1:
        raise PackError(f"请用 --document 指明与哪份文件的预警比较：{'、'.join(known) or '还没有正式运行过'}")
    outcome = desk.warning_list(file, document or known[0], arguments.month)
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
        with desk.access.engine.connect() as connection:
            ours = only_ours(connection, outcome.reply_id, desk.by.actor.scope)
        say(f"  仅本地有 {len(ours)} 人")
        for why, people in sorted(Counter(one.why for one in ours).items()):
            say(f"    {OURS[why]}：{people} 人")
    return outcome


def _layout(
    store: Store, path: Path, arguments: Arguments, pack: PackRow | None, codes: dict[str, Category]
) -> Layout:
    """Whose answers a file holds: as told, or by the pack numbers in it."""
    department = getattr(arguments, "from") or (pack.department if pack else None)
    if department:
        return layout_of(store.home.referral, department)
    refusals: list[IntakeError] = []
    for layout in layouts(store.home.referral).values():
        try:
            answers = read_reply(store, path, layout, arguments.encoding, codes).answers
        except IntakeError as error:
            refusals.append(error)
            continue
        named = {one.pack.rsplit("-", 2)[0] for one in answers if one.pack.count("-") >= 2}
        if named == {short_name(layout.department)}:
            return layout
    if refusals and len(refusals) == len(layouts(store.home.referral)):
        raise refusals[0]
    raise PackError(
        f"看不出 {path.name} 是哪个部门的反馈（没有名单编号，或不止一个部门的）；"
        f"请加 --pack 名单编号，或 --from 部门（{'、'.join(DEPARTMENTS)}）"
    )


VERB = Verb(add_arguments, do)
