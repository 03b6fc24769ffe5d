"""The commands about cases: ``monitor cases …``, as the operating-system user, audited like the screens."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from monitor.access.actor import operating_system_user
from monitor.access.hashing import number_hex
from monitor.access.moment import CHINA
from monitor.access.opening import Access
from monitor.access.tables import accounts
from monitor.actions.acting import Acting, access_for, by_command, show_runs
from monitor.actions.cases import decide_case, decide_cases, drop_relief, take_relief, tell_decisions
from monitor.assess.same_person import keys_of
from monitor.base.errors import AccessError
from monitor.base.settings import Home
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, CaseAct, CaseState, Category, ReliefKind
from monitor.casework import reliefs
from monitor.casework.cases import CaseError, Decision, preview
from monitor.casework.from_runs import not_worked_in
from monitor.casework.reading.case_listing import CASE_SORTS, NOBODY, CaseFilters, case_history, case_one, case_rows
from monitor.casework.reading.figures import figures
from monitor.casework.reading.in_full import in_full
from monitor.casework.reading.narrowing import Search
from monitor.casework.reading.query import ListQuery
from monitor.casework.reliefs import Instead
from monitor.casework.reply_reading import place_text
from monitor.casework.transitions import LISTED, MOVES
from monitor.commands.arguments import add_act, add_format, parse_day, parse_yuan
from monitor.commands.audited import note, note_list, where
from monitor.commands.terminal import write
from monitor.commands.verb import Verb
from monitor.intake.identity_number import normalise
from monitor.reports import cases as output
from monitor.reports.machine import write_plain
from monitor.store.home import Store, open_store

Arguments = argparse.Namespace


_NOBODY = "nobody"
#: Acts that can give a relief or take one back.
_GIVING = ("move", "bulk", "take-relief")
#: Columns of ``monitor cases reliefs --format csv``, unmasked like every machine output.
RELIEFS = (
    "line", "case", "state", "department", "reply", "certno", "psn_name", "kind", "amount", "relief_on", "lacking", "settled",
    "remark",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="act", metavar="动作", required=True)
    listed, shown = add_act(below, "list", "列出案件（不脱敏，供数据管理员使用）"), add_act(below, "show", "一件案件及其经过")
    move, assign = add_act(below, "move", "办理一件案件"), add_act(below, "assign", "把案件交给一名经办人，或收回")
    noted, due = add_act(below, "note", "写一条备注"), add_act(below, "due", "确定或取消办理期限")
    bulk = add_act(below, "bulk", "办理名单上的全部案件：先 --preview，再 --selection")
    figures = add_act(below, "figures", "从越线到救助的各项数字")
    reliefs = add_act(below, "reliefs", "列出部门反馈了、还没有采用的救助（不脱敏）")
    take = add_act(below, "take-relief", "把部门反馈的救助登记为案件落实的救助；反馈没有写明的在此补上")
    drop = add_act(below, "drop-relief", "不采用部门反馈的救助")
    for each in (take, drop):
        each.add_argument("line", type=int, metavar="LINE", help="编号，见 monitor cases reliefs 的 line")
    for each in (shown, move, assign, noted, due):
        each.add_argument("case", type=int, metavar="CASE", help="案件编号")
    for each in (move, assign, noted, due, take):
        each.add_argument("--version", type=int, metavar="N", help="看到的版本；已有别人办理过则拒绝。不写则按当前版本")
    for each, acts in ((move, MOVES), (bulk, LISTED)):
        each.add_argument("doing", choices=tuple(acts), metavar="ACT", help="、".join(f"{act.value} {act.label}" for act in acts))
        each.add_argument("--reason", metavar="CODE", help="原因代码（排除、不予认定、办结）；写错时列出可用的")
        each.add_argument("--as", dest="recognised_as", choices=tuple(Category), metavar="CATEGORY", help="认定为何种身份")
        each.add_argument("--effective-on", type=parse_day, metavar="DATE", help="身份自哪一天起有效")
        each.add_argument("--department", choices=tuple(DEPARTMENTS), metavar="DEPARTMENT",
                            help=f"哪个部门的答复：{'、'.join(f'{key} {label}' for key, label in DEPARTMENTS.items())}")
    for each in (move, take):
        each.add_argument("--relief", choices=tuple(ReliefKind), metavar="KIND",
                            help=f"救助种类：{'、'.join(f'{kind.value} {kind.label}' for kind in ReliefKind)}")
        each.add_argument("--amount", type=parse_yuan, metavar="YUAN", help="救助金额，元")
        each.add_argument("--relief-on", type=parse_day, metavar="DATE", help="救助日期")
    for each in (move, noted, bulk, take):
        each.add_argument("--remark", required=each is noted, metavar="TEXT", help="说明或备注，密封保存")
    for each in (assign, bulk):
        each.add_argument("--to", required=each is assign, metavar="NAME", help="经办人账号；nobody 为收回")
    for each in (due, bulk):
        each.add_argument("--on", type=parse_day, metavar="DATE", help="办理期限；不写则取消")
    for each in (listed, bulk, figures):
        for name, metavar, text in (
            ("document", "ID", "文件编号"), ("state", "STATE", f"状态：{'、'.join(CaseState)}"),
            ("kind", "KIND", "预警类别"), ("category", "CATEGORY", "身份"), ("district", "CODE", "参保地六位代码"),
            ("assignee", "NAME", "经办人账号；nobody 为未分派"),
        ):
            each.add_argument(f"--{name}", action="append", default=[], metavar=metavar, help=f"只看{text}，可重复")
        each.add_argument("--year", action="append", default=[], type=int, metavar="YEAR", help="只看年度，可重复")
        each.add_argument("--news", action="store_true", help="只看有变化而尚未处理的")
        each.add_argument("--due", choices=("overdue", "soon", "none"), help="只看已过期限、七日内到期、未定期限的")
        each.add_argument("--excess-from", type=parse_yuan, metavar="YUAN", help="超出不少于多少元")
        each.add_argument("--excess-to", type=parse_yuan, metavar="YUAN", help="超出不多于多少元")
        each.add_argument("--certno", metavar="CERTNO", help="只看一个证件号码")
    listed.add_argument("--sort", choices=tuple(CASE_SORTS), default="excess", help="排序，默认按超出金额从大到小")
    listed.add_argument("--ascending", action="store_true", help="从小到大")
    add_format(shown, ("text", "json"), output=False)
    which = bulk.add_mutually_exclusive_group(required=True)
    which.add_argument("--preview", action="store_true", help="只看将办理多少件、哪些，不办理")
    which.add_argument("--selection", metavar="SHA256", help="预览给出的校验值；名单自预览以来有变化则拒绝")
    bulk.add_argument("--json", action="store_true", help="预览输出一个 JSON 对象")
    for each in (listed, figures, reliefs):
        add_format(each, ("csv", "json"))


def do(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor cases …``: list, show, move, assign, note, due, bulk, figures."""
    by, store = by_command(home, where(arguments), now), open_store(home)
    with access_for(by, store) as access:
        with access.engine.connect() as connection:
            lacking = not_worked_in(connection, [run.run for run in store.manifest.runs if not run.trial and not run.replay])
        if lacking:
            # A crash, or a version without cases, has left some out.
            show_runs(by)
        if arguments.act in _READING:
            _READING[arguments.act](arguments, store, access, now)
        else:
            _DECIDING.get(arguments.act, _decide)(by, store, access, arguments)
        # A crash before this is made up for by the next run.
        batch = tell_decisions(by, access) if arguments.act in _GIVING else None
    if batch is not None:
        sys.stderr.write(f"一事一议的救助已记入一事一议决定（批次 {batch}），下次运行起计入应享待遇\n")


