"""The figures a document leaves to the bureau, or only bounds, as parameters: their names, and which values they take.

A schedule's or tilt's figure is ``aid.<id>.<slot>``, premium support's ``premium.<id>.<slot>``; the others are named
below. ``name.2024`` is recorded for one year, ``name@150100`` for one pooling area of a province's document,
``name.2024@150100`` for both; without, for every year and area that has none of its own. A value outside the bound the
text sets is refused; an amount where the text sets a share of an income is held against the income once that is known
(``figures``), since nobody can say before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Bound
from monitor.base.wording import spaced
from monitor.policy.document import Document, Parameter, ParameterType
from monitor.policy.provisions import (
    INSURANCE_DEDUCTIBLE,
    INSURANCE_SCHEMES,
    CriticalIllness,
    Figure,
    Figures,
    IncomeShare,
    ParameterShare,
    PremiumKind,
)
from monitor.policy.regions import inside

#: The last day of the transition period (过渡期).
TRANSITION_END = "aid.transition_end"
#: Which ratio the points for the childhood diseases raise.
EXTRA_POINTS_ON = "aid.extra_points_on"

#: Whether a later, better recognition gives the difference on bills already aided under a lower identity.
DIFFERENCE = "aid.difference"
DIFFERENCE_CHOICES = ("yes", "no")

#: What EXTRA_POINTS_ON takes, and which ratios of a row each raises.
EXTRA_POINTS_CHOICES: Mapping[str, tuple[str, ...]] = {
    "ratio": ("ratio",),
    "tilt_ratio": ("tilt_ratio",),
    "both": ("ratio", "tilt_ratio"),
    "elsewhere": (),
}

#: Which chronic outpatient care counts for critical-illness insurance where the text says "特定" and lists none.
INSURANCE_OUTPATIENT = "insurance.specific_outpatient"

#: What INSURANCE_OUTPATIENT takes, and which of the two groups count then (med_types.csv says which codes they are).
INSURANCE_OUTPATIENT_CHOICES: Mapping[str, tuple[str, ...]] = {
    "all": ("chronic_outpatient", "special_outpatient"),
    "special": ("special_outpatient",),
    "none": (),
}

#: Whether med_type 15 (特药) is the text's 特药 or its 高值药品, where the text has both.
INSURANCE_DRUGS = "insurance.high_value_drugs"
INSURANCE_DRUGS_CHOICES = ("special", "segments", "remainder")

#: Where the bureau's segments begin: at zero burden, or at the deductible.
SEGMENTS_FROM = "insurance.segments_from"
SEGMENTS_FROM_CHOICES = ("burden", "deductible")

#: The bound of the last segment.
ABOVE = "above"

#: A slot in Chinese, and the type of its parameter.
SLOTS: Mapping[str, tuple[str, ParameterType]] = {
    "deductible": ("起付标准", ParameterType.SUM),
    "threshold": ("起付标准", ParameterType.SUM),
    "ratio": ("比例", ParameterType.RATIO),
    "cap": ("年度限额", ParameterType.LIMIT),
    "cap_serious": ("重特大疾病年度限额", ParameterType.LIMIT),
    "share": ("比例", ParameterType.RATIO),
    "amount": ("金额", ParameterType.AMOUNT),
}

NO_LIMIT = "none"

#: A figure the text leaves to the bureau, a new one each year.
YEARLY: Figures = (
    Figure(
        is_ratio=False, first=None, last=None, value=None, unlimited=False, bound=Bound.LOCAL, lowest=None, highest=None, yearly=True
    ),
)

_NAME = re.compile(r"(?P<base>[a-z0-9_.-]+?)(?:\.(?P<year>[0-9]{4}))?(?:@(?P<place>[0-9]{6}))?")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Name:
    """A parameter's name with the year and the pooling area it is recorded for."""

    base: str
    year: int | None
    place: str | None


def split_name(name: str) -> Name:
    """``aid.dibao.cap.2024@150100`` → its parts; a name of another form is all base."""
    found = _NAME.fullmatch(name)
    if found is None:
        return Name(name, None, None)
    return Name(found["base"], int(found["year"]) if found["year"] else None, found["place"])


def recorded_value(recorded: Mapping[str, str], base: str, year: int, place: str) -> str:
    """What the bureau recorded for a year and a pooling area, the most particular first; "" for nothing."""
    for name in (f"{base}.{year}@{place}", f"{base}@{place}", f"{base}.{year}", base):
        if recorded.get(name):
            return recorded[name]
    return ""


