"""Audit entries for people to read and for machines to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence

from monitor.access.chain import Entry
from monitor.base.vocabulary import AuditAction
from monitor.reports.machine import write_plain
from monitor.reports.workbook import csv_text

#: The columns of ``monitor audit list --format csv``; ``digest`` shows that a printed list is of this chain.
AUDIT = (
    "sequence", "at", "written_at", "actor", "account", "session", "place", "action", "object", "purpose", "detail", "digest",
)
Row = dict[str, str]


def row_of(entry: Entry) -> Row:
    """The entry as text; empty where it has nothing to say."""
    return {name: "" if (value := getattr(entry, name)) is None else str(value) for name in AUDIT}


def as_csv(rows: Sequence[Row]) -> str:
    """One row an entry. Safe to open in a spreadsheet: the purpose is what somebody typed."""
    return write_plain([{name: csv_text(value) for name, value in row.items()} for row in rows], AUDIT, "csv")


def as_json(rows: Sequence[Row]) -> str:
    """The entries exactly as they are, ``detail`` as an object."""
    return json.dumps([{**row, "detail": json.loads(row["detail"])} for row in rows], ensure_ascii=False, indent=1) + "\n"


def as_text(rows: Sequence[Row]) -> str:
    """A line an entry, to read on the screen."""
    return "".join(_line(row) for row in rows) or "没有符合条件的审计记录\n"


def _line(row: Row) -> str:
    told = [
        row["sequence"], row["at"][:19].replace("T", " "), row["actor"], row["place"], AuditAction(row["action"]).label,
        row["object"], f"目的：{row['purpose']}" if row["purpose"] else "", row["detail"] if row["detail"] != "{}" else "",
    ]
    # One line whatever was typed as a purpose.
    return " ".join("　".join(part for part in told if part).split()) + "\n"
