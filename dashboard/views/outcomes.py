"""成效: from crossing a line to being helped: how many came how far, how long each step took, who is recognised."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.casework import cases as casework
from dashboard.charts import counted
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import card_title, chart_card, empty_state
from dashboard.text import case_words, show
from monitor.access.actor import Actor
from monitor.base.vocabulary import Permission
from monitor.casework.reading.case_listing import CaseFilters
from monitor.casework.reading.figures import CaseFigures, Days
from monitor.casework.reading.overview import Run

#: Not steps of the way, but ways out of it.
APART = ("excluded", "back_under")
SPANS = ("known", "warned", "sent", "relieved")


def days_columns(name: str, found: list[Days]) -> dict[str, Any]:
    """Count, mean, median, nine tenths and longest of several spans, as columns."""
    return {
        t(f"{name}.count"): [one.count for one in found],
        t("days.mean"): [one.mean for one in found],
        t("days.median"): [one.median for one in found],
        t("days.ninth_tenth"): [one.ninth_tenth for one in found],
        t("days.longest"): [one.longest for one in found],
    }


def table(frame: pd.DataFrame, alt: str, key: str) -> None:
    st.dataframe(
        frame, hide_index=True, lazy=False, height="content", row_height=34, placeholder="—", alt=alt, key=key,
    )


def funnel(found: CaseFigures) -> None:
    steps = [step for step in found.funnel if step.key not in APART]
    figure = counted.funnel([(t(f"funnel.{step.key}"), step.people) for step in steps])
    chart_card(t("outcome.funnel"), figure, "funnel", t("alt.funnel"))


def funnel_numbers(found: CaseFigures) -> None:
    over = next(step.people for step in found.funnel if step.key == "over")
    with st.container(border=True, height="stretch"):
        card_title(t("outcome.funnel.numbers"))
        table(
            pd.DataFrame(
                {
                    t("outcome.step"): [t(f"funnel.{step.key}") for step in found.funnel],
                    t("outcome.people"): [step.people for step in found.funnel],
                    t("outcome.share"): [f"{100 * step.people / over:.1f}%" if over else "—" for step in found.funnel],
                    t("referral.excess"): [show.ten_thousands(step.excess_fen) for step in found.funnel],
                }
            ),
            t("alt.funnel"), "funnel-numbers",
        )


def spans(found: CaseFigures) -> None:
    with st.container(border=True, height="stretch"):
        card_title(t("outcome.spans"))
        st.caption(t("outcome.spans.note"))
        given = [found.spans[name] for name in SPANS]
        table(
            pd.DataFrame({t("outcome.span"): [t(f"span.{name}") for name in SPANS], **days_columns("outcome", given)}),
            t("outcome.spans"), "spans",
        )


def stays(found: CaseFigures) -> None:
    with st.container(border=True):
        card_title(t("outcome.stays"))
        states = [case_words.state_label(stay.state) for stay in found.stays]
        left, right = st.columns(2)
        with left:
            st.caption(t("outcome.stays.left"))
            table(
                pd.DataFrame({t("case.state"): states, **days_columns("outcome", [stay.left for stay in found.stays])}),
                t("outcome.stays.left"), "stays-left",
            )
        with right:
            st.caption(t("outcome.stays.there"))
            table(
                pd.DataFrame({t("case.state"): states, **days_columns("outcome", [stay.there for stay in found.stays])}),
                t("outcome.stays.there"), "stays-there",
            )


def recognition(found: CaseFigures) -> None:
    with st.container(border=True, height="stretch"):
        card_title(t("outcome.recognition"))
        if not found.recognition:
            st.caption(t("outcome.recognition.none"))
            return
        rows = found.recognition
        table(
            pd.DataFrame(
                {
                    t("referral.department"): [case_words.department_label(row.department) for row in rows],
                    t("outcome.rule"): [show.kind_label(row.rule) for row in rows],
                    t("funnel.sent"): [row.sent for row in rows],
                    t("funnel.answered"): [row.answered for row in rows],
                    t("funnel.recognised"): [row.recognised for row in rows],
                    t("outcome.rate"): [f"{row.percent}%" if row.percent is not None else "—" for row in rows],
                }
            ),
            t("outcome.recognition"), "recognition",
        )


def page(viewer: Actor, run: Run) -> None:
    st.header(t("nav.outcomes"), anchor=False)
    found = casework.figures(CaseFilters(years=(run.as_of.year,)), viewer)
    st.caption(t("outcome.note", year=run.as_of.year))
    if not found.funnel[0].people:
        empty_state(":material/folder_off:", t("empty.no_case.title"), t("empty.no_case.text"))
        st.stop()
    left, right = st.columns(2)
    with left:
        funnel(found)
    with right:
        funnel_numbers(found)
    left, right = st.columns(2)
    with left:
        spans(found)
    with right:
        recognition(found)
    stays(found)


if __name__ == "__main__":
    for_run(page, Permission.SEE_OVERVIEW)
