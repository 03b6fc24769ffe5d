"""Lists to departments: proposed by one person, approved by another who saw the same, sent, recalled or received.

Each act is one transaction with its entry of the audit, which carries counts, sums and the hash of what was seen. Between
preview and proposal, proposal and approval, approval and sending, the list is made again and compared: what is not what
was seen does not go out. What has gone out does not change: ``pack_tables`` has the database refuse it, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from monitor.access.actor import Actor
from monitor.access.deeds import Deed
from monitor.access.moment import CHINA, written
from monitor.access.opening import Access
from monitor.access.roles import may_approve, require
from monitor.access.scope import Scope
from monitor.base.errors import AccessError
from monitor.base.vocabulary import DEPARTMENTS, AuditAction, CaseAct, PackState, Permission, Role
from monitor.casework.cases import move_pack
from monitor.casework.layouts import HOSPITALS, Layout, PeopleLayout, layout_of, no_deposit_layout
from monitor.casework.pack_tables import PACK_FILE_SEAL, referral_contents
from monitor.casework.people_lists import PeopleAsked, PeoplePreview, preview_people, write_people
from monitor.casework.reading.pack_listing import covers, number_of, scope_of
from monitor.casework.selection import Asked, Line, PackError, Preview, differences, preview
from monitor.casework.tables import REMARK_SEAL, pack_people, referral_acts, referral_files, referral_lines, referral_packs
from monitor.casework.working_days import Due, days_after
from monitor.casework.writing import Columns, write
from monitor.policy.document import Document
from monitor.policy.library import load_library
from monitor.store.home import Store

P = PackState

#: What an act leads out of, and what it is called.
_FROM: dict[PackState, tuple[frozenset[PackState], str]] = {
    P.APPROVED: (frozenset({P.PROPOSED}), "批准"),
    P.REFUSED: (frozenset({P.PROPOSED, P.APPROVED}), "不批准或收回"),
    P.SENT: (frozenset({P.APPROVED}), "发出"),
    P.RECEIVED: (frozenset({P.SENT}), "签收"),
    P.RECALLED: (frozenset({P.SENT}), "撤回"),
}


@dataclass(frozen=True)
class PackFile:
    """A file of a pack, whole. ``rows``: people in it."""

    name: str
    rows: int
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Sent:
    """What sending did: ``due``: when answers are due; ``moved``: cases that are now sent (others were told before)."""

    people: int
    moved: int
    due: Due


def narrowed(actor: Actor, districts: Sequence[str]) -> Scope:
    """The actor's scope, narrowed to districts (prefixes). Raises AccessError for one that is not all his."""
    own = actor.scope
    for district in districts:
        if own.districts and not district.startswith(own.districts):
            raise AccessError(f"区划 {district} 不在您的范围内（{'、'.join(own.districts)}）；请改选范围内的区县")
    return Scope(tuple(districts) or own.districts, own.towns)


def check_document(document: Document, layout: Layout) -> None:
    """Raises PackError where the document names no such recipient."""
    named = [recipient.department for recipient in document.recipients]
    if layout.department not in named:
        listed = "、".join(DEPARTMENTS[name] for name in named) or "任何部门"
        raise PackError(f"文件 {document.id} 没有规定推送{layout.label}（规定的是{listed}）；请核对 --to 和 --document")


