"""Casework for the demonstration: what its officers, its approver and its departments might have done with the year's alerts.

Everything goes through the functions the screens and commands use, so that what is to be seen could have come about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from monitor.access.actor import Actor
from monitor.access.opening import Access
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.tables import accounts
from monitor.base.vocabulary import (
    CaseAct,
    CaseState,
    Category,
    CloseReason,
    ExclusionReason,
    RefusalReason,
    ReliefKind,
    Role,
)
from monitor.casework import referrals
from monitor.casework.cases import Decision, decide, decide_listed, preview
from monitor.casework.layouts import layout_of
from monitor.casework.reading.case_listing import CaseFilters, CaseRow, case_rows
from monitor.casework.reading.pack_listing import lines_in_full, pack_one
from monitor.casework.reading.query import ListQuery
from monitor.casework.selection import Asked
from monitor.casework.selection import preview as preview_pack
from monitor.casework.tables import case_events, runs
from monitor.demo.home import DemoAccount
from monitor.reports.referral_pack import make_files, occasion_of
from monitor.store.home import Store

A, S = CaseAct, CaseState
WHERE = "command:demo"


class _Office:
    """The demonstration's people at their desks, one act a moment."""

    def __init__(self, store: Store, access: Access, staff: tuple[DemoAccount, ...], now: datetime) -> None:
        self.store, self.access, self._now = store, access, now
        with access.engine.connect() as connection:
            numbers = {row.name: row.id for row in connection.execute(select(accounts.c.id, accounts.c.name))}
        self._staff = {one.name: self._actor(one, numbers[one.name]) for one in staff}

    @staticmethod
    def _actor(one: DemoAccount, account: int) -> Actor:
        scope = Scope(districts=(one.district,)) if one.district else EVERYTHING
        return Actor(one.name, one.display, frozenset({one.role}), scope, "command", account)

    def all(self, role: Role) -> list[Actor]:
        return [actor for actor in self._staff.values() if role in actor.roles]

    def moment(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def cases(self, actor: Actor, state: CaseState) -> list[CaseRow]:
        with self.access.engine.connect() as connection:
            return list(case_rows(connection, ListQuery(CaseFilters(states=(state.value,)), scope=actor.scope)))

    def one(self, actor: Actor, row: CaseRow, decision: Decision) -> None:
        decide(self.access, actor, row.id, row.version, decision, now=self.moment(), where=WHERE)

    def all_of(self, actor: Actor, state: CaseState, decision: Decision) -> None:
        filters = CaseFilters(states=(state.value,))
        with self.access.engine.connect() as connection:
            seen = preview(connection, actor, filters, decision, now=self.moment())
        decide_listed(self.access, actor, filters, decision, seen.selection_sha256, now=self.moment(), where=WHERE)


def work(
    store: Store, access: Access, staff: tuple[DemoAccount, ...], document: str, now: datetime, say: Callable[[str], None]
) -> None:
    """A year's end at the office: reviewed, excluded, sent, answered, helped; and a list that waits for the second person.

    Does nothing where somebody has decided anything already, or nothing was run.
    """
    with access.engine.connect() as connection:
        if _decided(connection):
            return
        month = connection.scalar(select(func.max(runs.c.as_of)).where(runs.c.document == document))
    if month is None:
        return
    office = _Office(store, access, staff, now)
    approver = office.all(Role.APPROVER)[0]
    for officer in office.all(Role.OFFICER):
        _review(office, officer, now)
        pack = _propose(office, officer, "civil_affairs", document, f"{month:%Y-%m}")
        _send(office, approver, pack)
        referrals.receive(access, officer, pack, now=office.moment(), where=WHERE)
        _answers(office, officer, now)
    waiting = office.all(Role.OFFICER)[0]
    _propose(office, waiting, "rural_affairs", document, f"{month:%Y-%m}")
    say("已按样例办理一部分案件，见“案件”“转办”；一份名单等待审核人批准")


def _decided(connection: Connection) -> bool:
    return connection.scalar(select(func.count()).where(case_events.c.account.is_not(None))) != 0


def _review(office: _Office, officer: Actor, now: datetime) -> None:
    """Most are looked at; a few excluded, most of the rest marked ready, some left."""
    rows = office.cases(officer, S.NEW)
    for row in rows[: len(rows) // 6]:
        office.one(officer, row, Decision(A.ASSIGN, assignee=officer.name))
    office.all_of(officer, S.NEW, Decision(A.REVIEW))
    looking = office.cases(officer, S.UNDER_REVIEW)
    for place, row in enumerate(looking):
        if row.excess_fen <= 0:
            reason = ExclusionReason.UNDER_THE_LINE
            office.one(officer, row, Decision(A.EXCLUDE, reason=reason.value, remark="样例：更正后已不在线上"))
        elif place % 12 == 5:
            reason = (ExclusionReason.THIRD_PARTY, ExclusionReason.WELL_OFF)[place % 2]
            office.one(officer, row, Decision(A.EXCLUDE, reason=reason.value, remark="样例：入户核实后不推送"))
        elif place % 12 == 7:
            office.one(officer, row, Decision(A.SET_DUE, due_on=(now + timedelta(days=5)).date()))
        elif place % 4 != 3:
            office.one(officer, row, Decision(A.MARK_READY))


def _propose(office: _Office, officer: Actor, department: str, document: str, month: str) -> int:
    asked = Asked(layout_of(office.store.home.referral, department), month, document, officer.scope)
    with office.access.engine.connect() as connection:
        seen = preview_pack(connection, asked).content_sha256
    return referrals.propose(office.access, officer, asked, seen, now=office.moment(), where=WHERE)


def _send(office: _Office, approver: Actor, pack_id: int) -> None:
    access = office.access
    with access.engine.connect() as connection:
        proposed = pack_one(connection, pack_id)
    assert proposed is not None
    layout = layout_of(office.store.home.referral, proposed.department)
    referrals.approve(access, approver, layout, pack_id, proposed.content_sha256, now=office.moment(), where=WHERE)
    with access.engine.connect() as connection:
        approved = pack_one(connection, pack_id)
        assert approved is not None
        occasion = occasion_of(access, approved, layout, office.moment())
        files = make_files(approved, occasion, lines_in_full(connection, access.sealer, pack_id))
    referrals.send(access, approver, layout, pack_id, files, now=office.moment(), where=WHERE)


def _answers(office: _Office, officer: Actor, now: datetime) -> None:
    """The department has answered two of three; of those it recognised, some have been helped already."""
    today = now.date()
    for place, row in enumerate(office.cases(officer, S.RECEIVED)):
        match place % 6:
            case 0 | 1:
                given = Decision(A.ACCEPT, category=Category.ILLNESS_POOR.value, effective_on=today, department="civil_affairs")
            case 2:
                given = Decision(A.REFUSE, reason=RefusalReason.INCOME.value, department="civil_affairs")
            case 3:
                given = Decision(A.FIND_COVERED, department="civil_affairs")
            case _:
                continue
        office.one(officer, row, given)
    for row in office.cases(officer, S.ACCEPTED)[::2]:
        relief, amount = ReliefKind.MEDICAL_ASSISTANCE.value, row.excess_fen // 2 + 100
        office.one(officer, row, Decision(A.ARRANGE_RELIEF, relief_kind=relief, relief_fen=amount, relief_on=today))
    for row in office.cases(officer, S.RELIEF_ARRANGED)[:2]:
        office.one(officer, row, Decision(A.CLOSE, reason=CloseReason.RELIEVED.value))
