"""Who is looking, and what they may see: the account behind the session, as it is at this very moment."""

from __future__ import annotations

import streamlit as st

from dashboard.door.access import actor_of_session
from monitor.access.actor import Actor


def viewer() -> Actor | None:
    """Whose session this is; None once it has ended. Asked at every run of the script, which is use of the session: roles, scope
    and a closed account count from the next click on, while what Streamlit knows of a visitor is frozen at the connection."""
    session = st.user.get("session")
    return actor_of_session(session, touch=True) if isinstance(session, str) and session else None
