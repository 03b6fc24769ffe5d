"""The door for text: headings, encodings, delimiters, lines that are no rows, and every sentence of refusal."""

from __future__ import annotations

import codecs
import hashlib
import struct
import zipfile
from pathlib import Path

import pytest

from monitor.base.errors import IntakeError
from monitor.intake import archive
from monitor.intake.columns import IDENTITIES, INCOMES, PEOPLE, SETTLEMENTS, TABLES, Table
from monitor.intake.header import fold, lookup
from monitor.intake.reading import Chunk, open_export

HEADER = "setl_id,psn_no,certno,psn_name,setl_time,psn_part_amt\n"
ROW = "S1,P1,990101198001011236,张三,2025-01-01,1.00\n"


def write(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(path: Path, table: Table = SETTLEMENTS, encoding: str | None = None, chunk_bytes: int = 64 << 20) -> list[Chunk]:
    with open_export(path, table, encoding, chunk_bytes) as export:
        return list(export.chunks())


def cells(chunks: list[Chunk], name: str) -> list[object]:
    return [value for chunk in chunks for value in chunk.rows.column(name).to_pylist()]


def malformed(chunks: list[Chunk]) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for chunk in chunks for item in chunk.malformed]


def refusal(path: Path, table: Table = SETTLEMENTS, encoding: str | None = None) -> str:
    with pytest.raises(IntakeError) as caught:
        read(path, table, encoding)
    sentence = caught.value.sentence
    assert path.name in sentence
    assert str(path.parent) not in sentence
    return sentence


# The declaration


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_two_columns_of_a_table_share_a_name(table: Table) -> None:
    names = [fold(name) for column in table.columns for name in set(map(fold, column.accepted))]
    assert len(names) == len(set(names))
    assert all(column.sentence and column.heading for column in table.columns)


def test_the_trap_is_no_alias() -> None:
    assert "pool_prop_selfpay" not in lookup(SETTLEMENTS)


# Headings


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_accepted_name_is_recognised_in_any_case(tmp_path: Path, table: Table) -> None:
    for column in table.columns:
        for name in column.accepted:
            headings = [name.upper(), *(other.name for other in table.columns if other is not column)]
            export = open_export(write(tmp_path, ",".join(headings) + "\n"), table)
            assert set(export.columns) == set(table.names)


def test_headings_are_folded(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff 结算ＩＤ* ,个人负担总金额（元）, 证件号码\t,结算时间,备注\nS1,1,9,2025-01-01,x\n", "utf-8")
    with open_export(path, SETTLEMENTS) as export:
        assert export.columns == ("setl_id", "certno", "setl_time", "psn_part_amt")
        assert [(one.kind, one.name) for one in export.unused] == [("column", "备注")]
        assert export.encoding == "utf-8-sig"


def test_header_on_the_third_row(tmp_path: Path) -> None:
    path = write(tmp_path, "防返贫监测对象名单,,\n导出单位：某局,,\n证件号码,监测对象类别,识别时间\n9,7203,202403\n", "gb18030")
    with open_export(path, IDENTITIES) as export:
        assert (export.header_line, export.columns) == (3, ("certno", "category", "recognised_on"))
        assert cells(list(export.chunks()), "line") == [4]


def test_absent_columns_are_null_and_blank_cells_are_empty(tmp_path: Path) -> None:
    chunks = read(write(tmp_path, HEADER + "S1,,9,,2025-01-01,\n"))
    assert cells(chunks, "psn_no") == [""]
    assert cells(chunks, "maf_pay") == [None]
    assert chunks[0].rows.column_names == ["line", "number_cell", *SETTLEMENTS.names]


def test_two_headings_for_one_column_are_refused(tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, "setl_id,certno,身份证号,setl_time,psn_part_amt\n"))
    assert "certno（证件号码）" in sentence and "“certno”" in sentence and "“身份证号”" in sentence


@pytest.mark.parametrize(
    ("table", "header", "named"),
    [
        (SETTLEMENTS, "setl_id,certno,setl_time", ["psn_part_amt", "个人负担总金额", "PSN_PAY"]),
        (SETTLEMENTS, "setl_id,setl_time,psn_part_amt", ["certno", "psn_no", "身份证号", "之一"]),
        (PEOPLE, "psn_name,town,tel", ["psn_no", "certno"]),
        (IDENTITIES, "certno,category", ["begin", "recognised_on", "开始日期"]),
        (INCOMES, "region,residents,year", ["amount", "人均可支配收入"]),
    ],
)
def test_missing_columns_are_named_with_what_is_accepted(
    tmp_path: Path, table: Table, header: str, named: list[str]
) -> None:
    sentence = refusal(write(tmp_path, header + "\n"), table)
    assert all(name in sentence for name in named)


