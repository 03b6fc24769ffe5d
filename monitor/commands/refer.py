"""``monitor refer``: the lists to departments: preview, propose, approve, refuse, send, receive, recall, list."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from monitor.access.audit import Detail
from monitor.access.opening import Access
from monitor.actions.acting import Acting, by_command, note, open_for_reading
from monitor.actions.packs import approve_pack, propose_pack, recall_pack, receive_pack, refuse_pack, send_pack
from monitor.base.errors import MonitorError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, PackState, ReferralNews
from monitor.casework import referrals
from monitor.casework.layouts import HOSPITALS, layout_of
from monitor.casework.reading.pack_listing import PackFilters, PackRow, pack_acts, pack_numbered, pack_one, packs
from monitor.casework.selection import Asked, LeftOut, PackError, Preview, documents_with_cases, preview
from monitor.casework.trial_preview import documents_tried, look
from monitor.commands.arguments import add_signature, parse_month
from monitor.commands.audited import where
from monitor.commands.signature import signed
from monitor.commands.terminal import bar, say, say_json
from monitor.commands.verb import Verb
from monitor.policy.library import load_library
from monitor.store.home import Store

Arguments = argparse.Namespace


P = PackState
#: Digits of a content hash somebody copies to say what he has seen.
SEEN_DIGITS = 12


@dataclass(frozen=True)
class Refer:
    """One call of the command: who acts, on what, and what was typed."""

    by: Acting
    store: Store
    access: Access
    arguments: Arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=tuple(_ACTS), metavar="动作",
                       help=f"{'、'.join(_ACTS)}；不写则有 --output 时发出批准了的名单，否则预览")
    parser.add_argument("pack", nargs="?", metavar="PACK", help="名单编号，如 3、民政-2026-003 或 civil_affairs-2026-003")
    parser.add_argument("--to", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT",
                       help=f"部门：{'、'.join(f'{name} {label}' for name, label in DEPARTMENTS.items())}")
    parser.add_argument("--month", type=parse_month, metavar="YYYY-MM", help="推送的月份")
    parser.add_argument("--document", metavar="ID", help="文件编号；只有一份文件有案件时可以不写")
    parser.add_argument("--district", action="append", default=[], metavar="CODE", help="区县代码，可重复；不写则为范围内全部")
    parser.add_argument("--output", metavar="DIR", help="名单文件写到哪个目录")
    parser.add_argument("--seen", metavar="HASH", help="所看到的名单的内容校验值，至少前 12 位；批准时必写")
    parser.add_argument("--remark", metavar="TEXT", help="说明；不批准、收回、撤回时必写")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_signature(parser)


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor refer``: preview, propose, approve, refuse, send, receive, recall or list."""
    by = by_command(home, where(arguments), now)
    with open_for_reading(by) as (store, access), signed(access, arguments, by.now) as actor:
        _ACTS[arguments.act or ("send" if arguments.output else "preview")](Refer(replace(by, actor=actor), store, access, arguments))


def _asked(it: Refer) -> Asked:
    arguments = it.arguments
    if not arguments.to or not arguments.month:
        raise MonitorError("须写明 --to 部门 和 --month 月份，如 monitor refer --to civil_affairs --month 2026-06")
    layout = layout_of(it.store.home.referral, arguments.to)
    document = arguments.document
    if document is None:
        with it.access.engine.connect() as connection:
            known = documents_with_cases(connection) or documents_tried(connection)
        if len(known) != 1:
            raise PackError(
                f"有几份文件的案件，请用 --document 指明一份：{'、'.join(known)}" if known
                else "还没有案件，没有可推送的名单；请先执行 monitor run"
            )
        document = known[0]
    referrals.check_document(load_library().get(document), layout)
    return Asked(layout, arguments.month, document, referrals.narrowed(it.by.actor, arguments.district))


def _preview(it: Refer) -> None:
    asked = _asked(it)
    with it.access.engine.connect() as connection:
        found = look(connection, asked)
    detail: Detail = {"rows": len(found.lines), "excess_fen": found.excess_fen, "content_sha256": found.content_sha256}
    note(it.by, it.access, AuditAction.SHOWN, f"referral:{asked.layout.department}:{asked.month}", detail)
    _show(found, it.arguments.json)


