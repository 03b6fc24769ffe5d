"""The person page's part on medical assistance: what is due, each step of the arithmetic beside its clause, what was paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.locale import t
from dashboard.parts import card_title, long_table, row_height
from dashboard.text import show

Told = dict[str, Any]
#: The width of the column that says why a settlement counts or does not.
REASON = 190


def entitlement(told: Told) -> None:
    """The whole part; ``told`` as entitle/telling.py gives it."""
    with st.container(border=True):
        card_title(t("person.aid"))
        if not told["recognised"]:
            st.markdown(show.plain(told["sentence"]))
        else:
            _verdict(told)
    _stretches(told.get("stretches", []))
    for category in told.get("categories", []):
        for schedule in category["schedules"]:
            _schedule(category, schedule)
        if category["why"]:
            with st.container(border=True):
                card_title(show.plain(category["label"]))
                st.caption(show.plain(category["why"]))
    if told.get("care"):
        _care(told["care"])
    _texts(t("person.aid.assumed"), told.get("assumed", []))
    _insurance(told["insurance"])
    _texts(t("person.aid.offers"), [f"{one['label']}：{one['text']}（{one['clause']}）" for one in told["offers"]])


def _verdict(told: Told) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(show.plain(told["category"]["label"]), color="blue")
        if told["route_label"]:
            st.badge(show.plain(told["route_label"]), color="gray")
    if told["application"]:
        asked = told["application"]
        decided = t("person.aid.decided", day=asked["decided_on"]) if asked["decided_on"] else ""
        st.caption(t("person.aid.application", applied_on=asked["applied_on"], outcome=asked["outcome_label"], decided=decided))
    if not told["computed"]:
        st.markdown(show.plain(told["sentence"]))
        return
    with st.grid(4, min_column_width=170):
        for name in ("expected", "actual", "shortfall", "remaining"):
            st.metric(t(f"person.aid.{name}"), show.grouped(told[name]))
    st.markdown(show.plain(show.arithmetic(told["sum"])))
    if told["note"]:
        st.caption(show.plain(told["note"]))
    if told["reason"]:
        st.caption(show.plain(t("person.aid.reason", label=told["reason_label"], definition=told["reason_definition"])))
    for mark in told["marks"]:
        st.caption(show.plain(t("person.aid.mark", label=mark["label"], definition=mark["definition"])))


def _stretches(told: list[Told]) -> None:
    """Each stretch of days with the same identities and the one whose aid its bills get; one alone says nothing new."""
    if len(told) < 2:
        return
    with st.container(border=True):
        card_title(t("person.aid.stretches"))
        st.table(
            pd.DataFrame(
                {
                    t("person.aid.stretch.days"): [f"{one['from']} – {one['to']}" for one in told],
                    t("person.aid.stretch.held"): [
                        show.plain("、".join(held["label"] for held in one["categories"])) for one in told
                    ],
                    t("person.aid.stretch.taken"): [show.plain(one["taken_label"]) for one in told],
                }
            ),
            border="horizontal",
            hide_index=True,
        )


def _schedule(category: Told, told: Told) -> None:
    """One schedule: the arithmetic on the left, the words it comes from on the right."""
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        name = f"{category['label']} · {told['label']}（{told['route_label']}）"
        card_title(show.plain(name))
        if category["chosen"]:
            st.badge(t("person.aid.chosen"), color="green")
        else:
            st.badge(t("person.aid.not_chosen"), color="gray")
        if category["gives"]:
            st.caption(t("person.aid.gives", amount=show.arithmetic(category["gives"])))
        care = "、".join(one["label"] for one in told["care"])
        st.caption(
            show.plain(
                t("person.aid.window", care=care, from_day=told["window"]["from"], to_day=told["window"]["to"])
                + (f"（{told['window']['why']}）" if told["window"]["why"] else "")
            )
        )
        if told["missing"]:
            words = "person.aid.at_least" if told["floor"] else "person.aid.missing"
            st.markdown(show.plain(t(words, sentence=told["missing"])))
        first = {"label": t("person.aid.eligible"), "working": "", "value": told["eligible"]}
        steps = [first, *told["steps"]]
        st.table(
            pd.DataFrame(
                {
                    t("person.aid.step"): [show.plain(one["label"]) for one in steps],
                    t("person.aid.working"): [show.plain(show.arithmetic(one["working"])) for one in steps],
                    t("person.aid.value"): [show.plain(show.arithmetic(one["value"])) for one in steps],
                }
            ),
            border="horizontal",
            hide_index=True,
        )
    with right, st.container(border=True, height="stretch"):
        card_title(show.plain(t("person.aid.clause", clause=told["clause"])))
        st.markdown(f"> {show.plain(told['quote'])}")
        for one in told["cited"]:
            st.caption(show.plain(f"{one['about']}（{one['clause']}）：“{one['quote']}”"))
        for text in told["bounds"]:
            st.caption(show.plain(text))
        if told["reading"]:
            st.caption(show.plain(f"{t('person.readings')}：{told['reading']}"))


def _care(care: list[Told]) -> None:
    """Each settlement with the identity and the schedule that aids it, counted or not and why."""
    money = {
        name: st.column_config.NumberColumn(t(f"care.{name}"), format="%,.2f", width=90)
        for name in ("in_policy", "taken_off", "maf_pay")
    }
    text = st.column_config.TextColumn
    reasons = [one["reason_label"] for one in care]
    with st.container(border=True):
        card_title(t("person.aid.care"))
        st.caption(t("person.aid.care.note"))
        long_table(
            pd.DataFrame(
                {
                    "time": [one["setl_time"] for one in care],
                    "counted": [t("yes") if one["counted"] else t("no") for one in care],
                    "care": [one["care_label"] for one in care],
                    "identity": [one["identity_label"] for one in care],
                    "schedule": [one["schedule_label"] for one in care],
                    **{name: [Decimal(one[name]) for one in care] for name in money},
                    "reason": reasons,
                    "referral": [one["referral_label"] for one in care],
                    "working": [show.arithmetic(one["working"]) for one in care],
                    "id": [one["setl_id"] for one in care],
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
                "id": text(t("care.id"), width=150), **money,
            },
        )


def _insurance(told: Told) -> None:
    """Critical-illness insurance, as far as the document gives it."""
    with st.container(border=True):
        card_title(t("person.insurance"))
        if told["sentence"]:
            st.caption(show.plain(told["sentence"]))
        if not told["computable"]:
            return
        st.markdown(
            t("person.insurance.sum", expected=show.grouped(told["expected"]), paid=show.grouped(told["paid"]),
              difference=show.grouped(told["difference"]))
        )
        st.caption(show.plain(t("person.insurance.base", working=show.arithmetic(told["base_working"]))))
        for one in told["terms"]:
            if one["said"]:
                which = t("person.insurance.tilted" if one["tilted"] else "person.insurance.ordinary")
                st.caption(show.plain(t("person.insurance.terms", which=which, base=show.grouped(one["base"]), said=one["said"])))
        for one in told["segments"]:
            up_to = t("person.insurance.up_to", amount=show.grouped(one["up_to"])) if one["up_to"] else ""
            st.caption(
                show.plain(t("person.insurance.segment", above=show.grouped(one["above"]), up_to=up_to,
                             within=show.arithmetic(one["within"]), ratio=one["ratio"], pays=show.arithmetic(one["pays"])))
            )
        if told["drugs"]:
            st.caption(show.plain(t("person.insurance.drugs", working=show.arithmetic(told["drugs"]))))
        st.markdown(f"> {show.plain(told['clause'])}：{show.plain(told['quote'])}")
        for text in told["readings"]:
            st.caption(show.plain(text))


def _texts(title: str, texts: list[str]) -> None:
    if texts:
        with st.container(border=True):
            card_title(title)
            st.caption("\n".join(f"- {show.plain(text)}" for text in texts))
