"""总览: how many are over which line, where, since when, and how sound the data under it is."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard.charts import burden, counted
from dashboard.charts.drawing import CONFIG, KIND_COLORS
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import banners, card_title, chart_card, pairs, sort_of
from dashboard.queries import run_figures
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.scope import EVERYTHING
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Overview, Run, TrendPoint


def title(run: Run) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(show.plain(run.title), anchor=False, width="content")
        st.badge(sort_of(run), color="orange" if not run.official else "green")
    latest = show.day(run.latest_settlement)
    st.caption(t("overview.caption", as_of=show.day(run.as_of), known_at=show.moment(run.known_at), latest=latest))


def figures(found: Overview, bands: tuple[int, ...]) -> None:
    """The row of figures, each with its course through the year and its change since the run before."""
    points = found.trend
    with st.grid(4, min_column_width=200):
        figure("flagged", [point.flagged for point in points], points, t("kpi.flagged.help"))
        figure("new", [point.states.get("new", 0) for point in points], points, t("kpi.new.help"))
        raised = t("kpi.raised.help", bands=show.bands(bands)) if bands else t("kpi.raised.help.none")
        figure("raised", [point.states.get("raised", 0) for point in points], points, raised)
        money(points)
    with st.grid(4, min_column_width=200):
        states = points[-1].states
        plain_figure("cleared", states.get("cleared", 0), t("kpi.cleared.help"))
        plain_figure("unconfirmed", states.get("unconfirmed", 0), t("kpi.unconfirmed.help"))
        plain_figure("uncovered", found.uncovered, t("kpi.uncovered.help"))
        plain_figure(
            "excluded",
            found.outside_region + found.deceased,
            t("kpi.excluded.help", outside=found.outside_region, deceased=found.deceased),
        )


def figure(name: str, values: list[int], points: tuple[TrendPoint, ...], explained: str) -> None:
    st.metric(
        t(f"kpi.{name}"),
        t("unit.people", count=show.number(values[-1])),
        delta=values[-1] - values[-2] if len(values) > 1 else None,
        delta_color="inverse",
        delta_description=since(points),
        help=explained,
        border=True,
        height="stretch",
        chart_data=values if len(values) > 1 else None,
        chart_type="area",
    )


def money(points: tuple[TrendPoint, ...]) -> None:
    change = points[-1].excess_fen - points[-2].excess_fen if len(points) > 1 else None
    st.metric(
        t("kpi.excess"),
        show.ten_thousands(points[-1].excess_fen),
        delta=show.ten_thousands(change) if change is not None else None,
        delta_color="inverse",
        delta_description=since(points),
        help=t("kpi.excess.help"),
        border=True,
        height="stretch",
        chart_data=[point.excess_fen // 1_000_000 for point in points] if len(points) > 1 else None,
        chart_type="area",
    )


def plain_figure(name: str, value: int, explained: str) -> None:
    st.metric(
        t(f"kpi.{name}"),
        t("unit.people", count=show.number(value)),
        help=explained,
        border=True,
        height="stretch",
    )


def since(points: tuple[TrendPoint, ...]) -> str:
    return t("overview.series", day=show.day(points[-2].as_of)) if len(points) > 1 else t("overview.first")


def breakdowns(found: Overview, bands: tuple[int, ...], viewer: Actor) -> None:
    left, right = st.columns([5, 3])
    with left:
        chart_card(t("card.trend"), counted.trend(found.trend), "trend", t("alt.trend"))
    with right:
        chart_card(t("card.kind"), counted.by_kind(found.by_kind), "kind", t("alt.kind"))
    left, right = st.columns(2)
    with left:
        chart_card(t("card.month"), counted.by_month(found.by_month), "month", t("alt.month"))
    with right:
        chart_card(t("card.category"), counted.by_category(found.by_category), "category", t("alt.category"))
    left, right = st.columns([3, 5])
    with left:
        chart_card(t("card.district"), counted.by_district(found.by_district), "district", t("alt.district"))
    with right:
        distribution(found, bands, viewer)


def distribution(found: Overview, bands: tuple[int, ...], viewer: Actor) -> None:
    kinds = sorted({part.kind for part in found.distribution}, key=list(KIND_COLORS).index)
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("card.distribution"), anchor=False, width="content")
            kind = None
            if kinds:
                kind = st.segmented_control(
                    t("filter.kinds"),
                    kinds,
                    default=kinds[0],
                    required=True,
                    format_func=show.kind_label,
                    label_visibility="collapsed",
                    key="distribution-kind",
                )
        if kind is None:
            st.caption(t("card.distribution.absolute" if viewer.scope == EVERYTHING else "card.distribution.scoped"))
            return
        # An absolute line has no bands to mark.
        none = "" if bands else ".none"
        st.plotly_chart(
            burden.distribution(found.distribution, kind, bands),
            key="distribution",
            config=CONFIG,
            alt=t(f"alt.distribution{none}", bands=show.bands(bands)),
        )
        st.caption(t(f"card.distribution.note{none}", bands=show.bands(bands)))


def health(run: Run, viewer: Actor) -> None:
    """Date and health of the data under the figures."""
    with st.container(border=True):
        card_title(t("card.health"))
        if viewer.scope != EVERYTHING:
            scoped_health(run)
            return
        left, middle, right = st.columns(3)
        with left:
            pairs(
                {
                    t("health.as_of"): show.day(run.as_of),
                    t("health.known_at"): show.moment(run.known_at),
                    t("health.latest_settlement"): show.day(run.latest_settlement),
                    t("health.latest_load"): show.moment(run.latest_load),
                }
            )
        with middle:
            pairs(
                {
                    t("health.settlements"): t("health.records", count=show.number(run.settlements)),
                    t("health.counted"): t("health.records", count=show.number(run.counted)),
                    t("health.persons"): t("unit.people", count=show.number(run.persons)),
                    t("health.run_id"): run.run_id,
                }
            )
        with right:
            pairs(
                {
                    t(f"health.{name}"): t("health.rows", count=show.number(run.health[name]))
                    for name in ("read", "accepted", "duplicates", "rejected")
                    if name in run.health
                }
            )
        badges("rejected", t("health.reasons"), run.health.get("reasons", {}), "gray")
        badges("flag", t("health.flags"), run.health.get("flags", {}), "orange")
        if run.health.get("fewer_than_before"):
            st.warning(t("health.fewer"), icon=":material/warning:")


def scoped_health(run: Run) -> None:
    """For who sees part of the region: the dates. How many rows and people there are is of the whole."""
    pairs(
        {
            t("health.as_of"): show.day(run.as_of),
            t("health.known_at"): show.moment(run.known_at),
            t("health.latest_settlement"): show.day(run.latest_settlement),
            t("health.latest_load"): show.moment(run.latest_load),
            t("health.run_id"): run.run_id,
        }
    )
    st.caption(t("health.scoped"))
    if run.health.get("fewer_than_before"):
        st.warning(t("health.fewer"), icon=":material/warning:")


def badges(kind: str, heading: str, counts: dict[str, int], color: Literal["gray", "orange"]) -> None:
    """Counts by name, the most frequent first."""
    if any(counts.values()):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(heading, width="content")
            for name, count in sorted(counts.items(), key=lambda item: -item[1]):
                st.badge(f"{show.plain(show.health_label(kind, name))} {show.number(count)}", color=color)


def page(viewer: Actor, run: Run) -> None:
    title(run)
    banners(run, viewer)
    overview = run_figures.overview(run.run_id, viewer)
    document = run_figures.document(run.document)
    bands = document.bands if document else ()
    figures(overview, bands)
    breakdowns(overview, bands, viewer)
    health(run, viewer)


if __name__ == "__main__":
    for_run(page, Permission.SEE_OVERVIEW)
