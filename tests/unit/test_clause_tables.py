"""policies/clauses/: every clause of every text is there, and what it asks; what encodes it, the command and the page that show it."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from test_policy_documents import IDS, POLICIES, clauses

from dashboard import locale
from dashboard.pages import PAGES
from monitor.commands.grammar import build_parser

#: What a row may say instead of a table: nothing to compute, or what the program does without a figure of the text.
REASONS = ("不需计算：", "系统：")
#: What a cell says where no command or no page shows it; the reason follows.
NONE = "无："
#: The cells of a row that asks nothing of a computer.
NOTHING = "—"
#: What was counted on the texts on 2026-11-29; the tables tell some clauses apart further.
COUNTED = 105

#: Of those, the ones that were not whole that day, by a word of the row they stand in.
ONCE_NOT_WHOLE = [
    line.split(" ")
    for line in """
    gansu-2022-23 一（一） 就高不重复
    gansu-2022-23 一（一） 其他特殊困难人员
    gansu-2022-23 二（三） 分类资助参保
    gansu-2022-23 二（四） 大病保险倾斜
    gansu-2022-23 三（六） 身份有效期间
    gansu-2022-23 三（六） 过渡期
    gansu-2022-23 三（六） 每年各一次
    gansu-2022-23 六（十二） 标识
    gansu-2022-23 六（十三） 先诊疗后付费
    gansu-2022-23 六（十三） 目录外
    gansu-2022-23 六（十四） 绩效
    gansu-2022-23 七（十五） 绩效
    weihai-2022-15 二（一） 分类资助参保
    weihai-2022-15 二（二） 高值药品
    weihai-2022-15 二（三）3 身份有效期间
    weihai-2022-15 二（三）4 一个医疗年度一次限额
    weihai-2022-15 二（三）4 重复申请
    weihai-2022-15 四（一） 不漏保
    weihai-2022-15 四（二） 先诊疗后付费
    weihai-2022-15 四（二） 不合理费用
    weihai-2022-15 五（一） 绩效
    dongyang-2020-24 三（二）2 慢性病种
    dongyang-2020-24 三（二） 认定之后
    dongyang-2020-24 三（二）3 手工结报
    dongyang-2020-24 四（二） 五类对象
    dongyang-2020-24 四（三） 资助参保名单
    dongyang-2020-24 四（四） 结清
    dongyang-2020-24 五（二） 资助参保率
    dongyang-2020-24 五（二） 落实率
    hebei-city-2022 二（二） 分类资助参保
    hebei-city-2022 三（一） 财政资金
    hebei-city-2022 二（三）2 一事一议
    hebei-city-2022 二（三）2 就高不就低
    hebei-city-2022 三（一） 次月起
    hebei-city-2022 三（三） 60%
    hebei-city-2022 三（三） 倾斜
    hebei-city-2022 四（一） 每月推送
    hebei-city-2022 四（二） 商业保险
    hebei-city-2022 六（一） 重点监控
    hebei-city-2022 六（二） 标识
    hebei-city-2022 六（三） 药品、耗材
    hebei-city-2022 六（三） 先诊疗后付费
    hebei-city-2022 六（三） 户籍地
    hebei-city-2022 七（一） 绩效
    hebei-city-2022 七（三） 绩效
    inner-mongolia-2022-draft 二（四） 低于低保标准
    inner-mongolia-2022-draft 二（八） 60%
    inner-mongolia-2022-draft 二（八） 倾斜
    inner-mongolia-2022-draft 二（十） 身份有效期间
    inner-mongolia-2022-draft 二（十二） 卫生健康、残联
    inner-mongolia-2022-draft 二（十六） 重点监控
    inner-mongolia-2022-draft 二（十八） 先诊疗后付费
    inner-mongolia-2022-draft 二（十八） 户籍地
    inner-mongolia-2022-draft 三（十九） 评估
    """.strip().splitlines()
    for line in [line.strip()]
]


class Row(NamedTuple):
    """One line: the clause, what it asks, what encodes it, which command and which page show it."""

    clause: str
    asks: str
    encoding: str
    commands: str
    pages: str

    @property
    def asks_a_computer(self) -> bool:
        return not self.encoding.startswith(REASONS[0])


def encoded(path: str, value: object) -> Iterator[tuple[str, str]]:
    """(clause, table) of every table that cites one, named by its path and its id; a ``cited`` list is its owner's."""
    if isinstance(value, dict):
        if "clause" in value:
            yield value["clause"], path
        for key, one in value.items():
            inner = path if key == "cited" else f"{path}.{key}".removeprefix(".")
            yield from encoded(inner, one)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict):
                yield from encoded(f"{path} {one['id']}" if "id" in one else path, one)


