"""Every key a document file may have, declared once: others are refused; policies/README.md explains each.

A table's keys are all required unless marked otherwise. ``Section`` is one table of one file: it refuses
unknown and missing keys when made, and hands values out by type, naming file and dotted path in refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from monitor.errors import PolicyError
from monitor.vocabulary import Word

W = TypeVar("W", bound=Word)


@dataclass(frozen=True)
class Key:
    """A key of a table."""

    name: str
    required: bool = True


def _keys(required: str, optional: str = "") -> tuple[Key, ...]:
    wanted, possible = required.split(), optional.split()
    return tuple(Key(name) for name in wanted) + tuple(Key(name, required=False) for name in possible)


TABLES: Mapping[str, tuple[Key, ...]] = {
    "document": _keys(
        "id number title issuer region status effective_from effective_to checked_on names recipient reading "
        "warning_reading rule example_setting example",
        "parameter",
    ),
    "effective": _keys("", "date open clause quote reading"),
    "names": _keys("categories clause quote"),
    "recipient": _keys("department clause quote"),
    "reading": _keys("id text why"),
    "rule": _keys("id kind population schemes measure window line clause quote reading"),
    "line.benchmark": _keys("kind region_level residents year_offset multiple"),
    "line.absolute": _keys("kind amount"),
    "line.left_to_bureau": _keys("kind year_offset"),
    "parameter": _keys("name type description clause quote"),
    "example_setting": _keys("as_of insu_admdvs income", "parameters"),
    "income": _keys("region residents year amount"),
    "example": _keys("id categories insutype facts expected excess why", "insu_admdvs rule category"),
    "facts": _keys("psn_part_amt", "maf_pay fulamt_ownpay_amt overlmt_selfpay preselfpay_amt"),
}


class Section:
    """One table of a document file, read strictly."""

    def __init__(self, file: str, path: str, table: str, values: Mapping[str, object]) -> None:
        self.file = file
        self.path = path
        self._values = values
        declared = {key.name: key for key in TABLES[table]}
        for name in values:
            if name not in declared:
                raise self.wrong(name, f"不是已知的字段，此处只能用 {'、'.join(declared)}")
        for key in declared.values():
            if key.required and key.name not in values:
                raise self.wrong(key.name, "缺失，请补上")

    def where(self, key: str) -> str:
        """The dotted path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, what: str) -> PolicyError:
        """The refusal for a key: file, dotted path, what is wrong with it."""
        return PolicyError(f"政策文件 {self.file} 的字段 {self.where(key)} {what}。")

    def has(self, key: str) -> bool:
        return key in self._values

    def is_text(self, key: str) -> bool:
        return isinstance(self._values[key], str)

    def text(self, key: str, *, blank: bool = False) -> str:
        """A text; empty only where ``blank`` allows."""
        value = self._values[key]
        if not isinstance(value, str):
            raise self.wrong(key, "须为文字（加引号）")
        if not blank and not value.strip():
            raise self.wrong(key, "不能为空")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once; may be empty."""
        value = self._values[key]
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong(key, "须为文字的列表，如 [\"a\", \"b\"]")
        if len(set(value)) != len(value):
            raise self.wrong(key, "有重复的项")
        return tuple(value)

    def date(self, key: str) -> date:
        value = self._values[key]
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "须为日期，不加引号，如 2023-01-01")
        return value

    def decimal(self, key: str, *, places: int) -> Decimal:
        """An exact number with at most ``places`` places (a whole number may be written without a point)."""
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.wrong(key, "须为数，不加引号")
        number = Decimal(value)
        if not number.is_finite() or number != round(number, places):
            raise self.wrong(key, f"须为至多 {places} 位小数的数")
        return number

    def integer(self, key: str) -> int:
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, "须为整数，不加引号")
        return value

    def flag(self, key: str) -> bool:
        value = self._values[key]
        if not isinstance(value, bool):
            raise self.wrong(key, "须为 true 或 false")
        return value

    def word(self, key: str, words: type[W]) -> W:
        """One of the words of a vocabulary."""
        return self._word(key, self.text(key), words)

    def words(self, key: str, words: type[W]) -> tuple[W, ...]:
        """A list of words of a vocabulary."""
        return tuple(self._word(key, value, words) for value in self.texts(key))

    def _word(self, key: str, value: str, words: type[W]) -> W:
        try:
            return words(value)
        except ValueError:
            known = "、".join(word.value for word in words)
            raise self.wrong(key, f"的值 {value} 不在可用的词 {known} 之中") from None

    def section(self, key: str, table: str) -> Section:
        """A table inside this one."""
        value = self._values[key]
        if not isinstance(value, dict):
            raise self.wrong(key, "须为表")
        return Section(self.file, self.where(key), table, value)

    def line(self, key: str) -> Section:
        """A line: which keys it has depends on its kind."""
        value = self._values[key]
        if not isinstance(value, dict):
            raise self.wrong(key, "须为表")
        kinds = [table.partition(".")[2] for table in TABLES if table.startswith("line.")]
        kind = value.get("kind")
        if kind not in kinds:
            raise self.wrong(f"{key}.kind", f"须为 {'、'.join(kinds)} 之一")
        return Section(self.file, self.where(key), f"line.{kind}", value)

    def sections(self, key: str, table: str, *, empty: bool = False) -> tuple[Section, ...]:
        """A list of tables, numbered from 1 in paths; may be empty only where ``empty`` says so."""
        value = self._values[key]
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, f"须为表的列表，即 [[{self.where(key)}]]")
        if not value and not empty:
            raise self.wrong(key, "不能为空")
        return tuple(
            Section(self.file, f"{self.where(key)}[{number}]", table, one)
            for number, one in enumerate(value, start=1)
        )

    def free(self, key: str) -> dict[str, str]:
        """A table of texts whose keys are checked elsewhere."""
        value = self._values[key]
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(key, "须为文字的表")
        return dict(value)