def propose(
    access: Access, actor: Actor, asked: Asked | PeopleAsked, seen_sha256: str, *, now: datetime, where: str
) -> int:
    """Put a list forward as it was previewed; returns the pack's id.

    Raises PackError where it is another by now, or empty; AccessError for who may not, or acts without an account: then
    nothing could show that somebody else approved.
    """
    require(actor, Permission.DECIDE_CASES)
    if actor.account is None:
        raise AccessError("提出推送须以账号签名（命令行加 --account 账号），否则无从证明批准的是另一个人")
    with access.begin() as connection:
        found = _made(connection, asked)
        if found.content_sha256 != seen_sha256:
            raise PackError(f"名单自预览以来有变化，现为 {len(found.lines)} 人；没有提出，请重新预览")
        if not found.lines:
            raise PackError(f"{asked.month} 月没有须推送{asked.layout.label}的人；没有提出")
        by, pack_id = Deed(access, actor, now, where), _insert(access, connection, actor, found, now)
        _act(connection, by, P.PROPOSED, pack_id, found.content_sha256)
        detail = {**_detail(found), "content_sha256": found.content_sha256, "to_state": P.PROPOSED.value}
        by.note(connection, AuditAction.REFERRED, f"pack:{pack_id}", detail)
    return pack_id


def approve(
    access: Access, actor: Actor, layout: Layout | PeopleSource, pack_id: int, seen_sha256: str, *, now: datetime, where: str
) -> str:
    """Approve what somebody else proposed, as it was seen; returns the pack's number.

    Raises PackError where the list is another than the one seen, or somebody was first; AccessError for his own proposal.
    """
    with access.begin() as connection:
        pack = _pack(connection, actor, pack_id, P.APPROVED)
        if not may_approve(actor, pack.proposed_account):
            require(actor, Permission.APPROVE_REFERRALS)
            raise AccessError(
                "批准须以账号签名（命令行加 --account 账号）" if actor.account is None
                else "推送须由另一个人批准：不能批准自己提出的名单"
            )
        if seen_sha256 != pack.content_sha256:
            raise PackError("您看到的名单与提出的不是同一份；没有批准，请重新打开名单后再批准")
        _unchanged(connection, layout, pack, "批准")
        year = int(pack.month[:4])
        p = referral_packs.c
        last = connection.scalar(select(func.max(p.serial)).where(p.department == pack.department, p.year == year)) or 0
        by = Deed(access, actor, now, where)
        _act(connection, by, P.APPROVED, pack_id, pack.content_sha256)
        _step(connection, pack, P.APPROVED, year=year, serial=last + 1)
        number = number_of(pack.department, year, last + 1)
        _write_down(connection, by, pack, P.APPROVED, number=number)
    return number


def refuse(access: Access, actor: Actor, pack_id: int, remark: str, *, now: datetime, where: str) -> None:
    """Not approved, or taken back before it was sent: by an approver, or by who proposed it. Raises as ``approve``."""
    with access.begin() as connection:
        pack = _pack(connection, actor, pack_id, P.REFUSED)
        own = actor.account is not None and actor.account == pack.proposed_account
        if not own:
            require(actor, Permission.APPROVE_REFERRALS)
        if not remark.strip():
            raise PackError("不批准或收回须写明说明")
        by = Deed(access, actor, now, where)
        _act(connection, by, P.REFUSED, pack_id, pack.content_sha256, remark)
        _step(connection, pack, P.REFUSED)
        _write_down(connection, by, pack, P.REFUSED)


def send(
    access: Access, actor: Actor, layout: Layout | PeopleSource, pack_id: int, files: Sequence[PackFile], *, now: datetime, where: str
) -> Sent:
    """Hand an approved list out: its files are kept as they are, its cases are sent, all at once.

    ``files`` were made of the pack's lines before. Raises PackError where the list would be another now, where a file has not
    as many people as the list, or somebody was first.
    """
    require(actor, Permission.APPROVE_REFERRALS)
    today = now.astimezone(CHINA).date()
    due = days_after(today, layout.answer_days) if isinstance(layout, Layout) else Due(today, None, "名单不须反馈")
    with access.begin() as connection:
        pack = _pack(connection, actor, pack_id, P.SENT)
        _unchanged(connection, layout, pack, "发出")
        lines = _lines_kept(connection, pack_id)
        if not files or {file.rows for file in files} | {lines} != {pack.people}:
            raise PackError(f"名单 {pack_id} 有 {pack.people} 人，文件的行数与之不符；没有发出，请重试并报告维护人员")
        for file in files:
            _keep(access, connection, actor, pack_id, file, now)
        by = Deed(access, actor, now, where)
        _act(connection, by, P.SENT, pack_id, pack.content_sha256)
        _step(connection, pack, P.SENT, sent_at=written(now), due_on=due.on)
        moved = move_pack(connection, actor, pack_id, CaseAct.SEND, now=now)
        handed_out = [f"{file.name}:{file.sha256}" for file in files]
        _write_down(connection, by, pack, P.SENT, rows=lines, moved=moved, files=handed_out)
    return Sent(pack.people, moved, due)


