"""案件: every case within one's scope, narrowed, sorted, paged and exported by the database; one act on all of a list."""

from __future__ import annotations

from functools import partial
from typing import get_args

import pandas as pd
import streamlit as st

from dashboard.casework import case_acts
from dashboard.casework import cases as casework
from dashboard.lists import listview
from dashboard.lists.case_export import OnScreen, an_export
from dashboard.lists.listview import Column, Look, Order
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import empty_state, new_list, page_key
from dashboard.queries import noted
from dashboard.text import case_words, places, show
from monitor.access.actor import Actor
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AlertKind, AlertState, CaseAct, Category, Permission, Role
from monitor.casework.cases import Decision, Preview
from monitor.casework.reading.case_choices import CaseChoices
from monitor.casework.reading.case_listing import CASE_SORTS, NOBODY, CaseFilters, CaseRow, Due
from monitor.casework.reading.listing import Page
from monitor.casework.reading.query import ListQuery
from monitor.casework.transitions import STAYING, TABLE, Way

DUE: tuple[Due, ...] = get_args(Due)
NEWS = [AlertState.RAISED.value, AlertState.NEW.value, AlertState.CLEARED.value, AlertState.UNCONFIRMED.value]


def look(names: dict[int, str]) -> Look[CaseRow]:
    """``names``: display name by account, for whom a case is given to."""
    date = st.column_config.DateColumn
    states = [case_words.state_label(state) for state in case_words.STATES]
    return Look(
        name="cases",
        person="case",
        opens="views/case.py",
        amount="cases",
        sort_words="case.sort",
        defaults={
            "cases-states": [], "cases-kinds": [], "cases-categories": [], "cases-districts": [], "cases-towns": [],
            "cases-assignees": [], "cases-documents": [], "cases-years": [], "cases-due": None, "cases-news": None,
            "cases-search": "",
        },
        sorts=tuple(CASE_SORTS),
        columns=[
            listview.text("name", 62, lambda row: row.name_masked),
            listview.text("certno", 144, lambda row: row.certno_masked),
            Column(
                "case_state", lambda row: [case_words.state_label(row.state)],
                st.column_config.MultiselectColumn(
                    t("column.case_state"), options=states, color=list(case_words.STATE_COLORS.values()), width=98
                ),
            ),
            listview.text("case_news", 66, lambda row: case_words.news_label(row.news)),
            listview.text("kind", 76, lambda row: show.kind_label(row.kind)),
            listview.text("place", 206, listview.place),
            listview.money("excess", lambda row: row.excess_fen, 94),
            Column("crossed_on", lambda row: row.crossed_on, date(t("column.crossed_on"), format="YYYY-MM-DD", width=90)),
            listview.text("assignee", 92, lambda row: names.get(row.assignee, "") if row.assignee else ""),
            Column("due_on", lambda row: row.due_on, date(t("column.due_on"), format="YYYY-MM-DD", width=94)),
        ],
    )


