"""Cells as people and programs write them become cells the SQL knows, column by column.

Odd characters are looked for on the raw bytes of each column, so that an ordinary column costs next to nothing; what is odd is
cleaned for the whole column at once where that will do, and text by text only for the cells that are still odd then. Text that is
no name, number or code keeps its own characters; only its ends, what cannot be seen and the formula around it are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.intake import identifiers, written_dates
from monitor.intake.chunk import cell_bytes
from monitor.intake.coded import CodedValues
from monitor.intake.columns import Column, Table
from monitor.intake.fillers import INVISIBLE, MACHINE, WORDS, is_filler, plain

#: Blanks at the ends of a cell, beyond what Unicode calls white space.
_BLANKS = " \t\r\n\v\f\u0085\u00a0\u3000\u2002\u2003\u2009\u200b\u200e\ufeff\x1c\x1d\x1e\x1f"
_APOSTROPHES = "'`‘’\"“”"
#: What ordinary cells of a kind are made of: the least and the greatest byte, and those between that are none of it.
_ORDINARY = {"money": (0x2B, 0x39, b",/"), "certno": (0x30, 0x5A, b":;<=>?@")}
#: Bytes that lead characters which are not seen, blanks and quotes; Chinese letters begin with E4 to E9.
_LEADING = b"\xc2\xcd\xd8\xe1\xe2\xe3\xef\xf0\xf3\x7f"

#: Columns of text that are numbers of something: two ways to write one would be two things, a filler in two rows one thing.
_NUMBERS = frozenset(
    ("setl_id", "mdtrt_id", "psn_no", "init_setl_id", "fixmedins_code", "dise_codg", "resdbook_no", "household")
)
#: Of these, those that do not say whose a row is: a star in them is no mask, but part of a code (M01*).
_WITH_STARS = frozenset(("mdtrt_id", "fixmedins_code", "dise_codg"))
#: Of these, those that may be somebody's name.
_WITH_NAMES = frozenset(("household", "resdbook_no"))
#: What departments answer is text to be kept, whatever it says.
_KEPT_TEXT = frozenset(("replies", "warning_list"))

_FORMULA = '^\\s*=\\s*"(.*)"\\s*$'
_UNSEEN = re.compile(f"[{INVISIBLE}]")
#: A certificate number that is one as it stands; of fifteen digits those of a day, save the few that are digits in their order.
_PLAIN_CERTNO = (
    "^$|^[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X](?:[0-9]{2})?$"
    "|^[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}$"
)
_DIGITS_IN_ORDER = "^(?:1{15}|234567890123456)$"
#: A name that is written in one way only.
_PLAIN_NAME = "^[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+$"
#: Another number that is one: digits and letters, and not one digit all through or a word.
_PLAIN_NUMBER = (
    "^$|^[0-9A-Za-z]*(?:0[1-9]|1[02-9]|2[013-9]|3[0-24-9]|4[0-35-9]|5[0-46-9]|6[0-57-9]|7[0-689]|8[0-79]|9[0-8]|[A-Za-z][0-9]|[0-9][A-Za-z])"
    "[0-9A-Za-z]*$"
)
#: A day or time that stands for itself; written_dates.py sees all others.
_ORDINARY_DAY = (
    r"^$|^[1-9][0-9]{3}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?:[T ][01]?[0-9](?:[:时].*)?|[T ]2[0-3].*)?$"
    r"|^[1-9][0-9]{7}(?:[T ]?[01][0-9].*|[T ]?2[0-3].*)?$"
)

_CURRENCY = r"(?i:¥|RMB|CNY|人民币)"


#: Which cells of a column.
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@cache
def _fillers() -> pa.Array:
    """Fillers as they are written; those of another case are rare, and only in columns where everything is looked at."""
    words = {word for known in (*MACHINE, *WORDS) for word in (known, known.lower(), known.title())}
    return pa.array(sorted(words | {"-", "--", "---", "/", "//", "\\", ".", "*", "**", "***", "?", "_", "#", "—", "——", "－", "0"}))


def scrub(table: Table, rows: pa.Table, coded: CodedValues | None = None) -> pa.Table:
    """``rows`` with every cell cleaned: half width, nothing around it, fillers blank, labels the codes they stand for.

    Absent columns stay null, blank cells become empty strings. ``coded``: the bureau's tables, which also counts what no table
    knows; the shipped ones where there is none.
    """
    coded = CodedValues(table) if coded is None else coded
    for column in table.columns:
        index = rows.column_names.index(column.name)
        cells = rows.column(index)
        if cells.null_count == len(cells):
            continue
        if cells.null_count:
            cells = pc.fill_null(cells, "")
            rows = rows.set_column(index, column.name, cells)
        scrubbed = _scrubbed(table, column, cells)
        if scrubbed is not None:
            cells = scrubbed
            rows = rows.set_column(index, column.name, cells)
        if column.name in coded.columns:
            mapped = _mapped(cells, column.name, coded)
            if mapped is not None:
                rows = rows.set_column(index, column.name, mapped)
    return rows


def _scrubbed(table: Table, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The column with the odd ones among its cells cleaned; None where none is odd."""
    masks = [odd_cells(table, column, part, cell_bytes(part)) for part in cells.chunks]
    found = any(mask is not None for mask in masks)
    if column.kind == "text" and not (column.name in _NUMBERS or table.name in _KEPT_TEXT):
        # One set of words for the whole column: it takes longer to make than to look a thousand cells up in it.
        fillers = pc.is_in(cells, _fillers())
        if pc.any(fillers).as_py():
            found = True
            masks = [_either(mask, part.to_numpy(zero_copy_only=False)) for mask, part in zip(masks, fillers.chunks, strict=True)]
    if not found:
        return None
    odd = pa.array(np.concatenate(
        [np.zeros(len(part), np.bool_) if mask is None else mask for part, mask in zip(cells.chunks, masks, strict=True)]
    ))
    some = cells.filter(odd)
    if column.kind == "money" and pc.any(pc.match_substring(some, ",")).as_py():
        # How commas are used is a matter of the whole column.
        return _amounts(_folded(cells))
    filled = sum(int(np.count_nonzero(_lengths(part))) for part in cells.chunks) if column.kind in ("time", "date") else 0
    cleaned = _cleaned(table, column, some, filled - len(some)).combine_chunks()
    # What looked odd may be as it should; putting few cells in their places takes as long as looking at all.
    return None if cleaned.equals(some.combine_chunks()) else pc.replace_with_mask(cells, odd, cleaned)


