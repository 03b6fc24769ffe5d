"""The person page's part on medical assistance: what is due, each step of the arithmetic beside its clause, what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from dashboard.locale import t
from dashboard.parts import card_title, long_table, row_height
from dashboard.text import show
from monitor.assess.amounts import exact, money, plain
from monitor.entitle.entitlement import AppliedSchedule, CaredSettlement, Due, Entitlement, RecognisedCategory, Stretch
from monitor.entitle.insurance_told import InsuranceTold
from monitor.policy.codes import CareGroup
from monitor.reports.entitlement_text import UNKNOWN_CARE

#: The width of the column that says why a settlement counts or does not.
REASON = 190


def entitlement(told: Entitlement) -> None:
    """The whole part."""
    due = told.due
    with st.container(border=True):
        card_title(t("person.aid"))
        if due is None:
            st.markdown(show.plain(told.sentence))
        else:
            _verdict(due, told.sentence)
    if due is not None:
        _stretches(due.stretches)
        for category in due.categories:
            for schedule in category.schedules:
                _schedule(category, schedule)
            if category.why:
                with st.container(border=True):
                    card_title(show.plain(category.category.label))
                    st.caption(show.plain(category.why))
        if due.care:
            _care(due.care)
        _texts(t("person.aid.assumed"), due.assumed)
    _insurance(told.insurance)
    _texts(t("person.aid.offers"), [f"{one.kind.label}：{one.text}（{one.clause}）" for one in told.offers])


def _verdict(due: Due, sentence: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(show.plain(due.category.label), color="blue")
        if due.route:
            st.badge(show.plain(due.route.label), color="gray")
    if due.application:
        asked = due.application
        decided = t("person.aid.decided", day=asked.decided_on.isoformat()) if asked.decided_on else ""
        applied_on = asked.applied_on.isoformat()
        st.caption(t("person.aid.application", applied_on=applied_on, outcome=asked.outcome.label, decided=decided))
    if not due.computed:
        st.markdown(show.plain(sentence))
        return
    amounts = {"expected": due.expected, "actual": due.actual, "shortfall": due.shortfall, "remaining": due.remaining}
    with st.grid(4, min_column_width=170):
        for name, amount in amounts.items():
            st.metric(t(f"person.aid.{name}"), show.grouped(money(amount)))
    st.markdown(show.plain(show.arithmetic(due.arithmetic)))
    if due.note:
        st.caption(show.plain(due.note))
    if due.reason:
        st.caption(show.plain(t("person.aid.reason", label=due.reason.label, definition=due.reason.definition)))
    for mark in due.marks:
        st.caption(show.plain(t("person.aid.mark", label=mark.label, definition=mark.definition)))


def _stretches(told: Sequence[Stretch]) -> None:
    """Each stretch of days with the same identities and the one whose aid its bills get; one alone says nothing new."""
    if len(told) < 2:
        return
    with st.container(border=True):
        card_title(t("person.aid.stretches"))
        st.table(
            pd.DataFrame(
                {
                    t("person.aid.stretch.days"): [f"{one.first.isoformat()} – {one.last.isoformat()}" for one in told],
                    t("person.aid.stretch.held"): [show.plain("、".join(held.label for held in one.categories)) for one in told],
                    t("person.aid.stretch.taken"): [show.plain(one.taken.label if one.taken else "") for one in told],
                }
            ),
            border="horizontal",
            hide_index=True,
        )


def _schedule(category: RecognisedCategory, told: AppliedSchedule) -> None:
    """One schedule: the arithmetic on the left, the words it comes from on the right."""
    row = told.row
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        name = f"{category.category.label} · {row.label}（{row.route.label}）"
        card_title(show.plain(name))
        if category.chosen:
            st.badge(t("person.aid.chosen"), color="green")
        else:
            st.badge(t("person.aid.not_chosen"), color="gray")
        if category.gives is not None:
            st.caption(t("person.aid.gives", amount=show.arithmetic(exact(category.gives))))
        care = "、".join(CareGroup(group).label for group in row.care)
        st.caption(
            show.plain(
                t("person.aid.window", care=care, from_day=told.first.isoformat(), to_day=told.last.isoformat())
                + (f"（{told.reaches_back}）" if told.reaches_back else "")
            )
        )
        if told.missing:
            words = "person.aid.missing" if told.figures_missing else "person.aid.at_least"
            st.markdown(show.plain(t(words, sentence=told.missing)))
        first = (t("person.aid.eligible"), "", money(told.eligible))
        steps = [first, *((one.label, one.working, exact(one.value)) for one in told.steps)]
        st.table(
            pd.DataFrame(
                {
                    t("person.aid.step"): [show.plain(label) for label, _, _ in steps],
                    t("person.aid.working"): [show.plain(show.arithmetic(working)) for _, working, _ in steps],
                    t("person.aid.value"): [show.plain(show.arithmetic(value)) for _, _, value in steps],
                }
            ),
            border="horizontal",
            hide_index=True,
        )
    with right, st.container(border=True, height="stretch"):
        card_title(show.plain(t("person.aid.clause", clause=row.clause)))
        st.markdown(f"> {show.plain(row.quote)}")
        for one in row.cited:
            st.caption(show.plain(f"{one.about}（{one.clause}）：“{one.quote}”"))
        for text in row.bounds:
            st.caption(show.plain(text))
        if row.reading:
            st.caption(show.plain(f"{t('person.readings')}：{row.reading}"))


def _care(care: Sequence[CaredSettlement]) -> None:
    """Each settlement with the identity and the schedule that aids it, counted or not and why."""
    amounts = {
        name: st.column_config.NumberColumn(t(f"care.{name}"), format="%,.2f", width=90)
        for name in ("in_policy", "taken_off", "maf_pay")
    }
    text = st.column_config.TextColumn
    reasons = [one.reason for one in care]
    with st.container(border=True):
        card_title(t("person.aid.care"))
        st.caption(t("person.aid.care.note"))
        long_table(
            pd.DataFrame(
                {
                    "time": [one.setl_time.isoformat(sep=" ") for one in care],
                    "counted": [t("yes") if one.counted else t("no") for one in care],
                    "care": [one.care.label if one.care else UNKNOWN_CARE for one in care],
                    "identity": [one.identity.label if one.identity else "" for one in care],
                    "schedule": [one.schedule.label if one.schedule else "" for one in care],
                    "in_policy": [one.in_policy for one in care],
                    "taken_off": [one.taken_off for one in care],
                    "maf_pay": [one.maf_pay for one in care],
                    "reason": reasons,
                    "referral": [one.referral_label for one in care],
                    "working": [show.arithmetic(one.working) for one in care],
                    "id": [one.setl_id for one in care],
                }
            ),
            key="care",
            alt=t("alt.care"),
            height=row_height((reasons, REASON)),
            column_config={
                "time": text(t("care.time"), width=142), "counted": text(t("care.counted"), width=50),
                "care": text(t("care.care"), width=92),
                "identity": text(t("care.identity"), width=120), "schedule": text(t("care.schedule"), width=176),
                "referral": text(t("care.referral"), width=150), "reason": text(t("care.reason"), width=REASON),
                "working": text(t("care.working"), width=330),
                "id": text(t("care.id"), width=150), **amounts,
            },
        )


def _insurance(told: InsuranceTold) -> None:
    """Critical-illness insurance, as far as the document gives it."""
    with st.container(border=True):
        card_title(t("person.insurance"))
        if told.sentence:
            st.caption(show.plain(told.sentence))
        if told.sum is None:
            return
        found = told.sum
        st.markdown(
            t("person.insurance.sum", expected=_grouped(found.expected), paid=_grouped(found.paid),
              difference=_grouped(found.difference))
        )
        st.caption(show.plain(t("person.insurance.base", working=show.arithmetic(found.base_working))))
        for one in found.terms:
            if one.said:
                which = t("person.insurance.tilted" if one.tilted else "person.insurance.ordinary")
                st.caption(show.plain(t("person.insurance.terms", which=which, base=_grouped(one.base), said=one.said)))
        for segment in found.segments:
            up_to = t("person.insurance.up_to", amount=_grouped(segment.up_to)) if segment.up_to is not None else ""
            st.caption(
                show.plain(t("person.insurance.segment", above=_grouped(segment.above), up_to=up_to,
                             within=show.arithmetic(money(segment.within)), ratio=plain(segment.ratio),
                             pays=show.arithmetic(exact(segment.pays))))
            )
        if found.drugs_working:
            st.caption(show.plain(t("person.insurance.drugs", working=show.arithmetic(found.drugs_working))))
        st.markdown(f"> {show.plain(found.clause)}：{show.plain(found.quote)}")
        for text in found.readings:
            st.caption(show.plain(text))


def _grouped(amount: Decimal | None) -> str:
    return show.grouped(money(amount))


def _texts(title: str, texts: Sequence[str]) -> None:
    if texts:
        with st.container(border=True):
            card_title(title)
            st.caption("\n".join(f"- {show.plain(text)}" for text in texts))
