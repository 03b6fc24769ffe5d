"""Deciding about cases: one act, one transaction, one entry of the audit, one line of the case's history.

``decide`` is for one case seen at a version: who acts on an older one is told who was first, and nothing is overwritten.
``decide_listed`` is for all of a list as it was previewed. ``move_pack`` and ``answer`` are for packs and replies, which
hold the transaction and write the audit themselves. What leads where, and who may, is ``transitions.TABLE``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select, update

from monitor.access.actor import Actor
from monitor.access.deeds import Deed
from monitor.access.moment import CHINA, written
from monitor.access.opening import Access
from monitor.access.roles import require
from monitor.access.scope import Scope
from monitor.access.sealing import Sealer
from monitor.access.sessions import roles_of, scope_of
from monitor.access.tables import accounts
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import (
    DEPARTMENTS,
    AuditAction,
    CaseAct,
    CaseState,
    Category,
    CloseReason,
    PackState,
    Permission,
    ReliefKind,
    ReliefProposal,
    Role,
    Word,
)
from monitor.casework.reading.case_listing import CaseFilters, case_conditions
from monitor.casework.reading.narrowing import within
from monitor.casework.tables import REMARK_SEAL, case_events, cases, referral_lines, referral_packs, reply_lines
from monitor.casework.transitions import ANSWERS, REASONS, STAYING, Need, Transition, Way, transition
from monitor.casework.writing import write

LONGEST_REMARK = 2000
#: Cases a statement names; both databases take more than 30,000 values.
_AT_ONCE = 20_000


class CaseError(MonitorError):
    """A case cannot be dealt with like this; the sentence says why and what can be done."""


class StaleError(CaseError):
    """Somebody was first; the sentence says who, when and what they did."""


@dataclass(frozen=True)
class Decision:
    """What somebody decides. ``reason``: a code of ``transitions.REASONS``; ``category``: recognised as, in force from
    ``effective_on``; ``assignee``: an officer's account name, empty to take a case back; ``due_on``: None for no limit;
    ``department``: whose answer it is, for the line of the pack it was sent with."""

    act: CaseAct
    reason: str = ""
    remark: str = field(default="", repr=False)
    category: str = ""
    effective_on: date | None = None
    relief_kind: str = ""
    relief_fen: int | None = None
    relief_on: date | None = None
    assignee: str = ""
    due_on: date | None = None
    department: str = ""

    def detail(self) -> dict[str, str | int]:
        """What the history and the audit keep of it besides reason and remark; without what is empty."""
        dates = {"effective_on": self.effective_on, "relief_on": self.relief_on, "due_on": self.due_on}
        kept: dict[str, str | int | None] = {
            "category": self.category, "relief_kind": self.relief_kind, "relief_fen": self.relief_fen,
            "assignee": self.assignee, "department": self.department,
            **{name: day.isoformat() for name, day in dates.items() if day},
        }
        return {name: value for name, value in kept.items() if value not in ("", None)}


@dataclass(frozen=True)
class Preview:
    """What a decision would do to a list: ``count`` cases by state, and those it cannot be done to, by state.

    ``selection_sha256`` is of the cases and their versions: ``decide_listed`` refuses when they are others by then.
    """

    count: int
    excess_fen: int
    states: dict[str, int]
    refused: dict[str, int]
    selection_sha256: str


_COLUMNS = tuple(cases.c[name] for name in ("id", "version", "state", "insu_admdvs", "town", "excess_fen", "sent_at"))


def decide(access: Access, actor: Actor, case_id: int, version: int, decision: Decision, *, now: datetime, where: str) -> int:
    """Do it to one case as it stood at ``version``; returns the version it has then.

    Raises CaseError where the table refuses or something is lacking, StaleError where somebody was first, AccessError
    for a case outside the actor's scope or an act no role of his may do.
    """
    decision = check(actor, decision, now)
    with access.begin() as connection:
        decide_within(connection, Deed(access, actor, now, where), case_id, version, decision)
    return version + 1


class ReplyLine(NamedTuple):
    """The line of a reply a decision is taken from, as the audit names it."""

    reply: int
    line: int


def decide_within(
    connection: Connection, by: Deed, case_id: int, version: int, decision: Decision, taken_from: ReplyLine | None = None
) -> None:
    """The same in somebody's transaction, of a decision that was checked."""
    row = _one(connection, case_id, by.actor.scope)
    if row.version != version:
        raise StaleError(_who_was_first(connection, row))
    _allowed(by.actor, CaseState(row.state), decision, Way.HAND)
    reply_id = taken_from.reply if taken_from else None
    _apply(connection, [row], _Written(decision, by.actor, by.now, by.access.sealer, reply_id=reply_id))
    also = taken_from._asdict() if taken_from else {}
    detail = {"act": decision.act.value, "from": row.state, "reason": decision.reason, **decision.detail(), **also}
    by.note(connection, AuditAction.DECIDED, f"case:{case_id}", detail)


