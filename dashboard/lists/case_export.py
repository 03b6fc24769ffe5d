"""The download of a list of cases: exactly what the filters leave, in the order of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

from sqlalchemy import Connection

from dashboard.door import access
from dashboard.lists.exports import Download, Export
from dashboard.locale import t
from dashboard.queries import database
from dashboard.text import case_words, places, show
from monitor.access.actor import Actor
from monitor.base.errors import MonitorError
from monitor.casework.reading.case_listing import CaseFilters, CaseRow, case_rows
from monitor.casework.reading.in_full import in_full
from monitor.casework.reading.listing import Page
from monitor.casework.reading.query import ListQuery
from monitor.reports.case_list import case_columns
from monitor.reports.workbook import Cover, columns_in_full, csv_lines, with_places, write_xlsx, write_xlsx_in_full


def described(filters: CaseFilters, names: dict[int, str], towns: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The filters in Chinese. A search is named by its kind only: what was typed is personal."""
    labels: dict[str, Callable[[Any], str]] = {
        "documents": str, "years": str, "states": case_words.state_label, "kinds": show.kind_label,
        "categories": show.category_label, "districts": places.district, "reasons": case_words.reason_label,
        "assignees": lambda number: names.get(number, t("case.assignee.nobody")),
    }
    given: dict[str, Any] = {one.name: getattr(filters, one.name) for one in fields(filters)}
    lines = [
        t("export.filter", name=t(f"filter.case.{name}"), values="、".join(label(value) for value in given[name]))
        for name, label in labels.items() if given[name]
    ]
    if towns:
        lines.append(t("export.filter", name=t("filter.case.towns"), values="、".join(towns)))
    if filters.news is not None:
        lines.append(t("export.filter", name=t("filter.case.news"), values=t(f"filter.case.news.{'yes' if filters.news else 'no'}")))
    if filters.due is not None:
        lines.append(t("export.filter", name=t("filter.case.due"), values=t(f"filter.case.due.{filters.due}")))
    if filters.search is not None:
        lines.append(t("search.said", kind=t(f"search.{filters.search.kind}")))
    return tuple(lines)


@dataclass(frozen=True)
class OnScreen:
    """The list of cases somebody looks at: what was asked (within the ``towns`` it is narrowed to, too), the page that was found,
    display names by account number, titles by document."""

    query: ListQuery[CaseFilters]
    page: Page[CaseRow]
    towns: tuple[str, ...]
    names: dict[int, str]
    titles: dict[str, str]


def an_export(shown: OnScreen, viewer: Actor, download: Download) -> Export:
    """The job behind a download. Cases change: where there are others by the time of the fetch than on screen, there is no file."""
    page, titles, filters = shown.page, shown.titles, shown.query.filters
    made, said = access.now(), described(filters, shown.names, shown.towns)
    chosen = filters.documents or tuple(titles)
    cover = Cover(
        heading=t("export.heading.cases"), document="、".join(titles.get(document, document) for document in chosen), clauses=(),
        run_id="", as_of=made.date(), known_at=made.isoformat(timespec="seconds"), trial=False, provisional=False, filters=said,
        count=page.total, excess_fen=page.excess_sum, made_at=made,
        made_for=t("export.made_for", display=viewer.display, name=viewer.name), count_label=t("list.count.cases"),
    )
    columns = with_places(case_columns(shown.names), places.district)

    def rows(opened: Connection) -> Iterator[CaseRow]:
        return case_rows(opened, shown.query)

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
            lines = list(csv_lines(rows(opened), columns))
        if len(lines) != page.total + 1:
            raise MonitorError(t("export.cases.changed"))
        yield from lines

    return Export(
        name=t("export.file.cases", stamp=made.strftime("%Y%m%d%H%M%S")) + f".{download.kind}",
        media_type=download.media_type, session=viewer.session or "", scope=viewer.scope,
        permissions=download.permissions, chunks=xlsx if download.kind == "xlsx" else csv, object="cases", where="screen:cases",
        purpose=download.purpose,
        detail={"format": download.kind, "rows": page.total, "full": download.whole, "filters": list(said)},
    )
