"""同人认定: numbers that may be one person, with the money on both sides and together, and a person's word on each."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.casework import joins
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import card_title, document_words, empty_state, row_height, unnumbered, word_of
from dashboard.queries import noted, reviewed
from dashboard.queries.pairs import JoinRow
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AlertKind, JoinState, Permission

#: Widths of the columns of sentences.
NOTE, WORD = 220, 260


def amount(fen: int | None) -> str:
    return "—" if fen is None else show.yuan(fen)


def person(row: JoinRow, side: int) -> str:
    return t("join.person", name=row.names[side] or t("join.no_name"), certno=row.certnos[side] or t("join.no_number"))


def table(rows: list[JoinRow]) -> None:
    text: Any = st.column_config.TextColumn
    notes = [row.note for row in rows]
    words = [word_of(row.by, row.decided_at, row.reason) for row in rows]
    st.dataframe(
        pd.DataFrame(
            {
                "number": [f"J{row.number}" if row.number else "" for row in rows],
                "state": [[row.state.label] for row in rows],
                "one": [person(row, 0) for row in rows],
                "amount": [amount(row.amounts[0]) for row in rows],
                "other": [person(row, 1) for row in rows],
                "other_amount": [amount(row.amounts[1]) for row in rows],
                "together": [amount(row.together) for row in rows],
                "crosses": [[show.kind_label(kind) for kind in row.crosses] for row in rows],
                "note": notes,
                "word": words,
            }
        ),
        hide_index=True, lazy=False, height="content" if len(rows) <= 30 else 1080, placeholder="—",
        row_height=row_height((notes, NOTE), (words, WORD)), alt=t("join.alt"), key="joins",
        column_config={
            "number": text(t("join.number"), width=46),
            "state": st.column_config.MultiselectColumn(
                t("join.state"), options=[state.label for state in JoinState],
                color=["orange", "green", "gray", "green", "green"], width=82,
            ),
            "one": text(t("join.one"), width=172), "amount": text(t("join.amount"), width=96, alignment="right"),
            "other": text(t("join.other"), width=172),
            "other_amount": text(t("join.other_amount"), width=96, alignment="right"),
            "together": text(t("join.together"), width=96, alignment="right"),
            "crosses": st.column_config.MultiselectColumn(
                t("join.crosses"), options=[show.kind_label(kind) for kind in AlertKind], color="red", width=92,
                help=t("join.crosses.help"),
            ),
            "note": text(t("join.note"), width=NOTE), "word": text(t("join.decided"), width=WORD),
        },
    )


def form(rows: list[JoinRow]) -> None:
    """One pair at a time, with a reason; the numbers' other birth date or sex has to be confirmed apart."""
    by_number = {row.number: row for row in rows if row.number}
    if not by_number:
        return

    def remember(together: bool | None) -> None:
        state = st.session_state
        seen = by_number[state["join-number"]].decided_at
        state["join-asked"] = (state["join-number"], together, state["join-reason"], state["join-twice"], seen)

    with st.form("join-decide", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                t("join.which"), list(by_number), key="join-number", width=420,
                format_func=lambda number: t(
                    "join.option", number=number, state=by_number[number].state.label, one=person(by_number[number], 0),
                    other=person(by_number[number], 1),
                ),
            )
            st.text_input(t("join.reason"), key="join-reason", max_chars=500, placeholder=t("join.reason.example"), width=420)
        st.checkbox(t("join.twice"), key="join-twice")
        with st.container(horizontal=True):
            st.form_submit_button(t("join.together.do"), type="primary", key="join-do", on_click=remember, args=(True,))
            st.form_submit_button(t("join.apart.do"), key="join-apart", on_click=remember, args=(False,))
            st.form_submit_button(t("join.undo.do"), key="join-undo", on_click=remember, args=(None,))


def do_asked(viewer: Actor) -> None:
    """Settles the pair of the last click, as it was seen then."""
    if (asked := st.session_state.pop("join-asked", None)) is None:
        return
    number, together, reason, twice, seen = asked
    try:
        joins.settle(number, viewer, together=together, reason=reason, twice=twice, seen=seen)
    except MonitorError as error:
        st.error(show.plain(show.told(error)), icon=":material/error:")
    else:
        done = "join.undone" if together is None else "join.done" if together else "join.parted"
        st.success(t(done, number=number), icon=":material/check:")


def page(viewer: Actor) -> None:
    st.header(t("nav.joins"), anchor=False)
    st.caption(t("join.intro"))
    do_asked(viewer)
    try:
        with st.spinner(t("join.working")):
            found = reviewed.joins(viewer)
    except MonitorError as error:
        empty_state(":material/group_add:", t("join.none.title"), show.told(error))
        st.stop()
    noted.note_once(viewer, "joins", joins.WHERE, {"rows": len(found.rows)})
    if found.lacking:
        st.warning(show.plain(found.lacking), icon=":material/data_alert:")
    if found.half:
        st.caption(t("join.half", count=show.number(found.half)))
    if not found.rows:
        empty_state(":material/group_add:", t("join.none.title"), t("join.none.text"))
        st.stop()
    rows = sorted(found.rows, key=lambda row: (row.state is not JoinState.OPEN, not row.crosses, row.number is None, row.number))
    with st.container(border=True):
        waiting = sum(row.state is JoinState.OPEN for row in rows)
        crossing = sum(row.state is JoinState.OPEN and bool(row.crosses) for row in rows)
        card_title(t("join.title", waiting=show.number(waiting), crossing=show.number(crossing), count=show.number(len(rows))))
        if found.document:
            st.caption(t("join.of", document=document_words(found.document), as_of=found.as_of))
        table(rows)
    may_decide = permitted(viewer, Permission.IMPORT_DATA)
    give = partial(joins.give_numbers, viewer) if may_decide else None
    unnumbered(sum(row.number is None for row in rows), "join", give)
    if may_decide:
        form(rows)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE)
