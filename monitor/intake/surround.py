"""What stands around a table's headings: titles and notes above them, the unit of its amounts, columns without a heading.

None of it is a row of the table. What is above the headings is said; where it looks like people's rows the file is refused,
because nobody would miss them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from monitor.base.errors import IntakeError
from monitor.intake.columns import Table
from monitor.intake.decoration import NUMBER
from monitor.intake.header import Header, Heading, Row
from monitor.intake.units import Units, in_text, in_yuan, is_only_unit, settle_units
from monitor.intake.unused import ABOVE, Unused, unused_column


@dataclass(frozen=True)
class Surround:
    """``above``: rows above the headings; ``rows``: the heading rows' numbers, the row of units apart; ``nameless``: positions
    of columns with cells but no heading; ``units``: what the amounts are multiplied by; ``numbering``: the number of the row that
    numbers the columns, 0 for none."""

    above: int
    rows: tuple[int, int]
    nameless: tuple[int, ...]
    units: Units
    numbering: int = 0

    def unused(self, table: Table, header: Header, file: str, sheet: str = "") -> list[Unused]:
        """The entries of one table's surroundings and its columns nobody reads."""
        found = [unused_column(file, sheet, name) for name in header.ignored]
        found += [
            Unused(file, sheet, "column", f"第 {position + 1} 列", 1, "没有表头，但有内容") for position in self.nameless
        ]
        if self.above:
            found.append(Unused(file, sheet, "note", ABOVE, self.above, f"在第 {self.rows[0]} 行的表头之上，不是数据"))
        if self.rows[1] > self.rows[0]:
            found.append(Unused(
                file, sheet, "heading", "", 0, f"第 {self.rows[0]}–{self.rows[1]} 行是两行表头，已合在一起读",
            ))
        if self.numbering:
            found.append(Unused(file, sheet, "heading", "栏次", 1, f"第 {self.numbering} 行给各列编号，不是数据"))
        if self.units.factors:
            stated = "、".join(dict.fromkeys(f"{one.where}写着{one.unit}" for one in self.units.stated))
            found.append(Unused(file, sheet, "note", "金额单位", 0, f"{stated}；{self.units.sentence(table)}"))
        return found


def look_around(
    table: Table, rows: Sequence[Row], heading: Heading, header: Header, file: str, sheet: str = "",
    named: Sequence[tuple[str, str]] = (),
) -> Surround:
    """What is around the headings found among ``rows``, the first rows of a table. ``named``: further texts that may state a
    unit, with where they stand. Raises IntakeError for rows above that look like data, and for units that contradict each other.
    """
    place = f"工作表“{sheet}”" if sheet else ""
    around = list(named)
    for line, fields in rows[: heading.first]:
        if any(NUMBER.search(field) for field in fields):
            raise IntakeError(
                f"文件 {file} {place}第 {line} 行在表头（第 {rows[heading.first][0]} 行）之上，却像是数据；"
                "请把表头移到数据之上，或把上面的内容另存为一个文件后再导入"
            )
        around += [(field, f"{place}第 {line} 行第 {position + 1} 列") for position, field in enumerate(fields) if field.strip()]
    # A heading that is no column's, but the unit of all amounts.
    top = rows[heading.first][0]
    around += [(text, f"{place}第 {top} 行第 {at + 1} 列") for at, text in enumerate(heading.fields) if is_only_unit(text)]
    below = rows[heading.unit_line][0] if heading.units else 0
    units = settle_units(table, file, header.positions, heading.fields, heading.units, below, around, place)
    last = heading.last_of_names
    nameless = {
        position for _, fields in rows[heading.last + 1 :] for position, text in enumerate(fields)
        if text.strip() and (position >= len(heading.fields) or not heading.fields[position].strip())
    }
    numbering = rows[heading.last][0] if heading.numbered else 0
    return Surround(heading.first, (rows[heading.first][0], rows[last][0]), tuple(sorted(nameless)), units, numbering)


def refuse_unit_elsewhere(file: str, sheet: str, rows: Sequence[Row], used: Sequence[Units]) -> None:
    """Raises IntakeError where a sheet of explanation states a unit of money the tables themselves do not."""
    known = {stated.unit for units in used for stated in units.stated}
    for line, fields in rows:
        for text in fields:
            unit, _ = in_text(text)
            if unit and unit != "元" and unit not in known:
                raise IntakeError(
                    f"工作簿 {file} 的工作表“{sheet}”第 {line} 行写着金额单位{unit}，有数据的工作表却没有写；"
                    "请把单位写在该表的表头里或表头上方，或改正说明后再导入"
                )


def convert(rows: pa.Table, units: Units) -> pa.Table:
    """The rows with the amounts of ``units`` in yuan."""
    for name, factor in units.factors.items():
        cells = [in_yuan(cell, factor) for cell in rows.column(name).to_pylist()]
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(cells, pa.string()))
    return rows
