"""Pipe tables a policy officer can read, as rows of text.

    | category | burden   | result |
    |----------|----------|--------|
    | dibao    | 20000.01 | over   |
"""

from __future__ import annotations


def read_table(text: str) -> list[dict[str, str]]:
    """Each row as heading → cell, both trimmed. Lines that do not start with a pipe are prose and left out.

    Raises ValueError, naming the row, where a row has more or fewer cells than the heading, or a heading repeats.
    """
    rows = [_cells(line) for line in text.splitlines() if line.strip().startswith("|")]
    rows = [row for row in rows if not all(cell and not cell.strip(":-") for cell in row)]
    if not rows:
        raise ValueError("no table: no line starts with |")
    heading, *body = rows
    if len(set(heading)) != len(heading):
        raise ValueError(f"a heading repeats: {heading}")
    for row in body:
        if len(row) != len(heading):
            raise ValueError(f"{len(row)} cells under {len(heading)} headings: {row}")
    return [dict(zip(heading, row, strict=True)) for row in body]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
