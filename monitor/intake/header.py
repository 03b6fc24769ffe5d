"""Which row of an export holds the headings, and which heading is which canonical column.

Exports of the rural-affairs platform put a title and a note above the headings, so the first rows are searched for one that
has everything required; forms made by hand spread the headings over two rows (退出情况 above 终止日期 and 退出原因), and
put the units into a row of their own. Headings actually found are never printed in a refusal: a file without headings has a
person's data in its first row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.errors import IntakeError
from monitor.intake.columns import Column, Table
from monitor.intake.units import split_unit, unit_row

#: Rows searched for the headings, blank ones not counted: some forms have their rules above the table.
ROWS_SEARCHED = 60

#: Rows the headings may be spread over.
_MOST_ROWS = 3

_DROPPED = re.compile(r"[\s\ufeff\u200b*'\"`]+")

#: An identity number: district, day of birth, sequence, check character.
_CERTNO = re.compile(r"([0-9]{4})[0-9]{2}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])([0-9]{3}[0-9Xx])")

#: A row of a sheet or text: its number as people count, its fields.
Row = tuple[int, Sequence[str]]


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


@dataclass(frozen=True)
class Heading:
    """The heading rows of a table among its first rows: ``first`` and ``last`` of them as places in that list, the row of units
    included; ``fields``: the headings, of several rows put together; ``units``: what the row of units says, by position."""

    first: int
    last: int
    fields: list[str]
    units: Mapping[int, str] = field(default_factory=dict)


def printable(text: str, longest: int = 100) -> str:
    """A name out of a file as it can be shown in a sentence: on one line, of bounded length, nothing a terminal obeys."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "…"


def shown_name(name: str) -> str:
    """A file's name as it is kept and shown: somebody's number in it is masked."""
    return printable(_CERTNO.sub(r"\1**********\2", name), longest=255)


def fold(heading: str) -> str:
    """A heading without what people put around it: width, case, blanks, stars, the unit."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", split_unit(heading)[0])).casefold()


@lru_cache(maxsize=64)
def lookup(table: Table) -> Mapping[str, str]:
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


def find_heading(table: Table, rows: Sequence[Row], file: str) -> Heading | None:
    """The heading rows among ``rows``, the first rows that are not blank. Raises IntakeError for two rows of headings that
    cannot be put together."""
    for first, (_, fields) in enumerate(rows):
        headings, last, found = list(fields), first, not missing(table, fields)
        while last - first + 1 < _MOST_ROWS and last + 1 < len(rows):
            line, below = rows[last + 1]
            if not found and (not missing(table, below) or not _may_begin(table, headings)):
                break
            where = f"文件 {file} 第 {rows[first][0]}–{line} 行"
            if not _goes_on(table, headings, below, found, where):
                break
            together = _together(table, headings, below, where)
            if not found and recognised(table, together) <= recognised(table, headings):
                break
            headings, last = together, last + 1
            found = found or not missing(table, headings)
        if found:
            units = unit_row(rows[last + 1][1]) if last + 1 < len(rows) else None
            return Heading(first, last + (units is not None), headings, units or {})
    return None


def _may_begin(table: Table, top: Sequence[str]) -> bool:
    """Whether a row may be the first of several heading rows, and not a title above them."""
    return recognised(table, top) > 0 or sum(1 for text in top if text.strip()) >= 3


def _goes_on(table: Table, top: Sequence[str], below: Sequence[str], found: bool, where: str) -> bool:
    """Whether the row below is a second row of headings: some of its fields are names of columns, none is a number or date, and
    none stands under a heading that must not be left without its own data. Raises IntakeError where one does, and others are
    names under no heading."""
    filled = [(position, text) for position, text in enumerate(below) if text.strip()]
    if not filled or any(character.isdigit() for _, text in filled for character in text):
        return False
    known = lookup(table)
    if found:
        keys = {column.name for column in table.columns if column.required} | {"psn_name", *(n for g in table.one_of for n in g)}
        over = {position for position, text in enumerate(top) if known.get(fold(text)) in keys}
        if any(position in over and known.get(fold(text)) is None for position, text in filled):
            if any(known.get(fold(text)) and not "".join(top[position : position + 1]).strip() for position, text in filled):
                raise IntakeError(f"{where}像是两行表头，看不出怎样合成一行；请改成一行表头后再导入")
            return False
    names = [known.get(fold(text)) or known.get(fold(_above(top, position) + text)) for position, text in filled]
    same = [known.get(fold(top[position])) if position < len(top) else None for position, _ in filled]
    # The same names once more are headings that repeat, not headings that go on.
    return any(name is not None and name != above for name, above in zip(names, same, strict=True))


def _above(top: Sequence[str], position: int) -> str:
    """The heading a field stands under: its own, or that of the cell merged over it, which is blank from its second column on."""
    return next((top[at] for at in range(min(position, len(top) - 1), -1, -1) if top[at].strip()), "")


def _together(table: Table, top: Sequence[str], below: Sequence[str], where: str) -> list[str]:
    """Headings of two rows as one row. Raises IntakeError where a column's own heading is above others of no name we know."""
    known, joined = lookup(table), []
    width = max(len(top), len(below))
    own = [*top, *[""] * (width - len(top))]
    under = [*below, *[""] * (width - len(below))]
    for position in range(width):
        above, text = _above(own, position), under[position]
        if not text.strip():
            joined.append(own[position])
        elif fold(text) in known:
            joined.append(text)
        elif fold(above + text) in known:
            joined.append(above + text)
        elif own[position].strip() and fold(own[position]) in known:
            if position + 1 < width and not own[position + 1].strip() and under[position + 1].strip():
                raise IntakeError(
                    f"{where}是两行表头，第 {position + 1} 列“{known[fold(own[position])]}”下面又分成几列，看不出哪一列是它；"
                    "请改成一行表头后再导入"
                )
            joined.append(own[position])
        else:
            joined.append(f"{above}/{text}" if above else text)
    return joined


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


def _preferred(table: Table, known: Mapping[str, str], fields: Sequence[str]) -> dict[str, int]:
    """Of the columns several headings name, the field of the heading that is written first in the table's declaration, then of
    the first in the file. Not of the person's number: which of two people a row is about is not ours to guess."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, heading in enumerate(fields):
        name = known.get(fold(heading))
        if name is not None and table.column(name).kind != "certno":
            ranks = [fold(one) for one in table.column(name).accepted]
            found.setdefault(name, []).append((ranks.index(fold(heading)), index))
    return {name: min(places)[1] for name, places in found.items()}


def lacking(table: Table, rows: Sequence[Sequence[str]]) -> str:
    """What the row that names most columns lacks, for a sentence."""
    best = max(rows, key=lambda fields: recognised(table, fields), default=())
    return "；".join(_name_group(group) for group in missing(table, best))


def refuse_header(table: Table, rows: Sequence[Sequence[str]], file: str) -> IntakeError:
    """The refusal of a file none of whose first rows has every required heading: names what the best one lacks."""
    return IntakeError(
        f"文件 {file} 不是可识别的{table.label}表：前 {ROWS_SEARCHED} 行里没有一行表头包含全部必需列，缺少 {lacking(table, rows)}；"
        "请补上所缺的列或改正表头后再导入"
    )


def _name_group(group: tuple[Column, ...]) -> str:
    described = "或 ".join(
        f"{column.name}（{column.heading}，可写作 {'、'.join(column.accepted)}）" for column in group
    )
    return described if len(group) == 1 else f"{described}之一"
