"""Which new passwords are taken, and why not; for the account wang.fang, 王芳."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables import read_table

from monitor.access import passwords
from monitor.access.rules import AccessRules
from monitor.base.vocabulary import PasswordFault

RULES = AccessRules()

TABLE = read_table("""
    | password               | kinds asked | refused because               |
    |------------------------|-------------|-------------------------------|
    | Kestrel-47-oboe        | 3           |                               |
    | Kestrel-47-o           | 3           |                               |
    | Kestrel-47-            | 3           | too_short                     |
    | kestrel-oboes          | 3           | too_few_kinds                 |
    | kestrel-oboes          | 2           |                               |
    | kestreloboetuba        | 1           |                               |
    | 秋天的第一场雨下在山那边 | 1           |                               |
    | 秋天的第一场雨Xy7      | 3           | too_short                     |
    | 秋天的第一场大雨Xy79   | 3           |                               |
    | Wang.Fang-2026!        | 3           | holds_name                    |
    | Xy7-王芳-kestrel       | 3           | holds_name                    |
    | Password2026!!         | 3           | common                        |
    | P@ssw0rd-2026-11       | 3           | common                        |
    | Admin123Admin!@#       | 3           | common                        |
    | Yibao@2026#Weihai      | 3           | common                        |
    | 医保局管理员Mima2026   | 3           | common                        |
    | 20261122-0930          | 2           | common                        |
    | Password               | 3           | too_short too_few_kinds common |
    | abcdefghijkl           | 1           | pattern                       |
    | lkjihgfedcba           | 1           | pattern                       |
    | 1234567890-=           | 2           | common pattern                |
    | 1qaz2wsx3edc           | 2           | common pattern                |
    | Xy7!Xy7!Xy7!           | 3           | pattern                       |
    | Xy7-kXy7-kXy7          | 3           | pattern                       |
    | aaaaaaaaaaaa           | 1           | pattern                       |
    | ＫｅｓｔｒｅｌXy-47        | 3           |                               |
    | Ｐａｓｓｗｏｒｄ２０２６!! | 3           | common                        |
""")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["password"])
def test_a_password_is_taken_or_refused_for_all_its_reasons(row: dict[str, str]) -> None:
    rules = replace(RULES, password_kinds=int(row["kinds asked"]))
    found = passwords.faults(row["password"], name="wang.fang", display="王芳", rules=rules)
    assert sorted(found) == sorted(PasswordFault(reason) for reason in row["refused because"].split())


def test_the_longest_is_taken_and_one_more_is_not() -> None:
    longest = ("Kestrel-47-oboe " * 8)[: passwords.LONGEST - 1] + "!"
    assert len(longest) == 128
    assert passwords.faults(longest, name="wang.fang", display="王芳", rules=RULES) == ()
    assert passwords.faults(longest + "x", name="wang.fang", display="王芳", rules=RULES) == (PasswordFault.TOO_LONG,)


def test_the_last_five_do_not_come_back() -> None:
    words = ["Kestrel-47-oboe", "Lichen_83_tuba", "Marmot+29+viola"]
    used = [passwords.hashed(word) for word in words]
    for word in words:
        assert passwords.faults(word, name="w", display="王芳", rules=RULES, used=used) == (PasswordFault.REUSED,)
    assert passwords.faults("Nettle=61=cello", name="w2", display="王芳", rules=RULES, used=used) == ()


def test_a_handed_out_password_can_be_read_aloud() -> None:
    made = {passwords.one_time() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
        assert not set(password) & set("0O1lIo")
