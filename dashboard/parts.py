"""Pieces several pages are built of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.drawing import CONFIG, Figure
from dashboard.locale import t
from dashboard.queries import run_figures
from dashboard.text import show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.access.scope import EVERYTHING
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Run

#: Yuan with at most two decimals; thirteen digits are more than any sum and less than a database's integer.
_AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,2})?")

#: A row of a table, and what Streamlit needs to break a cell's text into lines: more than four times the theme's font size.
ROW, WRAPPED = 34, 62
#: As the table draws its text: the air at each side of a cell, a line's height, a Chinese character's width and a Latin one's.
CELL_PADDING, LINE, WIDE, NARROW = 8, 18, 14, 8


def key_of(given: str) -> int | None:
    """The key a text from outside writes; None for what is none, or larger than a key can be (PostgreSQL refuses to look)."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def asked_number(name: str) -> int | None:
    """The key in the address under that name, if there is one."""
    return key_of(st.query_params.get(name, ""))


def empty_state(icon: str, title: str, text: str) -> None:
    """A calm box instead of an empty page: what is missing, and what to do."""
    with st.container(border=True, height=240, horizontal_alignment="center", vertical_alignment="center", gap="small"):
        st.markdown(f"## {icon}", width="content", text_alignment="center")
        st.markdown(f"**{title}**", width="content")
        st.caption(show.plain(text), width="content")


def unnumbered(count: int, prefix: str, give: Callable[[], None] | None) -> None:
    """Says of a list to decide on how many of its rows have no number yet, and gives them one if asked: a look at a list does not.
    ``give``: None for who may only look."""
    if not count:
        return
    st.caption(t("unnumbered" if give else "unnumbered.ask", count=show.number(count)))
    if give and st.button(t("unnumbered.give"), icon=":material/tag:", key=f"{prefix}-give-numbers"):
        try:
            give()
        except MonitorError as error:
            st.error(show.told(error), icon=":material/error:")
        else:
            st.rerun()


def word_of(by: str, at: str, reason: str) -> str:
    """Who settled something, when and why; nothing where nobody has."""
    return t("join.word", who=show.account(by), at=show.moment(at), reason=reason) if by else ""


def document_words(document_id: str) -> str:
    """A document by its title and 文号, escaped; its id where this program does not have it any more."""
    found = run_figures.document(document_id)
    return show.plain(show.titled(found.title, found.number) if found else document_id)


def sort_of(run: Run) -> str:
    """正式, 试运行 or 重放."""
    return t("run.trial") if run.trial else t("run.replay") if run.replay else t("run.official")


def run_line(run: Run) -> None:
    """Which run a list is of, as the sidebar may be folded away."""
    st.caption(t("run.line", title=show.plain(run.title), as_of=show.day(run.as_of), sort=sort_of(run)))


def banners(run: Run, viewer: Actor) -> None:
    """What has to be known before any figure of this run is believed."""
    if run.trial:
        st.warning(t("run.banner.trial"), icon=":material/science:")
    if run.replay:
        st.warning(t("run.banner.replay", known_at=show.moment(run.known_at)), icon=":material/history:")
    if run.provisional:
        st.warning(t("run.banner.provisional"), icon=":material/hourglass_top:")
    for sentence in run.health.get("notices", []):
        st.warning(show.plain(sentence), icon=":material/data_alert:")
    joins = run.health.get("joins", {})
    # Counted over the whole region: for who sees it.
    whole = viewer.scope == EVERYTHING and permitted(viewer, Permission.SEE_PEOPLE)
    copies = run.health.get("suspected", {}) if whole else {}
    for count, said in (("open", ""), ("same_day", ".same_day"), ("left_out", ".left_out")):
        if copies.get(count):
            figures = {name: show.number(number) for name, number in copies.items()}
            st.info(t(f"run.banner.duplicates{said}", **figures), icon=":material/file_copy:")
    if joins.get("open") and whole:
        counts = {name: show.number(joins[name]) for name in ("open", "crossing")}
        st.info(t("run.banner.joins", **counts), icon=":material/group_add:")


def chart_card(title: str, figure: Figure | None, key: str, alt: str, note: str = "") -> None:
    """A bordered card with one figure, or with the note alone where there is nothing to draw."""
    with st.container(border=True, height="stretch"):
        card_title(title)
        if figure is None or not figure["data"]:
            st.caption(note or t("empty.chart"))
            return
        st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
        if note:
            st.caption(note)


def card_title(title: str) -> None:
    """A card's heading. The row around it takes away the air Streamlit leaves above a heading in running text."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")


def long_table(frame: pd.DataFrame, key: str, alt: str, column_config: dict[str, Any], height: int = ROW) -> None:
    """A person's rows, as many as there are: beyond thirty they scroll in their own box."""
    st.dataframe(
        frame,
        hide_index=True,
        lazy=False,
        height="content" if len(frame) <= 30 else 1080,
        row_height=height,
        placeholder="",
        alt=alt,
        key=key,
        column_config=column_config,
    )


def row_height(*columns: tuple[Iterable[str], int]) -> int:
    """The rows' height of a table with such texts in columns so wide (pixels): higher where one has to be broken to be read whole.
    A cell that is one line has no mark that something is cut off."""
    lines = max((-(-_pixels(text) // (width - 2 * CELL_PADDING)) for texts, width in columns for text in texts), default=1)
    return ROW if lines <= 1 else max(WRAPPED, LINE * lines + CELL_PADDING)


def _pixels(text: str) -> int:
    return sum(WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW for character in text)


def fen(text: str) -> int | None:
    """An amount in yuan as typed, in fen; None for nothing typed. Raises ValueError for what is no such amount."""
    typed = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not typed:
        return None
    if not _AMOUNT.fullmatch(typed):
        raise ValueError("no amount")
    return int(Decimal(typed) * 100)


def page_key(prefix: str, of: str) -> str:
    """The state key of a list's page number; ``of``: the run, or whatever else it is a list of. Each narrowing or reordering
    gets a new one, which starts at page 1: Streamlit does not let a script set a paginator that has a default."""
    return f"{prefix}-page-{of}-{st.session_state.get(f'{prefix}-list', 0)}"


def new_list(prefix: str) -> Callable[[], None]:
    """A callback for whatever makes the list another one."""

    def renew() -> None:
        st.session_state[f"{prefix}-list"] = st.session_state.get(f"{prefix}-list", 0) + 1

    return renew


def pairs(values: dict[str, str]) -> None:
    """A list of names and values, the values taken literally."""
    st.table({name: show.plain(value) for name, value in values.items()}, border="horizontal", width="stretch")
