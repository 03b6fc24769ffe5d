"""Nothing is lost between a text file and its rows: the fast reader against an obvious one, on nasty files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain_lines import Row, obvious

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
    ["a", "1.5", "李", "", " ", '"', '""', '"x"', '"a,b"', '"a\nb"', '"a\r\nb"', 'x"y', '"x"y', ",", "\u3000", "名\u00a0", "\ufeff"]
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
@example(text="\ufeff,b,1\n\ufeffd,e,2\n", encoding="gb18030", chunk_bytes=1 << 20, steps=(1 << 20, 1 << 16))
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
