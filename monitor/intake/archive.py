"""What kind of file an export is, told by its first bytes, never by its name; and the one table inside a zip.

A PDF renamed .csv, a Word document renamed .xlsx and the web page some platforms call .xls each get a sentence of
their own, because the way out differs.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Literal, cast

from monitor.base.errors import IntakeError
from monitor.intake.header import shown_name

FileKind = Literal["text", "workbook", "zip"]

#: A member that unpacks to more than this many times its packed size, and is large, is refused as a zip bomb: real
#: exports, zeros and repeated codes included, stay below a hundred.
LARGEST_RATIO = 300
LARGE = 64 << 20

#: A workbook lies in memory as a whole, so it has bounds of its own, as it comes and with its parts unpacked: a sheet of a
#: million rows and forty columns is some 130 MB and 2 GB. What is larger belongs in a CSV.
LARGEST_WORKBOOK = 512 << 20
LARGEST_UNPACKED = 2 << 30

#: Text is read in pieces whatever its size, but not for ever: three times the settlements of a large province's year.
LARGEST_TEXT = 32 << 30

#: Bytes an archive's list of members may take: some ten thousand of them. Each becomes an object in memory.
LARGEST_DIRECTORY = 1 << 20

#: Other methods are rare, and what they unpack in one step is not bounded.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_JUNK = (
    (b"%PDF", "PDF 文档"),
    (b"\x1f\x8b", "gzip 压缩文件"),
    (b"Rar!", "RAR 压缩文件"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"PAR1", "Parquet 文件"),
    (b"SQLite format 3", "SQLite 数据库"),
)
#: What tables come in that are text to a program and a workbook by their name.
_MARKUP = (
    (re.compile(r"<\?xml.*(?:excel\.sheet|schemas-microsoft-com:office:spreadsheet)", re.DOTALL), "XML 表格（SpreadsheetML 2003）"),
    (re.compile(r"<\?xml(?!.*<html)|<(?:\w+:)?workbook\b", re.DOTALL), "XML 文件"),
    (re.compile(r"<(?:\?xml|html|!doctype|table|thead|tbody|tr|meta|head|body|style|script|div|title|link|center|font|p)\b"),
     "网页（HTML）"),
    (re.compile(r"(?:mime-version:|from: <saved by|content-type:\s*multipart/related|x-document-type:\s*workbook)"),
     "单个文件网页（MHT）"),
)
_TABLE_SUFFIXES = (
    ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".xlt", ".et", ".ett", ".htm", ".html", ".mht",
)
#: Text beside a table that explains it.
_READ_ME = re.compile(r"readme|说明|须知|license|备注", re.IGNORECASE)


def kind_of(head: bytes, names: list[str] | None, file: str) -> FileKind:
    """The kind of a file from its first bytes and, for a zip, its member names. Raises IntakeError for junk."""
    if not head:
        raise IntakeError(f"文件 {file} 是空的（0 字节）；请重新导出后再导入")
    for magic, label in _KNOWN_JUNK:
        if head.startswith(magic):
            raise IntakeError(f"文件 {file} 是{label}，不是表格；请从平台导出为 CSV、xlsx 或 xls 后再导入")
    if head.startswith(_OLE):
        return "workbook"
    if names is not None:
        return _kind_of_zip(names, file)
    text = _beginning(head)
    for pattern, label in _MARKUP:
        if pattern.match(text):
            raise IntakeError(f"文件 {file} 实际是 {label}，不是工作簿；请用 Excel 或 WPS 打开后另存为 xlsx 再导入")
    if text.startswith("{\\rtf"):
        raise IntakeError(f"文件 {file} 是文字处理文档，不是表格；请从平台导出为 CSV、xlsx 或 xls 后再导入")
    return "text"


def refuse_other_ole(content: bytes, file: str) -> None:
    """Raises IntakeError for what is packed like an old workbook and is none: a locked workbook, a document. Streams in such a
    file are named in UTF-16."""
    if not content.startswith(_OLE) or any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return
    if any(name.encode("utf-16-le") in content for name in ("EncryptedPackage", "EncryptionInfo")):
        raise IntakeError(f"工作簿 {file} 加了密码，无法打开；请取消密码后另存再导入")
    if any(name.encode("utf-16-le") in content for name in ("WordDocument", "PowerPoint Document")):
        raise IntakeError(f"文件 {file} 是文字处理或演示文档，不是表格；请把其中的表另存为 xlsx 再导入")


def _beginning(head: bytes) -> str:
    """The first characters of a text in small letters, without marks, blanks and comments before them."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = head.removeprefix(b"\xef\xbb\xbf").decode(encoding, "ignore").lower().lstrip()
    while (comment := re.match(r"<!--.*?(?:-->|\Z)\s*", text, re.DOTALL)) is not None:
        # What is behind a comment longer than what was read can only be markup too.
        text = text[comment.end() :] or "<html"
    return text


