"""What a hostile or broken hand can give the program: names for every place a name is shown, and files for every door.

``NAMES`` are texts for people, places, files and reasons, whichever screen, list or query they end up in. ``FILES`` make one
file each, of at most a few megabytes, with somebody in it (``PERSON``, ``NUMBER``) whom no refusal may name.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
import xlwt
from compound import compound, record, workbook

#: Texts that mean something to a spreadsheet, a database, a browser, a shell, a terminal or a file system.
NAMES: tuple[str, ...] = (
    "=1+1", "=HYPERLINK(\"http://x.invalid\",\"点\")", "=cmd|'/c calc'!A0", "+1+1", "-1+1", "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "\u00a0=1+1", "\ufeff=1+1",
    "\u200b=1+1", "\u202e=1+1", "﹦1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "\t＝1+1", "'=1+1", "\"=1+1", ";=1+1", ",=1+1", "|=1+1", "%0A=1+1",
    "' OR 1=1 --", "'; DROP TABLE alerts; --", "\" OR \"\"=\"", "') UNION SELECT * FROM runs --", "%' OR '1'='1", "张_%", "\\'; --",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</td><td>", "&lt;b&gt;", "&#x27;",
    "javascript:alert(1)", "[点](javascript:alert(1))", "![x](http://x.invalid/p.png)", ":red[红]", "$\\frac{1}{0}$", "**粗**",
    "{{7*7}}", "${7*7}", "#{7*7}", "%s%n", "{0}", "{name}", "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd",
    "C:\\AUTOEXEC.BAT", "CON", "a/b", "a\\b", "a:b", "~root", "$(id)", "`id`", "; id", "| id", "-rf", "--output=x", "*", "?", ".",
    "..", "", " ", "\u3000", "NULL", "null", "None", "NaN", "nan", "inf", "-0", "TRUE", "#N/A", "0x41", "1e9", "１２３", "٣",
    "\x1b[2J\x1b[31m", "\x07", "\x08\x08", "\x7f", "\u202e倒", "\u200b", "\u200d", "\ufeff", "\ufffd", "\ufffe", "\U0010ffff",
    "e\u0301", "é", "𠮷野", "㛃", "·", "阿卜杜拉·买买提", "O'Neil", "\"引\"", "a,b", "a;b", "a|b", "a\tb", "a\nb", "a\r\nb",
    "长" * 300, "A" * 5000, "\"" * 99, "," * 99, "(" * 200, "{" * 200, "\u0300" * 200, "🧾", "👨‍👩‍👧‍👦",
)

#: In every hostile file, and in no message about one.
PERSON = "机密样例"
NUMBER = "990101198001011236"

HEADER = ("setl_id", "certno", "psn_name", "setl_time", "psn_part_amt")
ROW = ("S1", NUMBER, PERSON, "2025-01-31", "12.50")
TEXT = (",".join(HEADER) + "\n").encode()
LINE = (",".join(ROW) + "\n").encode()

Maker = Callable[[Path], Path]


def _saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _text(content: bytes, name: str = "export.csv") -> Maker:
    return lambda folder: _saved(folder / name, content)


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED, name: str = "export.zip") -> Maker:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w", method) as packed:
            for member, content in members:
                packed.writestr(member, content)
        return folder / name

    return make


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def _nested(depth: int) -> bytes:
    content = TEXT + LINE
    for level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export.csv" if level == 0 else "inner.csv", content)
        content = packed.getvalue()
    return content


def _crowded(folder: Path) -> Path:
    """An archive of a hundred thousand members: a list that is longer than all there is."""
    with zipfile.ZipFile(folder / "export.zip", "w") as packed:
        packed.writestr("export.csv", TEXT + LINE)
        for number in range(30_000):
            packed.writestr(f"{number}.pdf", b"")
    return folder / "export.zip"


def _overlapping(folder: Path) -> Path:
    """Every member is the same packed bytes: a sum of packed sizes says that nothing is wrong."""
    path = _zip(("export.csv", b"0" * (4 << 20)), ("note.pdf", b""))(folder)
    content = path.read_bytes()
    entry_at = content.index(b"PK\x01\x02")
    entry = content[entry_at : content.index(b"PK\x01\x02", entry_at + 4)]
    again = b"".join(entry.replace(b"export.csv", b"expor%03d.x" % number) for number in range(999))
    end = bytearray(content[content.index(b"PK\x05\x06") :])
    struct.pack_into("<HHII", end, 8, 1000, 1000, len(entry + again), entry_at)
    return _saved(path, content[:entry_at] + entry + again + bytes(end))


def _says_less(folder: Path) -> Path:
    """A member that says it unpacks to a hundred bytes and unpacks to a hundred million."""
    path = _zip(("export.csv", TEXT + LINE * 200_000))(folder)
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(magic) + offset, 100)
    return _saved(path, bytes(content))


def _locked(folder: Path) -> Path:
    path = _zip(("export.csv", TEXT + LINE))(folder)
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    return _saved(path, bytes(content))


def xlsx(folder: Path, change: dict[str, Callable[[bytes], bytes]] | None = None, more: dict[str, bytes] | None = None) -> Path:
    """A workbook with the table in it, some parts changed and some added."""
    path = folder / "export.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("结算")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, (*ROW[:4], 12.5))
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name, changed in (change or {}).items():
        before = parts[name]
        parts[name] = changed(before)
        assert parts[name] != before, name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (parts | (more or {})).items():
            packed.writestr(name, content)
    return path


SHEET, BOOK, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"


def _swap(part: str, old: bytes, new: bytes) -> Maker:
    return lambda folder: xlsx(folder, {part: lambda content: content.replace(old, new, 1)})


def _cells(xml: bytes) -> Maker:
    """The sheet with more cells at its end."""
    return _swap(SHEET, b"</sheetData>", xml + b"</sheetData>")


_LAUGHS = b"<!DOCTYPE l [<!ENTITY a0 \"ha\">" + b"".join(
    b"<!ENTITY a%d \"&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;\">" % (n, *[n - 1] * 8) for n in range(1, 12)
) + b"]>"


def _many_sheets(folder: Path) -> Path:
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (number, number) for number in range(2000))
    return xlsx(folder, {BOOK: lambda content: content.replace(b"</sheets>", sheets + b"</sheets>")})


def _promising(folder: Path) -> Path:
    """A member's length in the archive's list is a hundred more than it has; its sum is right."""
    path = _zip(("export.csv", TEXT + LINE))(folder)
    content, size = path.read_bytes(), struct.pack("<I", len(TEXT + LINE))
    at = content.rindex(size)
    return _saved(path, content[:at] + struct.pack("<I", len(TEXT + LINE) + 100) + content[at + 4 :])


def _shared(folder: Path) -> Path:
    """Three hundred thousand cells that are all the same text of a hundred thousand letters: 30 GB when written out."""
    strings = b"<sst><si><t>" + b"A" * 100_000 + b"</t></si></sst>"
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 3000 + b"</row>"
    return xlsx(folder, {
        STRINGS: lambda _: strings,
        SHEET: lambda content: content[: content.index(b"<row")] + row * 100 + b"</sheetData></worksheet>",
    })


def xls(folder: Path, change: Callable[[bytes], bytes] = lambda content: content) -> Path:
    """An old workbook with the table in it, its bytes changed."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("结算")
    for line, row in enumerate((HEADER, ROW)):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    book.save(str(folder / "export.xls"))
    return _saved(folder / "export.xls", change((folder / "export.xls").read_bytes()))


