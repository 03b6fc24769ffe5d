"""转办: a month's list to a department, previewed with counts and sums, proposed; and all the lists there are, where each stands."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

from dashboard.casework import cases as casework
from dashboard.casework import packs, people_list
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import card_title, empty_state
from dashboard.text import case_words, places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import PackState, Permission, ReferralNews
from monitor.casework.reading.overview import Run
from monitor.casework.reading.pack_listing import PackRow
from monitor.casework.selection import LeftOut, Line, Preview

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
SHOWN = 20


def form(viewer: Actor, run: Run) -> None:
    """What a list is to be of. Looking changes nothing; what is looked at is what is proposed."""
    offered, documents, recipients = casework.choices(viewer), packs.offered(viewer), packs.departments(viewer)
    with st.form("referral-form", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        department = st.selectbox(
            t("referral.department"), list(recipients), format_func=case_words.department_label, key="referral-department", width=200
        )
        month = st.text_input(t("referral.month"), f"{run.as_of:%Y-%m}", key="referral-month", width=110, autocomplete="off")
        document = st.selectbox(
            t("nav.document"), list(documents), format_func=lambda one: documents[one], key="referral-document", width=330
        )
        districts = st.multiselect(
            t("filter.districts"), offered.districts, format_func=places.district, placeholder=t("referral.districts.all"),
            select_all=False, key="referral-districts", width=190,
        )
        pressed = st.form_submit_button(
            t("referral.preview"), type="primary", icon=":material/visibility:", key="referral-preview"
        )
    if pressed:
        st.session_state["referral-asked"] = (department, month.strip(), document, tuple(districts))


def previewed(viewer: Actor) -> None:
    """The list as it would go out now, who is not in it and why, and the button that puts it forward."""
    if "referral-asked" not in st.session_state:
        return
    department, month, document, districts = st.session_state["referral-asked"]
    try:
        if not _MONTH.fullmatch(month):
            raise MonitorError(t("referral.month.wrong"))
        asked = packs.asked(department, month, document, districts, viewer)
        found = packs.preview(asked, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        return
    with st.container(border=True, key="referral-seen"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            card_title(t("referral.title", month=show.month_label(asked.month), department=asked.layout.label))
            propose_button(found, viewer)
        figures(found)
        st.caption(
            t("referral.facts", as_of=show.day(found.run.as_of), run=found.run.run_id, digest=found.content_sha256[:12],
              districts="、".join(map(places.district, asked.scope.districts)) or t("scope.everything"))
        )
        left, right = st.columns([5, 3])
        with left:
            st.caption(t("referral.first", shown=min(SHOWN, len(found.lines)), total=show.number(len(found.lines))))
            if found.lines:
                lines_table(found.lines[:SHOWN])
        with right:
            left_out(found)


def figures(found: Preview) -> None:
    with st.grid(6, min_column_width=120):
        st.metric(t("referral.people"), t("unit.people", count=show.number(len(found.lines))))
        for news in ReferralNews:
            st.metric(news.label, t("unit.people", count=show.number(found.news.get(news.value, 0))), help=news.definition)
        st.metric(t("referral.excess"), show.ten_thousands(found.excess_fen), help=t("referral.excess.help"))
    if found.covered:
        st.caption(t("referral.covered", count=show.number(found.covered)))


def lines_table(lines: tuple[Line, ...]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "news": [line.news.label for line in lines],
                "name": [line.masked["name_masked"] for line in lines],
                "certno": [line.masked["certno_masked"] for line in lines],
                "kind": [show.kind_label(line.facts["kind"]) for line in lines],
                "place": [places.place(line.where["insu_admdvs"], line.where["town"]) for line in lines],
                "excess": [show.yuan(line.excess_fen) for line in lines],
                "covered": [t("yes") if line.covered else "" for line in lines],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=34, placeholder="", alt=t("alt.referral"), key="referral-lines",
        column_config={
            name: st.column_config.TextColumn(
                t(f"referral.column.{name}"), width=width, alignment="right" if name == "excess" else None
            )
            for name, width in (
                ("news", 96), ("name", 60), ("certno", 148), ("kind", 78), ("place", 206), ("excess", 96), ("covered", 70)
            )
        },
    )


def left_out(found: Preview) -> None:
    st.caption(t("referral.left_out", total=show.number(sum(found.left_out.values()))))
    if found.left_out:
        st.table(
            {
                one.label: t("unit.people", count=show.number(found.left_out[one.value]))
                for one in LeftOut if one.value in found.left_out
            },
            border="horizontal",
        )


def propose_button(found: Preview, viewer: Actor) -> None:
    if found.run.trial:
        st.badge(t("referral.trial"), color="orange", icon=":material/science:")
        return
    if not permitted(viewer, Permission.DECIDE_CASES):
        st.caption(t("referral.propose.who"), width="content")
        return
    st.button(
        t("referral.propose", count=show.number(len(found.lines))), type="primary", icon=":material/outgoing_mail:",
        key="referral-propose", disabled=not found.lines,
        on_click=lambda: st.session_state.update({"referral-propose-asked": (found.asked, found.content_sha256)}),
    )


def do_asked(viewer: Actor) -> None:
    """Puts forward what the last click was about, as it was seen then."""
    if "referral-propose-asked" not in st.session_state:
        return
    asked, seen_sha256 = st.session_state.pop("referral-propose-asked")
    try:
        pack = packs.propose(asked, seen_sha256, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        return
    st.session_state.pop("referral-asked", None)
    st.success(t("referral.proposed", number=pack), icon=":material/check:")


def state_badge(row: PackRow) -> list[str]:
    return [show.word(PackState, row.state)]


def table(rows: list[PackRow]) -> None:
    """Every list, the newest first, each with a button that opens it."""
    text, ids = st.column_config.TextColumn, [row.id for row in rows]

    def remember() -> None:
        st.session_state["pack-opened"] = ids[st.session_state["pack-open"]["row"]]

    st.dataframe(
        pd.DataFrame(
            {
                "action": [t("list.open")] * len(rows),
                "number": [row.number or t("pack.unnumbered", number=row.id) for row in rows],
                "state": [state_badge(row) for row in rows],
                "department": [case_words.department_label(row.department) for row in rows],
                "month": [row.month for row in rows],
                "people": [row.people for row in rows],
                "news": [news_line(row) for row in rows],
                "excess": [show.ten_thousands(row.excess_fen) for row in rows],
                "answered": [f"{row.answered}/{row.in_scope}" if row.sent_at else "" for row in rows],
                "due": [row.due_on for row in rows],
                "proposed": [show.account(row.proposed_display) for row in rows],
                "digest": [row.content_sha256[:12] for row in rows],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=34, placeholder="—", alt=t("alt.packs"), key="packs-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key="pack-open", on_click=remember, width=60
            ),
            "number": text(t("pack.number"), width=150),
            "state": st.column_config.MultiselectColumn(
                t("pack.state"), options=[state.label for state in PackState],
                color=["orange", "gray", "blue", "blue", "green", "gray"], width=80,
            ),
            "department": text(t("referral.department"), width=150), "month": text(t("referral.month"), width=70),
            "people": st.column_config.NumberColumn(t("referral.people"), format="%d", width=56),
            "news": text(t("pack.news"), width=140), "excess": text(t("referral.excess"), width=86),
            "answered": text(t("pack.answered"), width=66),
            "due": st.column_config.DateColumn(t("pack.due"), format="YYYY-MM-DD", width=92),
            "proposed": text(t("pack.proposed"), width=104), "digest": text(t("pack.digest"), width=110),
        },
    )


def news_line(row: PackRow) -> str:
    found = row.counts["news"]
    return "、".join(f"{news.label} {found[news.value]}" for news in ReferralNews if news.value in found)


def page(viewer: Actor, run: Run) -> None:
    if (opened := st.session_state.pop("pack-opened", None)) is not None:
        st.switch_page("views/pack.py", query_params={"pack": str(opened)})
    st.header(t("nav.referrals"), anchor=False)
    st.caption(t("referral.note"))
    do_asked(viewer)
    people_list.do_asked(viewer)
    if not packs.offered(viewer):
        empty_state(":material/folder_off:", t("empty.no_case.title"), t("empty.no_case.text"))
        st.stop()
    form(viewer, run)
    previewed(viewer)
    with st.expander(t("admitted.expander"), icon=":material/local_hospital:", key="admitted", on_change="rerun") as hospitals:
        if hospitals.open:
            st.caption(t("admitted.lead"))
            people_list.form(viewer)
            people_list.previewed(viewer)
    rows = packs.packs(viewer)
    if rows:
        table(rows)
    else:
        empty_state(":material/outgoing_mail:", t("empty.no_pack.title"), t("empty.no_pack.text"))


if __name__ == "__main__":
    for_run(page, Permission.SEE_PEOPLE)
