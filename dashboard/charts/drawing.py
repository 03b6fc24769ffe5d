"""What the figures have in common: colours, axes, lines and words beside them.

Streamlit's theme gives fonts and grid; colours are ours, because only Plotly Express figures would get the theme's.
Meaning keeps its colour: a kind or a state looks the same on every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

Figure: TypeAlias = dict[str, Any]

COLORWAY = ["#3B7DC4", "#C8553D", "#D9932F", "#3E8E74", "#7768AE", "#7A8796"]
KIND_COLORS = {"return_to_poverty": "#C8553D", "poverty_due_to_illness": "#3B7DC4", "high_expense": "#7768AE"}
STATE_COLORS = {"new": "#C8553D", "raised": "#D9932F", "continuing": "#6F8FB5"}
OVER, LINE = "#C8553D", "#C8553D"
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def layout(height: int = 280, **more: Any) -> dict[str, Any]:
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


def in_people(figure: Figure, axis: str) -> Figure:
    """Marks along the axis of people at whole ones: for a few, Plotly would write 2, 2, 1, 1, 0."""
    people: Counter[str] = Counter()
    for trace in figure["data"]:
        people.update(dict(zip(trace["y" if axis == "x" else "x"], trace[axis], strict=True)))
    if max(people.values(), default=0) < 6:
        figure["layout"][f"{axis}axis"]["dtick"] = 1
    return figure


def width(places: Sequence[str]) -> float:
    """How wide a column is, in places: one alone must not fill the figure."""
    return min(0.62, 0.16 * len(places))


def line_across(at: float) -> Figure:
    """A dashed line over the whole width, at a value of the vertical axis."""
    return {
        "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": at, "y1": at,
        "line": {"color": LINE, "width": 1.5, "dash": "dash"},
    }


def line_up(at: float) -> Figure:
    """A dashed line over the whole height, at a value of the horizontal axis."""
    return {
        "type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": LINE, "width": 1.2, "dash": "dash"},
    }
