"""What a backup's data file holds once opened: a tar of the home's files, and last an index of their sizes and hashes."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from monitor.base.errors import StoreError
from monitor.upkeep.envelope import Opening, Sealing

INDEX = "backup.json"
_BLOCK = 1 << 20
#: sha256 and size by path below the home.
Index = dict[str, tuple[str, int]]


@dataclass
class Writing:
    """An archive being written, file by file."""

    stream: Sealing
    index: Index = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A stream is written forwards only: the tar's writing of headers asks for no more than ``write``.
        self._tar = tarfile.open(fileobj=self.stream, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115

    def add(self, name: str, path: Path) -> None:
        """One file, as long as it is now: what is appended while it is read is left out."""
        with path.open("rb") as file:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o600
            hashing = _Hashing(file)
            self._tar.addfile(entry, hashing)
        self.index[name] = (hashing.digest.hexdigest(), entry.size)

    def finish(self, about: dict[str, str]) -> None:
        """The index, and the end of the stream."""
        text = json.dumps({"format": 1, **about, "files": self.index}, ensure_ascii=False).encode()
        entry = tarfile.TarInfo(INDEX)
        entry.size = len(text)
        self._tar.addfile(entry, _Hashing(_Bytes(text)))
        self._tar.close()
        self.stream.close()


class _Hashing:
    def __init__(self, file: BinaryIO | _Bytes) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def read(stream: Opening, take: Callable[[str, Iterator[bytes]], None]) -> tuple[dict[str, object], Index]:
    """Every file handed to ``take`` as its name and bytes in pieces; then what the index says of the whole.

    Raises StoreError where the files are not exactly those of the index, or a name would lead out of the home.
    """
    found: Index = {}
    about: dict[str, object] | None = None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:  # type: ignore[call-overload]
            for entry in tar:
                file = tar.extractfile(entry) if entry.isreg() else None
                name = entry.name
                parts = PurePosixPath(name).parts
                if file is None or about is not None or name in found or name.startswith("/") or ".." in parts or not parts:
                    raise StoreError("备份文件的内容不合规定，没有恢复；请换一份备份")
                if name == INDEX:
                    about = json.loads(file.read())
                    continue
                digest, size = hashlib.sha256(), 0

                def pieces(file: BinaryIO = file) -> Iterator[bytes]:
                    nonlocal size
                    while block := file.read(_BLOCK):
                        digest.update(block)  # noqa: B023 - consumed within this round
                        size += len(block)
                        yield block

                take(name, pieces())
                found[name] = (digest.hexdigest(), size)
        # To the end of the stream: that is where a cut-off file shows.
        while stream.read(_BLOCK):
            pass
    except (tarfile.TarError, ValueError, EOFError):
        raise StoreError("备份文件的内容不能读取，没有恢复；请换一份备份") from None
    if about is None or about.get("format") != 1 or about.get("files") != {name: list(is_) for name, is_ in found.items()}:
        raise StoreError("备份文件的内容与其目录不符，没有恢复；请换一份备份")
    return about, found