def _cleaned(table: Table, column: Column, cells: pa.ChunkedArray, ordinary: int) -> pa.ChunkedArray:
    """Odd cells as they are to be read; so many others of the column are ordinary and not blank."""
    if column.kind == "text":
        return _text(table, column, cells)
    cells = _folded(cells)
    if column.kind == "certno":
        return _changed(pc.utf8_upper(cells), _PLAIN_CERTNO, identifiers.certificate_number, _DIGITS_IN_ORDER)
    if column.kind == "money":
        return _amounts(cells)
    if column.kind in ("time", "date"):
        return _days(cells, ordinary)
    # Whether a word in a coded column is a filler depends on the column: an outcome may be 待定.
    return _changed(cells, "^[0-9]*$", _filled if column.kind == "integer" else plain)


def _folded(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Half width, nothing that cannot be seen, no formula, nothing at the ends."""
    cells = _unwrapped(pc.utf8_normalize(_without(_UNSEEN, cells), form="NFKC"))
    return pc.utf8_trim(cells, _BLANKS + _APOSTROPHES)


def _unwrapped(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Nothing that cannot be seen, and no formula."""
    cells = _without(_UNSEEN, cells)
    if not any(b"=" in cell_bytes(part) for part in cells.chunks):
        return cells
    return pc.replace_substring_regex(cells, _FORMULA, r"\1")


def _without(characters: re.Pattern[str], cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells without some characters. Few columns have any, and Arrow takes milliseconds to make its pattern of them."""
    if not any(characters.search(cell_bytes(part).decode(errors="replace")) for part in cells.chunks):
        return cells
    return pc.replace_substring_regex(cells, characters.pattern, "")


def _filled(text: str) -> str:
    bare = plain(text)
    return "" if is_filler(bare) else bare


def _text(table: Table, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    cells = _unwrapped(cells)
    cells = pc.utf8_trim(pc.utf8_ltrim(pc.utf8_trim(cells, _BLANKS), _APOSTROPHES), _BLANKS)
    if column.name in _NUMBERS:
        return _changed(cells, _PLAIN_NUMBER, partial(
            identifiers.identifier, masks=column.name not in _WITH_STARS, names=column.name in _WITH_NAMES
        ))
    if column.name == "psn_name":
        cells = _changed(cells, _PLAIN_NAME, identifiers.name)
    elif table.name in _KEPT_TEXT:
        return cells
    return pc.if_else(pc.is_in(cells, _fillers()), "", cells)


def _days(cells: pa.ChunkedArray, ordinary: int) -> pa.ChunkedArray:
    """Days or times, with what means another day put right or marked."""
    odd = pc.invert(pc.match_substring_regex(cells, _ORDINARY_DAY))
    if not pc.any(odd).as_py():
        return cells
    met = _counted(cells.filter(odd).combine_chunks())
    # The others count towards what the column is one of.
    met[""] = 0
    met["2000-01-01"] = ordinary + (pc.sum(pc.invert(odd)).as_py() or 0)
    return _replaced(cells, written_dates.put_right(met))


def _no_amount(text: str) -> str:
    """Blank for a word that says there is none; a mark alone is not one, save dashes and strokes."""
    if re.fullmatch(r"-*|[-/\\]+", text):
        return ""
    return "" if re.search(r"[^\W\d_]", text) and is_filler(text) else text


def _amounts(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Amounts without currency sign, unit and thousands in proper threes; what is no amount is left or spoilt."""
    # Dashes typists and typesetters use for a minus or for nothing.
    cells = pc.replace_substring_regex(cells, "[\u2010-\u2015\u2212\ufe58\ufe63]", "-")
    cells = _changed(cells, r"^[-+0-9.,]*[0-9][-+0-9.,]*$|^-{0,2}$", _no_amount)
    cells = pc.replace_substring_regex(cells, r"^([-+(]?)\s*" + _CURRENCY + r"\s*([-+(]?)", r"\1\2")
    cells = pc.replace_substring_regex(cells, r"([0-9])\s*(?:元整?|圆整?|" + _CURRENCY + r")\s*(\)?)$", r"\1\2")
    cells = pc.replace_substring_regex(cells, r"^\(\s*([0-9.,]*[0-9][0-9.,]*)\s*\)$", r"-\1")
    cells = pc.replace_substring_regex(cells, r"^([0-9.,]*[0-9][0-9.,]*)\s*-$", r"-\1")
    cells = pc.replace_substring_regex(cells, r"^负\s*([0-9])", r"-\1")
    cells = pc.replace_substring_regex(cells, r"^([-+])\s+([0-9])", r"\1\2")
    grouped = pc.match_substring_regex(cells, r"^[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$")
    if pc.any(pc.match_substring_regex(cells, r"^[-+]?[0-9.]*[0-9],[0-9]{1,2}$|^[-+]?0,[0-9]+$|\..*,")).as_py():
        # Somebody writes decimals with a comma here: one comma before three digits is as much a decimal comma, and one point
        # before three a thousand.
        cells = pc.replace_substring_regex(cells, r"^([-+]?[1-9][0-9]{0,2}\.[0-9]{2}0)$", r"\1,")
        grouped = pc.and_(grouped, pc.invert(pc.match_substring_regex(cells, r"^[-+]?[0-9]{1,3},[0-9]{3}$")))
    cells = pc.if_else(grouped, pc.replace_substring(cells, ",", ""), cells)
    # Nought, as programs write a decimal number that is none.
    cells = pc.replace_substring_regex(cells, r"^[-+]?0(?:\.0*)?[eE][-+]?[0-9]+$", "0")
    # What a cast would take for an exponent or a separator is spoilt, so that the SQL may trust a cell that casts.
    return pc.replace_substring_regex(cells, "[A-Za-z_\\s]", "?")


# --- texts of a column ----------------------------------------------------------------------------


def _changed(cells: pa.ChunkedArray, ordinary: str, read: Callable[[str], str], save: str = "") -> pa.ChunkedArray:
    """The cells with each text that does not match ``ordinary``, or does ``save``, as ``read`` reads it: once a text, whatever the
    number of cells."""
    odd = pc.invert(pc.match_substring_regex(cells, ordinary))
    if save:
        odd = pc.or_(odd, pc.match_substring_regex(cells, save))
    if not pc.any(odd).as_py():
        return cells
    texts = pc.unique(cells.filter(odd)).to_pylist()
    return _replaced(cells, {text: found for text in texts if (found := read(text)) != text})


def _replaced(cells: pa.ChunkedArray, changed: Mapping[str, str]) -> pa.ChunkedArray:
    """The cells with some texts in the place of others."""
    if not changed:
        return cells
    places = pc.index_in(cells, pa.array(changed.keys(), pa.string()))
    return pc.coalesce(pa.array(changed.values(), pa.string()).take(places.combine_chunks()), cells)


def _counted(cells: pa.StringArray) -> dict[str, int]:
    counts = pc.value_counts(cells)
    return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))


