"""One TOML file → one Document. Strict: what the schema does not know, or misses, is refused by name.

How TOML is read strictly is ``strict_toml``'s; which keys there are is ``schema``'s.
"""

from __future__ import annotations

import re
from decimal import Decimal

from monitor.base.vocabulary import DEPARTMENTS, AlertKind, Category, DocumentStatus, Measure, Residents
from monitor.policy.document import (
    AbsoluteLine,
    BenchmarkLine,
    BureauLine,
    Document,
    Example,
    ForceDay,
    Named,
    Outcome,
    Parameter,
    ParameterType,
    Population,
    Recipient,
    Rule,
    Setting,
    Window,
)
from monitor.policy.incomes import Income
from monitor.policy.provision_encoding import provisions_of
from monitor.policy.regions import RegionLevel
from monitor.policy.schema import TABLES, Section
from monitor.policy.strict_toml import read_toml

#: The bins of the distribution that is drawn with the bands: so many points each, up to so many.
BIN, MOST = 5, 300

_REGION = re.compile(r"[0-9]{6}")
_SCHEME = re.compile(r"[0-9]{1,6}")

#: What a bureau records of a rule that is left to it, and under which type.
SLOTS = {
    "multiple": ParameterType.MULTIPLE,
    "region_level": ParameterType.REGION_LEVEL,
    "residents": ParameterType.RESIDENTS,
    "amount": ParameterType.AMOUNT,
    "measure": ParameterType.MEASURE,
    "population": ParameterType.CATEGORIES,
    "schemes": ParameterType.SCHEMES,
}


def parse_document(content: bytes, file: str) -> Document:
    """The document of a file's bytes. ``file`` is its name, for messages; its stem must be the document's id.

    Raises PolicyError naming file and field.
    """
    told = f"政策文件 {file}"
    return _document(Section(told, "", "document", read_toml(content, told)), file)


def _document(top: Section, file: str) -> Document:
    document_id = top.identifier("id")
    if f"{document_id}.toml" != file:
        raise top.wrong("id", f"为 {document_id}，须与文件名一致")
    readings = top.readings("reading")
    warning_readings = top.readings("warning_reading")
    number = top.text("number", blank=True)
    if not number and "number" not in {reading.id for reading in readings}:
        raise top.wrong("number", "为空，须有 id 为 number 的 [[reading]] 说明原因")
    names = tuple(_named(section) for section in top.sections("names", "names"))
    listed = [category for entry in names for category in entry.categories]
    if len(set(listed)) != len(listed):
        raise top.wrong("names", "中同一身份出现两次")
    named = frozenset(listed)
    rules = tuple(_rule(section, named) for section in top.sections("rule", "rule"))
    top.once("rule", [rule.id for rule in rules])
    if len({rule.window for rule in rules}) > 1:
        raise top.wrong("rule", "的 window 须全部相同，一次运行只看一个时间窗口")
    parameters = tuple(
        _parameter(section)
        for section in (top.sections("parameter", "parameter") if top.has("parameter") else ())
    )
    _check_parameters(top, rules, parameters)
    setting = _setting(top.section("example_setting", "example_setting"))
    examples = tuple(
        _example(section, named, rules, setting) for section in top.sections("example", "example")
    )
    top.once("example", [example.id for example in examples])
    return Document(
        id=document_id,
        number=number,
        title=top.text("title"),
        issuer=top.text("issuer"),
        region=_region(top, "region"),
        status=top.word("status", DocumentStatus),
        effective_from=_bound(top.section("effective_from", "effective"), may_be_open=False),
        effective_to=_bound(top.section("effective_to", "effective"), may_be_open=True),
        checked_on=top.date("checked_on"),
        names=names,
        recipients=tuple(_recipient(section) for section in top.sections("recipient", "recipient")),
        readings=readings,
        warning_readings=warning_readings,
        rules=rules,
        parameters=parameters,
        setting=setting,
        examples=examples,
        provisions=provisions_of(top, named),
        bands=_bands(top, rules),
    )


