"""``monitor run``: assess a document for a day."""

from __future__ import annotations

import argparse

from monitor import run as journey
from monitor.actions.acting import by_command, held_for_writing
from monitor.assess.frames import details
from monitor.assess.who import MOST_NUMBERS
from monitor.base.settings import Home
from monitor.base.vocabulary import AlertKind, AlertState, AuditAction
from monitor.casework.replies import finish
from monitor.commands.arguments import parse_day, parse_moment
from monitor.commands.audited import note, where
from monitor.commands.runs import labels
from monitor.commands.terminal import say, say_json
from monitor.commands.verb import Verb
from monitor.policy.library import check_allowed, load_library

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--document", required=True, metavar="ID", help="文件编号，见 monitor documents")
    parser.add_argument("--as-of", required=True, type=parse_day, metavar="DATE", help="截止日，如 2025-06-30")
    parser.add_argument("--known-at", type=parse_moment, metavar="TIME", help="按当时已知的数据重放（ISO 8601，无时区按北京时间）")
    parser.add_argument("--trial", action="store_true", help="试运行：允许征求意见稿、已失效或尚未生效的文件；不得推送")
    parser.add_argument("--provisional", action="store_true", help="上年收入尚未公布时，允许暂用再上一年的")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
    library = load_library()
    check_allowed(library.get(arguments.document), arguments.as_of, arguments.trial)
    request = journey.Request(
        arguments.document, arguments.as_of, arguments.known_at, arguments.trial, arguments.provisional
    )
    by = by_command(home, where(arguments), now)
    # Not repaired first: the run itself brings the case database up to date.
    with held_for_writing(by, "run", create=True, repaired=False) as (store, access):
        # What departments granted and a crash kept out of the identity list belongs to what is known now.
        finish(store, access, now=by.now)
        record = journey.run(store, library, request, now)
        if record.committed_at != now:
            note(store, arguments, now, AuditAction.RUN, f"run:{record.run}", {"known_before": True})
        kept = details(store, record.run)
    found = {
        "run": record.run, "document": record.document, "as_of": record.as_of, "known_at": record.known_at,
        "trial": record.trial, "provisional": record.provisional, "flagged": kept["counts"]["flagged"],
        "uncovered": kept["counts"]["uncovered"], "outside_region": kept["counts"]["outside_region"],
        "deceased": kept["counts"]["deceased"], "replay": record.replay, "predecessor": record.predecessor,
        "settlements": kept["feed"]["settlements"], "counted": kept["feed"]["counted"],
        "persons": kept["feed"]["persons"], "fewer_than_before": kept["feed"]["fewer_than_before"],
        "joins": kept["counts"].get("joins"), "duplicates": kept["counts"].get("duplicates"),
        "notices": kept.get("notices", []),
    }
    if arguments.json:
        say_json(found)
        return
    say(f"运行 {record.run}：《{kept['title']}》截至 {record.as_of}" + labels(record.trial, record.replay, record.provisional))
    if kept["trial_because"]:
        say(f"  {kept['trial_because']}")
    say(f"  窗口内结算 {found['settlements']} 条，计入 {found['counted']} 条，涉及 {found['persons']} 人")
    for kind, states in kept["counts"]["flagged"].items():
        say(f"  {AlertKind(kind).label}：" + "，".join(f"{AlertState(s).label} {n} 人" for s, n in states.items()))
    if not kept["counts"]["flagged"]:
        say("  没有人越线")
    if found["fewer_than_before"]:
        say("  注意：上次运行窗口内的结算比当时少，本次不解除任何人（标为待核实）；请核对是否漏导或误改")
    for notice in found["notices"]:
        say(f"  注意：{notice['sentence']}")
    if (joins := found["joins"]) and joins["open"]:
        say(f"  疑似同一人而未认定的号码 {joins['open']} 对，分开计算；"
            f"其中 {joins['crossing']} 对合并后将越线（见 monitor review --joins）")
    if joins and joins["crowded"]:
        say(f"  {joins['crowded']} 个人员编号各对应 {MOST_NUMBERS} 个以上证件号码，不据此认定任何人；请向平台核对这些编号")
    say(f"  越线但无适用规则 {found['uncovered']} 人；参保地在外 {found['outside_region']} 人；已死亡 {found['deceased']} 人")


VERB = Verb(add_arguments, do)
