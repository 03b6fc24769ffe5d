"""What every page has: title, navigation, and the run that is looked at. Streamlit runs this file at every click."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import browser
from dashboard.door.access import told_of
from dashboard.door.viewer import viewer
from dashboard.locale import t
from dashboard.opening import hand_over
from dashboard.pages import OF_NO_RUN, pages
from dashboard.parts import empty_state, sort_of
from dashboard.person.reveal import forget_revealed
from dashboard.queries import run_figures
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import WITHOUT_PEOPLE, permitted
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Run


def run_label(run: Run) -> str:
    label = t("run.label", as_of=show.day(run.as_of), sort=sort_of(run))
    return label + t("run.provisional_mark") if run.provisional else label


def choose_run(runs: list[Run], *, offered: bool) -> Run | None:
    """The run selector in the sidebar: a document, then its runs; an official run of the newest document first. Where no run is
    ``offered``, as a page is about none, what was chosen elsewhere stays chosen."""
    if not runs:
        return None
    official = [run for run in runs if run.official]
    first = (official or runs)[0]
    if not offered:
        return first
    titles = {run.document: run.title for run in runs}
    with st.sidebar:
        st.space("small")
        document = st.selectbox(
            t("nav.document"),
            list(titles),
            index=list(titles).index(first.document),
            format_func=titles.__getitem__,
            key="document",
            persist_state="session",
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
            persist_state="session",
        )
    return of_document[chosen]


def session_ended() -> None:
    """Instead of any page: what was on the screen is taken away, and the browser goes to sign in."""
    st.navigation([st.Page(lambda: None, title=t("app.short"))], position="hidden")
    empty_state(":material/logout:", t("session.ended.title"), t("session.ended.text"))
    browser.leave("/login?said=ended")
    st.stop()


def whose_session(actor: Actor) -> None:
    """At the foot of the sidebar: who is signed in, as what, for where, and the way out."""
    with st.sidebar, st.container(key="whose-session"):
        st.space("small")
        st.caption(show.plain(actor.display))
        where = "" if WITHOUT_PEOPLE.issuperset(actor.roles) else f" · {show.scope(actor.scope)}"
        st.caption(show.plain(show.roles(actor.roles) + where))
        if st.button(t("session.out"), icon=":material/logout:", key="sign-out", width="stretch"):
            browser.sign_out()


st.set_page_config(page_title=t("app.title"), page_icon="🩺", layout="wide", initial_sidebar_state=230)
st.logo(str(Path(__file__).parent / "logo.svg"), size="large")
browser.speak_chinese()
browser.use_the_width()
actor = viewer()
if actor is None:
    session_ended()
else:
    browser.watch_session(told_of(actor))
    page = st.navigation(pages(actor), expanded=True)  # not folded: what folds the rest away speaks English
    forget_revealed(page.url_path)
    runs = run_figures.runs(actor) if permitted(actor, Permission.SEE_OVERVIEW) else []
    hand_over(actor, choose_run(runs, offered=page.url_path not in OF_NO_RUN))
    whose_session(actor)
    page.run()