def local_parameters(document: Document) -> tuple[Parameter, ...]:
    """What the document leaves to the bureau of what it gives, in the document's order."""
    return tuple(_parameters(document))


def _parameters(document: Document) -> Iterator[Parameter]:
    by_place = document.region.endswith("0000")
    given = document.provisions
    aid = given.assistance
    if aid is not None:
        for schedule in aid.schedules:
            for slot in ("deductible", "ratio", "cap", "cap_serious"):
                figures: Figures = getattr(schedule, slot)
                yield from _of_slot(
                    f"aid.{schedule.id}", slot, schedule.label, figures, schedule.clause, schedule.quote, by_place
                )
        for tilt in aid.tilt:
            for slot in ("threshold", "ratio", "cap"):
                yield from _of_slot(
                    f"aid.{tilt.id}", slot, tilt.label, getattr(tilt, slot), tilt.clause, tilt.quote, by_place
                )
        if aid.transition is not None:
            yield Parameter(
                TRANSITION_END, ParameterType.DATE, "过渡期的最后一天", aid.transition.clause, aid.transition.quote,
                by_place=by_place,
            )
        if aid.extra_points is not None:
            yield Parameter(
                EXTRA_POINTS_ON, ParameterType.CHOICE,
                f"提高的 {percent(aid.extra_points.points)[:-1]} 个百分点加在哪个比例上：ratio 救助比例，tilt_ratio 倾斜救助比例，"
                "both 两者，elsewhere 不加在医疗救助上",
                aid.extra_points.clause, aid.extra_points.quote, by_place=by_place, choices=tuple(EXTRA_POINTS_CHOICES),
            )
        if aid.counted_once is not None and aid.counted_once.difference:
            yield Parameter(
                DIFFERENCE, ParameterType.CHOICE,
                "已按较低身份救助、又在新认定身份追溯期内的费用是否补差额：yes 补（未登记时按此），no 不补",
                aid.counted_once.clause, aid.counted_once.quote, choices=DIFFERENCE_CHOICES,
            )
    insurance = given.critical_illness
    if insurance is not None and any(figure.bound is Bound.LOCAL for figure in insurance.deductible):
        yield Parameter(
            INSURANCE_DEDUCTIBLE, ParameterType.SUM, "当地大病保险的起付标准", insurance.clause, insurance.quote,
            figures=insurance.deductible, by_place=by_place,
        )
    if insurance is not None and any(care.specific_outpatient for care in insurance.care):
        yield Parameter(
            INSURANCE_OUTPATIENT, ParameterType.CHOICE,
            "特定门诊慢特病是哪些：all 全部门诊慢特病，special 医疗类别对照表中的门诊特殊病，none 都不计",
            insurance.clause, insurance.quote, by_place=by_place, choices=tuple(INSURANCE_OUTPATIENT_CHOICES),
        )
    if insurance is not None:
        yield from _insurance(insurance, by_place)
    if given.premium_support is not None:
        for rule in given.premium_support.rules:
            label = f"资助参保（{'、'.join(category.label for category in rule.categories)}）"
            for slot in ("share", "amount"):
                yield from _of_slot(
                    f"premium.{rule.id}", slot, label, getattr(rule, slot), rule.clause, rule.quote, by_place
                )
            if rule.kind is PremiumKind.SET_ELSEWHERE and given.premium_support.figures:
                yield Parameter(
                    f"premium.{rule.id}.amount", ParameterType.AMOUNT,
                    f"{label}：补贴的金额（按规定；未登记的按个人缴费标准全部补贴计；每年一个，名称后写 .年份）",
                    rule.clause, rule.quote, figures=YEARLY, yearly=True, by_place=by_place,
                )
        for one in given.premium_support.figures:
            yield Parameter(
                one.parameter, ParameterType.AMOUNT, f"{one.label}（每人每年；每年一个，名称后写 .年份）", one.clause, one.quote,
                figures=YEARLY, yearly=True, by_place=by_place,
            )