def preview(connection: Connection, actor: Actor, filters: CaseFilters, decision: Decision, *, now: datetime) -> Preview:
    """How many cases of the list, and which, the decision would be about. Raises as ``decide``."""
    return _selected(connection, actor, filters, check(actor, decision, now))[0]


def decide_listed(
    access: Access, actor: Actor, filters: CaseFilters, decision: Decision, selection_sha256: str, *, now: datetime, where: str
) -> int:
    """Do to every case of the list what the table allows, if they are those that were previewed; returns how many."""
    decision = check(actor, decision, now)
    with access.begin() as connection:
        seen, rows = _selected(connection, actor, filters, decision)
        if seen.selection_sha256 != selection_sha256:
            raise StaleError(f"名单自预览以来有变化，现为 {seen.count} 件；没有办理任何一件，请重新预览后再办理")
        _apply(connection, rows, _Written(decision, actor, now, access.sealer))
        access.audit.append(
            connection, actor, AuditAction.DECIDED, "cases", now=now, where=where,
            detail={
                "act": decision.act.value, "reason": decision.reason, "cases": seen.count, "states": seen.states,
                "selection_sha256": selection_sha256, **decision.detail(),
            },
        )
    return seen.count


def move_pack(connection: Connection, actor: Actor, pack_id: int, act: CaseAct, *, now: datetime) -> int:
    """Send, recall or receive: every case of the pack the act leads somewhere, at once; returns how many moved.

    Those sent before, who stand in the pack with news, stay where they are; their news has been passed on.
    """
    lines = select(referral_lines.c.case_id).where(referral_lines.c.pack_id == pack_id)
    rows = connection.execute(select(*_COLUMNS).where(cases.c.id.in_(lines)).order_by(cases.c.id)).all()
    moving = [row for row in rows if (found := transition(CaseState(row.state), act)) and Way.PACK in found.ways]
    _apply(connection, moving, _Written(Decision(act), actor, now, pack_id=pack_id))
    if act is CaseAct.SEND:
        connection.execute(update(cases).where(cases.c.id.in_(lines)).values(news=""))
    return len(moving)


def answer(connection: Connection, by: Deed, case_id: int, decision: Decision, reply_id: int | None = None) -> bool:
    """A department's answer to one case; whether the table lets it move the case (else nothing is written).

    Raises CaseError where something is lacking, AccessError where the actor may not. A department's words have no length of
    ours: they are kept whole.
    """
    decision = check(by.actor, decision, by.now, longest=None)
    row = _one(connection, case_id, by.actor.scope)
    found = transition(CaseState(row.state), decision.act)
    if decision.act not in ANSWERS or found is None:
        return False
    _allowed(by.actor, CaseState(row.state), decision, Way.HAND)
    _apply(connection, [row], _Written(decision, by.actor, by.now, by.access.sealer, reply_id=reply_id))
    return True


# --- what is allowed --------------------------------------------------------------------------------------------------


