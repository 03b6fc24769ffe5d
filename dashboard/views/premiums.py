"""资助参保: the premium list of a month with its totals, who is not insured or was not for a time, both 100 % month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.door import access
from dashboard.lists import listview
from dashboard.lists.exports import Download, Export
from dashboard.lists.listview import export_form
from dashboard.locale import t
from dashboard.opening import for_run
from dashboard.parts import banners, card_title, empty_state, new_list, page_key, row_height, run_line
from dashboard.queries import noted, people_lists, run_figures
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.access.scope import EVERYTHING
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.reading.overview import Run
from monitor.entitle.premiums import Totals
from monitor.reports.coverage import GAP_STATES
from monitor.reports.premium_screen import (
    GAP_COLUMNS,
    PREMIUM_COLUMNS,
    ShownGap,
    ShownPremium,
    ShownPremiums,
    in_full,
)
from monitor.reports.premiums import STATES, place
from monitor.reports.workbook import Cover, ListColumn, columns_in_full, csv_lines, with_places, write_xlsx, write_xlsx_in_full
from monitor.store.home import open_store

PARTS = ("list", "gaps", "months")
Config = st.column_config
#: The columns of the months and of the indicators that hold words; the others hold numbers.
WORDS = ("month", "aid_as_of", "note", "label", "subject", "met", "detail", "clause")
#: The widths of those that hold sentences.
#: The width of what is said of one person.
NOTE = 220
SENTENCES = {"label": 160, "detail": 210, "note": 200}


def chosen_month(run: Run) -> date:
    """The month of the list: the run's unless another of its year, or the next January, is asked for."""
    months = [*(f"{run.as_of.year}-{month:02d}" for month in range(1, 13)), f"{run.as_of.year + 1}-01"]
    month = st.selectbox(t("premium.month"), months, index=run.as_of.month - 1, key=f"premium-month-{run.run_id}", width=150)
    return date.fromisoformat(f"{month}-01")


def yuan(amount: Decimal | None) -> str:
    return "—" if amount is None else show.grouped(f"{amount:.2f}")


def figures(found: ShownPremiums) -> None:
    """What the list comes to, and what has to be known of it."""
    totals = found.totals
    with st.grid(4, min_column_width=170):
        st.metric(t("premium.people"), t("unit.people", count=show.number(totals.people)), border=True)
        st.metric(t("premium.amount"), yuan(totals.amount + totals.shares_amount), border=True, help=t("premium.amount.help"))
        st.metric(t("premium.fiscal"), yuan(totals.fiscal), border=True)
        st.metric(t("premium.total"), yuan(totals.total), border=True, help=t("premium.total.help"))
    if found.fiscal_missing:
        st.warning(show.plain(t("premium.no_fiscal", sentence=found.fiscal_missing)), icon=":material/data_alert:")
    for said in found.counts:
        st.caption(show.plain(said))
    with st.expander(t("premium.totals"), key="premium-totals"):
        left, right = st.columns(2)
        with left:
            labelled = {show.category_label(key): one for key, one in found.categories.items()}
            sums(labelled, "premium.by_category", "premium-by-category")
        with right:
            sums({places.of_key(key): one for key, one in found.places.items()}, "premium.by_place", "premium-by-place")
    with st.expander(t("premium.readings"), key="premium-readings"):
        for text in found.readings:
            st.caption(show.plain(text.removeprefix(f"{t('premium.readings')}：")))


def sums(by_key: dict[str, Totals], title: str, key: str) -> None:
    st.caption(t(title))
    st.dataframe(
        pd.DataFrame(
            {
                "key": list(by_key), "people": [one.people for one in by_key.values()],
                "amount": [one.amount + one.shares_amount for one in by_key.values()],
                "fiscal": [one.fiscal for one in by_key.values()], "total": [one.total for one in by_key.values()],
            }
        ),
        hide_index=True, lazy=False, height="content" if len(by_key) <= 12 else 440, row_height=34, placeholder="—", key=key,
        alt=t(title),
        column_config={
            "key": Config.TextColumn(t(title), width=170), "people": Config.NumberColumn(t("premium.people"), format="%,d", width=56),
            **{
                name: Config.NumberColumn(t(f"premium.column.{name}"), format="%,.2f", width=104)
                for name in ("amount", "fiscal", "total")
            },
        },
    )


