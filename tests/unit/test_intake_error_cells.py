"""Cells that hold an error: calamine reads them as blank, and a blank amount is zero."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import xlwt
from compound import SMALL, compound, record, workbook
from python_calamine import CalamineWorkbook

from monitor.base.errors import IntakeError
from monitor.intake import error_cells
from monitor.intake.biff import NoBiff, workbook_stream
from monitor.intake.biff import error_cells as biff_cells
from monitor.intake.checks import Cleaning
from monitor.intake.columns import IDENTITIES, PEOPLE, SETTLEMENTS, Table
from monitor.intake.error_cells import TEXTS, UnreadableWorkbook, find_errors
from monitor.intake.reading import Chunk, open_export
from monitor.intake.scrubbing import scrub

HEADER = ["setl_id", "certno", "setl_time", "maf_pay", "psn_part_amt"]
GOOD = ["S0", "990101198001011236", "2025-01-31", 0, 12.5]
CODES = {text: code for code, text in TEXTS.items()}
#: calamine 0.9 knows no more; Excel and WPS write newer errors (#SPILL!) as #VALUE!.
WRITTEN = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]
Rows = list[list[Any]]


def write_xlsx(path: Path, rows: Rows, first_column: int = 0) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("结算")
        for line, row in enumerate(rows):
            for place, value in enumerate(row, start=first_column):
                if value in CODES:
                    sheet.write_formula(line, place, "=A1", None, value)
                else:
                    sheet.write(line, place, value)
    return path


def write_xls(path: Path, rows: Rows, first_column: int = 0) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("结算")
    for line, row in enumerate(rows):
        for place, value in enumerate(row, start=first_column):
            if value in CODES:
                sheet.row(line).set_cell_error(place, CODES[value])
            else:
                sheet.write(line, place, value)
    book.save(str(path))
    return path


def change_sheet(path: Path, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> Path:
    """The same workbook with one part rewritten."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    changed = change(parts[part])
    assert changed != parts[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in (parts | {part: changed}).items():
            after.writestr(name, content)
    return path


def read(path: Path, table: Table = SETTLEMENTS) -> list[Chunk]:
    with open_export(path, table) as export:
        chunks = list(export.chunks())
        assert sum(chunk.bytes_read for chunk in chunks) == export.size
        return chunks


def column(chunks: list[Chunk], name: str) -> list[object]:
    return [value for chunk in chunks for value in chunk.rows.column(name).to_pylist()]


def rejected(chunks: list[Chunk]) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.column, bad.reason) for chunk in chunks for bad in chunk.malformed]


both = pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_xls, "a.xls")])


@both
@pytest.mark.parametrize("first_column", [0, 3])
def test_every_error_arrives_by_its_name(
    tmp_path: Path, write: Callable[[Path, Rows, int], Path], name: str, first_column: int
) -> None:
    rows = [[f"S{text}", GOOD[1], GOOD[2], text, 1] for text in WRITTEN]
    chunks = read(write(tmp_path / name, [HEADER, GOOD, *rows, GOOD], first_column))
    assert column(chunks, "maf_pay") == ["0", *WRITTEN, "0"]
    assert column(chunks, "line") == list(range(2, 11))
    assert rejected(chunks) == []


@both
def test_no_amount_is_made_of_an_error(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, write: Callable[[Path, Rows], Path], name: str
) -> None:
    """The row is rejected for the column the error stands in, in the words the checks have for that column."""
    cases: list[tuple[Mapping[str, str], list[str]]] = [
        ({"maf_pay": "#N/A"}, ["maf_pay:not_a_number"]),
        ({"psn_part_amt": "#VALUE!"}, ["psn_part_amt:not_a_number"]),
        ({"setl_time": "#REF!"}, ["setl_time:not_a_date"]),
        ({"vali_flag": "#N/A"}, ["vali_flag:unknown_flag"]),
        ({"fixmedins_name": "#N/A"}, []),
        ({}, []),
    ]
    header = [*HEADER, "vali_flag", "fixmedins_name"]
    good = dict(zip(header, [*GOOD, "1", "医院"], strict=True))
    rows = [list((good | {"setl_id": f"S{place}"} | cells).values()) for place, (cells, _) in enumerate(cases)]
    (chunk,) = read(write(tmp_path / name, [header, *rows]))
    Cleaning(connection, SETTLEMENTS).take(scrub(SETTLEMENTS, chunk.rows))
    found = connection.execute("SELECT reasons FROM cleaned ORDER BY line").fetchall()
    assert [reasons for (reasons,) in found] == [reasons for _, reasons in cases]


