"""Settlements that may be one under two ids, for the page about them: read within the viewer's scope, decided by who has the right.

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
from monitor.actions.duplicates import DuplicateWord, decide_duplicate, number_duplicates
from monitor.assess.duplicates import BECAUSE
from monitor.base.vocabulary import Permission
from monitor.review.duplicates import Duplicates, DuplicateState, Listed, duplicates

WHERE = "screen:duplicates"


@dataclass(frozen=True)
class DuplicateRow:
    """One suspected duplicate, masked; amounts in fen. ``without_all``: the burden without any of the person's that are not settled;
    ``over``: whether that is still over the line; the last four None where the latest run has the person over no line.
    ``number``: None where it has none yet."""

    number: int | None
    state: DuplicateState
    name: str
    certno: str
    setl_ids: tuple[str, str]
    times: tuple[str, str]
    hospitals: tuple[str, str]
    amount: int
    because: str
    kind: str | None
    burden: int | None
    without_all: int | None
    over: bool | None
    by: str
    decided_at: str
    reason: str


@dataclass(frozen=True)
class DuplicateList:
    """Those of a scope; ``half``: how many have one side outside it; ``counts``: whether undecided ones count."""

    rows: tuple[DuplicateRow, ...]
    half: int
    counts: bool
    document: str
    as_of: str


def listed(actor: Actor) -> DuplicateList:
    """Every suspected duplicate within the viewer's scope; looking writes nothing. Raises MonitorError where there is no home yet."""
    require(actor, Permission.SEE_PEOPLE)
    digest = hashlib.sha256(home().manifest.read_bytes()).hexdigest() if home().manifest.exists() else ""
    return _listed(str(home().path), digest, actor.scope)


@st.cache_data(show_spinner=False, max_entries=16)
def _listed(path: str, digest: str, scope: Scope) -> DuplicateList:
    from monitor.store.home import open_store

    store = open_store(home())
    found: Duplicates = duplicates(store, None if scope == EVERYTHING else scope)
    record = found.record
    return DuplicateList(
        tuple(_row(one) for one in found.listed), found.half, store.manifest.counts_undecided(),
        record.document if record else "", record.as_of if record else "",
    )


def _row(one: Listed) -> DuplicateRow:
    copy, word = one.copy, one.word
    # The line that is closest to being undone.
    effect = min(one.effects, key=lambda each: each.without - each.threshold, default=None)
    return DuplicateRow(
        one.number if one.numbered else None, one.state, mask_name(one.psn_name), mask_number(one.certno),
        (copy.setl_id, copy.first_setl_id),
        (copy.setl_time.isoformat(), copy.first_setl_time.isoformat()), (copy.fixmedins_name, copy.first_fixmedins_name),
        int((copy.psn_part_amt + copy.maf_pay) * 100), BECAUSE[copy.because], effect.kind.value if effect else None,
        int(effect.burden * 100) if effect else None, int(effect.without_all * 100) if effect else None,
        effect.without_all > effect.threshold if effect else None,
        word.by if word else "", word.committed_at if word else "", word.reason if word else "",
    )


def give_numbers(actor: Actor) -> None:
    """Gives those that have none yet their numbers, for good. Raises MonitorError; who may not is written down."""
    number_duplicates(acting(actor, WHERE))


def settle(number: int, actor: Actor, *, same: bool | None, reason: str, seen: str) -> None:
    """The viewer's word on one, None taking it back; ``seen``: when the word they saw was said. Raises MonitorError; who may not is
    written down."""
    decide_duplicate(acting(actor, WHERE), number, DuplicateWord(same), reason, seen=seen)
