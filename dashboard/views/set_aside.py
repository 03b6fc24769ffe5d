"""另列人员: over a line, and not in the alerts: no rule covers them, insured elsewhere, or dead."""

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
from monitor.casework.listing import ASIDE_SORTS, AsideRow, Page
from monitor.casework.narrowing import AsideFilters
from monitor.casework.overview import Run
from monitor.errors import MonitorError
from monitor.reports.workbook import ASIDE_COLUMNS
from monitor.vocabulary import Category, SetAside

DEFAULTS = {"aside-reasons": [], "aside-categories": [], "aside-insutypes": [], "aside-search": ""}


def clear() -> None:
    for key, value in DEFAULTS.items():
        st.session_state[key] = value
    new_list("aside")()


def filter_form() -> AsideFilters:
    for key, value in DEFAULTS.items():
        st.session_state.setdefault(key, value)
    with (
        st.form("aside-filters", border=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        reasons = listview.chooser("reasons", [reason.value for reason in SetAside], show.aside_label, "aside-reasons", 205)
        categories = listview.chooser(
            "categories", [category.value for category in Category], show.category_label, "aside-categories", 165
        )
        insutypes = listview.chooser("insutypes", listview.INSUTYPE_GROUPS, show.insutype_group_label, "aside-insutypes", 120)
        kind, typed = listview.search_fields("aside")
        st.form_submit_button(
            t("filter.apply"), type="primary", icon=":material/search:", on_click=new_list("aside"), key="aside-apply"
        )
        st.form_submit_button(t("filter.clear"), on_click=clear, key="aside-clear")
    return AsideFilters(
        reasons=reasons,
        categories=categories,
        insutypes=insutypes,  # type: ignore[arg-type]  # INSUTYPE_GROUPS
        search=listview.search(kind, typed),
    )


def table(page: Page) -> None:
    rows: list[AsideRow] = list(page.rows)  # type: ignore[arg-type]  # a page of people set aside
    frame = pd.DataFrame(
        {
            "action": [t("list.open")] * len(rows),
            "name": [row.name_masked for row in rows],
            "certno": [row.certno_masked for row in rows],
            "reason": [show.aside_label(row.reason) for row in rows],
            "category": [show.category_label(row.category) for row in rows],
            "insutype": [show.insutype_label(row.insutype) for row in rows],
            "place": [f"{row.insu_admdvs} {row.town}".strip() for row in rows],
            "burden": decimal_column([row.burden_fen for row in rows]),
            "excess": decimal_column([row.excess_fen for row in rows]),
        }
    )
    st.session_state["aside-ids"] = [row.id for row in rows]
    text = st.column_config.TextColumn
    st.dataframe(
        frame,
        hide_index=True,
        lazy=False,
        height="content",
        row_height=34,
        placeholder="—",
        alt=t("alt.aside"),
        key="aside-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key="aside-open", on_click=remember, width=60
            ),
            "name": text(t("column.name"), width=62),
            "certno": text(t("column.certno"), width=158),
            "reason": text(t("column.reason"), width=160),
            "category": text(t("column.category"), width=140),
            "insutype": text(t("column.insutype"), width=90),
            "place": text(t("column.place"), width=140),
            **listview.money_columns("burden", "excess"),
        },
    )


def remember() -> None:
    st.session_state["open-aside"] = st.session_state["aside-ids"][st.session_state["aside-open"]["row"]]


def every_row(run: Run, filters: AsideFilters, order: listview.Order) -> Callable[[], Iterator[AsideRow]]:
    scope = current_viewer().scope

    def rows() -> Iterator[AsideRow]:
        with queries.connection() as opened:
            yield from listing.set_aside_rows(opened, run.run_id, filters, order.sort, order.descending, scope)

    return rows


run = current_run()
if (chosen := st.session_state.pop("open-aside", None)) is not None:
    st.switch_page("views/person.py", query_params={"aside": str(chosen)})
st.header(t("nav.aside"), anchor=False)
run_line(run)
st.caption(t("aside.note"))
banners(run)
try:
    filters = filter_form()
except MonitorError as error:
    st.error(error.sentence, icon=":material/error:")
    st.stop()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
        order = listview.order_fields("aside", ASIDE_SORTS, new_list("aside"))
    toolbar = st.container(horizontal=True, width="content")
number = st.session_state.get(paginator := page_key("aside", run), 1)
scope = current_viewer().scope
page = queries.aside_page(run.run_id, filters, order.sort, order.descending, number, order.size, scope)
with toolbar:
    listview.export_buttons("aside", run, page, filters, every_row(run, filters, order), ASIDE_COLUMNS, current_viewer().id)
if not page.total:
    nothing = filters == AsideFilters()
    text = t("empty.no_aside.text") if nothing else t("empty.no_rows.text")
    empty_state(":material/search_off:", t("empty.no_rows.title"), text)
    st.stop()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    listview.result_line(page, number, order.size)
    st.pagination(-(-page.total // order.size), key=paginator, persist_state="session")
table(page)
st.caption(t("list.note"))
