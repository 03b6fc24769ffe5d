"""Numbers, words and codes as people read them. Amounts come in integer fen or as decimal text, never as float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from dashboard.locale import t
from dashboard.text import places
from monitor.access.scope import EVERYTHING, NOWHERE, Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import (
    INSUTYPE_LABELS,
    RESIDENT_SCHEME_PREFIX,
    AlertKind,
    AlertState,
    Category,
    ClearedReason,
    Measure,
    Role,
    Route,
    SetAside,
    ShortfallReason,
    Word,
)
from monitor.policy.library import load_library

#: Amounts of a thousand and more: with cents, which no date or number of anything has.
_AMOUNT = re.compile(r"(?<![\d.,])\d{4,}\.\d{2,}(?![\d.])")
#: A document's id where a sentence names the document by it.
_DOCUMENT = re.compile(r"(?<=文件 )[a-z]+(?:-[a-z]+)*-\d{4}(?:-\w+)?")
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
    return "；".join("、".join(part) for part in (tuple(map(places.district, seen.districts)), seen.towns) if part)


def account(name: str) -> str:
    """Who did something, by the name it is kept under: an account's; ``os:NAME`` for who typed a command, ``run`` for a run."""
    kind, _, rest = name.partition(":")
    if kind == "os":
        return t("account.os", name=rest)
    return t(f"account.{name}") if name in ("anonymous", "run", "unrecorded") else name


def account_typed(text: str) -> str:
    """The same back, for looking for somebody's entries."""
    for name in ("anonymous", "run", "unrecorded"):
        if text == t(f"account.{name}"):
            return name
    before, after = t("account.os", name="\0").split("\0")
    return f"os:{text.removeprefix(before).removesuffix(after)}" if text.startswith(before) and text.endswith(after) else text


def yuan(fen: int) -> str:
    """``1234567`` fen → ``12,345.67``."""
    return f"{Decimal(fen) / 100:,.2f}"


def grouped(amount: str | None) -> str:
    """Decimal text with thousands separators: ``40000.00`` → ``40,000.00``; an em dash for none."""
    return f"{Decimal(amount):,}" if amount else "—"


def ten_thousands(fen: int) -> str:
    """A large sum in 万元, two decimals."""
    return t("unit.wan_yuan", amount=f"{Decimal(fen) / 1_000_000:,.2f}")


def arithmetic(text: str) -> str:
    """A line of arithmetic with thousands separators: ``0.7 × 30000.00`` → ``0.7 × 30,000.00``."""
    return _AMOUNT.sub(lambda found: f"{Decimal(found[0]):,}", text)


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


def document(document_id: str) -> str:
    """A document by its 文号, or its title where it has none; its id where this program does not have it any more."""
    found = load_library().documents.get(document_id)
    return (found.number or found.title) if found else document_id


def told(refusal: MonitorError) -> str:
    """What a refusal says, as ``worded``."""
    return worded(refusal.sentence)


def worded(sentence: str) -> str:
    """A sentence of the command line's for a screen: its documents by their 文号. What it says to type stays as it is."""
    return _DOCUMENT.sub(lambda found: document(found[0]), sentence)


def titled(title: str, number: str) -> str:
    """A document's title with its 文号, where it has one."""
    return f"{title}（{number}）" if number else title


def bands(percents: Iterable[int]) -> str:
    """``50%、100%、150%``."""
    return "、".join(f"{percent}%" for percent in percents)


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
