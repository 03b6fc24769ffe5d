"""Numbers, words and codes as people read them. Amounts come in integer fen or as decimal text, never as float."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from dashboard.locale import t
from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.vocabulary import (
    INSUTYPE_LABELS,
    RESIDENT_SCHEME_PREFIX,
    AlertKind,
    AlertState,
    CaseAct,
    CaseState,
    Category,
    ClearedReason,
    Measure,
    PackState,
    ReferralNews,
    Refused,
    ReliefKind,
    ReplyMatch,
    Role,
    Route,
    SetAside,
    ShortfallReason,
    Word,
)

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def roles(held: Iterable[Role]) -> str:
    """The roles' labels in the vocabulary's order."""
    return "、".join(Role(value).label for value in in_order(Role, [role.value for role in held]))


def scope(seen: Scope | None) -> str:
    """Whose people somebody sees, in words."""
    if seen is None or seen == NOWHERE:
        return t("scope.nowhere")
    if seen == EVERYTHING:
        return t("scope.everything")
    return "；".join("、".join(places) for places in (seen.districts, seen.towns) if places)


def _named(prefix: str, name: str) -> str:
    """Our word for a name of the program's own; the name itself where there is none yet."""
    try:
        return t(f"{prefix}.{name}")
    except KeyError:
        return name


def place(text: str) -> str:
    """From where somebody acted: ``screen:alerts`` → 看板 · 预警名单; a command as it was typed."""
    kind, _, name = text.partition(":")
    return f"{t('place.screen')} · {_named('place', name)}" if kind == "screen" else f"{t('place.command')} · {name}"


def detail(text: str) -> str:
    """An audit entry's JSON as a line: each name in Chinese, nothing for what is empty."""
    found: dict[str, object] = json.loads(text)
    if "reason" in found:
        found["reason"] = word(Refused, str(found["reason"]))
    given = {name: value for name, value in found.items() if value not in (None, "", [], {})}
    return "；".join(f"{_named('detail', name)}：{_said(name, value)}" for name, value in given.items())


#: What is written down as a code, by its name in an entry.
_CODED: dict[str, type[Word]] = {
    "act": CaseAct, "from": CaseState, "to_state": PackState, "states": CaseState, "news": ReferralNews, "match": ReplyMatch,
    "category": Category, "relief_kind": ReliefKind, "counts": ReplyMatch,
}


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, dict):
        return "、".join(f"{_said(name, key)} {number}" for key, number in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    return word(_CODED[name], str(value)) if name in _CODED else str(value)


def yuan(fen: int) -> str:
    """``1234567`` fen → ``12,345.67``."""
    return f"{Decimal(fen) / 100:,.2f}"


def grouped(amount: str | None) -> str:
    """Decimal text with thousands separators: ``40000.00`` → ``40,000.00``; an em dash for none."""
    return f"{Decimal(amount):,}" if amount else "—"


def ten_thousands(fen: int) -> str:
    """A large sum in 万元, two decimals."""
    return t("unit.wan_yuan", amount=f"{Decimal(fen) / 1_000_000:,.2f}")


def yuan_text(amount: str) -> str:
    """``"12345.67"`` → ``12,345.67``."""
    return f"{Decimal(amount):,.2f}"


def percent(share: str) -> str:
    """``"0.1234"`` → ``12.34%``."""
    return f"{Decimal(share) * 100:.2f}%"


def number(count: int) -> str:
    return f"{count:,}"


def day(value: date | None) -> str:
    return value.isoformat() if value else "—"


def moment(text: str | None) -> str:
    """ISO 8601 with offset → date and time to the minute, as it was written down."""
    return text[:16].replace("T", " ") if text else "—"


def plain(text: str) -> str:
    """Text from data where Streamlit reads Markdown: every sign that could mean something is escaped."""
    return _MARKDOWN.sub(r"\\\1", text)


def word(kind: type[Word], value: str) -> str:
    """The Chinese label of a domain word, or the value itself where a newer program wrote it."""
    return kind(value).label if value in set(kind) else value


def in_order(kind: type[Word], values: Iterable[str]) -> list[str]:
    """Values in the vocabulary's order; those it does not know come last, by their text."""
    known = [word.value for word in kind]
    return sorted(values, key=lambda value: (known.index(value) if value in known else len(known), value))


def titled(title: str, number: str) -> str:
    """A document's title with its 文号, where it has one."""
    return f"{title}（{number}）" if number else title


def kind_label(value: str) -> str:
    return word(AlertKind, value)


def state_label(value: str) -> str:
    return word(AlertState, value)


def category_label(value: str) -> str:
    return word(Category, value)


def measure_label(value: str) -> str:
    return word(Measure, value)


def aside_label(value: str) -> str:
    return word(SetAside, value)


def due_reason_label(value: str) -> str:
    return word(ShortfallReason, value)


def route_label(value: str) -> str:
    return word(Route, value) if value else ""


def cleared_label(value: str) -> str:
    return word(ClearedReason, value) if value else ""


def insutype_label(value: str) -> str:
    if value in INSUTYPE_LABELS:
        return INSUTYPE_LABELS[value]
    return t("insutype.resident_kin", code=value) if value.startswith(RESIDENT_SCHEME_PREFIX) else value


def insutype_group_label(value: str) -> str:
    return t(f"insutype_group.{value}")


def month_label(value: str) -> str:
    """``2026-03`` → ``2026 年 3 月``; no month is said in words."""
    return t("month.label", year=value[:4], month=int(value[5:])) if value else t("month.none")


def health_label(kind: str, value: str) -> str:
    """A load's flag (``flag``) or reason for rejection (``rejected``) in words; the id where a newer program wrote it."""
    try:
        return t(f"{kind}.{value}")
    except KeyError:
        return value


def plain_html(text: str) -> str:
    """Text from data where Plotly reads a few HTML tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
