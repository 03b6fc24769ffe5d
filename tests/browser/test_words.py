"""What Streamlit says of its own accord: in Chinese wherever an officer opens something on the list page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from test_journey import HEADER_HEIGHT, open_list
from watching import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Where the column 累计负担 ends, by the widths the page gives its columns, and how far before that its menu's button is.
BURDEN_ENDS = 60 + 52 + 142 + 76 + 64 + 118 + 84 + 198 + 98
MENU_FROM_END = 18

#: Visible texts with a Latin word in them: not the names of icons, which are drawn as pictures, nor the two downloads called
#: by their format, nor what is one pixel wide, for readers of the page by ear.
LATIN = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.nodeValue.trim(), element = walker.currentNode.parentElement;
    const icon = element.closest("[data-testid=stIconMaterial]");
    const seen = element.checkVisibility() && element.getBoundingClientRect().width > 1;
    if (/[A-Za-z]{3,}/.test(text) && !icon && !/xlsx|csv/i.test(text) && seen) found.push(text);
  }
  return found;
}"""


def test_nothing_an_officer_opens_speaks_english(watched: Watched, dashboard: str) -> None:
    page = open_list(watched, dashboard)

    def nothing_latin() -> None:
        assert page.evaluate(LATIN) == []

    nothing_latin()
    page.locator(".st-key-alerts-search input").click()
    page.keyboard.type("5")
    expect(page.get_by_text("按回车查询")).to_be_visible()
    nothing_latin()

    page.locator(".st-key-alerts-kinds input").click()
    page.keyboard.type("zzz")
    expect(page.get_by_text("没有匹配项").last).to_be_visible()
    nothing_latin()
    page.keyboard.press("Escape")

    table = page.get_by_test_id("stDataFrame")
    box = table.get_by_test_id("data-grid-canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + BURDEN_ENDS - MENU_FROM_END, box["y"] + HEADER_HEIGHT / 2)
    menu = page.get_by_test_id("stDataFrameColumnMenu")
    expect(menu.get_by_role("menuitem", name="本页升序")).to_be_visible()
    # Streamlit reckons a column of decimals a hundredfold.
    expect(menu.get_by_text("Statistics")).to_be_hidden()
    nothing_latin()
    menu.get_by_role("menuitem", name="格式").hover()
    expect(page.get_by_role("menuitem", name="科学计数")).to_be_visible()
    nothing_latin()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    table.hover()
    for button, tip in enumerate(("显示或隐藏列", "查找", "全屏")):
        page.get_by_test_id("stElementToolbarButton").nth(button).hover()
        expect(page.get_by_role("tooltip").filter(has_text=tip)).to_be_visible()
    nothing_latin()
    assert watched.errors == []