@both
def test_an_error_is_nobodys_number(tmp_path: Path, write: Callable[[Path, Rows], Path], name: str) -> None:
    """Two people whose number is #N/A are not one; and nobody is insured at #N/A."""
    header = [*HEADER, "psn_no", "init_setl_id", "insu_admdvs", "insutype", "psn_cert_type"]
    good = dict(zip(header, [*GOOD, "P1", "", "370102", "390", "01"], strict=True))
    columns = ["setl_id", "certno", "psn_no", "init_setl_id", "insu_admdvs", "insutype", "psn_cert_type"]
    rows = [list((good | {place: "#N/A"}).values()) for place in columns]
    chunks = read(write(tmp_path / name, [header, *rows, list(good.values())]))
    assert [(line, place) for line, place, _ in rejected(chunks)] == list(enumerate(columns, start=2))
    assert [reason for _, _, reason in rejected(chunks)] == ["destroyed_number"] * 4 + ["not_a_number"] * 3
    assert column(chunks, "line") == [9]


def test_registers_and_lists_too(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A day on which an identity ends that reads as blank would be one that never ends."""
    header, good = ["certno", "category", "begin", "end"], [GOOD[1], "dibao", "2025-01-01", "2025-06-30"]
    rows = [good, [*good[:3], "#N/A"], [good[0], "#N/A", *good[2:]], ["#N/A", *good[1:]]]
    (chunk,) = read(write_xlsx(tmp_path / "a.xlsx", [header, *rows]), IDENTITIES)
    Cleaning(connection, IDENTITIES).take(scrub(IDENTITIES, chunk.rows))
    found = connection.execute("SELECT reasons FROM cleaned ORDER BY line").fetchall()
    assert found == [([],), (["end:not_a_date"],), (["category:unknown_category"],)]
    assert rejected([chunk]) == [(5, "certno", "destroyed_number")]
    register = [["psn_no", "certno", "town"], ["P1", GOOD[1], "#N/A"], ["#N/A", GOOD[1], "甲镇"]]
    (chunk,) = read(write_xlsx(tmp_path / "b.xlsx", register), PEOPLE)
    assert (column([chunk], "town"), rejected([chunk])) == (["#N/A"], [(3, "psn_no", "destroyed_number")])


@both
def test_a_row_of_nothing_but_an_error_is_a_row(tmp_path: Path, write: Callable[[Path, Rows], Path], name: str) -> None:
    chunks = read(write(tmp_path / name, [HEADER, GOOD, ["", "", "", "#REF!", ""]]))
    assert column(chunks, "maf_pay") == ["0", "#REF!"]


def test_rejected_rows_count_in_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.intake.workbook.ROWS_PER_CHUNK", 2)
    bad = ["#N/A", *GOOD[1:]]
    chunks = read(write_xlsx(tmp_path / "a.xlsx", [HEADER, bad, bad, bad, GOOD]))
    assert [(chunk.rows.num_rows, len(chunk.malformed)) for chunk in chunks] == [(0, 2), (1, 1), (0, 0)]


def test_errors_of_another_sheet_stay_there(tmp_path: Path) -> None:
    """Sheets are told apart by their place in the workbook, charts and sheets without the headings counted."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=一月!$E$2:$E$2"})
        book.add_chartsheet("图").set_chart(chart)
        for name, value in (("一月", "#N/A"), ("二月", 7)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, GOOD)
            if value in CODES:
                sheet.write_formula(1, 3, "=NA()", None, value)
            else:
                sheet.write(1, 3, value)
    old = xlwt.Workbook()
    for name, value in (("说明", None), ("一月", "#N/A"), ("二月", 7)):
        sheet = old.add_sheet(name)
        for place, heading in enumerate(HEADER):
            sheet.write(0, place, heading if value else "说明")
            sheet.write(1, place, GOOD[place] if value else "说明") if place != 3 else None
        if value in CODES:
            sheet.row(1).set_cell_error(3, CODES[value])
        else:
            sheet.write(1, 3, value)
    old.save(str(tmp_path / "a.xls"))
    for name in ("a.xlsx", "a.xls"):
        chunks = read(tmp_path / name)
        assert [(chunk.sheet, column([chunk], "maf_pay")) for chunk in chunks] == [("一月", ["#N/A"]), ("二月", ["7"])]


