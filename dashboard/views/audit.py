"""审计记录: who did what, when, from where and what for; and whether the record is whole. For auditors, who only read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from dashboard.door.access import now
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import empty_state, row_height
from dashboard.queries import noted
from dashboard.text import audit_words, show
from monitor.access.actor import Actor
from monitor.access.audit import Asked
from monitor.access.chain import Entry
from monitor.base.vocabulary import AuditAction, Permission

PAGE_SIZE = 50
#: The width of the column of particulars.
DETAIL = 320
ACTIONS = [action.value for action in AuditAction]


def new_page() -> None:
    """A narrowed list begins at its first page: the paginator gets another key."""
    st.session_state["audit-list"] = st.session_state.get("audit-list", 0) + 1


def filter_form() -> Asked:
    zone = now().tzinfo
    with st.form("audit-filters", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.date_input(t("audit.since"), None, key="audit-since", width=150, format="YYYY-MM-DD")
        until = st.date_input(t("audit.until"), None, key="audit-until", width=150, format="YYYY-MM-DD")
        who = st.text_input(t("audit.actor"), key="audit-actor", width=170, autocomplete="off")
        action = st.selectbox(
            t("audit.action"), ACTIONS, index=None, format_func=action_label, placeholder=t("filter.all"), key="audit-action",
            width=200,
        )
        st.form_submit_button(t("filter.apply"), type="primary", icon=":material/search:", key="audit-apply", on_click=new_page)

    def moment(day: date | None, days: int) -> datetime | None:
        return datetime.combine(day + timedelta(days=days), time.min, zone) if day else None

    end = moment(until, 1)
    return Asked(
        since=moment(since, 0), until=end - timedelta(microseconds=1) if end else None, actor=show.account_typed(who.strip()) or None,
        action=AuditAction(action) if action else None,
    )


def action_label(value: str) -> str:
    return show.word(AuditAction, value)


def check(viewer: Actor) -> None:
    """Reads the whole chain and says whether every entry is as it was written."""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(t("audit.verify"), icon=":material/verified:", key="audit-verify")
        st.caption(t("audit.verify.note"), width="content")
    if pressed:
        with st.spinner(t("audit.verifying")):
            verdict = noted.audit_verified(viewer)
        if verdict.broken is None:
            st.success(t("audit.whole", total=show.number(verdict.entries), digest=verdict.digest[:16]), icon=":material/verified:")
        else:
            broken = verdict.broken
            st.error(t("audit.broken", number=broken.sequence, sentence=show.plain(broken.sentence)), icon=":material/gpp_bad:")


def table(rows: list[Entry]) -> None:
    """Each entry in words; what it was kept as stands in the last column, as the command line lists it."""
    details = [audit_words.detail(row.detail, row.object) for row in rows]
    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(
            {
                "number": [row.sequence for row in rows],
                "at": [row.at[:19].replace("T", " ") for row in rows],
                "actor": [show.account(row.actor) for row in rows],
                "action": [action_label(row.action) for row in rows],
                "object": [audit_words.object_(row.object) for row in rows],
                "place": [audit_words.place(row.place) for row in rows],
                "purpose": [row.purpose for row in rows],
                "detail": details,
                "raw": [f"{row.object}　{row.place}" for row in rows],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=row_height((details, DETAIL)), placeholder="",
        alt=t("alt.audit"), key="audit-table",
        column_config={
            "number": st.column_config.NumberColumn(t("audit.number"), format="%d", width=56), "at": text(t("audit.at"), width=142),
            "actor": text(t("audit.actor"), width=108), "action": text(t("audit.action"), width=96),
            "object": text(t("audit.object"), width=204), "place": text(t("audit.place"), width=160),
            "purpose": text(t("audit.purpose"), width=110), "detail": text(t("audit.detail"), width=DETAIL),
            "raw": text(t("audit.key"), width=260),
        },
    )


def page(viewer: Actor) -> None:
    st.header(t("nav.audit"), anchor=False)
    st.caption(t("audit.note"))
    check(viewer)
    asked = filter_form()
    key = f"audit-page-{st.session_state.get('audit-list', 0)}"
    page = st.session_state.get(key, 1)
    total, rows = noted.audit_page(viewer, asked, page, PAGE_SIZE)
    if not total:
        empty_state(":material/search_off:", t("audit.none.title"), t("audit.none.text"))
        st.stop()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        first = (page - 1) * PAGE_SIZE + 1
        st.markdown(t("audit.result", total=show.number(total), first=first, last=first + len(rows) - 1), width="content")
        st.pagination(-(-total // PAGE_SIZE), key=key)
    table(rows)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_AUDIT)
