"""Names that mean something to a spreadsheet, a database, a browser or a file system, on their way through everything."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from bureau import Bureau, certno, settlement
from hostile import NAMES
from python_calamine import CalamineWorkbook

from dashboard.lists.exports import disposition
from monitor.casework.reading.listing import AlertRow
from monitor.reports.workbook import Cover, clean, csv_lines, write_xlsx

Monitor = Callable[..., subprocess.CompletedProcess[str]]

ROW = AlertRow(
    id=1, run_id="r", person="p", name_masked="张*", certno_masked="9910**********1234", category="dibao", insutype="390",
    insu_admdvs="991002", town="甲镇", measure="burden", burden_fen=1, benchmark_fen=None, benchmark_year=None, multiple=None,
    threshold_fen=1, excess_fen=1, reason="", provisional=False, rule="线", kind="return_to_poverty", crossed_on=date(2026, 5, 8),
    crossing_setl_id="S", state="new",
)
ROWS = [
    replace(ROW, name_masked=name, town=name, crossing_setl_id=name, insu_admdvs=name, category=name, insutype=name, reason=name)
    for name in NAMES
]
#: What no spreadsheet may find at the beginning of a cell of text.
FORMULA = re.compile(r"[\s\u3000\u00a0\ufeff\u200b]*[=+\-@＝＋－＠\t\r]")


def test_a_csv_for_people_begins_no_cell_like_a_formula() -> None:
    lines = list(csv_lines(ROWS))
    assert len(lines) == 1 + len(NAMES)
    header, *rows = csv.reader(io.StringIO(b"".join(lines).decode("utf-8-sig"), newline=""))
    assert len(rows) == len(NAMES) and all(len(row) == len(header) for row in rows)
    assert [cell for row in rows for cell in row if FORMULA.match(cell)] == []
    # Nothing else is changed: the name is still to be read.
    assert [row[header.index("乡镇")].removeprefix("'") for row in rows] == [clean(name).removeprefix("'") for name in NAMES]


def test_a_workbook_for_people_holds_text_and_nothing_else() -> None:
    out = io.BytesIO()
    cover = Cover(
        heading=NAMES[0], document=NAMES[1], clauses=NAMES, run_id="r", as_of=date(2026, 6, 30), known_at="", trial=False,
        provisional=False, filters=NAMES, count=len(NAMES), excess_fen=1, made_for="=x",
        made_at=datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=8))),
    )
    assert write_xlsx(ROWS, out, cover) == len(NAMES)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower() or "sheet1.xml.rels" in name]
    for name, part in parts.items():
        if name.startswith("xl/worksheets/"):
            assert b"<f>" not in part and b"<hyperlink" not in part
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_name("名单").to_python()
    assert [row[header.index("乡镇")] for row in rows] == [clean(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_download_has_one_header_and_no_path(name: str) -> None:
    header = disposition(name)
    assert header.isascii() and header.isprintable()
    assert header.count('"') == 2 and "/" not in header and "\\" not in header


#: What the insurance's calculation cannot do without.
FUNDS = ("hifmi_pay", "hifob_pay", "cvlserv_pay", "hifes_pay", "hifdm_pay", "oth_pay")


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Everybody and everything in it bears one of the names; two in three are over the line."""
    bureau = Bureau(tmp_path_factory.mktemp("hostile"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(bureau.directory / "keys"))
        fill(bureau)
    return bureau


def fill(bureau: Bureau) -> None:
    bureau.incomes()
    numbered = list(enumerate(NAMES))
    bureau.people(*(
        {"certno": certno(number), "psn_no": f"P{number}", "psn_name": name, "town": name, "village": name, "address": name}
        for number, name in numbered
    ))
    bureau.identities(*(
        {"certno": certno(number), "psn_name": name, "category": "dibao", "department": name}
        for number, name in numbered if number % 3 == 0
    ))
    rows = [
        settlement(setl_id=f"{name}{number}", certno=certno(number), psn_no=f"P{number}", psn_name=name, psn_part_amt=70000)
        | {"dise_name": name, "fixmedins_name": name} | dict.fromkeys(FUNDS, "0")
        for number, name in numbered
    ]
    # Everything in quotes: a line end within a name is then part of it.
    with (path := bureau.directory / "hostile.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    outcome = bureau.load("settlements", path)
    assert (outcome.read, outcome.accepted) == (len(NAMES), len(NAMES)), outcome
    bureau.run()


LISTS = [
    ("alerts",), ("alerts", "--uncovered"), ("alerts", "--set-aside"), ("entitlements",), ("shortfall",), ("shortfall", "--no-route"),
    ("audit-coverage",), ("audit-coverage", "--people"), ("insurance",), ("review",), ("review", "--unmatched"),
    ("loads",), ("runs",),
]


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_every_list_is_whole(call_monitor: Monitor, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(bureau.directory / "keys"))
    answer = call_monitor(*command, home=bureau.home.path)
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    if command == ("alerts",):
        rows = list(csv.DictReader(io.StringIO(answer.stdout, newline="")))
        # The machine's list is unmasked and unchanged: what reads it is a program.
        # People on dibao are helped by another rule than the one of those who are over the line.
        assert sorted(row["certno"] for row in rows) == sorted(certno(number) for number in range(len(NAMES)) if number % 3)


PATHS = ["../../etc/passwd", "/etc/passwd", "..", ".", "a/b", "a\\b", "~", "%2e%2e", "\n", "'; DROP TABLE runs; --", "*", ""]


@pytest.mark.parametrize("name", PATHS)
def test_an_id_is_looked_up_and_is_no_path(call_monitor: Monitor, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(bureau.directory / "keys"))
    before = {path: path.stat().st_mtime_ns for path in bureau.home.path.rglob("*.json")}
    for command in (
        ("alerts", "--run", name), ("entitlements", "--run", name), ("explain", name), ("review", "--batch", name),
        ("review", "--roster", name), ("run", "--document", name, "--as-of", "2025-12-31"), ("documents", name),
        ("parameter", name), ("parameter", "weihai-2022-15", f"{name}=1", "--paper", name, "--by", name),
    ):
        answer = call_monitor(*command, home=bureau.home.path)
        if name == "" and "--run" in command:
            continue  # no run named: the latest
        assert answer.returncode in (0, 1, 2), answer
        assert "内部错误" not in answer.stderr and "Traceback" not in answer.stderr, (command, answer.stderr)
        assert "root:" not in answer.stdout + answer.stderr
    assert {path: path.stat().st_mtime_ns for path in bureau.home.path.rglob("*.json")} == before