def _biff(*cells: bytes) -> Maker:
    return lambda folder: _saved(folder / "export.xls", compound(workbook(*cells)))


def _label(row: int, column: int, text: bytes) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text)


#: Every one is refused: exit code 1, one sentence that holds the words, nothing written.
REFUSED: dict[str, tuple[Maker, str]] = {
    # text
    "nothing": (_text(b""), "空的"),
    "only a mark": (_text(b"\xef\xbb\xbf"), "空的"),
    "nothing but line ends": (_text(b"\r\n" * 500_000), "空的"),
    "nothing but quotes": (_text(b'"' * 5_000_000), "空的"),
    "nothing but delimiters": (_text(b"," * 5_000_000), "空的"),
    "one line of ten megabytes": (_text(b"x" * 10_000_000), "缺少"),
    "a line of twenty megabytes": (_text(TEXT + b"x" * 20_000_000), "20%"),
    "a NUL": (_text(TEXT + LINE * 9 + LINE.replace(b"S1", b"S\0")), "NUL"),
    "UTF-16 without its mark": (_text((TEXT + LINE).decode().encode("utf-16-le")), "NUL"),
    "half of a UTF-16 character": (_text((TEXT + LINE).decode().encode("utf-16")[:-1]), "utf-16"),
    "two encodings in one file": (_text(TEXT + LINE * 9 + f"S2,,{PERSON},2025-01-31,1\n".encode("gb18030")), "第 11 行"),
    "bytes of no encoding": (_text(TEXT + b"S1,\xff\xff,,2025-01-31,1\n"), "--encoding"),
    "a million columns": (_text(b"," .join(b"c%d" % n for n in range(1_000_000)) + b"\n" + LINE), "缺少"),
    "a million columns beside ours": (_text(TEXT.strip() + b",x" * 1_000_000 + b"\n" + LINE), "表头过长"),
    "headings of a megabyte": (_text(TEXT.strip() + b"," + "长".encode() * 350_000 + b"\n" + LINE), "表头过长"),
    "headings cut within a character": (_text("长".encode() * 350_000 + b"\n" + TEXT + LINE), "缺少"),
    "columns by the million in every row": (_text(TEXT + LINE.strip() + b",x" * 2_000_000 + b"\n"), "20%"),
    "quotes that never close": (_text(TEXT + b'x","z\n' * 300_000), "引号"),
    "quotes that open in every line": (_text(TEXT + b'"x\n' * 300_000), "引号"),
    "quotes within quotes": (_text(TEXT + b'"' + b'""' * 2_000_000 + b"\n" + LINE), "引号"),
    "a quoted field of two megabytes": (_text(TEXT + b'S1,,"' + b"x" * 2_000_000 + b'",2025-01-31,1\n'), "32767"),
    "a field of two megabytes": (_text(TEXT + b"S1,," + b"x" * 2_000_000 + b",2025-01-31,1\n"), "32767"),
    "two bytes a row": (_text(TEXT + b"x\n" * 1_000_000), "20%"),
    "one bad row in four": (_text(TEXT + LINE * 3 + b"S2,,,never,much\n"), "20%"),
    # not what they are called
    "a program called csv": (_text(b"\x7fELF" + bytes(range(256)) * 9), "NUL"),
    "a PDF called xlsx": (_text(b"%PDF-1.7\n\x00", "export.xlsx"), "PDF"),
    "a web page called xls": (_text(b"<html><table><tr><td>" + TEXT, "export.xls"), "网页"),
    "XML that laughs": (_text(b"<?xml version='1.0'?>" + _LAUGHS + b"<l>&a11;</l>"), "XML"),
    "a gzip called zip": (_text(b"\x1f\x8b\x08" + zlib.compress(TEXT), "export.zip"), "gzip"),
    # archives
    "an empty archive": (_zip(), "实有 0 个"),
    "an archive cut short": (lambda folder: _saved(p := _zip(("export.csv", TEXT + LINE))(folder), p.read_bytes()[:-30]), "已损坏"),
    "an archive whose list promises more than there is": (_promising, "已损坏"),
    "a bomb": (_zip(("export.csv", TEXT + b"0" * (80 << 20))), "大得反常"),
    "a bomb in an archive's archive": (_zip(("export.xlsx", _nested(3))), "还是压缩文件"),
    "an archive in an archive": (_zip(("export.zip", _nested(1))), "实有 0 个"),
    "members without number": (_crowded, "文件过多"),
    "members that share their bytes": (_overlapping, "缺少"),
    "a member larger than it says": (_says_less, "已损坏"),
    "a locked archive": (_locked, "密码"),
    "a method without bounds": (_zip(("export.csv", TEXT + LINE * 9999), method=zipfile.ZIP_LZMA), "压缩方式"),
    "another of them": (_zip(("export.csv", TEXT + LINE * 9999), method=zipfile.ZIP_BZIP2), "压缩方式"),
    "a link to a file of ours": (_zip((_link("export.csv"), b"/etc/passwd")), "实有 0 个"),
    "two tables": (_zip(("a.csv", TEXT), ("b.csv", TEXT)), "实有 2 个"),
    # workbooks
    "two cells at opposite corners": (_cells(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "内存"),
    "a cell beyond the last": (_cells(b'<row r="4294967295"><c r="ZZZZZZ4294967295"><v>1</v></c></row>'), "工作簿"),
    "a text written three hundred thousand times": (_shared, "内存"),
    "a hundred megabytes of nothing": (_cells(b" " * (100 << 20)), "大得反常"),
    "two thousand sheets": (_many_sheets, "不是可读的"),
    "no workbook in it": (_swap(BOOK, b"<sheets>", b"<leaves>"), "不是可读的"),
    "a sheet that is not there": (_swap("xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet9.xml"), ""),
    "a locked workbook": (lambda folder: _saved(folder / "export.xlsx", compound(b"\0" * 8000, "EncryptedPackage")), "工作簿"),
    "an old workbook cut short": (lambda folder: xls(folder, lambda content: content[:2000]), "不是可读的"),
    "an old workbook of nothing": (lambda folder: xls(folder, lambda content: content[:512] + b"\xff" * 5000), "不是可读的"),
    "a record longer than the file": (_biff(record(0x00FC, b"\xff" * 8)[:2] + b"\xff\x7f"), ""),
    "an old workbook's cell at the last corner": (_biff(_label(0xFFFF, 0xFFFF, b"x"), _label(0, 0, b"y")), ""),
}

#: Read, and nothing of what is hostile in them done: the rows, and how many of them are accepted.
READ: dict[str, tuple[Maker, int, int]] = {
    "a path in a member's name": (_zip(("../../../tmp/hostile.csv", TEXT + LINE)), 1, 1),
    "an absolute path in a member's name": (_zip(("/etc/cron.d/hostile.csv", TEXT + LINE)), 1, 1),
    "a mark in the middle": (_text(TEXT + LINE + "\ufeff".encode() + LINE.replace(b"S1", b"S2")), 2, 2),
    "a workbook called csv": (lambda folder: xlsx(folder).rename(folder / "export.csv"), 1, 1),
    "a table called xlsx": (_text(TEXT + LINE, "export.xlsx"), 1, 1),
    "macros": (lambda folder: xlsx(folder, more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99}).rename(folder / "e.xlsm"), 1, 1),
    "links to elsewhere": (lambda folder: xlsx(folder, more={
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": b'<Relationship Target="file:///etc/passwd" TargetMode="External"/>',
    }), 1, 1),
    "numbers without end": (_cells(
        b'<row r="3"><c r="A3" t="str"><v>S2</v></c><c r="B3"><v>1e999</v></c><c r="D3"><v>45000</v></c><c r="E3"><v>1</v></c></row>'
        b'<row r="4"><c r="A4" t="str"><v>S3</v></c><c r="B4" t="str"><v>1</v></c><c r="D4"><v>1e300</v></c><c r="E4"><v>NaN</v></c></row>'
        + b"".join(b'<row><c t="str"><v>T%d</v></c><c t="str"><v>%s</v></c><c/><c t="str"><v>2025-01-01</v></c><c><v>1</v></c></row>'
                   % (n, NUMBER.encode()) for n in range(8))
    ), 11, 9),
    "strings that laugh": (lambda folder: xlsx(folder, {STRINGS: lambda content: content.replace(b"<sst", _LAUGHS + b"<sst", 1)}), 1, 1),
    "formulas": (_swap(SHEET, b"<v>12.5</v>", b"<f>WEBSERVICE(\"http://x.invalid\")</f><v>12.5</v>"), 1, 1),
    "a cell of a hundred thousand letters": (_text(TEXT + LINE * 9 + LINE.replace(PERSON.encode(), b"x" * 100_000)), 10, 9),
}