def filter_form(cases: Look[CaseRow], offered: CaseChoices, viewer: Actor) -> tuple[CaseFilters, tuple[str, ...]]:
    """The filters and the towns, which narrow the scope."""
    cases.start_filters()
    officers = {NOBODY: t("case.assignee.nobody")} | {one.account: one.display for one in casework.officers(viewer)}
    with st.form("cases-filters", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            states = listview.chooser("case.states", case_words.STATES, case_words.state_label, "cases-states", 170)
            kinds = listview.chooser("kinds", show.in_order(AlertKind, offered.kinds), show.kind_label, "cases-kinds", 130)
            categories = listview.chooser(
                "categories", show.in_order(Category, offered.categories), show.category_label, "cases-categories", 130
            )
            districts = listview.chooser("districts", offered.districts, places.district, "cases-districts", 150)
            towns = listview.chooser("case.towns", offered.towns, str, "cases-towns", 110)
            due = st.selectbox(
                t("filter.case.due"), DUE, index=None, format_func=lambda value: t(f"filter.case.due.{value}"),
                placeholder=t("filter.all"), key="cases-due", width=110, persist_state="session",
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            given = listview.chooser(
                "case.assignees", [str(number) for number in officers], lambda one: officers[int(one)], "cases-assignees", 140
            )
            news = st.selectbox(
                t("filter.case.news"), [True, False], index=None,
                format_func=lambda value: t(f"filter.case.news.{'yes' if value else 'no'}"), placeholder=t("filter.all"),
                key="cases-news", width=105, persist_state="session",
            )
            years: tuple[str, ...] = ()
            if len(offered.years) > 1 or st.session_state["cases-years"]:
                years = listview.chooser("case.years", [str(year) for year in offered.years], str, "cases-years", 110)
            documents: tuple[str, ...] = ()
            if len(offered.documents) > 1:
                documents = listview.chooser(
                    "case.documents", list(offered.documents), lambda one: offered.documents[one], "cases-documents", 180
                )
            kind, typed = listview.search_fields("cases")
            cases.filter_buttons()
    filters = CaseFilters(
        documents=documents, years=tuple(int(year) for year in years), states=states, kinds=kinds, categories=categories,
        districts=districts, assignees=tuple(int(number) for number in given), news=news, due=due,
        today=casework.today() if due else None, search=listview.search(kind, typed),
    )
    return filters, towns


def acts_on_lists(viewer: Actor) -> list[CaseAct]:
    """What the viewer may do to many at once: the acts of their roles that are done by hand, and those that leave a case in place."""
    moving = {row.act for row in TABLE if Way.HAND in row.ways and not viewer.roles.isdisjoint(row.roles)}
    staying = {CaseAct.ASSIGN, CaseAct.SET_DUE, CaseAct.NOTE} if Role.OFFICER in viewer.roles else set()
    return [act for act in CaseAct if act in moving | staying]


def bulk(filters: CaseFilters, narrowed_to: tuple[str, ...], viewer: Actor) -> None:
    """One act on all of the list: what it needs, then how many and which, then the act. Nothing happens before the second button."""
    acts = acts_on_lists(viewer)
    if not acts:
        return
    with st.expander(t("bulk.title"), icon=":material/checklist:", key="cases-bulk", on_change="rerun") as opened:
        if not opened.open:
            return
        act = CaseAct(
            st.selectbox(t("bulk.act"), [one.value for one in acts], format_func=case_words.act_label, key="bulk-act", width=260)
        )
        with st.form(f"bulk-form-{act.value}", border=False, width=620):
            case_acts.fields(f"bulk-{act.value}", act, casework.officers(viewer), casework.today())
            asked = st.form_submit_button(t("bulk.preview"), icon=":material/visibility:", key="bulk-preview")
        if asked:
            st.session_state.pop("bulk-seen", None)
            try:
                decision = case_acts.decision(f"bulk-{act.value}", act)
                st.session_state["bulk-seen"] = (
                    filters, narrowed_to, decision, casework.preview(filters, decision, casework.narrowed(viewer, narrowed_to))
                )
            except MonitorError as error:
                st.error(show.told(error), icon=":material/error:")
        seen = st.session_state.get("bulk-seen")
        if seen is not None and seen[0] == filters and seen[1] == narrowed_to and seen[2].act is act:
            confirm(viewer, *seen)


def confirm(viewer: Actor, filters: CaseFilters, towns: tuple[str, ...], decision: Decision, seen: Preview) -> None:
    """What was previewed, and the button that does it."""
    with st.container(border=True, key="bulk-seen-box"):
        for line in case_words.preview_lines(seen):
            st.markdown(line)
        if not seen.count:
            return
        which = filters if decision.act in STAYING else _only(filters, tuple(seen.states))
        first = casework.case_page(ListQuery(which, size=10), casework.narrowed(viewer, towns))
        st.dataframe(
            pd.DataFrame(
                {
                    t("column.name"): [row.name_masked for row in first.rows],
                    t("column.certno"): [row.certno_masked for row in first.rows],
                    t("column.case_state"): [case_words.state_label(row.state) for row in first.rows],
                    t("column.place"): [listview.place(row) for row in first.rows],
                    t("column.excess"): [show.yuan(row.excess_fen) for row in first.rows],
                }
            ),
            hide_index=True, lazy=False, height="content", row_height=34, placeholder="—", alt=t("alt.bulk"), key="bulk-table",
        )
        if first.total > len(first.rows):
            st.caption(t("bulk.first", shown=len(first.rows), total=show.number(first.total)))
        st.button(
            t("bulk.do", act=decision.act.label, count=show.number(seen.count)), type="primary", key="bulk-do",
            on_click=lambda: st.session_state.update({"bulk-asked": st.session_state.pop("bulk-seen")}),
        )


def _only(filters: CaseFilters, states: tuple[str, ...]) -> CaseFilters:
    kept = tuple(state for state in states if not filters.states or state in filters.states)
    return CaseFilters(**{**filters.__dict__, "states": kept})


def do_asked(viewer: Actor) -> None:
    """The act whose button was pressed at the end of the last run, before anything is read for this one."""
    if (asked := st.session_state.pop("bulk-asked", None)) is None:
        return
    filters, towns, decision, seen = asked
    try:
        done = casework.decide_listed(filters, decision, seen.selection_sha256, casework.narrowed(viewer, towns))
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.success(t("bulk.done", act=decision.act.label, count=show.number(done)), icon=":material/check:")


def page(viewer: Actor) -> None:
    names = casework.names(viewer)
    cases = look(names)
    cases.open_chosen()
    st.header(t("nav.cases"), anchor=False)
    st.caption(t("cases.note"))
    do_asked(viewer)
    offered = casework.choices(viewer)
    if not offered.years:
        empty_state(":material/folder_off:", t("empty.no_case.title"), t("empty.no_case.text"))
        st.stop()
    try:
        filters, towns = filter_form(cases, offered, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        st.stop()
    bulk(filters, towns, viewer)
    seeing = casework.narrowed(viewer, towns)

    def fetch(order: Order, number: int) -> Page[CaseRow]:
        noted.note_once(viewer, "cases", "screen:cases", {"searched": filters.search.kind if filters.search else None})
        found = casework.case_page(order.page(filters, number), seeing)
        if found.total and not found.rows:
            # Others have worked through the list meanwhile: there is no such page any more.
            new_list("cases")()
            st.rerun()
        return found

    listview.show_rows(
        cases, page_key("cases", ""), fetch,
        lambda page, order: partial(
            an_export, OnScreen(order.page(filters, 1).within(seeing.scope), page, towns, names, offered.documents), viewer
        ),
        viewer, t("empty.no_rows.text"),
    )


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE, after_a_run=True)
