"""The form of one act on cases, for a case's page and for a list alike: what it needs, and nothing else.

The fields are read when the page runs again, by their keys: between the sight and the click another officer may have moved the
case, and then the form is not drawn any more while what was typed and the version it was typed at are still to be answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard.locale import t
from dashboard.parts import fen
from dashboard.text import case_words, show
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import DEPARTMENTS, CaseAct, ReliefKind
from monitor.casework.cases import LONGEST_REMARK, Decision
from monitor.casework.reading.case_choices import Officer
from monitor.casework.transitions import ANSWERS, REASONS, TABLE, Need

NEEDS: dict[CaseAct, frozenset[Need]] = {row.act: row.needs for row in TABLE} | {CaseAct.NOTE: frozenset({Need.REMARK})}


def fields(prefix: str, act: CaseAct, officers: Sequence[Officer], today: date) -> None:
    """The fields of an act, keyed by prefix; what is typed in them makes ``decision``."""
    needs = NEEDS.get(act, frozenset())
    st.caption(show.plain(act.definition))
    if act in REASONS:
        reasons = {reason.value: reason for reason in REASONS[act]}
        st.selectbox(
            t("case.reason"), list(reasons), index=None, placeholder=t("case.choose"), key=f"{prefix}-reason",
            format_func=lambda value: f"{reasons[value].label}（{reasons[value].definition}）",
        )
    if Need.CATEGORY in needs:
        st.selectbox(
            t("case.category"), case_words.category_options(), index=None, format_func=show.category_label,
            placeholder=t("case.choose"), key=f"{prefix}-category",
        )
        st.date_input(t("case.effective_on"), None, key=f"{prefix}-effective", format="YYYY-MM-DD", help=t("case.effective_on.help"))
    if Need.RELIEF in needs:
        st.selectbox(
            t("case.relief_kind"), [kind.value for kind in ReliefKind], index=None, format_func=case_words.relief_label,
            placeholder=t("case.choose"), key=f"{prefix}-relief",
        )
        st.text_input(t("case.relief_yuan"), key=f"{prefix}-amount", autocomplete="off", help=t("case.relief_yuan.help"))
        st.date_input(t("case.relief_on"), today, key=f"{prefix}-relief-on", format="YYYY-MM-DD")
    if act in ANSWERS:
        st.selectbox(
            t("case.department"), list(DEPARTMENTS), index=None, format_func=case_words.department_label,
            placeholder=t("case.department.none"), key=f"{prefix}-department", help=t("case.department.help"),
        )
    if act is CaseAct.ASSIGN:
        displays = {officer.name: f"{officer.display}（{show.scope(officer.scope)}）" for officer in officers}
        st.selectbox(
            t("case.assignee"), ["", *displays], format_func=lambda name: displays.get(name, t("case.assignee.nobody")),
            key=f"{prefix}-assignee",
        )
    if act is CaseAct.SET_DUE:
        st.date_input(t("case.due_on"), None, min_value=today, key=f"{prefix}-due", format="YYYY-MM-DD", help=t("case.due_on.help"))
    needed = Need.REMARK in needs
    st.text_area(
        t("case.remark" if needed else "case.remark.optional"), key=f"{prefix}-remark", max_chars=LONGEST_REMARK, height=80,
        placeholder=t("case.remark.placeholder"),
    )


def decision(prefix: str, act: CaseAct) -> Decision:
    """What was typed in the act's fields. Raises MonitorError where an amount is none; all else is for ``casework.cases``."""
    typed = {str(name): value for name, value in st.session_state.items()}
    given = {name.removeprefix(f"{prefix}-"): value for name, value in typed.items() if name.startswith(f"{prefix}-")}
    try:
        amount = fen(given.get("amount") or "")
    except ValueError:
        raise MonitorError(t("case.relief_yuan.wrong")) from None
    return Decision(
        act, reason=given.get("reason") or "", remark=given.get("remark") or "", category=given.get("category") or "",
        effective_on=given.get("effective"), relief_kind=given.get("relief") or "", relief_fen=amount,
        relief_on=given.get("relief-on") if act is CaseAct.ARRANGE_RELIEF else None, assignee=given.get("assignee") or "",
        due_on=given.get("due"), department=given.get("department") or "",
    )