def receive(access: Access, actor: Actor, pack_id: int, *, now: datetime, where: str) -> int:
    """The department has it: it cannot be recalled any more. Returns how many cases moved."""
    _require_receiver(actor)
    return _moved(Deed(access, actor, now, where), pack_id, P.RECEIVED, CaseAct.RECEIVE)


def recall(access: Access, actor: Actor, pack_id: int, remark: str, *, now: datetime, where: str) -> int:
    """Take a sent list back before it is received; its number is not used again. Returns how many cases moved."""
    if not remark.strip():
        raise PackError("撤回须写明说明")
    require(actor, Permission.APPROVE_REFERRALS)
    return _moved(Deed(access, actor, now, where), pack_id, P.RECALLED, CaseAct.RECALL, remark)


def files_of(connection: Connection, access: Access, pack_id: int) -> list[PackFile]:
    """The files as they were handed over. Raises PackError where one is not what it was."""
    f, content = referral_files.c, referral_contents.c
    kept = select(f.name, f.rows, f.sha256, content.content_sealed).select_from(
        referral_files.join(referral_contents, content.file_id == f.id)
    )
    found = []
    for name, rows, sha256, sealed in connection.execute(kept.where(f.pack_id == pack_id).order_by(f.id)):
        file = PackFile(name, rows, access.sealer.open(sealed, PACK_FILE_SEAL))
        if file.sha256 != sha256:
            raise PackError(f"名单文件 {name} 与发出时的校验值不符；请保留现状，用 monitor doctor 检查，并从备份恢复")
        found.append(file)
    return found


# --- what all of them do ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeopleSource:
    """What a list of people that is of no cases is made again from: the home as it is now, and how such a list looks."""

    store: Store
    layout: PeopleLayout

    def asked(self, pack: Row[Any]) -> PeopleAsked:
        """What a pack was asked to be."""
        on = date.fromisoformat(json.loads(pack.filters)["on"])
        return PeopleAsked(self.store, self.layout, load_library().get(pack.document), on, scope_of(pack))


def source_of(store: Store, department: str) -> Layout | PeopleSource:
    """What packs to a recipient are made again from. Raises PolicyError where there is no such recipient."""
    if department == HOSPITALS:
        return PeopleSource(store, no_deposit_layout(store.home.referral))
    return layout_of(store.home.referral, department)


def _made(connection: Connection, asked: Asked | PeopleAsked) -> Preview | PeoplePreview:
    return preview_people(asked) if isinstance(asked, PeopleAsked) else preview(connection, asked)


def _lines_kept(connection: Connection, pack_id: int) -> int:
    """People of a pack, whichever kind of list it is."""
    return sum(
        connection.scalar(select(func.count()).where(table.c.pack_id == pack_id)) or 0 for table in (referral_lines, pack_people)
    )


