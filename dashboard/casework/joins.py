"""Numbers that may be one person, for the page about them: read within the viewer's scope, decided by who has the right.

What is cached is masked: a cache is shared between users.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st

from dashboard.casework.acting import acting
from dashboard.door.access import home
from monitor.access.actor import Actor
from monitor.access.masking import mask_name, mask_number
from monitor.access.roles import require
from monitor.access.scope import EVERYTHING, Scope
from monitor.actions.joins import JoinWord, decide_join, number_joins
from monitor.base.vocabulary import JoinState, Permission
from monitor.policy.library import load_library
from monitor.review.joins import Listed, joins

WHERE = "screen:joins"


@dataclass(frozen=True)
class JoinRow:
    """One pair, masked; amounts in fen, None where they could not be worked out; ``number`` None where it has none yet."""

    number: int | None
    state: JoinState
    names: tuple[str, str]
    certnos: tuple[str, str]
    amounts: tuple[int | None, int | None]
    together: int | None
    crosses: tuple[str, ...]
    differs: bool
    note: str
    by: str
    decided_at: str
    reason: str


@dataclass(frozen=True)
class JoinList:
    """The pairs of a scope; ``half``: how many have one side outside it; ``lacking``: why there are no amounts."""

    rows: tuple[JoinRow, ...]
    half: int
    lacking: str
    document: str
    as_of: str


def listed(actor: Actor) -> JoinList:
    """Every pair within the viewer's scope; looking writes nothing. Raises MonitorError where there is no home yet."""
    require(actor, Permission.SEE_PEOPLE)
    digest = hashlib.sha256(home().manifest.read_bytes()).hexdigest() if home().manifest.exists() else ""
    return _listed(str(home().path), digest, actor.scope)


@st.cache_data(show_spinner=False, max_entries=16)
def _listed(path: str, digest: str, scope: Scope) -> JoinList:
    from monitor.store.home import open_store

    found = joins(open_store(home()), load_library(), None if scope == EVERYTHING else scope)
    record = found.record if not found.lacking else None
    return JoinList(
        tuple(_row(one, weighed=record is not None) for one in found.pairs), found.half, found.lacking,
        record.document if record else "", record.as_of if record else "",
    )


def _row(one: Listed, *, weighed: bool) -> JoinRow:
    sides, word = one.weighed, one.pair.word
    amounts = [int(side.amount * 100) if weighed else None for side in (sides.one, sides.other, sides.both)]
    (certno, _, name), (other_certno, _, other_name) = one.texts
    return JoinRow(
        one.number if one.numbered else None, one.pair.state, (mask_name(name), mask_name(other_name)),
        (mask_number(certno), mask_number(other_certno)),
        (amounts[0], amounts[1]), amounts[2], tuple(kind for kind, _ in sides.crosses), bool(one.differs), one.note,
        word.by if word else "", word.committed_at if word else "", word.reason if word else "",
    )


def give_numbers(actor: Actor) -> None:
    """Gives the pairs that have none yet their numbers, for good. Raises MonitorError; who may not is written down."""
    number_joins(acting(actor, WHERE))


def settle(number: int, actor: Actor, *, together: bool | None, reason: str, twice: bool, seen: str) -> None:
    """The viewer's word on a pair, None taking it back; ``seen``: when the word they saw was said. Raises MonitorError; who may not
    is written down."""
    decide_join(acting(actor, WHERE), load_library(), number, JoinWord(together), reason, seen=seen, twice=twice)
