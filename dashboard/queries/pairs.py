"""Numbers that may be one person and settlements that may be one under two ids: what waits for a person's word, masked."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.access.masking import mask_name, mask_number
from monitor.access.scope import EVERYTHING, Scope
from monitor.assess.duplicates import BECAUSE
from monitor.base.vocabulary import JoinState
from monitor.policy.library import load_library
from monitor.review import duplicates as found_duplicates
from monitor.review import joins as found_joins
from monitor.store.home import Store


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


@dataclass(frozen=True)
class DuplicateRow:
    """One suspected duplicate, masked; amounts in fen. ``without_all``: the burden without any of the person's that are not settled;
    ``over``: whether that is still over the line; the last four None where the latest run has the person over no line.
    ``number``: None where it has none yet."""

    number: int | None
    state: found_duplicates.DuplicateState
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


def join_list(store: Store, scope: Scope) -> JoinList:
    """Those of a scope, masked: what is kept of them is shared between users."""
    found = found_joins.joins(store, load_library(), None if scope == EVERYTHING else scope)
    record = found.record if not found.lacking else None
    return JoinList(
        tuple(_join_row(one, weighed=record is not None) for one in found.pairs), found.half, found.lacking,
        record.document if record else "", record.as_of if record else "",
    )


def duplicate_list(store: Store, scope: Scope) -> DuplicateList:
    """Those of a scope, masked: what is kept of them is shared between users."""
    found = found_duplicates.duplicates(store, None if scope == EVERYTHING else scope)
    record = found.record
    return DuplicateList(
        tuple(_duplicate_row(one) for one in found.listed), found.half, store.manifest.counts_undecided(),
        record.document if record else "", record.as_of if record else "",
    )


def _join_row(one: found_joins.Listed, *, weighed: bool) -> JoinRow:
    sides, word = one.weighed, one.pair.word
    amounts = [int(side.amount * 100) if weighed else None for side in (sides.one, sides.other, sides.both)]
    (certno, _, name), (other_certno, _, other_name) = one.texts
    return JoinRow(
        one.number if one.numbered else None, one.pair.state, (mask_name(name), mask_name(other_name)),
        (mask_number(certno), mask_number(other_certno)),
        (amounts[0], amounts[1]), amounts[2], tuple(kind for kind, _ in sides.crosses), bool(one.differs), one.note,
        word.by if word else "", word.committed_at if word else "", word.reason if word else "",
    )


def _duplicate_row(one: found_duplicates.Listed) -> DuplicateRow:
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
