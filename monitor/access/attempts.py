"""Failed sign-ins in a row, by name and by network address, and how long each then waits.

Names are counted whether there is such an account or not, so that a lock-out tells nobody which names exist; they are
kept as keyed hashes, because a password is typed into that field now and then.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from monitor.access.moment import read, written
from monitor.access.rules import AccessRules
from monitor.access.tables import attempts

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
#: A name nobody failed with for so long starts anew.
_FORGOTTEN_AFTER = timedelta(hours=24)


def waiting_time(failures: int, lock_after: int) -> timedelta:
    """How long a name waits after so many failures in a row: one minute, then twice as long each time, at most an hour.

    So nobody tries more than some thirty passwords a day, and nobody is locked out for good by somebody else.
    """
    if failures < lock_after:
        return timedelta()
    return min(_FIRST_WAIT * (1 << min(failures - lock_after, 16)), _LONGEST_WAIT)


def of_name(hash_key: bytes, name: str) -> str:
    return "name:" + hmac.digest(hash_key, f"sign-in:{name}".encode(), "sha256").hex()[:32]


def of_client(client: str) -> str:
    return f"client:{client[:64]}"


def blocked_until(connection: Connection, subject: str, now: datetime) -> datetime | None:
    """Until when the subject has to wait, if it has to."""
    again = connection.scalar(select(attempts.c.again_at).where(attempts.c.subject == subject))
    return read(again) if again is not None and read(again) > now else None


def count_name(connection: Connection, subject: str, now: datetime, rules: AccessRules) -> datetime | None:
    """One more failure of a name; returns until when it waits now, if it does."""
    failures, since = _before(connection, subject, now, "last_at", _FORGOTTEN_AFTER)
    wait = waiting_time(failures + 1, rules.lock_after)
    return _write(connection, subject, failures + 1, since, now, now + wait if wait else None)


def count_client(connection: Connection, subject: str, now: datetime, rules: AccessRules) -> datetime | None:
    """One more failure from an address; returns until when it waits now, if it does: the end of its window."""
    window = timedelta(minutes=rules.client_minutes)
    failures, since = _before(connection, subject, now, "since", window)
    over = failures + 1 >= rules.client_failures
    return _write(connection, subject, failures + 1, since, now, since + window if over else None)


def forgive(connection: Connection, subject: str) -> None:
    """Take the last counted failure back: it was none."""
    c = attempts.c
    connection.execute(
        update(attempts).where(c.subject == subject, c.failures > 0).values(failures=c.failures - 1, again_at=None)
    )


def forget(connection: Connection, subject: str) -> None:
    connection.execute(delete(attempts).where(attempts.c.subject == subject))


def sweep(connection: Connection, now: datetime) -> None:
    """Remove what no longer counts, so that made-up names do not pile up."""
    connection.execute(delete(attempts).where(attempts.c.last_at < written(now - _FORGOTTEN_AFTER)))


def _before(
    connection: Connection, subject: str, now: datetime, counted_from: str, forgotten_after: timedelta
) -> tuple[int, datetime]:
    row = connection.execute(select(attempts).where(attempts.c.subject == subject)).mappings().one_or_none()
    if row is None or now - read(row[counted_from]) > forgotten_after:
        forget(connection, subject)
        return 0, now
    return row["failures"], read(row["since"])


def _write(
    connection: Connection, subject: str, failures: int, since: datetime, now: datetime, again: datetime | None
) -> datetime | None:
    forget(connection, subject)
    values = {"failures": failures, "since": written(since), "last_at": written(now)}
    connection.execute(
        insert(attempts), {"subject": subject, **values, "again_at": written(again) if again is not None else None}
    )
    return again
