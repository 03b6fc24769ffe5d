"""``monitor replies``: departments' answers, or the province's own list."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from monitor.access.actor import operating_system_user
from monitor.access.opening import Access
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.base.vocabulary import DEPARTMENTS, Category
from monitor.casework.facts import auditing
from monitor.casework.layouts import Layout, layout_of, layouts, short_name, warning_words
from monitor.casework.reading.pack_listing import PackRow, pack_numbered
from monitor.casework.replies import ReplyOutcome, finish, import_reply
from monitor.casework.reply_reading import read_reply
from monitor.casework.selection import PackError, documents_with_cases
from monitor.casework.sync import synchronise
from monitor.casework.warning_lists import OURS, import_warning_list, month_of, only_ours
from monitor.commands.arguments import parse_month
from monitor.commands.audited import where
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.demo.home import is_demo
from monitor.demo.people import ENDED
from monitor.policy.codes import category_codes
from monitor.reports.replies import as_object, as_text
from monitor.store.home import Store, writing

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
    moment = datetime.fromisoformat(now)
    with writing(home, "replies") as store, auditing(store, moment) as opened:
        access = replace(opened, demo_home=partial(is_demo, home))
        if store.manifest.runs:
            synchronise(store)
        finish(store, access, now=moment)
        outcomes = [_one(store, access, Path(name), arguments, moment) for name in arguments.files]
    if arguments.json:
        say_json([as_object(outcome) for outcome in outcomes])


def _one(store: Store, access: Access, path: Path, arguments: Arguments, now: datetime) -> ReplyOutcome:
    actor, codes = operating_system_user(), category_codes(store.home.tables)
    pack: PackRow | None = None
    if arguments.pack:
        with access.engine.connect() as connection:
            pack = pack_numbered(connection, arguments.pack)
    if arguments.warning_list:
        return _warning_list(store, access, path, arguments, now)
    layout = _layout(store, path, arguments, pack, codes)
    outcome = import_reply(
        store, access, actor, path, layout, codes=codes, pack_id=pack.id if pack else None, encoding=arguments.encoding, now=now,
        strict=arguments.strict, end_demo=arguments.end_demo, where=where(arguments),
    )
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
    return outcome


def _warning_list(store: Store, access: Access, path: Path, arguments: Arguments, now: datetime) -> ReplyOutcome:
    """The province's list, compared with our newest run."""
    document = arguments.document
    with access.engine.connect() as connection:
        known = documents_with_cases(connection)
    if document is None and len(known) != 1:
        raise PackError(f"请用 --document 指明与哪份文件的预警比较：{'、'.join(known) or '还没有正式运行过'}")
    actor = operating_system_user()
    outcome = import_warning_list(
        store, access, actor, path, warning_words(store.home.referral), document or known[0],
        month=arguments.month or month_of(now), encoding=arguments.encoding, strict=arguments.strict,
        end_demo=arguments.end_demo, now=now, where=where(arguments),
    )
    if outcome.ended_demo:
        sys.stderr.write(ENDED)
    if not arguments.json:
        say(as_text(outcome))
        with access.engine.connect() as connection:
            ours = only_ours(connection, outcome.reply_id, actor.scope)
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
