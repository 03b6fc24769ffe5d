"""Answers taken in where the home is the demonstration's: made-up people keep it one, anybody else is refused until it may end."""

from __future__ import annotations

from pathlib import Path

import pytest
from bureau import CODES, certno
from postgres import enter
from sentlist import CIVIL, REPLIED_AT, approve, opened, prepared, send
from sqlalchemy import func, select
from test_replies_by_hand import line, workbook

from monitor.access.actor import operating_system_user
from monitor.access.deeds import Deed
from monitor.base.settings import Home
from monitor.casework.facts import auditing
from monitor.casework.layouts import warning_words
from monitor.casework.replies import Incoming, ReplyOutcome, import_reply
from monitor.casework.tables import replies
from monitor.casework.warning_lists import import_warning_list
from monitor.demo import home as demo
from monitor.demo.people import DemoError
from monitor.intake.identity_number import check_character
from monitor.store.home import open_store, writing

GRANTED = {"认定身份": "低保边缘家庭成员", "身份生效日期": "2025-12-01"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home from which a list was sent, marked as the demonstration's."""
    enter(tmp_path, monkeypatch)
    approve(prepared(tmp_path, people=2).home)
    found = Home(tmp_path / "home")
    send(found)
    demo.mark(found, open_store(found).manifest, demo.ACCOUNTS)
    assert demo.is_demo(found)
    return found


def nobodys(n: int) -> str:
    """A number in no region there is, with a right checksum."""
    return (first := f"00{certno(n)[2:17]}") + check_character(first)


def taken(home: Home, path: Path, *, end_demo: bool = False) -> ReplyOutcome:
    with writing(home, "replies") as store, auditing(store, REPLIED_AT) as access:
        by = Deed(access, operating_system_user(), REPLIED_AT, "test")
        return import_reply(store, by, Incoming(path, end_demo=end_demo), CIVIL, CODES)


def kept(home: Home) -> int:
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(replies)) or 0


def test_an_identity_a_reply_grants_keeps_it_a_demo(home: Home, tmp_path: Path) -> None:
    outcome = taken(home, workbook(tmp_path / "r.xlsx", [line(1, "已认定", **GRANTED), line(2, 证件号码="9.90101E+17")]))
    assert outcome.batch and open_store(home).manifest.loads[-1].table == "identities"
    assert demo.is_demo(home) and demo.ended_at(home) is None


def test_somebody_real_in_a_reply(home: Home, tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [line(1, "已认定", **GRANTED), line(2, 证件号码=nobodys(2)), line(2, "说不清", 证件号码=nobodys(3))])
    with pytest.raises(DemoError, match=r"r\.xlsx 有 2 行不是样例人员.*勾选“结束演示”"):
        taken(home, path)
    assert kept(home) == 0 and demo.is_demo(home)
    outcome = taken(home, path, end_demo=True)
    assert outcome.ended_demo and kept(home) == 1
    assert not demo.is_demo(home) and demo.ended_at(home) == REPLIED_AT.isoformat()


def test_somebody_real_in_the_provinces_list(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "省级.csv"
    path.write_text(f"姓名,身份证号,预警类型,个人累计负担\n样例1号,{certno(1)},因病致贫,1\n某人,{nobodys(7)},因病致贫,1\n", encoding="utf-8")

    def compared(end_demo: bool) -> None:
        with writing(home, "replies") as store, auditing(store, REPLIED_AT) as access:
            by = Deed(access, operating_system_user(), REPLIED_AT, "test")
            import_warning_list(store, by, Incoming(path, end_demo=end_demo), warning_words(None), "weihai-2022-15", "2025-12")

    with pytest.raises(DemoError, match="有 1 行不是样例人员"):
        compared(False)
    assert kept(home) == 0 and demo.is_demo(home)
    compared(True)
    assert kept(home) == 1 and not demo.is_demo(home)
