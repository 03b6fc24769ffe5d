"""A home from which a list has gone to the civil affairs department, and its answers; by the program's own functions.

    send(Home(directory / "home"))
    answers(path, [(1, "已认定", …), …])
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bureau import CODES, Bureau, certno, settlement
from sqlalchemy import select

from monitor.access.actor import Actor, operating_system_user
from monitor.access.deeds import Deed
from monitor.access.opening import Access
from monitor.access.scope import EVERYTHING
from monitor.base.settings import Home
from monitor.base.vocabulary import CaseAct, Role
from monitor.casework import referrals
from monitor.casework.cases import Decision, decide
from monitor.casework.facts import auditing
from monitor.casework.layouts import layout_of
from monitor.casework.reading.pack_listing import benchmarks, lines_in_full, pack_one
from monitor.casework.replies import Incoming, ReplyOutcome, import_reply
from monitor.casework.selection import Asked, preview
from monitor.casework.sync import synchronise
from monitor.casework.tables import cases
from monitor.policy.library import load_library
from monitor.reports.referral_pack import Occasion, make_files
from monitor.store.home import Store, open_store, writing

CIVIL = layout_of(None, "civil_affairs")
SENT_AT = datetime.fromisoformat("2026-01-12T09:00:00+08:00")
REPLIED_AT = datetime.fromisoformat("2026-01-20T09:00:00+08:00")
HEADINGS = ("名单编号", "姓名", "证件号码", "核查结果", "未认定原因", "认定身份", "身份生效日期", "救助金额", "部门说明")
NUMBER = "民政-2026-001"


def signer(role: Role, account: int) -> Actor:
    return Actor(f"account.{account}", "样例", frozenset({role}), EVERYTHING, "screen", account, None)


def prepared(directory: Path, people: int = 8, **columns: str) -> Bureau:
    """So many people over the line, a run, a case of each, marked ready. ``columns``: what their settlements say besides."""
    bureau = Bureau(directory)
    bureau.incomes()
    bureau.people(*(
        {"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号", "town": "甲镇"} for n in range(1, people + 1)
    ))
    bureau.settlements(*(
        settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt=str(70_000 + 1_000 * n), **columns) for n in range(1, people + 1)
    ))
    ready(bureau)
    return bureau


def ready(bureau: Bureau) -> None:
    """A run, and every case there is marked ready."""
    bureau.run()
    with opened(bureau.home) as (_, access):
        with access.engine.connect() as connection:
            found = connection.execute(select(cases.c.id, cases.c.version).order_by(cases.c.id)).all()
        for number, version in found:
            for done, act in enumerate((CaseAct.REVIEW, CaseAct.MARK_READY)):
                decide(access, signer(Role.OFFICER, 1), number, version + done, Decision(act), now=SENT_AT, where="test")


@contextmanager
def opened(home: Home, now: datetime = SENT_AT) -> Iterator[tuple[Store, Access]]:
    store = open_store(home)
    with auditing(store, now) as access:
        synchronise(store)
        yield store, access


def approve(home: Home) -> int:
    with opened(home) as (_, access):
        with access.engine.connect() as connection:
            found = preview(connection, Asked(CIVIL, "2026-01", "weihai-2022-15", EVERYTHING))
        pack = referrals.propose(
            access, signer(Role.OFFICER, 1), found.asked, found.content_sha256, now=SENT_AT, where="test"
        )
        referrals.approve(
            access, signer(Role.APPROVER, 2), CIVIL, pack, found.content_sha256, now=SENT_AT, where="test"
        )
    return pack


def send(home: Home, pack_id: int = 1) -> None:
    with opened(home) as (_, access):
        with access.engine.connect() as connection:
            pack = pack_one(connection, pack_id)
            assert pack is not None
            occasion = Occasion(
                load_library().get("weihai-2022-15"), SENT_AT.date(), "样例", CIVIL, "", "", "", SENT_AT, benchmarks(connection, pack_id)
            )
            files = make_files(pack, occasion, lines_in_full(connection, access.sealer, pack_id))
        referrals.send(access, signer(Role.APPROVER, 2), CIVIL, pack_id, files, now=SENT_AT, where="test")


def answers(path: Path, rows: Sequence[Sequence[str]], encoding: str = "gb18030", above: int = 0) -> Path:
    """A file as a department sends it back; ``above``: lines of title before the headings."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["反馈表"]] * above)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
    return path


def answer(person: int, said: str, *rest: str, pack: str = NUMBER, name: str | None = None, number: str | None = None) -> list[str]:
    row = [pack, f"样例{person}号" if name is None else name, certno(person) if number is None else number, said, *rest]
    return [*row, *[""] * (len(HEADINGS) - len(row))]


def reply(home: Home, path: Path, now: datetime = REPLIED_AT, by: Actor | None = None) -> ReplyOutcome:
    with writing(home, "replies") as store, auditing(store, now) as access:
        acting = Deed(access, by or operating_system_user(), now, "command:replies")
        return import_reply(store, acting, Incoming(path), CIVIL, CODES)