def _list(arguments: Arguments, store: Store, access: Access, now: str) -> None:
    with access.engine.connect() as connection:
        filters = _filters(arguments, store, connection, now)
        names = _names(connection)
        listed = list(case_rows(connection, ListQuery(filters, arguments.sort, not arguments.ascending)))
        rows = [output.row_of(one, names) for one in in_full(connection, listed, store.sealer)]
    note_list(store, arguments, now, "cases", len(rows))
    write(output.list_text(rows, arguments.format), arguments.output)


def _show(arguments: Arguments, store: Store, access: Access, now: str) -> None:
    with access.engine.connect() as connection:
        case = case_one(connection, arguments.case)
        if case is None:
            raise AccessError(f"没有编号为 {arguments.case} 的案件；编号见 monitor cases list")
        (one,) = in_full(connection, [case], store.sealer)
        history = case_history(connection, case.id, sealer=store.sealer)
        row = output.row_of(one, _names(connection))
    note(store, arguments, now, AuditAction.SHOWN, f"case:{case.id}", {"rows": 1, "masked": False})
    write(output.case_json(row, history) if arguments.format == "json" else output.case_text(row, history), None)


def _decide(by: Acting, store: Store, access: Access, arguments: Arguments) -> None:
    decision = _decision(arguments)
    with access.engine.connect() as connection:
        case = case_one(connection, arguments.case)
    if case is None:
        raise AccessError(f"没有编号为 {arguments.case} 的案件；编号见 monitor cases list")
    version = decide_case(by, access, case.id, arguments.version or case.version, decision)
    with access.engine.connect() as connection:
        case = case_one(connection, case.id)
    assert case is not None
    sys.stdout.write(f"案件 {case.id} 已办理“{decision.act.label}”，现为“{CaseState(case.state).label}”（版本 {version}）\n")


def _bulk(by: Acting, store: Store, access: Access, arguments: Arguments) -> None:
    decision = _decision(arguments)
    with access.engine.connect() as connection:
        filters = _filters(arguments, store, connection, by.now.isoformat())
        if arguments.preview:
            seen = preview(connection, by.actor, filters, decision, now=by.now)
            write(output.preview_json(seen) if arguments.json else output.preview_text(seen, decision.act), None)
            return
    done = decide_cases(by, access, filters, decision, arguments.selection)
    sys.stdout.write(f"已办理“{decision.act.label}” {done} 件\n")


