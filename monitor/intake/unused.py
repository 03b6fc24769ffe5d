"""What of a file was not used as it stands: every sheet, column and row passed over or changed, said once with its reason.

The import, ``monitor replies``, ``monitor loads`` and the dashboard show the same lines. Rows that were left out (repeated
headings, totals, notes between the rows) are counted as rejected as well, so that read = accepted + duplicates + rejected
stays true; what stands above the headings or in another sheet was never a row of the table.

No cell of a data row is ever in an entry: names are those of sheets, headings and what a left-out row calls itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from monitor.base.errors import IntakeError
from monitor.intake.columns import TABLES

#: What the columns of the tables are called; a name that several tables have means the same in each.
_HEADINGS = {column.name: column.heading for table in TABLES.values() for column in table.columns}
#: The kinds of what was not used, with their Chinese names.
KINDS: dict[str, str] = {
    "sheet": "未读取的工作表或文件",
    "column": "未使用的列",
    "filled_down": "合并单元格已向下填充",
    "hidden": "隐藏的行或列（已照常读入）",
    "struck": "有删除线的行（已照常读入）",
    "heading": "重复或分成几行的表头",
    "total": "小计、合计行",
    "note": "标题、说明、制表人等",
}

#: Reasons of rejected rows that are no data but the table's decoration: reason id → kind.
LEFT_OUT: dict[str, str] = {"heading_row": "heading", "totals_row": "total", "note_row": "note"}
_WHY_LEFT_OUT = {
    "heading": "与表头相同的行，不是数据，计入拒绝",
    "total": "合计不是一笔记录，计入拒绝",
    "note": "制表人、审核人、备注、填表日期等，不是数据，计入拒绝",
}


#: The name of what stands above the headings.
ABOVE = "表头以上的标题和说明"
#: The name of the entry of a sheet or text that is as long as a sheet can be.
PERHAPS_CUT = "可能被截断"


@dataclass(frozen=True)
class Unused:
    """``file``: its name as shown; ``sheet``: of a workbook, else empty; ``kind``: one of ``KINDS``; ``name``: of the sheet or
    heading, empty where there is none; ``count``: rows (columns of a kind column: 1); ``reason``: a Chinese sentence."""

    file: str
    sheet: str
    kind: str
    name: str
    count: int
    reason: str

    @property
    def explains(self) -> bool:
        """Whether it only explains the table, as the second sheet of our templates and a title do, or is an empty sheet: all that
        --strict lets pass."""
        if self.kind == "sheet":
            return self.count == 0 and self.name == self.sheet
        return self.kind == "note" and (self.name == ABOVE or (self.sheet != "" and self.sheet == self.name))


@dataclass(frozen=True)
class UnknownValue:
    """A value of a coded column that no table knows, masked where it could be somebody's; ``count``: rows."""

    column: str
    value: str
    count: int


def unused_column(file: str, sheet: str, heading: str) -> Unused:
    """The entry of a heading that names no column of the table."""
    return Unused(file, sheet, "column", heading, 1, "表头不是本表的列")


def perhaps_cut(file: str, sheet: str, lines: int) -> Unused:
    """The entry of a sheet whose data goes to its last line, or of a text that was such a sheet."""
    reason = f"数据一直到第 {lines} 行，正是一张工作表的最后一行，后面的行可能没有存下；请核对总行数，更多的请导出为 CSV"
    return Unused(file, sheet, "note", PERHAPS_CUT, lines, reason)


def left_out(file: str, sheets: Sequence[str], rows: Mapping[tuple[int, str], int]) -> list[Unused]:
    """Entries for rows that were rejected as decoration. ``rows``: (place of the sheet among ``sheets``, reason id) → rows;
    reasons that are not in ``LEFT_OUT`` are passed over."""
    return [
        Unused(file, sheets[place] if place < len(sheets) else "", LEFT_OUT[reason], "", count, _WHY_LEFT_OUT[LEFT_OUT[reason]])
        for (place, reason), count in sorted(rows.items())
        if reason in LEFT_OUT
    ]


def unused_of(raw: Sequence[Mapping[str, Any]]) -> tuple[Unused, ...]:
    """The entries as they were written down (``asdict``)."""
    return tuple(Unused(**entry) for entry in raw)


def unknown_of(raw: Sequence[Mapping[str, Any]]) -> tuple[UnknownValue, ...]:
    """The values as they were written down (``asdict``)."""
    return tuple(UnknownValue(**entry) for entry in raw)


def as_json(unused: Sequence[Unused], unknown: Sequence[UnknownValue]) -> dict[str, Any]:
    """The keys ``unused`` and ``unknown_values`` of every answer that tells of an import."""
    return {"unused": [asdict(entry) for entry in unused], "unknown_values": [asdict(value) for value in unknown]}


def as_lines(unused: Sequence[Unused], unknown: Sequence[UnknownValue], headings: Mapping[str, str] = _HEADINGS) -> list[str]:
    """What was not used as lines of text, the first of which says how much; one line where all was used."""
    if not unused and not unknown:
        return ["未使用的内容：无"]
    lines = [f"未使用的内容（{len(unused) + len(unknown)} 项）："]
    lines += [f"  {phrase(entry)}" for entry in unused]
    lines += [f"  {phrase_of_unknown(value, headings)}" for value in unknown]
    return lines


def phrase_of_unknown(value: UnknownValue, headings: Mapping[str, str] = _HEADINGS) -> str:
    """One value nobody knows as a line. ``headings``: what the columns are called, those of exports unless told."""
    named = f"“{headings[value.column]}”（{value.column}）" if value.column in headings else f" {value.column} "
    return f"不认识的取值：列{named}的“{value.value}” {value.count} 行"


def phrase(entry: Unused) -> str:
    """One entry as a line."""
    where = f"工作表“{entry.sheet}”" if entry.sheet and not (entry.kind in ("sheet", "note") and entry.name == entry.sheet) else ""
    what = f"“{entry.name}”" if entry.name else ""
    rows = f" {entry.count} 行" if entry.count and entry.kind != "column" else ""
    return f"{KINDS[entry.kind]}：{where}{what}{rows}（{entry.reason}）"


def summed(values: Sequence[UnknownValue]) -> tuple[UnknownValue, ...]:
    """The values of several files, one of a column and value each."""
    found: dict[tuple[str, str], UnknownValue] = {}
    for value in values:
        known = found.get((value.column, value.value))
        found[value.column, value.value] = replace(value, count=value.count + (known.count if known else 0))
    return tuple(found.values())


def refuse_unused(
    file: str, unused: Sequence[Unused], unknown: Sequence[UnknownValue], headings: Mapping[str, str] = _HEADINGS
) -> None:
    """What ``--strict`` asks. Raises IntakeError naming what was not used, if anything but a sheet of explanation was not."""
    said = [phrase(entry) for entry in unused if not entry.explains]
    said += [phrase_of_unknown(value, headings) for value in unknown]
    if said:
        shown = "；".join(said[:5]) + (f"；另有 {len(said) - 5} 项" if len(said) > 5 else "")
        raise IntakeError(f"文件 {file} 有未使用的内容，按 --strict 未导入：{shown}；请改好文件，或核对后去掉 --strict 再导入")
