"""Keyed hashes (HMAC-SHA256): who a settlement belongs to, without saying who that is.

The same construction stands in ``store/keyed.sql`` for whole columns; ``tests`` hold the two against each other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Literal

#: A person key is the first 120 bits of the HMAC: it fits DECIMAL(38,0), which DuckDB and Spark both read.
HEX_DIGITS = 30
#: A blind index is the first 80 bits: of ten million none equals another but by a chance of one in ten thousand millions.
MARK_DIGITS = 20


def person_key(hash_key: bytes, kind: Literal["certno", "psn_no", "name", "household"], text: str) -> int:
    """The key of one normalised value, 0 ≤ key < 2**120. ``kind`` keeps equal texts of different columns apart."""
    return int(hmac.digest(hash_key, f"{kind}:{text}".encode(), "sha256").hex()[:HEX_DIGITS], 16)


def person_hex(key: int) -> str:
    """A person key as the case database writes it: 30 hexadecimal digits."""
    return f"{key:0{HEX_DIGITS}x}"


def number_hex(hash_key: bytes, certno: str) -> str:
    """The person a normalised number belongs to, as the case database writes it."""
    return person_hex(person_key(hash_key, "certno", certno))


def blind_index(hash_key: bytes, kind: Literal["last4", "name"], text: str) -> str:
    """What a search looks up: equal for equal texts, useless without the key."""
    return hmac.digest(hash_key, f"index:{kind}:{text}".encode(), "sha256").hex()[:MARK_DIGITS]


def blind_indexes(hash_key: bytes, kind: Literal["last4", "name"], texts: Sequence[str]) -> list[str | None]:
    """Those of many texts, each different text made once; None for the empty ones."""
    # Its two halves begun once: what ``hmac.digest`` does anew each time takes longer than the hashing.
    inner, outer = (hashlib.sha256(pad) for pad in pads(hash_key))
    inner.update(f"index:{kind}:".encode())

    def index(text: str) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(text.encode())
        around.update(within.digest())
        return around.digest().hex()[:MARK_DIGITS]

    made = {text: index(text) for text in set(texts) if text}
    return [made.get(text) for text in texts]


def searched_hash(hash_key: bytes, kind: Literal["certno", "last4", "name"], text: str) -> str:
    """What somebody typed, in its normal form, as the case database finds people by it."""
    return number_hex(hash_key, text) if kind == "certno" else blind_index(hash_key, kind, text)


def pads(hash_key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer 64-byte key blocks of HMAC-SHA256 (RFC 2104), for SQL that has sha256 but no hmac."""
    block = hash_key.ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
