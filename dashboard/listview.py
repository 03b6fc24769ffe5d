"""What the two lists share: filters in one form, order, pages, downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import streamlit as st

from dashboard import browser, queries, show
from dashboard.exports import Export, desk
from dashboard.locale import t
from dashboard.parts import now
from monitor.casework.listing import AlertRow, AsideRow, Page
from monitor.casework.narrowing import AsideFilters, Filters, Search
from monitor.casework.overview import Run
from monitor.errors import MonitorError
from monitor.reports.workbook import Cover, ListColumn, csv_lines, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INSUTYPE_GROUPS = ("employee", "resident", "other")
SEARCH_KINDS = ("certno", "last4", "name")


@dataclass(frozen=True)
class Order:
    sort: str
    descending: bool
    size: int


def chooser(name: str, options: Sequence[str], label: Callable[[str], str], key: str, width: int = 190) -> tuple[str, ...]:
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
    return queries.search_for(kind, typed)  # type: ignore[arg-type]  # one of SEARCH_KINDS


def order_fields(prefix: str, sorts: Iterable[str], on_change: Callable[[], None]) -> Order:
    """The order of the whole list and the size of a page."""
    combined = [(name, descending) for name in sorts for descending in (True, False)]
    sort, descending = st.selectbox(
        t("sort.label"),
        combined,
        format_func=lambda pair: t(
            "sort.combined",
            column=t(f"sort.{pair[0]}"),
            direction=t("sort.descending" if pair[1] else "sort.ascending"),
        ),
        key=f"{prefix}-sort",
        persist_state="session",
        on_change=on_change,
        width=230,
    )
    size = st.selectbox(
        t("list.size"),
        queries.PAGE_SIZES,
        index=1,
        format_func=lambda value: t("list.size.rows", size=value),
        key=f"{prefix}-size",
        persist_state="session",
        on_change=on_change,
        width=110,
    )
    return Order(sort, descending, size)


def result_line(page: Page, number: int, size: int) -> None:
    st.markdown(
        t(
            "list.result",
            total=show.number(page.total),
            excess=show.yuan(page.excess_sum),
            first=(number - 1) * size + 1,
            last=min(number * size, page.total),
        ),
        width="content",
    )


def described(filters: Filters | AsideFilters) -> tuple[str, ...]:
    """The filters in Chinese, for the 说明 sheet. A search is named by its kind only: what was typed is personal."""
    labels: dict[str, Callable[[str], str]] = {
        "kinds": show.kind_label,
        "states": show.state_label,
        "reasons": show.aside_label,
        "categories": show.category_label,
        "insutypes": show.insutype_group_label,
        "districts": str,
        "months": show.month_label,
    }
    lines = [
        t("export.filter", name=t(f"filter.{name}"), values="、".join(label(value) for value in values))
        for name, label in labels.items()
        if (values := getattr(filters, name, ()))
    ]
    if filters.excess_from is not None:
        amount = t("export.from", amount=show.yuan(filters.excess_from))
        lines.append(t("export.filter", name=t("column.excess"), values=amount))
    if filters.excess_to is not None:
        amount = t("export.to", amount=show.yuan(filters.excess_to))
        lines.append(t("export.filter", name=t("column.excess"), values=amount))
    if filters.search is not None:
        lines.append(t("search.said", kind=t(f"search.{filters.search.kind}")))
    return tuple(lines)


def export_buttons(
    prefix: str,
    run: Run,
    page: Page,
    filters: Filters | AsideFilters,
    rows: Callable[[], Iterator[AlertRow | AsideRow]],
    columns: Sequence[ListColumn],
    viewer: str,
) -> None:
    """Two downloads of exactly what the filters leave. The rows are read when the browser fetches the file; as a run
    never changes, they are the ones counted on screen."""
    made = now()
    document = queries.document(run.document)
    cover = Cover(
        heading=t(f"export.heading.{prefix}"),
        document=f"{run.title}（{document.number}）" if document else run.title,
        clauses=tuple(
            t("export.clause", kind=show.kind_label(rule.kind), clause=rule.clause) for rule in (document.rules if document else ())
        ),
        run_id=run.run_id,
        as_of=run.as_of,
        known_at=run.known_at,
        trial=run.trial,
        provisional=run.provisional,
        filters=described(filters),
        count=page.total,
        excess_fen=page.excess_sum,
        made_at=made,
    )
    name = t(f"export.file.{prefix}", as_of=show.day(run.as_of), stamp=made.strftime("%Y%m%d%H%M%S"))
    if run.trial:
        name = t("export.trial_prefix") + name

    def xlsx() -> Iterator[bytes]:
        out = BytesIO()
        write_xlsx(rows(), out, cover, columns)
        yield out.getvalue()

    exports = {
        "xlsx": Export(f"{name}.xlsx", XLSX, viewer, xlsx),
        "csv": Export(f"{name}.csv", "text/csv; charset=utf-8", viewer, lambda: csv_lines(rows(), columns)),
    }
    for kind, export in exports.items():
        if st.button(t(f"list.export.{kind}"), icon=":material/download:", key=f"{prefix}-{kind}", disabled=not page.total):
            browser.download(desk.leave(export))
            st.toast(t("list.export.started", total=show.number(page.total)), icon=":material/download:")


def amounts(low: str, high: str) -> tuple[int | None, int | None]:
    """The excess filter as typed, in fen. Raises MonitorError where it is no amount or upside down."""
    from dashboard.parts import fen

    try:
        bounds = fen(low), fen(high)
    except ValueError:
        raise MonitorError(t("filter.excess_wrong")) from None
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        raise MonitorError(t("filter.excess_order"))
    return bounds


def money_columns(*names: str) -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(t(f"column.{name}"), format="%,.2f", width=105) for name in names}
