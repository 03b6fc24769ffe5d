"""The second factor: asked for where it is in force, each code good once, the secret sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from office import GOOD, Office
from sqlalchemy import select

from monitor.access import accounts, second_factor, tables
from monitor.access.deeds import Attempt
from monitor.access.second_factor import Enrolment
from monitor.access.sign_in import Refusal, SignedIn
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Duty, Refused, Role


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, rules='second_factor = ["officer"]')
    yield made
    made.close()


def enrolled(office: Office, name: str = "li.na") -> tuple[SignedIn, Enrolment]:
    """Somebody with the second factor in force since minute 0."""
    one_time = office.add(name, Role.OFFICER)
    first = office.signed_in(name, one_time)
    token = office.change(first, one_time, GOOD[0])
    actor = office.actor(token)
    assert actor is not None and actor.duties == {Duty.ENROL_SECOND_FACTOR}
    enrolment = second_factor.enrol_totp(office.access, actor, now=office.at(0))
    token = confirm(office, SignedIn(actor, token), office.code(enrolment.secret))
    actor = office.actor(token)
    assert actor is not None and actor.duties == frozenset()
    return SignedIn(actor, token), enrolment


def confirm(office: Office, who: SignedIn, code: str, minute: float = 0) -> str:
    return second_factor.confirm_totp(Attempt(office.access, office.at(minute), "10.0.0.7", "screen:second-factor"), who.actor, who.token, code)


def test_who_needs_one_can_do_nothing_before(office: Office) -> None:
    first = office.signed_in("li.na", office.add("li.na", Role.OFFICER))
    assert first.actor.duties == {Duty.CHANGE_PASSWORD, Duty.ENROL_SECOND_FACTOR}
    free = office.signed_in("wang.fang", office.add("wang.fang", Role.AUDITOR))
    assert free.actor.duties == {Duty.CHANGE_PASSWORD}


def test_without_a_setting_every_role_needs_one(tmp_path: Path) -> None:
    office = Office(tmp_path, rules="")
    for role in Role:
        name = role.value.replace("_", "-")
        assert Duty.ENROL_SECOND_FACTOR in office.signed_in(name, office.add(name, role)).actor.duties
    office.close()


def test_in_with_password_and_code_and_not_with_either_alone(office: Office) -> None:
    _, enrolment = enrolled(office)
    code = office.code(enrolment.secret, minute=2)
    assert office.sign_in("li.na", GOOD[0], minute=2) == Refusal(Refused.CODE_NEEDED)
    assert office.sign_in("li.na", "wrong", code, minute=2) == Refusal(Refused.WRONG)
    for wrong in (code[::-1], "000000", "", "      ", "abcdef", code[:5], code + "0"):
        assert isinstance(office.sign_in("li.na", GOOD[0], wrong, minute=2, client=f"10.0.1.{len(wrong)}"), Refusal)
        accounts.unlock(office.access, office.root, "li.na", now=office.at(2), where="t")
    assert office.signed_in("li.na", GOOD[0], f"{code[:3]} {code[3:]}", minute=2)


def test_a_code_is_good_once(office: Office) -> None:
    _, enrolment = enrolled(office)
    assert office.sign_in("li.na", GOOD[0], office.code(enrolment.secret)) == Refusal(Refused.WRONG), "the one that confirmed"
    code = office.code(enrolment.secret, minute=2)
    assert office.signed_in("li.na", GOOD[0], code, minute=2)
    assert office.sign_in("li.na", GOOD[0], code, minute=2) == Refusal(Refused.WRONG)
    assert office.sign_in("li.na", GOOD[0], office.code(enrolment.secret, minute=1.5), minute=2) == Refusal(Refused.WRONG)
    assert office.signed_in("li.na", GOOD[0], office.code(enrolment.secret, minute=2.5), minute=2)


@pytest.mark.parametrize(("seconds", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_clocks_may_differ_by_half_a_minute(office: Office, seconds: int, taken: bool) -> None:
    _, enrolment = enrolled(office)
    found = office.sign_in("li.na", GOOD[0], office.code(enrolment.secret, minute=10 + seconds / 60), minute=10)
    assert isinstance(found, SignedIn) is taken


def test_guessing_codes_locks_like_guessing_passwords(office: Office) -> None:
    _, enrolment = enrolled(office)
    for guess in range(5):
        assert office.sign_in("li.na", GOOD[0], f"{guess:06d}", minute=2).reason is Refused.WRONG  # type: ignore[union-attr]
    found = office.sign_in("li.na", GOOD[0], office.code(enrolment.secret, minute=2), minute=2)
    assert isinstance(found, Refusal) and found.reason is Refused.LOCKED


def test_asking_for_the_code_is_no_failure_and_clears_none(office: Office) -> None:
    enrolled(office)
    for _ in range(4):
        office.sign_in("li.na", "wrong", minute=2)
    for _ in range(10):
        assert office.sign_in("li.na", GOOD[0], minute=2) == Refusal(Refused.CODE_NEEDED)
    assert office.sign_in("li.na", "wrong", minute=2).reason is Refused.WRONG  # type: ignore[union-attr]
    assert office.sign_in("li.na", GOOD[0], minute=2).reason is Refused.LOCKED  # type: ignore[union-attr]


def test_a_wrong_code_confirms_nothing_and_counts(office: Office) -> None:
    one_time = office.add("li.na", Role.OFFICER)
    first = office.signed_in("li.na", one_time)
    enrolment = second_factor.enrol_totp(office.access, first.actor, now=office.at(0))
    for _ in range(5):
        with pytest.raises(AccessError, match="动态口令不正确"):
            confirm(office, first, "000000")
    with pytest.raises(AccessError, match="连续失败过多"):
        confirm(office, first, office.code(enrolment.secret))
    assert office.actor(first.token).duties >= {Duty.ENROL_SECOND_FACTOR}  # type: ignore[union-attr]
    assert office.signed_in("li.na", one_time, minute=1), "unconfirmed, it is not asked for"


def test_one_that_is_in_force_is_not_replaced_by_whoever_holds_the_session(office: Office) -> None:
    who, _ = enrolled(office)
    with pytest.raises(AccessError, match="已绑定"):
        second_factor.enrol_totp(office.access, who.actor, now=office.at(1))
    with pytest.raises(AccessError, match="登录已失效"):
        confirm(office, SignedIn(who.actor, "another token"), "000000")


def test_recovery_is_by_reset_only(office: Office) -> None:
    _, enrolment = enrolled(office)
    password = accounts.reset(office.access, office.root, "li.na", now=office.at(5), where="t")
    again = office.signed_in("li.na", password, minute=5)
    assert again.actor.duties == {Duty.CHANGE_PASSWORD, Duty.ENROL_SECOND_FACTOR}
    new = second_factor.enrol_totp(office.access, again.actor, now=office.at(5))
    assert new.secret != enrolment.secret
    with pytest.raises(AccessError, match="不正确"):
        confirm(office, again, office.code(enrolment.secret, minute=5), minute=5)
    assert confirm(office, again, office.code(new.secret, minute=5), minute=5)


def test_the_secret_is_sealed_and_shown_once(office: Office) -> None:
    _, enrolment = enrolled(office)
    with office.engine.connect() as connection:
        sealed = connection.scalar(select(tables.accounts.c.totp_sealed))
    assert sealed is not None and enrolment.secret.encode() not in sealed
    assert enrolment.secret not in str(office.entries()) + repr(enrolment)
    assert re.fullmatch(r"[A-Z2-7]{32}", enrolment.secret), "160 bits"
    assert enrolment.svg.startswith("<svg") and "<script" not in enrolment.svg and "http:" not in enrolment.svg.replace(
        'xmlns="http://www.w3.org/2000/svg"', ""
    )
    # Without a size of its own the page may make it smaller; with one, a smaller box would cut its corners off.
    assert re.match(r'<svg viewBox="0 0 (\d+) \1"', enrolment.svg) and " width=" not in enrolment.svg
