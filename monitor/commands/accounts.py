"""``monitor accounts …``: as the operating-system user; the screens let administrators do the same."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime

from monitor.access import accounts
from monitor.access.accounts import Account
from monitor.access.actor import operating_system_user
from monitor.access.opening import Access
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sign_in import normalised_name
from monitor.base.errors import AccessError
from monitor.base.settings import Home
from monitor.base.vocabulary import Role
from monitor.casework.facts import auditing
from monitor.commands.arguments import add_act
from monitor.commands.audited import where
from monitor.commands.terminal import say
from monitor.commands.verb import Verb
from monitor.store.home import Store, open_store, writing

Arguments = argparse.Namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="动作", required=True)
    add = add_act(acts, "add", "新建账号，显示一次性口令")
    roles = add_act(acts, "roles", "重新确定账号的角色")
    scope = add_act(acts, "scope", "重新确定账号可见的区县和乡镇")
    others = [
        add_act(acts, name, text)
        for name, text in (
            ("disable", "停用账号并结束其全部会话"), ("enable", "重新启用账号"), ("unlock", "解除连续失败后的锁定"),
            ("reset", "发放新的一次性口令，解除动态口令"),
        )
    ]
    for each in (add, roles, scope, *others):
        each.add_argument("name", metavar="NAME", help="账号名称：小写字母、数字和 . _ -")
    add.add_argument("--display", required=True, metavar="TEXT", help="显示姓名")
    for each in (add, roles):
        each.add_argument("--role", required=True, action="append", choices=tuple(Role), metavar="ROLE",
                            help=f"角色，可重复：{'、'.join(f'{role.value} {role.label}' for role in Role)}")
    for each in (add, scope):
        each.add_argument("--district", action="append", default=[], metavar="CODE", help="区县代码，可重复；3710 指全市")
        each.add_argument("--town", action="append", default=[], metavar="TEXT", help="只看区县中的这个乡镇，可重复")
        each.add_argument("--everything", action="store_true", help="全部区县和乡镇")
    add_act(acts, "list", "列出账号").add_argument("--json", action="store_true", help="输出一个 JSON 数组")


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor accounts …``: as the operating-system user; the screens let administrators do the same."""
    moment, actor, place = datetime.fromisoformat(now), operating_system_user(), where(arguments)
    with auditing(_made(home), moment) as access:
        if arguments.act == "list":
            _list(accounts.list_accounts(access, actor, now=moment), arguments.json)
            return
        name = normalised_name(arguments.name)
        if arguments.act == "add":
            new = accounts.NewAccount(name, arguments.display, _roles(arguments), _scope(arguments))
            password = accounts.add(access, actor, new, now=moment, where=place)
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


VERB = Verb(add_arguments, do)
