"""应享未享: people due more than was paid, why, narrowed, sorted and exported; and any recognised person by number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.lists import listview
from dashboard.lists.listview import Column, PeopleList
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import banners, empty_state, run_line
from dashboard.queries import people_lists, run_figures, somebody
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AidMark, Category, Permission, ShortfallReason
from monitor.casework.reading import shortfalls
from monitor.casework.reading.listing import SHORTFALL_SORTS
from monitor.casework.reading.narrowing import EVERYBODY_DUE, ShortfallFilters
from monitor.casework.reading.overview import Run
from monitor.casework.reading.shortfalls import EntitledRun, ShortfallRow
from monitor.policy.document import Document
from monitor.reports.workbook import SHORTFALL_COLUMNS

MARKS = [mark.value for mark in AidMark]


def schedule_clauses(document: Document) -> tuple[str, ...]:
    """What the cover of a download names: the clauses of the document's schedules, once each."""
    assistance = document.provisions.assistance
    clauses = dict.fromkeys(one.clause for one in assistance.schedules) if assistance else {}
    return tuple(t("export.aid_clause", clause=clause) for clause in clauses)


DUE: PeopleList[ShortfallFilters, ShortfallRow] = PeopleList(
    name="due",
    person="due",
    defaults={"due-reasons": [], "due-categories": [], "due-districts": [], "due-months": [], "due-search": ""},
    sorts=tuple(SHORTFALL_SORTS),
    page=people_lists.shortfall_page,
    rows=shortfalls.shortfall_rows,
    # What is asked of everybody stands within 1280 pixels, marks too; place and day within 1440.
    columns=[
        listview.text("name", 52, lambda row: row.name_masked),
        listview.text("certno", 134, lambda row: row.certno_masked),
        listview.text("category", 118, lambda row: show.category_label(row.category)),
        listview.text("due_reason", 94, lambda row: show.due_reason_label(row.reason)),
        listview.money("expected", lambda row: row.expected_fen, 90),
        listview.money("actual", lambda row: row.actual_fen, 90),
        listview.money("shortfall", lambda row: row.shortfall_fen, 90),
        Column(
            "marks",
            lambda row: [t(f"mark.{mark}") for mark in row.marks.split()],
            st.column_config.MultiselectColumn(
                t("column.marks"), options=[t(f"mark.{mark}") for mark in MARKS], color="gray", width=116,
                help="；".join(f"{t(f'mark.{mark}')}：{mark.definition}" for mark in AidMark),
            ),
        ),
        listview.text("place", 206, listview.place),
        Column(
            "since", lambda row: row.since, st.column_config.DateColumn(t("column.since"), format="YYYY-MM-DD", width=86),
        ),
    ],
    export=SHORTFALL_COLUMNS,
    amount="shortfall",
    clauses=schedule_clauses,
)


def not_yet(run: Run, viewer: Actor) -> None:
    """Says that nobody has asked for this run's entitlements yet, and works them out if asked."""
    st.header(t("nav.due"), anchor=False)
    run_line(run)
    banners(run, viewer)
    may_run = permitted(viewer, Permission.RUN)
    empty_state(":material/calculate:", t("due.not_yet.title"), t("due.not_yet.text" if may_run else "due.not_yet.ask"))
    if not may_run:
        st.stop()
    if st.button(t("due.work_out"), type="primary", key="due-work-out"):
        try:
            with st.spinner(t("due.working")):
                run_figures.work_out_entitlements(run.run_id, viewer)
        except MonitorError as error:
            st.error(show.told(error), icon=":material/error:")
            st.stop()
        st.rerun()
    st.code(f"monitor entitlements --run {run.run_id}", language=None)
    st.stop()


def figures(found: EntitledRun, run: Run, viewer: Actor) -> None:
    """The run's figures, and what they are made of."""
    with st.grid(4, min_column_width=170):
        st.metric(t("due.recognised"), t("unit.people", count=show.number(found.recognised)), border=True,
                  help=t("due.recognised.help", computed=show.number(found.computed)))
        st.metric(t("due.due_more"), t("unit.people", count=show.number(found.due_more)), border=True)
        st.metric(t("due.shortfall"), show.ten_thousands(found.shortfall_fen), border=True)
        st.metric(t("due.no_route"), t("unit.people", count=show.number(found.no_route)), border=True, help=t("due.no_route.help"))
    absent, said = run_figures.entitled_without(run.run_id)
    if absent:
        st.caption(t("due.absent", names="、".join(absent)))
    for sentence in said:
        st.caption(show.plain(sentence))
    counts = run_figures.due_counts(run.run_id, viewer)
    labels: dict[str, Callable[[str], str]] = {
        "reason": show.due_reason_label, "category": show.category_label, "district": places.district,
        "month": show.month_label,
    }
    orders: dict[str, type[ShortfallReason | Category]] = {"reason": ShortfallReason, "category": Category}
    with st.expander(t("due.totals"), key="due-totals", on_change="rerun") as totals:
        if totals.open:
            for column, (name, label) in zip(st.columns(4), labels.items(), strict=True):
                with column:
                    st.caption(t(f"due.by.{name}"))
                    by_key = {one.key: one for one in counts[name]}
                    keys = show.in_order(orders[name], by_key) if name in orders else list(by_key)
                    st.table(
                        {
                            label(key): f"{show.number(by_key[key].people)} · {show.yuan(by_key[key].shortfall_fen)}"
                            for key in keys
                        },
                        border="horizontal",
                    )


def look_up(run: Run, viewer: Actor) -> None:
    """Anybody by number: what is typed goes no further than this session."""
    with st.form("due-look-up", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            t("due.look_up"), placeholder=t("due.look_up.placeholder"), key="due-number", autocomplete="off", width=260
        )
        asked = st.form_submit_button(t("due.look_up.button"), icon=":material/person_search:", key="due-look-up-button")
    if not asked or not typed.strip():
        return
    try:
        st.session_state["looked-up"] = somebody.looked_up(run.run_id, typed, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        return
    st.switch_page("views/person.py")


def filter_form(run: Run, viewer: Actor) -> ShortfallFilters:
    found = run_figures.entitled_run(run.run_id, viewer)
    if found is not None:
        figures(found, run, viewer)
    look_up(run, viewer)
    DUE.start_filters()
    offered = run_figures.due_counts(run.run_id, viewer)
    keys = {name: [one.key for one in counts] for name, counts in offered.items()}
    with st.form("due-filters", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        why, who = show.in_order(ShortfallReason, keys["reason"]), show.in_order(Category, keys["category"])
        reasons = listview.chooser("due_reasons", why, show.due_reason_label, "due-reasons", 165)
        categories = listview.chooser("categories", who, show.category_label, "due-categories", 165)
        districts = listview.chooser("districts", keys["district"], places.district, "due-districts", 130)
        months = listview.chooser("due_months", keys["month"], show.month_label, "due-months", 150)
        kind, typed = listview.search_fields("due")
        DUE.filter_buttons()
    return ShortfallFilters(reasons, categories, districts, months, listview.search(kind, typed))


def nobody(filters: ShortfallFilters) -> str:
    return t("empty.no_due.text" if filters == EVERYBODY_DUE else "empty.no_rows.text")


def page(viewer: Actor, run: Run) -> None:
    if not run_figures.is_entitled(run.run_id, viewer):
        not_yet(run, viewer)
    listview.show_list(DUE, viewer, run, filter_form, note=t("due.note"), empty_text=nobody)


if __name__ == "__main__":
    for_run(page, Permission.SEE_PEOPLE)