def _mapped(cells: pa.ChunkedArray, column: str, coded: CodedValues) -> pa.ChunkedArray | None:
    """A coded column with the code for each label; None where every text stays. Texts are counted only where one may be unknown."""
    cells = cells.combine_chunks()
    if coded.settled(column, _distinct(cells)):
        return None
    changed = coded.read(column, _counted(cells))
    return _replaced(pa.chunked_array([cells]), changed) if changed else None


def _distinct(cells: pa.StringArray) -> list[str]:
    """The texts of a column. Codes of one or two characters, the most frequent, are told apart as numbers of one or two bytes."""
    data = cell_bytes(cells)
    width = len(data) // len(cells) if len(cells) else 0
    if width in (1, 2) and data.isascii() and bool((_lengths(cells) == width).all()):
        codes = np.flatnonzero(np.bincount(np.frombuffer(data, "<u1" if width == 1 else "<u2")))
        return [int(code).to_bytes(width, "little").decode() for code in codes]
    return list(pc.unique(cells).to_pylist())


# --- what is odd ----------------------------------------------------------------------------------


def odd_cells(table: Table, column: Column, cells: pa.StringArray, data: bytes) -> Mask | None:
    """Which cells cleaning could change, words for nothing in other text apart; None for none. It may err only towards yes.

    Searches of all cells for single bytes first, one memory pass each: some hundred times the speed of looking at cells.
    """
    if not data:
        return None
    number = column.name in _NUMBERS
    if column.kind == "text":
        signs = b"'`\"=" + (b"*?" if number else b"." if column.name == "psn_name" else b"")
        odd = _with_bytes(cells, data, 0x21, 0x7F if number else None, signs if number else signs + _LEADING)
        return _either(odd, _fillers_among(cells, data)) if number else odd
    if column.kind in _ORDINARY:
        odd = _with_bytes(cells, data, *_ORDINARY[column.kind])
        return _either(odd, _other_numbers(cells, data)) if column.kind == "certno" else odd
    if column.kind in ("time", "date"):
        return _either(_with_bytes(cells, data, 0x20, 0x7F, b"'`\"=~"), _other_days(cells, data))
    if column.kind == "integer":
        return _lengths(cells) > 0
    return _with_bytes(cells, data, 0x21, 0x7F, b"'`\"=")


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    return other if one is None else one if other is None else one | other


