"""An officer's way through the dashboard: open, filter, open a person, download, read the file back.

What the screens must show is taken from the command line's own lists over the same home.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine
from playwright.sync_api import Download, Page, expect
from playwright.sync_api import TimeoutError as PatienceLost
from watching import Watched

from monitor.access.masking import mask_name, mask_number
from monitor.base.vocabulary import AlertKind, AlertState, ShortfallReason

ROOT = Path(__file__).resolve().parents[2]
HEADER_HEIGHT = 35
ROW_HEIGHT = 34
ACTIVE = {AlertState.NEW, AlertState.RAISED, AlertState.CONTINUING}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def arithmetic(text: str) -> str:
    """A line of arithmetic as the page shows it, with thousands separators."""
    return re.sub(r"\d{4,}\.\d{2,}", lambda found: f"{Decimal(found[0]):,}", text)


def told(home: Path, *arguments: str) -> str:
    """What the command line says about the home."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--home", str(home), *arguments],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True, stdin=subprocess.DEVNULL,
    )
    return done.stdout


@pytest.fixture(scope="session")
def alerts(demo_home: Path) -> list[dict[str, str]]:
    """The official list, whole, as the command line writes it."""
    return list(csv.DictReader(io.StringIO(told(demo_home, "alerts", "--format", "csv"))))


