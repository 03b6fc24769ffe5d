"""Which row of an export holds the headings, and which heading is which canonical column.

Exports of the rural-affairs platform put a title and a note above the headings, so the first few rows are searched for
one that has everything required. Headings actually found are never printed in a refusal: a file without headings has a
person's data in its first row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.errors import IntakeError
from monitor.intake.columns import Column, Table

#: Rows searched for the headings, blank ones not counted.
ROWS_SEARCHED = 5

_DROPPED = re.compile(r"[\s\ufeff\u200b*'\"`]+")
_UNIT = re.compile(r"(\((元|必填|单位:元)\))+$")


@dataclass(frozen=True)
class Header:
    """``positions``: canonical column → index of its field; ``ignored``: headings that name no column of the table;
    ``named``: number of fields up to the last heading that is not blank; ``others``: the headings of ``other_1`` …"""

    positions: dict[str, int]
    ignored: tuple[str, ...]
    named: int
    others: tuple[str, ...] = ()

    def columns(self, table: Table) -> tuple[str, ...]:
        """The canonical columns present, in the table's order."""
        return tuple(name for name in table.names if name in self.positions)


def printable(text: str, longest: int = 100) -> str:
    """A name out of a file as it can be shown in a sentence: on one line, of bounded length, nothing a terminal obeys."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "…"


def fold(heading: str) -> str:
    """A heading without what people put around it: width, case, blanks, stars, the unit."""
    return _UNIT.sub("", _DROPPED.sub("", unicodedata.normalize("NFKC", heading)).casefold())


def lookup(table: Table) -> dict[str, str]:
    """Folded name → canonical column, over every accepted name."""
    return {fold(name): column.name for column in table.columns for name in column.accepted}


def recognised(table: Table, fields: Sequence[str]) -> int:
    """How many distinct canonical columns a row of fields names."""
    known = lookup(table)
    return len({known[folded] for folded in map(fold, fields) if folded in known})


def missing(table: Table, fields: Sequence[str]) -> list[tuple[Column, ...]]:
    """What a row of headings lacks: each entry is a required column, or a group of which one would do."""
    known = lookup(table)
    present = {known[folded] for folded in map(fold, fields) if folded in known}
    lacking: list[tuple[Column, ...]] = [
        (column,) for column in table.columns if column.required and column.name not in present
    ]
    lacking += [
        tuple(table.column(name) for name in group) for group in table.one_of if not present.intersection(group)
    ]
    return lacking


def read_header(table: Table, fields: Sequence[str], file: str) -> Header:
    """The columns a row of headings names.

    Raises IntakeError when two headings name the same column: which one holds the truth is not ours to guess.
    """
    known = lookup(table)
    preferred = _preferred(table, known, fields) if table.others else {}
    positions: dict[str, int] = {}
    ignored: list[str] = []
    others: list[str] = []
    named = 0
    for index, heading in enumerate(fields):
        folded = fold(heading)
        if not folded:
            continue
        named = index + 1
        name = known.get(folded)
        if (name is None or preferred.get(name, index) != index) and len(others) < table.others:
            others.append(printable(heading.strip()))
            positions[f"other_{len(others)}"] = index
        elif name is None:
            ignored.append(printable(heading.strip()))
        elif name in positions:
            first = printable(fields[positions[name]].strip())
            raise IntakeError(
                f"文件 {file} 有两列都是 {name}（{table.column(name).heading}）：第 {positions[name] + 1} 列“{first}”和"
                f"第 {index + 1} 列“{printable(heading.strip())}”，请只保留一列后再导入"
            )
        else:
            positions[name] = index
    return Header(positions, tuple(ignored), named, tuple(others))


def _preferred(table: Table, known: dict[str, str], fields: Sequence[str]) -> dict[str, int]:
    """Of the columns several headings name, the field of the heading that is written first in the table's declaration, then of
    the first in the file. Not of the person's number: which of two people a row is about is not ours to guess."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, heading in enumerate(fields):
        name = known.get(fold(heading))
        if name is not None and table.column(name).kind != "certno":
            ranks = [fold(one) for one in table.column(name).accepted]
            found.setdefault(name, []).append((ranks.index(fold(heading)), index))
    return {name: min(places)[1] for name, places in found.items()}


def refuse_header(table: Table, rows: Sequence[Sequence[str]], file: str) -> IntakeError:
    """The refusal of a file none of whose first rows has every required heading: names what the best one lacks."""
    best = max(rows, key=lambda fields: recognised(table, fields), default=())
    lacking = "；".join(_name_group(group) for group in missing(table, best))
    return IntakeError(
        f"文件 {file} 不是可识别的{table.label}表：前 {ROWS_SEARCHED} 行里没有一行表头包含全部必需列，缺少 {lacking}；"
        "请补上所缺的列或改正表头后再导入"
    )


def _name_group(group: tuple[Column, ...]) -> str:
    described = "或 ".join(
        f"{column.name}（{column.heading}，可写作 {'、'.join(column.accepted)}）" for column in group
    )
    return described if len(group) == 1 else f"{described}之一"
