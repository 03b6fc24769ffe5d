"""重复结算: settlements that may be one under two ids, with what leaving them out does to a line, and a person's word on each."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.casework import duplicates
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import card_title, document_words, empty_state, row_height, unnumbered, word_of
from dashboard.queries import noted, reviewed
from dashboard.queries.pairs import DuplicateRow
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AlertKind, Permission
from monitor.review.duplicates import DuplicateState

#: Widths of the columns of sentences.
BECAUSE, HOSPITAL, WORD = 170, 206, 260


def both(sides: tuple[str, str]) -> str:
    """What the two have in common once, what they have not both."""
    return sides[0] if sides[0] == sides[1] else t("duplicate.both", one=sides[0] or "—", other=sides[1] or "—")


def person(row: DuplicateRow) -> str:
    return t("join.person", name=row.name or t("join.no_name"), certno=row.certno or t("join.no_number"))


def effect(row: DuplicateRow) -> str:
    if row.burden is None or row.without_all is None:
        return ""
    return t(
        "duplicate.still" if row.over else "duplicate.no_longer", burden=show.yuan(row.burden), without=show.yuan(row.without_all)
    )


def table(rows: list[DuplicateRow]) -> None:
    text: Any = st.column_config.TextColumn
    becauses = [row.because for row in rows]
    hospitals = [both(row.hospitals) for row in rows]
    words = [word_of(row.by, row.decided_at, row.reason) for row in rows]
    kinds = [[show.kind_label(row.kind)] if row.kind else [] for row in rows]
    st.dataframe(
        pd.DataFrame(
            {
                "number": [f"D{row.number}" if row.number else "" for row in rows],
                "state": [[row.state.label] for row in rows],
                "person": [person(row) for row in rows],
                "amount": [show.yuan(row.amount) for row in rows],
                "line": kinds,
                "effect": [effect(row) for row in rows],
                "because": becauses,
                "ids": [t("duplicate.both", one=row.setl_ids[0], other=row.setl_ids[1]) for row in rows],
                "time": [both((row.times[0].replace("T", " "), row.times[1].replace("T", " "))) for row in rows],
                "hospital": hospitals,
                "word": words,
            }
        ),
        hide_index=True, lazy=False, height="content" if len(rows) <= 30 else 1080, placeholder="—",
        row_height=row_height((becauses, BECAUSE), (hospitals, HOSPITAL), (words, WORD)), alt=t("duplicate.alt"), key="duplicates",
        column_config={
            "number": text(t("join.number"), width=50),
            "state": st.column_config.MultiselectColumn(
                t("join.state"), options=[state.label for state in DuplicateState], color=["orange", "green", "gray"], width=96,
            ),
            "person": text(t("duplicate.person"), width=170), "amount": text(t("duplicate.amount"), width=104, alignment="right"),
            "ids": text(t("duplicate.ids"), width=206), "time": text(t("duplicate.time"), width=170),
            "because": text(t("duplicate.because"), width=BECAUSE),
            "line": st.column_config.MultiselectColumn(
                t("duplicate.line"), options=[show.kind_label(kind) for kind in AlertKind], color="red", width=104,
            ),
            "effect": text(t("duplicate.effect"), width=256, help=t("duplicate.effect.help")),
            "hospital": text(t("duplicate.hospital"), width=HOSPITAL), "word": text(t("join.decided"), width=WORD),
        },
    )


def form(rows: list[DuplicateRow]) -> None:
    """One at a time, with a reason."""
    by_number = {row.number: row for row in rows if row.number}
    if not by_number:
        return

    def remember(same: bool | None) -> None:
        state = st.session_state
        seen = by_number[state["duplicate-number"]].decided_at
        state["duplicate-asked"] = (state["duplicate-number"], same, state["duplicate-reason"], seen)

    with st.form("duplicate-decide", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                t("duplicate.which"), list(by_number), key="duplicate-number", width=420,
                format_func=lambda number: t(
                    "duplicate.option", number=number, state=by_number[number].state.label, person=person(by_number[number]),
                    amount=show.yuan(by_number[number].amount),
                ),
            )
            st.text_input(
                t("join.reason"), key="duplicate-reason", max_chars=500, placeholder=t("duplicate.reason.example"), width=420
            )
        with st.container(horizontal=True):
            st.form_submit_button(t("duplicate.same.do"), type="primary", key="duplicate-same", on_click=remember, args=(True,))
            st.form_submit_button(t("duplicate.distinct.do"), key="duplicate-distinct", on_click=remember, args=(False,))
            st.form_submit_button(t("duplicate.undo.do"), key="duplicate-undo", on_click=remember, args=(None,))


def do_asked(viewer: Actor) -> None:
    """Settles the one of the last click, as it was seen then."""
    if (asked := st.session_state.pop("duplicate-asked", None)) is None:
        return
    number, same, reason, seen = asked
    try:
        duplicates.settle(number, viewer, same=same, reason=reason, seen=seen)
    except MonitorError as error:
        st.error(show.plain(show.told(error)), icon=":material/error:")
    else:
        done = "duplicate.undone" if same is None else "duplicate.done" if same else "duplicate.told_apart"
        st.success(t(done, number=number), icon=":material/check:")


def page(viewer: Actor) -> None:
    st.header(t("nav.duplicates"), anchor=False)
    st.caption(t("duplicate.intro"))
    do_asked(viewer)
    try:
        with st.spinner(t("duplicate.working")):
            found = reviewed.duplicates(viewer)
    except MonitorError as error:
        empty_state(":material/file_copy:", t("duplicate.none.title"), show.told(error))
        st.stop()
    noted.note_once(viewer, "duplicates", duplicates.WHERE, {"rows": len(found.rows)})
    st.caption(t("duplicate.counts" if found.counts else "duplicate.left_out"))
    if found.half:
        st.caption(t("duplicate.half", count=show.number(found.half)))
    if not found.rows:
        empty_state(":material/file_copy:", t("duplicate.none.title"), t("duplicate.none.text"))
        st.stop()
    rows = sorted(
        found.rows, key=lambda row: (row.state is not DuplicateState.OPEN, row.over is not False, row.number is None, row.number)
    )
    with st.container(border=True):
        waiting = [row for row in rows if row.state is DuplicateState.OPEN]
        crossing = sum(row.over is False for row in waiting)
        card_title(
            t("duplicate.title", waiting=show.number(len(waiting)), crossing=show.number(crossing), count=show.number(len(rows)))
        )
        if found.document:
            st.caption(t("duplicate.of", document=document_words(found.document), as_of=found.as_of))
        table(rows)
    may_decide = permitted(viewer, Permission.IMPORT_DATA)
    give = partial(duplicates.give_numbers, viewer) if may_decide else None
    unnumbered(sum(row.number is None for row in rows), "duplicate", give)
    if may_decide:
        form(rows)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE)
