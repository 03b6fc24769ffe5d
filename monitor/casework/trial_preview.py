"""What a list to a department would hold under a text that has only been tried: looked at, never put forward.

A trial opens no case, so the people are the alerts of the newest trial itself, all of them news. ``referrals.propose`` previews the
official way and refuses such a list: a draft is sent to nobody.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from monitor.base.vocabulary import ReferralNews
from monitor.casework.from_runs import band
from monitor.casework.reading.narrowing import within
from monitor.casework.reading.overview import ACTIVE_STATES
from monitor.casework.selection import (
    FACTS,
    KEPT,
    MASKED,
    WHERE,
    Asked,
    LeftOut,
    Line,
    PackError,
    Preview,
    RunFacts,
    content_hash,
    documents_with_cases,
    preview,
)
from monitor.casework.tables import alerts, runs


def documents_tried(connection: Connection) -> list[str]:
    """Documents that were only tried: they have trials and no case."""
    r = runs.c
    tried = connection.scalars(select(r.document).where(r.trial, r.replay.is_(False)).distinct().order_by(r.document))
    return [document for document in tried if document not in documents_with_cases(connection)]


def look(connection: Connection, asked: Asked) -> Preview:
    """The list as it would go out; of a document that was only tried, as it would if it were in force (``run.trial``).

    Raises PackError where the document was run neither way by the end of the month.
    """
    if asked.document not in documents_tried(connection):
        return preview(connection, asked)
    r, a = runs.c, alerts.c
    tried = select(r.run_id, r.title, r.as_of, r.known_at, r.provisional, r.trial).where(
        r.document == asked.document, r.trial, r.replay.is_(False), r.as_of <= asked.last_day
    )
    newest = connection.execute(tried.order_by(r.as_of.desc(), r.position.desc()).limit(1)).one_or_none()
    if newest is None:
        raise PackError(f"文件 {asked.document} 在 {asked.month} 月底以前没有试运行过；请先试运行，或改看以后的月份")
    computed = {"band": band(asked.document).label("band"), "alert_state": a.state, "alert_reason": a.reason}
    facts = [computed.get(name, a.get(name)) for name in FACTS]
    found = select(a.id, a.person, *facts, *(a[name] for name in (*WHERE, *MASKED, *KEPT))).where(
        a.run_id == newest.run_id, a.state.in_(ACTIVE_STATES), *within(a, asked.scope)
    )
    lines: list[Line] = []
    left_out: Counter[str] = Counter()
    for row in connection.execute(found.order_by(a.id)):
        if not asked.layout.takes(asked.document, row.kind, row.category):
            left_out[LeftOut.NOT_THEIRS.value] += 1
            continue
        number, person, *cells = tuple(row)
        parts = iter(cells)
        said, where, masked, kept = (dict(zip(names, parts, strict=False)) for names in (FACTS, WHERE, MASKED, KEPT))
        lines.append(Line(number, person, ReferralNews.NEW, row.category in asked.layout.covered, said, where, masked, kept))
    lines.sort(key=lambda line: (line.covered, -line.excess_fen, line.case_id))
    run = RunFacts(*newest)
    return Preview(asked, run, tuple(lines), dict(sorted(left_out.items())), content_hash(asked, run.run_id, lines))
