"""The list of who may be admitted without a deposit, as a list that is proposed, approved and sent like one to a department.

It is of no cases and of no run: its lines are people with an identity in force on a day. ``referrals`` does with it what it does with
every list; here is what is its own: how it is made, made again and compared, and its lines as they are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from monitor.access.masking import mask_name, mask_number
from monitor.access.scope import Scope
from monitor.access.sealing import Sealer
from monitor.base.vocabulary import Category
from monitor.casework.layouts import PeopleLayout
from monitor.casework.tables import CERTNO_SEAL, NAME_SEAL, pack_people
from monitor.casework.who import fitting
from monitor.casework.writing import write
from monitor.entitle.no_deposit import Admissible, NoDeposit, no_deposit
from monitor.policy.document import Document
from monitor.store.home import Store


class Told(NamedTuple):
    """In the place of a run: such a list is of what is known now."""

    run_id: str
    known_at: str


@dataclass(frozen=True)
class PeopleAsked:
    """What a list is of: the document, the day, and whose people (prefixes, townships; empty: all)."""

    store: Store = field(repr=False)
    layout: PeopleLayout
    of: Document
    on: date
    scope: Scope

    @property
    def month(self) -> str:
        return f"{self.on:%Y-%m}"

    @property
    def document(self) -> str:
        return self.of.id

    @property
    def filters(self) -> dict[str, Any]:
        """What the pack keeps of it, to make the list again from."""
        return {"towns": sorted(self.scope.towns), "layout_sha256": self.layout.sha256, "on": self.on.isoformat()}


@dataclass(frozen=True)
class PeoplePreview:
    """A list as it would go out now."""

    asked: PeopleAsked
    found: NoDeposit = field(repr=False)
    content_sha256: str

    @property
    def lines(self) -> tuple[Admissible, ...]:
        return self.found.people

    @property
    def run(self) -> Told:
        loads = self.asked.store.manifest.loads
        return Told("", loads[-1].committed_at if loads else "")

    @property
    def by_category(self) -> dict[str, int]:
        counted = Counter(one.category for one in self.found.people)
        return {one.value: counted[one.value] for one in Category if one.value in counted}

    @property
    def news(self) -> dict[str, int]:
        return {}

    @property
    def left_out(self) -> dict[str, int]:
        return self.found.aside

    @property
    def excess_fen(self) -> int:
        return 0

    @property
    def counts(self) -> dict[str, Any]:
        return {"news": {}, "covered": 0, "left_out": self.left_out, "excess_fen": 0, "categories": self.by_category,
                "on": self.asked.on.isoformat()}


def preview_people(asked: PeopleAsked) -> PeoplePreview:
    """The list as it would go out now. Raises PolicyError, StoreError."""
    found = no_deposit(asked.store, asked.of, asked.on, asked.scope.districts, asked.scope.towns)
    digest = hashlib.sha256()
    head = [asked.layout.department, asked.layout.sha256, asked.of.id, asked.on.isoformat(), sorted(asked.scope.districts),
            sorted(asked.scope.towns), found.offer.clause, *found.conditions]
    for part in (head, *(_said(one) for one in found.people)):
        digest.update(json.dumps(part, ensure_ascii=False).encode() + b"\n")
    return PeoplePreview(asked, found, digest.hexdigest())


def _said(one: Admissible) -> list[Any]:
    """What the list says of somebody: the content of its hash. Names and numbers go in masked, as in every list's hash."""
    until = one.until.isoformat() if one.until else ""
    return [one.person, one.category, one.since.isoformat(), until, one.insutype, one.insu_admdvs, one.town, one.in_register,
            mask_number(one.certno), mask_name(one.name)]


def write_people(connection: Connection, sealer: Sealer, pack_id: int, found: PeoplePreview) -> None:
    """The lines as proposed, sealed."""
    people, seal = found.lines, sealer.seal_text
    write(connection, pack_people, {
        "pack_id": [pack_id] * len(people), "position": range(1, len(people) + 1), "person": [one.person for one in people],
        "certno_sealed": [seal(one.certno or None, CERTNO_SEAL) for one in people],
        "name_sealed": [seal(one.name or None, NAME_SEAL) for one in people],
        "certno_masked": [mask_number(one.certno) for one in people], "name_masked": [mask_name(one.name) for one in people],
        "category": [one.category for one in people], **fitting({
            "insutype": [one.insutype for one in people], "insu_admdvs": [one.insu_admdvs for one in people],
            "town": [one.town for one in people],
        }),
        "since": [one.since.isoformat() for one in people], "until": [one.until.isoformat() if one.until else None for one in people],
        "in_register": [one.in_register for one in people],
    })
