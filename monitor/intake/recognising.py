"""The first step of the entrance: what a file is. Text or a workbook, by itself or as the one table in a zip.

Its first bytes tell, never its name. What is recognised here is what every later step is given, in the place of a path.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from monitor.intake import archive
from monitor.intake.source import Source
from monitor.intake.unused import Unused

#: Bytes by which a file's kind is told: some begin with a comment.
HEAD = 4096


@dataclass(frozen=True)
class Content:
    """The one table to be read: the file itself, or ``member`` of the zip it is. ``beside``: the other files in that zip."""

    source: Source
    kind: Literal["text", "workbook"]
    member: zipfile.ZipInfo | None = None
    beside: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The file's name, for sentences."""
        return self.source.name

    @property
    def size(self) -> int:
        """Its size in bytes, unpacked."""
        return self.source.size if self.member is None else self.member.file_size

    def open(self) -> BinaryIO:
        """Its bytes from the beginning. Raises IntakeError when the file is not the same any more, or the zip is damaged."""
        if self.member is None:
            return self.source.open()
        return cast(BinaryIO, archive.Member(self.source.open, self.member, self.file))

    def names(self) -> list[tuple[str, str]]:
        """Names that may state the amounts' unit, with what they are names of."""
        names = [(Path(self.file).stem, "文件名")]
        if self.member is not None:
            names.append((PurePosixPath(self.member.filename).stem, "压缩包里的文件名"))
        return names

    def unused(self) -> list[Unused]:
        """An entry for each other file in the zip."""
        return [Unused(self.file, "", "sheet", name, 0, "压缩包里的其他文件，没有读取") for name in self.beside]


def recognise(found: Source) -> Content:
    """What there is to read in a file. Raises IntakeError where that is no table, several tables, or out of proportion."""
    file = found.name
    with found.open() as stream:
        head = stream.read(HEAD)
        if not archive.is_zip(head):
            return Content(found, "workbook" if archive.kind_of(head, None, file) == "workbook" else "text")
        with archive.opened(stream, file) as packed:
            if archive.kind_of(head, packed.namelist(), file) == "workbook":
                archive.refuse_bomb(packed.infolist(), found.size, archive.LARGEST_UNPACKED, file)
                return Content(found, "workbook")
            member, beside = archive.only_table(packed, found.size, file)
    inner = Content(found, "text", member, tuple(beside))
    with inner.open() as stream:
        head = stream.read(HEAD)
    if archive.is_zip(head) or archive.kind_of(head, None, file) == "workbook":
        return Content(found, "workbook", member, tuple(beside))
    return inner
