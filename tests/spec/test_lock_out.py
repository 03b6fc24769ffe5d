"""How long a name waits after failures in a row, and an address after failures in its window."""

from __future__ import annotations

import pytest
from tables import read_table

from monitor.access.attempts import waiting_time

TABLE = read_table("""
    | failures in a row | wait, minutes |
    |-------------------|---------------|
    | 0                 | 0             |
    | 4                 | 0             |
    | 5                 | 1             |
    | 6                 | 2             |
    | 7                 | 4             |
    | 8                 | 8             |
    | 9                 | 16            |
    | 10                | 32            |
    | 11                | 60            |
    | 12                | 60            |
    | 1000              | 60            |
""")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["failures in a row"])
def test_the_wait_grows_and_ends(row: dict[str, str]) -> None:
    wait = waiting_time(int(row["failures in a row"]), lock_after=5)
    assert wait.total_seconds() == int(row["wait, minutes"]) * 60


def test_nobody_tries_more_than_some_thirty_passwords_a_day() -> None:
    """One guess as soon as each wait is over, from a name nobody failed with before."""
    tried, minutes = 0, 0.0
    while minutes < 24 * 60:
        tried += 1
        minutes += waiting_time(tried, lock_after=5).total_seconds() / 60
    # Five at once, the sixth after 1 minute … the eleventh after 63, then one an hour.
    assert tried == 11 + (24 * 60 - 1 - 63) // 60