def _insert(access: Access, connection: Connection, actor: Actor, found: Preview | PeoplePreview, now: datetime) -> int:
    asked = found.asked
    filters = asked.filters if isinstance(asked, PeopleAsked) else {
        "towns": sorted(asked.scope.towns), "layout_sha256": asked.layout.sha256,
    }
    head = {
        "department": asked.layout.department, "month": asked.month, "document": asked.document, "run_id": found.run.run_id,
        "districts": json.dumps(sorted(asked.scope.districts)),
        "filters": json.dumps(filters, ensure_ascii=False),
        "layout": asked.layout.department, "state": P.PROPOSED.value, "content_sha256": found.content_sha256,
        "counts": json.dumps(found.counts), "people": len(found.lines), "excess_fen": found.excess_fen,
        "known_at": found.run.known_at, "proposed_at": written(now), "proposed_by": actor.name, "proposed_account": actor.account,
        "version": 1,
    }
    key = connection.execute(insert(referral_packs), head).inserted_primary_key
    assert key is not None
    pack_id = int(key[0])
    if isinstance(found, PeoplePreview):
        write_people(connection, access.sealer, pack_id, found)
    else:
        _write_lines(connection, pack_id, found.lines)
    assert _lines_kept(connection, pack_id) == len(found.lines), "what is listed is what is kept"
    return pack_id


def _write_lines(connection: Connection, pack_id: int, lines: Sequence[Line]) -> None:
    columns: Columns = {
        "pack_id": [pack_id] * len(lines), "position": range(1, len(lines) + 1), "case_id": [line.case_id for line in lines],
        "person": [line.person for line in lines], "news": [line.news.value for line in lines],
        "covered": [line.covered for line in lines], "answer": [""] * len(lines), "answer_reason": [""] * len(lines),
    }
    for part in ("facts", "where", "masked", "kept"):
        dicts = [getattr(line, part) for line in lines]
        columns |= {name: [one[name] for one in dicts] for name in (dicts[0] if dicts else ())}
    columns["crossed_on"] = [day.isoformat() if day else None for day in columns.get("crossed_on", ())]
    write(connection, referral_lines, columns)


def _pack(connection: Connection, actor: Actor, pack_id: int, to: PackState) -> Row[Any]:
    """The pack an act is about. Raises PackError where its state is against it, AccessError where it is not all the actor's."""
    pack = connection.execute(select(referral_packs).where(referral_packs.c.id == pack_id)).one_or_none()
    if pack is None or not covers(actor.scope, scope_of(pack)):
        raise AccessError(f"没有编号为 {pack_id} 的推送名单，或其中有人不在您的范围内")
    sources, label = _FROM[to]
    if PackState(pack.state) not in sources:
        act = referral_acts.c
        last = connection.execute(
            select(act.actor, act.at, act.to_state).where(act.pack_id == pack_id).order_by(act.id.desc()).limit(1)
        ).one()
        raise PackError(
            f"推送名单 {number_of(pack.department, pack.year, pack.serial) or pack_id} 现为“{PackState(pack.state).label}”，"
            f"不能{label}（{last.at[:16].replace('T', ' ')} 由 {last.actor} 办理）；请刷新后查看"
        )
    return pack


def _unchanged(connection: Connection, layout: Layout | PeopleSource, pack: Row[Any], label: str) -> None:
    """Raises PackError where the list made now is not the one that was put forward."""
    looks = layout.layout if isinstance(layout, PeopleSource) else layout
    if json.loads(pack.filters)["layout_sha256"] != looks.sha256:
        raise PackError(f"推送版式 {looks.department} 在提出之后有改动；没有{label}，请收回（monitor refer refuse）后重新提出")
    if isinstance(layout, PeopleSource):
        people = preview_people(layout.asked(pack))
        if people.content_sha256 != pack.content_sha256:
            raise PackError(
                f"名单在提出之后有变化：提出时 {pack.people} 人，按现在的身份名单和登记为 {len(people.lines)} 人；没有{label}，"
                "请收回（monitor refer refuse）后重新提出"
            )
        return
    now = preview(connection, Asked(layout, pack.month, pack.document, scope_of(pack)), besides=pack.id)
    if now.content_sha256 == pack.content_sha256:
        return
    kept = connection.execute(
        select(referral_lines).where(referral_lines.c.pack_id == pack.id).order_by(referral_lines.c.position)
    ).all()
    gone = differences(kept, now.lines)
    newer = "；其间有新的运行" if now.run.run_id != pack.run_id else ""
    raise PackError(
        f"名单在提出之后有变化：新增 {gone['added']} 人，退出 {gone['gone']} 人，内容不同 {gone['changed']} 人{newer}；"
        f"没有{label}，请收回（monitor refer refuse）后重新提出"
    )