def _show(found: Preview, as_object: bool, **more: object) -> None:
    asked = found.asked
    if as_object:
        say_json({
            "department": asked.layout.department, "month": asked.month, "document": asked.document, "run": found.run.run_id,
            "as_of": found.run.as_of.isoformat(), "people": len(found.lines), "news": found.news, "covered": found.covered,
            "excess": f"{found.excess_fen / 100:.2f}", "left_out": found.left_out, "content_sha256": found.content_sha256,
            "trial": found.run.trial, **more,
        })
        return
    say(f"{asked.month} 推送{asked.layout.label}：{len(found.lines)} 人，超出合计 {found.excess_fen / 100:,.2f} 元"
         f"（文件 {asked.document}，数据截至 {found.run.as_of}，运行 {found.run.run_id}）")
    if found.run.trial:
        say("  试运行，只供查看：文件没有正式运行过，不能提出，也不能推送")
    for news in ReferralNews:
        if news.value in found.news:
            say(f"  {news.label} {found.news[news.value]} 人")
    if found.covered:
        say(f"  其中已在保障范围、单列 {found.covered} 人")
    for left_out in LeftOut:
        if left_out.value in found.left_out:
            say(f"  未列入：{left_out.label} {found.left_out[left_out.value]} 人")
    say(f"  内容校验值 {found.content_sha256}")


def _propose(it: Refer) -> None:
    arguments = it.arguments
    asked = _asked(it)
    with it.access.engine.connect() as connection:
        found = preview(connection, asked)
    seen = seen_whole(arguments.seen, found.content_sha256) if arguments.seen else found.content_sha256
    pack_id = propose_pack(it.by, it.access, asked, seen)
    _show(found, arguments.json, pack=pack_id)
    if not arguments.json:
        shown = found.content_sha256[:SEEN_DIGITS]
        say(f"已提出，编号 {pack_id}，等待另一人批准：monitor refer approve {pack_id} --seen {shown} --account 审核人账号")


def seen_whole(given: str, whole: str) -> str:
    """The whole hash, where what was given begins it."""
    if len(given) < SEEN_DIGITS or not whole.startswith(given.lower()):
        raise PackError(
            f"--seen 与名单现在的内容校验值不符（至少写前 {SEEN_DIGITS} 位）；名单可能已有变化，请重新预览或列出后再办理"
        )
    return whole


def _pack(it: Refer) -> PackRow:
    arguments = it.arguments
    if not arguments.pack:
        raise MonitorError(f"须写明名单编号，如 monitor refer {arguments.act} 3；monitor refer list 可列出全部")
    with it.access.engine.connect() as connection:
        return pack_numbered(connection, arguments.pack, it.by.actor.scope)


def _approve(it: Refer) -> None:
    arguments = it.arguments
    pack = _pack(it)
    if not arguments.seen:
        raise PackError(f"批准须写明所看到的名单：--seen 内容校验值（至少前 {SEEN_DIGITS} 位），见 monitor refer list")
    number = approve_pack(it.by, it.access, pack, seen_whole(arguments.seen, pack.content_sha256))
    how = (
        f"monitor no-deposit send --pack {number}" if pack.department == HOSPITALS
        else f"monitor refer --to {pack.department} --month {pack.month}"
    )
    say(f"已批准，名单编号 {number}，{pack.people} 人；发出：{how} --output 目录")


def _refuse(it: Refer) -> None:
    pack = _pack(it)
    refuse_pack(it.by, it.access, pack, it.arguments.remark or "")
    say(f"名单 {pack.number or pack.id} 未批准，{pack.people} 人仍待推送")


def _receive(it: Refer) -> None:
    pack = _pack(it)
    moved = receive_pack(it.by, it.access, pack)
    say(f"名单 {pack.number} 已签收，{moved} 件案件转为已签收")


def _recall(it: Refer) -> None:
    pack = _pack(it)
    moved = recall_pack(it.by, it.access, pack, it.arguments.remark or "")
    say(f"名单 {pack.number} 已撤回，{moved} 件案件回到待推送；编号不再使用")


def _list(it: Refer) -> None:
    arguments = it.arguments
    with it.access.engine.connect() as connection:
        found = packs(connection, it.by.actor.scope, PackFilters(arguments.to or "", arguments.month or ""))
        history = {pack.id: pack_acts(connection, it.access.sealer, pack.id) for pack in found} if arguments.json else {}
    if arguments.json:
        say_json([
            {**asdict(pack), "due_on": pack.due_on.isoformat() if pack.due_on else None,
             "acts": [asdict(act) for act in history[pack.id]]}
            for pack in found
        ])
        return
    for pack in found:
        due = f"　反馈期限 {pack.due_on}，已答复 {pack.answered} 人" if pack.sent_at else ""
        say(f"{pack.id}　{pack.number or '未编号'}　{pack.month}　{pack.document}　{PackState(pack.state).label}　"
             f"{pack.people} 人　内容 {pack.content_sha256[:SEEN_DIGITS]}{due}{_left_out(pack)}")


def _left_out(pack: PackRow) -> str:
    """How many of the document's cases do not stand in a list, by why."""
    left = pack.counts["left_out"]
    said = "、".join(f"{one.label} {left[one.value]} 人" for one in LeftOut if one.value in left)
    return f"　未列入：{said}" if said else ""


