"""年度评价: a document's year, figure by figure, each with its clause and the command that shows it; what is missing is said."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import card_title, empty_state, row_height
from dashboard.queries import run_figures
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Run
from monitor.reports.evaluation_figures import Figure, Report, Section

#: The width of the column that says why a figure is missing.
WHY = 290


def value(one: Figure) -> str:
    """The figure with its unit; a share in per cent, yuan with separators."""
    if not one.value:
        return t("evaluation.missing")
    if one.unit == "比例":
        return show.percent(one.value)
    if one.unit == "元":
        return f"{show.yuan_text(one.value)} {one.unit}"
    written = show.number(int(one.value)) if one.value.isdecimal() else one.value
    return f"{written} {one.unit}".strip()


def held(one: Figure) -> str:
    if not one.limit:
        return ""
    return f"{show.percent(one.limit)}{'' if one.met is None else t('evaluation.met') if one.met else t('evaluation.not_met')}"


def section(figures: list[Figure]) -> None:
    text = st.column_config.TextColumn
    missing = [show.worded(one.missing) for one in figures]
    columns = {
        "label": [one.label for one in figures],
        "subject": [places.in_words(one.subject) for one in figures],
        "value": [value(one) for one in figures],
        "limit": [held(one) for one in figures],
        "missing": missing,
        "clause": [one.clause for one in figures],
        "source": [t("evaluation.from", page=t(f"evaluation.source.{one.section}"), command=one.source) for one in figures],
    }
    st.dataframe(
        # A column that has nothing to say in this section takes the room of the one that has: why a figure is missing.
        pd.DataFrame({name: said for name, said in columns.items() if any(said)}),
        hide_index=True, lazy=False, height="content" if len(figures) <= 30 else 1080, placeholder="",
        row_height=row_height((missing, WHY)),
        alt=figures[0].section.label, key=f"evaluation-{figures[0].section.value}",
        column_config={
            "label": text(t("evaluation.figure"), width=240), "subject": text(t("evaluation.subject"), width=150),
            "value": text(t("evaluation.value"), width=120, alignment="right"), "limit": text(t("evaluation.limit"), width=136),
            "clause": text(t("evaluation.clause"), width=80), "source": text(t("evaluation.source"), width=232),
            "missing": text(t("evaluation.why"), width=WHY),
        },
    )


def asked(report: Report) -> None:
    """The clauses that want it; and how many figures there are and are not."""
    given = report.document.provisions.evaluations
    if not given:
        st.caption(t("evaluation.not_asked"))
    for one in given:
        st.caption(show.plain(t("evaluation.asked", clause=one.clause, label=one.label, quote=one.quote)))
    missing = sum(figure.missing != "" for figure in report.figures)
    st.caption(t("evaluation.counted", figures=len(report.figures) - missing, missing=missing))


def page(viewer: Actor, run: Run) -> None:
    st.header(t("nav.evaluation"), anchor=False)
    try:
        with st.spinner(t("evaluation.working")):
            report = run_figures.evaluation(run.run_id, viewer)
    except MonitorError as error:
        title = t("premium.months.whole.title" if isinstance(error, AccessError) else "evaluation.none")
        empty_state(":material/grading:", title, show.told(error))
        st.stop()
    assert report.run is not None
    st.caption(
        t("evaluation.note", year=report.year, as_of=report.run.as_of, run=report.run.run,
          sort=t("evaluation.trial") if report.run.trial else t("evaluation.official"))
    )
    asked(report)
    for part in Section:
        own = [figure for figure in report.figures if figure.section is part]
        if own:
            with st.container(border=True):
                card_title(part.label)
                section(own)


if __name__ == "__main__":
    for_run(page, Permission.SEE_OVERVIEW)
