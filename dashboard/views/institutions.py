"""医药机构: what a text wants watched of medical institutions, each against the median of its level; a list, not a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.door import access
from dashboard.lists.exports import Download, Export
from dashboard.lists.listview import export_form
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import card_title, empty_state, row_height, run_line
from dashboard.queries import run_figures
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.access.scope import EVERYTHING
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Run
from monitor.entitle.institutions import Institution, Institutions, figure_text
from monitor.policy.watching import InstitutionMeasure
from monitor.reports.institutions import list_columns
from monitor.reports.workbook import Cover, csv_lines, write_xlsx

M = InstitutionMeasure
#: Widths of the columns of names, of sentences, and of figures with their medians.
NAME, NOTE = 124, 220
WIDTHS = (118, 128, 132)
HELD = (M.OUTSIDE_SHARE, M.OWN_SHARE, M.STAY_COST)
#: From the table of institutions' months: shown where it says any.
OF_MONTHS = (M.DRUG_SHARE, M.CONSUMABLE_SHARE, M.TEST_SHARE)
SETTLED = ("settled", "unsettled")


def form(run: Run) -> tuple[str | None, str | None]:
    """The month and the level that are looked at; None for the whole year, for every level."""
    months = [f"{run.as_of.year}-{month:02d}" for month in range(1, run.as_of.month + 1)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        month = st.selectbox(
            t("institution.window"), months, index=None, placeholder=t("institution.whole_year", year=run.as_of.year),
            key="institution-month", width=180,
        )
        level = st.selectbox(
            t("institution.level"), ["三级", "二级", "一级", "无等级", ""], index=None, placeholder=t("institution.every_level"),
            format_func=lambda one: one or t("institution.no_level"), key="institution-level", width=180,
        )
    return month, level


def against(one: Institution, measure: InstitutionMeasure) -> str:
    """The figure, its level's median, and what the text lets it be."""
    figure = one.figures[measure]
    if figure.value is None:
        return ""
    own, middle = (figure_text(value, measure) for value in (figure.value, figure.level_median))
    if measure is M.STAY_COST:
        return t("institution.against", own=show.yuan_text(own), median=show.yuan_text(middle) if middle else "—")
    return t("institution.against", own=show.percent(own), median=show.percent(middle) if middle else "—")


def short(measure: InstitutionMeasure) -> str:
    return t(f"institution.short.{measure.value}")


def above(one: Institution) -> list[str]:
    said = [short(measure) for measure in one.above]
    return [*said, *([t("institution.over_limit")] if one.figures[M.OUTSIDE_SHARE].above_limit else [])]


def table(rows: list[Institution]) -> None:
    text: Any = st.column_config.TextColumn
    told = tuple(one for one in OF_MONTHS if any(row.figures[one].value is not None for row in rows))
    settled = SETTLED if any(row.sums["settled"] is not None for row in rows) else ()
    names = [one.sums["name"] or t("institution.unnamed") for one in rows]
    notes = ["；".join(one.notes) for one in rows]
    held = {measure.value: [against(one, measure) for one in rows] for measure in (*HELD, *told)}
    widths = (*WIDTHS, *[118] * len(told))
    st.dataframe(
        pd.DataFrame(
            {
                "name": names,
                "level": [one.level or t("institution.no_level") for one in rows],
                "assisted": [one.sums["assisted_people"] for one in rows],
                "aid": [one.sums["aid"] for one in rows],
                "cost": [one.sums["cost"] for one in rows],
                **held,
                **{name: [one.sums[name] for one in rows] for name in settled},
                "above": [above(one) for one in rows],
                "code": [one.sums["code"] for one in rows],
                "note": notes,
            }
        ),
        hide_index=True, lazy=False, height="content" if len(rows) <= 30 else 1080, placeholder="—",
        row_height=row_height((names, NAME), (notes, NOTE), *zip(held.values(), widths, strict=True)), alt=t("institution.alt"),
        key="institutions",
        column_config={
            # The marks stand within 1440 pixels, beside the figures they are about.
            "name": text(t("institution.name"), width=NAME), "code": text(t("institution.code"), width=110),
            "level": text(t("institution.level"), width=46),
            "assisted": st.column_config.NumberColumn(t("institution.assisted"), format="%,d", width=66),
            **{
                name: st.column_config.NumberColumn(t(f"institution.{name}"), format="%,.2f", width=width)
                for name, width in (("aid", 98), ("cost", 106))
            },
            **{
                name: st.column_config.NumberColumn(
                    t(f"institution.{name}"), format="%,.2f", width=98, help=t("institution.settled.help")
                )
                for name in settled
            },
            **{
                one.value: text(one.label, width=width, help=t("institution.held", definition=one.definition))
                for one, width in zip((*HELD, *told), widths, strict=True)
            },
            "above": st.column_config.MultiselectColumn(
                t("institution.above"), options=[*(short(measure) for measure in (*HELD, *told)), t("institution.over_limit")],
                color=[*["orange"] * len((*HELD, *told)), "red"], width=214, help=t("institution.above.help"),
            ),
            "note": text(t("institution.note"), width=NOTE),
        },
    )


