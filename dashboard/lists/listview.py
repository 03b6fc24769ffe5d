"""The pages that list people: filters in one form, order, pages, one row a person, downloads.

A list page is a ``PeopleList`` and a form for its filters; ``show_list`` is the rest of the page, the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any, Generic, TypeAlias, TypeVar

import pandas as pd
import streamlit as st
from sqlalchemy import Connection

from dashboard import browser
from dashboard.door import access
from dashboard.lists.exports import Download, Export, desk
from dashboard.locale import t
from dashboard.parts import (
    banners,
    empty_state,
    fen,
    new_list,
    page_key,
    run_line,
)
from dashboard.person.reveal import purpose_fields
from dashboard.queries import database, noted, people_lists, run_figures
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission
from monitor.casework.reading.in_full import in_full
from monitor.casework.reading.listing import Listed, Page, Somebody
from monitor.casework.reading.narrowing import AsideFilters, Filters, InsutypeGroup, Search, ShortfallFilters
from monitor.casework.reading.overview import Run
from monitor.casework.reading.query import ListQuery, Narrowed
from monitor.policy.document import Document
from monitor.reports.workbook import Cover, ListColumn, columns_in_full, csv_lines, with_places, write_xlsx, write_xlsx_in_full

INSUTYPE_GROUPS: tuple[InsutypeGroup, ...] = ("employee", "resident", "other")
SEARCH_KINDS = ("certno", "last4", "name")

Choice = TypeVar("Choice", bound=str)
#: What the lists of a run's people are narrowed to.
OfRun = TypeVar("OfRun", Filters, AsideFilters, ShortfallFilters)
#: What shows something of any person shows it of a person with an alert too.
Shown = TypeVar("Shown", bound=Somebody, contravariant=True)


#: What makes a download of what was asked for.
Job: TypeAlias = Callable[[Download], Export]


@dataclass(frozen=True)
class Order:
    sort: str
    descending: bool
    size: int

    def page(self, filters: Narrowed, number: int) -> ListQuery[Narrowed]:
        """The page of that number of what the filters leave, in this order."""
        return ListQuery(filters, self.sort, self.descending, page=number, size=self.size)


@dataclass(frozen=True)
class Column(Generic[Shown]):
    """One column of a list: its name, what it shows of a row, and Streamlit's word on how."""

    name: str
    value: Callable[[Shown], Any]
    config: Any


def warning_clauses(document: Document) -> tuple[str, ...]:
    """The clauses of the document's warnings."""
    return tuple(t("export.clause", kind=show.kind_label(rule.kind), clause=rule.clause) for rule in document.rules)


@dataclass(frozen=True, kw_only=True)
class Look(Generic[Listed]):
    """What a list looks like, whatever it is of.

    ``name`` begins the keys of its widgets and names its texts (nav., alt., export.); ``person``: what a row is called in
    the address of the page that ``opens``; ``defaults``: the filter widgets' first values by key.
    """

    name: str
    person: str
    defaults: Mapping[str, Any]
    sorts: Sequence[str]
    columns: Sequence[Column[Listed]]
    #: Which texts say what the list's amount is: ``list.result.{amount}``, ``list.amount.{amount}``.
    amount: str = "excess"
    #: What begins the names of the orders' texts.
    sort_words: str = "sort"
    opens: str = "views/person.py"

    def start_filters(self) -> None:
        """Gives each filter its first value, once a session."""
        for key, value in self.defaults.items():
            st.session_state.setdefault(key, value)

    def clear_filters(self) -> None:
        for key, value in self.defaults.items():
            st.session_state[key] = value
        new_list(self.name)()

    def filter_buttons(self) -> None:
        """The two buttons at the end of the form."""
        st.form_submit_button(
            t("filter.apply"), type="primary", icon=":material/search:", on_click=new_list(self.name), key=f"{self.name}-apply"
        )
        st.form_submit_button(t("filter.clear"), on_click=self.clear_filters, key=f"{self.name}-clear")

    def open_chosen(self) -> None:
        """Goes to the page of the row whose button was pressed at the end of the last run, if any."""
        if (opened := st.session_state.pop(f"{self.name}-opened", None)) is not None:
            st.switch_page(self.opens, query_params={self.person: str(opened)})


