"""Rows that are no data but a table's decoration: headings that repeat on every page, subtotals, who made the table.

Taken for data, 制表人：某某 is an insured person and a subtotal a settlement. So each row that may be one is looked at before the
checks see it and, if it is one, set apart with a reason of its own: it is counted as read and rejected, and does not speak
against the file. A row that could be somebody's is left to the checks: a person may be called 小计, and a remark is a remark.

Nearly all rows are told apart by bytes alone: a key column in which nothing but ASCII stands, and no blank cell, has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from monitor.base.errors import IntakeError
from monitor.intake.chunk import Chunk, Malformed, cell_bytes
from monitor.intake.columns import Table, other_columns
from monitor.intake.header import fold, lookup
from monitor.intake.units import MONEY, in_text, unit_row

#: Columns that say whose or which a row is: no words stand in them.
_KEYS = ("setl_id", "psn_no", "certno", "region", "dise_codg", "pack")

_TOTAL = re.compile(r"[小合总共累]\s*计|汇\s*总|(?i:\b(?:sub|grand)?\s*total\b)")
#: The same where it stands in a column of words: nothing else is in the cell.
_NOTHING_BUT_TOTAL = re.compile(r"(?:本页|本月|本年|本表|全部)?\s*(?:[小合总共累]\s*计|汇\s*总|(?i:(?:sub|grand)?\s*total))\s*:?")
#: What a row begins with that says who made the table, when, and what to know of it.
_NOTE = re.compile(
    r"\(?(?:制表|制单|审核|复核|审批|核对|填表|填报|填制|填写|编制|打印|导出|统计|报送|上报|经办|经手|负责|主管|分管|联系|单位|部门|盖章|签字|签章|签名|公章)"
    r"(?:单位|部门|科室|机构|人员|人|员|者|领导|负责人|日期|时间|电话|方式|盖章|签字|签章|签名|\(.{0,8}\))*\s*(?:[:_]|$)"
    r"|(?:备注|说明|填表说明|填报说明|注|附注|备考|附|提示|数据来源|截止日期|截至日期|单位负责人)\s*(?:[:.、]|[0-9一二三]|$)"
    r"|(?:填写)?(?:示例|样例|举例|范例)(?:数据|行)?\s*(?:[:.、]|$)|(?:填写|格式)(?:说明|要求)?\s*(?:[:.、]|$)"
    r"|第\s*[0-9]+\s*页|共\s*[0-9]+\s*[页条行人]|-+\s*[0-9]+\s*-+$|以下(?:空白|无正文)|(?:表|此表)?完$|单位\s*:"
)
#: Longer than a person's name without a mark in it.
_LONGEST_NAME = 15
#: More words than this in a key column are part of its numbers.
_MANY = 1000
#: What is in every word of decoration and heading of a key column.
_TELLING = "[计汇制审复核填编打导统报经负主分联单部盖签备说注附提数截第共以完表号码区病]|(?i:total|id|no|code)"
_AMOUNT = re.compile(r"[-+¥]*[0-9][0-9,.]*元?")
_DAY = re.compile(r"[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?")
#: A person's number, whole, short or masked.
NUMBER = re.compile(r"(?<![0-9])[0-9]{6}[0-9*×xX]{8,11}[0-9*×xX](?![0-9])")


def without_decoration(table: Table, chunk: Chunk, file: str) -> Chunk:
    """The chunk with decoration set apart as ``heading_row``, ``totals_row`` or ``note_row``.

    Raises IntakeError for other headings among the rows, below which the columns would be others, and for a unit stated there.
    """
    rows = chunk.rows
    # A column the file lacks is null throughout.
    present = [name for name in table.names if rows.column(name).null_count < rows.num_rows]
    keys = [name for name in _KEYS if name in present] or [name for name in present if table.column(name).kind == "text"]
    if not rows.num_rows or not keys:
        return chunk
    chosen = _candidates([rows.column(name) for name in keys], keys, table.names)
    if chosen is None:
        return chunk
    places = pc.indices_nonzero(chosen)
    apart: dict[int, Malformed] = {}
    for place, row in zip(places.to_pylist(), rows.take(places).to_pylist(), strict=True):
        said = {name: unicodedata.normalize("NFKC", row[name] or "").strip() for name in present}
        found = _reason(table, keys, said, file, row["line"])
        if found is not None:
            apart[place] = Malformed(row["line"], *found)
    if not apart:
        return chunk
    kept = pc.invert(pc.is_in(pa.array(range(rows.num_rows), pa.int32()), pa.array(list(apart), pa.int32())))
    return Chunk(rows.filter(kept), [*chunk.malformed, *apart.values()], chunk.bytes_read, chunk.sheet, chunk.others)


def _candidates(
    columns: Sequence[pa.ChunkedArray], names: Sequence[str], canonical: Sequence[str]
) -> pa.ChunkedArray | None:
    """Which rows may be decoration: words or a column's name in a key, or no key at all; None where surely none is."""
    chosen: pa.ChunkedArray | None = None
    blank: pa.ChunkedArray | None = None
    for column, name in zip(columns, names, strict=True):
        length = pc.binary_length(column)
        texts = [cell_bytes(part) for part in column.chunks]
        if not all(text.isascii() for text in texts):
            words = pc.not_equal(length, pc.utf8_length(column))
            if (pc.sum(words).as_py() or 0) > _MANY:
                # Numbers with words in them: which of them is looked at row by row is narrowed first.
                words = pc.match_substring_regex(column, _TELLING)
            chosen = words if chosen is None else pc.or_(chosen, words)
        # Headings that repeat do so in the first key too, and a total is called one there. Single characters, each searched at
        # the speed of memory, stand in all of their names and hardly in a number.
        if name == names[0] and any(sign in text for text in texts for sign in (b"_", b"o", b"O", name.encode())):
            text = pc.utf8_lower(pc.utf8_trim_whitespace(column))
            named = pc.or_(pc.is_in(text, pa.array(canonical, pa.string())), pc.match_substring(text, "total"))
            chosen = named if chosen is None else pc.or_(chosen, named)
        empty = pc.less_equal(length, 1) if blank is None or pc.any(blank).as_py() else None
        if empty is not None:
            blank = empty if blank is None else pc.and_(blank, empty)
    if blank is not None and pc.any(blank).as_py():
        chosen = blank if chosen is None else pc.or_(chosen, blank)
    return chosen if chosen is not None and pc.any(chosen).as_py() else None