def _insurance(insurance: CriticalIllness, by_place: bool) -> Iterator[Parameter]:
    """The bureau's own deductible, segments and cap, by scheme and year; what med_type 15 is, where the text has
    two kinds of drugs."""
    drugs = insurance.special_drugs
    if insurance.computable and drugs is not None:
        yield Parameter(
            INSURANCE_DRUGS, ParameterType.CHOICE,
            "医疗类别 15 的费用：special 按特药付、不进分段；segments 是高值药品、进分段、不按特药付；"
            "remainder 先按特药付，余下个人负担的进分段",
            drugs.clause, drugs.quote, by_place=by_place, choices=INSURANCE_DRUGS_CHOICES,
        )
    if not insurance.local:
        return
    for care in insurance.care:
        word, scheme = INSURANCE_SCHEMES[care.scheme], "居民" if care.scheme == "39" else "职工"
        for name, kind, words in (
            ("deductible", ParameterType.SUM, "起付标准"), ("segments", ParameterType.SEGMENTS, "分段支付比例"),
            ("cap", ParameterType.LIMIT, "年度最高支付限额"),
        ):
            yield Parameter(
                f"insurance.{name}.{word}", kind, f"{scheme}大病保险的{words}（普通待遇；每年一个，名称后写 .年份）",
                insurance.clause, insurance.quote, figures=YEARLY, yearly=True, by_place=by_place,
            )
    yield Parameter(
        SEGMENTS_FROM, ParameterType.CHOICE,
        "分段的金额从哪里起算：burden 从零起（含起付标准以下），deductible 从起付标准起；未登记的按 burden",
        insurance.clause, insurance.quote, by_place=by_place, choices=SEGMENTS_FROM_CHOICES,
    )


def _of_slot(
    owner: str, slot: str, label: str, figures: Figures, clause: str, quote: str, by_place: bool
) -> Iterator[Parameter]:
    """The slot's parameter, where any of its figures is not firm."""
    open_figures = tuple(figure for figure in figures if figure.bound is not Bound.EXACT)
    if not open_figures:
        return
    words, kind = SLOTS[slot]
    text = "；".join(bound_words(figure) for figure in open_figures)
    yearly = any(figure.yearly for figure in open_figures)
    if yearly:
        text += "；每年一个，名称后写 .年份"
    yield Parameter(
        f"{owner}.{slot}", kind, f"{label}：{words}（{text}）", clause, quote, figures=figures, yearly=yearly, by_place=by_place
    )


def bound_words(figure: Figure) -> str:
    """A figure as the text has it: 不低于 70%, 全体居民人均可支配收入的 10% 左右, 2500.00 元."""
    words = value_words(figure)
    match figure.bound:
        case Bound.LOCAL:
            return "文件没有数字，由本地确定"
        case Bound.ABOUT:
            return f"{words} {figure.bound.label}"
        case Bound.EXACT:
            return words
        case Bound.PHASED:
            return f"自 {words} {figure.bound.label}"
        case Bound.REFERENCE:
            return f"{figure.bound.label} {words}，以公布的为准"
        case _:
            return f"{figure.bound.label} {words}"


def value_words(figure: Figure) -> str:
    """The figure's number in words: 70%, 2500.00 元, 统筹地区全体居民人均可支配收入的 10%, 不设限额."""
    value = figure.value
    if isinstance(value, IncomeShare):
        return f"{value.region_level.label}{value.residents.label}人均可支配收入的 {percent(value.share)}"
    if isinstance(value, ParameterShare):
        return f"当地大病保险起付标准的 {percent(value.share)}"
    if value is None:
        return "不设限额" if figure.unlimited else ""
    return percent(value) if figure.is_ratio else f"{value:,.2f} 元"


def percent(ratio: Decimal) -> str:
    """0.675 → 67.5%."""
    return f"{plain(ratio * 100)}%"