@dataclass(frozen=True, kw_only=True)
class PeopleList(Look[Listed], Generic[OfRun, Listed]):
    """What makes one page of a run's people another. ``page`` and ``rows``: the queries behind the screen and the downloads;
    ``export``: the downloads' columns."""

    page: Callable[[str, ListQuery[OfRun], Actor], Page[Listed]]
    rows: Callable[[Connection, str, ListQuery[OfRun]], Iterator[Listed]]
    export: Sequence[ListColumn]
    #: What the downloads' cover names as its clauses.
    clauses: Callable[[Document], tuple[str, ...]] = warning_clauses


def show_list(
    people: PeopleList[OfRun, Listed],
    viewer: Actor,
    run: Run,
    filter_form: Callable[[Run, Actor], OfRun],
    note: str = "",
    empty_text: Callable[[OfRun], str] = lambda filters: t("empty.no_rows.text"),
) -> None:
    """A whole list page. ``note`` stands below the heading; ``empty_text`` is said where the filters leave nobody."""
    name = people.name
    people.open_chosen()
    st.header(t(f"nav.{name}"), anchor=False)
    run_line(run)
    if note:
        st.caption(note)
    banners(run, viewer)
    try:
        filters = filter_form(run, viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        st.stop()

    def fetch(order: Order, number: int) -> Page[Listed]:
        detail = {"searched": filters.search.kind if filters.search else None}
        noted.note_once(viewer, f"run:{run.run_id}", f"screen:{name}", detail)
        return people.page(run.run_id, order.page(filters, number), viewer)

    def jobs(page: Page[Listed], order: Order) -> Job:
        return partial(an_export, people, run, page, order.page(filters, 1), viewer)

    show_rows(people, page_key(name, run.run_id), fetch, jobs, viewer, empty_text(filters))


def show_rows(
    people: Look[Listed], paginator: str, fetch: Callable[[Order, int], Page[Listed]], jobs: Callable[[Page[Listed], Order], Job],
    viewer: Actor, empty_text: str,
) -> Page[Listed]:
    """Order, downloads, result and one page of a list. ``fetch``: an order's page of that number; ``jobs``: its download."""
    name = people.name
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            order = order_fields(name, people.sorts, new_list(name), people.sort_words)
        toolbar = st.container(horizontal=True, width="content")
    number = st.session_state.get(paginator, 1)
    page = fetch(order, number)
    if permitted(viewer, Permission.EXPORT_PEOPLE):
        with toolbar, st.popover(t("list.export"), icon=":material/download:", key=f"{name}-export", disabled=not page.total):
            export_form(name, page.total, viewer, jobs(page, order))
    if not page.total:
        empty_state(":material/search_off:", t("empty.no_rows.title"), empty_text)
        st.stop()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        result_line(page, number, order.size, people.amount)
        st.pagination(-(-page.total // order.size), key=paginator, persist_state="session")
    table(people, page)
    st.caption(t("list.note"))
    return page


def text(name: str, width: int, value: Callable[[Shown], str]) -> Column[Shown]:
    return Column(name, value, st.column_config.TextColumn(t(f"column.{name}"), width=width))


def money(name: str, value: Callable[[Shown], int], width: int = 105) -> Column[Shown]:
    """A column of amounts, given in fen."""
    config = st.column_config.NumberColumn(t(f"column.{name}"), format="%,.2f", width=width)
    return Column(name, lambda row: Decimal(value(row)) / 100, config)


def place(row: Somebody) -> str:
    """Where somebody is insured, with the township where it is known."""
    return places.place(row.insu_admdvs, row.town)


def table(people: Look[Listed], page: Page[Listed]) -> None:
    """The page's rows: masked, and with nothing the viewer is not shown. Each has a button that opens the person."""
    ids, button = [row.id for row in page.rows], f"{people.name}-open"

    def remember() -> None:
        """Which row's button was pressed; a callback cannot change the page itself."""
        st.session_state[f"{people.name}-opened"] = ids[st.session_state[button]["row"]]

    shown = {column.name: [column.value(row) for row in page.rows] for column in people.columns}
    st.dataframe(
        pd.DataFrame({"action": [t("list.open")] * len(ids), **shown}),
        hide_index=True,
        lazy=False,
        height="content",
        row_height=34,
        placeholder="—",
        alt=t(f"alt.{people.name}"),
        key=f"{people.name}-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key=button, on_click=remember, width=60
            ),
            **{column.name: column.config for column in people.columns},
        },
    )


def chooser(
    name: str, options: Sequence[Choice], label: Callable[[str], str], key: str, width: int = 190
) -> tuple[Choice, ...]:
    """One filter with several values; nothing chosen means all."""
    chosen = st.multiselect(
        t(f"filter.{name}"),
        options,
        format_func=label,
        placeholder=t("filter.all"),
        select_all=False,
        key=key,
        width=width,
        persist_state="session",
    )
    return tuple(chosen)


def search_fields(prefix: str) -> tuple[str, str]:
    """What kind of search, and what was typed. Never bound to the address: it is a name or a number."""
    kind = st.selectbox(
        t("filter.search_kind"),
        SEARCH_KINDS,
        format_func=lambda value: t(f"search.{value}"),
        key=f"{prefix}-search-kind",
        persist_state="session",
        width=165,
    )
    typed = st.text_input(
        t("filter.search"),
        placeholder=t("filter.search.placeholder"),
        key=f"{prefix}-search",
        persist_state="session",
        autocomplete="off",
        width=175,
    )
    return kind, typed


def search(kind: str, typed: str) -> Search | None:
    return people_lists.search_for(kind, typed)  # type: ignore[arg-type]  # one of SEARCH_KINDS


def order_fields(prefix: str, sorts: Iterable[str], on_change: Callable[[], None], words: str = "sort") -> Order:
    """The order of the whole list and the size of a page."""
    combined = [(name, descending) for name in sorts for descending in (True, False)]
    sort, descending = st.selectbox(
        t("sort.label"),
        combined,
        format_func=lambda pair: t(
            "sort.combined",
            column=t(f"{words}.{pair[0]}"),
            direction=t("sort.descending" if pair[1] else "sort.ascending"),
        ),
        key=f"{prefix}-sort",
        persist_state="session",
        on_change=on_change,
        width=230,
    )
    size = st.selectbox(
        t("list.size"),
        people_lists.PAGE_SIZES,
        index=1,
        format_func=lambda value: t("list.size.rows", size=value),
        key=f"{prefix}-size",
        persist_state="session",
        on_change=on_change,
        width=110,
    )
    return Order(sort, descending, size)


def result_line(page: Page[Listed], number: int, size: int, amount: str) -> None:
    st.markdown(
        t(
            f"list.result.{amount}",
            total=show.number(page.total),
            excess=show.yuan(page.excess_sum),
            first=(number - 1) * size + 1,
            last=min(number * size, page.total),
        ),
        width="content",
    )


def described(filters: Filters | AsideFilters | ShortfallFilters) -> tuple[str, ...]:
    """The filters in Chinese, for the 说明 sheet. A search is named by its kind only: what was typed is personal."""
    labels: dict[str, Callable[[str], str]] = {
        "kinds": show.kind_label,
        "states": show.state_label,
        "reasons": show.due_reason_label if isinstance(filters, ShortfallFilters) else show.aside_label,
        "categories": show.category_label,
        "insutypes": show.insutype_group_label,
        "districts": places.district,
        "months": show.month_label,
    }
    lines = [
        t("export.filter", name=t(f"filter.{name}"), values="、".join(label(value) for value in values))
        for name, label in labels.items()
        if (values := getattr(filters, name, ()))
    ]
    if not isinstance(filters, ShortfallFilters) and filters.excess_from is not None:
        amount = t("export.from", amount=show.yuan(filters.excess_from))
        lines.append(t("export.filter", name=t("column.excess"), values=amount))
    if not isinstance(filters, ShortfallFilters) and filters.excess_to is not None:
        amount = t("export.to", amount=show.yuan(filters.excess_to))
        lines.append(t("export.filter", name=t("column.excess"), values=amount))
    if filters.search is not None:
        lines.append(t("search.said", kind=t(f"search.{filters.search.kind}")))
    return tuple(lines)


def export_form(prefix: str, total: int, viewer: Actor, job: Job, *, of_people: bool = True) -> None:
    """Two downloads of exactly what the filters leave, for a purpose. The rows are read when the browser fetches the file. Masked,
    unless who needs them whole says so; then as a workbook only: a spreadsheet that opens a CSV takes eighteen digits for a number
    and spoils the last three. A list that is not ``of_people`` has nobody's name to show."""
    with st.form(f"{prefix}-export-form", border=False):
        purpose, remark = purpose_fields(f"{prefix}-export")
        whole = of_people and permitted(viewer, Permission.REVEAL) and st.checkbox(t("list.export.full"), key=f"{prefix}-full")
        with st.container(horizontal=True):
            pressed = [
                kind
                for kind in ("xlsx", "csv")
                if st.form_submit_button(
                    t(f"list.export.{kind}"), icon=":material/download:", key=f"{prefix}-{kind}", disabled=not total
                )
            ]
    if not pressed:
        return
    if purpose is None:
        st.error(t("reveal.purpose.missing"))
        return
    if whole and "csv" in pressed:
        st.error(t("list.export.full.csv"))
        return
    try:
        said = noted.purpose_text(purpose, remark)
    except MonitorError as error:
        st.error(show.told(error))
        return
    browser.download(desk.leave(job(Download(pressed[0], said, whole))))
    st.toast(t("list.export.started", total=show.number(total)), icon=":material/download:")


def an_export(
    people: PeopleList[OfRun, Listed], run: Run, page: Page[Listed], query: ListQuery[OfRun], viewer: Actor, download: Download
) -> Export:
    """The job behind a download: what is to be made, for whom, and what the audit will say of it. As a run never changes, its rows
    are the ones counted on screen."""
    made, document = access.now(), run_figures.document(run.document)
    columns = with_places(people.export, places.district)
    cover = Cover(
        heading=t(f"export.heading.{people.name}"),
        document=show.titled(run.title, document.number) if document else run.title,
        clauses=people.clauses(document) if document else (),
        run_id=run.run_id,
        as_of=run.as_of,
        known_at=run.known_at,
        trial=run.trial,
        provisional=run.provisional,
        filters=described(query.filters),
        count=page.total,
        excess_fen=page.excess_sum,
        made_at=made,
        made_for=t("export.made_for", display=viewer.display, name=viewer.name),
        count_label=t(f"list.count.{people.amount}"),
        amount_label=t(f"list.amount.{people.amount}"),
    )
    name = t(f"export.file.{people.name}", as_of=show.day(run.as_of), stamp=made.strftime("%Y%m%d%H%M%S"))
    if run.trial:
        name = t("export.trial_prefix") + name

    def rows(opened: Connection) -> Iterator[Listed]:
        return people.rows(opened, run.run_id, query.within(viewer.scope))

    def xlsx() -> Iterator[bytes]:
        out = BytesIO()
        with database.connection() as opened:
            if download.whole:
                write_xlsx_in_full(in_full(opened, rows(opened), database.sealer()), out, cover, columns_in_full(columns))
            else:
                write_xlsx(rows(opened), out, cover, columns)
        yield out.getvalue()

    def csv() -> Iterator[bytes]:
        with database.connection() as opened:
            yield from csv_lines(rows(opened), columns)

    return Export(
        name=f"{name}.{download.kind}",
        media_type=download.media_type,
        session=viewer.session or "",
        scope=viewer.scope,
        permissions=download.permissions,
        chunks=xlsx if download.kind == "xlsx" else csv,
        object=f"run:{run.run_id}",
        where=f"screen:{people.name}",
        purpose=download.purpose,
        detail={"format": download.kind, "rows": page.total, "full": download.whole, "filters": list(described(query.filters))},
    )


def amounts(low: str, high: str) -> tuple[int | None, int | None]:
    """The excess filter as typed, in fen. Raises MonitorError where it is no amount or upside down."""
    try:
        bounds = fen(low), fen(high)
    except ValueError:
        raise MonitorError(t("filter.excess_wrong")) from None
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        raise MonitorError(t("filter.excess_order"))
    return bounds
