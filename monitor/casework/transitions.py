"""The life of a case as one table: which act leads from where to where, how it comes about, who may do it, what it needs.

Whatever is not in ``TABLE`` is refused. A case rests in no state for good: an excluded one can be restored, a closed one
re-opened. What a run found leads nowhere a person has decided otherwise: it moves cases only by the rows marked RUN.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.base.vocabulary import CaseAct, CaseState, CloseReason, ExclusionReason, RefusalReason, Role, Word

A, S = CaseAct, CaseState


class Way(StrEnum):
    """How an act comes about."""

    HAND = "hand"  # somebody does it to one case or a list of them
    PACK = "pack"  # with a referral pack, to all of its cases
    RUN = "run"  # a run says so when it is worked in


class Need(StrEnum):
    """What an act does not go without."""

    REASON = "reason"
    REMARK = "remark"
    CATEGORY = "category"
    RELIEF = "relief"


@dataclass(frozen=True)
class Transition:
    """``act`` leads from any of ``sources`` to ``target``; ``roles`` may do it (none: nobody, only a run)."""

    act: CaseAct
    sources: frozenset[CaseState]
    target: CaseState
    ways: frozenset[Way]
    roles: frozenset[Role]
    needs: frozenset[Need]


#: Where a case has been sent, and no department has said anything final.
WITH_THE_DEPARTMENT = frozenset({S.SENT, S.RECEIVED, S.BACK_UNDER})
#: A department's answer, by hand or with a reply.
ANSWERS = {
    A.ACCEPT: S.ACCEPTED, A.REFUSE: S.NOT_RECOGNISED, A.FIND_COVERED: S.ALREADY_COVERED, A.FIND_DECEASED: S.DECEASED,
    A.FIND_UNREACHABLE: S.UNREACHABLE,
}
#: Where nothing is asked of anybody any more.
ENDED = frozenset({S.EXCLUDED, S.CLOSED})
#: Acts that leave a case where it stands, possible in every state.
STAYING = frozenset({A.ASSIGN, A.NOTE, A.SET_DUE, A.HEAR})
#: The coded reasons of the acts that need one.
REASONS: dict[CaseAct, type[Word]] = {A.EXCLUDE: ExclusionReason, A.REFUSE: RefusalReason, A.CLOSE: CloseReason}

_OFFICER = frozenset({Role.OFFICER})
_APPROVER = frozenset({Role.APPROVER})
_ANSWERERS = frozenset({Role.OFFICER, Role.DATA_MANAGER})
_NOBODY: frozenset[Role] = frozenset()


def _row(
    act: CaseAct, sources: Iterable[CaseState], target: CaseState, roles: frozenset[Role], *needs: Need,
    ways: tuple[Way, ...] = (Way.HAND,),
) -> Transition:
    return Transition(act, frozenset(sources), target, frozenset(ways), roles, frozenset(needs))


TABLE: tuple[Transition, ...] = (
    _row(A.REVIEW, {S.NEW}, S.UNDER_REVIEW, _OFFICER),
    _row(A.EXCLUDE, {S.UNDER_REVIEW, S.READY}, S.EXCLUDED, _OFFICER, Need.REASON, Need.REMARK),
    _row(A.RESTORE, {S.EXCLUDED}, S.UNDER_REVIEW, _OFFICER),
    _row(A.MARK_READY, {S.UNDER_REVIEW}, S.READY, _OFFICER),
    _row(A.SEND_BACK, {S.READY}, S.UNDER_REVIEW, _OFFICER),
    # A pack moves its cases all at once; by hand nobody sends or takes back a single one.
    _row(A.SEND, {S.READY}, S.SENT, _APPROVER, ways=(Way.PACK,)),
    _row(A.RECALL, {S.SENT}, S.READY, _APPROVER, ways=(Way.PACK,)),
    _row(A.RECEIVE, {S.SENT}, S.RECEIVED, _ANSWERERS, ways=(Way.PACK,)),
    # Departments answer one after the other, and correct themselves: yes comes after no, and outlives a no.
    _row(A.ACCEPT, WITH_THE_DEPARTMENT | {S.NOT_RECOGNISED, S.UNREACHABLE}, S.ACCEPTED, _ANSWERERS, Need.CATEGORY),
    _row(A.REFUSE, WITH_THE_DEPARTMENT | {S.UNREACHABLE}, S.NOT_RECOGNISED, _ANSWERERS, Need.REASON),
    # What an officer finds out himself needs no sending.
    _row(A.FIND_COVERED, WITH_THE_DEPARTMENT | {S.UNDER_REVIEW, S.NOT_RECOGNISED, S.UNREACHABLE}, S.ALREADY_COVERED, _ANSWERERS),
    _row(A.FIND_UNREACHABLE, WITH_THE_DEPARTMENT, S.UNREACHABLE, _ANSWERERS),
    _row(
        A.FIND_DECEASED,
        WITH_THE_DEPARTMENT
        | {S.NEW, S.UNDER_REVIEW, S.READY, S.ACCEPTED, S.NOT_RECOGNISED, S.ALREADY_COVERED, S.UNREACHABLE, S.RELIEF_ARRANGED},
        S.DECEASED, _ANSWERERS, ways=(Way.HAND, Way.RUN),
    ),
    # Charity and temporary relief help those no department recognises, too.
    _row(A.ARRANGE_RELIEF, {S.ACCEPTED, S.ALREADY_COVERED, S.NOT_RECOGNISED}, S.RELIEF_ARRANGED, _OFFICER, Need.RELIEF),
    _row(
        A.CLOSE,
        {S.ACCEPTED, S.NOT_RECOGNISED, S.ALREADY_COVERED, S.DECEASED, S.UNREACHABLE, S.RELIEF_ARRANGED, S.BACK_UNDER},
        S.CLOSED, _OFFICER, Need.REASON,
    ),
    _row(A.CLEAR, {S.SENT, S.RECEIVED}, S.BACK_UNDER, _NOBODY, ways=(Way.RUN,)),
    # By an officer with a remark; by a run when somebody is over a line again, or over a higher one.
    _row(
        A.REOPEN, {S.NOT_RECOGNISED, S.UNREACHABLE, S.BACK_UNDER, S.CLOSED}, S.UNDER_REVIEW, _OFFICER, Need.REMARK,
        ways=(Way.HAND, Way.RUN),
    ),
    # Somebody entered as dead by mistake, or a relief that came to nothing.
    _row(A.REOPEN, {S.DECEASED, S.RELIEF_ARRANGED, S.ALREADY_COVERED, S.ACCEPTED}, S.UNDER_REVIEW, _OFFICER, Need.REMARK),
)

_FOUND: dict[tuple[CaseState, CaseAct], Transition] = {
    (source, row.act): row for row in TABLE for source in row.sources
}


#: What somebody can do by hand that moves a case.
MOVES = tuple(dict.fromkeys(row.act for row in TABLE if Way.HAND in row.ways))
#: What can be done to a list: one relief is not everybody's.
LISTED = (*(act for act in MOVES if act is not CaseAct.ARRANGE_RELIEF), CaseAct.ASSIGN, CaseAct.SET_DUE, CaseAct.NOTE)


def transition(state: CaseState, act: CaseAct) -> Transition | None:
    """The row for an act in a state, or None where it is refused (or leaves the case where it stands: ``STAYING``)."""
    return _FOUND.get((state, act))


def sources(act: CaseAct, way: Way) -> tuple[CaseState, ...]:
    """The states an act leads out of by that way, in the order of the states."""
    return tuple(state for state in CaseState if (row := _FOUND.get((state, act))) and way in row.ways)


def acts_from(state: CaseState, roles: Iterable[Role]) -> tuple[CaseAct, ...]:
    """What somebody with these roles may do by hand with a case in that state, moving it; for buttons."""
    having = frozenset(roles)
    return tuple(
        act for act in CaseAct
        if (row := _FOUND.get((state, act))) and Way.HAND in row.ways and not having.isdisjoint(row.roles)
    )
