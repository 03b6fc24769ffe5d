"""Which pages there are, and for whom."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.locale import t
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.vocabulary import Permission

#: Each page with who may open it; None: anybody signed in. The first somebody may open is where they begin; those of rows, which
#: are come to from a list, stand in no navigation.
PAGES: tuple[tuple[str, str, str, Permission | None], ...] = (
    ("overview", "nav.overview", ":material/monitoring:", Permission.SEE_OVERVIEW),
    ("alerts", "nav.alerts", ":material/notifications:", Permission.SEE_PEOPLE),
    ("set_aside", "nav.aside", ":material/rule:", Permission.SEE_PEOPLE),
    ("joins", "nav.joins", ":material/group_add:", Permission.SEE_PEOPLE),
    ("duplicates", "nav.duplicates", ":material/file_copy:", Permission.SEE_PEOPLE),
    ("shortfall", "nav.due", ":material/volunteer_activism:", Permission.SEE_PEOPLE),
    ("premiums", "nav.premiums", ":material/payments:", Permission.SEE_PEOPLE),
    ("todo", "nav.todo", ":material/checklist:", Permission.SEE_PEOPLE),
    ("cases", "nav.cases", ":material/folder_shared:", Permission.SEE_PEOPLE),
    ("referrals", "nav.referrals", ":material/outgoing_mail:", Permission.SEE_PEOPLE),
    ("replies", "nav.replies", ":material/mark_email_read:", Permission.SEE_PEOPLE),
    ("outcomes", "nav.outcomes", ":material/insights:", Permission.SEE_OVERVIEW),
    ("institutions", "nav.institutions", ":material/local_hospital:", Permission.SEE_OVERVIEW),
    ("evaluation", "nav.evaluation", ":material/grading:", Permission.SEE_OVERVIEW),
    ("accounts", "nav.accounts", ":material/group:", Permission.MANAGE_ACCOUNTS),
    ("audit", "nav.audit", ":material/fact_check:", Permission.SEE_AUDIT),
    ("my_account", "nav.my_account", ":material/account_circle:", None),
    ("person", "nav.person", ":material/person:", Permission.SEE_PEOPLE),
    ("case", "nav.case", ":material/folder_shared:", Permission.SEE_PEOPLE),
    ("pack", "nav.pack", ":material/outgoing_mail:", Permission.SEE_PEOPLE),
)
#: Pages of a single row.
HIDDEN = ("person", "case", "pack")
#: Pages that are not about one run: nobody is asked there which.
OF_NO_RUN = (
    "joins", "duplicates", "todo", "outcomes", "cases", "case", "referrals", "pack", "replies", "accounts", "audit", "my_account",
)


def pages(actor: Actor) -> list[StreamlitPage]:
    """The pages there are for somebody. What is not among them does not exist for their session, whatever the address."""
    allowed = [page for page in PAGES if page[3] is None or permitted(actor, page[3])]
    return [
        st.Page(
            f"views/{name}.py", title=t(title), icon=icon, default=not place, visibility="hidden" if name in HIDDEN else "visible"
        )
        for place, (name, title, icon, _) in enumerate(allowed)
    ]
