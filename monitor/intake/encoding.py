"""Which encoding a text export is in, decided strictly on the whole file.

A name at the very end of a million ASCII rows decides: so every byte is looked at before the first row is parsed. The
order is byte-order mark, strict UTF-8, strict GB18030; nothing is ever replaced or dropped. Text that is convincingly
UTF-8 up to one bad byte is damaged, not GB18030.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from monitor.base.errors import IntakeError

#: Bytes looked at in one step of the validation.
STEP = 8 << 20

#: So many Chinese characters of valid UTF-8 before the first bad byte are no accident: the file is damaged UTF-8, and
#: reading it as GB18030, which nearly any bytes pass for, would turn every name into another.
CONVINCING = 10

_WIDE = ("utf-16", "utf-32")

#: Encodings a table comes in. Python knows many more, among them some that need no byte above 127 to be wrong (UTF-7, HZ),
#: which the search for a bad line would not see, and some that are no encodings of text at all.
_KNOWN = frozenset({
    "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
    "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950", "iso8859-1", "cp1252",
})


@dataclass(frozen=True)
class Decided:
    """``name``: Python's name of the encoding; ``skip``: bytes of byte-order mark before the first character of UTF-8."""

    name: str
    skip: int = 0

    @property
    def is_utf8(self) -> bool:
        """UTF-8 goes to the parser as it is; everything else is recoded on the way."""
        return self.name in ("utf-8", "utf-8-sig")

    @property
    def is_wide(self) -> bool:
        """UTF-16 and UTF-32: NUL bytes are normal, a newline byte is not a newline."""
        return self.name.startswith(_WIDE)


def decide(
    open_stream: Callable[[], BinaryIO],
    file: str,
    override: str | None = None,
    watch: Callable[[bytes], object] | None = None,
) -> Decided:
    """The encoding of the whole stream.

    ``open_stream`` opens it anew (a second pass is needed when it is not UTF-8); ``watch`` sees every block of the first
    pass, whatever the outcome (it computes the file's hash). Raises IntakeError for NUL bytes, for an encoding nobody
    knows, and for bytes no encoding explains, naming the first bad line.
    """
    with open_stream() as stream:
        block = stream.read(STEP)
        marked = _by_mark(block)
        stated = _override(override, marked, file) if override else marked
        likely = stated or Decided("utf-8")
        utf8 = _Utf8Scan(likely.skip) if likely.is_utf8 else None
        read, nul = 0, -1
        while block:
            if watch is not None:
                watch(block)
            if nul < 0 and not likely.is_wide and (at := block.find(b"\0")) >= 0:
                nul = read + at
            if utf8 is not None:
                utf8.feed(block)
            read += len(block)
            block = stream.read(STEP)
    if nul >= 0:
        raise IntakeError(
            f"文件 {file} 第 {_line_at(open_stream, nul)} 行含有 NUL 字节，不是文本表格；请从平台重新导出为 CSV 或 xlsx，"
            "若是 UTF-16 等编码的文本，请用 --encoding 指明"
        )
    if utf8 is not None:
        bad = utf8.finish()
        if bad is None:
            return likely
        bad_line = _line_at(open_stream, bad)
        if stated is None and _wide_characters(open_stream, bad) >= CONVINCING:
            raise IntakeError(
                f"文件 {file} 第 {bad_line} 行不是 UTF-8 文本，而之前的内容都是（可能被截断或混入了别的编码）；"
                "请核对该行或重新导出，或用 --encoding 指明编码"
            )
    else:
        wrong = _first_bad_line(open_stream, likely)
        if wrong is None:
            return likely
        bad_line = wrong
    if stated is not None:
        raise IntakeError(
            f"文件 {file} 第 {bad_line} 行不能按 {stated.name} 解码；请核对该行，或用 --encoding 指明正确的编码"
        )
    gb18030 = Decided("gb18030")
    bad_gb = _first_bad_line(open_stream, gb18030)
    if bad_gb is None:
        return gb18030
    # The encoding that gets further is the likelier one: its first bad line is the place to look.
    raise IntakeError(
        f"文件 {file} 第 {max(bad_line, bad_gb)} 行既不是 UTF-8 也不是 GB18030 文本；"
        "请核对该行，或用 --encoding 指明编码（如 --encoding gb18030）"
    )


