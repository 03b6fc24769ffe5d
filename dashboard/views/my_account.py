"""我的账户: who one is here, and what one can do about one's own password, second factor and sessions.

The forms themselves are plain pages outside Streamlit: no password is ever typed into a script's state.
"""

from __future__ import annotations

import streamlit as st

from dashboard import browser
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import card_title, pairs
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import WITHOUT_PEOPLE


def page(viewer: Actor) -> None:
    st.header(t("nav.my_account"), anchor=False)
    with st.container(border=True):
        card_title(t("my.who"))
        values = {
            t("account.name"): viewer.name,
            t("account.display"): viewer.display,
            t("account.roles"): show.roles(viewer.roles),
        }
        if not WITHOUT_PEOPLE.issuperset(viewer.roles):
            values[t("account.scope")] = show.scope(viewer.scope)
        pairs(values)
        st.caption(t("my.who.note"))
    left, middle, right = st.columns(3)
    with left, st.container(border=True, height="stretch"):
        card_title(t("door.password.title"))
        st.caption(t("my.password.note"))
        if st.button(t("door.password.button"), icon=":material/key:", key="my-password"):
            browser.leave("/password")
    with middle, st.container(border=True, height="stretch"):
        card_title(t("door.factor.title"))
        st.caption(t("my.factor.note"))
        if st.button(t("my.factor.button"), icon=":material/phonelink_lock:", key="my-factor"):
            browser.leave("/second-factor")
    with right, st.container(border=True, height="stretch"):
        card_title(t("my.everywhere.title"))
        st.caption(t("my.everywhere.note"))
        if st.button(t("my.everywhere.button"), icon=":material/logout:", key="my-everywhere"):
            browser.sign_out(everywhere=True)


if __name__ == "__main__":
    for_viewer(page, None)
