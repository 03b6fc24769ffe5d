"""Why: the sentences of an explanation, from what was found of one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.assess.amounts import exact, money, spoken
from monitor.assess.explanation import JudgedRule, Person
from monitor.base.vocabulary import Category
from monitor.policy.codes import with_code
from monitor.policy.document import BenchmarkLine, Document, Rule

LEFT_OUT = {
    "": "计入",
    "outside_window": "结算时间不在本期",
    "superseded": "已被后来导入的同一结算更正",
    "refunded": "已被退费冲销（有有效的退费结算指向它，或同人同额的退费）",
    "partly_refunded": "退了一部分，减去所退部分后另计一行",
    "counted_with_sign": "退费行没有原结算ID，也不能唯一对应一笔结算，按负数另计一行",
    "void": "有效标志为 0，无效",
    "duplicate": "与另一笔结算重复（同一结算两个结算ID），不计",
    "refund_flag": "退费结算标志为 1（退费的一半）",
}


def why_left_out(because: str, *, netted: bool, loose: bool) -> str:
    """Why a settlement is left out, or as what it counts. ``netted``: made of a refund's rows; ``loose``: of a refund without its
    original."""
    if because or not netted:
        return LEFT_OUT[because]
    return "计入（没有原结算ID的退费，按负数）" if loose else "计入（退费后的余额）"


@dataclass(frozen=True)
class Held:
    """An identity and the days it holds; ``ended`` is the last."""

    category: Category
    begin: date
    ended: date | None
    risk_eliminated: bool

    def holds_on(self, day: date) -> bool:
        return (
            self.begin <= day
            and (self.ended is None or self.ended >= day)
            and not (self.risk_eliminated and self.category.value.startswith("monitored_"))
        )


def why_held(held: Held, as_of: date, named: bool, applies: bool) -> str:
    """Why an identity counts on ``as_of`` or does not."""
    if applies:
        return f"在 {as_of.isoformat()} 有效"
    if not named:
        return "文件没有点名这一身份，不影响预警"
    if held.begin > as_of:
        return f"自 {held.begin.isoformat()} 起有效，截止日尚未生效"
    if held.ended is not None and held.ended < as_of:
        return f"已于 {held.ended.isoformat()} 终止"
    return "风险已消除，不再有效"


@dataclass(frozen=True)
class Reasons:
    """The sentences about one person under one document. ``statuses``: their categories in force; ``districts`` reads names by code,
    where a sentence needs one."""

    document: Document
    as_of: date
    trial: bool
    statuses: Sequence[Category]
    districts: Callable[[], Mapping[str, str]]

    def why(self, rule: Rule, category: Category | None, person: Person) -> str:
        """Why a rule covers the person (for their ``category``) or does not (None)."""
        wanted = "、".join(one.label for one in rule.population.categories)
        if category is not None:
            base = f"身份“{category.label}”属于本规则的适用人群（{wanted}）"
            if person.deceased:
                return base + "，但人员已登记死亡，不预警，另行列示"
            if not person.inside:
                where, region = self._place(person.insu_admdvs), self._place(self.document.region)
                return base + f"，但参保地 {where} 不在文件地区 {region}，不预警，另行列示"
            return base
        schemes = [prefix for prefix in rule.population.schemes if prefix]
        own = "、".join(one.label for one in self.statuses) or Category.ORDINARY.label
        if any(one in rule.population.categories for one in self.statuses) and schemes:
            return f"险种 {person.insutype_label} 不在本规则适用的险种内（{'、'.join(schemes)} 开头）"
        if isinstance(rule.line, BenchmarkLine) and any(one in rule.population.categories for one in self.statuses):
            return f"参保地 {self._place(person.insu_admdvs)} 没有对应的标准"
        return f"现有身份（{own}）不在本规则的适用人群内（{wanted}）"

    def verdict(self, person: Person, rules: Sequence[JudgedRule], not_covered: tuple[Decimal, Decimal] | None) -> str:
        """The result in one sentence. ``not_covered``: burden and standard of somebody over one whom no rule covers."""
        until = f"{'（试运行）' if self.trial else ''}截至 {self.as_of.isoformat()}"
        applying = [rule for rule in rules if rule.applies]
        for first in (rule for rule in applying if rule.over):
            tipped = f"{first.crossing.day.isoformat()} 的结算 {first.crossing.setl_id} 使其越线" if first.crossing else ""
            return f"{until}，{_against(first, '超过')}，超出 {spoken(money(first.excess))} 元；{tipped}（{first.rule.clause}）。"
        if person.deceased:
            return f"{until}，人员已登记死亡，不预警。"
        if not person.inside:
            where, region = self._place(person.insu_admdvs), self._place(self.document.region)
            return f"{until}，参保地 {where} 不在文件适用地区 {region}，不预警。"
        for first in applying:
            return f"{until}，{_against(first, '未超过')}（须严格大于），不预警。"
        if not_covered:
            burden, threshold = not_covered
            return (
                f"{until}，文件没有一条规则覆盖其身份与险种，不预警；累计 {spoken(money(burden))} 元，"
                f"超过比照的标准 {spoken(exact(threshold))} 元，列入“无适用规则”名单。"
            )
        return f"{until}，文件没有一条规则覆盖其身份与险种，也没有超过比照的标准，不预警。"

    def _place(self, code: str) -> str:
        """A district by its name, the code behind."""
        name = self.districts().get(code)
        return with_code(name, code) if name else code or "不明"


def _against(judged: JudgedRule, how: str) -> str:
    line = spoken(exact(judged.threshold)) if judged.threshold is not None else ""
    return (
        f"{judged.rule.measure.label}累计 {spoken(money(judged.burden))} 元，{how}{judged.rule.kind.label}预警线 {line} 元"
    )