def plain(number: Decimal) -> str:
    """0.500 → 0.5: one text for one number, so that a run's manifest does not change with the spelling."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- recording ------------------------------------------------------------------------------------


def check_local(document: Document, parameter: Parameter, name: str, text: str) -> str:
    """The value (not empty) in the form it is kept in. Raises PolicyError: a form nobody can read, a value outside the
    bound, a year or a place that does not fit."""
    figures = _for_year(document, parameter, name)
    match parameter.type:
        case ParameterType.DATE:
            kept = _date(text)
        case ParameterType.CHOICE:
            kept = text if text in parameter.choices else ""
        case ParameterType.RATIO:
            kept = _ratio(text)
        case ParameterType.LIMIT if text == NO_LIMIT:
            kept = text
        case ParameterType.SEGMENTS:
            kept = _segments(text)
        case ParameterType.SUM if text.endswith("%") and any(isinstance(one.value, IncomeShare) for one in figures):
            kept = _percent(text)
        case ParameterType.SUM:
            kept = _amount(text, zero=True)
        case _:
            kept = _amount(text, zero=False)
    if not kept:
        form = f"可用的值是 {'、'.join(parameter.choices)}" if parameter.choices else f"应为{parameter.type.definition}"
        raise PolicyError(f"文件 {document.id} 的参数 {name}（{parameter.type.label}）的值不可用，{form}。")
    for figure in figures:
        _check_bound(document, parameter, name, kept, figure)
    return kept


def _for_year(document: Document, parameter: Parameter, name: str) -> Figures:
    """The figures the value is for; a year or a place that does not fit is refused."""
    parts = split_name(name)
    open_figures = tuple(figure for figure in parameter.figures if figure.bound is not Bound.EXACT)
    if parts.place is not None and not (
        parameter.by_place
        and parts.place.endswith("00")
        and not parts.place.endswith("0000")
        and inside(document.region, parts.place)
    ):
        raise PolicyError(
            f"文件 {document.id} 的参数 {name} 中 @ 之后须为文件地区内的统筹地区（前四位加 00），其余情形不写 @。"
        )
    if parts.year is None:
        if parameter.yearly:
            raise PolicyError(
                f"文件 {document.id} 的参数 {parameter.name} 每年公布一次，请写明年份，如 {parameter.name}.2024=值。"
            )
        return open_figures
    if not parameter.figures:
        raise PolicyError(f"文件 {document.id} 的参数 {parameter.name} 不分年度，请去掉 .{parts.year}。")
    own = tuple(figure for figure in parameter.figures if figure.holds(parts.year))
    if not own or any(figure.bound is Bound.EXACT for figure in own):
        said = f"已由文件写定为 {value_words(own[0])}" if own else "不在文件规定的年度之内"
        raise PolicyError(
            f"文件 {document.id} 的参数 {parameter.name} 在 {parts.year} 年{said}（{parameter.clause}），不能另行登记。"
        )
    return own


def _check_bound(document: Document, parameter: Parameter, name: str, kept: str, figure: Figure) -> None:
    """A ratio or a percentage against the bound; amounts are held against incomes when those are known."""
    share = kept.endswith("%")
    if isinstance(figure.value, IncomeShare) and not share:
        return
    if kept == NO_LIMIT or parameter.type in (ParameterType.DATE, ParameterType.CHOICE, ParameterType.SEGMENTS):
        return
    number = Decimal(kept.removesuffix("%")) / 100 if share else Decimal(kept)
    low, high = figure.lowest, figure.highest
    if (low is None or low <= number) and (high is None or number <= high):
        return
    raise PolicyError(
        f"文件 {document.id} 的参数 {name} 的值不在文件允许的范围内："
        f"{spaced(parameter.clause, '为', bound_words(figure))}{range_words(figure)}，请核对本地文件后再登记。"
    )


def range_words(figure: Figure) -> str:
    """（8% 至 12%） where the range is more than the bound's own words say; else nothing."""
    if figure.bound is not Bound.ABOUT or figure.lowest is None or figure.highest is None:
        return ""
    return f"（取 {percent(figure.lowest)} 至 {percent(figure.highest)}）"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""


def _ratio(text: str) -> str:
    digits = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(digits):
        return ""
    number = Decimal(digits) / 100 if text.endswith("%") else Decimal(digits)
    return plain(number) if 0 < number <= 1 and number == round(number, 4) else ""


def _segments(text: str) -> str:
    """``100000:60%,以上:65%`` → ``100000.00:0.6,above:0.65``; "" for bounds that do not rise or a last one that is not open."""
    kept: list[str] = []
    last = Decimal(0)
    parts = [part.strip() for part in text.replace("，", ",").replace("：", ":").split(",")]
    for number, part in enumerate(parts, start=1):
        bound, sign, ratio = (piece.strip() for piece in part.partition(":"))
        share = _ratio(ratio)
        if not sign or not share or (bound in (ABOVE, "以上")) != (number == len(parts)):
            return ""
        if number == len(parts):
            return ",".join([*kept, f"{ABOVE}:{share}"])
        amount = _amount(bound, zero=False)
        if not amount or Decimal(amount) <= last:
            return ""
        last = Decimal(amount)
        kept.append(f"{amount}:{share}")
    return ""


def _percent(text: str) -> str:
    digits = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(digits):
        return ""
    number = Decimal(digits)
    return f"{plain(number)}%" if number <= 100 and number == round(number, 2) else ""


def _amount(text: str, *, zero: bool) -> str:
    if not _NUMBER.fullmatch(text):
        return ""
    number = Decimal(text)
    if number != round(number, 2) or (number == 0 and not zero):
        return ""
    return f"{number:.2f}"
