"""``monitor audit list`` and ``monitor audit verify``."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from monitor.access.audit import Asked
from monitor.access.chain import Verdict
from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.base.errors import AccessError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework.facts import auditing
from monitor.commands.arguments import add_act, add_format, parse_day
from monitor.commands.audited import note
from monitor.commands.terminal import say, write
from monitor.commands.verb import Verb
from monitor.reports.audit import as_csv, as_json, as_text, row_of
from monitor.store.home import Store, open_store

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="动作", required=True)
    listed = add_act(acts, "list", "列出审计记录")
    listed.add_argument("--since", type=parse_day, metavar="DATE", help="自哪一天")
    listed.add_argument("--until", type=parse_day, metavar="DATE", help="至哪一天（含）")
    listed.add_argument("--actor", metavar="NAME", help="只看一个账号，或 os:用户")
    listed.add_argument("--action", choices=tuple(AuditAction), metavar="ACTION",
                        help=f"只看一种动作：{'、'.join(AuditAction)}")
    add_format(listed, ("text", "csv", "json"))
    verify = add_act(acts, "verify", "核对审计记录：有无改动、缺失、调换、截去")
    verify.add_argument("--expect", metavar="N:DIGEST", help="另核对以前抄录的一条")
    verify.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor audit list`` and ``monitor audit verify``."""
    (_audit_list if arguments.act == "list" else _audit_verify)(arguments, open_store(home), now)


def _audit_list(arguments: Arguments, store: Store, now: str) -> None:
    asked = Asked(
        since=datetime.combine(arguments.since, time(), CHINA) if arguments.since else None,
        until=datetime.combine(arguments.until, time(), CHINA) + timedelta(days=1) if arguments.until else None,
        actor=arguments.actor, action=AuditAction(arguments.action) if arguments.action else None,
    )
    with auditing(store, datetime.fromisoformat(now)) as access, access.engine.connect() as connection:
        rows = [row_of(entry) for entry in access.audit.entries(connection, asked)]
    narrowed = {name: str(getattr(arguments, name)) for name in ("since", "until", "actor", "action") if getattr(arguments, name)}
    note(store, arguments, now, AuditAction.AUDIT_SHOWN, "audit", {"rows": len(rows), "format": arguments.format, **narrowed})
    form = {"csv": as_csv, "json": as_json, "text": as_text}[arguments.format]
    write(form(rows), arguments.output)


def _audit_verify(arguments: Arguments, store: Store, now: str) -> None:
    with auditing(store, datetime.fromisoformat(now)) as access, access.engine.connect() as connection:
        verdict = access.audit.verify(connection)
        other = _unexpected(access, connection, arguments.expect) if arguments.expect else None
    broken = verdict.broken
    holds = broken is None and other is None
    note(store, arguments, now, AuditAction.AUDIT_SHOWN, "audit", {"verified": verdict.entries, "holds": holds})
    if arguments.json:
        fault = {"sequence": broken.sequence, "fault": broken.fault.value, "sentence": broken.sentence} if broken else None
        say(json.dumps({"entries": verdict.entries, "last": verdict.digest, "broken": fault}, ensure_ascii=False, indent=1))
    if broken is not None:
        raise StoreError(
            f"{broken.sentence}（此前 {verdict.entries} 条完好）；请保留数据库和 {store.home.audit_head.name} 的现状，报告审计人员"
        )
    if other is not None:
        raise StoreError(other)
    if not arguments.json:
        say(_whole(verdict))


def _whole(verdict: Verdict) -> str:
    return (
        f"审计记录共 {verdict.entries} 条，逐条相接，没有改动、缺失、调换或截去\n"
        f"最后一条：{verdict.entries}:{verdict.digest}\n"
        "请把这一行抄录到本机以外保存，日后用 --expect 核对，可发现整个数据目录被换成旧的"
    )


def _unexpected(access: Access, connection: Connection, expected: str) -> str | None:
    """What is wrong with the entry somebody wrote down elsewhere, as ``NUMBER:DIGEST``."""
    number, _, digest = expected.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise AccessError("--expect 须写作 条数:校验值，即以前 monitor audit verify 给出的最后一条")
    kept = access.audit.digest_at(connection, int(number))
    if kept == digest:
        return None
    return f"审计记录第 {number} 条{'已不在库中' if kept is None else '与以前抄录的不同'}；请保留现状，报告审计人员"


VERB = Verb(add_arguments, do)