def _with_bytes(cells: pa.StringArray, data: bytes, least: int, most: int | None, among: bytes) -> Mask | None:
    """The cells with a byte below ``least``, above ``most`` or ``among`` those given; None where the column has none."""
    text = np.frombuffer(data, np.uint8)
    if text.min() >= least and (most is None or text.max() <= most) and not any(bytes((byte,)) in data for byte in among):
        return None
    found = np.zeros(256, np.bool_)
    found[:least] = True
    if most is not None:
        found[most + 1 :] = True
    found[list(among)] = True
    at = np.flatnonzero(found[text])
    mask = np.zeros(len(cells), np.bool_)
    mask[np.searchsorted(np.cumsum(_lengths(cells)), at, side="right")] = True
    return mask


def _other_numbers(cells: pa.StringArray, data: bytes) -> Mask | None:
    """Certificate numbers that are neither blank nor eighteen characters with a year of 1… or 2… in the seventh, have a letter at
    another place than the last, or one digit all through."""
    lengths = _lengths(cells)
    whole = lengths == 18
    mask: Mask = np.asarray(~whole & (lengths > 0), np.bool_)
    if bool(mask.any()):
        data = cell_bytes(cells.filter(pa.array(whole)))
    odd = _other_of_eighteen(np.frombuffer(data, np.uint8).reshape(-1, 18))
    if odd is not None:
        mask[whole] = odd
    return mask if bool(mask.any()) else None