def test_a_file_without_headings_gives_no_person_away(tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, ROW * 3))
    assert "990101198001011236" not in sentence and "张三" not in sentence


# Files that are no tables


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"\n\r\n ,,\n", "空的"),
        (b"\xef\xbb\xbf", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<html><table><tr><td>setl_id", "网页"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "XML"),
        (b"{\\rtf1 setl_id", "文字处理"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "工作簿"),
        (b"PK\x03\x04" + b"nonsense" * 20, "已损坏"),
        (b"hello world\n", "缺少"),
    ],
)
def test_junk_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in refusal(write(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "无法读取" in refusal(tmp_path / "nothing.csv")


def test_a_document_in_a_zip_coat_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "renamed.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "")
        packed.writestr("word/document.xml", "")
    assert "文字处理" in refusal(path)


def test_a_text_without_line_ends_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER.encode() + b"x" * (40 << 20))
    with pytest.raises(IntakeError, match=r"第 2 行起没有换行"):
        read(path, chunk_bytes=4 << 20)


# Encodings


@pytest.mark.parametrize(
    ("encoding", "decided"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_decided(tmp_path: Path, encoding: str, decided: str) -> None:
    path = write(tmp_path, HEADER + ROW.replace("张三", "𠮷㐂·张"), encoding)
    with open_export(path, SETTLEMENTS) as export:
        assert export.encoding == decided
        assert cells(list(export.chunks()), "psn_name") == ["𠮷㐂·张"]


def test_big_endian_utf_16(tmp_path: Path) -> None:
    path = write(tmp_path, codecs.BOM_UTF16_BE + (HEADER + ROW).encode("utf-16-be"))
    assert cells(read(path), "psn_name") == ["张三"]


def test_one_name_at_the_end_decides(tmp_path: Path) -> None:
    plain = "S1,P1,9,x,2025-01-01,1.00\n" * 400_000
    path = write(tmp_path, (HEADER + plain).encode() + "S2,P1,9,张三,2025-01-01,1.00".encode("gb18030"))
    with open_export(path, SETTLEMENTS, chunk_bytes=1 << 20) as export:
        assert export.encoding == "gb18030"
        *_, last = export.chunks()
        assert cells([last], "psn_name") == ["张三"]
        assert cells([last], "line") == [400_002]


def test_undecodable_text_names_the_line_and_the_option(tmp_path: Path) -> None:
    path = write(tmp_path, (HEADER + ROW).encode() + b"S2,\xff\xff,9,x,2025-01-01,1\n")
    sentence = refusal(path)
    assert "第 3 行" in sentence and "--encoding" in sentence


def test_a_torn_character_at_the_end_is_undecodable(tmp_path: Path) -> None:
    path = write(tmp_path, (HEADER + ROW * 9 + "S2,P,9,张").encode()[:-1])
    sentence = refusal(path)
    assert "第 11 行" in sentence and "截断" in sentence and "--encoding" in sentence
    with pytest.raises(IntakeError, match="第 11 行"):
        read(path, encoding="utf-8")


def test_the_override_decides(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW, "gb18030")
    assert cells(read(path, encoding="GBK"), "psn_name") == ["张三"]
    assert cells(read(write(tmp_path, HEADER + ROW.replace("张三", "王五"), "big5"), encoding="big5"), "psn_name") == ["王五"]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_wrong_override_names_the_line(tmp_path: Path, encoding: str) -> None:
    sentence = refusal(write(tmp_path, HEADER + ROW, "gb18030"), encoding=encoding)
    assert "第 2 行" in sentence and "--encoding" in sentence and encoding in sentence


def test_an_override_with_a_mark_in_the_file(tmp_path: Path) -> None:
    assert cells(read(write(tmp_path, HEADER + ROW, "utf-8-sig"), encoding="utf-8"), "setl_id") == ["S1"]


@pytest.mark.parametrize("encoding", ["klingon", "hex", "\0"])
def test_an_unknown_override_is_refused(tmp_path: Path, encoding: str) -> None:
    assert "--encoding" in refusal(write(tmp_path, HEADER + ROW), encoding=encoding)


def test_nul_bytes_are_no_text(tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path, HEADER + ROW + "S2,\0,9,x,2025-01-01,1\n"))
    assert "第 3 行" in sentence and "NUL" in sentence
    assert "NUL" in refusal(write(tmp_path, (HEADER + ROW).encode("utf-16-le")))


# Lines and fields


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str, last: bool) -> None:
    text = (HEADER + ROW + ROW.replace("S1", "S2")).replace(",", delimiter).replace("\n", end)
    chunks = read(write(tmp_path, text if last else text.removesuffix(end)))
    assert cells(chunks, "setl_id") == ["S1", "S2"]
    assert cells(chunks, "psn_part_amt") == ["1.00", "1.00"]
    assert cells(chunks, "line") == [2, 3]


@pytest.mark.parametrize("chunk_bytes", [1, 7, 64, 64 << 20])
def test_quotes_newlines_and_blank_lines(tmp_path: Path, chunk_bytes: int) -> None:
    text = (
        HEADER  # 1
        + "\n"  # 2
        + '"S1",P,"9","a ""b"", c",2025-01-01,"1,000.00"\r\n'  # 3
        + ",,,,,\n"  # 4
        + 'S2,P,9,"two\nlines",2025-01-01,2\n'  # 5, 6
        + "   \n"  # 7
        + 'S3,P,9,5" pipe,2025-01-01,3\n'  # 8
        + 'S4,P,9,"",2025-01-01,4'  # 9
    )
    chunks = read(write(tmp_path, text), chunk_bytes=chunk_bytes)
    assert cells(chunks, "setl_id") == ["S1", "S2", "S3", "S4"]
    assert cells(chunks, "psn_name") == ['a "b", c', "two\nlines", '5" pipe', ""]
    assert cells(chunks, "line") == [3, 5, 8, 9]
    assert malformed(chunks) == []


@pytest.mark.parametrize("chunk_bytes", [1, 50, 64 << 20])
def test_ragged_rows_are_reported(tmp_path: Path, chunk_bytes: int) -> None:
    text = HEADER + ROW + "S2,P,9,x,2025-01-01\n" + ROW + "S3,P,9,x,2025-01-01,1,extra\n" + 'S4,"P\nP",x\n' + ROW
    chunks = read(write(tmp_path, text), chunk_bytes=chunk_bytes)
    assert cells(chunks, "line") == [2, 4, 8]
    assert malformed(chunks) == [
        (3, "too_few_fields"), (5, "too_many_fields"), (6, "too_few_fields"), (7, "too_few_fields"),
    ]


def test_trailing_empty_fields_are_tolerated(tmp_path: Path) -> None:
    text = HEADER + ROW.replace("\n", ",\n") * 3 + ROW + ROW.replace("\n", ",,,\n") + ROW.replace("\n", ",x\n")
    chunks = read(write(tmp_path, text))
    assert cells(chunks, "line") == [2, 3, 4, 5, 6]
    assert malformed(chunks) == [(7, "too_many_fields")]


def test_headings_with_trailing_delimiters(tmp_path: Path) -> None:
    chunks = read(write(tmp_path, HEADER.replace("\n", ",,\n") + ROW + ROW.replace("\n", ",,\n")))
    assert cells(chunks, "line") == [2, 3]


@pytest.mark.parametrize("chunk_bytes", [1, 40, 64 << 20])
def test_an_unbalanced_quote_spoils_its_line_only(tmp_path: Path, chunk_bytes: int) -> None:
    text = HEADER + ROW + 'S2,P,9,"x,2025-01-01,1\n' + ROW * 3
    chunks = read(write(tmp_path, text), chunk_bytes=chunk_bytes)
    assert cells(chunks, "line") == [2, 4, 5, 6]
    assert malformed(chunks) == [(3, "unbalanced_quote")]


def test_an_unbalanced_quote_far_from_the_next_spoils_its_line_only(tmp_path: Path) -> None:
    quoted = ROW.replace("张三", '"张三"')
    text = HEADER + 'S2,P,9,"x,2025-01-01,1\n' + ROW * 150 + quoted + 'S2,P,9,"x,2025-01-01,1\n' + quoted
    chunks = read(write(tmp_path, text))
    assert cells(chunks, "line") == [*range(3, 154), 155]
    assert malformed(chunks) == [(2, "unbalanced_quote"), (154, "unbalanced_quote")]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    chunks = read(write(tmp_path, HEADER))
    assert [chunk.rows.num_rows for chunk in chunks] == [0]
    assert chunks[0].rows.column_names == ["line", "number_cell", *SETTLEMENTS.names]


# The export as a whole


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_hash_size_and_progress(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, HEADER + ROW * 500, encoding)
    with open_export(path, SETTLEMENTS, chunk_bytes=1000) as export:
        assert export.digest() == hashlib.sha256(path.read_bytes()).hexdigest()
        chunks = list(export.chunks())
        assert len(chunks) > 5
        assert sum(chunk.bytes_read for chunk in chunks) == export.size == path.stat().st_size
        assert export.digest() == export.digest()
        assert export.name == "export.csv"
    assert cells(chunks, "line") == list(range(2, 502))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW)
    with open_export(path, SETTLEMENTS) as export:
        write(tmp_path, HEADER + ROW * 2)
        with pytest.raises(IntakeError, match=r"export\.csv 在读取过程中被改动"):
            list(export.chunks())