def check(actor: Actor, decision: Decision, now: datetime, longest: int | None = LONGEST_REMARK) -> Decision:
    """The decision in good form: everything its act needs is there, and nothing it has no use for is wrong.

    Raises CaseError, or AccessError where no role of the actor may do this in any state.
    """
    act = decision.act
    row = next((found for state in CaseState if (found := transition(state, act))), None)
    if (row is None and act not in STAYING) or act is CaseAct.HEAR:
        raise CaseError(f"“{act.label}”只由运行写入，不能手工办理")
    if row is None:
        require(actor, Permission.DECIDE_CASES)
    else:
        _role(actor, act)
    if (codes := REASONS.get(act)) is not None:
        _code(codes, decision.reason, f"“{act.label}”须有原因")
    elif decision.reason:
        raise CaseError(f"“{act.label}”不用原因代码，请改用说明")
    remark = decision.remark.replace("\0", "").strip()
    if longest is not None and len(remark) > longest:
        raise CaseError(f"说明不能超过 {longest} 个字，现有 {len(remark)} 个；没有保存，请缩短后重试")
    needs = row.needs if row else frozenset({Need.REMARK} if act is CaseAct.NOTE else ())
    if not remark and (Need.REMARK in needs or decision.reason == "other"):
        raise CaseError(f"“{act.label}”{'选“其他”时' if decision.reason == 'other' else ''}须写说明")
    if Need.CATEGORY in needs:
        _code(Category, decision.category, "认定须写明身份")
        if decision.category == Category.ORDINARY:
            raise CaseError("认定的身份不能是普通参保人员")
    if Need.RELIEF in needs:
        _check_relief(decision)
    if decision.due_on is not None and decision.due_on < now.astimezone(CHINA).date():
        raise CaseError(f"办理期限 {decision.due_on} 已经过去，请写今天或以后的日期")
    if decision.department and decision.department not in DEPARTMENTS:
        raise CaseError(f"没有编号为 {decision.department} 的部门；可用的有 {'、'.join(DEPARTMENTS)}")
    return Decision(**{**decision.__dict__, "remark": remark})


def _check_relief(decision: Decision) -> None:
    _code(ReliefKind, decision.relief_kind, "须写明救助的种类")
    if decision.relief_on is None or decision.relief_fen is None:
        raise CaseError("须写明救助的金额和日期")
    # Measures of monitoring are help without an amount; everything else is money.
    if decision.relief_fen < 0 or (decision.relief_fen == 0 and decision.relief_kind != ReliefKind.MONITORING):
        raise CaseError("救助金额须大于 0；没有金额的帮扶请选“监测帮扶”")


def _code(words: type[Word], code: str, otherwise: str) -> None:
    if code not in [word.value for word in words]:
        raise CaseError(f"{otherwise}；可用的有 {'、'.join(f'{word.value}（{word.label}）' for word in words)}")


def _role(actor: Actor, act: CaseAct) -> None:
    roles = {role for state in CaseState if (found := transition(state, act)) for role in found.roles}
    if actor.duties or actor.roles.isdisjoint(roles):
        may = "、".join(role.label for role in Role if role in roles) or "运行"
        raise AccessError(f"账号 {actor.name} 不能办理“{act.label}”，须由{may}办理；如工作需要，请向系统管理员申请相应角色")


def _allowed(actor: Actor, state: CaseState, decision: Decision, way: Way) -> Transition | None:
    """The row that leads on, or None for an act that leaves the case where it stands. Raises CaseError, AccessError."""
    act = decision.act
    if act in STAYING:
        return None
    found = transition(state, act)
    if found is None or way not in found.ways:
        why = "只能随整份推送名单办理" if found is not None else "不能这样办理"
        raise CaseError(f"案件“{state.label}”，“{act.label}”{why}；请刷新后查看可以办理的事项")
    if actor.roles.isdisjoint(found.roles):
        _role(actor, act)
    if decision.reason == CloseReason.RELIEVED and act is CaseAct.CLOSE and state is not CaseState.RELIEF_ARRANGED:
        raise CaseError("以“已获救助”办结之前，须先登记落实的救助")
    return found


# --- doing it ---------------------------------------------------------------------------------------------------------


def _one(connection: Connection, case_id: int, scope: Scope) -> Row[Any]:
    row = connection.execute(select(*_COLUMNS).where(cases.c.id == case_id, *within(cases.c, scope))).one_or_none()
    if row is None:
        raise AccessError(f"没有编号为 {case_id} 的案件，或不在您的范围内")
    return row


