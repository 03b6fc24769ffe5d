"""TOML that people write, read strictly: every key of a table is known, and what is missing or wrong is refused by file and key.

``read_toml`` takes a file's bytes, ``StrictTable`` is one table of it. Documents (``policy.schema``) and the layouts of lists
(``casework.layouts``) are read with both. Decimals are exact (``parse_float=Decimal``), dates are TOML dates, and tomllib itself
refuses a key given twice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Word

W = TypeVar("W", bound=Word)

_ERROR_LINE = re.compile(r"at line (\d+)")
_KEY = re.compile(r"\s*\[*\s*([\w.-]+)")
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def read_toml(content: bytes, file: str) -> dict[str, Any]:
    """The values of a file's bytes. ``file``: as sentences call it (政策文件 a.toml). Raises PolicyError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError(f"{file} 不是 UTF-8 编码，请另存为 UTF-8。") from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(_sentence(error, text, file)) from None


def _sentence(error: tomllib.TOMLDecodeError, text: str, file: str) -> str:
    """tomllib names a line; a person looks for a field."""
    found = _ERROR_LINE.search(str(error))
    if found is None:
        return f"{file} 不是合格的 TOML（{error}），请检查引号与括号是否成对。"
    number = int(found.group(1))
    lines = text.splitlines()
    key = _KEY.match(lines[number - 1]) if number <= len(lines) else None
    field = f"字段 {key.group(1)} " if key else ""
    repeated = any(word in str(error) for word in ("overwrite", "twice", "Duplicate"))
    what = "重复，每个字段只能写一次，请删去多余的" if repeated else "写法不合 TOML，请检查引号与括号是否成对"
    return f"{file} 第 {number} 行 {field}{what}（{error}）。"


class StrictTable:
    """One table of a file: refuses unknown and missing keys when made, and hands values out by type.

    ``file``: as sentences call it. ``path``: the table's dotted path in it, empty for the whole file.
    """

    def __init__(
        self, file: str, path: str, values: object, required: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        self.file = file
        self.path = path
        if not isinstance(values, dict):
            raise refusal(file, path, "须为表")
        self._values: Mapping[str, object] = values
        needed = tuple(required)
        known = (*needed, *optional)
        for name in values:
            if name not in known:
                raise self.wrong(name, f"不是已知的字段，此处只能用 {'、'.join(known)}")
        for name in needed:
            if name not in values:
                raise self.wrong(name, "缺失，请补上")

    def where(self, key: str) -> str:
        """The dotted path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, what: str) -> PolicyError:
        """The refusal for a key: file, dotted path, what is wrong with it."""
        return refusal(self.file, self.where(key), what)

    def keys(self) -> tuple[str, ...]:
        """The keys that are written, in the file's order."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        return key in self._values

    def is_text(self, key: str) -> bool:
        return isinstance(self._values[key], str)

    def text(self, key: str, *, blank: bool = False, among: Iterable[str] = ()) -> str:
        """A text; empty only where ``blank`` allows; one of ``among`` where any are given."""
        value = self._values[key]
        if not isinstance(value, str):
            raise self.wrong(key, "须为文字（加引号）")
        if not blank and not value.strip():
            raise self.wrong(key, "不能为空")
        self._one_of(key, value, tuple(among))
        return value

    def texts(self, key: str, among: Iterable[str] = ()) -> tuple[str, ...]:
        """A list of texts, each once; may be empty; each one of ``among`` where any are given."""
        value = self._values[key]
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong(key, "须为文字的列表，如 [\"a\", \"b\"]")
        if len(set(value)) != len(value):
            raise self.wrong(key, "有重复的项")
        known = tuple(among)
        for one in value:
            self._one_of(key, one, known)
        return tuple(value)

    def _one_of(self, key: str, value: str, known: tuple[str, ...]) -> None:
        if known and value not in known:
            raise self.wrong(key, f"的值 {value} 不在可用的词 {'、'.join(known)} 之中")

    def date(self, key: str) -> date:
        value = self._values[key]
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "须为日期，不加引号，如 2023-01-01")
        return value

    def decimal(self, key: str, *, places: int) -> Decimal:
        """An exact number with at most ``places`` places (a whole number may be written without a point)."""
        number = self.number(key)
        if not number.is_finite() or number != round(number, places):
            raise self.wrong(key, f"须为至多 {places} 位小数的数")
        return number

    def number(self, key: str) -> Decimal:
        """An exact number, of as many places as are written."""
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.wrong(key, "须为数，不加引号")
        return Decimal(value)

    def integer(self, key: str) -> int:
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, "须为整数，不加引号")
        return value

    def rising(self, key: str, step: int, below: int) -> tuple[int, ...]:
        """A list of whole numbers above zero and below ``below``, each larger than the one before, in multiples of ``step``."""
        value = self._values[key]
        if not isinstance(value, list) or not value or not all(type(one) is int for one in value):
            raise self.wrong(key, "须为整数的列表，如 [50, 100]")
        if any(one % step or not 0 < one < below for one in value) or sorted(set(value)) != value:
            raise self.wrong(key, f"须从小到大，各不相同，都是 {step} 的倍数，大于 0、小于 {below}")
        return tuple(value)

    def within(self, key: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"须为 {low} 至 {high} 的整数")
        return value

    def flag(self, key: str) -> bool:
        value = self._values[key]
        if not isinstance(value, bool):
            raise self.wrong(key, "须为 true 或 false")
        return value

    def word(self, key: str, words: type[W]) -> W:
        """One of the words of a vocabulary."""
        return words(self.text(key, among=(word.value for word in words)))

    def words(self, key: str, words: type[W]) -> tuple[W, ...]:
        """A list of words of a vocabulary."""
        return tuple(words(value) for value in self.texts(key, among=(word.value for word in words)))

    def table(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> StrictTable:
        """The table under ``key``, which has these keys."""
        return StrictTable(self.file, self.where(key), self._values[key], required, optional)

    def tables(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> tuple[StrictTable, ...]:
        """The list of tables under ``key``, at least one, numbered from 1 in paths."""
        needed, possible = tuple(required), tuple(optional)
        return tuple(
            StrictTable(self.file, path, values, needed, possible) for path, values in self.numbered(key, empty=False)
        )

    def numbered(self, key: str, *, empty: bool) -> list[tuple[str, dict[str, object]]]:
        """The list of tables under ``key`` as they are, each with its path; may be empty only where ``empty`` says so."""
        value = self._values[key]
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, f"须为表的列表，即 [[{self.where(key)}]]")
        if not value and not empty:
            raise self.wrong(key, "不能为空")
        return [(f"{self.where(key)}[{number}]", one) for number, one in enumerate(value, start=1)]

    def identifier(self, key: str) -> str:
        """A name: lower-case letters, digits, - and _."""
        value = self.text(key)
        if not _ID.fullmatch(value):
            raise self.wrong(key, "只能用小写字母、数字和连接符 - 或 _")
        return value


def refusal(file: str, key: str, what: str) -> PolicyError:
    """The sentence that refuses a key of a file."""
    return PolicyError(f"{file} 的字段 {key} {what}。")
