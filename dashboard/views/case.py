"""案件详情: where one case stands, what it is about, what was done with it, and the buttons for what can be done next.

The address carries the case's number only (``?case=``). A button's act is answered before the page is read anew: if another
officer was first, they are told who, when and what, and see the case as it stands.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.casework import case_acts, case_reliefs
from dashboard.casework import cases as casework
from dashboard.casework.cases import Seen
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import asked_number, card_title, empty_state, pairs, row_height
from dashboard.person import reveal
from dashboard.queries import noted, run_figures
from dashboard.text import case_words, places, show
from dashboard.text.case_words import STATE_COLORS
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, CaseAct, CaseState, Permission
from monitor.casework.reading.case_listing import CaseRow
from monitor.casework.transitions import acts_from

#: The width of the history's column of reasons and remarks.
SAID = 520
ICONS = {
    CaseAct.REVIEW: ":material/search:", CaseAct.EXCLUDE: ":material/block:", CaseAct.RESTORE: ":material/undo:",
    CaseAct.MARK_READY: ":material/task_alt:", CaseAct.SEND_BACK: ":material/reply:", CaseAct.ACCEPT: ":material/verified_user:",
    CaseAct.REFUSE: ":material/do_not_disturb_on:", CaseAct.FIND_COVERED: ":material/shield_person:",
    CaseAct.FIND_DECEASED: ":material/person_off:", CaseAct.FIND_UNREACHABLE: ":material/phone_disabled:",
    CaseAct.ARRANGE_RELIEF: ":material/volunteer_activism:", CaseAct.CLOSE: ":material/lock:", CaseAct.REOPEN: ":material/lock_open:",
    CaseAct.ASSIGN: ":material/assignment_ind:", CaseAct.NOTE: ":material/edit_note:", CaseAct.SET_DUE: ":material/event:",
}
#: What an officer does when all is well is the button that stands out.
FORWARD = {CaseAct.REVIEW, CaseAct.MARK_READY, CaseAct.ACCEPT, CaseAct.ARRANGE_RELIEF}


def answer_button(case_id: int, viewer: Actor) -> None:
    """Does what was asked for by the last click, at the version that was on the screen then."""
    asked = st.session_state.pop("case-asked", None)
    if asked is None or asked[0] != case_id:
        return
    _, version, prefix, act = asked
    try:
        casework.decide(case_id, version, case_acts.decision(prefix, CaseAct(act)), viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.success(t("case.done", act=case_words.act_label(act)), icon=":material/check:")


def act_form(row: CaseRow, act: CaseAct, viewer: Actor) -> None:
    """A button that opens the act's form. What was typed stays there until the case has moved."""
    prefix = f"act-{row.version}-{act.value}"

    def remember() -> None:
        st.session_state["case-asked"] = (row.id, row.version, prefix, act.value)

    kind = "primary" if act in FORWARD else "secondary"
    with (
        st.popover(act.label, icon=ICONS.get(act), key=f"open-{prefix}", type=kind),  # type: ignore[arg-type]
        st.form(f"form-{prefix}", border=False, width=420),
    ):
        case_acts.fields(prefix, act, casework.officers(viewer), casework.today())
        st.form_submit_button(t("case.confirm", act=act.label), type="primary", key=f"do-{act.value}", on_click=remember)


def buttons(row: CaseRow, viewer: Actor) -> None:
    """What the viewer may do with the case as it stands: the table that guards the acts says which."""
    acts = list(acts_from(CaseState(row.state), viewer.roles))
    if permitted(viewer, Permission.DECIDE_CASES):
        acts += [CaseAct.ASSIGN, CaseAct.SET_DUE, CaseAct.NOTE]
    if not acts:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="case-acts"):
        for act in acts:
            act_form(row, act, viewer)


def heading(row: CaseRow, viewer: Actor) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            name = st.empty()
            st.badge(case_words.state_label(row.state), color=STATE_COLORS[CaseState(row.state)])  # type: ignore[arg-type]
            st.badge(show.kind_label(row.kind), color="red")
            if row.news:
                st.badge(t("case.news_badge", news=case_words.news_label(row.news)), color="orange")
            if row.due_on is not None and row.due_on < casework.today():
                st.badge(t("case.overdue"), color="red")
            if row.provisional:
                st.badge(t("run.provisional_short"), color="orange")
        revealed = reveal.offer(casework.in_run(row), viewer)
    shown, number = row.name_masked, row.certno_masked
    if revealed:
        opened = casework.whole(row, viewer)
        shown, number = opened.name, opened.certno
    name.header(show.plain(f"{shown}　{number}"), anchor=False, width="content")
    st.caption(t("case.caption", number=row.id, year=row.year, document=show.plain(title(row)), as_of=show.day(row.as_of)))


def title(row: CaseRow) -> str:
    found = run_figures.document(row.document)
    return found.title if found else row.document


