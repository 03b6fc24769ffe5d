"""Figures from numbers, as plain dictionaries: building them costs less than a millisecond.

Streamlit's theme gives fonts and grid; colours are ours, because only Plotly Express figures would get the theme's.
Meaning keeps its colour: a kind or a state looks the same on every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from dashboard.locale import t
from dashboard.text import places, show
from monitor.casework.reading.overview import ACTIVE_STATES, Bin, Count, TrendPoint

Figure: TypeAlias = dict[str, Any]

COLORWAY = ["#3B7DC4", "#C8553D", "#D9932F", "#3E8E74", "#7768AE", "#7A8796"]
KIND_COLORS = {"return_to_poverty": "#C8553D", "poverty_due_to_illness": "#3B7DC4", "high_expense": "#7768AE"}
STATE_COLORS = {"new": "#C8553D", "raised": "#D9932F", "continuing": "#6F8FB5"}
OVER, UNDER, LINE = "#C8553D", "#A9BACD", "#C8553D"
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
#: Bars beyond this many are summed into one, so that names stay readable.
MOST_BARS = 12


def trend(points: Sequence[TrendPoint]) -> Figure:
    """Alerts at each run of the year, stacked by state."""
    # One year's runs: the year stands in the page's heading.
    days = [f"{point.as_of:%m-%d}" for point in points]
    data = [
        {
            "type": "bar",
            "width": _width(days),
            "name": show.state_label(state),
            "x": days,
            "y": [point.states.get(state, 0) for point in points],
            "marker": {"color": STATE_COLORS[state]},
            "hovertemplate": t("chart.hover.people"),
        }
        for state in reversed(ACTIVE_STATES)
    ]
    return _in_people({"data": data, "layout": _layout(barmode="stack", xaxis={"type": "category"})}, "y")


def by_month(counts: Sequence[Count]) -> Figure:
    """People over the line by the month they first crossed it."""
    months = sorted({count.key for count in counts})
    years = {month[:4] for month in months}

    def short(month: str) -> str:
        return t("month.short", month=int(month[5:])) if month else t("month.none")

    return _in_people({
        "data": _by_kind(counts, months, show.month_label if len(years) > 1 else short, horizontal=False),
        "layout": _layout(barmode="stack", xaxis={"type": "category"}),
    }, "y")


def by_category(counts: Sequence[Count]) -> Figure:
    return _ranking(counts, show.category_label)


def by_district(counts: Sequence[Count]) -> Figure:
    names = {count.key: places.name_of(count.key) for count in counts}
    # Two districts of one name are told apart by their codes.
    alike = len(set(names.values())) < len(names)
    return _ranking(counts, places.district if alike else names.__getitem__)


def distribution(bins: Sequence[Bin], kind: str, bands: Sequence[int]) -> Figure:
    """People of a kind's population by burden ÷ benchmark, on a logarithmic scale, with the document's bands marked, in %.

    A bin's bar stands over (percent, percent + 5]; what lies above the last mark that was crossed is darker.
    """
    chosen = [part for part in bins if part.kind == kind and part.people]
    hover = [
        t("chart.distribution.above", percent=part.percent)
        if part.percent >= 300
        else t("chart.distribution.bin", low=part.percent, high=part.percent + 5)
        for part in chosen
    ]
    bars = {
        "type": "bar",
        "x": [part.percent + 2.5 for part in chosen],
        "y": [part.people for part in chosen],
        "width": 4.4,
        "marker": {"color": [_band_color(part.percent, bands) for part in chosen]},
        "customdata": hover,
        "hovertemplate": t("chart.hover.distribution"),
        "showlegend": False,
    }
    layout = _layout(
        xaxis={
            "range": [0, 306],
            "tickvals": [0, 50, 100, 150, 200, 250, 300],
            "ticktext": ["0", "50%", "100%", "150%", "200%", "250%", "≥300%"],
            "title": {"text": t("chart.distribution.x")},
            "showgrid": False,
        },
        yaxis={"type": "log", "dtick": 1, "tickformat": ",d", "title": {"text": t("chart.distribution.y")}},
        bargap=0.1,
    )
    layout["shapes"] = [
        {
            "type": "line",
            "x0": mark,
            "x1": mark,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": LINE, "width": 1.2, "dash": "dash"},
        }
        for mark in bands
    ]
    layout["annotations"] = [
        {
            "x": mark,
            "y": 1,
            "yref": "paper",
            "text": f"{mark}%",
            "showarrow": False,
            "yanchor": "bottom",
            "font": {"size": 12, "color": LINE},
        }
        for mark in bands
    ]
    return {"data": [bars], "layout": layout}


def running_sum(steps: Sequence[tuple[str, Decimal, str]], line: Decimal | None, tip: int | None, window: tuple[str, str]) -> Figure:
    """The running sum, settlement by settlement, against the line, if there is one.

    ``steps``: (time of settlement, sum after it in yuan, settlement id), in order; ``tip``: the place of the one
    that tipped it; ``window``: its first and last day. Plotly needs numbers, so the sums
    become floats here, for drawing only.
    """
    times = [moment for moment, _, _ in steps]
    sums = [float(total) for _, total, _ in steps]
    labels = [f"{show.plain_html(setl_id)}<br>{total:,.2f}" for _, total, setl_id in steps]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": t("chart.running.sum"),
            "x": [window[0], *times, f"{window[1]}T23:59:59"],
            "y": [0.0, *sums, sums[-1]],
            "line": {"shape": "hv", "color": COLORWAY[0], "width": 2},
            "marker": {"size": [0, *[6] * len(sums), 0]},
            "fill": "tozeroy",
            "fillcolor": "rgba(59, 125, 196, 0.08)",
            "customdata": ["0.00", *labels, labels[-1]],
            "hovertemplate": t("chart.hover.running"),
        }
    ]
    if tip is not None:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": t("chart.running.tip"),
                "x": [times[tip]],
                "y": [sums[tip]],
                "marker": {"size": 13, "color": OVER, "symbol": "diamond", "line": {"color": "#FFFFFF", "width": 1.5}},
                "customdata": [labels[tip]],
                "hovertemplate": t("chart.hover.running"),
            }
        )
    layout = _layout(
        xaxis={
            "type": "date",
            "tickformat": "%m-%d",
            "hoverformat": "%Y-%m-%d",
            "showgrid": False,
            "range": [window[0], f"{window[1]}T23:59:59"],
        },
        yaxis={"tickformat": ",d", "rangemode": "tozero", "title": {"text": t("chart.running.y")}},
        height=300,
    )
    layout["annotations"] = []
    if line is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "x0": 0,
                "x1": 1,
                "xref": "paper",
                "y0": float(line),
                "y1": float(line),
                "line": {"color": LINE, "width": 1.5, "dash": "dash"},
            }
        ]
        layout["annotations"] = [
            {
                "x": 1,
                "xref": "paper",
                "y": float(line),
                "text": t("chart.running.line", amount=f"{line:,.2f}"),
                "showarrow": False,
                "xanchor": "right",
                "yanchor": "top",
                "font": {"color": LINE, "size": 12},
            }
        ]
    if tip is not None:
        layout["annotations"].append(
            {
                "x": times[tip],
                "y": sums[tip],
                "text": t("chart.running.crossed", day=times[tip][:10]),
                "showarrow": True,
                "arrowhead": 0,
                "ax": -46,
                "ay": -30,
                "font": {"color": OVER, "size": 12},
            }
        )
    return {"data": data, "layout": layout}


#: Bars below the first band, and from there to above the last.
_BAND_COLORS = ("#B9C6D6", "#E2B27A", "#D5793F", "#A93A26")


def _band_color(percent: int, bands: Sequence[int]) -> str:
    """The further over, the darker; the darkest above the last band."""
    crossed, last = sum(percent >= band for band in bands), len(_BAND_COLORS) - 1
    return _BAND_COLORS[-(-crossed * last // len(bands)) if bands else 0]


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
    return _in_people({
        "data": _by_kind(counts, keys, label, horizontal=True),
        "layout": _layout(
            barmode="stack",
            yaxis={"type": "category", "showgrid": False},
            xaxis={"tickformat": ",d"},
            height=max(190, 30 * len(keys) + 80),
        ),
    }, "x")


def _in_people(figure: Figure, axis: str) -> Figure:
    """Marks along the axis of people at whole ones: for a few, Plotly would write 2, 2, 1, 1, 0."""
    people: Counter[str] = Counter()
    for trace in figure["data"]:
        people.update(dict(zip(trace["y" if axis == "x" else "x"], trace[axis], strict=True)))
    if max(people.values(), default=0) < 6:
        figure["layout"][f"{axis}axis"]["dtick"] = 1
    return figure


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
                "width": 0.66 if horizontal else _width(keys),
                "name": show.kind_label(kind),
                "x": values if horizontal else names,
                "y": names if horizontal else values,
                "marker": {"color": KIND_COLORS[kind]},
                "hovertemplate": t("chart.hover.people_h" if horizontal else "chart.hover.people"),
            }
        )
    return traces


def _width(places: Sequence[str]) -> float:
    """How wide a column is, in places: one alone must not fill the figure."""
    return min(0.62, 0.16 * len(places))


def _layout(height: int = 280, **more: Any) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 24, "b": 8},
        "colorway": COLORWAY,
        "hoverlabel": {"namelength": -1},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        "separators": ".,",
        "dragmode": False,
        **more,
    }
    layout["xaxis"] = {"automargin": True, "fixedrange": True, **layout.get("xaxis", {})}
    layout["yaxis"] = {"automargin": True, "fixedrange": True, "tickformat": ",d", **layout.get("yaxis", {})}
    return layout


def by_kind(counts: Sequence[Count]) -> Figure:
    """One bar a kind, in the kind's colour."""
    people = {count.key: count.people for count in counts}
    kinds = [kind for kind in KIND_COLORS if people.get(kind)]
    bar = {
        "type": "bar",
        "width": _width(kinds),
        "x": [show.kind_label(kind) for kind in kinds],
        "y": [people[kind] for kind in kinds],
        "text": [show.number(people[kind]) for kind in kinds],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [KIND_COLORS[kind] for kind in kinds]},
        "hovertemplate": t("chart.hover.people") + "<extra></extra>",
    }
    return _in_people({"data": [bar] if kinds else [], "layout": _layout(xaxis={"type": "category"})}, "y")


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
    layout = _layout(
        yaxis={"type": "category", "showgrid": False}, xaxis={"tickformat": ",d"}, height=max(190, 34 * len(names) + 60),
        showlegend=False,
    )
    return {"data": [bar], "layout": layout}
