"""Sealing with AES-256-GCM: whole files (the register) and single values (columns of the case database).

A sealed value is one byte naming the seal key (its number, modulo 256: never that many are in use at once), a 12-byte
random nonce, and the ciphertext with its tag.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.access import keys as key_files
from monitor.access.keys import Keys
from monitor.base.errors import StoreError

_NONCE = 12


class _Ring:
    """The ciphers by the byte that names them: exchanged as one, as threads share a sealer."""

    def __init__(self, keys: Keys) -> None:
        self.ciphers = {number % 256: AESGCM(key) for number, key in enumerate(keys.seals, start=keys.first)}
        self.newest = keys.newest % 256


class Sealer:
    """Seals with the newest key, opens with the key the value names. ``purpose`` binds a value to its place.

    Where the keys are a file's, the file is looked at before sealing, and again where a key is missing: the screens' server
    goes on while somebody rotates. Who writes a sealed value to the database seals it within the transaction.
    """

    def __init__(self, keys: Keys) -> None:
        self._path = keys.path
        self._seen: tuple[int, int] | None = None
        self._ring = _Ring(keys)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        self._look_again()
        ring, nonce = self._ring, os.urandom(_NONCE)
        return bytes([ring.newest]) + nonce + ring.ciphers[ring.newest].encrypt(nonce, plain, purpose.encode())

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the value is sealed with the key that seals now; its first byte is enough."""
        return sealed[:1] == bytes([self._ring.newest])

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The plain bytes. Raises StoreError when the key is not ours or a byte was changed."""
        try:
            cipher = self._ring.ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + _NONCE], memoryview(sealed)[1 + _NONCE :], purpose.encode())
        except (InvalidTag, IndexError, KeyError, ValueError):
            if self._look_again():
                return self.open(sealed, purpose)
            raise StoreError(
                f"密封内容（{purpose}）无法打开：密钥与本数据目录不符，或文件已被改动；请核对密钥文件或从备份恢复"
            ) from None

    def _look_again(self) -> bool:
        """Whether the key file is another than when it was last looked at; then its keys are ours."""
        if self._path is None or (mark := _mark(self._path)) == self._seen:
            return False
        self._ring = _Ring(key_files.load(self._path.parent, self._path.stem))
        self._seen = mark
        return True

    def seal_text(self, text: str | None, purpose: str) -> bytes | None:
        return None if text is None else self.seal(text.encode(), purpose)

    def seal_texts(self, texts: Sequence[str], purpose: str) -> list[bytes | None]:
        """Each with a nonce of its own, None for the empty ones; the key file is looked at once for all of them."""
        self._look_again()
        ring, bound = self._ring, purpose.encode()
        named, encrypt = bytes([ring.newest]), ring.ciphers[ring.newest].encrypt
        nonces = os.urandom(_NONCE * len(texts))
        sealed: list[bytes | None] = []
        for start, text in zip(range(0, len(nonces), _NONCE), texts, strict=True):
            nonce = nonces[start : start + _NONCE]
            sealed.append(named + nonce + encrypt(nonce, text.encode(), bound) if text else None)
        return sealed

    def open_text(self, sealed: bytes | None, purpose: str) -> str:
        return "" if sealed is None else self.open(sealed, purpose).decode()


def _mark(path: Path) -> tuple[int, int] | None:
    """What tells that a key file was replaced."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