def _bands(top: Section, rules: tuple[Rule, ...]) -> tuple[int, ...]:
    """The bands of alerts, in % of the benchmark: there where a line may have one, and only there."""
    absolute = all(isinstance(rule.line, AbsoluteLine) for rule in rules)
    if absolute == top.has("bands"):
        raise top.wrong("bands", "只在有以收入为基准的标准时填写，此时必须填写")
    return () if absolute else top.rising("bands", step=BIN, below=MOST)


def _region(section: Section, key: str) -> str:
    value = section.text(key)
    if not _REGION.fullmatch(value):
        raise section.wrong(key, "须为六位数字的区划代码")
    return value


def _bound(section: Section, *, may_be_open: bool) -> ForceDay:
    """Exactly one of ``date`` and ``open = true``; backed by clause and quote, by a reading, or by both."""
    if section.has("open"):
        if not may_be_open or section.has("date") or not section.flag("open"):
            raise section.wrong("open", "只能在 effective_to 写 open = true，且不与 date 同写")
        day = None
    elif section.has("date"):
        day = section.date("date")
    else:
        raise section.wrong("date", "缺失，请补上")
    quoted = section.has("clause") or section.has("quote")
    for key in ("clause", "quote"):
        if (quoted or not section.has("reading")) and not section.has(key):
            raise section.wrong(key, "缺失，须写明条款与原文，或以 reading 记录所作的理解")
    return ForceDay(
        day=day,
        clause=section.text("clause") if quoted else "",
        quote=section.text("quote") if quoted else "",
        reading=section.section("reading", "reading").reading() if section.has("reading") else None,
    )


def _named(section: Section) -> Named:
    categories = section.words("categories", Category)
    if not categories or Category.ORDINARY in categories:
        raise section.wrong("categories", "须为文件点名的身份，至少一个，不含 ordinary")
    return Named(categories, section.text("clause"), section.text("quote"))


def _recipient(section: Section) -> Recipient:
    department = section.text("department")
    if department not in DEPARTMENTS:
        raise section.wrong("department", f"的值 {department} 不在 {'、'.join(DEPARTMENTS)} 之中")
    return Recipient(department, section.text("clause"), section.text("quote"))


def _rule(section: Section, named: frozenset[Category]) -> Rule:
    return Rule(
        id=section.identifier("id"),
        kind=section.word("kind", AlertKind),
        population=Population(_population(section, named), _schemes(section)),
        measure=section.word("measure", Measure),
        window=section.word("window", Window),
        line=_line(section.line("line")),
        clause=section.text("clause"),
        quote=section.text("quote"),
        readings=section.readings("reading"),
    )


def _population(section: Section, named: frozenset[Category]) -> tuple[Category, ...]:
    """The categories, in the vocabulary's order; "everyone" is all the document names, and ordinary."""
    known = named | {Category.ORDINARY}
    if section.is_text("population"):
        if section.text("population") != "everyone":
            raise section.wrong("population", "须为身份的列表，或 \"everyone\"（点名的全部身份及 ordinary）")
        chosen = known
    else:
        chosen = frozenset(section.words("population", Category))
    if not chosen:
        raise section.wrong("population", "不能为空")
    for category in Category:
        if category in chosen and category not in known:
            raise section.wrong("population", f"中的 {category} 不在 names 点名的身份之中")
    return tuple(category for category in Category if category in chosen)


def _schemes(section: Section) -> tuple[str, ...]:
    if section.is_text("schemes"):
        if section.text("schemes") != "all":
            raise section.wrong("schemes", "须为险种代码前缀的列表，或 \"all\"（不限险种）")
        return ("",)
    schemes = section.texts("schemes")
    if not schemes or not all(_SCHEME.fullmatch(scheme) for scheme in schemes):
        raise section.wrong("schemes", "须为险种代码前缀的列表，或 \"all\"（不限险种）")
    if any(one != other and one.startswith(other) for one in schemes for other in schemes):
        raise section.wrong("schemes", "中一个前缀包含另一个")
    return schemes


def _line(section: Section) -> BenchmarkLine | AbsoluteLine | BureauLine:
    kind = section.text("kind")
    if kind == "absolute":
        return AbsoluteLine(_positive(section, "amount", places=2))
    offset = section.integer("year_offset")
    if offset >= 0:
        raise section.wrong("year_offset", "须为负整数，如 -1（上年度）")
    if kind == "left_to_bureau":
        return BureauLine(offset)
    return BenchmarkLine(
        region_level=section.word("region_level", RegionLevel),
        residents=section.word("residents", Residents),
        year_offset=offset,
        # Four places keep a threshold within six: two of the income, four of the multiple.
        multiple=_positive(section, "multiple", places=4),
    )