def likely_utf8(first: bytes) -> Decided | None:
    """What a text that begins so is, if the rest of it is like its beginning: UTF-8, or None where only the whole can tell."""
    likely = _by_mark(first) or Decided("utf-8")
    if not likely.is_utf8 or b"\0" in first or not _valid_utf8(first, likely.skip, complete(first)):
        return None
    return likely


def _by_mark(first: bytes) -> Decided | None:
    if first.startswith(codecs.BOM_UTF8):
        return Decided("utf-8-sig", len(codecs.BOM_UTF8))
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decided("utf-16")
    return None


def _override(name: str, marked: Decided | None, file: str) -> Decided:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ""
    if known not in _KNOWN:
        raise IntakeError(
            f"导入 {file} 时 --encoding 给出的编码名称无法识别；请改用 utf-8、gb18030 或 utf-16"
        )
    # A byte-order mark is never data, whether or not the name given says that there is one.
    if marked is not None and marked.is_utf8 and Decided(known).is_utf8:
        return marked
    return Decided(known)


class _Utf8Scan:
    """Strict UTF-8 over blocks, at memory speed: Arrow validates, Python's decoder only finds the bad byte."""

    def __init__(self, skip: int) -> None:
        self._skip = skip
        self._carry = b""
        self._base = 0
        self._bad: int | None = None

    def feed(self, block: bytes) -> None:
        if self._bad is not None:
            return
        data = self._carry + block if self._carry else block
        start, self._skip = self._skip, 0
        cut = complete(data)
        if not _valid_utf8(data, start, cut):
            try:
                data[start:cut].decode("utf-8")
            except UnicodeDecodeError as error:
                self._bad = self._base + start + error.start
                return
        self._carry = data[cut:]
        self._base += cut

    def finish(self) -> int | None:
        """Offset of the first byte that is not UTF-8, or None."""
        return self._base if self._bad is None and self._carry else self._bad


def complete(data: bytes) -> int:
    """Length of ``data`` without an unfinished UTF-8 sequence at its end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        wanted = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return len(data) - back if wanted > back else len(data)
    return len(data)


def _valid_utf8(data: bytes, start: int, stop: int) -> bool:
    offsets = pa.py_buffer(np.array([start, max(start, stop)], dtype=np.int32))
    text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _line_at(open_stream: Callable[[], BinaryIO], offset: int) -> int:
    """The physical line, from 1, of a byte."""
    lines = 1
    with open_stream() as stream:
        while offset > 0 and (block := stream.read(min(STEP, offset))):
            lines += block.count(b"\n")
            offset -= len(block)
    return lines


def _wide_characters(open_stream: Callable[[], BinaryIO], offset: int) -> int:
    """How many three- and four-byte characters stand before an offset up to which all is UTF-8; counting may stop early."""
    found = 0
    with open_stream() as stream:
        while offset > 0 and found < CONVINCING and (block := stream.read(min(STEP, offset))):
            if not block.isascii():
                found += int(np.count_nonzero(np.frombuffer(block, np.uint8) >= 0xE0))
            offset -= len(block)
    return found


def _first_bad_line(open_stream: Callable[[], BinaryIO], encoding: Decided) -> int | None:
    """The first line that does not decode, or None when all does."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    lines = 1
    with open_stream() as stream:
        while block := stream.read(1 << 20):
            if not encoding.is_wide and block.isascii() and not decoder.getstate()[0]:
                lines += block.count(b"\n")
                continue
            try:
                lines += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                return lines + good.decode(encoding.name, "ignore").count("\n")
            except UnicodeError:
                return lines
        try:
            decoder.decode(b"", final=True)
        except UnicodeError:
            return lines
    return None
