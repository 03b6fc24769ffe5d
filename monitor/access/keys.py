"""The keys of one home: made with it, kept outside it, never in it.

Two kinds, because they age differently. The *hash* key turns numbers into person keys; immutable batches depend on
it, so it never rotates. *Seal* keys encrypt names and numbers; the newest seals, all of them open. Seal keys are numbered
from 0 in the order they were made, and a number is never given twice: every sealed value names its key by it.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.base.errors import StoreError


@dataclass(frozen=True, repr=False)
class Keys:
    """``hash``: 32 bytes. ``seals``: 32-byte keys, oldest first; the last one seals. ``first``: the number of the oldest
    seal key still here; those before it were dropped."""

    hash: bytes
    seals: tuple[bytes, ...]
    first: int = 0
    #: The file they were read from: where a rotation's new key is found (``Sealer``).
    path: Path | None = field(default=None, compare=False)

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return self.first + len(self.seals) - 1

    @property
    def audit(self) -> bytes:
        """The key of the audit's chain: derived from the hash key, which never rotates, so that every old entry can
        still be checked and key files from before the audit need no change (HKDF, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=b"monitor audit chain").derive(self.hash)


def path_of(directory: Path, home_id: str) -> Path:
    """The key file of a home."""
    return directory / f"{home_id}.json"


def create(directory: Path, home_id: str, keys: Keys | None = None) -> Keys:
    """The keys of a new home, random unless given, written with mode 0600 before the home exists. Never overwrites.

    Raises StoreError where they cannot be written.
    """
    keys = keys or Keys(secrets.token_bytes(32), (secrets.token_bytes(32),))
    path = path_of(directory, home_id)
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), as_text(keys))
        _sync(directory)
    except OSError as error:
        raise StoreError(f"密钥文件 {path} 无法写入（{error.strerror}）；请检查密钥目录的权限与磁盘空间") from None
    return replace(keys, path=path)


def load(directory: Path, home_id: str) -> Keys:
    """The keys of an existing home.

    Raises StoreError when they are missing, unreadable or open to other users: without them the home cannot be read.
    """
    path = path_of(directory, home_id)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise StoreError(
                f"密钥文件 {path} 的权限是 {mode:04o}，同机的其他用户可能读到密钥；请执行 chmod 600 {path} 后重试，"
                "并考虑用 monitor keys rotate 更换密封密钥"
            )
        return replace(from_text(path.read_text()), path=path)
    except FileNotFoundError:
        raise StoreError(
            f"找不到本数据目录（编号 {home_id}）的密钥文件 {path}；没有密钥，姓名和证件号码无法读取。"
            "请从密钥备份恢复该文件，或用 MONITOR_KEYS 指明密钥所在目录"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"密钥文件 {path} 无法读取（{type(error).__name__}）；请从密钥备份恢复该文件") from None


def add_seal(directory: Path, home_id: str) -> Keys:
    """One more seal key, which seals from now on; the others still open. The caller holds the home for writing."""
    keys = load(directory, home_id)
    return _replace(directory, home_id, replace(keys, seals=(*keys.seals, secrets.token_bytes(32))))


def drop_old_seals(directory: Path, home_id: str) -> Keys:
    """The newest seal key alone. The caller has made sure that nothing is sealed with another."""
    keys = load(directory, home_id)
    return _replace(directory, home_id, replace(keys, seals=keys.seals[-1:], first=keys.newest))


def as_text(keys: Keys) -> str:
    """What a key file says."""
    return json.dumps({"hash": keys.hash.hex(), "seals": [seal.hex() for seal in keys.seals], "first": keys.first})


def from_text(text: str) -> Keys:
    """The keys a key file holds. Raises ValueError, KeyError or TypeError where it is none."""
    raw = json.loads(text)
    seals = tuple(bytes.fromhex(seal) for seal in raw["seals"])
    # Before rotation there was, the first key was always number 0 and the file did not say so.
    keys = Keys(bytes.fromhex(raw["hash"]), seals, int(raw.get("first", 0)))
    if not seals or any(len(key) != 32 for key in (keys.hash, *seals)) or keys.first < 0:
        raise ValueError
    return keys


def _replace(directory: Path, home_id: str, keys: Keys) -> Keys:
    """The key file written anew: whoever reads it finds the old keys or the new ones."""
    path = path_of(directory, home_id)
    beside = path.with_name(path.name + ".new")
    try:
        beside.unlink(missing_ok=True)
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), as_text(keys))
        beside.replace(path)
        _sync(directory)
    except OSError as error:
        raise StoreError(f"密钥文件 {path} 无法写入（{error.strerror}），密钥没有改变；请检查密钥目录的权限与磁盘空间") from None
    return keys


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