# What xlsx files may look like


ERROR_AT_D2 = b'<c r="D2" t="e"><f>A1</f><v>#N/A</v></c>'


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (ERROR_AT_D2, b"<c r='D2' t = 'e'><v>#REF!</v></c>", "#REF!"),
        (ERROR_AT_D2, b'<c t="e"><v>#N/A</v></c>', "#N/A"),
        (ERROR_AT_D2, b'<c r="D2" t="e"><v></v></c>', "#ERROR!"),
        (ERROR_AT_D2, b'<c r="D2" t="e"/>', "#ERROR!"),
        (b"<row r=\"2\"", b"<row", "#N/A"),
    ],
)
def test_what_other_programs_write(tmp_path: Path, old: bytes, new: bytes, text: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1], GOOD])
    chunks = read(change_sheet(path, lambda xml: xml.replace(old, new)))
    assert (column(chunks, "maf_pay"), column(chunks, "line")) == ([text, "0"], [2, 3])


def test_prefixed_elements(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])

    def prefixed(xml: bytes) -> bytes:
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f"):
            for before, after in ((b"<" + name + b" ", b"<x:" + name + b" "), (b"<" + name + b">", b"<x:" + name + b">"),
                                  (b"</" + name + b">", b"</x:" + name + b">")):
                xml = xml.replace(before, after)
        return xml.replace(b"xmlns=", b"xmlns:x=")

    assert column(read(change_sheet(path, prefixed)), "maf_pay") == ["#N/A"]


def test_a_value_that_only_looks_like_it(tmp_path: Path) -> None:
    """A text that says "e" makes the sheet be parsed, and nothing come of it."""
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, GOOD])
    changed = change_sheet(path, lambda xml: xml.replace(b"</sheetData>", b'</sheetData><!-- <c r="D2" t="e"/> -->'))
    assert column(read(changed), "maf_pay") == ["0"]


def test_the_search_sees_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])
    for step in (1, 2, 3, 7):
        monkeypatch.setattr(error_cells, "_STEP", step)
        assert list(find_errors(path.read_bytes(), 0, "a.xlsx")) == [(2, 3, "#N/A")]


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])
    bomb = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    with pytest.raises(IntakeError, match=r"a\.xlsx 不是可读的"):
        read(change_sheet(path, lambda xml: xml.replace(b"<worksheet", bomb)))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<a></b></sheetData>"),
        ("xl/worksheets/sheet1.xml", b'r="D2"', b'r="XFE2"'),
        ("xl/worksheets/sheet1.xml", b'r="D2"', b'r="D1048577"'),
        ("xl/worksheets/sheet1.xml", b'r="D2"', b'r="2"'),
        ("xl/worksheets/sheet1.xml", b'r="D2"', b'r="D"'),
        ("xl/workbook.xml", b"<sheet ", b"<leaf "),
        ("xl/workbook.xml", b"r:id=", b"r:no="),
        ("xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet9.xml"),
    ],
)
def test_a_sheet_that_cannot_be_looked_through_is_refused(tmp_path: Path, part: str, old: bytes, new: bytes) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])
    change_sheet(path, lambda xml: xml.replace(old, new), part)
    with pytest.raises(UnreadableWorkbook):
        list(find_errors(path.read_bytes(), 0, "a.xlsx"))


def test_an_unreadable_sheet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])
    with pytest.raises(IntakeError, match=r"a\.xlsx 不是可读的"):
        read(change_sheet(path, lambda xml: xml.replace(b"</sheetData>", b"</sheetData><a></b>")))


