"""Machine output of the yearly evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Protocol

from monitor.base.vocabulary import Word
from monitor.policy.document import Document
from monitor.reports.machine import Row, write_plain
from monitor.store.manifest import RunRecord

EVALUATION = (
    "document", "year", "run", "as_of", "trial", "section", "figure", "label", "subject", "value", "unit", "limit", "met", "clause",
    "source", "missing",
)
_YES = {True: "yes", False: "no", None: ""}


class FigureLike(Protocol):
    """A line of the report."""

    @property
    def section(self) -> Word: ...
    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def limit(self) -> str: ...
    @property
    def met(self) -> bool | None: ...
    @property
    def clause(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def missing(self) -> str: ...


def figure_rows(document: Document, year: int, run: RunRecord | None, figures: Iterable[FigureLike]) -> list[Row]:
    """One row a figure, in the order of the report; a figure without a value has the sentence why."""
    common = {
        "document": document.id, "year": str(year), "run": run.run if run else "", "as_of": run.as_of if run else "",
        "trial": ("true" if run.trial else "false") if run else "",
    }
    return [
        {
            **common, "section": one.section.value, "figure": one.key, "label": one.label, "subject": one.subject, "value": one.value,
            "unit": one.unit, "limit": one.limit, "met": _YES[one.met], "clause": one.clause, "source": one.source,
            "missing": one.missing,
        }
        for one in figures
    ]


def as_csv(rows: list[Row]) -> str:
    return write_plain(rows, EVALUATION, "csv")


def as_json(document: Document, year: int, run: RunRecord | None, rows: list[Row]) -> str:
    """The clauses that want the evaluation, and the figures, as one object."""
    asked = [
        {"clause": one.clause, "label": one.label, "quote": one.quote, "readings": [reading.text for reading in one.readings]}
        for one in document.provisions.evaluations
    ]
    told = {
        "document": document.id, "year": year, "run": run.run if run else None, "as_of": run.as_of if run else None,
        "trial": run.trial if run else None, "asked": asked, "missing": sum(row["missing"] != "" for row in rows), "figures": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
