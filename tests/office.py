"""An office with accounts, in a temporary home: a real case database, real keys, time by the minute.

    office = Office(tmp_path)
    password = office.add("wang.fang", Role.OFFICER)
    office.sign_in("wang.fang", password, minute=3)
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import Engine, text

from monitor.access import accounts, keys, sessions, sign_in
from monitor.access.actor import Actor, operating_system_user
from monitor.access.audit import Asked
from monitor.access.chain import Entry, Verdict
from monitor.access.deeds import Attempt
from monitor.access.opening import Access, open_access
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.settings import Home
from monitor.base.vocabulary import Role
from monitor.casework.database import migrate, open_database
from monitor.casework.pack_tables import FIXED, GUARD_NAMES
from monitor.store.manifest import read

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
#: Passwords no rule is against.
GOOD = ("Kestrel-47-oboe", "Lichen_83_tuba", "Marmot+29+viola", "Nettle=61=cello", "Osprey/38/flute", "Pippin:52:harp")


@cache
def migrated() -> bytes:
    """An empty case database as the migrations make it, once for all tests: making it takes longer than most of them."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/casework.sqlite"
        engine = open_database(url)
        migrate(engine, url)
        engine.dispose()
        return (Path(directory) / "casework.sqlite").read_bytes()


class Office:
    """``url`` names another case database than the home's own SQLite. A home that is in the directory already is the office's."""

    def __init__(self, directory: Path, url: str | None = None, rules: str = "second_factor = []", demo: bool = False) -> None:
        self.home = Home(directory / "home")
        self.home.path.mkdir(parents=True, exist_ok=True)
        if rules:
            self.home.access_rules.write_text(rules, encoding="utf-8")
        self.keys_directory = directory / "keys"
        manifest = read(self.home.manifest)
        name = manifest.home if manifest else "office"
        there = (self.keys_directory / f"{name}.json").exists()
        self.keys = (keys.load if there else keys.create)(self.keys_directory, name)
        self.url = url or f"sqlite:///{self.home.path / 'casework.sqlite'}"
        database = self.home.path / "casework.sqlite"
        if url is None and not database.exists():
            database.write_bytes(migrated())
        self.engine: Engine = open_database(self.url)
        migrate(self.engine, self.url)
        self.demo = demo
        self.access: Access = open_access(self.engine, self.home, self.keys, lambda: self.demo)
        self.root = operating_system_user()

    def close(self) -> None:
        self.engine.dispose()

    def at(self, minute: float) -> datetime:
        return START + timedelta(minutes=minute)

    def add(self, name: str, *roles: Role, scope: Scope | None = EVERYTHING, by: Actor | None = None, minute: float = 0) -> str:
        """A new account; its one-time password."""
        return accounts.add(
            self.access, by or self.root, accounts.NewAccount(name, f"样例{name}", roles, scope), now=self.at(minute),
            where="command:accounts add",
        )

    def sign_in(
        self, name: str, password: str, code: str = "", *, minute: float = 0, client: str = "10.0.0.7"
    ) -> sign_in.SignedIn | sign_in.Refusal:
        return sign_in.sign_in(Attempt(self.access, self.at(minute), client, "screen:sign-in"), name, password, code)

    def signed_in(self, name: str, password: str, code: str = "", **given: Any) -> sign_in.SignedIn:
        found = self.sign_in(name, password, code, **given)
        assert isinstance(found, sign_in.SignedIn), found
        return found

    def member(self, name: str, *roles: Role, scope: Scope | None = EVERYTHING, minute: float = 0) -> sign_in.SignedIn:
        """Somebody with an account and a password of his own, signed in; nothing is left for him to do first."""
        one_time = self.add(name, *roles, scope=scope, minute=minute)
        first = self.signed_in(name, one_time, minute=minute)
        token = self.change(first, one_time, GOOD[0], minute=minute)
        actor = self.actor(token, minute=minute)
        assert actor is not None
        return sign_in.SignedIn(actor, token)

    def change(self, who: sign_in.SignedIn, old: str, new: str, *, minute: float = 0) -> str:
        attempt = Attempt(self.access, self.at(minute), "10.0.0.7", "screen:password")
        return sign_in.change_password(attempt, who.actor, who.token, old, new)

    def actor(self, token: str, *, minute: float = 0, touch: bool = False) -> Actor | None:
        return sessions.actor_of(self.access, token, now=self.at(minute), touch=touch)

    def code(self, secret: str, minute: float = 0) -> str:
        return pyotp.TOTP(secret).at(self.at(minute))

    def entries(self, **asked: Any) -> list[Entry]:
        with self.engine.connect() as connection:
            return list(self.access.audit.entries(connection, Asked(**asked)))

    def verdict(self) -> Verdict:
        with self.engine.connect() as connection:
            return self.access.audit.verify(connection)

    def sql(self, *statements: str) -> None:
        """What somebody with the database, but neither this program nor its keys, can do."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def without_triggers(self) -> None:
        if self.engine.dialect.name == "sqlite":
            self.sql(*(f"DROP TRIGGER {name}" for name in ("audit_no_update", "audit_no_delete", "audit_next")))
        else:
            self.sql("DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_next ON audit")

    def without_pack_guards(self) -> None:
        """For packs a test writes as it wants them."""
        on = "" if self.engine.dialect.name == "sqlite" else " ON {}"
        self.sql(*(f"DROP TRIGGER IF EXISTS {name}{on.format(guarded(name))}" for name in GUARD_NAMES))


def guarded(name: str) -> str:
    """The table a guard of packs stands on."""
    return next(table for table in sorted(FIXED, key=len, reverse=True) if name.startswith(f"{table}_"))
