"""People counted: by state, month, category, district and kind, and by how far they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.charts.drawing import COLORWAY, KIND_COLORS, STATE_COLORS, Figure, in_people, layout, width
from dashboard.locale import t
from dashboard.text import places, show
from monitor.casework.reading.overview import ACTIVE_STATES, Count, TrendPoint

#: Bars beyond this many are summed into one, so that names stay readable.
MOST_BARS = 12


def trend(points: Sequence[TrendPoint]) -> Figure:
    """Alerts at each run of the year, stacked by state."""
    # One year's runs: the year stands in the page's heading.
    days = [f"{point.as_of:%m-%d}" for point in points]
    data = [
        {
            "type": "bar",
            "width": width(days),
            "name": show.state_label(state),
            "x": days,
            "y": [point.states.get(state, 0) for point in points],
            "marker": {"color": STATE_COLORS[state]},
            "hovertemplate": t("chart.hover.people"),
        }
        for state in reversed(ACTIVE_STATES)
    ]
    return in_people({"data": data, "layout": layout(barmode="stack", xaxis={"type": "category"})}, "y")


def by_month(counts: Sequence[Count]) -> Figure:
    """People over the line by the month they first crossed it."""
    months = sorted({count.key for count in counts})
    years = {month[:4] for month in months}

    def short(month: str) -> str:
        return t("month.short", month=int(month[5:])) if month else t("month.none")

    return in_people({
        "data": _by_kind(counts, months, show.month_label if len(years) > 1 else short, horizontal=False),
        "layout": layout(barmode="stack", xaxis={"type": "category"}),
    }, "y")


def by_category(counts: Sequence[Count]) -> Figure:
    return _ranking(counts, show.category_label)


def by_district(counts: Sequence[Count]) -> Figure:
    names = {count.key: places.name_of(count.key) for count in counts}
    # Two districts of one name are told apart by their codes.
    alike = len(set(names.values())) < len(names)
    return _ranking(counts, places.district if alike else names.__getitem__)


def by_kind(counts: Sequence[Count]) -> Figure:
    """One bar a kind, in the kind's colour."""
    people = {count.key: count.people for count in counts}
    kinds = [kind for kind in KIND_COLORS if people.get(kind)]
    bar = {
        "type": "bar",
        "width": width(kinds),
        "x": [show.kind_label(kind) for kind in kinds],
        "y": [people[kind] for kind in kinds],
        "text": [show.number(people[kind]) for kind in kinds],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [KIND_COLORS[kind] for kind in kinds]},
        "hovertemplate": t("chart.hover.people") + "<extra></extra>",
    }
    return in_people({"data": [bar] if kinds else [], "layout": layout(xaxis={"type": "category"})}, "y")


def funnel(steps: Sequence[tuple[str, int]]) -> Figure:
    """How many came as far as each step, the first on top."""
    names = [name for name, _ in reversed(steps)]
    people = [number for _, number in reversed(steps)]
    bar = {
        "type": "bar",
        "orientation": "h",
        "width": 0.66,
        "y": names,
        "x": people,
        "text": [show.number(number) for number in people],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": COLORWAY[0]},
        "hovertemplate": t("chart.hover.people_h") + "<extra></extra>",
    }
    axes = layout(
        yaxis={"type": "category", "showgrid": False}, xaxis={"tickformat": ",d"}, height=max(190, 34 * len(names) + 60),
        showlegend=False,
    )
    return {"data": [bar], "layout": axes}


def _ranking(counts: Sequence[Count], label: Callable[[str], str]) -> Figure:
    """Horizontal bars, the most people on top; what does not fit is one bar of the rest."""
    totals: dict[str, int] = {}
    for count in counts:
        totals[count.key] = totals.get(count.key, 0) + count.people
    ranked = sorted(totals, key=lambda key: (-totals[key], key))
    shown, rest = ranked[:MOST_BARS], set(ranked[MOST_BARS:])
    if rest:
        other = t("chart.rest", number=len(rest))
        counts = [Count(other if count.key in rest else count.key, count.kind, count.people, count.excess_fen) for count in counts]
        shown = [*shown, other]
        known = label
        label = lambda key: other if key == other else known(key)  # noqa: E731 - one exception to the labels
    keys = list(reversed(shown))
    return in_people({
        "data": _by_kind(counts, keys, label, horizontal=True),
        "layout": layout(
            barmode="stack",
            yaxis={"type": "category", "showgrid": False},
            xaxis={"tickformat": ",d"},
            height=max(190, 30 * len(keys) + 80),
        ),
    }, "x")


def _by_kind(counts: Sequence[Count], keys: Sequence[str], label: Callable[[str], str], *, horizontal: bool) -> list[dict[str, Any]]:
    """One trace a kind, a value for each of ``keys``."""
    people: dict[tuple[str, str], int] = {}
    for count in counts:
        people[count.kind, count.key] = people.get((count.kind, count.key), 0) + count.people
    names = [label(key) for key in keys]
    traces = []
    for kind in KIND_COLORS:
        values = [people.get((kind, key), 0) for key in keys]
        if not any(values):
            continue
        traces.append(
            {
                "type": "bar",
                "orientation": "h" if horizontal else "v",
                "width": 0.66 if horizontal else width(keys),
                "name": show.kind_label(kind),
                "x": values if horizontal else names,
                "y": names if horizontal else values,
                "marker": {"color": KIND_COLORS[kind]},
                "hovertemplate": t("chart.hover.people_h" if horizontal else "chart.hover.people"),
            }
        )
    return traces
