"""What departments write by hand into a list that comes back, and what of it is taken: one meaning, or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tables import read_table

from monitor.casework.as_written import amount_of, is_filler, names_agree, pack_of, word_of
from monitor.casework.layouts import layouts

AMOUNTS = """
| written        | yuan          |
|----------------|---------------|
| 500            | 500           |
| 500.5          | 500.5         |
| 500元          | 500           |
| ５００元        | 500           |
| 500 元整       | 500           |
| ￥500           | 500           |
| 1,000元        | 1000          |
| 1，000.50       | 1000.5        |
| 12,345,678.90  | 12345678.9    |
| 5百            | 5 * 100       |
| 3千元          | 3 * 1000      |
| 0.3万元        | 0.3 * 10000   |
| 人民币600元     | 600           |
| 0              | 0             |
| 500元/月       |               |
| 500每月        |               |
| 约500          |               |
| 500左右        |               |
| 3000-5000      |               |
| 3000~5000      |               |
| 1,00           |               |
| 1,5            |               |
| 3.000          |               |
| 0.125          |               |
| -500           |               |
| 五百           |               |
| 500+300        |               |
| 1e5            |               |
"""

PACKS = """
| written                                | number                 |
|----------------------------------------|------------------------|
| civil_affairs-2025-002                 | 民政-2025-002 |
| Civil_Affairs-2025-002                 | 民政-2025-002 |
| civil＿affairs－2025－002               | 民政-2025-002 |
| civil_affairs-2025-2                   | 民政-2025-002 |
| civil_affairs-2025-0002                | 民政-2025-002 |
| civil-affairs-2025-002                 | 民政-2025-002 |
| civil affairs 2025 002                 | 民政-2025-002 |
| civil_affairs—2025—002                 | 民政-2025-002 |
| civil_affairs-2025-002.xlsx            | 民政-2025-002 |
| civil_affairs-2025-002 (1).xlsx        | 民政-2025-002 |
| civil_affairs-2025-002-1               | 民政-2025-002 |
| 名单civil_affairs-2025-002号            | 民政-2025-002 |
| 乡村振兴（农业农村）-2025-002            | 乡村振兴-2025-002 |
| 乡村振兴－2025－002.xlsx                 | 乡村振兴-2025-002 |
| 民政-2025-002                           | 民政-2025-002 |
| 2025-002                               | 民政-2025-002 |
| rural_affairs-2025-001                 | 乡村振兴-2025-001 |
| civil_affairs-2025-1234                | 民政-2025-1234 |
| 2                                      | 2                      |
| 2.0                                    | 2                      |
| 同上                                   |                        |
| 2025年第2批                             |                        |
| civil_affairs                          |                        |
"""

NAMES = """
| sent   | written          | same |
|--------|------------------|------|
| 张三   | 张三             | yes  |
| 张三   | 张　三           | yes  |
| 张三   | 张 三            | yes  |
| 张三   | 张三（户主）      | yes  |
| 张三   | 张三(户主        | yes  |
| 张三   | 【户主】张三      | yes  |
| 张三   | 户主：张三        | yes  |
| 张三   | 张三 先生         | yes  |
| 张三丰 | 张三丰女士        | yes  |
| 张三   | 張三             | yes  |
| 验小满 | 驗小滿           | yes  |
| 张三   | 张*              | yes  |
| 张三丰 | 张*丰            | yes  |
| 阿·木  | 阿•木            | yes  |
| 阿·木  | 阿．木            | yes  |
| 阿·木  | 阿木             | yes  |
| John   | ＪＯＨＮ          | yes  |
| 张三   | 张四             | no   |
| 张三   | 李三             | no   |
| 张三   | 张三丰           | no   |
| 张三丰 | 张*山            | no   |
| 张三   | 先生             | no   |
| 张三   | *                | no   |
"""


def test_amounts() -> None:
    for row in read_table(AMOUNTS):
        expected = sum_of(row["yuan"])
        assert amount_of(row["written"]) == expected, row
    assert amount_of("9" * 60) is None
    assert amount_of("99999999999999.99") == Decimal("99999999999999.99")
    assert amount_of("100000000000000.00") is None


def sum_of(text: str) -> Decimal | None:
    """The arithmetic of a cell: one number, or two with a multiplication sign between."""
    if not text:
        return None
    first, _, times = text.partition("*")
    return Decimal(first.strip()) * Decimal(times.strip() or "1")


def test_numbers_of_lists() -> None:
    for row in read_table(PACKS):
        assert pack_of(row["written"], "civil_affairs") == (row["number"] or None), row


def test_names() -> None:
    for row in read_table(NAMES):
        assert names_agree(row["written"], row["sent"]) == (row["same"] == "yes"), row
    # Blank: nothing is said, nothing differs. Characters nobody sees are none.
    assert names_agree("", "张三") and names_agree("张\u200b三\u2060", "张三")


@pytest.mark.parametrize("text", ["", " ", "无", "没有", "/", "-", "——", "N/A", "null", "\\N", "　", "//"])
def test_cells_that_say_nothing(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize("text", ["无法联系", "0", "有", "-1", "无偿"])
def test_cells_that_say_something(text: str) -> None:
    assert not is_filler(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("同意", "accepted"), ("√", "accepted"), ("是", "accepted"), ("符合。", "accepted"), ("已认定（低保边缘）", "accepted"),
        ("“已认定”", "accepted"), ("ＹＥＳ", "accepted"), ("否", "not_recognised"), ("不同意", "not_recognised"), ("×", "not_recognised"),
        ("不 符 合", "not_recognised"), ("已故", "deceased"), ("查找不到", "unreachable"), ("基本符合", ""), ("待定", ""), ("", ""),
        ("是/否", ""), ("不", ""),
    ],
)
def test_words_of_answers(text: str, answer: str) -> None:
    for layout in layouts(None).values():
        # Who recognises nobody has no words of its own for it; the list's own word is known everywhere.
        own = layout.recognises or answer != "accepted" or "已认定" in text
        expected = answer if own else ""
        assert word_of(text, dict(layout.reply.answers)) == expected, layout.department