def test_reading_may_stop_early(tmp_path: Path) -> None:
    chunks = open_export(write(tmp_path, HEADER + ROW * 500), SETTLEMENTS, chunk_bytes=100).chunks()
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]  # a generator, said to be an iterator


# Zips


def pack(folder: Path, members: dict[str, bytes], name: str = "export.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return path


def test_the_one_table_in_a_zip(tmp_path: Path) -> None:
    path = pack(tmp_path, {
        "结算/2025/导出.CSV": (HEADER + ROW * 300).encode("gb18030"),
        "__MACOSX/._导出.csv": b"junk", "结算/.DS_Store": b"junk", "Thumbs.db": b"junk", "note.pdf": b"%PDF",
    })
    with open_export(path, SETTLEMENTS, chunk_bytes=1000) as export:
        assert export.encoding == "gb18030"
        assert export.digest() == hashlib.sha256(path.read_bytes()).hexdigest()
        chunks = list(export.chunks())
        assert sum(chunk.bytes_read for chunk in chunks) == export.size
    assert cells(chunks, "line") == list(range(2, 302))


def test_member_names_in_an_old_encoding(tmp_path: Path) -> None:
    path = pack(tmp_path, {"AAAA.csv": (HEADER + ROW).encode()})
    path.write_bytes(path.read_bytes().replace(b"AAAA.csv", "结算.csv".encode("gbk")))
    assert cells(read(path), "setl_id") == ["S1"]


@pytest.mark.parametrize("members", [{}, {"a.csv": b"x", "b.xlsx": b"y"}, {"readme.pdf": b"%PDF"}])
def test_a_zip_must_hold_exactly_one_table(tmp_path: Path, members: dict[str, bytes]) -> None:
    assert f"实有 {0 if len(members) < 2 else 2} 个" in refusal(pack(tmp_path, members))


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path, {"a.csv": (HEADER + ROW).encode()})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(magic) + offset
        struct.pack_into("<H", content, at, struct.unpack_from("<H", content, at)[0] | 1)
    path.write_bytes(content)
    assert "密码" in refusal(path)


def test_an_unusual_compression_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path, {"a.csv": (HEADER + ROW).encode()})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", content, content.index(magic) + offset, 9)
    path.write_bytes(content)
    assert "压缩方式" in refusal(path)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("a.csv", HEADER + ROW * 100)
    path.write_bytes(path.read_bytes().replace(b"2025-01-01", b"2025-01-02", 1))
    assert "已损坏" in refusal(path)


def test_a_zip_in_a_zip_is_refused(tmp_path: Path) -> None:
    inner = pack(tmp_path, {"a.csv": b"x"}, "inner.zip").read_bytes()
    assert "还是压缩文件" in refusal(pack(tmp_path, {"a.xlsx": inner}))


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGE", 1 << 16)
    assert "大得反常" in refusal(pack(tmp_path, {"a.csv": b"0" * (1 << 20)}))


def test_a_zipped_workbook_too_large_for_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_WORKBOOK", 1000)
    inner = pack(tmp_path, {"xl/workbook.xml": bytes(range(256)) * 20}, "inner.zip").read_bytes() + b"x" * 2000
    assert "工作簿过大" in refusal(pack(tmp_path, {"a.xlsx": inner}))
