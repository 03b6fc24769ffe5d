"""What a command leaves in the audit: before a line of people is put out, it is written down that it will be."""

from __future__ import annotations

import argparse
from datetime import datetime

from monitor.access.actor import operating_system_user
from monitor.access.audit import Detail
from monitor.base.vocabulary import AuditAction
from monitor.casework.facts import auditing
from monitor.store.home import Store


def where(arguments: argparse.Namespace) -> str:
    """``command:accounts add``: as it was typed, without its arguments, which may name somebody."""
    below = getattr(arguments, "act", None)
    return f"command:{arguments.command}{f' {below}' if below else ''}"


def note(
    store: Store, arguments: argparse.Namespace, now: str, action: AuditAction, object_: str, detail: Detail | None = None
) -> None:
    """Write one entry by whoever runs this process. Raises StoreError where it cannot be written: then nothing is shown."""
    moment = datetime.fromisoformat(now)
    with auditing(store, moment) as access, access.begin() as connection:
        access.audit.append(
            connection, operating_system_user(), action, object_, now=moment, where=where(arguments), detail=detail
        )


def note_list(store: Store, arguments: argparse.Namespace, now: str, object_: str, rows: int, **detail: str | bool) -> None:
    """A list of people goes out: to the screen (SHOWN) or into a file (EXPORTED), in full."""
    action = AuditAction.EXPORTED if arguments.output else AuditAction.SHOWN
    note(store, arguments, now, action, object_, {"rows": rows, "format": arguments.format, "masked": False, **detail})
