"""policies/clauses/: every clause of every text is there, with exactly the tables of the TOML that encode it, or why none."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from test_policy_documents import IDS, POLICIES, clauses

#: What a row may say instead of a table: nothing to compute, or what the program does without a figure of the text.
REASONS = ("不需计算：", "系统：")


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


def rows(document_id: str) -> list[tuple[str, str, str]]:
    """The clause table's rows: clause, what the text says, what encodes it."""
    text = (POLICIES / "clauses" / f"{document_id}.md").read_text("utf-8")
    found = re.findall(r"^\| (\S+) \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    return [row for row in found if row[0] not in ("条款", "---")]


@pytest.mark.parametrize("document_id", IDS)
def test_every_clause_of_the_text_is_in_the_table_in_order(document_id: str) -> None:
    text = (POLICIES / "texts" / f"{document_id}.txt").read_text("utf-8")
    expected = list(dict.fromkeys(clause or "开头" for clause, _ in clauses(text)))
    assert [clause for clause, _, _ in rows(document_id)] == [*expected, "文末"]
    assert all(says.strip() for _, says, _ in rows(document_id))


@pytest.mark.parametrize("document_id", IDS)
def test_every_table_of_the_toml_stands_at_its_clause_and_nothing_else_does(document_id: str) -> None:
    values = tomllib.loads((POLICIES / f"{document_id}.toml").read_text("utf-8"))
    by_clause: dict[str, set[str]] = {}
    for clause, table in encoded("", values):
        by_clause.setdefault(clause, set()).add(table)
    listed = {clause: set(re.findall(r"`([^`]+)`", by)) for clause, _, by in rows(document_id)}
    assert {clause: tables for clause, tables in listed.items() if tables} == by_clause


@pytest.mark.parametrize("document_id", IDS)
def test_what_asks_nothing_of_a_computer_says_why(document_id: str) -> None:
    for clause, _, by in rows(document_id):
        said = next((reason for reason in REASONS if by.startswith(reason)), None)
        assert ("`" in by) != (said is not None), clause
        assert said is None or len(by) > len(said) + 2, clause


@pytest.mark.parametrize("document_id", IDS)
def test_the_table_points_at_the_text_and_the_encoding(document_id: str) -> None:
    path = POLICIES / "clauses" / f"{document_id}.md"
    links = re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8"))
    assert len(links) == 2
    assert all((path.parent / link).is_file() for link in links)
