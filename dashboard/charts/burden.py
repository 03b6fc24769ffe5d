"""Burdens against their lines: everybody's as shares of the benchmark, and one person's settlement by settlement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard.charts.drawing import COLORWAY, LINE, OVER, Figure, layout, line_across, line_up
from dashboard.locale import t
from dashboard.text import show
from monitor.casework.reading.overview import Bin

#: Bars below the first band, and from there to above the last.
BAND_COLORS = ("#B9C6D6", "#E2B27A", "#D5793F", "#A93A26")


def distribution(bins: Sequence[Bin], kind: str, bands: Sequence[int]) -> Figure:
    """People of a kind's population by burden ÷ benchmark, on a logarithmic scale, with the document's bands marked, in %.

    A bin's bar stands over (percent, percent + 5]; what lies above the last mark that was crossed is darker.
    """
    chosen = [part for part in bins if part.kind == kind and part.people]
    bars = {
        "type": "bar",
        "x": [part.percent + 2.5 for part in chosen],
        "y": [part.people for part in chosen],
        "width": 4.4,
        "marker": {"color": [_band_color(part.percent, bands) for part in chosen]},
        "customdata": [_share(part.percent) for part in chosen],
        "hovertemplate": t("chart.hover.distribution"),
        "showlegend": False,
    }
    axes = layout(
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
    axes["shapes"] = [line_up(mark) for mark in bands]
    axes["annotations"] = [
        {
            "x": mark, "y": 1, "yref": "paper", "text": f"{mark}%", "showarrow": False, "yanchor": "bottom",
            "font": {"size": 12, "color": LINE},
        }
        for mark in bands
    ]
    return {"data": [bars], "layout": axes}


def _band_color(percent: int, bands: Sequence[int]) -> str:
    """The further over, the darker; the darkest above the last band."""
    crossed, last = sum(percent >= band for band in bands), len(BAND_COLORS) - 1
    return BAND_COLORS[-(-crossed * last // len(bands)) if bands else 0]


def _share(percent: int) -> str:
    """A bin in words, as shares of the benchmark."""
    if percent >= 300:
        return t("chart.distribution.above", percent=percent)
    return t("chart.distribution.bin", low=percent, high=percent + 5)


@dataclass(frozen=True)
class Running:
    """A sum that grows settlement by settlement: ``steps`` are (time of settlement, sum after it in yuan, settlement id), in order;
    ``line``: what it is held against, if there is one; ``tip``: the place of the settlement that tipped it, if any; ``window``: the
    first and the last day."""

    steps: Sequence[tuple[str, Decimal, str]]
    line: Decimal | None
    tip: int | None
    window: tuple[str, str]

    @property
    def labels(self) -> list[str]:
        """What a settlement says of itself under the pointer."""
        return [f"{show.plain_html(setl_id)}<br>{total:,.2f}" for _, total, setl_id in self.steps]


def running_sum(running: Running) -> Figure:
    """The running sum against its line. Plotly needs numbers, so the sums become floats here, for drawing only."""
    first, last = running.window[0], f"{running.window[1]}T23:59:59"
    axes = layout(
        xaxis={"type": "date", "tickformat": "%m-%d", "hoverformat": "%Y-%m-%d", "showgrid": False, "range": [first, last]},
        yaxis={"tickformat": ",d", "rangemode": "tozero", "title": {"text": t("chart.running.y")}},
        height=300,
    )
    axes["annotations"] = []
    data = [_grown(running, first, last)]
    if running.tip is not None:
        data.append(_tipped(running, running.tip))
    if running.line is not None:
        axes["shapes"] = [line_across(float(running.line))]
        axes["annotations"].append(_line_label(running.line))
    if running.tip is not None:
        axes["annotations"].append(_tip_label(running, running.tip))
    return {"data": data, "layout": axes}


def _grown(running: Running, first: str, last: str) -> dict[str, Any]:
    """The sum as steps, from nothing on the first day to the end of the last."""
    sums, labels = [float(total) for _, total, _ in running.steps], running.labels
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": t("chart.running.sum"),
        "x": [first, *(moment for moment, _, _ in running.steps), last],
        "y": [0.0, *sums, sums[-1]],
        "line": {"shape": "hv", "color": COLORWAY[0], "width": 2},
        "marker": {"size": [0, *[6] * len(sums), 0]},
        "fill": "tozeroy",
        "fillcolor": "rgba(59, 125, 196, 0.08)",
        "customdata": ["0.00", *labels, labels[-1]],
        "hovertemplate": t("chart.hover.running"),
    }


def _tipped(running: Running, tip: int) -> dict[str, Any]:
    """The settlement that tipped it, as a mark of its own."""
    moment, total, _ = running.steps[tip]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": t("chart.running.tip"),
        "x": [moment],
        "y": [float(total)],
        "marker": {"size": 13, "color": OVER, "symbol": "diamond", "line": {"color": "#FFFFFF", "width": 1.5}},
        "customdata": [running.labels[tip]],
        "hovertemplate": t("chart.hover.running"),
    }


def _line_label(line: Decimal) -> dict[str, Any]:
    return {
        "x": 1, "xref": "paper", "y": float(line), "text": t("chart.running.line", amount=f"{line:,.2f}"), "showarrow": False,
        "xanchor": "right", "yanchor": "top", "font": {"color": LINE, "size": 12},
    }


def _tip_label(running: Running, tip: int) -> dict[str, Any]:
    moment, total, _ = running.steps[tip]
    return {
        "x": moment, "y": float(total), "text": t("chart.running.crossed", day=moment[:10]), "showarrow": True, "arrowhead": 0,
        "ax": -46, "ay": -30, "font": {"color": OVER, "size": 12},
    }