def _reason(table: Table, keys: Sequence[str], said: Mapping[str, str], file: str, line: int) -> tuple[str, str] | None:
    """Column and reason id of a row that is decoration, given its cells; None for a row that may be data."""
    filled = {name: text for name, text in said.items() if text}
    # A table that keeps columns not its own (a reply) has nothing of a row that is filled there alone: the number of an empty line.
    if filled.keys() <= {column.name for column in other_columns(table.others)}:
        return "", "totals_row" if any(_NOTHING_BUT_TOTAL.fullmatch(text) for text in filled.values()) else "note_row"
    known = lookup(table)
    names = {name: known.get(fold(text)) for name, text in filled.items()}
    own = [name for name, means in names.items() if means == name]
    others = [name for name, means in names.items() if means not in (None, name)]
    if len(others) >= 2 and (len(own) + len(others)) * 2 >= len(filled):
        raise IntakeError(
            f"文件 {file} 第 {line} 行是另一个表头（列的名称或顺序与上面的不同），下面的行对应不到列；"
            "请分成两个文件或两个工作表后再导入"
        )
    if own and len(own) * 2 >= len(filled) and (len(own) >= 2 or len(filled) == 1):
        return own[0], "heading_row"
    money = [at for at, name in enumerate(said) if table.column(name).kind == "money"]
    units = unit_row(list(said.values()), money)
    if units is not None:
        _refuse_late(file, line, next((unit for unit in units.values() if unit in MONEY and unit != "元"), ""))
        return next(iter(filled)), "heading_row"
    somebody = any(NUMBER.search(said[name]) for name in keys)
    # A subtotal may repeat whose settlements it adds up; no settlement is called one.
    total = next((name for name in keys if _TOTAL.search(said[name]) and (name == "setl_id" or not somebody)), "")
    if not total and not any(name in filled for name in keys):
        total = next((name for name, text in filled.items() if _NOTHING_BUT_TOTAL.fullmatch(text)), "")
    if total:
        return total, "totals_row"
    return None if somebody else _note(table, keys, filled, file, line, len(said))


def _note(
    table: Table, keys: Sequence[str], filled: Mapping[str, str], file: str, line: int, columns: int
) -> tuple[str, str] | None:
    """The same for notes and for amounts without anything to say whose they are. ``columns``: how many of ours the file has."""
    first = next((name for name, text in filled.items() if _NOTE.match(text)), "")
    if first and (first in keys or not any(_says_who(filled[name]) for name in keys if name in filled)):
        unit, _ = in_text("；".join(filled.values()))
        _refuse_late(file, line, unit)
        return first, "note_row"
    if len(filled) == 1 and columns >= 3 and _says_nothing(*next(iter(filled.items()))):
        # A title in between, whose district follows, the office and the day at the end.
        return next(iter(filled)), "note_row"
    # Nothing but amounts in a table that says whose they are, what is called 合计 being in a column nobody reads.
    amounts = {name for name in filled if table.column(name).kind == "money" or name == "relief_amount"}
    says_whose = keys[0] in _KEYS or any(keys[0] in group for group in table.one_of)
    if says_whose and filled.keys() <= amounts and all(_AMOUNT.fullmatch(text) for text in filled.values()):
        return "", "totals_row"
    return None


def _says_who(text: str) -> bool:
    """Whether a cell of a key column may be somebody's number: one has a digit, and is no note and no day beside one."""
    return any(character.isdigit() for character in text) and not _NOTE.match(text) and not _DAY.fullmatch(text)


def _says_nothing(name: str, text: str) -> bool:
    """Whether the only cell of a row is neither a number nor a name nor a code, but words."""
    if name == "psn_name":
        return len(text) > _LONGEST_NAME or bool(re.search("[0-9:：。；、（）()《》]", text))
    return name in _KEYS and name not in ("dise_codg", "region") and not re.fullmatch("[0-9A-Za-z]*[0-9][0-9A-Za-z]*", text)


def _refuse_late(file: str, line: int, unit: str) -> None:
    if unit and unit != "元":
        raise IntakeError(f"文件 {file} 第 {line} 行写着金额单位{unit}，却在数据之后；请把单位写在表头里或表头上方，再导入")
