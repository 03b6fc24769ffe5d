"""What is due, late and missing: identity lists of departments, the monthly push, answers, identities still owed.

The days are the layouts' (``push_day``, ``identity_list_day``, ``answer_days``), postponed over public holidays; where the
holidays of a year are not known yet the day as written counts, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow.parquet as pq
from sqlalchemy import Connection, select

from monitor.access.moment import CHINA
from monitor.access.scope import EVERYTHING, Scope
from monitor.casework.layouts import Layout
from monitor.casework.narrowing import within
from monitor.casework.pack_listing import PackRow, packs
from monitor.casework.replies import owed_replies
from monitor.casework.reply_listing import open_lines
from monitor.casework.selection import TOLD, documents_with_cases
from monitor.casework.tables import cases
from monitor.casework.working_days import Due, days_after, postponed
from monitor.store.home import Store
from monitor.vocabulary import CaseState, PackState, Word


class Obligation(Word):
    """What somebody is waiting for."""

    IDENTITY_LIST = "identity_list", "身份名单", "部门每月送来的新增和退出身份名单"
    PUSH = "push", "每月推送", "本月推送给部门的名单"
    ANSWERS = "answers", "部门反馈", "部门对已推送名单的反馈"
    DECISIONS = "decisions", "反馈待处理", "有冲突、迟到或对不上人的反馈，须人工处理"
    IDENTITIES_OWED = "identities_owed", "认定未入名单", "反馈中认定的身份还没有导入身份名单"


class Standing(Word):
    """How it stands with it on a day."""

    DONE = "done", "已完成", "已经做到"
    DUE = "due", "待办", "期限未到"
    LATE = "late", "逾期", "期限已过而没有做到"


@dataclass(frozen=True)
class Item:
    """One thing due. ``department`` empty where it is nobody's in particular; ``note``: what else to know, or empty."""

    what: Obligation
    department: str
    month: str
    due: date | None
    standing: Standing
    sentence: str
    note: str = ""


def due_items(
    store: Store, connection: Connection, layouts: Mapping[str, Layout], today: date, scope: Scope = EVERYTHING
) -> list[Item]:
    """Everything due this month, and whatever is late, about anybody within the scope: in order of its day."""
    month = f"{today:%Y-%m}"
    items: list[Item] = []
    documents = documents_with_cases(connection)
    listed = _lists_loaded(store, month)
    for layout in layouts.values():
        if layout.identity_list_day is not None and documents:
            items.append(_identity_list(layout, month, today, listed))
        waiting = _waiting(connection, layout, scope)
        pushed = [pack for pack in packs(connection, scope, layout.department, month) if pack.state in TOLD]
        if waiting or pushed:
            items.append(_push(layout, month, today, pushed, waiting))
        items += [_answers(layout, pack, today) for pack in packs(connection, scope, layout.department, states=TOLD)
                  if pack.answered < pack.in_scope]
    undecided = open_lines(connection, scope)
    if undecided:
        items.append(Item(Obligation.DECISIONS, "", month, None, Standing.DUE, f"有 {undecided} 行反馈须人工处理"))
    items += [
        Item(Obligation.IDENTITIES_OWED, department, month, today, Standing.LATE,
             f"反馈 {reply} 认定的身份还没有导入身份名单；重新执行 monitor replies 同一文件即可补上")
        for reply, department in owed_replies(connection, scope)
    ]
    return sorted(items, key=lambda item: (item.due or date.max, item.what, item.department))


def _standing(due: Due, done: bool, today: date) -> Standing:
    return Standing.DONE if done else Standing.LATE if today > due.latest else Standing.DUE


def _identity_list(layout: Layout, month: str, today: date, listed: Iterable[str]) -> Item:
    assert layout.identity_list_day is not None
    due = postponed(date.fromisoformat(f"{month}-{layout.identity_list_day:02d}"))
    there = not layout.recognises.isdisjoint(listed)
    said = f"{layout.label}本月的身份名单{'已导入' if there else '还没有导入'}（每月 {layout.identity_list_day} 日前，节假日顺延）"
    return Item(Obligation.IDENTITY_LIST, layout.department, month, due.latest, _standing(due, there, today), said, due.note)


def _push(layout: Layout, month: str, today: date, pushed: list[PackRow], waiting: int) -> Item:
    due = postponed(date.fromisoformat(f"{month}-{layout.push_day:02d}"))
    said = (
        f"{month} 已推送{layout.label} {sum(pack.people for pack in pushed)} 人" if pushed
        else f"{month} 还没有推送{layout.label}，有 {waiting} 件案件待推送"
    )
    return Item(Obligation.PUSH, layout.department, month, due.latest, _standing(due, bool(pushed), today), said, due.note)


def _answers(layout: Layout, pack: PackRow, today: date) -> Item:
    sent = datetime.fromisoformat(pack.sent_at or "").astimezone(CHINA).date()
    due = Due(pack.due_on, pack.due_on) if pack.due_on else days_after(sent, layout.answer_days)
    said = f"名单 {pack.number}：{pack.in_scope} 人中 {pack.answered} 人已答复" + (
        "" if pack.state == PackState.RECEIVED else "，部门尚未签收"
    )
    return Item(Obligation.ANSWERS, layout.department, pack.month, due.latest, _standing(due, False, today), said, due.note)


def _waiting(connection: Connection, layout: Layout, scope: Scope) -> int:
    """Cases ready to be sent that the department takes."""
    c = cases.c
    ready = select(c.document, c.kind, c.category).where(c.state == CaseState.READY.value, *within(c, scope))
    return sum(layout.takes(*row) for row in connection.execute(ready))


def _lists_loaded(store: Store, month: str) -> set[str]:
    """The categories of the identity lists that were loaded in a month: whose lists they were."""
    found: set[str] = set()
    for load in store.manifest.of_table("identities"):
        if f"{datetime.fromisoformat(load.committed_at).astimezone(CHINA):%Y-%m}" == month and not load.file.startswith("reply-"):
            for path in store.files([load], "part-"):
                found.update(pq.read_table(path, columns=["category"]).column("category").unique().to_pylist())
    return found
