"""What tables come packed in: odd archives, locked files, web pages called workbooks, separators of other keyboards."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from monitor.base.errors import IntakeError
from monitor.intake.columns import SETTLEMENTS
from monitor.intake.reading import open_export
from monitor.intake.unused import Unused

HEADER = ["setl_id", "certno", "psn_name", "setl_time", "maf_pay", "psn_part_amt"]
ROW = ["A1", "990101198505010018", "样甲", "2025-05-05", "0.00", "70000.00"]
TEXT = ",".join(HEADER) + "\n" + ",".join(ROW) + "\n"


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
    return path


def taken(path: Path) -> tuple[list[str], list[Unused]]:
    with open_export(path, SETTLEMENTS) as export:
        chunks = list(export.chunks())
        assert not any(chunk.malformed for chunk in chunks)
        return [cell for chunk in chunks for cell in chunk.rows.column("psn_part_amt").to_pylist()], export.unused


def refused(path: Path) -> str:
    with pytest.raises(IntakeError) as error:
        open_export(path, SETTLEMENTS)
    return error.value.sentence


STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
)
NAMES: dict[str, Callable[[str], str]] = {
    "backslashes": lambda name: name.replace("/", "\\"), "capitals": str.upper, "from the root": lambda name: "/" + name,
    "from here": lambda name: "./" + name, "as they are": str,
}


@pytest.mark.parametrize("rename", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("strict", [False, True])
def test_a_workbook_whose_parts_have_odd_names(tmp_path: Path, rename: Callable[[str], str], strict: bool) -> None:
    with zipfile.ZipFile(workbook(tmp_path / "a.xlsx")) as plain, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as odd:
        for info in plain.infolist():
            content = plain.read(info)
            for ours, theirs in STRICT if strict else ():
                content = content.replace(ours, theirs)
            odd.writestr(rename(info.filename), content)
    assert taken(tmp_path / "b.xlsx") == (["70000.00"], [])


@pytest.mark.parametrize("name", ["a.et", "a.wps", "a.csv", "a", "a.xls"])
def test_a_workbook_is_told_by_its_bytes_whatever_its_name(tmp_path: Path, name: str) -> None:
    workbook(tmp_path / "a.xlsx").rename(tmp_path / name)
    assert taken(tmp_path / name)[0] == ["70000.00"]


CLUTTER = ("__MACOSX/数据/._a.csv", "数据/.DS_Store", "数据/~$a.xlsx", ".~lock.a.csv#", "Thumbs.db", "desktop.ini", "__MACOSX\\._a.csv")


def test_what_systems_lay_into_archives_is_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name in CLUTTER:
            packed.writestr(name, "x")
        packed.writestr("数据/a.csv", TEXT)
    assert taken(tmp_path / "a.zip") == (["70000.00"], [])


def test_other_files_beside_the_table_are_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name in ("导出说明.txt", "a.csv", "附件/通知.docx"):
            packed.writestr(name, TEXT if name == "a.csv" else "x")
    amounts, unused = taken(tmp_path / "a.zip")
    assert amounts == ["70000.00"]
    assert [(one.kind, one.name) for one in unused] == [("sheet", "导出说明.txt"), ("sheet", "通知.docx")]


def test_several_tables_in_one_archive_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("一月.csv", TEXT)
        packed.writestr("990101198505010018.csv", TEXT)
    said = refused(tmp_path / "a.zip")
    assert "实有 2 个（一月.csv、9901**********0018.csv）" in said


PAGES = {
    "a comment first": (b"<!-- export -->\n<html><table><tr><td>setl_id", "网页（HTML）"),
    "two comments": (b"<!-- a --> <!-- b\n --><TABLE>", "网页（HTML）"),
    "a comment without end": (b"<!--" + b"x" * 9000, "网页（HTML）"),
    "with a mark": (b"\xef\xbb\xbf<meta charset=gbk>", "网页（HTML）"),
    "UTF-16": ("<html><table>".encode("utf-16"), "网页（HTML）"),
    "XHTML": (b'<?xml version="1.0"?><!DOCTYPE html><html>', "网页（HTML）"),
    "style first": (b"<style>td{}</style><table>", "网页（HTML）"),
    "MHT": (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n', "单个文件网页（MHT）"),
    "MHT of a browser": (b"From: <Saved by Blink>\r\n", "单个文件网页（MHT）"),
    "MHT of Excel": (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "单个文件网页（MHT）"),
    "Excel 2003": (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>', "SpreadsheetML 2003"),
    "Excel 2003 without its mark": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "SpreadsheetML"),
    "other XML": (b'<?xml version="1.0"?><rows><row/></rows>', "XML 文件"),
}


@pytest.mark.parametrize(("content", "says"), PAGES.values(), ids=PAGES)
def test_markup_called_a_workbook_is_named_for_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "s.xls").write_bytes(content)
    assert says in (said := refused(tmp_path / "s.xls"))
    assert "另存为 xlsx" in said


def test_a_binary_workbook_is_named_whatever_its_parts_are_called(tmp_path: Path) -> None:
    for number, name in enumerate(("xl/workbook.bin", "xl\\workbook.bin", "/XL/Workbook.BIN")):
        with zipfile.ZipFile(tmp_path / f"{number}.xlsx", "w") as packed:
            packed.writestr("[Content_Types].xml", "x")
            packed.writestr(name, "x")
        assert "xlsb" in refused(tmp_path / f"{number}.xlsx")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "\x01", "\x1f", "^", "~", "¦", "，", "；", "｜"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separators(tmp_path: Path, separator: str, encoding: str) -> None:
    if separator == "¦" and encoding == "gb18030":
        separator = "、"
    (tmp_path / "s.csv").write_text(TEXT.replace(",", separator), encoding=encoding)
    assert taken(tmp_path / "s.csv") == (["70000.00"], [])


@pytest.mark.parametrize("ending", ["\x1a", "\x1a\n", "\x1a\r\n", "\n\x1a", "\x1a\x1a"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_the_end_of_file_character_of_old_programs_is_no_row(tmp_path: Path, ending: str, last: str) -> None:
    (tmp_path / "s.csv").write_text(TEXT.rstrip("\n") + last + ending, encoding="utf-8", newline="")
    amounts, _ = taken(tmp_path / "s.csv")
    assert re.fullmatch(r"70000\.00\x1a?", amounts[0]) and len(amounts) == 1


@pytest.mark.parametrize(("lines", "said"), [(65_535, 0), (65_536, 1), (65_537, 0)])
def test_a_text_as_long_as_a_sheet_may_have_been_cut(tmp_path: Path, lines: int, said: int) -> None:
    (tmp_path / "s.csv").write_text(",".join(HEADER) + "\n" + (",".join(ROW) + "\n") * (lines - 1), encoding="utf-8")
    amounts, unused = taken(tmp_path / "s.csv")
    assert len(amounts) == lines - 1
    assert [one.name for one in unused] == ["可能被截断"] * said


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("stream", "says"), [("EncryptedPackage", "密码"), ("EncryptionInfo", "密码"), ("WordDocument", "文字处理"), ("PowerPoint Document", "演示")]
)
def test_what_is_packed_like_an_old_workbook_and_is_none(tmp_path: Path, stream: str, says: str) -> None:
    (tmp_path / "a.xls").write_bytes(OLE + f"Root Entry\0{stream}\0".encode("utf-16-le"))
    assert says in refused(tmp_path / "a.xls")
