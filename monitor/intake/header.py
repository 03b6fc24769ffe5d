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
from itertools import pairwise

from monitor.base.errors import IntakeError
from monitor.intake.columns import Column, Table
from monitor.intake.units import split_unit, unit_row, unread_unit

#: Rows searched for the headings, blank ones not counted: some forms have their rules above the table.
ROWS_SEARCHED = 60

#: Rows the headings may be spread over.
_MOST_ROWS = 3

_DROPPED = re.compile(r"[\s\ufeff\u200b*'\"`]+")

#: An identity number: district, day of birth, sequence, check character.
_CERTNO = re.compile(r"([0-9]{4})[0-9]{2}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])([0-9]{3}[0-9Xx])")

#: Longer than any heading.
_LONGEST_NAME = 30
#: What a heading over several says no more with: 退出情况 above 日期 is 退出日期.
_SAYS_NOTHING = re.compile("(?:情况|信息|状况|内容|记录)$")
#: Headings over what is about somebody else than the row.
_SOMEBODY_ELSE = re.compile("户主|监护|联系人|代理|代办|经办|父亲|母亲|配偶|家长|亲属")
#: Headings over a first and a last day, and what these are called there.
_OF_A_TIME = re.compile("起止|期限|期间|有效期|时间|日期|享受|待遇")
_BEGINS, _ENDS = re.compile("[起自始从]|开始|起始"), re.compile("[止至终到]|结束|终止|截止")

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
    and the one that numbers the columns included; ``fields``: the headings, of several rows put together; ``units``: what the row
    of units says, by position; ``numbered``: whether the last row is one that numbers the columns."""

    first: int
    last: int
    fields: list[str]
    units: Mapping[int, str] = field(default_factory=dict)
    numbered: bool = False

    @property
    def unit_line(self) -> int:
        """The place of the row of units, of headings that have one."""
        return self.last - self.numbered

    @property
    def last_of_names(self) -> int:
        """The place of the last row of headings proper."""
        return self.unit_line - bool(self.units)


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
            units = _units_below(table, headings, rows[last + 1], file) if last + 1 < len(rows) else None
            last += units is not None
            numbered = last + 1 < len(rows) and _numbers_columns(rows[last + 1][1])
            if units is None and not numbered and last + 1 < len(rows) and _second_row(table, headings, rows[last + 1][1]):
                raise _unclear_rows(file, rows[first][0], rows[last + 1][0])
            return Heading(first, last + numbered, headings, units or {}, numbered)
    for (line, fields), (next_line, below) in pairwise(rows):
        # Not the table's headings, unless the row below has the rest of them under names nobody knows.
        if recognised(table, fields) >= 2 and _keys(table).intersection(_names(table, fields)) and _second_row(table, fields, below):
            raise _unclear_rows(file, line, next_line)
    return None


def _unclear_rows(file: str, first: int, last: int) -> IntakeError:
    return IntakeError(f"文件 {file} 第 {first}–{last} 行像是两行表头，看不出怎样合成一行；请改成一行表头后再导入")


def _keys(table: Table) -> set[str]:
    """The columns that say whose or which a row is."""
    return {column.name for column in table.columns if column.required} | {name for group in table.one_of for name in group}


def _names(table: Table, fields: Sequence[str]) -> set[str]:
    known = lookup(table)
    return {known[folded] for folded in map(fold, fields) if folded in known}


def _second_row(table: Table, headings: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row under the headings looks like more of them: words alone, some under a heading merged over several columns, and
    nothing that says whose row it would be."""
    filled = {position: text for position, text in enumerate(below) if text.strip()}
    if not filled or any(len(text) > _LONGEST_NAME or any(character.isdigit() for character in text) for text in filled.values()):
        return False
    known, keys = lookup(table), _keys(table)
    alone = [position for position in filled if position < len(headings) and _key_alone(headings, position)]
    if any(known.get(fold(headings[position])) in keys for position in alone):
        return False
    return any(
        not "".join(headings[position : position + 1]).strip() and _above(headings, position) and position - 1 in filled
        for position in filled
    )


def _key_alone(headings: Sequence[str], position: int) -> bool:
    """Whether a heading is over its own column only."""
    return position + 1 >= len(headings) or bool(headings[position + 1].strip())


def _numbers_columns(fields: Sequence[str]) -> bool:
    """Whether a row numbers the columns, as statistical tables do: 甲 乙 1 2 3=1+2."""
    filled = [text for text in (unicodedata.normalize("NFKC", one).strip() for one in fields) if text]
    numbers = [int(found[1]) for text in filled if (found := re.fullmatch(r"\(?([0-9]{1,2})\)?(?:=[0-9+\-()]+)?", text))]
    words = [text for text in filled if re.fullmatch("[甲乙丙丁戊己庚辛壬癸]|[栏行]次|序号", text)]
    in_order = all(after == before + 1 for before, after in pairwise(numbers))
    return len(filled) >= 3 and len(numbers) + len(words) == len(filled) and len(numbers) >= 2 and in_order


def _units_below(table: Table, headings: Sequence[str], below: Row, file: str) -> dict[int, str] | None:
    """What a row of units under the headings says, by position; None where it is none. Raises IntakeError for a unit nobody knows."""
    known, (line, fields) = lookup(table), below
    money = [at for at, text in enumerate(headings) if (name := known.get(fold(text))) and table.column(name).kind == "money"]
    units = unit_row(fields, money)
    if units is None and (at := unread_unit(fields, money)) is not None:
        raise IntakeError(
            f"文件 {file} 第 {line} 行第 {at + 1} 列像是金额的单位，却看不懂；"
            "请写成元、万元、千元等，或在表头上方写明“单位：万元”后再导入"
        )
    return units


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
    if found and all((above := _above(top, position)) != text and _SOMEBODY_ELSE.search(above) for position, text in filled):
        # What is about the head of a household is none of our columns, and no reason not to read them.
        return True
    names = [known.get(fold(_combined(known, _above(top, position), text))) for position, text in filled]
    same = [known.get(fold(top[position])) if position < len(top) else None for position, _ in filled]
    # The same names once more are headings that repeat, not headings that go on.
    return any(name is not None and name != above for name, above in zip(names, same, strict=True))


def _above(top: Sequence[str], position: int) -> str:
    """The heading a field stands under: its own, or that of the cell merged over it, which is blank from its second column on."""
    return next((top[at] for at in range(min(position, len(top) - 1), -1, -1) if top[at].strip()), "")


def _combined(known: Mapping[str, str], above: str, text: str) -> str:
    """A column's name out of a heading and the one above it; empty where they make none. Of somebody else (户主) they make none."""
    if above and fold(above) != fold(text) and _SOMEBODY_ELSE.search(above):
        return ""
    stem = _SAYS_NOTHING.sub("", above.strip())
    names = [text, above + text, stem + text]
    if _OF_A_TIME.search(above):
        word = fold(text)
        names += ["开始日期"] * bool(_BEGINS.fullmatch(word)) + ["结束日期"] * bool(_ENDS.fullmatch(word))
    return next((name for name in names if fold(name) in known), "")


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
        elif combined := _combined(known, above, text):
            joined.append(combined)
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
