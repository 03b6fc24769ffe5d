"""The list of who is admitted without a deposit, on the page of lists: asked for, looked at, put forward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import pandas as pd
import streamlit as st

from dashboard.casework import cases as casework
from dashboard.casework import packs
from dashboard.locale import t
from dashboard.parts import card_title, pairs
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.masking import mask_name, mask_number
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.people_lists import PeopleAsked, PeoplePreview
from monitor.casework.reading.pack_people import PersonLine
from monitor.entitle.no_deposit import ASIDE
from monitor.policy.library import load_library
from monitor.policy.provisions import OfferKind

SHOWN = 20


class Person(Protocol):
    """What a row of the list shows, masked."""

    @property
    def position(self) -> int: ...
    @property
    def name_masked(self) -> str: ...
    @property
    def certno_masked(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def insu_admdvs(self) -> str: ...
    @property
    def town(self) -> str: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...
    @property
    def in_register(self) -> bool: ...


def people_table(people: Sequence[Person], key: str) -> None:
    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(
            {
                "position": [one.position for one in people],
                "name": [one.name_masked for one in people],
                "certno": [one.certno_masked for one in people],
                "category": [show.category_label(one.category) for one in people],
                "place": [places.place(one.insu_admdvs, one.town) for one in people],
                "since": [show.day(one.since) for one in people],
                "until": [show.day(one.until) if one.until else t("admitted.open") for one in people],
                "note": ["" if one.in_register else t("admitted.not_in_register") for one in people],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=34, placeholder="", alt=t("alt.admitted"), key=key,
        column_config={
            "position": st.column_config.NumberColumn(t("pack.position"), format="%d", width=50),
            "name": text(t("column.name"), width=60), "certno": text(t("column.certno"), width=148),
            "category": text(t("column.category"), width=150), "place": text(t("column.place"), width=206),
            "since": text(t("admitted.since"), width=100), "until": text(t("admitted.until"), width=100),
            "note": text(t("admitted.note"), width=190),
        },
    )


def form(viewer: Actor) -> None:
    """Which list is wanted: by which text that says who, of which day, of which districts."""
    titles = {
        one.id: one.title for one in load_library().documents.values()
        if any(offer.kind is OfferKind.NO_DEPOSIT for offer in one.provisions.offers)
    }
    known = [one for one in packs.documents(viewer) if one in titles]
    with st.form("admitted-form", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        document = st.selectbox(
            t("nav.document"), list(titles), index=list(titles).index(known[0]) if known else 0, format_func=titles.__getitem__,
            key="admitted-document", width=330,
        )
        on = st.date_input(t("admitted.on"), casework.today(), key="admitted-on", format="YYYY-MM-DD", width=150)
        districts = st.multiselect(
            t("filter.districts"), casework.choices(viewer).districts, format_func=places.district,
            placeholder=t("referral.districts.all"), select_all=False, key="admitted-districts", width=190,
        )
        pressed = st.form_submit_button(t("referral.preview"), icon=":material/visibility:", key="admitted-preview")
    if pressed:
        st.session_state["admitted-asked"] = (document, on, tuple(districts))


def previewed(viewer: Actor) -> None:
    """The list as it would go out now, who is not on it and why, and the button that puts it forward."""
    if "admitted-asked" not in st.session_state:
        return
    document, on, districts = st.session_state["admitted-asked"]
    try:
        if not isinstance(on, date):
            raise MonitorError(t("admitted.on.missing"))
        asked = packs.people_asked(document, on, districts, viewer)
        found = packs.people_preview(asked, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        return
    with st.container(border=True, key="admitted-seen"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            card_title(t("admitted.title", day=show.day(on)))
            if found.lines and permitted(viewer, Permission.DECIDE_CASES) and viewer.account is not None:
                st.button(
                    t("referral.propose", count=show.number(len(found.lines))), type="primary", key="admitted-propose",
                    on_click=_remember, args=(asked, found),
                )
        with st.grid(6, min_column_width=120):
            st.metric(t("referral.people"), t("unit.people", count=show.number(len(found.lines))))
            for category, people in found.by_category.items():
                st.metric(show.category_label(category), t("unit.people", count=show.number(people)))
        st.caption(t("admitted.clause", clause=show.plain(found.found.offer.clause), quote=show.plain(found.found.offer.quote)))
        for text in found.found.conditions:
            st.caption(show.plain(text))
        if found.left_out:
            st.caption(t("referral.left_out", total=show.number(sum(found.left_out.values()))))
            pairs({ASIDE[why]: t("unit.people", count=show.number(people)) for why, people in found.left_out.items()})
        if found.lines:
            st.caption(t("referral.first", shown=min(SHOWN, len(found.lines)), total=show.number(len(found.lines))))
            people_table([_line(place, one) for place, one in enumerate(found.lines[:SHOWN], start=1)], "admitted-lines")
        else:
            st.caption(t("admitted.none"))


def do_asked(viewer: Actor) -> None:
    """Puts forward what was looked at when the button was clicked."""
    if (asked := st.session_state.pop("admitted-proposed", None)) is None:
        return
    wanted, seen = asked
    try:
        number = packs.propose(wanted, seen, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.session_state.pop("admitted-asked", None)
        st.success(t("admitted.proposed", number=number), icon=":material/check:")


def _remember(asked: PeopleAsked, found: PeoplePreview) -> None:
    st.session_state["admitted-proposed"] = (asked, found.content_sha256)


def _line(position: int, one: object) -> PersonLine:
    from monitor.entitle.no_deposit import Admissible

    assert isinstance(one, Admissible)
    return PersonLine(
        position, mask_name(one.name), mask_number(one.certno), one.category, one.insutype, one.insu_admdvs, one.town, one.since,
        one.until, one.in_register,
    )
