"""Columns of codes: labels and longer codes become the code, what nobody knows is counted.

A label where a code belongs is another scheme, or a place elsewhere, to every comparison that follows. What a label means is the
bureau's table (policy/codes.py); what no table knows is told at the end of the import, and never taken for one of the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from monitor.base.vocabulary import Category
from monitor.intake.columns import Table
from monitor.intake.fillers import NOTHING, is_filler, plain
from monitor.intake.known_codes import DISTRICTS, KNOWN, NO_CODE, WITHOUT_NOUGHT
from monitor.intake.unused import UnknownValue
from monitor.policy import codes as editable

#: Values shown of one column; what is left is one entry more.
SHOWN = 20
#: Unknown values kept apart a column: a column of names would fill the memory.
_KEPT = 1000
#: More unknown values than this in a column are no labels: it holds something else.
_LABELS = 20

_LABEL = re.compile(
    "医保|居民|职工|保险|医疗|住院|门诊|慢|特药|药店|购药|生育|参保|农合|公务员|离休|退休|学生|儿童|城镇|城乡|农村|其他|未知|异地|本地"
    "|外地|中心|机构|身份证|护照|证$|区$|县$|市$|旗$|州$|盟$|省$|镇$|乡$|级|等|类|型|男|女|批|准|通过|正常|死亡|对象|人员|低保|特困|户$"
    "|认定|纳入|符合|核实|核查|联系|享受|保障|同意|属实|救助|帮扶|监测|返贫|致贫|预警|待定|上报"
)
_SIGNS = re.compile(r"[\s()\[\]【】<>《》\"'“”‘’:：,，、;；|/\\_\-‐–—.。]+")


class CodedValues:
    """The coded columns of one table, with what was met in them and nobody knows.

    ``home_tables``: the home's directory of tables, or None for the shipped ones; ``categories``: text → category, where the caller
    has read that table already.
    """

    def __init__(self, table: Table, home_tables: Path | None = None, categories: Mapping[str, str] | None = None) -> None:
        self._table, self._home, self._categories = table, home_tables, categories
        self.columns = frozenset(
            column.name for column in table.columns
            if column.kind == "code" and (column.name in KNOWN or (table.name, column.name) in KNOWN or column.name == "category")
        )
        self._read: dict[str, dict[str, str]] = {}
        self._unknown: dict[str, Counter[str]] = {}

    def settled(self, column: str, texts: Sequence[str]) -> bool:
        """Whether each of the texts is known and stays as it is: then there is nothing to count or to put in its place."""
        known = self._read.get(column, {})
        return all(known.get(text) == text for text in texts)

    def read(self, column: str, met: Mapping[str, int]) -> dict[str, str]:
        """For each text that stands for another code, that code. ``met``: text → how many cells of the column say it.

        Counts what is not known, and leaves it as it is; blank instead where it would be compared with codes all the same.
        """
        known = self._read.setdefault(column, {})
        for text in met:
            if text not in known:
                known[text] = self._code(column, text)
        if column in WITHOUT_NOUGHT and any(re.fullmatch(WITHOUT_NOUGHT[column], text) for text in met):
            # One number that was two digits shows that the others were: 3 is 03 and not the third class of another table.
            for text in met:
                if re.fullmatch("[1-9]", text):
                    known[text] = f"0{text}"
        changed = {}
        for text, rows in met.items():
            code = known[text]
            if code == NO_CODE:
                unknown = self._unknown.setdefault(column, Counter())
                unknown[text if text in unknown or len(unknown) < _KEPT else ""] += rows
                code = "" if column in ("insutype", "insu_admdvs") else text
            if code != text:
                changed[text] = code
        return changed

    def _code(self, column: str, text: str) -> str:
        if not text:
            return ""
        if column == "category":
            return "" if _is_nothing(text) else self._category(text)
        pattern = KNOWN.get(column) or KNOWN[self._table.name, column]
        if pattern.fullmatch(text) and (column != "med_type" or self._is_care(text)):
            return text
        if _is_nothing(text):
            return ""
        if not re.search("[0-9]", text) and (joined := _SIGNS.sub("", text)) != text and pattern.fullmatch(joined):
            # Blanks and marks within or behind a word: 同 意, 批准。
            return joined
        bare = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
        code = self._of_shape(column, bare) or self._label(column, bare)
        if code or bare.isdecimal():
            return code or NO_CODE
        # A code and its label in one cell: what the code says, unless the label says another.
        found = re.fullmatch(r"\D*?([0-9]+)\D*", bare)
        if found is None:
            return NO_CODE
        code = self._of_shape(column, found[1])
        label = self._label(column, _SIGNS.sub("", bare.replace(found[1], "")))
        return code if code and label in ("", code) else NO_CODE

    def _of_shape(self, column: str, digits: str) -> str:
        """The code some digits are, noughts before it and places within the district left out; empty for none."""
        if not digits.isdecimal():
            return ""
        if column in DISTRICTS:
            if len(digits) in (9, 12) and digits[0] != "0":
                return digits[:6]
            if len(digits) in (2, 4) and digits[0] != "0":
                return digits.ljust(6, "0")
        for code in (digits, digits.lstrip("0"), digits.zfill(2)):
            pattern = KNOWN.get(column) or KNOWN[self._table.name, column]
            if len(digits) == 1 and column in WITHOUT_NOUGHT and code in ("01", "02", "03"):
                continue
            if code and pattern.fullmatch(code) and (column != "med_type" or self._is_care(code)):
                return code
        return ""

    def _label(self, column: str, text: str) -> str:
        """The code a label stands for; empty for none."""
        if not text:
            return ""
        folded = _folded(text)
        if column in DISTRICTS:
            return self._values.get("region", {}).get(folded) or self._places.get(folded, "")
        found = self._values.get(column, {}).get(folded, "")
        if column == "med_type":
            found = found or self._cares.get(folded, "")
            # A code whose kind of care no table says is as unknown as its label.
            return found if self._is_care(found) else ""
        return found

    def _category(self, text: str) -> str:
        for written in (text, re.sub(r"^([0-9]+)\.0+$", r"\1", text), re.sub(r"^0+(?=[1-9][0-9]*$)", "", text)):
            if written in self._named:
                return written
        if found := self._folded_names.get(_folded(text), ""):
            return found
        # A code and its label in one cell, where both say the same.
        digits = re.fullmatch(r"\D*([0-9]{4,})\D*", text)
        label = self._folded_names.get(_folded(text.replace(digits[1], "")), "") if digits else ""
        return label if digits and label and self._named[label] == self._named.get(digits[1]) else NO_CODE

    def _is_care(self, code: str) -> bool:
        return editable.care_of(code, self._types) is not None

    @cached_property
    def _values(self) -> dict[str, dict[str, str]]:
        names = {name if isinstance(name, str) else name[1] for name in KNOWN} - DISTRICTS | {"region"}
        values = editable.code_values(self._home, names)
        return {column: {_folded(text): code for text, code in of.items()} for column, of in values.items()}

    @cached_property
    def _types(self) -> dict[str, editable.MedType]:
        return editable.med_types(self._home)

    @cached_property
    def _cares(self) -> dict[str, str]:
        """Label of a med_type → its code, where it is one code's."""
        labels = Counter(kind.label for kind in self._types.values())
        return {_folded(kind.label): prefix for prefix, kind in self._types.items() if labels[kind.label] == 1}

    @cached_property
    def _named(self) -> dict[str, str]:
        """Every code and name of a category → the category."""
        written = editable.category_codes(self._home) if self._categories is None else self._categories
        ours = {name: one.value for one in Category if one is not Category.ORDINARY for name in (one.value, one.label)}
        return {text: str(category) for text, category in written.items()} | ours

    @cached_property
    def _folded_names(self) -> dict[str, str]:
        return {_folded(name): name for name in self._named}

    @cached_property
    def _places(self) -> dict[str, str]:
        return place_names(editable.regions(self._home))

    def unknown_values(self) -> tuple[UnknownValue, ...]:
        """What was met and is not known: the most frequent values of each column, masked where they could be somebody's."""
        columns = sorted(self._unknown, key=self._table.names.index)
        return tuple(value for column in columns for value in unknown_of_column(column, self._unknown[column]))


