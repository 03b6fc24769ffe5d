"""Departments' answers on a real home, with both databases: matched, applied, listed, granted into the identity list; killed at any step, whole."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from bureau import LIBRARY, Bureau, certno, settlement
from dying import deaths
from postgres import copy, enter
from sentlist import CIVIL, HEADINGS, NUMBER, REPLIED_AT, answer, answers, approve, opened, prepared, reply, send
from sqlalchemy import func, select

from monitor.access.actor import operating_system_user
from monitor.access.audit import Asked
from monitor.access.deeds import Deed
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction
from monitor.casework import reply_reading
from monitor.casework.due_dates import due_items
from monitor.casework.layouts import layouts, warning_words
from monitor.casework.reading.reply_listing import open_lines
from monitor.casework.replay import replay
from monitor.casework.replies import Incoming, finish, owed_replies, settle
from monitor.casework.selection import PackError
from monitor.casework.tables import CERTNO_SEAL, cases, referral_files, referral_lines, referral_packs, replies, reply_lines
from monitor.casework.text_dates import Obligation, Standing
from monitor.casework.warning_lists import import_warning_list, only_ours
from monitor.store.home import open_store, writing

DOCUMENT = "weihai-2022-15"
OWN_TOWN, NEXT_TOWN = Scope(("371002",), ("甲镇",)), Scope(("371002",), ("乙镇",))
#: Of the steps of sending, those tried without and with a PostgreSQL.
EVERY = (1, 6)


#: A department's sheet: two lines of title, the headings, then two good lines, a number a spreadsheet took for a quantity, one of
#: nobody's, the totals.
DESTROYED = float(certno(3)[:17] + "0")
SHEET: list[list[Any]] = [
    ["2026年1月核查反馈表"],
    ["填报单位：样例民政局"],
    list(HEADINGS),
    [NUMBER, "样例1号", certno(1), "已认定", "", "低保边缘家庭成员", date(2025, 12, 1), 1200.5, ""],
    [NUMBER, "样例2号", certno(2), "不符合", "收入超标", "", "", "", ""],
    [NUMBER, "样例3号", DESTROYED, "已认定", "", "低保对象", date(2025, 12, 1), "", ""],
    [NUMBER, "某人", certno(99), "死亡", "", "", "", "", ""],
    ["合计", "", "", "", "", "", "", 1200.5, ""],
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a list approved, and not yet sent."""
    directory = tmp_path_factory.mktemp("template")
    if request.param == "postgresql":
        (directory / "database").write_text(request.getfixturevalue("postgres").database(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        bureau = prepared(directory)
        assert approve(bureau.home) == 1
    assert (directory / "home" / "casework.sqlite").exists() == (request.param == "sqlite")
    return directory


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it from which the list has been sent."""
    directory = tmp_path / "office"
    copy(template, directory)
    enter(directory, monkeypatch)
    send(Home(directory / "home"))
    return directory


ROWS = [
    answer(1, "已认定", "", "低保边缘家庭成员", "2025-12-01"),
    answer(2, "不符合", "收入超标"),
    answer(3, "不予认定", "有三套住房"),
    answer(4, "死亡"),
    answer(5, "联系不上", name="别人的名字"),
    answer(6, "是", "", "因病致贫重病患者", "2025年12月"),
    answer(6, "否", "收入超标"),
    answer(7, "说不清"),
    answer(8, "", number="9.90101E+17"),
    answer(2, "不符合", "收入超标"),
    answer(99, "已认定", "", "低保对象", "2025-12-01"),
    ["合计", *[""] * 8],
]


def test_every_line_is_answered_for(place: Path) -> None:
    home = Home(place / "home")
    outcome = reply(home, answers(place / "反馈.csv", ROWS, above=2))
    assert outcome.counts == {"applied": 4, "conflict": 3, "repeated": 1, "unknown": 1, "unreadable": 3}
    assert (outcome.read, outcome.accepted, outcome.duplicates, outcome.rejected) == (12, 8, 1, 3)
    assert outcome.read == outcome.accepted + outcome.duplicates + outcome.rejected
    assert outcome.why == {
        "two_answers": 2, "name_differs": 1, "not_sent": 1, "unknown_answer": 1, "destroyed_number": 1, "totals_row": 1,
    }
    with opened(home, REPLIED_AT) as (store, access):
        with access.engine.connect() as connection:
            states = dict(connection.execute(select(cases.c.state, func.count()).group_by(cases.c.state)).all())
            entry = json.loads(list(access.audit.entries(connection, Asked(action=AuditAction.REPLIED)))[-1].detail)
            answered = connection.scalar(select(func.count()).where(referral_lines.c.answer != ""))
            # The number nobody was sent stands in no district: it waits for who sees everything.
            for scope, waiting in ((EVERYTHING, 4), (Scope(("371002",)), 3), (OWN_TOWN, 3), (NEXT_TOWN, 0), (Scope(("371083",)), 0)):
                assert open_lines(connection, scope) == waiting, scope
                told = [item.sentence for item in due_items(store, connection, {}, {}, date(2026, 1, 20), scope)]
                assert told == ([f"有 {waiting} 行反馈须人工处理"] if waiting else [])
        assert states == {"accepted": 1, "not_recognised": 2, "deceased": 1, "sent": 4}
        assert (entry["read"], entry["counts"], answered) == (12, outcome.counts, 4)
        load = store.manifest.loads[-1]
        assert (load.table, load.file, load.accepted) == ("identities", "reply-1-civil_affairs.csv", 1)
    # The same file again adds nothing, and its bytes under another name are the same file.
    before = open_store(home).manifest.loads
    shutil.copy(place / "反馈.csv", place / "再来.csv")
    again = reply(home, place / "再来.csv")
    assert (again.known_before, again.duplicates, again.accepted, again.rejected) == (True, 12, 0, 0)
    assert open_store(home).manifest.loads == before
    # The next run knows the identity: another rule applies, and the case stays as it was decided.
    run = Bureau(place).run()
    assert [row["category"] for row in Bureau(place).alerts(run) if row["certno"] == certno(1) and row["state"] == "new"] == [
        "dibao_marginal"
    ]
    with opened(home) as (_, access), access.engine.connect() as connection:
        granted = connection.execute(select(cases.c.state, cases.c.recognised_as, cases.c.recognised_on).where(
            cases.c.recognised_as != ""
        )).all()
    assert granted == [("accepted", "dibao_marginal", date(2025, 12, 1))]


def as_xlsx(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for line, cells in enumerate(SHEET):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            else:
                sheet.write(line, column, cell)
    book.close()
    return path


def as_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet, day = book.add_sheet("反馈"), xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for line, cells in enumerate(SHEET):
        for column, cell in enumerate(cells):
            sheet.write(line, column, cell, *([day] if isinstance(cell, date) else []))
    book.save(str(path))
    return path


def as_text(path: Path, encoding: str = "gb18030") -> Path:
    """The same as such programs save it: a number of eighteen digits is what they show of it."""
    rows = [["9.90101E+17" if cell == DESTROYED else str(cell) for cell in cells] for cells in SHEET]
    path.write_text("".join(f"{','.join(cells)}\r\n" for cells in rows), encoding=encoding)
    return path


def zipped(path: Path) -> Path:
    inner = as_text(path.with_suffix(".csv"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, inner.name)
    return path


@pytest.mark.parametrize(
    ("name", "made"),
    [("反馈.csv", as_text), ("反馈.txt", partial(as_text, encoding="utf-8-sig")), ("反馈.xlsx", as_xlsx), ("反馈.xls", as_xls),
     ("反馈.zip", zipped)],
)  # fmt: skip
def test_every_kind_of_file_says_the_same(place: Path, name: str, made: Callable[[Path], Path]) -> None:
    """Headings on the third row, numbers and dates as a spreadsheet keeps them, a totals row."""
    home = Home(place / "home")
    outcome = reply(home, made(place / name))
    assert outcome.counts == {"applied": 2, "unknown": 1, "unreadable": 2}
    assert outcome.listed == ((6, "unreadable", "destroyed_number"), (7, "unknown", "not_sent"), (8, "unreadable", "totals_row"))
    line = reply_lines.c
    with opened(home) as (_, access), access.engine.connect() as connection:
        said = connection.execute(
            select(line.line, line.answer, line.category, line.effective_on, line.relief_fen).where(line.match == "applied")
        ).all()
        numbers = [access.sealer.open_text(sealed, CERTNO_SEAL) for sealed in connection.scalars(
            select(line.certno_sealed).where(line.match == "applied").order_by(line.line)
        )]
    assert [tuple(row) for row in sorted(said)] == [
        (4, "accepted", "dibao_marginal", date(2025, 12, 1), 120050), (5, "not_recognised", "", None, None),
    ]
    assert numbers == [certno(1), certno(2)]


def test_a_file_longer_than_any_answer_is_refused_before_it_fills_the_memory(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_reading, "LONGEST", 4)
    home = Home(place / "home")
    with pytest.raises(IntakeError, match=r"反馈\.zip 超过 4 行"):
        reply(home, zipped(place / "反馈.zip"))
    with opened(home) as (_, access), access.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(replies)) == 0


def test_later_answers_and_what_is_settled_by_hand(place: Path) -> None:
    home = Home(place / "home")
    reply(home, answers(place / "1.csv", ROWS[:3]))
    second = [answer(2, "已认定", "", "低保对象", "2026-01-01"), answer(1, "已认定", "", "低保边缘家庭成员", "2025-12-01"), answer(5, "死亡")]
    outcome = reply(home, answers(place / "2.csv", second), now=datetime.fromisoformat("2026-03-20T09:00:00+08:00"))
    assert outcome.counts == {"conflict": 1, "repeated": 1, "applied": 1}
    assert outcome.why == {"differs": 1, "after_due": 1}
    actor = operating_system_user()
    with writing(home, "test") as store, opened(home, REPLIED_AT) as (_, access):
        with access.engine.connect() as connection:
            line = connection.execute(select(reply_lines.c.id).where(reply_lines.c.match == "conflict")).scalar_one()
        settle(access, actor, line, 1, apply=True, now=REPLIED_AT, where="test")
        with pytest.raises(PackError, match="已由"):
            settle(access, actor, line, 1, apply=False, now=REPLIED_AT, where="test")
        with access.engine.connect() as connection:
            assert owed_replies(connection) == [(2, "civil_affairs")]
            for scope, owed in ((EVERYTHING, True), (OWN_TOWN, True), (NEXT_TOWN, False)):
                items = due_items(store, connection, {}, {}, date(2026, 3, 21), scope)
                assert (Obligation.IDENTITIES_OWED in {item.what for item in items}) == owed, scope
        assert finish(store, access, now=REPLIED_AT)
        with access.engine.connect() as connection:
            assert owed_replies(connection) == []
            assert connection.scalar(select(cases.c.recognised_as).where(cases.c.recognised_on == date(2026, 1, 1))) == "dibao"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("空.csv", "名单编号,证件号码,核查结果\n", "只有表头"),
        ("别的.csv", "甲,乙\n1,2\n", "不是可识别的民政反馈表"),
        ("两列.csv", "证件号码,身份证号,核查结果\n1,2,3\n", "有两列都是"),
    ],
)
def test_a_file_that_is_no_reply_is_refused_whole(place: Path, name: str, content: str, why: str) -> None:
    home = Home(place / "home")
    (place / name).write_text(content, encoding="utf-8")
    with pytest.raises(IntakeError, match=why):
        reply(home, place / name)
    with opened(home) as (_, access), access.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(replies)) == 0


def test_the_provinces_list_is_held_against_ours(place: Path) -> None:
    home = Home(place / "home")
    path = place / "省级.csv"
    rows = [f"样例1号,{certno(1)},因病致贫,71000.00", f"样例2号,{certno(2)},因病返贫,72000", f"样例3号,{certno(3)},致贫,1",
            f"某人,{certno(77)},因病致贫,1", "某人,3.7E+17,因病致贫,1", f"样例1号,{certno(1)},因病致贫,71000.00"]
    path.write_text("姓名,身份证号,预警类型,个人累计负担\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with writing(home, "replies") as store, opened(home, REPLIED_AT) as (_, access):
        by = Deed(access, operating_system_user(), REPLIED_AT, "test")
        outcome = import_warning_list(store, by, Incoming(path), warning_words(None), DOCUMENT, "2025-12")
        assert outcome.counts == {"both": 3, "only_theirs": 1, "unreadable": 1, "repeated": 1}
        assert outcome.why == {"other_line": 1, "other_amount": 1, "not_known": 1, "destroyed_number": 1}
        with access.engine.connect() as connection:
            ours = only_ours(connection, outcome.reply_id, EVERYTHING)
        assert [one.why for one in ours] == ["not_listed"] * 5
        assert [one.excess_fen for one in ours] == sorted((one.excess_fen for one in ours), reverse=True)


def test_a_list_as_known_when_sent_and_now(place: Path) -> None:
    home, bureau = Home(place / "home"), Bureau(place)
    bureau.settlements(
        settlement(setl_id="S50", certno=certno(50), psn_part_amt="99000"),
        settlement(setl_id="S51", certno=certno(1), psn_part_amt="-60000"),
        settlement(setl_id="S52", certno=certno(2), psn_part_amt="5000"),
    )
    run = bureau.run(known_at="2030-01-01T00:00:00+08:00")
    with opened(home) as (_, access), access.engine.connect() as connection:
        found = replay(connection, CIVIL, 1, run.run, NUMBER, EVERYTHING)
    assert {(one.kind, one.reasons) for one in found.differences} == {
        ("added", ("told_later",)), ("withdrawn", ("under_the_line",)), ("changed", ("amount",)),
    }
    assert found.unchanged == 6


def test_what_is_due_and_late(place: Path) -> None:
    home = Home(place / "home")
    with opened(home) as (store, access), access.engine.connect() as connection:
        def standing(day: date) -> dict[tuple[str, str], str]:
            items = due_items(store, connection, LIBRARY.documents, layouts(None), day)
            return {(item.what.value, item.department): item.standing.value for item in items}

        assert standing(date(2026, 1, 20)) == {
            # Weihai's text names no day for the lists: not there, and never late.
            ("identity_list", "civil_affairs"): "due", ("identity_list", "rural_affairs"): "due",
            ("push", "civil_affairs"): "done", ("answers", "civil_affairs"): "due",
        }
        # Sent on 12 January, twenty days: 1 February 2026 is a Sunday, so Monday.
        assert standing(date(2026, 2, 2))["answers", "civil_affairs"] == "due"
        assert standing(date(2026, 2, 3))["answers", "civil_affairs"] == "late"
        beyond = due_items(store, connection, LIBRARY.documents, layouts(None), date(2090, 1, 4))
        # Its text ended in 2027, and asks for no list any more.
        assert {(item.what, item.standing) for item in beyond} == {(Obligation.ANSWERS, Standing.LATE)}


@pytest.mark.slow
@pytest.mark.kills
def test_killed_while_sending_the_list_is_sent_whole_or_not_at_all(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for left in deaths("send_pack", template, tmp_path, EVERY[(template / "database").exists()], steps=5):
        enter(left, monkeypatch)
        home = Home(left / "home")
        with opened(home) as (_, access), access.engine.connect() as connection:
            state = connection.scalar(select(referral_packs.c.state))
            counts = tuple(
                connection.scalar(asked) for asked in (
                    select(func.count()).select_from(referral_files), select(func.count()).where(cases.c.state == "sent"),
                )
            )
            assert (state, *counts) in {("approved", 0, 0), ("sent", 3, 8)}
            assert access.audit.verify(connection).broken is None
        # The way on is the same from wherever it stands: taken once from each.
        if state == "approved" and state not in seen:
            send(home)
        seen.add(state)
    assert seen == {"approved", "sent"}


@pytest.mark.slow
@pytest.mark.kills
def test_killed_while_a_reply_is_taken_in_the_same_command_makes_up_for_it(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    copy(template, start)
    enter(start, monkeypatch)
    send(Home(start / "home"))
    answers(start / "reply.csv", ROWS)
    found = set()
    for left in deaths("reply", start, tmp_path / "dead", steps=5):
        enter(left, monkeypatch)
        home = Home(left / "home")
        with opened(home) as (store, access), access.engine.connect() as connection:
            taken = connection.scalar(select(func.count()).select_from(replies)) or 0
            lines = connection.scalar(select(func.count()).select_from(reply_lines))
            answered = connection.scalar(select(func.count()).where(referral_lines.c.answer != ""))
            loaded = len([load for load in store.manifest.loads if load.table == "identities"])
            assert (taken, lines, answered) in {(0, 0, 0), (1, 12, 4)}
            state = (taken, loaded, len(owed_replies(connection)))
        if state in found:
            continue
        # The way on is the same from wherever it stands: taken once from each.
        found.add(state)
        outcome = reply(home, left / "reply.csv")
        assert outcome.batch and outcome.read == 12
        with opened(home) as (store, access), access.engine.connect() as connection:
            assert owed_replies(connection) == []
            assert [load.accepted for load in store.manifest.loads if load.table == "identities"] == [1]
            assert access.audit.verify(connection).broken is None
    # Nothing; the answers without the identity; both, but nobody had noted it; everything.
    assert {(0, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)} == found