def _send(it: Refer) -> None:
    """Send what is approved; write again what was sent. The bytes are kept, so a crash in between costs nothing."""
    arguments = it.arguments
    asked = _asked(it)
    if not arguments.output:
        raise MonitorError("须写明 --output 目录：名单文件写到哪里")
    with it.access.engine.connect() as connection:
        found = [
            pack for pack in packs(connection, it.by.actor.scope, PackFilters(asked.layout.department, asked.month, asked.document))
            if pack.whole and set(arguments.district) <= set(pack.districts)
        ]
    ready = [pack for pack in found if pack.state == P.APPROVED]
    out = [pack for pack in found if pack.state in (P.SENT, P.RECEIVED)]
    if not ready and not out:
        raise PackError(_what_next(asked, found))
    sent = [_send_one(it, pack) for pack in reversed(ready)]
    told = [write_again(it, pack) for pack in reversed(out)] if not sent else []
    if arguments.json:
        say_json([*sent, *told])


def _what_next(asked: Asked, found: Sequence[PackRow]) -> str:
    for pack in found:
        if pack.state == P.PROPOSED:
            return (
                f"{asked.month} 推送{asked.layout.label}的名单（编号 {pack.id}，{pack.people} 人）等待另一人批准，没有写出；"
                f"请审核人执行 monitor refer approve {pack.id} --seen {pack.content_sha256[:SEEN_DIGITS]} --account 账号"
            )
    return (
        f"{asked.month} 推送{asked.layout.label}还没有批准了的名单，没有写出；请先由经办人提出 monitor refer propose "
        f"--to {asked.layout.department} --month {asked.month} --account 账号，再由另一人批准"
    )


def _send_one(it: Refer, pack: PackRow) -> dict[str, Any]:
    with bar(pack.number, "人") as progress:
        done = send_pack(it.by, it.access, pack, it.access.sealer, progress)
    paths = write_files(done.files, Path(it.arguments.output))
    if not it.arguments.json:
        sent = done.sent
        say(f"名单 {pack.number} 已发出：{sent.people} 人，{sent.moved} 件案件转为已推送；写入 {'、'.join(map(str, paths))}")
        say(f"  请于 {sent.due.on} 前收到反馈" if sent.due.on else f"  {sent.due.note}")
    return _pack_json(it, pack, done.files, paths)


def write_again(it: Refer, pack: PackRow) -> dict[str, Any]:
    """The files of a list that was sent, exactly as they were handed over; written down again."""
    with it.access.engine.connect() as connection:
        files = referrals.files_of(connection, it.access, pack.id)
    detail: Detail = {"rows": pack.people, "files": [f"{file.name}:{file.sha256}" for file in files], "masked": False}
    note(it.by, it.access, AuditAction.EXPORTED, f"pack:{pack.id}", detail)
    paths = write_files(files, Path(it.arguments.output))
    if not it.arguments.json:
        sent_on = (pack.sent_at or "")[:10]
        say(f"名单 {pack.number} 此前已发出（{sent_on}），{pack.people} 人；原样写入 {'、'.join(map(str, paths))}")
    return _pack_json(it, pack, files, paths)


def _pack_json(it: Refer, pack: PackRow, files: Sequence[referrals.PackFile], paths: Sequence[Path]) -> dict[str, Any]:
    with it.access.engine.connect() as connection:
        now = pack_one(connection, pack.id)
    assert now is not None
    return {
        "pack": now.id, "number": now.number, "state": now.state, "people": now.people, "content_sha256": now.content_sha256,
        "due_on": now.due_on.isoformat() if now.due_on else None,
        "files": [
            {"file": str(path), "rows": file.rows, "sha256": file.sha256} for file, path in zip(files, paths, strict=True)
        ],
    }


def write_files(files: Sequence[referrals.PackFile], directory: Path) -> list[Path]:
    """The files, each whole or not at all. Raises StoreError where one cannot be written, or another stands in its place."""
    paths = [directory / file.name for file in files]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for file, path in zip(files, paths, strict=True):
            if path.exists():
                if path.read_bytes() != file.content:
                    raise StoreError(f"{path} 已经存在而内容不同，没有覆盖；请换一个目录，或移走该文件后重新执行本命令")
                continue
            beside = path.with_name(f".{path.name}.new")
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(file.content)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
    except OSError as error:
        raise StoreError(
            f"名单文件不能写入 {directory}（{error.strerror}）；名单已登记发出，请换一个可写的目录重新执行本命令，内容不变"
        ) from None
    return paths


_ACTS: dict[str, Callable[[Refer], None]] = {
    "preview": _preview, "propose": _propose, "approve": _approve, "refuse": _refuse, "send": _send, "receive": _receive,
    "recall": _recall, "list": _list,
}


VERB = Verb(add_arguments, do)