def rows(document_id: str) -> list[Row]:
    text = (POLICIES / "clauses" / f"{document_id}.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    found = [re.fullmatch(r"\| (\S+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|", line) for line in lines]
    assert lines[1] == "|---|---|---|---|---|"
    assert all(found[2:]), [line for line, match in zip(lines, found, strict=True) if match is None]
    return [Row(*match.groups()) for match in found[2:] if match]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def unknown_word(command: str) -> str | None:
    """The first word of a command line the parser has no place for; words in capitals stand for something."""
    words = command.split()
    if words[0] != "monitor":
        return words[0]
    parser: argparse.ArgumentParser = build_parser()
    for word in words[1:]:
        if re.fullmatch(r"[A-Z][A-Z-]*|[A-Z=]+", word):
            continue
        if word.startswith("--"):
            if word not in parser._option_string_actions:
                return word
            continue
        below = [action.choices for action in parser._actions if action.choices and word in action.choices]
        if not below:
            return word
        if isinstance(below[0], dict):
            parser = below[0][word]
    return None


def titles() -> set[str]:
    """What the pages are called in the navigation and on themselves."""
    words = json.loads((Path(locale.__file__).parent / "zh.json").read_text("utf-8"))
    return {words[title] for _, title, _, _ in PAGES}


@pytest.mark.parametrize("document_id", IDS)
def test_every_clause_of_the_text_is_in_the_table_in_order(document_id: str) -> None:
    text = (POLICIES / "texts" / f"{document_id}.txt").read_text("utf-8")
    expected = list(dict.fromkeys(clause or "开头" for clause, _ in clauses(text)))
    found = [row.clause for row in rows(document_id)]
    assert [clause for place, clause in enumerate(found) if not place or clause != found[place - 1]] == [*expected, "文末"]


@pytest.mark.parametrize("document_id", IDS)
def test_no_ask_stands_twice(document_id: str) -> None:
    found = [(row.clause, row.asks) for row in rows(document_id)]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("document_id", IDS)
def test_every_table_of_the_toml_stands_at_its_clause_and_nothing_else_does(document_id: str) -> None:
    values = tomllib.loads((POLICIES / f"{document_id}.toml").read_text("utf-8"))
    by_clause: dict[str, set[str]] = {}
    for clause, table in encoded("", values):
        by_clause.setdefault(clause, set()).add(table)
    listed: dict[str, set[str]] = {}
    for row in rows(document_id):
        if tables := quoted(row.encoding):
            listed.setdefault(row.clause, set()).update(tables)
    assert listed == by_clause


@pytest.mark.parametrize("document_id", IDS)
def test_what_no_table_encodes_says_why(document_id: str) -> None:
    for row in rows(document_id):
        said = next((reason for reason in REASONS if row.encoding.startswith(reason)), None)
        assert bool(quoted(row.encoding)) != (said is not None), row
        assert said is None or len(row.encoding) > len(said) + 2, row


@pytest.mark.parametrize("document_id", IDS)
def test_what_is_asked_names_the_command_and_the_page_or_why_there_is_none(document_id: str) -> None:
    known = titles()
    for row in rows(document_id):
        if not row.asks_a_computer:
            assert (row.commands, row.pages) == (NOTHING, NOTHING), row
            continue
        if row.commands.startswith(NONE):
            assert len(row.commands) > len(NONE) + 4, row
        else:
            named = quoted(row.commands)
            assert named, row
            assert row.commands == "、".join(f"`{one}`" for one in named), row
            assert not [(one, word) for one in named if (word := unknown_word(one))], row
        if row.pages.startswith(NONE):
            assert len(row.pages) > len(NONE) + 4, row
        else:
            assert not [page for page in row.pages.split("、") if page not in known], row


def test_a_command_that_is_not_there_is_seen() -> None:
    assert unknown_word("monitor nothing") == "nothing"
    assert unknown_word("monitor run --nothing") == "--nothing"
    assert unknown_word("monitor import nothing") == "nothing"
    assert unknown_word("monitor import settlements FILE --json") is None
    assert unknown_word("monitor refer preview --to civil_affairs") is None


def test_no_fewer_are_listed_than_were_counted() -> None:
    assert sum(row.asks_a_computer for document_id in IDS for row in rows(document_id)) >= COUNTED


@pytest.mark.parametrize(("document_id", "clause", "word"), ONCE_NOT_WHOLE)
def test_what_was_once_not_whole_has_its_row(document_id: str, clause: str, word: str) -> None:
    assert len([row for row in rows(document_id) if row.clause == clause and word in row.asks and row.asks_a_computer]) == 1


@pytest.mark.parametrize("document_id", IDS)
def test_the_table_points_at_the_text_and_the_encoding(document_id: str) -> None:
    path = POLICIES / "clauses" / f"{document_id}.md"
    links = re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8"))
    assert len(links) == 2
    assert all((path.parent / link).is_file() for link in links)
