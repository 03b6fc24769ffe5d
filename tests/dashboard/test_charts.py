"""Figures are plain dictionaries: what is drawn can be read off them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.charts.burden import BAND_COLORS, Running, distribution, running_sum
from dashboard.charts.counted import MOST_BARS, by_category
from monitor.casework.reading.overview import Bin, Count

STEPS = [("2026-01-02T10:00:00", Decimal("10.50"), "<b>S1"), ("2026-02-03T11:00:00", Decimal("12010.50"), "S2")]
YEAR = ("2026-01-01", "2026-12-31")


def test_a_running_sum_starts_at_nothing_and_lasts_to_the_end_of_its_window() -> None:
    (grown,) = running_sum(Running(STEPS, None, None, YEAR))["data"]
    assert (grown["x"][0], grown["x"][-1]) == ("2026-01-01", "2026-12-31T23:59:59")
    assert grown["y"] == [0.0, 10.5, 12010.5, 12010.5]
    assert "<b>" not in grown["customdata"][1], "an id from a file is text, not HTML"


@pytest.mark.parametrize(("line", "tip"), [(None, None), (None, 1), (Decimal(100), None), (Decimal(100), 1)])
def test_line_and_tip_are_drawn_where_there_are_some(line: Decimal | None, tip: int | None) -> None:
    figure = running_sum(Running(STEPS, line, tip, YEAR))
    assert len(figure["data"]) == 1 + (tip is not None)
    assert [shape["y0"] for shape in figure["layout"].get("shapes", [])] == ([] if line is None else [100.0])
    assert len(figure["layout"]["annotations"]) == (line is not None) + (tip is not None)


def test_a_bin_gets_darker_with_each_band_below_it() -> None:
    bins = [Bin("high_expense", percent, 1) for percent in (45, 50, 95, 100, 145, 150, 300)]
    (bars,) = distribution([*bins, Bin("other", 50, 9)], "high_expense", (50, 100, 150))["data"]
    none, one, two, three = BAND_COLORS
    assert bars["marker"]["color"] == [none, one, one, two, two, three, three]


def test_what_does_not_fit_is_one_bar_of_the_rest() -> None:
    counts = [Count(f"c{number:02d}", "high_expense", 100 - number, 0) for number in range(MOST_BARS + 3)]
    (bars,) = by_category(counts)["data"]
    assert len(bars["y"]) == MOST_BARS + 1
    assert bars["x"][0] == sum(count.people for count in counts[MOST_BARS:])
