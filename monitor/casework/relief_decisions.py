"""Reliefs decided one by one (一事一议) as the store's case decisions, so that entitlements add what a case's relief gave.

The history of the cases says which reliefs of that kind stand; ``relief_decisions`` says what the store was told of them. The
difference is loaded by the store's ordinary import: a decision is one of a person and a day, a later load corrects its
amount, and 0 takes it back. The decisions the bureau imports itself come first: one of the same day, or of the same year and
amount, is the same decision and counts once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
from sqlalchemy import Connection, func, or_, select

from monitor.access.hashing import person_hex
from monitor.access.moment import written
from monitor.access.opening import Access
from monitor.base.vocabulary import CaseAct, CaseState, ReliefKind
from monitor.casework.following import JOINED
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL, case_events, cases, relief_decisions
from monitor.demo.home import keep
from monitor.intake.columns import CASE_DECISIONS
from monitor.store.home import Store, in_memory
from monitor.store.loading import load_file

_PREFIX = "relief-decisions-"


@dataclass(frozen=True)
class Owed:
    """A decision the store has to be told of, or (``fen`` 0) has to be told is none. ``since``: the act it comes from."""

    person: str
    on: date
    fen: int
    case_id: int
    since: str
    #: The person it was told of before, where it was: another key where numbers have been joined since.
    told_as: str = ""
    certno: str = field(repr=False, default="")
    name: str = field(repr=False, default="")


def feed(store: Store, access: Access, *, now: datetime) -> str | None:
    """Bring the store's case decisions up to the cases; returns the batch, None where there was nothing to tell.

    ``store`` is held for writing. Killed in between, the next call makes up for it: the same difference is the same file.
    """
    with access.engine.connect() as connection:
        telling = [one for one in _named(connection, access, owed(store, connection)) if one.certno]
    if not telling:
        return None
    content = _content(telling)
    keep(store, hashlib.sha256(content).hexdigest())
    with in_memory(store.home, f"{_PREFIX}{len(telling)}.csv", content) as path:
        batch = load_file(store, path, CASE_DECISIONS, now.isoformat()).batch
    # Taken in here: the two take a twentieth of a second, which every command would wait for.
    from sqlalchemy.dialects import postgresql, sqlite

    with access.begin() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for one in telling:
            values = {"fen": one.fen, "batch": batch, "at": written(now)}
            seal = access.sealer.seal_text
            told = dialect.insert(relief_decisions).values(
                person=one.told_as or one.person, decided_on=one.on, certno_sealed=seal(one.certno, CERTNO_SEAL),
                name_sealed=seal(one.name or None, NAME_SEAL), **values,
            )
            connection.execute(told.on_conflict_do_update(index_elements=["person", "decided_on"], set_=values))
    return batch


def owed(store: Store, connection: Connection) -> list[Owed]:
    """What the store has not been told yet, in order, without names and numbers."""
    standing, backs = _standing(connection)
    now_as = _followed(connection)
    r = relief_decisions.c
    rows = {
        (now_as.get(row.person, row.person), row.decided_on): row
        for row in connection.execute(select(r.person, r.decided_on, r.fen).order_by(r.fen))
    }
    told = {key: int(row.fen) for key, row in rows.items()}
    if not standing and not any(told.values()):
        return []
    own: dict[str, dict[date, int]] = defaultdict(dict)
    for person, days in _own_of_the_bureau(store).items():
        own[now_as.get(person, person)] |= days
    wanted = {key: one for key, one in standing.items() if not _covered(one, own, standing)}
    found = []
    for key in sorted({*wanted, *(key for key, fen in told.items() if fen)}):
        person, on = key
        if on in own.get(person, {}):
            # The bureau's own record of that day governs; nothing of ours may stand over it.
            continue
        one = wanted.get(key)
        if (one.fen if one else 0) != told.get(key, 0):
            last = one or standing.get(key) or backs.get(key) or Owed(person, on, 0, 0, "")
            before = rows[key].person if key in rows else ""
            found.append(Owed(person, on, one.fen if one else 0, last.case_id, last.since, before))
    return found


def _covered(one: Owed, own: dict[str, dict[date, int]], standing: dict[tuple[str, date], Owed]) -> bool:
    """Whether the bureau has imported it: of the same day, or of the year and amount of no other relief of that day."""
    its = own.get(one.person, {})
    if one.on in its:
        return True
    free = [on for on, fen in its.items() if on.year == one.on.year and fen == one.fen and (one.person, on) not in standing]
    alike = sorted(
        on for (person, on), other in standing.items()
        if person == one.person and on.year == one.on.year and other.fen == one.fen and on not in its
    )
    return alike.index(one.on) < len(free)


def _standing(connection: Connection) -> tuple[dict[tuple[str, date], Owed], dict[tuple[str, date], Owed]]:
    """Reliefs of the kind that stand, by person and day, and those that were taken back. Of two cases of one person (two
    documents) the same relief is one; of one case, two of one day are added."""
    e, c = case_events.c, cases.c
    arranged = e.act == CaseAct.ARRANGE_RELIEF.value
    taken_back = (e.act == CaseAct.REOPEN.value) & (e.from_state == CaseState.RELIEF_ARRANGED.value)
    asked = select(e.case_id, e.act, e.at, e.detail, c.person).join(cases, c.id == e.case_id).where(or_(arranged, taken_back))
    of_case: dict[int, list[Owed]] = defaultdict(list)
    stacks: dict[int, list[Owed | None]] = defaultdict(list)
    backs: dict[tuple[str, date], Owed] = {}
    for case_id, act, at, detail, person in connection.execute(asked.order_by(e.id)):
        if act == CaseAct.ARRANGE_RELIEF:
            said = json.loads(detail)
            is_decision = said.get("relief_kind") == ReliefKind.CASE_DECISION
            stacks[case_id].append(
                Owed(person, date.fromisoformat(said["relief_on"]), int(said["relief_fen"]), case_id, at) if is_decision else None
            )
        elif stacks[case_id] and (one := stacks[case_id].pop()) is not None:
            backs[one.person, one.on] = Owed(one.person, one.on, 0, case_id, at)
    for case_id, stack in stacks.items():
        of_case[case_id] = [one for one in stack if one is not None]
    standing: dict[tuple[str, date], Owed] = {}
    for reliefs in of_case.values():
        days: dict[date, Owed] = {}
        for one in reliefs:
            before = days.get(one.on)
            days[one.on] = Owed(one.person, one.on, one.fen + (before.fen if before else 0), one.case_id, one.since)
        for on, one in days.items():
            other = standing.get((one.person, on))
            standing[one.person, on] = one if other is None or one.fen > other.fen else other
    return standing, backs


def _followed(connection: Connection) -> dict[str, str]:
    """Old person key → the key its case stands under now, of the cases that went over when numbers were joined."""
    e, c = case_events.c, cases.c
    asked = select(e.detail, c.person).join(cases, c.id == e.case_id).where(e.reason == JOINED).order_by(e.id)
    return {old: person for detail, person in connection.execute(asked) if (old := json.loads(detail)["from"]) != person}


def _own_of_the_bureau(store: Store) -> dict[str, dict[date, int]]:
    """The case decisions the bureau imported itself: person → day → amount (fen), the newest of each day."""
    loads = [load for load in store.manifest.of_table(CASE_DECISIONS.name) if not load.file.startswith(_PREFIX)]
    files = store.files(loads, "part-")
    found: dict[str, dict[date, int]] = defaultdict(dict)
    if not files:
        return found
    with store.engine_scope() as engine:
        engine.table("imported", files)
        rows: pa.Table = engine.select("SELECT person, decided_on, amount FROM imported ORDER BY batch, line")
    for row in rows.to_pylist():
        found[person_hex(int(Decimal(row["person"])))][row["decided_on"]] = int(row["amount"] * 100)
    return {person: {on: fen for on, fen in days.items() if fen} for person, days in found.items()}


def _named(connection: Connection, access: Access, found: list[Owed]) -> list[Owed]:
    """With names and numbers; no number for whom none is known: those cannot be told."""
    c, open_text = cases.c, access.sealer.open_text
    people = {one.person for one in found}
    newest = select(func.max(c.id)).where(c.person.in_(people)).group_by(c.person)
    names = {
        row.person: (open_text(row.certno_sealed, CERTNO_SEAL), open_text(row.name_sealed, NAME_SEAL))
        for row in connection.execute(select(c.person, c.certno_sealed, c.name_sealed).where(c.id.in_(newest)))
    }
    r = relief_decisions.c
    before = {
        (row.person, row.decided_on): (open_text(row.certno_sealed, CERTNO_SEAL), open_text(row.name_sealed, NAME_SEAL))
        for row in connection.execute(select(r.person, r.decided_on, r.certno_sealed, r.name_sealed)) if row.certno_sealed
    }
    named = []
    for one in found:
        certno, name = before.get((one.told_as, one.on)) or names.get(one.person, ("", ""))
        named.append(replace(one, certno=certno, name=name))
    return named


def _content(telling: list[Owed]) -> bytes:
    """As the bureau could have written it; the act in each paper makes a decision given a second time another file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["certno", "psn_name", "decided_on", "kind", "amount", "paper"])
    for one in telling:
        what = "落实的救助，登记于" if one.fen else "的救助已收回，或与导入的决定相同，"
        paper = f"案件 {one.case_id} {what} {one.since}"
        amount = Decimal(one.fen).scaleb(-2)
        writer.writerow([one.certno, one.name, one.on.isoformat(), ReliefKind.CASE_DECISION.label, f"{amount:.2f}", paper])
    return text.getvalue().encode()