def unknown_of_column(column: str, values: Mapping[str, int]) -> list[UnknownValue]:
    """What to tell of a column's unknown values. ``values``: text → how many cells say it."""
    shown: Counter[str] = Counter()
    for text, rows in values.items():
        shown[masked(text, len(values) > _LABELS)] += rows
    most = shown.most_common(SHOWN) if len(shown) <= SHOWN else shown.most_common(SHOWN - 1)
    found = [UnknownValue(column, text, rows) for text, rows in most]
    if len(shown) > SHOWN:
        found.append(UnknownValue(column, "其余", sum(shown.values()) - sum(rows for _, rows in most)))
    return found


def _is_nothing(text: str) -> bool:
    """Whether a cell says that there is no code; a question mark says that somebody does not know it."""
    return is_filler(text, NOTHING) and not any(mark in text for mark in "?？*")


def _folded(text: str) -> str:
    return _SIGNS.sub("", plain(text)).casefold()


def place_names(names: Mapping[str, str]) -> dict[str, str]:
    """Every way of writing a district, with the places it lies in before it or without → its code; only what is one district's."""
    found: dict[str, set[str]] = {}
    for code, name in names.items():
        above = [names[up] for up in dict.fromkeys((code[:2] + "0000", code[:4] + "00")) if up != code and up in names]
        above = [place for place in dict.fromkeys(above) if place != name]
        befores = {"", *above, "".join(above), *map(_short, above), "".join(map(_short, above))}
        short = [_short(name)] if code.endswith("00") else [_without_kind(name)]
        # What a city insures itself, beside its districts.
        city = code.endswith("00") and not code.endswith("0000")
        own = [name + "本级", name + "市本级", _short(name) + "本级", name + "市直"] if city else []
        for written in (name, *short, *own):
            for before in befores:
                found.setdefault(_folded(before + written), set()).add(code)
    return {text: code for text, codes in found.items() if (code := _one(codes))}


