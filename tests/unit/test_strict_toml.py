"""The one strict reader of TOML: what it refuses, each by file and dotted key, and that nothing else reads people's TOML strictly."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import monitor
from monitor.base.errors import PolicyError
from monitor.base.vocabulary import AlertKind
from monitor.policy.strict_toml import StrictTable, read_toml

KEYS = ("text", "texts", "day", "number", "whole", "yes", "kind", "kinds", "inner", "list", "name")
TEXT = """
text = "甲"
texts = ["甲", "乙"]
day = 2025-01-31
number = 0.10
whole = 28
yes = true
kind = "high_expense"
kinds = ["high_expense"]
inner = { a = 1 }
list = [{ a = 1 }, { a = 2 }]
name = "an-id_1"
"""


def table(text: str = TEXT) -> StrictTable:
    return StrictTable("版式 x", "", read_toml(text.encode(), "版式 x"), KEYS)


def test_values_by_type() -> None:
    found = table()
    assert (found.text("text"), found.texts("texts"), found.date("day")) == ("甲", ("甲", "乙"), date(2025, 1, 31))
    assert (found.decimal("number", places=2), found.number("whole"), found.integer("whole")) == (Decimal("0.10"), 28, 28)
    assert (found.within("whole", 1, 28), found.flag("yes"), found.identifier("name")) == (28, True, "an-id_1")
    assert (found.word("kind", AlertKind), found.words("kinds", AlertKind)) == (AlertKind.HIGH_EXPENSE, (AlertKind.HIGH_EXPENSE,))
    assert [one.integer("a") for one in found.tables("list", ("a",))] == [1, 2]
    assert found.table("inner", ("a",)).where("a") == "inner.a"
    assert found.keys() == KEYS


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_toml(TEXT.encode("utf-8-sig"), "x") == read_toml(TEXT.encode(), "x")


Ask = Callable[[StrictTable], object]
WRONG: dict[str, tuple[str, str, Ask, str]] = {
    "unknown":           ('text = "甲"', 'text = "甲"\nwhat = 1', lambda t: t, "what 不是已知的字段"),
    "missing":           ('text = "甲"', "", lambda t: t, "text 缺失"),
    "twice":             ('text = "甲"', 'text = "甲"\ntext = "乙"', lambda t: t, "第 3 行 字段 text 重复"),
    "no TOML":           ('text = "甲"', "text = ", lambda t: t, "第 2 行 字段 text 写法不合 TOML"),
    "no text":           ('text = "甲"', "text = 1", lambda t: t.text("text"), "text 须为文字"),
    "blank":             ('text = "甲"', 'text = " "', lambda t: t.text("text"), "text 不能为空"),
    "not among":         ("", "", lambda t: t.text("text", among=("乙",)), "text 的值 甲 不在可用的词 乙 之中"),
    "one not among":     ("", "", lambda t: t.texts("texts", ("甲",)), "texts 的值 乙 不在可用的词 甲 之中"),
    "repeated text":     ('["甲", "乙"]', '["甲", "甲"]', lambda t: t.texts("texts"), "texts 有重复的项"),
    "no list":           ('["甲", "乙"]', '"甲"', lambda t: t.texts("texts"), "texts 须为文字的列表"),
    "a time":            ("2025-01-31", "2025-01-31T00:00:00", lambda t: t.date("day"), "day 须为日期"),
    "places":            ("0.10", "0.123", lambda t: t.decimal("number", places=2), "number 须为至多 2 位小数的数"),
    "no number":         ("0.10", "true", lambda t: t.number("number"), "number 须为数"),
    "not finite":        ("0.10", "nan", lambda t: t.decimal("number", places=2), "number 须为至多 2 位小数的数"),
    "no whole number":   ("28", "true", lambda t: t.integer("whole"), "whole 须为整数"),
    "below":             ("28", "0", lambda t: t.within("whole", 1, 28), "whole 须为 1 至 28 的整数"),
    "above":             ("28", "29", lambda t: t.within("whole", 1, 28), "whole 须为 1 至 28 的整数"),
    "no flag":           ("true", "1", lambda t: t.flag("yes"), "yes 须为 true 或 false"),
    "no word":           ('kind = "high_expense"', 'kind = "x"', lambda t: t.word("kind", AlertKind), "kind 的值 x 不在可用的词"),
    "no table":          ("inner = { a = 1 }", "inner = 1", lambda t: t.table("inner", ("a",)), "inner 须为表"),
    "unknown within":    ("inner = { a = 1 }", "inner = { b = 1 }", lambda t: t.table("inner", ("a",)), "inner.b 不是已知的字段"),
    "empty list":        ("[{ a = 1 }, { a = 2 }]", "[]", lambda t: t.tables("list", ("a",)), "list 不能为空"),
    "unknown in a list": ("{ a = 2 }", "{ b = 2 }", lambda t: t.tables("list", ("a",)), r"list\[2\].b 不是已知的字段"),
    "no identifier":     ('"an-id_1"', '"甲"', lambda t: t.identifier("name"), "name 只能用小写字母"),
}


@pytest.mark.parametrize(("old", "new", "ask", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named(old: str, new: str, ask: Ask, why: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError, match=f"版式 x .*{why}"):
        ask(table(TEXT.replace(old, new, 1)))


def test_no_second_reader() -> None:
    """access.toml is flat, every key of it is optional, and its refusals say to delete the file: it needs no tables."""
    root = Path(monitor.__file__).parent
    importing = {
        str(path.relative_to(root)) for path in root.rglob("*.py")
        if any(isinstance(node, ast.Import) and node.names[0].name == "tomllib" for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }
    assert importing == {"policy/strict_toml.py", "access/rules.py"}
