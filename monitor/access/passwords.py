"""Passwords: which are taken, how they are kept (argon2id), how a handed-out one is made.

Length before anything (NIST SP 800-63B, 5.1.1.2: a blocklist, no truncation, normalised Unicode); several kinds of
characters because GB/T 22239-2019 asks for complexity at level 3.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from monitor.access.argon2id import Argon2idHasher
from monitor.access.rules import AccessRules
from monitor.base.vocabulary import PasswordFault

SHORTEST, LONGEST = 12, 128
#: The present one and the four before it.
REMEMBERED = 5

#: RFC 9106's second recommendation: argon2id, 64 MiB, three passes, four lanes. A quarter of a second on two cores.
HASHER = Argon2idHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Each check takes 64 MiB for as long as it runs: a crowd at the door must wait, not fill the memory.
_AT_ONCE = threading.BoundedSemaphore(2)
#: Neither 0/O nor 1/l/I, so that it can be read out.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
_LEET = str.maketrans("01345@$!", "oleasasi")
_KEY_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/")


def normalised(password: str) -> str:
    """The same text however the keyboard wrote it (full-width letters, composed accents), and always one that can be encoded."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def faults(
    password: str, *, name: str, display: str, rules: AccessRules, used: Sequence[str] = ()
) -> tuple[PasswordFault, ...]:
    """Why a new password is not taken, all reasons at once; empty when it is. ``used``: argon2 hashes it may not equal."""
    password = normalised(password)
    if len(password) > LONGEST:
        return (PasswordFault.TOO_LONG,)
    low = password.casefold()
    found = {
        PasswordFault.TOO_SHORT: len(password) < SHORTEST,
        PasswordFault.TOO_FEW_KINDS: _kinds(password) < rules.password_kinds,
        PasswordFault.HOLDS_NAME: any(part and part in low for part in (name.casefold(), display.casefold())),
        PasswordFault.COMMON: _common(low),
        PasswordFault.PATTERN: _pattern(low),
    }
    reasons = tuple(fault for fault, holds in found.items() if holds)
    # Last, and only for one that would be taken: each comparison costs a hash.
    if not reasons and any(matches(kept, password) for kept in used):
        return (PasswordFault.REUSED,)
    return reasons


def _kinds(password: str) -> int:
    return sum(
        any(test(character) for character in password)
        for test in (str.isupper, str.islower, str.isdigit, lambda c: not (c.isupper() or c.islower() or c.isdigit()))
    )


@cache
def _common_words() -> re.Pattern[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    words = sorted({line for line in lines if line and not line.startswith("#")}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})+")


def _common(low: str) -> bool:
    """Common words in a row and nothing besides but digits and signs, which may stand for letters (``p@ssw0rd-2026``)."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", low)
    for text in (low, low.translate(_LEET), core.translate(_LEET)):
        letters = "".join(character for character in text if character.isalpha())
        if not letters or _common_words().fullmatch(letters):
            return True
    return False


def _pattern(low: str) -> bool:
    """One piece over and over; characters that follow each other; keys that lie side by side."""
    if any(low == (low[:size] * len(low))[: len(low)] for size in range(1, len(low) // 2 + 1)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(low)}
    if len(steps) == 1:
        return True
    rows = (*_KEY_ROWS, *(row[::-1] for row in _KEY_ROWS))
    return any(low in row * 2 for row in rows)


def hashed(password: str) -> str:
    """The argon2id hash to keep, with parameters and salt."""
    with _AT_ONCE:
        return HASHER.hash(normalised(password))


@cache
def _nobody() -> str:
    """What a password for no account is compared with: of the same cost, and of no password anybody knows."""
    return hashed(secrets.token_urlsafe(32))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one. None (no such account) takes exactly as long and is never matched."""
    against = kept if kept is not None else _nobody()
    typed = normalised(password)
    if len(typed) > LONGEST:
        # No kept one is as long; and nobody makes us hash a megabyte.
        typed = ""
    with _AT_ONCE:
        right = HASHER.verify(against, typed)
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return not HASHER.is_current(kept)


def one_time() -> str:
    """A password to hand out once: sixteen letters and digits nobody mistakes for another, in groups of four."""
    letters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))
