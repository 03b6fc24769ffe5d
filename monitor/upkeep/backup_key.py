"""The key file of a backup: what opens its data file, and the home's own keys. It never lies beside the data.

Each backup has a random key of its own, and this file holds it: open (mode 0600, for a safe), or locked with a passphrase by
Argon2id (RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from monitor.access import keys as key_files
from monitor.access.keys import Keys
from monitor.base.errors import StoreError

SHORTEST_PASSPHRASE = 12
_PASSES, _LANES, _MEMORY_KIB = 3, 4, 64 << 10
_KDF = {"name": "argon2id", "iterations": _PASSES, "lanes": _LANES, "memory_kib": _MEMORY_KIB}


@dataclass(frozen=True, repr=False)
class BackupKey:
    """``backup``: the identity in the data file's header. ``data``: the 32 bytes that open it. ``keys``: the home's."""

    backup: bytes
    data: bytes
    keys: Keys


def write(path: Path, key: BackupKey, passphrase: str | None, made_at: str) -> None:
    """A new file of mode 0600. Raises StoreError where it is there already, cannot be written, or the passphrase is short."""
    content = json.dumps({"data": key.data.hex(), "keys": key_files.as_text(key.keys)}).encode()
    told: dict[str, Any] = {"what": "monitor backup key", "format": 1, "backup": key.backup.hex(), "made_at": made_at}
    if passphrase is None:
        told["open"] = content.hex()
    else:
        check_passphrase(passphrase)
        salt, nonce = os.urandom(16), os.urandom(12)
        locked = AESGCM(_derived(passphrase, salt)).encrypt(nonce, content, key.backup)
        told |= {"kdf": {**_KDF, "salt": salt.hex()}, "locked": (nonce + locked).hex()}
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(told, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"不能写入备份的密钥文件 {path}（{error.strerror}），没有留下备份；请换一个位置") from None


def is_locked(path: Path) -> bool:
    """Whether a passphrase is needed. Raises StoreError where the file is no key file."""
    return "locked" in _told(path)


def read(path: Path, passphrase: str | None) -> BackupKey:
    """Raises StoreError where the file is no key file, or the passphrase is missing or wrong."""
    told = _told(path)
    try:
        backup = bytes.fromhex(told["backup"])
        if "open" in told:
            content = bytes.fromhex(told["open"])
        else:
            if passphrase is None:
                raise StoreError(f"备份的密钥文件 {path} 有口令保护；请加 --passphrase 输入口令，或用 --passphrase-file 指明口令文件")
            if {name: told["kdf"][name] for name in _KDF} != _KDF:
                raise StoreError(f"备份的密钥文件 {path} 的口令算法不是本程序所用；请用写它的版本恢复")
            locked = bytes.fromhex(told["locked"])
            opened = _derived(passphrase, bytes.fromhex(told["kdf"]["salt"]))
            content = AESGCM(opened).decrypt(locked[:12], locked[12:], backup)
        raw = json.loads(content)
        return BackupKey(backup, bytes.fromhex(raw["data"]), key_files.from_text(raw["keys"]))
    except InvalidTag:
        raise StoreError(f"备份的密钥文件 {path} 打不开：口令不对，或文件被改动；请核对口令") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"备份的密钥文件 {path} 已损坏；请换另一份") from None


def check_passphrase(passphrase: str) -> None:
    """Raises StoreError for one that is too short."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise StoreError(f"备份口令至少 {SHORTEST_PASSPHRASE} 个字符；没有备份，请换一个更长的口令")


def _derived(passphrase: str, salt: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return kdf.derive(passphrase.encode())


def _told(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except OSError as error:
        raise StoreError(f"备份的密钥文件 {path} 不能读取（{error.strerror}）；请核对路径") from None
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.get("what") != "monitor backup key" or told.get("format") != 1:
        raise StoreError(f"{path} 不是 monitor backup 写的密钥文件；请核对文件")
    return told
