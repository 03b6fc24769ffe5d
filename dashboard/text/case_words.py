"""What cases, lists to departments and replies say, in words: states, acts, reasons, and the line of a history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from dashboard.locale import t
from dashboard.text import show
from monitor.base.vocabulary import (
    AlertState,
    CaseAct,
    CaseState,
    Category,
    ClearedReason,
    ReferralNews,
    ReliefKind,
    Word,
)
from monitor.casework.cases import Preview
from monitor.casework.following import FOLLOWED
from monitor.casework.layouts import RECIPIENTS
from monitor.casework.reading.case_listing import Happened
from monitor.casework.transitions import REASONS

STATES = [state.value for state in CaseState]
#: The colour of a case's state wherever it stands: what waits for us is warm, what is with others blue, what is done green or gray.
STATE_COLORS = {
    CaseState.NEW: "red", CaseState.UNDER_REVIEW: "orange", CaseState.EXCLUDED: "gray", CaseState.READY: "orange",
    CaseState.SENT: "blue", CaseState.RECEIVED: "blue", CaseState.ACCEPTED: "green", CaseState.NOT_RECOGNISED: "violet",
    CaseState.ALREADY_COVERED: "green", CaseState.DECEASED: "gray", CaseState.UNREACHABLE: "violet",
    CaseState.RELIEF_ARRANGED: "green", CaseState.BACK_UNDER: "gray", CaseState.CLOSED: "gray",
}


def state_label(value: str) -> str:
    return show.word(CaseState, value)


def act_label(value: str) -> str:
    return show.word(CaseAct, value)


def news_label(value: str) -> str:
    """What a run said that nobody has acted on, or why somebody stands in a list."""
    return show.word(AlertState, value) if value in set(AlertState) else show.word(ReferralNews, value)


def department_label(value: str) -> str:
    return RECIPIENTS.get(value, value)


def relief_label(value: str) -> str:
    return show.word(ReliefKind, value)


def reason_label(value: str, act: str = "") -> str:
    """A coded reason in words: of an act where it is known, of any act or run otherwise."""
    words: list[type[Word]] = [*REASONS.values(), ClearedReason, AlertState]
    if act in set(REASONS):
        words = [REASONS[CaseAct(act)]]
    if value in FOLLOWED:
        return FOLLOWED[value]
    return next((show.word(word, value) for word in words if value in set(word)), value)


def detail_line(found: dict[str, Any]) -> str:
    """What an act carried besides its reason."""
    labels: dict[str, Callable[[Any], str]] = {
        "category": show.category_label, "relief_kind": relief_label, "department": department_label,
        "relief_fen": lambda fen: t("unit.yuan", amount=show.yuan(fen)),
    }
    return "；".join(
        f"{t(f'case.detail.{name}')}：{labels[name](value) if name in labels else value}"
        for name, value in found.items() if name != "from"
    )


def said_of(happened: Happened) -> str:
    """Reason, particulars and remark of one line of a history."""
    parts = [reason_label(happened.reason, happened.act) if happened.reason else "", detail_line(happened.detail)]
    parts.append(happened.remark or (t("case.remark.closed") if happened.remarked else ""))
    if happened.pack_id is not None:
        parts.append(t("case.by_pack", number=happened.pack_id))
    if happened.reply_id is not None:
        parts.append(t("case.by_reply", number=happened.reply_id))
    return "；".join(part for part in parts if part)


def states_line(counted: dict[str, int]) -> str:
    """待审核 12 件、审核中 3 件, in the order of the states."""
    return "、".join(f"{state_label(state)} {show.number(counted[state])} 件" for state in show.in_order(CaseState, counted))


def preview_lines(seen: Preview) -> Iterable[str]:
    """How many, which, how much, and who is left where they are."""
    yield t("bulk.count", count=show.number(seen.count), excess=show.yuan(seen.excess_fen))
    if seen.states:
        yield t("bulk.states", states=states_line(seen.states))
    if seen.refused:
        yield t("bulk.refused", count=show.number(sum(seen.refused.values())), states=states_line(seen.refused))


def category_options() -> list[str]:
    """What somebody can be recognised as."""
    return [category.value for category in Category if category is not Category.ORDINARY]


def kept(text: str) -> dict[str, Any]:
    """A column of JSON."""
    found: dict[str, Any] = json.loads(text)
    return found
