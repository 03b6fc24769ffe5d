"""Signing in and out in a real browser; sessions that end while a page is open; two people at once. And nothing leaves the machine."""

from __future__ import annotations

import re

import pytest
from people import PASSWORD, People
from playwright.sync_api import Browser, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from watching import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in(watched: Watched, dashboard: str, name: str, password: str = PASSWORD) -> None:
    page = watched.page
    page.goto(dashboard)
    expect(page).to_have_url(f"{dashboard}/login")
    page.get_by_label("账号").fill(name)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def pages(watched: Watched) -> list[str]:
    return [link.inner_text().split("\n")[-1] for link in watched.page.get_by_test_id("stSidebarNavLink").all()]


def test_in_and_out_again(stranger: Watched, dashboard: str) -> None:
    page = stranger.page
    sign_in(stranger, dashboard, "officer.one", "Wrong-password-1")
    expect(page.get_by_role("alert")).to_contain_text("不正确")
    expect(page.get_by_label("账号")).to_have_value("officer.one")
    expect(page.get_by_label("口令")).to_have_value("")
    # The browser itself notes the refusal as an error of loading.
    assert all("401" in error for error in stranger.errors)
    stranger.errors.clear()

    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{dashboard}/")
    stranger.idle()
    assert pages(stranger) == [
        "总览", "预警名单", "另列人员", "同人认定", "重复结算", "应享未享", "资助参保", "待办", "案件", "转办", "回复", "成效", "医药机构",
        "年度评价", "我的账户",
    ]
    assert "monitor" not in page.evaluate("document.cookie"), "no script reads the session's cookie"
    page.get_by_role("link", name="预警名单").click()
    stranger.idle()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()

    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_role("status")).to_contain_text("您已退出")
    page.go_back()
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
    page.goto(f"{dashboard}/alerts")
    expect(page).to_have_url(f"{dashboard}/login?next=/alerts")
    assert stranger.outside() == []


def test_a_session_that_ends_elsewhere_takes_the_page_along(watched: Watched, dashboard: str, people: People) -> None:
    page = watched.page
    token = people.token("officer.one")
    watched.enter(dashboard, token)
    page.goto(f"{dashboard}/alerts")
    watched.idle()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    people.end(token)
    # Coming back to the window asks at once; an idle page asks twice a minute.
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_role("status")).to_contain_text("登录已结束")
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_click_in_a_session_that_has_ended_shows_nothing_more(watched: Watched, dashboard: str, people: People) -> None:
    page = watched.page
    token = people.token("officer.one")
    watched.enter(dashboard, token)
    page.goto(dashboard)
    watched.idle()
    people.end(token)
    page.get_by_role("link", name="预警名单").click()
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_page_left_open_does_not_outlast_who_signed_in_after(watched: Watched, dashboard: str, people: People) -> None:
    """Two tabs of one browser: somebody leaves in one, the next one signs in there; what the other tab still shows goes."""
    page = watched.page
    watched.enter(dashboard, people.token("officer.one"))
    page.goto(f"{dashboard}/alerts")
    watched.idle()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    watched.enter(dashboard, people.token("admin.one"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
    page.wait_for_url(f"{dashboard}/")
    watched.idle()
    assert pages(watched) == ["账号", "我的账户"]


def test_two_people_at_once_see_each_their_own(browser: Browser, watched: Watched, dashboard: str, people: People) -> None:
    def numbers(seen: Watched) -> set[str]:
        seen.page.goto(f"{dashboard}/alerts")
        seen.idle()
        table = seen.page.get_by_test_id("stDataFrame")
        expect(table.get_by_test_id("glide-cell-7-0")).to_have_text(re.compile("3710"))
        return set(table.locator("[data-testid^='glide-cell-7-']").all_text_contents())

    other = browser.new_context(locale="zh-CN")
    second = Watched(other.new_page())
    watched.enter(dashboard, people.token("officer.one"))
    second.enter(dashboard, people.token("officer.two"))
    first_sees, second_sees = numbers(watched), numbers(second)
    assert first_sees and all("（371002）" in place for place in first_sees)
    assert second_sees and all("（371083）" in place for place in second_sees)
    assert numbers(watched) == first_sees
    other.close()


def test_an_administrator_has_no_way_to_anybodys_data(stranger: Watched, dashboard: str, people: People) -> None:
    page = stranger.page
    stranger.enter(dashboard, people.token("admin.one"))
    page.goto(dashboard)
    stranger.idle()
    assert pages(stranger) == ["账号", "我的账户"]
    for path in ("alerts", "set_aside", "shortfall", "person?alert=1", "overview", "audit"):
        page.goto(f"{dashboard}/{path}")
        stranger.idle()
        text = page.get_by_test_id("stApp").inner_text()
        assert "3710" not in text and "预警总数" not in text
    assert stranger.outside() == []


#: Opens the pages' websocket as Streamlit's own script does, asking for a session's page back, and returns whose page comes.
#: What an earlier run of a page had left to say may come first.
RESUME = """existing => new Promise(resolve => {
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/_stcore/stream", ["streamlit", "x", existing]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(new Uint8Array([0x5a, 0x00]));
  socket.onmessage = async message => {
    const session = await sessionNamed([...new Uint8Array(message.data)]);
    if (session) { resolve(session); socket.close(); }
  };
  socket.onclose = () => resolve("");
})"""


def session_named(message: list[int]) -> str:
    return str(ForwardMsg.FromString(bytes(message)).new_session.initialize.session_id)


def resumed(watched: Watched, session: str) -> str:
    """Whose page the server gives when that session's is asked for; nothing where it gives none."""
    return str(watched.page.evaluate(RESUME, session))


def test_nobody_gets_another_ones_page_by_the_number_of_its_session(
    browser: Browser, watched: Watched, dashboard: str, people: People
) -> None:
    def alone(name: str = "") -> Watched:
        """Somebody's browser, on a page of ours that has no websocket of its own."""
        seen = Watched(browser.new_context(locale="zh-CN").new_page())
        seen.page.expose_function("sessionNamed", session_named)
        if name:
            seen.enter(dashboard, people.token(name))
        seen.page.goto(f"{dashboard}/password" if name else f"{dashboard}/login")
        return seen

    owner, other, nobody = alone("officer.one"), alone("officer.two"), alone()
    nothing = "00000000-0000-0000-0000-000000000000"
    session = resumed(owner, nothing)
    assert session not in (nothing, "")
    assert resumed(owner, session) == session, "one's own page comes back, so the attempts below mean something"
    assert resumed(other, session) not in (session, "")
    assert resumed(nobody, session) == ""
    for seen in (owner, other, nobody):
        seen.page.context.close()
