"""What every page has: title, navigation, and the run that is looked at. Streamlit runs this file at every click."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import browser, queries, show
from dashboard.locale import t
from dashboard.parts import sort_of
from dashboard.viewer import viewer
from monitor.casework.overview import Run


def run_label(run: Run) -> str:
    label = t("run.label", as_of=show.day(run.as_of), sort=sort_of(run))
    return label + t("run.provisional_mark") if run.provisional else label


def choose_run(runs: list[Run]) -> Run | None:
    """The run selector in the sidebar: a document, then its runs; an official run of the newest document first."""
    if not runs:
        return None
    official = [run for run in runs if run.official]
    first = (official or runs)[0]
    titles = {run.document: run.title for run in runs}
    with st.sidebar:
        st.space("small")
        document = st.selectbox(
            t("nav.document"),
            list(titles),
            index=list(titles).index(first.document),
            format_func=titles.__getitem__,
            key="document",
        )
        of_document = {
            run.run_id: run
            for run in sorted(runs, key=lambda run: (run.as_of, run.position), reverse=True)
            if run.document == document
        }
        newest = next((run.run_id for run in runs if run.document == document and run.official), None)
        # A key for each document: the run chosen under one does not exist under another.
        chosen = st.selectbox(
            t("nav.run"),
            list(of_document),
            index=list(of_document).index(newest or next(iter(of_document))),
            format_func=lambda run_id: run_label(of_document[run_id]),
            key=f"run-{document}",
        )
    return of_document[chosen]


st.set_page_config(page_title=t("app.title"), page_icon="🩺", layout="wide", initial_sidebar_state=230)
st.logo(str(Path(__file__).parent / "logo.svg"), size="large")
browser.speak_chinese()
st.session_state["viewer"] = viewer()
page = st.navigation(
    [
        st.Page("views/overview.py", title=t("nav.overview"), icon=":material/monitoring:", default=True),
        st.Page("views/alerts.py", title=t("nav.alerts"), icon=":material/notifications:"),
        st.Page("views/set_aside.py", title=t("nav.aside"), icon=":material/rule:"),
        st.Page("views/shortfall.py", title=t("nav.due"), icon=":material/volunteer_activism:"),
        st.Page("views/person.py", title=t("nav.person"), icon=":material/person:", visibility="hidden"),
    ]
)
st.session_state["run"] = choose_run(queries.runs())
page.run()
