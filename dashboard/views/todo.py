"""待办: what is due, late and missing, for whoever looks; each line leads to the list it is about."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.casework import cases as casework
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import card_title, empty_state, new_list, row_height
from dashboard.text import case_words, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import CaseState, Permission
from monitor.casework.reading.case_listing import NOBODY, CaseFilters, Workload
from monitor.casework.text_dates import Item, Obligation, Standing

#: Where each obligation is seen to.
PAGES = {
    Obligation.PUSH: "views/referrals.py", Obligation.ANSWERS: "views/referrals.py", Obligation.DECISIONS: "views/replies.py",
    Obligation.IDENTITIES_OWED: "views/replies.py", Obligation.RELIEFS: "views/replies.py",
    Obligation.CLAIMS: "views/shortfall.py", Obligation.SETTLEMENT: "views/institutions.py",
    Obligation.EVALUATION: "views/evaluation.py",
}
COLORS = {Standing.DONE: "green", Standing.DUE: "orange", Standing.LATE: "red", Standing.UNKNOWN: "gray"}
NO_FILTERS: dict[str, Any] = {
    "cases-states": [], "cases-kinds": [], "cases-categories": [], "cases-districts": [], "cases-towns": [], "cases-assignees": [],
    "cases-documents": [], "cases-years": [], "cases-due": None, "cases-news": None, "cases-search": "",
}


def to_cases(**filters: Any) -> None:
    """The list of cases with these filters and no others."""
    st.session_state.update(NO_FILTERS | {f"cases-{name}": value for name, value in filters.items()})
    new_list("cases")()
    st.session_state["todo-go"] = "views/cases.py"


def card(name: str, filters: CaseFilters, viewer: Actor, **widgets: Any) -> None:
    """How many there are of something, and the way to them."""
    found = casework.count(filters, viewer)
    with st.container(border=True, height="stretch", key=f"todo-{name}"):
        st.metric(t(f"todo.{name}"), t("unit.cases", count=show.number(found)), help=t(f"todo.{name}.help"))
        st.button(t("todo.open"), key=f"todo-{name}-open", type="tertiary", disabled=not found, on_click=to_cases, kwargs=widgets)


def cards(viewer: Actor) -> None:
    today = casework.today()
    with st.grid(4, min_column_width=190):
        if permitted(viewer, Permission.DECIDE_CASES):
            mine = (viewer.account or NOBODY,)
            card("mine", CaseFilters(assignees=mine, states=GOING_ON), assignees=[str(mine[0])], states=list(GOING_ON), viewer=viewer)
        card("new", CaseFilters(states=(CaseState.NEW.value,)), states=[CaseState.NEW.value], viewer=viewer)
        card("news", CaseFilters(news=True), news=True, viewer=viewer)
        card("overdue", CaseFilters(due="overdue", today=today), due="overdue", viewer=viewer)
        card("soon", CaseFilters(due="soon", today=today), due="soon", viewer=viewer)
        card("ready", CaseFilters(states=(CaseState.READY.value,)), states=[CaseState.READY.value], viewer=viewer)
        card("recognised", CaseFilters(states=(CaseState.ACCEPTED.value,)), states=[CaseState.ACCEPTED.value], viewer=viewer)


def calendar(items: list[Item]) -> None:
    """Identity lists, pushes, answers: what the month asks for, and what of it is late."""
    with st.container(border=True):
        card_title(t("todo.calendar"))
        if not items:
            st.caption(t("todo.calendar.none"))
            return
        pages = [PAGES.get(item.what) for item in items]
        said = ["；".join(part for part in (item.sentence, item.note) if part) for item in items]

        def remember() -> None:
            st.session_state["todo-go"] = pages[st.session_state["todo-go-row"]["row"]] or "views/todo.py"

        text = st.column_config.TextColumn
        st.dataframe(
            pd.DataFrame(
                {
                    "action": [t("todo.go") if page else "—" for page in pages],
                    "standing": [[item.standing.label] for item in items],
                    "what": [item.what.label for item in items],
                    "department": [case_words.department_label(item.department) for item in items],
                    "due": [item.due for item in items],
                    "said": said,
                }
            ),
            hide_index=True, lazy=False, height="content", placeholder="—", alt=t("todo.calendar"),
            row_height=row_height((said, 520)), key="todo-calendar",
            column_config={
                "action": st.column_config.ButtonColumn(
                    t("column.action"), type="secondary", key="todo-go-row", on_click=remember, width=60
                ),
                "standing": st.column_config.MultiselectColumn(
                    t("todo.standing"), options=[one.label for one in Standing], color=list(COLORS.values()), width=74
                ),
                "what": text(t("todo.what"), width=86), "department": text(t("referral.department"), width=150),
                "due": st.column_config.DateColumn(t("todo.due"), format="YYYY-MM-DD", width=94),
                "said": text(t("todo.said"), width=520),
            },
        )


def officers(found: tuple[Workload, ...]) -> None:
    """What each officer has in hand; a row leads to what is overdue, or else to all of theirs."""
    if not found:
        return

    def remember() -> None:
        row = found[st.session_state["todo-officer-row"]["row"]]
        to_cases(assignees=[str(row.assignee or NOBODY)], **({"due": "overdue"} if row.overdue else {"states": list(GOING_ON)}))

    count = st.column_config.NumberColumn
    with st.container(border=True):
        card_title(t("todo.officers"))
        st.dataframe(
            pd.DataFrame(
                {
                    "action": [t("todo.go")] * len(found),
                    "who": [row.display or t("case.assignee.nobody") for row in found],
                    "open": [row.open for row in found],
                    "soon": [row.soon for row in found],
                    "overdue": [row.overdue for row in found],
                }
            ),
            hide_index=True, lazy=False, height="content", row_height=34, alt=t("todo.officers"), key="todo-officers",
            column_config={
                "action": st.column_config.ButtonColumn(
                    t("column.action"), type="secondary", key="todo-officer-row", on_click=remember, width=60
                ),
                "who": st.column_config.TextColumn(t("case.assignee"), width=200),
                **{name: count(t(f"todo.officer.{name}"), format="%d", width=110) for name in ("open", "soon", "overdue")},
            },
        )


#: What is not excluded or closed.
GOING_ON = tuple(state.value for state in CaseState if state not in (CaseState.EXCLUDED, CaseState.CLOSED))


def page(viewer: Actor) -> None:
    if (going := st.session_state.pop("todo-go", None)) is not None and going != "views/todo.py":
        st.switch_page(going)
    st.header(t("nav.todo"), anchor=False)
    st.caption(t("todo.note"))
    cards(viewer)
    try:
        calendar(casework.due(viewer))
    except MonitorError as error:
        empty_state(":material/event_busy:", t("todo.calendar"), show.told(error))
    officers(casework.workloads(viewer))


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE, after_a_run=True)
