"""The door for xlsx and xls: cell types, sheets, rows counted as the sheet counts them."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from monitor.base.errors import IntakeError
from monitor.intake.columns import SETTLEMENTS
from monitor.intake.reading import Chunk, open_export
from monitor.intake.sheets import shown

HEADER = ["setl_id", "certno", "setl_time", "maf_pay", "psn_part_amt"]
Sheets = dict[str, Sequence[Sequence[Any]]]


def write_xlsx(path: Path, sheets: Sheets, hidden: Sequence[str] = ()) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_xls(path: Path, sheets: Sheets) -> Path:
    book = xlwt.Workbook()
    dates = xlwt.easyxf(num_format_str="YYYY-MM-DD hh:mm:ss")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value, *([dates] if isinstance(value, dt.date) else []))
    book.save(str(path))
    return path


def read(path: Path) -> list[Chunk]:
    with open_export(path, SETTLEMENTS) as export:
        chunks = list(export.chunks())
        assert sum(chunk.bytes_read for chunk in chunks) == export.size
        return chunks


def cells(chunks: list[Chunk], name: str) -> list[object]:
    return [value for chunk in chunks for value in chunk.rows.column(name).to_pylist()]


ROWS = [
    HEADER,
    ["S1", "990101198001011236", dt.datetime(2025, 1, 31, 8, 30), "", 12.3],
    ["", "", "", "", ""],
    ["S2", 990101198001011236, dt.datetime(2025, 1, 31), 5, 0.1 + 0.2],
    ["S3", "", 20250131, "-", "1,000.00"],
]


@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_xls, "a.xls")])
def test_typed_cells_become_text(tmp_path: Path, write: Callable[[Path, Sheets], Path], name: str) -> None:
    path = write(tmp_path / name, {"结算": ROWS})
    with open_export(path, SETTLEMENTS) as export:
        assert (export.encoding, export.header_line, export.columns) == (path.suffix[1:], 1, tuple(HEADER))
    chunks = read(path)
    assert cells(chunks, "line") == [2, 4, 5]
    assert [str(value)[:10] for value in cells(chunks, "setl_time")] == ["2025-01-31", "2025-01-31", "20250131"]
    assert cells(chunks, "setl_time")[0] == "2025-01-31 08:30:00"
    assert cells(chunks, "psn_part_amt") == ["12.3", "0.3", "1,000.00"]
    assert cells(chunks, "maf_pay") == ["", "5", "-"]
    assert cells(chunks, "number_cell") == [False, True, False]
    assert cells(chunks, "psn_no") == [None] * 3
    assert [chunk.sheet for chunk in chunks] == [""]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"), (-3, "-3"), (12.34, "12.34"), (0.1 + 0.2, "0.3"), (5.6e-17, "0"), (0.00001, "0.00001"),
        (1e15, "1.00000000000000E+15"), (990101198001011200, "9.90101198001011E+17"), (True, "1"), (False, "0"),
        (dt.date(2025, 1, 2), "2025-01-02"), (dt.datetime(2025, 1, 2, 3, 4, 5, 600000), "2025-01-02 03:04:05.600000"),
        (dt.time(1, 2), "01:02:00"), (dt.timedelta(days=1), "1 day, 0:00:00"), ("文字", "文字"),
    ],
)
def test_a_cell_as_text(cell: Any, text: str) -> None:
    assert shown(cell) == text


def test_headings_on_the_third_row_and_notes_apart(tmp_path: Path) -> None:
    sheets = {"说明": [["制表说明"]], "空": [], "结算": [["一月结算"], ["某局"], *ROWS]}
    path = write_xlsx(tmp_path / "a.xlsx", sheets, hidden=["说明"])
    with open_export(path, SETTLEMENTS) as export:
        assert export.header_line == 3
        assert [(one.kind, one.sheet, one.name, one.count) for one in export.unused] == [
            ("note", "说明", "说明", 1), ("sheet", "空", "空", 0), ("note", "结算", "表头以上的标题和说明", 2),
        ]
    assert cells(read(path), "line") == [4, 6, 7]


def test_every_sheet_with_the_headings_is_read(tmp_path: Path) -> None:
    chunks = read(write_xlsx(tmp_path / "a.xlsx", {"一月": ROWS, "二月": ROWS[:2]}))
    assert [(chunk.sheet, chunk.rows.num_rows) for chunk in chunks] == [("一月", 3), ("二月", 1)]


def test_long_sheets_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.intake.workbook.ROWS_PER_CHUNK", 2)
    chunks = read(write_xlsx(tmp_path / "a.xlsx", {"结算": ROWS}))
    assert [cells([chunk], "line") for chunk in chunks] == [[2, 4], [5]]


def test_a_workbook_in_a_zip(tmp_path: Path) -> None:
    inner = write_xlsx(tmp_path / "a.xlsx", {"结算": ROWS})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.write(inner, "结算/一月.xlsx")
    assert cells(read(tmp_path / "a.zip"), "setl_id") == ["S1", "S2", "S3"]


@pytest.mark.parametrize(
    ("sheets", "hidden", "says"),
    [
        ({"空": []}, [], "空的"),
        ({"结算": [["setl_id"]]}, [], "缺少"),
        ({"结算": ROWS, "旧": ROWS}, ["旧"], "隐藏"),
        ({"一月": ROWS, "二月": [HEADER[:3] + HEADER[4:]]}, [], "列不相同"),
        ({"结算": [[*HEADER, "身份证号"]]}, [], "有两列都是 certno"),
    ],
)
def test_workbooks_that_are_refused(tmp_path: Path, sheets: Sheets, hidden: list[str], says: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read(write_xlsx(tmp_path / "a.xlsx", sheets, hidden))
    assert says in caught.value.sentence and "a.xlsx" in caught.value.sentence


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(IntakeError, match=r"a\.xlsx 不是可读的"):
        read(path)


@pytest.mark.parametrize("from_1904", [False, True])
def test_a_serial_number_is_read_by_its_column_unless_days_count_from_1904(tmp_path: Path, from_1904: bool) -> None:
    path = tmp_path / "days.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": from_1904}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([("setl_id", "certno", "setl_time", "psn_part_amt"), ("S1", "P", 45782, 1), ("S2", "P", 2025.1, 1)]):
            sheet.write_row(place, 0, row)
    with open_export(path, SETTLEMENTS) as export:
        (chunk,) = export.chunks()
    assert chunk.rows.column("setl_time").to_pylist() == ["@45782" if from_1904 else "45782", "~2025.1"]
