"""The reliefs departments' replies speak of, on a case's page: each taken over with a click, or dropped; once."""

from __future__ import annotations

import streamlit as st

from dashboard.casework import cases as casework
from dashboard.locale import t
from dashboard.parts import card_title, fen, pairs
from dashboard.text import case_words, show
from monitor.access.actor import Actor
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import CaseAct, CaseState, ReliefKind, ReliefProposal
from monitor.casework.cases import LONGEST_REMARK, Decision
from monitor.casework.reading.case_listing import CaseRow
from monitor.casework.reliefs import ProposedRelief
from monitor.casework.reply_reading import place_text
from monitor.casework.transitions import acts_from

COLORS = {ReliefProposal.PROPOSED: "orange", ReliefProposal.TAKEN: "green", ReliefProposal.DROPPED: "gray"}


def do_asked(case_id: int, viewer: Actor) -> None:
    """Does what the last click on a relief asked for, at the version of the case that was on the screen then."""
    asked = st.session_state.pop("relief-asked", None)
    if asked is None or asked[0] != case_id:
        return
    _, version, line_id, take = asked
    try:
        if take:
            casework.take_relief(line_id, version, _typed(line_id, version), viewer)
        else:
            casework.drop_relief(line_id, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.success(t("relief.taken" if take else "relief.dropped"), icon=":material/check:")


def card(row: CaseRow, viewer: Actor) -> None:
    """Each relief as the reply has it, and the form that takes it over; nothing where no reply speaks of one."""
    found = casework.reliefs_of(row.id, viewer)
    if not found:
        return
    with st.container(border=True, key="case-reliefs"):
        card_title(t("relief.title"))
        st.caption(t("relief.note"))
        for one in found:
            _one(row, one, viewer)


def _one(row: CaseRow, one: ProposedRelief, viewer: Actor) -> None:
    with st.container(border=True, key=f"relief-{one.line_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            department = case_words.department_label(one.department)
            place = place_text(one.line)
            st.markdown(t("relief.from", department=department, reply=one.reply_id, line=place, day=show.moment(one.at)))
            st.badge(ReliefProposal(one.status).label, color=COLORS[ReliefProposal(one.status)])  # type: ignore[arg-type]
        values = {
            t("case.relief_kind"): case_words.relief_label(one.kind) if one.kind else t("relief.unclear"),
            t("case.relief_yuan"): show.yuan(one.fen) if one.fen is not None else t("relief.unclear"),
            t("case.relief_on"): show.day(one.on) if one.on else t("relief.unclear"),
        }
        if one.remark:
            values[t("reply.remark")] = one.remark
        elif one.remarked:
            values[t("reply.remark")] = t("relief.remark.closed")
        if one.done_by:
            values[t("relief.done")] = f"{show.account(one.done_by)}　{show.moment(one.done_at)}"
        pairs(values)
        if one.status != ReliefProposal.PROPOSED:
            return
        if not one.settled:
            st.caption(t("relief.unsettled"))
        elif CaseAct.ARRANGE_RELIEF in acts_from(CaseState(row.state), viewer.roles):
            _form(row, one)
        else:
            st.caption(t("relief.not_now", state=case_words.state_label(row.state)))


def _form(row: CaseRow, one: ProposedRelief) -> None:
    def remember(take: bool) -> None:
        st.session_state["relief-asked"] = (row.id, row.version, one.line_id, take)

    key = _key(one.line_id, row.version)
    with st.form(f"{key}-form", border=False):
        if one.lacking:
            st.caption(t("relief.fill_in"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kinds = [kind.value for kind in ReliefKind]
            st.selectbox(
                t("case.relief_kind"), kinds, index=kinds.index(one.kind) if one.kind else None, key=f"{key}-kind", width=200,
                format_func=case_words.relief_label, placeholder=t("case.choose"),
            )
            amount = "" if one.fen is None else f"{one.fen // 100}.{one.fen % 100:02d}"
            st.text_input(t("case.relief_yuan"), amount, key=f"{key}-amount", autocomplete="off", width=160)
            st.date_input(t("case.relief_on"), one.on, key=f"{key}-on", format="YYYY-MM-DD", width=160)
            st.text_input(t("case.remark.optional"), key=f"{key}-remark", max_chars=LONGEST_REMARK, width=260, autocomplete="off")
            st.form_submit_button(
                t("relief.take"), type="primary", key=f"relief-take-{one.line_id}", icon=":material/volunteer_activism:",
                on_click=remember, args=(True,),
            )
            st.form_submit_button(t("relief.drop"), key=f"relief-drop-{one.line_id}", on_click=remember, args=(False,))


def _key(line_id: int, version: int) -> str:
    return f"relief-{line_id}-{version}"


def _typed(line_id: int, version: int) -> Decision:
    """What stood in the form. Raises MonitorError where the amount is none."""
    typed = {name: st.session_state.get(f"{_key(line_id, version)}-{name}") for name in ("kind", "amount", "on", "remark")}
    try:
        amount = fen(typed["amount"] or "")
    except ValueError:
        raise MonitorError(t("case.relief_yuan.wrong")) from None
    kind, remark = typed["kind"] or "", typed["remark"] or ""
    return Decision(CaseAct.ARRANGE_RELIEF, relief_kind=kind, relief_fen=amount, relief_on=typed["on"], remark=remark)