def asked(found: Institutions, viewer: Actor) -> None:
    """What the text says, what is missing, who is not in it."""
    if not found.document.provisions.watches:
        st.caption(t("institution.not_asked"))
    for watch in found.document.provisions.watches:
        st.caption(show.plain(t("institution.asked", clause=watch.clause, label=watch.label, quote=watch.quote)))
    if viewer.scope != EVERYTHING:
        st.caption(t("institution.scoped"))
    for sentence in found.missing:
        st.warning(show.plain(sentence), icon=":material/data_alert:")
    if found.outside:
        st.caption(t("institution.outside", count=show.number(found.outside)))


def job(found: Institutions, rows: list[Institution], level: str | None, viewer: Actor, run: Run, download: Download) -> Export:
    """The download of exactly the rows on screen. They hold nobody: nothing is ever asked for whole."""
    made, document = access.now(), found.document
    window = t("institution.window.days", first=show.day(found.first), last=show.day(found.last))
    scoped = [t("institution.scoped")] if viewer.scope != EVERYTHING else []
    chosen = [t("institution.filter", level=level or t("institution.no_level"))] if level is not None else []
    aid = sum((Decimal(one.sums["aid"] or 0) for one in rows), Decimal(0))
    cover = Cover(
        heading=t("institution.heading", window=window), document=show.titled(document.title, document.number),
        clauses=tuple(f"{one.clause} {one.label}" for one in document.provisions.watches), run_id=run.run_id, as_of=found.last,
        known_at=run.known_at, trial=run.trial, provisional=False, filters=tuple(chosen), count=len(rows), excess_fen=int(aid * 100),
        made_at=made, made_for=t("export.made_for", display=viewer.display, name=viewer.name), count_label=t("institution.count"),
        amount_label=t("institution.amount"), note="".join([t("institution.export.note"), *scoped, *found.missing]),
    )

    def chunks() -> Iterator[bytes]:
        if download.kind == "csv":
            yield from csv_lines(rows, list_columns(rows))  # type: ignore[arg-type]
            return
        out = BytesIO()
        write_xlsx(rows, out, cover, list_columns(rows))  # type: ignore[arg-type]
        yield out.getvalue()

    name = f"{t('export.trial_prefix') if run.trial else ''}{cover.heading}_{made:%Y%m%d%H%M%S}.{download.kind}"
    return Export(
        name=name, media_type=download.media_type, session=viewer.session or "", scope=viewer.scope,
        permissions=download.permissions, chunks=chunks, object=f"institutions:{document.id}", where="screen:institutions",
        purpose=download.purpose, detail={
            "format": download.kind, "rows": len(rows), "run": run.run_id, "since": show.day(found.first),
            "until": show.day(found.last), "filters": chosen,
        },
    )


def page(viewer: Actor, run: Run) -> None:
    st.header(t("nav.institutions"), anchor=False)
    run_line(run)
    month, level = form(run)
    try:
        with st.spinner(t("institution.working")):
            found = run_figures.institutions(run.run_id, month, viewer)
    except MonitorError as error:
        empty_state(":material/local_hospital:", t("institution.none.title"), show.told(error))
        st.stop()
    asked(found, viewer)
    rows = [one for one in found.rows if level is None or one.level == level]
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            card_title(t("institution.title", first=show.day(found.first), last=show.day(found.last), count=show.number(len(rows))))
            if permitted(viewer, Permission.EXPORT_PEOPLE):
                with st.popover(t("list.export"), icon=":material/download:", key="institution-export", disabled=not rows):
                    export_form("institution", len(rows), viewer, partial(job, found, rows, level, viewer, run), of_people=False)
        if rows:
            table(rows)
        else:
            st.caption(t("institution.none.text"))


if __name__ == "__main__":
    for_run(page, Permission.SEE_OVERVIEW)
