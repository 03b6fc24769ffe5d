"""Lists that come back as people filled them in: nothing a department said is lost, and a whole reply never fails for one odd cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from bureau import certno
from postgres import copy, enter
from sentlist import NUMBER, REPLIED_AT, approve, opened, prepared, reply, send
from sqlalchemy import select

from monitor.access.sealing import Sealer
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.casework.tables import REMARK_SEAL, case_events, cases, reply_lines

HEADINGS = (
    "名单编号", "序号", "姓名", "证件号码", "核查结果", "未认定原因", "认定身份", "身份生效日期", "救助种类", "救助金额（元）", "救助日期", "部门说明",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home from which a list of eight has gone to the civil affairs department."""
    directory = tmp_path_factory.mktemp("template")
    if request.param == "postgresql":
        (directory / "database").write_text(request.getfixturevalue("postgres").database(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        approve(prepared(directory).home)
        send(Home(directory / "home"))
    return directory


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    directory = tmp_path / "office"
    copy(template, directory)
    enter(directory, monkeypatch)
    return Home(directory / "home")


def line(n: int, answer: str = "不符合", **cells: Any) -> dict[str, Any]:
    return {"名单编号": NUMBER, "姓名": f"样例{n}号", "证件号码": certno(n), "核查结果": answer, **cells}


def workbook(path: Path, *sheets: Sequence[dict[str, Any]], headings: Sequence[str] = HEADINGS) -> Path:
    """Sheets of lines; a heading a line has besides stands in a column of its own, on the right."""
    book = xlsxwriter.Workbook(str(path))
    for lines in sheets:
        sheet = book.add_worksheet()
        named = [*headings, *dict.fromkeys(name for one in lines for name in one if name not in headings)]
        for column, heading in enumerate(named):
            sheet.write_string(0, column, heading)
            for row, one in enumerate(lines, start=1):
                sheet.write(row, column, one.get(heading, ""))
    book.close()
    return path


def kept(home: Home) -> dict[int, tuple[str, str, str, int | None, date | None, str]]:
    """Line → match, why, kind, amount and day of a relief, remark."""
    column = reply_lines.c
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        found = connection.execute(select(
            column.line, column.match, column.why, column.relief_kind, column.relief_fen, column.relief_on, column.remark_sealed
        )).all()
        return {row[0]: (*row[1:6], said(access.sealer, row[6])) for row in found}


def said(sealer: Sealer, sealed: bytes | None) -> str:
    return sealer.open_text(sealed, REMARK_SEAL)


def test_columns_of_their_own_are_kept_under_their_headings(home: Home, tmp_path: Path) -> None:
    lines = [
        line(1, 部门说明="已入户", 备注="已电话核实", 联系人="王科长"),
        line(2, 乡镇意见="同意\n报送", **{"救助金额（万元）": 0.3}),
        # Columns of our own list that come back are no news.
        line(3, 参保地="371002", 险种="居民", 备注="/"),
    ]
    outcome = reply(home, workbook(tmp_path / "r.xlsx", lines))
    assert outcome.counts == {"applied": 3}
    assert outcome.kept == {"备注": 1, "联系人": 1, "乡镇意见": 1, "救助金额（万元）": 1}
    assert [one[5] for one in kept(home).values()] == [
        "已入户；备注：已电话核实；联系人：王科长", "乡镇意见：同意\n报送；救助金额（万元）：0.3", "部门没有写明原因",
    ]


def test_of_two_columns_of_one_meaning_the_one_we_sent_counts(home: Home, tmp_path: Path) -> None:
    headings = ("核查情况", *HEADINGS, "认定结果")
    lines = [line(1, "不符合", 核查情况="入户两次，家中有车", 认定结果="再议")]
    outcome = reply(home, workbook(tmp_path / "r.xlsx", lines, headings=headings))
    assert (outcome.counts, outcome.kept) == ({"applied": 1}, {"核查情况": 1, "认定结果": 1})
    assert kept(home)[2][5] == "核查情况：入户两次，家中有车；认定结果：再议"


def test_sheets_with_other_columns_are_one_reply(home: Home, tmp_path: Path) -> None:
    outcome = reply(home, workbook(tmp_path / "r.xlsx", [line(1, 备注="甲")], [line(2, 联系人="乙"), line(3, 备注="丙")]))
    assert (outcome.counts, outcome.kept) == ({"applied": 3}, {"备注": 2, "联系人": 1})
    assert [one[5] for one in kept(home).values()] == ["备注：甲", "联系人：乙", "备注：丙"]


def test_what_is_said_of_a_relief_costs_no_answer(home: Home, tmp_path: Path) -> None:
    lines = [
        line(1, 救助种类="临时救助", **{"救助金额（元）": "500元/月"}, 救助日期="2025-12-20"),
        line(2, 救助种类="临时救助、慈善救助", **{"救助金额（元）": 3000}),
        line(3, 救助种类="无", **{"救助金额（元）": "无"}, 救助日期="无"),
        line(4, 救助种类="临时救助", **{"救助金额（元）": "1,000元"}, 救助日期="下月"),
        line(5, **{"救助金额（元）": 0}),
        line(6, 救助种类="慈善", **{"救助金额（元）": "约500"}, 救助日期="#N/A"),
        line(7, 认定身份="无", 身份生效日期="待民政确认", 未认定原因="收入超标"),
    ]
    outcome = reply(home, workbook(tmp_path / "r.xlsx", lines))
    assert outcome.counts == {"applied": 7} and outcome.reliefs == 4
    assert outcome.kept == {"救助金额": 2, "救助种类": 1, "救助日期": 2, "身份生效日期": 1}
    found = kept(home)
    assert [found[n][2:5] for n in range(2, 9)] == [
        ("temporary", None, date(2025, 12, 20)), ("", 300_000, None), ("", None, None), ("temporary", 100_000, None), ("", None, None),
        ("charity", None, None), ("", None, None),
    ]
    assert found[2][5] == "救助金额：500元/月" and found[5][5] == "救助日期：下月" and found[8][5] == "身份生效日期：待民政确认"


def test_a_remark_is_kept_whole(home: Home, tmp_path: Path) -> None:
    long = "说" * 2501
    reply(home, workbook(tmp_path / "r.xlsx", [line(1, 未认定原因="其他", 部门说明=long), line(2, 部门说明="话" * 32767)]))
    found = kept(home)
    assert found[2][5] == long
    assert found[3][5] == "话" * 32767
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        told = connection.scalars(select(case_events.c.remark_sealed).where(case_events.c.reply_id == 1).order_by(case_events.c.id))
        assert [len(said(access.sealer, one)) for one in told] == [len(found[2][5]), 32767]


def test_a_list_number_retyped(home: Home, tmp_path: Path) -> None:
    written = ("Civil_Affairs-2026-001", "civil＿affairs－2026－001", "civil_affairs-2026-1", "1", "同上", "", "civil_affairs-2026-099")
    outcome = reply(home, workbook(tmp_path / "r.xlsx", [line(n, 名单编号=one) for n, one in enumerate(written, start=1)]))
    assert outcome.counts == {"applied": 6, "conflict": 1}
    assert outcome.listed == ((8, "conflict", "unknown_pack"),)
    assert outcome.kept == {"名单编号": 1} and kept(home)[6][5].endswith("名单编号：同上")


def test_names_as_people_write_them(home: Home, tmp_path: Path) -> None:
    written = ("样 例 1 号", "样例2号（户主）", "樣例3號", "样例4号 先生", "样例\u200b5号", "样*", "别的名字", "")
    outcome = reply(home, workbook(tmp_path / "r.xlsx", [line(n, 姓名=one) for n, one in enumerate(written, start=1)]))
    assert outcome.counts == {"applied": 7, "conflict": 1}
    assert outcome.listed == ((8, "conflict", "name_differs"),)


def test_an_answer_that_is_no_word_is_listed_with_what_was_written(home: Home, tmp_path: Path) -> None:
    outcome = reply(home, workbook(tmp_path / "r.xlsx", [line(1, "待研究", 部门说明="下周上会"), line(2, "√"), line(3, "是"), line(4, "")]))
    assert outcome.counts == {"unreadable": 4}
    assert outcome.why == {"unknown_answer": 1, "missing_category": 2, "missing_answer": 1}
    assert kept(home)[2] == ("unreadable", "unknown_answer", "", None, None, "下周上会；核查结果：待研究")


def test_a_day_far_ahead_is_asked_about(home: Home, tmp_path: Path) -> None:
    """On 20 January 2026 the last day that is not questioned is 28 February."""
    days = ("2026-02-28", "2026-03-01", "2052-10-01", "2025-10")
    lines = [line(n, "已认定", 认定身份="低保边缘家庭（年审）", 身份生效日期=day) for n, day in enumerate(days, start=1)]
    outcome = reply(home, workbook(tmp_path / "r.xlsx", lines))
    assert outcome.counts == {"applied": 2, "conflict": 2} and outcome.why == {"date_ahead": 2}
    with opened(home, REPLIED_AT) as (_, access), access.engine.connect() as connection:
        granted = connection.scalars(select(cases.c.recognised_on).where(cases.c.recognised_as != "").order_by(cases.c.recognised_on))
        assert list(granted) == [date(2025, 10, 1), date(2026, 2, 28)]


def test_two_columns_of_numbers_are_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="有两列都是 certno"):
        reply(home, workbook(tmp_path / "r.xlsx", [line(1, 身份证号=certno(2))]))
