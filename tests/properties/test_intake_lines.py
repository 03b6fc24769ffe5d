"""Nothing is lost between a text file and its rows: the fast reader against an obvious one, on nasty files."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.intake.columns import Column, Table
from monitor.intake.reading import open_export

TABLE = Table(
    "three",
    "三列",
    (
        Column("key", "键", "text", "键", required=True),
        Column("name", "名", "text", "名", required=True),
        Column("sum", "数", "money", "数", required=True),
    ),
)

Row = tuple[int, list[str]]


def split(text: str, strict: bool) -> tuple[list[str], str]:
    """Fields of one record and how it ended: 'whole', 'open' (inside quotes), 'bad' (strict: text behind a quote)."""
    fields, cell, state = [], "", "start"
    for character in text:
        if state == "quoted":
            if character == '"':
                state = "closed"
            else:
                cell += character
        elif character == ",":
            fields.append(cell)
            cell, state = "", "start"
        elif state == "start" and character == '"':
            state = "quoted"
        elif state == "closed" and character == '"':
            cell, state = cell + '"', "quoted"
        else:
            if state == "closed" and strict:
                return fields, "bad"
            cell, state = cell + character, "plain"
    return [*fields, cell], "open" if state == "quoted" else "whole"


def obvious(text: str) -> tuple[list[Row], list[tuple[int, str]]]:
    """The definition in monitor/intake/delimited.py, written slowly."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)
    rows: list[Row] = []
    malformed: list[tuple[int, str]] = []
    at = 1
    while at < len(lines):
        span = 1
        fields, end = split(lines[at].rstrip("\r\n"), strict=False)
        while end == "open" and at + span < len(lines) and span < 100:
            span += 1
            fields, end = split("".join(lines[at : at + span]).rstrip("\r\n"), strict=True)
            # A line end inside quotes belongs to the cell, also the last one.
            if end == "open":
                fields, end = split("".join(lines[at : at + span]), strict=True)
        if end != "whole":
            malformed.append((at + 1, "unbalanced_quote"))
            at += 1
            continue
        if any(field.strip() for field in fields):
            if len(fields) < 3:
                malformed += [(at + 1 + index, "too_few_fields") for index in range(span)]
            elif any(field.strip() for field in fields[3:]):
                malformed += [(at + 1 + index, "too_many_fields") for index in range(span)]
            else:
                rows.append((at + 1, fields[:3]))
        at += span
    return rows, malformed


def read(text: str, encoding: str, chunk_bytes: int) -> tuple[list[Row], list[tuple[int, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nasty.csv"
        path.write_bytes(text.encode(encoding))
        with open_export(path, TABLE, encoding, chunk_bytes=chunk_bytes) as export:
            chunks = list(export.chunks())
            assert sum(chunk.bytes_read for chunk in chunks) == export.size
    rows = [
        (row["line"], [row["key"], row["name"], row["sum"]]) for chunk in chunks for row in chunk.rows.to_pylist()
    ]
    return rows, [(item.line, item.reason) for chunk in chunks for item in chunk.malformed]


PIECE = st.sampled_from(
    ["a", "1.5", "李", "", " ", '"', '""', '"x"', '"a,b"', '"a\nb"', '"a\r\nb"', 'x"y', '"x"y', ",", "\u3000", "名\u00a0"]
)
CELL = st.lists(PIECE, max_size=3).map("".join)
LINE = st.tuples(
    st.one_of(st.lists(CELL, min_size=3, max_size=3), st.lists(CELL, max_size=5)).map(",".join),
    st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]),
).map("".join)
PLAIN = st.sampled_from(["a,b,1\n", 'c,"d",2\n', '"",,3\r\n', "\n", ",,\n"])
TEXT = st.tuples(st.lists(st.one_of(PLAIN, LINE), max_size=12).map("".join), st.sampled_from(["", "x,y,z", 'x,y,"z'])).map(
    "".join
)


@settings(max_examples=150, deadline=None)
@given(
    text=TEXT,
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    chunk_bytes=st.sampled_from([1, 16, 100, 1 << 20]),
    steps=st.sampled_from([(1 << 20, 1 << 16), (40, 10)]),
)
@example(text='a,"b\nc",1\nd,e\n', encoding="utf-8", chunk_bytes=1 << 20, steps=(8, 4))
@example(text='a,b,"c\n\n\n', encoding="utf-8", chunk_bytes=1 << 20, steps=(1 << 20, 1 << 16))
def test_every_line_is_a_row_a_blank_or_malformed(
    text: str, encoding: str, chunk_bytes: int, steps: tuple[int, int]
) -> None:
    whole = "key,name,sum\n" + text
    with patch("monitor.intake.delimited._STEPS", steps):
        assert read(whole, encoding, chunk_bytes) == obvious(whole)


@settings(max_examples=50, deadline=None)
@given(
    names=st.lists(st.text(st.characters(codec="gb18030", exclude_characters="\0"), max_size=8), min_size=1, max_size=20),
    chunk_bytes=st.sampled_from([1, 64, 1 << 20]),
)
def test_what_is_written_is_read(names: list[str], chunk_bytes: int) -> None:
    quoted = ["k,\"" + name.replace('"', '""') + '",1' for name in names]
    rows, malformed = read("key,name,sum\n" + "\n".join(quoted) + "\n", "gb18030", chunk_bytes)
    assert [cells[1] for _, cells in rows] == names
    assert malformed == []
