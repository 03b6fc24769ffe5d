"""Hashes of passwords: of known answer, written by another library, and of other parameters than today's."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from monitor.access import argon2id, passwords
from monitor.access.argon2id import Argon2idHasher

PASSWORD = "Kestrel-47-oboe"
#: What a bureau's hashes cost; conftest.py makes those of the tests cheap.
SHIPPED = Argon2idHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
#: Written by argon2-cffi 25.1, which kept the passwords before: of the shipped parameters, and of older ones.
BY_ARGON2_CFFI = "$argon2id$v=19$m=65536,t=3,p=4$nAKW58O7usdScijrSkrGLg$9xSxjE2JWMPsRI6WqeYirKnYoCQ35xsR09iFwmsVWM8"
OLDER_BY_ARGON2_CFFI = "$argon2id$v=19$m=1024,t=2,p=2$tI7pF2Zdgb4K8q2RBscqPg$D6jJYRdjutv0/DI3kfsYaINTc771JDetTl/no4Yq8z8"
#: The salt of sixteen bytes 01 gives this hash, in argon2-cffi as here.
SALT, KNOWN_ANSWER = b"\x01" * 16, "$argon2id$v=19$m=65536,t=3,p=4$AQEBAQEBAQEBAQEBAQEBAQ$w+PlXyPnCgebJoCIDqmxoqdr/8Pr7ie83sQVaMG89Oc"


def test_a_hash_of_known_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2id.secrets, "token_bytes", lambda count: SALT[:count])
    assert SHIPPED.hash(PASSWORD) == KNOWN_ANSWER


def test_the_answer_of_rfc_9106() -> None:
    """Section 5.3's test vector, of the function that is called: no other argon2 stands behind the name."""
    kdf = Argon2id(
        salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, secret=b"\x03" * 8, ad=b"\x04" * 12,
    )
    assert kdf.derive(b"\x01" * 32).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


@pytest.mark.parametrize("kept", [BY_ARGON2_CFFI, OLDER_BY_ARGON2_CFFI, KNOWN_ANSWER])
def test_a_hash_written_before_is_still_checked(kept: str) -> None:
    assert SHIPPED.verify(kept, PASSWORD)
    assert not SHIPPED.verify(kept, PASSWORD + " ")
    assert passwords.matches(kept, PASSWORD) and not passwords.matches(kept, "")


def test_a_salt_of_its_own_each_time_in_the_form_others_read() -> None:
    cheap = Argon2idHasher(time_cost=1, memory_cost=8, parallelism=1)
    one, other = cheap.hash(PASSWORD), cheap.hash(PASSWORD)
    assert one != other and cheap.verify(one, PASSWORD) and cheap.verify(other, PASSWORD)
    assert re.fullmatch(r"\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", one)


def test_which_hashes_are_made_anew() -> None:
    assert SHIPPED.is_current(BY_ARGON2_CFFI) and SHIPPED.is_current(KNOWN_ANSWER)
    for other in (
        OLDER_BY_ARGON2_CFFI, KNOWN_ANSWER.replace("t=3", "t=2"), KNOWN_ANSWER.replace("m=65536", "m=65535"),
        KNOWN_ANSWER.replace("p=4", "p=1"), KNOWN_ANSWER.replace("argon2id", "argon2i"), KNOWN_ANSWER.replace("v=19", "v=16"),
        KNOWN_ANSWER[:-1], KNOWN_ANSWER.replace("AQEBAQEBAQEBAQEBAQEBAQ", "AQEBAQEBAQE"), "",
    ):
        assert not SHIPPED.is_current(other), other


@pytest.mark.parametrize(
    "kept",
    ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$BBBB", KNOWN_ANSWER.replace("argon2id", "argon2i"),
     KNOWN_ANSWER.replace("v=19", "v=16"), KNOWN_ANSWER.replace("t=3", "t=0"), "$2b$12$" + "x" * 53, KNOWN_ANSWER + "$"],
)
def test_what_is_no_hash_of_this_kind_matches_nothing(kept: str) -> None:
    assert not SHIPPED.verify(kept, PASSWORD)
