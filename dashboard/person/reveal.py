"""Showing a whole name and number: an act with a purpose, written down before anything is shown, for this sight of the page only."""

from __future__ import annotations

import streamlit as st

from dashboard.locale import t
from dashboard.queries import somebody
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission, Purpose
from monitor.casework.reading.listing import OfRun

_KEY = "revealed"
REMARK_LENGTH = 100


def forget_revealed(page: str) -> None:
    """Leaving the page of a person or a case ends what was revealed there; coming back begins masked."""
    if page not in ("person", "case"):
        st.session_state.pop(_KEY, None)


def purpose_fields(prefix: str) -> tuple[Purpose | None, str]:
    """What for, from a short list, and a remark without anybody's number in it."""
    purpose = st.selectbox(
        t("reveal.purpose"), [purpose.value for purpose in Purpose], index=None, format_func=lambda value: Purpose(value).label,
        placeholder=t("reveal.purpose.choose"), key=f"{prefix}-purpose",
    )
    remark = st.text_input(
        t("reveal.remark"), placeholder=t("reveal.remark.placeholder"), max_chars=REMARK_LENGTH, key=f"{prefix}-remark",
        autocomplete="off",
    )
    return Purpose(purpose) if purpose else None, remark


def offer(row: OfRun, viewer: Actor) -> bool:
    """Whether this person's name and number are shown in full; where the viewer may, the form that asks what for."""
    if not permitted(viewer, Permission.REVEAL):
        return False
    who = (row.run_id, row.person)
    if st.session_state.get(_KEY) == who:
        if st.button(t("reveal.hide"), icon=":material/visibility_off:", key="reveal-hide"):
            del st.session_state[_KEY]
            st.rerun()
        return True
    st.session_state.pop(_KEY, None)
    with st.popover(t("person.reveal"), icon=":material/visibility:", key="reveal"), st.form("reveal-form", border=False):
        st.caption(t("reveal.note"))
        purpose, remark = purpose_fields("reveal")
        asked = st.form_submit_button(t("reveal.button"), type="primary", key="reveal-button")
        if asked and purpose is None:
            st.error(t("reveal.purpose.missing"))
        elif asked and purpose is not None:
            try:
                somebody.reveal(row, viewer, purpose, remark)
            except MonitorError as error:
                st.error(show.told(error))
            else:
                st.session_state[_KEY] = who
                st.rerun()
    return False