def part_name(name: str) -> str:
    """A part's name as the format has it: some programs write backslashes, capitals or a way from the root."""
    return name.replace("\\", "/").lstrip("/").removeprefix("./").casefold()


def _kind_of_zip(given: list[str], file: str) -> FileKind:
    names = {part_name(name) for name in given}
    if "xl/workbook.xml" in names:
        return "workbook"
    if any(name.startswith("xl/") and name.endswith(".bin") and "workbook" in name for name in names):
        raise IntakeError(f"文件 {file} 是二进制工作簿（xlsb）；请用 Excel 或 WPS 打开后另存为 xlsx 再导入")
    if any(name.startswith(("word/", "ppt/")) for name in names) or "content.xml" in names:
        raise IntakeError(
            f"文件 {file} 是文字处理、演示或 OpenDocument 文档，不是表格；请从平台导出为 CSV、xlsx 或 xls 后再导入"
        )
    return "zip"


def is_zip(head: bytes) -> bool:
    """Whether the first bytes are those of a zip archive (xlsx included)."""
    return head.startswith(_ZIP)


@contextmanager
def zip_errors(file: str) -> Iterator[None]:
    """Whatever a damaged, locked or unusual archive raises, as a sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, struct.error) as error:
        # The last three are what zipfile says to names that are no text and to sizes that are none.
        raise IntakeError(f"压缩文件 {file} 已损坏，无法解开；请重新导出或重新压缩后再导入") from error
    except NotImplementedError as error:
        raise IntakeError(f"压缩文件 {file} 用了不支持的压缩方式；请改用普通 zip 压缩后再导入") from error
    except RuntimeError as error:
        # zipfile says RuntimeError for a member that needs a password, and for nothing else we do.
        raise IntakeError(f"压缩文件 {file} 加了密码，无法解开；请解密后再导入") from error


class _Directory:
    """An archive's file while its list of members is read: in one piece, whose size the archive itself states."""

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream, self._file = stream, file
        self.seek, self.tell, self.close = stream.seek, stream.tell, stream.close
        self.bounded = True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self.bounded:
            return self._stream.read(size)
        # Without a size: the end of the file, where the list is announced.
        found = self._stream.read(LARGEST_DIRECTORY + 1 if size < 0 else min(size, LARGEST_DIRECTORY + 1))
        if len(found) > LARGEST_DIRECTORY:
            raise IntakeError(f"压缩文件 {self._file} 里的文件过多；请每个压缩文件只放一个表，或解开后分别导入")
        return found


@contextmanager
def opened(stream: IO[bytes], file: str) -> Iterator[zipfile.ZipFile]:
    """The archive in an open file. Raises IntakeError for one that is damaged or has members without number."""
    directory = _Directory(stream, file)
    with zip_errors(file):
        archive = zipfile.ZipFile(cast(IO[bytes], directory))
    directory.bounded = False
    with archive:
        yield archive


