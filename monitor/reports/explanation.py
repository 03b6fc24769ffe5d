"""An explanation as text an officer can follow with a pocket calculator."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from monitor.assess.amounts import exact, money, spoken
from monitor.assess.duplicates import BECAUSE
from monitor.assess.explanation import Explanation, HeldIdentity, JudgedRule, OtherNumber, TracedSettlement
from monitor.base.vocabulary import Measure
from monitor.entitle.entitlement import Entitlement
from monitor.reports.entitlement_text import entitlement_lines, table


def as_text(found: Explanation, entitlement: Entitlement | None = None) -> str:
    """The explanation in Chinese, a terminal's width not assumed; without ``entitlement`` only how the run judged."""
    person, document = found.person, found.document
    window = f"{document.window.label} {found.window_from.isoformat()} 至 {found.window_to.isoformat()}"
    lines = [
        f"《{document.title}》（{document.number or document.id}，{document.status.label}）",
        f"截至 {found.as_of.isoformat()}；数据所知时间 {found.known_at}；运行 {found.run}"
        + ("；试运行，不得推送" if found.trial else "") + ("；基准暂用上一年数字" if found.provisional else ""),
        f"姓名 {person.psn_name or '（未知）'}　证件号码 {person.certno or '（未知）'}",
        f"险种 {person.insutype_label}　参保地 {person.insu_admdvs or '不明'}"
        f"（{'据人员登记' if person.insu_admdvs_from == 'register' else '据最近一次结算'}）"
        + ("" if person.registered else "　不在人员登记中") + ("　已登记死亡" if person.deceased else ""),
        *_numbers(found.numbers),
        "",
        f"结论：{found.verdict}",
        "",
        "身份：",
        *_identities(found.identities),
        "",
    ]
    shared = _shared_readings(found.rules)
    for judged in found.rules:
        lines += _rule(judged, shared)
    lines += [f"结算（窗口：{window}）："]
    lines += _settlements(found)
    lines += [
        f"  疑似重复：结算 {one.setl_id} 与 {one.first_setl_id}（{BECAUSE[one.because]}），尚未认定，仍计入；"
        "见 monitor review --duplicates" for one in found.suspected_duplicates
    ]
    lines += ["", "合计："]
    measures = {judged.rule.measure for judged in found.rules}
    lines += [f"  {measure.label}：{spoken(money(amount))} 元" for measure, amount in found.sums.items() if measure in measures]
    if shared:
        lines += ["", "各条规则共同的读法（文件没有明说之处的取法）：", *(f"  · {text}" for text in shared)]
    if entitlement is not None:
        lines += ["", *entitlement_lines(entitlement)]
    return "\n".join(lines) + "\n"


def _shared_readings(rules: Sequence[JudgedRule]) -> list[str]:
    """The readings every rule depends on: said once."""
    return [text for text in rules[0].readings if all(text in judged.readings for judged in rules)] if rules else []


def _numbers(numbers: Sequence[OtherNumber]) -> list[str]:
    """The other numbers this person's rows stand under, and by whose word."""
    if not numbers:
        return []
    return [
        f"本人的记录分在 {len(numbers) + 1} 个号码下，合并计算；另外的号码：",
        *(f"  {one.certno or '人员编号 ' + one.psn_no}　{one.sentence}" for one in numbers),
    ]


def _identities(identities: Sequence[HeldIdentity]) -> list[str]:
    if not identities:
        return ["  （没有任何身份记录：按普通参保人员）"]
    return [
        f"  {'√' if one.in_force else '×'} {one.category.label}　{one.begin.isoformat()} 起"
        f"{'，至 ' + one.ended.isoformat() if one.ended else ''}"
        f"{'，' + one.recognised_on.isoformat() + ' 认定' if one.recognised_on else ''}　{one.department}　{one.why}"
        for one in identities
    ]


def _rule(judged: JudgedRule, shared: Sequence[str]) -> list[str]:
    rule, line = judged.rule, judged.line
    lines = [
        f"规则 {rule.id}（{rule.kind.label}）：{'适用' if judged.applies else '不适用'}——{judged.why}",
        f"  口径：{rule.measure.label} ＝ {rule.measure.definition}",
    ]
    if line is not None:
        lines.append(f"  标准：{line.text}")
    if line is not None and line.income is not None:
        one = line.income
        published = one.published_on.isoformat() if one.published_on else "未填"
        lines.append(
            f"  基准：{one.region} {one.year} 年{one.residents.label}人均可支配收入 {spoken(money(one.amount))} 元"
            f"（来源：{one.source or '未填'}；发布 {published}；核准 {one.approved_by or '未填'}）"
        )
    if judged.applies and line is not None:
        sign = "＞" if judged.over else "≤"
        lines.append(
            f"  比较：{spoken(money(judged.burden))} {sign} {spoken(exact(line.threshold))}，差 {spoken(money(judged.excess))} 元"
        )
    if judged.crossing is not None:
        lines.append(f"  首次越线：{judged.crossing.day.isoformat()}，结算 {judged.crossing.setl_id}")
    lines.append(f"  依据：{rule.clause}“{rule.quote}”")
    lines += [f"  读法：{text}" for text in judged.readings if text not in shared]
    return [*lines, ""]


def _settlements(found: Explanation) -> list[str]:
    measure = found.rules[0].rule.measure if found.rules else Measure.BURDEN_BEFORE_AID
    header = ["", "结算时间", "结算ID", "个人负担", "医疗救助", "全自费", "超限价", "先行自付", "计入金额", "累计", "说明", "来源"]
    rows = [header, *(_settlement(one, measure) for one in found.settlements)]
    return table(rows, range(3, 10)) if len(rows) > 1 else ["  （没有结算）"]


def _settlement(one: TracedSettlement, measure: Measure) -> list[str]:
    sheet = f" 第 {one.source.sheet} 个工作表" if one.source.sheet > 1 else ""
    return [
        "√" if one.counted else "×", one.setl_time.isoformat(sep=" "), one.setl_id,
        *map(_amount, one.amount_columns()),
        money(one.amounts[measure]) if one.counted else "—", money(one.running[measure]),
        one.reason + ("；← 由此越线" if one.tips else ""), f"{one.source.file}{sheet} 第 {one.source.line} 行",
    ]


def _amount(amount: Decimal | None) -> str:
    return money(amount) or "—"