def standing(row: CaseRow, names: dict[int, str]) -> None:
    """Where the case stands: every decision there is about it."""
    reason = f"（{case_words.reason_label(row.reason)}）" if row.reason else ""
    values = {
        t("case.state"): case_words.state_label(row.state) + reason,
        t("case.since"): show.moment(row.since),
        t("case.assignee"): names.get(row.assignee, "") if row.assignee else t("case.assignee.nobody"),
        t("case.due_on"): show.day(row.due_on),
        t("case.sent_at"): show.moment(row.sent_at),
        t("case.answer"): f"{case_words.state_label(row.answer)}　{show.moment(row.answered_at)}" if row.answer else "—",
    }
    if row.recognised_as:
        values[t("case.category")] = t(
            "case.recognised", category=show.category_label(row.recognised_as), day=show.day(row.recognised_on)
        )
    if row.relief_kind:
        values[t("case.relief")] = t(
            "case.relief.value", kind=case_words.relief_label(row.relief_kind), amount=show.yuan(row.relief_fen or 0),
            day=show.day(row.relief_on),
        )
    if row.closed_at:
        values[t("case.closed_at")] = show.moment(row.closed_at)
    with st.container(border=True, height="stretch"):
        card_title(t("case.standing"))
        pairs(values)


def facts(row: CaseRow, alert: int | None) -> None:
    """What the newest run says of the person."""
    alerted = show.state_label(row.alert_state)
    if row.alert_reason:
        alerted += f"（{show.cleared_label(row.alert_reason)}）"
    values = {
        t("case.alert"): f"{show.kind_label(row.kind)} · {alerted}",
        t("column.category"): show.category_label(row.category),
        t("column.insutype"): show.insutype_label(row.insutype),
        t("column.place"): places.place(row.insu_admdvs, row.town),
        t("column.burden"): t("unit.yuan", amount=show.yuan(row.burden_fen)),
        t("column.threshold"): t("unit.yuan", amount=show.yuan(row.threshold_fen)),
        t("column.excess"): t("unit.yuan", amount=show.yuan(row.excess_fen)),
        t("column.crossed_on"): show.day(row.crossed_on),
        t("case.opened"): t("case.opened.value", day=show.moment(row.opened_at), crossed=show.day(row.opened_crossing)),
    }
    with st.container(border=True, height="stretch"):
        card_title(t("case.facts"))
        pairs(values)
        if alert is not None:
            st.page_link(
                "views/person.py", label=t("case.to_person"), icon=":material/person:", query_params={"alert": str(alert)}
            )


def history(seen: Seen, viewer: Actor) -> None:
    text, said = st.column_config.TextColumn, [case_words.said_of(one) for one in seen.history]
    with st.container(border=True):
        card_title(t("case.history"))
        st.dataframe(
            pd.DataFrame(
                {
                    "at": [show.moment(one.at) for one in seen.history],
                    "who": [show.account(one.actor if one.actor == "run" else one.display) for one in seen.history],
                    "act": [case_words.act_label(one.act) for one in seen.history],
                    "to": [
                        case_words.state_label(one.to_state) if one.to_state != one.from_state else "" for one in seen.history
                    ],
                    "said": said,
                }
            ),
            hide_index=True, lazy=False, height="content" if len(seen.history) <= 30 else 1080, placeholder="",
            row_height=row_height((said, SAID)), alt=t("alt.case_history"), key="case-history",
            column_config={
                "at": text(t("case.history.at"), width=130), "who": text(t("case.history.who"), width=120),
                "act": text(t("case.history.act"), width=110), "to": text(t("case.history.to"), width=110),
                "said": text(t("case.history.said"), width=SAID),
            },
        )
        if not permitted(viewer, Permission.REVEAL) and any(one.remarked for one in seen.history):
            st.caption(t("case.history.closed"))


def page(viewer: Actor) -> None:
    number = asked_number("case")
    if number is not None:
        answer_button(number, viewer)
        case_reliefs.do_asked(number, viewer)
    seen = casework.one(number, viewer) if number is not None else None
    st.page_link("views/cases.py", label=t("nav.back"), icon=":material/arrow_back:")
    if seen is None:
        if "case" in st.query_params:
            noted.note_once(viewer, f"case:{number if number is not None else '?'}", "screen:case", {}, AuditAction.REFUSED)
        empty_state(":material/folder_off:", t("empty.case.title"), t("empty.case.text"))
        st.stop()
    noted.note_once(viewer, f"case:{seen.row.id}", "screen:case", {})
    heading(seen.row, viewer)
    buttons(seen.row, viewer)
    case_reliefs.card(seen.row, viewer)
    left, right = st.columns(2)
    with left:
        standing(seen.row, casework.names(viewer))
    with right:
        facts(seen.row, seen.alert)
    history(seen, viewer)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE, after_a_run=True)
