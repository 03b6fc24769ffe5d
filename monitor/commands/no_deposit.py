"""``monitor no-deposit``: who may be admitted without a deposit; the list goes to hospitals only proposed, approved and audited.

Approving, refusing, taking back and the list of lists are ``monitor refer``'s: it is a list like those to departments.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from monitor.access.moment import CHINA
from monitor.actions.acting import access_for, by_command
from monitor.actions.packs import propose_pack, send_pack
from monitor.base.errors import MonitorError, PolicyError
from monitor.base.settings import Home
from monitor.base.vocabulary import PackState
from monitor.casework import referrals
from monitor.casework.layouts import HOSPITALS, no_deposit_layout
from monitor.casework.people_lists import PeopleAsked, PeoplePreview, preview_people
from monitor.casework.reading.pack_listing import pack_numbered
from monitor.casework.selection import PackError
from monitor.commands.arguments import add_format, add_signature, parse_day
from monitor.commands.audited import note_list, where
from monitor.commands.refer import SEEN_DIGITS, Refer, seen_whole, write_again, write_files
from monitor.commands.signature import signed
from monitor.commands.terminal import bar, say, write
from monitor.commands.verb import Verb
from monitor.policy.library import check_allowed, load_library
from monitor.reports import no_deposit as output
from monitor.store.home import Store, open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("list", "propose", "send"), default="list", metavar="动作",
                          help="list 列出（默认）、propose 提出、send 送出批准了的；批准、不批准、撤回用 monitor refer")
    parser.add_argument("--on", type=parse_day, metavar="DATE", help="哪一天的名单，身份看当日；不写则为今天")
    parser.add_argument("--document", metavar="ID", help="文件编号；所有运行都依同一份文件时可以不写")
    parser.add_argument("--district", action="append", default=[], metavar="CODE", help="只列参保地以此开头的，可重复")
    parser.add_argument("--trial", action="store_true", help="试算：允许征求意见稿、已失效或尚未生效的文件；不得送出")
    parser.add_argument("--pack", metavar="PACK", help="送出哪份名单，见 monitor refer list")
    parser.add_argument("--seen", metavar="HASH", help="所看到的名单的内容校验值，至少前 12 位；变了就不提出")
    add_format(parser, ("text", "csv", "json"))
    parser.set_defaults(json=False)
    add_signature(parser)


def do(arguments: Arguments, home: Home, now: str) -> None:
    """The list of a day; put forward with ``propose``, written for hospitals with ``send`` once a second person approved it."""
    by, store = by_command(home, where(arguments), now), open_store(home)
    with access_for(by, store) as access, signed(access, arguments, by.now) as actor:
        it = Refer(replace(by, actor=actor), store, access, arguments)
        {"list": _list, "propose": _propose, "send": _send}[arguments.act](it)


def _previewed(it: Refer, trial: bool) -> PeoplePreview:
    store, arguments = it.store, it.arguments
    library, on = load_library(), arguments.on or it.by.now.astimezone(CHINA).date()
    if arguments.document is not None:
        library.get(arguments.document)
    document = library.get(arguments.document or _only_document(store))
    check_allowed(document, on, trial)
    scope = referrals.narrowed(it.by.actor, arguments.district)
    return preview_people(PeopleAsked(store, no_deposit_layout(store.home.referral), document, on, scope))


def _only_document(store: Store) -> str:
    known = sorted({record.document for record in store.manifest.runs if not record.trial})
    if len(known) == 1:
        return known[0]
    which = "、".join(known) or "文件编号见 monitor documents"
    raise PolicyError(f"请用 --document 指明按哪份文件列先诊疗后付费名单：{which}")


def _list(it: Refer) -> None:
    arguments = it.arguments
    seen = _previewed(it, arguments.trial)
    rows = output.list_rows(seen.found, arguments.trial)
    object_ = f"no_deposit:{seen.asked.document}:{seen.asked.on}"
    note_list(it.store, arguments, it.by.now.isoformat(), object_, len(rows), list="no_deposit")
    made = {
        "csv": lambda: output.as_csv(rows), "json": lambda: output.as_json(seen, rows, arguments.trial),
        "text": lambda: output.as_text(seen, rows, arguments.trial),
    }[arguments.format]()
    write(made, arguments.output)


def _propose(it: Refer) -> None:
    arguments = it.arguments
    if arguments.trial:
        raise PolicyError("试算的名单不得送出；没有提出")
    seen = _previewed(it, trial=False)
    sha256 = seen_whole(arguments.seen, seen.content_sha256) if arguments.seen else seen.content_sha256
    pack_id = propose_pack(it.by, it.access, seen.asked, sha256)
    say(f"{seen.asked.on} 先诊疗后付费名单：{len(seen.lines)} 人；内容校验值 {seen.content_sha256}")
    say(f"已提出，编号 {pack_id}，等待另一人批准：monitor refer approve {pack_id} --seen {seen.content_sha256[:SEEN_DIGITS]}"
        " --account 审核人账号")


def _send(it: Refer) -> None:
    """Send what is approved; write again what was sent."""
    arguments = it.arguments
    if not arguments.pack or not arguments.output:
        raise MonitorError(
            "须写明名单编号和写到哪个目录，如 monitor no-deposit send --pack 3 --output 目录；编号见 monitor refer list"
        )
    with it.access.engine.connect() as connection:
        pack = pack_numbered(connection, arguments.pack, it.by.actor.scope)
    if pack.department != HOSPITALS:
        raise PackError(f"名单 {arguments.pack} 不是先诊疗后付费名单；送部门的名单用 monitor refer 发出")
    if pack.state in (PackState.SENT, PackState.RECEIVED):
        write_again(it, pack)
        return
    with bar(pack.number, "人") as progress:
        done = send_pack(it.by, it.access, pack, it.access.sealer, progress)
    paths = write_files(done.files, Path(arguments.output))
    say(f"名单 {pack.number} 已送出：{done.sent.people} 人；写入 {'、'.join(map(str, paths))}")


VERB = Verb(add_arguments, do)