def _other_of_eighteen(numbers: np.ndarray[Any, np.dtype[np.uint8]]) -> Mask | None:
    first, year, last = numbers[:, 0], numbers[:, 6], numbers[:, 17]
    odd = ((year != 0x31) & (year != 0x32)) | (first == 0x30)
    # No letter but X is a check character.
    odd |= (last > 0x39) & (last != 0x58)
    odd |= (year == first) & (numbers[:, 5] == first) & (numbers[:, 10] == first) & (numbers[:, 14] == first)
    if np.count_nonzero(numbers > 0x39) != np.count_nonzero(last > 0x39):
        odd |= (numbers[:, :17] > 0x39).any(axis=1)
    found: Mask = np.asarray(odd, np.bool_)
    return found if bool(found.any()) else None


def _other_days(cells: pa.StringArray, data: bytes) -> Mask | None:
    """Days and times that are not blank, ten characters with a separator behind the year, or nineteen with an hour below 24; and the
    year 0."""
    lengths, text = _lengths(cells), np.frombuffer(data, np.uint8)
    timed = lengths == 19
    if bool(timed.all()) and b"0000" not in data:
        # One written way for the whole column, which is nearly every export's.
        cell = text.reshape(-1, 19)
        late = (cell[:, 11] == 0x32) & (cell[:, 12] == 0x34)
        return late if bool(late.any()) else None
    odd = ~((lengths == 0) | (lengths == 10) | timed)
    starts = np.cumsum(lengths) - lengths
    at = starts[timed]
    odd[timed] = (text[at + 11] == 0x32) & (text[at + 12] == 0x34)
    # Ten characters that are no day with its separators: 20250505.0.
    ten = lengths == 10
    fifth = text[starts[ten] + 4]
    odd[ten] = (fifth >= 0x30) & (fifth <= 0x39)
    if b"0000" in data:
        filled = lengths > 0
        odd[filled] |= text[starts[filled]] == 0x30
    return odd if bool(odd.any()) else None


def _fillers_among(cells: pa.StringArray, data: bytes) -> Mask | None:
    """Identifiers that begin with what is neither digit nor letter, end in one, are one digit all through, or stand for nothing."""
    lengths, text = _lengths(cells), np.frombuffer(data, np.uint8)
    filled = lengths > 0
    starts, of = (np.cumsum(lengths) - lengths)[filled], lengths[filled]
    first, last = text[starts], text[starts + of - 1]
    kinds = _FIRST[first]
    odd = (kinds == 1) | (_FIRST[last] == 1)
    if b"." in data:
        # 123.0 went through a number cell.
        odd |= (last == 0x30) & (of > 2) & (text[np.maximum(starts + of - 2, 0)] == 0x2E)
    digits = np.flatnonzero((kinds == 2) & (first == last))
    if len(digits):
        at, size = starts[digits], of[digits]
        alike = (first[digits] == text[at + size // 2]) & (first[digits] == text[at + size // 4])
        odd[digits[alike & ((first[digits] == 0x30) | (size >= 4))]] = True
    mask = np.zeros(len(cells), np.bool_)
    mask[filled] = odd
    if bool(((kinds == 3) & (of <= 12)).any()):
        mask |= pc.is_in(cells, _fillers()).to_numpy(zero_copy_only=False)
    return mask if bool(mask.any()) else None


def _first_bytes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """What an identifier may begin with: 0 a letter, 1 a mark, 2 a digit, 3 a letter that words for nothing begin with."""
    kinds = np.ones(256, np.uint8)
    kinds[list(b"0123456789")] = 2
    kinds[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] = 0
    kinds[list(b"NnUuEeVvDdTtBbMm")] = 3
    return kinds


_FIRST = _first_bytes()


def _lengths(cells: pa.StringArray) -> np.ndarray[Any, np.dtype[np.int32]]:
    offsets = np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1, cells.offset * 4)
    return offsets[1:] - offsets[:-1]