def _who_was_first(connection: Connection, row: Row[Any]) -> str:
    e = case_events.c
    last = connection.execute(select(case_events).where(e.case_id == row.id).order_by(e.id.desc()).limit(1)).one()
    who = connection.scalar(select(accounts.c.display).where(accounts.c.id == last.account)) or last.actor
    return (
        f"案件 {row.id} 在您打开之后已有变化：{last.at[:16].replace('T', ' ')} {'运行' if last.actor == 'run' else who}"
        f"“{CaseAct(last.act).label}”，现为“{CaseState(row.state).label}”；您的办理没有保存，请刷新后再办理"
    )


def _selected(
    connection: Connection, actor: Actor, filters: CaseFilters, decision: Decision
) -> tuple[Preview, Sequence[Row[Any]]]:
    listed = select(*_COLUMNS).where(*case_conditions(filters, actor.scope)).order_by(cases.c.id)
    states: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    rows, excess, digest = [], 0, hashlib.sha256()
    for row in connection.execute(listed):
        try:
            _allowed(actor, CaseState(row.state), decision, Way.HAND)
        except CaseError:
            refused[row.state] += 1
            continue
        states[row.state] += 1
        rows.append(row)
        excess += row.excess_fen
        digest.update(f"{row.id}:{row.version}\n".encode())
    return Preview(len(rows), excess, dict(states), dict(refused), digest.hexdigest()), rows


@dataclass(frozen=True)
class _Written:
    """What the history of each case says alike: the decision, who took it and when, and the pack or reply it came with. Without a
    ``sealer`` there is no remark."""

    decision: Decision
    actor: Actor
    now: datetime
    sealer: Sealer | None = None
    pack_id: int | None = None
    reply_id: int | None = None

    def columns(self) -> dict[str, Any]:
        decision = self.decision
        return {
            "at": written(self.now), "actor": self.actor.name, "account": self.actor.account, "act": decision.act.value,
            "reason": decision.reason, "detail": json.dumps(decision.detail(), ensure_ascii=False, sort_keys=True),
            "remark_sealed": self.sealer.seal_text(decision.remark or None, REMARK_SEAL) if self.sealer else None,
            "pack_id": self.pack_id, "reply_id": self.reply_id,
        }


def _apply(connection: Connection, rows: Sequence[Row[Any]], word: _Written) -> None:
    """Write the new state of the cases and their history; the rows were read in this transaction."""
    if not rows:
        return
    decision, at, act = word.decision, written(word.now), word.decision.act
    targets = {state: found.target.value if (found := transition(CaseState(state), act)) else state
               for state in {row.state for row in rows}}
    write(connection, case_events, {
        **{name: [value] * len(rows) for name, value in word.columns().items()},
        "case_id": [row.id for row in rows], "from_state": [row.state for row in rows],
        "to_state": [targets[row.state] for row in rows], "version": [row.version + 1 for row in rows],
    })
    changed = _changes(connection, rows, decision, at, word.pack_id) | {"version": cases.c.version + 1}
    for state, target in targets.items():
        if act not in STAYING:
            changed |= {"state": target, "since": at, "reason": decision.reason}
        of_state = [row.id for row in rows if row.state == state]
        for start in range(0, len(of_state), _AT_ONCE):
            ids = of_state[start : start + _AT_ONCE]
            connection.execute(update(cases).where(cases.c.id.in_(ids)).values(changed))
    if act is CaseAct.REOPEN:
        # The relief such a case had goes with it: what a department said of it can be taken over again.
        arranged = [row.id for row in rows if row.state == CaseState.RELIEF_ARRANGED]
        again = reply_lines.c.case_id.in_(arranged) & (reply_lines.c.relief_as == ReliefProposal.TAKEN.value)
        connection.execute(update(reply_lines).where(again).values(relief_as=ReliefProposal.PROPOSED.value, relief_at=None))
    if act in ANSWERS and decision.department:
        _answer_lines(connection, [row.id for row in rows], decision, at)


