"""What departments and the province answered, on the screens over a home from which a list has gone out: lines settled, lists
compared, the list held against what is known now, what is due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from bureau import Bureau, certno, settlement
from door import inside, served
from office import Office
from sentlist import NUMBER, REPLIED_AT, answer, answers, opened, reply
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from test_case_views import press
from test_uploads import body, send
from test_views import page, texts
from viewers import Looking

from dashboard.casework import uploads
from monitor.access.actor import Actor
from monitor.access.hashing import number_hex
from monitor.access.moment import CHINA
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework.replay import REASONS
from monitor.casework.tables import cases, reply_lines
from monitor.casework.warning_lists import PROVINCE

#: Answered; in conflict with itself; with another name; nobody's.
ROWS = [
    answer(1, "不符合", "收入超标"), answer(2, "是", "", "低保对象", "2026-01-01"), answer(2, "否", "收入超标"),
    answer(3, "死亡", name="别人的名字"), answer(99, "死亡"),
]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def manager(sent: Office, looking: Looking, tmp_path: Path) -> Actor:
    """A data manager with an account, after the department's answer has come in."""
    reply(sent.home, answers(tmp_path / "反馈.csv", ROWS))
    return as_account(sent, looking, "wu")


def as_account(office: Office, looking: Looking, name: str, scope: Scope = EVERYTHING) -> Actor:
    signed = office.member(name, Role.DATA_MANAGER, scope=scope)
    looking.become(Role.DATA_MANAGER, scope, name)
    looking.actor = replace(signed.actor, session=f"{name:0>64}")
    return looking.actor


def line_numbers(office: Office) -> dict[int, int]:
    """The database's numbers of the file's lines, by line."""
    with office.engine.connect() as connection:
        return {row.line: row.id for row in connection.execute(select(reply_lines.c.line, reply_lines.c.id))}


def state_of(office: Office, person: int) -> tuple[str, str]:
    """State of the person's case, and what they are recognised as."""
    key = number_hex(office.access.hash_key, certno(person))
    with office.engine.connect() as connection:
        found = connection.execute(select(cases.c.state, cases.c.recognised_as).where(cases.c.person == key)).one()
    return found.state, found.recognised_as


def choose(app: AppTest, line: int, what: str) -> AppTest:
    app.selectbox(key="reply-settle-line").set_value(line)
    return press(app, f"reply-settle-{what}")


def told(office: Office) -> list[dict[str, Any]]:
    return [json.loads(entry.detail) for entry in office.entries(action=AuditAction.REPLIED)]


def test_what_was_not_used_and_what_nobody_knows_stands_with_the_file(sent: Office, looking: Looking, tmp_path: Path) -> None:
    as_account(sent, looking, "wu")
    reply(sent.home, answers(tmp_path / "反馈.csv", [*ROWS, answer(4, "已纳入观察名单"), ["合计", "5人", *[""] * 7]], above=1))
    shown = texts(page("views/replies.py", reply="1"))
    for said in ("没有用上：标题、说明、制表人等：“表头以上的标题和说明” 1 行", "小计、合计行", "不认识的取值：列“核查结果”（answer）的“已纳入观察名单” 1 行"):
        assert said in shown, shown


def test_lines_in_conflict_are_settled_and_the_second_officer_is_told(sent: Office, manager: Actor, looking: Looking) -> None:
    ids = line_numbers(sent)
    app, other = page("views/replies.py", reply="1"), page("views/replies.py", reply="1")
    shown = texts(app)
    assert "同一文件里对此人有不同的答复" in shown and "没有向该部门推送过此人" in shown
    assert len(app.selectbox(key="reply-settle-line").options) == 4
    choose(app, ids[3], "apply")
    assert "第 3 行已采用" in app.success[0].value
    assert state_of(sent, 2) == ("accepted", "dibao"), "the case is as the department said"
    assert told(sent)[-1] == {"line": 3, "settled_as": "applied", "match": "conflict", "why": "two_answers"}
    with opened(sent.home, REPLIED_AT) as (store, _):
        load = store.manifest.loads[-1]
    assert (load.table, load.accepted) == ("identities", 1), "what it grants is in the identity list"
    choose(other, ids[3], "drop")
    assert "已由 wu 于" in other.error[0].value and "请刷新后查看" in other.error[0].value
    assert state_of(sent, 2) == ("accepted", "dibao") and len(told(sent)) == 2, "nothing of it happened"
    choose(other, ids[5], "drop")
    assert "第 5 行不采用" in other.success[0].value and state_of(sent, 3)[0] == "sent"
    assert told(sent)[-1]["settled_as"] == "dropped"
    choose(other, ids[6], "apply")
    assert "没有对上推送过的人" in other.error[0].value
    assert "已采用" in texts(page("views/replies.py", reply="1"))
    assert sent.verdict().broken is None


def test_a_line_that_came_too_late_can_only_be_dropped(sent: Office, looking: Looking, tmp_path: Path) -> None:
    with sent.engine.begin() as connection:
        connection.execute(cases.update().values(state="closed"))
    reply(sent.home, answers(tmp_path / "反馈.csv", ROWS[:1]))
    as_account(sent, looking, "wu")
    app = page("views/replies.py", reply="1")
    assert "案件已经办结或排除" in texts(app)
    line = line_numbers(sent)[2]
    choose(app, line, "apply")
    assert "不能采用这一答复" in app.error[0].value and state_of(sent, 1)[0] == "closed"
    choose(app, line, "drop")
    assert "第 2 行不采用" in app.success[0].value and state_of(sent, 1)[0] == "closed"


