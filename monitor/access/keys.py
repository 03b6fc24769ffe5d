"""The keys of one home: made with it, kept outside it, never in it.

Two kinds, because they age differently. The *hash* key turns numbers into person keys; immutable batches depend on
it, so it never rotates. *Seal* keys encrypt names and numbers; the newest seals, all of them open.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.errors import StoreError


@dataclass(frozen=True, repr=False)
class Keys:
    """``hash``: 32 bytes. ``seals``: 32-byte keys, oldest first; the last one seals."""

    hash: bytes
    seals: tuple[bytes, ...]

    @property
    def audit(self) -> bytes:
        """The key of the audit's chain: derived from the hash key, which never rotates, so that every old entry can
        still be checked and key files from before the audit need no change (HKDF, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=b"monitor audit chain").derive(self.hash)


def _path(directory: Path, home_id: str) -> Path:
    return directory / f"{home_id}.json"


def create(directory: Path, home_id: str) -> Keys:
    """New random keys for a new home, written with mode 0600 before the home exists. Never overwrites."""
    keys = Keys(secrets.token_bytes(32), (secrets.token_bytes(32),))
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({"hash": keys.hash.hex(), "seals": [seal.hex() for seal in keys.seals]})
    descriptor = os.open(_path(directory, home_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return keys


def load(directory: Path, home_id: str) -> Keys:
    """The keys of an existing home.

    Raises StoreError when they are missing or unreadable: without them the home cannot be read.
    """
    path = _path(directory, home_id)
    try:
        raw = json.loads(path.read_text())
        return Keys(bytes.fromhex(raw["hash"]), tuple(bytes.fromhex(seal) for seal in raw["seals"]))
    except FileNotFoundError:
        raise StoreError(
            f"找不到本数据目录（编号 {home_id}）的密钥文件 {path}；没有密钥，姓名和证件号码无法读取。"
            "请从密钥备份恢复该文件，或用 MONITOR_KEYS 指明密钥所在目录"
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"密钥文件 {path} 无法读取（{type(error).__name__}）；请从密钥备份恢复该文件") from None
