"""What is due, late and missing: identity lists of departments, the monthly push, answers, identities still owed, a text's days.

Which department sends its identities, by which day, and which days of the year a text sets follow the documents the home works
under (``text_dates``); the days of pushing and answering are the layouts' (``push_day``, ``answer_days``). Days are postponed over
public holidays; where the holidays of a year are not known yet the day as written counts, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow.parquet as pq
from sqlalchemy import Connection, select

from monitor.access.moment import CHINA
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import DEPARTMENTS, CaseState, PackState, ShortfallReason
from monitor.casework.layouts import Layout
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.pack_listing import PackFilters, PackRow, packs
from monitor.casework.reading.reply_listing import open_lines
from monitor.casework.reading.shortfalls import counts, entitled_run
from monitor.casework.relief_decisions import owed
from monitor.casework.reliefs import count_waiting
from monitor.casework.replies import owed_replies
from monitor.casework.selection import TOLD
from monitor.casework.tables import cases
from monitor.casework.text_dates import Item, Obligation, Sender, Standing, senders, standing, worked_under, yearly
from monitor.casework.working_days import Due, days_after, postponed
from monitor.policy.document import Document
from monitor.store.home import Store

_READY = (CaseState.READY,)
_UNREVIEWED = (CaseState.NEW, CaseState.UNDER_REVIEW)


def due_items(
    store: Store,
    connection: Connection,
    documents: Mapping[str, Document],
    layouts: Mapping[str, Layout],
    today: date,
    scope: Scope = EVERYTHING,
) -> list[Item]:
    """Everything due this month, and whatever is late, about anybody within the scope: in order of its day.

    ``documents``: those the program knows, by id; which of them the home works under its runs say.
    """
    month = f"{today:%Y-%m}"
    ours = worked_under(store.manifest.runs, documents)
    listed = _lists_loaded(store, month)
    items = [
        _identity_list(sender, layouts[sender.department], month, today, listed)
        for sender in senders(ours, {name: one.identity_list_day for name, one in layouts.items()}, today)
        if sender.department in layouts
    ]
    items += [_with_claimants(store, connection, item, scope) for item in yearly(ours, today, store.manifest.done())]
    for layout in layouts.values():
        waiting, unreviewed = (_taken(connection, layout, scope, states) for states in (_READY, _UNREVIEWED))
        pushed = [pack for pack in packs(connection, scope, PackFilters(layout.department, month)) if pack.state in TOLD]
        if waiting or unreviewed or pushed:
            items.append(_push(layout, month, today, pushed, waiting, unreviewed))
        items += [_answers(layout, pack, today) for pack in packs(connection, scope, PackFilters(layout.department, states=TOLD))
                  if pack.answered < pack.in_scope]
    undecided = open_lines(connection, scope)
    if undecided:
        items.append(Item(Obligation.DECISIONS, "", month, None, Standing.DUE, f"有 {undecided} 行反馈须人工处理"))
    if proposed := count_waiting(connection, scope):
        said = f"部门反馈的救助有 {proposed} 项待采用（案件详情，或 monitor cases reliefs）"
        items.append(Item(Obligation.RELIEFS, "", month, None, Standing.DUE, said))
    if scope == EVERYTHING and (untold := len(owed(store, connection))):
        items.append(Item(
            Obligation.DECISIONS_OWED, "", month, today, Standing.LATE,
            f"有 {untold} 项一事一议的救助还没有记入一事一议决定；执行 monitor run 时自动补上，没有证件号码的须由人导入",
        ))
    items += [
        Item(Obligation.IDENTITIES_OWED, department, month, today, Standing.LATE,
             f"反馈 {reply} 认定的身份还没有导入身份名单；重新执行 monitor replies 同一文件即可补上")
        for reply, department in owed_replies(connection, scope)
    ]
    return sorted(items, key=lambda item: (item.due or date.max, item.what, item.department))


def _identity_list(sender: Sender, layout: Layout, month: str, today: date, listed: Iterable[str]) -> Item:
    there = not layout.recognises.isdisjoint(listed)
    said = f"{DEPARTMENTS[sender.department]}本月的身份名单{'已导入' if there else '还没有导入'}（{sender.words}）"
    latest = sender.due.latest if sender.due else None
    return Item(
        Obligation.IDENTITY_LIST, sender.department, month, latest, standing(latest, there, today), said,
        "；".join(part for part in (sender.due.note if sender.due else "", sender.note) if part), sender.documents, sender.clause,
    )


def _with_claimants(store: Store, connection: Connection, item: Item, scope: Scope) -> Item:
    """Who could still claim by hand: those of the year whose bills were settled without the aid due, by its last official run."""
    if item.what is not Obligation.CLAIMS:
        return item
    runs = [one for one in store.manifest.runs if one.document == item.document and one.as_of[:4] == str(item.year)
            and not one.trial and not one.replay]
    if not runs:
        return replace(item, sentence=f"{item.sentence}；{item.year} 年没有运行过，不知道有哪些人")
    run = max(runs, key=lambda one: (one.as_of, one.committed_at)).run
    if entitled_run(connection, run) is None:
        return replace(item, sentence=f"{item.sentence}；应享待遇还没有算出：monitor entitlements --run {run}")
    of_reason = {one.key: one for one in counts(connection, run, "reason", scope)}
    unsettled = of_reason.get(ShortfallReason.NOT_SETTLED.value)
    people, amount = (unsettled.people, unsettled.shortfall_fen) if unsettled else (0, 0)
    said = f"结算时未救助的 {people} 人、{Decimal(amount) / 100:,.2f} 元：monitor shortfall --run {run}，或“应享未享”"
    return replace(item, sentence=f"{item.sentence}；{said}")


def _push(layout: Layout, month: str, today: date, pushed: list[PackRow], waiting: int, unreviewed: int) -> Item:
    due = postponed(date.fromisoformat(f"{month}-{layout.push_day:02d}"))
    said = (
        f"{month} 已推送{layout.label} {sum(pack.people for pack in pushed)} 人" if pushed
        else f"{month} 还没有推送{layout.label}，有 {waiting} 件案件待推送"
    )
    # Who has not been reviewed cannot be pushed: without this a month in which nobody reviews would have nothing due.
    said += f"，{unreviewed} 件还没有审核" if unreviewed else ""
    return Item(Obligation.PUSH, layout.department, month, due.latest, standing(due.latest, bool(pushed), today), said, due.note)


def _answers(layout: Layout, pack: PackRow, today: date) -> Item:
    sent = datetime.fromisoformat(pack.sent_at or "").astimezone(CHINA).date()
    due = Due(pack.due_on, pack.due_on) if pack.due_on else days_after(sent, layout.answer_days)
    said = f"名单 {pack.number}：{pack.in_scope} 人中 {pack.answered} 人已答复" + (
        "" if pack.state == PackState.RECEIVED else "，部门尚未签收"
    )
    return Item(Obligation.ANSWERS, layout.department, pack.month, due.latest, standing(due.latest, False, today), said, due.note)


def _taken(connection: Connection, layout: Layout, scope: Scope, states: tuple[CaseState, ...]) -> int:
    """Cases in these states that the department takes."""
    c = cases.c
    found = select(c.document, c.kind, c.category).where(c.state.in_([state.value for state in states]), *within(c, scope))
    return sum(layout.takes(*row) for row in connection.execute(found))


def _lists_loaded(store: Store, month: str) -> set[str]:
    """The categories of the identity lists that were loaded in a month: whose lists they were."""
    found: set[str] = set()
    for load in store.manifest.of_table("identities"):
        if f"{datetime.fromisoformat(load.committed_at).astimezone(CHINA):%Y-%m}" == month and not load.file.startswith("reply-"):
            for path in store.files([load], "part-"):
                found.update(pq.read_table(path, columns=["category"]).column("category").unique().to_pylist())
    return found
