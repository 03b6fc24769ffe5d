"""另列人员: over a line, and not in the alerts: no rule covers them, insured elsewhere, or dead."""

from __future__ import annotations

import streamlit as st

from dashboard.lists import listview
from dashboard.lists.listview import PeopleList
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.queries import people_lists
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.base.vocabulary import Category, Permission, SetAside
from monitor.casework.reading import listing
from monitor.casework.reading.listing import ASIDE_SORTS, AsideRow
from monitor.casework.reading.narrowing import EVERYBODY_ASIDE, AsideFilters
from monitor.casework.reading.overview import Run
from monitor.reports.workbook import ASIDE_COLUMNS

ASIDE: PeopleList[AsideFilters, AsideRow] = PeopleList(
    name="aside",
    person="aside",
    defaults={"aside-reasons": [], "aside-categories": [], "aside-insutypes": [], "aside-search": ""},
    sorts=ASIDE_SORTS,
    page=people_lists.aside_page,
    rows=listing.set_aside_rows,
    columns=[
        listview.text("name", 62, lambda row: row.name_masked),
        listview.text("certno", 150, lambda row: row.certno_masked),
        listview.text("reason", 160, lambda row: show.aside_label(row.reason)),
        listview.text("category", 140, lambda row: show.category_label(row.category)),
        listview.text("insutype", 90, lambda row: show.insutype_label(row.insutype)),
        listview.text("place", 206, listview.place),
        listview.money("burden", lambda row: row.burden_fen),
        listview.money("excess", lambda row: row.excess_fen),
    ],
    export=ASIDE_COLUMNS,
)


def filter_form(run: Run, viewer: Actor) -> AsideFilters:
    ASIDE.start_filters()
    with st.form("aside-filters", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        reasons = listview.chooser("reasons", [reason.value for reason in SetAside], show.aside_label, "aside-reasons", 205)
        categories = listview.chooser(
            "categories", [category.value for category in Category], show.category_label, "aside-categories", 165
        )
        insutypes = listview.chooser("insutypes", listview.INSUTYPE_GROUPS, show.insutype_group_label, "aside-insutypes", 120)
        kind, typed = listview.search_fields("aside")
        ASIDE.filter_buttons()
    return AsideFilters(reasons=reasons, categories=categories, insutypes=insutypes, search=listview.search(kind, typed))


def nobody(filters: AsideFilters) -> str:
    return t("empty.no_aside.text" if filters == EVERYBODY_ASIDE else "empty.no_rows.text")


def page(viewer: Actor, run: Run) -> None:
    listview.show_list(ASIDE, viewer, run, filter_form, note=t("aside.note"), empty_text=nobody)


if __name__ == "__main__":
    for_run(page, Permission.SEE_PEOPLE)
