"""The audit in words: who, what it was done to, from where, and what else an entry keeps. Nothing here is written into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from dashboard.locale import catalogue, t
from dashboard.text import case_words, show
from monitor.base.vocabulary import (
    AuditAction,
    CaseState,
    Category,
    PackState,
    Permission,
    ReferralNews,
    Refused,
    ReliefKind,
    ReplyMatch,
    Role,
    Word,
)
from monitor.casework.selection import LeftOut
from monitor.intake.columns import TABLES
from monitor.policy.library import load_library
from monitor.policy.parameters import parameter_words
from monitor.reports.replies import reason_text


def named(prefix: str, name: str) -> str:
    """Our word for a name of the program's own; the name itself where there is none yet."""
    return catalogue("zh").get(f"{prefix}.{name}", name)


def place(text: str) -> str:
    """From where somebody acted: ``screen:alerts`` → 看板 · 预警名单; a command as it is typed."""
    kind, _, name = text.partition(":")
    if kind == "screen":
        return f"{t('place.screen')} · {named('place', name)}"
    return f"{t('place.command')} · monitor {name}" if kind == "command" else named("place", text)


def table(name: str) -> str:
    return TABLES[name].label if name in TABLES else name


def _word(kind: type[Word]) -> Callable[[str], str]:
    return lambda value: show.word(kind, value)


def _reason(value: str) -> str:
    """A refusal's reason, an act's, or what somebody wrote."""
    return show.word(Refused, value) if value in set(Refused) else case_words.reason_label(value)


def _nothing(part: str) -> str:
    return ""


#: What the parts of an object's name after the first colon are, by its kind; a part that is not here is said as it is. The
#: document of a month's or a day's list is left to the entry as it was kept: with it no line would hold the rest.
_PARTS: Mapping[str, tuple[Callable[[str], str], ...]] = {
    "document": (show.document,), "evaluation": (show.document, str), "institutions": (show.document,),
    "no_deposit": (_nothing, str), "person": (lambda key: key[:12],),
    "permission": (_word(Permission),), "premiums": (_nothing, show.month_label),
    "referral": (case_words.department_label, show.month_label), "table": (table,),
}


def object_(text: str) -> str:
    """What was acted on: ``join:J3`` → 同人认定 J3; ``premiums:weihai-2022-15:2026-01`` → 资助参保名单 2026 年 1 月."""
    kind, _, rest = text.partition(":")
    parts = rest.split(":") if rest else []
    labels = _PARTS.get(kind, ())
    said = [labels[place](part) if place < len(labels) else named("object", part) for place, part in enumerate(parts)]
    return " ".join([named("object", kind), *filter(None, said)])


#: What is written down as a code, by its name in an entry.
_CODED: Mapping[str, Callable[[str], str]] = {
    "act": lambda value: named("object.act", value) if f"object.act.{value}" in catalogue("zh") else case_words.act_label(value),
    "action": _word(AuditAction), "actor": show.account, "asked": lambda value: named("detail.asked", value), "before": _word(Role),
    "by": show.account, "category": _word(Category), "counts": _word(ReplyMatch), "department": case_words.department_label,
    "document": show.document, "from": _word(CaseState), "left_out": _word(LeftOut), "list": lambda value: named("object", value),
    "known_at": show.moment, "made_at": show.moment, "match": _word(ReplyMatch), "news": _word(ReferralNews), "reason": _reason,
    "relief_kind": _word(ReliefKind), "roles": _word(Role), "searched": lambda value: named("search", value),
    "settled_as": lambda value: named("detail.settled_as", value), "states": _word(CaseState), "table": table,
    "to_state": _word(PackState), "why": reason_text,
}


def detail(text: str, of: str = "") -> str:
    """An entry's JSON as a line: each name in Chinese, nothing for what is empty. ``of``: the entry's object."""
    found: dict[str, object] = json.loads(text)
    if of.startswith("document:") and (told := load_library().documents.get(of.partition(":")[2])):
        if "name" in found:
            found["name"] = parameter_words(told, str(found["name"]))
        labels = {one.id: one.label for one in told.provisions.deadlines}
        if found.get("deadline") in labels:
            found["deadline"] = labels[str(found["deadline"])]
    given = {name: value for name, value in found.items() if value not in (None, "", [], {})}
    return "；".join(f"{named('detail', name)}：{_said(name, value)}" for name, value in given.items())


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, dict):
        return "、".join(f"{_said(name, key)} {_said('', number)}" for key, number in value.items())
    if isinstance(value, list):
        return "、".join(_said(name, one) for one in value)
    if isinstance(value, int):
        return show.yuan(value) if name.endswith("_fen") else show.number(value) if name in _COUNTS else str(value)
    said = _CODED[name](str(value)) if name in _CODED else str(value)
    # The beginning tells one file from another.
    return said[:16] if name.endswith("sha256") else said


#: Numbers that are counted, not numbers of something.
_COUNTS = frozenset({
    "accepted", "bytes", "cases", "duplicates", "files", "moved", "only_ours", "people", "read", "rejected", "reliefs", "rows",
    "sessions", "values", "verified", "",
})
