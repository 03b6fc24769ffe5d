"""In which unit a table's amounts are: 单位：万元 in a title, a heading, the row below it, the sheet's name; and into yuan.

Amounts are taken as yuan unless the file says otherwise. What it says is converted exactly, by decimals, and told; two
statements that contradict each other, or one that comes behind the rows it is about, refuse the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.base.errors import IntakeError
from monitor.intake.columns import Table

#: Units of money, in yuan.
MONEY: dict[str, Decimal] = {
    "亿元": Decimal(100_000_000), "千万元": Decimal(10_000_000), "百万元": Decimal(1_000_000), "十万元": Decimal(100_000),
    "万元": Decimal(10_000), "千元": Decimal(1_000), "百元": Decimal(100), "十元": Decimal(10), "元": Decimal(1),
    "角": Decimal("0.1"), "分": Decimal("0.01"),
}
#: What people write for short.
_SHORT = {"亿": "亿元", "千万": "千万元", "百万": "百万元", "十万": "十万元", "万": "万元", "千": "千元"}
#: And in a statement: 单位：w.
_LETTERS = {"W": "万元", "K": "千元"}
#: Other characters for the same words.
_SIMPLE = str.maketrans("萬億仟佰拾圓圆單額幣貨", "万亿千百十元元单额币货")
#: What stands beside a unit and says no more than that it is one.
_SAYS_UNIT = re.compile(
    r"人民币|RMB|CNY|UNIT|金额|货币|币种|计量|数量|单位|统计口径|口径|保留?[一二两三四1-4]位小数|[均为是以按计]"
    r"|[\s:,;.，。;“”\"'‘’¥()\[\]【】<>〔〕]", re.IGNORECASE
)
#: Other things a row of units may say; of those with a factor no number could be taken as it stands.
_COUNTS = ("人", "人次", "人数", "次", "户", "天", "日", "%", "岁", "个", "例", "份", "月", "年", "元/月", "元/人·月", "元/人")
_SCALED = ("万人", "千人", "百人", "万人次", "万户", "千户", "亿人")

#: What a row of units has where there is none, and how it begins.
_NO_UNIT = re.compile(r"[-‐‑‒–—―/\\]+|(?:金额|货币|计量|数量)?单位:?")
_AMOUNT = "|".join(sorted((*MONEY, *_SHORT), key=len, reverse=True))
_TOKEN = re.compile(rf"\(?(?:金额)?(?:单位)?:?(?:人民币)?({_AMOUNT}|{'|'.join(map(re.escape, (*_SCALED, *_COUNTS)))})\)?")
#: 单位：万元, （金额单位：万元）, 单位:人、万元; but not 填报单位：…, which is an office.
_STATED = re.compile(
    r"(?<![填编报制送位])(?:金额|货币|计量|数量)?单位(?:均?为|是|:)*"
    r"((?:人民币)?[^\s,;。)]{1,12}(?:[、,/和及 ]+(?!\S{0,4}单位)[^\s,;。)]{1,6})*)"
)
_BRACKETED = re.compile(rf"[(\[【<](?:单位:?)?(?:人民币)?({_AMOUNT})[)\]】>]")
#: A heading's unit: （万元）, (单位：万元), ／万元, _万元, [万元], 万元 at its end after a colon or a blank; but not 超过10万元.
_OF_HEADING = re.compile(
    rf"(?:[(\[【<〔『「{{]([^()\[\]【】<>〔〕『』「」{{}}]+)[)\]】>〕』」}}]|[:/,_\-\s](?:单位:?)?({_AMOUNT})|(?<=[^0-9一二三四五六七八九十几数上过近约逾满达])((?:[十百千]?万|[亿千百])元))$"
)
_MARK = re.compile(r"(?:[(\[【](?:必填|选填|必填项)[)\]】]|\*)+$")
_AS_UNIT = re.compile(rf"[以按][“\"']?({_AMOUNT})[”\"']?(?:为(?:计量|金额)?单位|计)")


@dataclass(frozen=True)
class Stated:
    """A statement of a unit: the factor into yuan, the word, where it stands."""

    unit: str
    where: str

    @property
    def factor(self) -> Decimal:
        return MONEY[self.unit]


def plain(text: str) -> str:
    """Half width, without blanks at the ends; 万 for 萬."""
    return unicodedata.normalize("NFKC", text).strip().translate(_SIMPLE)


def _whole(unit: str) -> str:
    """万 is 万元: one word a unit, so that two spellings of it do not contradict each other."""
    return _SHORT.get(unit, unit)


def _only_unit(text: str) -> str:
    """The unit of money a text says and nothing else: 万元, 单位:人民币万元, 以万元计; empty for any other."""
    return unit if (unit := _whole(_SAYS_UNIT.sub("", text))) in MONEY else ""


def split_unit(heading: str) -> tuple[str, str]:
    """A heading without its unit of money and what forms put behind it, and the unit, which may be empty."""
    text, unit = _MARK.sub("", plain(heading)).rstrip(), ""
    while (found := _OF_HEADING.search(text)) is not None:
        said = _only_unit(found[1] or found[2] or found[3])
        if not said or (unit and said != unit):
            break
        text, unit = _MARK.sub("", text[: found.start()]).rstrip(), said
    return text, unit


def in_text(text: str) -> tuple[str, str]:
    """The unit of money a title, note or name states, and a scaled unit of people (万人) it states; each may be empty."""
    said = re.sub(r"(?<=[亿万千百十])\s+(?=元)", "", re.sub(r"\s*:\s*", ":", plain(text)))
    money: list[str] = []
    people: list[str] = []
    for found in _STATED.finditer(said):
        for part in re.split(r"[、,/和及 ]+", found[1].replace("人民币", "")):
            # The word alone, or before something that is no part of a name: 单位：万元. but not 单位：万家乐医院.
            words = (unit for unit in (*MONEY, *_SHORT) if part.startswith(unit) and not part[len(unit) :].isalnum())
            money += [_LETTERS.get(part.upper(), ""), *map(_whole, words)][:2]
            people += [unit for unit in _SCALED if part == unit]
    money += [_whole(found[1]) for pattern in (_BRACKETED, _AS_UNIT) for found in pattern.finditer(said)]
    # A part of the text, or its end behind a mark, that is nothing but a unit: 金额：万元, 某市明细表 人民币万元, 结算_万元.
    for part in (said, *re.split(r"[\s;,。]+|[()]", said), *split_unit(said)[1:]):
        unit = _only_unit(part)
        if unit and unit not in ("分", "角") and part not in _SHORT:
            money.append(unit)
    units = list(dict.fromkeys(filter(None, money)))
    return ("/".join(units), "/".join(dict.fromkeys(people)))


def unit_row(fields: Sequence[str], money: Collection[int] = ()) -> dict[int, str] | None:
    """Units by position where the row says nothing but units, at least one of money or a scaled one; else None.

    ``money``: positions of amounts. Where these say units alone, the other cells may say in words what is wanted there (文字, 18位).
    """
    found: dict[int, str] = {}
    others: dict[int, str] = {}
    for position, field in enumerate(fields):
        text = plain(field).replace(" ", "")
        if not text or _NO_UNIT.fullmatch(text):
            continue
        token = _TOKEN.fullmatch(text)
        unit = _whole(token[1]) if token else _only_unit(text)
        (found if unit else others)[position] = unit or text
    if not any(unit in MONEY or unit in _SCALED for unit in found.values()):
        return None
    if not others:
        return found
    words = not any(position in money or re.search("[0-9]{4}", text) for position, text in others.items())
    return found if words and any(position in money for position in found) else None


def unread_unit(fields: Sequence[str], money: Collection[int]) -> int | None:
    """The position of an amount under which a row of words says something that may be a unit nobody knows; None for none."""
    texts = {position: plain(field) for position, field in enumerate(fields) if field.strip()}
    if any(re.search("[0-9]", text) for text in texts.values()):
        return None
    return next((position for position in money if re.search("[亿万千百]|^[wWkK]元?$", texts.get(position, ""))), None)


@dataclass(frozen=True)
class Units:
    """What the amounts of a table are multiplied by. ``factors``: canonical column → factor, those of 1 left out; ``said``: where
    each word stood."""

    factors: Mapping[str, Decimal]
    units: Mapping[str, str]
    stated: tuple[Stated, ...]

    def sentence(self, table: Table) -> str:
        """Which columns were converted, for a person."""
        by_unit: dict[str, list[str]] = {}
        for name in self.factors:
            by_unit.setdefault(self.units[name], []).append(table.column(name).heading)
        return "；".join(f"{'、'.join(names)} 已由{unit}换算成元" for unit, names in by_unit.items())


def settle_units(
    table: Table, file: str, positions: Mapping[str, int], headings: Sequence[str], below: Mapping[int, str], line_below: int,
    around: Sequence[tuple[str, str]], sheet: str = "",
) -> Units:
    """The factor of each money column. ``headings``: the fields of the heading row; ``below``: units of the row under it by
    position; ``around``: texts that may state one for all columns, each with where it stands.

    Raises IntakeError where two statements contradict each other, or a number of people is in 万人.
    """
    general: list[Stated] = []
    for text, where in around:
        money, people = in_text(text)
        if "/" in money:
            raise IntakeError(
                f"文件 {file} 的{where}写着不止一种金额单位（{money}），看不出各列按哪一种；请在各列表头写明单位后再导入"
            )
        if people:
            _refuse_people(table, file, positions, where, people)
        if money:
            general.append(Stated(money, where))
    _agree(file, general)
    factors: dict[str, Decimal] = {}
    units: dict[str, str] = {}
    stated = list(general[:1])
    for name, position in positions.items():
        kind = table.column(name).kind
        under = below.get(position, "")
        if kind == "integer" and under in _SCALED:
            _refuse_people(table, file, {name: position}, f"{sheet}第 {line_below} 行第 {position + 1} 列", under)
        if kind != "money" and name not in _AS_TEXT:
            continue
        own: list[Stated] = list(general[:1])
        place = f"{sheet}第 {position + 1} 列“{table.column(name).heading}”"
        if unit := split_unit(headings[position])[1]:
            own.append(Stated(unit, f"{place}的表头"))
        if under in MONEY:
            own.append(Stated(under, f"{sheet}第 {line_below} 行第 {position + 1} 列"))
        _agree(file, own)
        if own and own[0].factor != 1:
            factors[name], units[name] = own[0].factor, own[0].unit
            stated += [one for one in own if one not in stated]
    return Units(factors, units, tuple(one for one in stated if one.factor != 1))


def _agree(file: str, stated: Sequence[Stated]) -> None:
    other = next((one for one in stated if one.unit != stated[0].unit), None)
    if other is not None:
        raise IntakeError(
            f"文件 {file} 的金额单位前后矛盾：{stated[0].where}写着{stated[0].unit}，{other.where}写着{other.unit}；"
            "请改成一致后再导入"
        )


def _refuse_people(table: Table, file: str, positions: Mapping[str, int], where: str, unit: str) -> None:
    counted = [table.column(name).heading for name in positions if table.column(name).sentence.find("人数") >= 0]
    if counted:
        raise IntakeError(f"文件 {file} 的{where}写着{unit}，{'、'.join(counted)}须是人数；请换算成人后再导入")


#: Amounts that are read as text, because departments write more than numbers there.
_AS_TEXT = ("relief_amount",)

_NUMBER = re.compile(r"([^0-9.,]*)((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)([^0-9.,]*)")


def in_yuan(cell: str | None, factor: Decimal) -> str | None:
    """The cell with its one number multiplied; what is around it stays. A cell that says its own unit is left alone, one with
    digits that are not one number is spoilt, so that nobody takes it for yuan."""
    if not cell:
        return cell
    text = unicodedata.normalize("NFKC", cell)
    if "元" in text or "万" in text:
        return cell
    found = _NUMBER.fullmatch(text)
    if found is None or any(letter in "eE" for letter in found[3]):
        return cell + "?" if any(character.isdigit() for character in text) else cell
    value = Decimal(found[2].replace(",", "")) * factor
    return f"{found[1]}{_written(value)}{found[3]}"


def _written(value: Decimal) -> str:
    """Without an exponent, and without zeros behind the second decimal, which no amount has."""
    text = f"{value:f}"
    whole, point, part = text.partition(".")
    return whole + point + part.rstrip("0") if point and part.strip("0") else whole


def is_only_unit(text: str) -> bool:
    """Whether a text says a unit of money and nothing else."""
    return bool(_only_unit(plain(text)))


def refuse_late_unit(file: str, line: int, fields: Sequence[str], sheet: str = "") -> None:
    """Raises IntakeError for a unit stated behind the rows it is about. ``fields``: of a row that has nothing in our columns."""
    unit, _ = in_text("；".join(field for field in fields if field.strip()))
    if unit and any(one != "元" for one in unit.split("/")) and unit.split("/")[0] in MONEY:
        place = f"工作表“{sheet}”" if sheet else ""
        raise IntakeError(
            f"文件 {file} {place}第 {line} 行写着金额单位{unit}，却在数据之后；请把单位写在表头里或表头上方，再导入"
        )
