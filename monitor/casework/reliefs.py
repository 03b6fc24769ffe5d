"""What a department's reply says of a relief: proposed at the case, taken over or dropped by an officer, once.

What is taken over becomes the case's relief by the same act as one an officer registers by hand (``ARRANGE_RELIEF``), so that
there is one relief of a case and one figure of it in the outcomes. What a reply left open (no amount, two kinds) the officer
fills in; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from monitor.access.actor import Actor
from monitor.access.deeds import Deed
from monitor.access.moment import written
from monitor.access.opening import Access
from monitor.access.roles import require
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.access.tables import accounts
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, CaseAct, CaseState, Permission, ReliefProposal, ReplyMatch
from monitor.casework.cases import CaseError, Decision, ReplyLine, check, decide_within
from monitor.casework.reading.narrowing import within
from monitor.casework.tables import REMARK_SEAL, cases, replies, reply_lines

P, S = ReliefProposal, CaseState
#: The states a relief can be registered in are ``transitions``'; what else is said where one cannot.
_ELSEWHERE = {
    S.RELIEF_ARRANGED: "案件已登记落实的救助，一件案件只登记一项、只计一次；如须改为这一项，请先“重新办理”，再采用",
    S.CLOSED: "案件已经办结；如须登记这一项，请先“重新办理”，再采用",
    S.EXCLUDED: "案件已经排除；如须登记这一项，请先恢复案件，再办理",
}


@dataclass(frozen=True)
class ProposedRelief:
    """A relief a reply speaks of. ``kind``, ``fen`` and ``on`` are empty where it does not say, or not clearly; what it wrote stands
    in ``remark`` then (opened for who may see anybody's name). ``settled``: whether the line's answer was taken."""

    line_id: int
    reply_id: int
    line: int
    case_id: int
    case_version: int
    case_state: str
    department: str
    at: str
    kind: str
    fen: int | None
    on: date | None
    status: str
    done_at: str | None
    done_by: str | None
    settled: bool
    insu_admdvs: str
    town: str
    name_masked: str
    certno_masked: str
    remarked: bool
    remark: str = field(repr=False, default="")

    @property
    def lacking(self) -> tuple[str, ...]:
        """What it does not say: ``kind``, ``amount``, ``day``."""
        given = {"kind": bool(self.kind), "amount": self.fen is not None, "day": self.on is not None}
        return tuple(name for name, there in given.items() if not there)


def of_case(connection: Connection, case_id: int, scope: Scope = EVERYTHING, sealer: Sealer | None = None) -> list[ProposedRelief]:
    """What replies say of reliefs for one case, the newest first; empty outside the scope."""
    return _found(connection, scope, sealer, reply_lines.c.case_id == case_id, reply_lines.c.relief_as != "")


def waiting(connection: Connection, scope: Scope = EVERYTHING, sealer: Sealer | None = None) -> list[ProposedRelief]:
    """What nobody has taken over or dropped yet, of everybody within the scope, the newest first."""
    return _found(connection, scope, sealer, reply_lines.c.relief_as == P.PROPOSED.value)


def case_version(connection: Connection, actor: Actor, line_id: int) -> int:
    """The version of the case a relief is proposed at. Raises AccessError."""
    return _one(connection, actor, line_id).case_version


def count_waiting(connection: Connection, scope: Scope = EVERYTHING) -> int:
    joined = reply_lines.join(cases, cases.c.id == reply_lines.c.case_id)
    asked = select(func.count()).select_from(joined).where(reply_lines.c.relief_as == P.PROPOSED.value, *within(cases.c, scope))
    return connection.scalar(asked) or 0


@dataclass(frozen=True)
class Instead:
    """What is registered in the place of what the reply says, where it is told, and a remark."""

    kind: str = ""
    fen: int | None = None
    on: date | None = None
    remark: str = ""


def take_over(by: Deed, line_id: int, case_version: int, instead: Instead = Instead()) -> ProposedRelief:
    """Register the relief as the case's, seen at ``case_version``.

    Raises CaseError where it was dealt with, where something is lacking or where the case's state is against it, StaleError where
    the case has moved on, AccessError outside the scope or for who may not. Nothing is changed then.
    """
    with by.access.begin() as connection:
        found = _one(connection, by.actor, line_id)
        _check_open(found)
        decision = check(by.actor, Decision(
            CaseAct.ARRANGE_RELIEF, remark=instead.remark, relief_kind=instead.kind or found.kind,
            relief_fen=found.fen if instead.fen is None else instead.fen, relief_on=instead.on or found.on,
        ), by.now)
        if found.case_state in _ELSEWHERE and found.case_version == case_version:
            raise CaseError(f"案件 {found.case_id}：{_ELSEWHERE[S(found.case_state)]}")
        decide_within(connection, by, found.case_id, case_version, decision, ReplyLine(found.reply_id, found.line))
        _settle(connection, by.actor, line_id, P.TAKEN, by.now)
    return found


def drop(access: Access, actor: Actor, line_id: int, *, now: datetime, where: str) -> ProposedRelief:
    """Leave the case's relief as it is. Raises as ``take_over``."""
    require(actor, Permission.DECIDE_CASES)
    with access.begin() as connection:
        found = _one(connection, actor, line_id)
        _check_open(found)
        _settle(connection, actor, line_id, P.DROPPED, now)
        access.audit.append(
            connection, actor, AuditAction.DECIDED, f"case:{found.case_id}", now=now, where=where,
            detail={"act": "drop_relief", "reply": found.reply_id, "line": found.line},
        )
    return found


def _check_open(found: ProposedRelief) -> None:
    """Raises CaseError where somebody has dealt with it, or nobody has decided about the answer it came with."""
    if found.status != P.PROPOSED:
        at = (found.done_at or "")[:16].replace("T", " ")
        raise CaseError(
            f"反馈 {found.reply_id} 第 {found.line} 行的救助已由 {found.done_by} 于 {at} 办理（{P(found.status).label}），"
            "没有再登记；请刷新后查看"
        )
    if not found.settled:
        raise CaseError(
            f"反馈 {found.reply_id} 第 {found.line} 行的答复还没有处理（有冲突或迟到）；请先在“回复”页面处理，再办理其救助"
        )


def _settle(connection: Connection, actor: Actor, line_id: int, status: ReliefProposal, now: datetime) -> None:
    line = reply_lines.c
    done = connection.execute(
        update(reply_lines).where(line.id == line_id, line.relief_as == P.PROPOSED.value).values(
            relief_as=status.value, relief_at=written(now), relief_by=actor.name, version=line.version + 1
        )
    )
    assert done.rowcount == 1, "acts come one after the other"


def _one(connection: Connection, actor: Actor, line_id: int) -> ProposedRelief:
    found = _found(connection, actor.scope, None, reply_lines.c.id == line_id, reply_lines.c.relief_as != "")
    if not found:
        raise AccessError(f"没有编号为 {line_id} 的待采用救助，或不在您的范围内；monitor cases reliefs 可列出全部")
    return found[0]


def _found(
    connection: Connection, scope: Scope, sealer: Sealer | None, *conditions: ColumnElement[bool]
) -> list[ProposedRelief]:
    line, r, c = reply_lines.c, replies.c, cases.c
    joined = reply_lines.join(replies, r.id == line.reply_id).join(cases, c.id == line.case_id)
    # Who dealt with it is stored by account name, as everywhere; shown as people know them.
    asked = select(
        line.id, line.reply_id, line.line, line.case_id, c.version, c.state, r.department, r.at, line.relief_kind, line.relief_fen,
        line.relief_on, line.relief_as, line.relief_at, func.coalesce(accounts.c.display, line.relief_by).label("by"), line.match,
        line.settled_as, c.insu_admdvs, c.town, c.name_masked, c.certno_masked, line.remark_sealed,
    ).select_from(joined.outerjoin(accounts, accounts.c.name == line.relief_by))
    rows = connection.execute(asked.where(*conditions, *within(c, scope)).order_by(line.id.desc()))
    return [_row(row, sealer) for row in rows]


def _row(row: Any, sealer: Sealer | None) -> ProposedRelief:
    settled = row.match in (ReplyMatch.APPLIED, ReplyMatch.REPEATED) or row.settled_as == "applied"
    remark = sealer.open_text(row.remark_sealed, REMARK_SEAL) if sealer else ""
    return ProposedRelief(
        row.id, row.reply_id, row.line, row.case_id, row.version, row.state, row.department, row.at, row.relief_kind, row.relief_fen,
        row.relief_on, row.relief_as, row.relief_at, row.by, settled, row.insu_admdvs, row.town, row.name_masked, row.certno_masked,
        row.remark_sealed is not None, remark,
    )


def said_before(connection: Connection, case_ids: set[int]) -> set[tuple[int, str, int | None, date | None]]:
    """Case, kind, amount and day of every relief replies have spoken of: a list sent twice proposes nothing twice."""
    line = reply_lines.c
    asked = select(line.case_id, line.relief_kind, line.relief_fen, line.relief_on).where(line.relief_as != "")
    return {tuple(row) for row in connection.execute(asked) if row.case_id in case_ids}
