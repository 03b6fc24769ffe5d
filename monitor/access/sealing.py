"""Sealing with AES-256-GCM: whole files (the register) and single values (columns of the case database).

A sealed value is one byte naming the seal key, a 12-byte random nonce, and the ciphertext with its tag.
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
        self._ciphers = [AESGCM(key) for key in keys.seals]

    def seal(self, plain: bytes, purpose: str) -> bytes:
        newest = len(self._ciphers) - 1
        nonce = os.urandom(_NONCE)
        return bytes([newest]) + nonce + self._ciphers[newest].encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The plain bytes. Raises StoreError when the key is not ours or a byte was changed."""
        try:
            cipher = self._ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + _NONCE], memoryview(sealed)[1 + _NONCE :], purpose.encode())
        except (InvalidTag, IndexError):
            raise StoreError(
                f"密封内容（{purpose}）无法打开：密钥与本数据目录不符，或文件已被改动；请核对密钥文件或从备份恢复"
            ) from None

    def seal_text(self, text: str | None, purpose: str) -> bytes | None:
        return None if text is None else self.seal(text.encode(), purpose)

    def open_text(self, sealed: bytes | None, purpose: str) -> str:
        return "" if sealed is None else self.open(sealed, purpose).decode()
