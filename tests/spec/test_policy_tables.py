"""The pipe-table reader the specifications rest on."""

from __future__ import annotations

import pytest
from tables import read_table


def test_reads_rows_by_heading() -> None:
    text = """
    Some prose.

    | a  | b b |
    |:---|----:|
    | 1  |     |
    | -  | 2 3 |
    """
    assert read_table(text) == [{"a": "1", "b b": ""}, {"a": "-", "b b": "2 3"}]


@pytest.mark.parametrize("text", ["", "prose", "| a | a |\n| 1 | 2 |", "| a | b |\n| 1 |"])
def test_refuses_what_is_no_table(text: str) -> None:
    with pytest.raises(ValueError):
        read_table(text)