def _figures(arguments: Arguments, store: Store, access: Access, now: str) -> None:
    with access.engine.connect() as connection:
        found = figures(connection, _filters(arguments, store, connection, now), _today(now))
    note(store, arguments, now, AuditAction.SHOWN, "cases", {"figures": True, "format": arguments.format})
    write(output.figures_json(found) if arguments.format == "json" else output.figures_csv(found), arguments.output)


def _reliefs(arguments: Arguments, store: Store, access: Access, now: str) -> None:
    """What departments said of reliefs and nobody has taken over or dropped yet."""
    with access.engine.connect() as connection:
        found = reliefs.waiting(connection, operating_system_user().scope, store.sealer)
        listed = {one.case_id: case_one(connection, one.case_id) for one in found}
        whole = in_full(connection, [case for case in listed.values() if case is not None], store.sealer)
        names = {one.row.id: (one.certno, one.name) for one in whole}
    note_list(store, arguments, now, "reliefs", len(found))
    rows = [
        dict(zip(RELIEFS, (
            str(one.line_id), str(one.case_id), one.case_state, one.department, str(one.reply_id), *names.get(one.case_id, ("", "")),
            one.kind, "" if one.fen is None else f"{Decimal(one.fen).scaleb(-2):.2f}", one.on.isoformat() if one.on else "",
            " ".join(one.lacking), "1" if one.settled else "0", one.remark,
        ), strict=True))
        for one in found
    ]
    write(write_plain(rows, RELIEFS, arguments.format), arguments.output)


def _take_relief(by: Acting, store: Store, access: Access, arguments: Arguments) -> None:
    amount: Decimal | None = arguments.amount
    with access.engine.connect() as connection:
        version = arguments.version or reliefs.case_version(connection, by.actor, arguments.line)
    given = Instead(
        arguments.relief or "", None if amount is None else int(amount.scaleb(2)), arguments.relief_on, arguments.remark or ""
    )
    one = take_relief(by, access, arguments.line, version, given)
    sys.stdout.write(f"案件 {one.case_id} 已按反馈 {one.reply_id} 第 {place_text(one.line)} 行登记落实的救助\n")


def _drop_relief(by: Acting, store: Store, access: Access, arguments: Arguments) -> None:
    one = drop_relief(by, access, arguments.line)
    sys.stdout.write(f"反馈 {one.reply_id} 第 {place_text(one.line)} 行的救助没有采用，案件 {one.case_id} 不变\n")


def _decision(arguments: Arguments) -> Decision:
    given = vars(arguments)
    amount: Decimal | None = given.get("amount")
    return Decision(
        {"assign": CaseAct.ASSIGN, "note": CaseAct.NOTE, "due": CaseAct.SET_DUE}.get(arguments.act) or CaseAct(arguments.doing),
        reason=given.get("reason") or "", remark=given.get("remark") or "", category=given.get("recognised_as") or "",
        effective_on=given.get("effective_on"), relief_kind=given.get("relief") or "",
        relief_fen=None if amount is None else int(amount.scaleb(2)), relief_on=given.get("relief_on"),
        assignee="" if given.get("to") in (None, _NOBODY) else arguments.to, due_on=given.get("on"),
        department=given.get("department") or "",
    )


def _filters(arguments: Arguments, store: Store, connection: Connection, now: str) -> CaseFilters:
    excess_from, excess_to = (
        None if (yuan := getattr(arguments, name)) is None else int(yuan.scaleb(2)) for name in ("excess_from", "excess_to")
    )
    return CaseFilters(
        documents=tuple(arguments.document), years=tuple(arguments.year), states=tuple(arguments.state), kinds=tuple(arguments.kind),
        categories=tuple(arguments.category), districts=tuple(arguments.district),
        assignees=tuple(_account(connection, name) for name in arguments.assignee), news=True if arguments.news else None,
        due=arguments.due, today=_today(now), search=_search(arguments, store),
        excess_from=excess_from, excess_to=excess_to,
    )


def _search(arguments: Arguments, store: Store) -> Search | None:
    if not arguments.certno:
        return None
    number, _ = normalise(arguments.certno)
    own, *others = keys_of(store, [number])[number] if number else [number_hex(store.keys.hash, number)]
    return Search("certno", own, tuple(others))


def _account(connection: Connection, name: str) -> int:
    if name == _NOBODY:
        return NOBODY
    found = connection.scalar(select(accounts.c.id).where(accounts.c.name == name))
    if found is None:
        raise CaseError(f"没有名为 {name} 的账号；请用 monitor accounts list 核对")
    return int(found)


def _names(connection: Connection) -> dict[int, str]:
    return {int(row.id): str(row.name) for row in connection.execute(select(accounts.c.id, accounts.c.name))}


def _today(now: str) -> date:
    return datetime.fromisoformat(now).astimezone(CHINA).date()


_READING = {"list": _list, "show": _show, "figures": _figures, "reliefs": _reliefs}
_DECIDING = {"bulk": _bulk, "take-relief": _take_relief, "drop-relief": _drop_relief}

VERB = Verb(add_arguments, do)
