"""The file an export lies in: a regular file, opened as often as it takes, and the same from the first byte to the last.

A pipe would keep the program waiting, a device never end; a file that is still being written has a hash that names
nothing. Names are shown without what a terminal would obey.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from monitor.base.errors import IntakeError
from monitor.intake.header import shown_name

_WHY = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有读取权限",
    errno.EPERM: "没有读取权限",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ELOOP: "符号链接绕成了圈",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ENXIO: "这不是普通文件",
    errno.EIO: "磁盘读取出错",
}


@dataclass(frozen=True)
class Source:
    """One file: ``name`` for sentences, ``size`` in bytes, ``mark`` by which a change is noticed."""

    path: Path
    name: str
    size: int
    mark: tuple[int, int, int, int]

    def open(self) -> BinaryIO:
        """The file from its beginning. Raises IntakeError when it is not the same any more."""
        try:
            stream = _open(self.path, self.name)
        except IntakeError:
            raise self.changed() from None
        if _mark(os.fstat(stream.fileno())) != self.mark:
            stream.close()
            raise self.changed()
        return stream

    def unchanged(self) -> None:
        """Raise IntakeError when the file is another than at first."""
        try:
            now = self.path.stat()
        except OSError:
            raise self.changed() from None
        if _mark(now) != self.mark:
            raise self.changed()

    def changed(self) -> IntakeError:
        """The refusal of a file that was written to, replaced or removed meanwhile."""
        return IntakeError(f"文件 {self.name} 在读取过程中被改动；请等文件写完后再导入")


def source(path: Path) -> Source:
    """The file at ``path``, links followed. Raises IntakeError when it cannot be read or is no regular file."""
    name = shown_name(path.name)
    with _open(path, name) as stream:
        found = os.fstat(stream.fileno())
    return Source(path, name, found.st_size, _mark(found))


@contextmanager
def reading(found: Source) -> Iterator[None]:
    """What goes wrong only because the file is changing, or the disk fails, is said to be that."""
    try:
        yield
    except OSError as error:
        raise unreadable(found.name, error) from error
    except IntakeError:
        raise
    except Exception:
        found.unchanged()
        raise


def unreadable(name: str, error: OSError) -> IntakeError:
    """The refusal of a file the system does not give."""
    why = _WHY.get(error.errno or 0, f"系统报告：{error.strerror}")
    return IntakeError(f"文件 {name} 无法读取（{why}）；请核对路径和权限后再导入")


def _open(path: Path, name: str) -> BinaryIO:
    try:
        # Without waiting: a pipe nobody writes to would be waited for, for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unreadable(name, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IntakeError(f"文件 {name} 无法读取（是目录、管道或设备，不是普通文件）；请给出一个导出文件")
    return os.fdopen(descriptor, "rb")


def _mark(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino
