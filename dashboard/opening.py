"""How a page is given what it is for: who looks, and the run that is looked at.

``main`` finds both at every click and hands them over here; Streamlit then runs the page's file as a script, whose last line asks for
its page to be called. A page is a function of what it is given: nothing else of the dashboard asks who looks or at which run.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.locale import t
from dashboard.parts import empty_state
from dashboard.queries import noted
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.vocabulary import AuditAction, Permission
from monitor.casework.reading.overview import Run

_VIEWER, _RUN = "viewer", "run"


def hand_over(viewer: Actor, run: Run | None) -> None:
    """For the page that is opened next in this session; ``run`` is None where there is none yet."""
    st.session_state[_VIEWER], st.session_state[_RUN] = viewer, run


def for_viewer(page: Callable[[Actor], None], permission: Permission | None, *, after_a_run: bool = False) -> None:
    """Calls a page that is about no run. ``permission``: what the viewer must be allowed, if anything; ``after_a_run``: before the
    first run there is nothing to show on it."""
    viewer = _allowed(permission)
    if after_a_run:
        _chosen()
    page(viewer)


def for_run(page: Callable[[Actor, Run], None], permission: Permission | None) -> None:
    """Calls a page that is about the run chosen in the sidebar."""
    page(_allowed(permission), _chosen())


def _allowed(permission: Permission | None) -> Actor:
    """The viewer, if they may; otherwise the page ends here. The navigation offers nobody such a page, and the queries refuse it
    again: this is for whoever comes by the address."""
    viewer: Actor = st.session_state[_VIEWER]
    if permission is not None and not permitted(viewer, permission):
        noted.note_once(viewer, f"permission:{permission}", "screen:pages", {}, AuditAction.REFUSED)
        empty_state(":material/lock:", t("guard.title"), t("guard.text", permission=permission.label))
        st.stop()
    return viewer


def _chosen() -> Run:
    """The run chosen in the sidebar; where there is none yet, says what to do and ends the page."""
    run: Run | None = st.session_state.get(_RUN)
    if run is None:
        empty_state(":material/database_off:", t("empty.no_run.title"), t("empty.no_run.text"))
        st.code(
            "monitor import people FILE…\nmonitor import identities FILE…\nmonitor import incomes FILE…\n"
            "monitor import settlements FILE…\nmonitor run --document ID --as-of YYYY-MM-DD",
            language=None,
        )
        st.stop()
    return run
