"""What a document leaves to the bureau, and the document made whole by what the bureau recorded.

A standard is whole or it is nothing: every rule left to the bureau needs its measure, its population and
either a multiple with its benchmark or an amount. The text's suggestion for measure and population is shown,
never assumed; schemes alone may stay unrecorded, since the text covers employees and residents alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from decimal import Decimal

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Category, Measure, Residents
from monitor.base.wording import spaced
from monitor.policy.codes import with_code
from monitor.policy.document import (
    AbsoluteLine,
    BenchmarkLine,
    BureauLine,
    Document,
    Parameter,
    ParameterType,
    Population,
    Rule,
)
from monitor.policy.local_figures import check_local, local_parameters, plain, split_name
from monitor.policy.regions import RegionLevel

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
_SCHEME = re.compile(r"[0-9]{1,6}")
_BENCHMARK_SLOTS = ("multiple", "region_level", "residents")
_PLACEHOLDERS = {"multiple": "倍数", "region_level": "基准地区层级", "residents": "基准居民群体"}


def parameters_of(document: Document) -> tuple[Parameter, ...]:
    """What the document leaves to the bureau: warnings first, then what is given; empty where it leaves nothing."""
    return document.parameters + local_parameters(document)


def allowed_values(document: Document, parameter: Parameter) -> tuple[str, ...]:
    """The values (of a list: its items) a parameter takes; empty for a number: its type says the form."""
    match parameter.type:
        case ParameterType.REGION_LEVEL:
            return tuple(word.value for word in RegionLevel)
        case ParameterType.RESIDENTS:
            return tuple(word.value for word in Residents)
        case ParameterType.MEASURE:
            return tuple(word.value for word in Measure)
        case ParameterType.CATEGORIES:
            return tuple(word.value for word in (*document.named, Category.ORDINARY))
        case _:
            return parameter.choices


def suggestion(document: Document, parameter: Parameter) -> str:
    """What the text itself points to, as a value; "" where it says nothing. Shown; of a warning never assumed."""
    if parameter not in document.parameters:
        return ""
    rule = document.rule(parameter.rule)
    if parameter.type is ParameterType.MEASURE:
        return rule.measure.value
    if parameter.type is ParameterType.CATEGORIES:
        return ",".join(rule.population.categories)
    if parameter.type is ParameterType.SCHEMES:
        return ",".join(rule.population.schemes) or "all"
    return ""


def check_assignment(document: Document, name: str, value: str) -> str:
    """The value in the form it is kept in. Empty takes an earlier record back (the standard has changed).

    ``name`` may carry a year and a pooling area where the figure is one of what is given (``local_figures``).
    Raises PolicyError: an unknown name lists the names, a wrong value the allowed ones or the bound.
    """
    parameter = _find(document, name)
    text = value.strip()
    if not text:
        return ""
    if parameter not in document.parameters:
        return check_local(document, parameter, name, text)
    match parameter.type:
        case ParameterType.MULTIPLE:
            normalised = _multiple(text)
        case ParameterType.AMOUNT:
            normalised = _amount(text)
        case ParameterType.SCHEMES:
            normalised = _schemes(text)
        case ParameterType.CATEGORIES:
            allowed = allowed_values(document, parameter)
            items = _items(text)
            chosen = tuple(one for one in allowed if one in items)
            normalised = ",".join(chosen) if items and set(items) == set(chosen) else ""
        case _:
            normalised = text if text in allowed_values(document, parameter) else ""
    if not normalised:
        values = allowed_values(document, parameter)
        form = f"可用的值是 {'、'.join(values)}" if values else f"应为{parameter.type.definition}"
        extra = "（可多个，以英文逗号分隔）" if parameter.type is ParameterType.CATEGORIES else ""
        label = parameter.type.label
        raise PolicyError(f"文件 {document.id} 的参数 {name}（{label}）的值不可用，{form}{extra}。")
    return normalised


def settle(document: Document, values: Mapping[str, str]) -> Document:
    """The document with every rule complete, from what the bureau recorded (empty counts as not recorded).

    What was recorded of what the document gives goes to ``recorded``; figures that are missing there stop nobody's
    warning, the entitlement says so. Raises PolicyError, one sentence saying which parameters to set and with which command.
    """
    recorded = {name: check_assignment(document, name, value) for name, value in values.items()}
    recorded = {name: value for name, value in recorded.items() if value}
    left = [rule for rule in document.rules if isinstance(rule.line, BureauLine)]
    conflicts = [sentence for rule in left if (sentence := _conflict(rule, recorded))]
    if conflicts:
        raise PolicyError(f"文件 {document.id} 的参数相互矛盾：{'；'.join(conflicts)}。")
    missing = [name for rule in left for name in _missing(rule, recorded)]
    if missing:
        raise PolicyError(_missing_sentence(document, left[0], missing))
    return replace(with_recorded(document, recorded), rules=tuple(_settled(rule, recorded) for rule in document.rules))


def with_recorded(document: Document, values: Mapping[str, str]) -> Document:
    """The document with what the bureau recorded of what it gives, its warnings as they are (empty: taken back)."""
    warnings = {parameter.name for parameter in document.parameters}
    return replace(document, recorded={name: value for name, value in values.items() if value and name not in warnings})


def names_in_use(document: Document, recorded: Set[str]) -> Iterator[tuple[Parameter, str]]:
    """Each parameter under the names it is recorded under (for years, for pooling areas), under its own where it is not."""
    for parameter in parameters_of(document):
        own = [parameter.name]
        if parameter not in document.parameters:
            own = sorted(name for name in recorded if split_name(name).base == parameter.name) or own
        for name in own:
            yield parameter, name


def parameter_words(document: Document, name: str) -> str:
    """What the document calls a parameter, its name behind; the name alone where the document has none of it."""
    base = split_name(name).base
    found = next((one for one in parameters_of(document) if one.name in (name, base)), None)
    return with_code(found.description, name) if found else name


def _find(document: Document, name: str) -> Parameter:
    parameters = parameters_of(document)
    base = split_name(name).base
    for parameter in parameters:
        if parameter.name == name or (parameter.name == base and parameter not in document.parameters):
            return parameter
    if not parameters:
        raise PolicyError(f"文件 {document.id} 没有留给医保部门确定的参数，不能登记 {name}。")
    known = "、".join(parameter.name for parameter in parameters)
    raise PolicyError(f"文件 {document.id} 没有名为 {name} 的参数，可登记的是 {known}。")


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.replace("，", ",").split(",") if item.strip())


def _multiple(text: str) -> str:
    percent = text.endswith("%")
    digits = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(digits):
        return ""
    number = Decimal(digits) / 100 if percent else Decimal(digits)
    if not 0 < number <= 10 or number != round(number, 4):
        return ""
    return plain(number)


def _amount(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return ""
    number = Decimal(text)
    if number <= 0 or number != round(number, 2):
        return ""
    return f"{number:.2f}"


def _schemes(text: str) -> str:
    if text == "all":
        return text
    items = sorted(set(_items(text)))
    if not items or not all(_SCHEME.fullmatch(item) for item in items):
        return ""
    if any(one != other and one.startswith(other) for one in items for other in items):
        return ""
    return ",".join(items)


def _conflict(rule: Rule, recorded: Mapping[str, str]) -> str:
    given = [f"{rule.id}.{slot}" for slot in _BENCHMARK_SLOTS if f"{rule.id}.{slot}" in recorded]
    amount = f"{rule.id}.amount"
    if amount in recorded and given:
        return f"{amount} 与 {'、'.join(given)} 只能登记其一，请以 名称= 的空值撤回不用的"
    return ""


def _missing(rule: Rule, recorded: Mapping[str, str]) -> list[str]:
    slots = [] if f"{rule.id}.amount" in recorded else list(_BENCHMARK_SLOTS)
    names = [f"{rule.id}.{slot}" for slot in (*slots, "measure", "population")]
    return [name for name in names if name not in recorded]


def _missing_sentence(document: Document, first: Rule, missing: list[str]) -> str:
    """What to set and the command, the text's suggestions filled in; an amount may replace the benchmark."""
    assignments = []
    for name in missing:
        parameter = _find(document, name)
        assignments.append(f"{name}={suggestion(document, parameter) or _PLACEHOLDERS[parameter.slot]}")
    amounts = [name.replace(".multiple", ".amount") for name in missing if name.endswith(".multiple")]
    instead = f"（或以 {'、'.join(amounts)} 代替相应的倍数与基准）" if amounts else ""
    return (
        f"文件 {document.id} {spaced(first.clause, '把监测标准')}留给医保部门结合实际确定，"
        f"尚缺 {'、'.join(missing)}{instead}，请依本地文件登记后再运行："
        f"monitor parameter {document.id} {' '.join(assignments)} "
        f"--paper \"依据文件的名称和文号\" --by 登记人"
    )


def _settled(rule: Rule, recorded: Mapping[str, str]) -> Rule:
    if not isinstance(rule.line, BureauLine):
        return rule

    def value(slot: str) -> str:
        return recorded[f"{rule.id}.{slot}"]

    line: BenchmarkLine | AbsoluteLine
    if f"{rule.id}.amount" in recorded:
        line = AbsoluteLine(Decimal(value("amount")))
    else:
        line = BenchmarkLine(
            region_level=RegionLevel(value("region_level")),
            residents=Residents(value("residents")),
            year_offset=rule.line.year_offset,
            multiple=Decimal(value("multiple")),
        )
    schemes = rule.population.schemes
    if f"{rule.id}.schemes" in recorded:
        schemes = ("",) if value("schemes") == "all" else tuple(value("schemes").split(","))
    population = Population(
        categories=tuple(Category(one) for one in value("population").split(",")),
        schemes=schemes,
    )
    return replace(rule, population=population, measure=Measure(value("measure")), line=line)