class Member:
    """One member of an archive, unpacked as it is read; whatever the archive is found to be by then is a sentence."""

    def __init__(self, open_stream: Callable[[], BinaryIO], info: zipfile.ZipInfo, file: str) -> None:
        self._file, self._size = file, info.file_size
        # Whatever goes wrong on the way, what was opened until then is closed.
        with ExitStack() as opening:
            stream = opening.enter_context(open_stream())
            with zip_errors(file):
                packed = opening.enter_context(zipfile.ZipFile(stream))
                self._member = opening.enter_context(packed.open(info))
            self._opened = opening.pop_all()

    def read(self, size: int = -1) -> bytes:
        with zip_errors(self._file):
            found = self._member.read(size)
            # zipfile compares sums, not lengths: a list of members that promises more than there is passes it.
            if (size < 0 or (size and not found)) and self._member.tell() != self._size:
                raise zipfile.BadZipFile
            return found

    def tell(self) -> int:
        return self._member.tell()

    def __enter__(self) -> Member:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def only_table(archive: zipfile.ZipFile, size: int, file: str) -> tuple[zipfile.ZipInfo, list[str]]:
    """The one table in a zip of ``size`` bytes, and the names of the other files in it. Raises IntakeError for none, for several,
    for a locked one, for a bomb.

    Members are never written anywhere, so a name with a path in it names nothing; a link is no table.
    """
    members = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    tables = [
        info for info in members
        if info.filename.lower().endswith(_TABLE_SUFFIXES) and not stat.S_ISLNK(info.external_attr >> 16)
    ]
    if len(tables) > 1:
        explaining = [info for info in tables if info.filename.lower().endswith(".txt") and _READ_ME.search(member_name(info))]
        tables = [info for info in tables if info not in explaining] or tables
    if len(tables) != 1:
        named = "、".join(member_name(info) for info in tables[:5]) + ("……" if len(tables) > 5 else "")
        raise IntakeError(
            f"压缩文件 {file} 里应当正好有一个表格文件（csv、txt、tsv、xlsx 或 xls），实有 {len(tables)} 个"
            f"{f'（{named}）' if named else ''}；请每个压缩文件只放一个表，或解开后分别导入"
        )
    info = tables[0]
    if info.flag_bits & 0x1:
        raise IntakeError(f"压缩文件 {file} 加了密码，无法解开；请解密后再导入")
    if info.compress_type not in _METHODS:
        raise IntakeError(f"压缩文件 {file} 用了不支持的压缩方式；请改用普通 zip 压缩后再导入")
    refuse_bomb([info], size, LARGEST_TEXT, file)
    return info, [member_name(other) for other in members if other is not info]


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's file name as it can be shown: without its way; Chinese names of Windows come in GBK and say nothing of it."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gbk")
    return shown_name(PurePosixPath(name.replace("\\", "/")).name)


def refuse_bomb(members: list[zipfile.ZipInfo], size: int, largest: int, file: str) -> None:
    """Raise IntakeError when unpacking what came in ``size`` bytes would be out of proportion, or more than ``largest``.

    Held against the archive itself: members may share their packed bytes, so that the sum of these says nothing.
    """
    unpacked = sum(info.file_size for info in members)
    if unpacked > LARGE and unpacked > LARGEST_RATIO * max(size, 1):
        raise IntakeError(f"压缩文件 {file} 解开后大得反常（超过 {LARGEST_RATIO} 倍）；请解开并核对后直接导入其中的表格")
    if unpacked > largest:
        raise IntakeError(f"文件 {file} 解开后超过 {largest >> 30} GB；请分成几个文件，工作簿请另存为 CSV 后再导入")


def _is_clutter(name: str) -> bool:
    """What operating systems put into archives beside the files."""
    path = PurePosixPath(name.replace("\\", "/"))
    # ~$ is what Office and WPS lay beside a workbook somebody has open.
    return "__MACOSX" in path.parts or path.name.startswith((".", "~$", ".~")) or path.name.lower() in ("thumbs.db", "desktop.ini")