def returning(alerts: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those being pushed back into poverty, the largest excess first, as the list page orders them."""
    chosen = [row for row in alerts if row["kind"] == AlertKind.RETURN_TO_POVERTY and row["state"] in ACTIVE]
    return sorted(chosen, key=lambda row: -Decimal(row["excess"]))


def open_list(watched: Watched, dashboard: str) -> Page:
    page = watched.page
    page.goto(dashboard)
    watched.idle()
    page.get_by_role("link", name="预警名单").click()
    watched.idle()
    expect(page.get_by_role("heading", name="预警名单")).to_be_visible()
    return page


def choose_kind(watched: Watched, label: str) -> None:
    """Picks one kind in the filter form and applies it."""
    page = watched.page
    page.locator(".st-key-alerts-kinds input").click()
    page.get_by_role("option", name=label, exact=True).click()
    page.keyboard.press("Escape")
    page.locator(".st-key-alerts-apply button").click()
    watched.idle()


def download(watched: Watched, people: str, form: str) -> Download:
    """Opens the downloads of a list (``alerts``, ``due``), says what for, and takes the file."""
    page = watched.page
    opener = page.get_by_test_id("stPopover").get_by_role("button", name="导出")
    purpose = page.locator(f".st-key-{people}-export-purpose input")
    # A download closes the form it was asked for in; on a slow machine that can be after the next click on the button.
    for _ in range(5):
        if not purpose.is_visible():
            opener.click()
        with contextlib.suppress(PatienceLost):
            purpose.click(timeout=5_000)
            break
    page.get_by_role("option", name="核实情况").click()
    with page.expect_download() as coming:
        page.locator(f".st-key-{people}-{form} button").click()
    watched.idle()
    page.keyboard.press("Escape")
    return coming.value


def open_first(watched: Watched) -> None:
    """Presses the first row's button. The table is drawn on a canvas: its cells are read by their test ids, but clicked by place,
    which has to be in sight, and can move until the moment of the click."""
    page = watched.page
    table = page.get_by_test_id("stDataFrame")
    table.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = table.get_by_test_id("data-grid-canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 30, box["y"] + HEADER_HEIGHT + ROW_HEIGHT / 2)
    page.wait_for_url(re.compile(r"/person\?"))
    watched.idle()


def assert_clean(watched: Watched, alerts: list[dict[str, str]]) -> None:
    """No request left the machine, no script complained, and nobody's whole number reached the browser."""
    assert watched.requests
    assert watched.outside() == []
    assert watched.errors == []
    shown = watched.page.content()
    assert [row["certno"][:4] for row in alerts if row["certno"] and row["certno"] in shown] == []


def test_the_overview_counts_what_the_command_line_lists(
    watched: Watched, dashboard: str, alerts: list[dict[str, str]]
) -> None:
    page = watched.page
    page.goto(dashboard)
    watched.idle()
    active = [row for row in alerts if row["state"] in ACTIVE]
    total = page.get_by_test_id("stMetric").filter(has_text="预警总数")
    expect(total.get_by_test_id("stMetricValue")).to_have_text(f"{len(active)} 人")
    expect(page.locator(".st-key-trend .main-svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert_clean(watched, alerts)


def test_filter_download_and_read_back(
    watched: Watched, dashboard: str, alerts: list[dict[str, str]]
) -> None:
    page = open_list(watched, dashboard)
    choose_kind(watched, AlertKind.RETURN_TO_POVERTY.label)
    expected = returning(alerts)
    assert expected, "the sample has nobody to show: choose another"
    expect(page.get_by_text(re.compile(rf"共\s*{len(expected)}\s*人次"))).to_be_visible()

    asked = [
        (mask_name(row["psn_name"]), mask_number(row["certno"]), Decimal(row["burden"]), Decimal(row["excess"]))
        for row in expected
    ]

    as_csv = download(watched, "alerts", "csv")
    assert as_csv.suggested_filename.startswith("预警名单_")
    raw = Path(as_csv.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    got = [
        (row["姓名"], row["证件号码"], Decimal(row["累计负担（元）"]), Decimal(row["超出（元）"])) for row in rows
    ]
    assert sorted(got) == sorted(asked)
    assert [excess for *_, excess in got] == [excess for *_, excess in asked]

    as_workbook = download(watched, "alerts", "xlsx")
    assert as_workbook.suggested_filename.endswith(".xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(Path(as_workbook.path()).read_bytes()))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    said = [[str(cell) for cell in line] for sheet in sheets for line in sheet]
    for name, number, *_ in asked:
        assert any(name in line and number in line for line in said)
    assert_clean(watched, alerts)


def test_open_a_person_and_find_the_explanation(
    watched: Watched, dashboard: str, alerts: list[dict[str, str]], demo_home: Path
) -> None:
    page = open_list(watched, dashboard)
    choose_kind(watched, AlertKind.RETURN_TO_POVERTY.label)
    first = returning(alerts)[0]

    expect(page.get_by_test_id("stDataFrame").get_by_test_id("glide-cell-1-0")).to_have_text(mask_name(first["psn_name"]))
    open_first(watched)

    explained = json.loads(told(demo_home, "explain", first["certno"], "--format", "json"))
    rule = next(rule for rule in explained["rules"] if rule["over"])
    shown = page.get_by_test_id("stMain")
    expect(shown).to_contain_text(f"{Decimal(first['burden']):,.2f}")
    expect(shown).to_contain_text(f"{Decimal(first['threshold']):,.2f}")
    expect(shown).to_contain_text(rule["clause"])
    expect(shown).to_contain_text(rule["quote"][:20])
    expect(page.locator(".main-svg").first).to_be_visible()
    assert first["certno"] not in page.url
    assert_clean(watched, alerts)


@pytest.fixture(scope="session")
def due(dashboard: str, demo_home: Path) -> list[dict[str, str]]:
    """Everybody due more than was paid, as the command line lists them; the dashboard worked it out when it came up."""
    return list(csv.DictReader(io.StringIO(told(demo_home, "shortfall"))))


def test_the_way_through_those_due_more_than_was_paid(
    watched: Watched, dashboard: str, alerts: list[dict[str, str]], due: list[dict[str, str]], demo_home: Path
) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(dashboard)
    watched.idle()
    page.get_by_role("link", name="应享未享").click()
    watched.idle()
    counted = page.get_by_test_id("stMetric").filter(has_text="应享大于已享")
    expect(counted.get_by_test_id("stMetricValue")).to_have_text(f"{len(due)} 人")

    reason = ShortfallReason(due[0]["reason"])
    expected = [row for row in due if row["reason"] == reason]
    assert 0 < len(expected) < len(due), "the sample has one reason only: choose another filter"
    page.locator(".st-key-due-reasons input").click()
    page.get_by_role("option", name=reason.label, exact=True).click()
    page.keyboard.press("Escape")
    page.locator(".st-key-due-apply button").click()
    watched.idle()
    total = sum((Decimal(row["shortfall"]) for row in expected), Decimal(0))
    expect(page.get_by_text(re.compile(rf"共\s*{len(expected)}\s*人，差额合计\s*{total:,.2f}\s*元"))).to_be_visible()

    # The order matters: on the smallest screen promised the columns up to the marks are in sight.
    table = page.get_by_test_id("stDataFrame")
    headers = table.locator("[data-testid=data-grid-canvas] [role=columnheader]")
    # The script is done before the table's own is fetched: all_inner_texts waits for nothing.
    expect(headers.nth(8)).to_be_attached()
    headings = headers.all_inner_texts()
    assert headings[:9] == ["操作", "姓名", "证件号码", "身份", "差额原因", "应享", "已享", "差额", "注意"]
    # Equal amounts have no order: who stands first is what the file says, as the screen does.
    asked = {
        (mask_name(row["psn_name"]), mask_number(row["certno"]), Decimal(row["expected"]), Decimal(row["shortfall"])): row
        for row in expected
    }
    file = Path(download(watched, "due", "csv").path())
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    got = [(row["姓名"], row["证件号码"], Decimal(row["应享（元）"]), Decimal(row["差额（元）"])) for row in rows]
    assert sorted(got) == sorted(asked) and len(asked) == len(expected)
    amounts = [shortfall for *_, shortfall in got]
    assert amounts == sorted(amounts, reverse=True)
    name, number, _, shortfall = got[0]
    for column, text in ((1, name), (2, number), (7, f"{shortfall.normalize():f}")):
        expect(table.get_by_test_id(f"glide-cell-{column}-0")).to_have_text(text)

    first = asked[got[0]]
    open_first(watched)
    part = json.loads(told(demo_home, "explain", first["certno"], "--format", "json"))["entitlement"]
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text(arithmetic(part["sum"]))
    chosen = next(category for category in part["categories"] if category["chosen"])
    for schedule in chosen["schedules"]:
        expect(main).to_contain_text(schedule["clause"])
        expect(main).to_contain_text(schedule["quote"][:20])
        for step in schedule["steps"]:
            expect(main).to_contain_text(arithmetic(step["working"]))
            expect(main).to_contain_text(arithmetic(step["value"]))
    assert_clean(watched, [*alerts, *due])
