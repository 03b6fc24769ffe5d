"""Sealing with AES-256-GCM: whole files (the register) and single values (columns of the case database).

A sealed value is one byte naming the seal key (its number, modulo 256: never that many are in use at once), a 12-byte
random nonce, and the ciphertext with its tag.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.access.keys import Keys
from monitor.errors import StoreError

_NONCE = 12


class Sealer:
    """Seals with the newest key, opens with the key the value names. ``purpose`` binds a value to its place."""

    def __init__(self, keys: Keys) -> None:
        self._ciphers = {number % 256: AESGCM(key) for number, key in enumerate(keys.seals, start=keys.first)}
        self._newest = keys.newest % 256

    def seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return bytes([self._newest]) + nonce + self._ciphers[self._newest].encrypt(nonce, plain, purpose.encode())

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the value is sealed with the key that seals now; its first byte is enough."""
        return sealed[:1] == bytes([self._newest])

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The plain bytes. Raises StoreError when the key is not ours or a byte was changed."""
        try:
            cipher = self._ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + _NONCE], memoryview(sealed)[1 + _NONCE :], purpose.encode())
        except (InvalidTag, IndexError, KeyError, ValueError):
            raise StoreError(
                f"密封内容（{purpose}）无法打开：密钥与本数据目录不符，或文件已被改动；请核对密钥文件或从备份恢复"
            ) from None

    def seal_text(self, text: str | None, purpose: str) -> bytes | None:
        return None if text is None else self.seal(text.encode(), purpose)

    def open_text(self, sealed: bytes | None, purpose: str) -> str:
        return "" if sealed is None else self.open(sealed, purpose).decode()