def test_an_error_nobody_knows_is_said_to_be_one(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [*GOOD[:3], "#N/A", 1]])
    with pytest.raises(IntakeError) as caught:
        read(change_sheet(path, lambda xml: xml.replace(b"#N/A", b"#WHAT!")))
    assert "错误值" in caught.value.sentence and "WHAT" not in caught.value.sentence


def test_a_binary_workbook_is_sent_back(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("xl/workbook.bin", b"")
    with pytest.raises(IntakeError, match="xlsb"):
        read(tmp_path / "a.xlsx")


# What xls files may look like


def boolerr(row: int, column: int, code: int, is_error: int = 1) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, is_error))


def formula(row: int, column: int, result: bytes) -> bytes:
    return record(0x0006, struct.pack("<HHH", row, column, 0) + result + b"\x00" * 8)


CELLS = [
    boolerr(0, 0, 1, is_error=0),
    boolerr(1, 3, 0x2A),
    formula(2, 3, b"\x02\x00\x0f\x00\x00\x00\xff\xff"),
    formula(3, 3, b"\x01\x00\x01\x00\x00\x00\xff\xff"),
    formula(4, 3, struct.pack("<d", 2.5)),
]
FOUND = [(1, 3, 0x2A), (2, 3, 0x0F)]


@pytest.mark.parametrize(
    "filling",
    [[], [record(0x00EC, b"\x00" * 8000)], [record(0x00EC, b"\x00" * 8000)] * 1000],
    ids=["a small stream", "a large one", "tables that fill more than the head"],
)
@pytest.mark.parametrize("name", ["Workbook", "Book"])
def test_errors_of_an_old_workbook(tmp_path: Path, filling: list[bytes], name: str) -> None:
    content = compound(workbook(*CELLS, *filling), name)
    assert list(biff_cells(content, 0)) == FOUND
    (tmp_path / "a.xls").write_bytes(content)
    book = CalamineWorkbook.from_path(tmp_path / "a.xls")
    # The file is one to calamine as well, and it has no word for the errors in it.
    assert [row[-1] for row in book.get_sheet_by_index(0).iter_rows()][1:3] == ["", ""]


def test_charts_within_a_sheet_are_no_cells() -> None:
    chart = record(0x0809, b"\x00\x06\x20\x00") + boolerr(9, 9, 0x2A) + record(0x000A)
    content = compound(workbook(*CELLS, record(0x000A), chart))
    assert list(biff_cells(content, 0)) == FOUND


def test_a_formula_of_an_xls_that_came_to_an_error(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("结算")
    for place, heading in enumerate(HEADER):
        sheet.write(0, place, heading)
        sheet.write(1, place, xlwt.Formula("1/0") if heading == "maf_pay" else GOOD[place])
    path = tmp_path / "a.xls"
    book.save(str(path))
    content = bytearray(path.read_bytes())
    # xlwt calculates nothing and writes an empty text for the result; Excel would have written #DIV/0!.
    at = content.index(b"\x03" + b"\x00" * 5 + b"\xff\xff", content.index(struct.pack("<HH", 1, 3)))
    content[at : at + 8] = b"\x02\x00\x07\x00\x00\x00\xff\xff"
    path.write_bytes(content)
    assert column(read(path), "maf_pay") == ["#DIV/0!"]


def test_damaged_files_end_in_one_way(tmp_path: Path) -> None:
    """Cut anywhere, or with bytes changed: cells or NoBiff, never anything else, never without an end."""
    chance = random.Random(20260101)
    for content in (compound(workbook(*CELLS)), compound(workbook(*CELLS) + b"\x00" * SMALL)):
        for trial in range(600):
            spoilt = bytearray(content[: chance.randrange(len(content))] if trial % 2 else content)
            for _ in range(chance.randrange(4)):
                if spoilt:
                    spoilt[chance.randrange(len(spoilt))] = chance.choice((0, 1, 0x7F, 0xFE, 0xFF))
            with suppress(NoBiff):
                list(biff_cells(bytes(spoilt), 0))


def test_chains_that_go_round_end() -> None:
    content = bytearray(compound(workbook(*CELLS) + b"\x00" * SMALL))
    (table,) = struct.unpack_from("<I", content, 76)
    struct.pack_into("<I", content, (table + 1) * 512, 0)
    with pytest.raises(NoBiff):
        workbook_stream(bytes(content))
