"""预警名单: who is over a line, narrowed, sorted, paged and exported by the database."""

from __future__ import annotations

import streamlit as st

from dashboard.lists import listview
from dashboard.lists.listview import Column, PeopleList
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.queries import people_lists, run_figures
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.base.vocabulary import AlertKind, Category, Permission
from monitor.casework.reading import listing
from monitor.casework.reading.listing import SORTS, AlertRow
from monitor.casework.reading.narrowing import Filters
from monitor.casework.reading.overview import ACTIVE_STATES, Run
from monitor.reports.workbook import ALERT_COLUMNS

STATES = [*ACTIVE_STATES, "cleared", "unconfirmed"]
STATE_COLORS = ["red", "orange", "blue", "green", "gray"]

ALERTS: PeopleList[Filters, AlertRow] = PeopleList(
    name="alerts",
    person="alert",
    defaults={
        "alerts-kinds": [],
        "alerts-states": list(ACTIVE_STATES),
        "alerts-categories": [],
        "alerts-districts": [],
        "alerts-months": [],
        "alerts-insutypes": [],
        "alerts-excess-from": "",
        "alerts-excess-to": "",
        "alerts-search": "",
    },
    sorts=tuple(SORTS),
    page=people_lists.alert_page,
    rows=listing.alert_rows,
    # All of them stand within 1366 pixels.
    columns=[
        listview.text("name", 52, lambda row: row.name_masked),
        listview.text("certno", 142, lambda row: row.certno_masked),
        listview.text("kind", 76, lambda row: show.kind_label(row.kind)),
        Column(
            "state",
            lambda row: [show.state_label(row.state)],
            st.column_config.MultiselectColumn(
                t("column.state"), options=[show.state_label(state) for state in STATES], color=STATE_COLORS, width=64
            ),
        ),
        listview.text("category", 118, lambda row: show.category_label(row.category)),
        listview.text("insutype", 84, lambda row: show.insutype_label(row.insutype)),
        listview.text("place", 198, listview.place),
        listview.money("burden", lambda row: row.burden_fen, 98),
        listview.money("excess", lambda row: row.excess_fen, 98),
        Column(
            "crossed_on",
            lambda row: row.crossed_on,
            st.column_config.DateColumn(t("column.crossed_on"), format="YYYY-MM-DD", width=92),
        ),
    ],
    export=ALERT_COLUMNS,
)


def filter_form(run: Run, viewer: Actor) -> Filters:
    """One form, so that nothing is queried while somebody is still choosing."""
    ALERTS.start_filters()
    offered = run_figures.choices(run.run_id, viewer)
    with st.form("alerts-filters", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kinds = listview.chooser("kinds", show.in_order(AlertKind, offered.kinds), show.kind_label, "alerts-kinds", 165)
            states = listview.chooser("states", STATES, show.state_label, "alerts-states", 255)
            categories = listview.chooser(
                "categories", show.in_order(Category, offered.categories), show.category_label, "alerts-categories", 175
            )
            districts = listview.chooser("districts", offered.districts, places.district, "alerts-districts", 165)
            months = listview.chooser("months", offered.months, show.month_label, "alerts-months", 150)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            insutypes = listview.chooser("insutypes", listview.INSUTYPE_GROUPS, show.insutype_group_label, "alerts-insutypes", 130)
            low = st.text_input(t("filter.excess_from"), key="alerts-excess-from", width=115, persist_state="session")
            high = st.text_input(t("filter.excess_to"), key="alerts-excess-to", width=115, persist_state="session")
            kind, typed = listview.search_fields("alerts")
            ALERTS.filter_buttons()
    excess_from, excess_to = listview.amounts(low, high)
    search = listview.search(kind, typed)
    return Filters(kinds, states, categories, districts, months, insutypes, excess_from, excess_to, search)


def page(viewer: Actor, run: Run) -> None:
    listview.show_list(ALERTS, viewer, run, filter_form)


if __name__ == "__main__":
    for_run(page, Permission.SEE_PEOPLE)
