"""A figure for a year and a pooling area: from the text, from what the bureau recorded, from incomes.

``Resolver`` collects what is missing and what is only a bound as it goes; a row built with it says so in one sentence.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace
from decimal import Decimal

from monitor.base.vocabulary import Bound
from monitor.base.wording import spaced
from monitor.policy.document import Document, ParameterType
from monitor.policy.incomes import Income, Incomes
from monitor.policy.local_figures import (
    NO_LIMIT,
    SLOTS,
    bound_words,
    percent,
    range_words,
    recorded_value,
    value_words,
)
from monitor.policy.provisions import Figure, Figures, IncomeShare, ParameterShare
from monitor.policy.regions import RegionLevel, inside, prefecture_of, province_of

#: What to type in the place of a value, by slot.
_PLACEHOLDERS = {
    "ratio": "比例", "share": "比例", "deductible": "金额", "threshold": "金额", "amount": "金额", "cap": "金额或none",
    "cap_serious": "金额或none",
}


@dataclass(frozen=True)
class Area:
    """People insured in districts that start with ``prefix``, of the pooling area ``prefecture`` (371000)."""

    prefix: str
    prefecture: str


@dataclass(frozen=True)
class Resolved:
    """A figure's number; None where there is no limit, or where something is missing.

    ``open``: the bureau has still to say it, or may say another within the text's bound; ``least``: what that is at the least, where
    the text says so of an amount.
    """

    value: Decimal | None
    unlimited: bool = False
    open: bool = False
    least: Decimal | None = None


@dataclass
class Resolver:
    """Figures of one document for one year and area. ``provisional`` allows the income of the year before."""

    document: Document
    year: int
    area: Area
    incomes: Incomes
    provisional: bool
    bounds: list[str] = field(default_factory=list)
    used_year_before: bool = False
    _unset: dict[str, str] = field(default_factory=dict)
    _incomes_missing: dict[str, None] = field(default_factory=dict)
    _sentences: dict[str, None] = field(default_factory=dict)

    def figure(self, owner: str, slot: str, figures: Figures, label: str) -> Resolved:
        """The figure of ``owner``'s slot (``aid.dibao``, ``cap``). ``label`` (救助) goes before the slot's Chinese word."""
        words = label + SLOTS[slot][0]
        figure = next((one for one in figures if one.holds(self.year)), None)
        if figure is None:
            self._sentences[f"文件没有 {self.year} 年的{words}"] = None
            return Resolved(None)
        name = f"{owner}.{slot}"
        if figure.bound is not Bound.EXACT:
            recorded = recorded_value(self.document.recorded, name, self.year, self.area.prefecture)
            if recorded:
                return self._recorded(figure, recorded, words, SLOTS[slot][1] is ParameterType.RATIO)
            if figure.bound is Bound.LOCAL:
                self.unset(f"{name}.{self.year}" if figure.yearly else name, words, _PLACEHOLDERS[slot])
                return Resolved(None, open=True)
            self.bounds.append(
                f"{words}：{bound_words(figure)}；本地尚未登记，按 {value_words(figure)} 计{self._arithmetic(figure)}"
            )
            return replace(self._of_text(figure), open=True, least=self._least(figure))
        return self._of_text(figure)

    def parameter(self, name: str) -> str:
        """What was recorded under another parameter for the year and area; "" for nothing."""
        return recorded_value(self.document.recorded, name, self.year, self.area.prefecture)

    def unset(self, name: str, words: str, placeholder: str) -> None:
        """Note that the bureau has still to record something."""
        self._unset[f"{name}={placeholder}"] = words

    def share_of_income(self, share: IncomeShare) -> Decimal | None:
        """The amount, noted as missing where the income is not there."""
        income = self._income(share)
        return None if income is None else income.amount * share.share

    def say(self, sentence: str) -> None:
        """Note another reason why the row cannot be computed."""
        self._sentences[sentence] = None

    @property
    def missing(self) -> str:
        """Why the row cannot be computed, a Chinese sentence; "" where nothing is missing."""
        parts = list(self._sentences)
        if self._incomes_missing:
            named = "、".join(self._incomes_missing)
            parts.append(f"缺少人均可支配收入：{named}；请用 monitor import incomes 导入后再运行")
        if self._unset:
            words = "、".join(dict.fromkeys(self._unset.values()))
            parts.append(
                spaced("尚未设定", words) + f"；请依本地文件用 monitor parameter {self.document.id} {' '.join(self._unset)} "
                "--paper \"依据文件的名称和文号\" --by 登记人 登记"
            )
        return "；".join(parts) + "。" if parts else ""

    def _recorded(self, figure: Figure, recorded: str, words: str, ratio: bool) -> Resolved:
        if recorded == NO_LIMIT:
            self.bounds.append(f"{words}：已登记不设限额")
            return Resolved(None, unlimited=True)
        source = f"（文件：{bound_words(figure)}）"
        if recorded.endswith("%"):
            income = self._income(figure.value) if isinstance(figure.value, IncomeShare) else None
            self.bounds.append(f"{words}：已登记居民人均可支配收入的 {recorded}{source}")
            return Resolved(None if income is None else income.amount * Decimal(recorded.removesuffix("%")) / 100)
        number = Decimal(recorded)
        shown = percent(number) if ratio else f"{number:,.2f} 元"
        if not self._within(figure, number, words):
            return Resolved(None)
        self.bounds.append(f"{words}：已登记 {shown}{source}")
        return Resolved(number)

    def _within(self, figure: Figure, amount: Decimal, words: str) -> bool:
        """Whether a recorded amount lies where the text's share of an income may lie; unknown incomes refuse nothing."""
        share = figure.value
        if not isinstance(share, IncomeShare) or figure.lowest is None or figure.highest is None:
            return True
        income = self._find(share)
        if income is None:
            return True
        low, high = figure.lowest * income.amount, figure.highest * income.amount
        if low <= amount <= high:
            return True
        self.say(
            f"登记的{words} {amount:,.2f} 元不在文件允许的范围内：{bound_words(figure)}{range_words(figure)}，"
            f"即 {low:,.2f} 至 {high:,.2f} 元，请核对本地文件后重新登记"
        )
        return False

    def _of_text(self, figure: Figure) -> Resolved:
        value = figure.value
        if isinstance(value, IncomeShare):
            income = self._income(value)
            return Resolved(None if income is None else income.amount * value.share)
        if isinstance(value, ParameterShare):
            recorded = self.parameter(value.parameter)
            if not recorded:
                self.unset(value.parameter, "当地大病保险的起付标准", "金额")
                return Resolved(None)
            return Resolved(Decimal(recorded) * value.share)
        return Resolved(value, figure.unlimited)

    def _least(self, figure: Figure) -> Decimal | None:
        """The least amount the text lets a share of an income be; None where it says none, or the income is not there."""
        income = self._find(figure.value) if isinstance(figure.value, IncomeShare) else None
        return None if income is None or figure.lowest is None else income.amount * figure.lowest

    def _arithmetic(self, figure: Figure) -> str:
        """（2023 年 40000.00 元 × 10%）, for who checks with a calculator; nothing where there is nothing to multiply."""
        income = self._find(figure.value) if isinstance(figure.value, IncomeShare) else None
        if income is None or not isinstance(figure.value, IncomeShare):
            return ""
        return f"（{income.year} 年 {income.amount:,.2f} 元 × {percent(figure.value.share)}）"

    def _region(self, share: IncomeShare) -> str:
        province = share.region_level is RegionLevel.PROVINCE
        return province_of(self.document.region) if province else self.area.prefecture

    def _find(self, share: IncomeShare) -> Income | None:
        region, year = self._region(share), self.year + share.year_offset
        found = self.incomes.find(region, share.residents, year)
        if found is None and self.provisional:
            return self.incomes.find(region, share.residents, year - 1)
        return found

    def _income(self, share: IncomeShare) -> Income | None:
        """The income of a share, noted as missing or as the year before's."""
        income = self._find(share)
        year = self.year + share.year_offset
        if income is None:
            self._incomes_missing[f"{self._region(share)} {share.residents.label}（{share.residents}）{year} 年"] = None
        elif income.year != year:
            self.used_year_before = True
        return income


def areas(document: Document, districts: Set[str], apart: bool) -> tuple[Area, ...]:
    """The areas rows are made for: the document's whole region, or ``apart`` each pooling area that has districts.

    Four digits always: a pooling area the province runs itself (150000) is 1500, not all of 15 (as in ``lines``).
    """
    whole = Area(document.prefix, prefecture_of(document.region))
    if not apart or len(document.prefix) > 2:
        return (whole,)
    prefectures = sorted({prefecture_of(district) for district in districts if inside(document.region, district)})
    return tuple(Area(prefecture[:4], prefecture) for prefecture in prefectures)
