"""预警名单: who is over a line, narrowed, sorted, paged and exported by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st

from dashboard import listview, queries, show
from dashboard.locale import t
from dashboard.parts import (
    banners,
    current_run,
    current_viewer,
    decimal_column,
    empty_state,
    new_list,
    page_key,
    run_line,
)
from monitor.casework import listing
from monitor.casework.listing import SORTS, AlertRow, Page
from monitor.casework.narrowing import Filters
from monitor.casework.overview import ACTIVE_STATES, Run
from monitor.errors import MonitorError
from monitor.reports.workbook import ALERT_COLUMNS
from monitor.vocabulary import AlertKind, Category

DEFAULTS = {
    "alerts-kinds": [],
    "alerts-states": list(ACTIVE_STATES),
    "alerts-categories": [],
    "alerts-districts": [],
    "alerts-months": [],
    "alerts-insutypes": [],
    "alerts-excess-from": "",
    "alerts-excess-to": "",
    "alerts-search": "",
}
STATE_COLORS = ["red", "orange", "blue", "green", "gray"]
STATES = [*ACTIVE_STATES, "cleared", "unconfirmed"]


def clear() -> None:
    for key, value in DEFAULTS.items():
        st.session_state[key] = value
    new_list("alerts")()


def filter_form(run: Run) -> Filters:
    """One form, so that nothing is queried while somebody is still choosing."""
    for key, value in DEFAULTS.items():
        st.session_state.setdefault(key, value)
    offered = queries.choices(run.run_id, current_viewer().scope)
    with st.form("alerts-filters", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kinds = listview.chooser("kinds", show.in_order(AlertKind, offered.kinds), show.kind_label, "alerts-kinds", 165)
            states = listview.chooser("states", STATES, show.state_label, "alerts-states", 255)
            categories = listview.chooser(
                "categories", show.in_order(Category, offered.categories), show.category_label, "alerts-categories", 175
            )
            districts = listview.chooser("districts", offered.districts, str, "alerts-districts", 140)
            months = listview.chooser("months", offered.months, show.month_label, "alerts-months", 170)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            insutypes = listview.chooser("insutypes", listview.INSUTYPE_GROUPS, show.insutype_group_label, "alerts-insutypes", 130)
            low = st.text_input(t("filter.excess_from"), key="alerts-excess-from", width=115, persist_state="session")
            high = st.text_input(t("filter.excess_to"), key="alerts-excess-to", width=115, persist_state="session")
            kind, typed = listview.search_fields("alerts")
            st.form_submit_button(
                t("filter.apply"),
                type="primary",
                icon=":material/search:",
                on_click=new_list("alerts"),
                key="alerts-apply",
            )
            st.form_submit_button(t("filter.clear"), on_click=clear, key="alerts-clear")
    excess_from, excess_to = listview.amounts(low, high)
    return Filters(
        kinds,
        states,
        categories,
        districts,
        months,
        insutypes,  # type: ignore[arg-type]  # INSUTYPE_GROUPS
        excess_from,
        excess_to,
        listview.search(kind, typed),
    )


def table(page: Page) -> None:
    """The page's rows: masked, and with nothing the viewer is not shown."""
    rows: list[AlertRow] = list(page.rows)  # type: ignore[arg-type]  # a page of alerts
    frame = pd.DataFrame(
        {
            "action": [t("list.open")] * len(rows),
            "name": [row.name_masked for row in rows],
            "certno": [row.certno_masked for row in rows],
            "kind": [show.kind_label(row.kind) for row in rows],
            "state": [[show.state_label(row.state)] for row in rows],
            "category": [show.category_label(row.category) for row in rows],
            "insutype": [show.insutype_label(row.insutype) for row in rows],
            "place": [f"{row.insu_admdvs} {row.town}".strip() for row in rows],
            "burden": decimal_column([row.burden_fen for row in rows]),
            "excess": decimal_column([row.excess_fen for row in rows]),
            "crossed_on": [row.crossed_on for row in rows],
        }
    )
    st.session_state["alerts-ids"] = [row.id for row in rows]
    text = st.column_config.TextColumn
    st.dataframe(
        frame,
        hide_index=True,
        lazy=False,
        height="content",
        row_height=34,
        placeholder="—",
        alt=t("alt.alerts"),
        key="alerts-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key="alerts-open", on_click=remember, width=60
            ),
            "name": text(t("column.name"), width=62),
            "certno": text(t("column.certno"), width=150),
            "kind": text(t("column.kind"), width=84),
            "state": st.column_config.MultiselectColumn(
                t("column.state"),
                options=[show.state_label(state) for state in STATES],
                color=STATE_COLORS,
                width=68,
            ),
            "category": text(t("column.category"), width=122),
            "insutype": text(t("column.insutype"), width=84),
            "place": text(t("column.place"), width=124),
            **listview.money_columns("burden", "excess"),
            "crossed_on": st.column_config.DateColumn(t("column.crossed_on"), format="YYYY-MM-DD", width=94),
        },
    )


def remember() -> None:
    """Which row's button was pressed; a callback cannot change the page itself."""
    st.session_state["open-alert"] = st.session_state["alerts-ids"][st.session_state["alerts-open"]["row"]]


def every_row(run: Run, filters: Filters, order: listview.Order) -> Callable[[], Iterator[AlertRow]]:
    scope = current_viewer().scope

    def rows() -> Iterator[AlertRow]:
        with queries.connection() as opened:
            yield from listing.alert_rows(opened, run.run_id, filters, order.sort, order.descending, scope)

    return rows


run = current_run()
if (opened := st.session_state.pop("open-alert", None)) is not None:
    st.switch_page("views/person.py", query_params={"alert": str(opened)})
st.header(t("nav.alerts"), anchor=False)
run_line(run)
banners(run)
try:
    filters = filter_form(run)
except MonitorError as error:
    st.error(error.sentence, icon=":material/error:")
    st.stop()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
        order = listview.order_fields("alerts", SORTS, new_list("alerts"))
    toolbar = st.container(horizontal=True, width="content")
number = st.session_state.get(paginator := page_key("alerts", run), 1)
scope = current_viewer().scope
page = queries.alert_page(run.run_id, filters, order.sort, order.descending, number, order.size, scope)
with toolbar:
    listview.export_buttons("alerts", run, page, filters, every_row(run, filters, order), ALERT_COLUMNS, current_viewer().id)
if not page.total:
    empty_state(":material/search_off:", t("empty.no_rows.title"), t("empty.no_rows.text"))
    st.stop()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    listview.result_line(page, number, order.size)
    st.pagination(-(-page.total // order.size), key=paginator, persist_state="session")
table(page)
st.caption(t("list.note"))