def narrowed(rows: Sequence[Any], prefix: str, states: dict[str, str]) -> list[Any]:
    """The rows the form leaves: by state, category and place."""
    with st.form(f"{prefix}-filters", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        held = {row.state for row in rows}
        own = listview.chooser("premium_states", [one for one in states if one in held], states.__getitem__, f"{prefix}-states", 220)
        categories = listview.chooser(
            "categories", list(dict.fromkeys(row.category for row in rows)), show.category_label, f"{prefix}-categories", 200
        )
        where = listview.chooser("places", sorted({place(vars(row)) for row in rows}), places.of_key, f"{prefix}-places", 230)
        st.form_submit_button(
            t("filter.apply"), type="primary", icon=":material/search:", on_click=new_list(prefix), key=f"{prefix}-apply"
        )
    return [
        row for row in rows
        if (not own or row.state in own) and (not categories or row.category in categories)
        and (not where or place(vars(row)) in where)
    ]


def paged(rows: Sequence[Any], prefix: str, of: str, said: str) -> Sequence[Any]:
    """One page of the rows, with its paginator."""
    size = people_lists.PAGE_SIZES[1]
    key = page_key(prefix, of)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(said, width="content")
        st.pagination(-(-len(rows) // size), key=key, persist_state="session")
    number = st.session_state.get(key, 1)
    return rows[(number - 1) * size : number * size]


def people(rows: Sequence[ShownPremium | ShownGap], prefix: str, columns: dict[str, tuple[list[Any], Any]]) -> None:
    """Masked people with what is said of each."""
    text: Any = Config.TextColumn
    shown = {
        "name": ([row.name_masked for row in rows], text(t("column.name"), width=60)),
        "certno": ([row.certno_masked for row in rows], text(t("column.certno"), width=140)),
        "category": ([show.category_label(row.category) for row in rows], text(t("column.category"), width=118)),
        "place": ([places.of_key(place(vars(row))) for row in rows], text(t("column.place"), width=206)),
        **columns,
    }
    st.dataframe(
        pd.DataFrame({name: values for name, (values, _) in shown.items()}), hide_index=True, lazy=False, height="content",
        row_height=row_height((columns["note"][0] if "note" in columns else (), NOTE)), placeholder="—",
        key=f"{prefix}-table", alt=t(f"premium.alt.{prefix}"),
        column_config={name: config for name, (_, config) in shown.items()},
    )


def money(name: str) -> Any:
    return Config.NumberColumn(t(f"premium.column.{name}"), format="%,.2f", width=88)


def the_list(run: Run, viewer: Actor) -> None:
    month = chosen_month(run)
    try:
        with st.spinner(t("premium.working")):
            found = people_lists.premium_list(run.run_id, month, viewer)
    except MonitorError as error:
        empty_state(":material/payments:", t("premium.none.title"), show.told(error))
        return
    noted.note_once(viewer, f"premiums:{found.document}:{month:%Y-%m}", "screen:premiums", {"run": run.run_id})
    figures(found)
    if not found.rows:
        empty_state(":material/search_off:", t("premium.nobody.title"), t("premium.nobody.text"))
        return
    rows = narrowed(found.rows, "premium", STATES)
    heading = t("premium.heading", month=f"{month:%Y-%m}")
    total = sum((row.amount + row.shares_amount + (row.fiscal or 0) for row in rows), Decimal(0))
    if permitted(viewer, Permission.EXPORT_PEOPLE):
        with st.popover(t("list.export"), icon=":material/download:", key="premium-export", disabled=not rows):
            export_form("premium", len(rows), viewer, partial(job, run, viewer, Named(heading, month, rows, PREMIUM_COLUMNS, total)))
    if not rows:
        empty_state(":material/search_off:", t("empty.no_rows.title"), t("premium.no_rows"))
        return
    said = t("premium.result.total", total=show.number(len(rows)), amount=yuan(total))
    page: Sequence[ShownPremium] = paged(rows, "premium", f"{run.run_id}-{month}", said)
    text: Any = Config.TextColumn
    people(page, "premium", {
        "state": ([STATES[row.state] for row in page], text(t("premium.column.state"), width=72)),
        "given": ([row.given for row in page], text(t("premium.column.given"), width=108)),
        "amount": ([row.amount for row in page], money("amount")),
        # Only Dongyang's people choose shares.
        **({"shares": ([row.shares_amount or None for row in page], money("shares"))} if found.totals.shares_amount else {}),
        "fiscal": ([row.fiscal for row in page], money("fiscal")),
        "total": ([row.total for row in page], money("total")),
        "note": ([row.note for row in page], text(t("premium.column.note"), width=NOTE)),
    })


def the_gaps(run: Run, viewer: Actor) -> None:
    with st.spinner(t("premium.working")):
        found = people_lists.insurance_gaps(run.run_id, viewer)
    noted.note_once(viewer, f"run:{run.run_id}", "screen:premiums", {"list": "insurance_gaps"})
    st.caption(t("premium.gaps.note"))
    if not found:
        empty_state(":material/verified_user:", t("premium.gaps.nobody.title"), t("premium.gaps.nobody.text"))
        return
    with st.grid(5, min_column_width=170):
        for state, words in GAP_STATES.items():
            count = sum(row.state == state for row in found)
            st.metric(t(f"premium.gap.{state}"), t("unit.people", count=show.number(count)), border=True, help=words)
    rows = narrowed(found, "gaps", GAP_STATES)
    if permitted(viewer, Permission.EXPORT_PEOPLE):
        with st.popover(t("list.export"), icon=":material/download:", key="gaps-export", disabled=not rows):
            heading = t("premium.gaps.heading")
            export_form("gaps", len(rows), viewer, partial(job, run, viewer, Named(heading, run.as_of, rows, GAP_COLUMNS)))
    if not rows:
        empty_state(":material/search_off:", t("empty.no_rows.title"), t("premium.no_rows"))
        return
    page: Sequence[ShownGap] = paged(rows, "gaps", run.run_id, t("premium.result", total=show.number(len(rows))))
    text: Any = Config.TextColumn
    people(page, "gaps", {
        "state": ([GAP_STATES[row.state] for row in page], text(t("premium.column.gap"), width=232)),
        "first": ([row.first for row in page], text(t("premium.column.from"), width=104)),
        "last": ([row.last for row in page], text(t("premium.column.to"), width=104)),
        "still": ([t("premium.yes") if row.still else t("premium.no") for row in page], text(t("premium.column.still"), width=90)),
    })


def the_months(run: Run, viewer: Actor) -> None:
    if viewer.scope != EVERYTHING:
        empty_state(":material/query_stats:", t("premium.months.whole.title"), t("premium.months.whole.text"))
        return
    try:
        with st.spinner(t("premium.working")):
            months, indicators = run_figures.coverage_months(run.run_id, viewer), run_figures.coverage_indicators(run.run_id, viewer)
    except MonitorError as error:
        empty_state(":material/query_stats:", t("premium.none.title"), show.told(error))
        return
    with st.container(border=True):
        card_title(t("premium.months"))
        names = ("month", "entitled", "insured", "not_insured", "supported", "less", "not_supported", "premium_share", "aid_as_of",
                 "aid_due", "aid_reached", "aid_whole", "aid_share")
        table({name: [figure(name, row[name]) for row in months] for name in names}, "months")
        for said, of_months in notes(months).items():
            st.caption(show.plain(t("premium.months.said", months=spans(of_months), note=said)))
    with st.container(border=True):
        card_title(t("premium.indicators"))
        if not indicators:
            st.caption(t("premium.indicators.not_yet", command=f"monitor entitlements --run {run.run_id}"))
            return
        shown = ("label", "subject", "numerator", "denominator", "value", "limit", "met", "detail", "clause", "note")
        table({name: [figure(name, row[name]) for row in indicators] for name in shown}, "indicators")


def notes(months: Sequence[dict[str, str]]) -> dict[str, list[str]]:
    """What is said of months, each sentence once, with the months it is said of. What is to be typed differs by the run alone."""
    found: dict[str, list[str]] = {}
    for row in months:
        for note in filter(None, row["note"].split("；")):
            said, told, _ = note.partition("：monitor entitlements")
            found.setdefault(t("premium.months.entitle", note=said) if told else said, []).append(row["month"])
    return found


def spans(months: Sequence[str]) -> str:
    """``2025-01`` to ``2025-03`` and ``2025-05`` → 2025-01 至 2025-03、2025-05."""
    runs: list[list[str]] = []
    for month in months:
        if runs and _number(month) == _number(runs[-1][-1]) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(run[0] if len(run) == 1 else t("premium.months.span", first=run[0], last=run[-1]) for run in runs)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def figure(name: str, value: str) -> str:
    """A cell of the months or the indicators: a share in per cent, numbers with separators, words as they are."""
    if name in ("value", "limit") or name.endswith("share"):
        return show.percent(value) if value else ""
    if name == "met":
        return {"yes": t("premium.yes"), "no": t("premium.no")}.get(value, "")
    if name == "subject":
        return places.in_words(value)
    return value if name in WORDS or not value else show.grouped(value)


def table(columns: dict[str, list[str]], key: str) -> None:
    """``SENTENCES`` are broken where they do not fit."""
    height = row_height(*((columns[name], width) for name, width in SENTENCES.items() if name in columns))
    st.dataframe(
        pd.DataFrame(columns), hide_index=True, lazy=False, height="content" if len(next(iter(columns.values()))) <= 30 else 1080,
        row_height=height, placeholder="—", key=f"premium-{key}", alt=t(f"premium.{key}"),
        column_config={
            name: Config.TextColumn(
                t(f"premium.{key}.{name}"), alignment="left" if name in WORDS else "right", width=SENTENCES.get(name)
            )
            for name in columns
        },
    )


@dataclass(frozen=True)
class Named:
    """A list to be taken along: its heading, the day or month it is of, its rows and columns, and what they come to in yuan."""

    heading: str
    on: date
    rows: Sequence[Any]
    columns: Sequence[ListColumn]
    total: Decimal | None = None


def job(run: Run, viewer: Actor, of: Named, download: Download) -> Export:
    """The download of exactly the rows counted on screen."""
    made, document = access.now(), run_figures.document(run.document)
    named = with_places(of.columns, places.district)
    cover = Cover(
        heading=of.heading, document=show.titled(run.title, document.number) if document else run.title, clauses=(), run_id="",
        as_of=of.on, known_at=made.isoformat(timespec="seconds"), trial=run.trial, provisional=False, filters=(), count=len(of.rows),
        excess_fen=int((of.total or 0) * 100), made_at=made, made_for=t("export.made_for", display=viewer.display, name=viewer.name),
        count_label=t("premium.people"), amount_label=t("premium.export.total") if of.total is not None else "",
    )

    def chunks() -> Iterator[bytes]:
        if download.kind == "csv":
            yield from csv_lines(of.rows, named)
            return
        out = BytesIO()
        if download.whole:
            write_xlsx_in_full(in_full(open_store(access.home()), of.rows), out, cover, columns_in_full(named))
        else:
            write_xlsx(of.rows, out, cover, named)
        yield out.getvalue()

    name = f"{of.heading}_{made:%Y%m%d%H%M%S}"
    return Export(
        name=f"{t('export.trial_prefix') if run.trial else ''}{name}.{download.kind}",
        media_type=download.media_type, session=viewer.session or "", scope=viewer.scope,
        permissions=download.permissions, chunks=chunks,
        object=f"premiums:{run.document}:{of.on:%Y-%m}" if of.columns is PREMIUM_COLUMNS else f"run:{run.run_id}",
        where="screen:premiums",
        purpose=download.purpose, detail={"format": download.kind, "rows": len(of.rows), "full": download.whole},
    )


def page(viewer: Actor, run: Run) -> None:
    st.header(t("nav.premiums"), anchor=False)
    run_line(run)
    banners(run, viewer)
    part = st.segmented_control(
        t("premium.part"), PARTS, default="list", format_func=lambda one: t(f"premium.part.{one}"), key="premium-part",
        label_visibility="collapsed",
    )
    SHOWN: dict[str, Callable[[Run, Actor], None]] = {"list": the_list, "gaps": the_gaps, "months": the_months}
    SHOWN[part or "list"](run, viewer)


if __name__ == "__main__":
    for_run(page, Permission.SEE_PEOPLE)
