"""The process a workbook is read in, seen from outside: started, asked, ended; and the sentence when it dies.

What runs there is ``sheets``. It gets the file and nothing else: no place to write to, limits on memory and on time. A
library that panics, finds no memory or never ends is one refused file.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import weakref
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from monitor.base.errors import IntakeError
from monitor.intake.sheets import Frame, receive, send

#: Memory the process may ask for at most, in bytes, everything counted: a sheet of a million rows and forty columns fits.
MEMORY = 4 << 30

#: What a small workbook may: a sheet with a cell in every corner of an xls takes 540 MB.
LITTLE = 768 << 20

#: Seconds of a processor it may use: ten times what that sheet takes.
SECONDS = 900

_START = (
    "import sys; sys.path[:] = sys.argv[4:]; from monitor.intake.sheets import main; main()"
)
_STEP = 1 << 20


def memory_for(content: bytes) -> int:
    """What the workbook may ask for: some times what there is to read, so that a few kilobytes do not take gigabytes."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return min(MEMORY, LITTLE + 4 * sum(info.file_size for info in packed.infolist()))
    return min(MEMORY, LITTLE + 32 * len(content))


class Reader:
    """A process reading one workbook. ``close`` ends it, and so does letting go of it."""

    def __init__(self, memory: int, seconds: int = SECONDS) -> None:
        # -I -S: no settings and no start-up files of the user's; it starts in a twentieth of a second.
        limits = (str(memory), str(seconds))
        paths = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - "" means here
        # A pipe of its own, and not its standard output: whatever a library prints there is no part of an answer.
        answers, theirs = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START, *limits, str(theirs), *paths],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[theirs],
            )
        except BaseException:
            os.close(answers)
            raise
        finally:
            # Held by the child alone: its end is the end of the answers.
            os.close(theirs)
        self._process = process
        self._requests = cast(BinaryIO, process.stdin)
        self._answers: BinaryIO = os.fdopen(answers, "rb")
        self.file = ""
        self.close = weakref.finalize(self, _end, process, self._answers)

    def open(self, content: bytes, file: str) -> Frame:
        """Hand the file over; the sheets in it. Raises IntakeError, like everything here, with the sentence."""
        self.file = file
        return self._answered(self._told({"open": len(content), "file": file}, content))

    def ask(self, **request: Any) -> Frame:
        """One request, one answer."""
        return self._answered(self._told(request))

    def rows(self, **wanted: Any) -> Iterator[Frame]:
        """The pieces of a sheet, the last of which has no ``upto``."""
        self._told({"rows": wanted})
        while True:
            piece = self._answered(True)
            yield piece
            if piece["upto"] is None:
                return

    def _told(self, request: Frame, content: bytes = b"") -> bool:
        """Whether the request could be written: a process that has died reads nothing."""
        try:
            send(self._requests, request)
            for at in range(0, len(content), _STEP):
                self._requests.write(content[at : at + _STEP])
            self._requests.flush()
        except BrokenPipeError:
            return False
        return True

    def _answered(self, told: bool) -> Frame:
        found = receive(self._answers) if told else None
        if found is None:
            self.close()
            raise IntakeError(
                f"工作簿 {self.file} 在限定的内存和时间内读不出来，可能过大、已损坏或不是表格软件所存；"
                "请用 Excel 或 WPS 打开后另存为 CSV 再导入"
            )
        if "sentence" in found:
            raise IntakeError(found["sentence"])
        if "refused" in found:
            raise IntakeError(_SENTENCES[found["refused"]].format(file=self.file))
        return found


_SENTENCES = {
    "password": "工作簿 {file} 加了密码，无法打开；请取消密码后另存再导入",
    "error": "工作簿 {file} 里有单元格是不认识的公式错误值（如 #SPILL!），无法读取；请改正或清除这些单元格后再导入",
    "unreadable": (
        "文件 {file} 不是可读的 xlsx 或 xls 工作簿（可能已损坏、加密或是其他文档）；"
        "请用 Excel 或 WPS 打开后另存为 xlsx 再导入"
    ),
}


def _end(process: subprocess.Popen[bytes], answers: BinaryIO) -> None:
    process.kill()
    for stream in (process.stdin, answers):
        if stream is not None:
            # What was still to be written goes nowhere.
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    process.wait()
