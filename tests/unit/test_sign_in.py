"""Signing in, as attempts that must fail, and the few that must not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from office import GOOD, Office
from sqlalchemy import select

from monitor.access import accounts, attempts, passwords, tables
from monitor.access.argon2id import Argon2idHasher
from monitor.access.sign_in import Refusal, SignedIn
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, Duty, Refused, Role


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def reasons(office: Office) -> list[str]:
    refused = office.entries(action=AuditAction.SIGN_IN_REFUSED)
    return [json.loads(entry.detail)["reason"] for entry in refused]


def test_the_parameters_of_a_bureaus_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What conftest.py makes cheap for the tests is, as shipped, RFC 9106's second recommendation."""
    import importlib.util

    spec = importlib.util.find_spec("monitor.access.passwords")
    assert spec is not None and spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.hashed("Kestrel-47-oboe").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_in_with_the_right_password_once_it_is_ones_own(office: Office) -> None:
    one_time = office.add("li.na", Role.OFFICER)
    first = office.signed_in("LI.NA ", one_time)
    assert first.actor.duties == {Duty.CHANGE_PASSWORD}
    token = office.change(first, one_time, GOOD[0])
    assert office.actor(first.token) is None
    actor = office.actor(token)
    assert actor is not None and actor.duties == frozenset() and actor.session != token
    assert isinstance(office.sign_in("li.na", one_time, minute=1), Refusal)
    assert office.signed_in("li.na", GOOD[0], minute=2).actor.roles == {Role.OFFICER}


def test_full_width_keys_type_the_same_password(office: Office) -> None:
    office.member("li.na", Role.OFFICER)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in GOOD[0])
    assert office.signed_in("li.na", wide)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("li.na", "wrong"), ("li.na", ""), ("li.na", GOOD[0].lower()), ("li.na", GOOD[0] + " "), ("li.na", GOOD[0] * 20),
        ("nobody", GOOD[0]), ("", ""), ("os:root", ""), ("anonymous", ""), ("li.na\x00", GOOD[0]), ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_not_with_anything_else_and_with_one_sentence(office: Office, name: str, password: str) -> None:
    office.member("li.na", Role.OFFICER)
    found = office.sign_in(name, password)
    assert found == Refusal(Refused.WRONG)
    assert isinstance(found, Refusal) and found.sentence == Refusal(Refused.WRONG).sentence