def _positive(section: Section, key: str, *, places: int) -> Decimal:
    number = section.decimal(key, places=places)
    if number <= 0:
        raise section.wrong(key, "须大于 0")
    return number


def _parameter(section: Section) -> Parameter:
    return Parameter(
        name=section.text("name"),
        type=section.word("type", ParameterType),
        description=section.text("description"),
        clause=section.text("clause"),
        quote=section.text("quote"),
    )


def _check_parameters(top: Section, rules: tuple[Rule, ...], parameters: tuple[Parameter, ...]) -> None:
    """A rule left to the bureau has every slot of SLOTS as a parameter, and no other rule has any."""
    expected = {
        f"{rule.id}.{slot}": kind
        for rule in rules
        if isinstance(rule.line, BureauLine)
        for slot, kind in SLOTS.items()
    }
    for number, parameter in enumerate(parameters, start=1):
        where = f"parameter[{number}]"
        if parameter.name not in expected:
            raise top.wrong(f"{where}.name", f"的值 {parameter.name} 重复，或不属于留给医保部门的规则")
        if parameter.type is not expected.pop(parameter.name):
            raise top.wrong(f"{where}.type", f"与参数 {parameter.name} 不符")
    if expected:
        raise top.wrong("parameter", f"缺少 {'、'.join(expected)}")


def _setting(section: Section) -> Setting:
    as_of = section.date("as_of")
    return Setting(
        as_of=as_of,
        insu_admdvs=_region(section, "insu_admdvs"),
        incomes=tuple(
            Income(
                region=_region(one, "region"),
                residents=one.word("residents", Residents),
                year=one.integer("year"),
                amount=_positive(one, "amount", places=2),
                source="边界示例中的虚构数字",
                published_on=as_of,
                approved_by="边界示例",
            )
            for one in section.sections("income", "income", empty=True)
        ),
        parameters=section.free("parameters") if section.has("parameters") else {},
    )


def _example(
    section: Section, named: frozenset[Category], rules: tuple[Rule, ...], setting: Setting
) -> Example:
    categories = section.words("categories", Category)
    if Category.ORDINARY in categories:
        raise section.wrong("categories", "不写 ordinary，普通参保人员写空列表 []")
    insutype = section.text("insutype")
    if not _SCHEME.fullmatch(insutype):
        raise section.wrong("insutype", "须为险种代码")
    expected = section.word("expected", Outcome)
    if section.has("rule") == (expected is Outcome.NO_RULE):
        raise section.wrong("rule", f"在 expected 为 {Outcome.NO_RULE} 时不写，其他情形须写明")
    rule = section.text("rule") if section.has("rule") else ""
    if rule and rule not in {one.id for one in rules}:
        raise section.wrong("rule", f"的值 {rule} 不是本文件的规则")
    if section.has("category") != (expected is Outcome.OVER):
        raise section.wrong("category", f"须在 expected 为 {Outcome.OVER} 时写明，其他情形不写")
    category = section.word("category", Category) if section.has("category") else None
    if category is not None and category not in named | {Category.ORDINARY}:
        raise section.wrong("category", f"的值 {category} 不在 names 点名的身份之中")
    excess = section.decimal("excess", places=6)
    if excess < 0 or (expected is not Outcome.NO_RULE and (excess > 0) != (expected is Outcome.OVER)):
        raise section.wrong("excess", "须为超过线的元数：越线时大于 0，未越线时为 0")
    facts = section.section("facts", "facts")
    return Example(
        id=section.identifier("id"),
        categories=categories,
        insutype=insutype,
        insu_admdvs=_region(section, "insu_admdvs") if section.has("insu_admdvs") else setting.insu_admdvs,
        facts={key.name: facts.decimal(key.name, places=2) for key in TABLES["facts"] if facts.has(key.name)},
        rule=rule,
        category=category,
        expected=expected,
        excess=excess,
        why=section.text("why"),
    )
