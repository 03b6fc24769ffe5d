"""What a declaration of an input table says: ``Table`` and ``Column``.

The reader, the checks, storage, the comparison of versions, templates, documentation and the sample generator follow from it.
``make columns`` writes what of the SQL and the READMEs follows (.ci/columns.py); a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: Characters a cell may have: what Excel itself keeps in one. Longer text is no value of any column.
LONGEST_CELL = 32_767

#: Columns a table may have, ours or not: what a sheet has.
MOST_COLUMNS = 16_384

#: How many rows a sheet of each format has.
LAST_ROW = {"xlsx": 1_048_576, "xls": 65_536}

Kind = Literal["text", "code", "money", "time", "date", "certno", "integer"]

#: What a stored column of each kind is in the engine.
STORED_TYPES: dict[Kind, str] = {
    "text": "VARCHAR", "code": "VARCHAR", "money": "DECIMAL(16, 2)", "time": "TIMESTAMP", "date": "DATE",
    "certno": "DECIMAL(38, 0)", "integer": "INTEGER",
}


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    What is read: ``name`` is the canonical one, ``heading`` the Chinese one, ``aliases`` the other names accepted; ``sentence`` says
    what it means; ``required``: a file without it is refused. Its cells are cleaned and checked as its ``kind`` is, and amounts
    may be no ``least`` than that.

    What is stored: ``key``: it identifies the row, together with the others that do; ``key_without``: it does so where that column is
    blank. ``stored``: the stored column it goes to: one of its own name where this is empty, none where it is None. What is stored is
    compared when a row comes again, so that nothing stored can be left out of the digest. ``sealed``: its text is kept sealed only.
    ``later``: files written by an earlier program lack it.

    What is handed out: ``choices``: what the template's list offers; ``example``: what the template's example row says.
    """

    name: str
    heading: str
    kind: Kind
    sentence: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    least: int | None = None
    key: bool = False
    key_without: str = ""
    stored: str | None = ""
    sealed: bool = False
    later: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every name a file may use for this column, the canonical one first."""
        return (self.name, self.heading, *self.aliases)

    @property
    def stored_as(self) -> str | None:
        """The name of the stored column; None where there is none."""
        return self.name if self.stored == "" else self.stored


def other_columns(number: int) -> tuple[Column, ...]:
    """The columns a table of ``others`` keeps what is none of its own in."""
    return tuple(Column(f"other_{place}", f"其他列 {place}", "text", "表里没有的列，原样保留") for place in range(1, number + 1))


@dataclass(frozen=True)
class Table:
    """One kind of export. ``one_of``: groups of which a file must have at least one column each. ``blank_is_zero``: a blank amount
    is zero, and not unknown.

    ``others``: of such tables so many columns that are none of ours, or say one of ours again, are kept as text under
    ``other_1``, ``other_2`` … (``Chunk.others`` has their headings). Columns of these names are part of ``columns``.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    others: int = 0
    blank_is_zero: bool = False

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError for any other."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def in_words(self, names: Iterable[str]) -> str:
        """Columns as whoever exports them knows them, the canonical name behind: 医院等级（hosp_lv）、规范转诊（referred）."""
        return "、".join(f"{self.column(name).heading}（{name}）" for name in names)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def money(self) -> tuple[str, ...]:
        """The canonical names of the amounts, in order."""
        return tuple(column.name for column in self.columns if column.kind == "money")

    @property
    def key(self) -> tuple[Column, ...]:
        """The columns that identify a row, in order; those that do so in another's absence included."""
        return tuple(column for column in self.columns if column.key or column.key_without)

    @property
    def stored(self) -> tuple[str, ...]:
        """The names of the stored columns, in order."""
        return tuple(dict.fromkeys(column.stored_as for column in self.columns if column.stored_as is not None))

    @property
    def later(self) -> dict[str, str]:
        """Stored columns that files written by an earlier program lack, each with its type in the engine."""
        return {column.stored_as: STORED_TYPES[column.kind] for column in self.columns if column.later and column.stored_as}
