"""Look-back windows (追溯期): the first day that counts, and so the last day that does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tables import read_table

from monitor.policy.provisions import AidWindow
from monitor.policy.windows import first_day

#: Gansu: 申请之日前12个月内. Weihai: 申请之月前12个月. Inner Mongolia: 身份认定前12个月.
FIRST_DAYS = """
| document       | window                   | months | event      | first day  |
|----------------|--------------------------|--------|------------|------------|
| gansu          | before_application_date  | 12     | 2024-05-20 | 2023-05-20 |
| gansu          | before_application_date  | 12     | 2024-05-01 | 2023-05-01 |
| gansu          | before_application_date  | 12     | 2024-12-31 | 2023-12-31 |
| gansu          | before_application_date  | 12     | 2024-01-01 | 2023-01-01 |
| gansu          | before_application_date  | 12     | 2024-02-29 | 2023-02-28 |
| gansu          | before_application_date  | 12     | 2025-02-28 | 2024-02-28 |
| weihai         | before_application_month | 12     | 2024-05-01 | 2023-05-01 |
| weihai         | before_application_month | 12     | 2024-05-20 | 2023-05-01 |
| weihai         | before_application_month | 12     | 2024-05-31 | 2023-05-01 |
| weihai         | before_application_month | 12     | 2024-06-01 | 2023-06-01 |
| weihai         | before_application_month | 12     | 2024-02-29 | 2023-02-01 |
| weihai         | before_application_month | 12     | 2024-01-15 | 2023-01-01 |
| inner-mongolia | before_recognition       | 12     | 2024-08-15 | 2023-08-15 |
| inner-mongolia | before_recognition       | 12     | 2024-02-29 | 2023-02-28 |
| everywhere     | calendar_year            | 0      | 2024-01-01 | 2024-01-01 |
| everywhere     | calendar_year            | 0      | 2024-12-31 | 2024-01-01 |
| nowhere yet    | before_recognition       | 3      | 2024-01-31 | 2023-10-31 |
| nowhere yet    | before_recognition       | 2      | 2024-01-31 | 2023-11-30 |
"""


@pytest.mark.parametrize("row", read_table(FIRST_DAYS), ids=lambda row: f"{row['document']} {row['event']}")
def test_the_first_day_that_counts(row: dict[str, str]) -> None:
    found = first_day(AidWindow(row["window"]), int(row["months"]), date.fromisoformat(row["event"]))
    assert found == date.fromisoformat(row["first day"])


@pytest.mark.parametrize("window", [one for one in AidWindow if one is not AidWindow.CALENDAR_YEAR])
def test_a_later_event_never_begins_earlier(window: AidWindow) -> None:
    day = date(2023, 1, 1)
    while day < date(2025, 3, 1):
        assert first_day(window, 12, day) <= first_day(window, 12, day + timedelta(days=1)) < day + timedelta(days=1)
        day += timedelta(days=1)
