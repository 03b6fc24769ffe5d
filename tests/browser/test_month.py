"""A whole month in the browser: an officer reviews, excludes one and marks the rest ready; proposes; another person approves and sends;
the file is read back; the department's answer comes in, and the case shows it. At every step the counts are the same."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import python_calamine
from people import People
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from watching import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def become(watched: Watched, dashboard: str, people: People, name: str, path: str) -> Page:
    """Somebody else at the same desk, on a page of theirs."""
    watched.page.goto("about:blank")
    watched.enter(dashboard, people.token(name))
    return go(watched, dashboard, path)


def go(watched: Watched, dashboard: str, path: str) -> Page:
    watched.page.goto(dashboard + path)
    watched.idle()
    return watched.page


def press(watched: Watched, key: str) -> None:
    """A button, once it is there to be clicked. A table above it may still be growing: a click by its place, of a mouse that goes
    down and up, could begin on the button and end beside it."""
    button = watched.page.locator(f".st-key-{key} button").first
    button.click(trial=True)
    button.dispatch_event("click")
    watched.idle()


def choose(watched: Watched, key: str, label: str) -> None:
    watched.page.locator(f".st-key-{key} input").first.click()
    watched.page.get_by_role("option", name=label, exact=True).click()
    watched.idle()


def bulk(watched: Watched, act: str) -> int:
    """One act on all of the list; how many the preview said."""
    page = watched.page
    if not page.locator(".st-key-bulk-act").is_visible():
        page.locator(".st-key-cases-bulk summary").click()
        watched.idle()
    choose(watched, "bulk-act", act)
    press(watched, "bulk-preview")
    said = page.get_by_text(re.compile(r"将办理\s*\d+\s*件"))
    count = int(re.search(r"将办理\s*(\d+)", said.inner_text()).group(1))  # type: ignore[union-attr]
    press(watched, "bulk-do")
    expect(page.get_by_text(f"已办理：{act} {count} 件。")).to_be_visible()
    return count


def one_of(home: Path, state: str, district: str) -> int:
    engine = create_engine(f"sqlite:///{home / 'casework.sqlite'}")
    with engine.connect() as connection:
        asked = text("SELECT id FROM cases WHERE state = :state AND insu_admdvs = :district ORDER BY excess_fen DESC LIMIT 1")
        found = connection.execute(asked, {"state": state, "district": district}).scalar_one()
    engine.dispose()
    return int(found)


def metric(page: Page, label: str) -> int:
    value = page.get_by_test_id("stMetric").filter(has_text=label).first.get_by_test_id("stMetricValue").inner_text()
    return int(re.sub(r"\D", "", value))


def test_a_month_from_the_alert_to_the_answer(
    stranger: Watched, dashboard: str, demo_home: Path, people: People, tmp_path: Path
) -> None:
    page = become(stranger, dashboard, people, "officer.one", "/cases")
    reviewed = bulk(stranger, "开始审核")
    excluded = one_of(demo_home, "under_review", "371002")
    page = go(stranger, dashboard, f"/case?case={excluded}")
    page.get_by_role("button", name="排除").click()
    page.get_by_role("combobox", name="原因").click()
    page.get_by_role("option", name=re.compile("第三方责任")).click()
    page.get_by_label("说明（必填）").fill("交通事故，由责任方承担")
    press(stranger, "do-exclude")
    expect(page.get_by_text("已办理：排除。")).to_be_visible()
    go(stranger, dashboard, "/cases")
    ready = bulk(stranger, "提交推送")
    assert ready == reviewed - 1

    page = go(stranger, dashboard, "/referrals")
    press(stranger, "referral-preview")
    listed = metric(page, "人数")
    assert 0 < listed <= ready
    press(stranger, "referral-propose")
    expect(page.get_by_text("等待另一人批准")).to_be_visible()
    page = go(stranger, dashboard, "/pack?pack=1")
    expect(page.get_by_text("须由另一人批准")).to_be_visible()
    expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)

    page = become(stranger, dashboard, people, "approver", "/pack?pack=1")
    assert metric(page, "人数") == listed
    press(stranger, "pack-open-approved")
    press(stranger, "pack-do-approved")
    press(stranger, "pack-open-sent")
    press(stranger, "pack-do-sent")
    expect(page.get_by_text(f"屏幕 {listed} 人 = 文件 {listed} 行 = 审计 {listed} 人")).to_be_visible(timeout=60_000)
    press(stranger, "pack-download")
    choose(stranger, "pack-purpose", "转办")
    with page.expect_download() as coming:
        page.get_by_role("button", name=re.compile(r"\.xlsx$")).click()
    file = tmp_path / "pack.xlsx"
    coming.value.save_as(file)
    book = python_calamine.CalamineWorkbook.from_path(file)
    name = next(sheet for sheet in book.sheet_names if "封面" not in sheet)
    heading, *rows = [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
    assert len(rows) == listed

    first = dict(zip(heading, rows[0], strict=False))
    assert re.fullmatch(r"99\d{15}[\dX]", first["证件号码"])
    answer = io.StringIO()
    columns = ["名单编号", "姓名", "证件号码", "核查结果", "认定身份", "身份生效日期"]
    said = {"核查结果": "已认定", "认定身份": "因病致贫重病患者", "身份生效日期": "2026-01-01"}
    writer = csv.DictWriter(answer, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerow({name: said.get(name) or first[name] for name in columns})
    page = become(stranger, dashboard, people, "shuju", "/pack?pack=1")
    press(stranger, "pack-open-received")
    press(stranger, "pack-do-received")
    go(stranger, dashboard, "/replies")
    page.locator(".st-key-reply-upload button").click()
    page.wait_for_url("**/replies/upload")
    page.set_input_files("#file", {"name": "反馈.csv", "mimeType": "text/csv", "buffer": answer.getvalue().encode("utf-8-sig")})
    page.click("button.main")
    page.wait_for_url("**/replies?reply=*", timeout=60_000)
    stranger.idle()
    expect(page.get_by_text(re.compile(r"读入\s*1\s*行 ＝ 接受\s*1\s*＋ 重复\s*0\s*＋ 拒绝\s*0"))).to_be_visible()

    recognised = one_of(demo_home, "accepted", "371002")
    page = become(stranger, dashboard, people, "officer.one", f"/case?case={recognised}")
    expect(page.get_by_text("因病致贫重病患者，2026-01-01 起")).to_be_visible()
    assert stranger.outside() == []
    # A page opened by its address has Streamlit try where it is served before it finds out.
    assert [error for error in stranger.errors if "/_stcore/h" not in error] == []
