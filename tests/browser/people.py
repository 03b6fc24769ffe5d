"""Who works at the bureau of the browser tests: accounts in its home, and ways in and out besides the screen."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from monitor.access import accounts, sessions, sign_in
from monitor.access.actor import operating_system_user
from monitor.access.deeds import Attempt
from monitor.access.keys import load
from monitor.access.opening import open_access
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.settings import Home, keys_directory
from monitor.base.vocabulary import Role
from monitor.casework.database import open_database
from monitor.store.manifest import read

PASSWORD = "Heron-58-bassoon"
#: By name of account: as whom they appear on the screens, what they may do, and whom they may see.
STAFF: dict[str, tuple[str, Role, Scope | None]] = {
    "shuju": ("样例数据员", Role.DATA_MANAGER, EVERYTHING), "officer.one": ("样例经办甲", Role.OFFICER, Scope(("371002",))),
    "officer.two": ("样例经办乙", Role.OFFICER, Scope(("371083",))), "admin.one": ("样例管理员", Role.ADMINISTRATOR, None),
    "approver": ("样例审核人", Role.APPROVER, EVERYTHING),
}


def _now() -> datetime:
    # The server under test has the machine's clock; who signs in beside it must have the same.
    return datetime.now(UTC)


class People:
    """The staff, each with ``PASSWORD``, nothing left to do first."""

    def __init__(self, path: Path) -> None:
        home = Home(path)
        manifest = read(home.manifest)
        assert manifest is not None
        self._access = open_access(open_database(home.database_url), home, load(keys_directory(), manifest.home))
        for name, (display, role, scope) in STAFF.items():
            add = partial(accounts.add, self._access, operating_system_user(), accounts.NewAccount(name, display, [role], scope))
            one_time = add(now=_now(), where="command:accounts add")
            first = self._signed_in(name, one_time)
            attempt = Attempt(self._access, _now(), "127.0.0.1", "screen:password")
            sign_in.change_password(attempt, first.actor, first.token, one_time, PASSWORD)

    def _signed_in(self, name: str, password: str) -> sign_in.SignedIn:
        found = sign_in.sign_in(Attempt(self._access, _now(), "127.0.0.1", "screen:sign-in"), name, password, "")
        assert isinstance(found, sign_in.SignedIn)
        return found

    def token(self, name: str) -> str:
        """A session of somebody's, opened beside the screen."""
        return self._signed_in(name, PASSWORD).token

    def end(self, token: str) -> None:
        """The session is over, and the browser that has it knows nothing of it yet."""
        sessions.close(self._access, token, now=_now(), where="command:test")
