"""An encrypted stream: AES-256-GCM in chunks, so that a backup of any size needs little memory and no byte of it is believed
before its chunk has been verified.

Each chunk's nonce is its number and whether it is the last, after the construction STREAM (Hoang, Reyhanitabar, Rogaway,
Vizár 2015): a chunk moved, repeated, left out or cut off at the end fails. The key is of one stream only, so that a
nonce is never used twice. The header is bound to every chunk.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.base.errors import StoreError

CHUNK = 1 << 20
_TAG = 16
_MAGIC = b"MONITOR-BACKUP-1"
_ID = 16


class Sealing:
    """What is written here is written to ``file`` encrypted; ``close`` ends the stream, and without it there is none."""

    def __init__(self, file: BinaryIO, key: bytes, identity: bytes) -> None:
        """``key``: 32 bytes used for this stream alone. ``identity``: 16 bytes anybody may read, by which the key is found."""
        self._file, self._cipher, self._header = file, AESGCM(key), _MAGIC + identity
        self._held, self._number = bytearray(), 0
        file.write(self._header)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._put(bytes(self._held), last=True)

    def _put(self, chunk: bytes, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._header))
        self._number += 1


class Opening:
    """The plain bytes of a stream. Raises StoreError at the first byte that is not as written, or where the end is missing."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self._header = read_header(file)
        self._next = file.read(CHUNK + _TAG)
        self._plain, self._number, self._ended = b"", 0, False

    def read(self, size: int = -1) -> bytes:
        parts, wanted = [], size
        while wanted != 0:
            if not self._plain and not self._more():
                break
            part = self._plain if wanted < 0 else self._plain[:wanted]
            self._plain = self._plain[len(part) :]
            parts.append(part)
            wanted -= len(part) if wanted > 0 else 0
        return b"".join(parts)

    def _more(self) -> bool:
        """Decrypt the next chunk; whether there was one."""
        if self._ended:
            return False
        chunk, self._next = self._next, self._file.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            self._plain = self._cipher.decrypt(_nonce(self._number, self._ended), chunk, self._header)
        except InvalidTag:
            raise StoreError(
                f"备份文件从第 {self._number * (CHUNK + _TAG) + len(self._header)} 字节起不能解开：密钥文件不是这份备份的，"
                "或备份文件不完整、被改动；请核对两个文件，或换一份备份"
            ) from None
        self._number += 1
        return bool(self._plain) or self._more()

    def __enter__(self) -> Opening:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._plain = self._next = b""


def read_header(file: BinaryIO) -> bytes:
    """The header, the identity of the stream at its end. Raises StoreError where this is no such stream."""
    header = file.read(len(_MAGIC) + _ID)
    if len(header) != len(_MAGIC) + _ID or not header.startswith(_MAGIC):
        raise StoreError("这不是 monitor backup 写的备份文件，或文件开头已损坏；请核对文件")
    return header


def identity_of(header: bytes) -> bytes:
    return header[len(_MAGIC) :]


def new_identity() -> bytes:
    return os.urandom(_ID)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
