"""The entrance step by step: what a file is recognised as, and how its bytes are looked at. What comes of both is in
test_intake_reading.py."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter

from monitor.base.errors import IntakeError
from monitor.intake.looking import likely, look, looked_at
from monitor.intake.recognising import Content, recognise
from monitor.intake.source import reading, source

TEXT = "地区,年度\n990000,2024\n"


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("表").write_string(0, 0, "地区")
    book.close()
    return out.getvalue()


def packed(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def content_of(tmp_path: Path, content: bytes, name: str = "export.csv") -> Content:
    path = tmp_path / name
    path.write_bytes(content)
    return recognise(source(path))


# --- recognise ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx", "export"])
def test_text_is_text_by_any_name(tmp_path: Path, name: str) -> None:
    content = content_of(tmp_path, TEXT.encode(), name)
    assert (content.kind, content.member, content.size) == ("text", None, len(TEXT.encode()))
    assert content.names() == [("export", "文件名")]


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx"])
def test_a_workbook_is_one_by_any_name(tmp_path: Path, name: str) -> None:
    content = content_of(tmp_path, workbook(), name)
    assert (content.kind, content.member) == ("workbook", None)


@pytest.mark.parametrize(("inner", "kind"), [(TEXT.encode(), "text"), (workbook(), "workbook")], ids=["text", "workbook"])
def test_the_one_table_in_a_zip_is_what_is_read(tmp_path: Path, inner: bytes, kind: str) -> None:
    content = content_of(tmp_path, packed({"里面.csv": inner, "图.png": b"\x89PNG"}), "outer.zip")
    assert (content.kind, content.size) == (kind, len(inner))
    with content.open() as stream:
        assert stream.read() == inner
    assert content.names() == [("outer", "文件名"), ("里面", "压缩包里的文件名")]
    assert [entry.name for entry in content.unused()] == ["图.png"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空的"),
        (b"%PDF-1.7", "PDF 文档"),
        (packed({"a.csv": b"1", "b.csv": b"2"}), "应当正好有一个表格文件"),
        (packed({"a.csv": b"%PDF-1.7"}), "PDF 文档"),
        (packed({"a.csv": b"1"})[:-30], "已损坏"),
    ],
    ids=["empty", "pdf", "two tables", "pdf in a zip", "half a zip"],
)
def test_what_is_no_table_is_refused_before_anything_is_read(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        content_of(tmp_path, content)


# --- look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "utf-8"), ("gb18030", "gb18030")])
def test_a_look_tells_encoding_and_digest(tmp_path: Path, encoding: str, name: str) -> None:
    written = TEXT.encode(encoding)
    looking = look(content_of(tmp_path, written))
    try:
        assert looking.decided().name == name
        assert looking.digest() == looking.digest_by_now() == hashlib.sha256(written).hexdigest()
    finally:
        looking.close()


def test_the_digest_is_the_files_and_not_the_members(tmp_path: Path) -> None:
    written = packed({"a.csv": TEXT.encode()})
    looking = look(content_of(tmp_path, written))
    try:
        assert looking.digest() == hashlib.sha256(written).hexdigest()
    finally:
        looking.close()


def test_a_file_in_no_encoding_has_none_and_no_digest_by_now(tmp_path: Path) -> None:
    looking = look(content_of(tmp_path, TEXT.encode() + b"\xff\xff"))
    try:
        with pytest.raises(IntakeError):
            looking.decided()
        assert looking.digest_by_now() is None
    finally:
        looking.close()


def test_a_workbooks_format_stands_for_its_encoding(tmp_path: Path) -> None:
    content = content_of(tmp_path, workbook())
    looking = looked_at(content.source, "xlsx")
    assert (looking.decided().name, looking.digest()) == ("xlsx", hashlib.sha256(workbook()).hexdigest())


def test_a_small_file_is_looked_at_whole(tmp_path: Path) -> None:
    assert likely(content_of(tmp_path, TEXT.encode())) is None


def test_the_beginning_of_a_large_file_is_likely_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.intake.looking.STEP", 8)
    decided = likely(content_of(tmp_path, TEXT.encode()))
    assert decided is not None and decided.is_utf8
    assert likely(content_of(tmp_path, TEXT.encode("gb18030"))) is None


# --- what goes wrong because the file is changing --------------------------------------------------


def test_a_failure_over_a_changed_file_is_said_to_be_that(tmp_path: Path) -> None:
    content = content_of(tmp_path, TEXT.encode())
    (tmp_path / "export.csv").write_bytes(TEXT.encode() * 2)
    with pytest.raises(IntakeError, match="在读取过程中被改动"), reading(content.source):
        raise KeyError


def test_a_failure_over_a_file_that_is_the_same_is_ours(tmp_path: Path) -> None:
    content = content_of(tmp_path, TEXT.encode())
    with pytest.raises(KeyError), reading(content.source):
        raise KeyError