def _changes(
    connection: Connection, rows: Sequence[Row[Any]], decision: Decision, at: str, pack_id: int | None
) -> dict[str, Any]:
    """What an act changes besides state and version."""
    act, states = decision.act, {CaseState(row.state) for row in rows}
    if act is CaseAct.ASSIGN:
        return {"assignee": _officer(connection, decision.assignee, rows) if decision.assignee else None}
    if act is CaseAct.SET_DUE:
        return {"due_on": decision.due_on}
    if act is CaseAct.NOTE:
        return {}
    changed: dict[str, Any] = {"news": ""}
    if act in ANSWERS and all(row.sent_at for row in rows):
        changed |= {"answer": ANSWERS[act].value, "answered_at": at}
    if act is CaseAct.ACCEPT:
        changed |= {"recognised_as": decision.category, "recognised_on": decision.effective_on}
    elif act is CaseAct.ARRANGE_RELIEF:
        changed |= {"relief_kind": decision.relief_kind, "relief_fen": decision.relief_fen, "relief_on": decision.relief_on}
    elif act in (CaseAct.CLOSE, CaseAct.EXCLUDE):
        changed |= {"due_on": None, "closed_at": at if act is CaseAct.CLOSE else None}
    elif act is CaseAct.REOPEN:
        changed["closed_at"] = None
        # Taken back: the history keeps what it was.
        if states == {CaseState.RELIEF_ARRANGED}:
            changed |= {"relief_kind": "", "relief_fen": None, "relief_on": None}
        elif states == {CaseState.ACCEPTED}:
            changed |= {"recognised_as": "", "recognised_on": None}
    elif act is CaseAct.SEND:
        changed["sent_at"] = func.coalesce(cases.c.sent_at, at)
    elif act is CaseAct.RECALL:
        changed["sent_at"] = _sent_otherwise(pack_id)
    return changed


def _sent_otherwise(pack_id: int | None) -> Any:
    """When a case was first sent with another pack that was not recalled."""
    p, line = referral_packs.c, referral_lines.c
    asked = select(func.min(p.sent_at)).select_from(referral_packs.join(referral_lines, line.pack_id == p.id))
    return asked.where(line.case_id == cases.c.id, p.id != pack_id, _out()).correlate(cases).scalar_subquery()


def _out() -> ColumnElement[bool]:
    """Packs that are with a department. No ``IN``: it cannot stand in a statement executed for many rows."""
    return or_(*(referral_packs.c.state == state.value for state in (PackState.SENT, PackState.RECEIVED)))


def _officer(connection: Connection, name: str, rows: Iterable[Row[Any]]) -> int:
    """The account a case can be given to. Raises CaseError for no officer, or one who would not see it."""
    found = connection.execute(select(accounts.c.id, accounts.c.disabled_at).where(accounts.c.name == name)).one_or_none()
    if found is None or found.disabled_at is not None or Role.OFFICER not in roles_of(connection, found.id):
        raise CaseError(f"没有名为 {name} 的在用经办人账号，案件没有分派；请用 monitor accounts list 核对")
    scope = scope_of(connection, found.id)
    outside = sum(1 for row in rows if scope is None or not scope.covers(row.insu_admdvs, row.town))
    if outside:
        raise CaseError(f"有 {outside} 件案件不在 {name} 的范围内，没有分派；请另选经办人或缩小名单")
    return int(found.id)


def _answer_lines(connection: Connection, case_ids: list[int], decision: Decision, at: str) -> None:
    """The department's answer on the newest line each case was sent to it with."""
    line, p = referral_lines.c, referral_packs.c
    sent = select(func.max(line.id)).select_from(referral_lines.join(referral_packs, line.pack_id == p.id))
    its_own = (line.case_id == bindparam("number"), p.department == decision.department, _out())
    newest = sent.where(*its_own).scalar_subquery()
    statement = update(referral_lines).where(line.id == newest)
    values = {"answer": ANSWERS[decision.act].value, "answer_reason": decision.reason, "answered_at": at}
    connection.execute(statement.values(values), [{"number": number} for number in case_ids])