def test_who_does_not_import_settles_nothing(sent: Office, manager: Actor, looking: Looking) -> None:
    looking.become(Role.OFFICER, Scope(("371002",), ("甲镇",)))
    app = page("views/replies.py", reply="1")
    assert "同一文件里对此人有不同的答复" in texts(app) and "没有向该部门推送过此人" not in texts(app), "nobody's line has no township"
    assert "reply-settle-apply" not in {button.key for button in app.button}
    assert "reply-upload" not in {button.key for button in app.button}


def test_the_provinces_list_handed_in_is_shown_beside_ours(
    sent: Office, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sent.member("wu", Role.DATA_MANAGER)
    rows = [f"样例1号,{certno(1)},因病致贫,71000.00", f"样例2号,{certno(2)},因病返贫,72000", f"样例3号,{certno(3)},因病致贫,1",
            f"某人,{certno(77)},因病致贫,1", "某人,3.7E+17,因病致贫,1"]
    listed = ("姓名,身份证号,预警类型,个人累计负担\n" + "\n".join(rows) + "\n").encode()
    with served(sent, monkeypatch) as door:
        visitor = inside(door, manager)
        monkeypatch.setattr("dashboard.casework.acting.now", lambda: REPLIED_AT)
        handed = send(visitor, body(visitor.form(uploads.PATH), content=listed, department=PROVINCE, month="2025-12"))
        assert handed.header("location") == "/replies?reply=1", handed.status
    looking.become(Role.DATA_MANAGER)
    app = page("views/replies.py", reply="1")
    shown = texts(app)
    assert "省级预警名单" in shown and "两边都有，预警类别不同" in shown and "两边都有，个人负担不同" in shown
    assert "登记和结算中都没有此人" in shown and certno(1) not in shown
    ours = app.dataframe[-1].value
    assert set(ours["原因"]) == {"省级名单没有列出"} and len(ours) == 5 and "仅本地有：**5** 人" in shown
    looking.become(Role.DATA_MANAGER, Scope(("371083",)))
    assert "仅本地有" not in texts(page("views/replies.py", reply="1"))


def test_who_proposed_and_approved_is_shown_by_the_name_people_know(sent: Office, looking: Looking) -> None:
    sent.add("li.na", Role.OFFICER)  # the first account is who proposed; the second, who approved, is gone
    looking.become(Role.OFFICER)
    history = next(frame.value for frame in page("views/pack.py", pack="1").dataframe if "办理人" in frame.value)
    assert list(history["办理人"]) == ["样例li.na（account.1）", "account.2", "account.2"]
    listed = next(frame.value for frame in page("views/referrals.py").dataframe if "proposed" in frame.value)
    assert list(listed["proposed"]) == ["样例li.na"]


def replayed() -> str:
    """The page of the list with its comparison opened."""
    app = page("views/pack.py", pack="1")
    app.session_state["pack-replay"] = True
    app.run()
    assert not app.exception, app.exception
    return texts(app)


def test_a_sent_list_is_held_against_what_is_known_now(sent: Office, looking: Looking) -> None:
    looking.become(Role.OFFICER)
    assert "这份文件还没有别的运行" in replayed()
    bureau = Bureau(sent.home.path.parent)
    bureau.settlements(
        settlement(setl_id="S50", certno=certno(50), psn_part_amt="99000"),
        settlement(setl_id="S51", certno=certno(1), psn_part_amt="-60000"),
        settlement(setl_id="S52", certno=certno(2), psn_part_amt="5000"),
    )
    bureau.run(known_at="2030-01-01T00:00:00+08:00")
    with opened(sent.home, REPLIED_AT):
        pass  # the run is in the database now
    shown = replayed()
    assert "新增 **1** 人，退出 **1** 人，有变化 **1** 人，不变 **6** 人" in shown
    for why in ("told_later", "under_the_line", "amount"):
        assert REASONS[why] in shown, why
    assert certno(1) not in shown
    looking.become(Role.OFFICER, Scope(("371083",)))
    assert "没有找到这份名单" in texts(page("views/pack.py", pack="1"))


def test_what_is_due_is_on_the_page_and_late_when_its_day_has_passed(
    sent: Office, manager: Actor, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking.become(Role.OFFICER)
    shown = texts(page("views/todo.py"))
    assert "2026-01 已推送民政 8 人" in shown and f"名单 {NUMBER}：8 人中 1 人已答复" in shown
    assert "有 4 行反馈须人工处理" in shown
    looking.become(Role.OFFICER, Scope(("371002",), ("甲镇",)))
    assert "有 3 行反馈须人工处理" in texts(page("views/todo.py"))
    looking.become(Role.OFFICER, Scope(("371002",), ("乙镇",)))
    shown = texts(page("views/todo.py"))
    assert "须人工处理" not in shown and NUMBER not in shown
    looking.become(Role.OFFICER)
    # Sent on 12 January, twenty days: 1 February 2026 is a Sunday, so Monday.
    for day, standing in ((2, "待办"), (3, "逾期")):
        monkeypatch.setattr("dashboard.casework.cases.now", lambda day=day: datetime(2026, 2, day, 9, tzinfo=CHINA))
        calendar = next(frame.value for frame in page("views/todo.py").dataframe if "standing" in frame.value)
        assert [row.standing for row in calendar.itertuples() if row.what == "部门反馈"] == [[standing]]
