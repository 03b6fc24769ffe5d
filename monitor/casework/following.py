"""Cases follow their people: whose number stands under another's since a run, and whose no longer does.

A case belongs to the person key its alerts have. When two numbers become one person, the case of the key that stands for nobody any
more goes on under the other; where that has a case of its own, both stay as they are and the history of the one no run speaks of
any more names the other. When the two are put apart again, a case that came over goes back once its number is alerted for itself.
States never change here, and nothing is written twice for the same run: it is part of the transaction that works the run in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from monitor.base.vocabulary import AlertState, CaseAct, CaseState
from monitor.casework.tables import alerts, case_events, cases

#: The reasons of these lines of a history: the number joined another's, it was put apart again, the person has another case.
JOINED, PARTED, OTHER_CASE = "joined", "parted", "other_case"
#: What a history says of them.
FOLLOWED = {
    JOINED: "号码认定为同人，案件随人归到另一号码", PARTED: "号码认定为非同人，案件归还原号码",
    OTHER_CASE: "号码认定为同人，此人另有一件案件",
}
_OVER = (AlertState.NEW.value, AlertState.CONTINUING.value, AlertState.RAISED.value)
_CHUNK = 500


def follow(connection: Connection, run: Any, moved: Mapping[str, str], at: str, actor: str) -> None:
    """Before a run is worked in. ``moved``: who of those alerted before stands under another key now, both as the cases write it."""
    history = _History(connection, run, at, actor)
    _go_back(history, moved)
    for old, new in sorted(moved.items()):
        _go_over(history, old, new)


@dataclass(frozen=True)
class _History:
    """Where lines of cases' histories go that a run writes: with which run, when, and as whose act."""

    connection: Connection
    run: Any
    at: str
    actor: str

    def write(self, case: Any, reason: str, detail: dict[str, Any]) -> None:
        assert CaseState(case.state)
        version = self.connection.scalar(select(cases.c.version).where(cases.c.id == case.id)) or case.version
        self.connection.execute(insert(case_events), {
            "case_id": case.id, "at": self.at, "actor": self.actor, "act": CaseAct.HEAR.value, "from_state": case.state,
            "to_state": case.state, "reason": reason, "detail": json.dumps(detail), "run_id": self.run.run_id, "version": version + 1,
        })
        self.connection.execute(update(cases).where(cases.c.id == case.id).values(version=version + 1))

    def move(self, case: Any, person: str, reason: str, detail: dict[str, Any]) -> None:
        """The case goes to another key of its person."""
        self.write(case, reason, detail)
        self.connection.execute(update(cases).where(cases.c.id == case.id).values(person=person))


def _cases(connection: Connection, run: Any, people: Sequence[str]) -> list[Any]:
    c = cases.c
    found: list[Any] = []
    for start in range(0, len(people), _CHUNK):
        some = people[start : start + _CHUNK]
        asked = select(c.id, c.person, c.state, c.version).where(
            c.document == run.document, c.year == run.as_of.year, c.person.in_(some)
        )
        found += connection.execute(asked.order_by(c.id)).all()
    return found


def _go_over(history: _History, old: str, new: str) -> None:
    connection, run = history.connection, history.run
    by_person = {case.person: case for case in _cases(connection, run, [old, new])}
    case, other = by_person.get(old), by_person.get(new)
    if case is None:
        return
    if other is None:
        history.move(case, new, JOINED, {"from": old})
    elif not _said(connection, case.id, OTHER_CASE, {"other_case": other.id}):
        history.write(case, OTHER_CASE, {"other_case": other.id})


def _go_back(history: _History, moved: Mapping[str, str]) -> None:
    connection, run = history.connection, history.run
    c, e = cases.c, case_events.c
    came_over = select(c.id, c.person, c.state, c.version, e.detail).join(case_events, e.case_id == c.id).where(
        c.document == run.document, c.year == run.as_of.year, e.reason == JOINED
    )
    for case in connection.execute(came_over.order_by(e.id.desc())).all():
        own = json.loads(case.detail)["from"]
        still = moved.get(own) in (case.person, moved.get(case.person))
        if own == case.person or (own in moved and still) or _cases(connection, run, [own]):
            continue
        a = alerts.c
        alerted = select(a.id).where(a.run_id == run.run_id, a.person == own, a.state.in_(_OVER)).limit(1)
        if own not in moved and connection.scalar(alerted) is not None:
            history.move(case, own, PARTED, {"from": case.person})


def _said(connection: Connection, case_id: int, reason: str, detail: dict[str, Any]) -> bool:
    e = case_events.c
    asked = select(e.id).where(e.case_id == case_id, e.reason == reason, e.detail == json.dumps(detail)).limit(1)
    return connection.scalar(asked) is not None
