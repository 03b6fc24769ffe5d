"""Sessions: what a token is good for, how long, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import GOOD, Office
from sqlalchemy import select

from monitor.access import accounts, sessions, tables
from monitor.access.scope import Scope
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework.database import open_database


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def test_the_token_is_kept_nowhere_but_with_whom_it_was_given_to(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    with office.engine.connect() as connection:
        assert who.token not in str(connection.execute(select(tables.sessions)).all())
    assert who.token not in str(office.entries())
    assert who.token not in repr(who)
    assert who.actor.session == sessions.identity(who.token)
    assert len(who.token) >= 43, "32 random bytes"


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00", "王"])
def test_no_other_token_is_anybodys(office: Office, token: str) -> None:
    who = office.member("li.na", Role.OFFICER)
    assert office.actor(token) is None
    assert office.actor(who.token[:-1]) is None
    # What the database holds opens nothing: a reader of it cannot sign in with it.
    assert office.actor(sessions.identity(who.token)) is None


def test_two_sign_ins_are_two_sessions(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    other = office.signed_in("li.na", GOOD[0])
    assert who.token != other.token
    sessions.close(office.access, who.token, now=office.at(1))
    assert office.actor(who.token, minute=1) is None
    assert office.actor(other.token, minute=1) is not None


def test_idle_sessions_end(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    assert office.actor(who.token, minute=30) is not None
    assert office.actor(who.token, minute=30.1) is None
    assert office.actor(who.token, minute=29, touch=True) is not None
    assert office.actor(who.token, minute=58.9) is not None
    assert office.actor(who.token, minute=59.1) is None


def test_a_look_is_no_use(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for minute in range(0, 31):
        assert office.actor(who.token, minute=minute, touch=False) is not None
    assert office.actor(who.token, minute=31) is None


def test_no_session_outlasts_the_day(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for minute in range(0, 12 * 60 + 1, 20):
        assert office.actor(who.token, minute=minute, touch=True) is not None
    assert office.actor(who.token, minute=12 * 60 + 1, touch=True) is None


def test_the_limits_are_the_bureaus(tmp_path: Path) -> None:
    office = Office(tmp_path, rules="second_factor = []\nidle_minutes = 5\nabsolute_hours = 1")
    who = office.member("li.na", Role.OFFICER)
    assert office.actor(who.token, minute=5.1) is None
    for minute in range(0, 61, 4):
        assert office.actor(who.token, minute=minute, touch=True) is not None
    assert office.actor(who.token, minute=61) is None
    office.close()


def test_what_was_taken_away_is_gone_at_the_next_look(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER, scope=Scope(("3710",)))
    accounts.set_scope(office.access, office.root, "li.na", Scope(("371002",)), now=office.at(1), where="t")
    accounts.set_roles(office.access, office.root, "li.na", [Role.AUDITOR], now=office.at(1), where="t")
    actor = office.actor(who.token, minute=1)
    assert actor is not None and (actor.scope, actor.roles) == (Scope(("371002",)), {Role.AUDITOR})
    accounts.disable(office.access, office.root, "li.na", now=office.at(2), where="t")
    assert office.actor(who.token, minute=2) is None


def test_out_everywhere(office: Office) -> None:
    mine = [office.member("li.na", Role.OFFICER), office.signed_in("li.na", GOOD[0]), office.signed_in("li.na", GOOD[0])]
    other = office.member("wang.fang", Role.OFFICER)
    assert sessions.close_all(office.access, mine[0].actor, now=office.at(1)) == 3
    assert [office.actor(who.token, minute=1) for who in mine] == [None] * 3
    assert office.actor(other.token, minute=1) is not None
    assert office.entries()[-1].action == AuditAction.SIGN_OUT


def test_signing_out_twice_is_no_error_and_one_entry(office: Office) -> None:
    who = office.member("li.na", Role.OFFICER)
    for _ in range(2):
        sessions.close(office.access, who.token, now=office.at(1))
    sessions.close(office.access, "nobody's", now=office.at(1))
    assert [entry.action for entry in office.entries()].count("sign_out") == 1


def test_sessions_that_are_over_do_not_pile_up(office: Office) -> None:
    office.member("li.na", Role.OFFICER)
    for day in range(1, 4):
        office.signed_in("li.na", GOOD[0], minute=day * 24 * 60)
    with office.engine.connect() as connection:
        assert len(connection.execute(select(tables.sessions)).all()) == 1


def test_a_page_does_not_wait_for_whoever_is_writing(office: Office) -> None:
    """A run is being put into the case database; the officer's click is answered at once, and counts as use later."""
    who = office.member("li.na", Role.OFFICER)
    writer = open_database(office.url)
    with writer.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert office.actor(who.token, minute=10, touch=True) is not None
        connection.rollback()
    assert office.actor(who.token, minute=30.1) is None, "the use was not noted"
    assert office.actor(who.token, minute=11, touch=True) is not None
    assert office.actor(who.token, minute=40) is not None
    writer.dispose()
