"""Hashes of passwords: argon2id as PHC strings (``$argon2id$v=19$m=…,t=…,p=…$salt$hash``), by ``cryptography``.

The string holds its own parameters, so a hash made with others (or by another library: the form is a standard one) is
still checked; ``is_current`` tells that it should be made anew.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_SALT_BYTES, _HASH_BYTES = 16, 32
#: Unpadded base64 takes four characters for three bytes.
_SALT_CHARACTERS, _HASH_CHARACTERS = 22, 43
_PHC = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)")


@dataclass(frozen=True)
class Argon2idHasher:
    """How much a hash costs: ``time_cost`` passes over ``memory_cost`` KiB in ``parallelism`` lanes."""

    time_cost: int
    memory_cost: int
    parallelism: int

    def hash(self, password: str) -> str:
        """The PHC string of a password, with a new salt."""
        kdf = Argon2id(
            salt=secrets.token_bytes(_SALT_BYTES), length=_HASH_BYTES,
            iterations=self.time_cost, lanes=self.parallelism, memory_cost=self.memory_cost,
        )
        return kdf.derive_phc_encoded(password.encode())

    def verify(self, kept: str, password: str) -> bool:
        """Whether the password is the one of a PHC string, which may be of other parameters. False for what is no such string."""
        try:
            Argon2id.verify_phc_encoded(password.encode(), kept)
        except (InvalidKey, ValueError):
            # ValueError: parameters or a salt that Argon2 itself does not take.
            return False
        return True

    def is_current(self, kept: str) -> bool:
        """Whether a PHC string has these parameters, and a salt and a hash of the present lengths."""
        found = _PHC.fullmatch(kept)
        if found is None:
            return False
        memory, time, lanes, salt, digest = found.groups()
        return (int(time), int(memory), int(lanes), len(salt), len(digest)) == (
            self.time_cost, self.memory_cost, self.parallelism, _SALT_CHARACTERS, _HASH_CHARACTERS,
        )
