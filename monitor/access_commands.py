"""The commands about who acts: accounts, audit."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from monitor.access import accounts
from monitor.access.accounts import Account
from monitor.access.actor import operating_system_user
from monitor.access.audit import Asked
from monitor.access.chain import Verdict
from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sign_in import normalised_name
from monitor.audited import note, where
from monitor.base.errors import AccessError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework.facts import auditing
from monitor.reports.audit import as_csv, as_json, as_text, row_of
from monitor.store.home import Store, open_store, writing
from monitor.terminal import say, write

Arguments = argparse.Namespace


def manage_accounts(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor accounts …``: as the operating-system user; the screens let administrators do the same."""
    moment, actor, place = datetime.fromisoformat(now), operating_system_user(), where(arguments)
    with auditing(_made(home), moment) as access:
        if arguments.act == "list":
            _list(accounts.list_accounts(access, actor, now=moment), arguments.json)
            return
        name = normalised_name(arguments.name)
        if arguments.act == "add":
            password = accounts.add(
                access, actor, name, arguments.display, _roles(arguments), _scope(arguments), now=moment, where=place
            )
            say(f"账号 {name} 已建立")
            _say_password(access, password)
        elif arguments.act == "reset":
            password = accounts.reset(access, actor, name, now=moment, where=place)
            say(f"账号 {name} 已重置，动态口令已解除，全部会话已结束")
            _say_password(access, password)
        elif arguments.act == "roles":
            accounts.set_roles(access, actor, name, _roles(arguments), now=moment, where=place)
            say(f"账号 {name} 的角色：{_role_labels(frozenset(_roles(arguments)))}")
        elif arguments.act == "scope":
            scope = _scope(arguments)
            if scope is None:
                raise AccessError("须写明范围：--district 区县代码、--town 乡镇名称，或 --everything")
            accounts.set_scope(access, actor, name, scope, now=moment, where=place)
            say(f"账号 {name} 的范围：{_scope_text(scope)}")
        else:
            act, said = {
                "disable": (accounts.disable, "已停用，全部会话已结束"), "enable": (accounts.enable, "已启用"),
                "unlock": (accounts.unlock, "已解锁"),
            }[arguments.act]
            act(access, actor, name, now=moment, where=place)
            say(f"账号 {name} {said}")


def _made(home: Home) -> Store:
    """The home, made where there is none: the first account may come before the first file."""
    if not home.manifest.exists():
        with writing(home, "accounts", create=True):
            pass
    return open_store(home)


def _roles(arguments: Arguments) -> list[Role]:
    return [Role(name) for name in arguments.role]


def _scope(arguments: Arguments) -> Scope | None:
    narrowed = Scope(tuple(arguments.district), tuple(arguments.town))
    if arguments.everything and narrowed != EVERYTHING:
        raise AccessError("--everything 是全部区县和乡镇，不能与 --district、--town 同时使用")
    return EVERYTHING if arguments.everything else narrowed if narrowed != EVERYTHING else None


def _say_password(access: Access, password: str) -> None:
    say(f"一次性口令（只显示这一次；须在 {access.rules.one_time_hours} 小时内登录并改为自己的口令）：\n{password}")


def _list(found: list[Account], as_objects: bool) -> None:
    if as_objects:
        objects = [
            asdict(account) | {"roles": sorted(account.roles), "duties": sorted(account.duties)} for account in found
        ]
        say(json.dumps(objects, ensure_ascii=False, indent=1))
        return
    if not found:
        say("还没有账号；请用 monitor accounts add 新建")
    for account in found:
        states = [duty.label for duty in sorted(account.duties)]
        states += [f"锁定至 {account.locked_until[11:16]}"] if account.locked_until else []
        state = f"已停用（{account.disabled_at[:10]}）" if account.disabled_at else "；".join(states) or "可用"
        say(f"{account.name}　{account.display}　{_role_labels(account.roles)}　{_scope_text(account.scope)}　{state}"
             f"　最近登录 {account.signed_in_at[:16].replace('T', ' ') if account.signed_in_at else '无'}")


def _role_labels(roles: frozenset[Role]) -> str:
    return "、".join(role.label for role in Role if role in roles)


def _scope_text(scope: Scope | None) -> str:
    if scope is None:
        return "无范围"
    return "全部" if scope == EVERYTHING else "、".join((*scope.districts, *scope.towns))


def audit(arguments: Arguments, home: Home, now: str) -> None:
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