def _short(name: str) -> str:
    """威海市 → 威海; only where something is left that is still a name."""
    short = re.sub(r"(省|市|特别行政区|(壮族|回族|维吾尔)?自治区)$", "", name)
    return short if len(short) > 1 else name


def _without_kind(name: str) -> str:
    """荣成市 → 荣成, 环翠区 → 环翠; only where what is left is still a name."""
    short = re.sub("(?<!自治)(区|县|市)$", "", name)
    return short if len(short) > 1 else name


def _one(codes: set[str]) -> str:
    """The code, or of several the one that all others lie in (北京市 is 110000 and 110100)."""
    first = min(codes)
    prefix = first.rstrip("0") if first.endswith("0000") else first
    return first if all(code.startswith(prefix) for code in codes) else ""


def masked(text: str, many: bool) -> str:
    """A value as it may be shown: whole where it is a label or a short code, else its beginning.

    A shifted column holds names and numbers: digits in a row, long text, what has no word of a label in it, and everything where
    there are ``many`` are only begun.
    """
    if text == "":
        return "其余"
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text)
    if shown.isascii() and len(shown) <= 4:
        return shown
    if not many and len(shown) <= 16 and not re.search(r"[0-9]{4}", shown) and _LABEL.search(shown):
        return shown
    if not many and len(shown) > 4 and shown.isascii() and shown.isalpha():
        return shown[:2] + "*" * 3
    return shown[:1] + "*" * 3
