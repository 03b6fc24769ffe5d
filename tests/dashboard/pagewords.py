"""Everything a page says to whoever looks at it, and what of that is no word of theirs: a key of the program's, a word of English."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

#: Fields of Streamlit's elements that hold what is read; the others hold names, colours, pictures, data.
WORDS = frozenset({"body", "label", "help", "options", "placeholder", "alt", "text", "delta", "deltaDescription", "tooltip", "content"})
#: In the figures and in the columns of tables.
OF_FIGURES = frozenset({"text", "name", "x", "y", "labels", "customdata", "ticktext"})
OF_COLUMNS = frozenset({"label", "help"})
#: The column of the audit that holds the entry as it was kept.
AS_KEPT = "raw"

#: What a sentence tells to type is a command with all that belongs to it.
COMMAND = re.compile(r"monitor [a-z-]+(?: (?![\u4e00-\u9fff])[^ ；。，）]+)*")
#: Streamlit's own marks in text: icons, badges, colours; a line's end in a figure.
MARKS = re.compile(r":material/\w+:|:[a-z]+(?:-[a-z]+)?\[|<br>")
FILE = re.compile(r"[\w./-]+\.(?:csv|xlsx|xls|zip)(?![a-z])")
#: A key behind the words it stands for: 医院等级（hosp_lv）、样例（account.1）.
BEHIND = re.compile(r"(?<=[\u4e00-\u9fff”）0-9])（[A-Za-z0-9_.:-]+）")
#: Not parts of an id: S20, 7cd4479e, 0003-settlements.
LATIN = re.compile(r"(?<![A-Za-z0-9_.:-])[A-Za-z][A-Za-z_.:]*[A-Za-z](?![0-9A-Za-z_])")
#: Words an office uses as they are.
KNOWN = frozenset({"Excel", "CSV", "xlsx", "xls", "csv", "json", "ID", "SHA", "UTF", "MB", "TOTP", "max", "min"})

#: An amount of a thousand and more without separators: no date, number or share has cents.
UNSEPARATED = re.compile(r"(?<![\d.,])\d{4,}\.\d{2}(?!\d)")
#: Six digits that stand by themselves, not behind a name.
SIX = re.compile(r"(?<![\d（(.*:-])[1-9]\d{5}(?![\d.])")


def said(app: AppTest) -> Iterator[str]:
    """Texts, labels, options, helps, the headings and cells of tables, the words in figures."""
    for block in _blocks(app._tree):
        kind = type(block).__name__
        proto = MessageToDict(block.proto) if getattr(block, "proto", None) is not None else {}
        if kind == "Html":
            continue
        yield from _texts(proto, WORDS)
        if kind in ("Dataframe", "Table"):
            yield from _of_table(block.value, json.loads(proto.get("columns") or "{}"), plain=kind == "Table")
        elif "spec" in proto:
            yield from _texts(json.loads(proto["spec"]), OF_FIGURES)


def _of_table(frame: Any, columns: dict[str, Any], plain: bool) -> Iterator[str]:
    # A table of names and values has no heading.
    if plain and list(frame.columns) != ["value"]:
        yield from map(str, frame.columns)
    yield from (text for name in frame.columns if name != AS_KEPT for cell in frame[name] for text in _cell(cell))
    yield from (name for name in frame.index if isinstance(name, str))
    for column in columns.values():
        yield from (column[name] for name in OF_COLUMNS if column.get(name))
        yield from (option["value"] for option in (column.get("type_config") or {}).get("options") or ())


def _blocks(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        yield child
        yield from _blocks(child)


def _texts(node: Any, wanted: frozenset[str], inside: bool = False) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(value, wanted, inside or name in wanted)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, wanted, inside)
    elif inside and isinstance(node, str):
        yield node


def _cell(cell: Any) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, (list, tuple)):
        yield from map(str, cell)


def no_words(text: str, known: Collection[str] = ()) -> list[str]:
    """The keys and the words of English in a text that are neither a command, nor behind their words, nor known to an office.
    ``known``: names of the data."""
    bare = text.replace("\\", "")
    for pattern in (MARKS, COMMAND, FILE, BEHIND):
        bare = pattern.sub(" ", bare)
    return [found for found in LATIN.findall(bare) if found not in KNOWN and found not in known]


def unseparated(text: str) -> list[str]:
    return UNSEPARATED.findall(text.replace("\\", ""))


def bare_districts(text: str, names: Collection[str]) -> list[str]:
    """Codes of districts the table of ``names`` has, without the name."""
    return [found for found in SIX.findall(text.replace("\\", "")) if found in names]