def test_not_when_disabled(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    accounts.disable(office.access, office.root, "li.na", now=office.at(1), where="t")
    assert office.actor(who.token, minute=1) is None
    assert office.sign_in("li.na", GOOD[0], minute=1) == Refusal(Refused.WRONG)
    accounts.enable(office.access, office.root, "li.na", now=office.at(2), where="t")
    assert office.actor(who.token, minute=2) is None, "the session was ended, not put aside"
    assert office.signed_in("li.na", GOOD[0], minute=2)


def test_one_hash_is_computed_whatever_the_name(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.member("li.na", Role.OFFICER)
    office.member("off", Role.OFFICER)
    accounts.disable(office.access, office.root, "off", now=office.at(0), where="t")
    passwords.matches(None, "x")  # the hash for nobody is made once a process
    computed: list[str] = []

    class Counting(Argon2idHasher):
        def verify(self, kept: str, password: str) -> bool:
            computed.append(kept)
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for name, typed in (("li.na", "wrong"), ("off", "wrong"), ("nobody", "wrong"), ("", ""), ("li.na", "x" * 1000)):
        before = len(computed)
        office.sign_in(name, typed)
        assert len(computed) == before + 1, name
    # And for nobody, it is a hash of the same cost as everybody's.
    assert len({text.rsplit("$", 2)[0] for text in computed}) == 1


def test_locked_after_five_with_a_growing_delay(office: Office) -> None:
    office.member("li.na", Role.OFFICER)
    for _ in range(5):
        assert office.sign_in("li.na", "wrong").reason is Refused.WRONG  # type: ignore[union-attr]
    minute, waits = 0.0, []
    for _ in range(4):
        found = office.sign_in("li.na", GOOD[0], minute=minute, client=f"10.0.1.{int(minute)}")
        assert isinstance(found, Refusal) and found.reason is Refused.LOCKED and found.again_at is not None
        waits.append((found.again_at - office.at(minute)).total_seconds() / 60)
        minute += waits[-1]
        assert office.sign_in("li.na", "wrong", minute=minute, client=f"10.0.2.{int(minute)}").reason is Refused.WRONG  # type: ignore[union-attr]
    assert waits == [1, 2, 4, 8]
    # Over at last, the right password counts again, and starts the count anew.
    minute += 16
    assert office.signed_in("li.na", GOOD[0], minute=minute)
    assert office.sign_in("li.na", "wrong", minute=minute).reason is Refused.WRONG  # type: ignore[union-attr]
    assert office.signed_in("li.na", GOOD[0], minute=minute)


def test_a_name_nobody_has_is_locked_just_the_same(office: Office) -> None:
    """Otherwise the lock would tell which names exist."""
    office.member("li.na", Role.OFFICER)
    told = {}
    for name in ("li.na", "nobody"):
        told[name] = [
            (found.reason, found.again_at, found.sentence)
            for found in (office.sign_in(name, "wrong", client=f"10.0.0.{name}") for _ in range(7))
            if isinstance(found, Refusal)
        ]
    assert len(told["li.na"]) == 7
    assert told["li.na"] == told["nobody"]


def test_an_address_that_fails_often_waits_whatever_it_tries(office: Office) -> None:
    office.member("li.na", Role.OFFICER)
    for n in range(20):
        assert office.sign_in(f"nobody{n}", "wrong").reason is Refused.WRONG  # type: ignore[union-attr]
    found = office.sign_in("li.na", GOOD[0], minute=1)
    assert isinstance(found, Refusal) and (found.reason, found.again_at) == (Refused.BUSY, office.at(15))
    assert office.signed_in("li.na", GOOD[0], minute=1, client="10.0.0.8")
    # The limit itself is written down once, what came after it not at all.
    for _ in range(50):
        office.sign_in("li.na", "wrong", minute=14)
    assert reasons(office).count("busy") == 1
    assert len(reasons(office)) == 21
    assert office.signed_in("li.na", GOOD[0], minute=15)


def test_guesses_at_the_same_moment_are_all_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten guesses overtake each other inside the slow password check: five of them are tried, no more."""
    office.member("li.na", Role.OFFICER)
    tried: list[str] = []
    real = passwords.matches

    def overtaken(kept: str | None, password: str) -> bool:
        tried.append(password)
        if len(tried) < 10:
            office.sign_in("li.na", f"guess {len(tried)}")
        return real(kept, password)

    monkeypatch.setattr(passwords, "matches", overtaken)
    assert isinstance(office.sign_in("li.na", "guess 0"), Refusal)
    assert len(tried) == 5


def test_what_is_typed_as_a_name_is_kept_nowhere(office: Office) -> None:
    office.sign_in("Kestrel-47-oboe", "li.na")
    with office.engine.connect() as connection:
        kept = connection.execute(select(tables.attempts)).all()
    assert "kestrel" not in str(kept).lower()
    assert "kestrel" not in str(office.entries()).lower()
    assert office.entries()[-1].object == "account:?"


def test_made_up_names_do_not_pile_up(office: Office) -> None:
    for n in range(10):
        office.sign_in(f"nobody{n}", "wrong", client=f"10.0.0.{n}")
    office.sign_in("nobody", "wrong", minute=25 * 60)
    with office.engine.connect() as connection:
        assert len(connection.execute(select(tables.attempts)).all()) == 2


def test_a_handed_out_password_does_not_wait_for_ever(office: Office) -> None:
    one_time = office.add("li.na", Role.OFFICER)
    hours = office.access.rules.one_time_hours
    assert office.sign_in("li.na", "wrong", minute=hours * 60 + 1) == Refusal(Refused.WRONG)
    found = office.sign_in("li.na", one_time, minute=hours * 60 + 1)
    assert isinstance(found, Refusal) and found.reason is Refused.ONE_TIME_EXPIRED
    assert office.signed_in("li.na", one_time, minute=hours * 60)


def test_a_password_grows_old(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    day = 24 * 60
    assert office.signed_in("li.na", GOOD[0], minute=90 * day).actor.duties == frozenset()
    old = office.signed_in("li.na", GOOD[0], minute=90 * day + 1)
    assert old.actor.duties == {Duty.CHANGE_PASSWORD}
    token = office.change(old, GOOD[0], GOOD[1], minute=90 * day + 2)
    assert office.actor(token, minute=90 * day + 2).duties == frozenset()  # type: ignore[union-attr]
    assert who.actor.duties == frozenset()


def test_the_new_password_follows_the_rules_and_the_old_one_must_be_known(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    before = office.entries()
    with pytest.raises(AccessError, match="原口令不正确"):
        office.change(who, "wrong", GOOD[1])
    for bad, why in (("short-A1", "太短"), ("Password2026!", "太常见"), ("Li.Na-2026-Xy", "含有账号"), (GOOD[0], "用过")):
        with pytest.raises(AccessError, match=why) as refusal:
            office.change(who, GOOD[0], bad)
        assert bad not in refusal.value.sentence
    assert office.actor(who.token) is not None
    assert reasons(office) == ["wrong"]
    assert len(office.entries()) == len(before) + 1


def test_a_wrong_old_password_counts_towards_the_lock(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for _ in range(5):
        with pytest.raises(AccessError, match="原口令不正确"):
            office.change(who, "wrong", GOOD[1])
    with pytest.raises(AccessError, match="暂时锁定"):
        office.change(who, GOOD[0], GOOD[1])
    assert office.sign_in("li.na", GOOD[0]).reason is Refused.LOCKED  # type: ignore[union-attr]


def test_five_passwords_are_remembered_and_no_more_are_kept(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for old, new in pairwise(GOOD[:5]):
        who = SignedIn(*reversed((token := office.change(who, old, new), office.actor(token))))  # type: ignore[arg-type]
    for used in GOOD[:4]:
        with pytest.raises(AccessError, match="用过"):
            office.change(who, GOOD[4], used)
    token = office.change(who, GOOD[4], GOOD[5])
    who = SignedIn(office.actor(token), token)  # type: ignore[arg-type]
    assert office.change(who, GOOD[5], GOOD[0])
    with office.engine.connect() as connection:
        assert len(connection.execute(select(tables.passwords_used)).all()) == passwords.REMEMBERED - 1


def test_the_token_of_somebody_else_changes_nothing(office: Office) -> None:
    who, other = office.member("li.na", Role.OFFICER), office.member("wang.fang", Role.OFFICER)
    with pytest.raises(AccessError, match="登录已失效"):
        office.change(SignedIn(who.actor, other.token), GOOD[0], GOOD[1])


def test_a_password_reset_meanwhile_is_not_overwritten(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    who = office.member("li.na", Role.OFFICER)
    real = passwords.hashed

    def slow(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", real)
        accounts.reset(office.access, office.root, "li.na", now=office.at(1), where="t")
        return real(password)

    monkeypatch.setattr(passwords, "hashed", slow)
    with pytest.raises(AccessError, match="刚刚被重置"):
        office.change(who, GOOD[0], GOOD[1])


def test_a_password_that_was_reset_while_it_was_checked_opens_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.member("li.na", Role.OFFICER)
    real = passwords.matches

    def slow(kept: str | None, password: str) -> bool:
        accounts.reset(office.access, office.root, "li.na", now=office.at(1), where="t")
        return real(kept, password)

    monkeypatch.setattr(passwords, "matches", slow)
    assert office.sign_in("li.na", GOOD[0], minute=1) == Refusal(Refused.WRONG)


def test_a_hash_with_older_parameters_is_made_anew_at_sign_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.member("li.na", Role.OFFICER)
    monkeypatch.setattr(passwords, "HASHER", Argon2idHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert office.signed_in("li.na", GOOD[0])
    with office.engine.connect() as connection:
        assert ",t=2," in (connection.scalar(select(tables.accounts.c.password)) or "")


def test_every_attempt_is_in_the_audit(office: Office) -> None:
    office.member("li.na", Role.OFFICER)
    office.sign_in("li.na", "wrong", minute=1)
    office.signed_in("li.na", GOOD[0], minute=2)
    told = [(entry.actor, entry.action, entry.object, entry.place) for entry in office.entries()]
    assert told == [
        (office.root.name, "account_added", "account:li.na", "command:accounts add"),
        ("li.na", "sign_in", "account:li.na", "screen:sign-in"),
        ("li.na", "password_changed", "account:li.na", "screen:password"),
        ("anonymous", "sign_in_refused", "account:li.na", "screen:sign-in"),
        ("li.na", "sign_in", "account:li.na", "screen:sign-in"),
    ]
    assert json.loads(office.entries()[-2].detail) == {"reason": "wrong", "client": "10.0.0.7"}


def test_the_client_of_a_refusal_is_cut_to_the_columns_width(office: Office) -> None:
    assert office.sign_in("li.na", "wrong", client="x" * 500) == Refusal(Refused.WRONG)
    assert len(attempts.of_client("x" * 500)) <= 80
    assert "x" * 65 not in office.entries()[-1].detail