def _act(connection: Connection, by: Deed, to: PackState, pack_id: int, sha256: str, remark: str = "") -> None:
    """A line of the pack's history: what was done with it, as it was then (``sha256``)."""
    connection.execute(
        insert(referral_acts),
        {
            "pack_id": pack_id, "at": written(by.now), "actor": by.actor.name, "account": by.actor.account, "to_state": to.value,
            "content_sha256": sha256, "remark_sealed": by.access.sealer.seal_text(remark or None, REMARK_SEAL),
        },
    )


def _step(connection: Connection, pack: Row[Any], to: PackState, **changed: object) -> None:
    p = referral_packs.c
    done = connection.execute(
        update(referral_packs).where(p.id == pack.id, p.version == pack.version)
        .values(state=to.value, version=pack.version + 1, **changed)
    )
    assert done.rowcount == 1, "acts come one after the other"


def _moved(by: Deed, pack_id: int, to: PackState, act: CaseAct, remark: str = "") -> int:
    """A sent pack and its cases one step on; returns how many cases moved."""
    with by.access.begin() as connection:
        pack = _pack(connection, by.actor, pack_id, to)
        if to is P.RECALLED and connection.scalar(
            select(func.count()).where(referral_lines.c.pack_id == pack_id, referral_lines.c.answer != "")
        ):
            raise PackError("部门已经对这份名单作了答复，不能撤回")
        _act(connection, by, to, pack_id, pack.content_sha256, remark)
        _step(connection, pack, to, **{f"{to.value}_at": written(by.now)})
        moved = move_pack(connection, by.actor, pack_id, act, now=by.now)
        _write_down(connection, by, pack, to, moved=moved)
    return moved


def _require_receiver(actor: Actor) -> None:
    if actor.duties or actor.roles.isdisjoint({Role.OFFICER, Role.DATA_MANAGER}):
        raise AccessError(f"账号 {actor.name} 不能登记签收，须由经办人或数据管理员登记")


def _keep(access: Access, connection: Connection, actor: Actor, pack_id: int, file: PackFile, now: datetime) -> None:
    row = {
        "pack_id": pack_id, "name": file.name, "rows": file.rows, "sha256": file.sha256, "at": written(now),
        "actor": actor.name, "account": actor.account,
    }
    key = connection.execute(insert(referral_files), row).inserted_primary_key
    assert key is not None
    sealed = access.sealer.seal(file.content, PACK_FILE_SEAL)
    connection.execute(insert(referral_contents), {"file_id": key[0], "content_sealed": sealed})


def _detail(found: Preview | PeoplePreview) -> dict[str, str | int | dict[str, int]]:
    return {
        "department": found.asked.layout.department, "month": found.asked.month, "document": found.asked.document,
        "run": found.run.run_id, "people": len(found.lines), "excess_fen": found.excess_fen, "news": found.news,
        "left_out": found.left_out,
    }


def _write_down(connection: Connection, by: Deed, pack: Row[Any], to: PackState, **more: str | int | list[str]) -> None:
    detail = {
        "department": pack.department, "month": pack.month, "document": pack.document, "people": pack.people,
        "excess_fen": pack.excess_fen, "content_sha256": pack.content_sha256, "to_state": to.value,
        "number": number_of(pack.department, pack.year, pack.serial), **more,
    }
    by.note(connection, AuditAction.REFERRED, f"pack:{pack.id}", detail)
